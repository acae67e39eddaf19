/**
 * Runs the day of a session: steps it, acts on its orders, has the parts done, and tells the contacts. It may be
 * killed at any moment: opened again on the same ledger it goes on where it was, and nothing is told twice.
 */

import type { ContactsConfig } from '../contacts/config.ts';
import { asRapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import type { Evidence } from '../weather/evidence.ts';
import { practiceRun } from './books.ts';
import type { Attempt, DayState } from './day.ts';
import { describeOrder, type KeyedOrder, openDay, performOrder } from './durable-day.ts';
import { expiredMail, mailOf, type PracticeMail, queuePracticeMail, resultMail } from './mails.ts';
import type { PracticePart, PracticePlan } from './plan.ts';
import { attemptOf, emptyResult, type PartResult, partResults, recordPartResult } from './results.ts';
import { dataCentreChoices, enforceExpiry } from './switch.ts';
import { timelineOf } from './timeline.ts';

export interface PartJob {
  account: string;
  part: PracticePart;
  /** Name of the run. */
  run: string;
  /** Aborted at the end of the part and by a termination. */
  signal: AbortSignal;
}

/** How a part is done at RAP. Trouble is in the result; what is thrown counts as trouble of that account. */
export type DoPart = (job: PartJob) => Promise<PartResult>;

/** One line of the timeline, as it happens. */
export interface TimelineEntry {
  at: number;
  what: string;
  title: string;
  key: string;
}

export interface RunDayPorts {
  plan: PracticePlan;
  ledger: Ledger;
  clock: Clock;
  doPart: DoPart;
  /** Who is told; left out, nobody. */
  contacts?: ContactsConfig;
  groups?: readonly string[];
  /** Called when mails may be due. */
  sendMails?: () => Promise<unknown>;
  /** Called once, when the day is over. */
  writeEvidence?: () => Promise<unknown>;
  /** With nobody to ask, what the weather rule leaves open cancels. */
  unattended?: boolean;
  onEntry?: (entry: TimelineEntry, state: DayState) => void;
}

export interface RunDay {
  readonly state: DayState;
  /** When the last step was made, also by a process before this one. */
  readonly steppedAt: number | undefined;
  /** True once every milestone was reached and nothing is left to do. */
  readonly over: boolean;
  /** One step, at the clock's present moment. Parts that begin go on after it. */
  step(evidence: Evidence): Promise<void>;
  /** Waits until no part is at work. */
  settled(): Promise<void>;
  /** Stops work under way at once and leaves the day as it is. */
  close(): Promise<void>;
}

interface Work {
  part: string;
  abort: AbortController;
  done: Promise<void>;
}

/** Takes up the day of the plan where it was left, or begins it. */
export async function runDay(ports: RunDayPorts): Promise<RunDay> {
  const { plan, ledger, clock, contacts, groups = [] } = ports;
  const language = contacts?.language ?? 'en';
  const day = await openDay(ledger, plan, { unattended: ports.unattended ?? false });
  const milestones = timelineOf(plan);
  const works = new Map<string, Work>();
  let failure: unknown;
  let evidenceWritten = (await ledger.practiceEvents(plan.date)).some(({ key }) => key === 'evidence');

  const tell = async (mail: PracticeMail | undefined) => {
    if (mail === undefined || contacts === undefined) return;
    await queuePracticeMail(ledger, contacts, plan, mail, groups);
  };

  const note = async (entry: TimelineEntry, details: Record<string, string | number | boolean>) => {
    const fresh = await ledger.recordPracticeEvent({ date: plan.date, ...entry, details });
    if (fresh) ports.onEntry?.(entry, day.state);
  };

  const act = async (order: KeyedOrder) => {
    if (order.kind === 'part' && (order.action === 'end' || order.action === 'stop')) {
      await halt(order.part.name, order.action);
      await conclude(order.part);
    }
    await performOrder(order, { ledger, clock, plan });
    const accounts = plan.accounts.map(({ account }) => account);
    const [choices, results] = [
      await dataCentreChoices(ledger, accounts),
      await partResults(ledger, plan.date),
    ];
    await tell(mailOf(order, { plan, decision: day.state.decision, choices, results, language }));
    ports.onEntry?.({ at: order.at, key: order.key, ...describeOrder(order) }, day.state);
    await day.done(order.key);
  };

  /** Stops what is still at work in a part and waits for it; what it got by then is recorded by itself. */
  const halt = async (part: string, why: 'end' | 'stop') => {
    const mine = [...works.values()].filter((work) => work.part === part);
    for (const work of mine) work.abort.abort(new Error(`the part was to ${why}`));
    await Promise.all(mine.map((work) => work.done));
  };

  /** After the end of a part every account has a result, and everybody was told of it. */
  const conclude = async (part: PracticePart) => {
    const results = await resultsOf(part);
    for (const { account } of plan.accounts) {
      const result = results.get(account) ?? emptyResult(plan, part, account, clock.now());
      if (!results.has(account)) await recordPartResult(ledger, plan, result);
      if (result.outcome !== 'complete') await tell(resultMail(plan, result, language));
    }
  };

  const resultsOf = async (part: PracticePart) =>
    new Map(
      (await partResults(ledger, plan.date))
        .filter((result) => result.part === part.name)
        .map((result) => [result.account, result]),
    );

  /** How far each account has come in each part. */
  const attempts = async (): Promise<Attempt[]> => {
    const results = await partResults(ledger, plan.date);
    return plan.parts.flatMap(({ name: part }) =>
      plan.accounts.map(({ account }) => attemptOf(results, part, account, works.has(`${part}/${account}`))),
    );
  };

  const launch = (part: PracticePart, account: string) => {
    const key = `${part.name}/${account}`;
    const abort = new AbortController();
    const done = (async () => {
      const startedAt = clock.now();
      const job = { account, part, run: practiceRun(plan.date, part.name), signal: abort.signal };
      const result = await ports.doPart(job).catch((thrown): PartResult => {
        const { code, message, cure } = asRapError(thrown);
        const trouble = { code, message, cure };
        return { ...emptyResult(plan, part, account, startedAt), outcome: 'incomplete', trouble };
      });
      await settle(part, account, result);
    })()
      .catch((thrown) => {
        failure ??= thrown;
      })
      .finally(() => works.delete(key));
    works.set(key, { part: part.name, abort, done });
  };

  const settle = async (part: PracticePart, account: string, result: PartResult) => {
    if (closed) return;
    const before = (await resultsOf(part)).get(account);
    // A repeat adds to what was obtained before; it never takes anything away.
    const reports = new Map([...(before?.reports ?? []), ...result.reports].map((one) => [one.path, one]));
    const whole = {
      ...result,
      startedAt: before?.startedAt ?? result.startedAt,
      reports: [...reports.values()],
    };
    await recordPartResult(ledger, plan, whole);
    if (result.outcome !== 'complete') return;
    await tell(resultMail(plan, whole, language));
    await note(
      {
        at: clock.now(),
        what: 'result',
        title: `${part.name}, ${account}: complete${result.downloads ? `, ${whole.reports.length} reports` : ', logged in and out'}`,
        key: `result:${part.name}:${account}`,
      },
      { account, part: part.name, reports: whole.reports.length, address: result.address },
    );
  };

  const over = () =>
    evidenceWritten ||
    (milestones.every(({ id }) => day.state.told.includes(id)) &&
      works.size === 0 &&
      Object.values(day.state.parts).every((state) => state !== 'running' && state !== 'waiting'));

  let closed = false;
  return {
    get state() {
      return day.state;
    },
    get steppedAt() {
      return day.steppedAt;
    },
    get over() {
      return over();
    },
    async step(evidence) {
      if (failure !== undefined) throw failure;
      const now = clock.now();
      const known = await attempts();
      const orders = await day.step(evidence, now, known);
      for (const order of orders) await act(order);
      for (const expired of await enforceExpiry(ledger, clock)) {
        const { account, by } = expired;
        const mail = expiredMail(expired, language);
        const title = `${account} was still at the secondary data centre (decided by ${by}) and was put back to the primary.`;
        await tell(mail);
        await note({ at: now, what: 'expired', title, key: mail.id }, { account, by });
      }
      for (const order of orders) {
        if (order.kind !== 'part' || order.action !== 'begin') continue;
        const { part, accounts = plan.accounts.map(({ account }) => account) } = order;
        const through = known.filter((one) => one.part === part.name && one.result?.complete);
        for (const account of accounts) {
          if (!through.some((one) => one.account === account)) launch(part, account);
        }
      }
      await ports.sendMails?.();
      if (over() && !evidenceWritten) {
        await ports.writeEvidence?.();
        evidenceWritten = true;
        await note({ at: now, what: 'evidence', title: 'The evidence pack is written', key: 'evidence' }, {});
      }
    },
    async settled() {
      await Promise.all([...works.values()].map(({ done }) => done));
      if (failure !== undefined) throw failure;
      await ports.sendMails?.();
    },
    async close() {
      closed = true;
      const mine = [...works.values()];
      for (const { abort } of mine) abort.abort(new Error('the session was closed'));
      await Promise.all(mine.map(({ done }) => done));
    },
  };
}
