/**
 * The parallel run: on how many business days in a row RAP gave what the terminal gave. Pure. HKEX publishes no rule for
 * leaving the terminal: how many days are enough, and what counts, is the firm's own.
 */
import type { ComparedDay } from '../ledger/records/comparisons.ts';
import type { Comparison } from '../reports/compare.ts';
import { addDays, type IsoDate } from '../time/hong-kong.ts';

export interface ParallelRules {
  /** So many days in a row are enough. */
  readyDays: number;
  /** Line ends, blanks at line ends and packing do not count. */
  ignoreForm: boolean;
}

/** What ended the row, or has not let it begin. */
export type Break = 'different' | 'nothing' | 'unread' | 'not-compared';

export interface Row {
  days: number;
  /** First of them; '' for none. */
  since: IsoDate;
  /** The day before it, and why it does not count; undefined where nothing was compared before. */
  broken?: { date: IsoDate; why: Break };
}

/** As far back as anybody looks. */
const FARTHEST = 400;

/**
 * The days in a row without a difference that end with the newest. What stands only at RAP is none: the terminal does not
 * give everything. A business day on which nobody compared, or nothing could be compared, ends the row.
 * @param days of one account, the newest first, each date once
 * @param isClosed whether a date is certainly no business day
 */
export function daysInRow(
  days: readonly ComparedDay[],
  isClosed: (date: IsoDate) => boolean,
  { ignoreForm }: Pick<ParallelRules, 'ignoreForm'>,
): Row {
  const of = new Map(days.map((day) => [day.date, day]));
  const oldest = days.at(-1)?.date ?? '';
  const row: Row = { days: 0, since: '' };
  let date = days[0]?.date ?? '';
  for (let back = 0; back < FARTHEST && date !== '' && date >= oldest; back++) {
    const day = of.get(date);
    const why = day === undefined ? (isClosed(date) ? undefined : 'not-compared') : breakOf(day, ignoreForm);
    if (why !== undefined) return { ...row, broken: { date, why } };
    if (day !== undefined) {
      row.days++;
      row.since = date;
    }
    date = addDays(date, -1);
  }
  return row;
}

function breakOf(day: ComparedDay, ignoreForm: boolean): Break | undefined {
  if (differencesOf(day, ignoreForm) > 0) return 'different';
  if (day.unread > 0) return 'unread';
  return day.equal + day.different > 0 ? undefined : 'nothing';
}

/** What the firm would miss, or get otherwise, without the terminal. */
export function differencesOf(
  { different, form, onlyTerminal }: Pick<ComparedDay, 'different' | 'form' | 'onlyTerminal'>,
  ignoreForm: boolean,
): number {
  return different - (ignoreForm ? form : 0) + onlyTerminal;
}

export function countsOf({ equal, different, onlyRap, onlyTerminal }: Comparison) {
  const form = different.filter(({ where }) => where.kind === 'line-ends' || where.kind === 'packing').length;
  return {
    ...{ equal: equal.length, different: different.length, form },
    ...{ onlyRap: onlyRap.length, onlyTerminal: onlyTerminal.length },
  };
}

/** Before this hour the day before is meant: final reports come after midnight. Ours. */
const DAY_BEGINS = 6;

/** The business date that a comparison of now is about. @param stamp 'YYYY-MM-DD HH:MM..' in Hong Kong */
export function dayOf(stamp: string): IsoDate {
  const date = stamp.slice(0, 10);
  return Number(stamp.slice(11, 13)) < DAY_BEGINS ? addDays(date, -1) : date;
}
