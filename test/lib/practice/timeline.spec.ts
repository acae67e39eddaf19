import assert from 'node:assert/strict';
import { keysFrozen } from '../../../lib/accounts/key-freeze.ts';
import { planCalendar, planText } from '../../../lib/practice/export.ts';
import { parsePlan } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { timelineOf } from '../../../lib/practice/timeline.ts';
import { fromHongKong, hongKongStamp } from '../../../lib/time/hong-kong.ts';

const stamps = () =>
  timelineOf(practice20250621).map(({ at, id }) => `${hongKongStamp(at).slice(0, 16)} ${id}`);

describe('the timeline of a plan', () => {
  it('has every milestone of 21 June 2025 at its Hong Kong time, in order', () => {
    assert.deepEqual(stamps(), [
      '2025-05-28 09:00 reminder-1-2',
      '2025-05-28 09:00 reminder-2-2',
      '2025-05-30 09:00 reminder-1-0',
      '2025-05-30 09:00 reminder-2-0',
      '2025-06-06 09:00 reminder-4-7',
      '2025-06-09 09:00 reminder-3-0',
      '2025-06-12 09:00 reminder-4-1',
      '2025-06-13 09:00 reminder-4-0',
      '2025-06-19 10:00 drill',
      '2025-06-20 09:00 reminder-5-0',
      '2025-06-20 16:00 drill-result',
      '2025-06-21 08:30 weather-watch',
      '2025-06-21 09:05 weather-verdict',
      '2025-06-21 12:00 hotline-hkscc',
      '2025-06-21 12:00 hotline-hkcc-seoch',
      '2025-06-21 13:50 last-call',
      '2025-06-21 14:00 key-freeze-begins',
      '2025-06-21 14:00 part-1-starts',
      '2025-06-21 16:00 part-1-ends',
      '2025-06-21 18:00 part-2-starts',
      '2025-06-21 19:00 part-2-ends',
      '2025-06-21 19:00 restore-check',
      '2025-06-21 19:00 expiry',
      '2025-06-21 19:00 key-freeze-ends',
    ]);
  });

  it('names numbers to ring, days left and data centres', () => {
    const titles = new Map(timelineOf(practice20250621).map(({ id, title }) => [id, title]));
    assert.match(titles.get('hotline-hkscc') ?? '', /CCASS hotline, 2979-7111/);
    assert.match(titles.get('reminder-4-1') ?? '', /^1 day left: Register/);
    assert.match(titles.get('reminder-4-0') ?? '', /^Last day: Register/);
    assert.match(titles.get('part-1-starts') ?? '', /secondary/);
  });

  it('rings only for installations that take part, and uses every id once', () => {
    const one = parsePlan({ ...practice20250621, accounts: practice20250621.accounts.slice(0, 1) });
    const ids = timelineOf(one).map(({ id }) => id);
    assert.ok(!ids.includes('hotline-hkcc-seoch'));
    const twice = parsePlan({
      ...practice20250621,
      deadlines: [{ what: 'a', date: '2025-06-20', remindDaysBefore: [0, 0, 1] }],
    });
    const all = timelineOf(twice).map(({ id }) => id);
    assert.equal(new Set(all).size, all.length);
  });

  it('freezes keys from the first minute of the freeze to the last', () => {
    const frozen = (time: string) => keysFrozen(practice20250621, fromHongKong(`2025-06-21 ${time}`));
    assert.deepEqual(['13:59', '14:00', '18:59', '19:00'].map(frozen), [false, true, true, false]);
  });
});

describe('the plan as text', () => {
  it('shows who, when, where, what to do and the weather rule', () => {
    const text = planText(practice20250621);
    for (const line of [
      'Saturday 2025-06-21 (Circular PT/SCS/HKCC/136/2025 of 26 May 2025)',
      '  SIMC01, HKCC & SEOCH RAP',
      '  14:00 to 16:00  Part 1, secondary data centre: log in, list the reports, download all reports, log out',
      '  Terminated after 15 minutes by Signal No. 8 or above, Extreme Conditions: issued after the start',
      '  2025-06-21 12:00  Ring the DCASS hotline, 2979-7222: will the session be held?',
    ]) {
      assert.ok(text.split('\n').includes(line), line);
    }
  });
});

describe('the plan as a calendar file', () => {
  const writtenAt = Date.UTC(2025, 4, 26, 1, 2, 3);
  const plan = parsePlan({
    ...practice20250621,
    title: 'Übung, mit Komma; und \\ 練習'.repeat(6),
  });
  const file = planCalendar(plan, writtenAt);

  /** The lines after folding is undone. */
  const unfolded = file.replaceAll('\r\n ', '').split('\r\n');

  it('has only CRLF, no line over 75 bytes, and whole letters on each', () => {
    assert.ok(file.endsWith('END:VCALENDAR\r\n'));
    assert.ok(!/[^\r]\n|\r[^\n]/.test(file));
    const lines = file.split('\r\n');
    assert.ok(lines.some((line) => line.startsWith(' ')));
    for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.ok(!file.includes('\uFFFD'));
  });

  it('puts parts and hotlines at their moments in UTC', () => {
    assert.ok(unfolded.includes('DTSTART:20250621T060000Z'));
    assert.ok(unfolded.includes('DTEND:20250621T080000Z'));
    assert.equal(unfolded.filter((line) => line === 'DTSTART:20250621T040000Z').length, 2);
    assert.ok(unfolded.includes('DTSTAMP:20250526T010203Z'));
  });

  it('makes deadlines whole days with reminders at 09:00', () => {
    assert.ok(unfolded.includes('DTSTART;VALUE=DATE:20250613'));
    assert.ok(unfolded.includes('TRIGGER:PT9H'));
    assert.ok(unfolded.includes('TRIGGER:-PT159H'), 'seven days before');
  });

  it('escapes what would end a value, and balances every block', () => {
    const summary = unfolded.find((line) => line.startsWith('SUMMARY:Part 1'));
    assert.ok(summary?.includes('Übung\\, mit Komma\\; und \\\\ 練習'));
    const stack: string[] = [];
    for (const line of unfolded) {
      if (line.startsWith('BEGIN:')) stack.push(line.slice(6));
      if (line.startsWith('END:')) assert.equal(stack.pop(), line.slice(4));
    }
    assert.deepEqual(stack, []);
  });

  it('gives each event an id that stays, so that a new copy replaces the old', () => {
    const ids = (text: string) => text.split('\r\n').filter((line) => line.startsWith('UID:'));
    const made = ids(file);
    assert.equal(new Set(made).size, made.length);
    assert.equal(made.length, 2 + 2 + 5);
    assert.deepEqual(ids(planCalendar(plan, writtenAt + 1e9)), made);
  });
});
