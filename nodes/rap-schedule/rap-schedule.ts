/**
 * Starts runs at their times in Hong Kong, once each, also when Node-RED was down at the time; and looks again and again
 * while something is due.
 */
import type { NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { beginDueRun, LATE_MS } from '../../lib/collection/due-runs.ts';
import { newRun, type Trigger } from '../../lib/collection/run.ts';
import { afterSending, type Looking, nextStep, notLooking, orderOf } from '../../lib/collection/while-due.ts';
import type { LiveFact } from '../../lib/desk/live.ts';
import { asRapError, type RapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import type { DoneDueTime, Duty, Ledger } from '../../lib/ledger/ledger.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { type CalendarBook, shippedCalendars } from '../../lib/time/calendar-book.ts';
import { sleep } from '../../lib/time/clock.ts';
import { dayOfWeek, hongKongDate, hongKongTime, type IsoDate } from '../../lib/time/hong-kong.ts';
import { lastDue, nextDue, type ScheduleRule } from '../../lib/time/schedule.ts';
import { readyAccounts, runsLoggedIn } from '../rap-account/rap-account.ts';
import { loginsFrom, reachOf, starterOf } from '../rap-account/reach.ts';
import { mayAct } from '../runtime/admin-act.ts';
import type { BeginsRuns } from '../runtime/by-hand.ts';
import { servePreview } from '../runtime/preview.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { clockOf, homeOf, sharedOf } from '../runtime/runtime.ts';
import {
  scheduleDeployed,
  scheduleElsewhere,
  scheduleLooked,
  scheduleRemoved,
} from '../runtime/schedule-looks.ts';
import { accountDuty, isElsewhere } from '../runtime/shared-runtime.ts';
import { statusText } from '../runtime/status-texts.ts';
import { type DueNow, DueReader, nothingDue } from './due-now.ts';
import { readSchedule, refuseNever, type ScheduleSettings } from './settings.ts';

/** Naps between looks at the clock: a machine that slept, or a corrected clock, is noticed within this time. */
const NAP_MS = 60_000;
/** What is due is not asked more often. */
const ASK_MS = 4_000;
const WEEK_MS = 6 * 86_400_000;
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const dayName = (date: IsoDate, language: Language) =>
  statusText(days[dayOfWeek(date) - 1] ?? 'Sun', language);

/** A run that was begun so shortly before the node closes may not have come to its first log-in. */
const FRESH_MS = 2_000;

class RapSchedule extends RapNode<NodeDef, ScheduleSettings> implements BeginsRuns {
  readonly #RED: NodeAPI;
  readonly #due: DueReader;
  /** What was sent, and what is to come of it. */
  #looking: Looking = notLooking;
  /** What is due, as far as it was asked last. */
  #dueNow: DueNow = nothingDue;
  #showsLate = true;
  /** Due times up to this one had no run of this node and get none. */
  #floor = 0;
  #calendars = shippedCalendars;
  /** Since when this node knows of due times. Of several hosts each does, whichever of them acts. */
  #began: { at: number; jump: number | undefined } | undefined;
  /** What was last said against the site's calendar file. */
  #calendarFault = '';
  #askedAt = Number.NEGATIVE_INFINITY;
  /** What last kept from knowing what is due. */
  #dueFault = '';

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved, lookup) => readSchedule(saved, lookup));
    this.#RED = RED;
    this.#due = new DueReader(RED);
    scheduleDeployed(this.id, this.name || this.id);
    this.on('close', () => scheduleRemoved(this.id));
    if (!this.ready) scheduleLooked(this.id, undefined, 'its settings cannot be used');
    if (this.ready) this.background((signal) => this.#watchBesideDeploys(signal));
  }

  /** Its due times are acted on by one host at a time, which has the accounts of its runs, too. */
  protected override get duty(): Duty {
    return { kind: 'schedule', subject: this.id };
  }

  override shares(): readonly Duty[][] {
    if (!this.ready) return [];
    return [[this.duty, ...loginsFrom(this.#RED, this.id).map(({ account }) => accountDuty(account))]];
  }

  isQuiet({ kind, subject }: Duty): boolean {
    if (kind !== 'schedule' || subject !== this.id) return true;
    return this.clock.monotonic() - this.#looking.sentAt > FRESH_MS;
  }

  protected override async checkAhead(): Promise<void> {
    refuseNever(this.settings, this.clock.now(), this.#calendars);
  }

  override live(): LiveFact[] {
    const { rule, whileDue, catchUp } = this.settings;
    const now = this.clock.now();
    const { reports } = this.#dueNow;
    const since = this.#began?.at ?? now;
    // Before the first look, and as long as another host looks, the floor is where this node began.
    const floor = catchUp ? 0 : this.#floor || since;
    const name = this.name || this.type;
    const starter = starterOf(this.#RED, { id: this.id, type: 'rap-schedule', name, z: this.z });
    const last = lastDue(rule, now, this.#calendars) ?? 0;
    return [
      {
        ...{ kind: 'schedule', node: this.id, name, accounts: starter.accounts },
        last: last > floor ? last : null,
        next: nextDue(rule, now, this.#calendars) ?? null,
        since,
        looking: reports === 0 ? null : { reports, every: whileDue?.every ?? 0 },
      },
      starter,
    ];
  }

  /** When it looks today, for the dialog. @param lead milliseconds @throws RapError as DueReader.read */
  async windowsToday(lead: number): Promise<string[]> {
    const reach = reachOf(this.#RED, this.id);
    return this.#due.windowsToday(await this.ledger(null), reach, lead, this.clock.now());
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    await this.#byHand(msg, send);
  }

  /** As the button on the node does. @returns the run, or undefined when one of this schedule is under way */
  beginByHand(): Promise<string | undefined> {
    return this.#byHand({}, (msg) => this.send(msg));
  }

  #byHand(msg: NodeMessage, send: Send): Promise<string | undefined> {
    return this.inTurn(async () => {
      await this.obtain(this.duty, this.signal);
      const other = await this.#underWay();
      if (other !== undefined) {
        this.show('underWay', 'blue', 'ring');
        this.log(`A run is under way (${other}): none is begun`);
        return undefined;
      }
      const begun = await this.#begin(msg, 'hand');
      send(begun);
      this.#showNext();
      return begun.rap.run;
    });
  }

  /** A run of this schedule that has an account. One that forgot to log out has none once its session has ended. */
  async #underWay(): Promise<string | undefined> {
    const loggedIn = runsLoggedIn(this.#RED);
    if (loggedIn.size === 0) return undefined;
    return (await (await this.ledger()).sessions.runsAtWork(this.id)).find((run) => loggedIn.has(run));
  }

  protected override async onClose(): Promise<void> {
    if (this.clock.monotonic() - this.#looking.sentAt <= FRESH_MS) return;
    const ledger = await this.ledgerOnClose().catch(() => undefined);
    // A run that did something else than log in is not to be repeated at each deploy.
    await ledger?.sessions.runSettles(this.id).catch(() => {});
  }

  async #watch(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    const { rule } = this.settings;
    this.#looking = notLooking;
    await this.#readCalendars();
    if (sharedOf(this.home) === undefined) this.#began = undefined;
    this.#began ??= { at: this.clock.now(), jump: undefined };
    const began = this.#began;
    let starting = true;
    let fault: RapError | undefined;
    for (;;) {
      await this.#readCalendars();
      const now = this.clock.now();
      let wait = Number.POSITIVE_INFINITY;
      let sent = false;
      let last: DoneDueTime | undefined;
      await this.inTurn(async () => {
        try {
          const ledger = await this.ledger();
          began.jump ??= (await ledger.clock.jumps()).at(-1)?.id ?? 0;
          this.#dueNow = await this.#readDue(ledger);
          sent = await this.#look(ledger, began.at, began.jump, starting);
          if (starting) sent = (await this.#takeUp(sent)) || sent;
          starting = false;
          wait = await this.#goOn(ledger);
          last = (await ledger.scheduleRuns.doneDueTimes(this.id, 1)).at(0);
          fault = undefined;
          const isKnown = this.#dueFault === '';
          scheduleLooked(this.id, isKnown ? this.clock.monotonic() : undefined, this.#dueFault);
        } catch (thrown) {
          if (isElsewhere(thrown)) scheduleElsewhere(this.id);
          if (asRapError(thrown).code === 'NOT_IN_CHARGE') throw thrown;
          scheduleLooked(this.id, undefined, asRapError(thrown).message);
          // Tried again at every nap, but said only once.
          if (fault === undefined) this.complain(thrown, {});
          fault = asRapError(thrown);
        }
      });
      if (fault === undefined) this.#showNext(sent ? undefined : last);
      // Seen from the beginning of this look: what fell due during it is handled at once.
      const next = Math.min(
        nextDue(rule, now, this.#calendars) ?? Number.POSITIVE_INFINITY,
        this.#dueNow.next,
      );
      const left = Math.max(0, next - this.clock.now());
      await sleep(this.clock, Math.min(NAP_MS, left, wait), signal);
    }
  }

  /** A deploy of other nodes may cut off a run of this one. */
  #watchBesideDeploys(signal: AbortSignal): Promise<void> {
    return this.besideDeploys(
      signal,
      this.#watch(signal),
      async (runs) => (await this.ledger()).sessions.notOver(this.id, runs),
      (runs) =>
        this.inTurn(async () => {
          await (await this.ledger()).sessions.cutOffThese(runs);
          if (await this.#takeUp(false)) this.#showNext();
        }),
    );
  }

  /** What is due now. Whatever keeps it from being known is told once; until it is known, nothing is. */
  async #readDue(ledger: Pick<Ledger, 'accounts' | 'alarmList' | 'expectations' | 'looks'>): Promise<DueNow> {
    const { whileDue } = this.settings;
    const now = this.clock.now();
    if (whileDue === undefined) return nothingDue;
    // While a run is under way it is asked about each second.
    if (Math.abs(now - this.#askedAt) < ASK_MS && now < this.#dueNow.next) return this.#dueNow;
    try {
      const due = await this.#due.read(ledger, reachOf(this.#RED, this.id), whileDue.lead, now);
      this.#askedAt = now;
      this.#dueFault = '';
      return due;
    } catch (thrown) {
      const { message, code } = asRapError(thrown);
      if (code === 'NOT_IN_CHARGE') throw thrown;
      if (message !== this.#dueFault) this.complain(thrown, {});
      this.#dueFault = message;
      return nothingDue;
    }
  }

  /** Looks, or ends looking, when it is time for that. @returns how long nothing is to be done, milliseconds */
  async #goOn(ledger: Pick<Ledger, 'scheduleRuns'>): Promise<number> {
    const every = this.settings.whileDue?.every ?? 0;
    for (;;) {
      const due = this.#dueNow.reports > 0;
      const underWay = (await this.#underWay()) !== undefined;
      const next = nextStep(this.#looking, { now: this.clock.monotonic(), due, underWay, every });
      if (next.step === 'wait') return next.ms;
      if (next.step === 'log out') {
        this.#looking = { ...notLooking, passes: this.#looking.passes };
        for (const account of reachOf(this.#RED, this.id).accounts) await account.endIdle();
        continue;
      }
      const run = this.#looking.run ?? newRun(this.clock);
      if (this.#looking.run === undefined)
        await ledger.scheduleRuns.beginRun({ schedule: this.id, run, trigger: 'look' });
      this.send(this.#started({}, { run, trigger: 'look', due: this.clock.now() }, next.step));
    }
  }

  /** People enter holidays and single dates while this works. A file that cannot be read changes nothing. */
  async #readCalendars(): Promise<void> {
    try {
      this.#calendars = await siteCalendars(this.home);
      this.#calendarFault = '';
    } catch (thrown) {
      const { code } = asRapError(thrown);
      if (code !== this.#calendarFault) this.complain(thrown, {});
      this.#calendarFault = code;
    }
  }

  /** Sends the run that is due, unless this or another instance has done so before. @returns whether it did */
  async #look(
    ledger: Pick<Ledger, 'clock' | 'scheduleRuns'>,
    began: number,
    jump: number,
    starting: boolean,
  ): Promise<boolean> {
    const { rule, catchUp } = this.settings;
    const jumps = catchUp ? [] : await ledger.clock.jumps(jump);
    // When this node began, by the clock of now; what a sleeping machine passed over it did not see pass.
    const from = jumps.reduce((at, one) => at + one.jump, began);
    const floor = catchUp ? 0 : (lastDue(rule, Math.min(began, from), this.#calendars) ?? 0);
    this.#floor = floor;
    const due = await beginDueRun(
      ledger,
      this.clock,
      { schedule: this.id, rule, floor, calendars: this.#calendars, run: this.#looking.run },
      starting,
    );
    if (due === undefined) return false;
    this.send(this.#started({}, due));
    return true;
  }

  /**
   * A run of this node that a restart or a deploy cut off is taken up by another, unless one was sent anyway, or looks
   * begin. @returns whether one was sent
   */
  async #takeUp(sent: boolean): Promise<boolean> {
    try {
      const ledger = await this.ledger();
      const cutOff = await ledger.sessions.cutOffRuns(this.id);
      if (cutOff.length === 0) return false;
      const goesOn = sent || this.#dueNow.reports > 0;
      const next = goesOn ? undefined : await this.#begin({}, 'catch-up');
      // An account whose node went on would be theirs until nobody has used it for a while.
      for (const account of readyAccounts(this.#RED))
        if (cutOff.includes(account.atWork ?? '')) await account.logOut(account.atWork ?? '');
      await ledger.sessions.forgetCutOffRuns(this.id);
      if (next !== undefined) this.send(next);
      return next !== undefined;
    } catch (thrown) {
      if (asRapError(thrown).code === 'NOT_IN_CHARGE') throw thrown;
      this.complain(thrown, {});
      return false;
    }
  }

  /** A run of no due time. */
  async #begin(msg: NodeMessage, trigger: Trigger) {
    const due = this.clock.now();
    const run = this.#looking.run ?? newRun(this.clock);
    await (await this.ledger()).scheduleRuns.beginRun({ schedule: this.id, run, trigger });
    return this.#started(msg, { run, trigger, due });
  }

  #started(
    msg: NodeMessage,
    { run, trigger, due }: { run: string; trigger: Trigger; due: number },
    sending: 'look' | 'end' | 'other' = 'other',
  ) {
    const isDue = this.#dueNow.reports > 0;
    const order = orderOf(sending, this.#looking, isDue, this.settings.whileDue?.every ?? 0);
    const now = this.clock.monotonic();
    this.#looking = afterSending(sending, this.#looking, { run, now, due: isDue });
    return { ...msg, payload: { trigger, due }, rap: { run, ...order } };
  }

  /** When it is due next; after a run that came late, in turn with when that one was due and when it was. */
  #showNext(last?: DoneDueTime): void {
    const { reports } = this.#dueNow;
    if (reports > 0) {
      const s = Math.round((this.settings.whileDue?.every ?? 0) / 1000);
      this.show('due', 'blue', 'dot', { n: reports, s });
      return;
    }
    const late = last !== undefined && last.begunAt - last.due > LATE_MS;
    this.#showsLate = late && !this.#showsLate;
    if (this.#showsLate && last !== undefined) {
      const { due, begunAt } = last;
      const same = hongKongDate(due) === hongKongDate(begunAt);
      this.show('ran', 'yellow', 'ring', {
        due: same ? hongKongTime(due) : this.#dayOf(due),
        at: hongKongTime(begunAt),
      });
      return;
    }
    const next = nextDue(this.settings.rule, this.clock.now(), this.#calendars);
    if (next === undefined) this.show('never', 'red', 'dot');
    else this.show('next', 'grey', 'dot', { when: this.#dayOf(next) });
  }

  /** 'Mon 07:00', or '06-23 07:00' when that is not of these days. */
  #dayOf(at: number): string {
    const date = hongKongDate(at);
    const near = Math.abs(at - this.clock.now()) < WEEK_MS;
    return `${near ? dayName(date, this.language) : date.slice(5)} ${hongKongTime(at)}`;
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-schedule', RapSchedule);

  // What the dialog shows while a rule is being written.
  servePreview(RED, '/rap-schedule/preview', async (body, lookup, language) => {
    const { rule, whileDue } = readSchedule(body, lookup, language);
    const due = upcoming(rule, clockOf(RED).now(), 3, await siteCalendars(homeOf(RED)), language);
    // What it leads to is known once it is deployed.
    const node: unknown = RED.nodes.getNode(String(body.id ?? ''));
    if (whileDue === undefined || !(node instanceof RapSchedule)) return { due };
    return { due, looks: await node.windowsToday(whileDue.lead) };
  });

  // The button on the node in the editor.
  RED.httpAdmin.post('/rap-schedule/:id', ...mayAct(RED, 'rap-schedule.write'), (request, response) => {
    const node: unknown = RED.nodes.getNode(String(request.params.id));
    if (!(node instanceof RapSchedule)) {
      response.sendStatus(404);
      return;
    }
    node.receive({});
    response.sendStatus(200);
  });
}

/** The next moments of a rule, for people: 'Mon 2025-06-23 07:00'. */
function upcoming(
  rule: ScheduleRule,
  now: number,
  count: number,
  calendars: CalendarBook,
  language: Language,
): string[] {
  const due: string[] = [];
  for (
    let at = nextDue(rule, now, calendars);
    at !== undefined && due.length < count;
    at = nextDue(rule, at, calendars)
  ) {
    const date = hongKongDate(at);
    due.push(`${dayName(date, language)} ${date} ${hongKongTime(at)}`);
  }
  return due;
}
