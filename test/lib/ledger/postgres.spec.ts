/** What is PostgreSQL's own about a ledger: what it refuses, what a lost line means, and what several homes share. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { nameHexOf, showBeginning } from '../../../lib/files/safe-name.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { PostgresPlace } from '../../../lib/ledger/place.ts';
import { parseAddress } from '../../../lib/ledger/postgres/address.ts';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { holdsWords, wordsIn } from '../../../lib/ledger/records/report-search.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { sealOf } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { breakingLine } from '../../support/breaking-line.ts';
import { PostgresServer, postgresPrograms, sharedPostgres } from '../../support/postgres.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { newPlace } from './engines.ts';
import { aVersion, START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);

describe('the address of a ledger on PostgreSQL', () => {
  const read = (text: string, env = {}) => parseAddress(text, { PGUSER: 'me', ...env });

  const good: [string, object][] = [
    [
      'postgres://rapops@db.example/rap',
      { hosts: [{ host: 'db.example', port: 5432 }], user: 'rapops', database: 'rap', tls: true },
    ],
    [
      'postgresql://rapops@one,two:5433/rap',
      {
        hosts: [
          { host: 'one', port: 5432 },
          { host: 'two', port: 5433 },
        ],
        tls: true,
      },
    ],
    ['postgres://localhost/rap', { user: 'me', tls: false }],
    ['postgres://rap@[2001:db8::1]:6000/rap', { hosts: [{ host: '2001:db8::1', port: 6000 }], tls: true }],
    ['postgres://rap@[::1]/rap', { tls: false }],
    ['postgres://rap@127.0.0.1/rap?sslmode=verify-full', { tls: true }],
    ['postgres://rap@10.1.2.3/rap?sslmode=disable', { tls: false }],
    [
      'postgres://rap@/rap?host=/run/postgresql',
      { hosts: [{ host: '/run/postgresql', port: 5432 }], tls: false },
    ],
    [
      'postgres://a%40b:p%3Aq@h/r%20p?schema=ops',
      { user: 'a@b', password: 'p:q', database: 'r p', schema: 'ops' },
    ],
  ];
  for (const [text, wanted] of good) {
    it(`is read: ${text}`, () => {
      const address = read(text);
      assert.deepEqual({ ...address, ...wanted }, address);
    });
  }

  const bad = [
    ...[
      'mysql://h/d',
      'postgres://h',
      'postgres://h/',
      'postgres://h:0/d',
      'postgres://h:99999/d',
      'postgres://:1/d',
    ],
    ...['postgres://h/d?sslmode=require', 'postgres://h/d?sslmode=verify-ca', 'postgres://h/d?ssl=true'],
    ...['postgres://h,/d', 'postgres://h/%zz', '/var/lib/ledger.sqlite', 'postgres://u:secret-word@h/d?x=1'],
  ];
  for (const text of bad) {
    it(`is refused, without what may be a password: ${text}`, () => {
      assert.throws(
        () => read(text),
        (error: Error & { code?: string; cure?: string; details?: { field?: string } }) => {
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.equal(error.details?.field, 'RAP_LEDGER');
          assert.doesNotMatch(`${error.message} ${error.cure}`, /secret-word/);
          return true;
        },
      );
    });
  }

  it('shows no password, wherever it comes from', () => {
    const { shown } = read('postgres://u:secret-word@h/d');
    assert.equal(shown, 'PostgreSQL d at h:5432');
  });
});

if (postgresPrograms() !== undefined) {
  describe('a ledger on PostgreSQL', () => {
    const folder = temporaryFolder();
    const clock = new SimulatedClock(START);
    let place: PostgresPlace;
    let open: Ledger[];
    beforeEach(async () => {
      open = [];
      place = await newPlace(path.join(folder(), 'home'));
    });
    afterEach(async () => {
      for (const ledger of open) await ledger.close();
    });

    const opened = async (at = place) => {
      const ledger = await openLedger(at, clock, { journalKey });
      open.push(ledger);
      return ledger;
    };
    const server = sharedPostgres;
    const run = async (...statements: string[]) =>
      (await server()).run(place.address.database, ...statements);
    const append = (ledger: Ledger, what: string) =>
      ledger.journal.append({ who: 'Ada', what, why: 'because' });
    const verify = (at = place) => verifyLedger(at, clock, { journalKey, sealed: true });

    it('keeps every text as it was given, also NUL, which PostgreSQL does not know', async () => {
      const ledger = await opened();
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
          const name = `\0${text}\u{10fffd}0\u{10fffd}\u0001`;
          const { versionId } = await ledger.reports.recordReceived(aVersion({ name, path: `/x/${name}` }));
          const found = await ledger.reports.version(versionId);
          assert.equal(found?.name, name.toWellFormed());
          const known = await ledger.reports.versionsOf('HKSCC', [`/x/${name}`]);
          assert.equal(known.size, 1);
        }),
        { numRuns: 25, seed: 3 },
      );
      assert.deepEqual(await ledger.changedFacts(), []);
    });

    it('takes names and folders as long as a server can make them', async () => {
      const ledger = await opened();
      const noise = (bytes: number) =>
        createHash('shake256', { outputLength: bytes }).update(String(bytes)).digest();
      const folder = Array.from({ length: 8 }, (_, depth) =>
        noise(100 + depth)
          .toString('hex')
          .slice(0, 200),
      ).join('/');
      const entries = [100, 255, 256, 3_000, 100_000].map((bytes) => ({
        ...{ folder: `/${folder}`, nameHex: nameHexOf(noise(bytes)), shown: showBeginning(noise(bytes)) },
        ...{ code: 'NAME_REFUSED' as const, reason: 'is not UTF-8' },
      }));
      assert.equal((await ledger.reports.refuse('HKSCC', 'run-1', entries)).length, 5);
      assert.equal((await ledger.reports.refuse('HKSCC', 'run-2', entries)).length, 0);
      const path = `/${folder}/${noise(99).toString('hex')}.txt`;
      const { versionId } = await ledger.reports.recordReceived(aVersion({ path, file: `/landing${path}` }));
      assert.equal((await ledger.reports.version(versionId))?.path, path);
    });

    it('finds any part of a name as the rule says, with its index and without', async () => {
      const ledger = await opened();
      const names = ['CCLTN05_SIM001_1.txt', 'ccltn05%x_2.TXT', 'a\\b_c.csv', '報告05.txt', "o'clock.lis"];
      for (const [at, name] of names.entries())
        await ledger.reports.recordReceived(aVersion({ name, path: `/INBOX/${at}/${name}` }));
      const check = () =>
        fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...names),
            fc.nat(20),
            fc.integer({ min: 1, max: 6 }),
            async (name, from, length) => {
              const part = name.slice(from % name.length, (from % name.length) + length);
              const words = wordsIn(part);
              const found = await ledger.reportSearch.findReports({ words, most: 50 });
              const wanted = names.filter((one, at) =>
                holdsWords({ name: one, path: `/INBOX/${at}/${one}` }, words),
              );
              assert.deepEqual(
                found.map((one) => one.name),
                wanted.toReversed(),
                part,
              );
            },
          ),
          { numRuns: 40, seed: 8 },
        );
      await check();
      assert.deepEqual(await run("select 1 as made from pg_indexes where indexname = 'versions_trigrams'"), [
        { made: 1 },
      ]);
      await run('drop index versions_trigrams');
      await check();
    });

    it('is written by two processes at once without a gap or a double in its journal', async () => {
      const [one, other] = [await opened(), await opened()];
      await Promise.all(
        [one, other].map(async (ledger, index) => {
          for (let record = 0; record < 50; record++) await append(ledger, `${index} ${record}`);
        }),
      );
      assert.equal((await one.journal.verify()).count, 100);
      assert.equal((await one.journal.verify()).brokenAt, undefined);
    });

    it('is sealed by each of several homes, and none takes the other for a forgery', async () => {
      const second = { ...place, home: path.join(folder(), 'second') };
      const [here, there] = [await opened(), await opened(second)];
      for (let round = 0; round < 5; round++) {
        await append(here, `here ${round}`);
        await here.seal();
        await append(there, `there ${round}`);
        if (round % 2 === 0) await there.seal();
      }
      await verify();
      await verify(second);
      await (await opened()).close();
      await (await opened(second)).close();
    });

    it('that is older than this home knows is refused', async () => {
      const pg = await server();
      const ledger = await opened();
      await append(ledger, 'one');
      await ledger.close();
      const early = `${place.address.database}_early`;
      await pg.run('postgres', `create database ${early} template ${place.address.database}`);
      const later = await opened();
      await append(later, 'two');
      await later.close();
      open = [];
      const restored = { ...place, address: pg.address(early) };
      await assert.rejects(opened(restored), { code: 'LEDGER_UNUSABLE', message: /older than it was/ });
      await assert.rejects(verify(restored), { code: 'LEDGER_UNUSABLE' });
    });

    it('that is empty where there was one is refused, and a home that has one in a file, and one of PostgreSQL without its name', async () => {
      await (await opened()).close();
      open = [];
      const { address } = await newPlace('', false);
      await assert.rejects(opened({ ...place, address }), {
        code: 'LEDGER_UNUSABLE',
        message: /is empty, but/,
      });
      await assert.rejects(openHome(place.home, clock, path.join(place.home, 'ledger.sqlite')), {
        code: 'LEDGER_UNUSABLE',
        message: /lies on PostgreSQL/,
      });
      await fs.writeFile(path.join(place.home, 'ledger.sqlite'), '');
      await assert.rejects(openHome(place.home, clock, place), {
        code: 'LEDGER_UNUSABLE',
        cure: /rap ledger move/,
      });
    });

    it('leaves the tables of another program alone', async () => {
      place = await newPlace(path.join(folder(), 'home'), false);
      await run('create table notes (id int)');
      await assert.rejects(opened(), { code: 'CONFIG_INVALID', message: /another program/ });
      await run('create schema ops');
      const address = parseAddress(`${(await server()).url(place.address.database)}&schema=ops`);
      await append(await opened({ ...place, address }), 'in a schema of its own');
    });

    it('is durable although the server answers before it is for others', async () => {
      await run(`alter database ${place.address.database} set synchronous_commit = off`);
      const link = await Link.make(place.address);
      const [shown] = await link.script('show synchronous_commit');
      await link.close();
      assert.equal(shown?.rows[0]?.synchronous_commit, 'on');
    });

    it('goes on after the server has ended its session, and loses nothing that was answered', async () => {
      const ledger = await opened();
      await append(ledger, 'before');
      await run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rap-ops' and pid <> pg_backend_pid()",
      );
      await append(ledger, 'after');
      assert.deepEqual(
        (await ledger.journal.records()).map(({ what }) => what),
        ['before', 'after'],
      );
    });

    describe('whose line breaks at a commit', () => {
      it('has written what the server has written, once, and says so', async () => {
        const line = await breakingLine(place, folder(), 'behind');
        const ledger = await opened(line.place);
        await append(ledger, 'one');
        line.arm();
        await append(ledger, 'two');
        await append(ledger, 'three');
        assert.deepEqual(
          (await ledger.journal.records()).map(({ what }) => what),
          ['one', 'two', 'three'],
        );
        await ledger.close();
        open = [];
        line.close();
      });

      it('says that it is not written when the server has not, and that it may be tried again', async () => {
        const line = await breakingLine(place, folder(), 'before');
        const ledger = await opened(line.place);
        await append(ledger, 'one');
        line.arm();
        await assert.rejects(append(ledger, 'two'), { code: 'LEDGER_UNUSABLE', retryable: true });
        await append(ledger, 'two again');
        assert.deepEqual(
          (await ledger.journal.records()).map(({ what }) => what),
          ['one', 'two again'],
        );
        await ledger.close();
        open = [];
        line.close();
      });
    });

    it('is not begun where nobody answers', async () => {
      const address = parseAddress(`postgres://rap@/none?host=${encodeURIComponent(folder())}`);
      await assert.rejects(opened({ ...place, address }), {
        code: 'LEDGER_UNUSABLE',
        retryable: true,
        message: /does not answer/,
      });
      const unknown = (await server()).address('no_such_database');
      await assert.rejects(opened({ ...place, address: unknown }), {
        code: 'CONFIG_INVALID',
        message: /no_such_database/,
      });
    });

    it('loses its seal file only with a word, and another home has its own', async () => {
      const ledger = await opened();
      await append(ledger, 'one');
      await ledger.close();
      open = [];
      await fs.rm(sealOf(path.join(place.home, 'ledger.postgres')));
      await (await opened()).close();
      open = [];
      assert.ok((await fs.stat(sealOf(path.join(place.home, 'ledger.postgres')))).isFile(), 'taken up again');
    });
  });

  describe('a PostgreSQL that forgets', () => {
    it('is refused: fsync is off', async () => {
      const server = new PostgresServer(['fsync=off']);
      try {
        await server.start();
        await assert.rejects(server.run('postgres', 'select 1'), {
          code: 'CONFIG_INVALID',
          message: /fsync off/,
        });
      } finally {
        await server.remove();
      }
    });
  });
}
