/**
 * What the page of a practice session says: the day's timeline, the parts and how far each account has come, what a
 * person must answer, who is reachable.
 */

import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { PracticeEvent, RecordedChoice, SwitchRequestRow } from '../../ledger/types.ts';
import type { PartState } from '../../practice/day.ts';
import type { KeptDay } from '../../practice/day-reducer.ts';
import { type PracticePlan, planHours, planMoment, sessionOf } from '../../practice/plan.ts';
import type { PartResult } from '../../practice/results.ts';
import { timelineOf } from '../../practice/timeline.ts';
import { latestWeather } from '../../practice/weather-store.ts';
import { hongKongDate } from '../../time/hong-kong.ts';
import type { Decision } from '../../weather/decide.ts';
import { type Evidence, noEvidence } from '../../weather/evidence.ts';
import type { Fault } from '../fault.ts';
import type { Live } from '../live.ts';
import type { LiveWeather } from '../live-operations.ts';
import { NotHere, type Query } from '../page.ts';

export type PracticeAsk = {
  ledger: Pick<ReadLedger, 'accounts' | 'practice' | 'switchRequests'>;
  live: Pick<Live, 'facts'>;
  now: number;
};

/** A contact of the drill, without his code: who sees it could answer for him. */
export interface Reachable {
  name: string;
  email: string;
  how: string;
  enteredBy: string;
  sentAt: number;
  answeredAt: number | null;
}

export interface PartLine {
  name: string;
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  dataCentre: PracticePlan['parts'][number]['dataCentre'];
  state: PartState;
  accounts: {
    account: string;
    outcome: PartResult['outcome'] | null;
    reports: number;
    failed: number;
    address: string;
    trouble: Fault | null;
  }[];
}

/** A moment of the timeline: with an event it has happened, without one it is to come. */
export interface Moment {
  at: number;
  event: PracticeEvent;
  done: boolean;
}

export interface PracticeModel {
  sessions: { date: string; title: string }[];
  session: {
    plan: PracticePlan;
    hours: { start: string; end: string };
    /** What is known of the weather now. */
    decision: Decision | null;
    evidence: Evidence;
    /** A person must answer: the weather holds, or is not sure. */
    held: boolean;
    parts: PartLine[];
    /** Accounts of the session that are at the secondary data centre now. */
    away: string[];
    timeline: Moment[];
    earlier: number;
    drill: Reachable[];
    /** Nodes that take what a person says of the weather of this date. */
    weather: Omit<LiveWeather, 'kind'>[];
  } | null;
  requests: { open: SwitchRequestRow[]; settled: SwitchRequestRow[] };
  choices: RecordedChoice[];
}

const SETTLED = 10;
/** So many moments of the timeline at once; the rest behind a link. */
const MOMENTS = 8;

/**
 * @param query `date` of the session, by default the next, or the last one; `timeline` "all" for the whole of it
 * @throws NotHere when no session of that date is kept
 */
export async function practiceView({ ledger, live, now }: PracticeAsk, query: Query): Promise<PracticeModel> {
  const days = await ledger.practice.practiceDays();
  const today = hongKongDate(now);
  const plans = days.map(({ plan }): PracticePlan => JSON.parse(plan));
  const order = [
    ...plans.filter(({ date }) => date >= today),
    ...plans.filter(({ date }) => date < today).reverse(),
  ];
  const { date = '' } = query;
  const plan = date === '' ? order[0] : plans.find((one) => one.date === date);
  if (date !== '' && plan === undefined) throw new NotHere();
  const requests = await ledger.switchRequests.switchRequests();
  const isOpen = (one: SwitchRequestRow) => one.state === 'open' && one.expiresAt > now;
  const choices = await ledger.accounts.dataCentreChoices();
  const kept = days.find((one) => one.date === plan?.date)?.day ?? '';
  return {
    sessions: order.map(({ date, title }) => ({ date, title })),
    session:
      plan === undefined
        ? null
        : await sessionFacts(
            { ledger, live, now },
            { plan, kept: kept === '' ? undefined : JSON.parse(kept), whole: query.timeline === 'all' },
            choices,
          ),
    requests: {
      open: requests.filter(isOpen),
      settled: requests
        .filter((one) => !isOpen(one))
        .slice(-SETTLED)
        .reverse()
        .map((one) => (one.state === 'open' ? { ...one, state: 'expired' as const } : one)),
    },
    choices,
  };
}

async function sessionFacts(
  { ledger, live, now }: PracticeAsk,
  { plan, kept, whole }: { plan: PracticePlan; kept: KeptDay | undefined; whole: boolean },
  choices: readonly RecordedChoice[],
): Promise<PracticeModel['session']> {
  const { date } = plan;
  const weather = await latestWeather(ledger, date);
  const decision = weather?.decision ?? kept?.state.decision ?? null;
  const results = (await ledger.practice.practiceResults(date)).map(
    ({ result }): PartResult => JSON.parse(result),
  );
  const names = new Set(plan.accounts.map(({ account }) => account));
  const events = await ledger.practice.practiceEvents(date);
  const moments = [
    ...events.map((event) => ({ at: event.at, event, done: true })),
    ...toCome(plan, events, now),
  ];
  const earlier = whole ? 0 : Math.max(0, events.length - MOMENTS / 2);
  const shown = whole ? moments : moments.slice(earlier, earlier + MOMENTS);
  return {
    ...{ plan, hours: planHours(plan), decision, evidence: weather?.evidence ?? noEvidence },
    held:
      decision !== null &&
      (decision.verdict === 'hold' || decision.needsPerson) &&
      now < sessionOf(plan).times.end,
    parts: plan.parts.map((part) => ({
      ...{ name: part.name, dataCentre: part.dataCentre },
      start: planMoment(plan, part.start),
      end: planMoment(plan, part.end),
      state: kept?.state.parts[part.name] ?? 'waiting',
      accounts: plan.accounts.map(({ account }) => {
        const result = results.find((one) => one.part === part.name && one.account === account);
        return {
          ...{ account, outcome: result?.outcome ?? null, address: result?.address ?? '' },
          reports: result?.reports.length ?? 0,
          failed: result?.failed.length ?? 0,
          trouble: result?.trouble ?? null,
        };
      }),
    })),
    away: choices
      .filter(({ account, dataCentre }) => names.has(account) && dataCentre === 'secondary')
      .map(({ account }) => account),
    timeline: shown,
    earlier: moments.length - shown.length,
    drill: (await ledger.practice.drillOf(date)).map(({ code: _, date: __, ...one }) => one),
    weather: live.facts.flatMap((one) => (one.kind === 'weather' && one.date === date ? [one] : [])),
  };
}

/** Milestones of the plan that have not been told, as events to come. */
function toCome(plan: PracticePlan, events: readonly PracticeEvent[], now: number): Moment[] {
  const told = new Set(events.map(({ details }) => details.milestone));
  return timelineOf(plan)
    .filter(({ id, at }) => !told.has(id) && at > now)
    .map(({ id, at, kind, title }) => ({
      ...{ at, done: false },
      event: { date: plan.date, key: id, at, what: kind, title, details: { milestone: id, outcome: 'due' } },
    }));
}
