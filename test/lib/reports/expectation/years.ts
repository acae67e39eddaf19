/**
 * Three years of reports as they might come, for a securities and a derivatives firm: most on time, some late, some
 * never, amended, refused, in halves far apart; nights in which nobody could look; half days, holidays, moved
 * deadlines, practice Saturdays, and from October 2027 other times because of T+1.
 */
import { addDays, dayOfWeek } from '../../../../lib/time/hong-kong.ts';
import type { RawFact, RawRule, RawScenario, RawTimes } from './raw.ts';
import { randomOf, sec, stamp } from './slow-calendar.ts';

export type Firm = 'securities' | 'derivatives-h' | 'derivatives-nh';

const T1 = '2027-10-11';
const dated = '(?<date>\\d{8})';
const whose = '(?<participant>[A-Z0-9]+)';

function times(about: string, lateAfter: string, cutOff: string): RawTimes {
  return { about, lateAfter, cutOff };
}

function rule(report: string, set: string, name: string, more: Partial<RawRule>): RawRule {
  return { report, set, folder: '/INBOX', name, frequency: 'business-day', ...more };
}

const pairName = `RMAMR03_${whose}_${dated}_(?<set>\\d)_(?<half>CTL|DAT)\\.zip`;
const pair = { halves: ['CTL', 'DAT'] };
const history = ['20:58', '21:02', '21:05', '21:03', '21:10', '21:01', '21:04', '21:07'];

const securities: RawRule[] = [
  rule('RMAMR03', '1', pairName, { ...pair, times: times('11:30', '12:15', '13:00') }),
  rule('RMAMR03', '2', pairName, {
    ...pair,
    frequency: 'conditional',
    condition: 'holiday-margin-call',
    times: times('14:30', '16:00', '16:30'),
  }),
  rule('RMAMR03', '4', pairName, { ...pair, times: times('21:00', '21:45', '23:00'), history }),
  rule('CCLTN05', '', `CCLTN05_${whose}_${dated}\\.txt`, {
    times: times('20:00', '20:45', '22:00'),
    halfDay: times('15:00', '16:00', '18:00'),
    validUntil: addDays(T1, -1),
  }),
  rule('CCLTN05', '', `CCLTN05_${whose}_${dated}\\.txt`, {
    times: times('22:30', '23:15', '01:00+1d'),
    validFrom: T1,
  }),
  rule('CSEMS08', '', `CSEMS08_${whose}_${dated}\\.txt`, {
    calendar: 'securities+saturday',
    times: times('08:00+1bd', '09:00+1bd', '10:00+1bd'),
  }),
  rule('DWH0303', '', `DWH0303_${whose}_${dated}\\.txt`, { frequency: 'no-time' }),
];

const spanName = (letter: string) => `rp${letter}_(?<date>\\d{6})`;
const common = { folder: '/COMMON' };
const derivatives: RawRule[] = [
  rule('RPI', '0900', `${spanName('i')}-(?<set>\\d{4})\\.lis`, {
    ...common,
    times: times('09:00', '09:45', '10:30'),
  }),
  rule('RPI', '*', `${spanName('i')}-(?<set>\\d{4})\\.lis`, { ...common, frequency: 'event' }),
  rule('RPP', '', `${spanName('p')}\\.lis`, { ...common, times: times('18:30', '19:30', '20:30') }),
  rule('RPF', '', `${spanName('f')}\\.lis`, { ...common, times: times('00:00+1d', '01:00+1d', '09:00+1bd') }),
  rule('RP008', '', `RP008_${whose}_${dated}\\.csv`, { frequency: 'event' }),
];

