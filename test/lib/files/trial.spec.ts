import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { type Disk, openTemporary, publish, realDisk } from '../../../lib/files/durable.ts';
import { describeTrial, tryFolder } from '../../../lib/files/trial.ts';
import { diskWithout, systemError } from './faulty-disk.ts';
import { temporaryFolder } from './temp-folder.ts';

describe('What a disk can do', () => {
  const folder = temporaryFolder();

  /** A disk that takes upper and lower case for one. */
  const caseless: Disk = {
    ...realDisk,
    lstat: ((file: string) =>
      fs.lstat(path.join(path.dirname(file), path.basename(file).toLowerCase()))) as Disk['lstat'],
  };
  /** A disk that never replaces, as Windows servers do while the file is open. */
  const keeping = (code: string): Disk => ({
    ...realDisk,
    rename: async (from, to) => {
      if (await fs.lstat(String(to)).catch(() => undefined)) throw systemError(code, 'rename');
      await fs.rename(from, to);
    },
  });

  // The disks of Windows sync no folder, and take upper and lower case for one.
  const posix = process.platform !== 'win32';
  const everything = { hardLinks: true, folderSync: posix, caseSensitive: posix, renameReplaces: true };
  const table: [string, () => Disk, object][] = [
    ['the real one', () => realDisk, everything],
    ['one without hard links', () => diskWithout(['link'], 'EPERM'), { ...everything, hardLinks: false }],
    ['one without case', () => caseless, { ...everything, caseSensitive: false }],
    ['one that does not replace', () => keeping('EEXIST'), { ...everything, renameReplaces: false }],
    [
      'one that does not replace and calls it access',
      () => keeping('EACCES'),
      { ...everything, renameReplaces: false },
    ],
  ];
  for (const [kind, disk, expected] of table) {
    it(`is found out of ${kind}, and nothing is left behind`, async () => {
      assert.deepEqual(await tryFolder(folder(), { disk: disk() }), expected);
      assert.deepEqual(await fs.readdir(folder()), []);
    });
  }

  it('is not guessed from a fault', async () => {
    for (const call of ['open', 'rename', 'lstat']) {
      await assert.rejects(tryFolder(folder(), { disk: diskWithout([call], 'EIO') }), { code: 'EIO' }, call);
    }
    assert.deepEqual(await fs.readdir(folder()), []);
  });

  it('is said in a line', () => {
    assert.equal(
      describeTrial({ hardLinks: false, folderSync: false, caseSensitive: false, renameReplaces: false }),
      'no hard links, folders cannot be synced, upper and lower case are one, renaming does not replace',
    );
  });

  it('decides how names are given: without links and replacing, a name that is taken stays as it is', async () => {
    const disk = { ...keeping('EEXIST'), link: diskWithout(['link'], 'EPERM').link };
    const final = path.join(folder(), 'a.txt');
    await fs.writeFile(final, 'theirs');
    const { path: temp, handle } = await openTemporary(final, { disk });
    await handle.writeFile('ours');
    await handle.close();
    const { file, outcome } = await publish(temp, final, 'not theirs', { disk });
    assert.deepEqual([path.basename(file), outcome], ['a~2.txt', 'version']);
    assert.equal(await fs.readFile(final, 'utf8'), 'theirs');
  });
});
