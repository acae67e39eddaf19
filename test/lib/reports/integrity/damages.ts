/** Kinds of damage to sound files, each with what must be said of it. */
import {
  DATE,
  type Dice,
  type Field,
  type Figures,
  type Form,
  fcsDetail,
  fcsHeader,
  fields,
  places,
  put,
  totals,
  type Zip,
} from './sound-files.ts';

/** What must be said; a field by what its name contains. */
export interface Said {
  verdict: 'damaged' | 'foreign';
  /** One of these. */
  record?: (number | null)[];
  field?: string;
}

export interface RecordDamage {
  name: string;
  /** Changes records of a statement; `figures` are those of its details. */
  change(records: string[], figures: readonly Figures[], dice: Dice): { records: string[]; said: Said };
}

/** A detail, by its place among all records; its number is one more. */
const anyDetail = (records: readonly string[], dice: Dice) => 1 + dice.roll(records.length - 2);
const replaced = (records: readonly string[], at: number, by: string) =>
  records.map((one, n) => (n === at ? by : one));
const without = (records: readonly string[], at: number) => records.filter((_, n) => n !== at);

const damaged = (record: number | (number | null)[], field = ''): Said => ({
  ...{ verdict: 'damaged', record: Array.isArray(record) ? record : [record] },
  field,
});

const otherDigit = (digit: string, dice: Dice) => String((Number(digit) + 1 + dice.roll(9)) % 10);

const inFields = (
  what: string,
  change: (text: string, dice: Dice) => string,
  fieldOf: (field: Field) => string = (field) => field,
): RecordDamage[] =>
  fields.map((field) => ({
    name: `${what} in ${field}`,
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      const [start, length] = places[field];
      const place = start + dice.roll(length);
      const record = records[at] as string;
      const by = change(record[place] as string, dice);
      return {
        records: replaced(records, at, put(record, place, by)),
        said: damaged(at + 1, fieldOf(field)),
      };
    },
  }));

const inTotals = (what: string, change: (text: string, dice: Dice) => string): RecordDamage[] =>
  fields.map((field) => ({
    name: `${what} in the total of ${field}`,
    change(records, _, dice) {
      const [start, length] = totals[field];
      const place = start + dice.roll(length);
      const trailer = records.at(-1) as string;
      const by = put(trailer, place, change(trailer[place] as string, dice));
      return {
        records: replaced(records, records.length - 1, by),
        said: damaged(records.length, by[place] === '\u0000' ? '' : field),
      };
    },
  }));

