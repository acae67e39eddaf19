import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { switchDataCentre } from '../../lib/accounts/data-centre-switch.ts';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { ReceivedReport, Report, RunContext } from '../../lib/model/types.ts';
import { realClock } from '../../lib/time/clock.ts';
import { newKey } from '../../simulator/keys.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { shortFile, stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { patientClock } from '../support/patient-clock.ts';
import { admin, type FlowNode, type Received, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { waited } from '../support/worked.ts';

/** Log in, list, download, log out, with a look at every step. */
function session(simulator: Simulator, changes: Record<string, unknown> = {}): FlowNode[] {
  return [
    ...frame('logged-in', 'listed', 'report', 'summary', 'logged-out', 'checked'),
    accountOf(simulator, 'hkscc', changes),
    node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list', 'logged-in']),
    node('list', 'rap-list', { settleSeconds: '0' }, ['download', 'listed']),
    node('download', 'rap-download', {}, ['report'], ['logout', 'summary']),
    node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['logged-out']),
    node('check', 'rap-connect', { action: 'check', account: 'account-hkscc' }, ['checked']),
  ];
}

const errorOf = (msg: Received) =>
  msg.error as {
    code: string;
    message: string;
    cause: { cure: string; retryable: boolean };
    source: { id: string };
  };
const contextOf = (msg: Received) => msg.rap as RunContext;

