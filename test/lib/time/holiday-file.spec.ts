import assert from 'node:assert/strict';
import { generalHolidays } from '../../../lib/time/calendar.ts';
import { CalendarBook, shippedCalendars } from '../../../lib/time/calendar-book.ts';
import { changesOfYears, readDays } from '../../../lib/time/holiday-file.ts';
import { projectedYears } from '../../../lib/time/projected-holidays.ts';
import { readSiteCalendars, withList, withOverride, withYears } from '../../../lib/time/site-calendar.ts';

const days2028 = (projectedYears['2028'] ?? '').split(' ').map((day) => `2028-${day}`);
const digits = (date: string) => date.replaceAll('-', '');
const next = (date: string) => digits(new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10));

/** As 1823 writes it. */
function json(dates: readonly string[]): string {
  const vevent = dates.map((date) => ({
    dtstart: [digits(date), { value: 'DATE' }],
    dtend: [next(date), { value: 'DATE' }],
    dtstamp: '20270601T010203Z',
    transp: 'TRANSPARENT',
    uid: `${digits(date)}@1823.gov.hk`,
    summary: `Holiday of ${date}`,
  }));
  const of = { prodid: '-//1823//EN', version: '2.0', 'x-wr-timezone': 'Asia/Hong_Kong' };
  return JSON.stringify({ vcalendar: [{ ...of, vevent }] });
}

