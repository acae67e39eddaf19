/** Delivered files that are gone or changed on their shares, and shares that say nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { raiseLostCopies } from '../../../lib/alarms/lost-copies.ts';
import { untilNext } from '../../../lib/collection/look-after.ts';
import { lookAtPlaced, type PlacedLookOptions } from '../../../lib/collection/placed-look.ts';
import { routeReport } from '../../../lib/collection/route.ts';
import { initShare, SHARE_FILE } from '../../../lib/delivery/share.ts';
import { type Disk, realDisk } from '../../../lib/files/disk.ts';
import { Watchdog } from '../../../lib/files/watchdog.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { diskAtRest } from '../../support/disk.ts';
import { linkFile, linkFolder, onWindows, openAlone } from '../../support/system.ts';
import { systemError } from '../files/faulty-disk.ts';
import { changeBehind } from '../ledger/engines.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const DATE = '2026-11-20';

/** Rows of further lost files, like the first one. */
function copies(count: number, account: string, share: string, from = 4_000): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const [id, name] = [from + n, `${from + n}.txt`];
    return `
      update one set id = ${id}, account = '${account}', path = '/INBOX/${name}', name = '${name}';
      insert into versions select * from one;
      insert into deliveries (version_id, share, file, sha256, outcome, run, delivered_at)
        values (${id}, '${share}', '${share}/${name}', 'x', 'published', 'run-1', 1);
      insert into placed_files (version_id, share, state, why, looked_at, since, closed_by, closed_why, destination)
        values (${id}, '${share}', 'gone', 'gone', 1, 1, '', '', '');`;
  });
  const lost = JSON.stringify(Array.from({ length: count }, (_, n) => from + n));
  return `begin; create temp table one as select * from versions where id = 1; ${rows.join('')} drop table one;
    insert into events (at, kind, subject, account, run, payload)
      values (1, 'copies', '${share}', '${account}', '', '{"lost":${lost}}'); commit;`;
}

/** What happened, how, and what is found. */
type Harm = [string, (file: string) => Promise<unknown>, [state: string, why: string] | undefined];

