/** One fact about very many rows: what its record holds, what its transaction reads, and that each row is proved. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { KEY_REPLACED } from '../../../lib/ledger/journal/chain.ts';
import { appendJournal, keyBegunAt, lastRecords, linksAfter } from '../../../lib/ledger/journal/journal.ts';
import { columnsOf, digestOf, keyOf } from '../../../lib/ledger/journal/vouched.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import type { Tables } from '../../../lib/ledger/tables.ts';
import { type SqliteWatch, watchSqlite } from '../../support/sqlite-watch.ts';
import { askBehind, changeBehind, isOnPostgres, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger } from './samples.ts';

/** Rows that one statement may read. */
const MOST = 500;
const MANY = 2 * MOST + 7;

onEachDatabase('A fact about very many rows', function () {
  this.timeout(300_000);
  const given = freshLedger();
  const onPostgres = isOnPostgres();
  let watch: SqliteWatch | undefined;

  afterEach(() => watch?.stop());

  const paths = Array.from({ length: MANY }, (_, n) => `/INBOX/20261120/report-${n}.txt`);
  const longest = () => watch?.asked.reduce((most, { rows }) => Math.max(most, rows), 0) ?? 0;

  const fault = (changes: object = {}) => ({
    ...{ key: 'k', level: 'critical' as const, account: 'HKSCC', code: 'STALLED', place: 'x' },
    ...{ message: 'm', cure: 'c', run: 'run-1', groups: [], reports: paths, ...changes },
  });
  const meet = (changes: object = {}) => {
    let asked = false;
    return given.ledger.alarms
      .recordFault(fault(changes), (_, fresh) => {
        asked = fresh;
        return fresh ? { change: { mailedAt: given.clock.now() } } : {};
      })
      .then(({ alarm }) => ({ id: alarm.id, fresh: asked }));
  };

  async function digest(): Promise<number[]> {
    const reports = paths.map((path, n) =>
      aVersion({ path, name: `report-${n}.txt`, sha256: n.toString(16).padStart(64, '0') }),
    );
    const told: number[] = [];
    for (const report of reports.slice(0, 60))
      told.push((await given.ledger.reports.recordReceived(report)).versionId);
    const texts = { subject: 's', text: 't', html: 'h', run: 'run-1', to: ['ops@broker.example'] };
    await given.ledger.mails.queueMail({ ...texts, eventKey: 'digest', kind: 'digest', told });
    return told;
  }

  /** Changes the tables behind the journal, and says what the look at the start and the proof find. */
  async function changed(statement: string): Promise<{ start: string; proof: string }> {
    await given.ledger.close();
    if (statement !== '') await changeBehind(given.place(), statement);
    given.ledger = await openLedger(given.place(), given.clock);
    const start = (await given.ledger.changedFacts()).join('; ');
    await given.ledger.seal();
    const proof = await verifyLedger(given.place(), given.clock).then(
      () => '',
      (thrown: Error) => thrown.message,
    );
    return { start, proof };
  }

  it('is recorded by the keys of rows that are nothing else', async () => {
    const told = await digest();
    const { id } = await meet();
    const records = await askBehind(given.place(), 'select details from journal order by sequence');
    const rows = records.flatMap(({ details }) => JSON.parse(String(details)).rows ?? []);
    const keysIn = (table: string) => rows.find(({ of }) => of === table)?.keys;
    assert.deepEqual(
      keysIn('mail_told'),
      told.map((version) => [1, version]),
    );
    assert.deepEqual(
      keysIn('alarm_reports'),
      paths.map((path) => [id, path]),
    );
    assert.deepEqual(await changed(''), { start: '', proof: '' });
  });

  for (const [what, statement, start, proof] of [
    [
      'a row too few of what was told',
      'delete from mail_told where version_id = 7',
      /mail_told has 59 rows; the journal speaks of 60/,
      /mail_told 1, 7 is gone/,
    ],
    [
      'a report moved to another mail',
      'update mail_told set mail_id = 9 where version_id = 7',
      /^$/,
      /mail_told 9, 7 has no record.*mail_told 1, 7 is gone/,
    ],
    [
      'a report that an alarm is not about any more',
      "delete from alarm_reports where path like '%-3.txt'",
      /alarm_reports has 1006 rows; the journal speaks of 1007/,
      /alarm_reports 1, .*report-3.txt is gone/,
    ],
    [
      'another report in its place',
      "update alarm_reports set path = '/INBOX/x' where path like '%-1003.txt'",
      /^$/,
      /alarm_reports 1, .INBOX.x .*has no record.*report-1003.txt is gone/,
    ],
  ] as const) {
    it(`is proved row by row: ${what}`, async () => {
      await digest();
      await meet();
      const found = await changed(statement);
      assert.match(found.start, start);
      assert.match(found.proof, proof);
    });
  }

  it('is told again when one more of them is met', async () => {
    const { id } = await meet({ reports: [...paths, ...paths] });
    assert.deepEqual(await meet({ reports: [...paths, '/INBOX/another', '/INBOX/another'] }), {
      id,
      fresh: true,
    });
    assert.equal((await given.ledger.alarms.reportsOfAlarms([id])).get(id)?.length, MANY + 1);
  });

  // What no release wrote there, and what keeps SQLite's thread.
  if (onPostgres) return;

  it('is proved as well where an older release recorded digests of such rows', async () => {
    const told = await digest();
    const later = await given.ledger.reports.recordReceived(aVersion({ name: 'later.txt' }));
    await given.ledger.close();
    const row = { mail_id: 1, version_id: later.versionId };
    const columns = columnsOf('mail_told');
    const database = new DatabaseSync(given.file());
    database.exec(`insert into mail_told values (1, ${later.versionId})`);
    const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
    const digests = { [keyOf('mail_told', row)]: digestOf(columns, row) };
    await appendJournal(db, given, { who: 'rap', what: 'mail queued', why: '' }, [
      { of: 'mail_told', columns, digests, fresh: true },
    ]);
    await db.destroy();
    given.ledger = await openLedger(given.file(), given.clock);
    assert.deepEqual(await changed(''), { start: '', proof: '' });
    const found = await changed(`delete from mail_told where version_id = ${later.versionId}`);
    assert.equal(found.start, 'mail_told has 60 rows; the journal speaks of 61');
    assert.match(found.proof, new RegExp(`mail_told 1, ${later.versionId} is gone`));
    assert.equal(told.length, 60);
  });

  it('keeps no statement busy with all of it when an alarm is met, met again, or read', async () => {
    watch = watchSqlite();
    const { id, fresh } = await meet();
    assert.equal(fresh, true);
    assert.deepEqual(await meet({ run: 'run-2' }), { id, fresh: false });
    const others = paths.slice(0, MANY - 1);
    assert.equal((await meet({ key: 'other', code: 'PARTIAL', reports: others })).fresh, false);
    const more = await meet({ key: 'third', code: 'NO_ANSWER', reports: [...others, '/INBOX/another'] });
    assert.equal(more.fresh, true, 'of one report nobody was told');
    const about = (await given.ledger.alarms.reportsOfAlarms([id, more.id])).get(id);
    assert.deepEqual(about, paths.toSorted());
    assert.ok(longest() <= MOST, `one statement read ${longest()} rows`);
  });

  it('reads small records many at a time, and large ones few', async () => {
    const database = new DatabaseSync(given.file());
    const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
    const put = database.prepare(`insert into journal (sequence, at, who, what, why, details, previous, hash)
      values (?, 1, 'a', 'x', '', ?, '', '')`);
    database.exec('begin; delete from journal');
    const sizes = [...Array(7).fill(100_000), 2_000_000, ...Array(600).fill(2), 900_000, 900_000];
    for (const [index, size] of sizes.entries()) put.run(index + 1, '€'.repeat(size / 2));
    database.exec('commit');
    const pages: number[][] = [];
    for (;;) {
      const { links, isAll } = await linksAfter(db, pages.flat().at(-1) ?? 0);
      if (links.length === 0) break;
      pages.push(links.map(({ sequence }) => sequence));
      assert.equal(isAll, pages.flat().length === sizes.length);
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [4, 4, 500, 101, 1],
    );
    assert.deepEqual(
      pages.flat(),
      sizes.map((_, index) => index + 1),
    );
    database.exec('delete from journal');
    await db.destroy();
  });

  it('finds the record that began the key in stretches, whatever numbers the records have', async () => {
    const database = new DatabaseSync(given.file());
    const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
    assert.equal(await keyBegunAt(db), 1);
    const put = database.prepare(`insert into journal (sequence, at, who, what, why, details, previous, hash)
      values (?, 1, 'a', ?, '', '{}', '', '')`);
    database.exec('begin; delete from journal');
    const numbers = [-3, ...Array.from({ length: 11_000 }, (_, n) => n + 1), 8e15];
    for (const number of numbers) put.run(number, [40, 7_000].includes(number) ? KEY_REPLACED : 'x');
    database.exec('commit');
    watch = watchSqlite();
    assert.equal(await keyBegunAt(db), 7_000);
    assert.equal(watch.asked.length, 4, 'three stretches, and one with nothing in it');
    const found: number[] = [];
    for await (const one of lastRecords(db, sql`sequence < 0 or sequence > 11000`)) found.push(one);
    assert.deepEqual(found, [-3, 8e15]);
    watch.stop();
    database.exec('delete from journal');
    await db.destroy();
  });
});

