/** What the policy of an error code means for whoever is on duty, in words: of the runbook and the page of errors. */

import type { CodePolicy } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { isKey, t } from '../i18n/translate.ts';

/** What ends the alarm of a code; some scopes have texts of their own. */
export function endOf(
  { ends, scope }: Pick<CodePolicy, 'ends' | 'scope'>,
  language: Language = 'en',
): string {
  if (ends === 'at once') return t(language, 'runbook.opensNone');
  const own = `runbook.${ends}.${scope}`;
  return t(language, isKey(own) ? own : `runbook.ends.${ends}`);
}
