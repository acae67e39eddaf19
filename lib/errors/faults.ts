/** What is wrong with something that a person wrote: where, what, and how to put it right. */
import type { z } from 'zod';
import type { Language } from '../i18n/languages.ts';
import { isKey, t } from '../i18n/translate.ts';
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
 * @param words of what is said, and what the schema's own messages say in it
 */
export function shapeFaults(
  { issues }: z.ZodError,
  whole: string,
  given: unknown,
  words: Partial<Words> = {},
): Fault[] {
  return issues.map((issue) => shapeFault(issue, whole, given, { ...asWritten, ...words }));
}

interface Words {
  language: Language;
  say(message: string): string;
}

const asWritten: Words = { language: 'en', say: (message) => message };

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

function shapeFault(issue: z.core.$ZodIssue, whole: string, given: unknown, words: Words): Fault {
  const { language } = words;
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const full = field === '' ? key : `${field}.${key}`;
    return {
      field: full,
      problem: t(language, 'errors.shape.extra', { whole }),
      cure: t(language, 'errors.shape.remove', { field: full }),
    };
  }
  const problem = problemOf(issue, given, words);
  const what = field || t(language, 'errors.shape.whole', { whole });
  return { field, problem, cure: t(language, 'errors.shape.again', { field: what, problem }) };
}

function problemOf(issue: z.core.$ZodIssue, given: unknown, { language, say }: Words): string {
  if (issue.code === 'invalid_value')
    return t(language, 'errors.shape.oneOf', { values: issue.values.join(', ') });
  if (issue.code === 'invalid_type') {
    const key = `errors.shape.kinds.${issue.expected}`;
    const kind = isKey(key) ? t(language, key) : issue.expected;
    const isMissing = valueAt(given, issue.path) === undefined;
    return t(language, isMissing ? 'errors.shape.missing' : 'errors.shape.mustBe', { kind });
  }
  return say(issue.message);
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
