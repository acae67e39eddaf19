/**
 * What all nodes of one Node-RED share: the home folder, the clock and the one ledger of that home.
 *
 * Of all processes on a home one is in charge: it holds the lease of the ledger's writer (decision 11). The
 * ledger is opened by the first node that comes in and closed when the last one has left. While another process
 * is in charge this one opens nothing, says so at every node, and takes over when the other is gone. When the
 * lease is lost - the process was asleep for too long - the nodes drop their work and the ledger is closed;
 * its next period begins with a ledger opened anew, so nothing that was begun before can write into it.
 *
 * Where the ledger lies on a server another machine may be waiting, also one of which nobody here knows. So work is
 * dropped there before the lease ends when the server cannot be asked, and a guard ends a process that stands still.
 */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { NodeAPI } from 'node-red';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { folderNamed, homeOfEnvironment } from '../../lib/files/named-path.ts';
import { readAllTexts } from '../../lib/i18n/translate.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { REST_MS } from '../../lib/ledger/lease/duty-keeper.ts';
import {
  type KeptLease,
  keepLease,
  notInCharge,
  WRITER,
  WRITER_MS,
} from '../../lib/ledger/lease/keep-lease.ts';
import { LedgerTimeWatch } from '../../lib/ledger/lease/ledger-time-watch.ts';
import { peekLease } from '../../lib/ledger/lease/peek.ts';
import type { Duty, LeaseHolder, Ledger } from '../../lib/ledger/ledger.ts';
import { type LedgerPlace, ledgerPlace, sealedBeside } from '../../lib/ledger/place.ts';
import { isProcessGone, ownProcessId } from '../../lib/process/process-id.ts';
import { type Clock, realClock, sleep } from '../../lib/time/clock.ts';
import { ClockWatch } from '../../lib/time/clock-watch.ts';
import { ClockNotes } from './clock-notes.ts';
import { LeaseGuard } from './lease-guard.ts';
import type { Participant, RuntimeOptions } from './participant.ts';
import { recoverInterrupted } from './recover.ts';
import { SharedRuntime } from './shared-runtime.ts';

export type { Participant } from './participant.ts';

readAllTexts();

/** The settings of settings.js that are ours. */
interface RuntimeSettings {
  userDir?: string;
  rapHome?: string;
  /** 'live' or 'demo' where our own settings.js runs Node-RED. */
  rapProfile?: string;
  /** Replaces the real clock in rehearsals and tests. */
  rapClock?: Clock;
  /** Replaces the lease of a minute in tests, milliseconds. */
  rapLease?: number;
  /** Does this Node-RED share the work with others on the same ledger? Else one works and the others wait. */
  rapHosts?: 'alone' | 'shared';
  /** The name of this host for people, where several share the work. */
  rapHost?: string;
  /** Replaces the ten minutes that an account stays where it is in tests, milliseconds. */
  rapRest?: number;
  /** Replaces the clock of the host that is compared with the database's in drills. */
  rapWallClock?: () => number;
  /** Replaces the minute that a share is waited for in tests, milliseconds. */
  rapAnswerWithin?: number;
}

/** How often a process that waits looks whether the one in charge is gone, in milliseconds. */
const LOOK_MS = 2_000;
/** After the last node has left, this process alone may come back for so long: a redeploy is no change of hands. */
const GRACE_MS = 5_000;

function settingsOf(RED: NodeAPI): RuntimeSettings {
  return RED.settings as unknown as RuntimeSettings;
}

/**
 * RAP_HOME as an absolute path: `rapHome` of settings.js, else the environment, else below the user directory.
 * @throws RapError CONFIG_INVALID when it cannot be meant so, see folderNamed and homeOfEnvironment
 */
export function homeOf(RED: NodeAPI): string {
  const { rapHome, userDir } = settingsOf(RED);
  if (rapHome !== undefined) return folderNamed(rapHome, 'RAP_HOME');
  const { RAP_HOME = '' } = process.env;
  return homeOfEnvironment({ RAP_HOME: RAP_HOME.trim() }) || resolve(userDir ?? '.', 'rap');
}

/** 'live' or 'demo' where our own settings.js runs Node-RED, else undefined. */
export function profileOf(RED: NodeAPI): string | undefined {
  return settingsOf(RED).rapProfile;
}

export function clockOf(RED: NodeAPI): Clock {
  return settingsOf(RED).rapClock ?? realClock;
}

/** How long an answer of a share is waited for, milliseconds; undefined for what is usual. */
export function answerWithinOf(RED: NodeAPI): number | undefined {
  return settingsOf(RED).rapAnswerWithin;
}

/**
 * Does this Node-RED share the work with others: `rapHosts` of settings.js, else RAP_HOSTS.
 * @throws RapError CONFIG_INVALID when it is neither 'alone' nor 'shared'
 */
export function isShared(RED: NodeAPI): boolean {
  return saysShared(settingsOf(RED).rapHosts ?? process.env.RAP_HOSTS ?? '');
}

