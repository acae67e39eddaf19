/** Is the participant of an account the right one? Told from whose its data files are. Pure. */
import path from 'node:path';
import type { FailedReport, Report } from '../model/types.ts';
import type { Catalogue } from '../reports/catalogue.ts';
import { recordLength } from '../reports/integrity/inspect.ts';

/**
 * Is every data file of the days of which one is another participant's another one's?
 * @param failed what this run did not take, and what lies in quarantine
 * @param listed what is taken, or here already: what has a header then names our participant
 */
export function isParticipantDoubted(
  failed: readonly Pick<FailedReport, 'path' | 'code'>[],
  listed: readonly Pick<Report, 'path' | 'name' | 'system' | 'code' | 'businessDate'>[],
  catalogue: Catalogue,
): boolean {
  const foreign = failed.filter(({ code }) => code === 'FOREIGN_REPORT');
  if (foreign.length === 0) return false;
  const dayOf = (remote: string) => catalogue.recognise(remote, path.posix.basename(remote)).businessDate;
  const days = new Set(foreign.map((one) => dayOf(one.path)));
  const bad = new Set(failed.map((one) => one.path));
  return !listed.some(
    (report) =>
      days.has(report.businessDate) && !bad.has(report.path) && recordLength(report, catalogue) !== undefined,
  );
}
