/** Cures in the reader's language. */
import { codes, isErrorCode } from '../errors/codes.ts';
import type { Words } from './words/index.ts';

/** The cure in this language. A cure that was written for the very case is better than a translated common one. */
export function cureIn(words: Words, code: string, cure: string): string {
  if (!isErrorCode(code) || cure !== codes[code].cure) return cure;
  return words.cures[code];
}
