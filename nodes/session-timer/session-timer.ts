/** Runs the day of a plan: what the plan orders at a moment leaves at the output it belongs to, once. */
import type { NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Duty } from '../../lib/ledger/ledger.ts';
import { isActedOn } from '../../lib/practice/day.ts';
import type { KeyedOrder } from '../../lib/practice/day-reducer.ts';
import {
  describeOrder,
  keepPlan,
  openDay,
  performOrder,
  type StoredDay,
} from '../../lib/practice/day-store.ts';
import { practiceRun } from '../../lib/practice/paths.ts';
import { type PracticePlan, planHours, sessionOf } from '../../lib/practice/plan.ts';
import { type Milestone, type MilestoneKind, timelineOf } from '../../lib/practice/timeline.ts';
import { sleep } from '../../lib/time/clock.ts';
import { hongKongDate, hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import { RapPlan } from '../rap-plan/rap-plan.ts';
import { isRehearsal, type PracticeMark } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register } from '../runtime/rap-node.ts';
import { site } from '../runtime/shared-runtime.ts';
import { decisionOf } from '../runtime/shared-watch.ts';
import { type StatusKey, statusText } from '../runtime/status-texts.ts';
import { offerRehearsals } from './rehearsal.ts';
import { readTimer, type TimerSettings } from './settings.ts';

/** The outputs, from top to bottom. */
const outputs = [
  'reminder',
  'weather',
  'hotline',
  'secondary-begins',
  'secondary-over',
  'primary-begins',
  'primary-over',
  'session-over',
  'keys',
  'missed',
  'drill',
] as const;
type Output = (typeof outputs)[number];

/** Parts leave as orders, because the weather decides whether they begin; their milestones say nothing more. */
const outputOf: Readonly<Record<MilestoneKind, Output | undefined>> = {
  reminder: 'reminder',
  drill: 'drill',
  // For the organiser, like the reminders; the drill itself goes to every contact.
  'drill-result': 'reminder',
  'weather-watch': 'weather',
  'weather-verdict': 'weather',
  hotline: 'hotline',
  'last-call': 'hotline',
  'key-freeze-begins': 'keys',
  'key-freeze-ends': 'keys',
  'part-starts': undefined,
  'part-ends': undefined,
  'restore-check': 'session-over',
  expiry: undefined,
};

const words: Readonly<Record<MilestoneKind, StatusKey>> = {
  reminder: 'milestoneReminder',
  drill: 'milestoneDrill',
  'drill-result': 'milestoneDrill',
  'weather-watch': 'milestoneWeather',
  'weather-verdict': 'milestoneWeather',
  hotline: 'milestoneHotline',
  'last-call': 'milestoneHotline',
  'key-freeze-begins': 'milestoneKeys',
  'key-freeze-ends': 'milestoneKeys',
  'part-starts': 'milestoneParts',
  'part-ends': 'milestoneParts',
  'restore-check': 'milestoneEnd',
  expiry: 'milestoneEnd',
};

const STEP_MS = 60_000;

