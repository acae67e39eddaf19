import assert from 'node:assert/strict';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { EMPTY, finish, follow, hashOf, type Link } from '../../../lib/ledger/journal/chain.ts';
import { keepLease } from '../../../lib/ledger/lease/keep-lease.ts';
import { type JournalHead, openLedger } from '../../../lib/ledger/ledger.ts';
import { backupLedger, restoreLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { ledgerIn, readSeal } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { changeBehind, isOnPostgres, onEachDatabase } from './engines.ts';
import { freshLedger, START } from './samples.ts';

const key = new Uint8Array(32).fill(7);

onEachDatabase('journal', () => {
  const given = freshLedger();

  async function write(count: number): Promise<void> {
    for (let index = 1; index <= count; index++) {
      await given.ledger.journal.append({
        who: 'Ada',
        what: `step ${index}`,
        why: 'a "quoted" reason\nin two lines 報',
        details: { index, ok: true },
      });
      await given.clock.advance(1000);
    }
  }

  async function reopen(options: { journalKey?: Uint8Array } = {}): Promise<void> {
    await given.ledger.close();
    given.ledger = await openLedger(given.place(), given.clock, options);
  }

  const tamper = (sql: string) => changeBehind(given.place(), sql);

  it('holds whatever a person may write, and whatever was cut in the middle of a letter', async () => {
    const odd = [
      ...['half of a letter \ud83d', '\udc4d the other half', 'nothing\0between', '\u202eright to left'],
      ...['<img src=x>', 'two\r\nlines\u2028three', '😀'.repeat(200).slice(0, 299), '報告\uD842'],
    ];
    for (const text of odd) {
      const entry = { who: text, what: `said ${text}`, why: text, details: { [text]: text } };
      await given.ledger.journal.append(entry);
    }
    const { brokenAt, problem, count } = await given.ledger.journal.verify();
    assert.deepEqual([brokenAt, problem, count], [undefined, undefined, odd.length]);
    const [first, , third] = await given.ledger.journal.records();
    assert.deepEqual([first?.why, third?.why], ['half of a letter \ufffd', 'nothing\ufffdbetween']);
  });

  it('gives back what was written, in order', async () => {
    await write(3);
    const records = await given.ledger.journal.records(1);
    assert.deepEqual(
      records.map((one) => [one.sequence, one.what, one.details]),
      [
        [2, 'step 2', { index: 2, ok: true }],
        [3, 'step 3', { index: 3, ok: true }],
      ],
    );
    const head = await given.ledger.journal.head();
    assert.deepEqual(head, { count: 3, head: records.at(-1)?.hash });
    assert.deepEqual(await given.ledger.journal.verify(), head);
  });

  it('is whole when it is empty', async () => {
    assert.deepEqual(await given.ledger.journal.verify(), { count: 0, head: '' });
  });

  it('is verified over more records than one query takes', async () => {
    await write(1001);
    assert.equal((await given.ledger.journal.verify()).count, 1001);
    await tamper("update journal set why = 'other' where sequence = 1001");
    assert.equal((await given.ledger.journal.verify()).brokenAt, 1001);
  });

  const mutations: [string, string, number][] = [
    ['a changed word', "update journal set why = 'other' where sequence = 3", 3],
    ['a changed time', 'update journal set at = at + 1 where sequence = 5', 5],
    ['a changed detail', "update journal set details = '{}' where sequence = 2", 2],
    ['a removed record', 'delete from journal where sequence = 4', 4],
    ['a removed beginning', 'delete from journal where sequence = 1', 1],
    [
      'a record before the first',
      'insert into journal (sequence, at, who, what, why, details, previous, hash) select 0, at, who, what, why, details, previous, hash from journal where sequence = 1',
      1,
    ],
    [
      'two records that changed places',
      'update journal set sequence = -1 where sequence = 2; update journal set sequence = 2 where sequence = 3; update journal set sequence = 3 where sequence = -1',
      2,
    ],
  ];
  for (const [what, sql, brokenAt] of mutations) {
    it(`shows ${what}`, async () => {
      await write(6);
      await tamper(sql);
      assert.equal((await given.ledger.journal.verify()).brokenAt, brokenAt);
    });
  }

  it('shows a cut end only against a head known from elsewhere', async () => {
    await write(6);
    const mailed = await given.ledger.journal.head();
    await tamper('delete from journal where sequence > 4');
    assert.equal((await given.ledger.journal.verify()).brokenAt, undefined);
    const found = await given.ledger.journal.verify(mailed);
    assert.equal(found.brokenAt, 5);
    assert.match(found.problem ?? '', /2 records at the end are missing/);
  });

  it('goes on after a head that was mailed', async () => {
    await write(3);
    const mailed = await given.ledger.journal.head();
    await write(3);
    assert.equal((await given.ledger.journal.verify(mailed)).brokenAt, undefined);
  });

  it('with a key can be verified and continued only with that key', async () => {
    await write(2);
    await reopen({ journalKey: key });
    await write(2);
    assert.equal((await given.ledger.journal.verify()).count, 4);
    await reopen();
    assert.match((await given.ledger.journal.verify()).problem ?? '', /key that is not here/);
    await assert.rejects(given.ledger.journal.append({ who: 'a', what: 'b', why: 'c' }), {
      code: 'CONFIG_INVALID',
    });
    const lock = { account: 'A', reason: 'r', address: 'x' };
    await assert.rejects(given.ledger.accounts.lockLogin(lock), { code: 'CONFIG_INVALID' });
    assert.equal(await given.ledger.accounts.loginLock('A'), undefined, 'no decision without its record');
    await reopen({ journalKey: new Uint8Array(32).fill(8) });
    assert.match((await given.ledger.journal.verify()).problem ?? '', /changed/);
    await assert.rejects(reopen({ journalKey: new Uint8Array(31) }), { code: 'CONFIG_INVALID' });
    given.ledger = await openLedger(given.place(), given.clock);
  });

  if (isOnPostgres()) return;

  it('that is older than its seal keeps the ledger from opening', async () => {
    await write(3);
    const copy = new DatabaseSync(given.file());
    copy.exec(`vacuum into '${given.folder()}/yesterday'`);
    copy.close();
    await write(2);
    await given.ledger.seal();
    await given.ledger.close();
    for (const suffix of ['-wal', '-shm']) await rm(given.file() + suffix, { force: true });
    await rename(given.file(), `${given.folder()}/today`);
    await rename(`${given.folder()}/yesterday`, given.file());
    await assert.rejects(openLedger(given.file(), given.clock), {
      code: 'LEDGER_UNUSABLE',
      message: /older/,
    });
    await rename(`${given.folder()}/today`, given.file());
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.journal.head()).count, 5);
  });
});

