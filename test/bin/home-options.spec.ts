import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { withLedger } from '../../bin/home-options.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { WRITER, WRITER_MS } from '../../lib/ledger/keep-lease.ts';
import { ledgerIn } from '../../lib/ledger/ledger-file.ts';
import { latest, migrate, migrations } from '../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../lib/ledger/sqlite.ts';
import { realClock } from '../../lib/time/clock.ts';
import { makeHome, removeHome } from '../support/home.ts';

describe('a command of a newer release', () => {
  let home: string;
  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(() => removeHome(home));

  it('does not change the tables under an older Node-RED that is at work, and does once it has stopped', async () => {
    const ledger = await openHome(home, realClock);
    const lease = await ledger.claimLease({ name: WRITER, owner: 'elsewhere:1:x', ms: WRITER_MS });
    assert.ok(lease);
    const database = new DatabaseSync(ledgerIn(home));
    const before = migrations.at(-2)?.number ?? 0;
    await migrate(new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) }), 0, before);
    const newest = () => database.prepare('select max(number) as n from migrations').get()?.n;
    await assert.rejects(
      withLedger(home, (one) => one.journalHead()),
      { code: 'NOT_IN_CHARGE' },
    );
    assert.equal(newest(), before);
    await ledger.releaseLease(lease);
    await withLedger(home, (one) => one.journalHead());
    assert.equal(newest(), latest);
    database.close();
    await ledger.close();
  });
});
