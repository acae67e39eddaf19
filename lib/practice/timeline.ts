/** What happens when, in one list: the milestones of a plan, from the first reminder to the end of the key freeze. */

import type { DataCentre } from '../model/types.ts';
import { previousBusinessDay } from '../time/calendar.ts';
import { addDays, fromHongKong, hongKongTime } from '../time/hong-kong.ts';
import { watchLimits } from '../weather/rule.ts';
import { type PracticePlan, planHours, planMoment } from './plan.ts';

export type MilestoneKind =
  | 'reminder'
  | 'drill'
  | 'drill-result'
  | 'weather-watch'
  | 'weather-verdict'
  | 'hotline'
  | 'last-call'
  | 'key-freeze-begins'
  | 'part-starts'
  | 'part-ends'
  | 'restore-check'
  | 'expiry'
  | 'key-freeze-ends';

export interface Milestone {
  /** Unique in its plan and the same after a restart: what was told is remembered by it. */
  id: string;
  /** Epoch ms. */
  at: number;
  kind: MilestoneKind;
  title: string;
  /** Of part-starts and part-ends: the name of the part and where it takes place. */
  part?: string;
  dataCentre?: DataCentre;
}

/** Our own hours: when people are reminded and asked for their codes, watching begins, and a hold before the start becomes urgent. */
const remindAt = '09:00';
const drillAt = '10:00';
const drillResultAt = '16:00';
const watchLeadMs = 30 * 60_000;
const lastCallMs = 10 * 60_000;

/** All milestones of a plan in the order of their times; at one time, ends come before starts. */
export function timelineOf(plan: PracticePlan): Milestone[] {
  return [...reminders(plan), ...drill(plan), ...theDay(plan)].sort(
    (a, b) => a.at - b.at || order(a) - order(b),
  );
}

function order({ kind }: Milestone): number {
  return [
    'part-ends',
    'key-freeze-begins',
    'part-starts',
    'restore-check',
    'expiry',
    'key-freeze-ends',
  ].indexOf(kind);
}

function reminders(plan: PracticePlan): Milestone[] {
  return plan.deadlines.flatMap((deadline, index) =>
    [...new Set(deadline.remindDaysBefore)].map((days) => ({
      id: `reminder-${index + 1}-${days}`,
      at: fromHongKong(`${addDays(deadline.date, -days)} ${remindAt}`),
      kind: 'reminder' as const,
      title: `${days === 0 ? 'Last day' : `${days} day${days === 1 ? '' : 's'} left`}: ${deadline.what} (by ${deadline.date})`,
    })),
  );
}

/** The drill, and on the last business day before the session who answered it. */
function drill({ drillBusinessDaysBefore: days, date }: PracticePlan): Milestone[] {
  if (days === undefined) return [];
  const before = (count: number) =>
    Array.from({ length: count }).reduce<string>((day) => previousBusinessDay('securities', day), date);
  return [
    {
      id: 'drill',
      at: fromHongKong(`${before(days)} ${drillAt}`),
      kind: 'drill',
      title: 'Reachability drill: every contact gets a code by mail',
    },
    {
      id: 'drill-result',
      at: fromHongKong(`${before(1)} ${drillResultAt}`),
      kind: 'drill-result',
      title: 'Who answered the drill; ring the others',
    },
  ];
}

function theDay(plan: PracticePlan): Milestone[] {
  const { start, end } = planHours(plan);
  const cutOff = planMoment(plan, plan.weather.cutOff);
  const starts = planMoment(plan, start);
  const ends = planMoment(plan, end);
  return [
    { id: 'weather-watch', at: cutOff - watchLeadMs, kind: 'weather-watch', title: 'Weather watch begins' },
    {
      id: 'weather-verdict',
      at: cutOff + watchLimits.settleMs,
      kind: 'weather-verdict',
      title: `Weather verdict of ${plan.weather.cutOff}`,
    },
    ...plan.hotlines
      .filter((hotline) => plan.accounts.some((one) => one.installation === hotline.installation))
      .map((hotline) => ({
        id: `hotline-${hotline.installation}`,
        at: planMoment(plan, hotline.from),
        kind: 'hotline' as const,
        title: `Ring the ${hotline.name}, ${hotline.number}: will the session be held?`,
      })),
    {
      id: 'last-call',
      at: starts - lastCallMs,
      kind: 'last-call',
      title: `Last call: what is still in hold at ${hongKongTime(starts)} does not begin by itself`,
    },
    {
      id: 'key-freeze-begins',
      at: fromHongKong(plan.keyFreeze.from),
      kind: 'key-freeze-begins',
      title: 'Key freeze begins: no key is made, changed or registered',
    },
    ...plan.parts.flatMap(parts(plan)),
    {
      id: 'restore-check',
      at: ends,
      kind: 'restore-check',
      title: 'Check that every account is back at the primary data centre',
    },
    {
      id: 'expiry',
      at: ends,
      kind: 'expiry',
      title: 'From now on the secondary data centre is an alarm',
    },
    {
      id: 'key-freeze-ends',
      at: fromHongKong(plan.keyFreeze.to),
      kind: 'key-freeze-ends',
      title: 'Key freeze ends',
    },
  ];
}

function parts(plan: PracticePlan) {
  return ({ name, start, end, dataCentre }: PracticePlan['parts'][number], index: number): Milestone[] => {
    const common = { part: name, dataCentre };
    return [
      {
        ...common,
        id: `part-${index + 1}-starts`,
        at: planMoment(plan, start),
        kind: 'part-starts',
        title: `${name} starts at the ${dataCentre} data centre`,
      },
      {
        ...common,
        id: `part-${index + 1}-ends`,
        at: planMoment(plan, end),
        kind: 'part-ends',
        title: `${name} ends`,
      },
    ];
  };
}
