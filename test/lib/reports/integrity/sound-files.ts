/** Sound files of any size, made from what is published of them and from nothing of the product. */
import { crc32, deflateRawSync } from 'node:zlib';

export const DATE = '20251117';
export const DAY = '2025-11-17';
export const PARTICIPANT = 'B01234';

/** Numbers that look random; the same for the same seed. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** From 0, below `sides`. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }
  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)] as T;
  }
}

const digits = (value: bigint | number, width: number) => String(value).padStart(width, '0').slice(-width);

/** Places in a detail of CCLTN05: first byte, length. */
export const places = {
  stockCode: [2, 5],
  quantity: [65, 11],
  price: [76, 8],
  value: [84, 13],
  accruedInterest: [109, 13],
  checksum: [126, 14],
} as const;
/** Where the trailer adds them up. */
export const totals = {
  stockCode: [1, 10],
  quantity: [11, 17],
  price: [28, 13],
  value: [41, 18],
  accruedInterest: [59, 18],
  checksum: [77, 18],
} as const;
export type Field = keyof typeof places;
export const fields = Object.keys(places) as Field[];

export function put(text: string, at: number, bytes: string): string {
  return text.slice(0, at) + bytes + text.slice(at + bytes.length);
}

export const fcsHeader = (participant = PARTICIPANT, report = 'CCLTN05', date = DATE) =>
  `0${participant.padEnd(6)}${report.padEnd(7)}${'FCS'.padEnd(15)}HKMK${date}20251119`.padEnd(143);

export type Figures = Record<Exclude<Field, 'checksum'>, bigint>;

export function fcsDetail(figures: Figures, checksum?: bigint): string {
  const sum = Object.values(figures).reduce((all, one) => all + one, 0n);
  const blank = `11${' '.repeat(18)}2H${' '.repeat(9)}B1030`.padEnd(143);
  const valued = put(put(put(blank, 100, 'A'), 101, 'X'), 123, 'N');
  return fields.reduce((record, field) => {
    const [at, width] = places[field];
    const value = field === 'checksum' ? (checksum ?? sum) : figures[field];
    return put(record, at, digits(value, width));
  }, valued);
}

export function fcsTrailer(sums: Record<Field, bigint>): string {
  return fields.reduce((record, field) => {
    const [at, width] = totals[field];
    return put(record, at, digits(sums[field], width));
  }, '9'.padEnd(143));
}

/** A CCLTN05 with so many details, as records; sums are kept from one call to the next, so that every count is cheap. */
export class Statements {
  readonly #details: string[] = [];
  readonly #sums: Record<Field, bigint>[] = [
    { stockCode: 0n, quantity: 0n, price: 0n, value: 0n, accruedInterest: 0n, checksum: 0n },
  ];
  readonly figures: Figures[] = [];
  readonly #dice: Dice;
  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }
  of(count: number): string[] {
    while (this.#details.length < count) {
      const dice = this.#dice;
      const figures = {
        stockCode: BigInt(1 + dice.roll(9_999)),
        quantity: BigInt(dice.roll(10_000_000)),
        price: BigInt(dice.roll(9_999_999)),
        value: BigInt(dice.roll(2 ** 31)) * 997n,
        accruedInterest: BigInt(dice.roll(1_000)),
      };
      const before = this.#sums.at(-1) as Record<Field, bigint>;
      const checksum = Object.values(figures).reduce((all, one) => all + one, 0n);
      const all = { ...figures, checksum };
      this.figures.push(figures);
      this.#details.push(fcsDetail(figures));
      this.#sums.push(
        Object.fromEntries(fields.map((field) => [field, before[field] + all[field]])) as Record<
          Field,
          bigint
        >,
      );
    }
    const sums = this.#sums[count] as Record<Field, bigint>;
    return [fcsHeader(), ...this.#details.slice(0, count), fcsTrailer(sums)];
  }
}

