/**
 * The general holidays of Hong Kong besides Sundays, as the Government publishes them (General Holidays Ordinance,
 * Cap. 149; 1823 "Hong Kong Public Holidays"). Read before anything that is computed; a new year comes with a release,
 * or by "rap calendar import" from the Government's file.
 */

/** One year as somebody official lists it. */
export interface HolidayYear {
  year: string;
  /** 'MM-DD' in order. */
  days: readonly string[];
  source: string;
  /** When we saw it there, 'YYYY-MM-DD'. */
  seen: string;
}

const of1823 = 'Government 1823, Hong Kong Public Holidays';

function row(year: string, source: string, seen: string, days: string): HolidayYear {
  return { year, source, seen, days: days.split(' ') };
}

export const officialYears: readonly HolidayYear[] = [
  row(
    '2019',
    of1823,
    '2020-06-02',
    '01-01 02-05 02-06 02-07 04-05 04-19 04-20 04-22 05-01 05-13 06-07 07-01 09-14 10-01 10-07 12-25 12-26',
  ),
  row(
    '2020',
    of1823,
    '2020-06-02',
    '01-01 01-25 01-27 01-28 04-04 04-10 04-11 04-13 04-30 05-01 06-25 07-01 10-01 10-02 10-26 12-25 12-26',
  ),
  row(
    '2021',
    of1823,
    '2022-05-18',
    '01-01 02-12 02-13 02-15 04-02 04-03 04-05 04-06 05-01 05-19 06-14 07-01 09-22 10-01 10-14 12-25 12-27',
  ),
  row(
    '2022',
    of1823,
    '2022-05-18',
    '01-01 02-01 02-02 02-03 04-05 04-15 04-16 04-18 05-02 05-09 06-03 07-01 09-12 10-01 10-04 12-26 12-27',
  ),
  row(
    '2023',
    of1823,
    '2022-05-18',
    '01-02 01-23 01-24 01-25 04-05 04-07 04-08 04-10 05-01 05-26 06-22 07-01 09-30 10-02 10-23 12-25 12-26',
  ),
  row(
    '2024',
    of1823,
    '2025-05-06',
    '01-01 02-10 02-12 02-13 03-29 03-30 04-01 04-04 05-01 05-15 06-10 07-01 09-18 10-01 10-11 12-25 12-26',
  ),
  row(
    '2025',
    of1823,
    '2025-05-06',
    '01-01 01-29 01-30 01-31 04-04 04-18 04-19 04-21 05-01 05-05 05-31 07-01 10-01 10-07 10-29 12-25 12-26',
  ),
  row(
    '2026',
    of1823,
    '2025-05-16',
    '01-01 02-17 02-18 02-19 04-03 04-04 04-06 04-07 05-01 05-25 06-19 07-01 09-26 10-01 10-19 12-25 12-26',
  ),
  row(
    '2027',
    'Cap. 149, worked out alike by two libraries and by hand; import the list of 1823 to confirm it',
    '2026-11-30',
    '01-01 02-06 02-08 02-09 03-26 03-27 03-29 04-05 05-01 05-13 06-09 07-01 09-16 10-01 10-08 12-25 12-27',
  ),
];

/** What the market did on single days because of the weather, in all four market calendars. */
export interface WeatherDay {
  date: string;
  day: 'closed' | 'afternoon';
  reason: string;
}

/**
 * Before 23 September 2024 the markets closed in severe weather ("Severe Weather Trading", HKEX); since then they work
 * through it, so this list is complete. Days on which the signal fell by noon were business days that began at 14:00;
 * the one that is known for certain is listed.
 */
export const weatherDays: readonly WeatherDay[] = [
  { date: '2020-10-13', day: 'closed', reason: 'typhoon Nangka, signal 8' },
  { date: '2021-10-13', day: 'closed', reason: 'typhoon Kompasu, signal 8' },
  { date: '2023-07-17', day: 'closed', reason: 'typhoon Talim, signal 8' },
  { date: '2023-09-01', day: 'closed', reason: 'typhoon Saola, signal 8' },
  { date: '2023-09-08', day: 'closed', reason: 'black rainstorm' },
  { date: '2023-10-09', day: 'afternoon', reason: 'typhoon Koinu, signal 8 until 11:40' },
  { date: '2024-09-06', day: 'closed', reason: 'typhoon Yagi, signal 8' },
];
