/**
 * Memory for what a socket brings. Node.js gives every read a buffer of 64 KiB of its own, most of them half empty, and the SSH
 * library copies each packet that does not lie whole in one of them. With large slabs, handed out piece by piece, a read brings
 * several packets, and they are deciphered where they lie. Once every piece is deciphered as it comes, two slabs in turn are all
 * that is needed.
 */
import type { OnReadOpts } from 'node:net';

const BUFFER = 256 * 1024;
/** A read into less than this is not worth its call: the rest of the slab is left. */
const LEAST = 64 * 1024;

export interface SlabReader extends OnReadOpts {
  /**
   * From now on the taker keeps no piece for longer than until the second piece after it. `waits` says whether it has
   * pieces that it has not looked at; then none of their memory is used again.
   */
  takeTurns(waits: () => boolean): void;
}

/**
 * Reads of a socket into slabs; until `takeTurns` is called no byte is handed out twice, and whoever keeps a piece keeps
 * it unchanged.
 * @param push given each piece as it arrives; says false when it wants no more for now
 */
export function readIntoBuffers(push: (piece: Buffer) => boolean): SlabReader {
  let slab: Buffer = Buffer.allocUnsafeSlow(BUFFER);
  let free: Buffer = slab;
  let spare: Buffer | undefined;
  let waits: (() => boolean) | undefined;
  /** Was all that lies in the slab read since turns are taken? */
  let turning = false;
  const next = () => {
    const allTaken = waits?.() === false;
    const former = turning && allTaken ? slab : undefined;
    slab = (allTaken ? spare : undefined) ?? Buffer.allocUnsafeSlow(BUFFER);
    spare = former;
    turning = waits !== undefined;
    return slab;
  };
  return {
    buffer: () => {
      if (free.length < LEAST) free = next();
      return free;
    },
    callback: (bytes) => {
      const piece = free.subarray(0, bytes);
      free = free.subarray(bytes);
      return push(piece);
    },
    takeTurns: (told) => {
      waits = told;
    },
  };
}
