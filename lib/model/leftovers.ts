/** What of a flow is still the demo's: plain data, and how it is said. */
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';

export type LeftoverKind =
  | 'participant'
  | 'user'
  | 'key file'
  | 'known hosts'
  | 'address'
  | 'relay'
  | 'contact'
  | 'any folder'
  | 'share';

export interface Leftover {
  kind: LeftoverKind;
  /** What stands there, without controls; '' where the kind says all. */
  value: string;
  /** Number of the rule, from 1, where it is of one. */
  rule?: number;
}

export function leftoverText({ kind, value, rule = 0 }: Leftover, language: Language): string {
  return t(language, `demo.leftovers.${kind}`, { value, rule });
}
