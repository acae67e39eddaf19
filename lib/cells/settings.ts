/** Readers as the checks of settings use them. */
import { z } from 'zod';
import type { RapErrorOptions } from '../errors/rap-error.ts';
import type { Reader, Reading } from './cell.ts';
import { explain } from './explain.ts';

export { mustRead } from './must-read.ts';

/** Text of a setting; a number that a file or a script wrote is taken by its digits, nothing at all as ''. */
export const written = z
  .union([z.string(), z.number().transform(String)], 'must be text')
  .nullish()
  .transform((text) => text ?? '');

/** What a check knows of where it is. */
type Context = z.core.$RefinementCtx;

/**
 * What a cell of a row says; else undefined, and the check has an issue that carries the cure.
 * @param column of the cell in its row
 */
export function taken<T>(reading: Reading<T>, context: Context, ...column: string[]): T | undefined {
  if ('value' in reading) return reading.value;
  const { says, cure } = explain(reading.fault);
  context.addIssue({ code: 'custom', message: says, params: { cure }, path: column });
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

/** The cure that an issue of a cell brings. */
export function cureOf({ issues }: z.ZodError): Pick<RapErrorOptions, 'cure'> {
  for (const issue of issues) {
    if (issue.code === 'custom' && typeof issue.params?.cure === 'string') return { cure: issue.params.cure };
  }
  return {};
}
