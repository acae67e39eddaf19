/**
 * Faults inside the reports, R01 to R08: the server and the line are right, the report is not. What its form
 * cannot tell is not judged: such a report is taken as it is, and the note says so.
 */
import type { Fault } from '../fault.ts';
import type { NamedFault } from './named.ts';
import { hidden, withContent } from './trees.ts';

/** The data files of fixed-length records: first record a header, last record a trailer. */
const DATA_FILE = /\/(CCLTN04|CCLTN05|CIPSI02)_[^/]+\.txt$/;

function changing(concerned: RegExp, change: (content: Buffer) => Buffer): Fault {
  return { sftp: { tree: (tree) => withContent(tree, (path) => concerned.test(path), change) } };
}

/** Where the last record begins. */
function lastRecord(content: Buffer): number {
  return content.lastIndexOf('\n', content.length - 2) + 1;
}

/** Where the first detail begins. */
function secondRecord(content: Buffer): number {
  return content.indexOf('\n') + 1;
}

/** The content with other bytes in one place. */
function overwritten(content: Buffer, at: number, bytes: string): Buffer {
  const changed = Buffer.from(content);
  changed.write(bytes, at, 'latin1');
  return changed;
}

export const reportFaults: readonly NamedFault[] = [
  {
    name: 'R01',
    expected: ['PAIR_INCOMPLETE'],
    later: ['right'],
    note: 'Every file that is listed arrives; the run is not called complete before the other halves are there.',
    make: () => {
      let sessions = 0;
      return {
        sftp: {
          tree: (tree) => (sessions++ === 0 ? hidden(tree, (path) => path.endsWith('_DAT.zip')) : tree),
        },
      };
    },
  },
  {
    name: 'R02',
    expected: ['STILL_WRITING'],
    note: 'Told by the end record that is missing. Every other report arrives.',
    make: () => changing(/\.zip$/, (content) => content.subarray(0, Math.floor(content.length / 2))),
  },
  {
    name: 'R03',
    expected: ['STILL_WRITING'],
    note: 'Every other report arrives.',
    make: () => changing(DATA_FILE, (content) => content.subarray(0, lastRecord(content))),
  },
  {
    name: 'R04',
    expected: ['FOREIGN_REPORT'],
    later: ['FOREIGN_REPORT'],
    note: 'They lie in quarantine and are not fetched again. Told where the account names its participant ID. Every other report arrives.',
    make: () => changing(DATA_FILE, (content) => overwritten(content, 1, 'OTHER1')),
  },
  {
    name: 'R05',
    expected: ['CONTENT_WRONG'],
    later: ['CONTENT_WRONG'],
    note: 'CCLTN05 lies in quarantine and is not fetched again. Where the totals of CCLTN04 and CIPSI02 stand is not published: they arrive as they are.',
    make: () => changing(DATA_FILE, (content) => overwritten(content, lastRecord(content) + 1, '9999999999')),
  },
  {
    name: 'R06',
    expected: ['STILL_WRITING'],
    note: 'Every other report arrives.',
    make: () => changing(DATA_FILE, () => Buffer.alloc(0)),
  },
  {
    name: 'R07',
    expected: ['CONTENT_WRONG'],
    later: ['CONTENT_WRONG'],
    note: 'They lie in quarantine and are not fetched again. Every other report arrives.',
    make: () => changing(DATA_FILE, (content) => overwritten(content, 7, 'CCLTN99')),
  },
  {
    name: 'R08',
    expected: ['CONTENT_WRONG'],
    later: ['CONTENT_WRONG'],
    note: 'Told of CCLTN05 by the checksum of the record, and only of it: the places of the others are not published.',
    make: () =>
      changing(/\/CCLTN05_[^/]+\.txt$/, (content) => overwritten(content, secondRecord(content) + 65, '9')),
  },
];
