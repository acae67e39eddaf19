/** May the session go on, as far as the weather is concerned? Go, stop or hold, with the reasons. */

import type { NodeAPI, NodeDef, NodeMessage, NodeStatusFill } from 'node-red';
import type { LiveFact } from '../../lib/desk/live.ts';
import { asRapError } from '../../lib/errors/rap-error.ts';
import type { Duty, Event, Ledger } from '../../lib/ledger/ledger.ts';
import { movePlan, type PracticePlan, sessionOf } from '../../lib/practice/plan.ts';
import { decideNow, latestWeather, practiceWatch } from '../../lib/practice/weather-store.ts';
import { sleep } from '../../lib/time/clock.ts';
import { hongKongDate, hongKongTime } from '../../lib/time/hong-kong.ts';
import type { Decision, Verdict } from '../../lib/weather/decide.ts';
import { hasChanged } from '../../lib/weather/has-changed.ts';
import { publicFeeds } from '../../lib/weather/hko.ts';
import { type Session, watchLimits } from '../../lib/weather/rule.ts';
import type { OperatorStatement } from '../../lib/weather/statements.ts';
import { RapPlan } from '../rap-plan/rap-plan.ts';
import { mayAct } from '../runtime/admin-act.ts';
import type { TakesWords } from '../runtime/by-hand.ts';
import { isRehearsal } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { clockOf } from '../runtime/runtime.ts';
import { site } from '../runtime/shared-runtime.ts';
import { planWatchKey, type Subscription, subscribe } from '../runtime/shared-watch.ts';
import type { StatusKey } from '../runtime/status-texts.ts';
import { readStatement, readWeather, type WeatherSettings } from './settings.ts';

/** Naps between looks at the clock while nothing is watched. */
const NAP_MS = 60_000;
/** The watch is opened so long before the cut-off; it begins to ask half an hour before it. */
const LEAD_MS = 60 * 60_000;

const outputs = ['go', 'stop', 'hold'] as const;

/** Where each verdict leads, and how it is shown. */
const verdicts: Readonly<
  Record<Verdict, { output: (typeof outputs)[number]; word: StatusKey; fill: NodeStatusFill }>
> = {
  pending: { output: 'hold', word: 'weatherPending', fill: 'grey' },
  clear: { output: 'go', word: 'weatherClear', fill: 'green' },
  hold: { output: 'hold', word: 'weatherHold', fill: 'yellow' },
  cancelled: { output: 'stop', word: 'weatherCancelled', fill: 'red' },
  running: { output: 'go', word: 'weatherRunning', fill: 'green' },
  // Work goes on until the notice is over.
  terminating: { output: 'go', word: 'weatherEnding', fill: 'yellow' },
  terminated: { output: 'stop', word: 'weatherEnded', fill: 'red' },
  completed: { output: 'go', word: 'weatherOver', fill: 'green' },
};

