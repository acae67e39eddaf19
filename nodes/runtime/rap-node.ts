/**
 * The base of every node of this palette. It wraps node-red-contrib-typescript-node and adds what a node needs
 * to be trusted at night: settings read once and complained about at once, `done` called exactly once, every
 * fault coded, work stopped when the flow is deployed again.
 */
import { once } from 'node:events';
import type {
  NodeAPI,
  NodeDef,
  NodeMessage,
  NodeMessageInFlow,
  NodeStatusFill,
  NodeStatusShape,
} from 'node-red';
import { Node } from 'node-red-contrib-typescript-node';
import type { LiveFact } from '../../lib/desk/live.ts';
import { codes } from '../../lib/errors/codes.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { homeOfEnvironment } from '../../lib/files/named-path.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { dutyKey } from '../../lib/ledger/lease/duties.ts';
import { notHeld } from '../../lib/ledger/lease/fenced.ts';
import type { Duty, Event, Ledger } from '../../lib/ledger/ledger.ts';
import { FlowConsumer } from '../../lib/mail/flow-consumer.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import type { Leftover } from '../../lib/model/leftovers.ts';
import type { RunContext } from '../../lib/model/types.ts';
import { plainAccount } from '../../lib/practice/paths.ts';
import { type Clock, realClock, sleep } from '../../lib/time/clock.ts';
import { serialQueue } from '../../lib/time/serial-queue.ts';
import { aheadSubject, foundAhead, noteAhead } from './ahead.ts';
import { answerBadRequests } from './bad-requests.ts';
import { noteCutOff, runsCutOff } from './cut-off.ts';
import { demoLeftovers, refuseDemo, type SavedNode } from './demo-leftovers.ts';
import { guardComms } from './own-comms.ts';
import {
  acquireLedger,
  homeOf,
  type Participant,
  profileOf,
  release,
  runtimeOptionsOf,
  sharedOf,
  sharingHost,
  waitForLeadership,
} from './runtime.ts';
import { filledCredentials, refuseSecrets } from './secrets.ts';
import { languageOfServer } from './server-language.ts';
import { accountDuty, isElsewhere } from './shared-runtime.ts';
import { faultText, type ResultWord, resultText, type StatusKey, statusText } from './status-texts.ts';

/** A message as it comes in: rap-schedule puts the run into `rap`, rap-connect the rest. */
export interface RapMessage extends NodeMessageInFlow {
  rap?: Partial<RunContext>;
}

