/**
 * CCASS data files of records of one length: header, details, one trailer. The exchange's own rule is that a file
 * whose checksums, counts or totals do not agree is rejected as a whole (CCMS guide 4.6).
 *
 * Whether records stand alone or each is followed by a line end, whether the last one has its line end, and whether
 * a DOS end-of-file byte closes the file is not published: each of these is sound, if the file keeps to one form. The
 * form is read from the bytes and never from the size: a size fits several forms at many numbers of records.
 */

import type { CalendarBook } from '../../time/calendar-book.ts';
import { dayNumber } from '../../time/seconds.ts';
import { openDayAfter } from './days.ts';
import { damaged, type Fault, type Finding, Warnings } from './finding.ts';
import type { Place, RecordLayout } from './layouts.ts';
import { piecesOf, type Source } from './pieces.ts';

const LF = 0x0a;
const CR = 0x0d;
const END_OF_FILE = 0x1a;
const HEADER = '0';
const TRAILER = '9';

const PARTICIPANT: Place = [1, 6];
const REPORT: Place = [7, 7];

export interface Expected {
  code: string;
  /** Business date by the name, YYYY-MM-DD; '' where the name has none. */
  businessDate: string;
  /** Participant of the account; '' where it is not compared. */
  participant: string;
  calendars: CalendarBook;
}

/** Looks into a data file. @returns the first stated rule that is broken, by the number of its record, and warnings */
export async function inspectRecords(file: Source, form: RecordLayout, expected: Expected): Promise<Finding> {
  const look = new Look(form, expected);
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of piecesOf(file)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const used = look.take(bytes);
    if (look.fault !== undefined) return look.found(look.earliest(look.fault));
    // The piece is read into again.
    rest = Buffer.from(bytes.subarray(used));
  }
  return look.found(look.end(rest));
}

type LineEnd = 'none' | 'LF' | 'CRLF';

class Look {
  fault: Fault | undefined;
  readonly #form: RecordLayout;
  readonly #expected: Expected;
  readonly #sums: bigint[];
  #number = 0;
  #trailer = 0;
  readonly #warnings = new Warnings();
  /** How many records end so, and the first one that does. */
  readonly #ends = new Map<LineEnd, { count: number; first: number }>();

  constructor(form: RecordLayout, expected: Expected) {
    this.#form = form;
    this.#expected = expected;
    this.#sums = form.totals.map(() => 0n);
  }

  /** Looks at whole records whose line end can be seen. @returns how many bytes were looked at */
  take(bytes: Buffer): number {
    const { length } = this.#form;
    let at = 0;
    // Two bytes more show whether a line end follows, and one more that it is not the end of the file.
    while (at + length + 2 < bytes.length) {
      const end = lineEndAt(bytes, at + length);
      this.#record(bytes.subarray(at, at + length), end);
      if (this.fault !== undefined) return at;
      at += length + WIDTHS[end];
    }
    return at;
  }

