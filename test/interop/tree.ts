/** The files that the interop servers serve, and whether they arrived. */
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const MIB = 1024 * 1024;

export interface Sizes {
  smallFiles: number;
  /** Bytes of the large file. */
  bigFile: number;
}

export const ordinarySizes: Sizes = { smallFiles: 300, bigFile: 256 * MIB };
export const fullSizes: Sizes = { smallFiles: 2_000, bigFile: 1024 * MIB };

/** Bytes that do not compress and are the same for the same seed. */
export function* noise(seed: number, bytes: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let left = bytes; left > 0; left -= MIB) yield cipher.update(zeros.subarray(0, Math.min(left, MIB)));
}

/** Writes a file of so many bytes of noise. */
export async function writeNoise(file: string, seed: number, bytes: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await pipeline(Readable.from(noise(seed, bytes)), createWriteStream(file));
}

/** Names that are odd, and safe everywhere. */
export const oddNames: readonly string[] = [
  'two words.txt',
  '結算報告 二〇二五.csv',
  '.hidden',
  'dots...in.the..name.txt',
  "it's & (co) [1] {2} #3 %20 @x, a;b=c!.txt",
  '$HOME `date` ~.txt',
  '-rf',
  'no extension',
  'UPPER lower.TXT',
  'übergröße.txt',
  '🀄 emoji.txt',
  `${'long'.repeat(49)}.txt`,
];

/** Names no server may make us use. */
export const unsafeNames: readonly Buffer[] = [
  'CON.txt',
  'ends with a dot.',
  'a:b.txt',
  'back\\slash.txt',
  ' starts with a space.txt',
].map((name) => Buffer.from(name));

/** Names that servers themselves stumble over: letters in Big5 instead of UTF-8, a control character. */
export const strangeNames: readonly Buffer[] = [
  Buffer.from('b3f8a7692e747874', 'hex'),
  Buffer.from('escape\u001b[2J.txt'),
];

/** Makes the folders `small`, `odd`, `unsafe`, `strange`, `big` and `rekey` under the root. */
export async function makeTree(root: string, sizes: Sizes): Promise<void> {
  for (let index = 0; index < sizes.smallFiles; index++) {
    const folder = path.join(
      root,
      'small',
      `${index % 7}`,
      ...(index % 3 === 0 ? ['deeper', 'and deeper'] : []),
    );
    // Sizes around the limits of a single read, and in between.
    const bytes =
      index % 50 === 0 ? 0 : index % 50 === 1 ? 32_768 : index % 50 === 2 ? 261_121 : (index * 7919) % 65_536;
    await writeNoise(path.join(folder, `report-${index}.dat`), index % 256, bytes);
  }
  for (const [index, name] of oddNames.entries()) {
    await writeNoise(path.join(root, 'odd', `folder ${name}`.slice(0, 60), name), index, 100 + index);
  }
  await writeNamed(path.join(root, 'unsafe/'), [...unsafeNames, Buffer.from('good.txt')]);
  await writeNamed(path.join(root, 'strange/'), strangeNames);
  await writeNoise(path.join(root, 'big/big.bin'), 1, sizes.bigFile);
  await writeNoise(path.join(root, 'rekey/rekey.bin'), 2, 4 * MIB);
}

async function writeNamed(folder: string, names: readonly Buffer[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(Buffer.concat([Buffer.from(folder), name]), 'x');
}

/** Path below the folder and SHA-256 of every file in it, sorted. */
export async function contentsOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    found.push(`${path.relative(folder, file)} ${hash.digest('hex')}`);
  }
  return found.sort();
}
