/** The dialog's fields and the plan they make; `planFields` is the way back. */
import type { Language } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { type KnownAccount, type PracticePlan, parsePlan } from '../../lib/practice/plan.ts';
import { listOf, readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

/**
 * @param known the accounts that exist here
 * @param language of what is said of it
 * @throws RapError CONFIG_INVALID naming every wrong cell, else every wrong field as the plan calls it
 */
export function readPlanFields(
  config: unknown,
  lookup: EnvLookup,
  known: readonly KnownAccount[],
  language?: Language,
): PracticePlan {
  const { freezeFrom, freezeTo, cutOff, noticeMinutes, signals, drillDays, ...fields } = readSettings(
    saved,
    config,
    lookup,
    language,
  );
  return parsePlan(
    {
      ...fields,
      parts: fields.parts.map((part) => ({ ...part, tasks: listOf(part.tasks) })),
      weather: {
        cutOff,
        noticeMinutes,
        cancels: signals.filter((row) => row.before === 'cancels').map((row) => row.signal),
        terminates: signals.filter((row) => row.after === 'terminates').map((row) => row.signal),
      },
      deadlines: fields.deadlines.map(({ what, date, weekday, remind }) => ({
        what,
        date,
        ...(weekday === '' ? {} : { weekday }),
        remindDaysBefore: remind,
      })),
      ...(drillDays === undefined ? {} : { drillBusinessDaysBefore: drillDays }),
      keyFreeze: { from: freezeFrom, to: freezeTo },
    },
    known,
    language,
  );
}
