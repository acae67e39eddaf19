/**
 * The shipped catalogue through a business date and up to the afternoon of the next one: each report has its fate, and
 * the fate says which mails must be sent. Beside them lies what must not count: practice, other participants' files.
 */

import type { CatalogueRow, RowSet, RowTimes } from '../../../../lib/reports/catalogue/rows.ts';
import { catalogueOf } from '../../../../lib/reports/catalogue.ts';
import type { RawFact, RawRule, RawScenario } from './raw.ts';
import { nextOpen, plus, randomOf, sec, slowDay, stamp } from './slow-calendar.ts';

export interface Firm {
  name: string;
  installation: 'hkscc' | 'hkcc-seoch';
  calendar: 'securities' | 'derivatives-h' | 'derivatives-nh';
}

export const firms: readonly Firm[] = [
  { name: 'HKSCC', installation: 'hkscc', calendar: 'securities' },
  { name: 'H participant', installation: 'hkcc-seoch', calendar: 'derivatives-h' },
  { name: 'NH participant', installation: 'hkcc-seoch', calendar: 'derivatives-nh' },
];

/** What a site has learned: times that the shipped catalogue does not have, half days, and other times from T+1 on. */
const SITE = `reports:
  - code: CCLTN05
    sets:
      - { set: "", frequency: business-day, about: "20:00", lateAfter: "20:45", cutOff: "22:00", timeCertainty: learned,
          halfDay: { about: "15:00", lateAfter: "16:00", cutOff: "18:00" }, validUntil: 2027-10-10 }
      - { set: "", frequency: business-day, about: "22:30", lateAfter: "23:15", cutOff: "01:00+1d",
          timeCertainty: learned, validFrom: 2027-10-11 }
  - { code: CSEMA08, halfDay: { about: "13:30", lateAfter: "14:15", cutOff: "15:00" } }
  - { code: RP009, frequency: business-day, about: "19:00", lateAfter: "20:00", cutOff: "20:40", timeCertainty: learned }
`;

export const siteRows: readonly CatalogueRow[] = catalogueOf({ text: SITE, subject: 'The catalogue' }).rows;

export interface Lived {
  scenario: RawScenario;
  /** 'late RMAMR03/4 2026-11-27', sorted, as the fates have it; undefined when for a while nobody could look. */
  mails: string[] | undefined;
  /** 'RMAMR03/4 2026-11-27' of what is expected and whether it is here in the end. */
  here: Map<string, boolean>;
}

const MINUTE = 60;
const HOLIDAYS_2028 = ['01-01', '01-26', '01-27', '01-28'];

