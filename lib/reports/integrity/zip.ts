/**
 * A zip as a report: its end record is reached and counts right, every member has the size and CRC that the directory
 * says, no name leads elsewhere, and nothing in it takes more memory or time than a report can need. Nothing is ever
 * unpacked to disk.
 */
import { promisify } from 'node:util';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { NotChecked } from '../../model/findings.ts';
import { damaged, type Fault, type Finding, Warnings } from './finding.ts';
import { lineEnds, piecesOf, type Source } from './pieces.ts';
import { dataOf, directoryOf, ENCRYPTED, type ZipEntry } from './zip-directory.ts';

/** Ours: what unpacks to more than this, and to so many times its size, is no report. */
const SMALL = 10 * 1024 * 1024;
const HIGHEST_RATIO = 200;
/** Ours, bytes of all members unpacked. */
const LARGEST = 8 * 1024 ** 3;

/** Bytes unpacked at once. */
const UNPACKED = 64 * 1024;

const STORED = 0;
const DEFLATED = 8;

export async function inspectZip(file: Source): Promise<Finding> {
  const broken = (fault: Fault): Finding => ({ fault, warnings: [] });
  const { size } = await file.stat();
  const entries = await directoryOf(file, size);
  if ('verdict' in entries) return broken(entries);
  const bad = entries.map(refuseName).find((fault) => fault !== undefined) ?? refuseSize(entries);
  if (bad !== undefined) return broken(bad);
  const places = await placesOf(file, entries, size);
  if ('verdict' in places) return broken(places);
  let left: { why: NotChecked; unread: string } | undefined;
  let lines = 0;
  for (const [index, entry] of entries.entries()) {
    const why = unreadable(entry);
    if (why !== undefined) left ??= { why, unread: entry.name };
    else {
      const found = await inspectMember(file, entry, places[index] ?? 0);
      if (typeof found !== 'number') return broken(found);
      lines += found;
    }
  }
  if (left !== undefined) return { warnings: [], ...left };
  const warnings = new Warnings();
  const nothing = entries.every(({ size: unpacked }) => unpacked === 0);
  if (nothing) warnings.add('no-records', 'the file is empty', { certainty: 'usual' });
  return { warnings: warnings.all, shape: { rows: { '': lines } } };
}

function unreadable({ flags, method }: ZipEntry): NotChecked | undefined {
  if (flags & ENCRYPTED) return 'encrypted';
  return method === STORED || method === DEFLATED ? undefined : 'unknown-packing';
}

function refuseName({ name, otherName = name, link }: ZipEntry): Fault | undefined {
  if (link) return damaged('it is a link', { field: name });
  const elsewhere = [name, otherName].some(leadsElsewhere);
  return elsewhere ? damaged('its name leads out of the zip', { field: name }) : undefined;
}

function leadsElsewhere(name: string): boolean {
  return name === '' || /^[\\/]|^[A-Za-z]:|\0/.test(name) || name.split(/[\\/]/).includes('..');
}

function refuseSize(entries: readonly ZipEntry[]): Fault | undefined {
  const bomb = entries.find(({ size, packed }) => size > SMALL && size > HIGHEST_RATIO * packed);
  if (bomb !== undefined) return damaged('it unpacks to far more than its size', { field: bomb.name });
  const all = entries.reduce((sum, { size }) => sum + size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (all > LARGEST) return damaged('it unpacks to more than a report can have');
  return all > SMALL && all > HIGHEST_RATIO * packed
    ? damaged('it unpacks to far more than its size')
    : undefined;
}

/** Where the data of each entry begin; no two entries share bytes. */
async function placesOf(file: Source, entries: readonly ZipEntry[], size: number): Promise<number[] | Fault> {
  const places: number[] = [];
  for (const entry of entries) {
    const place = await dataOf(file, entry);
    if (typeof place !== 'number') return place;
    places.push(place);
  }
  const taken = entries
    .map((entry, index) => ({ entry, to: (places[index] ?? 0) + entry.packed }))
    .sort((a, b) => a.entry.offset - b.entry.offset);
  for (const [index, { entry, to }] of taken.entries()) {
    const next = taken[index + 1]?.entry.offset ?? size;
    if (to > next)
      return damaged('it shares bytes with another member, or ends behind the file', { field: entry.name });
  }
  return places;
}

/** @returns how many line ends are in it, or what is wrong */
async function inspectMember(file: Source, entry: ZipEntry, at: number): Promise<Fault | number> {
  const wrong = (reason: string) => damaged(reason, { field: entry.name });
  if (entry.method === STORED && entry.packed !== entry.size) return wrong('its two sizes differ');
  const packed = piecesOf(file, at, at + entry.packed);
  const inflate = entry.method === DEFLATED ? createInflateRaw({ chunkSize: UNPACKED }) : undefined;
  const unpacked: AsyncIterable<Buffer> = inflate === undefined ? packed : inflated(packed, inflate);
  let [size, crc, lines] = [0, 0, 0];
  try {
    for await (const piece of unpacked) {
      size += piece.length;
      if (size > entry.size) return wrong('it unpacks to more than it says');
      crc = crc32(piece, crc);
      lines += lineEnds(piece);
    }
  } catch (error) {
    // An error of the disk is no fault of the file.
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    return wrong('it cannot be unpacked');
  } finally {
    inflate?.destroy();
  }
  if (size !== entry.size) return wrong('it unpacks to less than it says');
  if (inflate !== undefined && inflate.bytesWritten !== entry.packed)
    return wrong('its data end before its size does');
  return crc === entry.crc ? lines : wrong('its checksum does not agree');
}

/** What comes out of `inflate`, which is given each piece when it is done with the one before. */
function inflated(pieces: AsyncIterable<Buffer>, inflate: InflateRaw): AsyncIterable<Buffer> {
  const write = promisify(
    (piece: Buffer, done: (error?: Error | null) => void) => void inflate.write(piece, done),
  );
  const feed = async () => {
    for await (const piece of pieces) await write(piece);
    inflate.end();
  };
  feed().catch((error: Error) => inflate.destroy(error));
  return inflate;
}