/** @throws RapError CONFIG_INVALID when it is neither 'alone' nor 'shared' */
export function saysShared(hosts: string): boolean {
  if (hosts === 'shared') return true;
  if (hosts === 'alone' || hosts === '') return false;
  throw new RapError('CONFIG_INVALID', `RAP_HOSTS is "${visible(hosts)}"`, {
    cure: 'Write RAP_HOSTS=shared where several hosts share the work on one ledger, else leave it out.',
    details: { field: 'RAP_HOSTS' },
  });
}

/** The name of this host where several share the work; undefined where one works alone. */
export function sharingHost(RED: NodeAPI): string | undefined {
  try {
    const { shared, host } = runtimeOptionsOf(RED);
    return shared ? host : undefined;
  } catch {
    // Whoever opens the ledger says what is wrong with the setting.
    return undefined;
  }
}

export function runtimeOptionsOf(RED: NodeAPI): Required<RuntimeOptions> {
  const { rapHost, rapLease, rapRest, rapWallClock } = settingsOf(RED);
  return {
    home: homeOf(RED),
    clock: clockOf(RED),
    lease: rapLease ?? WRITER_MS,
    shared: isShared(RED),
    host: rapHost ?? (process.env.RAP_HOST || hostname()),
    wallClock: rapWallClock ?? realClock.now,
    rest: rapRest ?? REST_MS,
  };
}

/** A ledger that this process is in charge of. */
interface OpenLedger {
  ledger: Ledger;
  lease: KeptLease;
  /** Notices that the clock was set. */
  notes: ClockNotes;
}

class Runtime {
  readonly participants = new Set<Participant>();
  readonly #options: Required<RuntimeOptions>;
  readonly #closed = new AbortController();
  #open: Promise<OpenLedger> | undefined;
  /** Why there are no books: another process is in charge, or was when this one looked last. */
  #fault: RapError | undefined;
  /** Resolves when this process is in charge again. */
  #leadership = Promise.withResolvers<void>();
  #electing: Promise<void> | undefined;
  /** Whether a lease that has ended by the server's time has really had its time. */
  readonly #serverTime: LedgerTimeWatch;
  /** Ends this process when it stands still, where other machines reach the ledger. */
  readonly #guard = new LeaseGuard();

  constructor(place: Required<RuntimeOptions>) {
    this.#options = place;
    this.#serverTime = new LedgerTimeWatch(place.lease);
  }

