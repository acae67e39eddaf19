/** The nodes and the desk with a ledger on PostgreSQL. */
import assert from 'node:assert/strict';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { files, pages } from '../../lib/desk/pages.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { journalKeyOf } from '../../lib/ledger/journal/journal-key.ts';
import { ledgerPlace } from '../../lib/ledger/place.ts';
import { verifyLedger } from '../../lib/ledger/sqlite/backup.ts';
import { realClock, SimulatedClock } from '../../lib/time/clock.ts';
import desk from '../../nodes/desk/desk.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { oneOfEverything } from '../lib/ledger/history-samples.ts';
import { START } from '../lib/ledger/samples.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { PostgresServer, postgresPrograms, sharedPostgres } from '../support/postgres.ts';
import { admin, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

if (postgresPrograms() !== undefined) {
  describe('with the ledger on PostgreSQL', () => {
    const system = useSystem();
    let runtime: Runtime | undefined;

    beforeEach(async () => {
      const server = await sharedPostgres();
      process.env.RAP_LEDGER = server.url(await server.database());
    });
    afterEach(async () => {
      delete process.env.RAP_LEDGER;
    });

    const proved = async () =>
      verifyLedger(ledgerPlace(system.home), realClock, {
        journalKey: await journalKeyOf(system.home),
        sealed: true,
      });

    it('a run fetches each report once, and what it did is proved', async () => {
      const options = { businessDate: '2025-06-20', riskFileBytes: 3_000 };
      const simulator: Simulator = await startSimulator({
        home: system.home,
        ports: 'ephemeral',
        ...options,
      });
      try {
        const flow = [
          ...frame('summary', 'out'),
          accountOf(simulator, 'hkscc'),
          node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
          node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
          node('download', 'rap-download', {}, [], ['logout', 'summary']),
          node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['out']),
        ];
        runtime = await system.start(flow);
        const run = async (time: number) => {
          runtime?.send('login');
          await runtime?.message('out', time);
          return (await runtime?.message('summary', time))?.payload as CollectionSummary;
        };
        const first = await run(0);
        assert.ok(first.complete && first.received.length > 0);
        assert.equal((await run(1)).received.length, 0);
        await runtime.stop();
        runtime = undefined;
        const { journal } = await proved();
        assert.ok(journal.count > first.received.length);
      } finally {
        await simulator.stop();
      }
    });

    it('a run in which the server is restarted goes on or may be tried again, and in the end each report is there once', async () => {
      const options = { businessDate: '2025-06-20', riskFileBytes: 3_000 };
      const simulator: Simulator = await startSimulator({
        home: system.home,
        ports: 'ephemeral',
        ...options,
      });
      const server = new PostgresServer();
      try {
        await server.start();
        process.env.RAP_LEDGER = server.url(await server.database());
        const flow = [
          ...frame('each', 'summary', 'out'),
          accountOf(simulator, 'hkscc'),
          node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
          node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
          node('download', 'rap-download', {}, ['each'], ['logout', 'summary']),
          node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['out']),
        ];
        const first = await system.start(flow);
        runtime = first;
        first.send('login');
        await first.message('each');
        await server.stop();
        await server.start();
        await first.until(
          () => first.received('out').length + first.received('caught').length > 0,
          'the end',
        );
        for (const { error } of first.received('caught')) {
          const { code, retryable } = error as unknown as { code: string; retryable: boolean };
          assert.deepEqual({ code, retryable }, { code: 'LEDGER_UNUSABLE', retryable: true });
        }
        await first.stop();
        runtime = await system.start(flow);
        runtime.send('login');
        const { complete } = (await runtime.message('summary')).payload as CollectionSummary;
        assert.equal(complete, true);
        await runtime.message('out');
        await runtime.stop();
        runtime = undefined;
        await proved();
        const ledger = await openHome(system.home, realClock);
        const records = await ledger.journal.records();
        const received = records.filter(({ what }) => what === 'received').map(({ details }) => details.path);
        await ledger.close();
        assert.ok(received.length > 0);
        assert.deepEqual(received.toSorted(), [...new Set(received)].toSorted(), 'each once');
      } finally {
        await runtime?.stop();
        runtime = undefined;
        await simulator.stop();
        await server.remove();
      }
    });

    it('every page and file of the desk is made, and an act of a person is written', async () => {
      const clock = new SimulatedClock(START);
      const ledger = await openHome(system.home, clock);
      await oneOfEverything(ledger, clock);
      await ledger.close();
      runtime = await system.start([...frame('out')], { clock, nodes: [desk] });
      for (const { path } of [...pages, ...files]) {
        const one = path.replace(':kind', 'outstanding').replace(':id', '1').replace(':code', 'DISK_FULL');
        const { status, text } = await admin().get(`/rap-ops/${one}`);
        // What is asked for by its name may be none of these.
        assert.ok(
          status === 200 || (status === 404 && /awaited|story|report|csv|deliver/.test(one)),
          `${one}: ${status} ${text}`,
        );
      }
      const found = await admin().get('/rap-ops/history?q=cclt');
      assert.match(found.text, /CCLTN05/);
      const acknowledged = await admin()
        .post('/rap-ops/act/acknowledge')
        .set({ host: 'desk.example:1880', origin: 'http://desk.example:1880' })
        .send({ alarm: 1, by: 'Chan' });
      assert.equal(acknowledged.status, 200, acknowledged.text);
      await runtime.stop();
      runtime = undefined;
      await proved();
    });
  });
}
