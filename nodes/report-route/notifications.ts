/** News for the contacts that are no failures, in the form in which a Catch node hands faults to contact-notify. */
import path from 'node:path';
import { codes, type ErrorCode } from '../../lib/errors/codes.ts';
import type { Event, PendingAmendment } from '../../lib/ledger/ledger.ts';

export interface Notification {
  code: ErrorCode;
  message: string;
  cause: {
    code: ErrorCode;
    retryable: boolean;
    cure: string;
    subject: string;
    details: Record<string, string | number>;
  };
  /** `name` is what the news is about; the same news about another thing is another one. */
  source: { id: string; type: string; name: string };
}

/** Other content lay under the report's name; both are kept. By the event the outbox knows what is told. */
export function amendedNotification(
  id: string,
  { id: event, report, delivery }: PendingAmendment,
): Notification {
  const { share, file } = delivery;
  const name = path.basename(file);
  const message = `${report.path} came with other content than lies on ${share} as ${report.name}; it is kept beside it as ${name}`;
  const details = { event, share, file, path: report.path, versionId: report.versionId };
  return notification(id, 'AMENDED', message, { name: file, subject: report.path }, details);
}

/**
 * A destination serves again, and what had waited for it lies there. The destination is the subject: its alarms have
 * the same, and end.
 */
export function backNotification(
  id: string,
  { id: event, subject: destination, payload }: Pick<Event<'share back'>, 'id' | 'subject' | 'payload'>,
): Notification {
  const { was, delivered } = payload;
  const reports = delivered === 1 ? 'report that had waited was' : 'reports that had waited were';
  const waited = delivered === 0 ? 'No report had waited' : `${delivered} ${reports} delivered`;
  const message = `${destination} serves again (it was: ${was.map(({ message }) => message).join('; ')}). ${waited}`;
  return notification(
    id,
    'SHARE_BACK',
    message,
    { name: destination, subject: destination },
    { event, destination, was: was.map(({ code }) => code).join(' '), delivered },
  );
}

/** Another report has the name: the two are of two folders, or of two accounts, and neither amends the other. */
export function sameNameNotification(
  id: string,
  { id: event, report, delivery }: PendingAmendment,
  other: { account: string; path: string },
): Notification {
  const { share, file } = delivery;
  const name = path.basename(file);
  const message = `${report.path} has the name of ${other.path} (${other.account}), which lies on ${share} already; it is kept beside it as ${name}`;
  const { path: subject, versionId } = report;
  const details = { event, share, file, path: subject, versionId, other: other.path };
  return notification(id, 'SAME_NAME', message, { name: file, subject: report.path }, details);
}

function notification(
  id: string,
  code: ErrorCode,
  message: string,
  { name, subject }: { name: string; subject: string },
  details: Record<string, string | number>,
): Notification {
  const { retryable, cure } = codes[code];
  const source = { id, type: 'report-route', name };
  return { code, message, cause: { code, retryable, cure, subject, details }, source };
}
