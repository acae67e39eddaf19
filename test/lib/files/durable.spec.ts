import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  abilitiesOf,
  type Disk,
  makeFolder,
  openTemporary,
  publish,
  realDisk,
  removeLeft,
  sha256File,
  sweepTemporary,
  temporaryName,
  withTemporary,
} from '../../../lib/files/durable.ts';
import { whileInUse } from '../../../lib/files/rename.ts';
import { diskAtRest } from '../../support/disk.ts';
import { linkFolder, onWindows } from '../../support/system.ts';
import { type DiskCall, diskWithout, observedDisk, syncingDisk, systemError } from './faulty-disk.ts';
import { temporaryFolder } from './temp-folder.ts';

/** Of libuv: nobody else may open it, as with a file that a virus scanner looks at. */
const UV_FS_O_EXLOCK = 0x10000000;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function finished(final: string, text: string, disk: Disk = realDisk): Promise<string> {
  const { path: temp, handle } = await openTemporary(final, { disk });
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  return temp;
}

describe('publish', () => {
  const folder = temporaryFolder();
  const final = () => path.join(folder(), 'CCLTN05.txt');
  const names = async () => (await fs.readdir(folder())).sort();

  const disks: [string, () => Disk][] = [
    ['a disk with hard links', () => realDisk],
    ['a disk without hard links', () => diskWithout(['link'], 'ENOTSUP')],
    [
      'a disk that can neither link nor sync folders',
      () => withoutFolderSync(diskWithout(['link'], 'EPERM')),
    ],
  ];

  for (const [kind, makeDisk] of disks) {
    describe(`on ${kind}`, () => {
      it('gives the file its name and leaves nothing else', async () => {
        const disk = makeDisk();
        const temp = await finished(final(), 'one', disk);
        const result = await publish(temp, final(), hashOf('one'), { disk });
        assert.deepEqual(result, { file: final(), outcome: 'published' });
        assert.equal(await fs.readFile(final(), 'utf8'), 'one');
        assert.deepEqual(await names(), ['CCLTN05.txt']);
      });

      it('recognises content that is there already', async () => {
        const disk = makeDisk();
        await fs.writeFile(final(), 'one');
        const result = await publish(await finished(final(), 'one', disk), final(), hashOf('one'), { disk });
        assert.equal(result.outcome, 'identical');
        assert.deepEqual(await names(), ['CCLTN05.txt']);
      });

      it('never replaces other content but gives each version a name of its own, once', async () => {
        const disk = makeDisk();
        const put = async (text: string) =>
          publish(await finished(final(), text, disk), final(), hashOf(text), { disk });
        await put('one');
        assert.deepEqual(await put('two'), {
          file: path.join(folder(), 'CCLTN05~2.txt'),
          outcome: 'version',
        });
        assert.deepEqual(await put('three'), {
          file: path.join(folder(), 'CCLTN05~3.txt'),
          outcome: 'version',
        });
        assert.deepEqual(await put('two'), {
          file: path.join(folder(), 'CCLTN05~2.txt'),
          outcome: 'identical',
        });
        assert.equal(await fs.readFile(final(), 'utf8'), 'one');
        assert.deepEqual(await names(), ['CCLTN05.txt', 'CCLTN05~2.txt', 'CCLTN05~3.txt']);
      });

      it('makes what it finds done already durable, before it says so', async () => {
        const synced: string[] = [];
        const disk = observedDisk(({ call, target }) => {
          if (call === 'handle.sync') synced.push(path.basename(target));
          return undefined;
        }, makeDisk());
        const folderSync = (await abilitiesOf(folder(), { disk })).folderSync;
        await fs.writeFile(final(), 'one');
        const temp = await finished(final(), 'one', disk);
        synced.length = 0;
        await publish(temp, final(), hashOf('one'), { disk });
        assert.deepEqual(synced, [path.basename(final()), ...(folderSync ? [path.basename(folder())] : [])]);
      });

      it('lets exactly one of many writers at the same moment have the name', async () => {
        const disk = makeDisk();
        await abilitiesOf(folder(), { disk });
        const texts = Array.from({ length: 12 }, (_, index) => `text ${index}`);
        const temps = await Promise.all(texts.map((text) => finished(final(), text, disk)));
        const results = await Promise.allSettled(
          temps.map((temp, index) => publish(temp, final(), hashOf(texts[index] ?? ''), { disk })),
        );
        const files = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.file] : []));
        assert.equal(new Set(files).size, files.length, 'no name was given twice');
        const kept = await Promise.all(files.map((file) => fs.readFile(file, 'utf8')));
        assert.equal(new Set(kept).size, files.length, 'no content was replaced');
        assert.ok(files.length >= 1);
      });
    });
  }

  it('takes a folder or a symbolic link of that name for something else', async () => {
    await fs.mkdir(final());
    const result = await publish(await finished(final(), 'one'), final(), hashOf('one'));
    assert.equal(path.basename(result.file), 'CCLTN05~2.txt');
    const other = path.join(folder(), 'linked.txt');
    await fs.writeFile(path.join(folder(), 'elsewhere'), 'one');
    await fs.symlink(path.join(folder(), 'elsewhere'), other);
    const second = await publish(await finished(other, 'one'), other, hashOf('one'));
    assert.equal(path.basename(second.file), 'linked~2.txt');
  });

  if (onWindows) {
    it('waits for a program that has the new file open for itself alone', async () => {
      await fs.writeFile(final(), 'one');
      const temp = await finished(final(), 'one');
      const handle = openSync(final(), constants.O_RDWR | UV_FS_O_EXLOCK);
      let tries = 0;
      const disk = observedDisk(({ call, target }) => {
        if (call === 'open' && target === final() && ++tries === 5) closeSync(handle);
        return undefined;
      });
      const result = await whileInUse(() => publish(temp, final(), hashOf('one'), { disk }));
      assert.deepEqual(result, { file: final(), outcome: 'identical' });
      assert.ok(tries >= 5);
      assert.deepEqual(await names(), ['CCLTN05.txt']);
    });

    for (const code of ['EBUSY', 'EPERM', 'EACCES']) {
      it(`has published what has its name, though its first name cannot be removed yet (${code})`, async () => {
        let held = true;
        const disk = observedDisk(({ call }) =>
          held && call === 'unlink' ? systemError(code, call) : undefined,
        );
        await abilitiesOf(folder());
        const temp = await finished(final(), 'one', disk);
        const result = await publish(temp, final(), hashOf('one'), { disk });
        assert.deepEqual(result, { file: final(), outcome: 'published' });
        assert.deepEqual(await names(), [path.basename(temp), 'CCLTN05.txt'].sort());
        held = false;
        await removeLeft(folder(), { disk });
        assert.deepEqual(await names(), ['CCLTN05.txt']);
      });
    }

    it('takes the same content for what it is where somebody has marked it read-only', async () => {
      await fs.writeFile(final(), 'one');
      await fs.chmod(final(), 0o444);
      const put = async (text: string) => publish(await finished(final(), text), final(), hashOf(text));
      assert.deepEqual(await put('one'), { file: final(), outcome: 'identical' });
      assert.equal((await put('two')).outcome, 'version');
      assert.equal(await fs.readFile(final(), 'utf8'), 'one');
    });
  }

  it('syncs the folder after the name is given, and before it says so', async () => {
    const calls: DiskCall[] = [];
    const disk = observedDisk((call) => void calls.push(call), syncingDisk);
    await abilitiesOf(folder(), { disk });
    const temp = await finished(final(), 'one', disk);
    calls.length = 0;
    await publish(temp, final(), hashOf('one'), { disk });
    const order = calls
      .filter((one) => one.call !== 'stat')
      .map((one) => `${one.call} ${path.relative(folder(), one.target) || '.'}`);
    const name = path.basename(temp);
    assert.deepEqual(order, [`link ${name}`, `unlink ${name}`, 'open .', 'handle.sync .', 'handle.close .']);
  });

  it('says so when the folder cannot be synced although it could before', async () => {
    let broken = false;
    const disk = observedDisk(
      ({ call, target }) =>
        broken && call === 'handle.sync' && target === folder() ? systemError('EIO', call) : undefined,
      syncingDisk,
    );
    await abilitiesOf(folder(), { disk });
    broken = true;
    const temp = await finished(final(), 'one', disk);
    await assert.rejects(publish(temp, final(), hashOf('one'), { disk }), { code: 'EIO' });
    broken = false;
    const again = await publish(await finished(final(), 'one', disk), final(), hashOf('one'), { disk });
    assert.equal(again.outcome, 'identical', 'the next attempt finds it done');
  });

  it('refuses a temporary file from another folder', async () => {
    const temp = await finished(path.join(folder(), 'x'), 'one');
    await assert.rejects(publish(temp, path.join(folder(), 'sub', 'x'), hashOf('one')), {
      code: 'UNEXPECTED',
    });
  });

  describe('without hard links, a claim that is left behind', () => {
    const disk = diskWithout(['link'], 'EPERM');
    const again = async () => publish(await finished(final(), 'one', disk), final(), hashOf('one'), { disk });
    const claims = async () => (await names()).filter((name) => name.startsWith('.part-claim-'));

    it('by this process, because the disk went away, does not stand in its way', async () => {
      const cut: Disk = {
        ...disk,
        unlink: async (file) => {
          if (String(file).includes('.part-claim-')) throw systemError('EIO', 'unlink');
          await fs.unlink(file);
        },
      };
      const first = publish(await finished(final(), 'one', cut), final(), hashOf('one'), { disk: cut });
      await assert.rejects(first, { code: 'EIO' });
      assert.equal((await claims()).length, 1);
      assert.equal((await again()).outcome, 'identical');
      assert.deepEqual(await claims(), []);
    });

    it('by a process that was killed holds the name for half a minute, not for ever', async () => {
      // The name a claim has is found out by letting one be taken.
      let claim = '';
      const watched = observedDisk(({ target }) => {
        if (target.includes('.part-claim-')) claim = target;
        return undefined;
      }, disk);
      await publish(await finished(final(), 'one', watched), final(), hashOf('one'), { disk: watched });
      await fs.writeFile(claim, '');
      await assert.rejects(again(), { code: 'DISK_ERROR', message: /Another writer/ });
      const old = new Date(Date.now() - 31_000);
      await fs.utimes(claim, old, old);
      await assert.rejects(again(), { code: 'DISK_ERROR' }, 'the attempt that finds it stale takes it away');
      assert.equal((await again()).outcome, 'identical');
      assert.deepEqual(await claims(), []);
    });
  });

  it('may be repeated after it failed at its last step', async () => {
    const disk = diskWithout(['link'], 'EPERM', syncingDisk);
    await abilitiesOf(folder(), { disk });
    const temp = await finished(final(), 'one', disk);
    const broken = diskWithout([], '', syncingDisk);
    let syncs = 0;
    const cut: Disk = {
      ...disk,
      open: (async (file: string, ...rest: [string]) => {
        if (file === folder() && syncs++ === 0) throw systemError('EIO', 'open');
        return broken.open(file, ...rest);
      }) as Disk['open'],
    };
    await assert.rejects(publish(temp, final(), hashOf('one'), { disk: cut }), { code: 'EIO' });
    const result = await publish(temp, final(), hashOf('one'), { disk: cut });
    assert.equal(result.outcome, 'identical');
  });

  /** Opening a folder and syncing it fails for good, as on Windows. */
  function withoutFolderSync(disk: Disk): Disk {
    const closed = observedDisk(({ call, target }) =>
      call === 'open' && target === folder() ? systemError('EPERM', call) : undefined,
    );
    return { ...disk, open: closed.open };
  }
});