  /** Whoever comes in while another process is in charge is told so. */
  add(participant: Participant): void {
    if (this.participants.has(participant)) return;
    this.participants.add(participant);
    if (this.#fault !== undefined) void participant.onLeadershipChange?.(this.#fault);
  }

  /**
   * Nobody works with the ledger before a jump of the clock is written down and what waits is moved along.
   * @throws RapError NOT_IN_CHARGE at once while another process is in charge; as openHome, then try again
   */
  async ledger(): Promise<Ledger> {
    if (this.#fault !== undefined) throw this.#fault;
    this.#open ??= this.#openLedger();
    const { ledger, notes } = await this.#open;
    await notes.settle();
    return ledger;
  }

  /** Resolves when this process is in charge. For those who were told that it is not. */
  async waitForLeadership(): Promise<void> {
    // Whoever was refused a write knows of the loss before the lease is renewed.
    const opened = await this.#open?.catch(() => undefined);
    await opened?.lease.renew();
    if (this.#fault !== undefined) await this.#leadership.promise;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#electing;
    const opened = await this.#open?.catch(() => undefined);
    // The later the mark, the smaller a jump until the next life that is noticed.
    await opened?.notes.note().catch(() => {});
    await opened?.lease.release(GRACE_MS).catch(() => {
      // A lease that cannot be given back ends by itself.
    });
    this.#guard.close();
    await opened?.ledger.close();
  }

  async #openLedger(): Promise<OpenLedger> {
    try {
      return await this.#lead();
    } catch (thrown) {
      this.#open = undefined;
      const error = asRapError(thrown);
      if (error.code === 'NOT_IN_CHARGE') void this.#follow(error);
      throw error;
    }
  }

  async #lead(): Promise<OpenLedger> {
    const { home, clock, lease: ms } = this.#options;
    const owner = ownProcessId();
    const place = ledgerPlace(home);
    const holder = await this.#holder(place);
    if (holder !== undefined && holder.owner !== owner && !isProcessGone(holder.owner, sealedBeside(place)))
      throw notInCharge(holder.owner, isOnServer(place));
    const ledger = await openHome(home, clock, place);
    let lease: KeptLease | undefined;
    try {
      const onLost = (fault?: RapError) => void this.#loseLeadership(fault);
      // Processes live in real time, also where the clock of the house is simulated.
      lease = await keepLease(ledger, {
        ...{ name: WRITER, file: sealedBeside(place), owner, ms, clock: realClock },
        ...(isOnServer(place) ? { guard: this.#guard } : {}),
        onLost,
      });
      const notes = new ClockNotes(clock, ledger);
      await lease.begin(async () => {
        await recoverInterrupted(ledger, home);
        await notes.begin();
      });
      return { ledger, lease, notes };
    } catch (thrown) {
      await lease?.release(GRACE_MS).catch(() => {});
      this.#guard.feed(undefined);
      await ledger.close();
      throw thrown;
    }
  }

  #holder(place: LedgerPlace): Promise<LeaseHolder | undefined> {
    const { clock, lease } = this.#options;
    return peekLease(place, WRITER, clock, lease, this.#serverTime);
  }

  /** @param fault undefined when another process has the lease */
  async #loseLeadership(fault?: RapError): Promise<void> {
    const place = ledgerPlace(this.#options.home);
    const opened = this.#open;
    this.#open = undefined;
    // What waits for an answer would keep work from being dropped.
    if (fault !== undefined) void opened?.then(({ ledger }) => ledger.sever()).catch(() => {});
    await this.#follow(fault ?? notInCharge((await this.#holder(place))?.owner ?? '', isOnServer(place)));
    await (await opened?.catch(() => undefined))?.ledger.close();
  }

  /** Tells everybody that another process is in charge, and tries to be it again. */
  async #follow(fault: RapError): Promise<void> {
    this.#fault = fault;
    this.#leadership = Promise.withResolvers();
    // Nothing that could be at work beside another process is left to be ended.
    const told = this.#announce(fault).then(() => this.#guard.feed(undefined));
    this.#electing ??= told.then(() => this.#elect());
    await told;
  }

  async #elect(): Promise<void> {
    const { clock, lease } = this.#options;
    const watch = new ClockWatch(clock);
    let from = 0;
    while (!this.#closed.signal.aborted) {
      await sleep(realClock, Math.min(LOOK_MS, lease / 2), this.#closed.signal).catch(() => {});
      if (this.#closed.signal.aborted) break;
      // The lease of the one in charge looks as if it had ended, or was of a wrong clock, until it is renewed.
      if (watch.look() !== undefined) from = realClock.monotonic() + lease;
      if (realClock.monotonic() < from) continue;
      try {
        const opened = await this.#lead();
        this.#open = Promise.resolve(opened);
        this.#fault = undefined;
        break;
      } catch (thrown) {
        this.#fault = asRapError(thrown);
      }
    }
    this.#electing = undefined;
    if (this.#fault !== undefined) return;
    await this.#announce(undefined);
    this.#leadership.resolve();
  }

  async #announce(fault: RapError | undefined): Promise<void> {
    await Promise.allSettled(
      [...this.participants].map((participant) => participant.onLeadershipChange?.(fault)),
    );
  }
}

/** Do other machines reach it, too? */
const isOnServer = (place: LedgerPlace): boolean => typeof place !== 'string';

const runtimes = new Map<string, Runtime | SharedRuntime>();

function acquire(place: RuntimeOptions, participant: Participant): Runtime | SharedRuntime {
  const options = {
    ...{ lease: WRITER_MS, shared: false, host: hostname(), wallClock: realClock.now, rest: REST_MS },
    ...place,
  };
  const { home } = options;
  const runtime = runtimes.get(home) ?? (options.shared ? new SharedRuntime(options) : new Runtime(options));
  runtimes.set(home, runtime);
  runtime.add(participant);
  return runtime;
}

/**
 * The ledger of a home, opened when nobody has it open. `participant` keeps it open until `release(participant)`.
 * @param duty whose holder writes, where several hosts share the work; nothing else of it can be written by another
 * @throws RapError NOT_IN_CHARGE while another process is at work on this home, or another host has the duty;
 * LEDGER_UNUSABLE, LEDGER_TOO_NEW and what else openHome says: the next call tries again
 */
export function acquireLedger(place: RuntimeOptions, participant: Participant, duty?: Duty): Promise<Ledger> {
  const runtime = acquire(place, participant);
  return runtime instanceof SharedRuntime ? runtime.ledger(duty) : runtime.ledger();
}

/**
 * The ledger of a home for somebody who only looks: nothing is opened or kept open for that.
 * @returns undefined while no node of this process works at the home
 * @throws RapError as acquireLedger
 */
export async function ledgerInUse(home: string): Promise<Ledger | undefined> {
  return runtimes.get(home)?.ledger();
}

/** Resolves when this process is in charge of the home, or this host has the duty. */
export function waitForLeadership(
  place: RuntimeOptions,
  participant: Participant,
  duty?: Duty,
  signal?: AbortSignal,
): Promise<void> {
  const runtime = acquire(place, participant);
  return runtime instanceof SharedRuntime ? runtime.waitFor(duty, signal) : runtime.waitForLeadership();
}

/** Where several hosts share the work: the part of it that is here. Undefined where one works alone. */
export function sharedOf(home: string): SharedRuntime | undefined {
  const runtime = runtimes.get(home);
  return runtime instanceof SharedRuntime ? runtime : undefined;
}

/** Says that a node is gone. The last one closes the ledger; resolves when that is done. */
export async function release(participant: Participant): Promise<void> {
  for (const [home, house] of runtimes) {
    if (!house.participants.delete(participant) || house.participants.size > 0) continue;
    runtimes.delete(home);
    await house.close();
  }
}
