/** Two Node-REDs that share the accounts of one ledger, each a process of its own. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { inLedger } from '../support/in-ledger.ts';
import { NodeRedProcess } from '../support/node-red-process.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { postgresPrograms, sharedPostgres } from '../support/postgres.ts';
import type { FlowNode } from '../support/runtime.ts';

const USERS = ['SIM101', 'SIM102', 'SIM103', 'SIM104'];
const ELSEWHERE = 'on another host';
/** How long a host may say nothing, milliseconds. Longer than a busy machine stands still. */
const LEASE = 8_000;

/** On one machine with one home, or each with a home of its own and the ledger on PostgreSQL. */
function suite(onPostgres: boolean): void {
  const home = temporaryFolder();
  let simulator: Simulator;
  let processes: NodeRedProcess[];

  beforeEach(async () => {
    processes = [];
    if (onPostgres) {
      const server = await sharedPostgres();
      process.env.RAP_LEDGER = server.url(await server.database());
      process.env.RAP_JOURNAL_KEY = 'ab'.repeat(32);
    }
    simulator = await startSimulator({
      ...{
        home: home(),
        ports: 'ephemeral',
        businessDate: '2025-06-20',
        riskFileBytes: 200_000,
        users: USERS,
      },
    });
  });
  afterEach(async () => {
    for (const one of processes) await one.kill();
    if (onPostgres) {
      delete process.env.RAP_LEDGER;
      delete process.env.RAP_JOURNAL_KEY;
    }
    await simulator.stop();
  });

  /** Each account has a schedule that is never due by itself within a test, and a flow of its own. */
  function flow(changes: Record<string, unknown>): FlowNode[] {
    const rules = [{ system: '', code: '', folder: '', share: `${home()}/shares/{account}/{system}` }];
    return [
      ...frame().map((one) => (one.id === 'caught' ? { ...one, type: 'tell' } : one)),
      ...USERS.flatMap((user) => [
        accountOf(simulator, 'hkscc', { id: `account-${user}`, user, ...changes }),
        node(`schedule-${user}`, 'rap-schedule', schedule, [`login-${user}`]),
        node(`login-${user}`, 'rap-connect', { action: 'login', account: `account-${user}` }, [
          `list-${user}`,
        ]),
        node(`list-${user}`, 'rap-list', { settleSeconds: '0' }, [`download-${user}`]),
        node(`download-${user}`, 'rap-download', {}, [`route-${user}`], [`route-${user}`]),
        node(`route-${user}`, 'report-route', { rules }, [], [`logout-${user}`]),
        node(`logout-${user}`, 'rap-connect', { action: 'logout', account: `account-${user}` }, [
          `end-${user}`,
        ]),
        node(`end-${user}`, 'tell'),
      ]),
    ];
  }
  const schedule = { mode: 'pattern', pattern: '0 3 1 1 *', calendar: 'none', catchUp: false };
  const slow = { bandwidth: '00:00-12:00 500; 12:00-00:00 500' };

  const homeOf = (host: string) => (onPostgres ? join(home(), host) : home());

  async function start(
    host: string,
    changes: Record<string, unknown> = {},
    lease = LEASE,
  ): Promise<NodeRedProcess> {
    const one = await NodeRedProcess.start(flow(changes), { home: homeOf(host), host, lease });
    processes.push(one);
    return one;
  }

  const has = (one: NodeRedProcess) =>
    USERS.filter((user) => {
      const text = one.text(`schedule-${user}`);
      return text !== '' && text !== ELSEWHERE && text !== 'another is at work';
    });
  const holds = (one: NodeRedProcess, count: number) =>
    one.until(() => has(one).length === count, `${count} accounts`);

  /** Everything served lies on the share of each account once, and was recorded once; nobody was logged in twice. */
  async function assertWhole(users = USERS): Promise<void> {
    assert.equal(simulator.mostAtOnce(), 1);
    const served = await filesIn(simulator.tree('hkscc', 'primary'));
    const contents = (files: Map<string, Buffer>) =>
      [...files.values()].map((one) => one.toString('base64')).sort();
    await inLedger(homeOf('two'), async (ledger) => {
      for (const user of users) {
        assert.deepEqual(contents(await filesIn(join(home(), 'shares', user))), contents(served), user);
        const versions = await ledger.reports.versionsOf(user);
        assert.equal(versions.size, served.size);
        for (const { versionId } of versions.values())
          assert.equal((await ledger.deliveries.deliveriesOf(versionId)).length, 1);
      }
      assert.deepEqual(await ledger.reports.openIntents(), []);
      assert.equal((await ledger.journal.verify()).brokenAt, undefined);
    });
    const left = [...(await filesIn(homeOf('two'))).keys()].filter((file) => file.includes('.part-'));
    assert.deepEqual(left, []);
  }

  async function hostsInJournal(): Promise<Set<unknown>> {
    return inLedger(homeOf('two'), async (ledger) => {
      const hosts = new Set<unknown>();
      for (let after = 0; ; ) {
        const records = await ledger.journal.records(after);
        for (const { details, sequence } of records) {
          hosts.add(details.host);
          after = sequence;
        }
        if (records.length === 0) return hosts;
      }
    });
  }

  // A kill on one machine is part of the drill (test/drills/hosts).
  const how = onPostgres ? 'killed' : 'stopped by a signal';
  it(`one that is ${how} in the middle of its transfers is replaced, and what it did is completed`, async () => {
    const one = await start('one', slow);
    await holds(one, 4);
    const two = await start('two', slow);
    await holds(two, 2);
    await holds(one, 2);
    const [user = ''] = has(one);
    one.send(`schedule-${user}`);
    await one.until(() => /^[1-9]\d* of \d+$/.test(one.text(`download-${user}`)), 'a transfer');
    if (how === 'killed') await one.kill();
    else one.signal('SIGSTOP');
    // A run of it begins by itself, because one was cut off.
    await two.until(() => two.messages(`end-${user}`).length > 0, 'the run');
    assert.equal(has(two).length, 4);
    // One that stands still is ended before its lease is: its connections would stay open.
    await one.ended();
    await two.stop();
    await assertWhole([user]);
    assert.deepEqual([...two.messages('caught')], []);
  }).timeout(300_000);

  if (onPostgres) return;

  it('share the accounts, fetch each once, give what a person wants, and one has all when the other stops', async () => {
    // Nobody has the patience for a lease to end: what changes hands is handed over.
    const one = await start('one', {}, 10 * PATIENCE_MS);
    await holds(one, 4);
    const two = await start('two', {}, 10 * PATIENCE_MS);
    await holds(two, 2);
    await holds(one, 2);
    const of = new Map([
      ...has(one).map((user) => [user, one] as const),
      ...has(two).map((user) => [user, two] as const),
    ]);
    assert.deepEqual([...of.keys()].sort(), USERS);
    for (const [user, host] of of) host.send(`schedule-${user}`);
    for (const [user, host] of of) await host.message(`end-${user}`);
    await assertWhole();
    // A person begins a run at the host that has not got the account: it gets it, when nobody is at work.
    const wanted = USERS.find((user) => of.get(user) === one) ?? '';
    two.send(`schedule-${wanted}`);
    await two.message(`end-${wanted}`);
    await assertWhole();
    await one.stopFlow();
    await holds(two, 4);
    await one.ended();
    // The morning after: what is known is not fetched again, whoever fetched it.
    for (const user of USERS) two.send(`schedule-${user}`);
    await two.until(
      () =>
        USERS.every((user) => {
          const before = of.get(user) === two || user === wanted ? 1 : 0;
          return two.messages(`end-${user}`).length === before + 1;
        }),
      'all runs',
    );
    await two.stop();
    await assertWhole();
    assert.deepEqual([...(await hostsInJournal())].sort(), ['one', 'two']);
    assert.deepEqual([...one.messages('caught'), ...two.messages('caught')], []);
  }).timeout(300_000);

  it('one that works alone keeps away while they share, and they while it works', async () => {
    const one = await start('one');
    await holds(one, 4);
    const alone = await NodeRedProcess.start(flow({}), { home: home() });
    processes.push(alone);
    await alone.until(() => alone.text(`login-${USERS[0]}`) === 'another is at work', 'the status');
    await one.stop();
    await alone.until(() => alone.text(`login-${USERS[0]}`) !== 'another is at work', 'its turn');
    const two = await start('two');
    await two.until(() => two.messages('caught').length > 0, 'the refusal');
    assert.deepEqual(has(two), []);
    await alone.stop();
    await two.stop();
  }).timeout(300_000);
}

describe('two hosts on one ledger', () => suite(false));
if (postgresPrograms() !== undefined)
  describe('two hosts on PostgreSQL, each with a home', () => suite(true));
