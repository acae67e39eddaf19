/** Numbers, and amounts with a unit. */
import { fault, plain, type Reader, type Reading } from './cell.ts';

/**
 * "18801", "18 801", "18,801", "18801.0", in digits of either width. A comma or blank parts thousands only; "1.000" is
 * one in English and a thousand elsewhere, so it is no number.
 */
function numeral(text: string): number | undefined {
  if (/^[1-9]\d{0,2}(\.000)+$/.test(text)) return undefined;
  const digits = /^\d{1,3}(?:([ ,'])\d{3})(?:\1\d{3})*(?:\.\d+)?$/.test(text)
    ? text.replace(/[ ,']/g, '')
    : text;
  return /^\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : undefined;
}

/** A whole number within limits, both included. */
export function readWhole(least: number, most: number): Reader<number> {
  return (text) => {
    const value = numeral(plain(text));
    if (value === undefined || !Number.isInteger(value)) return fault('whole', text);
    return value < least || value > most ? fault('range', text, `${least} - ${most}`) : { value };
  };
}

/** The number of a TCP port. */
export const readPort: Reader<number> = readWhole(1, 65_535);

type Units = Readonly<Record<string, number>>;

const time = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };

/** How people write units of time; in a cell "m" is always minutes. */
const timeWords: readonly [RegExp, number][] = [
  [/^(ms|msecs?|milliseconds?|毫秒)$/, time.ms],
  [/^(s|secs?|seconds?|秒)$/, time.s],
  [/^(m|mins?|minutes?|分|分鐘|分钟)$/, time.min],
  [/^(h|hrs?|hours?|時|时|小時|小时)$/, time.h],
  [/^(d|days?|日|天)$/, time.d],
];

const sizeUnits: Units = {
  ...{ b: 1 / 1024 ** 2, byte: 1 / 1024 ** 2, bytes: 1 / 1024 ** 2 },
  ...{ k: 1 / 1024, kb: 1 / 1024, kib: 1 / 1024 },
  ...{ m: 1, mb: 1, mib: 1, megabyte: 1, megabytes: 1 },
  ...{ g: 1024, gb: 1024, gib: 1024, t: 1024 ** 2, tb: 1024 ** 2, tib: 1024 ** 2 },
};

const rateUnits: Units = {
  ...{ k: 1, kb: 1, 'kb/s': 1, kilobytes: 1, m: 1000, mb: 1000, 'mb/s': 1000 },
  ...{ g: 1_000_000, gb: 1_000_000, 'gb/s': 1_000_000 },
};

function amount(
  text: string,
  factorOf: (unit: string) => number | undefined,
  example: string,
): Reading<number> {
  const [, number = '', unit = ''] = /^([\d.,' ]*\d)\s*([^\d\s.,].*)?$/.exec(plain(text)) ?? [];
  const value = numeral(number);
  if (value === undefined) return fault('number', text, example);
  if (unit === '') return { value };
  const factor = factorOf(unit.toLowerCase().replace(/\.?\s*$/, ''));
  if (factor === undefined) return fault('unit', text, example);
  // Without the last places of a division: 0.1 and not 0.09999999999999999.
  return { value: Number((value * factor).toPrecision(12)) };
}

function readTimeSpan(unit: number, example: string): Reader<number> {
  const factor = (word: string) => timeWords.find(([words]) => words.test(word))?.[1];
  return (text) =>
    amount(
      text,
      (word) => {
        const seconds = factor(word);
        return seconds === undefined ? undefined : seconds / unit;
      },
      example,
    );
}

/** A time span in seconds: "30", "30 s", "5m", "1 h". */
export const readSeconds: Reader<number> = readTimeSpan(time.s, '30 s');
/** A time span in minutes. */
export const readMinutes: Reader<number> = readTimeSpan(time.min, '30 min');
/** A time span in hours. */
export const readHours: Reader<number> = readTimeSpan(time.h, '24 h');
/** A time span in days. */
export const readDays: Reader<number> = readTimeSpan(time.d, '10 days');

/** What a reader gives, without a fraction. */
export function wholeOf(read: Reader<number>): Reader<number> {
  return (text) => {
    const reading = read(text);
    return 'fault' in reading || Number.isInteger(reading.value) ? reading : fault('whole', text);
  };
}

/** A number of whole days within limits, both included. */
export function readWholeDays(least: number, most: number): Reader<number> {
  return wholeOf(within(least, most, readDays));
}

/** A size in megabytes of 1024 x 1024 bytes: "10", "10 MB", "2 GB". */
export const readMegabytes: Reader<number> = (text) => amount(text, (unit) => sizeUnits[unit], '100 MB');

/** A percentage: "20", "20 %", "12.5%". */
export const readPercent: Reader<number> = (text) =>
  amount(text, (unit) => (unit === '%' ? 1 : undefined), '20 %');

/** A rate in kilobytes (1,000 bytes) a second: "500", "500 KB/s", "2 MB/s". Bits are refused. */
export const readRate: Reader<number> = (text) => amount(text, (unit) => rateUnits[unit], '500 KB/s');

/** What a reader gives, within limits, both included. */
export function within(least: number, most: number, read: Reader<number>): Reader<number> {
  return (text) => {
    const reading = read(text);
    if ('fault' in reading || (reading.value >= least && reading.value <= most)) return reading;
    return fault('range', text, `${least} - ${most}`);
  };
}
