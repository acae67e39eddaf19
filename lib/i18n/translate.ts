/**
 * Texts for people, by key. Each language has a folder with a catalogue per room; a key that is not in the English one
 * does not compile, nor does a language that lacks one.
 */
import { type Catalogue, en, type Key } from './en/index.ts';
import { type Language, languages } from './languages.ts';
import { zhHans } from './zh-Hans/index.ts';
import { zhHant } from './zh-Hant/index.ts';

export type { Key } from './en/index.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, 'zh-Hant': zhHant, 'zh-Hans': zhHans };

/** What follows a beginning: Under<'desk.alarms.lists'> is 'unheard' | 'known' | ... */
export type Under<Begin extends string, K = Key> = K extends `${Begin}.${infer Rest}` ? Rest : never;

/** What stands in the braces of a text; `n` chooses the form of one that counts. */
export type Params = Readonly<Record<string, string | number>>;

const plurals = new Map(languages.map((language) => [language, new Intl.PluralRules(language)]));

/** The text of a key, with its braces filled in: "{n} received". Braces that have no value stay as they are. */
export function t(language: Language, key: Key, params: Params = {}): string {
  const text = catalogues[language][key];
  const form = typeof text === 'string' ? text : text[formOf(language, Number(params.n))];
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

function formOf(language: Language, n: number): 'one' | 'other' {
  return plurals.get(language)?.select(n) === 'one' ? 'one' : 'other';
}

/** Is there such a text? For keys made of what stands in a ledger or comes from a person. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
