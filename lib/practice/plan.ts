/**
 * The plan of a practice session as plain data: everything about the day that a circular announces, so that next
 * year's circular is a new plan and not new code. Times of the day are Hong Kong time 'HH:MM', dates 'YYYY-MM-DD'.
 */
import { z } from 'zod';
import { readTelephone } from '../cells/index.ts';
import { type Fault, refusal, shapeFaults } from '../errors/faults.ts';
import type { Language } from '../i18n/languages.ts';
import { isKey, type Params, t, type Under } from '../i18n/translate.ts';
import type { Installation } from '../model/types.ts';
import { addDays, dayOfWeek, fromHongKong, isIsoDate } from '../time/hong-kong.ts';
import type { Session, TriggerKind } from '../weather/rule.ts';
import { triggerKinds } from '../weather/rule.ts';

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

type Weekday = (typeof weekdays)[number];

/** What is done in a part, in this order. */
export const tasks = ['check-addresses', 'log-in', 'list', 'download', 'log-out'] as const;

/** What the schema says of a field, as the end of a key; see parsePlan. */
const says = (kind: Under<'practice.plan.shape'>) => kind;

const text = z.string().trim().min(1, says('empty'));
const date = z.string().refine(isIsoDate, says('date'));
const weekday = z.enum(weekdays);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, says('time'));
const installation = z.enum(['hkscc', 'hkcc-seoch']) satisfies z.ZodType<Installation>;
const trigger = z.enum(triggerKinds as [TriggerKind, ...TriggerKind[]]);
const stamp = z.string().refine(isStamp, says('stamp'));

const planShape = z.strictObject({
  title: text,
  /** Where the plan comes from: the circular's number. */
  source: text,
  date,
  /** As the circular prints it; must be the weekday of the date, because circulars slip. */
  weekday,
  /** The accounts taking part. */
  accounts: z.array(z.strictObject({ account: text, installation })).min(1, says('noAccount')),
  parts: z
    .array(
      z.strictObject({
        name: text,
        start: time,
        end: time,
        dataCentre: z.enum(['primary', 'secondary']),
        tasks: z.array(z.enum(tasks)).min(1, says('noTask')),
      }),
    )
    .min(1, says('noPart')),
  weather: z.strictObject({
    cutOff: time,
    noticeMinutes: z.int().min(0, says('negative')).max(240, says('tooLong')),
    cancels: z.array(trigger),
    terminates: z.array(trigger),
  }),
  hotlines: z.array(
    z.strictObject({
      installation,
      name: text,
      number: z.string().refine((number) => 'value' in readTelephone(number), says('telephone')),
      /** From when one may ask whether the session is held. */
      from: time,
    }),
  ),
  /** The business date whose reports are there to download; others are absent on purpose. */
  reportsOf: date,
  deadlines: z.array(
    z.strictObject({
      what: text,
      date,
      weekday: weekday.optional(),
      /** Remind so many days before; 0 is the day itself. */
      remindDaysBefore: z.array(z.int().min(0, says('negative')).max(365, says('yearAhead'))),
    }),
  ),
  /** Ask every contact for a code so many business days before; left out, nobody is asked. */
  drillBusinessDaysBefore: z.int().min(1, says('lessThanOne')).max(20, says('moreThanTwenty')).optional(),
  /** No key is made, changed or registered in this time. */
  keyFreeze: z.strictObject({ from: stamp, to: stamp }),
});

export type PracticePlan = z.infer<typeof planShape>;
export type PracticePart = PracticePlan['parts'][number];

/** An account that exists here, so that a plan cannot name another. */
export interface KnownAccount {
  account: string;
  installation: Installation;
}

/**
 * Checks a plan.
 * @param known the accounts that exist here; without them account names are taken as they are
 * @param language of what is said
 * @throws RapError CONFIG_INVALID; the message names every wrong field, the cure is for the first
 */
