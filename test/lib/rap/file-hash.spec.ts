import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileHash } from '../../../lib/rap/file-hash.ts';

const MIB = 1024 * 1024;

describe('The hash of a file while it is written', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-hash-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes blocks to a file, telling the hash after each. */
  async function write(name: string, blocks: Buffer[], announced: number) {
    const file = path.join(folder, name);
    const handle = await open(file, 'w');
    const hash = fileHash(file, announced);
    let position = 0;
    for (const block of blocks) {
      position += (await handle.write(block)).bytesWritten;
      hash.written([block], position);
    }
    await handle.close();
    return { hash, file };
  }

  for (const [what, sizes] of [
    ['nothing', []],
    ['a small file', [1, 2, 3]],
    ['a large file in odd pieces', [3 * MIB + 1, 5, 7 * MIB - 3]],
    ['a large file in one piece', [10 * MIB]],
  ] as const) {
    it(`is that of ${what}`, async () => {
      const blocks = sizes.map((size, index) => Buffer.alloc(size, `block ${index}`));
      const { hash } = await write(
        'file',
        blocks,
        sizes.reduce<number>((sum, size) => sum + size, 0),
      );
      assert.equal(await hash.digest(), createHash('sha256').update(Buffer.concat(blocks)).digest('hex'));
    });
  }

  it('is that of each of many large files at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, async (_, i) => {
        const block = Buffer.alloc(9 * MIB, `file ${i}`);
        const { hash } = await write(`many-${i}`, [block], block.length);
        return [await hash.digest(), createHash('sha256').update(block).digest('hex')];
      }),
    );
    for (const [got, expected] of all) assert.equal(got, expected);
  });

  it('of a large file is read back from the disk: one that lost its end is noticed', async () => {
    const { hash, file } = await write('cut', [Buffer.alloc(500_000)], 9 * MIB);
    const handle = await open(file, 'r+');
    await handle.truncate(1_000);
    await handle.close();
    await assert.rejects(hash.digest(), { code: 'DISK_ERROR' });
  });

  it('may be dropped, and the next one is right all the same', async () => {
    (await write('dropped', [Buffer.alloc(9 * MIB)], 9 * MIB)).hash.drop();
    const { hash } = await write('next', [Buffer.alloc(9 * MIB, 'x')], 9 * MIB);
    assert.equal(
      await hash.digest(),
      createHash('sha256')
        .update(Buffer.alloc(9 * MIB, 'x'))
        .digest('hex'),
    );
  });
});
