/** Shares of before they had a table: known as they were, and guarded by the records that were written of them then. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { migrate } from '../../../lib/ledger/migrate.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { writeOldLedger } from './old-ledger.ts';
import { START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);

/**
 * Written by the release before, through its own functions and with this key. Its journal holds one share as a whole
 * row, one as a digest, one with the hash of a long value, and one with that of a long name.
 */
const before: {
  migration: number;
  seal: object;
  rows: { properties: { name: string; value: string }[]; journal: Record<string, string | number>[] };
} = JSON.parse(await fs.readFile(path.join(import.meta.dirname, 'rows-before-51.json'), 'utf8'));

const shares = before.rows.properties.filter(({ name }) => name.startsWith('share '));
const roots = shares.map(({ name }) => name.slice('share '.length));

describe('shares of a ledger of before they had a table', () => {
  const folder = temporaryFolder();
  let file: string;

  const open = () => openLedger(file, new SimulatedClock(START + 60_000), { journalKey });
  const verify = () => verifyLedger(file, new SimulatedClock(START + 60_000), { journalKey });

  async function behind(act: (database: DatabaseSync, db: Kysely<unknown>) => unknown): Promise<void> {
    const database = new DatabaseSync(file);
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await act(database, db);
    await db.destroy();
    // What Kysely never used it does not close.
    if (database.isOpen) database.close();
  }

  beforeEach(async () => {
    file = path.join(folder(), 'ledger.sqlite');
    await writeOldLedger(file, before);
  });

  it('are sound before the upgrade, after it, and after they were met again', async () => {
    assert.equal(roots.length, 4);
    await verify();
    const ledger = await open();
    const known = shares.map(({ value }) => JSON.parse(value));
    const byRoot = (one: { root: string }, other: { root: string }) => (one.root < other.root ? -1 : 1);
    assert.deepEqual((await ledger.shares.knownShares()).toSorted(byRoot), known.toSorted(byRoot));
    assert.deepEqual(await ledger.changedFacts(), []);
    await ledger.close();
    await verify();
    const again = await open();
    for (const root of roots) await again.shares.noteAbilities(root, 'none');
    await again.shares.acceptShare({ root: '/mnt/ops', id: 'new' }, { by: 'Lee', reason: 'moved' });
    await again.shares.rememberShare({ root: '/mnt/new', id: 'n' });
    assert.deepEqual(await again.changedFacts(), []);
    await again.close();
    await verify();
  });

  for (const root of roots) {
    it(`are found to be changed or gone afterwards: ${root.slice(0, 30)}`, async () => {
      await (await open()).close();
      for (const change of [
        "update shares set id = 'x' where root = ?",
        'delete from shares where root = ?',
      ]) {
        await behind((database) => database.prepare(change).run(root));
        await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /^.*shares (share|sha256:)/ });
      }
    });
  }

  it('were changed before the upgrade, and are found after it', async () => {
    await behind((database) =>
      database.exec(
        `update properties set value = replace(value, '"b"', '"x"') where name like '%taken over'`,
      ),
    );
    await (await open()).close();
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /shares share \/mnt\/taken over/ });
  });

  it('are as they were when the upgrade is taken back', async () => {
    const rest = (database: DatabaseSync) =>
      database
        .prepare("select name, value from properties where name like 'share %' order by name")
        .all()
        .map((row) => ({ ...row }));
    await behind(async (database, db) => {
      const then = rest(database);
      await migrate(db, START);
      assert.deepEqual(rest(database), []);
      await migrate(db, START, before.migration);
      assert.deepEqual(rest(database), then);
    });
  });
});
