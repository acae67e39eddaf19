/** A plan as the fields of the dialog of rap-plan, for the presets, for a pasted plan and for a rehearsal. */
import { triggerKinds } from '../weather/rule.ts';
import type { PracticePlan } from './plan.ts';

/** The dialog's fields of a plan. */
export function planFields(plan: PracticePlan) {
  const { title, source, date, weekday, reportsOf, accounts, parts, weather, hotlines } = plan;
  return {
    title,
    source,
    date,
    weekday,
    reportsOf,
    accounts,
    parts: parts.map((part) => ({ ...part, tasks: part.tasks.join(', ') })),
    cutOff: weather.cutOff,
    noticeMinutes: String(weather.noticeMinutes),
    signals: triggerKinds.map((signal) => ({
      signal,
      before: weather.cancels.includes(signal) ? 'cancels' : 'none',
      after: weather.terminates.includes(signal) ? 'terminates' : 'none',
    })),
    hotlines,
    deadlines: plan.deadlines.map((deadline) => ({
      what: deadline.what,
      date: deadline.date,
      weekday: deadline.weekday ?? '',
      remind: deadline.remindDaysBefore.join(', '),
    })),
    drillDays: plan.drillBusinessDaysBefore === undefined ? '' : String(plan.drillBusinessDaysBefore),
    freezeFrom: plan.keyFreeze.from,
    freezeTo: plan.keyFreeze.to,
  };
}
