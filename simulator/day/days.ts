/** The days that the simulator holds by a catalogue, and what happens to the newest of them. */

import type { Installation } from '../../lib/model/types.ts';
import { addDays, fromHongKong, type IsoDate } from '../../lib/time/hong-kong.ts';
import { type CatalogueWorld, calendarOf, planCatalogueDay } from '../content/catalogue-day.ts';
import type { CatalogueReport, PlanOptions } from '../content/plan.ts';
import { type DayChange, refusal } from './change-list.ts';
import { changedDay, isMeant } from './changes.ts';

export interface DayOptions {
  world: CatalogueWorld;
  /** What happens to the newest business date. */
  changes: readonly DayChange[];
  /**
   * Every report of a date is there from its first minute on, today's too, and on each day that follows: whenever
   * somebody looks, nothing is late.
   */
  complete?: boolean;
}

/** So many days to come are planned where every day is complete. */
const DAYS_AHEAD = 60;

/**
 * Every report of the newest business date, of the one before it, and of the dates between them.
 * @throws RapError USAGE when a change is about nothing that comes on the newest date
 */
export function catalogueDays(
  newest: Readonly<Record<Installation, IsoDate>>,
  options: DayOptions,
  plan: PlanOptions,
): CatalogueReport[] {
  const all = (['hkscc', 'hkcc-seoch'] as const).flatMap((one) => daysOf(one, newest[one], options, plan));
  for (const change of options.changes)
    refuseIdle(
      change,
      all.map(({ planned }) => planned),
      newest,
    );
  return all.flatMap(({ reports }) => reports);
}

interface Days {
  /** As usual. */
  planned: CatalogueReport[];
  reports: CatalogueReport[];
}

function daysOf(
  installation: Installation,
  newest: IsoDate,
  { world, changes, complete = false }: DayOptions,
  plan: PlanOptions,
): Days {
  const calendar = calendarOf(installation, world);
  let date = addDays(newest, -1);
  while (world.calendars.day(calendar, date).kind === 'closed') date = addDays(date, -1);
  const last = complete ? addDays(newest, DAYS_AHEAD) : newest;
  const events = changes.filter(({ kind }) => kind === 'event').map(({ code, set = '' }) => ({ code, set }));
  const planned: CatalogueReport[] = [];
  for (; date <= last; date = addDays(date, 1)) {
    const day = planCatalogueDay(installation, date, world, plan, date === newest ? events : []);
    planned.push(...(complete ? day.map((one) => ({ ...one, appearsAt: midnight(date) })) : day));
  }
  return { planned, reports: changedDay(planned, changes, newest, midnight(newest)) };
}

function midnight(date: IsoDate): number {
  return fromHongKong(`${date} 00:00`);
}

function refuseIdle(
  change: DayChange,
  planned: readonly (readonly CatalogueReport[])[],
  newest: Readonly<Record<Installation, IsoDate>>,
): void {
  const comes = planned
    .flat()
    .some((one) => one.businessDate === newest[one.installation] && isMeant(one, change));
  if (comes) return;
  const name = [change.code, change.set].filter((word) => word !== undefined).join(':');
  const dates = [...new Set(Object.values(newest))].join(' or ');
  throw refusal(
    change.item,
    `is about ${name}, which does not come on ${dates}`,
    `Choose another --date, or let it come: "event ${name}; ${change.item}".`,
  );
}
