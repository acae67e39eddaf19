/** A seal that was removed, changed, or put back to an earlier moment does not pass. */
import assert from 'node:assert/strict';
import fs, { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { idle } from '../../../bin/rehearsal/idle.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { type LedgerPlace, sealedBeside } from '../../../lib/ledger/place.ts';
import { backupLedger, restoreLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { readSeal, sealOf } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { changeBehind, isOnPostgres, onEachDatabase, places } from './engines.ts';
import { aVersion, START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);

onEachDatabase('the seal of a ledger with a key', () => {
  const folder = temporaryFolder();
  const newPlace = places();
  const onPostgres = isOnPostgres();
  let clock: SimulatedClock;
  let place: LedgerPlace;
  /** Beside which the seal lies. */
  let file: string;

  const open = () => openLedger(place, clock, { journalKey });
  const verify = (of = place) => verifyLedger(of, clock, { journalKey });
  const decide = (ledger: Ledger, what: string) =>
    ledger.journal.append({ who: 'Ada', what, why: 'because' });

  /** Neither opened nor proved. */
  async function refused(message: RegExp): Promise<void> {
    const code = { code: 'LEDGER_UNUSABLE', message };
    await assert.rejects(verify(), code);
    await assert.rejects(open(), code);
  }

  beforeEach(async () => {
    clock = new SimulatedClock(START);
    place = await newPlace(folder());
    file = sealedBeside(place);
    let ledger = await open();
    await ledger.reports.recordReceived(aVersion());
    await ledger.close();
    await copyFile(sealOf(file), `${folder()}/early.seal`);
    ledger = await open();
    for (const what of ['one', 'two', 'three']) await decide(ledger, what);
    await ledger.close();
    await verify();
  });

  it('shows that the last records are gone, also with a seal of before they were written', async () => {
    await changeBehind(place, 'delete from journal where sequence > 2');
    await assert.rejects(verify(), { code: 'LEDGER_UNUSABLE', message: /2 records at the end are missing/ });
    await copyFile(`${folder()}/early.seal`, sealOf(file));
    await assert.rejects(verify(), { code: 'LEDGER_UNUSABLE', message: /missing/ });
    await assert.rejects(open(), { code: 'LEDGER_UNUSABLE', message: /does not fit its seal/ });
  });

  it('cannot be made without the key', async () => {
    const seal = await readSeal(file);
    assert.ok(seal?.mac !== undefined && seal.state !== undefined);
    const { mac: _, ...without } = seal;
    await writeFile(sealOf(file), JSON.stringify(without));
    await refused(/seal that was made without its key/);
    await writeFile(sealOf(file), JSON.stringify({ ledger: seal.ledger, journal: seal.journal }));
    await refused(/seal that was made without its key/);
    await writeFile(
      sealOf(file),
      JSON.stringify({ ...seal, state: seal.state.replace('"counts"', '"other"') }),
    );
    await refused(/seal that was not made with its key/);
    await writeFile(sealOf(file), JSON.stringify(seal));
    await verify();
  });

  it('is of this ledger', async () => {
    const other = await newPlace(folder(), 'other');
    await (await openLedger(other, clock, { journalKey })).close();
    await copyFile(sealOf(sealedBeside(other)), sealOf(file));
    await refused(/not the ledger that belongs/);
  });

  it('of a copy is inside it: a copy that was cut is no good, one that is whole is', async () => {
    const copy = await backupLedger(place, `${folder()}/backup`);
    await verify(copy.file);
    await changeBehind(copy.file, 'delete from journal where sequence > 2');
    await assert.rejects(verify(copy.file), { code: 'LEDGER_UNUSABLE', message: /missing/ });
  });

  it('fits a ledger that gets a key later, from then on with it', async () => {
    place = await newPlace(folder(), 'plain');
    file = sealedBeside(place);
    const plain = await openLedger(place, clock);
    await plain.reports.recordReceived(aVersion());
    await plain.close();
    assert.equal((await readSeal(file))?.mac, undefined);
    await verifyLedger(place, clock);
    const ledger = await open();
    assert.ok((await readSeal(file))?.mac !== undefined);
    await decide(ledger, 'with a key');
    await ledger.close();
    await verify();
  });

  it('is written by the process that is in charge, and by others beside it, and never goes back', async () => {
    const [one, other] = [await open(), await open()];
    for (let round = 0; round < 20; round++) {
      await Promise.all([one, other].map((ledger) => decide(ledger, `round ${round}`)));
      await Promise.all([one.seal(), other.seal()]);
    }
    await one.close();
    await other.close();
    await verify();
    const ledger = await open();
    assert.deepEqual((await readSeal(file))?.journal, await ledger.journal.head());
    await ledger.close();
    assert.notEqual(await readFile(sealOf(file), 'utf8'), await readFile(`${folder()}/early.seal`, 'utf8'));
  });

  it('of an earlier moment is never written over a later one, though another process seals meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    const { rename } = fs;
    const counts: number[] = [];
    const waits = Promise.withResolvers<void>();
    let isFirst = true;
    fs.rename = (async (...words: Parameters<typeof rename>) => {
      if (String(words[1]) === sealOf(file)) {
        const isLate = isFirst;
        isFirst = false;
        if (isLate) await waits.promise;
        counts.push((await readSeal(file))?.journal.count ?? 0);
      }
      return rename(...words);
    }) as typeof rename;
    try {
      await decide(one, 'by one');
      const first = one.seal();
      while (isFirst) await new Promise((resolve) => setImmediate(resolve));
      const second = decide(other, 'by the other').then(() => other.seal());
      // Either it has sealed, or it waits for the first.
      await idle();
      waits.resolve();
      await Promise.all([first, second]);
      const { count } = await one.journal.head();
      counts.push((await readSeal(file))?.journal.count ?? 0);
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => a - b),
      );
      assert.equal(counts.at(-1), count);
    } finally {
      fs.rename = rename;
    }
    await one.close();
    await other.close();
  });

  // On PostgreSQL each home has a seal of its own, and one that was lost is taken up again.
  if (onPostgres) return;

  it('is needed', async () => {
    await rm(sealOf(file));
    await refused(/has lost its seal/);
  });

  it('cannot be that of an earlier moment', async () => {
    await copyFile(`${folder()}/early.seal`, sealOf(file));
    await refused(/seal of an earlier moment/);
  });

  it('cannot be that of an earlier moment when the ledger does not hold its own any more', async () => {
    await copyFile(`${folder()}/early.seal`, sealOf(file));
    await changeBehind(place, "delete from properties where name = 'sealed'");
    await refused(/seal of an earlier moment/);
  });

  it('fits after a copy was brought back, and the copy of before is then known as such', async () => {
    const copy = await backupLedger(place, `${folder()}/backup`);
    let ledger = await open();
    await decide(ledger, 'four');
    await ledger.close();
    const act = { by: 'Ada', reason: 'the disk', journalKey };
    await restoreLedger(copy.file, file, clock, act);
    await verify();
    ledger = await open();
    assert.equal((await ledger.journal.records()).at(-1)?.what, 'ledger restored');
    await decide(ledger, 'five');
    await ledger.close();
    await verify();
    await changeBehind(place, "insert into properties values ('copied', 'yes')");
    await rm(sealOf(file));
    await assert.rejects(open(), { code: 'LEDGER_UNUSABLE', message: /lost its seal/ });
    const inUse = verifyLedger(place, clock, { journalKey, sealed: true });
    await assert.rejects(inUse, { code: 'LEDGER_UNUSABLE', message: /lost its seal/ });
  });

  it('fits also when a ledger in use is sealed while it is looked at', async () => {
    const ledger = await open();
    const { readFile } = fs;
    let reads = 0;
    fs.readFile = (async (...words: Parameters<typeof readFile>) => {
      const found = await readFile(...words);
      if (String(words[0]) === sealOf(file) && reads++ < 2) {
        await decide(ledger, 'meanwhile');
        await ledger.seal();
      }
      return found;
    }) as typeof readFile;
    try {
      await verify();
      assert.ok(reads > 2, 'looked at again');
    } finally {
      fs.readFile = readFile;
    }
    await ledger.close();
  });
});