/** What is done to the records of a CCLTN05; they have two details or more. */
export const recordDamages: readonly RecordDamage[] = [
  ...inFields('another digit', otherDigit, () => 'checksum'),
  ...inFields('a letter', () => 'O'),
  ...inFields('a blank', () => ' '),
  ...inFields('a sign', () => '-'),
  ...inFields('a zero byte', () => '\u0000'),
  ...inFields('a byte of eight bits', () => '\u00e9'),
  ...inTotals('another digit', otherDigit),
  ...inTotals('a letter', () => 'l'),
  ...inTotals('a zero byte', () => '\u0000'),
  ...fields
    .filter((field): field is Exclude<Field, 'checksum'> => field !== 'checksum')
    .map(
      (field): RecordDamage => ({
        name: `${field} and its checksum changed together`,
        change(records, figures, dice) {
          const at = anyDetail(records, dice);
          const own = figures[at - 1] as Figures;
          const other = fcsDetail({ ...own, [field]: own[field] + 1n });
          return { records: replaced(records, at, other), said: damaged(records.length, field) };
        },
      }),
    ),
  ...(
    [
      ['another participant', fcsHeader('B09999'), 'participant', 'foreign'],
      ['a participant cut short', fcsHeader('B0123'), 'participant', 'foreign'],
      ['no participant', fcsHeader(''), 'participant', 'foreign'],
      ['a participant of one other letter', fcsHeader('C01234'), 'participant', 'foreign'],
      ['another report', fcsHeader(undefined, 'CCLTN04'), 'report', 'damaged'],
      ['no report', fcsHeader(undefined, ''), 'report', 'damaged'],
      [
        'the trade date of the day before',
        fcsHeader(undefined, undefined, '20251114'),
        'tradeDate',
        'damaged',
      ],
      ['the trade date of another year', fcsHeader(undefined, undefined, '20241117'), 'tradeDate', 'damaged'],
      ['day and month exchanged', fcsHeader(undefined, undefined, '20251711'), 'tradeDate', 'damaged'],
      ['no trade date', fcsHeader(undefined, undefined, ' '.repeat(8)), 'tradeDate', 'damaged'],
      ['a header of type 1', put(fcsHeader(), 0, '1'), 'recordType', 'damaged'],
      ['a header of type blank', put(fcsHeader(), 0, ' '), 'recordType', 'damaged'],
      ['a zero byte in the participant', put(fcsHeader(), 3, '\u0000'), 'participant', 'damaged'],
      ['a zero byte in the report', put(fcsHeader(), 9, '\u0000'), 'report', 'damaged'],
      ['a tab in the header', put(fcsHeader(), 100, '\t'), '', 'damaged'],
    ] as const
  ).map(
    ([what, header, field, verdict]): RecordDamage => ({
      name: `header with ${what}`,
      change: (records) => ({ records: replaced(records, 0, header), said: { verdict, record: [1], field } }),
    }),
  ),
  {
    name: 'no header',
    change: (records) => ({ records: records.slice(1), said: damaged(1, 'recordType') }),
  },
  {
    name: 'the header twice',
    change: (records) => ({ records: [fcsHeader(), ...records], said: damaged(2, 'recordType') }),
  },
  {
    name: 'a header in the middle',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return {
        records: [...records.slice(0, at + 1), fcsHeader(), ...records.slice(at + 1)],
        said: damaged(at + 2, 'recordType'),
      };
    },
  },
  {
    name: 'no trailer',
    change: (records) => ({
      records: records.slice(0, -1),
      said: damaged([records.length - 1, records.length], 'recordType'),
    }),
  },
  {
    name: 'the trailer twice',
    change: (records) => ({
      records: [...records, records.at(-1) as string],
      said: damaged(records.length + 1, 'recordType'),
    }),
  },
  {
    name: 'a detail after the trailer',
    change: (records) => ({
      records: [...records, records[1] as string],
      said: damaged(records.length + 1, 'recordType'),
    }),
  },
  {
    name: 'a trailer in the middle',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return {
        records: [...records.slice(0, at), records.at(-1) as string, ...records.slice(at)],
        // Its totals cannot agree there; were they to, what follows comes after the trailer.
        said: damaged([at + 1, at + 2]),
      };
    },
  },
  ...['2', 'A', ' '].map(
    (type): RecordDamage => ({
      name: `a detail of type "${type}"`,
      change(records, _, dice) {
        const at = anyDetail(records, dice);
        return {
          records: replaced(records, at, put(records[at] as string, 0, type)),
          said: damaged(at + 1, 'recordType'),
        };
      },
    }),
  ),
  {
    name: 'the first detail dropped',
    change: (records) => ({ records: without(records, 1), said: damaged(records.length - 1, 'checksum') }),
  },
  {
    name: 'the last detail dropped',
    change: (records) => ({
      records: without(records, records.length - 2),
      said: damaged(records.length - 1, 'checksum'),
    }),
  },
  {
    name: 'a detail doubled',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return {
        records: [...records.slice(0, at + 1), records[at] as string, ...records.slice(at + 1)],
        said: damaged(records.length + 1, 'checksum'),
      };
    },
  },
  {
    name: 'a detail in the place of another',
    change: (records) => ({
      records: replaced(records, 1, records[2] as string),
      said: damaged(records.length, 'checksum'),
    }),
  },
  {
    name: 'all details dropped',
    change: (records) => ({
      records: [records[0] as string, records.at(-1) as string],
      said: damaged(2, 'checksum'),
    }),
  },
  {
    name: 'the trailer of another file',
    change: (records) => ({
      records: replaced(records, records.length - 1, put(records.at(-1) as string, 11, '9'.repeat(17))),
      said: damaged(records.length, 'quantity'),
    }),
  },
  {
    name: 'a record cut short',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      const cut = (records[at] as string).slice(0, 1 + dice.roll(141));
      // Without line ends what follows moves up, and is wrong there at the latest.
      return { records: replaced(records, at, cut), said: damaged([at + 1, at + 2]) };
    },
  },
  {
    name: 'a record too long',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return { records: replaced(records, at, `${records[at]}  `), said: damaged([at + 1, at + 2]) };
    },
  },
  {
    name: 'a record of zeros',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return { records: replaced(records, at, '\u0000'.repeat(143)), said: damaged(at + 1, 'recordType') };
    },
  },
  {
    name: 'a record of blanks',
    change(records, _, dice) {
      const at = anyDetail(records, dice);
      return { records: replaced(records, at, ' '.repeat(143)), said: damaged(at + 1, 'recordType') };
    },
  },
];