describe('abilitiesOf', () => {
  const folder = temporaryFolder();

  for (const which of [1, 2]) {
    it(`keeps in mind the trial file number ${which} that the disk would not remove`, async () => {
      let calls = 0;
      const disk: Disk = {
        ...realDisk,
        unlink: async (file) => {
          if (++calls === which) throw systemError('EIO', 'unlink');
          await fs.unlink(file);
        },
      };
      await assert.rejects(abilitiesOf(folder(), { disk }), { code: 'EIO' });
      assert.equal((await fs.readdir(folder())).length, 1);
      await removeLeft(folder());
      assert.deepEqual(await fs.readdir(folder()), []);
    });
  }
});

describe('sweepTemporary', () => {
  const folder = temporaryFolder();

  it('removes what an interrupted run left behind and nothing else', async () => {
    const sub = path.join(folder(), 'sub');
    await fs.mkdir(sub);
    const ours = [temporaryName(path.join(folder(), 'a')), temporaryName(path.join(sub, 'b'))];
    const theirs = [
      path.join(folder(), '.part-1'),
      path.join(folder(), 'report.txt'),
      path.join(sub, '.part-of-something'),
    ];
    for (const file of [...ours, ...theirs]) await fs.writeFile(file, 'x');
    assert.equal(await sweepTemporary(folder(), false), 1);
    assert.equal(await sweepTemporary(folder(), true), 1);
    assert.equal(await sweepTemporary(folder(), true), 0);
    for (const file of theirs) assert.equal(await fs.readFile(file, 'utf8'), 'x');
  });

  it('is content when another program takes a file away before it does', async () => {
    const left = temporaryName(path.join(folder(), 'a'));
    await fs.writeFile(left, 'x');
    const disk = observedDisk(async ({ call, target }) => {
      if (call === 'unlink') await fs.rm(target);
      return undefined;
    });
    assert.equal(await sweepTemporary(folder(), false, { disk }), 0);
  });

  it('takes nothing from a program that is writing: its work is done again', async () => {
    const seal = path.join(folder(), 'ledger.db.seal');
    const names: string[] = [];
    const written = await withTemporary(seal, async (temp) => {
      names.push(temp);
      await fs.writeFile(temp, 'x');
      if (names.length === 1) await sweepTemporary(folder(), false);
      await fs.rename(temp, seal);
      return 'done';
    });
    assert.deepEqual([written, new Set(names).size], ['done', 2]);
    assert.deepEqual(await fs.readdir(folder()), ['ledger.db.seal']);
  });

  it('is not waited out for ever, and hides no fault of the work itself', async () => {
    let tries = 0;
    const work = async (temp: string) => {
      tries++;
      await fs.writeFile(temp, 'x');
      if (tries < 10) await sweepTemporary(folder(), false);
      throw systemError('EIO', 'write');
    };
    await assert.rejects(withTemporary(path.join(folder(), 'a'), work), { code: 'EIO' });
    assert.equal(tries, 3);
    tries = 10;
    await assert.rejects(withTemporary(path.join(folder(), 'a'), work), { code: 'EIO' });
    assert.equal(tries, 11);
    assert.deepEqual(await fs.readdir(folder()), []);
  });

  it('does not follow a link into another folder, and a folder that is not there has nothing', async () => {
    const outside = path.join(folder(), 'outside');
    const inside = path.join(folder(), 'inside');
    await fs.mkdir(outside);
    await fs.mkdir(inside);
    const left = temporaryName(path.join(outside, 'a'));
    await fs.writeFile(left, 'x');
    await linkFolder(outside, path.join(inside, 'link'));
    assert.equal(await sweepTemporary(inside, true), 0);
    assert.equal(await fs.readFile(left, 'utf8'), 'x');
    assert.equal(await sweepTemporary(path.join(folder(), 'none'), true), 0);
  });
});

