/** What an account awaits, as rules of expectations, from the rows of the catalogue. */
import type { MarketCalendar } from '../../time/business-day.ts';
import type { Installation } from '../../words/types.ts';
import { timeOfDay } from '../expectation/time-of-day.ts';
import type { Rule, Times } from '../expectation/types.ts';
import type { CatalogueRow, RowSet, RowTimes } from './rows.ts';
import type { Certainty } from './schema.ts';

export interface AwaitingAccount {
  installation: Installation;
  /** What "derivatives" means for the firm: H or NH participant; firms of SEOCH alone are NH. */
  derivatives: Extract<MarketCalendar, 'derivatives-h' | 'derivatives-nh'>;
}

/** Times that are no better than a guess make no alarm: such a report is awaited without a time. */
const TRUSTED: readonly Certainty[] = ['stated', 'ours', 'learned'];

/** The rules of an account, in the order of the rows; optional reports are known by name and never awaited. */
export function rulesOf(rows: readonly CatalogueRow[], account: AwaitingAccount): Rule[] {
  return rows
    .filter((row) => row.installation === account.installation)
    .flatMap((row) => row.sets.flatMap((set) => ruleOf(row, set, account)));
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
  if (times === undefined || !TRUSTED.includes(set.timeCertainty)) {
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
