/** rap trace: one report's whole story, found by any part of its name. */
import assert from 'node:assert/strict';
import trace from '../../bin/commands/trace.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { inLedger } from '../support/in-ledger.ts';
import { listen } from './listen.ts';

describe('rap trace', () => {
  const home = temporaryFolder();

  async function rap(...words: string[]): Promise<{ status: number; out: string }> {
    let out = '';
    const hear = (text: string) => {
      out += text;
    };
    try {
      return { status: await listen(hear, () => trace([...words, '--home', home()])), out };
    } catch (error) {
      if (error instanceof RapError) return { status: error.exitStatus, out: error.message };
      throw error;
    }
  }
  const kinds = async (...words: string[]) => {
    const { out } = await rap(...words, '--json');
    const rows: {
      path?: string;
      expected?: string;
      state?: string;
      events?: { kind: string; at: string }[];
    }[] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return rows;
  };

  beforeEach(async () => {
    await inLedger(home(), async (ledger) => {
      const finding = {
        state: 'warnings',
        warnings: [{ rule: 'no-date', record: null, field: '', reason: 'It bears no date' }],
      } as const;
      const first = aVersion({ finding });
      const sight = { account: 'HKSCC', run: 'run-1', dataCentre: 'primary' } as const;
      await ledger.outstanding.noteSeen(sight, [{ path: first.path, size: 1234, modifiedAt: 1 }]);
      const { versionId } = await ledger.reports.recordReceived(first);
      const there = { versionId, share: '/srv/ops', file: '/srv/ops/x.txt', sha256: first.sha256 };
      await ledger.deliveries.recordDelivery({ ...there, outcome: 'published', run: 'run-1', placedAt: 5 });
      await ledger.deliveries.markRouted(versionId);
      const mail = {
        kind: 'digest' as const,
        run: 'run-1',
        subject: 's',
        text: 't',
        html: 'h',
        told: [versionId],
      };
      const { id } = await ledger.mails.queueMail({
        ...mail,
        eventKey: 'digest',
        to: ['ada@x.hk', 'ben@x.hk'],
      });
      await ledger.mails.markSending(id);
      const answers = (['ada@x.hk', 'ben@x.hk'] as const).map((address) => ({
        address,
        state: 'accepted' as const,
        response: '',
      }));
      await ledger.mails.settleMail(id, { answers, error: '', nextAttempt: null });
      const lost = { versionId, share: '/srv/ops', state: 'gone' as const, why: 'there is no such file' };
      await ledger.placedFiles.notePlaced([lost], realClock.now());
      await ledger.placedFiles.closePlaced(
        { versionId, share: '/srv/ops' },
        { by: 'Ada', reason: 'moved to the archive' },
      );
      await ledger.reports.recordReceived(aVersion({ sha256: 'b'.repeat(64) }));
      await ledger.quarantine.quarantineReport(
        aVersion({ name: 'RMAMR03_SIM001_4.zip', path: '/INBOX/20261120/RMAMR03_SIM001_4.zip' }),
        {
          code: 'CONTENT_WRONG',
          reason: 'the totals do not agree',
        },
      );
      await ledger.outstanding.noteSeen(sight, [
        { path: '/COMMON/20261120/RP009_261120.zip', size: 1, modifiedAt: 1 },
      ]);
      const name = { folder: '/INBOX', nameHex: 'b3f8', shown: '\\xb3\\xf8', code: 'NAME_REFUSED' as const };
      await ledger.reports.refuse('HKSCC', 'run-1', [{ ...name, reason: 'is not UTF-8' }]);
    });
  });
  it('tells the story in the order of time, from any part of the name in any case', async () => {
    const [story, ...others] = await kinds('cltn05_2026');
    assert.deepEqual(others, []);
    const told = story?.events?.map(({ kind }) => kind) ?? [];
    for (const kind of ['received', 'looked', 'delivered', 'everywhere', 'told', 'placed', 'person']) {
      assert.ok(told.includes(kind), `${kind} in ${told}`);
    }
    assert.equal(told.filter((kind) => kind === 'received').length, 2, 'both contents');
    const at = story?.events?.flatMap((event) => event.at ?? []) ?? [];
    assert.deepEqual(at, at.toSorted());
    const { out } = await rap('CLTN05');
    for (const part of [
      /amended/,
      /warnings; It bears no date/,
      /ada@x\.hk accepted, ben@x\.hk accepted/,
      /gone on \/srv\/ops: there is no such file/,
      /Ada: file on a share closed: moved to the archive/,
    ]) {
      assert.match(out, part);
    }
  });

  it('finds what never came, what is held and what must not be touched', async () => {
    const found = async (word: string) =>
      (await kinds(word)).flatMap(({ events = [] }) => events.map(({ kind }) => kind));
    assert.deepEqual(await found('rp009'), ['outstanding']);
    assert.deepEqual(await found('rmamr03'), ['quarantined']);
    assert.deepEqual(await found('xb3'), ['refused']);
  });

  it('tells who decided about one that was held', async () => {
    await inLedger(home(), async (ledger) => {
      const [held] = await ledger.quarantine.quarantinedReports();
      await ledger.quarantine.discardQuarantined(held?.id ?? 0, { by: 'Ben', reason: 'HKEX sent another' });
    });
    assert.match((await rap('RMAMR03')).out, /Ben: discarded from quarantine: HKEX sent another/);
  });

  it('says that a report is expected and not here, which nobody has seen', async () => {
    const one = {
      report: 'CCLTN02',
      set: '4',
      businessDate: '2026-11-20',
      system: 'CCASS',
      state: 'missing',
    };
    const times = { about: 1, riskAfter: 2, lateAfter: 1_795_000_000, cutOff: 4, traces: [] };
    await inLedger(home(), (ledger) =>
      ledger.expectations.recordCheck({
        account: 'HKSCC',
        at: 1,
        asked: {},
        found: { reports: [{ ...one, ...times }] },
      } as never),
    );
    const [row] = await kinds('ccltn02:4');
    assert.deepEqual([row?.expected, row?.state], ['CCLTN02:4', 'missing']);
  });

  it('shows nothing of a name as it is, and knows when it knows nothing', async () => {
    await inLedger(home(), (ledger) =>
      ledger.reports.recordReceived(aVersion({ name: 'odd\u001b[2J.txt', path: '/INBOX/odd\u001b[2J.txt' })),
    );
    const { out } = await rap('odd');
    assert.ok(!out.includes('\u001b'), JSON.stringify(out));
    assert.equal((await rap('NO_SUCH')).status, 2);
    assert.equal((await rap('CCLTN05', '--date', '2026-11-19')).status, 2);
    assert.equal((await rap('CCLTN05', '--date', '2026-11-20', '--account', 'HKSCC')).status, 0);
  });
});
