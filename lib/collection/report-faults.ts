/** How the faults of deliveries are told. */
import { codes } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';

/** Is it a fault of one report, which others may share? */
export function isOfReport({ code }: RapError): boolean {
  return codes[code].scope === 'report';
}

/**
 * Each fault once: those of single reports as one for each code, with all its reports, so that a rule that is missing is
 * one alarm and not one for each report; others by what they are about.
 */
export function gatherFaults(errors: readonly RapError[]): RapError[] {
  const lots = Map.groupBy(errors, (error) =>
    JSON.stringify(isOfReport(error) ? [error.code] : [error.code, error.subject]),
  );
  return [...lots.values()].map((lot) => {
    const last = lot.at(-1) as RapError;
    return isOfReport(last) ? together(lot) : last;
  });
}

function together(errors: readonly RapError[]): RapError {
  const [{ code, message, cure, retryable, details, cause }] = errors as [RapError];
  const reports = [...new Set(errors.flatMap(({ subject, reports }) => [subject, ...reports]))];
  const about = reports.filter((path) => path !== '');
  return new RapError(code, about.length > 1 ? `${about.length} reports, the first: ${message}` : message, {
    ...{ cure, retryable, details, cause },
    reports: about,
  });
}
