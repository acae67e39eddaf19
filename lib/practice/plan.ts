/**
 * The plan of a practice session as plain data: everything about the day that a circular announces, so that next
 * year's circular is a new plan and not new code. Times of the day are Hong Kong time 'HH:MM', dates 'YYYY-MM-DD'.
 */
import { z } from 'zod';
import { readTelephone } from '../cells/index.ts';
import { type Fault, refusal, shapeFaults } from '../errors/faults.ts';
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

/** What is done in a part, in this order. */
export const tasks = ['check-addresses', 'log-in', 'list', 'download', 'log-out'] as const;

const text = z.string().trim().min(1, 'is empty');
const date = z.string().refine(isIsoDate, 'is not a real date like 2025-06-21');
const weekday = z.enum(weekdays);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of the day like 14:00');
const installation = z.enum(['hkscc', 'hkcc-seoch']) satisfies z.ZodType<Installation>;
const trigger = z.enum(triggerKinds as [TriggerKind, ...TriggerKind[]]);
const stamp = z.string().refine(isStamp, 'is not a time like 2025-06-21 14:00');

const planShape = z.strictObject({
  title: text,
  /** Where the plan comes from: the circular's number. */
  source: text,
  date,
  /** As the circular prints it; must be the weekday of the date, because circulars slip. */
  weekday,
  /** The accounts taking part. */
  accounts: z.array(z.strictObject({ account: text, installation })).min(1, 'names no account'),
  parts: z
    .array(
      z.strictObject({
        name: text,
        start: time,
        end: time,
        dataCentre: z.enum(['primary', 'secondary']),
        tasks: z.array(z.enum(tasks)).min(1, 'says nothing to do'),
      }),
    )
    .min(1, 'has no part'),
  weather: z.strictObject({
    cutOff: time,
    noticeMinutes: z.int().min(0, 'is negative').max(240, 'is longer than four hours'),
    cancels: z.array(trigger),
    terminates: z.array(trigger),
  }),
  hotlines: z.array(
    z.strictObject({
      installation,
      name: text,
      number: z.string().refine((number) => 'value' in readTelephone(number), 'is not a telephone number'),
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
      remindDaysBefore: z.array(z.int().min(0, 'is negative').max(365, 'is more than a year')),
    }),
  ),
  /** Ask every contact for a code so many business days before; left out, nobody is asked. */
  drillBusinessDaysBefore: z.int().min(1, 'is less than 1').max(20, 'is more than 20').optional(),
  /** No key is made, changed or registered in this time. */
  keyFreeze: z.strictObject({ from: stamp, to: stamp }),
});

export type PracticePlan = z.infer<typeof planShape>;
export type PracticePart = PracticePlan['parts'][number];
export type PracticeTask = (typeof tasks)[number];

/** An account that exists here, so that a plan cannot name another. */
export interface KnownAccount {
  account: string;
  installation: Installation;
}

/** What the sentences of a refusal are about. */
const SUBJECT = 'The practice plan';

/**
 * Checks a plan.
 * @param known the accounts that exist here; without them account names are taken as they are
 * @throws RapError CONFIG_INVALID; the message names every wrong field, the cure is for the first
 */
