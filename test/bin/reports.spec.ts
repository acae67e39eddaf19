/** `rap reports`: what is outstanding, and the word of a person that closes it. */
import assert from 'node:assert/strict';
import ledgerCommand from '../../bin/commands/ledger.ts';
import reports from '../../bin/commands/reports.ts';
import { withLedger } from '../../bin/home-options.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { listen } from './listen.ts';

const SIGHT = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' } as const;
const seen = (name: string) => ({ path: `/INBOX/${name}`, size: 5, modifiedAt: 7 });

describe('rap reports', () => {
  const home = temporaryFolder();
  beforeEach(async () => {
    const ledger = await openHome(home(), realClock);
    await ledger.outstanding.noteSeen(SIGHT, ['a.txt', 'b.txt', 'c.txt'].map(seen));
    await ledger.outstanding.noteSeen({ ...SIGHT, account: 'SIM002' }, [seen('d.txt')]);
    await ledger.outstanding.noteOutcome(SIGHT, {
      over: [],
      writing: ['/INBOX/b.txt'],
      gone: ['/INBOX/a.txt'],
    });
    const entry = {
      folder: '/INBOX',
      nameHex: '00',
      shown: '\\x00',
      code: 'NAME_REFUSED' as const,
      reason: 'odd',
    };
    await ledger.reports.refuse('SIM001', 'run-1', [entry]);
    await ledger.quarantine.quarantineReport(aVersion({ account: 'SIM001', path: '/INBOX/held.txt' }), {
      code: 'CONTENT_WRONG',
      reason: 'sum',
    });
    await ledger.close();
  });

  async function said(command: (argv: string[]) => Promise<number>, ...words: string[]): Promise<string> {
    let text = '';
    const hear = (part: string) => {
      text += part;
    };
    assert.equal(await listen(hear, () => command([...words, '--home', home()])), 0);
    return text;
  }
  const rows = async (...words: string[]) =>
    (await said(reports, 'outstanding', '--json', ...words))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('lists all that was seen and is not here, with the IDs to decide by', async () => {
    assert.deepEqual(
      (await rows('--account', 'SIM001')).map(({ id, path, state, code }) => [id, path, state, code]),
      [
        ['seen-1', '/INBOX/a.txt', 'gone', 'REPORT_GONE'],
        ['seen-2', '/INBOX/b.txt', 'writing', 'STILL_WRITING'],
        ['seen-3', '/INBOX/c.txt', 'listed', 'INCOMPLETE'],
        ['report-1', '/INBOX/held.txt', 'quarantine', 'CONTENT_WRONG'],
        ['name-1', '/INBOX/\\x00', 'refused', 'NAME_REFUSED'],
      ],
    );
    assert.match(
      await said(reports, 'outstanding'),
      /seen-1 {2}SIM001 {2}\/INBOX\/a\.txt {2}gone since .*\n.*REPORT_GONE: /,
    );
  });

  it('closes one or all of an account, journalled with name and reason', async () => {
    assert.match(
      await said(reports, 'close', 'seen-1', '--reason', 'came by mail', '--by', 'Ada'),
      /a\.txt is closed by Ada/,
    );
    assert.equal((await rows('--account', 'SIM001')).length, 4);
    await said(
      reports,
      'close',
      '--all',
      '--account',
      'SIM001',
      '--reason',
      'practice is over',
      '--by',
      'Bo',
    );
    assert.deepEqual(
      (await rows()).map(({ id }) => id),
      ['seen-4', 'report-1', 'name-1'],
    );
    const records = await withLedger(home(), (ledger: Pick<Ledger, 'journal'>) => ledger.journal.records());
    assert.deepEqual(
      records.filter(({ what }) => what === 'outstanding report closed').map(({ who, why }) => [who, why]),
      [
        ['Ada', 'came by mail'],
        ['Bo', 'practice is over'],
        ['Bo', 'practice is over'],
      ],
    );
    const [life] = JSON.parse(await said(ledgerCommand, 'show', '--report', 'a.txt'));
    assert.deepEqual(
      [life.path, life.outstanding.state, life.outstanding.closedBy],
      ['/INBOX/a.txt', 'gone', 'Ada'],
    );
  });

  it('says of what was received what a look inside found', async () => {
    const ledger = await openHome(home(), realClock);
    const receive = (name: string, changes: object) =>
      ledger.reports.recordReceived({
        ...aVersion({
          account: 'SIM001',
          name,
          path: `/INBOX/${name}`,
          sha256: name.repeat(64).slice(0, 64),
        }),
        ...changes,
      });
    const odd = { rule: 'ragged', record: 3, field: '', reason: 'it has 2 columns' } as const;
    await receive('a', { finding: { state: 'sound', warnings: [] } });
    await receive('b', { finding: { state: 'warnings', why: 'no-layout', warnings: [odd] } });
    await receive('c', { businessDate: '2026-11-19' });
    await ledger.close();
    const text = await said(reports, 'received');
    assert.match(text, /SIM001 {2}\/INBOX\/a {2}sound\n/);
    assert.match(
      text,
      /\/INBOX\/b {2}warnings \(nothing of its inside is known\)\n {4}record 3: it has 2 columns\n/,
    );
    const json = async (...words: string[]) =>
      (await said(reports, 'received', '--json', ...words))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    assert.deepEqual(
      (await json('--date', '2026-11-19')).map(({ path, state }) => [path, state]),
      [['/INBOX/c', 'not-kept']],
    );
    assert.deepEqual(
      (await json('--account', 'SIM001')).map(({ warnings }) => warnings.length),
      [0, 1, 0],
    );
    assert.match(await said(reports, 'received', '--account', 'SIM002'), /Nothing was received/);
    await assert.rejects(reports(['received', '--date', 'soon', '--home', home()]), { code: 'USAGE' });
  });

  it('shows the days of the parallel run, the newest first', async () => {
    const ledger = await openHome(home(), realClock);
    const counts = { equal: 5, different: 2, form: 1, onlyRap: 3, onlyTerminal: 0, unread: 0 };
    for (const date of ['2026-11-02', '2026-11-03']) {
      await ledger.comparisons.recordComparison({ account: 'SIM001', date, ...counts });
    }
    await ledger.close();
    assert.equal(
      await said(reports, 'compared', '--account', 'SIM001'),
      ['2026-11-03', '2026-11-02']
        .map(
          (date) =>
            `${date}  5 equal, 2 different (1 by form alone), 0 only at the terminal, 3 only at RAP\n`,
        )
        .join(''),
    );
    assert.match(await said(reports, 'compared', '--account', 'SIM002'), /No day was compared/);
    const [first] = (await said(reports, 'compared', '--account', 'SIM001', '--json')).split('\n');
    const { date, equal, compared } = JSON.parse(first ?? '');
    assert.deepEqual([date, equal, typeof compared], ['2026-11-03', 5, 'string']);
    await assert.rejects(reports(['compared', '--home', home()]), { code: 'USAGE' });
  });

  it('refuses what it does not understand, and closes nothing then', async () => {
    const reason = ['--reason', 'r'];
    for (const words of [
      [],
      ['mend'],
      ['close', ...reason],
      ['close', 'seen-1'],
      ['close', '--all', ...reason],
      ['close', 'seen-1', 'seen-99', ...reason],
      ['close', 'report-1', ...reason],
      ['close', '1', ...reason],
    ]) {
      await assert.rejects(reports([...words, '--home', home()]), { code: 'USAGE' }, words.join(' '));
    }
    assert.equal((await rows()).length, 6);
  });
});
