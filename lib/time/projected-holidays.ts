/**
 * General holidays of years that nobody official has listed yet, 'MM-DD' in order. Written by scripts/holidays.js from
 * date-holidays (data: CC BY-SA 3.0, https://github.com/commenthol/date-holidays). Whatever rests on this table alone
 * is marked as projected.
 */
export const projectedYears: Readonly<Record<string, string>> = {
  '2028':
    '01-01 01-26 01-27 01-28 04-04 04-14 04-15 04-17 05-01 05-02 05-29 07-01 10-02 10-04 10-26 12-25 12-26',
  '2029':
    '01-01 02-13 02-14 02-15 03-30 03-31 04-02 04-04 05-01 05-21 06-16 07-02 09-24 10-01 10-16 12-25 12-26',
  '2030':
    '01-01 02-04 02-05 02-06 04-05 04-19 04-20 04-22 05-01 05-09 06-05 07-01 09-13 10-01 10-05 12-25 12-26',
  '2031':
    '01-01 01-23 01-24 01-25 04-05 04-11 04-12 04-14 05-01 05-28 06-24 07-01 10-01 10-02 10-24 12-25 12-26',
  '2032':
    '01-01 02-11 02-12 02-13 03-26 03-27 03-29 04-05 05-01 05-17 06-12 07-01 09-20 10-01 10-12 12-25 12-27',
};
