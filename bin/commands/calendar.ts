/** `rap calendar`: shows the calendars, takes the Government's list and other lists, and what people say of single dates. */
import path from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import { readText } from '../../lib/files/text-file.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { hasLedger } from '../../lib/ledger/place.ts';
import { readCalendarFile, siteCalendars, writeSiteFile } from '../../lib/reports/site-files.ts';
import type { DayKind } from '../../lib/time/business-day.ts';
import { CalendarBook, type CalendarDay, calendarNotices, isCertain } from '../../lib/time/calendar-book.ts';
import { realClock } from '../../lib/time/clock.ts';
import { changesOfYears, type NamedDay, readDays, type YearChange } from '../../lib/time/holiday-file.ts';
import { addDays, hongKongDate, hongKongStamp, isIsoDate } from '../../lib/time/hong-kong.ts';
import {
  type Acceptance,
  readSiteCalendars,
  withList,
  withOverride,
  withYears,
} from '../../lib/time/site-calendar.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap calendar show [--year YYYY] [--calendar NAME] [--json]
       rap calendar import FILE [--list NAME [--from DATE] [--to DATE]] [--accept --reason TEXT [--by NAME]] [--json]
       rap calendar set DATE DAY --calendar NAME[,NAME] --reason TEXT [--by NAME]

show     the holidays, half days and special days of a year, and on what each rests: the Government's list, a projection,
         an imported list, or what a person said. Without --year: this year and the next.
import   reads the Government's "Hong Kong Public Holidays" of 1823 (JSON or iCalendar) or a plain list with a date in each
         line, and shows what would change. With --accept it counts from then on; who, when and why is written down.
         --list NAME takes the file for a calendar of its own that is open on exactly these days (China Connect, OCP),
         from the first to the last of them, or from --from to --to.
set      what a person knows better of one date: open, closed, half (noon), or afternoon (opens at 14:00), for exactly the
         calendars named. The last word on a date and calendar counts.

Exit status of import: 0 nothing changes or it was accepted, 6 a person has to look and accept.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  year: { type: 'string' },
  calendar: { type: 'string' },
  list: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  accept: { type: 'boolean' },
  ...decisionOptions,
} as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

/**
 * @param argv the words after "rap calendar"
 * @throws RapError USAGE, CONFIG_INVALID
 */
export default async function calendar(argv: string[], clock = realClock): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action = '', ...rest] = positionals;
  const home = homeFromOptions(values);
  const now = clock.now();
  if (action === 'show') return show(await siteCalendars(home), hongKongDate(now), values);
  if (action === 'import') return importFile(home, required(rest[0], 'FILE'), values, now);
  if (action === 'set') return setDay(home, rest, values, now);
  throw new RapError('USAGE', 'rap calendar takes show, import or set');
}

function show(book: CalendarBook, today: string, { year, calendar: only, json }: Options): number {
  const years = year === undefined ? [today.slice(0, 4), String(Number(today.slice(0, 4)) + 1)] : [year];
  const names = only === undefined ? book.names : [only];
  for (const one of years) {
    if (!/^\d{4}$/.test(one)) throw new RapError('USAGE', `--year "${one}" is not a year like 2028`);
    const known = book.year(one);
    const { basis, source, seen } = known ?? { basis: 'unknown', source: '', seen: '' };
    if (json) print({ year: one, basis, source, seen, holidays: known?.days.length ?? 0 });
    else
      process.stdout.write(
        `${one}: ${basis}${source === '' ? '' : ` (${source}${seen && `, seen ${seen}`})`}\n`,
      );
    for (const name of names) showCalendar(book, name, one, json === true);
  }
  const notices = calendarNotices(book, today);
  for (const { kind, year: missing } of notices) {
    if (json) print({ notice: kind, year: missing });
    else
      process.stdout.write(
        `${kind}: the holidays of ${missing} are not confirmed; import the list of 1823\n`,
      );
  }
  return 0;
}

/** The days of a year on which a calendar is not what the weekday alone would make it. */
function showCalendar(book: CalendarBook, name: string, year: string, json: boolean): void {
  let open = 0;
  const special: (CalendarDay & { date: string })[] = [];
  for (let date = `${year}-01-01`; date.startsWith(year); date = addDays(date, 1)) {
    const day = book.day(name, date);
    if (day.kind !== 'closed') open++;
    const plain =
      day.kind === 'open' ? ['weekday', 'official', 'projected', 'unknown', 'list'] : ['weekday', 'list'];
    if (day.kind === 'half' || !plain.includes(day.basis)) special.push({ date, ...day });
  }
  if (json) {
    for (const { date, kind, basis, note } of special)
      print({ calendar: name, date, day: kind, basis, note });
    print({ calendar: name, year, businessDays: open });
    return;
  }
  const list = book.list(name);
  const reach = list === undefined ? '' : `, listed from ${list.from} to ${list.to} (${list.source})`;
  process.stdout.write(`  ${name}: ${open} business days${reach}\n`);
  for (const day of special) {
    const why = [isCertain(day) ? '' : day.basis, day.note].filter((text) => text !== '');
    process.stdout.write(`    ${day.date} ${day.kind}${why.length === 0 ? '' : `: ${why.join(', ')}`}\n`);
  }
}

