/** Readers as command lines use them. */
import type { ErrorCode } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Language } from '../i18n/languages.ts';
import type { Reading } from './cell.ts';
import { explain } from './explain.ts';

/**
 * What a cell says.
 * @param place of the cell, for the message: "--port", "host key 1"
 * @param language of what is said
 * @throws RapError of the code, with the place, what is wrong, and the cure of the very fault
 */
export function mustRead<T>(
  reading: Reading<T>,
  place: string,
  code: ErrorCode = 'CONFIG_INVALID',
  language: Language = 'en',
): T {
  if ('value' in reading) return reading.value;
  const { says, cure } = explain(reading.fault, language);
  throw new RapError(code, `${place}${language === 'en' ? ': ' : '：'}${says}`, { cure });
}
