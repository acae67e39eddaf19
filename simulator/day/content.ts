/** Reports that are not what they should be inside: damaged, or of another participant. */
import type { CatalogueReport } from '../content/plan.ts';
import { type DayChange, refusal } from './change-list.ts';

/** The data files of fixed-length records. */
const DATA_FILE = /^(CCLTN04|CCLTN05|CIPSI02)$/;
/** Whose report it then is; as long as an ID in a header. */
const OTHER = 'OTHER1';

/**
 * The same report, damaged so that its form tells it. Nothing is known of the inside of statements and most tables:
 * they are empty.
 */
export function damagedContent(report: CatalogueReport): CatalogueReport['content'] {
  const { code, path } = report;
  const damage = path.endsWith('.zip')
    ? brokenZip
    : DATA_FILE.test(code)
      ? (bytes: Buffer) => overwritten(bytes, 7, 'XXXXX99')
      : path.endsWith('.csv') && code === 'RPF01'
        ? (bytes: Buffer) => overwritten(bytes, bytes.indexOf('HVaR_Scen_Count'), 'HVaR_Scen_Cnt__')
        : path.endsWith('.lis')
          ? (bytes: Buffer) => overwritten(bytes, 8, '19990101')
          : () => Buffer.alloc(0);
  return (revision) => [damage(Buffer.concat([...report.content(revision)]))];
}

/**
 * The same report for another participant: in its header where it has one, else in its name.
 * @throws RapError USAGE for a report that shows no participant
 */
export function foreignReport(report: CatalogueReport, { item }: DayChange): CatalogueReport {
  const { code, path, participant } = report;
  if (DATA_FILE.test(code)) {
    return {
      ...report,
      content: (revision) => [overwritten(Buffer.concat([...report.content(revision)]), 1, OTHER)],
    };
  }
  if (participant === '') {
    throw refusal(
      item,
      `is about ${code}, which shows no participant`,
      'Name a report of one participant, such as CCLTN05.',
    );
  }
  return { ...report, path: path.replace(`_${participant}_`, `_${OTHER}_`) };
}

/** A byte of the first file inside is another: its check sum tells. */
function brokenZip(bytes: Buffer): Buffer {
  const NAME_LENGTH = 26;
  const EXTRA_LENGTH = 28;
  const begin = 30 + bytes.readUInt16LE(NAME_LENGTH) + bytes.readUInt16LE(EXTRA_LENGTH);
  const broken = Buffer.from(bytes);
  broken[begin + 8] = (broken[begin + 8] ?? 0) ^ 0xff;
  return broken;
}

function overwritten(content: Buffer, at: number, bytes: string): Buffer {
  const changed = Buffer.from(content);
  changed.write(bytes, at, 'latin1');
  return changed;
}
