/** The dialog's fields and the plan they make; and back again, for the presets and for a pasted plan. */
import { z } from 'zod';
import { type KnownAccount, type PracticePlan, parsePlan } from '../../lib/practice/plan.ts';
import { triggerKinds } from '../../lib/weather/rule.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { listOf, readSettings } from '../base/settings.ts';

const text = z.coerce.string().trim().default('');

const schema = z.object({
  title: text,
  source: text,
  date: text,
  weekday: text,
  reportsOf: text,
  accounts: z.array(z.object({ account: text, installation: text })).default([]),
  parts: z.array(z.object({ name: text, start: text, end: text, dataCentre: text, tasks: text })).default([]),
  cutOff: text,
  noticeMinutes: text,
  signals: z.array(z.object({ signal: text, before: text, after: text })).default([]),
  hotlines: z.array(z.object({ installation: text, name: text, number: text, from: text })).default([]),
  deadlines: z.array(z.object({ what: text, date: text, weekday: text, remind: text })).default([]),
  drillDays: text,
  freezeFrom: text,
  freezeTo: text,
});

export type PlanFields = z.infer<typeof schema>;

/**
 * @param known the accounts that exist here
 * @throws RapError CONFIG_INVALID naming every wrong field as the plan calls it
 */
export function readPlanFields(
  config: unknown,
  lookup: EnvLookup,
  known: readonly KnownAccount[],
): PracticePlan {
  const fields = readSettings(schema, config, lookup);
  const { freezeFrom, freezeTo, cutOff, noticeMinutes, signals, drillDays } = fields;
  return parsePlan(
    {
      title: fields.title,
      source: fields.source,
      date: fields.date,
      weekday: fields.weekday,
      accounts: fields.accounts,
      parts: fields.parts.map((part) => ({ ...part, tasks: listOf(part.tasks) })),
      weather: {
        cutOff,
        noticeMinutes: wholeNumber(noticeMinutes),
        cancels: signals.filter((row) => row.before === 'cancels').map((row) => row.signal),
        terminates: signals.filter((row) => row.after === 'terminates').map((row) => row.signal),
      },
      hotlines: fields.hotlines,
      reportsOf: fields.reportsOf,
      deadlines: fields.deadlines.map(({ what, date, weekday, remind }) => ({
        what,
        date,
        ...(weekday === '' ? {} : { weekday }),
        remindDaysBefore: listOf(remind).map(wholeNumber),
      })),
      ...(drillDays === '' ? {} : { drillBusinessDaysBefore: wholeNumber(drillDays) }),
      keyFreeze: { from: freezeFrom, to: freezeTo },
    },
    known,
  );
}

/** The dialog's fields of a plan. */
export function planFields(plan: PracticePlan): PlanFields {
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

/** What is no whole number stays as it is, so that the plan's own check names the field. */
function wholeNumber(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value;
}