export interface ByteDamage {
  name: string;
  /** Changes the bytes of a statement in this form; undefined where the damage does not exist there. */
  change(bytes: string, form: Form, dice: Dice): string | undefined;
}

const widthOf = (form: Form) => (form.startsWith('CRLF') ? 2 : form.startsWith('LF') ? 1 : 0);

/** What is done to the bytes of a CCLTN05, whatever stands there: never sound, and the record is named. */
export const byteDamages: readonly ByteDamage[] = [
  { name: 'nothing is left', change: () => '' },
  { name: 'cut anywhere', change: (bytes, _, dice) => bytes.slice(0, dice.roll(bytes.length - 3)) },
  { name: 'cut by half', change: (bytes) => bytes.slice(0, bytes.length / 2) },
  { name: 'its beginning is lost', change: (bytes, _, dice) => bytes.slice(1 + dice.roll(140)) },
  { name: 'the last byte of the trailer is lost', change: (bytes) => `${bytes.trimEnd().slice(0, 94)}` },
  { name: 'one byte too few in a number', change: (bytes) => bytes.slice(0, 215) + bytes.slice(216) },
  { name: 'zeros behind the end', change: (bytes) => bytes + '\u0000'.repeat(512) },
  {
    name: 'zeros in the place of the second half',
    change: (bytes) => bytes.slice(0, 200).padEnd(bytes.length, '\u0000'),
  },
  { name: 'zeros alone', change: (bytes) => '\u0000'.repeat(bytes.length) },
  { name: 'blanks behind the end', change: (bytes) => `${bytes}   ` },
  { name: 'letters behind the end', change: (bytes) => `${bytes}EOF` },
  { name: 'two end-of-file bytes', change: (bytes) => `${bytes}\u001a\u001a` },
  { name: 'a line end behind the end-of-file byte', change: (bytes) => `${bytes}\u001a\n` },
  { name: 'an end-of-file byte in the middle', change: (bytes) => put(bytes, 300, '\u001a') },
  {
    name: 'an empty line at the end',
    change: (bytes, form) => (widthOf(form) === 0 ? `${bytes}\n\n` : `${bytes}\n\n`),
  },
  { name: 'an empty line at the beginning', change: (bytes) => `\n${bytes}` },
  { name: 'a byte order mark', change: (bytes) => `\u00ef\u00bb\u00bf${bytes}` },
  {
    name: 'UTF-16',
    change: (bytes) => Buffer.from(bytes, 'utf16le').toString('latin1'),
  },
  {
    name: 'one line end lost',
    change: (bytes, form) =>
      widthOf(form) === 0 ? undefined : bytes.slice(0, 143) + bytes.slice(143 + widthOf(form)),
  },
  {
    name: 'one line end added',
    change: (bytes, form) =>
      widthOf(form) === 0 ? `${bytes.slice(0, 143)}\n${bytes.slice(143)}` : undefined,
  },
  {
    name: 'one line end of another form',
    change: (bytes, form) =>
      widthOf(form) === 0
        ? undefined
        : bytes.slice(0, 143) + (widthOf(form) === 1 ? '\r\n' : '\n') + bytes.slice(143 + widthOf(form)),
  },
  {
    name: 'CR alone in the place of one line end',
    change: (bytes, form) =>
      widthOf(form) === 0 ? undefined : `${bytes.slice(0, 143)}\r${bytes.slice(143 + widthOf(form))}`,
  },
  {
    name: 'line ends of another form from the middle on',
    change: (bytes, form) => {
      if (widthOf(form) === 0) return undefined;
      const half = 143 + widthOf(form);
      const rest = bytes.slice(half);
      return (
        bytes.slice(0, half) +
        (widthOf(form) === 1 ? rest.replaceAll('\n', '\r\n') : rest.replaceAll('\r\n', '\n'))
      );
    },
  },
  {
    name: 'a piece of another place, as after a wrong resume',
    change: (bytes) => bytes.slice(0, 250) + bytes.slice(150, 250) + bytes.slice(350),
  },
  { name: 'a piece twice', change: (bytes) => bytes.slice(0, 260) + bytes.slice(200) },
];

