/** The renewal of a key: each step with the files of a real key, and what it is refused for. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import key from '../../../bin/commands/key.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { migrate } from '../../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { keepPlan } from '../../../lib/practice/day-store.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { placeNewKey } from '../../../lib/practice/renew-key.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { listen } from '../../bin/listen.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';

describe('the renewal of a key', () => {
  const folder = temporaryFolder();
  const home = () => path.join(folder(), 'home');
  const file = () => path.join(folder(), 'keys', 'hkscc');
  const run = async (...words: string[]) => {
    const lines: string[] = [];
    const common = ['--home', home(), '--json'];
    await listen(
      (text) => void lines.push(text),
      () => key([...words, ...common]),
    );
    return JSON.parse(lines.join('').trim().split('\n').at(-1) ?? '{}');
  };
  const renew = (...words: string[]) =>
    run('renew', file(), '--account', 'SIM001', '--type', 'ed25519', ...words);
  const why = ['--reason', 'ends in March', '--by', 'Chan'];
  const read = (name: string) => readFileSync(name, 'utf8');
  const journal = async () => {
    const ledger = await openHome(home(), realClock);
    const records = await ledger.journal.records();
    await ledger.close();
    return records
      .filter(({ what }) => /^SSH key rene/.test(what))
      .map(({ who, what, why: reason }) => [who, what, reason]);
  };
  const logIn = async (fingerprint: string) => {
    const ledger = await openHome(home(), realClock);
    await ledger.accountKeys.noteKeyUse('SIM001', fingerprint);
    await ledger.close();
  };

  beforeEach(async () => {
    await (await openHome(home(), realClock)).close();
    await run('new', file(), '--type', 'ed25519');
  });

  it('goes from the old key to the new one, each step journalled, and the old one goes after the first log-in', async () => {
    const before = read(file());
    assert.equal((await renew()).state, 'none');
    const made = await renew(...why);
    assert.equal(made.state, 'made');
    assert.match(made.publicKey, /^ssh-ed25519 /);
    assert.equal(read(file()), before, 'the account goes on with the old key');
    const placed = await renew('--registered', ...why);
    assert.deepEqual([placed.state, placed.fingerprint], ['in place', made.fingerprint]);
    assert.notEqual(read(file()), before);
    assert.equal(read(`${file()}.old`), before);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    await assert.rejects(renew('--finish', ...why), { code: 'CONFIG_INVALID', message: /has not logged in/ });
    await logIn(made.fingerprint);
    assert.equal((await renew()).state, 'used');
    await assert.rejects(renew('--undo', ...why), { code: 'CONFIG_INVALID', message: /has logged in/ });
    assert.equal((await renew('--finish', ...why)).state, 'none');
    assert.ok(!existsSync(`${file()}.old`) && !existsSync(`${file()}.old.pub`));
    assert.deepEqual(
      (await journal()).map(([who, what]) => [who, what]),
      [
        ['Chan', 'SSH key renewal begun'],
        ['Chan', 'SSH key renewed: the new key is in place'],
        ['Chan', 'SSH key renewal finished: the old key is removed'],
      ],
    );
  });

  it('is undone step by step until the first log-in', async () => {
    const before = [read(file()), read(`${file()}.pub`)];
    const made = await renew(...why);
    await renew('--registered', ...why);
    const back = await renew('--undo', ...why);
    assert.deepEqual([back.state, back.fingerprint], ['made', made.fingerprint]);
    assert.deepEqual([read(file()), read(`${file()}.pub`)], before);
    assert.equal((await renew('--registered', ...why)).state, 'in place', 'and forward again');
    await renew('--undo', ...why);
    assert.equal((await renew('--undo', ...why)).state, 'none');
    assert.deepEqual([read(file()), read(`${file()}.pub`)], before);
    for (const end of ['.next', '.next.pub', '.old', '.old.pub'])
      assert.ok(!existsSync(`${file()}${end}`), end);
  });

  /** What each step does to the files, one after another; the process may end after any of them. */
  const moves: {
    step: string[];
    says: string;
    moves: [what: 'link' | 'move', from: string, to: string][];
  }[] = [
    {
      step: ['--registered'],
      says: 'made',
      moves: [
        ['link', '.pub', '.old.pub'],
        ['move', '.next.pub', '.pub'],
        ['link', '', '.old'],
      ],
    },
    {
      step: ['--undo'],
      says: 'in place',
      moves: [
        ['link', '.pub', '.next.pub'],
        ['move', '.old.pub', '.pub'],
        ['link', '', '.next'],
      ],
    },
  ];
  for (const { step, says, moves: all } of moves) {
    for (let done = 1; done <= all.length; done++) {
      it(`knows where it stands, and goes on, after ${step[0]} was interrupted behind move ${done}`, async () => {
        const before = [read(file()), read(`${file()}.pub`)];
        const made = await renew(...why);
        const next = [read(`${file()}.next`), read(`${file()}.next.pub`)];
        if (says === 'in place') await renew('--registered', ...why);
        for (const [what, from, to] of all.slice(0, done))
          (what === 'link' ? linkSync : renameSync)(`${file()}${from}`, `${file()}${to}`);
        const now = await renew();
        assert.deepEqual([now.state, now.fingerprint], [says, made.fingerprint]);
        if (says === 'made') await renew('--registered', ...why);
        const placed = await renew();
        assert.deepEqual([placed.state, placed.fingerprint], ['in place', made.fingerprint]);
        if (says === 'made') assert.deepEqual([read(file()), read(`${file()}.pub`)], next);
        assert.equal((await renew('--undo', ...why)).state, 'made');
        assert.deepEqual([read(file()), read(`${file()}.pub`)], before);
        assert.deepEqual([read(`${file()}.next`), read(`${file()}.next.pub`)], next);
        assert.equal((await renew('--undo', ...why)).state, 'none');
        assert.deepEqual(readdirSync(path.dirname(file())).sort(), ['hkscc', 'hkscc.pub']);
      });
    }
  }

  it('begins anew after halves of earlier keys were left, and a making that did not end', async () => {
    for (const left of ['.old.pub', '.next.pub', '.making', '.making.pub'])
      writeFileSync(`${file()}${left}`, 'half of something');
    const made = await renew(...why);
    assert.equal(made.state, 'made');
    const placed = await renew('--registered', ...why);
    assert.deepEqual([placed.state, placed.fingerprint], ['in place', made.fingerprint]);
    await logIn(made.fingerprint);
    assert.equal((await renew('--finish', ...why)).state, 'none');
    assert.deepEqual(readdirSync(path.dirname(file())).sort(), ['hkscc', 'hkscc.pub']);
  });

  it('does a step once, of two people who press at once: the second is told that it is done', async () => {
    await renew(...why);
    const ledger = await openHome(home(), realClock);
    try {
      const press = (by: string) =>
        placeNewKey(ledger, realClock, file(), { account: 'SIM001', by, reason: 'registered' });
      const both = await Promise.allSettled([press('Chan'), press('Lee')]);
      assert.deepEqual(
        both.map((one) => (one.status === 'fulfilled' ? one.value.state : one.reason.message)),
        ['in place', `No new key waits beside ${file()}`],
      );
      const told = (await ledger.journal.records()).filter(({ what }) => /in place/.test(what));
      assert.deepEqual(
        told.map(({ who }) => who),
        ['Chan'],
      );
    } finally {
      await ledger.close();
    }
  });

  it('asks for a reason, one step at a time, and a step that is next', async () => {
    await assert.rejects(renew('--registered', ...why), { message: /No new key waits/ });
    await assert.rejects(renew('--undo', ...why), { message: /No renewal/ });
    await assert.rejects(renew('--undo'), { code: 'USAGE', message: /--reason/ });
    await assert.rejects(renew('--undo', '--finish', ...why), { code: 'USAGE' });
    await assert.rejects(run('renew', path.join(folder(), 'other'), '--account', 'SIM001', ...why), {
      message: /no key/,
    });
    await renew(...why);
    assert.equal((await renew(...why)).state, 'made', 'asked again it says where it stands');
  });

  it('is refused in the key freeze of a practice session, whatever the step', async () => {
    await renew(...why);
    const today = hongKongStamp(realClock.now()).slice(0, 10);
    const plan = {
      ...practice20250621,
      date: today,
      keyFreeze: { from: `${today} 00:00`, to: `${today} 23:59` },
    };
    const ledger = await openHome(home(), realClock);
    await keepPlan(ledger, plan as typeof practice20250621);
    await ledger.close();
    for (const step of ['--registered', '--undo', '--finish']) {
      await assert.rejects(renew(step, ...why), { code: 'KEY_FROZEN' }, step);
    }
    assert.equal((await renew()).state, 'made', 'looking is no touch');
  });
});

describe('the life of keys', () => {
  it('has tables of its own, made and taken away again (33); the key that is noted stays', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    const tables = () =>
      database
        .prepare("select name from sqlite_master where type = 'table' and name like 'key_%' order by name")
        .all()
        .map(({ name }) => name);
    await migrate(db, START, 32);
    database.exec("insert into account_keys (account, fingerprint, since) values ('A', 'SHA256:a', 5)");
    assert.deepEqual(tables(), []);
    await migrate(db, START, 33);
    assert.deepEqual(tables(), ['key_terms', 'key_uses']);
    const kept = { ...database.prepare('select * from account_keys').get() };
    assert.deepEqual(kept, { account: 'A', fingerprint: 'SHA256:a', since: 5 });
    await migrate(db, START, 32);
    assert.deepEqual(tables(), []);
    await db.destroy();
  });
});