describe('A look at delivered files', () => {
  const given = freshLedger();
  const ops = () => path.join(given.folder(), 'ops');
  const at = (name: string) => path.join(ops(), DATE, name);

  async function filed(name: string, content: string): Promise<number> {
    const file = path.join(given.folder(), `landed-${name}`);
    await fs.writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const facts = { name, path: `/INBOX/${name}`, file, sha256, bytes: content.length };
    const { versionId } = await given.ledger.reports.recordReceived(aVersion(facts));
    const report = (await given.ledger.reports.version(versionId)) ?? assert.fail();
    const rules = [{ system: '', code: '', folder: '', share: `${ops()}/{businessDate}` }];
    const context = { home: path.join(given.folder(), 'home'), account: 'HKSCC', installation: 'hkscc' };
    const options = { ledger: given.ledger, run: 'run-1', rules, context, requireSentinel: marked };
    assert.deepEqual((await routeReport(report, options)).errors, []);
    return versionId;
  }

  let marked = true;
  async function three(isMarked = true): Promise<void> {
    marked = isMarked;
    await fs.mkdir(ops());
    if (marked) await initShare(ops(), given.clock);
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await filed(name, `content of ${name}`);
  }

  const look = (changes: Partial<PlacedLookOptions> = {}) =>
    lookAtPlaced({
      ...{ ledger: given.ledger, home: path.join(given.folder(), 'home'), accounts: ['HKSCC'], days: 5 },
      now: given.clock.now(),
      ...changes,
    });
  const lost = async () =>
    (await given.ledger.placedFiles.lostFiles()).map(({ name, state, why }) => [name, state, why]);
  const all = (there: number, gone: number, changed: number, unknown: number) => ({
    there,
    gone,
    changed,
    unknown,
  });

  it('finds everything there, and says nothing', async () => {
    await three();
    assert.deepEqual(await look(), all(3, 0, 0, 0));
    assert.deepEqual(await lost(), []);
  });

  const soon = () => new Date(Date.now() + 3600_000);
  const aPipe: Harm = [
    'a pipe took its place',
    async (file) => {
      await fs.rm(file);
      execFileSync('mkfifo', [file]);
    },
    ['changed', 'no file'],
  ];
  /** What somebody may do to a file, and what is found. */
  const table: Harm[] = [
    ['it was removed', (file) => fs.rm(file), ['gone', 'gone']],
    ['its folder was removed', (file) => fs.rm(path.dirname(file), { recursive: true }), ['gone', 'gone']],
    [
      'a file took the place of its folder',
      async (file) => {
        await fs.rm(path.dirname(file), { recursive: true });
        await fs.writeFile(path.dirname(file), 'x');
      },
      ['gone', 'gone'],
    ],
    [
      'it was written over with another size',
      (file) => fs.writeFile(file, 'longer than it was before'),
      ['changed', 'size'],
    ],
    ['it was emptied', (file) => fs.truncate(file), ['changed', 'size']],
    [
      'it was written over with the same size',
      async (file) => {
        await fs.writeFile(file, 'CONTENT OF a.txt');
        await fs.utimes(file, soon(), soon());
      },
      ['changed', 'content'],
    ],
    ['only its time was changed', (file) => fs.utimes(file, soon(), soon()), undefined],
    [
      'a link to the same content took its place',
      async (file) => {
        await fs.rename(file, `${file}.kept`);
        await linkFile(`${file}.kept`, file);
      },
      ['changed', 'link'],
    ],
    [
      'a link to nothing took its place',
      async (file) => {
        await fs.rm(file);
        await linkFile(path.join(given.folder(), 'nowhere'), file);
      },
      ['changed', 'link'],
    ],
    [
      'a folder took its place',
      async (file) => {
        await fs.rm(file);
        await fs.mkdir(file);
      },
      ['changed', 'no file'],
    ],
    // Windows has no pipes among its files; what keeps one from being read there is below.
    ...(onWindows ? [] : [aPipe]),
    [
      'its folder became a link out of the share',
      async (file) => {
        const folder = path.dirname(file);
        await fs.rename(folder, path.join(given.folder(), 'elsewhere'));
        await linkFolder(path.join(given.folder(), 'elsewhere'), folder);
      },
      ['changed', 'outside'],
    ],
  ];
  for (const [what, harm, found] of table) {
    it(`when ${what}: ${found?.join(', ') ?? 'it is there'}`, async () => {
      await three();
      await harm(at('a.txt'));
      await look();
      const [first] = (await lost()).filter(([name]) => name === 'a.txt');
      assert.deepEqual(first, found === undefined ? undefined : ['a.txt', ...found]);
    });
  }

  if (onWindows) {
    it('says of one that a program has open for itself alone that nothing is known, where it has to be read', async () => {
      await three();
      const alone = await openAlone(at('a.txt'));
      try {
        assert.deepEqual(await look(), all(3, 0, 0, 0));
        assert.deepEqual(await look({ content: true }), all(2, 0, 0, 1));
        assert.deepEqual(await lost(), []);
      } finally {
        await alone.close();
      }
      assert.deepEqual(await look({ content: true }), all(3, 0, 0, 0));
    });
  }

  it('reads every file when asked, also one whose time was put back', async () => {
    await three();
    const { mtime } = await fs.stat(at('b.txt'));
    await fs.writeFile(at('b.txt'), 'CONTENT OF b.txt');
    await fs.utimes(at('b.txt'), mtime, mtime);
    assert.deepEqual(await look(), all(3, 0, 0, 0));
    assert.deepEqual(await look({ content: true }), all(2, 0, 1, 0));
    assert.deepEqual(await look(), all(2, 0, 1, 0), 'what was found is not forgotten by a shorter look');
    await fs.writeFile(at('b.txt'), 'content of b.txt');
    assert.deepEqual(await look(), all(3, 0, 0, 0));
    assert.deepEqual(await lost(), []);
  });

  it('says of a share that is not mounted, or of another one there, that nothing is known', async () => {
    await three();
    await fs.rename(ops(), `${ops()}-away`);
    await fs.mkdir(ops());
    assert.deepEqual(await look(), all(0, 0, 0, 3));
    await initShare(ops(), given.clock);
    assert.deepEqual(await look(), all(0, 0, 0, 3));
    await fs.writeFile(path.join(ops(), SHARE_FILE), 'odd');
    assert.deepEqual(await look(), all(0, 0, 0, 3));
    assert.deepEqual(await lost(), []);
  });

  it('forgets nothing of what is lost while the share is away', async () => {
    await three();
    await fs.rm(at('a.txt'));
    await look();
    await fs.rename(ops(), `${ops()}-away`);
    await look();
    assert.deepEqual(await lost(), [['a.txt', 'gone', 'gone']]);
  });

  describe('on a share without a mark', () => {
    it('calls nothing gone where nothing of ours is found any more', async () => {
      await three(false);
      await fs.rename(ops(), `${ops()}-away`);
      assert.deepEqual(await look(), all(0, 0, 0, 3));
      await fs.mkdir(ops());
      assert.deepEqual(await look(), all(0, 0, 0, 3));
    });

    it('calls one gone where others are there', async () => {
      await three(false);
      await fs.rm(at('b.txt'));
      assert.deepEqual(await look(), all(2, 1, 0, 0));
    });
  });

  const faults: [string, Partial<Record<'lstat' | 'open', string>>][] = [
    ['may not be looked at', { lstat: 'EACCES' }],
    ['has a broken disk', { lstat: 'EIO' }],
    ['is stale', { lstat: 'ESTALE' }],
  ];
  for (const [what, failing] of faults) {
    it(`says of one that ${what} that nothing is known`, async () => {
      await three();
      const disk: Disk = {
        ...realDisk,
        lstat: ((file: string, ...more: []) =>
          file === at('a.txt')
            ? Promise.reject(systemError(failing.lstat ?? '', 'lstat'))
            : realDisk.lstat(file, ...more)) as Disk['lstat'],
      };
      assert.deepEqual(await look({ disk }), all(2, 0, 0, 1));
      assert.deepEqual(await lost(), []);
    });
  }

  it('asks a share that does not answer once, and the others go on', async () => {
    await three();
    let asked = 0;
    const answer = Promise.withResolvers<never>();
    const reached = Promise.withResolvers<void>();
    const disk: Disk = {
      ...realDisk,
      lstat: ((file: string) => {
        if (!file.startsWith(ops())) return realDisk.lstat(file);
        asked++;
        reached.resolve();
        return answer.promise;
      }) as Disk['lstat'],
    };
    const time = new SimulatedClock(0);
    const looking = look({ disk, calls: new Watchdog({ clock: time }), answerWithin: 5_000 });
    await reached.promise;
    await diskAtRest();
    await time.advance(5_000);
    assert.deepEqual(await looking, all(0, 0, 0, 3));
    assert.equal(asked, 1);
    // What is open on the share is closed as soon as it answers.
    answer.reject(systemError('ESTALE', 'lstat'));
  });

  it('looks back over business days only, and not at what a person has left', async () => {
    await three();
    await fs.rm(at('a.txt'));
    await look();
    const [file] = await given.ledger.placedFiles.lostFiles();
    await given.ledger.placedFiles.closePlaced(file ?? assert.fail(), { by: 'Ada', reason: 'archived' });
    assert.deepEqual(await lost(), []);
    assert.deepEqual(await look(), all(2, 0, 0, 0));
    // Received on Friday: on Monday it is of the last two business days, on Tuesday no more.
    assert.deepEqual(await look({ days: 2, now: fromHongKong('2026-11-23T08:00') }), all(2, 0, 0, 0));
    assert.deepEqual(await look({ days: 2, now: fromHongKong('2026-11-24T08:00') }), all(0, 0, 0, 0));
  });

  it('says nothing of a file that was delivered again while it went on', async () => {
    await three();
    await fs.rm(at('a.txt'));
    const begun = given.clock.now();
    await given.clock.advance(60_000);
    const [file] = await given.ledger.placedFiles.placedOf(1);
    const { versionId, share, sha256 } = file ?? assert.fail();
    const again = { versionId, share, file: at('a.txt'), sha256, outcome: 'published' } as const;
    await given.ledger.placedFiles.recordRedelivery(again, { by: 'Ada', reason: 'it was gone' });
    await look({ now: begun });
    assert.deepEqual(await lost(), []);
    // The next one says what it finds; so does one after a clock was put back.
    await look({ now: given.clock.now() });
    assert.deepEqual(await lost(), [['a.txt', 'gone', 'gone']]);
    await given.ledger.placedFiles.recordRedelivery(again, { by: 'Ada', reason: 'once more' });
    given.clock.jump(-3_600_000);
    await look({ now: given.clock.now() });
    assert.deepEqual(await lost(), [['a.txt', 'gone', 'gone']]);
  });

  it('is due each day before people come', () => {
    const hours = (text: string) => untilNext(fromHongKong(text)) / 3600_000;
    assert.deepEqual(['2026-11-20T07:00', '2026-11-20T07:30', '2026-11-20T23:30'].map(hours), [0.5, 24, 8]);
  });

  describe('is told', () => {
    const contacts = someContacts();
    const mails = async () => (await given.ledger.mails.mails()).map(({ kind, text }) => ({ kind, text }));
    const tell = () => raiseLostCopies(given.ledger, contacts, given.clock.now());

    it('once for a folder, again for a further file, and when all is there again', async () => {
      await three();
      await look();
      await tell();
      assert.deepEqual(await mails(), []);
      await fs.rm(at('a.txt'));
      for (let turn = 0; turn < 3; turn++) {
        await look();
        await tell();
      }
      assert.equal((await mails()).length, 1);
      assert.match(
        (await mails())[0]?.text ?? '',
        /1 delivered file is not on .*ops[\\/]2026-11-20 as it was delivered[\s\S]*a\.txt: gone/,
      );
      await fs.rm(at('b.txt'));
      await look();
      await tell();
      assert.match((await mails())[1]?.text ?? '', /2 delivered files[\s\S]*a\.txt[\s\S]*b\.txt/);
      assert.equal((await given.ledger.alarms.openAlarms()).length, 1);
      await fs.writeFile(at('a.txt'), 'content of a.txt');
      await look();
      await tell();
      assert.equal((await given.ledger.alarms.openAlarms()).length, 1, 'one is still lost');
      await fs.writeFile(at('b.txt'), 'content of b.txt');
      await look();
      await tell();
      assert.equal((await given.ledger.alarms.openAlarms()).length, 0);
      assert.deepEqual(
        (await mails()).map(({ kind }) => kind),
        ['alarm', 'alarm', 'recovery'],
      );
    });

    it('of thousands all, of every account and share, and of a further one that takes the place of another', async () => {
      await three();
      for (const name of ['a.txt', 'b.txt', 'c.txt']) await fs.rm(at(name));
      await look();
      // A folder of another account, older than all of these.
      await changeBehind(given.place(), copies(1_500, 'HKCC', '/srv/risk'));
      await tell();
      const texts = async () => (await mails()).map(({ text }) => text);
      assert.deepEqual(
        (await texts()).map((text) => /(\d+) delivered files? (?:is|are) not on (\S+)/.exec(text)?.slice(1)),
        [
          ['3', path.join(ops(), DATE)],
          ['1500', '/srv/risk'],
        ],
      );
      assert.equal((await given.ledger.placedFiles.lostFiles({ account: 'HKSCC' })).length, 3);
      await tell();
      assert.equal((await texts()).length, 2);
      // As many as before, and not the same.
      await changeBehind(given.place(), "update placed_files set state = 'there' where version_id = 4000");
      await changeBehind(given.place(), copies(1, 'HKCC', '/srv/risk', 9_000));
      await tell();
      assert.equal((await texts()).length, 3);
      await tell();
      assert.equal((await texts()).length, 3);
    });

    it('until a person leaves it so', async () => {
      await three();
      await fs.rm(at('a.txt'));
      await look();
      await tell();
      const [file] = await given.ledger.placedFiles.lostFiles();
      await given.ledger.placedFiles.closePlaced(file ?? assert.fail(), { by: 'Ada', reason: 'archived' });
      await tell();
      assert.equal((await given.ledger.alarms.openAlarms()).length, 0);
    });
  });
});