export function parsePlan(
  input: unknown,
  known?: readonly KnownAccount[],
  language: Language = 'en',
): PracticePlan {
  const parsed = planShape.safeParse(input);
  const subject = (list: string) => t(language, 'practice.plan.refused', { list });
  if (!parsed.success) {
    const say = (kind: string) => {
      const key = `practice.plan.shape.${kind}`;
      return isKey(key) ? t(language, key) : kind;
    };
    const whole = t(language, 'practice.plan.noun');
    throw refusal(subject, shapeFaults(parsed.error, whole, input, { language, say }));
  }
  const found = contradictions(parsed.data, known, (day) => t(language, `practice.weekday.${day}`));
  if (found.length === 0) return parsed.data;
  const faults = found.map(
    ({ field, kind, ...params }): Fault => ({
      field,
      problem: t(language, `practice.plan.fault.${kind}.says`, { field, ...params }),
      cure: t(language, `practice.plan.fault.${kind}.cure`, { field, ...params }),
    }),
  );
  throw refusal(subject, faults);
}

/** The first start and the last end of the parts, 'HH:MM'. */
export function planHours(plan: PracticePlan): { start: string; end: string } {
  const starts = plan.parts.map((part) => part.start).sort();
  const ends = plan.parts.map((part) => part.end).sort();
  return { start: starts[0] ?? '', end: ends.at(-1) ?? '' };
}

/** A time of the day of the plan as a moment (epoch ms). */
export function planMoment(plan: PracticePlan, time: string): number {
  return fromHongKong(`${plan.date} ${time}`);
}

/** The plan as far as the weather rule is concerned. */
export function sessionOf(plan: PracticePlan, unattended = false): Session {
  const { start, end } = planHours(plan);
  const { cutOff, ...rule } = plan.weather;
  return {
    times: {
      date: plan.date,
      cutOff: planMoment(plan, cutOff),
      start: planMoment(plan, start),
      end: planMoment(plan, end),
    },
    rule: { ...rule, unattended },
  };
}

/** The same plan on another date: the hours stay, every date moves by as many days, reports stay on weekdays. */
export function movePlan(plan: PracticePlan, date: string): PracticePlan {
  const days = Math.round((fromHongKong(`${date} 00:00`) - fromHongKong(`${plan.date} 00:00`)) / 86_400_000);
  const move = (one: string) => addDays(one, days);
  const moveStamp = (one: string) => `${move(one.slice(0, 10))}${one.slice(10)}`;
  return {
    ...plan,
    date,
    weekday: weekdayOf(date),
    reportsOf: weekdayBefore(move(plan.reportsOf)),
    deadlines: plan.deadlines.map((one) => ({
      ...one,
      date: move(one.date),
      ...(one.weekday === undefined ? {} : { weekday: weekdayOf(move(one.date)) }),
    })),
    keyFreeze: { from: moveStamp(plan.keyFreeze.from), to: moveStamp(plan.keyFreeze.to) },
  };
}

function weekdayOf(date: string): Weekday {
  return weekdays[dayOfWeek(date) - 1] ?? 'Monday';
}

/** The date itself, or the Friday before when it is a Saturday or Sunday. */
function weekdayBefore(date: string): string {
  return addDays(date, Math.min(0, 5 - dayOfWeek(date)));
}

function isStamp(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d$/.test(value) && isIsoDate(value.slice(0, 10));
}

type Kind =
  | 'weekday'
  | 'deadline'
  | 'reportsAfter'
  | 'reportsClosed'
  | 'partEnd'
  | 'partOverlap'
  | 'partName'
  | 'beforeParts'
  | 'accountTwice'
  | 'accountUnknown'
  | 'accountElsewhere'
  | 'noHotline'
  | 'freeze';

/** Fields that cannot both be right: one of them, what is wrong, and what its sentence says. */
type Contradiction = Params & { field: string; kind: Kind };

/** @param nameOf a weekday, in the reader's language */
function contradictions(
  plan: PracticePlan,
  known: readonly KnownAccount[] | undefined,
  nameOf: (day: Weekday) => string,
): Contradiction[] {
  return [
    ...dateFaults(plan, nameOf),
    ...partFaults(plan),
    ...weatherFaults(plan),
    ...accountFaults(plan, known),
    ...hotlineFaults(plan),
    ...freezeFaults(plan),
  ];
}