onEachDatabase('A row whose key is too long for its record', () => {
  const given = freshLedger();
  const LONG = `/INBOX/20261120/${'n'.repeat(220)}.txt`;
  const sight = { account: 'HKSCC', run: 'run-1', dataCentre: 'primary' as const };
  const fault = {
    ...{ key: 'k', level: 'critical' as const, account: 'HKSCC', code: 'STALLED', place: 'x', message: 'm' },
    ...{ cure: 'c', run: 'run-1', groups: [], reports: [LONG, `${LONG}.zip`] },
  };
  const sha256 = 'a'.repeat(64);

  for (const [what, note] of [
    [
      'a report that did not come',
      () => given.ledger.outstanding.noteSeen(sight, [{ path: LONG, size: 1, modifiedAt: 1 }]),
    ],
    ['the reports of an alarm', () => given.ledger.alarms.recordFault(fault, () => ({}))],
    [
      'a delivery to a share far down',
      async () => {
        const { versionId } = await given.ledger.reports.recordReceived(aVersion());
        const at = { versionId, share: `/mnt${LONG}`, file: `/mnt${LONG}/x`, sha256, run: 'run-1' };
        await given.ledger.deliveries.recordDelivery({ ...at, outcome: 'published' });
      },
    ],
  ] as const) {
    it(`is no change behind the journal: ${what}`, async () => {
      await note();
      assert.deepEqual(await given.ledger.changedFacts(), []);
      await given.ledger.seal();
      await verifyLedger(given.place(), given.clock);
    });
  }

  it('is counted all the same, and proved', async () => {
    await given.ledger.alarms.recordFault(fault, () => ({}));
    await given.ledger.seal();
    await changeBehind(given.place(), "delete from alarm_reports where path like '%.zip'");
    assert.deepEqual(await given.ledger.changedFacts(), [
      'alarm_reports has 1 rows; the journal speaks of 2',
    ]);
    await assert.rejects(verifyLedger(given.place(), given.clock), /alarm_reports 1, .* is gone/);
  });
});
