/**
 * Days worth rehearsing, by name. Times of the signals: Hong Kong Observatory, Warnings and Signals Database; those of
 * Extreme Conditions: Government press releases (the minute of the declaration on 8 September 2023 was not
 * published; 06:32 is the first news of it). The direction of No. 8 is left out where it makes no difference.
 */
import type { DayReading } from '../weather/decide.ts';
import { parseSignals, type SignalRow } from '../weather/signals.ts';

export interface PastDay {
  name: string;
  /** 'YYYY-MM-DD' */
  date: string;
  title: string;
  /** How a session from 14:00 to 16:00 and from 18:00 to 19:00 ends; 'HH:MM' or null. */
  verdict: DayReading['verdict'];
  effective: string | null;
  signals: SignalRow[];
}

/** What is wrong with the weather feeds: no answer, an answer of an hour ago, or one that nobody understands. */
export const feedStates = ['away', 'stale', 'odd'] as const;
export type FeedState = (typeof feedStates)[number];

/** A day to rehearse: a famous one, or one on which the weather cannot be known and a person must decide. */
export interface RehearsalDay extends Omit<PastDay, 'verdict'> {
  verdict: PastDay['verdict'] | 'HOLD';
  feed?: FeedState;
}

const header = 'code,issued,cancelled';

function day(
  name: string,
  date: string,
  [verdict, effective]: [DayReading['verdict'], string | null],
  title: string,
  ...rows: string[]
): PastDay {
  return { name, date, title, verdict, effective, signals: parseSignals([header, ...rows].join('\n'), name) };
}

export const pastDays: readonly PastDay[] = [
  day(
    'quiet',
    '2025-06-21',
    ['HELD', null],
    'The day of the session itself: two thunderstorm warnings and nothing else',
    'WTS,2025-06-21 02:11,2025-06-21 05:00',
    'WTS,2025-06-21 16:30,2025-06-21 18:00',
  ),
  day(
    'gale-in-part-1',
    '2025-09-23',
    ['TERMINATED', '14:35'],
    'Ragasa: No. 8 twenty minutes into part 1',
    'TC8,2025-09-23 14:20,2025-09-24 01:40',
    'TC9,2025-09-24 01:40,2025-09-24 02:40',
    'TC10,2025-09-24 02:40,2025-09-24 13:20',
    'TC8,2025-09-24 13:20,2025-09-24 20:20',
  ),
  day(
    'gale-between-the-parts',
    '2021-10-12',
    ['TERMINATED', '17:35'],
    'Kompasu: No. 8 between the parts, so part 2 is not held',
    'TC8,2021-10-12 17:20,2021-10-13 16:40',
  ),
  day(
    'gale-lowered-in-the-morning',
    '2022-08-25',
    ['CANCELLED', '09:00'],
    'Ma-on: No. 8 in force at 09:00 and lowered twenty minutes later',
    'TC8,2022-08-24 19:25,2022-08-25 01:40',
    'TC8,2022-08-25 01:40,2022-08-25 09:20',
  ),
  day(
    'extreme-conditions',
    '2023-09-08',
    ['CANCELLED', '09:00'],
    'Black Rainstorm until 15:40, Extreme Conditions until midnight while the Observatory lists nothing',
    'WRAINB,2023-09-07 23:05,2023-09-08 15:40',
    'EC,2023-09-08 06:32,2023-09-08 24:00',
  ),
  day(
    'black-in-part-1',
    '2010-07-28',
    ['HELD_CONTINUES', null],
    'Black Rainstorm during part 1: all goes on as normal',
    'WRAINB,2010-07-28 15:35,2010-07-28 17:00',
  ),
];

const unknown = (feed: FeedState, title: string): RehearsalDay => ({
  name: `feed-${feed}`,
  date: '2025-06-21',
  title,
  verdict: 'HOLD',
  effective: null,
  signals: [],
  feed,
});

/** The famous days, and a quiet one on which the feeds do what feeds do. */
export const rehearsalDays: readonly RehearsalDay[] = [
  ...pastDays,
  unknown('away', 'The weather feeds do not answer: a person must decide'),
  unknown('stale', 'The weather feeds answer with what was true an hour ago: a person must decide'),
  unknown('odd', 'The weather summary bears a signal that nobody knows: a person must decide'),
];

/** By name, or by date. */
export function rehearsalDay(name: string): RehearsalDay | undefined {
  return rehearsalDays.find((one) => one.name === name || one.date === name);
}
