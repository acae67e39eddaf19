/** What is fetched in the benchmark. The same bytes in every run; they do not compress. */
import path from 'node:path';
import { writeNoise } from '../test/interop/tree.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export interface Workload {
  id: string;
  /** In words, for tables. */
  text: string;
  /** Sizes of its files, bytes. */
  sizes: readonly number[];
}

/** Numbers from 0 to 1 that look random and are the same every time. */
function* numbers(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Log-normal sizes around a median of 20 KiB (Box and Muller's transform). */
function logNormal(count: number): number[] {
  const random = numbers();
  return Array.from({ length: count }, () => {
    const [a, b] = [random.next().value, random.next().value];
    const normal = Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
    return Math.max(1, Math.round(20 * KIB * Math.exp(1.5 * normal)));
  });
}

export const workloads: readonly Workload[] = [
  { id: 'W1', text: 'one file of 1 GiB', sizes: [1024 * MIB] },
  {
    id: 'W2',
    text: '2,000 files of 1 to 64 KiB',
    sizes: Array.from({ length: 2_000 }, (_, index) => KIB + ((index * 7919) % (63 * KIB))),
  },
  {
    id: 'W3',
    text: 'a realistic day: 390 files around 20 KiB and ten of 20 to 100 MiB',
    sizes: [
      ...logNormal(390),
      ...Array.from({ length: 10 }, (_, index) => Math.round((20 + 80 * (index / 9) ** 1.2) * MIB)),
    ],
  },
];

export function bytesOf(workload: Workload): number {
  return workload.sizes.reduce((sum, size) => sum + size, 0);
}

/** Writes the files of a workload into `root/<id>`. */
export async function makeWorkload(workload: Workload, root: string): Promise<void> {
  for (const [index, size] of workload.sizes.entries()) {
    // Large files are spread among the small ones, as they would be on a day.
    const name = `${String((index * 37) % workload.sizes.length).padStart(4, '0')}.dat`;
    await writeNoise(path.join(root, workload.id, name), index % 256, size);
  }
}
