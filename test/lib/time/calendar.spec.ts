import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  generalHolidays,
  isBusinessDay,
  isGeneralHoliday,
  nextBusinessDay,
  previousBusinessDay,
} from '../../../lib/time/calendar.ts';
import { addDays, dayOfWeek } from '../../../lib/time/hong-kong.ts';

const known = fc.integer({ min: 0, max: 3 * 365 - 1 }).map((days) => addDays('2025-01-01', days));
const calendar = fc.constantFrom('securities' as const, 'derivatives' as const);

describe('business days', () => {
  it('counts 17 general holidays in each year of the table, none of them a Sunday', () => {
    for (const year of ['2025', '2026', '2027']) {
      const days = Array.from({ length: 366 }, (_, i) => addDays(`${year}-01-01`, i));
      const holidays = days.filter((day) => day.startsWith(year) && isGeneralHoliday(day));
      assert.equal(holidays.length, 17, year);
      for (const day of holidays) assert.notEqual(dayOfWeek(day), 7, day);
    }
    assert.equal(generalHolidays('2028'), undefined);
  });

  it('keeps the fixed holidays, moved only where they meet a Sunday', () => {
    for (const year of ['2025', '2026', '2027']) {
      for (const day of ['01-01', '05-01', '07-01', '10-01', '12-25']) {
        assert.ok(isGeneralHoliday(`${year}-${day}`), `${year}-${day}`);
      }
    }
    assert.ok(isGeneralHoliday('2027-12-27') && !isGeneralHoliday('2027-12-26'));
  });

  it('closes both markets on weekends and 1 January, securities alone on other holidays', () => {
    assert.ok(!isBusinessDay('securities', '2025-06-21'));
    assert.ok(!isBusinessDay('derivatives', '2025-06-22'));
    assert.ok(!isBusinessDay('derivatives', '2026-01-01'));
    assert.ok(!isBusinessDay('securities', '2025-07-01'));
    assert.ok(isBusinessDay('derivatives', '2025-07-01'));
    assert.ok(isBusinessDay('securities', '2025-06-20'));
  });

  it('steps over Lunar New Year and the Easter of 2026, which Ching Ming made longer', () => {
    assert.equal(nextBusinessDay('securities', '2026-02-16'), '2026-02-20');
    assert.equal(nextBusinessDay('securities', '2026-04-02'), '2026-04-08');
    assert.equal(previousBusinessDay('securities', '2026-04-08'), '2026-04-02');
    assert.equal(previousBusinessDay('derivatives', '2026-04-08'), '2026-04-07');
  });

  it('finds the nearest business day on either side and nothing between', () => {
    fc.assert(
      fc.property(calendar, known, (which, date) => {
        const next = nextBusinessDay(which, date);
        const previous = previousBusinessDay(which, date);
        assert.ok(previous < date && date < next);
        assert.ok(isBusinessDay(which, next) && isBusinessDay(which, previous));
        for (let day = addDays(previous, 1); day < next; day = addDays(day, 1)) {
          assert.ok(day === date || !isBusinessDay(which, day), day);
        }
      }),
    );
  });
});
