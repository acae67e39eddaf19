/** Two Node-REDs with a home each and one ledger on PostgreSQL, whose RAP_HOSTS nobody has set: one session at any moment. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { NodeRedProcess } from '../support/node-red-process.ts';
import { postgresPrograms, sharedPostgres } from '../support/postgres.ts';
import type { FlowNode, Received } from '../support/runtime.ts';
import { type SilentLine, silentLine } from '../support/silent-line.ts';

/** Longer than a busy machine stands still. */
const LEASE = 8_000;

interface Caught {
  code: string;
  message: string;
  cause: { cure: string };
}
const errorOf = (msg: Received) => msg.error as unknown as Caught;

if (postgresPrograms() !== undefined) {
  describe('two machines on one PostgreSQL without RAP_HOSTS', function () {
    this.timeout(300_000);
    const folder = temporaryFolder();
    let simulator: Simulator;
    let line: SilentLine;
    let url: string;
    let processes: NodeRedProcess[];

    beforeEach(async () => {
      processes = [];
      const server = await sharedPostgres();
      url = server.url(await server.database());
      const own = join(folder(), 'line');
      await mkdir(own);
      line = await silentLine(server.folder, own);
      process.env.RAP_JOURNAL_KEY = 'ab'.repeat(32);
      const served = { businessDate: '2025-06-20', riskFileBytes: 300_000 };
      simulator = await startSimulator({ home: folder(), ports: 'ephemeral', ...served });
    });
    afterEach(async () => {
      for (const one of processes) await one.kill();
      delete process.env.RAP_LEDGER;
      delete process.env.RAP_JOURNAL_KEY;
      line.close();
      await simulator.stop();
    });

    /** What is begun here takes minutes: whatever happens, it happens in the middle. */
    function flow(): FlowNode[] {
      const never = { mode: 'pattern', pattern: '0 3 1 1 *', calendar: 'none', catchUp: false };
      return [
        ...frame().map((one) => (one.id === 'caught' ? { ...one, type: 'tell' } : one)),
        accountOf(simulator, 'hkscc', { bandwidth: '00:00-12:00 20; 12:00-00:00 20' }),
        node('schedule', 'rap-schedule', never, ['login']),
        node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
        node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
        node('download', 'rap-download', {}, [], ['logout']),
        node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, []),
      ];
    }

    const byLine = () => url.replace(/host=[^&]*/, `host=${encodeURIComponent(line.folder)}`);

    async function start(name: string, address = url, lease = LEASE): Promise<NodeRedProcess> {
      process.env.RAP_LEDGER = address;
      const one = await NodeRedProcess.start(flow(), { home: join(folder(), name), lease });
      processes.push(one);
      return one;
    }

    const isWaiting = (one: NodeRedProcess) => one.text('login') === 'another is at work';
    const isInTransfer = (one: NodeRedProcess) => /^[1-9]\d* of \d+$/.test(one.text('download'));
    const isLoggedIn = (one: NodeRedProcess) => /\d/.test(one.text('login'));

    /** The first in the middle of a run, the second waiting. */
    async function both(): Promise<{ first: NodeRedProcess; second: NodeRedProcess }> {
      const first = await start('one', byLine());
      await first.until(() => first.text('schedule') !== '', 'the first at work');
      const second = await start('two');
      await second.until(() => isWaiting(second), 'the second waiting');
      const { code, message, cause } = errorOf(await second.message('caught'));
      assert.equal(code, 'NOT_IN_CHARGE');
      assert.match(message, /at work on this ledger: process \d+ on /);
      assert.match(cause.cure, /takes over by itself .*RAP_HOSTS=shared/);
      first.send('schedule');
      await first.until(() => isInTransfer(first), 'a transfer');
      return { first, second };
    }

    it('one that stands still is ended before the other takes its account', async () => {
      const { first, second } = await both();
      first.signal('SIGSTOP');
      await first.ended();
      await second.until(() => isLoggedIn(second), 'the run that was cut off');
      assert.equal(simulator.mostAtOnce(), 1);
    });

    it('one whose line to the database is cut closes its session before the other opens one', async () => {
      const { first, second } = await both();
      line.fallSilent();
      await second.until(() => isLoggedIn(second), 'the run that was cut off');
      assert.equal(simulator.mostAtOnce(), 1);
      line.speakAgain();
      // One that is too slow to drop its work is ended.
      const saw = (code: string) => first.messages('caught').some((msg) => errorOf(msg).code === code);
      await first.until(() => saw('NOT_IN_CHARGE') || !first.alive, 'the word of the ledger');
      assert.equal(simulator.mostAtOnce(), 1);
    });

    it('one whose line is cut for a moment keeps its session', async () => {
      const { first, second } = await both();
      line.speakAgain();
      const before = first.text('download');
      await first.until(() => isInTransfer(first) && first.text('download') !== before, 'more of it');
      assert.ok(isWaiting(second));
      assert.equal(simulator.counters().logins, 1);
    });

    it('one whose line is cut while nobody waits goes on by itself when it is mended', async () => {
      // So long that also a slow machine drops its work before its guard ends it.
      const first = await start('one', byLine(), 4 * LEASE);
      await first.until(() => first.text('schedule') !== '', 'the first at work');
      first.send('schedule');
      await first.until(() => isInTransfer(first), 'a transfer');
      line.fallSilent();
      const { code, message } = errorOf(await first.message('caught'));
      assert.equal(code, 'LEDGER_UNUSABLE');
      assert.match(message, /all work is dropped/);
      line.speakAgain();
      const logins = () => simulator.counters().logins;
      await first.until(() => logins() === 2, 'the run that was cut off');
      assert.equal(simulator.mostAtOnce(), 1);
    });
  });
}
