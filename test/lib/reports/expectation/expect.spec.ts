import assert from 'node:assert/strict';
import { expect } from '../../../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../../../lib/reports/expectation/scenario.ts';
import { secondText } from '../../../../lib/time/seconds.ts';
import { DAY, pair, single } from './lines.ts';
import { oracle } from './oracle.ts';
import type { RawRule, RawScenario } from './raw.ts';
import { answerOf, scenarioOf, table } from './table.ts';
import { told } from './told.ts';

const watched = '08:00 looked every 5 until 23:59';
table('stages of an expectation', [
  { it: 'is awaited before its usual time', at: '20:59:59', facts: [watched], is: ['awaited'] },
  { it: 'is due from that second on', at: '21:00', facts: [watched], is: ['due'] },
  {
    it: 'is still due ten minutes before it is late',
    at: '21:35',
    facts: [watched, '21:35 looked'],
    is: ['due'],
  },
  {
    it: 'is at risk once a later look misses it',
    at: '21:35:01',
    facts: [watched, '21:35:01 looked'],
    is: ['at-risk'],
    mails: ['at-risk'],
  },
  {
    it: 'is not late at the very second',
    at: '21:45',
    facts: [watched],
    is: ['at-risk'],
    mails: ['at-risk'],
  },
  {
    it: 'is not late after it before somebody looked',
    at: '21:49:59',
    facts: [watched],
    is: ['at-risk'],
    mails: ['at-risk'],
  },
  {
    it: 'is late at the first look after it',
    at: '21:50',
    facts: [watched],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'is missing at the first look after the cut-off',
    at: '23:05',
    facts: [watched],
    is: ['missing'],
    mails: ['at-risk', 'late', 'missing'],
  },
  {
    it: 'recovers once, however late it comes, and never alarms again',
    at: '23:50',
    facts: [watched, '23:20 received CTL', '23:21 received DAT'],
    is: ['received'],
    mails: ['at-risk', 'late', 'missing', 'recovered'],
  },
  {
    it: 'says nothing of a recovery where it was at risk only',
    at: '22:00',
    facts: [watched, '21:43 received CTL', '21:43 received DAT'],
    is: ['received'],
    mails: ['at-risk'],
  },
  {
    it: 'is on the share when the last copy of every half is',
    at: '22:00',
    facts: ['21:01 received CTL', '21:01 received DAT', '21:02 filed CTL', '21:03 filed DAT'],
    is: ['on-share'],
  },
  {
    it: 'is not on the share with one half',
    at: '21:02',
    facts: [watched, '21:01 received CTL', '21:01 received DAT', '21:02 filed CTL'],
    is: ['received'],
  },
]);

table('halves, amendments, quarantine', [
  {
    it: 'is not received with one half',
    at: '21:10',
    facts: [watched, '21:05 received CTL'],
    is: ['pair-incomplete lacks DAT'],
  },
  {
    it: 'says so before its time, too',
    at: '20:10',
    facts: [watched, '20:05 received DAT'],
    is: ['pair-incomplete lacks CTL'],
  },
  {
    it: 'is at risk, late and missing with one half all the same',
    at: '23:06',
    facts: [watched, '21:05 received CTL'],
    is: ['missing lacks DAT'],
    mails: ['at-risk', 'late', 'missing'],
  },
  {
    it: 'shows a half of what is not expected',
    at: '12:00',
    day: '2026-11-28',
    facts: ['10:00 received CTL'],
    is: ['pair-incomplete lacks DAT'],
  },
  {
    it: 'shows what came though it is not expected',
    at: '12:00',
    day: '2026-11-28',
    facts: ['10:00 received CTL', '10:00 received DAT'],
    is: ['received'],
  },
  {
    it: 'is amended by other bytes of one half, once for each edition',
    at: '23:30',
    facts: [
      watched,
      '21:01 received CTL',
      '21:01 received DAT',
      '22:10 received DAT b',
      '22:40 received DAT c',
      '22:50 received DAT b',
    ],
    is: ['amended'],
    mails: ['amended', 'amended'],
  },
  {
    it: 'is amended, too, by what came before the other half, from when both are there',
    at: '21:40',
    facts: [watched, '20:10 received CTL', '20:20 received CTL b', '21:01 received DAT'],
    is: ['amended'],
    mails: ['amended'],
  },
  {
    it: 'takes the same bytes at the other data centre for the same report',
    at: '21:40',
    facts: [
      watched,
      '21:01 received CTL',
      '21:01 received DAT',
      '21:02 centre secondary',
      '21:05 received DAT a secondary',
    ],
    is: ['received'],
  },
  {
    it: 'counts a quarantined copy as nothing',
    rules: [single],
    at: '22:05',
    facts: [watched, '20:05 listed -', '20:05:12 refused -'],
    is: ['missing'],
    mails: ['at-risk', 'late', 'missing'],
  },
]);

