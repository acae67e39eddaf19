/**
 * Scenarios by chance, close to every edge: files, looks and entries fall on the seconds beside the stages of a rule,
 * beside each other, and ten minutes apart.
 */
import fc from 'fast-check';
import { addDays } from '../../../../lib/time/hong-kong.ts';
import type { RawFact, RawRule, RawScenario, RawTimes } from './raw.ts';
import { sec, stamp } from './slow-calendar.ts';

type Gen = fc.GeneratorValue;

const HOLIDAYS_2028 =
  '01-01 01-26 01-27 01-28 04-04 04-14 04-15 04-17 05-01 05-02 05-29 07-01 10-02 10-04 10-26 12-25 12-26'.split(
    ' ',
  );

/** Days beside holidays, half days, weekends, month and year ends. */
const DAYS = (
  '2025-01-28 2025-06-20 2025-06-27 2025-10-07 2025-12-24 2025-12-31 2026-01-01 2026-02-13 2026-02-16 2026-04-02 ' +
  '2026-04-07 2026-05-25 2026-11-25 2026-11-27 2026-11-28 2026-12-24 2027-02-05 2027-02-06 2027-03-25 2027-12-24 2027-12-31'
).split(' ');

const dated = '(?<date>\\d{8})';
const whose = '(?<participant>[A-Z0-9]+)';
const usual: RawTimes = { about: '21:00', lateAfter: '21:45', cutOff: '23:00' };

/** The rules to choose from; each stands for a shape of rule. */
const RULES: readonly RawRule[] = [
  rule('RMAMR03', '4', `RMAMR03_${whose}_${dated}_(?<set>\\d)_(?<half>CTL|DAT)\\.zip`, {
    times: usual,
    halves: ['CTL', 'DAT'],
  }),
  rule('RMAMR03', '2', `RMAMR03_${whose}_${dated}_(?<set>\\d)_(?<half>CTL|DAT)\\.zip`, {
    times: { about: '14:30', lateAfter: '16:00', cutOff: '16:30' },
    halves: ['CTL', 'DAT'],
    frequency: 'conditional',
    condition: 'call',
  }),
  rule('CCLTN05', '', `CCLTN05_${whose}_${dated}\\.txt`, {
    times: { about: '20:00', lateAfter: '20:45', cutOff: '22:00' },
    halfDay: { about: '14:00', lateAfter: '14:45', cutOff: '15:00' },
  }),
  rule('CSEMS08', '', `CSEMS08_${whose}_${dated}\\.txt`, {
    times: { about: '08:00+1bd', lateAfter: '09:00+1bd', cutOff: '10:00+1bd' },
    calendar: 'securities+saturday',
  }),
  rule('RPF', '', `rpf_(?<date>\\d{6})\\.lis`, {
    times: { about: '00:00+1d', lateAfter: '01:00+1d', cutOff: '09:00+1bd' },
    folder: '/COMMON',
  }),
  rule('RPI', '1300', `rpi_(?<date>\\d{6})-(?<set>\\d{4})\\.lis`, {
    times: { about: '13:00', lateAfter: '13:45', cutOff: '14:30' },
    folder: '/COMMON',
  }),
  rule('RPI', '*', `rpi_(?<date>\\d{6})-(?<set>\\d{4})\\.lis`, { frequency: 'event', folder: '/COMMON' }),
  rule('RP008', '', `RP008_${whose}_${dated}\\.csv`, { frequency: 'event' }),
  rule('DWH0303', '', 'DWH0303\\.txt', { frequency: 'no-time' }),
  rule('PAIR', '', 'PAIR(?<half>A|B|C)\\.txt', { frequency: 'no-time', halves: ['A', 'B', 'C'] }),
];

function rule(report: string, set: string, name: string, more: Partial<RawRule>): RawRule {
  return { report, set, folder: '/INBOX', name, frequency: 'business-day', ...more };
}

/** One scenario. */
export const scenarios = fc.gen().map((gen): RawScenario => generate(gen));