function dateFaults(plan: PracticePlan, nameOf: (day: Weekday) => string): Contradiction[] {
  const { date, reportsOf } = plan;
  const weekdayFault = (field: string, date: string, said: Weekday | undefined): Contradiction[] => {
    const is = weekdayOf(date);
    return said === undefined || said === is
      ? []
      : [{ field, kind: 'weekday', said: nameOf(said), date, is: nameOf(is) }];
  };
  const reports = { field: 'reportsOf', reportsOf, date, is: nameOf(weekdayOf(reportsOf)) };
  return [
    ...weekdayFault('weekday', date, plan.weekday),
    ...plan.deadlines.flatMap((deadline, index): Contradiction[] => [
      ...weekdayFault(`deadlines[${index}].weekday`, deadline.date, deadline.weekday),
      ...(deadline.date > date
        ? [{ field: `deadlines[${index}].date`, kind: 'deadline', date } as const]
        : []),
    ]),
    ...(reportsOf > date ? [{ ...reports, kind: 'reportsAfter' } as const] : []),
    ...(reportsOf <= date && dayOfWeek(reportsOf) > 5
      ? [{ ...reports, kind: 'reportsClosed' } as const]
      : []),
  ];
}

function partFaults(plan: PracticePlan): Contradiction[] {
  return plan.parts.flatMap(({ name, start, end }, index) => {
    const field = `parts[${index}]`;
    const before = plan.parts[index - 1];
    const faults: Contradiction[] = [];
    if (end <= start) faults.push({ field: `${field}.end`, kind: 'partEnd', start, end });
    if (before !== undefined && start < before.end) {
      faults.push({
        ...{ field: `${field}.start`, kind: 'partOverlap', start },
        ...{ before: before.name, ends: before.end },
      });
    }
    if (plan.parts.findIndex((one) => one.name === name) < index) {
      faults.push({ field: `${field}.name`, kind: 'partName', name });
    }
    return faults;
  });
}

function weatherFaults(plan: PracticePlan): Contradiction[] {
  const { start } = planHours(plan);
  const time = plan.weather.cutOff;
  return time < start ? [] : [{ field: 'weather.cutOff', kind: 'beforeParts', time, start }];
}

function accountFaults(plan: PracticePlan, known: readonly KnownAccount[] | undefined): Contradiction[] {
  return plan.accounts.flatMap(({ account, installation }, index): Contradiction[] => {
    const field = `accounts[${index}].account`;
    if (plan.accounts.findIndex((one) => one.account === account) < index) {
      return [{ field, kind: 'accountTwice', account }];
    }
    const found = known?.find((one) => one.account === account);
    if (known !== undefined && found === undefined) {
      const names = known.map((one) => one.account).join(', ') || '-';
      return [{ field, kind: 'accountUnknown', account, names }];
    }
    if (found === undefined || found.installation === installation) return [];
    const is = found.installation;
    return [
      { field: `accounts[${index}].installation`, kind: 'accountElsewhere', said: installation, account, is },
    ];
  });
}

function hotlineFaults(plan: PracticePlan): Contradiction[] {
  const { start } = planHours(plan);
  const late = plan.hotlines.flatMap(({ from }, index): Contradiction[] =>
    from < start ? [] : [{ field: `hotlines[${index}].from`, kind: 'beforeParts', time: from, start }],
  );
  const missing = [...new Set(plan.accounts.map((one) => one.installation))]
    .filter((one) => !plan.hotlines.some((hotline) => hotline.installation === one))
    .map((installation): Contradiction => ({ field: 'hotlines', kind: 'noHotline', installation }));
  return [...late, ...missing];
}

function freezeFaults(plan: PracticePlan): Contradiction[] {
  const { start, end } = planHours(plan);
  const { from, to } = plan.keyFreeze;
  if (from <= `${plan.date} ${start}` && to >= `${plan.date} ${end}`) return [];
  return [{ field: 'keyFreeze', kind: 'freeze', from, to, date: plan.date, start, end }];
}
