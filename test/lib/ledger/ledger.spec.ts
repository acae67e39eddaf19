import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { Kysely } from 'kysely';
import { mountedAs } from '../../../lib/files/network-drive.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { migrate, migrations } from '../../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { asShare, assertPrivate, onWindows } from '../../support/system.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { isOnPostgres, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const clock = new SimulatedClock(START);

describe('openLedger', () => {
  const folder = temporaryFolder();
  const file = () => path.join(folder(), 'home', 'ledger.sqlite');
  const reopen = () => openLedger(file(), clock);

  /** A ledger with one report, closed. */
  async function used(): Promise<void> {
    const ledger = await reopen();
    await ledger.reports.recordReceived(aVersion());
    await ledger.close();
  }

  async function refusedAs(code: string, words: RegExp): Promise<void> {
    const before = await fs.readFile(file()).catch(() => undefined);
    await assert.rejects(reopen(), (error: Error & { code?: string }) => {
      assert.equal(error.code, code, String(error));
      assert.match(error.message, words);
      return true;
    });
    const after = await fs.readFile(file()).catch(() => undefined);
    assert.deepEqual(after, before, 'a refused ledger is left as it is');
  }

  it('creates folder, database and seal, for the owner alone', async () => {
    const ledger = await reopen();
    await assertPrivate(path.dirname(file()), 'folder');
    for (const suffix of ['', '-wal', '-shm', '.seal']) await assertPrivate(file() + suffix);
    await ledger.close();
  });

  it('writes ahead with full synchronisation and checks foreign keys', async () => {
    const ledger = await reopen();
    await assert.rejects(
      ledger.deliveries.recordDelivery({
        versionId: 99,
        share: '/s',
        file: '/s/f',
        sha256: 'a'.repeat(64),
        outcome: 'published',
        run: 'run-1',
      }),
      /FOREIGN KEY/,
    );
    await ledger.close();
    const database = new DatabaseSync(file(), { readOnly: true });
    assert.equal(database.prepare('pragma journal_mode').get()?.journal_mode, 'wal');
    database.close();
  });

  it('keeps what was recorded, and its name, over a restart', async () => {
    const first = await reopen();
    await first.reports.recordReceived(aVersion());
    const { name } = first;
    await first.close();
    const second = await reopen();
    assert.equal(second.name, name);
    assert.equal((await second.reports.versionsOf('HKSCC')).size, 1);
    await second.close();
  });

  it('keeps what was recorded when the process is killed without closing', async () => {
    const killed = await reopen();
    await killed.reports.recordReceived(aVersion());
    const copy = path.join(folder(), 'copy');
    await fs.cp(path.dirname(file()), copy, { recursive: true });
    await killed.close();
    const ledger = await openLedger(path.join(copy, 'ledger.sqlite'), clock);
    assert.equal((await ledger.reports.versionsOf('HKSCC')).size, 1);
    await ledger.close();
  });

  it('does not start over when the ledger is gone', async () => {
    await used();
    for (const suffix of ['', '-wal', '-shm']) await fs.rm(file() + suffix, { force: true });
    await refusedAs('LEDGER_UNUSABLE', /gone or empty/);
  });

  it('does not start over when the ledger was emptied', async () => {
    await used();
    await fs.truncate(file(), 0);
    await refusedAs('LEDGER_UNUSABLE', /gone or empty/);
  });

  it('goes on when a very first start was interrupted before anything was written', async () => {
    await fs.mkdir(path.dirname(file()));
    await fs.writeFile(file(), '');
    await (await reopen()).close();
  });

  it('refuses a file that is no database', async () => {
    await fs.mkdir(path.dirname(file()));
    await fs.writeFile(file(), 'ledger: yes\n'.repeat(100));
    await refusedAs('LEDGER_UNUSABLE', /not a database/);
    await fs.writeFile(file(), 'short');
    await refusedAs('LEDGER_UNUSABLE', /not a database/);
  });

  it('refuses the database of another program', async () => {
    await fs.mkdir(path.dirname(file()));
    const other = new DatabaseSync(file());
    other.exec('create table notes (text)');
    other.close();
    await refusedAs('LEDGER_UNUSABLE', /another program/);
  });

  it('refuses a database of which the end was cut off', async () => {
    await used();
    const { size } = await fs.stat(file());
    await fs.truncate(file(), size - 4096);
    await refusedAs('LEDGER_UNUSABLE', /damaged|malformed/);
  });

  it('refuses a database with a torn page, whichever it is', async () => {
    await used();
    const whole = await fs.readFile(file());
    for (let page = 0; page < whole.length / 4096; page++) {
      const torn = Buffer.from(whole);
      torn.fill(0xa5, page * 4096 + (page === 0 ? 100 : 0), page * 4096 + 2048);
      await fs.writeFile(file(), torn);
      const outcome = await reopen().then(
        async (ledger) => {
          await ledger.close();
          return 'opened';
        },
        (error: { code: string }) => error.code,
      );
      assert.equal(outcome, 'LEDGER_UNUSABLE', `page ${page + 1}`);
      for (const suffix of ['-wal', '-shm']) await fs.rm(file() + suffix, { force: true });
    }
  });

  it('refuses the ledger of another home', async () => {
    await used();
    const other = path.join(folder(), 'other', 'ledger.sqlite');
    await (await openLedger(other, clock)).close();
    await fs.copyFile(other, file());
    await refusedAs('LEDGER_UNUSABLE', /not the ledger that belongs/);
  });

  it('refuses a ledger with a seal nobody can read', async () => {
    await used();
    await fs.writeFile(`${file()}.seal`, '{"ledger"');
    await refusedAs('LEDGER_UNUSABLE', /seal/);
  });

  it('refuses a ledger written by a newer release', async () => {
    await used();
    const newer = new DatabaseSync(file());
    newer.exec(`insert into migrations values (${(migrations.at(-1)?.number ?? 0) + 1}, 'later', 0)`);
    newer.close();
    await refusedAs('LEDGER_TOO_NEW', /knows/);
  });

  const places = onWindows ? ['\\\\localhost', '//localhost', '\\\\?\\UNC\\localhost'] : [];
  for (const server of places) {
    it(`does not live on a share, though it is one of this machine (${server})`, async () => {
      await assert.rejects(openLedger(asShare(file(), server), clock), {
        code: 'LEDGER_UNUSABLE',
        message: /network drive/,
      });
      assert.deepEqual(await fs.readdir(path.dirname(file())), [], 'nothing was made there');
    });
  }

  if (onWindows) {
    it('lives on a disk of this machine also where its path is written in the long form', async () => {
      const ledger = await openLedger(`\\\\?\\${file()}`, clock);
      await ledger.close();
      await (await reopen()).close();
    });
  }

  const types: [number, string][] = [
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [0xfe534d42, 'SMB2'],
    [0x00c36400, 'Ceph'],
    [0x01021997, '9P'],
    [0x65735546, 'FUSE'],
  ];
  // Linux says it by numbers.
  for (const [type, kind] of onWindows ? [] : types) {
    it(`does not live on a network drive (${kind})`, async () => {
      const { statfs } = fs;
      // The same object the ledger asks; Linux says such numbers, some of them as negative ones.
      fs.statfs = (async (where: string) => ({ ...(await statfs(where)), type: type | 0 })) as typeof statfs;
      try {
        await refusedAs('LEDGER_UNUSABLE', new RegExp(`network drive \\(${kind}\\)`));
      } finally {
        fs.statfs = statfs;
      }
      assert.deepEqual(await fs.readdir(path.dirname(file())), [], 'nothing was made there');
    });
  }

  it('does not live on a network drive by way of a link either', async () => {
    const { statfs } = fs;
    const far = path.join(folder(), 'far');
    await fs.mkdir(far);
    await fs.mkdir(path.dirname(file()));
    await fs.symlink(path.join(far, 'ledger.sqlite'), file());
    fs.statfs = (async (where: string) => {
      const found = await statfs(where);
      return where === far ? { ...found, type: 0x6969 } : found;
    }) as typeof statfs;
    try {
      await refusedAs('LEDGER_UNUSABLE', /network drive \(NFS\)/);
    } finally {
      fs.statfs = statfs;
    }
  });

  it('tells what a program has mounted: a network of somewhere, or a disk of this machine', () => {
    const mounts = [
      '24 29 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
      '601 24 0:52 / /srv/with\\040space rw,nosuid - fuse.sshfs root@host:/srv rw,user_id=0',
      '602 24 0:812 /sub /srv/bound rw - fuse.rclone remote: rw',
      '603 24 8:17 / /mnt/usb rw - fuseblk /dev/sdb1 rw',
    ].join('\n');
    const makedev = (major: bigint, minor: bigint) =>
      (major << 8n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n);
    assert.equal(mountedAs(mounts, makedev(0n, 52n)), 'fuse.sshfs');
    assert.equal(mountedAs(mounts, makedev(0n, 812n)), 'fuse.rclone');
    assert.equal(mountedAs(mounts, makedev(8n, 17n)), 'fuseblk');
    assert.equal(mountedAs(mounts, makedev(254n, 1n)), 'ext4');
    assert.equal(mountedAs(mounts, makedev(0n, 53n)), '');
  });

  it('names the folder it cannot create', async () => {
    await fs.writeFile(path.join(folder(), 'home'), 'a file');
    await assert.rejects(reopen(), (error: Error & { code?: string }) => {
      assert.match(error.code ?? '', /NOT_WRITABLE|DISK_ERROR/);
      assert.match(error.message, /ledger\.sqlite/);
      return true;
    });
  });
});

