/**
 * Memory into which files are read, used again and again. Memory that is made for each file lies outside of the
 * JavaScript heap, and V8 is late to give it back: with thirty accounts at work it held 180 MB that nobody used.
 */

/** Bytes of a block: as much as is read from a file at once. */
export const BLOCK = 256 * 1024;
/** How many blocks are kept while nobody uses them. */
const KEPT = 16;

const free: Buffer[] = [];

/** A block that nobody else uses until it is given back. What lies in it is of whoever had it before. */
export function takeBlock(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
}

/**
 * Takes a block back that nothing reads or writes any more. One whose last call failed is never given back: a disk that
 * was given up may still read from it or write to it.
 */
export function giveBlock(block: Buffer): void {
  if (free.length < KEPT) free.push(block);
}
