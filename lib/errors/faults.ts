/** What is wrong with something that a person wrote: where, what, and how to put it right. */
import type { z } from 'zod';
import { RapError } from './rap-error.ts';

export interface Fault {
  /** As the person finds it: 'rules[2].times.about'. '' is the whole. */
  field: string;
  /** Follows the field in a sentence: 'is not a real date'. */
  problem: string;
  cure: string;
}

/**
 * The faults a schema found.
 * @param whole what has the fields, a noun: 'plan'
 * @param given what the schema was given
 */
export function shapeFaults({ issues }: z.ZodError, whole: string, given: unknown): Fault[] {
  return issues.map((issue) => shapeFault(issue, whole, given));
}

/**
 * The message names every field, the cure is for the first.
 * @param subject begins the sentence: 'The practice plan'; or makes it of what is wrong
 */
export function refusal(subject: string | ((list: string) => string), faults: readonly Fault[]): RapError {
  const first = faults[0];
  const list = faults.map((one) => (one.field === '' ? one.problem : `${one.field} ${one.problem}`));
  const told = list.join('; ');
  const sentence = typeof subject === 'string' ? `${subject} cannot be used: ${told}` : subject(told);
  return new RapError('CONFIG_INVALID', sentence, {
    ...(first === undefined ? {} : { cure: first.cure }),
    details: { field: first?.field },
  });
}

function shapeFault(issue: z.core.$ZodIssue, whole: string, given: unknown): Fault {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const full = field === '' ? key : `${field}.${key}`;
    return {
      field: full,
      problem: `is not a field of a ${whole}`,
      cure: `Remove ${full} or correct its name.`,
    };
  }
  const problem = problemOf(issue, given);
  return { field, problem, cure: `Enter ${field || `the ${whole}`} again: it ${problem}.` };
}

const kinds: Partial<Record<string, string>> = {
  object: 'an object with fields',
  array: 'a list',
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function problemOf(issue: z.core.$ZodIssue, given: unknown): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type') {
    const kind = kinds[issue.expected] ?? issue.expected;
    return valueAt(given, issue.path) === undefined ? `is missing: ${kind}` : `must be ${kind}`;
  }
  return issue.message;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | null)?.[step], given);
}

/** 'parts[0].start' */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, step) =>
      typeof step === 'number' ? `${name}[${step}]` : name === '' ? String(step) : `${name}.${String(step)}`,
    '',
  );
}
