/**
 * Memory for what a socket brings. Node.js gives every read a buffer of 64 KiB of its own, most of them half empty, and the SSH
 * library copies each packet that does not lie whole in one of them. With large buffers, handed out piece by piece, a read brings
 * several packets, and they are deciphered where they lie. Once every piece is deciphered as it comes, two buffers in turn are all
 * that is needed.
 */
import type { OnReadOpts } from 'node:net';

const BUFFER = 256 * 1024;
/** A read into less than this is not worth its call: the rest of the buffer is left. */
const LEAST = 64 * 1024;

export interface ReadBuffer extends OnReadOpts {
  /**
   * From now on the taker keeps no piece for longer than until the second piece after it. `waits` says whether it has
   * pieces that it has not looked at; then none of their memory is used again.
   */
  takeTurns(waits: () => boolean): void;
}

/**
 * Reads of a socket into buffers; until `takeTurns` is called no byte is handed out twice, and whoever keeps a piece keeps
 * it unchanged.
 * @param push given each piece as it arrives; says false when it wants no more for now
 */
export function readIntoBuffers(push: (piece: Buffer) => boolean): ReadBuffer {
  let buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER);
  let free: Buffer = buffer;
  let spare: Buffer | undefined;
  let waits: (() => boolean) | undefined;
  /** Was all that lies in the buffer read since turns are taken? */
  let turning = false;
  const next = () => {
    const allTaken = waits?.() === false;
    const former = turning && allTaken ? buffer : undefined;
    buffer = (allTaken ? spare : undefined) ?? Buffer.allocUnsafeSlow(BUFFER);
    spare = former;
    turning = waits !== undefined;
    return buffer;
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
