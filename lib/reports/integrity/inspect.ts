/** Looks into a report's file by what its name says it is. */
import { open } from 'node:fs/promises';
import type { Report } from '../../model/types.ts';
import { type CalendarBook, shippedCalendars } from '../../time/calendar-book.ts';
import { FairQueue, unlimited } from '../../time/fair-queue.ts';
import { inspectCsv } from './csv.ts';
import type { Finding } from './finding.ts';
import { inspectRecords } from './fixed-length.ts';
import type { Layouts } from './layouts.ts';
import { inspectLis } from './lis.ts';
import type { Source } from './pieces.ts';
import { inspectRpf01 } from './rpf01.ts';
import { inspectText } from './text.ts';
import { inspectZip } from './zip.ts';

/** What a name says of a report. */
export type Named = Pick<Report, 'name' | 'code' | 'businessDate'> & Partial<Pick<Report, 'system'>>;

/** Longest participant ID that a header can hold. */
const PARTICIPANT = 6;

/** Extensions of data files; print reports have extensions of their own. */
const PLAIN = ['', 'txt', 'dat'];

type Look = (file: Source, participant: string) => Promise<Finding>;

function extensionOf(name: string): string {
  return /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** How the report is looked into; undefined where nothing of its inside is known. */
function lookFor(report: Named, layouts: Layouts, calendars: CalendarBook): Look | undefined {
  const { name, code, businessDate } = report;
  const extension = extensionOf(name);
  if (extension === 'zip') return inspectZip;
  if (extension === 'lis') return (file) => inspectLis(file, businessDate);
  const plain = PLAIN.includes(extension);
  const layout = layouts.layoutOf(report);
  // The same file may come under another extension, or under none.
  if (plain || extension === 'csv') {
    if (layout?.kind === 'rpf01') return (file) => inspectRpf01(file, businessDate, calendars);
    if (layout?.kind === 'csv') return (file) => inspectCsv(file, layout);
  }
  if (plain && layout?.kind === 'lis') return (file) => inspectLis(file, businessDate);
  if (plain && layout?.kind === 'records') {
    return (file, participant) =>
      inspectRecords(file, layout, { code, businessDate, participant, calendars });
  }
  if (code === '') return undefined;
  if (extension === 'csv') return (file) => inspectCsv(file);
  return plain ? inspectText : undefined;
}

/** Length of a record of a data file, bytes; undefined for other reports. */
export function recordLength(
  report: Pick<Report, 'name' | 'code'> & Partial<Pick<Report, 'system'>>,
  layouts: Layouts,
): number | undefined {
  const layout = PLAIN.includes(extensionOf(report.name)) ? layouts.layoutOf(report) : undefined;
  return layout?.kind === 'records' ? layout.length : undefined;
}

/** A look keeps the processor and memory. More of them at once are no faster, and hold what else is at work. */
const looks = new FairQueue({ ...unlimited, atOnce: 2 });

/**
 * Looks into a file that is whole, when it is its turn among all files of this process.
 * @param file local path
 * @param participant ID of the participant whose account fetched it; not compared when it cannot be one, being
 * empty or longer than the 6 characters of a header
 * @param calendars of the site; by default those that are shipped
 */
export function inspectFile(
  report: Named,
  file: string,
  participant: string,
  layouts: Layouts,
  calendars?: CalendarBook,
): Promise<Finding> {
  return looks.run(participant, async () => {
    const handle = await open(file, 'r');
    try {
      return await inspectSource(report, handle, participant, layouts, calendars);
    } finally {
      await handle.close();
    }
  });
}

/** The same of a file that is open. */
export async function inspectSource(
  report: Named,
  file: Source,
  participant: string,
  layouts: Layouts,
  calendars: CalendarBook = shippedCalendars,
): Promise<Finding> {
  const look = lookFor(report, layouts, calendars);
  if (look === undefined) return { warnings: [], why: report.code === '' ? 'unrecognised' : 'no-layout' };
  const own = participant.trim();
  return look(file, own.length > PARTICIPANT ? '' : own);
}
