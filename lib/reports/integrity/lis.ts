/**
 * Risk parameter files of HKCC and SEOCH (.lis). [inferred] from public readers of such files, so that no rule here
 * keeps a file from its readers: the first record is of type 0 with the business date in columns 9-16, every record 81
 * is followed by its 82, and records of one type have one length. There is no trailer.
 */
import type { ReportShape } from '../../model/findings.ts';
import { type Finding, Warnings } from './finding.ts';
import { linesOf, type Source } from './pieces.ts';

/** A DOS end-of-file byte, which may close the file. */
const END_OF_FILE = '\u001a';

/** More types of records than such a file has: what lies beyond is counted with the others. */
const MOST_TYPES = 40;

/** @param businessDate by the name, YYYY-MM-DD; '' where the name has none */
export async function inspectLis(file: Source, businessDate: string): Promise<Finding> {
  const warnings = new Warnings();
  const lengths = new Map<string, number>();
  const rows: Record<string, number> = {};
  let before = '';
  let record = 0;
  for await (const { number, text, ended } of linesOf(file)) {
    if (!ended && text === END_OF_FILE) break;
    const line = ended ? text : text.replace(/\u001a$/, '');
    record = number;
    const type = line.slice(0, 2);
    if (number === 1) firstRecord(line, businessDate, warnings);
    if (/[^\x20-\x7e]/.test(line)) warnings.add('not-text', 'it is not ASCII', { record });
    const where = { record, field: 'recordType' };
    if (before === '81' && type !== '82')
      warnings.add('record-order', 'a record 81 goes before it, without its 82', where);
    if (before !== '81' && type === '82')
      warnings.add('record-order', 'no record 81 goes before this 82', where);
    const length = lengths.get(type) ?? line.length;
    if (line.length !== length) {
      const reason = `it has ${line.length} characters, others of its type have ${length}`;
      warnings.add('line-length', reason, { record });
    }
    const kind = lengths.has(type) || lengths.size < MOST_TYPES ? type : '';
    if (kind !== '') lengths.set(type, length);
    rows[kind] = (rows[kind] ?? 0) + 1;
    before = type;
  }
  if (record === 0) warnings.add('no-records', 'the file is empty', { record: 1 });
  if (before === '81') {
    const where = { record: record + 1, field: 'recordType' };
    warnings.add('record-order', 'the last record 81 goes without its 82', where);
  }
  return { warnings: warnings.all, shape: { rows } satisfies ReportShape };
}

function firstRecord(line: string, businessDate: string, warnings: Warnings): void {
  if (!line.startsWith('0 ')) {
    const where = { record: 1, field: 'recordType' };
    warnings.add('first-record', 'the file does not begin with a record of type 0', where);
    return;
  }
  const date = line.slice(8, 16);
  const where = { record: 1, field: 'tradeDate' };
  if (!/^\d{8}$/.test(date)) warnings.add('no-date', 'it has no business date', where);
  else if (businessDate !== '' && date !== businessDate.replaceAll('-', ''))
    warnings.add('another-date', 'its business date is not the date of the name', where);
}
