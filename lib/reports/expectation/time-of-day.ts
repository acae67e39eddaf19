/** Times of rules: 'HH:MM' on the business date, 'HH:MM+1d' on the next calendar day, 'HH:MM+1bd' on the next open day. */
import type { TimeOfDay } from './types.ts';

/** undefined when the text is no such time. */
export function timeOfDay(text: string): TimeOfDay | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(?:\+([1-9]\d?)(d|bd))?$/.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes, days = '0', unit = 'd'] = found;
  return {
    seconds: Number(hours) * 3600 + Number(minutes) * 60,
    days: Number(days),
    unit: unit === 'bd' ? 'business' : 'calendar',
  };
}
