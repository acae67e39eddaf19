/** A person says that nothing more is expected of something outstanding. */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger, OutstandingReport } from '../ledger/ledger.ts';

/**
 * Closes it, journalled with name and reason.
 * @throws RapError USAGE without a name, or when it came or was closed meanwhile
 */
export async function closeReport(
  ledger: Pick<Ledger, 'outstanding'>,
  { id, path }: Pick<OutstandingReport, 'id' | 'path'>,
  act: { by: string; reason: string },
): Promise<void> {
  if (act.by === '') throw new RapError('USAGE', 'Say who closes it', { cure: 'Give your name.' });
  if (act.reason === '') throw new RapError('USAGE', 'Say why it is closed', { cure: 'Give the reason.' });
  if (await ledger.outstanding.closeOutstanding(id, act)) return;
  throw new RapError('USAGE', `${path} is not outstanding any more`, { cure: 'Nothing is left to close.' });
}
