/**
 * Does a report's own form say that it is whole? A server shows a file while it is still being written; where
 * the form has an end - the end record of a zip, the trailer of a data file - its absence tells.
 *
 * Only what is certain is judged: a form we do not know is taken as finished.
 */
import { open } from 'node:fs/promises';
import type { Report } from '../model/types.ts';
import { unfinishedRecords } from './integrity/fixed-length.ts';
import { recordLength } from './integrity/inspect.ts';
import type { Layouts } from './integrity/layouts.ts';

/** Bytes at the end of a file that are looked at: a zip's end record with the longest comment it may have. */
const TAIL = 22 + 65_535;

const END_OF_ZIP = Buffer.from([0x50, 0x4b, 0x05, 0x06]);

/** Why this tail of a zip cannot be its end, or undefined. @param size of the whole file, bytes */
export function unfinishedZip(tail: Buffer, size: number): string | undefined {
  for (
    let at = tail.lastIndexOf(END_OF_ZIP);
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf(END_OF_ZIP, at - 1)
  ) {
    if (at + 22 > tail.length) continue;
    const comment = tail.readUInt16LE(at + 20);
    const directory = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    const start = size - tail.length + at;
    const large = directory === 0xffffffff || offset === 0xffffffff; // zip64 keeps the numbers elsewhere
    if (at + 22 + comment === tail.length && (large || offset + directory <= start)) return undefined;
  }
  return 'the zip has no end record';
}

/**
 * Looks at the end of a downloaded file.
 * @param file local path
 * @returns why it is not finished, or undefined
 */
export async function unfinished(
  report: Pick<Report, 'name' | 'code'> & Partial<Pick<Report, 'system'>>,
  file: string,
  layouts: Layouts,
): Promise<string | undefined> {
  const length = recordLength(report, layouts);
  const zip = /\.zip$/i.test(report.name);
  if (length === undefined && !zip) return undefined;
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return zip ? unfinishedZip(tail, size) : unfinishedRecords(tail, size, length ?? 1);
  } finally {
    await handle.close();
  }
}