export function generate(gen: Gen): RawScenario {
  const chance = (percent: number) => gen(fc.integer, { min: 1, max: 100 }) <= percent;
  const from = <T>(list: readonly T[]): T => list[gen(fc.nat, { max: list.length - 1 })] as T;
  const number = (min: number, max: number) => gen(fc.integer, { min, max });

  const day = chance(70) ? from(DAYS) : addDays('2025-01-02', number(0, 1080));
  const rules = RULES.filter(() => chance(35)).map((one) => changed(one));
  if (rules.length === 0) rules.push(changed(from(RULES)));
  const [first] = rules;
  // A later version of the first rule, with other times.
  if (first?.times !== undefined && chance(25)) {
    const times = { ...first.times, cutOff: from(['09:30+1d', '10:00+1bd', '10:00+2bd']) };
    const until = chance(50) ? { validUntil: addDays(day, number(0, 2)) } : {};
    rules.push({ ...first, times, validFrom: addDays(day, number(-1, 1)), ...until });
  }
  function changed(one: RawRule): RawRule {
    if (one.times === undefined || !chance(30)) return one;
    const [clock = '21:00', later] = one.times.about.split('+');
    const base = sec(`2026-01-05 ${clock}`);
    const history = Array.from({ length: number(3, 23) }, () =>
      [stamp(base + 60 * number(0, 50)).slice(11, 16), later].filter((text) => text !== undefined).join('+'),
    );
    return { ...one, history };
  }

  const ask = [day, ...(chance(40) ? [addDays(day, from([-1, 1, 1, 2]))] : [])];
  const calendars = [
    'securities',
    'securities',
    'securities+saturday',
    'derivatives-h',
    'derivatives-nh',
    'list',
  ];
  const list = Array.from({ length: 30 }, (_, index) => addDays(day, index - 5)).filter(() => chance(70));
  list.push(addDays(day, 30), addDays(day, 31), addDays(day, 32));

  // The seconds at which something changes: a time of a rule on an asked date, or what happened already.
  const edges: number[] = [];
  for (const date of ask) {
    for (const one of rules) {
      for (const text of Object.values({ ...one.times, ...(chance(20) ? one.halfDay : {}) })) {
        const [clock = '', later = '0'] = text.split('+');
        edges.push(sec(`${addDays(date, Number.parseInt(later, 10))} ${clock}`));
      }
    }
    edges.push(sec(`${date} 00:00`), sec(`${date} 14:00`));
  }
  const near = () => {
    const shift = chance(70)
      ? from([-601, -600, -599, -1, 0, 0, 1, 59, 599, 600, 601, 1200])
      : number(-3000, 3000);
    const second = from(edges) + shift;
    edges.push(second);
    return second;
  };

  const facts: (RawFact & { second: number })[] = [];
  const add = (second: number, fact: Omit<RawFact, 'at'>) =>
    facts.push({ second, at: stamp(second), ...fact });
  const centre = () => (chance(92) ? 'primary' : 'secondary');
  const session = chance(25) ? practiceSession() : undefined;
  function practiceSession() {
    const begin = near();
    const end = begin + 60 * number(5, 60);
    add(begin - number(0, 7200), {
      ...entry('practice'),
      from: stamp(begin),
      to: stamp(end),
      centre: 'secondary',
      businessDate: day,
    });
    if (chance(30)) add(begin + number(-60, end - begin + 300), entry('practice-stopped'));
    edges.push(begin, end);
    return { begin, end };
  }
  function entry(kind: string): Omit<RawFact, 'at'> {
    return { fact: 'entry', entry: kind, by: 'Chan Tai Man', reason: 'generated' };
  }

  for (let left = number(0, 4); left > 0; left--) {
    const second = chance(30) ? sec(`${day} 00:00`) - 3600 : near();
    const kind = from(['condition', 'calendar-day', 'deadline', 'deadline', 'centre'] as const);
    if (kind === 'condition') {
      add(second, {
        ...entry(kind),
        condition: 'call',
        date: from(ask),
        ...(chance(20) ? { holds: false } : {}),
      });
    } else if (kind === 'calendar-day') {
      const names = [...new Set(calendars)].filter(() => chance(50));
      const date = addDays(day, from([0, 0, 1, 1, 2]));
      if (names.length > 0) {
        add(second, {
          ...entry(kind),
          calendars: names,
          date,
          day: from(['open', 'closed', 'half', 'afternoon']),
        });
      }
    } else if (kind === 'deadline') {
      const { report, set } = from(rules);
      const moved = { lateAfter: stamp(near()), cutOff: stamp(near()) };
      const which = from([['lateAfter'], ['cutOff'], ['lateAfter', 'cutOff']] as const);
      const times = Object.fromEntries(which.map((name) => [name, moved[name]]));
      add(second, { ...entry(kind), report, set, businessDate: from(ask), ...times });
    } else add(second, { ...entry(kind), centre: from(['primary', 'secondary', 'secondary']) });
  }

  // Mostly somebody looks all the time, and now and then not.
  if (chance(65)) {
    const begin = Math.min(...edges) - 60 * number(0, 90);
    const end = Math.max(...edges) + 3600;
    const every = from([5, 7, 10, 10, 11]);
    add(begin, {
      fact: 'looked',
      centre: centre(),
      ok: ['/INBOX', '/COMMON'],
      failed: [],
      every,
      until: stamp(end),
    });
  }
  for (let left = number(0, 6); left > 0; left--) {
    const second = near() - (chance(50) ? 0 : 60 * number(0, 120));
    const folders = ['/INBOX', '/COMMON'].filter(() => chance(85));
    const ok = folders.filter(() => chance(80));
    const series = chance(60) ? { every: number(1, 12), until: stamp(second + 60 * number(0, 180)) } : {};
    const practice = session !== undefined && chance(30) ? { practice: true } : {};
    const failed = folders.filter((folder) => !ok.includes(folder));
    add(second, { fact: 'looked', centre: centre(), ok, failed, ...series, ...practice });
  }

  for (const date of [...ask, addDays(day, 1)]) {
    for (const one of rules) if (chance(55)) addFiles(one, date);
  }
  function addFiles(one: RawRule, date: string) {
    for (const half of one.halves ?? ['']) {
      for (let left = number(0, 3); left > 0; left--) {
        const folder = (chance(80) ? date : addDays(date, 1)).replaceAll('-', '');
        const path = `${one.folder}/${folder}/${nameOf(one, date, half)}`;
        const practice = session !== undefined && chance(35) ? { practice: true } : {};
        const file = { centre: centre(), path, ...practice };
        const second = near();
        if (chance(50)) add(second - from([0, 0, 1, 599, 600, 601]), { fact: 'listed', ...file });
        const sha256 = from(['aa', 'aa', 'bb', 'cc']);
        if (chance(25))
          add(second + from([0, 0, 1, 600]), { fact: 'refused', code: 'CONTENT_WRONG', ...file });
        else if (chance(80)) add(second, { fact: 'received', sha256, ...file });
        if (chance(40)) add(second + from([0, 1, 30]), { fact: 'filed', path, sha256, ...practice });
      }
    }
  }
  function nameOf({ report, set }: RawRule, date: string, half: string): string {
    const digits = date.replaceAll('-', '');
    const participant = chance(92) ? 'SIM001' : 'SIM999';
    const short = digits.slice(2);
    const time = set === '*' ? from(['1043', '1300', '1512']) : set;
    const name = {
      RMAMR03: `RMAMR03_${participant}_${digits}_${set}_${half}.zip`,
      RPF: `rpf_${short}.lis`,
      RPI: `rpi_${short}-${time}.lis`,
      RP008: `RP008_${participant}_${digits}.csv`,
      DWH0303: 'DWH0303.txt',
      PAIR: `PAIR${half}.txt`,
    }[report];
    const plain = name ?? `${report}_${participant}_${digits}.txt`;
    return chance(10) ? plain.toLowerCase() : plain;
  }
  if (chance(10)) add(near(), { fact: 'weather', text: 'signal 8' });

  const at = near();
  return {
    account: {
      installation: 'HKSCC',
      participant: 'SIM001',
      calendar: from(calendars),
      calendars: { list: { open: list } },
      holidays: { '2028': HOLIDAYS_2028 },
    },
    rules,
    ask,
    askPractice: session === undefined ? [] : ask,
    at: stamp(at),
    facts: facts.sort((a, b) => a.second - b.second).map(({ second: _, ...fact }) => fact),
  };
}