async function importFile(home: string, file: string, words: Options, now: number): Promise<number> {
  const days = readDays(await readText(file, { what: 'The file' }), file);
  const site = await readCalendarFile(home);
  const book = new CalendarBook(readSiteCalendars(site.text, site.subject));
  const source = path.basename(file);
  const text =
    words.list === undefined
      ? importYears(days, book, file, words, (changes, accepted) =>
          withYears(site.text, site.subject, changes, { source, seen: accepted.at.slice(0, 10) }, accepted),
        )
      : importList(days, book, words, (list, accepted) =>
          withList(site.text, site.subject, { ...list, source }, accepted),
        );
  if (text === undefined) {
    if (!words.json) process.stdout.write('Nothing changes.\n');
    return 0;
  }
  if (words.accept !== true) {
    if (!words.json)
      process.stdout.write('Nothing was taken yet: look at it, then add --accept --reason TEXT.\n');
    return 6;
  }
  const accepted = acceptanceOf(words, now);
  await writeSiteFile(site, text(accepted));
  await journal(home, 'calendar accepted', accepted, {
    file: source,
    list: words.list ?? 'general holidays',
  });
  return 0;
}

type TextWith = (accepted: Acceptance) => string;

function importYears(
  days: readonly NamedDay[],
  book: CalendarBook,
  file: string,
  { json }: Options,
  write: (changes: readonly YearChange[], accepted: Acceptance) => string,
): TextWith | undefined {
  const changes = changesOfYears(days, book, file);
  for (const { year, what, added, removed, days: all } of changes) {
    if (json) print({ year, what, added, removed });
    else {
      process.stdout.write(`${year}: ${sentences[what]} (${all.length} holidays)\n`);
      for (const { date, name } of what === 'new' ? [] : added) process.stdout.write(`  + ${date} ${name}\n`);
      for (const date of removed) process.stdout.write(`  - ${date}\n`);
    }
  }
  const taken = changes.filter(({ what }) => what !== 'same');
  return taken.length === 0 ? undefined : (accepted) => write(taken, accepted);
}

const sentences: Readonly<Record<YearChange['what'], string>> = {
  same: 'is known like that',
  confirms: 'confirms what was projected',
  changes: 'DIFFERS from what is known',
  new: 'is new',
};

type NamedList = { name: string; from: string; to: string; open: string[] };

function importList(
  days: readonly NamedDay[],
  book: CalendarBook,
  { list: name = '', from, to, json }: Options,
  write: (list: NamedList, accepted: Acceptance) => string,
): TextWith | undefined {
  if (!/^[a-z0-9][a-z0-9+-]*$/.test(name) || new CalendarBook().names.includes(name)) {
    throw new RapError(
      'USAGE',
      `--list "${name}" is not a free name in small letters, such as china-connect`,
    );
  }
  for (const [word, date] of Object.entries({ '--from': from, '--to': to })) {
    if (date !== undefined && !isIsoDate(date))
      throw new RapError('USAGE', `${word} "${date}" is not a date like 2027-01-01`);
  }
  const open = days.map(({ date }) => date);
  const list = { name, from: from ?? open[0] ?? '', to: to ?? open.at(-1) ?? '', open };
  const beyond = open.find((date) => date < list.from || date > list.to);
  if (beyond !== undefined) throw new RapError('USAGE', `${beyond} lies outside --from and --to`);
  const before = book.list(name);
  const added = open.filter((date) => !before?.open.includes(date));
  const removed = before?.open.filter((date) => !open.includes(date)) ?? [];
  if (json) print({ list: name, from: list.from, to: list.to, days: open.length, added, removed });
  else {
    process.stdout.write(`${name}: ${open.length} open days from ${list.from} to ${list.to}\n`);
    for (const date of before === undefined ? [] : added) process.stdout.write(`  + ${date}\n`);
    for (const date of removed) process.stdout.write(`  - ${date}\n`);
  }
  const same = before !== undefined && before.from === list.from && before.to === list.to;
  return same && added.length === 0 && removed.length === 0 ? undefined : (accepted) => write(list, accepted);
}

async function setDay(
  home: string,
  [date = '', day = '']: string[],
  words: Options,
  now: number,
): Promise<number> {
  if (!isIsoDate(date)) throw new RapError('USAGE', `"${date}" is not a date like 2026-09-24`);
  if (!isDayKind(day)) throw new RapError('USAGE', `"${day}" is not one of open, closed, half, afternoon`);
  const calendars = required(words.calendar, '--calendar')
    .split(',')
    .map((name) => name.trim());
  const accepted = acceptanceOf(words, now);
  const site = await readCalendarFile(home);
  const book = new CalendarBook(readSiteCalendars(site.text, site.subject));
  for (const name of calendars) book.day(name, date);
  const { by, at, reason } = accepted;
  await writeSiteFile(site, withOverride(site.text, site.subject, { date, calendars, day, by, reason, at }));
  await journal(home, 'calendar day set', accepted, { date, day, calendars: calendars.join(',') });
  if (words.json) print({ date, day, calendars, by, reason });
  else process.stdout.write(`${date} is ${day} in ${calendars.join(', ')}\n`);
  return 0;
}

function isDayKind(word: string): word is DayKind {
  return ['open', 'closed', 'half', 'afternoon'].includes(word);
}

function acceptanceOf(words: Options, now: number): Acceptance {
  const reason = required(words.reason?.trim(), '--reason');
  return { by: personFromOptions(words), at: hongKongStamp(now).slice(0, 16), reason };
}

/** Written into the journal where there is one; a home that never ran has none yet. */
async function journal(
  home: string,
  what: string,
  { by, reason }: Acceptance,
  details: Record<string, string>,
) {
  if (!(await hasLedger(home))) return;
  await withLedger(home, (ledger: Pick<Ledger, 'journal'>) =>
    ledger.journal.append({ who: by, what, why: reason, details }),
  );
}

function print(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}