describe('migrations', () => {
  it('have ascending numbers', () => {
    const numbers = migrations.map((one) => one.number);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
  });

  it('go up, down and up again, leaving nothing behind', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    const tables = () =>
      database
        .prepare("select name, sql from sqlite_master where name not like 'sqlite%' order by name")
        .all()
        .map((row) => `${row.name}: ${row.sql}`);
    const steps = new Map<number, string[]>();
    await migrate(db, START, 0);
    for (const { number } of migrations) {
      steps.set(number, tables());
      await migrate(db, START, number);
    }
    const top = tables();
    assert.ok(top.length > 15);
    for (const { number } of migrations.toReversed()) {
      await migrate(db, START, number - 1);
      assert.deepEqual(tables(), steps.get(number));
    }
    await migrate(db, START);
    assert.deepEqual(tables(), top);
    await db.destroy();
  });

  it('keep which lost reports were told and what is still to be told, up and down (13)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, START, 12);
    const names = (table: string) =>
      database
        .prepare(`select name from pragma_table_info('${table}') where "notnull" = 1 and pk = 0`)
        .all()
        .map((row) => String(row.name));
    const insert = (table: string, row: Record<string, string | number>) => {
      const whole = { ...Object.fromEntries(names(table).map((name) => [name, '0'])), ...row };
      database.exec(
        `insert into ${table} (${Object.keys(whole)}) values (${Object.values(whole).map((one) => `'${one}'`)})`,
      );
    };
    insert('mails', { id: 7, event_key: 'digest:run-1:ops' });
    for (const id of [1, 2]) insert('failures', { id, subject: id });
    const lost = () =>
      database
        .prepare('select * from lost_reports')
        .all()
        .map((row) => ({ ...row }));
    const before = [
      { failure_id: 1, mail_id: 7 },
      { failure_id: 2, mail_id: null },
    ];
    database.exec('insert into lost_reports values (1, 7), (2, null)');
    await migrate(db, START, 13);
    assert.deepEqual(lost(), [{ failure_id: 1 }, { failure_id: 2 }]);
    assert.deepEqual({ ...database.prepare('select * from mail_lost').get() }, { mail_id: 7, failure_id: 1 });
    insert('switch_requests', { id: 1, state: 'open' });
    insert('switch_requests', { id: 2, state: 'expired' });
    insert('switch_news', { id: 1, request: 1 });
    insert('switch_news', { id: 2, request: 2 });
    insert('switch_news', { id: 3, switched: '[]' });
    insert('switch_news', { id: 4, mailed_at: START });
    await migrate(db, START, 12);
    const news = database.prepare('select id from switch_news').all();
    assert.deepEqual(
      news.map(({ id }) => id),
      [2],
    );
    assert.deepEqual(lost(), before);
    await db.destroy();
  });

  it('take reports received before for looked at again (17)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, START, 16);
    const columns = database
      .prepare(`select name from pragma_table_info('versions') where "notnull" = 1 and pk = 0`)
      .all()
      .map(({ name }) => String(name));
    database.exec(`insert into versions (${columns}) values (${columns.map(() => "'0'")})`);
    const before = { ...database.prepare('select * from versions').get() };
    await migrate(db, START, 17);
    const after = { ...database.prepare('select * from versions').get() };
    assert.deepEqual(after, { ...before, not_looked_again: '' });
    database.exec("update versions set not_looked_again = 'removed'");
    await migrate(db, START, 16);
    assert.deepEqual({ ...database.prepare('select * from versions').get() }, before);
    await db.destroy();
  });

  it('know of no look into reports received before (21)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, START, 18);
    const columns = database
      .prepare(`select name from pragma_table_info('versions') where "notnull" = 1 and pk = 0`)
      .all()
      .map(({ name }) => String(name));
    database.exec(`insert into versions (${columns}) values (${columns.map(() => "'0'")})`);
    const before = { ...database.prepare('select * from versions').get() };
    await migrate(db, START, 21);
    const after = { ...database.prepare('select * from versions').get() };
    const looked = { inside: '', inside_why: '', warnings: '', shape: '' };
    assert.deepEqual(after, { ...before, ...looked });
    database.exec("update versions set inside = 'sound', shape = '{}'");
    await migrate(db, START, 18);
    assert.deepEqual({ ...database.prepare('select * from versions').get() }, before);
    await db.destroy();
  });

  it('take failures of before for met at the last look of their run (26)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    const before = Math.max(...migrations.map(({ number }) => number).filter((number) => number < 26));
    await migrate(db, START, before);
    database.exec(
      "insert into failures (run, account, code, subject, message, cure, failed_at) values ('r', 'A', 'X', '', 'm', 'c', 1)",
    );
    const row = { ...database.prepare('select * from failures').get() };
    await migrate(db, START, 26);
    assert.deepEqual({ ...database.prepare('select * from failures').get() }, { ...row, past: 0 });
    await migrate(db, START, before);
    assert.deepEqual({ ...database.prepare('select * from failures').get() }, row);
    await db.destroy();
  });

  it('make room for the days of a parallel run, and take it away again (22)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    const tables = () =>
      database.prepare("select name from sqlite_master where type = 'table' and name = 'comparisons'").all()
        .length;
    await migrate(db, START, 21);
    assert.equal(tables(), 0);
    await migrate(db, START, 22);
    const insert = `insert into comparisons values ('A', '2026-11-02', 1, 2, 3, 4, 5, 6, 7)`;
    database.exec(insert);
    assert.throws(() => database.exec(insert), /UNIQUE/, 'a day of an account is one row');
    await migrate(db, START, 21);
    assert.equal(tables(), 0);
    await db.destroy();
  });

  it('take over what an older release saw and did not receive (15)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, START, 13);
    const insert = (table: string, row: Record<string, string | number>) => {
      const needed = database
        .prepare(`select name from pragma_table_info('${table}') where "notnull" = 1 and pk = 0`)
        .all()
        .map(({ name }) => [String(name), '0']);
      const whole = { ...Object.fromEntries(needed), account: 'A', ...row };
      const values = Object.values(whole).map((one) => `'${one}'`);
      database.exec(`insert into ${table} (${Object.keys(whole)}) values (${values})`);
    };
    database.exec(`insert into runs (run, trigger, started_at) values ('run-9', 't', ${START})`);
    const fail = (path: string, code: string, at = START - 1000) =>
      insert('failures', { run: 'run-8', subject: path, code, message: code, cure: 'c', failed_at: at });
    fail('/INBOX/gone.txt', 'REMOTE_MISSING');
    fail('/INBOX/half.txt', 'PAIR_INCOMPLETE');
    fail('/INBOX', 'FOLDER_UNREADABLE');
    fail('/INBOX/full.txt', 'DISK_FULL');
    insert('observations', { path: '/INBOX/full.txt' });
    insert('intents', {
      path: '/INBOX/asked.txt',
      run: 'run-9',
      size: 5,
      modified_at: 7,
      intended_at: START,
    });
    fail('/mnt/share', 'DISK_FULL');
    fail('/INBOX/unrouted.txt', 'UNROUTED');
    fail('/INBOX/long-ago.txt', 'SHORT_FILE', START - 40 * 24 * 3600_000);
    fail('/INBOX/came.txt', 'SHORT_FILE');
    insert('versions', { path: '/INBOX/came.txt', name: 'came.txt', folder: '/INBOX', seen_at: START });
    fail('/INBOX/held.txt', 'CONTENT_WRONG');
    fail('/INBOX/held.txt', 'SHORT_FILE');
    insert('quarantine', { path: '/INBOX/held.txt' });
    const hex = (name: string) => Buffer.from(name).toString('hex');
    for (const name of ['came.txt', 'odd.txt'])
      insert('refusals', { folder: '/INBOX', name_hex: hex(name), code: name });
    await migrate(db, START);
    const taken = database
      .prepare('select path, kind, state, code, size from outstanding order by path')
      .all();
    assert.deepEqual(
      taken.map((row) => Object.values(row)),
      [
        ['/INBOX', 'folder', 'listed', 'FOLDER_UNREADABLE', -1],
        ['/INBOX/asked.txt', 'report', 'listed', '', 5],
        ['/INBOX/full.txt', 'report', 'listed', 'DISK_FULL', -1],
        ['/INBOX/gone.txt', 'report', 'listed', 'REMOTE_MISSING', -1],
        ['/INBOX/half.txt', 'report', 'awaited', 'PAIR_INCOMPLETE', -1],
      ],
    );
    const refused = database.prepare('select code, came_at from refusals order by code').all();
    assert.deepEqual(
      refused.map((row) => Object.values(row)),
      [
        ['came.txt', START],
        ['odd.txt', null],
      ],
    );
    await db.destroy();
  });

  it('are all or nothing', async () => {
    const database = new DatabaseSync(':memory:');
    database.exec('create table versions (in_the_way)');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await assert.rejects(migrate(db, START), /already exists/);
    const left = database.prepare("select name from sqlite_master where type = 'table'").all();
    assert.deepEqual(
      left.map((row) => row.name),
      ['versions'],
    );
    await db.destroy();
  });
});

