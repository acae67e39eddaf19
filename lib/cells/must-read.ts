/** Readers as command lines use them. */
import type { ErrorCode } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Reading } from './cell.ts';
import { explain } from './explain.ts';

/**
 * What a cell says.
 * @param place of the cell, for the message: "--port", "host key 1"
 * @throws RapError of the code, with the place, what is wrong, and the cure of the very fault
 */
export function mustRead<T>(reading: Reading<T>, place: string, code: ErrorCode = 'CONFIG_INVALID'): T {
  if ('value' in reading) return reading.value;
  const { says, cure } = explain(reading.fault);
  throw new RapError(code, `${place}: ${says}`, { cure });
}
