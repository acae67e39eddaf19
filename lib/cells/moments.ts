/**
 * Times of the day, dates and weekdays as people write them. What two people could read differently - "06/07/2026",
 * "9:5" - is not read.
 */
import {
  ascii,
  entriesOf,
  fault,
  oneLine,
  plain,
  type Reader,
  type Reading,
  readEach,
  tidy,
} from './cell.ts';
import { readRate } from './numbers.ts';

const pad = (value: number) => String(value).padStart(2, '0');

/** Words for the halves of the day, in front in Chinese, behind in English. */
const BEFORE_NOON = /^(?:am|上午|早上|早晨|凌晨)$/;
const AFTER_NOON = /^(?:pm|下午|傍晚|晚上)$/;

const MERIDIEM = '(am|pm|上午|早上|早晨|凌晨|下午|傍晚|晚上)?';
const TIME = new RegExp(
  `^${MERIDIEM}\\s*(\\d{1,2})(?:\\s*[:.h時时點点]\\s*(\\d{1,2})(?:\\s*[:.分]\\s*(\\d{2})?秒?)?分?|\\s*[時时點点])?\\s*${MERIDIEM}$`,
);

interface TimeParts {
  hour: number;
  minute: number;
  second: number;
}

/** @param seconds may they be other than 0? */
function timeParts(text: string, seconds: boolean): Reading<TimeParts> {
  const cell = plain(text)
    .toLowerCase()
    .replace(/\b([ap])\.?\s?m\b\.?/g, '$1m')
    .replace(/(?<=\d[:.]?\d\d)\s?(?:h|hrs?|hours?)\.?$/, '')
    .replace(/(?<=\d:\d\d:\d\d)\.0+$/, '')
    .replace(/\s*\(?(hkt|hk time|hong kong time|hong kong|香港時間|香港时间)\)?$/, '')
    .trim();
  if (/(utc|gmt|z)$|[+-]\d\d:?\d\d$/.test(cell)) return fault('zone', text);
  const compact = cell.replace(/^(\d{1,2})(\d{2})(?=\s*(?:[ap]m)?$)/, '$1:$2');
  const [whole, front, hours = '', minutes, rest = '00', behind] = TIME.exec(compact) ?? [];
  if (whole === undefined || (front !== undefined && behind !== undefined)) return fault('time', text);
  const half = front ?? behind;
  if (minutes === undefined && half === undefined && !/[時时點点]/.test(compact)) return fault('time', text);
  if (minutes?.length === 1) return fault('minutes', text);
  const hour = hourOf(Number(hours), half);
  const [minute, second] = [Number(minutes ?? '0'), Number(rest)];
  const late = hour === 24 && minute + second > 0;
  if (hour === undefined || late || minute > 59 || second > 59 || (second !== 0 && !seconds)) {
    return fault('time', text);
  }
  return { value: { hour, minute, second } };
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 24 ? hour : undefined;
  if (BEFORE_NOON.test(half)) return hour <= 12 ? hour % 12 : undefined;
  if (!AFTER_NOON.test(half) || hour === 0 || hour > 23) return undefined;
  // "晚上12時" is midnight to most, and of which day nobody can say.
  if (hour === 12) return half === 'pm' || half === '下午' ? 12 : undefined;
  return hour > 12 ? hour : hour + 12;
}

/** A time of the day as 'HH:MM'. "24:00" is refused, because it belongs to the day before it. */
export const readTime: Reader<string> = (text) => {
  const parts = timeParts(text, false);
  if ('fault' in parts) return parts;
  const { hour, minute } = parts.value;
  return hour === 24 ? fault('midnight', text) : { value: `${pad(hour)}:${pad(minute)}` };
};

/** The same for the end of a period, which may be '24:00'. */
const readEnd: Reader<string> = (text) => {
  const parts = timeParts(text, false);
  if ('fault' in parts) return parts;
  return { value: `${pad(parts.value.hour)}:${pad(parts.value.minute)}` };
};

/** One time of the day, or several in one cell. */
export const readTimes: Reader<string[]> = (text) => {
  const one = readTime(text);
  if ('value' in one) return { value: [one.value] };
  const entries = entriesOf(text).flatMap((entry) =>
    'value' in readTime(entry) ? [entry] : entry.split(' '),
  );
  return entries.length < 2 ? one : readEach(entries, readTime);
};

/** A rate at a time of the day, in kilobytes a second. */
export interface TimetableEntry {
  from: string;
  to: string;
  kilobytes: number;
}

const readPeriod: Reader<TimetableEntry> = (text) => {
  const cell = oneLine(ascii(text)).replace(/\s*(?:~|至|到|\bto\b|\buntil\b|\btill\b)\s*/i, '-');
  const [, start = '', end = '', speed = ''] =
    /^([^-]+?)\s*-\s*(\S+(?:\s?[ap]\.?m\.?(?=\s))?)\s*[:=]?\s+(\S.*)$/i.exec(cell) ?? [];
  if (speed === '') return fault('period', text);
  const from = readTime(start);
  if ('fault' in from) return from;
  const to = readEnd(end.replace(/[:=]$/, ''));
  if ('fault' in to) return to;
  const kilobytes = readRate(speed);
  if ('fault' in kilobytes) return kilobytes;
  return { value: { from: from.value, to: to.value, kilobytes: kilobytes.value } };
};

