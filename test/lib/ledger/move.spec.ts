/** A ledger moves between its file and PostgreSQL, and its backups are brought back on both. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MOVED, moveLedger, restoreOnPostgres } from '../../../lib/ledger/bring-in.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { LedgerPlace, PostgresPlace } from '../../../lib/ledger/place.ts';
import { backupLedger, restoreLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { sealOf } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { breakingLine } from '../../support/breaking-line.ts';
import { postgresPrograms } from '../../support/postgres.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { newPlace } from './engines.ts';
import { oneOfEverything } from './history-samples.ts';
import { aVersion, START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);
const act = { by: 'Ada', reason: 'second site', journalKey };

if (postgresPrograms() !== undefined) {
  describe('a ledger that moves to PostgreSQL', () => {
    const folder = temporaryFolder();
    let clock: SimulatedClock;
    let place: PostgresPlace;
    let file: string;
    let received: number;

    const withLedger = async <T>(at: LedgerPlace, work: (ledger: Ledger) => Promise<T>): Promise<T> => {
      const ledger = await openLedger(at, clock, { journalKey });
      try {
        return await work(ledger);
      } finally {
        await ledger.close();
      }
    };
    const verify = (at: LedgerPlace, sealed = true) => verifyLedger(at, clock, { journalKey, sealed });
    const whats = (at: LedgerPlace) =>
      withLedger(at, async ({ journal }) => (await journal.records()).map(({ what }) => what));

    beforeEach(async () => {
      clock = new SimulatedClock(START);
      place = await newPlace(path.join(folder(), 'home'), false);
      file = path.join(place.home, 'ledger.sqlite');
      await withLedger(file, async (ledger) => {
        await oneOfEverything(ledger, clock);
        const odd = [`a\0b "c" {d,e} \\ 'f'`, '報告\u{10fffd}1.txt', `${'x'.repeat(50_000)}.txt`, ''];
        for (const [index, name] of odd.entries()) {
          const at = `/INBOX/odd/${index}`;
          received = (await ledger.reports.recordReceived(aVersion({ name, path: at }))).versionId;
        }
      });
    });

    /** What lies in the home but for what SQLite keeps beside a file. */
    const inHome = async () =>
      (await fs.readdir(place.home)).filter((name) => !/-(wal|shm)$/.test(name)).sort();

    /** Rows of every table, whatever order they lie in. */
    function rowsIn(of: string): Map<string, string[]> {
      const database = new DatabaseSync(of, { readOnly: true });
      const tables = database
        .prepare(
          "select name from sqlite_master where type = 'table' and name not in ('properties', 'leases')",
        )
        .all()
        .map(({ name }) => String(name));
      const rows = tables.map((table): [string, string[]] => [
        table,
        database
          .prepare(`select * from "${table}"`)
          .all()
          .map((row) => JSON.stringify(row))
          .sort(),
      ]);
      database.close();
      return new Map(rows);
    }

    it('is there row for row, goes on with its numbers, and lies no more in the home', async () => {
      const before = rowsIn(file);
      const { moved, journal } = await moveLedger(place, clock, act);
      await verify(place);
      const { file: copy } = await backupLedger(place, path.join(folder(), 'copy'));
      const after = rowsIn(copy);
      const [last] = (after.get('journal') ?? []).filter((row) => row.includes(MOVED));
      assert.ok(last?.includes('second site'), 'journalled');
      after.set('journal', after.get('journal')?.filter((row) => row !== last) ?? []);
      assert.deepEqual(after, before);
      assert.equal((await verify(copy, false)).journal.head, journal.head);
      assert.deepEqual(
        await inHome(),
        [path.basename(moved), path.basename(sealOf(moved)), 'ledger.postgres.seal'].sort(),
      );
      await withLedger(place, async (ledger) => {
        const next = await ledger.reports.recordReceived(aVersion({ name: 'next.txt', path: '/next.txt' }));
        assert.equal(next.versionId, received + 1);
        assert.deepEqual(await ledger.changedFacts(), []);
      });
    });

    it('goes nowhere where another ledger is, and nothing is changed', async () => {
      const other = { ...place, home: path.join(folder(), 'other') };
      await withLedger(other, (ledger) => ledger.reports.recordReceived(aVersion()));
      const files = await inHome();
      await assert.rejects(moveLedger(place, clock, act), {
        code: 'CONFIG_INVALID',
        message: /holds another ledger already/,
      });
      assert.deepEqual(await inHome(), files);
      await withLedger(other, async ({ reports }) => {
        assert.equal((await reports.versionsOf('HKSCC')).size, 1);
      });
      await verify(file);
    });

    it('is not moved when it is damaged', async () => {
      const database = new DatabaseSync(file);
      database.exec("update versions set sha256 = 'f' where id = 1");
      database.close();
      await assert.rejects(moveLedger(place, clock, act), { code: 'LEDGER_CHANGED' });
      await fs.access(file);
    });

    it('is where it was when the line breaks before the commit, and moves when it is done again', async () => {
      const line = await breakingLine(place, folder(), 'before');
      line.arm();
      await assert.rejects(moveLedger(line.place, clock, act), { code: 'LEDGER_UNUSABLE', retryable: true });
      await verify(file);
      await assert.rejects(openHome(place.home, clock, place), { cure: /rap ledger move/ });
      await moveLedger(line.place, clock, act);
      line.close();
      await verify(place);
      assert.equal((await whats(place)).filter((what) => what === MOVED).length, 1);
    });

    it('has moved when only the answer was lost, and says so once, however often it is done', async () => {
      const line = await breakingLine(place, folder(), 'behind');
      line.arm();
      const { moved } = await moveLedger(line.place, clock, act);
      line.close();
      // As if it had been cut off before its last step.
      await fs.rename(sealOf(moved), sealOf(file));
      await fs.rename(moved, file);
      await moveLedger(place, clock, act);
      await verify(place);
      assert.equal((await whats(place)).filter((what) => what === MOVED).length, 1);
      await assert.rejects(moveLedger(place, clock, act), {
        code: 'CONFIG_INVALID',
        message: /no ledger at/,
      });
    });

    it('keeps a process that only slept from writing into the file it left', async () => {
      const sleeper = await openLedger(file, clock, { journalKey });
      const lease = await sleeper.leases.claimLease({ name: 'writer', owner: 'asleep', ms: 1 });
      assert.ok(lease);
      sleeper.writeUnder(lease);
      await clock.advance(2);
      await moveLedger(place, clock, act);
      await assert.rejects(sleeper.reports.recordReceived(aVersion({ path: '/late' })), {
        code: 'NOT_IN_CHARGE',
      });
      await sleeper.close();
    });

    it('comes back into a file by a backup, and that goes to PostgreSQL again', async () => {
      await moveLedger(place, clock, act);
      const { file: copy } = await backupLedger(place, path.join(folder(), 'copy'));
      const back = path.join(folder(), 'back', 'ledger.sqlite');
      await restoreLedger(copy, back, clock, act);
      await verify(back);
      assert.equal((await whats(back)).at(-1), 'ledger restored');
    });

    it('is brought back from a backup: what was there is kept, and who was at work there is out', async () => {
      await moveLedger(place, clock, act);
      const { file: copy } = await backupLedger(place, path.join(folder(), 'copy'));
      const sleeper = await openLedger(place, clock, { journalKey });
      const lease = await sleeper.leases.claimLease({ name: 'writer', owner: 'asleep', ms: 1 });
      assert.ok(lease);
      sleeper.writeUnder(lease);
      await sleeper.reports.recordReceived(aVersion({ path: '/later' }));
      const { replaced } = await restoreOnPostgres(copy, place, clock, act);
      await assert.rejects(sleeper.reports.recordReceived(aVersion({ path: '/late' })), {
        code: 'NOT_IN_CHARGE',
      });
      await sleeper.close();
      await verify(place);
      assert.equal((await whats(place)).at(-1), 'ledger restored');
      await withLedger(place, async ({ reports }) => {
        assert.equal((await reports.versionsOf('HKSCC', ['/later'])).size, 0);
      });
      assert.ok(
        rowsIn(replaced ?? '')
          .get('versions')
          ?.some((row) => row.includes('/later')),
      );
    });

    it('is brought back into a database that is empty, and from no bad backup', async () => {
      await moveLedger(place, clock, act);
      const { file: copy } = await backupLedger(place, path.join(folder(), 'copy'));
      const { address } = await newPlace('', false);
      const empty = { ...place, address };
      await fs.writeFile(path.join(folder(), 'bad'), 'no ledger');
      await assert.rejects(restoreOnPostgres(path.join(folder(), 'bad'), empty, clock, act), {
        code: 'LEDGER_UNUSABLE',
      });
      const { replaced } = await restoreOnPostgres(copy, empty, clock, act);
      assert.equal(replaced, undefined);
      await verify(empty);
    });
  });
}
