/** The directory of a zip file: where its end record, its entries and their local headers say that they are. */
import { damaged, type Fault } from './finding.ts';
import type { Source } from './pieces.ts';

/** One entry of the directory. */
export interface ZipEntry {
  name: string;
  /** The name in its extra field, by which some programs unpack it instead; left out where it has none. */
  otherName?: string;
  /** Is it a symbolic link of Unix? */
  link: boolean;
  flags: number;
  method: number;
  crc: number;
  /** Bytes in the file. */
  packed: number;
  /** Bytes when unpacked. */
  size: number;
  /** Where its local header begins. */
  offset: number;
}

/** More members than any report has; ours. */
const MOST_MEMBERS = 5_000;
const LARGEST_DIRECTORY = 16 * 1024 * 1024;

const END = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 65_535;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_LENGTH = 20;
const END64 = 0x06064b50;
const END64_LENGTH = 56;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
const ZIP64_EXTRA = 0x0001;
/** "Info-ZIP Unicode Path": a version and a checksum before the name. */
const NAME_EXTRA = 0x7075;
const NAME_EXTRA_HEAD = 5;

const UNIX = 3;
const LINK = 0o120000;

export const ENCRYPTED = 0x0001;
const DESCRIPTOR = 0x0008;

export async function readAt(file: Source, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

interface End {
  entries: number;
  length: number;
  offset: number;
  /** Where the end records begin. */
  at: number;
}

/** The entries of a zip file, in the order of the directory, or what is wrong with it. */
export async function directoryOf(file: Source, size: number): Promise<ZipEntry[] | Fault> {
  const end = await endOf(file, size);
  if ('verdict' in end) return end;
  if (end.entries > MOST_MEMBERS) return damaged(`it has more than ${MOST_MEMBERS} members`);
  if (end.length > LARGEST_DIRECTORY) return damaged('its directory is too large');
  if (end.offset + end.length > end.at) return damaged('its directory does not lie before its end record');
  const bytes = await readAt(file, end.offset, end.length);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const entry = entryAt(bytes, at);
    if (entry === undefined) return damaged(`entry ${entries.length + 1} of its directory is none`);
    entries.push(entry.entry);
    at = entry.next;
    if (entries.length > end.entries) break;
  }
  if (entries.length !== end.entries)
    return damaged('its end record counts other members than its directory has');
  return entries;
}

async function endOf(file: Source, size: number): Promise<End | Fault> {
  const tailAt = Math.max(0, size - END_LENGTH - LONGEST_COMMENT);
  const tail = await readAt(file, tailAt, size - tailAt);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END || at + END_LENGTH + tail.readUInt16LE(at + 20) !== tail.length)
      continue;
    const end: End = {
      entries: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
      at: tailAt + at,
    };
    const large = await end64Of(file, end.at);
    if (large !== undefined) return large;
    if (tail.readUInt16LE(at + 8) !== end.entries) return damaged('it is one part of several');
    return end;
  }
  return damaged('it has no end record');
}

/** The end record of a large zip (zip64), which a locator before the ordinary one points to. */
async function end64Of(file: Source, endAt: number): Promise<End | Fault | undefined> {
  const locatorAt = endAt - LOCATOR64_LENGTH;
  if (locatorAt < 0) return undefined;
  const locator = await readAt(file, locatorAt, LOCATOR64_LENGTH);
  if (locator.readUInt32LE(0) !== LOCATOR64) return undefined;
  const at = Number(locator.readBigUInt64LE(8));
  if (at + END64_LENGTH > locatorAt) return damaged('its zip64 end record does not lie before its locator');
  const record = await readAt(file, at, END64_LENGTH);
  if (record.length < END64_LENGTH || record.readUInt32LE(0) !== END64)
    return damaged('it has no zip64 end record');
  return {
    entries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
    at,
  };
}

function entryAt(bytes: Buffer, at: number): { entry: ZipEntry; next: number } | undefined {
  if (at + ENTRY_LENGTH > bytes.length || bytes.readUInt32LE(at) !== ENTRY) return undefined;
  const nameLength = bytes.readUInt16LE(at + 28);
  const extraLength = bytes.readUInt16LE(at + 30);
  const next = at + ENTRY_LENGTH + nameLength + extraLength + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const nameAt = at + ENTRY_LENGTH;
  const entry: ZipEntry = {
    name: bytes.toString('utf8', nameAt, nameAt + nameLength),
    link: bytes[at + 5] === UNIX && ((bytes.readUInt32LE(at + 38) >>> 16) & 0o170000) === LINK,
    flags: bytes.readUInt16LE(at + 8),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    offset: bytes.readUInt32LE(at + 42),
  };
  const extra = bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
  const named = extraField(extra, NAME_EXTRA);
  if (named !== undefined) entry.otherName = named.toString('utf8', NAME_EXTRA_HEAD);
  return withZip64(entry, extra) ? { entry, next } : undefined;
}

/** The content of a field among the extra ones; undefined where it is not there whole. */
function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== id) continue;
    const end = at + 4 + extra.readUInt16LE(at + 2);
    return end <= extra.length ? extra.subarray(at + 4, end) : undefined;
  }
  return undefined;
}

const NEXT_FIELD = 0xffffffff;

/** Takes the numbers that are too large for their fields from the extra field. @returns false where it lacks them */
function withZip64(entry: ZipEntry, extra: Buffer): boolean {
  const large = (['size', 'packed', 'offset'] as const).filter((name) => entry[name] === NEXT_FIELD);
  if (large.length === 0) return true;
  const numbers = extraField(extra, ZIP64_EXTRA);
  if (numbers === undefined || numbers.length < 8 * large.length) return false;
  large.forEach((name, index) => {
    entry[name] = Number(numbers.readBigUInt64LE(8 * index));
  });
  return true;
}

/** Where the data of an entry begin, or what is wrong with its local header. */
export async function dataOf(file: Source, entry: ZipEntry): Promise<number | Fault> {
  const wrong = (reason: string) => damaged(reason, { field: entry.name });
  const head = await readAt(file, entry.offset, LOCAL_LENGTH);
  if (head.length < LOCAL_LENGTH || head.readUInt32LE(0) !== LOCAL)
    return wrong('its local header is missing');
  const nameLength = head.readUInt16LE(26);
  const name = await readAt(file, entry.offset + LOCAL_LENGTH, nameLength);
  if (name.toString('utf8') !== entry.name) return wrong('its local header has another name');
  if (head.readUInt16LE(8) !== entry.method) return wrong('its local header has another method');
  const flags = head.readUInt16LE(6);
  if ((flags & ENCRYPTED) !== (entry.flags & ENCRYPTED))
    return wrong('its local header says otherwise of encryption');
  // With a data descriptor the numbers may stand behind the data only.
  const said = [head.readUInt32LE(14), head.readUInt32LE(18), head.readUInt32LE(22)] as const;
  const [crc, packed, size] = said;
  const agree =
    crc === entry.crc &&
    (packed === entry.packed || packed === NEXT_FIELD) &&
    (size === entry.size || size === NEXT_FIELD);
  const later = (flags & DESCRIPTOR) !== 0 && said.every((number) => number === 0 || number === NEXT_FIELD);
  if (!agree && !later) return wrong('its local header has another size or checksum');
  return entry.offset + LOCAL_LENGTH + nameLength + head.readUInt16LE(28);
}
