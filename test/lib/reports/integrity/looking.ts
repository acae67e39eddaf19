/** Looks into bytes in memory as into a file. */
import { type Finding, verdictOf } from '../../../../lib/reports/integrity/finding.ts';
import type { Source } from '../../../../lib/reports/integrity/pieces.ts';

export function sourceOf(content: Buffer | string): Source {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return {
    stat: async () => ({ size: bytes.length }),
    read: async (into: Buffer, offset: number, length: number, position: number) => {
      const bytesRead = bytes.copy(into, offset, position, Math.min(position + length, bytes.length));
      return { bytesRead, buffer: into };
    },
  } as unknown as Source;
}

/** A finding in few words: 'sound', or verdict, record, field, and whether the rule is one that we infer. */
export function brief(finding: Finding): string {
  const { verdict, place } = verdictOf(finding);
  if (place === undefined) return verdict;
  const { record, field } = place;
  return [verdict, record ?? '-', field, place === finding.fault ? '' : 'inferred']
    .filter((part) => part !== '')
    .join(' ');
}
