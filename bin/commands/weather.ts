/** `rap weather`: what the weather rule decides for a day whose signals are given. */

import type { Language } from '../../lib/i18n/languages.ts';
import { t } from '../../lib/i18n/translate.ts';
import { partOutcomes } from '../../lib/practice/part-outcomes.ts';
import { movePlan, type PracticePlan, sessionOf } from '../../lib/practice/plan.ts';
import { readPlan } from '../../lib/practice/plan-file.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import { type DayReading, readDay } from '../../lib/weather/decide.ts';
import { reasonText } from '../../lib/weather/reasons/index.ts';
import { readSignals } from '../../lib/weather/signals-file.ts';
import { dateOption, parseArguments, required } from '../connection-options.ts';
import { languageFromOptions, languageHelp, languageOptions } from '../language-option.ts';

export const help = `Usage: rap weather --date YYYY-MM-DD --signals FILE [--plan FILE] [--language TAG] [--json]

Says how a practice session on that date ends when these signals are all there were, and nobody is there to ask:
HELD, HELD_CONTINUES (goes on under Black), CANCELLED or TERMINATED, with the time from which it counts.

  --date YYYY-MM-DD      the date of the session, Hong Kong
  --signals FILE         CSV with the header code,issued,cancelled; Hong Kong time YYYY-MM-DD HH:MM; an empty
                         "cancelled" means still in force; codes TC8 (or TC8NE, TC8SE, TC8SW, TC8NW), TC9, TC10,
                         WRAINB, EC (Extreme Conditions), and harmless ones such as TC3, WRAINR, WTS
  --plan FILE            a plan as JSON; its hours and weather rule are used. Without it: the hours of the session
                         of 21 June 2025 (14:00-16:00 and 18:00-19:00)
${languageHelp}
  --json                 one JSON object on stdout: verdict, effectiveAt (or null), reasons`;

const options = {
  date: { type: 'string' },
  signals: { type: 'string' },
  plan: { type: 'string' },
  json: { type: 'boolean' },
  ...languageOptions,
} as const;

/**
 * @param argv the words after "rap weather"
 * @returns 0, a verdict was reached
 * @throws RapError USAGE or CONFIG_INVALID
 */
export async function weather(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const date = dateOption(required(values.date, '--date'), '--date');
  const file = required(values.signals, '--signals');
  const plan = values.plan === undefined ? practice20250621 : await readPlan(values.plan);
  const moved = movePlan(plan, date);
  const language = languageFromOptions(values);
  const reading = readDay(sessionOf(moved), await readSignals(file));
  process.stdout.write(`${values.json ? asJson(reading) : asText(moved, reading, language)}\n`);
  return 0;
}

export default weather;

function stamp(effectiveAt: number | null): string | null {
  return effectiveAt === null ? null : hongKongStamp(effectiveAt).slice(0, 16);
}

function asJson({ verdict, effectiveAt, reasons }: DayReading): string {
  return JSON.stringify({ verdict, effectiveAt: stamp(effectiveAt), reasons });
}

function asText(plan: PracticePlan, reading: DayReading, language: Language): string {
  const said = t(language, `practice.day.verdict.${reading.verdict}`);
  const { effectiveAt } = reading;
  const verdict =
    effectiveAt === null
      ? said
      : t(language, 'practice.day.at', { verdict: said, time: hongKongTime(effectiveAt) });
  const weekday = t(language, `practice.weekday.${plan.weekday}`);
  return [
    t(language, 'practice.day.headline', { weekday, date: plan.date, verdict }),
    ...reading.because.map((reason) => `  ${reasonText(reason, language)}`),
    ...partOutcomes(plan, reading).map(({ part, outcome }) => {
      const values = { part: part.name, start: part.start, end: part.end };
      return `  ${t(language, 'practice.day.part', { ...values, outcome: t(language, `practice.day.outcome.${outcome}`) })}`;
    }),
  ].join('\n');
}
