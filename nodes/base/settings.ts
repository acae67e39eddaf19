/** From what the editor saved to what a node works with: environment variables put in, then checked by a schema. */
import type { z } from 'zod';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type EnvLookup, expandAll } from '../../lib/words/expand-env.ts';

/**
 * @throws RapError CONFIG_INVALID naming the setting as the dialog names it, and what is wrong with it
 */
export function readSettings<S extends z.ZodType>(schema: S, config: unknown, lookup: EnvLookup): z.infer<S> {
  const result = schema.safeParse(expandAll(config, lookup, ''));
  if (result.success) return result.data;
  const text = result.error.issues
    .map(
      (issue) =>
        `${issue.path.map((step) => (typeof step === 'number' ? `row ${step + 1}` : String(step))).join(', ')}: ${issue.message}`,
    )
    .join('; ');
  throw new RapError('CONFIG_INVALID', text, { cause: result.error });
}

/** 'a, b' as ['a', 'b']. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