export function parsePlan(input: unknown, known?: readonly KnownAccount[]): PracticePlan {
  const parsed = planShape.safeParse(input);
  if (!parsed.success) throw refusal(SUBJECT, shapeFaults(parsed.error, 'plan', input));
  const faults = [
    ...dateFaults(parsed.data),
    ...partFaults(parsed.data),
    ...weatherFaults(parsed.data),
    ...accountFaults(parsed.data, known),
    ...hotlineFaults(parsed.data),
    ...freezeFaults(parsed.data),
  ];
  if (faults.length > 0) throw refusal(SUBJECT, faults);
  return parsed.data;
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

function weekdayOf(date: string): (typeof weekdays)[number] {
  return weekdays[dayOfWeek(date) - 1] ?? 'Monday';
}

/** The date itself, or the Friday before when it is a Saturday or Sunday. */
function weekdayBefore(date: string): string {
  return addDays(date, Math.min(0, 5 - dayOfWeek(date)));
}

function isStamp(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d$/.test(value) && isIsoDate(value.slice(0, 10));
}

function dateFaults(plan: PracticePlan): Fault[] {
  const faults: Fault[] = [];
  const check = (field: string, one: string, said: string | undefined) => {
    const is = weekdayOf(one);
    if (said === undefined || said === is) return;
    faults.push({
      field,
      problem: `says ${said}, but ${one} is a ${is}`,
      cure: `Ask which is meant: correct ${field} to ${is}, or the date.`,
    });
  };
  check('weekday', plan.date, plan.weekday);
  plan.deadlines.forEach((deadline, index) => {
    check(`deadlines[${index}].weekday`, deadline.date, deadline.weekday);
    if (deadline.date > plan.date) {
      faults.push({
        field: `deadlines[${index}].date`,
        problem: `is after the session on ${plan.date}`,
        cure: `Enter a date up to ${plan.date} in deadlines[${index}].date.`,
      });
    }
  });
  if (plan.reportsOf > plan.date) {
    faults.push({
      field: 'reportsOf',
      problem: `${plan.reportsOf} is after the session on ${plan.date}`,
      cure: 'Enter the business date whose reports the circular promises in reportsOf.',
    });
  } else if (dayOfWeek(plan.reportsOf) > 5) {
    faults.push({
      field: 'reportsOf',
      problem: `${plan.reportsOf} is a ${weekdayOf(plan.reportsOf)}, not a business day`,
      cure: 'Enter the business date whose reports the circular promises in reportsOf.',
    });
  }
  return faults;
}

function partFaults(plan: PracticePlan): Fault[] {
  return plan.parts.flatMap((part, index) => {
    const field = `parts[${index}]`;
    const before = plan.parts[index - 1];
    const faults: Fault[] = [];
    if (part.end <= part.start) {
      faults.push({
        field: `${field}.end`,
        problem: `${part.end} is not after the start ${part.start}; a part lies within the day`,
        cure: `Enter an end later than ${part.start} in ${field}.end.`,
      });
    }
    if (before !== undefined && part.start < before.end) {
      faults.push({
        field: `${field}.start`,
        problem: `${part.start} overlaps "${before.name}", which ends at ${before.end}`,
        cure: `Enter ${before.end} or later in ${field}.start, or put the parts in order.`,
      });
    }
    if (plan.parts.findIndex((one) => one.name === part.name) < index) {
      faults.push({
        field: `${field}.name`,
        problem: `"${part.name}" is used twice`,
        cure: `Give the part another name in ${field}.name.`,
      });
    }
    return faults;
  });
}

function weatherFaults(plan: PracticePlan): Fault[] {
  const { start } = planHours(plan);
  if (plan.weather.cutOff < start) return [];
  return [
    {
      field: 'weather.cutOff',
      problem: `${plan.weather.cutOff} is not before the first part at ${start}`,
      cure: `Enter a time before ${start} in weather.cutOff.`,
    },
  ];
}

function accountFaults(plan: PracticePlan, known: readonly KnownAccount[] | undefined): Fault[] {
  return plan.accounts.flatMap(({ account, installation }, index) => {
    const field = `accounts[${index}]`;
    if (plan.accounts.findIndex((one) => one.account === account) < index) {
      return [
        {
          field: `${field}.account`,
          problem: `"${account}" is named twice`,
          cure: `Name another account in ${field}.account, or remove the line.`,
        },
      ];
    }
    if (known === undefined) return [];
    const found = known.find((one) => one.account === account);
    if (found === undefined) {
      const names = known.map((one) => one.account).join(', ') || 'none';
      return [
        {
          field: `${field}.account`,
          problem: `"${account}" is not known here (known: ${names})`,
          cure: `Enter a known account in ${field}.account, or set the account up first.`,
        },
      ];
    }
    if (found.installation === installation) return [];
    return [
      {
        field: `${field}.installation`,
        problem: `says ${installation}, but "${account}" is an account of ${found.installation}`,
        cure: `Enter ${found.installation} in ${field}.installation.`,
      },
    ];
  });
}

function hotlineFaults(plan: PracticePlan): Fault[] {
  const { start } = planHours(plan);
  const late = plan.hotlines.flatMap((hotline, index) =>
    hotline.from < start
      ? []
      : [
          {
            field: `hotlines[${index}].from`,
            problem: `${hotline.from} is not before the first part at ${start}`,
            cure: `Enter a time before ${start} in hotlines[${index}].from.`,
          },
        ],
  );
  const taking = [...new Set(plan.accounts.map((one) => one.installation))];
  const missing = taking
    .filter((one) => !plan.hotlines.some((hotline) => hotline.installation === one))
    .map((one) => ({
      field: 'hotlines',
      problem: `has no number for ${one}, which takes part`,
      cure: `Add the hotline of ${one} to hotlines.`,
    }));
  return [...late, ...missing];
}

function freezeFaults(plan: PracticePlan): Fault[] {
  const { start, end } = planHours(plan);
  const { from, to } = plan.keyFreeze;
  if (from <= `${plan.date} ${start}` && to >= `${plan.date} ${end}`) return [];
  return [
    {
      field: 'keyFreeze',
      problem: `${from} to ${to} does not cover the session (${plan.date} ${start} to ${end})`,
      cure: 'Let keyFreeze begin at or before the first part and end at or after the last.',
    },
  ];
}
