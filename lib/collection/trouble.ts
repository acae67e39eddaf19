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

/** The same for a report that did not come, its path being the subject: it is not asked for any more. */
export async function recordMissed(
  ledger: Ledger,
  of: { run: string; account: string; subject: string },
  error: RapError,
): Promise<RapError> {
  const { code, message, cure } = error;
  if (code === 'REMOTE_MISSING') {
    await ledger.recordLost({ ...of, code, message, cure });
  } else {
    await recordTrouble(ledger, of, error);
    await ledger.closeIntent(of.account, of.subject);
  }
  return error;
}
