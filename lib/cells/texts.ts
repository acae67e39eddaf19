/** The texts of this room. The dialogs load them in the browser without the rest of the catalogue. */
import en from '../i18n/en/cells.json' with { type: 'json' };
import type { Language } from '../i18n/languages.ts';
import zhHans from '../i18n/zh-Hans/cells.json' with { type: 'json' };
import zhHant from '../i18n/zh-Hant/cells.json' with { type: 'json' };

type Key = keyof typeof en;

export type FaultKind = Key extends infer K ? (K extends `cells.${infer Kind}.says` ? Kind : never) : never;

const texts: Readonly<Record<Language, Readonly<Record<Key, string>>>> = {
  en,
  'zh-Hant': zhHant,
  'zh-Hans': zhHans,
};

/** What a fault says, and what is entered instead; "{detail}" is still to be filled in. */
export function sentenceOf(kind: FaultKind, language: Language): { says: string; cure: string } {
  const of = texts[language];
  return { says: of[`cells.${kind}.says`], cure: of[`cells.${kind}.cure`] };
}