describe('the seal', () => {
  const given = freshLedger();
  const decide = (count: number) =>
    given.ledger.journal.append({ who: 'Ada', what: `decision ${count}`, why: 'between two runs' });
  const copyTo = (target: string) => copyFile(given.file(), target);

  it('knows of what a person decided between two runs: a copy of before is refused', async () => {
    await decide(1);
    await given.ledger.close();
    await copyTo(`${given.file()}.yesterday`);
    given.ledger = await openLedger(given.file(), given.clock);
    await decide(2);
    await given.ledger.close();
    await rename(given.file(), `${given.file()}.today`);
    await rename(`${given.file()}.yesterday`, given.file());
    await assert.rejects(openLedger(given.file(), given.clock), {
      code: 'LEDGER_UNUSABLE',
      message: /older/,
    });
    await rename(`${given.file()}.today`, given.file());
    given.ledger = await openLedger(given.file(), given.clock);
  });

  it('is renewed with the lease, so that a process that is killed leaves a young one', async () => {
    const { clock } = given;
    const kept = await keepLease(given.ledger, {
      name: 'writer',
      file: given.file(),
      owner: 'one',
      ms: 60_000,
      clock,
      onLost() {},
    });
    await decide(1);
    await decide(2);
    await kept.renew();
    assert.deepEqual((await readSeal(given.file()))?.journal, await given.ledger.journal.head());
    await kept.release();
  });

  it('is not written by a process that has lost its lease', async () => {
    const { clock } = given;
    const lease = await given.ledger.leases.claimLease({ name: 'writer', owner: 'one', ms: 1 });
    assert.ok(lease);
    given.ledger.writeUnder(lease);
    await decide(1);
    await clock.advance(2);
    const other = await openLedger(given.file(), clock);
    await other.leases.claimLease({ name: 'writer', owner: 'two', ms: 1 });
    await assert.rejects(given.ledger.seal(), { code: 'NOT_IN_CHARGE' });
    assert.equal((await readSeal(given.file()))?.journal.count, 0);
    await other.close();
  });

  it('that is lost keeps a ledger with records from opening, until a person has put it in its place', async () => {
    await decide(1);
    await given.ledger.close();
    await rm(`${given.file()}.seal`);
    await assert.rejects(openLedger(given.file(), given.clock), {
      code: 'LEDGER_UNUSABLE',
      message: /lost its seal/,
    });
    const { file } = await backupLedger(given.file(), `${given.folder()}/copy`);
    await restoreLedger(file, given.file(), given.clock, { by: 'Ada', reason: 'the seal was lost' });
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.journal.head()).count, 2);
  });

  it('and ledger that are both gone leave a home that is not taken for a new one while reports lie in it', async () => {
    const home = `${given.folder()}/home`;
    await (await openHome(home, given.clock)).close();
    await mkdir(`${home}/landing/SIM001`, { recursive: true });
    for (const suffix of ['', '.seal']) await rm(ledgerIn(home) + suffix);
    await assert.rejects(openHome(home, given.clock), { code: 'LEDGER_UNUSABLE', message: /landing/ });
    await rename(`${home}/landing`, `${home}/landing.of-before`);
    await (await openHome(home, given.clock)).close();
  });
});

