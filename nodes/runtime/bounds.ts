/** How large a request of the editor or of a page may be: more than anybody types, less than keeps the process busy. */
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';

/** Values of all kinds in it, at any depth. */
const MOST_VALUES = 10_000;
/** Letters in all its texts. */
const MOST_LETTERS = 400_000;
const DEEPEST = 20;

/**
 * The body of a request.
 * @throws RapError CONFIG_INVALID when it is no object, or larger than any that a person fills
 */
export function boundedBody(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RapError('CONFIG_INVALID', 'The request holds no settings');
  }
  let values = 0;
  let letters = 0;
  const open: [unknown, number][] = [[body, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === 'string') letters += value.length;
    if (++values > MOST_VALUES || letters > MOST_LETTERS || depth > DEEPEST) {
      throw tooLarge();
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, one] of Object.entries(value)) {
      letters += key.length;
      open.push([one, depth + 1]);
    }
  }
  return body as Record<string, unknown>;
}

function tooLarge(): RapError {
  return new RapError('CONFIG_INVALID', 'The request is larger than any that a person fills', {
    cure: `Ask for less: up to ${MOST_VALUES} values and ${MOST_LETTERS} letters.`,
  });
}

/**
 * The values of variables, up to as many letters as a request may have: a small one can name a long value often.
 * What it gives throws RapError CONFIG_INVALID beyond that.
 */
export function boundedLookup(lookup: EnvLookup): EnvLookup {
  let letters = 0;
  return (name) => {
    const value = lookup(name);
    letters += value?.length ?? 0;
    if (letters > MOST_LETTERS) throw tooLarge();
    return value;
  };
}

/** Longer words of a person about what is done, such as a reason, are cut. */
const MOST_SAID = 500;

/** A text that a person typed to stand in the journal; '' for anything else. */
export function saidIn(value: unknown, most: number = MOST_SAID): string {
  return typeof value === 'string' ? value.trim().slice(0, most) : '';
}