export function liveDay({ name, installation, calendar }: Firm, day: string): Lived {
  const random = randomOf(`${name} ${day}`);
  const chance = (percent: number) => random() * 100 < percent;
  const between = (least: number, most: number) => Math.floor(least + random() * (most - least + 1));

  const next = nextOpen(calendar, day);
  const end = sec(`${next} 14:00`);
  const begin = sec(`${day} 00:00`) - 3600;
  const facts: (RawFact & { second: number })[] = [];
  const add = (second: number, fact: Omit<RawFact, 'at'>) =>
    facts.push({ second, at: stamp(second), ...fact });
  const entry = (kind: string) => ({
    fact: 'entry' as const,
    entry: kind,
    by: 'Chan Tai Man',
    reason: 'announced',
  });

  const folders = ['/INBOX', '/COMMON', '/RPF'];
  const look = { fact: 'looked' as const, centre: 'primary', ok: folders, failed: [] };
  const dark = chance(12) ? between(begin + 9 * 3600, begin + 24 * 3600) : undefined;
  const light = dark === undefined ? end : dark + MINUTE * between(20, 240);
  add(begin, { ...look, every: 5, until: stamp(dark ?? end) });
  if (dark !== undefined && light < end) add(light, { ...look, every: 5, until: stamp(end) });

  const holds = chance(10);
  if (holds) add(begin, { ...entry('condition'), condition: 'holiday-margin-call', date: day });

  const mails: string[] = [];
  const here = new Map<string, boolean>();
  const dates: string[] = [];
  for (let date = day; date < next; date = plus(date, 1)) dates.push(date);
  const rows = siteRows.filter((row) => row.installation === installation);
  for (const date of dates) for (const row of rows) for (const set of row.sets) cast(row, set, date);

  /** Gives one report of one date its fate. */
  function cast(row: CatalogueRow, set: RowSet, date: string) {
    const frequency = frequencyOf(set);
    if (frequency === undefined || !isInForce(set, date)) return;
    if (frequency === 'event') {
      if (date === day && chance(15)) bringEvent(row, set, date);
      return;
    }
    const own = row.calendar === 'derivatives' ? calendar : row.calendar;
    const kind = slowDay(own, date);
    if (kind === 'closed') return;
    if (frequency === 'conditional' && !(holds && date === day)) return;
    const key = `${row.code}/${set.set} ${date}`;
    const say = (...kinds: string[]) => mails.push(...kinds.map((one) => `${one} ${key}`));
    const bring = (second: number, more: Bring = {}) => addFiles(row, set.set, date, second, more);
    here.set(key, true);
    if (frequency === 'no-time') {
      if (chance(80)) bring(sec(`${date} 18:00`) + between(0, 7200));
      else here.set(key, false);
      return;
    }
    const times = (kind === 'half' ? set.halfDay : undefined) ?? set.times;
    const [about, late, cut] = momentsOf(times, own, date);
    const fate = between(1, 100);
    if (fate <= 8) {
      bring(between(late + 12 * MINUTE, cut - 12 * MINUTE));
      say('at-risk', 'late', 'recovered');
    } else if (fate <= 12) {
      bring(cut + MINUTE * between(12, 100));
      say('at-risk', 'late', 'missing', 'recovered');
    } else if (fate <= 15) {
      bring(late - 4 * MINUTE);
      say('at-risk');
    } else if (fate <= 25) {
      // Never, one half alone, refused, another participant's, or on the practice day only.
      const what = between(1, 5);
      if (what === 2 && row.halves.length > 0) bring(about, { only: row.halves[0] ?? '' });
      if (what === 3) bring(about, { refused: true });
      if (what === 4 && row.file.includes('{participant}')) bring(about, { participant: 'SIM999' });
      if (what === 5) bring(sec(`${day} 21:00`), { practice: true });
      here.set(key, false);
      say('at-risk', 'late', 'missing');
    } else {
      const arrival = about + MINUTE * between(-60, 4);
      bring(arrival);
      if (fate <= 30) {
        bring(arrival + MINUTE * between(8, 90), { sha256: 'b', only: row.halves[0] ?? '' });
        say('amended');
      }
    }
  }

  function bringEvent(row: CatalogueRow, { set }: RowSet, date: string) {
    const name = set === '*' ? ['1043', '1519'][between(0, 1)] : set;
    addFiles(row, name ?? '', date, sec(`${date} 10:00`) + between(0, 30_000), {});
    mails.push(`event ${row.code}/${name} ${date}`);
  }

  interface Bring {
    only?: string;
    sha256?: string;
    participant?: string;
    refused?: boolean;
    practice?: boolean;
  }

  function addFiles(row: CatalogueRow, set: string, date: string, second: number, how: Bring) {
    const { only = '', sha256 = 'a', participant = 'SIM001', refused = false, practice = false } = how;
    const mark = practice ? { practice: true } : {};
    for (const half of row.halves.length === 0 ? [''] : row.halves) {
      if (only !== '' && half !== only) continue;
      const path = `${row.folder}/${date.replaceAll('-', '')}/${nameOf(row, set, half, date, participant)}`;
      const file = { centre: practice ? 'secondary' : 'primary', path, ...mark };
      if (refused) add(second, { fact: 'refused', code: 'CONTENT_WRONG', ...file });
      else add(second, { fact: 'received', sha256, ...file });
      if (!refused && !practice && chance(90)) add(second + 10, { fact: 'filed', path, sha256 });
    }
  }

  const practiceOn = dates.find((date) => new Date(date).getUTCDay() === 6 && chance(25));
  if (practiceOn !== undefined) {
    const session = { from: stamp(sec(`${practiceOn} 14:00`)), to: stamp(sec(`${practiceOn} 16:00`)) };
    add(begin, { ...entry('practice'), ...session, centre: 'secondary', businessDate: day });
    const looked = { every: 5, until: session.to, practice: true, centre: 'secondary' };
    add(sec(`${practiceOn} 14:00`), { ...look, ...looked });
    for (const row of rows)
      addFiles(row, row.sets[0]?.set ?? '', day, sec(`${practiceOn} 14:30`), { practice: true });
  }

  const scenario = {
    account: { installation: name, participant: 'SIM001', calendar, holidays: { '2028': HOLIDAYS_2028 } },
    rules: rows.flatMap((row) => row.sets.flatMap((set) => rawRule(row, set, calendar))),
    ask: dates,
    at: stamp(end),
    facts: facts.sort((a, b) => a.second - b.second).map(({ second: _, ...fact }) => fact),
  };
  return { scenario, mails: dark === undefined ? mails.sort() : undefined, here };
}

