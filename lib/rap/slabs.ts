/**
 * Memory for what a socket brings. Node.js gives every read a buffer of 64 KiB of its own, most of them half empty, and the SSH
 * library copies each packet that does not lie whole in one of them. With large slabs, handed out piece by piece, a read brings
 * several packets, they are decrypted where they lie, and a gigabyte leaves a quarter of the garbage.
 */
import type { OnReadOpts } from 'node:net';

const SLAB = 256 * 1024;
/** A read into less than this is not worth its call: the rest of the slab is left. */
const LEAST = 64 * 1024;

/**
 * Reads of a socket into slabs; no byte is ever handed out twice, whoever keeps a piece keeps it unchanged.
 * @param push given each piece as it arrives; says false when it wants no more for now
 */
export function readIntoSlabs(push: (piece: Buffer) => boolean): OnReadOpts {
  let free = Buffer.allocUnsafeSlow(SLAB);
  return {
    buffer: () => {
      if (free.length < LEAST) free = Buffer.allocUnsafeSlow(SLAB);
      return free;
    },
    callback: (bytes) => {
      const piece = free.subarray(0, bytes);
      free = free.subarray(bytes);
      return push(piece);
    },
  };
}
