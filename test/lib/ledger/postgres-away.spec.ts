/** A server that goes away, fails over or has no room, and a process that stands still: nothing is lost, and nothing twice. */
import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { parseAddress } from '../../../lib/ledger/postgres/address.ts';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { PostgresServer, postgresPrograms } from '../../support/postgres.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aVersion, START } from './samples.ts';

const STANDBY = ['wal_level=replica', 'max_wal_senders=4'];

if (postgresPrograms() !== undefined) {
  describe('a PostgreSQL that goes away', () => {
    const folder = temporaryFolder();
    const clock = new SimulatedClock(START);
    let server: PostgresServer;
    let servers: PostgresServer[] = [];
    let database: string;
    let ledger: Ledger;

    before(async () => {
      server = new PostgresServer(STANDBY);
      await server.start();
      servers.push(server);
    });
    after(async () => {
      for (const one of servers) await one.remove();
      servers = [];
    });
    beforeEach(async () => {
      database = await server.database();
      ledger = await openLedger({ address: server.address(database), home: folder() }, clock);
    });
    afterEach(() => ledger.close());

    const append = (what: string) => ledger.journal.append({ who: 'Ada', what, why: 'because' });
    const whats = async () => (await ledger.journal.records()).map(({ what }) => what);

    /** As the house does it: what may be tried again is. */
    async function untilRecorded(work: () => Promise<unknown>): Promise<void> {
      for (;;) {
        try {
          await work();
          return;
        } catch (thrown) {
          assert.ok(thrown instanceof RapError && thrown.code === 'LEDGER_UNUSABLE', String(thrown));
          assert.equal(thrown.retryable, true);
        }
      }
    }

    it('and is restarted while reports come: each is recorded once', async () => {
      const reports = Array.from({ length: 300 }, (_, index) =>
        aVersion({ path: `/INBOX/${index}`, name: `${index}` }),
      );
      let recorded = 0;
      let restarted: Promise<void> | undefined;
      const restart = async () => {
        await server.stop();
        await server.start();
      };
      const worker = async () => {
        for (let next = reports.pop(); next !== undefined; next = reports.pop()) {
          const report = next;
          await untilRecorded(() => ledger.reports.recordReceived(report));
          recorded++;
          if (recorded === 100) restarted = restart();
        }
      };
      await Promise.all(Array.from({ length: 12 }, worker));
      await restarted;
      assert.equal((await ledger.reports.versionsOf('HKSCC')).size, 300);
      const received = await whats();
      assert.deepEqual(received, Array(300).fill('received'), 'one record of each');
      assert.equal((await ledger.journal.verify()).brokenAt, undefined);
      assert.deepEqual(await ledger.changedFacts(), []);
    });

    it('fails over to another of the hosts, which is a standby until then', async () => {
      const standby = new PostgresServer(STANDBY, server);
      servers.push(standby);
      await standby.start();
      const hosts = encodeURIComponent(`${standby.folder},${server.folder}`);
      const address = parseAddress(`postgres://rap@/${database}?host=${hosts}`);
      await ledger.close();
      ledger = await openLedger({ address, home: folder() }, clock);
      await append('on the primary, although the standby is named first');
      const standbyOnly = { address: standby.address(database), home: folder() };
      await assert.rejects(openLedger(standbyOnly, clock), { code: 'NOT_WRITABLE', cure: /all of them/ });
      const [{ written }] = (await server.run(database, 'select pg_current_wal_lsn()::text as written')) as [
        { written: string },
      ];
      const isThere = `select pg_last_wal_replay_lsn() >= '${written}'::pg_lsn as there`;
      while ((await readOn(standby, isThere)).there !== 1);
      await server.stop();
      const waiting = untilRecorded(() => append('during the fail-over'));
      standby.promote();
      await waiting;
      await append('on the new primary');
      assert.deepEqual(await whats(), [
        'on the primary, although the standby is named first',
        ...['during the fail-over', 'on the new primary'],
      ]);
      assert.equal((await ledger.journal.verify()).brokenAt, undefined);
      await ledger.close();
      await server.start();
    });

    it('has no room: it is said, nothing is half written, and it goes on when there is', async () => {
      await append('before');
      await server.run(
        database,
        `create function no_room() returns trigger language plpgsql as $$ begin
          raise exception 'could not extend file "base/1": No space left on device' using errcode = '53100';
        end $$`,
        'create trigger no_room before insert on journal for each statement execute function no_room()',
      );
      const full = { code: 'DISK_FULL', message: /No space left/, cure: /PostgreSQL server/ };
      await assert.rejects(append('without room'), full);
      await assert.rejects(ledger.reports.recordReceived(aVersion()), full);
      assert.equal((await ledger.reports.versionsOf('HKSCC')).size, 0);
      await server.run(database, 'drop trigger no_room on journal');
      await ledger.reports.recordReceived(aVersion());
      assert.deepEqual(await whats(), ['before', 'received']);
      assert.equal((await ledger.journal.verify()).brokenAt, undefined);
    });

    it('throws out who stands still in a transaction; the others wait no longer than that', async () => {
      const still = await Link.make(server.address(database));
      try {
        const begun = performance.now();
        await still.script(
          "begin; select pg_advisory_xact_lock(hashtextextended('rap ledger ' || current_schema(), 0)); delete from properties",
        );
        await append('behind it');
        const waited = performance.now() - begun;
        assert.ok(waited > 5_000, `waited for it, ${waited} ms`);
        await assert.rejects(still.script('commit'), { code: 'LEDGER_UNUSABLE', retryable: true });
        assert.deepEqual(await whats(), ['behind it']);
        const [{ left }] = (await server.run(database, 'select count(*) as left from properties')) as [
          { left: number },
        ];
        assert.ok(left > 0, 'what it had begun is undone');
      } finally {
        await still.close();
      }
    });

    async function readOn(one: PostgresServer, question: string): Promise<Record<string, unknown>> {
      const link = await Link.make(one.address(database), { readOnly: true });
      try {
        return (await link.script(question)).at(-1)?.rows[0] ?? {};
      } finally {
        await link.close();
      }
    }
  });
}
