/**
 * Zips that harm whoever unpacks them: a few kilobytes that say they are small, or unfold to a disk full. All
 * are whole as files, and a client that stores what it is sent and unpacks nothing is not bothered.
 */
import { zipSync } from 'fflate';

const MEGABYTE = 1024 * 1024;

/** Places of the unpacked size in a zip's local header and in its central directory's. */
const LOCAL = { mark: 0x04034b50, size: 22 };
const CENTRAL = { mark: 0x02014b50, size: 24 };

/** A fixed time: the same bytes at every start. */
const mtime = new Date(2025, 5, 20);

function zip(files: Record<string, Uint8Array>, level: 0 | 9): Buffer {
  return Buffer.from(zipSync(files, { level, mtime }));
}

/** 4 MB of zeros in 4 kB, 64 of those in one zip, 64 of those in the last: 16 GB in 4 kB. */
export function nestedZip(): Buffer {
  let inner = zip({ 'zeros.txt': new Uint8Array(4 * MEGABYTE) }, 9);
  for (const level of ['inner', 'middle']) {
    const copies = Array.from({ length: 64 }, (_, index) => [`${level}${index}.zip`, inner] as const);
    inner = zip({ [`${level}.zip`]: zip(Object.fromEntries(copies), 0) }, 9);
  }
  return inner;
}

/** A zip of 2 MB that says, in both of its headers, that it unpacks to so many bytes. */
export function lyingZip(claimed: number): Buffer {
  const bytes = zip({ 'report.txt': new Uint8Array(2 * MEGABYTE) }, 9);
  for (const { mark, size } of [LOCAL, CENTRAL]) {
    const sign = Buffer.alloc(4);
    sign.writeUInt32LE(mark);
    bytes.writeUInt32LE(claimed, bytes.indexOf(sign) + size);
  }
  return bytes;
}