  found(fault: Fault | undefined): Finding {
    const warnings = this.#warnings.all;
    return { ...(fault === undefined ? {} : { fault }), warnings, shape: { rows: { '': this.#number } } };
  }

  /** What is left at the end: at most a record or two, a line end, an end-of-file byte. */
  end(bytes: Buffer): Fault | undefined {
    const { length } = this.#form;
    const left = bytes[bytes.length - 1] === END_OF_FILE ? bytes.subarray(0, -1) : bytes;
    let at = 0;
    while (at < left.length) {
      const number = this.#number + 1;
      if (left.length - at < length) {
        const reason = `it has ${left.length - at} of ${length} bytes`;
        return this.earliest(this.#shape(left.subarray(at), number) ?? damaged(reason, { record: number }));
      }
      const last = left.length - at === length;
      const end = lineEndAt(left, at + length);
      this.#record(left.subarray(at, at + length), last ? undefined : end);
      if (this.fault !== undefined) return this.earliest(this.fault);
      at += length + WIDTHS[end];
    }
    if (this.#trailer === 0) {
      const record = this.#number + 1;
      return this.earliest(damaged('the trailer is missing', { record, field: 'recordType' }));
    }
    return this.#oddEnd();
  }

  /** A line end that differs from the others, where it comes before the fault. */
  earliest(fault: Fault): Fault {
    const odd = this.#oddEnd();
    return odd?.record != null && fault.record !== null && odd.record < fault.record ? odd : fault;
  }

  #oddEnd(): Fault | undefined {
    const kinds = [...this.#ends.values()].sort((a, b) => b.count - a.count || a.first - b.first);
    const odd = kinds.slice(1).sort((a, b) => a.first - b.first)[0];
    return odd && damaged('its line end is not that of the other records', { record: odd.first });
  }

  /** @param end undefined for the last record, which may go without a line end */
  #record(record: Buffer, end: LineEnd | undefined): void {
    const number = ++this.#number;
    this.fault = this.#shape(record, number) ?? this.#content(record, number);
    if (end === undefined || this.fault !== undefined) return;
    const seen = this.#ends.get(end) ?? { count: 0, first: number };
    this.#ends.set(end, { ...seen, count: seen.count + 1 });
  }

  #shape(record: Buffer, number: number): Fault | undefined {
    for (let at = 0; at < record.length; at++) {
      const byte = record[at] ?? 0;
      if (byte >= 0x20 && byte <= 0x7e) continue;
      const where = { record: number, field: this.#fieldAt(record, at) };
      return byte === LF || byte === CR
        ? damaged(`it ends after ${at} of ${this.#form.length} bytes`, { record: number })
        : damaged('it is not ASCII', where);
    }
    return undefined;
  }

  #fieldAt(record: Buffer, at: number): string {
    if (at === 0) return 'recordType';
    if (record[0] === HEADER.charCodeAt(0)) {
      return within(at, PARTICIPANT) ? 'participant' : within(at, REPORT) ? 'report' : '';
    }
    const { fields } = this.#form;
    return Object.keys(fields).find((name) => within(at, fields[name] ?? [0, 0])) ?? '';
  }

  #content(record: Buffer, number: number): Fault | undefined {
    const type = textAt(record, [0, 1]);
    const wrongType = (reason: string) => damaged(reason, { record: number, field: 'recordType' });
    if (number === 1) return type === HEADER ? this.#header(record) : wrongType('the header is missing');
    if (this.#trailer > 0) return wrongType('it comes after the trailer');
    if (type === TRAILER) {
      this.#trailer = number;
      return this.#totals(record, number);
    }
    return this.#form.details.includes(type)
      ? this.#detail(record, number)
      : wrongType('its type is unknown');
  }

  #header(record: Buffer): Fault | undefined {
    const { code, participant, businessDate } = this.#expected;
    const at = (field: string) => ({ record: 1, field });
    if (textAt(record, REPORT).trim() !== code)
      return damaged(`it does not say that it is ${code}`, at('report'));
    const own = participant.trim().toUpperCase();
    if (own !== '' && textAt(record, PARTICIPANT).trim().toUpperCase() !== own) {
      const reason = `it is for another participant than ${own}`;
      return { ...damaged(reason, at('participant')), verdict: 'foreign' };
    }
    const { tradeDate } = this.#form;
    if (tradeDate === undefined) return undefined;
    const traded = textAt(record, tradeDate);
    if (businessDate !== '' && traded !== businessDate.replaceAll('-', '')) {
      this.#warnings.add('another-date', 'its trade date is not the date of the name', at('tradeDate'));
    }
    this.#settlement(record, traded.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'));
    return undefined;
  }

  #settlement(record: Buffer, traded: string): void {
    const { settlement } = this.#form;
    const rule = settlement?.rules.findLast(({ from }) => from <= traded);
    if (settlement === undefined || rule === undefined || dayNumber(traded) === undefined) return;
    const { days } = rule;
    const due = openDayAfter(traded, days, settlement.calendar, this.#expected.calendars);
    if (due === undefined || textAt(record, settlement.at) === due.replaceAll('-', '')) return;
    const reason = `its settlement date is not ${days} ${days === 1 ? 'day' : 'days'} of ${settlement.calendar} later`;
    this.#warnings.add('settlement-date', reason, { record: 1, field: 'settlementDate', certainty: 'usual' });
  }

  #detail(record: Buffer, number: number): Fault | undefined {
    const { totals, fields, checksum, values: known, times } = this.#form;
    for (const { field, of } of known) {
      if (of.includes(textAt(record, fields[field] ?? [0, 0]))) continue;
      const where = { record: number, field, certainty: 'usual' } as const;
      this.#warnings.add('odd-value', 'none of the values that are known stands there', where);
    }
    for (const field of times) {
      if (/^([01]\d|2[0-3])[0-5]\d$/.test(textAt(record, fields[field] ?? [0, 0]))) continue;
      this.#warnings.add('odd-value', 'it is not a time', { record: number, field, certainty: 'usual' });
    }
    const values = new Map<string, bigint>();
    for (const [index, { field }] of totals.entries()) {
      const value = numberAt(record, fields[field]);
      if (value === undefined) return damaged('it is not a number', { record: number, field });
      values.set(field, value);
      this.#sums[index] = (this.#sums[index] ?? 0n) + value;
    }
    this.#products(record, number);
    if (checksum === undefined) return undefined;
    const sum = checksum.of.reduce((all, field) => all + (values.get(field) ?? 0n), 0n);
    if (isSum(sum, record, fields[checksum.field])) return undefined;
    const field = `${checksum.field} (of ${checksum.of.join(', ')})`;
    return damaged('its checksum does not agree', { record: number, field });
  }