table('proof of absence', [
  {
    it: 'is none while the file is being fetched',
    at: '21:50',
    facts: [watched, '21:40 listed CTL', '21:40 listed DAT'],
    is: ['due'],
  },
  {
    it: 'is there again ten minutes and a second after it was seen',
    at: '21:50:01',
    facts: [
      '21:00 looked every 5 until 21:45',
      '21:40 listed CTL',
      '21:40 listed DAT',
      '21:50 looked',
      '21:50:01 looked',
    ],
    is: ['late'],
    mails: ['late'],
  },
  {
    it: 'is there for the half that nobody saw',
    at: '21:50',
    facts: [watched, '21:45 listed CTL'],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'is there when the file was refused in the same second',
    rules: [single],
    at: '20:50',
    facts: [watched, '20:41 listed -', '20:41 refused -'],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'is there when the file is seen at the other data centre only',
    at: '21:50',
    facts: [watched, '21:40 listed CTL secondary', '21:40 listed DAT secondary'],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'comes of no look at the other data centre',
    at: '21:46',
    facts: ['20:00 looked every 5 until 21:45', '21:46 looked secondary'],
    is: ['at-risk'],
    mails: ['at-risk'],
  },
  {
    it: 'comes of no look into another folder',
    at: '21:46',
    facts: ['20:00 looked every 5 until 21:45', '21:46 looked into /COMMON'],
    is: ['at-risk'],
    mails: ['at-risk'],
  },
  {
    it: 'stays through an outage',
    at: '22:30',
    facts: ['20:00 looked every 5 until 21:45', '21:46 looked', '21:50 failed every 5 until 22:30'],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'of being late is none of being missing',
    at: '23:30',
    facts: ['20:00 looked every 5 until 21:45', '21:46 looked', '21:50 failed every 5 until 23:30'],
    is: ['unknown'],
    mails: ['at-risk', 'late', 'unknown'],
  },
]);

