/** report-route when a share fails: in the real Node-RED, on a clock that only the test moves. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { mock } from 'node:test';
import type { NodeMessage } from 'node-red';
import { idle } from '../../bin/rehearsal/idle.ts';
import type { Delivery } from '../../lib/delivery/deliver.ts';
import { initShare, SHARE_FILE } from '../../lib/delivery/share.ts';
import { watchdog } from '../../lib/files/watchdog.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { MAILED_GRACE, UNMAILED_LIMIT } from '../../lib/mail/flow-consumer.ts';
import type { ReceivedReport, RunContext } from '../../lib/model/types.ts';
import { aVersion, START } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { waited } from '../support/worked.ts';

/** Milliseconds that a stop may take: Node-RED waits 15 s for a node. */
const MOST = 10_000;

const codeOf = (msg: Received) => (msg.error as { code: string }).code;

describe('report-route and its shares', () => {
  const system = useSystem({ clock: START });
  let runtime: Runtime | undefined;

  beforeEach(async () => {
    for (const folder of ['ops', 'risk']) await fs.mkdir(path.join(system.home, folder));
  });
  const rules = [
    { system: '', code: '', folder: '', share: '{home}/ops/{yyyy}' },
    { system: '', code: '', folder: '', share: '{home}/risk/{yyyy}' },
  ];
  const flow = (settings: object): FlowNode[] => [
    ...frame('filed', 'end', 'news'),
    node('route', 'report-route', { rules, ...settings }, ['filed'], ['end'], ['news']),
  ];
  const start = async (settings: object = {}, options: { answerWithin?: number } = {}) => {
    runtime = await system.start(flow(settings), { ...options });
    return runtime;
  };

  const context: RunContext = {
    run: 'run-1',
    account: 'HKSCC',
    installation: 'hkscc',
    dataCentre: 'primary',
    address: '127.0.0.1:22',
  };
  const summary = { summary: true, complete: true, received: [], failed: [], known: 0, writing: 0 };

  /** Reports as rap-download leaves them: in the landing folder and in the ledger. */
  async function received(...texts: string[]): Promise<ReceivedReport[]> {
    const ledger = await openHome(system.home, system.clock);
    const reports = [];
    for (const [at, text] of texts.entries()) {
      const name = `report${at}.txt`;
      const file = path.join(system.home, name);
      await fs.writeFile(file, text);
      const sha256 = createHash('sha256').update(text).digest('hex');
      const { versionId } = await ledger.reports.recordReceived(
        aVersion({ name, file, sha256, bytes: text.length }),
      );
      reports.push((await ledger.reports.version(versionId)) ?? assert.fail());
    }
    await ledger.close();
    return reports;
  }

  const inYear = (share: string) => fs.readdir(path.join(system.home, share, '2026')).catch(() => []);
  const breakOps = async () => {
    await fs.rm(path.join(system.home, 'ops'), { recursive: true });
    await fs.writeFile(path.join(system.home, 'ops'), 'a file where the share should be');
  };
  const mendOps = async () => {
    await fs.rm(path.join(system.home, 'ops'));
    await fs.mkdir(path.join(system.home, 'ops'));
  };

  function run(reports: ReceivedReport[]): void {
    for (const payload of reports) runtime?.send('route', { rap: context, payload } as NodeMessage);
    runtime?.send('route', { rap: context, payload: summary } as NodeMessage);
  }

  /** The next attempt, and the look whether a flow is through with the news. */
  const waits = async () => runtime?.until(() => system.clock.pending === 2, 'the next attempt');
  /** Nothing is tried any more, and in the end nothing is looked after either. */
  async function rests(): Promise<void> {
    assert.equal(system.clock.pending, 1);
    await system.clock.advance(2 * UNMAILED_LIMIT, idle);
    await runtime?.until(() => system.clock.pending === 0, 'the end of the news');
  }

  it('tells once, fills the other share, and delivers by itself within 30 seconds after the fault ends', async () => {
    const reports = await received('one', 'two', 'three');
    await breakOps();
    const { received: at, message } = bound(await start());
    run(reports);
    await message('end');
    assert.deepEqual(at('caught').map(codeOf), ['NOT_WRITABLE']);
    assert.deepEqual((await inYear('risk')).length, 3);
    assert.equal(at('filed').length, 0);
    await waits();

    // An hour of failing attempts is no news.
    for (let minute = 0; minute < 10; minute++) await pass(20_000);
    assert.equal(at('caught').length, 1);
    await mendOps();
    await pass(20_000);
    const back = await message('news');
    assert.equal(codeOf(back), 'SHARE_BACK');
    assert.match(String(back.payload), /ops serves again .* 3 reports/);
    const subjectOf = (msg?: Received) =>
      (msg?.error as { cause: { subject: string } } | undefined)?.cause.subject;
    assert.deepEqual([at('caught')[0], back].map(subjectOf), Array(2).fill(path.join(system.home, 'ops')));
    assert.deepEqual((await inYear('ops')).length, 3);
    await runtime?.until(() => at('filed').length === 3, 'the reports');
    assert.deepEqual(
      at('filed').map((msg) => (msg.rap as RunContext).run),
      ['run-1', 'run-1', 'run-1'],
    );
    await rests();
  });

  it('takes up after a restart what waits, and tells when it still cannot be written', async () => {
    const reports = await received('one', 'two');
    await breakOps();
    await start();
    run(reports);
    await runtime?.message('end');
    await runtime?.stop();

    const { received: at, message } = bound(await start());
    assert.equal(codeOf(await message('caught')), 'NOT_WRITABLE');
    await mendOps();
    await waits();
    await pass(20_000);
    await message('filed', 1);
    assert.equal(codeOf(await message('news')), 'SHARE_BACK');
    assert.equal(at('caught').length, 1);
    await runtime?.stop();

    await start();
    await idle();
    assert.equal(runtime?.received('filed').length, 0, 'what is delivered is not delivered again');
  });

  it('asks for marks where it should, takes up when the share is mounted, and misses one that it met', async () => {
    const [first, second] = await received('one', 'two');
    const { message } = bound(await start({ shares: 'marked', rules: rules.slice(0, 1) }));
    runtime?.send('route', { rap: context, payload: first } as NodeMessage);
    assert.equal(codeOf(await message('caught')), 'SHARE_MISSING');
    assert.deepEqual(await fs.readdir(path.join(system.home, 'ops')), []);
    await initShare(path.join(system.home, 'ops'), system.clock);
    await waits();
    await pass(20_000);
    await message('filed');
    await fs.rm(path.join(system.home, 'ops'), { recursive: true });
    await fs.mkdir(path.join(system.home, 'ops'));
    await initShare(path.join(system.home, 'ops'), system.clock);
    runtime?.send('route', { rap: context, payload: second } as NodeMessage);
    const other = await message('caught', 1);
    assert.equal(codeOf(other), 'SHARE_CHANGED');
    assert.equal((other.error as { cause: { retryable: boolean } }).cause.retryable, false);
  });

  it('misses a known share at the start already, says so once, and says when it is back', async () => {
    const [report] = await received('one');
    const marked = { shares: 'marked', rules: rules.slice(0, 1) };
    await initShare(path.join(system.home, 'ops'), system.clock);
    await start(marked);
    runtime?.send('route', { rap: context, payload: report } as NodeMessage);
    await runtime?.message('filed');
    await runtime?.stop();

    const id = await fs.readFile(path.join(system.home, 'ops', SHARE_FILE));
    await fs.rm(path.join(system.home, 'ops', SHARE_FILE));
    const { received: at, message } = bound(await start(marked));
    const missed = await message('caught');
    assert.equal(codeOf(missed), 'SHARE_MISSING');
    const { account } = missed.rap as RunContext;
    assert.equal(account, 'HKSCC', 'should this process end first, a run of it ends the alarm');
    await waits();
    await pass(20_000);
    // A run is not free of faults because it brings nothing for the share.
    runtime?.send('route', { rap: { ...context, run: 'run-2' }, payload: summary } as NodeMessage);
    await message('end');
    await pass(20_000);
    assert.deepEqual([at('caught').length, at('news').length], [1, 0]);
    assert.deepEqual(await fs.readdir(path.join(system.home, 'ops')), ['2026']);

    await fs.writeFile(path.join(system.home, 'ops', SHARE_FILE), id);
    await pass(20_000);
    const back = String((await message('news')).payload);
    assert.match(
      back,
      /ops serves again \(it was: The share of .*ops is not there.*\)\. No report had waited$/,
    );
    await rests();
    await runtime?.stop();
    runtime = undefined;
    const ledger = await openHome(system.home, system.clock);
    const { accounts } = await ledger.runs.runFacts('run-2');
    await ledger.close();
    assert.deepEqual(
      accounts.flatMap(({ failures }) => failures).map(({ code }) => code),
      ['SHARE_MISSING'],
    );
  });

  for (const killed of ['before it was written down', 'before a flow had heard of it'] as const) {
    it(`says that a share is back though the process was killed ${killed}, once`, async () => {
      const marked = { shares: 'marked', rules: rules.slice(0, 1) };
      const root = path.join(system.home, 'ops');
      const away = { host: '', destination: root };
      const ledger = await openHome(system.home, system.clock);
      await ledger.shares.rememberShare(await initShare(root, system.clock));
      await ledger.shares.keepRouted('route', context);
      const faults = ['SHARE_MISSING', 'SHARE_SILENT', 'SHARE_MISSING'] as const;
      for (const [n, code] of faults.entries()) {
        await ledger.shares.noteShareAway('route', { ...away, code, message: `fault ${n}` });
        await system.clock.advance(1);
      }
      // Of another host, which has other mounts.
      await ledger.shares.noteShareAway('route', {
        ...{ host: 'other', destination: root, code: 'SHARE_MISSING', message: 'there' },
      });
      if (killed === 'before a flow had heard of it')
        await ledger.shares.noteShareBack('route', { ...away, was: [], delivered: 2 });
      await ledger.close();

      const { received: at, message } = bound(await start(marked));
      const back = await message('news');
      assert.equal(codeOf(back), 'SHARE_BACK');
      assert.match(String(back.payload), /ops serves again \(it was: fault 0; fault 1\)\. /);
      run([]);
      await message('end');
      assert.equal(at('news').length, 1);
      await system.clock.advance(MAILED_GRACE);
      await runtime?.stop();

      const next = bound(await start(marked));
      run([]);
      await next.message('end');
      assert.deepEqual(next.received('news'), []);
      await runtime?.stop();
      runtime = undefined;
      const after = await openHome(system.home, system.clock);
      assert.deepEqual(await after.shares.sharesAway(''), []);
      assert.equal((await after.shares.sharesAway('other')).length, 1);
      await after.close();
    });
  }

  it('lets no report wait for the trial of a share that hangs at the start', async () => {
    const gate = Promise.withResolvers<void>();
    const real = fs.open;
    mock.method(fs, 'open', async (file: string, ...how: [string, number?]) => {
      if (file === path.join(system.home, 'ops', SHARE_FILE)) await gate.promise;
      return real(file, ...how);
    });
    try {
      const [report] = await received('one');
      const ledger = await openHome(system.home, system.clock);
      await ledger.shares.rememberShare(await initShare(path.join(system.home, 'risk'), system.clock));
      await ledger.shares.rememberShare({ root: path.join(system.home, 'ops'), id: 'the one that hangs' });
      await ledger.shares.keepRouted('route', { ...context, account: 'SEOCH' });
      await ledger.close();
      const [ops, risk] = rules;
      await start({ rules: [{ ...ops, system: 'DCASS' }, risk] });
      await runtime?.until(() => watchdog.busy, 'the trial');
      runtime?.send('route', { rap: context, payload: report } as NodeMessage);
      await runtime?.message('filed');
      assert.ok(watchdog.busy, 'it hangs still');
      const spent = await waited(() => runtime?.stop());
      assert.ok(spent < MOST, `the close took ${spent} ms`);
      assert.equal(runtime?.received('caught').length, 0);
    } finally {
      gate.resolve();
      mock.restoreAll();
    }
  });

  it('sends word of other content under a name that is taken, one for each place, as a Catch node would', async () => {
    const [one] = await received('one');
    for (const share of ['ops', 'risk']) {
      await fs.mkdir(path.join(system.home, share, '2026'));
      await fs.writeFile(path.join(system.home, share, '2026', 'report0.txt'), 'other');
    }
    const { received: at, message } = bound(await start());
    run([one ?? assert.fail()]);
    await message('end');
    assert.deepEqual(at('news').map(codeOf), ['AMENDED', 'AMENDED']);
    const error = at('news')[0]?.error as {
      source: { name: string };
      message: string;
      cause: { cure: string };
    };
    assert.equal(error.source.name, path.join(system.home, 'ops', '2026', 'report0~2.txt'));
    assert.match(error.message, /other content .* kept beside it as report0~2\.txt/);
    assert.match(error.cause.cure, /Both contents are kept/);
    assert.equal(at('filed').length, 1);
    assert.equal(at('caught').length, 0);
  });

  it('does not take another report of the same name for an amended one, and its own new content for another', async () => {
    const ledger = await openHome(system.home, system.clock);
    const land = async (folder: string, text: string, account = 'HKSCC') => {
      const file = path.join(system.home, `landed-${account}${folder.replaceAll('/', '-')}-${text}`);
      await fs.writeFile(file, text);
      const facts = {
        name: 'daily.txt',
        path: `${folder}/daily.txt`,
        folder,
        account,
        file,
        bytes: text.length,
      };
      const sha256 = createHash('sha256').update(text).digest('hex');
      const { versionId } = await ledger.reports.recordReceived(aVersion({ ...facts, sha256 }));
      return (await ledger.reports.version(versionId)) ?? assert.fail();
    };
    const first = await land('/INBOX/a', 'one');
    const second = await land('/INBOX/b', 'two');
    const third = await land('/INBOX/a', 'three', 'HKCC');
    const amended = await land('/INBOX/b', 'two again');
    await ledger.close();
    const { received: at, message } = bound(await start());
    for (const payload of [first, second, amended])
      runtime?.send('route', { rap: context, payload } as NodeMessage);
    runtime?.send('route', { rap: { ...context, account: 'HKCC' }, payload: third } as NodeMessage);
    runtime?.send('route', { rap: context, payload: summary } as NodeMessage);
    await message('end');
    assert.deepEqual(at('news').map(codeOf), [
      'SAME_NAME',
      'SAME_NAME',
      'AMENDED',
      'AMENDED',
      'SAME_NAME',
      'SAME_NAME',
    ]);
    const [news] = at('news');
    assert.match(
      String(news?.payload),
      /b\/daily\.txt has the name of \/INBOX\/a\/daily\.txt \(HKSCC\).* as daily~2\.txt/,
    );
    assert.equal((await inYear('ops')).length, 4);
    assert.equal(at('caught').length, 0);
  });

  describe('that do not answer', () => {
    /** Calls that hang, and lets them go on. */
    let hung: string[];
    let thaw: () => void;

    beforeEach(() => {
      const gate = Promise.withResolvers<void>();
      hung = [];
      thaw = gate.resolve;
      const real = fs.link;
      mock.method(fs, 'link', async (from: string, to: string) => {
        if (to.startsWith(path.join(system.home, 'ops')) && !path.basename(to).startsWith('.part-')) {
          hung.push(path.basename(to));
          await gate.promise;
        }
        return real(from, to);
      });
    });
    afterEach(() => {
      thaw();
      mock.restoreAll();
    });

    it('are told of once, left alone while the others are filled, and served by themselves when they answer', async () => {
      const reports = await received('one', 'two');
      const { received: at, message } = bound(await start({}, { answerWithin: 3_000 }));
      await hangOnReports(async () => {
        run(reports);
        await message('end');
        assert.deepEqual(at('caught').map(codeOf), ['SHARE_SILENT']);
        const told = (at('caught')[0] ?? assert.fail()).error;
        const { message: text, cause } = told as { message: string; cause: { cure: string } };
        assert.match(
          text,
          /ops does not answer: "link .*" was asked of it at \d{4}-.*:\d\d and has not ended since$/,
        );
        assert.match(cause.cure, /have it looked at.* the other shares are served/);
        assert.ok(runtime?.statuses('route').some((status) => status.text === 'share not answering'));
        assert.equal((await inYear('risk')).length, 2);
        for (let round = 0; round < 5; round++) await pass(20_000);
        assert.deepEqual([at('caught').length, hung.length], [1, 1], 'nothing more is asked');
      });
      // Its late answer first, then the round that is due.
      await runtime?.until(() => !watchdog.busy, 'the late answer');
      await pass(20_000);
      assert.match(String((await message('news')).payload), /ops serves again .* 2 reports/);
      await runtime?.until(() => at('filed').length === 2, 'the reports');
      assert.deepEqual(await inYear('ops'), ['report0.txt', 'report1.txt']);
    });

    it('do not hold up a deploy, and the next life waits for what the last one asked', async () => {
      const reports = await received('one');
      await start();
      await hangOnReports(async () => {
        run(reports);
        await runtime?.until(() => hung.length === 1, 'the hanging call');
        const spent = await waited(() => runtime?.stop());
        assert.ok(spent < MOST, `the close took ${spent} ms`);
        await start();
      });
      const filed = (await runtime?.message('filed')) ?? assert.fail();
      const { deliveries } = filed.payload as { deliveries: Delivery[] };
      // Had it not waited, it would have published for itself.
      assert.deepEqual(
        deliveries.map(({ outcome }) => outcome),
        ['identical', 'published'],
      );
      assert.deepEqual(await inYear('ops'), ['report0.txt']);
      assert.equal(runtime?.received('caught').length, 0);
    });

    /** Whatever happens, the share answers in the end. */
    async function hangOnReports(work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } finally {
        thaw();
      }
    }
  });

  function bound(started: Runtime) {
    return { received: started.received.bind(started), message: started.message.bind(started) };
  }

  /** Moves the clock, then waits until the attempt that was due has ended: it has gone to rest or all is well. */
  async function pass(ms: number): Promise<void> {
    await system.clock.advance(ms, idle);
  }
});