onEachDatabase('transactions of the ledger', () => {
  const given = freshLedger();

  it('are taken one after the other, so that sixty at once do not mix', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        given.ledger.journal.append({ who: 'test', what: `entry ${index}`, why: 'all at once' }),
      ),
    );
    assert.equal((await given.ledger.journal.verify()).count, 60);
  });

  it('are undone as a whole when a part fails', async () => {
    const told = [4711];
    const mail = {
      eventKey: 'x',
      kind: 'digest' as const,
      run: 'r',
      to: ['a@x'],
      subject: '',
      text: '',
      html: '',
    };
    await assert.rejects(given.ledger.mails.queueMail({ ...mail, told }), /foreign key/i);
    assert.deepEqual(await given.ledger.mails.mails(), []);
    assert.equal((await given.ledger.mails.queueMail(mail)).fresh, true);
  });

  if (isOnPostgres()) return;
  it('wait for another process that is writing', async () => {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(workerData);
      database.exec('begin immediate');
      parentPort.postMessage('holding');
      setTimeout(() => { database.exec('commit'); database.close(); }, 200);`;
    const worker = new Worker(source, { eval: true, workerData: given.file() });
    const ended = once(worker, 'exit');
    await once(worker, 'message');
    await given.ledger.runs.startRun({ run: 'run-1', trigger: 'timer' });
    assert.equal((await given.ledger.runs.runFacts('run-1')).trigger, 'timer');
    await ended;
  });
});