  #products(record: Buffer, number: number): void {
    const { fields, products } = this.#form;
    for (const { field, of, per, unless } of products) {
      if (unless !== undefined && numberAt(record, fields[unless]) !== 0n) continue;
      const [one, other] = of.map((name) => numberAt(record, fields[name]));
      const product = numberAt(record, fields[field]);
      if (one === undefined || other === undefined || product === undefined) continue;
      const off = one * other - product * per;
      if (off > -per && off < per) continue;
      const reason = `it is not ${of.join(' x ')}`;
      this.#warnings.add('product', reason, { record: number, field, certainty: 'usual' });
    }
  }

  #totals(record: Buffer, number: number): Fault | undefined {
    const wrong = this.#form.totals.filter(
      ({ trailer }, index) => !isSum(this.#sums[index] ?? 0n, record, trailer),
    );
    if (wrong.length === 0) return undefined;
    const field = `checksum totals: ${wrong.map(({ field }) => field).join(', ')}`;
    return damaged("the trailer's totals do not agree", { record: number, field });
  }
}

const WIDTHS: Readonly<Record<LineEnd, number>> = { none: 0, LF: 1, CRLF: 2 };

function lineEndAt(bytes: Buffer, at: number): LineEnd {
  if (bytes[at] === LF) return 'LF';
  return bytes[at] === CR && bytes[at + 1] === LF ? 'CRLF' : 'none';
}

function within(at: number, [start, length]: Place): boolean {
  return at >= start && at < start + length;
}

function textAt(record: Buffer, [start, length]: Place): string {
  return record.toString('latin1', start, start + length);
}

function numberAt(record: Buffer, place: Place | undefined): bigint | undefined {
  const text = place === undefined ? '' : textAt(record, place);
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** Is this the sum that stands there? One that is too long has lost its leading digits. */
function isSum(sum: bigint, record: Buffer, place: Place | undefined): boolean {
  return place !== undefined && numberAt(record, place) === sum % 10n ** BigInt(place[1]);
}

/**
 * Why these last bytes cannot be the end of a data file, or undefined. A server shows a file while it is written.
 * @param tail the last bytes of the file, at least two records and line ends of them where there are so many
 * @param size of the whole file, bytes
 */
export function unfinishedRecords(tail: Buffer, size: number, length: number): string | undefined {
  if (size === 0) return 'the data file is empty';
  let end = tail.length;
  if (tail[end - 1] === END_OF_FILE) end--;
  if (tail[end - 1] === LF) end -= tail[end - 2] === CR ? 2 : 1;
  const start = end - length;
  const body = size - (tail.length - end);
  const between = start < 1 ? 0 : tail[start - 1] === LF ? (tail[start - 2] === CR ? 2 : 1) : 0;
  if (start < 0 || (body + between) % (length + between) !== 0) {
    return `the data file does not consist of records of ${length} bytes`;
  }
  return tail[start] === TRAILER.charCodeAt(0) ? undefined : 'the data file has no trailer';
}
