/** Faults of cells in words. */
import type { Language } from '../i18n/languages.ts';
import type { CellFault } from './cell.ts';
import { sentenceOf } from './texts.ts';

/** So much of a cell is shown. */
const SHOWN = 120;

/** A cell's text on one line, not too long, with what cannot be seen as its number: "ops\u{200b}". */
function visible(text: string): string {
  const letters = Array.from(text, (letter) =>
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u.test(letter)
      ? `\\u{${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`
      : letter,
  );
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}...` : letters.join('');
}

/** What is wrong, as a clause with the cell's text before it, and what a person enters instead. */
export function explain(
  { kind, text, detail = '' }: CellFault,
  language: Language = 'en',
): { says: string; cure: string } {
  const { says, cure } = sentenceOf(kind, language);
  const fill = (sentence: string) => sentence.replaceAll('{detail}', () => visible(detail));
  return { says: `${text === '' ? '' : `"${visible(text)}" `}${fill(says)}`, cure: fill(cure) };
}
