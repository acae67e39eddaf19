/**
 * Weeks of reports as they might come, written into a ledger as runs write them: what is read back, and what is mailed,
 * beside the independent slow oracle of the rules. Processes are killed between any two steps of telling.
 */
import assert from 'node:assert/strict';
import { raiseReportAlarms } from '../../../lib/alarms/report-alarms.ts';
import type { AwaitingAccount } from '../../../lib/collection/awaiting-account.ts';
import { completenessOf, nextDeadline, type SiteRules } from '../../../lib/collection/completeness.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { DataCentre } from '../../../lib/model/types.ts';
import { catalogueOf } from '../../../lib/reports/catalogue.ts';
import { isBusinessDay, nextBusinessDay } from '../../../lib/time/calendar.ts';
import { CalendarBook, type DayOverride } from '../../../lib/time/calendar-book.ts';
import { addDays } from '../../../lib/time/hong-kong.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';
import { oracle } from '../reports/expectation/oracle.ts';
import type { RawFact, RawRule, RawScenario } from '../reports/expectation/raw.ts';
import { dayOf, type Firm } from '../reports/expectation/years.ts';

/** The whole by default; "npm run check" takes a taste. */
const WHOLE = Number(process.env.RAP_PROPERTY_RUNS ?? 100_000) >= 100_000;

const ms = (text: string) => Date.parse(`${text.slice(0, 10)}T${text.slice(11)}+08:00`);
const config = someContacts();

/** Some business days of a firm as one scenario, without the practice session and without past arrivals. */
function span(firm: Firm, first: string, days: number): RawScenario {
  const market = firm === 'derivatives-h' ? 'derivatives' : 'securities';
  const all: RawScenario[] = [];
  let day = first;
  for (; all.length < days; day = nextBusinessDay(market, day)) {
    all.push(dayOf(firm, day, nextBusinessDay(market, day)));
  }
  const [one] = all as [RawScenario];
  // The centre goes back in the morning: the next day begins at the primary one.
  const facts = all
    .flatMap(({ facts: some }, index) => some.map((fact) => ({ fact, index })))
    .filter(({ fact, index }) => {
      const next = all[index + 1]?.facts[0]?.at ?? '9999';
      return fact.fact !== 'looked' || fact.at < next;
    })
    .map(({ fact }) => fact)
    .filter(({ practice, entry = '' }) => practice !== true && !entry.startsWith('practice'))
    .filter(({ entry, centre, fact }) => entry !== 'centre' && (fact === 'entry' || centre !== 'secondary'))
    .map((fact) => (fact.fact === 'filed' ? fact : fact));
  return {
    ...one,
    rules: one.rules.map(({ history: _, ...rule }) => rule),
    ask: [...new Set(all.flatMap(({ ask }) => ask))].sort(),
    askPractice: [],
    facts: facts.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    at: `${day} 11:59:00`,
  };
}

/** The rules as a site's own catalogue. */
function catalogueText(rules: readonly RawRule[], firm: Firm): string {
  const installation = firm === 'securities' ? 'hkscc' : 'hkcc-seoch';
  const byReport = Map.groupBy(rules, ({ report }) => report);
  const reports = [...byReport].map(([code, versions]) => {
    const [one] = versions as [RawRule];
    const sets = versions.map(({ set, frequency, condition, times, halfDay, validFrom, validUntil }) => ({
      ...{ set, frequency, condition, ...times, halfDay, validFrom, validUntil },
      timeCertainty: 'stated',
    }));
    const example = versions[0]?.name ?? '';
    return {
      ...{ code, system: 'TEST', installation, name: code, source: 'test', certainty: 'stated' },
      ...{ expression: one.name, example: exampleOf(example), fileCertainty: 'stated' },
      ...{ folder: one.folder, calendar: one.calendar ?? firm, halves: one.halves, sets },
    };
  });
  return JSON.stringify({ reports });
}

function exampleOf(expression: string): string {
  return expression
    .replace('(?<participant>[A-Z0-9]+)', 'SIM001')
    .replace('(?<date>\\d{8})', '20261120')
    .replace('(?<date>\\d{6})', '261120')
    .replace('(?<set>\\d{4})', '0900')
    .replace('(?<set>\\d)', '1')
    .replace('(?<half>CTL|DAT)', 'CTL')
    .replaceAll('\\', '');
}

interface Mailed {
  stages: string[];
  recovered: string[];
  unknown: number;
  /** Reports that come on some days only. */
  came: string[];
}