export interface LineDamage {
  name: string;
  /** Changes lines. */
  change(lines: string[], dice: Dice): { lines: string[] | string; said: Said };
}

const HEAD = [
  ...['Valuation_DT', 'HVaR_WGT', 'SVaR_WGT', 'HVaR_Scen_Count', 'SVaR_Scen_Count', 'STV_Count', 'HVaR_CL'],
  ...['SVaR_CL', 'HVaR_Measure', 'SVaR_Measure', 'Rounding', 'Holiday_Factor'],
];
const line = (lines: readonly string[], at: number, by: string) => replaced(lines, at, by);
const FIRST_ROW = 13;
/** A row of values of this kind; there are seven rows or more. */
const rowOf = (kind: number) => FIRST_ROW + kind - 1;

/** What is done to an RPF01. */
export const rpf01Damages: readonly LineDamage[] = [
  ...HEAD.map(
    (name, at): LineDamage => ({
      name: `no ${name}`,
      change: (lines) => ({ lines: without(lines, at), said: damaged(at + 1, name) }),
    }),
  ),
  ...HEAD.map(
    (name, at): LineDamage => ({
      name: `${name} under another name`,
      change: (lines) => ({ lines: line(lines, at, `X${lines[at]}`), said: damaged(at + 1, name) }),
    }),
  ),
  ...HEAD.map(
    (name, at): LineDamage => ({
      name: `${name} without a value`,
      change: (lines) => ({ lines: line(lines, at, `${name},`), said: damaged(at + 1, name) }),
    }),
  ),
  ...[1, 2, 3, 4, 5, 6, 7, 11].map(
    (at): LineDamage => ({
      name: `${HEAD[at]} that is no number`,
      change: (lines) => ({
        lines: line(lines, at, `${HEAD[at]},abc`),
        said: damaged(at + 1, HEAD[at] as string),
      }),
    }),
  ),
  ...(
    [
      ['the date of the day before', 'Valuation_DT,14/11/2025'],
      ['day and month exchanged', 'Valuation_DT,11/17/2025'],
      ['a date the other way round', 'Valuation_DT,2025/11/17'],
      ['a date of two digits', 'Valuation_DT,17/11/25'],
    ] as const
  ).map(
    ([what, by]): LineDamage => ({
      name: what,
      change: (lines) => ({ lines: line(lines, 0, by), said: damaged(1, 'Valuation_DT') }),
    }),
  ),
  {
    name: 'weights that do not add up to 1',
    change: (lines) => ({ lines: line(lines, 2, 'SVaR_WGT,0.35'), said: damaged(3, 'SVaR_WGT') }),
  },
  {
    name: 'no row of scenarios',
    change: (lines) => ({ lines: without(lines, 12), said: damaged(13) }),
  },
  {
    name: 'a row of scenarios with one more',
    change: (lines) => ({ lines: line(lines, 12, `${lines[12]},99`), said: damaged(13, 'Scen_Count') }),
  },
  {
    name: 'a row of scenarios with one less',
    change: (lines) => ({
      lines: line(lines, 12, (lines[12] as string).replace(/,[^,]*$/, '')),
      said: damaged(13, 'Scen_Count'),
    }),
  },
  {
    name: 'both counts of the head one too high',
    change: (lines) => {
      const up = (text: string) => text.replace(/\d+$/, (count) => String(Number(count) + 1));
      return {
        lines: lines.map((text, n) => (n === 3 || n === 4 ? up(text) : text)),
        said: damaged(13, 'Scen_Count'),
      };
    },
  },
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((kind): LineDamage[] => [
    {
      name: `a row of kind ${kind} with a value less`,
      change: (lines) => ({
        lines: line(lines, rowOf(kind), (lines[rowOf(kind)] as string).replace(/,[^,]*$/, '')),
        said: damaged(rowOf(kind) + 1, 'FieldType'),
      }),
    },
    {
      name: `a row of kind ${kind} with a value more`,
      change: (lines) => ({
        lines: line(lines, rowOf(kind), `${lines[rowOf(kind)]},1`),
        said: damaged(rowOf(kind) + 1, 'FieldType'),
      }),
    },
    {
      name: `a row of kind ${kind} whose last value is no number`,
      change: (lines) => ({
        lines: line(lines, rowOf(kind), (lines[rowOf(kind)] as string).replace(/[^,]*$/, 'n/a')),
        said: damaged(rowOf(kind) + 1),
      }),
    },
    {
      name: `a row of kind ${kind} with an empty value`,
      change: (lines) => ({
        lines: line(lines, rowOf(kind), (lines[rowOf(kind)] as string).replace(/[^,]*$/, '')),
        said: damaged(rowOf(kind) + 1),
      }),
    },
  ]),
  {
    name: 'a kind that is none',
    change: (lines) => ({
      lines: line(lines, 15, (lines[15] as string).replace(/,3,/, ',x,')),
      said: damaged(16, 'FieldType'),
    }),
  },
  {
    name: 'no instrument',
    change: (lines) => ({
      lines: line(lines, 15, (lines[15] as string).replace(/^[^,]*/, '')),
      said: damaged(16, 'InstrumentID'),
    }),
  },
  {
    name: 'cut in a row',
    change: (lines) => ({
      lines: lines.join('\n').replace(/,[^,\n]*,[^,\n]*$/, ''),
      said: damaged(lines.length, 'FieldType'),
    }),
  },
  {
    name: 'cut in the last number',
    change: (lines) => ({ lines: `${lines.join('\n').slice(0, -1)}`, said: damaged(lines.length) }),
  },
  {
    name: 'zeros behind the end',
    change: (lines) => ({
      lines: `${lines.join('\n')}\n${'\u0000'.repeat(64)}`,
      said: damaged(lines.length + 1),
    }),
  },
  {
    name: 'a zero byte in a number',
    change: (lines) => ({ lines: line(lines, 15, `${lines[15]}\u0000`), said: damaged(16) }),
  },
  {
    name: 'a zero byte in an instrument',
    change: (lines) => ({ lines: line(lines, 15, `\u0000${lines[15]}`), said: damaged(16) }),
  },
  {
    name: 'two lines run together',
    change: (lines) => ({
      lines: [...lines.slice(0, 15), `${lines[15]}${lines[16]}`, ...lines.slice(17)],
      said: damaged(16),
    }),
  },
  { name: 'the head alone', change: (lines) => ({ lines: lines.slice(0, 12), said: damaged(13) }) },
  { name: 'nothing', change: () => ({ lines: '', said: damaged(1, 'Valuation_DT') }) },
];