/** Header, details, trailer of the two reports of which no more is known. */
export function plainRecords(code: 'CCLTN04' | 'CIPSI02', count: number): string[] {
  const length = code === 'CCLTN04' ? 127 : 260;
  const detail = (n: number) => `${1 + (n % 3)}${digits(n * 7919, 12)}`.padEnd(length);
  const header = `0${PARTICIPANT}${code}${'PCS'.padEnd(15)}HKMK${DATE}`.padEnd(length);
  return [
    header,
    ...Array.from({ length: count }, (_, n) => detail(n)),
    `9${digits(count, 7)}`.padEnd(length),
  ];
}

/** The forms in which records may stand in a file. */
export const forms = {
  'no line ends': (records: readonly string[]) => records.join(''),
  LF: (records: readonly string[]) => `${records.join('\n')}\n`,
  CRLF: (records: readonly string[]) => `${records.join('\r\n')}\r\n`,
  'LF, none at the end': (records: readonly string[]) => records.join('\n'),
  'CRLF, none at the end': (records: readonly string[]) => records.join('\r\n'),
} as const;
export type Form = keyof typeof forms;
export const formNames = Object.keys(forms) as Form[];

/** Head and row of scenarios are 13 lines. */
export function rpf01(rows: number, dice: Dice): string[] {
  const [historical, stressed] = [2 + dice.roll(8), 3 + dice.roll(8)];
  const number = () => `${dice.pick(['', '-'])}${dice.pick(['0', '12', ''])}.${1 + dice.roll(99_999)}`;
  const numbers = (count: number) => Array.from({ length: count }, number);
  const row = (n: number): (string | number)[] => {
    const kind = 1 + (n % 7);
    if (kind === 5) return [`9${n}`, 5, dice.pick(['HSI', 'HHI', '700']), ...numbers(3)];
    const count = { 1: historical, 2: stressed, 3: 1, 4: 4, 6: 2, 7: 4 }[kind] ?? 0;
    return [dice.pick([`${n}`, `DSP${n}`]), kind, ...numbers(count)];
  };
  return [
    'Valuation_DT,17/11/2025',
    ...['HVaR_WGT,0.75', 'SVaR_WGT,0.25', `HVaR_Scen_Count,${historical}`, `SVaR_Scen_Count,${stressed}`],
    ...['STV_Count,3', 'HVaR_CL,0.997', 'SVaR_CL,0.98', 'HVaR_Measure,ES', 'SVaR_Measure,ES'],
    ...['Rounding,100', 'Holiday_Factor,0.7320508'],
    `InstrumentID,FieldType,${Array.from({ length: Math.max(historical, stressed) }, (_, n) => n + 1)}`,
    ...Array.from({ length: rows }, (_, n) => row(n).join(',')),
  ];
}

export function lis(pairs: number): string[] {
  const wide = (type: string, n: number) => `${type}HSI ${digits(n, 9)}`.padEnd(118);
  return [
    `0 HKCC  ${DATE}`.padEnd(60),
    '1 HKD'.padEnd(60),
    '2 HSI'.padEnd(90),
    ...Array.from({ length: pairs }, (_, n) => [wide('81', n), wide('82', n)]).flat(),
  ];
}

export interface Member {
  name: string;
  content: Buffer;
  stored?: boolean;
}

/** Where the parts of a zip begin. */
export interface Zip {
  bytes: Buffer;
  /** Of each member: local header, data, entry in the directory. */
  at: { local: number; data: number; packed: number; entry: number }[];
  directory: number;
  end: number;
}

export function zip(members: readonly Member[]): Zip {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  const at: Zip['at'] = [];
  let [offset, place] = [0, 0];
  for (const { name, content, stored = false } of members) {
    const packed = stored ? content : deflateRawSync(content);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, title]);
    at.push({ local: offset, data: offset + local.length, packed: packed.length, entry: place });
    locals.push(local, packed);
    entries.push(entry);
    offset += local.length + packed.length;
    place += entry.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(place, 12);
  end.writeUInt32LE(offset, 16);
  for (const one of at) one.entry += offset;
  return { bytes: Buffer.concat([...locals, ...entries, end]), at, directory: offset, end: offset + place };
}