describe('the chain', () => {
  function chain(count: number, used?: Uint8Array, change = (link: Omit<Link, 'hash'>) => link): Link[] {
    const links: Link[] = [];
    for (let sequence = 1; sequence <= count; sequence++) {
      const record = change({
        sequence,
        at: START + sequence,
        who: `person ${sequence % 3}`,
        what: 'delivered',
        why: `run ${sequence}`,
        details: JSON.stringify({ sequence }),
        previous: links.at(-1)?.hash ?? '',
      });
      links.push({ ...record, hash: hashOf(record, used) });
    }
    return links;
  }

  const verify = (links: readonly Link[], anchor: JournalHead = EMPTY) =>
    finish(follow(EMPTY, links, key, [anchor]), anchor);

  it('depends on every part of a record and on the key', () => {
    const [record] = chain(1);
    assert.ok(record);
    const hashes = [
      hashOf(record),
      hashOf(record, key),
      hashOf({ ...record, sequence: 2 }),
      hashOf({ ...record, at: 0 }),
      hashOf({ ...record, who: 'x' }),
      hashOf({ ...record, what: 'x' }),
      hashOf({ ...record, why: 'x' }),
      hashOf({ ...record, details: 'x' }),
      hashOf({ ...record, previous: 'x' }),
    ];
    assert.equal(new Set(hashes).size, hashes.length);
    assert.match(hashes[1] ?? '', /^hmac:[0-9a-f]{64}$/);
  });

  it('shows every kind of change against a mailed head, 10,000 times', () => {
    const length = 40;
    const whole = chain(length, key);
    const mailed = { count: length, head: whole.at(-1)?.hash ?? '' };
    assert.equal(verify(whole, mailed).brokenAt, undefined);
    const place = fc.integer({ min: 0, max: length - 1 });
    const text = fc.constantFrom('who', 'what', 'why', 'details', 'previous', 'hash');
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('bit'), at: place, field: text, letter: fc.nat(), bit: fc.nat(6) }),
      fc.record({
        kind: fc.constant('number'),
        at: place,
        field: fc.constantFrom('at', 'sequence'),
        bit: fc.nat(30),
      }),
      fc.record({ kind: fc.constant('delete'), at: place, many: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('swap'), at: place, other: place }),
      fc.record({ kind: fc.constant('double'), at: place }),
      fc.record({ kind: fc.constant('cut'), at: place }),
      // The whole chain built anew with one record changed: without the key, with another, even with the right one.
      fc.record({ kind: fc.constant('rebuild'), at: place, keys: fc.constantFrom('none', 'other', 'right') }),
    );
    fc.assert(
      fc.property(mutation, (change) => {
        const changed = mutate(whole, change);
        fc.pre(JSON.stringify(changed) !== JSON.stringify(whole));
        assert.notEqual(verify(changed, mailed).brokenAt, undefined, JSON.stringify(change));
      }),
      { numRuns: 10_000 },
    );
  });

  interface Change {
    kind: string;
    at: number;
    field?: string;
    letter?: number;
    bit?: number;
    many?: number;
    other?: number;
    keys?: string;
  }

  function mutate(whole: readonly Link[], change: Change): Link[] {
    const links = whole.map((link) => ({ ...link }));
    const link = links[change.at] as Link & Record<string, string | number>;
    switch (change.kind) {
      case 'bit': {
        const value = String(link[change.field ?? '']);
        const letter = (change.letter ?? 0) % Math.max(1, value.length);
        const flipped = String.fromCharCode(value.charCodeAt(letter) ^ (1 << (change.bit ?? 0)));
        if (value !== '')
          link[change.field ?? ''] = value.slice(0, letter) + flipped + value.slice(letter + 1);
        return links;
      }
      case 'number':
        link[change.field ?? ''] = Number(link[change.field ?? '']) ^ (1 << (change.bit ?? 0));
        return links;
      case 'delete':
        links.splice(change.at, change.many);
        return links;
      case 'swap': {
        const other = links[change.other ?? 0] as Link;
        links[change.at] = other;
        links[change.other ?? 0] = link;
        return links;
      }
      case 'double':
        links.splice(change.at, 0, { ...link });
        return links;
      case 'cut':
        return links.slice(0, change.at);
      default: {
        const used = { none: undefined, other: new Uint8Array(32), right: key }[change.keys ?? 'none'];
        return chain(whole.length, used, (record) =>
          record.sequence === change.at + 1 ? { ...record, why: 'another reason' } : record,
        );
      }
    }
  }
});