function ics(events: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//1823//EN', ...events, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}

function event(date: string, more: string[] = [`DTEND;VALUE=DATE:${next(date)}`]): string {
  return [
    'BEGIN:VEVENT',
    `DTSTART;VALUE=DATE:${digits(date)}`,
    ...more,
    `UID:${date}@x`,
    `SUMMARY:Holiday of ${date}`,
    'END:VEVENT',
  ].join('\r\n');
}

describe('files with days', () => {
  it('read the JSON and the iCalendar of 1823 alike', () => {
    const fromJson = readDays(json(days2028), 'en.json');
    assert.deepEqual(
      fromJson.map(({ date }) => date),
      days2028,
    );
    assert.equal(fromJson[0]?.name, 'Holiday of 2028-01-01');
    assert.deepEqual(readDays(ics(days2028.map((date) => event(date))), 'en.ics'), fromJson);
  });

  it('read folded lines, events of several days, and events without an end', () => {
    const text = ics([
      event('2028-01-26', ['DTEND;VALUE=DATE:20280129', 'DESCRIPTION:a very long', ' description, folded']),
      event('2028-05-01', []),
    ]);
    assert.deepEqual(
      readDays(text, 'en.ics').map(({ date }) => date),
      ['2028-01-26', '2028-01-27', '2028-01-28', '2028-05-01'],
    );
  });

  it('leave out events that were cancelled', () => {
    const status = (date: string, text: string) => event(date, [`STATUS:${text}`]);
    const text = ics([
      status('2028-01-26', 'CONFIRMED'),
      status('2028-01-27', 'CANCELLED'),
      status('2028-01-28', 'cancelled'),
      event('2028-05-01'),
    ]);
    assert.deepEqual(
      readDays(text, 'en.ics').map(({ date }) => date),
      ['2028-01-26', '2028-05-01'],
    );
  });

  it('read a plain list in any order, with names, remarks and a heading', () => {
    const text =
      'date,name\r\n2028-01-26, Lunar New Year\r\n20280101 # first\r\n\r\n2028/01/26\n"2028-05-01","Labour Day"\n';
    assert.deepEqual(readDays(text, 'list.csv'), [
      { date: '2028-01-01', name: '' },
      { date: '2028-01-26', name: 'Lunar New Year' },
      { date: '2028-05-01', name: 'Labour Day' },
    ]);
  });

  const wrong: [string, string, RegExp][] = [
    ['a file that was cut off', json(days2028).slice(0, -20), /x is not JSON/],
    ['other JSON', '{"holidays": []}', /x is not the JSON of 1823/],
    [
      'an event that is no date',
      json(['2028-01-01']).replace('20280101', '2028010'),
      /event "Holiday of 2028-01-01" no date/,
    ],
    [
      'an event at an hour',
      ics([event('2028-01-01', []).replace('VALUE=DATE:20280101', 'TZID=Asia/Hong_Kong:20280101T090000')]),
      /no single day/,
    ],
    ['an event that comes again', ics([event('2028-01-01', ['RRULE:FREQ=YEARLY'])]), /no single day/],
    ['an event of a month', ics([event('2028-01-01', ['DTEND;VALUE=DATE:20280201'])]), /31 days/],
    ['a calendar without events', ics([]), /names no day/],
    ['half a calendar', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT', /is not an iCalendar file|names no day/],
    ['a day that is none', '2028-02-30\n', /line 1 no date/],
    ['a date with two readings', '2028-01-01\n05/06/2028\n', /line 2 no date like/],
    ['an empty file', '\n\n', /names no day/],
    ['a page of the web', '<html>not found</html>', /line 1 no date/],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuse ${what}`, () => assert.throws(() => readDays(text, 'x'), message));
  }
});

describe('a list of general holidays', () => {
  const changes = (dates: readonly string[], book = shippedCalendars) =>
    changesOfYears(readDays(json(dates), 'en.json'), book, 'en.json');

  it('confirms a projected year, is known for an official one, new for another', () => {
    const official = (generalHolidays('2026') ?? []).map((day) => `2026-${day}`);
    const later = days2028
      .map((date) => date.replace('2028', '2040'))
      .filter((date) => new Date(date).getUTCDay() !== 0);
    const filled = [...later, '2040-08-06', '2040-08-07', '2040-08-08', '2040-08-09'].slice(0, 17);
    const found = changes([...official, ...days2028, ...filled]);
    assert.deepEqual(
      found.map(({ year, what }) => `${year} ${what}`),
      ['2026 same', '2028 confirms', '2040 new'],
    );
  });

  it('shows what is another than is known', () => {
    const other = [...days2028.filter((date) => date !== '2028-05-02'), '2028-05-03'].sort();
    const [change] = changes(other);
    assert.equal(change?.what, 'changes');
    assert.deepEqual(
      change?.added.map(({ date }) => date),
      ['2028-05-03'],
    );
    assert.deepEqual(change?.removed, ['2028-05-02']);
  });

  it('takes a year with a special holiday more', () => {
    assert.equal(changes([...days2028, '2028-09-04'].sort())[0]?.what, 'changes');
  });

  it('refuses the statutory holidays alone, half a year, and Sundays', () => {
    assert.throws(
      () => changes(days2028.slice(0, 12)),
      /lists 12 general holidays for 2028; every year has 17/,
    );
    assert.throws(() => changes([...days2028, '2028-01-02']), /lists 2028-01-02, a Sunday/);
  });
});

describe('the calendar file of a site', () => {
  const accepted = { by: 'Chan Tai Man', at: '2027-06-02 10:00', reason: 'list of 1823: seen' };
  const over = { date: '2026-09-24', calendars: ['securities'], day: 'closed' as const, ...accepted };
  const subject = 'The calendar file calendar.yaml';

  it('takes years, lists and overrides, and keeps the remarks of people', () => {
    let text = withOverride('', subject, over);
    text = `${text}# asked HKEX on the telephone\n`.replace('day: closed', 'day: closed # the whole day');
    text = withYears(
      text,
      subject,
      [{ year: '2028', days: readDays(json(days2028), 'en.json') }],
      { source: 'en.json', seen: '2027-06-02' },
      accepted,
    );
    text = withList(
      text,
      subject,
      { name: 'connect', source: 'f', from: '2027-01-01', to: '2027-12-31', open: ['2027-01-04'] },
      accepted,
    );
    text = withOverride(text, subject, { ...over, date: '2026-09-25', day: 'half' });
    assert.match(text, /# the whole day/);
    assert.match(text, /# asked HKEX/);
    const book = new CalendarBook(readSiteCalendars(text, subject));
    assert.equal(book.day('securities', '2026-09-24').kind, 'closed');
    assert.equal(book.day('securities', '2026-09-25').kind, 'half');
    assert.equal(book.year('2028')?.basis, 'official');
    assert.equal(book.year('2028')?.days.length, 17);
    assert.equal(book.day('connect', '2027-01-04').basis, 'list');
  });

  it('replaces a year that is taken again', () => {
    const take = (text: string, dates: readonly string[]) =>
      withYears(
        text,
        subject,
        [{ year: '2028', days: dates.map((date) => ({ date, name: '' })) }],
        { source: 'x', seen: '2027-06-02' },
        accepted,
      );
    const { years } = readSiteCalendars(take(take('', days2028), days2028.slice(1)), subject);
    assert.deepEqual(
      years.map(({ year, days }) => `${year} ${days.length}`),
      ['2028 16'],
    );
  });

  it('is nothing while it is empty', () => {
    assert.deepEqual(readSiteCalendars('', subject), { years: [], lists: [], overrides: [] });
    assert.deepEqual(readSiteCalendars('# only a remark\n', subject).years, []);
  });

  const wrong: [string, RegExp][] = [
    ['overrides:\n  - date: 2026-09-31\n', /line 2: overrides\[0\]\.date is not a real date/],
    [
      'overrides:\n  - date: 2026-09-24\n    calendars: [securities]\n    day: shut\n    by: C\n    reason: r\n    at: 2026-09-01 10:00\n',
      /line 4: overrides\[0\]\.day must be one of open, closed/,
    ],
    ['year:\n  2028: {}\n', /year is not a field of a calendar file/],
    [
      'years:\n  2028: {source: a, seen: 2027-06-02, by: C, at: 2027-06-02 10:00, holidays: {01-01: x}}\n',
      /line 2: .*01-01/,
    ],
    ['years: [\n', /line \d is not YAML/],
    ['lists:\n  a: {}\n  a: {}\n', /is not YAML: Map keys must be unique/],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))} with line and cure`, () => {
      assert.throws(() => readSiteCalendars(text, subject), message);
    });
  }
});