/** What is done to a .lis file. */
export const lisDamages: readonly LineDamage[] = [
  ...(
    [
      ['the date of the day before', `0 HKCC  20251114`.padEnd(60), 'tradeDate'],
      ['no date', '0 HKCC'.padEnd(60), 'tradeDate'],
      ['a date moved by a column', `0 HKCC   ${DATE}`.padEnd(60), 'tradeDate'],
      ['another first record', '1 HKCC'.padEnd(60), 'recordType'],
      ['a byte order mark', `\u00ef\u00bb\u00bf0 HKCC  ${DATE}`.padEnd(60), ''],
    ] as const
  ).map(
    ([what, by, field]): LineDamage => ({
      name: what,
      change: (lines) => ({ lines: line(lines, 0, by), said: damaged(1, field) }),
    }),
  ),
  {
    name: 'no first record',
    change: (lines) => ({ lines: lines.slice(1), said: damaged(1, 'recordType') }),
  },
  {
    name: 'an 81 without its 82',
    change: (lines) => ({ lines: without(lines, 4), said: damaged([4, 5], 'recordType') }),
  },
  {
    name: 'an 82 without its 81',
    change: (lines) => ({ lines: without(lines, 3), said: damaged(4, 'recordType') }),
  },
  {
    name: 'an 81 twice',
    change: (lines) => ({
      lines: [...lines.slice(0, 4), ...lines.slice(3)],
      said: damaged([4, 5], 'recordType'),
    }),
  },
  {
    name: 'an 82 twice',
    change: (lines) => ({ lines: [...lines.slice(0, 5), ...lines.slice(4)], said: damaged(6, 'recordType') }),
  },
  {
    name: 'the two of a pair exchanged',
    change: (lines) => ({
      lines: [...lines.slice(0, 3), lines[4] as string, lines[3] as string, ...lines.slice(5)],
      said: damaged(4, 'recordType'),
    }),
  },
  {
    name: 'an 81 at the end',
    change: (lines) => ({
      lines: lines.slice(0, -1),
      said: damaged([lines.length - 1, lines.length], 'recordType'),
    }),
  },
  {
    name: 'a line that is cut',
    change: (lines) => ({ lines: line(lines, 6, (lines[6] as string).slice(0, 70)), said: damaged(7) }),
  },
  {
    name: 'a line that is longer',
    change: (lines) => ({ lines: line(lines, 6, `${lines[6]} `), said: damaged(7) }),
  },
  {
    name: 'two lines run together',
    change: (lines) => ({
      lines: [...lines.slice(0, 5), `${lines[5]}${lines[6]}`, ...lines.slice(7)],
      said: damaged([6, 7]),
    }),
  },
  {
    name: 'cut in the last line',
    change: (lines) => ({ lines: lines.join('\n').slice(0, -30), said: damaged(lines.length) }),
  },
  {
    name: 'a zero byte',
    change: (lines) => ({ lines: line(lines, 2, put(lines[2] as string, 40, '\u0000')), said: damaged(3) }),
  },
  {
    name: 'a byte of eight bits',
    change: (lines) => ({ lines: line(lines, 2, put(lines[2] as string, 40, '\u0080')), said: damaged(3) }),
  },
  {
    name: 'zeros behind the end',
    change: (lines) => ({
      lines: `${lines.join('\n')}\n${'\u0000'.repeat(64)}`,
      said: damaged(lines.length + 1),
    }),
  },
  { name: 'nothing', change: () => ({ lines: '', said: damaged(1) }) },
];

