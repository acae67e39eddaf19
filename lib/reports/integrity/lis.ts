/**
 * Risk parameter files of HKCC and SEOCH (.lis). [inferred] from public readers of such files, so that no rule here
 * keeps a file from its readers: the first record is of type 0 with the business date in columns 9-16, every record 81
 * is followed by its 82, and records of one type have one length. There is no trailer.
 */
import { damaged, type Fault, type Finding, sound } from './finding.ts';
import { linesOf, type Source } from './pieces.ts';

const inferred = (reason: string, record: number, field = ''): Fault =>
  damaged(reason, { record, field, certainty: 'inferred' });

/** A DOS end-of-file byte, which may close the file. */
const END_OF_FILE = '\u001a';

/** @param businessDate by the name, YYYY-MM-DD; '' where the name has none */
export async function inspectLis(file: Source, businessDate: string): Promise<Finding> {
  const lengths = new Map<string, number>();
  let before = '';
  let record = 0;
  for await (const { number, text, ended } of linesOf(file)) {
    if (!ended && text === END_OF_FILE) break;
    const line = ended ? text : text.replace(/\u001a$/, '');
    record = number;
    const type = line.slice(0, 2);
    if (number === 1) {
      if (type !== '0 ') return inferred('the file does not begin with a record of type 0', 1, 'recordType');
      const date = line.slice(8, 16);
      if (!/^\d{8}$/.test(date)) return inferred('it has no business date', 1, 'tradeDate');
      if (businessDate !== '' && date !== businessDate.replaceAll('-', '')) {
        return inferred('its business date is not the date of the name', 1, 'tradeDate');
      }
    }
    if (/[^\x20-\x7e]/.test(line)) return inferred('it is not ASCII', number);
    if (before === '81' && type !== '82')
      return inferred('a record 81 goes before it, without its 82', number, 'recordType');
    if (before !== '81' && type === '82')
      return inferred('no record 81 goes before this 82', number, 'recordType');
    const length = lengths.get(type) ?? line.length;
    if (line.length !== length) {
      return inferred(`it has ${line.length} characters, others of its type have ${length}`, number);
    }
    lengths.set(type, length);
    before = type;
  }
  if (record === 0) return inferred('the file is empty', 1);
  if (before === '81') return inferred('the last record 81 goes without its 82', record + 1, 'recordType');
  return sound;
}
