/** Files received reports on the shares their rules name; the summary goes on when everything is filed. */
import type { NodeAPI, NodeDef } from 'node-red';
import { recordFailure } from '../../lib/accounts/record-failure.ts';
import { nameHolder } from '../../lib/collection/amendments.ts';
import { CircuitBreakers, type Recovery } from '../../lib/collection/circuit-breaker.ts';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { checkDestinations } from '../../lib/collection/destination-check.ts';
import { lookEachDay } from '../../lib/collection/look-after.ts';
import { lookAtPlaced } from '../../lib/collection/placed-look.ts';
import { gatherFaults, isOfReport } from '../../lib/collection/report-faults.ts';
import {
  type Routed,
  type RouteOptions,
  routeOpen,
  routeReport,
  type ShareMemory,
} from '../../lib/collection/route.ts';
import { checkShares } from '../../lib/collection/share-health.ts';
import { destinationsOf } from '../../lib/delivery/routes.ts';
import { expectedShare } from '../../lib/delivery/share.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { Event, Ledger, PendingAmendment } from '../../lib/ledger/ledger.ts';
import type { FlowConsumer } from '../../lib/mail/flow-consumer.ts';
import type { ReceivedReport, RunContext } from '../../lib/model/types.ts';
import { plainAccount } from '../../lib/practice/paths.ts';
import { sleep } from '../../lib/time/clock.ts';
import { catalogueIn } from '../runtime/catalogue.ts';
import { contextOf } from '../runtime/msg-context.ts';
import { servePreview } from '../runtime/preview.ts';
import { type FlowLedger, type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { answerWithinOf, homeOf, sharingHost } from '../runtime/runtime.ts';
import { accountDuty } from '../runtime/shared-runtime.ts';
import {
  amendedNotification,
  backNotification,
  type Notification,
  sameNameNotification,
} from './notifications.ts';
import { previewOf } from './preview.ts';
import { type RouteSettings, readRoute } from './settings.ts';

/** How long a destination that failed is left alone, at the deploy as with reports, milliseconds. */
const REST = 20_000;
/** So long faults of reports wait for others of their run, where no summary comes. */
const GATHER = 60_000;

/** What of shares is told: by the faults of reports, and by news. */
const ofShares = ['share away', 'share back'] as const;

class ReportRoute extends RapNode<NodeDef, RouteSettings> {
  /** What was tried, and with what result, per run and account, until its summary has passed. */
  readonly #tried = new Map<string, { versions: Set<number>; filed: number }>();
  /** Shares that no report has met and that could not be written when they were looked at, by their folders. */
  readonly #away = new Map<string, RapError>();
  #looked = false;
  /** Ends the watch over these when there is none left. */
  #watch: AbortController | undefined;
  /** Faults of single reports, by run and account, until they are told together. */
  readonly #open = new Map<string, RapError[]>();
  /** Destinations that cannot be written now. */
  #breakers = new CircuitBreakers();
  /** Amended reports, for the flow, by account. */
  readonly #amended = new Map<string, FlowConsumer<FlowLedger, PendingAmendment>>();
  /** Shares that are away or serve again, for the flow. */
  readonly #shares = this.flowConsumer((ledger) => this.#pendingShares(ledger));
  /** What another host cannot write this one may, and the other way round. */
  readonly #host: string;
  /** The last run of each account that came by: what waits is delivered in its name. */
  readonly #contexts = new Map<string, RunContext>();
  readonly #memory: ShareMemory = { tried: new Set() };
  readonly #patience: Pick<RouteOptions, 'answerWithin'>;
  /** The trial of the known shares at the start: beside the reports, which must not wait for a share that hangs. */
  #trial: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved, lookup) => readRoute(saved, lookup, homeOf(RED)));
    this.#host = sharingHost(RED) ?? '';
    const answerWithin = answerWithinOf(RED);
    this.#patience = answerWithin === undefined ? {} : { answerWithin };
    if (this.ready) this.background((signal) => this.#keepTrying(signal));
    if (this.ready && this.settings.lookAgain > 0) this.background((signal) => this.#lookAfter(signal));
  }

  /** The folders that its rules name. @throws RapError ROUTE_INVALID when a variable is missing */
  get destinations(): string[] {
    return [...new Set(destinationsOf(this.settings.rules, { home: this.home }))];
  }

  protected override async checkAhead(signal: AbortSignal): Promise<void> {
    const faults = await this.#lookAtShares(signal);
    const ofRule = faults.find(({ code }) => code === 'FOLDER_REFUSED');
    if (this.#away.size > 0 && this.#watch === undefined) this.background((until) => this.#watchAway(until));
    if (ofRule !== undefined) throw ofRule;
  }

  /** Tells of shares that no report has met yet, when they cannot be written and when they can. */
  async #lookAtShares(signal: AbortSignal): Promise<RapError[]> {
    const { rules, marked } = this.settings;
    const of = { rules, context: { home: this.home }, requireSentinel: marked, signal, ...this.#patience };
    const ledger = await this.ledger();
    const { looked, faults } = await checkDestinations({ ledger, ...of });
    signal.throwIfAborted();
    if (!this.#looked) {
      // What a former life told of these folders and did not live to see mended.
      for (const { destination, code, message } of await ledger.shares.sharesAway(this.#host))
        if (looked.includes(destination))
          this.#away.set(destination, new RapError(code, message, { subject: destination }));
    }
    const again = this.#looked;
    this.#looked = true;
    const away = faults.filter(({ code }) => code !== 'FOLDER_REFUSED');
    const msg = { rap: [...this.#contexts.values()].at(-1) ?? {} } as RapMessage;
    for (const fault of away) {
      const { subject, code } = fault;
      // A report that met it told of it.
      if ((again && this.#away.get(subject)?.code === code) || this.#breakers.isBroken(subject)) continue;
      await this.#noteAway(subject, fault);
      this.complain(fault, msg);
      this.showAhead(subject, fault);
      this.#away.set(subject, fault);
    }
    for (const [destination, fault] of this.#away) {
      if (away.some(({ subject }) => subject === destination)) continue;
      this.#forgetAway(destination);
      if (this.#breakers.isBroken(destination)) continue;
      await this.#noteBack({ destination, told: [fault], delivered: 0 });
    }
    await this.#notifyShares(msg, (out) => this.send(out));
    return faults;
  }

  async #watchAway(signal: AbortSignal): Promise<void> {
    const watch = new AbortController();
    this.#watch = watch;
    const end = AbortSignal.any([signal, watch.signal]);
    try {
      while (this.#away.size > 0) {
        await sleep(this.clock, REST, end);
        await this.#lookAtShares(signal);
      }
    } catch (thrown) {
      if (!watch.signal.aborted) throw thrown;
    } finally {
      this.#watch = undefined;
    }
  }

  /** Was it told before a report met it? From now on the report's pause knows of it. */
  #isReported({ code, subject }: RapError): boolean {
    const told = this.#away.get(subject)?.code === code;
    this.#forgetAway(subject);
    return told;
  }

  #forgetAway(destination: string): void {
    if (!this.#away.delete(destination)) return;
    this.showAhead(destination, undefined);
    if (this.#away.size === 0) this.#watch?.abort();
  }

  protected override onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    // A summary must not overtake the reports before it.
    return this.inTurn(() => this.#take(msg, send, signal));
  }

  protected override async onClose(): Promise<void> {
    const ledger = () => this.ledgerOnClose();
    for (const amended of this.#amended.values()) await amended.end(ledger);
    await this.#shares.end(ledger, () => true);
  }

  /** Takes up what an earlier life left open, then tries what waits until nothing does. */
  async #keepTrying(signal: AbortSignal): Promise<void> {
    this.#breakers = new CircuitBreakers();
    const attempt = this.attempts(signal);
    try {
      for (let work = () => this.#takeUp(signal); ; work = () => this.#tryAgain(signal)) {
        await attempt(() => this.inTurn(work));
        await this.#somethingWaits(signal);
        await sleep(this.clock, REST, signal);
      }
    } finally {
      await this.#trial;
    }
  }

  async #takeUp(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    const ledger = await this.ledger();
    const contexts = (await ledger.shares.routedBy(this.id)).filter((one) => this.#isHere(one));
    for (const context of contexts) this.#contexts.set(context.account, context);
    await this.#round(contexts, signal);
    this.#trial = this.#tryShares(signal)
      .then(() => this.inTurn(() => this.#notifyRecoveries(signal)))
      // It tells its faults itself; the end of this life is none.
      .catch(() => {});
  }

  /**
   * Tries shares without a report. Faults are told in the name of the last run, whose successors end their alarms
   * should this process not live to see the share come back. A node that has filed nothing yet has nobody to tell.
   */
  async #tryShares(signal: AbortSignal, only?: ReadonlySet<string>): Promise<void> {
    const context = [...this.#contexts.values()].at(-1);
    if (context === undefined) return;
    try {
      const options = await this.#options(context, signal);
      for (const error of await checkShares(options, only))
        this.complain(error, { rap: context } as RapMessage);
    } catch (thrown) {
      if (!signal.aborted) this.complain(thrown, { rap: context } as RapMessage);
    }
    if (this.#breakers.any) this.#wake();
  }

  async #tryAgain(signal: AbortSignal): Promise<void> {
    await this.#round([...this.#contexts.values()], signal, new Set(this.#breakers.waiting()));
    if (!this.#breakers.any) this.status({});
  }

  /** One attempt at each paused destination. What fails for the first time is complained about. */
  async #round(contexts: RunContext[], signal: AbortSignal, only?: ReadonlySet<number>): Promise<void> {
    const open = new Set<number>();
    this.#breakers.tryAgain();
    for (const context of contexts.filter((one) => this.#isHere(one))) {
      const errors: RapError[] = [];
      for (const routed of await routeOpen(await this.#options(context, signal), new Set(), only)) {
        open.add(routed.report.versionId);
        this.#pass({ rap: context } as RapMessage, routed, undefined, (out) => this.send(out));
        errors.push(...routed.errors.filter((one) => !this.#isReported(one)));
      }
      for (const error of gatherFaults(errors)) this.complain(error, { rap: context } as RapMessage);
      await this.#notifyAmended({ rap: context } as RapMessage, context, (out) => this.send(out), signal);
    }
    this.#breakers.keepOnly(open);
    const failed = this.#breakers.failedTrials();
    if (failed.length > 0) await this.#tryShares(signal, new Set(failed.map(([root]) => root)));
    await this.#notifyRecoveries(signal);
  }

  /** Looks again at what was delivered; the contacts tell what is gone or changed. */
  async #lookAfter(signal: AbortSignal): Promise<void> {
    const { clock, home, settings } = this;
    const attempt = this.attempts(signal);
    await this.flowsStarted();
    await lookEachDay(clock, signal, async () => {
      let unknown = 0;
      await attempt(async () => {
        const ledger = await this.ledger();
        const routed = (await ledger.shares.routedBy(this.id)).filter((one) => this.#isHere(one));
        const accounts = routed.map(({ account }) => account);
        const found = await lookAtPlaced({
          ...{ ledger, home, accounts, days: settings.lookAgain, now: clock.now(), signal },
          ...this.#patience,
        });
        unknown = found.unknown;
      });
      return { unknown };
    });
  }

  /** Of several hosts the one that has an account brings its reports to the shares. */
  #isHere({ account }: RunContext): boolean {
    return this.holds(accountDuty(plainAccount(account)));
  }

  #somethingWaits(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#breakers.any) return resolve();
      // Aborted before: nobody would tell.
      if (signal.aborted) return reject(signal.reason);
      this.#wake = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  async #take(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const context = contextOf(msg);
    const { payload } = msg;
    try {
      if (isSummary(payload)) await this.#finish(msg, context, send, signal);
      else if (isReport(payload)) await this.#file(msg, payload, context, send, signal);
      else throw new RapError('CONFIG_INVALID', 'The message is neither a received report nor a summary');
    } finally {
      if (this.#breakers.any) this.#wake();
    }
  }

  async #file(
    msg: RapMessage,
    report: ReceivedReport,
    context: RunContext,
    send: Send,
    signal: AbortSignal,
  ): Promise<void> {
    const tally = await this.#tallyOf(context);
    tally.versions.add(report.versionId);
    const routed = await routeReport(report, await this.#options(context, signal));
    this.#pass(msg, routed, tally, send);
    if (routed.beside.length > 0) await this.#notifyAmended(msg, context, send, signal);
    for (const error of routed.errors.filter(isOfReport)) this.#keepOpenFor(error, context, msg);
    const [error, ...others] = routed.errors.filter((one) => !isOfReport(one) && !this.#isReported(one));
    for (const one of others) this.complain(one, msg);
    if (error !== undefined) throw error;
  }

  /** The faults of a run's reports are told with its summary, or when none comes. */
  #keepOpenFor(error: RapError, context: RunContext, msg: RapMessage): void {
    const key = keyOf(context);
    const held = this.#open.get(key);
    if (held !== undefined) {
      held.push(error);
      return;
    }
    const errors = [error];
    this.#open.set(key, errors);
    this.background(async (signal) => {
      for (let seen = 0; seen < errors.length; ) {
        seen = errors.length;
        await sleep(this.clock, GATHER, signal);
        if (this.#open.get(key) !== errors) return;
      }
      this.#open.delete(key);
      for (const one of gatherFaults(errors)) this.complain(one, msg);
    });
  }

  async #finish(msg: RapMessage, context: RunContext, send: Send, signal: AbortSignal): Promise<void> {
    const tally = await this.#tallyOf(context);
    const errors = this.#open.get(keyOf(context)) ?? [];
    this.#open.delete(keyOf(context));
    try {
      this.#breakers.tryAgain();
      for (const routed of await routeOpen(await this.#options(context, signal), tally.versions)) {
        this.#pass(msg, routed, tally, send);
        errors.push(...routed.errors.filter((one) => !this.#isReported(one)));
      }
      await this.#noteFailedTrials(context);
    } catch (thrown) {
      signal.throwIfAborted();
      errors.push(asRapError(thrown));
    }
    await this.#notifyAmended(msg, context, send, signal);
    await this.#notifyRecoveries(signal, msg, send);
    this.#tried.delete(keyOf(context));
    if (this.#breakers.any) this.show('shareWaits', 'yellow', 'ring');
    else {
      const { complete } = msg.payload as CollectionSummary;
      if (tally.filed > 0)
        this.showResult('filed', complete ? 'green' : 'yellow', 'dot', { done: tally.filed });
      else if (complete) this.showResult('nothing', 'green', 'ring');
      else this.showResult('notAllHere', 'yellow', 'ring');
    }
    // Whatever happened, the summary goes on: log out, the next account and the digest hang on it.
    send([null, msg, null]);
    const [last, ...others] = gatherFaults(errors).reverse();
    for (const error of others.reverse()) this.complain(error, msg);
    if (last !== undefined) throw last;
  }

  /** A report that lies on all its shares goes on. */
  #pass(msg: RapMessage, routed: Routed, tally: { filed: number } | undefined, send: Send): void {
    const { report, deliveries, errors, waits } = routed;
    if (errors.length > 0 || waits.length > 0) return;
    if (tally !== undefined) {
      tally.filed++;
      this.show('filed', 'blue', 'ring', { done: tally.filed });
    }
    send([{ ...msg, payload: { ...report, deliveries } }, null, null]);
  }

  /** Tells of reports beside other content: those of now, and those an earlier life did not see told. */
  async #notifyAmended(msg: RapMessage, context: RunContext, send: Send, signal: AbortSignal): Promise<void> {
    const { account } = context;
    try {
      const ledger = await this.ledgerFor(context);
      const notifications = await this.#amendedOf(context).take(async (one) => {
        const other = await nameHolder(ledger, account, one);
        return other === undefined
          ? amendedNotification(this.id, one)
          : sameNameNotification(this.id, one, other);
      });
      for (const one of notifications) send([null, null, this.#notification(msg, one)]);
    } catch (thrown) {
      // They stay in the ledger and are told later; whatever else this round found must be told now.
      signal.throwIfAborted();
      this.complain(thrown, msg);
    }
  }

  #amendedOf({ account }: RunContext): FlowConsumer<FlowLedger, PendingAmendment> {
    const known =
      this.#amended.get(account) ??
      this.flowConsumer((ledger) => ledger.amendments.pendingAmendments(account), {
        ledger: () => this.ledgerFor({ account }),
      });
    this.#amended.set(account, known);
    return known;
  }

  /** A run is not free of faults while a share is known to be away, though no report of it had to go there. */
  async #noteFailedTrials({ run, account }: RunContext): Promise<void> {
    for (const [subject, error] of [...this.#away, ...this.#breakers.failedTrials()])
      await recordFailure(await this.ledgerFor({ account }), { run, account, subject }, error);
  }

  /** Destinations that serve again, of now and of an earlier life that did not see it told. */
  async #notifyRecoveries(
    signal: AbortSignal,
    msg = { rap: [...this.#contexts.values()].at(-1) ?? {} } as RapMessage,
    send: Send = (out) => this.send(out),
  ): Promise<void> {
    const over = this.#breakers.closeServed();
    for (const { destination } of over) this.#forgetAway(destination);
    try {
      for (const recovery of over) await this.#noteBack(recovery);
      const ledger = await this.ledger();
      const known = await ledger.shares.knownShares();
      const isProved = (folder: string) =>
        this.#memory.tried.has(expectedShare(folder, known)?.root ?? folder) &&
        !this.#breakers.isBroken(folder) &&
        !this.#away.has(folder);
      const away = (await ledger.shares.sharesAway(this.#host)).filter((one) => isProved(one.destination));
      for (const destination of new Set(away.map((one) => one.destination)))
        await this.#noteBack({ destination, told: [], delivered: 0 });
      await this.#notifyShares(msg, send);
    } catch (thrown) {
      signal.throwIfAborted();
      this.complain(thrown, msg);
    }
  }

  async #noteAway(destination: string, { code, message }: RapError): Promise<void> {
    await (await this.ledger()).shares.noteShareAway(this.id, {
      host: this.#host,
      destination,
      code,
      message,
    });
  }

  async #noteBack({ destination, told, delivered }: Recovery): Promise<void> {
    const was = told.map(({ code, message }) => ({ code, message }));
    const back = { host: this.#host, destination, was, delivered };
    await (await this.ledger()).shares.noteShareBack(this.id, back);
  }

  /** Hands on what of shares is to be told; that one is away its fault has told. */
  async #notifyShares(msg: RapMessage, send: Send): Promise<void> {
    for (const one of await this.#shares.take())
      if (one.kind === 'share back')
        send([null, null, this.#notification(msg, backNotification(this.id, one))]);
  }

  async #pendingShares(ledger: Pick<Ledger, 'events'>): Promise<Event<(typeof ofShares)[number]>[]> {
    const pending = await ledger.events.pendingEvents({ kinds: ofShares });
    return pending.filter(({ payload }) => payload.node === this.id);
  }

  #notification(msg: RapMessage, error: Notification): RapMessage {
    const { payload: _, parts: __, ...rest } = msg as RapMessage & { parts?: unknown };
    return { ...rest, payload: error.message, error } as RapMessage;
  }

  async #tallyOf(context: RunContext): Promise<{ versions: Set<number>; filed: number }> {
    const key = keyOf(context);
    const known = this.#tried.get(key);
    if (known !== undefined) return known;
    const tally = { versions: new Set<number>(), filed: 0 };
    this.#tried.set(key, tally);
    this.#contexts.set(context.account, context);
    await (await this.ledgerFor(context)).shares.keepRouted(this.id, context);
    return tally;
  }

  async #options(context: RunContext, signal: AbortSignal): Promise<RouteOptions> {
    const { account, installation, run } = context;
    return {
      ledger: await this.ledgerFor(context),
      run,
      rules: this.settings.rules,
      context: { home: this.home, account, installation },
      requireSentinel: this.settings.marked,
      pauses: this.#breakers,
      noteAway: (destination, error) => this.#noteAway(destination, error),
      memory: this.#memory,
      clock: this.clock,
      ...this.#patience,
      signal,
    };
  }
}

function keyOf({ run, account }: RunContext): string {
  return `${run} ${account}`;
}

function isSummary(payload: unknown): payload is CollectionSummary {
  return typeof payload === 'object' && payload !== null && 'summary' in payload && payload.summary === true;
}

function isReport(payload: unknown): payload is ReceivedReport {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'versionId' in payload &&
    'sha256' in payload &&
    'file' in payload
  );
}

export default function (RED: NodeAPI): void {
  register(RED, 'report-route', ReportRoute);

  // What the dialog shows while rules are being written: where a few typical reports would go.
  servePreview(RED, '/report-route/preview', async (body, lookup, language) => {
    const home = homeOf(RED);
    return previewOf(body, lookup, home, await catalogueIn(home), language);
  });
}
