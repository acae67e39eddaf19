import { RapError } from '../errors/rap-error.ts';

/**
 * Reads JSON out of a column. Only this house writes there, so what cannot be read is damage.
 * @throws RapError LEDGER_UNUSABLE
 */
export function fromColumn<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new RapError('LEDGER_UNUSABLE', 'A record of the ledger cannot be read: it is damaged', { cause });
  }
}
