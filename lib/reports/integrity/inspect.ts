/** Looks into a report's file by what its name says it is. */
import { open } from 'node:fs/promises';
import type { Report } from '../../words/types.ts';
import type { Finding } from './finding.ts';
import { inspectRecords } from './fixed-length.ts';
import { fixedLengths } from './layouts.ts';
import { inspectLis } from './lis.ts';
import type { Source } from './pieces.ts';
import { inspectRpf01 } from './rpf01.ts';
import { inspectZip } from './zip.ts';

/** What a name says of a report. */
export type Named = Pick<Report, 'name' | 'code' | 'businessDate'>;

/** Longest participant ID that a header can hold. */
const PARTICIPANT = 6;

type Look = (file: Source, participant: string) => Promise<Finding>;

/** How the report is looked into; undefined where nothing of its inside is known. */
function lookFor({ name, code, businessDate }: Named): Look | undefined {
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (extension === 'zip') return inspectZip;
  if (extension === 'lis') return (file) => inspectLis(file, businessDate);
  if (extension === 'csv') return code === 'RPF01' ? (file) => inspectRpf01(file, businessDate) : undefined;
  const form = recordForm({ name, code });
  return form && ((file, participant) => inspectRecords(file, form, { code, businessDate, participant }));
}

/** The layout of a data file of fixed length, whatever its extension; print reports have extensions of their own. */
function recordForm({ name, code }: Pick<Report, 'name' | 'code'>) {
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const plain = ['', 'txt', 'dat'].includes(extension);
  return plain && Object.hasOwn(fixedLengths, code) ? fixedLengths[code] : undefined;
}

/** Length of a record of a data file, bytes; undefined for other reports. */
export function recordLength(report: Pick<Report, 'name' | 'code'>): number | undefined {
  return recordForm(report)?.length;
}

/**
 * Looks into a file that is whole.
 * @param file local path
 * @param participant ID of the participant whose account fetched it; not compared when it cannot be one, being
 * empty or longer than the 6 characters of a header
 */
export async function inspectFile(report: Named, file: string, participant: string): Promise<Finding> {
  const look = lookFor(report);
  if (look === undefined) return { verdict: 'not-checked', reason: 'nothing of its inside is known' };
  const own = participant.trim();
  const handle = await open(file, 'r');
  try {
    return await look(handle, own.length > PARTICIPANT ? '' : own);
  } finally {
    await handle.close();
  }
}
