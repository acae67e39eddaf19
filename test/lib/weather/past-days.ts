/**
 * Days on which signals that stop a session were in force, quiet days among them, and how a session from 14:00 to
 * 16:00 and from 18:00 to 19:00 ends on each. Times of the signals: Hong Kong Observatory, Warnings and Signals
 * Database. Those of the Extreme Conditions of 8 September 2023: Government press releases (the minute of the
 * declaration was not published; it was before 06:32). The direction of No. 8 is left out.
 */
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import type { DayReading } from '../../../lib/weather/decide.ts';
import type { SignalRow } from '../../../lib/weather/signals.ts';

export interface PastDay {
  date: string;
  verdict: DayReading['verdict'];
  /** 'HH:MM' on the date, '' when the session is held. */
  effective: string;
  /** What becomes of the two parts. */
  parts: string[];
  signals: SignalRow[];
}

/** A row of a signal from '<code> MM-DD HH:MM - MM-DD HH:MM' in a year; without the second time still in force. */
export function signal(year: string, text: string): SignalRow {
  const [code = '', day, hour, , endDay, endHour] = text.split(' ');
  return {
    code,
    issued: fromHongKong(`${year}-${day} ${hour}`),
    ...(endDay === undefined ? {} : { cancelled: fromHongKong(`${year}-${endDay} ${endHour}`) }),
  };
}