/** Only times that somebody stated, chose or saw make alarms. */
function frequencyOf({ frequency, times, timeCertainty }: RowSet): RawRule['frequency'] | undefined {
  if (frequency === 'optional') return undefined;
  const sure = times !== undefined && ['stated', 'ours', 'learned'].includes(timeCertainty);
  if (frequency === 'business-day') return sure ? frequency : 'no-time';
  if (frequency === 'conditional') return sure ? frequency : 'event';
  return frequency;
}

function isInForce({ validFrom = '0', validUntil = '9' }: RowSet, date: string): boolean {
  return validFrom <= date && date <= validUntil;
}

function momentsOf(times: RowTimes | undefined, calendar: string, date: string): [number, number, number] {
  const moment = (text = '') => {
    const [clock = '', later = ''] = text.split('+');
    const day = later === '' ? date : later === '1d' ? plus(date, 1) : nextOpen(calendar, date);
    return sec(`${day} ${clock}`);
  };
  return [moment(times?.about), moment(times?.lateAfter), moment(times?.cutOff)];
}

function rawRule(row: CatalogueRow, set: RowSet, derivatives: string): RawRule[] {
  const frequency = frequencyOf(set);
  if (frequency === undefined) return [];
  const timed = frequency === 'business-day' || frequency === 'conditional';
  return [
    {
      ...{ report: row.code, set: set.set, folder: row.folder, frequency },
      name: row.pattern.source.replace(/^\^\(\?:(.*)\)\$$/, '$1'),
      calendar: row.calendar === 'derivatives' ? derivatives : row.calendar,
      ...(frequency === 'conditional' ? { condition: set.condition } : {}),
      ...(timed && set.times !== undefined ? { times: set.times } : {}),
      ...(timed && set.halfDay !== undefined ? { halfDay: set.halfDay } : {}),
      ...(row.halves.length > 0 ? { halves: [...row.halves] } : {}),
      ...(set.validFrom === undefined ? {} : { validFrom: set.validFrom }),
      ...(set.validUntil === undefined ? {} : { validUntil: set.validUntil }),
    },
  ];
}

/** A name by the template, with everything that may be left out. */
function nameOf(
  { file, code }: CatalogueRow,
  set: string,
  half: string,
  date: string,
  participant: string,
): string {
  const digits = date.replaceAll('-', '');
  const words = {
    code,
    participant,
    yyyymmdd: digits,
    yymmdd: digits.slice(2),
    set: set || '1',
    half,
    ext: 'txt',
  };
  const optional = file.replaceAll(/\[_\{half\}\]/g, half === '' ? '' : '_{half}').replaceAll(/[[\]]/g, '');
  return optional.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word as keyof typeof words] ?? '');
}
