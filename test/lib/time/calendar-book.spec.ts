import assert from 'node:assert/strict';
import Holidays from 'date-holidays';
import fc from 'fast-check';
import { type DayKind, marketCalendars, weekday } from '../../../lib/time/business-day.ts';
import {
  CalendarBook,
  calendarNotices,
  isCertain,
  mayBeOpen,
  shippedCalendars,
} from '../../../lib/time/calendar-book.ts';
import { officialYears } from '../../../lib/time/general-holidays.ts';
import { addDays, dayOfWeek } from '../../../lib/time/hong-kong.ts';
import { projectedYears } from '../../../lib/time/projected-holidays.ts';

function daysOf(year: string): string[] {
  return Array.from({ length: 366 }, (_, index) => addDays(`${year}-01-01`, index)).filter((day) =>
    day.startsWith(year),
  );
}

function count(calendar: string, year: string, kinds: DayKind[]): number {
  return daysOf(year).filter((date) => kinds.includes(shippedCalendars.day(calendar, date).kind)).length;
}

const any: DayKind[] = ['open', 'half', 'afternoon'];

describe('the shipped calendars', () => {
  // Business days of securities, weekday holidays, half days.
  const years: [string, number, number, string[]][] = [
    ['2019', 246, 15, ['02-04', '12-24', '12-31']],
    ['2020', 248, 13, ['01-24', '12-24', '12-31']],
    ['2021', 247, 13, ['02-11', '12-24', '12-31']],
    ['2022', 246, 14, ['01-31']],
    ['2023', 243, 14, []],
    ['2024', 246, 15, ['02-09', '12-24', '12-31']],
    ['2025', 246, 15, ['01-28', '12-24', '12-31']],
    ['2026', 247, 14, ['02-16', '12-24', '12-31']],
    ['2027', 248, 13, ['02-05', '12-24', '12-31']],
  ];
  for (const [year, open, holidays, halves] of years) {
    it(`count the days of ${year}`, () => {
      assert.equal(count('securities', year, any), open);
      assert.equal(count('derivatives-nh', year, any), open);
      const listed = shippedCalendars.year(year)?.days ?? [];
      assert.equal(listed.length, 17);
      assert.equal(listed.filter((day) => weekday(`${year}-${day}`) < 6).length, holidays);
      const half = daysOf(year).filter((date) => shippedCalendars.day('securities', date).kind === 'half');
      assert.deepEqual(
        half.map((date) => date.slice(5)),
        halves,
      );
    });
  }

  it('knows when the weather closed the market, and the morning it cost', () => {
    for (const name of marketCalendars) {
      assert.deepEqual(shippedCalendars.day(name, '2023-09-08').kind, 'closed');
      assert.deepEqual(shippedCalendars.day(name, '2023-10-09').kind, 'afternoon');
    }
    assert.equal(shippedCalendars.day('securities', '2024-09-06').basis, 'weather');
    // Severe weather trading since 23 September 2024.
    assert.equal(shippedCalendars.day('securities', '2025-09-24').kind, 'open');
  });

  it('lets Saturdays count for securities+saturday, but not those that are general holidays', () => {
    assert.equal(shippedCalendars.day('securities+saturday', '2026-11-28').kind, 'open');
    assert.equal(shippedCalendars.day('securities', '2026-11-28').kind, 'closed');
    assert.equal(shippedCalendars.day('securities+saturday', '2026-09-26').kind, 'closed');
    assert.equal(shippedCalendars.day('securities+saturday', '2026-11-29').kind, 'closed');
  });

  it('opens holidays for H participants since 9 May 2022, all but 1 January', () => {
    assert.equal(shippedCalendars.day('derivatives-h', '2022-05-02').kind, 'closed');
    assert.equal(shippedCalendars.day('derivatives-h', '2022-05-09').kind, 'open');
    assert.equal(shippedCalendars.day('derivatives-h', '2026-05-25').kind, 'open');
    assert.equal(shippedCalendars.day('derivatives-nh', '2026-05-25').kind, 'closed');
    assert.equal(shippedCalendars.day('derivatives-h', '2027-01-01').kind, 'closed');
    assert.equal(shippedCalendars.day('derivatives-h', '2026-05-24').kind, 'closed');
  });

  it('says of each official year where it was seen, and when', () => {
    for (const { year, source, seen, days } of officialYears) {
      assert.ok(source !== '' && /^\d{4}-\d{2}-\d{2}$/.test(seen), year);
      assert.deepEqual(days, [...days].sort(), year);
      for (const day of days) assert.notEqual(dayOfWeek(`${year}-${day}`), 7, `${year}-${day}`);
    }
  });

  it('agrees with the library in every year, official and projected', () => {
    const library = new Holidays('HK');
    for (const year of [...officialYears.map((one) => one.year), ...Object.keys(projectedYears)]) {
      const days = library.getHolidays(year).filter(({ type }) => type === 'public');
      assert.deepEqual(
        shippedCalendars.year(year)?.days,
        days.map(({ date }) => date.slice(5, 10)),
        year,
      );
    }
  });

  it('never lets a year without an official list count silently', () => {
    const projected = shippedCalendars.day('securities', '2028-01-26');
    assert.deepEqual(projected, { kind: 'closed', basis: 'projected', note: '' });
    assert.ok(mayBeOpen(projected) && !isCertain(projected));
    assert.ok(!isCertain(shippedCalendars.day('securities', '2028-01-03')));
    const beyond = shippedCalendars.day('securities', '2041-02-01');
    assert.equal(beyond.basis, 'unknown');
    assert.match(beyond.note, /2041/);
    assert.ok(mayBeOpen(beyond));
    // A weekend needs no list.
    assert.ok(isCertain(shippedCalendars.day('securities', '2041-02-02')));
  });

  it('answers for every calendar and day of a hundred years', () => {
    const day = fc.integer({ min: 0, max: 36_500 }).map((days) => addDays('2000-01-01', days));
    fc.assert(
      fc.property(fc.constantFrom(...marketCalendars), day, (calendar, date) => {
        const { kind, basis } = shippedCalendars.day(calendar, date);
        if (weekday(date) === 7) assert.equal(kind, 'closed');
        const known = shippedCalendars.year(date.slice(0, 4));
        if (known === undefined && kind !== 'closed' && calendar === 'securities')
          assert.equal(basis, 'unknown');
        if (kind === 'half') assert.ok(weekday(date) < 6);
      }),
    );
  });

  it('knows no calendar of another name, and says which there are', () => {
    assert.throws(() => shippedCalendars.day('securites', '2026-01-02'), /There is no calendar "securites"/);
    assert.throws(() => shippedCalendars.day('constructor', '2026-01-02'), /no calendar/);
  });
});

