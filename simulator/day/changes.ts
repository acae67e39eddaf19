/** What happens to the reports of a day: each change takes the planned reports and gives others. Pure. */
import type { CatalogueReport } from '../content/plan.ts';
import { type DayChange, refusal } from './change-list.ts';
import { damagedContent, foreignReport } from './content.ts';

const MINUTE = 60_000;

/** Without a time of its own, a report is so many minutes late after its deadline, early, amended, or apart. */
const USUAL = { late: 20, unknownLate: 120, early: 30, amended: 30, apart: 25, behind: 10 } as const;

/**
 * @param reports of the business date, and of the one before it
 * @param date the business date to which the changes belong
 * @param dayBegins its midnight, milliseconds since 1970
 * @throws RapError USAGE when a change is about nothing that comes on the date
 */
export function changedDay(
  reports: readonly CatalogueReport[],
  changes: readonly DayChange[],
  date: string,
  dayBegins: number,
): CatalogueReport[] {
  return changes.reduce<CatalogueReport[]>(
    (all, change) => {
      const concerned = all.filter((one) => one.businessDate === date && isMeant(one, change));
      if (concerned.length === 0) return all;
      return changed(all, concerned, change, date, dayBegins);
    },
    [...reports],
  );
}

/** Is a change about this report? */
export function isMeant(
  { code, set, half, installation }: CatalogueReport,
  change: Pick<DayChange, 'code' | 'set' | 'half' | 'installation'>,
): boolean {
  return (
    code === change.code &&
    (change.set === undefined || change.set === set) &&
    (change.half === undefined || change.half === half) &&
    (change.installation === undefined || change.installation === installation)
  );
}

function changed(
  all: readonly CatalogueReport[],
  concerned: readonly CatalogueReport[],
  change: DayChange,
  date: string,
  dayBegins: number,
): CatalogueReport[] {
  const each = (make: (one: CatalogueReport) => CatalogueReport[]) =>
    all.flatMap((one) => (concerned.includes(one) ? make(one) : [one]));
  const at = (one: CatalogueReport) => momentOf(change, one, dayBegins);
  const by = (usual: number) => (change.by ?? usual) * MINUTE;
  switch (change.kind) {
    case 'late':
      return each((one) => [{ ...one, appearsAt: at(one) ?? lateMoment(one, change) }]);
    case 'early':
      return each((one) => [{ ...one, appearsAt: earlyMoment(one, change, dayBegins) }]);
    case 'event':
      return each((one) => [{ ...one, appearsAt: at(one) ?? one.appearsAt }]);
    case 'missing':
      return each(() => []);
    case 'amended':
      return each((one) => [
        one,
        {
          ...one,
          appearsAt: at(one) ?? one.appearsAt + by(USUAL.amended),
          content: (revision) => one.content(revision + 1),
        },
      ]);
    case 'halves apart': {
      const first = concerned.map(({ half }) => half).sort()[0];
      return each((one) => [
        one.half === first && change.half === undefined
          ? one
          : { ...one, appearsAt: one.appearsAt + by(USUAL.apart) },
      ]);
    }
    case 'out of order':
      return outOfOrder(all, concerned, change, date);
    case 'damaged':
      return each((one) => [{ ...one, content: damagedContent(one) }]);
    case 'foreign':
      return each((one) => [foreignReport(one, change)]);
  }
}

/** The time that was given; one before the usual time of a report that is late or comes again is of the next day. */
function momentOf(
  { kind, at }: DayChange,
  { appearsAt }: CatalogueReport,
  dayBegins: number,
): number | undefined {
  if (at === undefined) return undefined;
  const moment = dayBegins + at * MINUTE;
  const later = kind === 'late' || kind === 'amended';
  return later && moment < appearsAt ? moment + 24 * 60 * MINUTE : moment;
}

function lateMoment({ appearsAt, awaited }: CatalogueReport, { by }: DayChange): number {
  if (by !== undefined) return appearsAt + by * MINUTE;
  if (awaited === undefined) return appearsAt + USUAL.unknownLate * MINUTE;
  // Late, and not yet given up.
  const half = (awaited.cutOff - awaited.lateAfter) / 2;
  return awaited.lateAfter + Math.min(USUAL.late * MINUTE, half);
}

function earlyMoment(one: CatalogueReport, change: DayChange, dayBegins: number): number {
  const moment = momentOf(change, one, dayBegins);
  if (moment === undefined) return one.appearsAt - (change.by ?? USUAL.early) * MINUTE;
  if (moment > one.appearsAt) {
    throw refusal(
      change.item,
      `gives ${one.code} a time after its usual one`,
      'Give an earlier time, or say "late".',
    );
  }
  return moment;
}

/** Several sets come in the order that is the reverse; of a single one yesterday's comes after today's. */
function outOfOrder(
  all: readonly CatalogueReport[],
  concerned: readonly CatalogueReport[],
  { code, item }: DayChange,
  date: string,
): CatalogueReport[] {
  const moments = [...new Set(concerned.map(({ appearsAt }) => appearsAt))].sort((a, b) => a - b);
  if (moments.length > 1) {
    const mirrored = moments.toReversed();
    return all.map((one) =>
      concerned.includes(one)
        ? { ...one, appearsAt: mirrored[moments.indexOf(one.appearsAt)] ?? one.appearsAt }
        : one,
    );
  }
  const before = all.filter((one) => one.code === code && one.businessDate < date);
  if (before.length === 0) {
    throw refusal(
      item,
      `has nothing to come out of order with`,
      `Name a report of several sets, such as RMAMR03.`,
    );
  }
  const latest = before.reduce((a, b) => (a.businessDate >= b.businessDate ? a : b)).businessDate;
  const moment = Math.max(...moments) + USUAL.behind * MINUTE;
  const sets = new Set(concerned.map(({ set }) => set));
  return all.map((one) =>
    before.includes(one) && one.businessDate === latest && sets.has(one.set)
      ? { ...one, appearsAt: moment }
      : one,
  );
}
