/** Facts in short lines, for tables: '21:05 looked', '20:45 failed every 5 until 21:50', '21:01 received CTL a'. */
import type { RawFact, RawRule } from './raw.ts';

const dated = '(?<date>\\d{8})';
const whose = '(?<participant>[A-Z0-9]+)';

/** The rules the tables speak of. Wednesday 25 November 2026 is the day that is meant where none is named. */
export const pair: RawRule = {
  report: 'RMAMR03',
  set: '4',
  folder: '/INBOX',
  name: `RMAMR03_${whose}_${dated}_(?<set>\\d)_(?<half>CTL|DAT)\\.zip`,
  frequency: 'business-day',
  times: { about: '21:00', lateAfter: '21:45', cutOff: '23:00' },
  halves: ['CTL', 'DAT'],
};
export const single: RawRule = {
  report: 'CCLTN05',
  set: '',
  folder: '/INBOX',
  name: `CCLTN05_${whose}_${dated}\\.txt`,
  frequency: 'business-day',
  times: { about: '20:00', lateAfter: '20:45', cutOff: '22:00' },
};

export const DAY = '2026-11-25';

/** A moment of the day, or of another that is named. */
export function moment(text: string, day = DAY): string {
  return text.length > 8 ? text.replace('T', ' ') : `${day} ${text}`;
}

/** The path of the file of a half ('-' for one that is whole) of a date. */
export function pathOf(rule: RawRule, half: string, day: string): string {
  const digits = day.replaceAll('-', '');
  const end = rule.halves === undefined ? '.txt' : `_${rule.set}_${half}.zip`;
  return `${rule.folder}/${digits}/${rule.report}_SIM001_${digits}${end}`;
}

/** One fact of a line; the words after the time say what happened, 'practice' at the end that it was in the session. */
export function factOf(line: string, rule: RawRule, day = DAY): RawFact {
  const words = line.trim().split(/\s+/);
  const practice = words.at(-1) === 'practice' ? { practice: true } : {};
  if ('practice' in practice) words.pop();
  const [time = '', what = '', ...rest] = words;
  const at = moment(time, day);
  const after = (word: string) => rest[rest.indexOf(word) + 1] ?? '';
  const has = (word: string) => rest.includes(word);
  const entry = { at, fact: 'entry' as const, entry: what, by: 'Chan Tai Man', reason: 'as announced' };
  const file = (name: string) => (name.startsWith('/') ? name : pathOf(rule, name, day));
  const centre = has('secondary') ? 'secondary' : 'primary';
  switch (what) {
    case 'looked':
    case 'failed': {
      const folder = [has('into') ? after('into') : rule.folder];
      const series = has('every')
        ? { every: Number(after('every')), until: moment(after('until'), day) }
        : {};
      const [ok, failed] = what === 'looked' ? [folder, []] : [[], folder];
      return { at, fact: 'looked', centre, ok, failed, ...series, ...practice };
    }
    case 'listed':
      return { at, fact: what, centre, path: file(rest[0] ?? ''), ...practice };
    case 'received':
      return { at, fact: what, centre, path: file(rest[0] ?? ''), sha256: rest[1] ?? 'a', ...practice };
    case 'refused':
      return { at, fact: what, centre, path: file(rest[0] ?? ''), code: 'CONTENT_WRONG', ...practice };
    case 'filed':
      return { at, fact: what, path: file(rest[0] ?? ''), sha256: rest[1] ?? 'a', ...practice };
    case 'weather':
      return { at, fact: what, text: rest.join(' ') };
    case 'centre':
      return { ...entry, centre };
    case 'deadline':
      return {
        ...entry,
        ...{ report: rule.report, set: rule.set, businessDate: day },
        ...(has('late') ? { lateAfter: moment(after('late'), day) } : {}),
        ...(has('cut') ? { cutOff: moment(after('cut'), day) } : {}),
      };
    case 'condition':
      return { ...entry, condition: rest[0] ?? '', date: day, ...(has('not') ? { holds: false } : {}) };
    case 'calendar-day':
      return { ...entry, calendars: (rest[1] ?? '').split(','), date: rest[2] ?? day, day: rest[0] ?? '' };
    case 'session':
      return {
        ...{ ...entry, entry: 'practice', centre: 'secondary' },
        ...{ from: moment(after('from')), to: moment(after('to')), businessDate: after('of') },
      };
    case 'practice-stopped':
      return entry;
    default:
      throw new Error(`"${line}" is no fact`);
  }
}