describe('weeks of reports through the ledger, beside the oracle', () => {
  const given = freshLedger();

  for (const firm of ['securities', 'derivatives-h', 'derivatives-nh'] satisfies Firm[]) {
    const spans: [string, number][] = WHOLE ? [['2026-11-19', 2]] : [['2026-11-19', 1]];
    // Before Lunar New Year: a half day, and a long holiday after it.
    if (WHOLE && firm === 'securities') spans.push(['2026-02-13', 2]);
    for (const [first, days] of spans) {
      it(`${firm} from ${first}: the same states, 0 missed, 0 false, each mail once, though killed`, async () => {
        const market = firm === 'derivatives-h' ? 'derivatives' : 'securities';
        let begin: string = first;
        while (!isBusinessDay(market, begin)) begin = addDays(begin, 1);
        await live(firm, span(firm, begin, days));
      }).timeout(300_000);
    }
  }

  async function live(firm: Firm, scenario: RawScenario): Promise<void> {
    const { clock } = given;
    clock.jump(ms(scenario.facts[0]?.at ?? '') - 60_000 - clock.now());
    const account: AwaitingAccount = {
      ...{ account: 'ONE', installation: firm === 'securities' ? 'hkscc' : 'hkcc-seoch' },
      ...{ participant: 'SIM001', everything: false, folders: ['/INBOX', '/COMMON'] },
      holidayTrading: firm === 'derivatives-h' ? 'yes' : 'no',
    };
    const overrides: DayOverride[] = [];
    const catalogue = catalogueOf({ text: catalogueText(scenario.rules, firm), subject: 'The catalogue' });
    const site = (): SiteRules => ({ catalogue, calendars: new CalendarBook({ overrides }) });
    const random = randomOf(`${firm} ${scenario.at}`);
    let ledger = given.ledger;
    let kills = 0;
    let known = '';

    /** The check of a moment, whose telling a kill may cut off anywhere. */
    const check = async () => {
      const found = await completenessOf(unhistoric(ledger), site(), account, clock.now());
      // As the node does it: what did not change is not written down again.
      const key = JSON.stringify([found.reports, found.messages, found.blind], (name, value) =>
        name === 'lastLook' ? undefined : value,
      );
      if (key === known) return found;
      known = key;
      await ledger.expectations.recordCheck({ account: 'ONE', at: clock.now(), asked: account, found });
      if (random() < 0.4) {
        kills++;
        await raiseReportAlarms(dying(ledger, Math.floor(random() * 12)), config, clock.now()).catch(killed);
        if (kills % 4 === 0) {
          await ledger.close();
          ledger = await openLedger(given.file(), clock);
          given.ledger = ledger;
        }
      }
      await raiseReportAlarms(ledger, config, clock.now());
      return found;
    };
    let deadline = Number.POSITIVE_INFINITY;
    const facts = scenario.facts.filter(({ at }) => at <= scenario.at);
    for (const [index, fact] of facts.entries()) {
      for (; deadline < ms(fact.at); ) {
        clock.jump(deadline - clock.now());
        deadline = nextDeadline(await check());
      }
      clock.jump(ms(fact.at) - clock.now());
      await write(ledger, fact, account, overrides);
      if (facts[index + 1]?.at !== fact.at) deadline = nextDeadline(await check());
    }
    for (; deadline <= ms(scenario.at); ) {
      clock.jump(deadline - clock.now());
      deadline = nextDeadline(await check());
    }
    clock.jump(ms(scenario.at) - clock.now());
    const found = await check();
    const truth = oracle(scenario);

    // The oracle is not asked of the morning on which it ends.
    const ofAsked = found.reports.filter(({ businessDate }) => scenario.ask.includes(businessDate));
    const states = ofAsked.map((one) => `${one.report}/${one.set} ${one.businessDate}: ${one.state}`);
    const expected = truth.expectations.map((text) => text.replace(/ \[.*/, ''));
    for (const one of states) assert.ok(expected.includes(one), `${one} is not what the oracle says`);
    const asked = expected.filter(
      (text) => found.asked.some((date) => text.includes(` ${date}:`)) && !text.endsWith(': not-expected'),
    );
    assert.deepEqual([...states].sort(), [...asked].sort());

    const mailed = await mailsOf(ledger, scenario.ask);
    const of = (kind: string) =>
      truth.messages.filter((text) => text.startsWith(`${kind} `)).map((text) => text.replace(/ at .*/, ''));
    const graver = new Set([...of('late'), ...of('missing')].map((text) => text.slice(text.indexOf(' '))));
    // A stage that a graver one passes at the same check sends nothing.
    const wanted = [...of('late'), ...of('missing')];
    const got = mailed.stages.filter((text) => !text.startsWith('at-risk'));
    assert.deepEqual(
      got.filter((text) => !wanted.includes(text)),
      [],
      'false',
    );
    assert.equal(new Set(mailed.stages).size, mailed.stages.length, 'each once');
    const missed = wanted.filter((text) => !got.includes(text));
    assert.deepEqual(
      missed.filter(
        (text) => !(text.startsWith('late') && of('missing').includes(text.replace('late', 'missing'))),
      ),
      [],
      'missed',
    );
    const risks = mailed.stages.filter((text) => text.startsWith('at-risk'));
    assert.deepEqual(
      of('at-risk').filter((text) => !risks.includes(text) && !graver.has(text.slice(text.indexOf(' ')))),
      [],
      'risks missed',
    );
    assert.deepEqual(
      risks.filter((text) => !of('at-risk').includes(text)),
      [],
      'false risks',
    );
    assert.deepEqual(mailed.recovered.sort(), of('recovered').sort());
    assert.deepEqual(mailed.came.sort(), of('event').sort());
    assert.equal(mailed.unknown, of('unknown').length, 'outages');
    assert.ok(kills > 2, `${kills} kills`);
  }
});

/** Writes a fact as a run, or a person, writes it. */
async function write(
  ledger: Ledger,
  fact: RawFact,
  { account, installation }: AwaitingAccount,
  overrides: DayOverride[],
): Promise<void> {
  const { path = '', sha256 = '', ok = [], failed = [], by = '', reason = '' } = fact;
  const at = ms(fact.at);
  const dataCentre = (fact.centre ?? 'primary') as DataCentre;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const version = () =>
    aVersion({
      ...{ account, installation, path, folder, dataCentre, name: path.slice(folder.length + 1) },
      ...{ code: 'ANY', sequence: '', sha256: sha256.padEnd(64, '0') },
      businessDate: `${folder.slice(-8, -4)}-${folder.slice(-4, -2)}-${folder.slice(-2)}`,
    });
  switch (fact.fact) {
    case 'looked':
      return ledger.looks.noteLook({ account, at, dataCentre, good: ok, failed });
    case 'listed':
      return ledger.looks.noteLook({ account, at, dataCentre, good: [], failed: [] }, [
        { path, size: 1, modifiedAt: at },
      ]);
    case 'received':
      await ledger.reports.recordReceived(version());
      return;
    case 'refused':
      await ledger.quarantine.quarantineReport(version(), { code: fact.code ?? '', reason: 'wrong' });
      return;
    case 'filed': {
      const known = (await ledger.reports.versionsOf(account, [path])).get(path);
      if (known !== undefined) await ledger.deliveries.markRouted(known.versionId);
      return;
    }
    case 'entry':
      break;
    default:
      return;
  }
  const { report = '', set = '', businessDate = '', condition = '', date = '', calendars = [] } = fact;
  if (fact.entry === 'calendar-day') {
    const day = fact.day as DayOverride['day'];
    overrides.push({ date, calendars, day, by, reason, at: fact.at.slice(0, 16) });
  } else if (fact.entry === 'condition') {
    const holds = fact.holds ?? true;
    await ledger.expectations.enterExpectation(
      account,
      { entry: 'condition', condition, date, holds },
      { by, reason },
    );
  } else if (fact.entry === 'deadline') {
    const moved = {
      ...(fact.lateAfter === undefined ? {} : { lateAfter: ms(fact.lateAfter) }),
      ...(fact.cutOff === undefined ? {} : { cutOff: ms(fact.cutOff) }),
    };
    const said = { entry: 'deadline', report, set, businessDate, ...moved } as const;
    await ledger.expectations.enterExpectation(account, said, { by, reason });
  }
}

/** What stands in the outbox, in the words of the oracle. */
async function mailsOf(ledger: Ledger, dates: readonly string[]): Promise<Mailed> {
  const mailed: Mailed = { stages: [], recovered: [], unknown: 0, came: [] };
  const kinds = { REPORT_AT_RISK: 'at-risk', REPORT_LATE: 'late', REPORT_MISSING: 'missing' } as const;
  for (const { kind, topic, text } of await ledger.mails.mails()) {
    const [code = ''] = topic.split(' · ');
    if (kind === 'alarm' && code === 'REPORTS_UNKNOWN') mailed.unknown++;
    const named = /(\w+)(?: set (\S+))? for (\d{4}-\d\d-\d\d) (?:is|came)/g;
    const all = [...text.matchAll(named)]
      .filter(([, , , date = '']) => dates.includes(date))
      .map(([, report, set = '', date]) => `${report}/${set} ${date}`);
    if (kind === 'recovery') mailed.recovered.push(...all.map((one) => `recovered ${one}`));
    else if (code === 'REPORT_CAME') mailed.came.push(...all.map((one) => `event ${one}`));
    else if (code in kinds && all.length > 0)
      mailed.stages.push(`${kinds[code as keyof typeof kinds]} ${all[0]}`);
  }
  return mailed;
}

/** Past arrivals have a test of their own; the oracle is told of them by its rules. */
function unhistoric(ledger: Ledger): Ledger {
  return { ...ledger, expectations: { ...ledger.expectations, arrivalsBetween: async () => [] } };
}

class Killed extends Error {}

function killed(thrown: unknown): void {
  if (!(thrown instanceof Killed)) throw thrown;
}

/** A process that is killed before its n-th step with the ledger. */
function dying(ledger: Ledger, steps: number): Ledger {
  let left = steps;
  const guarded = <T extends object>(records: T): T =>
    new Proxy(records, {
      get(real, name) {
        const method: unknown = Reflect.get(real, name);
        if (typeof method === 'object' && method !== null) return guarded(method);
        if (typeof method !== 'function') return method;
        return (...words: unknown[]) => {
          if (left-- <= 0) return Promise.reject(new Killed());
          return method.apply(real, words);
        };
      },
    });
  return guarded(ledger);
}

/** The same numbers from 0 to 1 for the same text (mulberry32). */
function randomOf(text: string): () => number {
  let state = 0;
  for (const letter of text) state = (Math.imul(state, 31) + letter.charCodeAt(0)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