/** The scenario of a business day up to noon of the next one: every date in between is asked. */
export function dayOf(firm: Firm, day: string, next: string): RawScenario {
  const random = randomOf(`${firm} ${day}`);
  const chance = (percent: number) => random() * 100 < percent;
  const between = (least: number, most: number) => Math.floor(least + random() * (most - least + 1));
  const from = <T>(list: readonly T[]): T => list[between(0, list.length - 1)] as T;

  const rules = firm === 'securities' ? securities : derivatives;
  const dates: string[] = [];
  for (let date = day; date < next; date = addDays(date, 1)) dates.push(date);
  const facts: (RawFact & { second: number })[] = [];
  const add = (second: number, fact: Omit<RawFact, 'at'>) =>
    facts.push({ second, at: stamp(second), ...fact });
  const entry = (kind: string) => ({
    fact: 'entry' as const,
    entry: kind,
    by: 'Chan Tai Man',
    reason: 'as announced',
  });

  const looked = { ok: ['/INBOX', '/COMMON'], failed: [] as string[] };
  const dark = chance(12)
    ? {
        begin: sec(`${day} ${from(['08:50', '11:20', '18:40', '20:50', '23:50'])}`),
        hours: from([0.5, 1, 2, 4]),
      }
    : undefined;
  const switched = chance(5) ? sec(`${day} ${from(['11:00', '17:00', '20:30'])}`) : undefined;
  if (switched !== undefined) add(switched, { ...entry('centre'), centre: 'secondary' });
  for (let second = sec(`${day} 06:00`); second <= sec(`${next} 12:00`); second += 550) {
    const isDark = dark !== undefined && second >= dark.begin && second < dark.begin + dark.hours * 3600;
    if (isDark && chance(50)) continue;
    const centre = switched !== undefined && second >= switched ? 'secondary' : 'primary';
    const jitter = between(0, 40);
    add(second + jitter, { fact: 'looked', centre, ...(isDark ? { ok: [], failed: looked.ok } : looked) });
  }

  if (chance(8))
    add(sec(`${day} 09:30`), { ...entry('condition'), condition: 'holiday-margin-call', date: day });
  if (chance(6)) {
    const { report, set } = from(rules.filter((one) => one.times !== undefined));
    const late = sec(`${day} ${from(['21:00', '22:30', '23:30'])}`);
    const moved = { lateAfter: stamp(late), cutOff: stamp(late + 3600) };
    add(sec(`${day} ${from(['10:00', '19:00', '21:50'])}`), {
      ...entry('deadline'),
      report,
      set,
      businessDate: day,
      ...moved,
    });
  }
  if (chance(3))
    add(sec(`${day} 06:05`), {
      ...entry('calendar-day'),
      calendars: [firm],
      date: day,
      day: from(['afternoon', 'half', 'closed']),
    });

  const practiceOn = dates.find((date) => dayOfWeek(date) === 6 && chance(20));
  if (practiceOn !== undefined) addPractice(practiceOn);
  function addPractice(date: string) {
    const begin = sec(`${date} 14:00`);
    const session = { from: stamp(begin), to: stamp(begin + 7200), centre: 'secondary', businessDate: day };
    add(sec(`${day} 10:00`), { ...entry('practice'), ...session });
    const series = { every: 5, until: stamp(begin + 7200) };
    add(begin, { fact: 'looked', centre: 'secondary', ...looked, ...series, practice: true });
    for (const one of rules) if (chance(80)) addFile(one, day, begin + between(60, 7000), true);
  }

  for (const one of rules) addArrivals(one);
  function addArrivals(one: RawRule) {
    if (one.frequency === 'event') {
      for (let left = from([0, 0, 0, 1, 2]); left > 0; left--)
        addFile(one, day, sec(`${day} 09:00`) + between(0, 40_000));
      return;
    }
    const clock = one.times?.about ?? '19:30';
    const [time = '', later = ''] = clock.split('+');
    const date = later === '' ? day : later === '1d' ? addDays(day, 1) : next;
    const fate = between(1, 100);
    if (fate <= 4) return;
    const delay = fate <= 12 ? between(2400, 12_000) : between(-300, 2000);
    addFile(one, day, sec(`${date} ${time}`) + delay);
    if (chance(5)) addFile(one, day, sec(`${date} ${time}`) + delay + between(60, 9000));
  }
  function addFile(one: RawRule, date: string, second: number, practice = false) {
    const mark = practice ? { practice: true } : {};
    const centre = practice || (switched !== undefined && second >= switched) ? 'secondary' : 'primary';
    for (const half of one.halves ?? ['']) {
      const at = second + (half === 'DAT' ? from([2, 30, 900]) : 0);
      const path = `${one.folder}/${date.replaceAll('-', '')}/${nameOf(one, date, half)}`;
      const sha256 = from(['a', 'a', 'a', 'b']);
      add(at, { fact: 'listed', centre, path, ...mark });
      if (chance(3)) {
        add(at + 20, { fact: 'refused', centre, path, code: 'CONTENT_WRONG', ...mark });
        continue;
      }
      const took = from([5, 15, 60, 580]);
      add(at + took, { fact: 'received', centre, path, sha256, ...mark });
      if (chance(90)) add(at + took + 10, { fact: 'filed', path, sha256, ...mark });
    }
  }
  function nameOf({ report, set }: RawRule, date: string, half: string): string {
    const digits = date.replaceAll('-', '');
    if (report === 'RMAMR03') return `RMAMR03_SIM001_${digits}_${set}_${half}.zip`;
    if (report === 'RPI') return `rpi_${digits.slice(2)}-${set === '*' ? from(['1043', '1519']) : set}.lis`;
    if (report === 'RPP' || report === 'RPF') return `${report.toLowerCase()}_${digits.slice(2)}.lis`;
    return `${report}_SIM001_${digits}.${report === 'RP008' ? 'csv' : 'txt'}`;
  }

  return {
    account: {
      installation: firm === 'securities' ? 'HKSCC' : 'HKCC-SEOCH',
      participant: 'SIM001',
      calendar: firm,
      holidays: { '2028': ['01-01'] },
    },
    rules,
    ask: dates,
    askPractice: practiceOn === undefined ? [] : [day],
    at: stamp(sec(`${day} 06:00`) + Math.floor(random() * (sec(`${next} 12:00`) - sec(`${day} 06:00`)))),
    facts: facts.sort((a, b) => a.second - b.second).map(({ second: _, ...fact }) => fact),
  };
}
