/**
 * The rules of docs/expectations.md once more, slow and plain, to hold the quick ones against: what holds at a second
 * is worked out from all facts up to that second, and every second is asked at which anything may change (or every
 * second there is). It shares no code with lib/.
 */
import type { RawFact, RawRule, RawScenario, RawTimes, Told } from './raw.ts';
import { plus, sec, slowDay } from './slow-calendar.ts';

const stamp = (second: number | null) => {
  if (second === null) return 'never';
  return new Date((second + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
};

type Timed = RawFact & { t: number };

interface Place {
  rule: RawRule;
  set: string;
  date: string;
  half: string;
}

interface Asked {
  rule: RawRule | undefined;
  report: string;
  set: string;
  date: string;
}

interface Window {
  about: number;
  risk: number;
  late: number;
  cut: number;
}

export function oracle(scenario: RawScenario, everySecond = false): Told {
  const now = sec(scenario.at);
  const facts: Timed[] = scenario.facts
    .map((one) => ({ ...one, t: sec(one.at) }))
    .filter(({ t }) => t <= now);
  const entries = facts.filter(({ fact }) => fact === 'entry');
  const last = (t: number, fits: (one: Timed) => boolean) =>
    entries.filter((one) => one.t <= t && fits(one)).at(-1);

  // ---- calendars
  const calendarOf = (rule: RawRule) => rule.calendar ?? scenario.account.calendar;
  function dayAt(calendar: string, date: string, t: number): string {
    const said = last(t, (one) => one.date === date && (one.calendars ?? []).includes(calendar));
    if (said?.day !== undefined) return said.day;
    const list = scenario.account.calendars?.[calendar];
    if (list !== undefined) return list.open.includes(date) ? 'open' : 'closed';
    return slowDay(calendar, date, scenario.account.holidays?.[date.slice(0, 4)]);
  }

  // ---- rules
  const inForce = (report: string, set: string, date: string) =>
    scenario.rules
      .filter((one) => one.report === report && one.set === set)
      .filter((one) => (one.validFrom ?? '0') <= date && date <= (one.validUntil ?? '9'))
      .sort((a, b) => ((a.validFrom ?? '0') < (b.validFrom ?? '0') ? 1 : -1))[0];
  const halvesOf = (rule: RawRule) => rule.halves ?? [''];

  function real(digits: string): string | undefined {
    const long = digits.length === 6 ? `20${digits}` : digits;
    const date = `${long.slice(0, 4)}-${long.slice(4, 6)}-${long.slice(6)}`;
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) return undefined;
    return plus(date, 0) === date ? date : undefined;
  }

  function placeOf(path: string): Place | undefined {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    const turn = [
      ...scenario.rules.filter((one) => one.frequency !== 'event'),
      ...scenario.rules.filter((one) => one.frequency === 'event'),
    ];
    for (const rule of turn) {
      const found = new RegExp(`^(?:${rule.name})$`, 'i').exec(name);
      if (!found) continue;
      const { participant, set, half, date: digits } = found.groups ?? {};
      if (participant && participant.toUpperCase() !== scenario.account.participant.toUpperCase()) continue;
      const folder = parts.filter((one) => /^\d{8}$/.test(one)).pop() ?? '';
      const date = real(rule.name.includes('(?<date>') ? (digits ?? '') : folder);
      if (date === undefined || inForce(rule.report, rule.set, date) !== rule) continue;
      const mine = rule.halves?.find((one) => one.toUpperCase() === half?.toUpperCase());
      if (rule.halves !== undefined && mine === undefined) continue;
      const place = { rule, set: rule.set, date, half: mine ?? '' };
      if (set === undefined) return place;
      if (rule.frequency !== 'event') {
        if (set.toUpperCase() === rule.set.toUpperCase()) return place;
        continue;
      }
      const others = scenario.rules.filter((one) => one.report === rule.report && one.set !== rule.set);
      const taken = others.some(
        (one) =>
          one.set.toUpperCase() === set.toUpperCase() && inForce(one.report, one.set, date) !== undefined,
      );
      if (!taken) return { ...place, set };
    }
    return undefined;
  }

  const files = facts
    .filter(({ path }) => path !== undefined)
    .map((one) => ({ ...one, place: placeOf(one.path ?? '') }));
  const filesOf = (asked: Asked, practice: boolean) =>
    files.filter(
      ({ place, practice: marked = false }) =>
        place !== undefined &&
        marked === practice &&
        place.rule.report === asked.report &&
        place.set === asked.set &&
        place.date === asked.date,
    );

  // ---- looks
  const looks = facts.flatMap((one, order) => {
    if (one.fact !== 'looked') return [];
    const step = one.every === undefined ? Infinity : one.every * 60;
    const end = one.until === undefined ? one.t : Math.min(sec(one.until), now);
    const times: number[] = [];
    for (let t = one.t; t <= end; t += step) times.push(t);
    return times.map((t) => ({ ...one, t, order }));
  });
  const centreAt = (t: number) => last(t, ({ entry }) => entry === 'centre')?.centre ?? 'primary';
  const counted = (folder: string, practice: boolean) => {
    const mine = looks
      .filter(({ practice: marked = false }) => marked === practice)
      .filter((one) => practice || centreAt(one.t) === one.centre)
      .filter(({ ok = [], failed = [] }) => ok.includes(folder) || failed.includes(folder))
      .sort((a, b) => a.t - b.t || a.order - b.order)
      .map((one) => ({ t: one.t, centre: one.centre ?? '', ok: (one.ok ?? []).includes(folder) }));
    return mine.filter((one, index) => mine[index + 1]?.t !== one.t);
  };
  const folders = new Map<string, ReturnType<typeof counted>>();
  const looksInto = (folder: string, practice: boolean) => {
    const key = `${folder} ${practice}`;
    const found = folders.get(key) ?? counted(folder, practice);
    folders.set(key, found);
    return found;
  };
  const isBlind = (folder: string, practice: boolean, t: number) => {
    const before = looksInto(folder, practice).findLast((one) => one.t <= t);
    return !before?.ok || t - before.t > 600;
  };

  // ---- one asked expectation
  function story(asked: Asked & { rule: RawRule }, practice: boolean) {
    const { rule } = asked;
    const mine = filesOf(asked, practice);
    const copies = (half: string, t: number) =>
      mine.filter((one) => one.fact === 'received' && one.place?.half === half && one.t <= t);
    const held = (half: string, t: number) => copies(half, t).length > 0;
    const complete = (t: number) => halvesOf(rule).every((half) => held(half, t));
    const edition = (t: number) =>
      Math.max(...halvesOf(rule).map((half) => new Set(copies(half, t).map((one) => one.sha256)).size));
    const filed = (t: number) =>
      halvesOf(rule).every((half) =>
        mine.some(
          (one) =>
            one.fact === 'filed' &&
            one.t <= t &&
            one.place?.half === half &&
            one.sha256 === copies(half, t).at(-1)?.sha256,
        ),
      );
    const coming = (half: string, centre: string, t: number) =>
      mine.some(
        (one) =>
          one.fact === 'listed' &&
          one.place?.half === half &&
          one.centre === centre &&
          one.t <= t &&
          one.t >= t - 600 &&
          !mine.some(
            (bad) => bad.fact === 'refused' && bad.place?.half === half && bad.t >= one.t && bad.t <= t,
          ),
      );
    const absences = looksInto(rule.folder, practice).filter(
      (look) =>
        look.ok && halvesOf(rule).some((half) => !held(half, look.t) && !coming(half, look.centre, look.t)),
    );
    const proof = (after: number, t: number) => absences.some((look) => look.t > after && look.t <= t);

    const plans = new Map<number, 'no' | 'no time' | Window>();
    /** What is planned depends on what was entered until then, and on nothing else. */
    function expected(t: number): 'no' | 'no time' | Window {
      const known = entries.filter((one) => one.t <= t).length;
      const plan = plans.get(known) ?? plannedAt(t);
      plans.set(known, plan);
      return plan;
    }

    function plannedAt(t: number): 'no' | 'no time' | Window {
      const said = last(
        t,
        (one) => one.condition === rule.condition && one.date === asked.date && one.entry === 'condition',
      );
      if (rule.frequency === 'event') return 'no';
      if (rule.frequency === 'conditional' && !(said && (said.holds ?? true))) return 'no';
      const day = dayAt(calendarOf(rule), asked.date, t);
      if (day === 'closed') return 'no';
      if (rule.times === undefined) return 'no time';
      const short = day === 'half' && rule.halfDay !== undefined;
      const times: RawTimes = short && rule.halfDay ? rule.halfDay : rule.times;
      const at = (text: string) => {
        const [clock = '', later = '0d'] = text.split('+');
        let date = asked.date;
        for (let left = Number.parseInt(later, 10); left > 0; ) {
          date = plus(date, 1);
          if (!later.endsWith('bd') || dayAt(calendarOf(rule), date, t) !== 'closed') left--;
        }
        return sec(`${date} ${clock}`);
      };
      const about = at(times.about);
      if (day === 'afternoon' && about < sec(`${asked.date} 14:00`)) return 'no';
      const moved = last(
        t,
        (one) =>
          one.entry === 'deadline' &&
          one.report === asked.report &&
          one.set === asked.set &&
          one.businessDate === asked.date,
      );
      const late = moved?.lateAfter === undefined ? at(times.lateAfter) : sec(moved.lateAfter);
      const cut = moved?.cutOff === undefined ? at(times.cutOff) : sec(moved.cutOff);
      const history = (rule.history ?? []).map(at);
      let risk = late - 600;
      if (history.length >= 5 && !short && !moved) risk = Math.max(...history.slice(-20)) + 300;
      if (risk > late) risk = late;
      if (risk < about) risk = about;
      return { about, risk, late, cut: Math.max(cut, late) };
    }

    function row(t: number): string {
      if (complete(t)) {
        if (edition(t) >= 2) return 'amended';
        return filed(t) ? 'on-share' : 'received';
      }
      const plan = expected(t);
      if (practice) return practiceRow(t, plan !== 'no');
      if (plan === 'no') return 'not-expected *';
      if (plan === 'no time') return t < sec(`${asked.date} 00:00`) ? 'awaited *' : 'no-time-known *';
      const blind = isBlind(rule.folder, false, t);
      const stages: [number, string][] = [
        [plan.cut, 'missing'],
        [plan.late, 'late'],
        [plan.risk, 'at-risk *'],
      ];
      for (const [after, state] of stages) {
        if (t > after && proof(after, t)) return state;
        if (t > after && blind) return 'unknown';
      }
      if (t < plan.about) return 'awaited *';
      return blind ? 'unknown' : 'due *';
    }

    function session(t: number) {
      return last(t, ({ entry }) => entry === 'practice');
    }

    function practiceRow(t: number, isExpected: boolean): string {
      const mine = session(t);
      if (mine?.businessDate !== asked.date || !isExpected) return 'not-expected *';
      const [from, to] = [sec(mine.from ?? ''), sec(mine.to ?? '')];
      if (t < from) return 'awaited';
      if (last(t, ({ entry }) => entry === 'practice-stopped')) return 'unknown';
      if (t > to)
        return absences.some((look) => look.t >= from && look.t >= to - 600 && look.t <= to)
          ? 'missing'
          : 'unknown';
      return isBlind(rule.folder, true, t) ? 'unknown' : 'due *';
    }

    function tell(t: number): string {
      const found = row(t);
      const lacking = halvesOf(rule).filter((half) => !held(half, t));
      const some = lacking.length > 0 && lacking.length < halvesOf(rule).length;
      const state = some && found.endsWith('*') ? 'pair-incomplete' : found.replace(' *', '');
      const plan = expected(t);
      let late: number | null = null;
      let cut: number | null = null;
      if (practice) {
        if (plan !== 'no' && session(t)?.businessDate === asked.date) late = cut = sec(session(t)?.to ?? '');
      } else if (typeof plan === 'object') [late, cut] = [plan.late, plan.cut];
      return line(asked, state, late, cut, some ? lacking : [], practice);
    }

    return { asked, row, tell, expected, complete, edition };
  }

  function askedOn(date: string, practice: boolean): Asked[] {
    const found = new Map<string, Asked>();
    const rest: Asked[] = [];
    for (const { report, set } of scenario.rules) {
      const rule = inForce(report, set, date);
      const came = files.filter(
        ({ place, fact, practice: marked = false }) =>
          fact === 'received' && marked === practice && place?.rule === rule && place?.date === date,
      );
      const sets = rule?.frequency === 'event' ? came.map(({ place }) => place?.set ?? '') : [];
      for (const one of sets.length > 0 ? sets : [set]) {
        const asked = { rule, report, set: one, date };
        if (rule === undefined) rest.push(asked);
        else found.set(`${report}/${one}`, asked);
      }
    }
    for (const asked of rest) {
      const key = `${asked.report}/${asked.set}`;
      if (!found.has(key)) found.set(key, asked);
    }
    return [...found.values()];
  }

  const storiesOf = (dates: string[], practice: boolean) => {
    const all = [...new Set(dates)].flatMap((date) => askedOn(date, practice));
    const without = all.filter((one) => one.rule === undefined);
    const stories = all.flatMap((one) =>
      one.rule === undefined ? [] : [story({ ...one, rule: one.rule }, practice)],
    );
    const lines = [
      ...stories.map((one) => one.tell(now)),
      ...without.map((one) => line(one, 'not-expected', null, null, [], practice)),
    ];
    return { stories, lines };
  };
  const production = storiesOf(scenario.ask, false);
  const practice = storiesOf(scenario.askPractice ?? [], true);

  // ---- mails: a walk from the first fact to now
  const start = facts[0]?.t ?? now;
  const messages: string[] = [];
  const sent = new Set<string>();
  const send = (kind: string, { report, set, date }: Asked, t: number, mark = '') => {
    const key = `${kind}${mark} ${report}/${set} ${date}`;
    if (!sent.has(key)) messages.push(`${kind} ${report}/${set} ${date} at ${stamp(t)}`);
    sent.add(key);
  };
  let dark: number | undefined;
  let toldOfDark = false;
  for (const t of momentsOf()) {
    const anyBlind = scenario.rules.some((one) => isBlind(one.folder, false, t));
    if (!anyBlind) dark = undefined;
    else if (dark === undefined) {
      dark = t;
      toldOfDark = false;
    }
    for (const one of production.stories) {
      const state = one.row(t);
      const { asked } = one;
      if (state === 'at-risk *') send('at-risk', asked, t);
      if (state === 'late' || state === 'missing') send(state, asked, t);
      if (state === 'unknown' && !toldOfDark) {
        toldOfDark = true;
        messages.push(`unknown at ${stamp(t)} since ${stamp(dark ?? t)}`);
      }
      if (!one.complete(t)) continue;
      const name = `${asked.report}/${asked.set} ${asked.date}`;
      if (sent.has(`late ${name}`) || sent.has(`missing ${name}`)) send('recovered', asked, t);
      if (asked.rule.frequency === 'event') send('event', asked, t);
      for (let n = 2; n <= one.edition(t); n++) send('amended', asked, t, ` ${n}`);
    }
  }
  return { expectations: [...production.lines, ...practice.lines].sort(), messages: messages.sort() };

  function momentsOf(): number[] {
    const some = new Set<number>([start, now]);
    if (everySecond) for (let t = start; t <= now; t++) some.add(t);
    for (const { t } of facts) some.add(t);
    for (const { t } of looks) for (const later of [0, 601]) some.add(t + later);
    for (const one of production.stories) {
      for (const t of [start, ...entries.map((entry) => entry.t)]) {
        const plan = one.expected(t);
        if (typeof plan !== 'object') continue;
        for (const stage of [plan.about, plan.risk + 1, plan.late + 1, plan.cut + 1]) some.add(stage);
      }
    }
    return [...some].filter((t) => t >= start && t <= now).sort((a, b) => a - b);
  }
}

function line(
  { report, set, date }: Asked,
  state: string,
  late: number | null,
  cut: number | null,
  lacking: string[],
  practice: boolean,
): string {
  const where = practice ? ' (practice)' : '';
  return `${report}/${set} ${date}${where}: ${state} [${lacking}] late after ${stamp(late)}, missing after ${stamp(cut)}`;
}
