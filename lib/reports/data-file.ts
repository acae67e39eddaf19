/**
 * What the inside of a CCASS data file says of itself: whose it is, which report it is, and the totals of its
 * trailer. The exchange's own rule is that a file whose checksums, counts or totals do not agree is rejected as a
 * whole (CCMS guide 4.6); whoever receives one keeps it apart and asks.
 *
 * Published are the record lengths and the beginning of the header: record type, participant ID (6 characters),
 * report ID (7), see "Report Data File Layout". Where the fields of records and trailer stand is not published for
 * every file; a file without such a row here is not added up.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { RapError } from '../errors/rap-error.ts';
import type { Report } from '../words/types.ts';

/** A field by its place in the record: first byte and length. */
type Place = readonly [start: number, length: number];

interface Total {
  name: string;
  /** The field of each detail record; '1' is the first byte of such a record. */
  of: Place;
  /** Its sum in the trailer. A sum that is too long loses its leading digits (CCMS guide 4.6). */
  trailer: Place;
}

interface DataFile {
  /** Bytes of a record without its line end. */
  length: number;
  totals: readonly Total[];
  /** What the record's checksum is the sum of, and where it stands. */
  checksum?: { of: readonly Place[]; place: Place };
}

/**
 * [stated] the lengths. [inferred] the places of CCLTN05, from public descriptions of that file that add up to its
 * length; they date from 2024 and may have changed. Of CCLTN04 and CIPSI02 no places are known.
 */
const dataFiles: Readonly<Record<string, DataFile>> = {
  CCLTN04: { length: 127, totals: [] },
  CIPSI02: { length: 260, totals: [] },
  CCLTN05: {
    length: 143,
    totals: [
      { name: 'stock codes', of: [2, 5], trailer: [1, 10] },
      { name: 'quantities', of: [65, 11], trailer: [11, 17] },
      { name: 'prices', of: [76, 8], trailer: [28, 13] },
      { name: 'values', of: [84, 13], trailer: [41, 18] },
      { name: 'accrued interest', of: [109, 13], trailer: [59, 18] },
      { name: 'checksums', of: [126, 14], trailer: [77, 18] },
    ],
    checksum: {
      of: [
        [2, 5],
        [65, 11],
        [76, 8],
        [84, 13],
        [109, 13],
      ],
      place: [126, 14],
    },
  },
};

/** Length of a record of the data file with this code, bytes; undefined for other reports. */
export function recordLength({ name, code }: Pick<Report, 'name' | 'code'>): number | undefined {
  return /\.txt$/i.test(name) && Object.hasOwn(dataFiles, code) ? dataFiles[code]?.length : undefined;
}

/** Records stand alone, or each is followed by a line end. @returns undefined when the size fits neither */
export function strideOf(size: number, length: number): number | undefined {
  return [length, length + 1, length + 2].find((one) => size % one === 0);
}

const PARTICIPANT: Place = [1, 6];
const REPORT: Place = [7, 7];
const DETAIL = 0x31;
const TRAILER = 0x39;
/** Records read at once. */
const AT_ONCE = 4_096;

/**
 * Looks into a data file that is finished; other reports are not looked into.
 * @param file local path
 * @param participant ID of the participant whose account fetched it; not compared when it cannot be one, being
 * empty or longer than the 6 characters of the header
 * @throws RapError FOREIGN_REPORT when it is another participant's, CONTENT_WRONG when it is another report or its
 * sums do not agree; the message says where, never what: reports are confidential
 */
export async function inspectDataFile(
  report: Pick<Report, 'name' | 'code' | 'path'>,
  file: string,
  participant: string,
): Promise<void> {
  const length = recordLength(report);
  const form = dataFiles[report.code];
  if (length === undefined || form === undefined) return;
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const stride = strideOf(size, length);
    if (stride === undefined) return; // not finished: that is told elsewhere
    const sums = new Sums(form);
    for await (const { record, number } of records(handle, size, stride)) {
      const wrong = number === 1 ? otherReport(report, record) : sums.add(record);
      if (number === 1) refuseForeign(report, record, participant);
      if (wrong !== undefined)
        throw new RapError('CONTENT_WRONG', `${report.path}, record ${number}: ${wrong}`);
      if (form.totals.length === 0) return;
    }
  } finally {
    await handle.close();
  }
}

async function* records(handle: FileHandle, size: number, stride: number) {
  const block = Buffer.allocUnsafe(stride * AT_ONCE);
  for (let at = 0; at < size; at += block.length) {
    const { bytesRead } = await handle.read(block, 0, Math.min(block.length, size - at), at);
    for (let start = 0; start + stride <= bytesRead; start += stride) {
      yield { record: block.subarray(start, start + stride), number: (at + start) / stride + 1 };
    }
  }
}

function textAt(record: Buffer, [start, length]: Place): string {
  return record.toString('latin1', start, start + length);
}

function refuseForeign({ path }: { path: string }, header: Buffer, participant: string): void {
  const own = participant.trim().toUpperCase();
  const found = textAt(header, PARTICIPANT).trim().toUpperCase();
  if (own === '' || own.length > PARTICIPANT[1] || own === found) return;
  throw new RapError('FOREIGN_REPORT', `${path} is for another participant than ${own}`);
}

function otherReport({ code }: { code: string }, header: Buffer): string | undefined {
  return textAt(header, REPORT).trim() === code ? undefined : `it does not say that it is ${code}`;
}

/** The sums of a file's details, and whether they are those of its trailer. */
class Sums {
  readonly #form: DataFile;
  readonly #sums: bigint[];

  constructor(form: DataFile) {
    this.#form = form;
    this.#sums = form.totals.map(() => 0n);
  }

  /** @returns what is wrong with this record, or undefined */
  add(record: Buffer): string | undefined {
    if (record[0] === TRAILER) return this.#compare(record);
    if (record[0] !== DETAIL) return undefined;
    const { totals, checksum } = this.#form;
    for (const [index, { name, of }] of totals.entries()) {
      const value = numberAt(record, of);
      if (value === undefined) return `the field of the ${name} is not a number`;
      this.#sums[index] = (this.#sums[index] ?? 0n) + value;
    }
    if (checksum === undefined) return undefined;
    const sum = checksum.of.reduce((all, place) => all + (numberAt(record, place) ?? 0n), 0n);
    return same(sum, record, checksum.place) ? undefined : 'its checksum does not agree';
  }

  #compare(trailer: Buffer): string | undefined {
    const wrong = this.#form.totals.filter(
      (total, index) => !same(this.#sums[index] ?? 0n, trailer, total.trailer),
    );
    if (wrong.length === 0) return undefined;
    return `the trailer's totals do not agree (${wrong.map(({ name }) => name).join(', ')})`;
  }
}

function numberAt(record: Buffer, place: Place): bigint | undefined {
  const text = textAt(record, place);
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** Is this the sum that stands there? One that is too long has lost its leading digits. */
function same(sum: bigint, record: Buffer, place: Place): boolean {
  return numberAt(record, place) === sum % 10n ** BigInt(place[1]);
}
