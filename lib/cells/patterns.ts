/** Cron patterns. */
import { ascii, fault, oneLine, type Reader, unquoted } from './cell.ts';

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Numbers, names of months and days, and the signs between them. */
const FIELD =
  /^(?:[\d*?LW#,/+-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)+$/i;

/** Minute, hour, day, month, weekday; 0 and 7 are Sunday. */
const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/**
 * A cron pattern with one blank between its five fields (or six, seconds first). What crontab and Quartz write besides
 * is refused by name: a command, a year, and weekdays by number beside "?", which Quartz counts from Sunday as 1.
 * Numbers that no field has are refused; what else the fields say is for the schedule to judge.
 */
export const readPattern: Reader<string> = (text) => {
  const cell = unquoted(oneLine(ascii(text)));
  if (cell.startsWith('@')) {
    const pattern = NICKNAMES[cell.toLowerCase()];
    return pattern === undefined ? fault('pattern', text) : { value: pattern };
  }
  // A year that is any year says nothing.
  const fields = cell.replace(/^((?:\S+ ){5}\S+) [*?]$/, '$1').split(' ');
  if (fields.length < 5) return fault('fewFields', text);
  const foreign = fields.findIndex((field) => !FIELD.test(field));
  if (foreign >= 5) return fault('command', text);
  if (fields.length > 5 && /^(19|20)\d\d/.test(fields.at(-1) ?? '')) return fault('year', text);
  if (fields.length > 6) return fault(fields.length === 7 && foreign < 0 ? 'year' : 'command', text);
  if (foreign >= 0) return fault('pattern', text);
  const weekdays = fields.at(-1) ?? '';
  if (fields.includes('?') && /\d/.test(weekdays.replace(/#\d/g, ''))) return fault('quartzDays', text);
  const limits = fields.length === 6 ? [[0, 59] as const, ...LIMITS] : LIMITS;
  for (const [index, field] of fields.entries()) {
    const [least, most] = limits[index] ?? [0, 0];
    const numbers = field.replace(/[/#]\d+/g, '').match(/\d+/g) ?? [];
    if (numbers.some((number) => Number(number) < least || Number(number) > most)) {
      return fault('range', field, `${least} - ${most}`);
    }
  }
  return { value: fields.join(' ') };
};
