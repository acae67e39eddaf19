/** The commands by which people look after what was kept: rap quarantine, rap clean, rap ledger show. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import clean from '../../bin/commands/clean.ts';
import ledgerCommand from '../../bin/commands/ledger.ts';
import quarantine from '../../bin/commands/quarantine.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { listen } from './listen.ts';

const commands = { quarantine, clean, ledger: ledgerCommand };

describe('What was kept', () => {
  const home = temporaryFolder();
  const landed = () => path.join(home(), 'landing/HKSCC/INBOX/20250102/old.txt');
  const held = () => path.join(home(), 'quarantine/HKSCC/INBOX/20250102/held.txt');

  /** Runs a command on the home; its exit status, and what it wrote to stdout. */
  async function rap(
    command: keyof typeof commands,
    ...words: string[]
  ): Promise<{ status: number; out: string }> {
    let out = '';
    const hear = (text: string) => {
      out += text;
    };
    const status = await listen(hear, () => commands[command]([...words, '--home', home()])).catch(
      (error) => {
        if (error instanceof RapError) return error.exitStatus;
        throw error;
      },
    );
    return { status, out };
  }
  const plain = async (command: keyof typeof commands, ...words: string[]) => {
    const { status, out } = await rap(command, ...words, '--json');
    return {
      status,
      lines: out
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  };

  beforeEach(async () => {
    const ledger = await openHome(home(), realClock);
    for (const file of [landed(), held()]) {
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, 'content');
    }
    const of = { businessDate: '2025-01-02', folder: '/INBOX/20250102', size: 7, bytes: 7 };
    const old = aVersion({ ...of, name: 'old.txt', path: '/INBOX/20250102/old.txt', file: landed() });
    const { versionId } = await ledger.reports.recordReceived(old);
    const delivery = { versionId, share: '/srv/share', file: '/srv/share/old.txt', sha256: old.sha256 };
    await ledger.deliveries.recordDelivery({ ...delivery, outcome: 'published', run: 'run-1' });
    await ledger.deliveries.markRouted(versionId);
    const mail = {
      kind: 'digest' as const,
      run: 'run-1',
      subject: 's',
      text: 't',
      html: 'h',
      told: [versionId],
    };
    const { id } = await ledger.mails.queueMail({ ...mail, eventKey: 'digest', to: ['ada@x.hk'] });
    await ledger.mails.markSending(id);
    const answers = [{ address: 'ada@x.hk', state: 'accepted' as const, response: '' }];
    await ledger.mails.settleMail(id, { answers, error: '', nextAttempt: null });
    const sha256 = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73'; // of "content"
    const wrong = aVersion({
      ...of,
      name: 'held.txt',
      path: '/INBOX/20250102/held.txt',
      file: held(),
      sha256,
    });
    await ledger.quarantine.quarantineReport(wrong, {
      code: 'CONTENT_WRONG',
      reason: 'the totals do not agree',
    });
    const name = { folder: '/INBOX', nameHex: 'b3f8', shown: '\\xb3\\xf8', code: 'NAME_REFUSED' as const };
    await ledger.reports.refuse('HKSCC', 'run-1', [{ ...name, reason: 'is not UTF-8' }]);
    await ledger.close();
  });
  it('that waits is listed with the ID by which it is decided', async () => {
    const { lines } = await plain('quarantine', 'list');
    assert.deepEqual(
      lines.map(({ id, code, decision }) => [id, code, decision]),
      [
        ['report-1', 'CONTENT_WRONG', 'open'],
        ['name-1', 'NAME_REFUSED', 'open'],
      ],
    );
    const { out } = await rap('quarantine', 'list');
    assert.match(
      out,
      /report-1 {2}HKSCC {2}\/INBOX\/20250102\/held\.txt\n.*CONTENT_WRONG: the totals do not agree/,
    );
  });

  it('is released to the landing folder by a named person with a reason', async () => {
    const act = ['--reason', 'HKEX says it is right', '--by', 'Ada'];
    const released = await plain('quarantine', 'release', 'report-1', ...act);
    assert.equal(released.lines[0].file, path.join(home(), 'landing/HKSCC/INBOX/20250102/held.txt'));
    assert.equal((await plain('quarantine', 'release', 'name-1', '--as', 'notice.txt', ...act)).status, 0);
    assert.deepEqual((await plain('quarantine', 'list')).lines, []);
    const all = await plain('quarantine', 'list', '--all');
    assert.deepEqual(
      all.lines.map(({ decision }) => decision),
      ['released', 'released'],
    );
    const ledger = await openHome(home(), realClock);
    const records = (await ledger.journal.records()).filter(({ who }) => who === 'Ada');
    const open = await ledger.deliveries.openVersions('HKSCC');
    await ledger.close();
    assert.deepEqual(
      records.map(({ what, why }) => [what, why]),
      [
        ['released from quarantine', 'HKEX says it is right'],
        ['refused name released', 'HKEX says it is right'],
      ],
    );
    assert.deepEqual(
      open.map((one) => one.name),
      ['held.txt'],
      'the next run files it',
    );
  });

  it('is not decided about without a reason, an ID that exists, or a name', async () => {
    for (const words of [
      ['release', 'report-1'],
      ['release', 'report-2', '--reason', 'x'],
      ['release', 'name-1', '--reason', 'x'],
      ['discard', 'report-1'],
      ['shred'],
    ]) {
      assert.equal((await plain('quarantine', ...words)).status, 2, words.join(' '));
    }
    assert.equal((await plain('quarantine', 'list')).lines.length, 2);
  });

  it('goes when its work is done, after it was said what would go', async () => {
    const first = await rap('clean', '--keep', '5');
    assert.match(
      first.out,
      /HKSCC {2}2025-01-02 +1 files {2}7 bytes\n1 files of before .*\nNothing was removed/s,
    );
    assert.equal(await fs.readFile(landed(), 'utf8'), 'content');
    assert.equal((await plain('clean', '--keep', '5', '--apply')).status, 2, 'no reason');
    assert.equal((await plain('clean')).status, 2, 'how long?');
    assert.equal((await plain('clean', '--keep', '0')).status, 2, 'all is not for cleaning');
    await plain('quarantine', 'discard', 'report-1', '--reason', 'HKEX sent another');
    const { status, lines } = await plain(
      'clean',
      '--keep',
      '5',
      '--apply',
      '--reason',
      'disk',
      '--by',
      'Ada',
    );
    assert.deepEqual([status, lines[1]], [0, { removed: 2, bytes: 14, left: [] }]);
    for (const file of [landed(), held()]) await assert.rejects(fs.stat(file), { code: 'ENOENT' });
    assert.equal((await plain('ledger', 'verify')).status, 0);
  });

  it('is known with its whole life', async () => {
    const { lines } = await plain('ledger', 'show', '--report', 'old.txt');
    const [report] = lines[0];
    assert.equal(report.path, '/INBOX/20250102/old.txt');
    const [version] = report.versions;
    assert.equal(version.received.run, 'run-1');
    assert.equal(version.proved.bytes, 7);
    assert.deepEqual(
      version.delivered.map((one: { share: string }) => one.share),
      ['/srv/share'],
    );
    assert.deepEqual(
      version.told.map(({ address, state }: { address: string; state: string }) => [address, state]),
      [['ada@x.hk', 'accepted']],
    );
    assert.match(version.deliveredEverywhereAt, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const held = await plain('ledger', 'show', '--report', '/INBOX/20250102/held.txt');
    assert.equal(held.lines[0][0].quarantine[0].decision, 'held');
    assert.equal((await plain('ledger', 'show', '--report', 'none.txt')).status, 2);
  });
});