export interface ZipDamage {
  name: string;
  change(zip: Zip, dice: Dice): Buffer;
  /** The member that is named; '' where it is of the whole. */
  member: string;
}

function altered({ bytes }: Zip, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}
const flip = (copy: Buffer, at: number, bit = 1) => copy.writeUInt8((copy[at] ?? 0) ^ bit, at);
const first = (zip: Zip) => zip.at[0] as Zip['at'][number];

/** What is done to a zip of two members, a.csv stored and b.csv packed. */
export const zipDamages: readonly ZipDamage[] = [
  ...(
    [
      ['a bit in stored data', 'a.csv', (zip) => first(zip).data],
      ['a bit in the checksum of a local header', 'a.csv', (zip) => first(zip).local + 14],
      ['a bit in the packed size of a local header', 'a.csv', (zip) => first(zip).local + 18],
      ['a bit in the size of a local header', 'a.csv', (zip) => first(zip).local + 22],
      ['a bit in the method of a local header', 'a.csv', (zip) => first(zip).local + 8],
      ['a bit in the name of a local header', 'a.csv', (zip) => first(zip).local + 30],
      ['a bit in the mark of a local header', 'a.csv', (zip) => first(zip).local + 2],
      ['a bit in the checksum of an entry', 'a.csv', (zip) => first(zip).entry + 16],
      ['a bit in the packed size of an entry', 'a.csv', (zip) => first(zip).entry + 20],
      ['a bit in the size of an entry', 'a.csv', (zip) => first(zip).entry + 24],
      ['a bit in the place of an entry', 'a.csv', (zip) => first(zip).entry + 42],
      ['a bit in the mark of an entry', '', (zip) => first(zip).entry],
      ['a bit in the length of a name', '', (zip) => first(zip).entry + 28],
      ['a bit in the length of an entry more', '', (zip) => first(zip).entry + 30],
      ['a bit in the length of an entry remark', '', (zip) => first(zip).entry + 32],
      ['a bit in the count of members', '', (zip) => zip.end + 10],
      ['a bit in the count of members of this part', '', (zip) => zip.end + 8],
      ['a bit in the size of the directory', '', (zip) => zip.end + 12],
      ['a bit in the place of the directory', '', (zip) => zip.end + 16],
      ['a bit in the mark of the end', '', (zip) => zip.end + 1],
      ['a bit in the length of the remark', '', (zip) => zip.end + 20],
    ] as [string, string, (zip: Zip) => number][]
  ).map(
    ([name, member, place]): ZipDamage => ({
      name,
      member,
      change: (zip) => altered(zip, (copy) => flip(copy, place(zip))),
    }),
  ),
  {
    name: 'a bit in packed data',
    member: 'b.csv',
    change: (zip, dice) =>
      altered(zip, (copy) => {
        const { data = 0, packed = 1 } = zip.at[1] ?? {};
        flip(copy, data + dice.roll(packed), 1 << dice.roll(8));
      }),
  },
  {
    name: 'zeros in stored data',
    member: 'a.csv',
    change: (zip) => altered(zip, (copy) => copy.fill(0, first(zip).data, first(zip).data + 8)),
  },
  {
    name: 'zeros in the place of a packed member',
    member: 'b.csv',
    change: (zip) =>
      altered(zip, (copy) => {
        const { data = 0, packed = 0 } = zip.at[1] ?? {};
        copy.fill(0, data, data + packed);
      }),
  },
  {
    name: 'zeros in the second half',
    member: '',
    change: (zip) => altered(zip, (copy) => copy.fill(0, copy.length >> 1)),
  },
  {
    name: 'cut anywhere',
    member: '',
    change: ({ bytes }, dice) => bytes.subarray(0, dice.roll(bytes.length)),
  },
  { name: 'bytes lost at the beginning', member: '', change: ({ bytes }) => bytes.subarray(7) },
  {
    name: 'bytes lost in the middle',
    member: '',
    change: ({ bytes }) => Buffer.concat([bytes.subarray(0, 60), bytes.subarray(70)]),
  },
  {
    name: 'bytes before the beginning',
    member: '',
    change: ({ bytes }) => Buffer.concat([Buffer.from('xx'), bytes]),
  },
  {
    name: 'bytes behind the end',
    member: '',
    change: ({ bytes }) => Buffer.concat([bytes, Buffer.from('\r\n')]),
  },
  {
    name: 'zeros behind the end',
    member: '',
    change: ({ bytes }) => Buffer.concat([bytes, Buffer.alloc(512)]),
  },
  {
    name: 'line ends changed on the way',
    member: '',
    change: ({ bytes }) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  },
  { name: 'nothing', member: '', change: () => Buffer.alloc(0) },
  { name: 'no zip at all', member: '', change: () => Buffer.from('<html>Service unavailable</html>') },
];