table('when nobody could look', [
  {
    it: 'is unknown, never missing',
    at: '23:30',
    facts: ['20:00 failed every 5 until 23:30'],
    is: ['unknown'],
    mails: ['unknown'],
  },
  {
    it: 'is nothing to speak of where nothing is due',
    at: '20:30',
    facts: ['20:00 failed every 5 until 20:30'],
    is: ['awaited'],
  },
  { it: 'counts a look for ten minutes', at: '21:10', facts: ['21:00 looked'], is: ['due'] },
  {
    it: 'and not for a second more',
    at: '21:10:01',
    facts: ['21:00 looked'],
    is: ['unknown'],
    mails: ['unknown'],
  },
  {
    it: 'is one mail for each outage',
    at: '21:30',
    facts: [
      '20:59 looked',
      '21:01 failed',
      '21:02 looked',
      '21:03 failed',
      '21:04 failed',
      '21:05 looked every 5 until 21:30',
    ],
    is: ['due'],
    mails: ['unknown', 'unknown'],
  },
  {
    it: 'is one outage while another folder stays dark',
    rules: [
      pair,
      {
        ...single,
        report: 'OTHER',
        folder: '/RPF',
        name: 'OTHER_(?<date>\\d{8})',
        times: { about: '21:00', lateAfter: '22:45', cutOff: '23:00' },
      },
    ],
    at: '21:30',
    facts: [
      '20:59 looked',
      '21:01 failed',
      '21:02 looked',
      '21:03 failed',
      '21:04 failed',
      '21:05 looked every 5 until 21:30',
    ],
    is: ['due', 'unknown'],
    mails: ['unknown'],
  },
  {
    it: 'jumps over the stages that passed in the dark',
    at: '23:31',
    facts: ['08:00 looked every 5 until 20:45', '20:50 failed every 5 until 23:30', '23:31 looked'],
    is: ['missing'],
    mails: ['unknown', 'missing'],
  },
  {
    it: 'is never late when it is there once the lights are on',
    at: '21:52',
    facts: [
      '08:00 looked every 5 until 20:45',
      '20:50 failed every 5 until 21:50',
      '21:51 looked',
      '21:51 listed CTL',
      '21:51 listed DAT',
      '21:51:20 received CTL',
      '21:51:20 received DAT',
    ],
    is: ['received'],
    mails: ['unknown'],
  },
  {
    it: 'takes the later of two looks in one second',
    at: '21:10',
    facts: [watched, '21:10 looked', '21:10 failed'],
    is: ['unknown'],
    mails: ['unknown'],
  },
  {
    it: 'takes the other order for the other answer',
    at: '21:10',
    facts: [watched, '21:10 failed', '21:10 looked'],
    is: ['due'],
  },
  { it: 'begins with the first fact and not earlier', at: '21:10', facts: ['21:10 looked'], is: ['due'] },
  {
    it: 'asks the moment itself when nothing ever happened',
    at: '23:30',
    facts: [],
    is: ['unknown'],
    mails: ['unknown'],
  },
  {
    it: 'does not know the future',
    at: '21:10',
    facts: ['21:10:01 looked', '21:11 received CTL', '21:11 received DAT'],
    is: ['unknown'],
    mails: ['unknown'],
  },
]);

