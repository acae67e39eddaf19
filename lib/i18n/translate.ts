/**
 * Texts for people, by key. Each language has a folder with a catalogue per room; a key that is not in the English one
 * does not compile, nor does a language that lacks one (the index files of the three folders). A short command needs a few of
 * the texts only: those of a room are read when one of them is asked for first.
 */
import { readFileSync } from 'node:fs';
import type { Catalogue, Key, Text } from './en/index.ts';
import { type Language, languages } from './languages.ts';

export type { Key } from './en/index.ts';

/** What follows a beginning: Under<'desk.alarms.lists'> is 'unheard' | 'known' | ... */
export type Under<Begin extends string, K = Key> = K extends `${Begin}.${infer Rest}` ? Rest : never;

/** What stands in the braces of a text; `n` chooses the form of one that counts. */
export type Params = Readonly<Record<string, string | number>>;

type Room = Key extends infer K ? (K extends `${infer R}.${string}` ? R : never) : never;

/** Every room, and no other: a text that is no key never names a file to read. */
const rooms: Readonly<Record<Room, true>> = {
  acts: true,
  cells: true,
  delivery: true,
  demo: true,
  desk: true,
  errors: true,
  mail: true,
  nodes: true,
  practice: true,
  reasons: true,
  reports: true,
  runbook: true,
  weather: true,
};

const texts = new Map<string, Partial<Catalogue>>();
const plurals = new Map<Language, Intl.PluralRules>();

/**
 * The texts of the room that a key names; none where it names no room. None either while they cannot be read, as when a
 * process has too many files open: for want of a text nothing else may fail.
 */
function textsBeside(language: Language, key: string): Partial<Record<string, Text>> {
  const room = key.slice(0, Math.max(0, key.indexOf('.')));
  if (!Object.hasOwn(rooms, room)) return {};
  try {
    return textsOf(language, room);
  } catch {
    return {};
  }
}

function textsOf(language: Language, room: string): Partial<Catalogue> {
  const name = `./${language}/${room}.json`;
  let found = texts.get(name);
  if (found === undefined) {
    found = JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Partial<Catalogue>;
    texts.set(name, found);
  }
  return found;
}

/**
 * Reads all texts at once, for what lives long: a package that is replaced meanwhile has other texts than its code.
 * @throws Error when one cannot be read
 */
export function readAllTexts(): void {
  for (const language of languages) for (const room of Object.keys(rooms)) textsOf(language, room);
}

/**
 * The text of a key, with its braces filled in: "{n} received". Braces that have no value stay as they are, and the key
 * stands for a text that cannot be read.
 */
export function t(language: Language, key: Key, params: Params = {}): string {
  const text = textsBeside(language, key)[key] ?? key;
  const form = typeof text === 'string' ? text : text[formOf(language, Number(params.n))];
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

function formOf(language: Language, n: number): 'one' | 'other' {
  let rules = plurals.get(language);
  if (rules === undefined) {
    rules = new Intl.PluralRules(language);
    plurals.set(language, rules);
  }
  return rules.select(n) === 'one' ? 'one' : 'other';
}

/** Is there such a text? For keys made of what stands in a ledger or comes from a person. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(textsBeside('en', key), key);
}
