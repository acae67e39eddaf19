/** What becomes of a finding when a report was downloaded. */
import type { ErrorCode } from '../../errors/codes.ts';
import type { Finding, Place } from './finding.ts';

/** Where it is wrong, as people read it: "record 29, field quantity: it is not a number". */
export function describe({ record, field, reason }: Place): string {
  const where = [record === null ? '' : `record ${record}`, field === '' ? '' : `field ${field}`];
  const place = where.filter((part) => part !== '').join(', ');
  return place === '' ? reason : `${place}: ${reason}`;
}

/**
 * What keeps a report in quarantine; undefined where it is delivered, also where only a rule that we infer is broken.
 * The reason says where, never what.
 * @param strict a site trusts the rules that we infer as well
 */
export function refusalOf(
  { fault, warnings }: Finding,
  strict = false,
): { code: ErrorCode; reason: string } | undefined {
  if (fault !== undefined) {
    const code = fault.verdict === 'foreign' ? 'FOREIGN_REPORT' : 'CONTENT_WRONG';
    return { code, reason: describe(fault) };
  }
  const doubt = strict ? warnings.find(({ certainty }) => certainty === 'inferred') : undefined;
  return doubt && { code: 'CONTENT_WRONG', reason: describe(doubt) };
}
