/** Readers as the checks of settings use them: by the runtime at a deploy, and by the dialogs in the browser. */
import * as z from 'zod';
import type { Language } from '../i18n/languages.ts';
import { type CellFault, fault, plain, type Reader, type Reading } from './cell.ts';
import { explain } from './explain.ts';

/** Text of a setting; a number that a file or a script wrote is taken by its digits, nothing at all as ''. */
export const written = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((text) => text ?? '');

/** What a check knows of where it is. */
export type Context = z.core.$RefinementCtx;

/** Notes what is wrong with a setting. @param path of the setting below what is checked */
export function refuse(context: Context, fault: CellFault, ...path: PropertyKey[]): void {
  context.addIssue({ code: 'custom', message: explain(fault).says, params: { fault }, path });
}

/** Both of Node-RED's ways to write a variable, the second of them where nothing else stands in a cell. */
const VARIABLE = /\$\{[^}]+\}|"\$\([^\s"]+\)"/;

/** Stands a variable in it, or somewhere inside? A deploy has put all of them in, a dialog none. */
export function holdsVariable(value: unknown): boolean {
  return VARIABLE.test(JSON.stringify(value) ?? '');
}

/**
 * For a rule about several settings: it is asked when these are right by themselves, whatever else is wrong, and when
 * what they say is known.
 */
export function about(...settings: string[]): z.core.$ZodSuperRefineParams {
  return {
    when: ({ issues, value }) =>
      !issues.some(({ path = [] }) => settings.includes(String(path[0]))) &&
      !settings.some((setting) => holdsVariable(valueAt(value, [setting]))),
  };
}

/**
 * What a cell of a row says; else undefined, and the check has an issue that carries the fault.
 * @param column of the cell in its row
 */
export function taken<T>(reading: Reading<T>, context: Context, ...column: string[]): T | undefined {
  if ('value' in reading) return reading.value;
  refuse(context, reading.fault, ...column);
  return undefined;
}

/** A setting that is read as a cell. */
export function cell<T>(read: Reader<T>) {
  return written.transform((text, context): T => {
    const reading = read(text);
    if ('value' in reading) return reading.value;
    taken(reading, context);
    return z.NEVER;
  });
}

/** A setting that a reader must be able to read, and that stays as it was typed. */
export function typed(read: Reader<unknown>) {
  return written.superRefine((text, context) => {
    taken(read(text), context);
  });
}

/** One of a few words. */
export function readChoice<const T extends string>(...words: T[]): Reader<T> {
  return (text) => {
    const word = words.find((one) => one === plain(text));
    return word === undefined ? fault('choice', text, words.join(', ')) : { value: word };
  };
}

export const choice = <const T extends string>(...words: T[]) => cell(readChoice(...words));

/** What is wrong with one setting: where, and in a person's language what, and what to enter instead. */
export interface SettingFault {
  path: readonly PropertyKey[];
  says: string;
  cure: string;
}

/** @param given what was checked */
export function faultsIn(
  { issues }: Pick<z.ZodError, 'issues'>,
  given: unknown,
  language?: Language,
): SettingFault[] {
  return issues.map((issue) => ({
    path: issue.path,
    ...explain(faultOf(issue, valueAt(given, issue.path)), language),
  }));
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): CellFault {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  if (issue.code === 'custom' && issue.params?.fault !== undefined) return issue.params.fault as CellFault;
  if (issue.code === 'invalid_value') {
    return { kind: 'choice', text, detail: issue.values.filter((one) => one !== '').join(', ') };
  }
  if (issue.code === 'invalid_union' && 'options' in issue && issue.options !== undefined) {
    return { kind: 'choice', text, detail: issue.options.join(', ') };
  }
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') return { kind: 'flag', text };
  if (issue.code === 'invalid_type' && issue.expected === 'array') return { kind: 'table', text };
  return { kind: 'notText', text };
}

/** What stands at a place in plain data. */
export function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | null)?.[step], given);
}

/** The cure that an issue of a cell brings. */
export function cureOf({ issues }: Pick<z.ZodError, 'issues'>): { cure?: string } {
  const issue = issues.find((one) => one.code === 'custom' && one.params?.fault !== undefined);
  return issue === undefined ? {} : { cure: explain(faultOf(issue, undefined)).cure };
}
