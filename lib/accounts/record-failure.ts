/** Trouble of a run, written down where its digest finds it. */
import { asRapError, type RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Where it went wrong. */
interface FailureContext {
  run: string;
  account: string;
  /** For the digest: a report's path, a folder, or '' for the run as a whole. */
  subject: string;
  /** What the error is about, by default what it says itself; see RapError.subject. */
  about?: string;
}

/** Records what went wrong and returns it as a coded error, to be thrown or passed on. */
export async function recordFailure(
  ledger: Pick<Ledger, 'runs'>,
  of: FailureContext,
  thrown: unknown,
): Promise<RapError> {
  const error = asRapError(thrown);
  await ledger.runs.recordFailure(failureOf(of, error));
  return error;
}

function failureOf(of: FailureContext, { code, message, cure, subject }: RapError) {
  return { ...of, about: of.about ?? (subject || of.subject), code, message, cure };
}

/** The same for a report that did not come, its path being the subject: it is outstanding, and why is known. */
export async function recordMissed(
  ledger: Pick<Ledger, 'runs'>,
  of: FailureContext,
  error: RapError,
): Promise<RapError> {
  await ledger.runs.recordMissed(failureOf(of, error));
  return error;
}
