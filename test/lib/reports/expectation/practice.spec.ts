import { pair, single } from './lines.ts';
import { type Row, table } from './table.ts';

/** The practice session of a Saturday, at the secondary data centre, with the reports of Friday 20 June 2025. */
function session(row: Pick<Row, 'it' | 'at' | 'is'> & Partial<Row>): Row {
  const announced = '2025-06-12T10:00 session from 2025-06-21T14:00 to 2025-06-21T16:00 of 2025-06-20';
  const facts = [announced, ...(row.facts ?? [])];
  return { rules: [single], day: '2025-06-21', ask: [], askPractice: ['2025-06-20'], ...row, facts };
}

const friday = '/INBOX/20250620/CCLTN05_SIM001_20250620.txt';
const watched = '14:00 looked secondary every 5 until 16:00 practice';

table('the practice session', [
  session({ it: 'awaits before it begins', at: '13:59:59', is: ['awaited'] }),
  session({
    it: 'is unknown while nobody looks for it',
    at: '14:00',
    facts: ['14:00 looked'],
    is: ['unknown'],
  }),
  session({ it: 'is due while somebody does', at: '14:20', facts: [watched], is: ['due'] }),
  session({
    it: 'takes its own files',
    at: '14:20',
    facts: [watched, `14:06 received ${friday} a secondary practice`],
    is: ['received'],
  }),
  session({
    it: 'takes none of production',
    at: '14:20',
    facts: [`12:00 received ${friday}`, watched],
    is: ['due'],
  }),
  session({
    it: 'gives none to production, and no look',
    ask: ['2025-06-20'],
    at: '14:20',
    facts: [watched, `14:06 received ${friday} a secondary practice`],
    is: ['unknown', 'received'],
    mails: ['unknown'],
  }),
  session({
    it: 'knows one business date',
    askPractice: ['2025-06-19'],
    at: '14:20',
    facts: [watched],
    is: ['not-expected'],
  }),
  session({
    it: 'is expected though no time is known',
    rules: [{ report: 'A', set: '', folder: '/INBOX', name: 'A', frequency: 'no-time' }],
    at: '14:20',
    facts: [watched],
    is: ['due'],
  }),
  session({
    it: 'is on the share when filed in it',
    at: '14:20',
    facts: [watched, `14:06 received ${friday} a secondary practice`, `14:07 filed ${friday} a practice`],
    is: ['on-share'],
  }),
  session({ it: 'waits to its last second', at: '16:00', facts: [watched], is: ['due'] }),
  session({
    it: 'is missing after it, proved by a look of the last ten minutes',
    at: '16:00:01',
    facts: [watched],
    is: ['missing'],
  }),
  session({
    it: 'is unknown after it without such a look',
    at: '16:00:01',
    facts: ['14:00 looked secondary every 5 until 15:45 practice'],
    is: ['unknown'],
  }),
  session({
    it: 'takes no look before it began for a proof',
    at: '16:01',
    facts: ['13:59 looked secondary practice'],
    is: ['unknown'],
  }),
  session({
    it: 'is unknown once it was stopped',
    at: '15:00',
    facts: [watched, '14:55 practice-stopped'],
    is: ['unknown'],
  }),
  session({
    it: 'lacks a half',
    rules: [pair],
    at: '14:20',
    facts: [watched, '14:06 received /INBOX/20250620/RMAMR03_SIM001_20250620_4_DAT.zip a practice'],
    is: ['pair-incomplete lacks CTL'],
  }),
  {
    it: 'is not expected before anybody announced one',
    rules: [single],
    ask: [],
    askPractice: ['2025-06-20'],
    day: '2025-06-20',
    at: '14:20',
    facts: [],
    is: ['not-expected'],
  },
]);
