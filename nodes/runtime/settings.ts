/** From what the editor saved to what a node works with: environment variables put in, then checked by a schema. */
import type { z } from 'zod';
import { ascii, entriesOf } from '../../lib/cells/index.ts';
import { cureOf } from '../../lib/cells/settings.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type EnvLookup, expandAll } from '../../lib/model/expand-env.ts';
import { settingsOf } from './secrets.ts';

/** Whoever mends these sees the rest at the next deploy. */
const MOST_NAMED = 20;

/**
 * @throws RapError CONFIG_INVALID naming the setting as the dialog names it - of a table the row and the column - and
 * what is wrong with it; the cure is that of the first
 */
export function readSettings<S extends z.ZodType>(schema: S, config: unknown, lookup: EnvLookup): z.infer<S> {
  const result = schema.safeParse(expandAll(settingsOf((config ?? {}) as object), lookup, ''));
  if (result.success) return result.data;
  const { issues } = result.error;
  const fieldOf = ({ path }: z.core.$ZodIssue) =>
    path.map((step) => (typeof step === 'number' ? `row ${step + 1}` : String(step))).join(', ');
  const told = issues
    .slice(0, MOST_NAMED)
    .map((issue) => `${fieldOf(issue)}: ${issue.message}`)
    .join('; ');
  const [first] = issues;
  const field = first === undefined ? '' : fieldOf(first);
  const text = issues.length > MOST_NAMED ? `${told}; and ${issues.length - MOST_NAMED} more` : told;
  throw new RapError('CONFIG_INVALID', text, {
    ...cureOf(result.error),
    cause: result.error,
    details: { field },
  });
}

/** The names in a list such as "ops; risk", in whatever way they are parted. */
export function listOf(text: string): string[] {
  return entriesOf(text).map(ascii);
}