class SessionTimer extends RapNode<NodeDef, TimerSettings> {
  readonly #RED: NodeAPI;
  #wake = () => {};

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readTimer);
    this.#RED = RED;
    const plan: unknown = this.ready ? RED.nodes.getNode(this.settings.plan) : undefined;
    if (plan instanceof RapPlan) plan.users[this.id] = this;
    if (this.ready) this.background((signal) => this.#run(signal));
  }

  /** The day is lived on one host. */
  protected override get duty(): Duty {
    return site('practice');
  }

  /** @throws RapError CONFIG_INVALID */
  get plan(): PracticePlan {
    return this.partner(this.settings.plan, RapPlan, 'The plan').plan;
  }

  /** Any message: look at once, as after a person's word on the weather. `msg.drill`: ask the contacts now. */
  protected override async onInput(msg: RapMessage & { drill?: unknown }): Promise<void> {
    await this.obtain(this.duty, this.signal);
    const { plan } = this.partner(this.settings.plan, RapPlan, 'The plan');
    if (msg.drill === true) {
      await keepPlan(await this.ledger(), plan);
      this.#emit('drill', messageOf(drillNow(this.clock.now()), plan));
    }
    this.#wake();
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    const { plan } = this.partner(this.settings.plan, RapPlan, 'The plan');
    const ledger = await this.ledger();
    await keepPlan(ledger, plan);
    const timeline = timelineOf(plan);
    const day = await openDay(ledger, plan);
    // After a fault the day goes on: what could not be written down is tried again in a minute.
    const attempt = this.attempts(signal);
    // It never ends: a clock that is ahead of the day, or of its end, may be put back.
    for (;;) {
      await attempt(async () => {
        if (day.isStepDue(this.clock.now())) await this.#step(day);
        if (day.isOfThePast(this.clock.now())) this.show('dayOver', 'grey', 'ring', { date: plan.date });
        else this.#showNext(timeline);
      });
      await this.#nap(signal);
    }
  }

  async #nap(signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const nap = new AbortController();
    try {
      await Promise.race([
        woken,
        sleep(this.clock, STEP_MS - (this.clock.now() % STEP_MS), AbortSignal.any([signal, nap.signal])),
      ]);
    } finally {
      nap.abort();
    }
  }

  /**
   * What left a minute ago has been acted on by now. Until then a process that is killed sends it again, and
   * everything behind the outputs makes the second time harmless.
   */
  async #step(day: StoredDay): Promise<void> {
    const { plan } = day;
    const { clock, home } = this;
    const ledger = await this.ledger();
    const watched = { home, plan: this.settings.plan, session: sessionOf(plan, isRehearsal(this.#RED)) };
    const decision = await decisionOf(watched, ledger, clock);
    const missed: Milestone[] = [];
    for (const order of await day.step(decision, clock.now())) {
      await performOrder(order, { ledger, clock, plan });
      if (order.kind === 'milestone' && order.outcome === 'missed') missed.push(order.milestone);
      const output = isActedOn(order, plan, order.at) ? outputFor(order) : undefined;
      if (output === undefined) await day.done(order.key);
      else {
        day.left(order, clock.now());
        this.#emit(output, messageOf(order, plan));
      }
    }
    if (missed.length > 0) this.#emit('missed', missedMessage(missed, plan));
  }

  #emit(output: Output, msg: NodeMessage): void {
    this.send(outputs.map((one) => (one === output ? msg : null)));
  }

  #showNext(timeline: readonly Milestone[]): void {
    const now = this.clock.now();
    const next = timeline.find(({ at }) => at > now);
    if (next === undefined) {
      this.show('dayDone', 'grey', 'ring');
      return;
    }
    const today = hongKongDate(next.at) === hongKongDate(now);
    const time = today ? hongKongTime(next.at) : hongKongDate(next.at).slice(5);
    this.show('dayNext', today ? 'blue' : 'grey', 'dot', {
      time,
      what: statusText(words[next.kind], this.language),
    });
  }
}

/** Where an order leaves that is to be acted on; undefined when no node is wanted for it. */
function outputFor(order: KeyedOrder): Output | undefined {
  switch (order.kind) {
    case 'verdict':
      return 'weather';
    case 'milestone':
      return outputOf[order.milestone.kind];
    case 'data-centre':
      return undefined;
    case 'part':
      return `${order.part.dataCentre}-${order.action === 'begin' ? 'begins' : 'over'}`;
  }
}

/** The drill on somebody's word; contacts that were asked before are not asked again. */
function drillNow(now: number): KeyedOrder {
  const milestone: Milestone = { id: 'drill', at: now, kind: 'drill', title: 'Reachability drill' };
  return { kind: 'milestone', milestone, outcome: 'due', key: 'milestone:drill', at: now };
}

function messageOf(order: KeyedOrder, plan: PracticePlan): NodeMessage {
  const part = order.kind === 'part' ? order.part.name : undefined;
  const { what, title } = describeOrder(order);
  const practice: PracticeMark = { date: plan.date, order, ...(part === undefined ? {} : { part }) };
  const { end } = planHours(plan);
  return {
    payload: { what, title, at: order.at, time: hongKongStamp(order.at).slice(0, 16), order },
    topic: title,
    practice,
    rap: { run: practiceRun(plan.date, part) },
    until: `${plan.date} ${end}`,
  } as NodeMessage;
}

function missedMessage(missed: readonly Milestone[], plan: PracticePlan): NodeMessage {
  const lines = missed.map(({ at, title }) => `${hongKongStamp(at).slice(0, 16)}  ${title}`);
  return {
    payload: {
      what: 'missed',
      missed: missed.map(({ id, at, title }) => ({ id, at, title })),
      text: lines.join('\n'),
    },
    topic: `Missed while nobody was at work: ${missed.length}`,
    practice: { date: plan.date } satisfies PracticeMark,
    rap: { run: practiceRun(plan.date) },
  } as NodeMessage;
}

export default function (RED: NodeAPI): void {
  register(RED, 'session-timer', SessionTimer);
  offerRehearsals(RED, (id) => {
    const node: unknown = RED.nodes.getNode(id);
    return node instanceof SessionTimer && node.ready ? node.plan : undefined;
  });
}
