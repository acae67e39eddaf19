/** From what the editor saved to what a node works with: environment variables put in, then checked by a schema. */
import type { z } from 'zod';
import { ascii, entriesOf } from '../../lib/cells/index.ts';
import { checkSaved, type SavedSettings } from '../../lib/cells/saved.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { t } from '../../lib/i18n/translate.ts';
import { type EnvLookup, expandAll } from '../../lib/model/expand-env.ts';
import { settingsOf } from './secrets.ts';

/** Whoever mends these sees the rest at the next deploy. */
const MOST_NAMED = 20;

/**
 * Settings of an earlier release are brought to this one's first.
 * @throws RapError CONFIG_INVALID naming the setting as the dialog names it - of a table the row and the column - and
 * what is wrong with it; the cure is that of the first
 */
export function readSettings<S extends z.ZodType>(
  saved: SavedSettings<S>,
  config: unknown,
  lookup: EnvLookup,
  language: Language = 'en',
): z.infer<S> {
  const given = expandAll(settingsOf((config ?? {}) as object), lookup, '') as Record<string, unknown>;
  const checked = checkSaved(saved, given, language);
  if ('value' in checked) return checked.value;
  const { faults } = checked;
  const told = faults
    .slice(0, MOST_NAMED)
    .map(({ path, says }) => `${fieldOf(path, language)}: ${says}`)
    .join('; ');
  const n = faults.length - MOST_NAMED;
  const text = n > 0 ? `${told}; ${t(language, 'nodes.settings.more', { n })}` : told;
  const [first] = faults;
  throw new RapError('CONFIG_INVALID', text, {
    ...(first === undefined ? {} : { cure: first.cure }),
    details: { field: fieldOf(first?.path ?? [], 'en') },
  });
}

function fieldOf(path: readonly PropertyKey[], language: Language): string {
  return path
    .map((step) =>
      typeof step === 'number' ? t(language, 'nodes.settings.row', { n: step + 1 }) : String(step),
    )
    .join(', ');
}

/** The names in a list such as "ops; risk", in whatever way they are parted. */
export function listOf(text: string): string[] {
  return entriesOf(text).map(ascii);
}
