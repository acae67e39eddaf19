import { pair, single } from './lines.ts';
import type { RawRule } from './raw.ts';
import { table } from './table.ts';

const event = { report: 'RPI', folder: '/COMMON', frequency: 'event' as const };
const rpi = 'rpi_(?<date>\\d{6})-(?<set>\\d{4})\\.lis';
const rpi1300: RawRule = {
  ...{ ...event, set: '1300', name: rpi, frequency: 'business-day' },
  times: { about: '13:00', lateAfter: '13:45', cutOff: '14:30' },
};
const rpiAny: RawRule = { ...event, set: '*', name: rpi };

const looking = '08:00 looked into /COMMON every 5 until 23:59';

table('to which expectation a file belongs', [
  {
    it: 'goes by the date in the name, whatever the folder, centre and time',
    day: '2026-11-27',
    ask: ['2026-11-26', '2026-11-27'],
    rules: [{ ...single, name: 'rpf_(?<date>\\d{6})\\.lis' }],
    at: '00:21',
    facts: ['00:20 received /COMMON/20261127/rpf_261126.lis a secondary'],
    is: ['received', 'awaited'],
  },
  {
    it: 'goes by the innermost day folder where the expression knows no date',
    rules: [{ ...single, name: 'CCLTN05\\.txt' }],
    at: '10:00',
    facts: ['09:00 received /INBOX/20261124/20261125/x/CCLTN05.txt'],
    is: ['received'],
  },
  {
    it: 'is nobody\u2019s without a real date',
    rules: [{ ...single, name: 'CCLTN05_(?<date>\\d{8})\\.txt' }],
    at: '10:00',
    facts: [
      '09:00 received /INBOX/20261125/CCLTN05_20261131.txt',
      '09:00 received /INBOX/20261125/CCLTN05_20261325.txt',
    ],
    is: ['awaited'],
  },
  {
    it: 'ignores the case of the name',
    at: '21:10',
    facts: ['09:00 received /INBOX/x/rmamr03_sim001_20261125_4_ctl.zip', '09:00 received DAT'],
    is: ['received'],
  },
  {
    it: 'wants the whole name',
    at: '10:00',
    facts: ['09:00 received /INBOX/x/RMAMR03_SIM001_20261125_4_CTL.zip.part', '09:01 received DAT'],
    is: ['pair-incomplete lacks CTL'],
  },
  {
    it: 'wants the participant of the account',
    at: '10:00',
    facts: ['09:00 received /INBOX/x/RMAMR03_SIM002_20261125_4_CTL.zip'],
    is: ['awaited'],
  },
  {
    it: 'wants the set of the rule',
    at: '10:00',
    facts: ['09:00 received /INBOX/x/RMAMR03_SIM001_20261125_3_CTL.zip'],
    is: ['awaited'],
  },
  {
    it: 'wants a half that the rule has',
    rules: [{ ...pair, halves: ['DAT'] }],
    at: '10:00',
    facts: ['09:00 received CTL'],
    is: ['awaited'],
  },
  {
    it: 'tries a choice as a whole name',
    rules: [{ ...single, name: 'A_(?<date>\\d{8})|B' }],
    at: '10:00',
    facts: ['09:00 received /INBOX/20261125/B', '09:00 refused /INBOX/20261125/AB'],
    is: ['awaited'],
  },
]);

table('event rules', [
  {
    it: 'give an expectation and one mail for each set that came',
    rules: [rpi1300, rpiAny],
    at: '10:50',
    facts: [
      looking,
      '10:48 received /COMMON/20261125/rpi_261125-1043.lis',
      '10:49 received /COMMON/20261125/rpi_261125-1049.lis',
    ],
    is: ['awaited', 'received', 'received'],
    mails: ['event', 'event'],
  },
  {
    it: 'are not expected while nothing came',
    rules: [rpi1300, rpiAny],
    at: '10:50',
    facts: [looking],
    is: ['awaited', 'not-expected'],
  },
  {
    it: 'leave to other rules what is theirs, wherever they stand',
    rules: [rpiAny, rpi1300],
    at: '13:10',
    facts: [looking, '13:01 received /COMMON/20261125/rpi_261125-1300.lis'],
    is: ['not-expected', 'received'],
  },
  {
    it: 'take the set of a rule that is not in force, and say it once',
    rules: [{ ...rpi1300, validFrom: '2026-11-26' }, rpiAny],
    at: '13:10',
    facts: [looking, '13:01 received /COMMON/20261125/rpi_261125-1300.lis'],
    is: ['received'],
    mails: ['event'],
  },
  {
    it: 'never take a set that is another\u2019s own though that rule refuses the file',
    rules: [{ ...rpi1300, name: 'rpi_(?<date>\\d{6})-(?<set>1300)\\.txt' }, rpiAny],
    at: '13:10',
    facts: [looking, '13:01 received /COMMON/20261125/rpi_261125-1300.lis'],
    is: ['due', 'not-expected'],
  },
  {
    it: 'are amended like others',
    rules: [rpiAny],
    at: '13:10',
    facts: [
      looking,
      '10:48 received /COMMON/20261125/rpi_261125-1043.lis',
      '10:58 received /COMMON/20261125/rpi_261125-1043.lis b',
    ],
    is: ['amended'],
    mails: ['event', 'amended'],
  },
]);

const later = (more: Partial<RawRule>): RawRule => ({
  ...single,
  times: { about: '21:00', lateAfter: '22:30', cutOff: '23:00' },
  ...more,
});
const evening = ['20:00 looked every 5 until 21:04', '21:05 looked'];

table('versions of a rule', [
  {
    it: 'count from their first business date on',
    rules: [single, later({ validFrom: '2026-11-25' })],
    at: '21:05',
    facts: evening,
    is: ['due'],
  },
  {
    it: 'do not count before',
    rules: [single, later({ validFrom: '2026-11-26' })],
    at: '21:05',
    facts: evening,
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'give way to the older one after their last',
    rules: [later({ validFrom: '2026-11-20', validUntil: '2026-11-24' }), single],
    at: '21:05',
    facts: evening,
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'may leave a date without any',
    rules: [{ ...single, validUntil: '2026-11-24' }],
    at: '21:05',
    facts: [...evening, '21:05 received -'],
    is: ['not-expected'],
  },
]);

const noTime: RawRule = {
  report: 'DWH0303',
  set: '',
  folder: '/INBOX',
  name: 'DWH0303_(?<participant>[A-Z0-9]+)_(?<date>\\d{8})\\.txt',
  frequency: 'no-time',
};

table('reports without a known time', [
  {
    it: 'are awaited before the day',
    rules: [noTime],
    ask: ['2026-11-26'],
    at: '23:59:59',
    facts: [],
    is: ['awaited'],
  },
  { it: 'are never late, never unknown', rules: [noTime], at: '00:00', facts: [], is: ['no-time-known'] },
  {
    it: 'are not expected when the market is closed',
    rules: [noTime],
    day: '2026-11-28',
    at: '12:00',
    facts: [],
    is: ['not-expected'],
  },
  {
    it: 'are expected on a day that opens at 14:00',
    rules: [noTime],
    at: '12:00',
    facts: ['08:00 calendar-day afternoon securities'],
    is: ['no-time-known'],
  },
]);
