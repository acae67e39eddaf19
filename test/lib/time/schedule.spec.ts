import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { isBusinessDay } from '../../../lib/time/calendar.ts';
import { CalendarBook } from '../../../lib/time/calendar-book.ts';
import { fromHongKong, hongKongDate, hongKongStamp, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { checkRule, lastDue, nextDue, type ScheduleRule } from '../../../lib/time/schedule.ts';

const daily: ScheduleRule = { times: ['07:00', '21:30'], pattern: '', calendar: 'none' };
const business: ScheduleRule = { ...daily, calendar: 'securities' };
const evenings: ScheduleRule = { times: [], pattern: '30 21 * * 1-5', calendar: 'none' };

const at = fromHongKong;
const stamp = (moment: number | undefined) => (moment === undefined ? 'never' : hongKongStamp(moment));

describe('schedule', () => {
  it('finds the next time of the day, whatever zone the machine is in', () => {
    assert.equal(stamp(nextDue(daily, at('2025-06-20 06:59'))), '2025-06-20 07:00:00');
    assert.equal(stamp(nextDue(daily, at('2025-06-20 07:00'))), '2025-06-20 21:30:00');
    assert.equal(stamp(nextDue(daily, at('2025-06-20 21:30'))), '2025-06-21 07:00:00');
  });

  it('counts the moment itself as due, looking back', () => {
    assert.equal(stamp(lastDue(daily, at('2025-06-20 21:30'))), '2025-06-20 21:30:00');
    assert.equal(stamp(lastDue(daily, at('2025-06-20 21:29:59'))), '2025-06-20 07:00:00');
    assert.equal(stamp(lastDue(evenings, at('2025-06-20 21:30'))), '2025-06-20 21:30:00');
    assert.equal(stamp(lastDue(evenings, at('2025-06-20 21:29:59'))), '2025-06-19 21:30:00');
  });

  it('steps over weekends and holidays of the chosen calendar', () => {
    // Saturday 21 and Sunday 22 June 2025; 1 July is the establishment day.
    assert.equal(stamp(nextDue(business, at('2025-06-20 21:30'))), '2025-06-23 07:00:00');
    assert.equal(stamp(lastDue(business, at('2025-06-22 12:00'))), '2025-06-20 21:30:00');
    assert.equal(stamp(nextDue(business, at('2025-06-30 21:30'))), '2025-07-02 07:00:00');
    const pattern: ScheduleRule = { times: [], pattern: '*/10 * * * * *', calendar: 'securities' };
    assert.equal(stamp(nextDue(pattern, at('2025-06-30 23:59:59'))), '2025-07-02 00:00:00');
    assert.equal(stamp(lastDue(pattern, at('2025-07-01 12:00'))), '2025-06-30 23:59:50');
  });

  it('goes by what a site knows better, and does not leave out a day that is only projected', () => {
    const site = new CalendarBook({
      overrides: [
        {
          date: '2026-11-25',
          calendars: ['securities'],
          day: 'closed',
          by: 'Chan',
          reason: 'r',
          at: '2026-11-01 10:00',
        },
        {
          date: '2026-11-28',
          calendars: ['securities'],
          day: 'open',
          by: 'Chan',
          reason: 'r',
          at: '2026-11-01 10:00',
        },
      ],
    });
    assert.equal(stamp(nextDue(business, at('2026-11-24 21:30'), site)), '2026-11-26 07:00:00');
    assert.equal(stamp(lastDue(business, at('2026-11-25 12:00'), site)), '2026-11-24 21:30:00');
    assert.equal(stamp(nextDue(business, at('2026-11-27 21:30'), site)), '2026-11-28 07:00:00');
    const saturdays: ScheduleRule = { ...daily, calendar: 'securities+saturday' };
    assert.equal(stamp(nextDue(saturdays, at('2026-11-27 21:30'))), '2026-11-28 07:00:00');
    // Lunar New Year 2028 is a projection until the list comes out.
    assert.equal(stamp(nextDue(business, at('2028-01-25 21:30'))), '2028-01-26 07:00:00');
    const confirmed = new CalendarBook({
      years: [{ year: '2028', days: ['01-26', '01-27', '01-28'], source: 'en.json', seen: '2027-06-02' }],
    });
    assert.equal(stamp(nextDue(business, at('2028-01-25 21:30'), confirmed)), '2028-01-31 07:00:00');
  });

  it('takes NH participants for securities, and H participants for those who clear on holidays', () => {
    const on = (calendar: ScheduleRule['calendar']) =>
      stamp(nextDue({ ...daily, calendar }, at('2026-05-24 12:00')));
    assert.equal(on('derivatives-nh'), '2026-05-26 07:00:00');
    assert.equal(on('derivatives-h'), '2026-05-25 07:00:00');
    assert.equal(on('derivatives'), '2026-05-25 07:00:00');
  });

  it('finds the rare days of a pattern and says when there are none', () => {
    const leap: ScheduleRule = { times: [], pattern: '0 8 29 2 *', calendar: 'none' };
    assert.equal(stamp(nextDue(leap, at('2025-06-20 00:00'))), '2028-02-29 08:00:00');
    const never: ScheduleRule = { times: [], pattern: '0 8 31 2 *', calendar: 'none' };
    assert.equal(nextDue(never, at('2025-06-20 00:00')), undefined);
    assert.equal(lastDue(never, at('2025-06-20 00:00')), undefined);
  });

  it('next and last agree with each other and with the calendar at any moment', () => {
    const rules = [daily, business, evenings, { ...evenings, calendar: 'derivatives' as const }];
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.integer({ min: at('2025-01-01 00:00'), max: at('2026-12-01 00:00') }),
        (rule, moment) => {
          const next = nextDue(rule, moment);
          const last = lastDue(rule, moment);
          assert.ok(next !== undefined && last !== undefined);
          assert.ok(last <= moment && moment < next);
          // Nothing is due in between, and each end is due when asked at its own moment.
          assert.equal(lastDue(rule, next - 1), last);
          assert.equal(nextDue(rule, last), next);
          assert.equal(lastDue(rule, next), next);
          for (const due of [next, last]) {
            if (rule.pattern === '') assert.ok(rule.times.includes(hongKongTime(due)));
            if (rule.calendar !== 'none') assert.ok(isBusinessDay(rule.calendar, hongKongDate(due)));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('brings times into order and refuses what is no time, no pattern or empty', () => {
    assert.deepEqual(checkRule({ ...daily, times: ['21:30', '07:00', '21:30'] }).times, ['07:00', '21:30']);
    for (const [rule, text] of [
      [{ ...daily, times: ['7:00'] }, /"7:00" is not a time/],
      [{ ...daily, times: ['24:00'] }, /"24:00" is not a time/],
      [{ ...daily, times: [] }, /no times/],
      [{ ...daily, pattern: 'every day' }, /"every day" is not a cron pattern/],
      [{ ...daily, pattern: '99 99 * * *' }, /"99 99 \* \* \*" is not a cron pattern/],
      [{ ...daily, pattern: '2030-01-01T00:00:00' }, /is not a cron pattern/],
    ] as const) {
      assert.throws(
        () => checkRule(rule),
        (error) => error instanceof RapError && error.code === 'CONFIG_INVALID' && text.test(error.message),
      );
    }
  });
});