table('two data centres', [
  {
    it: 'counts looks at the one in use in their second, the entry first',
    at: '21:10',
    facts: ['21:00 looked every 5 until 21:05', '21:10 looked secondary', '21:10 centre secondary'],
    is: ['due'],
  },
  {
    it: 'keeps what a look told when another is taken into use',
    at: '21:10',
    facts: ['21:00 looked every 5 until 21:05', '21:06 centre secondary', '21:09 failed'],
    is: ['due'],
  },
  {
    it: 'is late where it was seen at the one and is not at the other',
    rules: [{ ...single, times: { about: '16:30', lateAfter: '17:15', cutOff: '18:00' } }],
    at: '17:16',
    facts: [
      '16:31 looked',
      '16:31 listed -',
      '16:32 centre secondary',
      '16:33 looked secondary every 5 until 17:13',
      '17:16 looked secondary',
    ],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
]);

table('entries of people', [
  {
    it: 'move the deadline of one night, from the second of the entry on',
    at: '22:20',
    facts: [watched, '21:41 deadline late 22:30 cut 23:30'],
    is: ['due'],
    mails: ['at-risk'],
  },
  {
    it: 'never send a stage again after the deadline moved',
    at: '23:40',
    facts: [watched, '22:00 deadline late 22:30 cut 23:30'],
    is: ['missing'],
    mails: ['at-risk', 'late', 'missing'],
  },
  {
    it: 'lift the cut-off to the deadline',
    at: '23:50',
    facts: [watched, '20:00 deadline late 23:40'],
    is: ['missing'],
    mails: ['at-risk', 'missing'],
  },
  {
    it: 'let the last one on a subject count, as a whole',
    at: '21:50',
    facts: [watched, '20:00 deadline late 22:30', '20:10 deadline cut 23:30'],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'make a conditional report expected',
    rules: [{ ...pair, frequency: 'conditional', condition: 'call' }],
    at: '21:10',
    facts: [watched, '09:00 condition call'],
    is: ['due'],
  },
  {
    it: 'take it back, and nothing that was sent',
    rules: [{ ...pair, frequency: 'conditional', condition: 'call' }],
    at: '22:10',
    facts: [watched, '09:00 condition call', '22:00 condition call not'],
    is: ['not-expected'],
    mails: ['at-risk', 'late'],
  },
  {
    it: 'close a day in exactly the calendars they name',
    at: '21:10',
    facts: [watched, '09:00 calendar-day closed derivatives-nh'],
    is: ['due'],
  },
  {
    it: 'close it',
    at: '21:10',
    facts: [watched, '09:00 calendar-day closed derivatives-nh,securities'],
    is: ['not-expected'],
  },
  {
    it: 'open a holiday',
    day: '2026-10-01',
    at: '21:10',
    facts: [watched, '09:00 calendar-day open securities'],
    is: ['due'],
  },
  {
    it: 'excuse the morning of a day that opens at 14:00',
    rules: [{ ...pair, times: { about: '13:59', lateAfter: '21:00', cutOff: '22:00' } }],
    at: '21:10',
    facts: [watched, '09:00 calendar-day afternoon securities'],
    is: ['not-expected'],
  },
  {
    it: 'and nothing from 14:00 on',
    rules: [{ ...pair, times: { about: '14:00', lateAfter: '21:45', cutOff: '22:00' } }],
    at: '21:10',
    facts: [watched, '09:00 calendar-day afternoon securities'],
    is: ['due'],
  },
  {
    it: 'leave the weather without effect',
    at: '21:50',
    facts: ['02:40 weather signal 10', watched],
    is: ['late'],
    mails: ['at-risk', 'late'],
  },
]);

const nextDay: RawRule = {
  ...single,
  calendar: 'securities+saturday',
  times: { about: '08:00+1bd', lateAfter: '09:00+1bd', cutOff: '10:00+1bd' },
};

describe('times of a business date', () => {
  const rows: [string, RawRule, string, Partial<RawScenario['account']>, (string | null)[]][] = [
    ['of an ordinary day', pair, DAY, {}, ['2026-11-25 21:45', '2026-11-25 23:00']],
    [
      'after midnight',
      { ...single, times: { about: '00:00+1d', lateAfter: '01:00+1d', cutOff: '09:00+1bd' } },
      '2026-11-27',
      {},
      ['2026-11-28 01:00', '2026-11-30 09:00'],
    ],
    ['on the Saturday', nextDay, '2026-11-27', {}, ['2026-11-28 09:00', '2026-11-28 10:00']],
    ['over Lunar New Year', nextDay, '2026-02-16', {}, ['2026-02-20 09:00', '2026-02-20 10:00']],
    [
      'two open days later',
      { ...single, times: { about: '08:00', lateAfter: '09:00+1bd', cutOff: '10:00+2bd' } },
      '2026-12-24',
      {},
      ['2026-12-28 09:00', '2026-12-29 10:00'],
    ],
    [
      'of a half day with times of its own',
      { ...single, halfDay: { about: '12:45', lateAfter: '13:15', cutOff: '14:00' } },
      '2026-12-24',
      {},
      ['2026-12-24 13:15', '2026-12-24 14:00'],
    ],
    ['of a half day without', single, '2026-12-31', {}, ['2026-12-31 20:45', '2026-12-31 22:00']],
    [
      'of the eve of Lunar New Year',
      { ...single, halfDay: { about: '12:45', lateAfter: '13:15', cutOff: '14:00' } },
      '2027-02-05',
      { calendar: 'derivatives-h' },
      ['2027-02-05 13:15', '2027-02-05 14:00'],
    ],
    [
      'of an imported list, which knows no half days',
      { ...single, halfDay: { about: '12:45', lateAfter: '13:15', cutOff: '14:00' } },
      '2026-12-24',
      { calendar: 'connect', calendars: { connect: { open: ['2026-12-24'] } } },
      ['2026-12-24 20:45', '2026-12-24 22:00'],
    ],
    [
      'of a holiday with holiday trading',
      single,
      '2026-05-25',
      { calendar: 'derivatives-h' },
      ['2026-05-25 20:45', '2026-05-25 22:00'],
    ],
    [
      'of a holiday for an NH participant',
      single,
      '2026-05-25',
      { calendar: 'derivatives-nh' },
      [null, null],
    ],
    ['of 1 January', single, '2027-01-01', { calendar: 'derivatives-h' }, [null, null]],
    [
      'in a year that the scenario brings',
      nextDay,
      '2023-01-20',
      { holidays: { '2023': ['01-02', '01-23', '01-24', '01-25'] } },
      ['2023-01-21 09:00', '2023-01-21 10:00'],
    ],
  ];
  for (const [title, rule, day, account, times] of rows) {
    it(title, () =>
      assert.deepEqual(
        answerOf({ it: title, rules: [rule], day, account, at: '07:00', facts: [], is: [] }).times,
        [times],
      ),
    );
  }
});

describe('when a report is at risk', () => {
  const history = (...texts: string[]) => ({ ...single, history: texts });
  const at = (rule: RawRule, facts: string[] = [], day = DAY) => {
    const looks = `00:10 looked every 1 until ${day}T23:50`;
    const scenario = scenarioOf({
      it: '',
      rules: [rule],
      day,
      at: '23:50',
      facts: [...facts, looks].sort(),
      is: [],
    });
    const found = expect(readScenario(scenario)).messages.find(({ kind }) => kind === 'at-risk');
    assert.deepEqual(told(scenario), oracle(scenario));
    return found === undefined ? undefined : secondText(found.at).slice(11);
  };
  const half = { halfDay: { about: '12:45', lateAfter: '13:15', cutOff: '14:00' } };
  const rows: [string, () => string | undefined, string][] = [
    ['ten minutes before it is late', () => at(single), '20:36'],
    ['so, too, with four past arrivals', () => at(history('20:02', '20:03', '20:04', '20:05')), '20:36'],
    [
      'five minutes after the latest of five',
      () => at(history('20:02', '20:09', '20:04', '20:05', '20:01')),
      '20:15',
    ],
    ['of the last twenty', () => at(history('20:30', ...Array<string>(20).fill('20:04'))), '20:10'],
    ['never before the usual time', () => at(history(...Array<string>(5).fill('19:00'))), '20:01'],
    [
      'never after it is late',
      () => at(history(...Array<string>(5).fill('21:30')), ['09:00 weather none']),
      '20:46',
    ],
    [
      'ten minutes before a moved deadline',
      () => at(history(...Array<string>(5).fill('20:04')), ['09:00 deadline late 21:30']),
      '21:21',
    ],
    [
      'so when the cut-off alone was moved',
      () => at(history(...Array<string>(5).fill('20:04')), ['09:00 deadline cut 22:30']),
      '20:36',
    ],
    [
      'ten minutes before it is late on a half day',
      () => at({ ...history(...Array<string>(5).fill('12:46')), ...half }, [], '2026-12-24'),
      '13:06',
    ],
  ];
  for (const [title, found, wanted] of rows) {
    it(title, () => {
      // At the second at which risk and lateness begin together only the later one is said.
      if (title.startsWith('never after')) assert.equal(found(), undefined);
      else assert.equal(found(), wanted);
    });
  }
});
