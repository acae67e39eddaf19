/** What happens when, in one list: the milestones of a plan, from the first reminder to the end of the key freeze. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { DataCentre } from '../model/types.ts';
import { previousBusinessDay } from '../time/calendar.ts';
import { addDays, fromHongKong } from '../time/hong-kong.ts';
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

/** Those that a plan has once. */
type DayKind = Exclude<MilestoneKind, 'reminder' | 'hotline' | 'part-starts' | 'part-ends'>;

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
export function timelineOf(plan: PracticePlan, language: Language = 'en'): Milestone[] {
  return [...reminders(plan, language), ...drill(plan, language), ...theDay(plan, language)].sort(
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

function reminders(plan: PracticePlan, language: Language): Milestone[] {
  return plan.deadlines.flatMap(({ what, date, remindDaysBefore }, index) =>
    [...new Set(remindDaysBefore)].map((n) => ({
      id: `reminder-${index + 1}-${n}`,
      at: fromHongKong(`${addDays(date, -n)} ${remindAt}`),
      kind: 'reminder' as const,
      title: t(language, n === 0 ? 'practice.reminder.last' : 'practice.reminder.left', { what, date, n }),
    })),
  );
}

/** The drill, and on the last business day before the session who answered it. */
function drill({ drillBusinessDaysBefore: days, date }: PracticePlan, language: Language): Milestone[] {
  if (days === undefined) return [];
  const before = (count: number) =>
    Array.from({ length: count }).reduce<string>((day) => previousBusinessDay('securities', day), date);
  return [
    {
      id: 'drill',
      at: fromHongKong(`${before(days)} ${drillAt}`),
      kind: 'drill',
      title: t(language, 'practice.page.event.milestone.drill'),
    },
    {
      id: 'drill-result',
      at: fromHongKong(`${before(1)} ${drillResultAt}`),
      kind: 'drill-result',
      title: t(language, 'practice.page.event.milestone.drill-result'),
    },
  ];
}

function theDay(plan: PracticePlan, language: Language): Milestone[] {
  const { start, end } = planHours(plan);
  const cutOff = planMoment(plan, plan.weather.cutOff);
  const starts = planMoment(plan, start);
  const ends = planMoment(plan, end);
  const milestone = (kind: DayKind, at: number): Milestone => ({
    ...{ id: kind, at, kind },
    title: t(language, `practice.page.event.milestone.${kind}`, { cutOff: plan.weather.cutOff, start }),
  });
  return [
    milestone('weather-watch', cutOff - watchLeadMs),
    milestone('weather-verdict', cutOff + watchLimits.settleMs),
    ...plan.hotlines
      .filter((hotline) => plan.accounts.some((one) => one.installation === hotline.installation))
      .map(({ installation, from, name, number }) => ({
        id: `hotline-${installation}`,
        at: planMoment(plan, from),
        kind: 'hotline' as const,
        title: t(language, 'practice.hotline.subject', { name, number }),
      })),
    milestone('last-call', starts - lastCallMs),
    milestone('key-freeze-begins', fromHongKong(plan.keyFreeze.from)),
    ...plan.parts.flatMap(({ name: part, start, end, dataCentre }, index): Milestone[] => {
      const site = t(language, `practice.site.${dataCentre}`);
      const edge = (kind: 'part-starts' | 'part-ends', time: string): Milestone => ({
        ...{ id: `part-${index + 1}-${kind.slice(5)}`, at: planMoment(plan, time), kind, part, dataCentre },
        title: t(language, `practice.page.event.milestone.${kind}`, { part, site }),
      });
      return [edge('part-starts', start), edge('part-ends', end)];
    }),
    milestone('restore-check', ends),
    milestone('expiry', ends),
    milestone('key-freeze-ends', fromHongKong(plan.keyFreeze.to)),
  ];
}