describe('the calendars of a site', () => {
  const list = {
    name: 'connect',
    source: 'ocp.csv',
    from: '2027-01-01',
    to: '2027-12-31',
    open: ['2027-01-04'],
  };
  const over = { calendars: ['securities', 'connect'], by: 'Chan Tai Man', at: '2026-09-01 10:00' };
  const book = new CalendarBook({
    years: [{ year: '2028', days: ['01-01', '01-27'], source: 'en.json', seen: '2027-06-02' }],
    lists: [list],
    overrides: [
      { ...over, date: '2026-09-24', day: 'closed', reason: 'parade' },
      { ...over, date: '2026-09-25', day: 'closed', reason: 'parade' },
      { ...over, date: '2026-09-25', day: 'half', reason: 'it was half a parade' },
    ],
  });

  it('go before what is shipped', () => {
    assert.deepEqual(book.day('securities', '2028-01-26'), { kind: 'half', basis: 'official', note: '' });
    assert.equal(book.day('securities', '2028-01-27').kind, 'closed');
  });

  it('are open on the listed days as far as a list reaches, and unknown beyond', () => {
    assert.deepEqual(book.day('connect', '2027-01-04'), { kind: 'open', basis: 'list', note: '' });
    assert.equal(book.day('connect', '2027-01-05').kind, 'closed');
    assert.equal(book.day('connect', '2028-01-03').basis, 'unknown');
    assert.ok(mayBeOpen(book.day('connect', '2028-01-03')));
    assert.equal(book.day('connect', '2028-01-02').kind, 'closed');
  });

  it('take the last word of a person on a date, in the calendars that were named', () => {
    assert.deepEqual(book.day('securities', '2026-09-24'), {
      kind: 'closed',
      basis: 'override',
      note: 'parade (Chan Tai Man)',
    });
    assert.equal(book.day('securities', '2026-09-25').kind, 'half');
    assert.equal(book.day('derivatives-nh', '2026-09-24').kind, 'open');
    assert.equal(book.plainDay('securities', '2026-09-24').kind, 'open');
  });
});

describe('what is said of missing lists', () => {
  const confirmed = new CalendarBook({
    years: [{ year: '2028', days: ['01-01'], source: 'en.json', seen: '2027-06-02' }],
  });
  const rows: [string, CalendarBook, string[]][] = [
    ['2027-05-31', shippedCalendars, []],
    ['2027-06-01', shippedCalendars, ['reminder 2028']],
    ['2027-11-30', shippedCalendars, ['reminder 2028']],
    ['2027-12-01', shippedCalendars, ['alarm 2028']],
    ['2027-12-31', confirmed, []],
    ['2028-01-01', shippedCalendars, ['alarm 2028']],
    ['2028-12-01', shippedCalendars, ['alarm 2028', 'alarm 2029']],
    ['2028-07-01', confirmed, ['reminder 2029']],
  ];
  for (const [today, book, wanted] of rows) {
    it(`is ${wanted.join(', ') || 'nothing'} on ${today}`, () => {
      assert.deepEqual(
        calendarNotices(book, today).map(({ kind, year }) => `${kind} ${year}`),
        wanted,
      );
    });
  }
});