describe('rap-connect, rap-list, rap-download', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 20_000 } });
  let runtime: Runtime;

  async function start(flow = session(system.simulator)): Promise<void> {
    runtime = await system.start(flow);
  }

  it('checks no addresses beside a login that is under way', async () => {
    await start();
    const login = Promise.withResolvers<void>();
    let accept = () => {};
    await system.simulator.setFault({
      login(attempt) {
        accept = () => attempt.accept();
        login.resolve();
        return true;
      },
    });
    runtime.send('login', {});
    await login.promise;
    runtime.send('check', {});
    const fault = errorOf(await runtime.message('caught'));
    assert.deepEqual([fault.code, fault.source.id], ['SESSION_BUSY', 'check']);
    accept();
    await runtime.message('logged-in');
    assert.equal(system.simulator.counters().connections, 1);
  });

  it('recognises reports by the catalogue of the site', async () => {
    await writeFile(
      `${system.home}/catalogue.yaml`,
      'reports:\n  - code: FCS01\n    system: OURS\n    installation: hkscc\n    name: n\n    source: seen\n    certainty: learned\n' +
        '    file: "CCLTN05_{participant}_{yyyymmdd}.{ext}"\n    fileCertainty: learned\n    folder: /INBOX\n    calendar: securities\n    frequency: optional\n',
    );
    await start();
    runtime.send('login', {});
    const reports = (await runtime.message('listed')).payload as Report[];
    const statement = reports.find(({ name }) => name.startsWith('CCLTN05'));
    assert.deepEqual([statement?.system, statement?.code], ['OURS', 'FCS01']);
    assert.ok(reports.some(({ code }) => code === 'CCLTN04'));
  });

  it('tells of a catalogue that cannot be read, and fetches everything all the same', async () => {
    await writeFile(`${system.home}/catalogue.yaml`, 'reports:\n  - code: CCLTN05\n    about: 4pm\n');
    await start();
    runtime.send('login', {});
    const fault = errorOf(await runtime.message('caught'));
    assert.equal(fault.code, 'CONFIG_INVALID');
    assert.match(fault.message, /catalogue\.yaml cannot be used: line 3: reports\[0\]\.about is not a time/);
    const summary = (await runtime.message('logged-out')).payload as CollectionSummary;
    assert.equal(summary.failed.length, 0);
    assert.ok(summary.received.some(({ code }) => code === 'CCLTN05'));
  });

  it('brings every report of the simulator, byte for byte, one message each and a summary', async () => {
    await start();
    runtime.send('login', { topic: 'duty' });
    const out = await runtime.message('logged-out');
    const summary = out.payload as CollectionSummary;
    const served = await filesIn(system.simulator.tree('hkscc', 'primary'));
    assert.ok(served.size > 10);
    assert.equal(summary.complete, true);
    assert.equal(summary.received.length, served.size);
    assert.equal(out.topic, 'duty');

    const reports = runtime.received('report');
    assert.equal(reports.length, served.size);
    const landed = await filesIn(`${system.home}/landing/SIM001`);
    assert.deepEqual(landed, served);
    for (const [index, msg] of reports.entries()) {
      const { sha256, bytes, file } = msg.payload as ReceivedReport;
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(bytes > 0 && file.startsWith(system.home));
      const parts = msg.parts as { index: number; count?: number };
      assert.equal(parts.index, index);
      // Only the last knows how many there were; that is what Join waits for.
      assert.equal(parts.count, index === reports.length - 1 ? reports.length : undefined);
    }

    const listed = await runtime.message('listed');
    assert.ok((listed.payload as Report[]).every((report) => report.state === 'new'));
    const { run, account, installation, dataCentre, address } = contextOf(listed);
    const [first] = system.simulator.addressesOf('hkscc', 'primary');
    assert.deepEqual(
      { account, installation, dataCentre, address },
      {
        account: 'SIM001',
        installation: 'hkscc',
        dataCentre: 'primary',
        address: `${first.host}:${first.port}`,
      },
    );
    assert.match(run, /^\d{8}-\d{6}-[0-9a-f]{4}$/);
    assert.equal(runtime.statusText('login'), 'primary 0.1');
    assert.match(runtime.statusText('download'), new RegExp(`^\\d\\d:\\d\\d · ${served.size} ok$`));
    assert.match(runtime.statusText('logout'), / · logged out$/);
    assert.equal(runtime.received('caught').length, 0);
    assert.equal(system.simulator.counters().logins, 1);
  });

  it('downloads nothing twice, and takes what was issued again as a new version', async () => {
    await start();
    runtime.send('login');
    await runtime.message('logged-out');
    runtime.send('login');
    const second = (await runtime.message('logged-out', 1)).payload as CollectionSummary;
    assert.equal(second.received.length, 0);
    assert.ok(second.known > 10);
    assert.match(runtime.statusText('download'), / · 0 new$/);
    // What the first run left under a node goes when the second begins, before that node has anything to say.
    const statuses = runtime.statuses('logout');
    assert.deepEqual(
      statuses.slice(-3).map(({ text = '' }) => text.replace(/^.* · /, '')),
      ['logged out', '', 'logged out'],
    );

    const [report] = system.simulator.reports('hkscc', 'primary');
    assert.ok(report);
    await system.simulator.reissue({ installation: 'hkscc', dataCentre: 'primary', path: report.path });
    runtime.send('login');
    const third = (await runtime.message('logged-out', 2)).payload as CollectionSummary;
    assert.deepEqual(
      third.received.map((one) => [one.path, one.state]),
      [[report.path, 'changed']],
    );
  });

  it('keeps a practice and production apart: neither knows, moves or counts what the other brought', async () => {
    await start();
    const practice = { practice: { date: '2025-06-21' } };
    const summaries: CollectionSummary[] = [];
    for (const [index, mark] of [practice, {}, practice, {}].entries()) {
      runtime.send('login', mark);
      summaries.push((await runtime.message('logged-out', index)).payload as CollectionSummary);
    }
    const served = await filesIn(system.simulator.tree('hkscc', 'primary'));
    assert.deepEqual(
      summaries.map(({ received, known }) => [received.length, known]),
      [
        [served.size, 0],
        [served.size, 0],
        [0, served.size],
        [0, served.size],
      ],
    );
    assert.deepEqual(await filesIn(`${system.home}/landing/SIM001`), served);
    assert.deepEqual((await filesIn(`${system.home}/practice/2025-06-21/reports`)).size, served.size);
    const ledger = await openHome(system.home, realClock);
    const ids = async (account: string) =>
      [...(await ledger.reports.versionsOf(account)).values()].map(({ versionId }) => versionId);
    const [ours, theirs] = [await ids('SIM001'), await ids('SIM001.practice-2025-06-21')];
    await ledger.close();
    assert.equal(ours.length, served.size);
    assert.equal(new Set([...ours, ...theirs]).size, 2 * served.size);
  });

  it('tells a Catch node that the host key differs, sends nothing on, and nothing of a login', async () => {
    for (const address of system.simulator.addressesOf('hkscc', 'primary'))
      system.simulator.replaceHostKey(address);
    await start();
    runtime.send('login');
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'HOST_KEY_MISMATCH');
    assert.equal(errorOf(caught).source.id, 'login');
    assert.equal(errorOf(caught).cause.retryable, false);
    assert.match(errorOf(caught).cause.cure, /Ask HKEX/);
    assert.doesNotMatch(errorOf(caught).message, /^RapError/);
    assert.ok(contextOf(caught).run, 'the alarm needs the run');
    assert.equal(runtime.statusText('login'), 'host key changed');
    assert.equal(runtime.received('logged-in').length, 0);
    assert.equal(system.simulator.counters().logins, 0);
    assert.equal(system.simulator.counters().loginAttempts, 0);
  });

  it('locks the login after a refused key; a person resets it with a reason and the right key works', async () => {
    const wrong = `${system.home}/wrong-key`;
    await writeFile(wrong, newKey('wrong').privateKey, { mode: 0o600 });
    await start(session(system.simulator, { keyFile: wrong }));
    runtime.send('login');
    assert.equal(errorOf(await runtime.message('caught')).code, 'LOGIN_REFUSED');
    runtime.send('login');
    assert.equal(errorOf(await runtime.message('caught', 1)).code, 'LOGIN_LOCKED');
    assert.equal(system.simulator.counters().loginAttempts, 1);

    const shown = await admin().get('/rap-account/account-hkscc/lock');
    assert.match(JSON.stringify(shown.body), /"account":"SIM001".*refused the login"/);
    const inChinese = await admin().get('/rap-account/account-hkscc/lock?language=zh-CN');
    assert.match((inChinese.body as { lock: { reason: string } }).lock.reason, /^127\.0\.0\.1:\d+ 拒绝登录$/);
    const silent = await admin().post('/rap-account/account-hkscc/unlock').send({ reason: ' ' });
    assert.equal(silent.status, 400);
    const reset = await admin().post('/rap-account/account-hkscc/unlock').send({ reason: 'key replaced' });
    assert.deepEqual(reset.body, { lock: null });

    await rename(system.simulator.accounts.hkscc.keyFile, wrong);
    runtime.send('login');
    await runtime.message('logged-in');
  });

  it('names a missing or unreadable key without trying to log in', async () => {
    await start(session(system.simulator, { keyFile: `${system.home}/no-such-key` }));
    runtime.send('login');
    assert.equal(errorOf(await runtime.message('caught')).code, 'KEY_UNREADABLE');
    assert.equal(system.simulator.counters().connections, 0);
  });

  it('takes a key from the credential store', async () => {
    const privateKey = await readFile(system.simulator.accounts.hkscc.keyFile, 'utf8');
    runtime = await system.start(session(system.simulator, { keySource: 'stored', keyFile: '' }), {
      credentials: { 'account-hkscc': { privateKey } },
    });
    runtime.send('login');
    await runtime.message('logged-out');
  });

  it('refuses a second run while the first has the session', async () => {
    const flow = session(system.simulator).filter((one) => one.id !== 'list');
    await start(flow);
    runtime.send('login');
    const first = await runtime.message('logged-in');
    runtime.send('login');
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'SESSION_BUSY');
    assert.match(errorOf(caught).message, new RegExp(contextOf(first).run));
    assert.equal(runtime.statusText('login'), 'account in use');

    // The check leaves the account alone, too.
    runtime.send('check');
    assert.equal(errorOf(await runtime.message('caught', 1)).code, 'SESSION_BUSY');
    // Logging out the second run does not touch the session of the first.
    runtime.send('logout', { rap: contextOf(caught) });
    await runtime.message('logged-out');
    assert.equal(system.simulator.counters().live, 1);
    runtime.send('logout', { rap: contextOf(first) });
    await runtime.message('logged-out', 1);
    await runtime.until(() => system.simulator.counters().live === 0, 'the session to end');
  });

  it('has one session also of an account that was brought in twice', async () => {
    const flow = session(system.simulator).filter(({ id }) => id !== 'list');
    const twin = (id: string, action: string, next: string) =>
      node(id, 'rap-connect', { action, account: 'twin' }, [next]);
    await start([
      ...flow,
      { ...accountOf(system.simulator, 'hkscc'), id: 'twin' },
      ...[twin('login-twin', 'login', 'logged-in'), twin('logout-twin', 'logout', 'logged-out')],
    ]);
    const codes = () => runtime.received('caught').map((msg) => errorOf(msg).code);
    runtime.send('login');
    const first = await runtime.message('logged-in');
    runtime.send('login-twin');
    await runtime.until(() => codes().includes('SESSION_BUSY'), 'the refusal');
    assert.equal(system.simulator.counters().live, 1);
    // One that rests is ended before the other begins.
    runtime.send('logout', { rap: { ...contextOf(first), keepSession: 600_000 } });
    await runtime.message('logged-out');
    runtime.send('login-twin');
    await runtime.message('logged-in', 1);
    await runtime.until(() => system.simulator.counters().live === 1, 'the session that rested to end');
    assert.equal(codes().filter((code) => code === 'SESSION_BUSY').length, 1);
  });

  describe('while a run of rap-schedule is under way', () => {
    const begun = (run: string, trigger = 'hand', rap: object = {}) => ({
      payload: { trigger, due: 0 },
      rap: { run, ...rap },
    });
    const login = async () => {
      const flow = session(system.simulator).filter(({ id }) => id !== 'list');
      runtime = await system.start(flow, { clock: patientClock(20) });
    };
    const runs = () => runtime.received('logged-in').map((msg) => contextOf(msg).run);
    const said = () => runtime.statuses('login').filter(({ text }) => text === 'a run is under way').length;
    const waits = (times = 1) => runtime.until(() => said() >= times, 'the wait');
    const end = async (run: string) => {
      runtime.send('logout', { rap: { run } });
      await runtime.until(
        () => runtime.received('logged-out').some((msg) => contextOf(msg).run === run),
        `the end of ${run}`,
      );
    };

    it('another one that a person asked for gives way: no error, no log-in, nothing sent on', async () => {
      await login();
      // All at once: the second comes while the first is still logging in.
      for (const run of ['run-1', 'run-2', 'run-3']) runtime.send('login', begun(run));
      await runtime.message('logged-in');
      await waits(2);
      runtime.send('login', begun('run-4'));
      await waits(3);
      await end('run-1');
      runtime.send('login', begun('run-5'));
      await runtime.message('logged-in', 1);
      assert.deepEqual(runs(), ['run-1', 'run-5']);
      assert.equal(runtime.received('caught').length, 0);
      assert.equal(system.simulator.counters().logins, 2);
    });

    it('the schedule begins no other, until it has logged out or its session has ended', async () => {
      const schedule = node(
        'schedule',
        'rap-schedule',
        { mode: 'times', times: [{ time: '07:00' }], pattern: '', calendar: 'securities', catchUp: false },
        ['login'],
      );
      const flow = [...session(system.simulator, { idleSeconds: '60' }), schedule].filter(
        ({ id }) => id !== 'list',
      );
      runtime = await system.start(flow, { clock: patientClock(20) });
      runtime.send('schedule');
      const first = contextOf(await runtime.message('logged-in'));
      runtime.send('schedule');
      await runtime.until(() => runtime.statusText('schedule') === 'a run is under way', 'its word');
      await end(first.run);
      runtime.send('schedule');
      const second = contextOf(await runtime.message('logged-in', 1));
      assert.notEqual(second.run, first.run);
      // This flow forgets to log out.
      await runtime.until(() => system.simulator.counters().live === 0, 'the idle limit');
      runtime.send('schedule');
      await runtime.message('logged-in', 2);
      assert.equal(runtime.received('logged-in').length, 3);
      assert.equal(runtime.received('caught').length, 0);
    });

    it('that of a timer waits, and does the work of any more that come', async () => {
      await login();
      runtime.send('login', begun('run-1'));
      await runtime.message('logged-in');
      runtime.send('login', begun('run-2', 'timer'));
      await waits();
      runtime.send('login', begun('run-3', 'timer'));
      runtime.send('login', begun('run-4', 'catch-up'));
      await end('run-1');
      await runtime.message('logged-in', 1);
      await end('run-2');
      runtime.send('login', begun('run-5', 'timer'));
      await runtime.message('logged-in', 2);
      assert.deepEqual(runs(), ['run-1', 'run-2', 'run-5']);
      assert.equal(runtime.received('caught').length, 0);
    });

    it('one that comes along from another account waits, whoever asked for it', async () => {
      await login();
      runtime.send('login', begun('run-1'));
      await runtime.message('logged-in');
      runtime.send('login', begun('run-2', 'hand', { account: 'SEOCH' }));
      await waits();
      await end('run-1');
      await runtime.message('logged-in', 1);
      assert.deepEqual(runs(), ['run-1', 'run-2']);
    });
  });

  it('goes on after a log-out that the ledger could not note, and says so', async () => {
    await start();
    runtime.send('login');
    await runtime.message('logged-out');
    const context = contextOf(await runtime.message('logged-in'));
    runtime.send('login');
    await runtime.message('logged-in', 1);
    const disturbance = new DatabaseSync(`${system.home}/ledger.sqlite`);
    disturbance.exec('DROP TABLE sessions');
    disturbance.close();
    // The second run ends in the same way; whatever the ledger says, the message for the next account is sent.
    await runtime.message('logged-out', 1);
    assert.ok((await runtime.message('caught')).error !== undefined);
    assert.notEqual(contextOf(await runtime.message('logged-out', 1)).run, context.run);
    assert.equal(system.simulator.counters().live, 0);
  });

  it('checks all four addresses, and reports the one that does not answer', async () => {
    await start();
    const [, second] = system.simulator.addressesOf('hkscc', 'secondary');
    await system.simulator.stopAddress(second);
    runtime.send('check');
    const rows = (await runtime.message('checked')).payload as { ok: boolean; address: string }[];
    assert.deepEqual(
      rows.map((row) => row.ok),
      [true, true, true, false],
    );
    const error = errorOf(await runtime.message('caught'));
    assert.equal(error.code, 'CONNECT_REFUSED');
    assert.match(error.message, new RegExp(`${second.host}:${second.port}`));
  });

  it('shows the data centre in use at every step, the secondary in another colour, from the next log-in on', async () => {
    await start();
    runtime.send('login');
    await runtime.message('logged-out');
    const ledger = await openHome(system.home, realClock);
    await switchDataCentre(ledger, realClock, {
      accounts: ['SIM001'],
      dataCentre: 'secondary',
      reason: 'drill',
      by: 'Chan',
    });
    await ledger.close();
    runtime.send('login');
    await runtime.message('logged-out', 1);
    const shown = ['login', 'list', 'download'].map((id) =>
      runtime
        .statuses(id)
        .filter(({ fill }) => fill === 'green' || fill === 'yellow')
        .map(({ text = '', fill }) => `${fill} ${/secondary|2nd/.test(text) ? 'secondary' : 'primary'}`),
    );
    assert.deepEqual(
      shown,
      Array.from({ length: 3 }, () => ['green primary', 'yellow secondary']),
    );
    assert.equal(contextOf(await runtime.message('logged-in', 1)).dataCentre, 'secondary');
  });

  it('falls over to the second address of the data centre, not to the other data centre', async () => {
    const [first, second] = system.simulator.addressesOf('hkscc', 'primary');
    await system.simulator.stopAddress(first);
    await start();
    runtime.send('login');
    assert.equal(contextOf(await runtime.message('logged-in')).address, `${second.host}:${second.port}`);
    await runtime.message('logged-out');
    await system.simulator.stopAddress(second);
    runtime.send('login');
    assert.equal(errorOf(await runtime.message('caught')).code, 'CONNECT_REFUSED');
  });

  it('says so when a node gets a message of no login', async () => {
    await start();
    runtime.send('list');
    assert.equal(errorOf(await runtime.message('caught')).code, 'NOT_CONNECTED');
    runtime.send('download', { payload: [] });
    assert.equal(errorOf(await runtime.message('caught', 1)).code, 'NOT_CONNECTED');
    assert.equal(runtime.statusText('list'), 'not logged in');
  });

  it('reports in the summary and to Catch what did not arrive, and the next run takes it', async () => {
    const [report] = system.simulator.reports('hkscc', 'primary');
    assert.ok(report);
    await start();
    system.simulator.setFault(shortFile(report.path));
    runtime.send('login');
    const summary = (await runtime.message('summary')).payload as CollectionSummary;
    assert.equal(summary.complete, false);
    assert.deepEqual(
      summary.failed.map((failure) => failure.path),
      [report.path],
    );
    const error = errorOf(await runtime.message('caught'));
    assert.equal(error.code, 'SHORT_FILE');
    assert.equal(error.source.id, 'download');
    assert.equal(runtime.statusText('download'), 'file too short');
    const reports = runtime.received('report');
    const last = reports.at(-1);
    assert.equal((last?.parts as { count: number } | undefined)?.count, reports.length);

    system.simulator.setFault(undefined);
    await runtime.message('logged-out');
    runtime.send('login');
    const next = (await runtime.message('summary', 1)).payload as CollectionSummary;
    assert.deepEqual(
      next.received.map((one) => one.path),
      [report.path],
    );
  });

  it('sends a summary on even when the session died before the download, so that the flow can go on', async () => {
    await start(
      session(system.simulator).map((one) => (one.id === 'list' ? { ...one, wires: [['listed']] } : one)),
    );
    runtime.send('login');
    const listed = await runtime.message('listed');
    system.simulator.killConnections();
    await runtime.until(() => system.simulator.counters().live === 0, 'the line to be cut');
    runtime.send('download', listed);
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'CONNECTION_LOST');
    const summary = (await runtime.message('logged-out')).payload as CollectionSummary;
    assert.equal(summary.complete, false);
    assert.equal(summary.failed.length, (listed.payload as Report[]).length);
    assert.ok(summary.failed.every((failure) => failure.code === 'CONNECTION_LOST'));
  });

  it('stops within the time Node-RED allows when the flow is deployed again, and takes the rest next time', async () => {
    await start();
    const { fault, stuck } = stuckAfter(4);
    system.simulator.setFault(fault);
    runtime.send('login');
    await runtime.message('report');
    await stuck;
    assert.ok((await waited(() => runtime.stop())) < 10_000, 'the session is cut at once');
    await runtime.until(() => system.simulator.counters().live === 0, 'no session left behind');
    assert.equal(runtime.received('summary').length, 0);
    assert.equal(runtime.statuses('download').at(-1)?.text, 'stopped');

    system.simulator.setFault(undefined);
    await start();
    runtime.send('login');
    const rest = (await runtime.message('summary')).payload as CollectionSummary;
    assert.equal(rest.complete, true);
    assert.ok(rest.known >= 1 && rest.received.length >= 1);
  });
});
