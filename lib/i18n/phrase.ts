/** Phrases with places to fill in, as every table of words holds them. */

/** A phrase that counts something; the language decides which form a number takes. */
export interface Counted {
  one?: string;
  other: string;
}

/** Words in braces are filled in: "{n} received". */
export type Phrase = string | Counted;

/** Fills a phrase; `n` chooses the form of one that counts. @param tag of the language, for counting */
export function fillPhrase(
  { tag }: { tag: string },
  phrase: Phrase,
  values: Record<string, string | number> = {},
): string {
  const form = typeof phrase === 'string' ? phrase : formOf(tag, phrase, Number(values.n));
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function formOf(tag: string, phrase: Counted, n: number): string {
  return new Intl.PluralRules(tag).select(n) === 'one' ? (phrase.one ?? phrase.other) : phrase.other;
}