class WeatherCheck extends RapNode<NodeDef, WeatherSettings> implements TakesWords {
  readonly #RED: NodeAPI;
  #subscription: Subscription | undefined;
  /** What was told last. */
  #last: Decision | undefined;
  /** Has the watch said something in this life? */
  #heard = false;
  /** Resolves when the watch has made up its mind for the first time. */
  readonly #first = Promise.withResolvers<void>();
  /** Resolves when it is known whether this is a day to watch. */
  readonly #started = Promise.withResolvers<void>();

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readWeather);
    this.#RED = RED;
    const plan: unknown = this.ready ? RED.nodes.getNode(this.settings.plan) : undefined;
    if (plan instanceof RapPlan) plan.users[this.id] = this;
    if (this.ready) this.background((signal) => this.#watch(signal));
  }

  /** One host watches, the one that lives the practice day. */
  protected override get duty(): Duty {
    return site('practice');
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    await this.obtain(this.duty, this.signal);
    const { word } = msg as { word?: unknown };
    const decision =
      word === undefined ? await this.#now() : await this.addStatement(readStatement(word, this.clock.now()));
    send(at(decision.verdict, { ...msg, weather: shown(decision) }));
  }

  /** Records what a person says; it counts at once. @throws RapError CONFIG_INVALID */
  async addStatement(word: OperatorStatement): Promise<Decision> {
    await this.#started.promise;
    return this.inTurn(async () => {
      if (this.#subscription !== undefined) return this.#subscription.addStatement(word);
      const decision = await this.#decide(word);
      this.#show(decision);
      return decision;
    });
  }

  override live(): LiveFact[] {
    const plan: unknown = this.#RED.nodes.getNode(this.settings.plan);
    if (!(plan instanceof RapPlan) || !plan.ready) return [];
    const { date } = this.#session().times;
    const ofPlan = this.settings.day === 'plan';
    return [{ kind: 'weather', node: this.id, name: this.name ?? '', date, ofPlan }];
  }

  /** What a person says on a page: read as the dialog's. @throws RapError CONFIG_INVALID */
  async sayByHand(word: unknown): Promise<Decision> {
    await this.obtain(this.duty, this.signal);
    return this.addStatement(readStatement(word, this.clock.now()));
  }

  /** Loses nothing: the watch keeps what it knows in the ledger. */
  protected override async onClose(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    await subscription?.unsubscribe();
    if (!this.#heard || this.#last === undefined) return;
    try {
      const ledger = await this.ledgerOnClose();
      const pending = await this.#pending(ledger, this.#last.date);
      const ids = pending.map(({ id }) => id);
      await ledger.events.acknowledgeEvents(ids, 'flow');
    } catch {
      // The next life tells more than it must.
    }
  }

  get #watchName(): string {
    return this.settings.day === 'plan' ? practiceWatch : this.id;
  }

  #session(): Session {
    return sessionOf(this.#plan(), isRehearsal(this.#RED));
  }

  #plan(): PracticePlan {
    const { plan } = this.partner(this.settings.plan, RapPlan, 'The plan');
    return this.settings.day === 'plan' ? plan : movePlan(plan, hongKongDate(this.clock.now()));
  }

  /** The verdict of this moment. */
  async #now(): Promise<Decision> {
    const session = this.#session();
    await this.#started.promise;
    if (this.#subscription !== undefined) {
      await this.#first.promise;
      if (this.#last?.date === session.times.date) return this.#last;
    }
    return this.#decide();
  }

  /** Where no watch is at work. */
  async #decide(word?: OperatorStatement): Promise<Decision> {
    const said = { watch: this.#watchName, ...(word === undefined ? {} : { word }) };
    return decideNow(await this.ledger(), this.#session(), this.clock.now(), said);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    for (;;) {
      const { date, cutOff, end } = this.#session().times;
      const now = this.clock.now();
      if (now >= cutOff - LEAD_MS && now < end) await this.#watchDay(date, end, signal);
      else if (this.settings.day === 'plan' && now >= end) {
        const record = await latestWeather(await this.ledger(), date, this.#watchName);
        if (record === undefined) this.show('dayOver', 'grey', 'ring', { date });
        else this.#show(record.decision);
        // Not the end: the clock may be ahead, and be put back.
      } else this.show('dayFar', 'grey', 'ring', { date });
      this.#started.resolve();
      const wait = now < cutOff - LEAD_MS ? cutOff - LEAD_MS - now : NAP_MS;
      await sleep(this.clock, Math.min(NAP_MS, wait), signal);
    }
  }

  /** Watches to the end of the session. */
  async #watchDay(date: string, end: number, signal: AbortSignal): Promise<void> {
    await this.inTurn(() => this.#join(date));
    this.#started.resolve();
    // A little longer than the session, so that its last word is heard.
    while (this.#subscription?.over !== true && this.clock.now() < end + NAP_MS) {
      await sleep(this.clock, NAP_MS, signal);
    }
    await this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  async #join(date: string): Promise<void> {
    const { feeds, day, plan } = this.settings;
    const ledger = await this.ledger();
    // What was told before a restart is not told again; what a process was killed over is.
    const untold = (await this.#pending(ledger, date)).length > 0;
    this.#last = untold ? undefined : (await latestWeather(ledger, date, this.#watchName))?.decision;
    const key =
      day === 'plan' ? planWatchKey(this.home, plan, date) : [this.home, day, this.id, date].join('\n');
    const order = { key, name: this.#watchName, session: this.#session(), feeds, clock: this.clock, ledger };
    this.#subscription = subscribe(order, {
      onDecision: (decision) => this.#onDecision(decision),
      onError: (error) => this.complain(error, {}),
    });
  }

  #onDecision(decision: Decision): void {
    const news = hasChanged(decision, this.#last);
    this.#last = decision;
    this.#heard = true;
    this.#first.resolve();
    this.#show(decision);
    if (!news || this.signal.aborted) return;
    if (this.settings.tell) {
      const weather = shown(decision);
      this.send(at(decision.verdict, { payload: weather, weather } as NodeMessage));
    }
    this.flowConsumer((ledger) => this.#pending(ledger, decision.date), { withoutMail: true }).seeThrough();
  }

  /** Decisions of this node's watch that no flow was seen through with. */
  async #pending({ events }: Pick<Ledger, 'events'>, date: string): Promise<Event<'verdict'>[]> {
    const pending = await events.pendingEvents({ kinds: ['verdict'] });
    return pending.filter(({ subject, payload }) => subject === date && payload.watch === this.#watchName);
  }

  #show(decision: Decision): void {
    const { word, fill } = verdicts[decision.verdict];
    const first = this.#session().times.cutOff + watchLimits.settleMs;
    const time = hongKongTime(decision.effectiveAt ?? first);
    this.show(word, fill, decision.needsPerson ? 'ring' : 'dot', { time });
  }
}

/** The message at the output of its verdict. */
function at(verdict: Verdict, msg: NodeMessage): (NodeMessage | null)[] {
  return outputs.map((output) => (output === verdicts[verdict].output ? msg : null));
}

/** A decision as plain data, with what a person reads in `text`. */
function shown(decision: Decision) {
  const { verdict, effectiveAt, reasons } = decision;
  const effective = effectiveAt === null ? '' : hongKongTime(effectiveAt);
  return {
    ...decision,
    answer: verdicts[verdict].output,
    effective,
    text: [`${verdict.toUpperCase()}${effective === '' ? '' : ` ${effective}`}`, ...reasons].join('\n'),
  };
}

export default function (RED: NodeAPI): void {
  register(RED, 'weather-check', WeatherCheck);
  const admin = RED.httpAdmin;

  admin.get('/weather-check/presets', RED.auth.needsPermission('flows.read'), (_request, response) => {
    response.json({ feeds: publicFeeds.map(({ source, url }) => ({ source, url })) });
  });

  // The operator's word, from the dialog.
  admin.post('/weather-check/:id/word', ...mayAct(RED, 'weather-check.write'), (request, response) => {
    const node: unknown = RED.nodes.getNode(String(request.params.id));
    if (!(node instanceof WeatherCheck) || !node.ready) return void response.sendStatus(404);
    const user = (request as { user?: { username?: string } }).user?.username;
    Promise.resolve()
      .then(() => {
        const by = user ?? request.body?.by;
        return node.addStatement(readStatement({ ...request.body, by }, clockOf(RED).now()));
      })
      .then(
        (decision) => response.json(shown(decision)),
        (thrown) => response.status(400).json({ error: asRapError(thrown).message }),
      );
  });
}
