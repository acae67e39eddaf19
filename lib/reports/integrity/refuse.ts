/** What becomes of a finding when a report was downloaded. */
import type { ErrorCode } from '../../errors/codes.ts';
import type { Fault, Finding } from './finding.ts';

/** Where it is wrong, as people read it: "record 29, field quantity: it is not a number". */
export function describe({ record, field, reason }: Pick<Fault, 'record' | 'field' | 'reason'>): string {
  const where = [record === null ? '' : `record ${record}`, field === '' ? '' : `field ${field}`];
  const place = where.filter((part) => part !== '').join(', ');
  return place === '' ? reason : `${place}: ${reason}`;
}

/**
 * What keeps a report in quarantine; undefined where it is delivered, also where only a rule that we infer is broken.
 * The reason says where, never what.
 */
export function refusalOf(finding: Finding): { code: ErrorCode; reason: string } | undefined {
  if (finding.verdict === 'sound' || finding.verdict === 'not-checked') return undefined;
  if (finding.certainty === 'inferred') return undefined;
  const code = finding.verdict === 'foreign' ? 'FOREIGN_REPORT' : 'CONTENT_WRONG';
  return { code, reason: describe(finding) };
}
