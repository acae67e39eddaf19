/**
 * A business date by the catalogue: every report that its rows name for the date, at its usual time. What comes on
 * some days only comes when it is asked for.
 */

import type { Installation } from '../../lib/model/types.ts';
import { timesOf } from '../../lib/reports/catalogue/account-rules.ts';
import type { CatalogueRow, RowSet } from '../../lib/reports/catalogue/rows.ts';
import { Entries } from '../../lib/reports/expectation/entries.ts';
import { planOf, type Window } from '../../lib/reports/expectation/window.ts';
import type { CalendarBook } from '../../lib/time/calendar-book.ts';
import { hongKongStamp, type IsoDate } from '../../lib/time/hong-kong.ts';
import { formOf, type ReportFacts } from './forms.ts';
import { accounts, dayFolder, otherTime, usualTimes } from './invented.ts';
import { type CatalogueReport, isFirstDayOfQuarter, type PlanOptions, planner } from './plan.ts';

export interface CatalogueWorld {
  rows: readonly CatalogueRow[];
  calendars: CalendarBook;
  /** What "derivatives" means for the firm. */
  derivatives: 'derivatives-h' | 'derivatives-nh';
}

/** A report that comes though it does not come on every day: after an event, or on a condition. */
export interface EventOf {
  code: string;
  /** '' for a report that comes once. */
  set: string;
}

const nothingEntered = new Entries([], 0);

/** All reports of one business date, in the order in which they appear. */
export function planCatalogueDay(
  installation: Installation,
  date: IsoDate,
  world: CatalogueWorld,
  options: PlanOptions,
  events: readonly EventOf[] = [],
): CatalogueReport[] {
  const rows = world.rows.filter((row) => row.installation === installation);
  return rows
    .flatMap((row) => row.sets.flatMap((set) => reportsOf(row, set, date, world, options, events)))
    .sort((a, b) => a.appearsAt - b.appearsAt || (a.path < b.path ? -1 : 1));
}

/** The business calendar of an installation's reports. */
export function calendarOf(installation: Installation, { derivatives }: CatalogueWorld): string {
  return installation === 'hkscc' ? 'securities' : derivatives;
}

function reportsOf(
  row: CatalogueRow,
  set: RowSet,
  date: IsoDate,
  world: CatalogueWorld,
  options: PlanOptions,
  events: readonly EventOf[],
): CatalogueReport[] {
  if (date < (set.validFrom ?? '') || date > (set.validUntil ?? date)) return [];
  if (!isTemplate(row)) return [];
  return setsOn(row, set, date, options, events).flatMap((name) => {
    const window = windowOf(row, set, date, world);
    if (window === undefined) return [];
    return (row.halves.length === 0 ? [''] : row.halves).map((half) =>
      reportOf(row, set, name, half, date, window, options),
    );
  });
}

/** The names of the sets that come by this line of the catalogue on the date. */
function setsOn(
  { code }: CatalogueRow,
  { set, frequency }: RowSet,
  date: IsoDate,
  options: PlanOptions,
  events: readonly EventOf[],
): string[] {
  if (frequency !== 'event' && frequency !== 'conditional') return [set];
  const asked = events.filter((event) => event.code === code);
  if (set === '*') return asked.filter((event) => event.set !== '').map((event) => event.set);
  const ofQuarter = code === 'RP008' && (options.eventDay ?? isFirstDayOfQuarter(date));
  return ofQuarter || asked.some((event) => event.set === set) ? [set] : [];
}

/** The usual times; undefined on a date on which its calendar is closed. */
function windowOf(
  { code, variant, calendar, folder }: CatalogueRow,
  { set, times, halfDay }: RowSet,
  date: IsoDate,
  { calendars, derivatives }: CatalogueWorld,
): Window | undefined {
  const usual = usualTimes[`${code} ${variant}`.trim()] ?? otherTime;
  const [known, onHalfDays] = [
    timesOf(times ?? { about: usual, lateAfter: usual, cutOff: usual }),
    timesOf(halfDay),
  ];
  if (known === undefined) return undefined;
  const rule = {
    ...{
      report: code,
      set,
      folder,
      name: /^$/,
      halves: [''],
      history: [],
      validFrom: undefined,
      validUntil: undefined,
    },
    ...{ frequency: 'business-day' as const, times: known, halfDay: onHalfDays },
    calendar: calendar === 'derivatives' ? derivatives : calendar,
  };
  const day = { day: (name: string, on: IsoDate) => calendars.day(name, on).kind };
  const plan = planOf(rule, date, day, nothingEntered, 0);
  return plan.expected ? plan.window : undefined;
}

function reportOf(
  row: CatalogueRow,
  set: RowSet,
  name: string,
  half: string,
  date: IsoDate,
  window: Window,
  options: PlanOptions,
): CatalogueReport {
  const { installation, code, variant, folder } = row;
  const { participant } = accounts[installation];
  const words = {
    code,
    participant,
    yyyymmdd: dayFolder(date),
    yymmdd: dayFolder(date).slice(2),
    set: name,
    half,
  };
  const stem = filled(row.file.replace(/\.[^.]*$/, ''), words);
  const facts: ReportFacts = {
    ...{ installation, code, variant, participant, date, set: name, half, stem },
    riskFileBytes: options.riskFileBytes,
  };
  const { extension, content } = formOf(facts);
  const appears = hongKongStamp(window.about * 1000);
  // The risk folder of HKSCC has no folders of days.
  const place = folder === '/RPF' ? folder : `${folder}/${dayFolder(appears.slice(0, 10))}`;
  const ending = /\.([^.]*)$/.exec(row.file)?.[1] ?? '';
  const planned = planner(installation, date, options)(
    place,
    `${stem}.${ending.replace('{ext}', extension)}`,
    appears.slice(11, 16),
    content,
    // Halves hang on the same words, so that the control file tells the truth about the data file.
    { day: appears.slice(0, 10), figures: half === '' ? stem : stem.replace(`_${half}`, '') },
  );
  const awaited = {
    about: window.about * 1000,
    lateAfter: window.lateAfter * 1000,
    cutOff: window.cutOff * 1000,
  };
  return {
    ...planned,
    ...{ code, set: name, half, participant: row.file.includes('{participant}') ? participant : '' },
    ...(set.times === undefined ? {} : { awaited }),
  };
}

/** An expression takes names and makes none. */
function isTemplate({ file }: CatalogueRow): boolean {
  return /\{(code|yyyymmdd|yymmdd|participant)\}/.test(file) && !file.includes('(?');
}

/** A template with its words; what may be left out is, where one of its words is empty or not needed. */
function filled(template: string, words: Readonly<Record<string, string>>): string {
  const put = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
  return put(
    template.replaceAll(/\[([^\]]*)\]/g, (_, part: string) => {
      const [, word = ''] = /\{(\w+)\}/.exec(part) ?? [];
      // A name that need not name a participant is that of a file for everyone.
      return word === 'participant' || words[word] === '' ? '' : part;
    }),
  );
}
