/**
 * What real files teach: codes and names that no row takes, and when reports usually come - for each weekday, half
 * days apart. Everything is a proposal; nothing counts before a person accepts it. Pure.
 */

import type { Installation } from '../../model/types.ts';
import { type CalendarBook, mayBeOpen } from '../../time/calendar-book.ts';
import { addDays, dayOfWeek, type IsoDate } from '../../time/hong-kong.ts';
import { type Second, startOfDay } from '../../time/seconds.ts';
import type { Catalogue } from '../catalogue.ts';
import { realDate } from '../expectation/belonging.ts';
import type { CatalogueRow, RowTimes } from './rows.ts';

/** A file that came. */
export interface Arrival {
  installation: Installation;
  /** Full path at RAP, or below the folder that is read. */
  path: string;
  /** When it was there. */
  at: Second;
}

/** Arrivals needed before a time or a name is proposed (ours). */
const LEAST = 5;
const MINUTE = 60;
/** Late is a quarter of an hour after the latest arrival, given up three quarters of an hour after that (ours). */
const LATE_AFTER = 15 * MINUTE;
const GIVEN_UP_AFTER = 45 * MINUTE;
/** A report is awaited every business day when it came on nine of ten (ours). */
const DAILY = 0.9;

export const weekdayNames: Readonly<Record<number | 'half', string>> = {
  ...{ 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun', half: 'half days' },
};

export interface DaySpan {
  /** 1 Monday .. 7 Sunday, or 'half' for half days. */
  day: number | 'half';
  count: number;
  /** 'HH:MM', with +1d or +1bd where the arrivals are later than the business date. */
  first: string;
  last: string;
}

/** When a set usually comes, and what is proposed for it. */
export interface TimeProposal {
  row: CatalogueRow;
  set: string;
  arrivals: number;
  /** Of the business days between the first and the last, on how many it came. */
  came: number;
  of: number;
  times: RowTimes;
  halfDay?: RowTimes;
  days: DaySpan[];
}

/** Names that no row takes, as a template. */
export interface NameProposal {
  installation: Installation;
  code: string;
  file: string;
  folder: string;
  files: number;
  example: string;
}

export interface Learned {
  times: TimeProposal[];
  names: NameProposal[];
  /** Files of which nothing can be said. */
  unrecognised: string[];
}

/**
 * @param participants IDs that stand in names
 * @param firm what "derivatives" means
 */
export function learn(
  arrivals: readonly Arrival[],
  catalogue: Catalogue,
  book: CalendarBook,
  { participants, firm }: { participants: readonly string[]; firm: 'derivatives-h' | 'derivatives-nh' },
): Learned {
  const bySet = new Map<string, { row: CatalogueRow; set: string; days: Map<IsoDate, Second> }>();
  const strange: Arrival[] = [];
  for (const arrival of arrivals) {
    const name = nameOf(arrival.path);
    const row = catalogue.rows.find(
      (one) => one.installation === arrival.installation && one.pattern.test(name),
    );
    if (row === undefined) {
      strange.push(arrival);
      continue;
    }
    const { businessDate, sequence } = catalogue.recognise(arrival.path, name, arrival.installation);
    const set = row.halves.length > 0 ? sequence.replace(/-?[^-]*$/, '') : sequence;
    if (businessDate === '') continue;
    const key = JSON.stringify([row.installation, row.system, row.code, row.variant, set]);
    const found = bySet.get(key) ?? { row, set, days: new Map<IsoDate, Second>() };
    bySet.set(key, found);
    // A pair is there with its later half; an amendment does not move the arrival of a report that is whole.
    const before = found.days.get(businessDate);
    const at =
      before === undefined
        ? arrival.at
        : row.halves.length > 0
          ? Math.max(before, arrival.at)
          : Math.min(before, arrival.at);
    found.days.set(businessDate, at);
  }
  const times = [...bySet.values()].flatMap((one) => {
    const calendar = one.row.calendar === 'derivatives' ? firm : one.row.calendar;
    return proposedTimes(one, calendar, book);
  });
  return { times, ...proposedNames(strange, participants) };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

interface Seen {
  row: CatalogueRow;
  set: string;
  days: ReadonlyMap<IsoDate, Second>;
}

function proposedTimes({ row, set, days }: Seen, calendar: string, book: CalendarBook): TimeProposal[] {
  const open = [...days.keys()].filter((date) => mayBeOpen(book.day(calendar, date))).sort();
  const isHalf = (date: IsoDate) => book.day(calendar, date).kind === 'half';
  const unit = unitOf(open, days, calendar, book);
  const offset = (date: IsoDate) => (days.get(date) ?? 0) - startOfDay(shifted(date, unit, calendar, book));
  // What was fetched days later, as after an outage, says nothing of when it usually comes.
  const dates = open.filter((date) => isWithinDay(offset(date)));
  const full = dates.filter((date) => !isHalf(date));
  const [first, last] = [dates[0], dates.at(-1)];
  if (full.length < LEAST || first === undefined || last === undefined) return [];
  const business = countBusinessDays(first, last, calendar, book);
  // What comes on some days only is not awaited on all of them, unless the catalogue says that it is.
  const known = row.sets.find((one) => one.set === set) ?? row.sets.find((one) => one.set === '*');
  if (known?.frequency === 'event' || known?.frequency === 'conditional') return [];
  if (known?.frequency !== 'business-day' && dates.length / business < DAILY) return [];
  const half = dates.filter(isHalf);
  const groups: [DaySpan['day'], IsoDate[]][] = [1, 2, 3, 4, 5, 6, 7].map((day) => [
    day,
    full.filter((date) => dayOfWeek(date) === day),
  ]);
  groups.push(['half', half]);
  return [
    {
      ...{ row, set, arrivals: dates.length, came: dates.length, of: business },
      times: timesOf(full.map(offset), unit),
      ...(half.length === 0 ? {} : { halfDay: timesOf(half.map(offset), unit) }),
      days: groups.flatMap(([day, of]) => {
        const all = of.map(offset);
        if (all.length === 0) return [];
        return [
          {
            day,
            count: all.length,
            first: clock(Math.min(...all), unit),
            last: clock(Math.max(...all), unit),
          },
        ];
      }),
    },
  ];
}

function isWithinDay(offset: number): boolean {
  return offset >= 0 && offset < 86_400;
}

type Unit = '' | '+1d' | '+1bd';

/** On which day the arrivals of business dates fall: the same, the next, or the next open one. */
function unitOf(
  dates: readonly IsoDate[],
  days: ReadonlyMap<IsoDate, Second>,
  calendar: string,
  book: CalendarBook,
): Unit {
  const fits = (unit: Unit) =>
    dates.filter((date) => {
      const offset = (days.get(date) ?? 0) - startOfDay(shifted(date, unit, calendar, book));
      return isWithinDay(offset);
    }).length;
  const units: Unit[] = ['', '+1d', '+1bd'];
  return units.reduce((best, unit) => (fits(unit) > fits(best) ? unit : best));
}

function shifted(date: IsoDate, unit: Unit, calendar: string, book: CalendarBook): IsoDate {
  if (unit === '') return date;
  let day = addDays(date, 1);
  for (let looked = 0; unit === '+1bd' && looked < 30 && !mayBeOpen(book.day(calendar, day)); looked++)
    day = addDays(day, 1);
  return day;
}

function countBusinessDays(first: IsoDate, last: IsoDate, calendar: string, book: CalendarBook): number {
  let count = 0;
  for (let date = first; date <= last; date = addDays(date, 1))
    if (mayBeOpen(book.day(calendar, date))) count++;
  return count;
}

function timesOf(offsets: readonly number[], unit: Unit): RowTimes {
  const sorted = [...offsets].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const latest = sorted.at(-1) ?? 0;
  const late = upTo5(latest + LATE_AFTER);
  const about = Math.floor(middle / (5 * MINUTE)) * 5 * MINUTE;
  return {
    about: clock(about, unit),
    lateAfter: clock(late, unit),
    cutOff: clock(upTo5(late + GIVEN_UP_AFTER), unit),
  };
}

function upTo5(seconds: number): number {
  return Math.ceil(seconds / (5 * MINUTE)) * 5 * MINUTE;
}

/** Seconds after midnight as a time of a rule. What would run into yet another day ends at its last minute. */
function clock(seconds: number, unit: Unit): string {
  const days = Math.floor(seconds / 86_400);
  const spills = days > 0 && unit !== '';
  const within = spills ? 86_340 : Math.max(0, seconds) % 86_400;
  const [hours, minutes] = [Math.floor(within / 3600), Math.floor((within % 3600) / 60)];
  const time = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  return `${time}${unit === '' && days > 0 ? '+1d' : unit}`;
}

/** Names of one kind, which differ in date, participant, set and half only. */
function proposedNames(
  strange: readonly Arrival[],
  participants: readonly string[],
): Pick<Learned, 'names' | 'unrecognised'> {
  const kinds = new Map<string, { proposal: NameProposal; dates: Set<string>; paths: string[] }>();
  const unrecognised: string[] = [];
  for (const { installation, path } of strange) {
    const example = nameOf(path);
    const found = templateOf(example, participants);
    if (found === undefined) {
      unrecognised.push(path);
      continue;
    }
    const { code, file, date } = found;
    const key = JSON.stringify([installation, code, file]);
    const folder = `/${path.split('/').find((part) => part !== '') ?? ''}`;
    const proposal = { installation, code, file, folder, files: 0, example };
    const kind = kinds.get(key) ?? { proposal, dates: new Set<string>(), paths: [] };
    kinds.set(key, kind);
    kind.proposal.files++;
    kind.dates.add(date);
    kind.paths.push(path);
  }
  const all = [...kinds.values()];
  const few = all.filter(({ dates }) => dates.size < LEAST).flatMap(({ paths }) => paths);
  const names = all.filter(({ dates }) => dates.size >= LEAST).map(({ proposal }) => proposal);
  return { names, unrecognised: [...unrecognised, ...few] };
}

/** The template of a name that begins with something like a code and shows a real date. */
function templateOf(name: string, participants: readonly string[]) {
  const [, code = '', rest = ''] = /^([A-Z]{2,6}\d{2,4}[A-Z]?)([^A-Z0-9].*)$/i.exec(name) ?? [];
  if (code === '') return undefined;
  let date = '';
  const parts = rest.split(/([A-Z0-9]+)/i).map((part, index, all) => {
    if (part === '' || !/^[A-Z0-9]+$/i.test(part)) return part;
    const digits = /^\d+$/.test(part);
    if (digits && date === '' && (part.length === 8 || part.length === 6) && realDate(part) !== undefined) {
      date = realDate(part) ?? '';
      return part.length === 8 ? '{yyyymmdd}' : '{yymmdd}';
    }
    if (participants.some((one) => one.toLowerCase() === part.toLowerCase())) return '{participant}';
    if (/^(ctl|dat)$/i.test(part) && all[index - 1] !== '.') return '{half}';
    if (digits && part.length <= 4 && date !== '') return '{set}';
    return part;
  });
  const file = `{code}${parts.join('')}`;
  // A brace or bracket of the name itself would mean something in a template.
  if (date === '' || /[{}[\]]/.test(rest)) return undefined;
  return { code: code.toUpperCase(), file, date };
}