export type Send = (msg: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

/** Reads the saved config into settings; may throw, and is called once per deploy. */
export type ReadSettings<C, S> = (config: C, lookup: EnvLookup, node: { credentials: unknown }) => S;

/** A node class as `register` takes it. */
export type RapNodeClass<C extends NodeDef> = new (RED: NodeAPI, config: C) => RapNode<C>;

/** Registers a node class. Node-RED makes nodes with `new Class(config)`, so RED is bound here. */
export function register<C extends NodeDef>(
  RED: NodeAPI,
  type: string,
  Base: RapNodeClass<C>,
  options?: { credentials?: Record<string, { type: 'text' | 'password' }> },
): void {
  class Bound extends (Base as RapNodeClass<NodeDef & C>) {
    constructor(config: NodeDef & C) {
      super(RED, config);
    }
  }
  answerBadRequests(RED);
  guardComms(RED);
  (Bound as unknown as typeof Node).registerType(RED, type, options);
}

/** Work that has not stopped by then is left behind. */
const STOP_LIMIT_MS = 5_000;
/** What closing takes besides; both together are less than Node-RED waits (nodeCloseTimeout). */
const LEAVE_LIMIT_MS = 2_000;
/** Background work that failed, for a full disk or the like, begins again after so long. */
const AGAIN_MS = 20_000;
/** So long another host may take to end its work before it is not waited for any longer. */
const OBTAIN_MS = 60_000;
/** So often is looked again at what was wrong at the start: a key, a file, a folder may be put right meanwhile. */
const LOOK_MS = 30_000;
/** Between two looks whether anybody still works for a run that a deploy has cut off. */
const CUT_OFF_MS = 1_000;

/** Nodes that show a fault of their settings or surroundings; another node under the same id takes it away again. */
const faulty = new Set<string>();

type Among = (runs: readonly string[]) => Promise<readonly string[]>;
type TakeUp = (runs: readonly string[]) => Promise<void>;

/** Where the events stand that nodes hand to their flows. */
export type FlowLedger = Pick<Ledger, 'amendments' | 'events' | 'switchRequests'>;

export abstract class RapNode<C extends NodeDef = NodeDef, S = unknown> extends Node implements Participant {
  readonly #RED: NodeAPI;
  readonly #settings: { value: S } | { fault: RapError };
  #leftovers: Leftover[] = [];
  /** Ends the work that is under way: of the node when it closes, of a period when another takes over. */
  #stop = new AbortController();
  readonly #life = new AbortController();
  /** The same for work that is done as the holder of a duty, where several hosts share the work. */
  readonly #onDuty = new Map<string, { duty: Duty; stop: AbortController }>();
  /** Does this node show that another host does its work? */
  #showsElsewhere = false;
  #started: Promise<unknown> | undefined;
  readonly #work = new Set<Promise<unknown>>();
  /** Messages that this node is at work on. */
  readonly #messages = new Set<RapMessage>();
  readonly #queue = serialQueue();
  /** What is known to be wrong ahead of any work, by the node whose settings or surroundings it is about. */
  readonly #ahead = new Map<string, RapError>();
  /** What this node itself has found. */
  #found: RapError | undefined;
  /** Is one of these shown now? */
  #showsAhead = false;
  /** The run whose result is shown. */
  #resultOf: string | undefined;
  /** The run whose message came last. */
  #run: string | undefined;
  /** Has this node shown anything? What a former one under its id showed stays until then. */
  #shown = false;

  protected constructor(RED: NodeAPI, config: C, read: ReadSettings<C, S>) {
    super(RED);
    this.#RED = RED;
    // The parent keeps RED in plain sight, where inspection and cloning would walk into the whole runtime.
    Object.defineProperty(this, 'red', { value: RED, enumerable: false });
    this.createNode(config);
    this.#settings = this.#read(config, read);
    this.on('input', (msg, send, done) => {
      this.#track(this.#handle(msg, send, done));
    });
    this.on('close', (removed: boolean, done: () => void) => {
      void this.#close(removed).finally(done);
    });
    // Who is in charge is told from the start; what else is wrong with the ledger, whoever needs it says.
    if (this.ready) this.ledger(null).catch(() => {});
    onTab(this.z).nodes.add(this);
    aliveIn(RED).add(this);
    noteAhead(RED, this.id, aheadSubject(this.#own), 'unknown');
    this.background((signal) => this.#lookAhead(signal), null);
  }

  /** What the node does with a message. Whatever it throws reaches the Catch node with a code. */
  protected onInput?(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void>;

  /**
   * Looks whether work can succeed, as far as that is known before there is any: what the settings name exists, can be
   * read and fits. Called when the flows have started, and while it throws, now and then again.
   * @throws RapError what a person must put right
   */
  protected checkAhead?(signal: AbortSignal): Promise<void>;

  /** Who shows a fault of this node: a config node has no place for a status. */
  protected get statusNodes(): Iterable<RapNode> {
    return [this as unknown as RapNode];
  }

  /** What a Catch node is to know of a fault that no message met. */
  protected get faultContext(): RapMessage {
    return {} as RapMessage;
  }

  /**
   * Called when work ends - the node closes, or another process is in charge of the home - after the signal was
   * aborted and running work has ended (or was given up). In the second case work may begin again later.
   */
  protected onClose?(removed: boolean): Promise<void>;

  /** @throws RapError what was wrong with the settings at deploy time */
  get settings(): S {
    if ('fault' in this.#settings) throw this.#settings.fault;
    return this.#settings.value;
  }

  /**
   * What this node as a whole does, of several hosts, on one at a time; undefined for what each does by itself, or for
   * whatever account a message names.
   */
  protected get duty(): Duty | undefined {
    return undefined;
  }

  /** Duties that this node's work belongs to; those of one list move together. Asked when the flows have started. */
  shares(): readonly Duty[][] {
    return this.duty === undefined || !this.ready ? [] : [[this.duty]];
  }

  /** Is this host the one that has the duty? Also where one works alone. */
  protected holds(duty: Duty): boolean {
    return sharedOf(this.home)?.holds(duty) ?? true;
  }

  /**
   * Asks the host that has a duty for it, as for a person or a practice session.
   * @param run that wants it; one that another host completes meanwhile gets nothing any more
   * @throws RapError SESSION_BUSY when it is still at work on it after a minute
   */
  protected async obtain(duty: Duty, signal: AbortSignal, run = ''): Promise<void> {
    const shared = sharedOf(this.home);
    if (shared === undefined || shared.holds(duty)) return;
    if (shared.cutOff.has(run)) throw notHeld(duty);
    try {
      await shared.obtain(duty, OBTAIN_MS, signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (!isElsewhere(cause)) throw cause;
      throw new RapError('SESSION_BUSY', asRapError(cause).message, { cause, subject: duty.subject });
    }
  }

  /** Were the settings fit to work with? */
  get ready(): boolean {
    return 'value' in this.#settings;
  }

  /** Resolves when every node of the flow exists; a message sent earlier would get lost. */
  protected async flowsStarted(): Promise<void> {
    const { signal } = this.#life;
    const closed = () => once(signal, 'abort').then(() => signal.throwIfAborted());
    this.#started ??= signal.aborted
      ? Promise.reject(signal.reason)
      : Promise.race([nextStart(this.#RED), closed()]);
    await this.#started;
  }

  /** Aborted when work must end: the node closes, or another process is in charge of the home. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What keeps this node from its work as it is deployed, as far as that is known. */
  get faultNow(): RapError | undefined {
    return 'fault' in this.#settings ? this.#settings.fault : this.#found;
  }

  /** What of its settings is still the demo's; nothing where the demo runs. */
  get leftovers(): readonly Leftover[] {
    return this.#leftovers;
  }

  /** What pages show of this node's work at the moment. Called often: nothing is read or waited for. */
  live(): LiveFact[] {
    return [];
  }

  protected get clock(): Clock {
    return runtimeOptionsOf(this.#RED).clock;
  }

  protected get home(): string {
    return homeOf(this.#RED);
  }

  protected get language(): Language {
    return languageOfServer(this.#RED);
  }

  /**
   * The ledger of this home, kept open until this node closes. Ask for it anew for each piece of work.
   * @param duty whose holder alone may write, where several hosts share the work; null for what any host may
   * @throws RapError NOT_IN_CHARGE while another process is at work on this home, or another host has the duty
   */
  async ledger(duty: Duty | null | undefined = this.duty): Promise<Ledger> {
    this.signal.throwIfAborted();
    return acquireLedger(runtimeOptionsOf(this.#RED), this, duty ?? undefined);
  }

  /** The same for the account that a message is about. */
  protected ledgerFor({ account }: Pick<RunContext, 'account'>): Promise<Ledger> {
    return this.ledger(accountDuty(plainAccount(account)));
  }

  /** The same while the node closes, for what `onClose` still has to write down. */
  protected ledgerOnClose(): Promise<Ledger> {
    return acquireLedger(runtimeOptionsOf(this.#RED), this, this.duty);
  }

  /** Another host has these duties from now on: the work on them ends. */
  async onDutiesLost(faultOf: (duty: Duty) => RapError | undefined): Promise<void> {
    if (this.#life.signal.aborted) return;
    for (const [key, { duty, stop }] of this.#onDuty) {
      const fault = faultOf(duty);
      if (fault === undefined) continue;
      this.#onDuty.delete(key);
      stop.abort(fault);
    }
    const own = this.duty === undefined ? undefined : faultOf(this.duty);
    if (own === undefined) return;
    await this.onClose?.(false);
    this.#showElsewhere();
  }

  #showElsewhere(): void {
    this.show('elsewhere', 'grey', 'ring');
    this.#showsElsewhere = true;
  }

  /** Ends when the node does, and when the duty is lost. */
  #signalOn(duty: Duty | null): AbortSignal {
    if (duty === null) return this.signal;
    const known = this.#onDuty.get(dutyKey(duty)) ?? { duty, stop: new AbortController() };
    this.#onDuty.set(dutyKey(duty), known);
    return AbortSignal.any([this.signal, known.stop.signal]);
  }

  /** The house says that another process is in charge: work ends. Without a fault: it may begin again. */
  async onLeadershipChange(fault: RapError | undefined): Promise<void> {
    if (this.#life.signal.aborted) return;
    if (fault === undefined) {
      this.status({});
      return;
    }
    this.#stop.abort(fault);
    this.#stop = new AbortController();
    await this.#workEnded();
    await this.onClose?.(false);
    this.showFault(fault);
  }

  /** The runs that this node is at work on; a deploy that closes it cuts them off. */
  protected get runsAtWork(): (string | undefined)[] {
    return [...this.#messages].map(({ rap }) => rap?.run);
  }

  /**
   * Does background work, and meanwhile, after each deploy, also one that this node is no part of, hears of runs that were
   * cut off, once no node of ours works for them any more.
   * @param among which of these runs this node answers for, and that are not over
   */
  protected async besideDeploys(
    signal: AbortSignal,
    work: Promise<void>,
    among: Among,
    takeUp: TakeUp,
  ): Promise<void> {
    const end = new AbortController();
    const deploys = this.#afterDeploys(AbortSignal.any([signal, end.signal]), among, takeUp).catch(() => {});
    try {
      await work;
    } finally {
      end.abort();
      await deploys;
    }
  }

  async #afterDeploys(signal: AbortSignal, among: Among, takeUp: TakeUp): Promise<void> {
    await this.flowsStarted();
    for (;;) {
      // Deploys may follow each other at once.
      const next = this.#nextDeploy(signal);
      next.catch(() => {});
      await this.#findCutOff(signal, among, takeUp).catch((thrown) => {
        signal.throwIfAborted();
        // Whoever is in charge then finds them in the ledger.
        if (asRapError(thrown).code !== 'NOT_IN_CHARGE') this.complain(thrown, {});
      });
      await next;
    }
  }

  async #findCutOff(signal: AbortSignal, among: Among, takeUp: TakeUp): Promise<void> {
    const cut = runsCutOff(this.#RED);
    let before: readonly string[] = [];
    while (cut.size > 0) {
      const mine = await among([...cut]);
      // Between two nodes a message is at neither.
      const idle = mine.filter((run) => !runningNodes(this.#RED).some((node) => node.worksFor(run)));
      const over = idle.filter((run) => before.includes(run));
      if (over.length > 0) await takeUp(over);
      for (const run of over) cut.delete(run);
      if (over.length === mine.length) return;
      before = idle;
      await sleep(realClock, CUT_OFF_MS, signal);
    }
  }

  /** Is a message of this run at work in this node? */
  worksFor(run: string): boolean {
    return [...this.#messages].some(({ rap }) => rap?.run === run);
  }

  #nextDeploy(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      void nextStart(this.#RED).then(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  /** Hands what the ledger holds for the flow to it, each event once; see FlowEvents. */
  protected flowConsumer<T extends Pick<Event, 'id' | 'mailedAt'>>(
    pending: (ledger: FlowLedger) => Promise<readonly T[]>,
    { ledger = (): Promise<FlowLedger> => this.ledger(), withoutMail = false } = {},
  ): FlowConsumer<FlowLedger, T> {
    const background = (work: (signal: AbortSignal) => Promise<void>) => this.background(work);
    return new FlowConsumer({ clock: this.clock, ledger, pending, withoutMail, background });
  }

  /**
   * Another node this one refers to in its settings.
   * @throws RapError CONFIG_INVALID when it is not chosen, missing, disabled, or of another type
   */
  protected partner<N>(id: string | undefined, type: new (...args: never[]) => N, label: string): N {
    const node: unknown = id ? this.#RED.nodes.getNode(id) : undefined;
    if (node instanceof type) return node;
    throw new RapError('CONFIG_INVALID', `${label} is not chosen, or is disabled`);
  }

  /** Shows one of the status words. */
  protected show(
    word: StatusKey,
    fill: NodeStatusFill,
    shape: NodeStatusShape = 'dot',
    params: Readonly<Record<string, string | number>> = {},
  ): void {
    this.#showText(fill, shape, statusText(word, this.language, params));
  }

  /** Shows what came of a run, and when: "21:31 · 32 new". It goes away when the next run begins on this tab. */
  protected showResult(
    word: ResultWord,
    fill: NodeStatusFill,
    shape: NodeStatusShape = 'dot',
    params: Readonly<Record<string, string | number>> = {},
  ): void {
    this.#showText(fill, shape, resultText(word, this.language, this.clock.now(), params));
    this.#resultOf = this.#run;
  }

  /** This node works for a run. When it is the first one on its tab, what other runs left under the nodes goes. */
  protected runBegins(run: string): void {
    this.#run = run;
    const { nodes, runs } = onTab(this.z);
    if (runs.includes(run)) return;
    runs.push(run);
    if (runs.length > RUNS_REMEMBERED) runs.shift();
    for (const node of nodes) node.forgetOtherRuns(run);
  }

  /** A run begins on this node's tab: what came of another one is over. */
  forgetOtherRuns(run: string): void {
    if (this.#resultOf === undefined || this.#resultOf === run) return;
    this.#resultOf = undefined;
    this.status({});
  }

  #showText(fill: NodeStatusFill, shape: NodeStatusShape, text: string): void {
    this.#shown = true;
    this.#showsAhead = false;
    this.#resultOf = undefined;
    this.status({ fill, shape, text });
  }

  /** Shows a fault: a ring where trying again may help, a dot where a person must act. */
  protected showFault(error: RapError): void {
    const text = faultText(error.code, this.language);
    this.#showText(error.retryable ? 'yellow' : 'red', error.retryable ? 'ring' : 'dot', text);
  }

  /**
   * Shows what is wrong ahead of any work with the settings or surroundings of this node or of one that it works with;
   * without a fault, that they are put right.
   * @param about the id of that node
   */
  showAhead(about: string, fault: RapError | undefined): void {
    if (fault === undefined) this.#ahead.delete(about);
    else this.#ahead.set(about, fault);
    const [first] = this.#ahead.values();
    if (first !== undefined) {
      faulty.add(this.id);
      this.showFault(first);
      this.#showsAhead = true;
    } else if (faulty.delete(this.id) && (this.#showsAhead || !this.#shown)) {
      this.status({});
    }
  }

  /** Reports a fault that stops nothing: Catch nodes get it, the message goes on. */
  protected complain(thrown: unknown, msg: NodeMessage): void {
    const error = asRapError(thrown);
    if (this.#isElsewhere(error, msg as RapMessage)) return;
    this.showFault(error);
    this.error(this.#forCatch(error), msg);
  }

  /** Work that must not overlap: each piece begins when those before it have ended, well or not. */
  protected inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue(work);
  }

  /**
   * For work that is done in rounds: a round that fails is complained about, but not again while the next ones meet
   * the same. The rounds end with the signal, and when another process is in charge.
   */
  protected attempts(signal: AbortSignal): (round: () => Promise<void>) => Promise<void> {
    let told: RapError | undefined;
    return async (round) => {
      try {
        await round();
        told = undefined;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asRapError(thrown);
        if (error.code === 'NOT_IN_CHARGE') throw error;
        if (!isSameFault(error, told)) this.complain(error, {});
        told = error;
      }
    };
  }

  /**
   * Work that no message started. It ends when the node closes; its faults are shown and logged. When another
   * process is in charge it ends too, and begins again from its start as soon as this one is. After a fault that
   * may end by itself it begins again, too: nobody is there at night who would deploy.
   * @param duty of several hosts only the one that has it does this; null where each does
   */
  protected background(
    work: (signal: AbortSignal) => Promise<void>,
    duty: Duty | null = this.duty ?? null,
  ): void {
    void this.#keepAtWork(work, duty);
  }

  async #keepAtWork(work: (signal: AbortSignal) => Promise<void>, duty: Duty | null): Promise<void> {
    for (let told: RapError | undefined; ; ) {
      const signal = this.#signalOn(duty);
      const shift = Promise.resolve(work(signal));
      this.#track(shift.catch(() => {}));
      try {
        return await shift;
      } catch (thrown) {
        if (this.#life.signal.aborted) return;
        const error = asRapError(signal.aborted ? signal.reason : thrown);
        if (isElsewhere(error)) {
          if (duty === null) await sleep(this.clock, AGAIN_MS, this.#life.signal).catch(() => {});
          else await this.#untilHeld(duty);
          if (this.#life.signal.aborted) return;
          continue;
        }
        this.showFault(error);
        // An empty message makes Catch nodes hear of it; the log alone is not read at night.
        if (!isSameFault(error, told)) this.error(this.#forCatch(error), {});
        told = error;
        if (error.code === 'NOT_IN_CHARGE') await waitForLeadership(runtimeOptionsOf(this.#RED), this);
        else if (error.retryable) await sleep(this.clock, AGAIN_MS, this.#life.signal).catch(() => {});
        else return;
      }
      if (this.#life.signal.aborted) return;
    }
  }

  /** Another host does it: nothing is wrong. Waits for its turn. */
  async #untilHeld(duty: Duty): Promise<void> {
    if (this.duty !== undefined) this.#showElsewhere();
    await waitForLeadership(runtimeOptionsOf(this.#RED), this, duty, this.#life.signal).catch(() => {});
    if (!this.#showsElsewhere || this.#life.signal.aborted) return;
    this.#showsElsewhere = false;
    this.status({});
  }

  /** Tells what is wrong before the first run meets it, once, and takes it away when it is put right. */
  async #lookAhead(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    for (;;) {
      try {
        // Settings that cannot be used are what they are until the next deploy.
        if ('fault' in this.#settings) return this.#reportAhead(this.#settings.fault);
        await this.checkAhead?.(signal);
        this.#found = undefined;
        noteAhead(this.#RED, this.id, aheadSubject(this.#own), 'good');
        for (const node of this.statusNodes) node.showAhead(this.id, undefined);
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = foundAhead(asRapError(thrown), aheadSubject(this.#own));
        if (error.code === 'NOT_IN_CHARGE') throw error;
        this.#reportAhead(error);
      }
      await sleep(this.clock, LOOK_MS, signal);
    }
  }

  #reportAhead(error: RapError): void {
    const told = this.#found;
    noteAhead(this.#RED, this.id, aheadSubject(this.#own), 'wrong');
    this.#found = error;
    for (const node of this.statusNodes) node.showAhead(this.id, error);
    if (!isSameFault(error, told)) this.error(this.#forCatch(error), this.faultContext);
  }

  #read(config: C, read: ReadSettings<C, S>): { value: S } | { fault: RapError } {
    try {
      const profile = profileOf(this.#RED);
      if (profile !== 'demo') this.#leftovers = demoLeftovers(config as SavedNode, this.home);
      if (profile === 'live') refuseDemo(this.#leftovers);
      const lookup: EnvLookup = (name) => this.#lookup(name);
      refuseSecrets(this.#RED, config, lookup);
      const credentials = filledCredentials(this.credentials, lookup);
      this.credentials = credentials;
      return { value: read(config, lookup, { credentials }) };
    } catch (thrown) {
      const fault = foundAhead(asRapError(thrown, 'CONFIG_INVALID'), aheadSubject(this.#own));
      this.showFault(fault);
      return { fault };
    }
  }

  #lookup(name: string): string | undefined {
    // Flow, group and subflow variables come before those of the process.
    const value: unknown = this.#RED.util.getSetting(this, name);
    // As homeOf reads it: with the quotes of cmd.exe no path could begin with it.
    if (name === 'RAP_HOME') return homeOfEnvironment({ RAP_HOME: String(value ?? '').trim() }) || this.home;
    return value === undefined || value === '' ? undefined : String(value);
  }

  async #handle(msg: NodeMessageInFlow, send: Send, done: (error?: Error) => void): Promise<void> {
    const { signal } = this;
    let fault: RapError | undefined;
    this.#messages.add(msg);
    try {
      signal.throwIfAborted();
      const { run } = (msg as RapMessage).rap ?? {};
      if (run !== undefined) this.runBegins(run);
      if ('fault' in this.#settings) throw this.#settings.fault;
      await this.onInput?.(msg as RapMessage, (out) => signal.aborted || send(out), signal);
    } catch (thrown) {
      fault = asRapError(signal.aborted ? signal.reason : thrown);
      if (this.#isElsewhere(fault, msg as RapMessage)) {
        // Whoever has the account now completes what was begun here.
        this.show('elsewhere', 'grey', 'ring');
        this.log(fault.message);
        return done();
      }
      this.showFault(fault);
      this.#resultOf = (msg as RapMessage).rap?.run;
    } finally {
      this.#messages.delete(msg);
    }
    if (fault === undefined) done();
    else done(this.#forCatch(fault));
  }

  /** Did it fail because another host has the account meanwhile, which then does the work? */
  #isElsewhere(fault: RapError, { rap }: RapMessage): boolean {
    if (isElsewhere(fault)) return true;
    return rap?.account !== undefined && !this.holds(accountDuty(plainAccount(rap.account)));
  }

  /** What is about a node and does not say which is about this one. */
  #forCatch(error: RapError): RapError {
    const { code, subject } = error;
    const ofNode = codes[code].scope === 'node';
    // A run that meets what was found ahead meets the same fault.
    if (subject === '' && this.#found?.code === code && this.#found.details.ahead === true) {
      const found = foundAhead(error, aheadSubject(this.#own));
      return forCatch(found, found.subject);
    }
    return forCatch(error, subject || (ofNode ? this.#own : ''));
  }

  /** The node, for people. */
  get #own(): string {
    const node = this.name || `${this.type} ${this.id}`;
    const host = sharingHost(this.#RED);
    // What is wrong on one host may be in order on another, which must not end the alarm.
    return host === undefined ? node : `${node} (${host})`;
  }

  #track(work: Promise<unknown>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  /** Resolves when no work is under way, or when it does not end in time. */
  #workEnded(): Promise<void> {
    return within(STOP_LIMIT_MS, Promise.allSettled(this.#work));
  }

  async #close(removed: boolean): Promise<void> {
    const reason = new RapError(
      'ABORTED',
      'Stopped because the flow was deployed again or Node-RED is closing',
    );
    noteAhead(this.#RED, this.id, aheadSubject(this.#own), undefined);
    onTab(this.z).nodes.delete(this);
    aliveIn(this.#RED).delete(this);
    noteCutOff(this.#RED, this.runsAtWork);
    this.#life.abort(reason);
    this.#stop.abort(reason);
    await this.#workEnded();
    await within(LEAVE_LIMIT_MS, this.#leave(removed));
  }

  async #leave(removed: boolean): Promise<void> {
    try {
      await this.onClose?.(removed);
    } finally {
      await release(this);
    }
  }
}

/** By the events of the runtime: Node-RED has one such object in a process, and every module its own RED. */
const alive = new WeakMap<object, Set<RapNode>>();

function aliveIn({ events }: Pick<NodeAPI, 'events'>): Set<RapNode> {
  const known = alive.get(events) ?? new Set<RapNode>();
  alive.set(events, known);
  return known;
}

/**
 * The nodes of this palette that run now, in the order of the flow; then those within subflows, once for each instance:
 * Node-RED's own list has only what is drawn.
 */
export function runningNodes(RED: NodeAPI): RapNode[] {
  const drawn = new Map<string, number>();
  RED.nodes.eachNode(({ id }) => drawn.set(id, drawn.size));
  const place = ({ id }: RapNode) => drawn.get(id) ?? drawn.size;
  return [...aliveIn(RED)]
    .filter((node) => RED.nodes.getNode(node.id) === (node as unknown))
    .sort((one, other) => place(one) - place(other));
}

/** The nodes of a tab, and the runs that have come by lately, oldest first. */
interface Tab {
  nodes: Set<RapNode>;
  runs: string[];
}

const tabs = new Map<string, Tab>();
/** Runs of several accounts go on beside each other; more than so many do not. */
const RUNS_REMEMBERED = 100;

function onTab(id: string): Tab {
  const tab = tabs.get(id) ?? { nodes: new Set(), runs: [] };
  tabs.set(id, tab);
  return tab;
}

/** What is told once while it lasts: figures and words may change. */
function isSameFault({ code, subject }: RapError, other: RapError | undefined): boolean {
  return code === other?.code && subject === other.subject;
}

const starts = new WeakMap<object, Promise<unknown>>();

/** The next start of all flows. One listener serves however many nodes wait for it. */
function nextStart({ events }: NodeAPI): Promise<unknown> {
  const next = starts.get(events) ?? once(events, 'flows:started').finally(() => starts.delete(events));
  starts.set(events, next);
  return next;
}

/** Waits for something, but not longer than so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The error as Catch nodes get it. Node-RED copies message, code, stack and cause only, so what the error is about
 * and what a person needs to act travels in `cause` - as plain data, because a cause that holds a socket cannot be cloned.
 */
function forCatch(error: RapError, subject: string): RapError {
  const { code, retryable, cure, reports, details, message } = error;
  const out = new RapError(code, message, { retryable, cure, subject, reports, details });
  const reason = error.cause instanceof Error ? error.cause.message : '';
  const about = {
    ...(subject === '' ? {} : { subject }),
    ...(reports.length === 0 ? {} : { reports: [...reports] }),
  };
  Object.defineProperty(out, 'cause', { value: { code, retryable, cure, ...about, details, reason } });
  // The Catch node shows toString(); the class name in front would tell a person nothing.
  Object.defineProperty(out, 'toString', { value: () => message, enumerable: false });
  out.stack = error.stack;
  return out;
}
