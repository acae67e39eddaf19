/** Trouble of a run, written down where its digest finds it. */
import { asRapError, type RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Records what went wrong and returns it as a coded error, to be thrown or passed on.
 * @param of the run, the account and the subject: a report's path, a folder, or '' for the run as a whole
 */
export async function recordTrouble(
  ledger: Ledger,
  of: { run: string; account: string; subject: string },
  thrown: unknown,
): Promise<RapError> {
  const error = asRapError(thrown);
  const { code, message, cure } = error;
  await ledger.recordFailure({ ...of, code, message, cure });
  return error;
}