describe('makeFolder', () => {
  const folder = temporaryFolder();

  it('creates all parents and syncs each folder that got a new entry', async () => {
    const synced: string[] = [];
    const disk = observedDisk(({ call, target }) => {
      if (call === 'handle.sync') synced.push(path.relative(folder(), target) || '.');
      return undefined;
    });
    await makeFolder(path.join(folder(), 'a', 'b', 'c'), { disk });
    assert.deepEqual(synced, [path.join('a', 'b'), 'a', '.']);
    assert.ok((await fs.stat(path.join(folder(), 'a', 'b', 'c'))).isDirectory());
    synced.length = 0;
    await makeFolder(path.join(folder(), 'a', 'b'), { disk });
    assert.deepEqual(synced, []);
  });

  it('syncs at the next attempt what could not be synced, though the folder is there by then', async () => {
    let failing = '';
    const synced: string[] = [];
    const disk = observedDisk(({ call, target }) => {
      if (call !== 'handle.sync') return undefined;
      const place = path.relative(folder(), target) || '.';
      if (place === failing) return systemError('EIO', call);
      synced.push(place);
      return undefined;
    }, syncingDisk);
    const made = path.join(folder(), 'a', 'b', 'c');
    for (failing of ['a', '.']) await assert.rejects(makeFolder(made, { disk }), { code: 'EIO' });
    failing = '';
    await makeFolder(path.join(folder(), 'a', 'other'), { disk });
    assert.deepEqual(synced, [path.join('a', 'b'), 'a', 'a', '.']);
    await makeFolder(made, { disk });
    assert.equal(synced.length, 4, 'and not once more');
  });

  it('does not call a folder durable that another one has just made and not synced yet', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const disk = observedDisk(async ({ call }) => {
      if (call === 'handle.sync') await slow;
      return undefined;
    });
    const made = path.join(folder(), 'a');
    const done: number[] = [];
    const both = [1, 2].map((one) => makeFolder(made, { disk }).then(() => done.push(one)));
    await diskAtRest();
    assert.deepEqual(done, []);
    release();
    await Promise.all(both);
  });
});

describe('sha256File', () => {
  const folder = temporaryFolder();

  it('hashes files longer than one read', async () => {
    const content = Buffer.alloc(700_001, 'report ');
    const file = path.join(folder(), 'long');
    await fs.writeFile(file, content);
    assert.equal(await sha256File(file), createHash('sha256').update(content).digest('hex'));
  });
});
