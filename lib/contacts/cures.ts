/** Cures in the reader's language. */
import { codes, type ErrorCode } from '../errors/codes.ts';
import type { Words } from './words/index.ts';

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code);
}

/** The cure in this language. A cure that was written for the very case is better than a translated common one. */
export function cureIn(words: Words, code: string, cure: string): string {
  if (!isErrorCode(code) || cure !== codes[code].cure) return cure;
  return words.cures[code] ?? cure;
}
