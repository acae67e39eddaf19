/**
 * All calendars with what each day rests on. A day of a year that nobody official has listed is never silently open
 * or closed: it is projected or unknown, and whoever asks is told so. Pure.
 */
import { RapError } from '../errors/rap-error.ts';
import {
  type DayKind,
  dayKind,
  isMarketCalendar,
  type MarketCalendar,
  marketCalendars,
  weekday,
} from './business-day.ts';
import { type HolidayYear, officialYears, weatherDays } from './general-holidays.ts';
import type { IsoDate } from './hong-kong.ts';
import { projectedYears } from './projected-holidays.ts';

/**
 * - weekday: Saturday, Sunday, or the rule of a calendar that needs no list of holidays
 * - official: the Government's list
 * - projected: a computed list; the truth may be another
 * - unknown: no list reaches so far
 * - list: an imported list of open days
 * - weather: the markets were closed, or opened at 14:00
 * - override: a person said so
 */
export type Basis = 'weekday' | 'official' | 'projected' | 'unknown' | 'list' | 'weather' | 'override';

export interface CalendarDay {
  kind: DayKind;
  basis: Basis;
  /** In words, where there is more to say: the reason of an override, the typhoon. */
  note: string;
}

/** An imported list: open on these days only, as far as it reaches. */
export interface DayList {
  name: string;
  source: string;
  /** First and last date of which it speaks. */
  from: IsoDate;
  to: IsoDate;
  open: readonly IsoDate[];
}

/** What a person said of one date, for exactly these calendars. Later ones go before earlier ones. */
export interface DayOverride {
  date: IsoDate;
  calendars: readonly string[];
  day: DayKind;
  by: string;
  reason: string;
  /** When, 'YYYY-MM-DD HH:MM' in Hong Kong. */
  at: string;
}

/** What a site has of its own. */
export interface SiteCalendars {
  years: readonly HolidayYear[];
  lists: readonly DayList[];
  overrides: readonly DayOverride[];
}

/** A year's holidays and how sure they are. */
export interface KnownYear extends HolidayYear {
  basis: 'official' | 'projected';
}

export class CalendarBook {
  readonly #years: ReadonlyMap<string, KnownYear>;
  readonly #lists: ReadonlyMap<string, DayList & { days: ReadonlySet<IsoDate> }>;
  readonly overrides: readonly DayOverride[];

  /** @param site goes before what is shipped */
  constructor(site: Partial<SiteCalendars> = {}) {
    const projected = Object.entries(projectedYears).map(([year, days]): KnownYear => {
      const source = 'computed by date-holidays; nobody official has listed this year yet';
      return { year, days: days.split(' '), source, seen: '', basis: 'projected' };
    });
    const official = [...officialYears, ...(site.years ?? [])];
    const all = [...projected, ...official.map((one): KnownYear => ({ ...one, basis: 'official' }))];
    this.#years = new Map(all.map((one) => [one.year, one]));
    this.#lists = new Map((site.lists ?? []).map((one) => [one.name, { ...one, days: new Set(one.open) }]));
    this.overrides = site.overrides ?? [];
  }

  /** The calendars' names: the four of the markets, then the imported ones. */
  get names(): string[] {
    return [...marketCalendars, ...this.#lists.keys()];
  }

  /** The years of which anything is known, in order. */
  get years(): KnownYear[] {
    return [...this.#years.values()].sort((a, b) => (a.year < b.year ? -1 : 1));
  }

  year(year: string): KnownYear | undefined {
    return this.#years.get(year);
  }

  list(name: string): DayList | undefined {
    return this.#lists.get(name);
  }

  /**
   * Which day a date is, entries of people included.
   * @throws RapError CONFIG_INVALID when there is no such calendar
   */
  day(calendar: string, date: IsoDate): CalendarDay {
    const said = this.overrides.findLast((one) => one.date === date && one.calendars.includes(calendar));
    const plain = this.plainDay(calendar, date);
    if (said === undefined) return plain;
    return { kind: said.day, basis: 'override', note: `${said.reason} (${said.by})` };
  }

  /** Which day a date is before anybody said anything. @throws RapError CONFIG_INVALID */
  plainDay(calendar: string, date: IsoDate): CalendarDay {
    const list = this.#lists.get(calendar);
    if (list !== undefined) {
      if (date >= list.from && date <= list.to) {
        return { kind: list.days.has(date) ? 'open' : 'closed', basis: 'list', note: '' };
      }
      const note = `the list "${calendar}" reaches from ${list.from} to ${list.to}`;
      return weekday(date) > 5 ? closedByWeekday : { kind: 'open', basis: 'unknown', note };
    }
    if (isMarketCalendar(calendar)) return this.#marketDay(calendar, date);
    throw new RapError('CONFIG_INVALID', `There is no calendar "${calendar}"`, {
      cure: `Use one of ${this.names.join(', ')}, or import the list with "rap calendar import".`,
    });
  }

  #marketDay(calendar: MarketCalendar, date: IsoDate): CalendarDay {
    const year = this.#years.get(date.slice(0, 4));
    const withoutList = dayKind(calendar, date, () => undefined);
    if (withoutList === 'closed') return closedByWeekday;
    const weather = weatherDays.find((one) => one.date === date);
    if (weather !== undefined) return { kind: weather.day, basis: 'weather', note: weather.reason };
    const kind = dayKind(calendar, date, () => year?.days);
    if (withoutList !== undefined) return { kind: kind ?? withoutList, basis: 'weekday', note: '' };
    if (year === undefined || kind === undefined) {
      return {
        kind: 'open',
        basis: 'unknown',
        note: `nobody has listed the holidays of ${date.slice(0, 4)}`,
      };
    }
    return { kind, basis: year.basis, note: '' };
  }
}

const closedByWeekday: CalendarDay = { kind: 'closed', basis: 'weekday', note: '' };

/** The calendars as they are shipped. */
export const shippedCalendars = new CalendarBook();

/**
 * Must one reckon with an open market? A day that a projection alone closes may be open: what is due on such a day is
 * looked for, and said to be in doubt.
 */
export function mayBeOpen({ kind, basis }: CalendarDay): boolean {
  return kind !== 'closed' || basis === 'projected';
}

/** Does the day rest on something other than a guess? */
export function isCertain({ basis }: CalendarDay): boolean {
  return basis !== 'projected' && basis !== 'unknown';
}

/** The next year's list comes out between the middle of May and the beginning of June (measured on the feed). */
const REMIND_FROM = '06-01';
const ALARM_FROM = '12-01';

/** A year whose holidays nobody official has listed, and how loudly that is said. */
export interface CalendarNotice {
  kind: 'reminder' | 'alarm';
  year: string;
}

/** What is to be said of missing lists on a day, the nearest year first; a year that has begun without is an alarm. */
export function calendarNotices(book: CalendarBook, today: IsoDate): CalendarNotice[] {
  const isOfficial = (year: string) => book.year(year)?.basis === 'official';
  const [year, day] = [today.slice(0, 4), today.slice(5)];
  const next = String(Number(year) + 1);
  const notices: CalendarNotice[] = [];
  if (!isOfficial(year)) notices.push({ kind: 'alarm', year });
  if (!isOfficial(next) && day >= REMIND_FROM) {
    notices.push({ kind: day >= ALARM_FROM ? 'alarm' : 'reminder', year: next });
  }
  return notices;
}