/** Rates by the time of the day: "09:00-16:30 500; 22:00-01:00 2 MB/s". A comma parts thousands, too. */
export const readTimetable: Reader<TimetableEntry[]> = (text) => {
  const periods = tidy(text).split(/[;；|｜\n]|[,，、](?=\s*\d{1,2}\s*[:：.])/);
  return readEach(
    periods.filter((period) => period.trim() !== ''),
    readPeriod,
  );
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type WeekdayName = (typeof WEEKDAYS)[number];

const DAY_WORD =
  /(?:星期|禮拜|礼拜|週|周)([一二三四五六日天])|\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?/gi;

/** A weekday in English or Chinese, whole or short. */
export const readWeekday: Reader<WeekdayName> = (text) => {
  const cell = plain(text);
  const [found, ...others] = [...cell.matchAll(DAY_WORD)];
  const day = found === undefined || others.length > 0 || found[0] !== cell ? undefined : weekdayOf(found);
  return day === undefined ? fault('weekday', text) : { value: day };
};

function weekdayOf([, chinese, english = '']: RegExpMatchArray): WeekdayName | undefined {
  if (chinese !== undefined) return WEEKDAYS['一二三四五六日'.indexOf(chinese === '天' ? '日' : chinese)];
  return WEEKDAYS.find((day) => day.toLowerCase().startsWith(english.toLowerCase().slice(0, 3)));
}

/** Days since 1970 of a real date. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.getTime() / 86_400_000
    : undefined;
}

/** A date as 'YYYY-MM-DD'. A weekday beside it must be that of the date. */
export const readDate: Reader<string> = (text) => {
  const cell = plain(text)
    .toLowerCase()
    .replace(/\(([一二三四五六日天])\)/, ' 週$1');
  const days = [...cell.matchAll(DAY_WORD)].map(weekdayOf);
  const bare = cell
    .replace(DAY_WORD, ' ')
    .replace(/\(\s*\)/g, ' ')
    .replace(/^[\s,]+|[\s,]+$/g, '')
    .replace(/\s+/g, ' ');
  const dates = possibleDates(bare);
  if (dates.length === 0) return fault('date', text);
  const [year = 0, month = 0, day = 0] = dates[0] ?? [];
  const iso = `${year}-${pad(month)}-${pad(day)}`;
  if (dates.length > 1) return fault('twoDates', text, dates.map((one) => one.map(pad).join('-')).join(', '));
  // 1 January 1970 was a Thursday.
  const weekday = WEEKDAYS[((dayNumber(year, month, day) ?? 0) + 3) % 7];
  return days.some((named) => named !== weekday) ? fault('otherWeekday', text, weekday) : { value: iso };
};

/** Every real date that the text can be, as [year, month, day]. */
function possibleDates(text: string): number[][] {
  const yearFirst =
    /^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?$/.exec(text) ??
    /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (yearFirst !== null) return real([yearFirst.slice(1).map(Number)]);
  const yearLast = /^(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4})$/.exec(text);
  if (yearLast !== null) {
    const [one = 0, two = 0, year = 0] = yearLast.slice(1).map(Number);
    return real(
      one === two
        ? [[year, one, two]]
        : [
            [year, two, one],
            [year, one, two],
          ],
    );
  }
  const dayFirst = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?[-/ ,]*${MONTH}[-/ ,]*(\\d{4})$`).exec(text);
  const monthFirst = new RegExp(`^${MONTH}[-/ ]*(\\d{1,2})(?:st|nd|rd|th)?[-/ ,]+(\\d{4})$`).exec(text);
  const [, day, month = '', year] = dayFirst ?? [
    undefined,
    monthFirst?.[2],
    monthFirst?.[1],
    monthFirst?.[3],
  ];
  return real([[Number(year), MONTHS.indexOf(month) + 1, Number(day)]]);
}

/** Earlier years are slips of the keyboard: 0026 is 2026 as little as 1926. */
const FIRST_YEAR = 1900;

function real(dates: number[][]): number[][] {
  return dates.filter(
    ([year = 0, month = 0, day = 0]) => year >= FIRST_YEAR && dayNumber(year, month, day) !== undefined,
  );
}

/** A Hong Kong date and time as 'YYYY-MM-DD HH:MM', with seconds where there are some. */
export const readMoment: Reader<string> = (text) => {
  const cell = tidy(ascii(text))
    .replace(/\s+/g, ' ')
    .replace(/(?<=[\d:])\s?\+08:?00$/, '')
    .replace(/(?<=:\d\d)\.0+$/, '')
    .replace(/日(?=\S)/, '日 ')
    .replace(/(?<=\d)T(?=\d)/i, ' ');
  const found = new Set<string>();
  let fallback: Reading<string> = fault('moment', text);
  for (const { index } of cell.matchAll(/ /g)) {
    const [left, right] = [cell.slice(0, index).replace(/,$/, ''), cell.slice(index + 1)];
    for (const [date, time] of [
      [readDate(left), timeParts(right, true)],
      [readDate(right), timeParts(left, true)],
    ] as const) {
      if ('value' in date && 'value' in time) {
        const { hour, minute, second } = time.value;
        if (hour === 24) fallback = fault('midnight', text);
        else found.add(`${date.value} ${pad(hour)}:${pad(minute)}${second === 0 ? '' : `:${pad(second)}`}`);
      } else if ('value' in date && 'fault' in time) fallback = { fault: { ...time.fault, text } };
      else if ('fault' in date && 'value' in time && date.fault.kind !== 'date') {
        fallback = { fault: { ...date.fault, text } };
      }
    }
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? { value: only } : fallback;
};

/** A time of the day, or a whole moment. */
export const readUntil: Reader<string> = (text) => {
  const time = readTime(text);
  const moment = 'value' in time ? time : readMoment(text);
  return 'fault' in moment && moment.fault.kind === 'moment' ? time : moment;
};
