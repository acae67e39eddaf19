/** What an account awaits, as rules of expectations, from the rows of the catalogue. */

import type { Installation } from '../../model/types.ts';
import type { MarketCalendar } from '../../time/business-day.ts';
import { timeOfDay } from '../expectation/time-of-day.ts';
import type { Rule, Times } from '../expectation/types.ts';
import type { CatalogueRow, RowSet, RowTimes } from './rows.ts';
import type { Certainty } from './schema.ts';

export interface AwaitingAccount {
  installation: Installation;
  /** What "derivatives" means for the firm: H or NH participant; firms of SEOCH alone are NH. */
  derivatives: Extract<MarketCalendar, 'derivatives-h' | 'derivatives-nh'>;
}

/** How sure something must be before anybody is woken for it. */
const TRUSTED: readonly Certainty[] = ['stated', 'ours', 'learned'];

/** The rules of an account, in the order of the rows; optional reports are known by name and never awaited. */
export function rulesOf(rows: readonly CatalogueRow[], account: AwaitingAccount): Rule[] {
  return rows
    .filter((row) => row.installation === account.installation)
    .flatMap((row) => row.sets.flatMap((set) => ruleOf(row, set, account)));
}

/** A report that the catalogue knows and that nobody at this site has accepted: it is fetched, and never missed. */
export interface Unaccepted {
  report: string;
  set: string;
  /** Nobody has seen such a file name, or such times, in public; or none has come to this account yet. */
  why: 'name' | 'times' | 'never came';
}

export interface Awaited {
  rules: Rule[];
  unaccepted: Unaccepted[];
}

/**
 * What a live site awaits: what a person accepted (`watch` in the site's catalogue, or learned from its own files), and
 * what public documents state in full once a report of it has come here. Everything else would be a guess that wakes
 * people (decision 29).
 * @param hasCome did a report of this code ever come to the account?
 */
export function awaitedOf(
  rows: readonly CatalogueRow[],
  account: AwaitingAccount,
  hasCome: (code: string) => boolean,
): Awaited {
  const awaited: Awaited = { rules: [], unaccepted: [] };
  for (const row of rows) {
    if (row.installation !== account.installation || row.watch === false) continue;
    for (const set of row.sets) {
      const why = doubtOf(row, set, hasCome);
      if (why === undefined) awaited.rules.push(...ruleOf(row, set, account));
      else if (set.frequency !== 'optional') awaited.unaccepted.push({ report: row.code, set: set.set, why });
    }
  }
  return awaited;
}

function doubtOf(
  row: CatalogueRow,
  set: RowSet,
  hasCome: (code: string) => boolean,
): Unaccepted['why'] | undefined {
  // Learned times are those of files that the name took.
  if (row.watch === true || set.timeCertainty === 'learned') return undefined;
  if (!TRUSTED.includes(row.fileCertainty)) return 'name';
  if (set.times !== undefined && !TRUSTED.includes(set.timeCertainty)) return 'times';
  return row.origin !== 'shipped' || hasCome(row.code) ? undefined : 'never came';
}

function ruleOf(row: CatalogueRow, set: RowSet, { derivatives }: AwaitingAccount): Rule[] {
  if (set.frequency === 'optional') return [];
  const of = {
    report: row.code,
    set: set.set,
    folder: row.folder,
    name: row.pattern,
    calendar: row.calendar === 'derivatives' ? derivatives : row.calendar,
    halves: row.halves.length > 0 ? row.halves : [''],
    history: [],
    validFrom: set.validFrom,
    validUntil: set.validUntil,
  };
  if (set.frequency === 'event') return [{ ...of, frequency: 'event' }];
  const times = timesOf(set.times);
  // Times that are no better than a guess make no alarm: such a report is awaited without a time.
  if (times === undefined || !(row.watch === true || TRUSTED.includes(set.timeCertainty))) {
    // One that comes on some days only is then told of when it comes, and awaited on none.
    return [{ ...of, frequency: set.frequency === 'conditional' ? 'event' : 'no-time' }];
  }
  const timed = { times, halfDay: timesOf(set.halfDay) };
  if (set.frequency === 'conditional') {
    return [{ ...of, ...timed, frequency: 'conditional', condition: set.condition }];
  }
  return [{ ...of, ...timed, frequency: 'business-day' }];
}

/** The times of a row as times of a rule. */
export function timesOf(times: RowTimes | undefined): Times | undefined {
  if (times === undefined) return undefined;
  const [about, lateAfter, cutOff] = [times.about, times.lateAfter, times.cutOff].map(timeOfDay);
  return about && lateAfter && cutOff && { about, lateAfter, cutOff };
}