const table = `
1983-09-09 | CANCELLED 09:00 | not-held not-held | TC8 09-08 16:45 - 09-09 01:00; TC9 09-09 01:00 - 09-09 02:00; TC10 09-09 02:00 - 09-09 10:00; TC8 09-09 10:00 - 09-09 14:00; TC8 09-09 14:00 - 09-09 17:37
1998-06-09 | CANCELLED 09:00 | not-held not-held | WRAINB 06-09 06:35 - 06-09 09:50
1999-06-07 | CANCELLED 09:00 | not-held not-held | TC8 06-07 00:30 - 06-07 02:45; TC9 06-07 02:45 - 06-07 05:45; TC8 06-07 05:45 - 06-07 10:30
1999-08-23 | CANCELLED 09:00 | not-held not-held | TC8 08-22 20:10 - 08-23 03:50; WRAINB 08-23 06:13 - 08-23 12:00
1999-09-16 | CANCELLED 09:00 | not-held not-held | TC8 09-16 03:15 - 09-16 05:20; TC9 09-16 05:20 - 09-16 06:45; TC10 09-16 06:45 - 09-16 17:45; TC8 09-16 17:45 - 09-16 22:10
2000-04-23 | HELD            | held held         | WRAINB 04-23 01:50 - 04-23 05:55
2000-08-24 | HELD            | held held         | WRAINB 08-24 03:05 - 08-24 05:55
2001-07-06 | CANCELLED 09:00 | not-held not-held | TC8 07-05 23:40 - 07-06 09:40; TC8 07-06 09:40 - 07-06 13:40
2001-09-01 | HELD            | held held         | WRAINB 09-01 22:45 - 09-02 03:15
2002-09-11 | CANCELLED 13:40 | not-held not-held | TC8 09-11 13:40 - 09-12 01:40
2003-07-23 | HELD            | held held         | TC8 07-23 22:40 - 07-24 05:15
2003-09-02 | TERMINATED 14:35 | cut not-held      | TC8 09-02 14:20 - 09-02 20:10; TC9 09-02 20:10 - 09-02 22:10; TC8 09-02 22:10 - 09-03 01:30
2004-05-08 | HELD            | held held         | WRAINB 05-08 07:20 - 05-08 08:00
2006-04-24 | HELD            | held held         | WRAINB 04-24 02:30 - 04-24 04:30
2006-07-16 | HELD            | held held         | WRAINB 07-16 02:50 - 07-16 05:00
2008-04-19 | HELD            | held held         | WRAINB 04-19 19:15 - 04-19 21:30
2008-06-24 | HELD            | held held         | TC8 06-24 22:45 - 06-25 00:45
2008-08-06 | CANCELLED 09:00 | not-held not-held | TC8 08-06 05:40 - 08-06 08:40; TC8 08-06 08:40 - 08-06 17:15
2008-08-23 | HELD            | held held         | TC9 08-22 13:40 - 08-23 00:40; TC8 08-23 00:40 - 08-23 02:40
2008-09-23 | TERMINATED 18:15 | held cut          | TC8 09-23 18:00 - 09-24 00:40; TC8 09-24 00:40 - 09-24 06:30
2008-09-24 | HELD            | held held         | TC8 09-23 18:00 - 09-24 00:40; TC8 09-24 00:40 - 09-24 06:30
2009-07-19 | HELD            | held held         | TC8 07-18 23:30 - 07-19 01:30; TC9 07-19 01:30 - 07-19 04:40; TC8 07-19 04:40 - 07-19 06:40
2009-08-05 | HELD            | held held         | TC8 08-04 21:40 - 08-05 03:40
2009-09-15 | CANCELLED 09:00 | not-held not-held | TC8 09-14 17:55 - 09-15 00:35; TC8 09-15 00:35 - 09-15 10:15
2010-07-28 | HELD_CONTINUES  | held held         | WRAINB 07-28 15:35 - 07-28 17:00
2012-06-29 | HELD            | held held         | TC8 06-29 23:05 - 06-30 00:40
2012-07-23 | TERMINATED 17:55 | held not-held     | TC8 07-23 17:40 - 07-23 23:20; TC9 07-23 23:20 - 07-24 00:45
2012-08-16 | HELD            | held held         | TC8 08-16 22:15 - 08-17 06:20
2013-05-22 | CANCELLED 09:00 | not-held not-held | WRAINB 05-22 04:10 - 05-22 09:45
2013-09-22 | TERMINATED 18:55 | held cut          | TC8 09-22 18:40 - 09-23 00:25
2014-03-30 | HELD            | held held         | WRAINB 03-30 20:40 - 03-30 22:30
2014-09-15 | HELD            | held held         | TC8 09-15 22:30 - 09-16 10:40
2015-05-26 | CANCELLED 10:25 | not-held not-held | WRAINB 05-26 10:25 - 05-26 11:30
2016-08-01 | HELD            | held held         | TC8 08-01 20:40 - 08-02 04:40
2016-10-19 | HELD_CONTINUES  | held held         | WRAINB 10-19 16:00 - 10-19 17:15
2017-05-24 | CANCELLED 11:30 | not-held not-held | WRAINB 05-24 11:30 - 05-24 12:30
2017-06-13 | HELD            | held held         | TC8 06-12 20:20 - 06-13 00:10; TC8 06-13 00:10 - 06-13 04:40
2017-08-23 | CANCELLED 09:00 | not-held not-held | TC8 08-23 05:20 - 08-23 08:10; TC9 08-23 08:10 - 08-23 09:10; TC10 08-23 09:10 - 08-23 14:10; TC8 08-23 14:10 - 08-23 17:10
2017-10-15 | CANCELLED 09:00 | not-held not-held | TC8 10-15 08:40 - 10-15 19:20
2018-09-16 | CANCELLED 09:00 | not-held not-held | TC8 09-16 01:10 - 09-16 07:40; TC9 09-16 07:40 - 09-16 09:40; TC10 09-16 09:40 - 09-16 19:40; TC8 09-16 19:40 - 09-17 05:20
2018-09-17 | HELD            | held held         | TC8 09-16 19:40 - 09-17 05:20
2020-06-06 | HELD            | held held         | WRAINB 06-06 02:55 - 06-06 05:40
2020-08-18 | HELD            | held held         | TC8 08-18 22:40 - 08-19 01:30
2020-08-19 | CANCELLED 09:00 | not-held not-held | TC8 08-18 22:40 - 08-19 01:30; TC9 08-19 01:30 - 08-19 07:40; TC8 08-19 07:40 - 08-19 11:10
2020-10-13 | CANCELLED 09:00 | not-held not-held | TC8 10-13 05:40 - 10-13 19:40
2021-10-08 | CANCELLED 11:45 | not-held not-held | WRAINB 10-08 11:45 - 10-08 12:45
2021-10-09 | CANCELLED 09:00 | not-held not-held | TC8 10-09 06:40 - 10-10 04:40
2021-10-10 | HELD            | held held         | TC8 10-09 06:40 - 10-10 04:40
2021-10-12 | TERMINATED 17:35 | held not-held     | TC8 10-12 17:20 - 10-13 16:40
2021-10-13 | CANCELLED 09:00 | not-held not-held | TC8 10-12 17:20 - 10-13 16:40
2022-07-02 | CANCELLED 09:00 | not-held not-held | TC8 07-01 19:10 - 07-02 16:20
2022-08-24 | HELD            | held held         | TC8 08-24 19:25 - 08-25 01:40
2022-08-25 | CANCELLED 09:00 | not-held not-held | TC8 08-24 19:25 - 08-25 01:40; TC8 08-25 01:40 - 08-25 09:20
2022-11-02 | CANCELLED 13:40 | not-held not-held | TC8 11-02 13:40 - 11-02 20:40; TC8 11-02 20:40 - 11-03 02:40; TC8 11-03 02:40 - 11-03 05:20
2022-11-03 | HELD            | held held         | TC8 11-02 20:40 - 11-03 02:40; TC8 11-03 02:40 - 11-03 05:20
2023-07-17 | CANCELLED 09:00 | not-held not-held | TC8 07-17 00:40 - 07-17 16:20
2023-09-01 | CANCELLED 09:00 | not-held not-held | TC8 09-01 02:40 - 09-01 18:20; TC9 09-01 18:20 - 09-01 20:15; TC10 09-01 20:15 - 09-02 03:40
2023-09-07 | HELD            | held held         | WRAINB 09-07 23:05 - 09-08 15:40
2023-09-08 | CANCELLED 09:00 | not-held not-held | WRAINB 09-07 23:05 - 09-08 15:40; EC 09-08 06:32 - 09-09 00:00
2023-09-14 | HELD            | held held         | WRAINR 09-14 05:55 - 09-14 10:30
2023-10-08 | CANCELLED 12:40 | not-held not-held | TC8 10-08 12:40 - 10-08 19:00; TC9 10-08 19:00 - 10-08 23:50; TC8 10-08 23:50 - 10-09 11:40
2023-10-09 | CANCELLED 09:00 | not-held not-held | TC8 10-08 23:50 - 10-09 11:40; WRAINB 10-09 04:00 - 10-09 10:30
2024-09-05 | TERMINATED 18:35 | held cut          | TC8 09-05 18:20 - 09-06 12:40
2024-09-06 | CANCELLED 09:00 | not-held not-held | TC8 09-05 18:20 - 09-06 12:40
2024-11-13 | HELD            | held held         | TC8 11-13 23:10 - 11-14 10:20
2024-11-14 | CANCELLED 09:00 | not-held not-held | TC8 11-13 23:10 - 11-14 10:20
2025-06-21 | HELD            | held held         | WTS 06-21 02:11 - 06-21 05:00; WTS 06-21 16:30 - 06-21 18:00
2025-07-20 | CANCELLED 09:00 | not-held not-held | TC8 07-20 00:20 - 07-20 07:20; TC9 07-20 07:20 - 07-20 09:20; TC10 07-20 09:20 - 07-20 16:10; TC8 07-20 16:10 - 07-20 19:40
2025-07-29 | CANCELLED 09:10 | not-held not-held | WRAINB 07-29 09:10 - 07-29 11:05
2025-08-02 | CANCELLED 09:45 | not-held not-held | WRAINB 08-02 09:45 - 08-02 11:45
2025-08-04 | HELD            | held held         | WRAINB 08-04 23:45 - 08-05 02:10
2025-08-05 | CANCELLED 09:00 | not-held not-held | WRAINB 08-04 23:45 - 08-05 02:10; WRAINB 08-05 05:50 - 08-05 17:05
2025-08-14 | CANCELLED 09:00 | not-held not-held | WRAINB 08-14 07:50 - 08-14 11:10
2025-09-08 | CANCELLED 09:00 | not-held not-held | TC8 09-07 21:20 - 09-08 13:10
2025-09-23 | TERMINATED 14:35 | cut not-held      | TC8 09-23 14:20 - 09-24 01:40
2025-09-24 | CANCELLED 09:00 | not-held not-held | TC8 09-23 14:20 - 09-24 01:40; TC9 09-24 01:40 - 09-24 02:40; TC10 09-24 02:40 - 09-24 13:20; TC8 09-24 13:20 - 09-24 20:20
2026-06-08 | HELD            | held held         | WRAINB 06-08 20:35 - 06-08 21:35
2026-06-18 | CANCELLED 12:55 | not-held not-held | WRAINB 06-18 12:55 - 06-18 15:05; WRAINB 06-18 18:35 - 06-18 20:30
2026-07-25 | HELD            | held held         | TC8 07-25 22:10 - 07-26 01:10
2026-07-26 | CANCELLED 09:00 | not-held not-held | TC8 07-25 22:10 - 07-26 01:10; TC9 07-26 01:10 - 07-26 07:10; TC8 07-26 07:10 - 07-26 12:40
`;

export const pastDays: readonly PastDay[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [date = '', end = '', parts = '', signals = ''] = line.split('|').map((field) => field.trim());
    const [verdict, effective = ''] = end.split(' ');
    return {
      date,
      verdict: verdict as PastDay['verdict'],
      effective,
      parts: parts.split(' '),
      signals: signals
        .split('; ')
        .filter((text) => text !== '')
        .map((text) => signal(date.slice(0, 4), text)),
    };
  });
