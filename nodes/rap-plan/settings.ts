/** The dialog's fields and the plan they make; `planFields` is the way back. */
import { z } from 'zod';
import {
  oneLine,
  plain,
  type Reader,
  readDate,
  readDays,
  readMinutes,
  readMoment,
  readTime,
  readWeekday,
} from '../../lib/cells/index.ts';
import { written } from '../../lib/cells/settings.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { type KnownAccount, type PracticePlan, parsePlan } from '../../lib/practice/plan.ts';
import { listOf, readSettings } from '../runtime/settings.ts';

const text = written.transform(oneLine);

/** A cell in the plan's own form; what is none stays as it is, so that the plan's own check names the field. */
function canonical<T>(read: Reader<T>) {
  return written.transform((typed) => {
    const reading = read(typed);
    return 'value' in reading ? String(reading.value) : oneLine(typed);
  });
}

const date = canonical(readDate);
const time = canonical(readTime);
const moment = canonical(readMoment);
const weekday = canonical(readWeekday);

const schema = z.object({
  title: text,
  source: text,
  date,
  weekday,
  reportsOf: date,
  accounts: z.array(z.object({ account: text, installation: text })).default([]),
  parts: z
    .array(z.object({ name: text, start: time, end: time, dataCentre: text, tasks: written }))
    .default([]),
  cutOff: time,
  noticeMinutes: text,
  signals: z.array(z.object({ signal: text, before: text, after: text })).default([]),
  hotlines: z
    .array(z.object({ installation: text, name: text, number: written.transform(plain), from: time }))
    .default([]),
  deadlines: z.array(z.object({ what: text, date, weekday, remind: written })).default([]),
  drillDays: text,
  freezeFrom: moment,
  freezeTo: moment,
});

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
        noticeMinutes: wholeNumber(readMinutes, noticeMinutes),
        cancels: signals.filter((row) => row.before === 'cancels').map((row) => row.signal),
        terminates: signals.filter((row) => row.after === 'terminates').map((row) => row.signal),
      },
      hotlines: fields.hotlines,
      reportsOf: fields.reportsOf,
      deadlines: fields.deadlines.map(({ what, date, weekday, remind }) => ({
        what,
        date,
        ...(weekday === '' ? {} : { weekday }),
        remindDaysBefore: listOf(remind).map((days) => wholeNumber(readDays, days)),
      })),
      ...(drillDays === '' ? {} : { drillBusinessDaysBefore: wholeNumber(readDays, drillDays) }),
      keyFreeze: { from: freezeFrom, to: freezeTo },
    },
    known,
  );
}

/** What is no whole number stays as it is, so that the plan's own check names the field. */
function wholeNumber(read: Reader<number>, text: string): number | string {
  const reading = read(text);
  return 'value' in reading ? reading.value : text;
}
