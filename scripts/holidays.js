#!/usr/bin/env node
/**
 * Writes the projected general holidays from the library date-holidays, which is a tool of development only: what is
 * shipped is the table. Not further than 2032: for 2033 the library is wrong (docs/decisions/0023).
 */
import { writeFileSync } from 'node:fs';
import Holidays from 'date-holidays';
import { inside } from './support/checkout.js';

const YEARS = [2028, 2029, 2030, 2031, 2032];

const hongKong = new Holidays('HK');
const rows = YEARS.map((year) => {
  const days = hongKong.getHolidays(year).filter(({ type }) => type === 'public');
  const texts = [...new Set(days.map(({ date }) => date.slice(5, 10)))].sort();
  return `  '${year}': '${texts.join(' ')}',`;
});

const text = `/**
 * General holidays of years that nobody official has listed yet, 'MM-DD' in order. Written by scripts/holidays.js from
 * date-holidays (data: CC BY-SA 3.0, https://github.com/commenthol/date-holidays). Whatever rests on this table alone
 * is marked as projected.
 */
export const projectedYears: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`;
writeFileSync(inside('lib/time/projected-holidays.ts'), text);
