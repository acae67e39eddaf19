/**
 * What all nodes of one Node-RED share: the home folder, the clock and the one ledger of that home.
 *
 * Of all processes on a home one is in charge: it holds the lease of the ledger's writer (decision 11). The
 * ledger is opened by the first node that comes in and closed when the last one has left. While another process
 * is in charge this one opens nothing, says so at every node, and takes over when the other is gone. When the
 * lease is lost - the process was asleep for too long - the nodes drop their work and the ledger is closed;
 * its next period begins with a ledger opened anew, so nothing that was begun before can write into it.
 */
import { join, resolve } from 'node:path';
import type { NodeAPI } from 'node-red';
import { asRapError, type RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { type KeptLease, keepLease, notInCharge, WRITER, WRITER_MS } from '../../lib/ledger/keep-lease.ts';
import { peekLease } from '../../lib/ledger/leases.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { ledgerIn } from '../../lib/ledger/ledger-file.ts';
import { isGone, ownName } from '../../lib/ledger/owner.ts';
import { type Clock, realClock, sleep } from '../../lib/time/clock.ts';
import { type ClockJump, ClockWatch } from '../../lib/time/clock-watch.ts';
import { allSeen } from '../../lib/words/expand-env.ts';
import { recoverInterrupted } from './recover.ts';

/** The settings of settings.js that are ours. */
interface HouseSettings {
  userDir?: string;
  rapHome?: string;
  /** 'live' or 'demo' where our own settings.js runs Node-RED. */
  rapProfile?: string;
  /** Replaces the real clock in rehearsals and tests. */
  rapClock?: Clock;
  /** Replaces the lease of a minute in tests, milliseconds. */
  rapLease?: number;
  /** Replaces the minute that a share is waited for in tests, milliseconds. */
  rapAnswerWithin?: number;
}

/** A place to work: which home, by which clock. */
export interface Place {
  home: string;
  clock: Clock;
  /** How long the lease outlives a process that sleeps, milliseconds. */
  lease?: number;
}

/** Somebody who works in the house. */
export interface Guest {
  /**
   * Called with a fault when another process is in charge: drop all work; resolves when it is dropped. Called
   * without one when this process is in charge again.
   */
  onCharge?(fault: RapError | undefined): Promise<void>;
}

/** How often a process that waits looks whether the one in charge is gone, in milliseconds. */
const LOOK_MS = 2_000;
/** After the last node has left, this process alone may come back for so long: a redeploy is no change of hands. */
const GRACE_MS = 5_000;

function settingsOf(RED: NodeAPI): HouseSettings {
  return RED.settings as unknown as HouseSettings;
}

/**
 * RAP_HOME as an absolute path: `rapHome` of settings.js, else the environment, else below the user directory.
 * @throws RapError CONFIG_INVALID when it has characters that cannot be seen
 */
export function homeOf(RED: NodeAPI): string {
  const { rapHome, userDir } = settingsOf(RED);
  const home = rapHome ?? process.env.RAP_HOME ?? join(userDir ?? '.', 'rap');
  return resolve(allSeen(home, `RAP_HOME "${visible(home)}"`));
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

export function placeOf(RED: NodeAPI): Required<Place> {
  return { home: homeOf(RED), clock: clockOf(RED), lease: settingsOf(RED).rapLease ?? WRITER_MS };
}

/** A ledger that this process is in charge of. */
interface Books {
  ledger: Ledger;
  lease: KeptLease;
  /** Notices that the clock was set. */
  watch: ClockWatch;
}

/** What the clock shows is written down this often (ms), so that a jump between two processes is noticed. */
const MARK_MS = 600_000;

class House {
  readonly guests = new Set<Guest>();
  readonly #place: Required<Place>;
  readonly #left = new AbortController();
  #books: Promise<Books> | undefined;
  /** Why there are no books: another process is in charge, or was when this one looked last. */
  #fault: RapError | undefined;
  /** Resolves when this process is in charge again. */
  #charge = Promise.withResolvers<void>();
  #seeking: Promise<void> | undefined;
  /** A jump of the clock that is not written down yet. */
  #jump: ClockJump | undefined;
  /** Writes it down, or what the clock shows. */
  #noting: Promise<void> | undefined;
  /** When that was done last, on the monotonic clock. */
  #notedAt = 0;

  constructor(place: Required<Place>) {
    this.#place = place;
  }

  /** Whoever comes in while another process is in charge is told so. */
  welcome(guest: Guest): void {
    if (this.guests.has(guest)) return;
    this.guests.add(guest);
    if (this.#fault !== undefined) void guest.onCharge?.(this.#fault);
  }

  /**
   * Nobody works with the ledger before a jump of the clock is written down and what waits is moved along.
   * @throws RapError NOT_IN_CHARGE at once while another process is in charge; as openHome, then try again
   */
  async ledger(): Promise<Ledger> {
    if (this.#fault !== undefined) throw this.#fault;
    this.#books ??= this.#open();
    const { ledger, watch } = await this.#books;
    const { clock } = this.#place;
    for (;;) {
      const jump = watch.look();
      if (jump !== undefined) this.#jump = { ...jump, jump: jump.jump + (this.#jump?.jump ?? 0) };
      if (this.#jump === undefined && clock.monotonic() - this.#notedAt < MARK_MS) return ledger;
      this.#noting ??= this.#noteClock(ledger).finally(() => {
        this.#noting = undefined;
      });
      await this.#noting;
    }
  }

  async #noteClock(ledger: Ledger): Promise<void> {
    const { clock } = this.#place;
    const [jump, notedAt, boot] = [this.#jump, clock.monotonic(), clock.boot?.()];
    if (jump === undefined) await ledger.noteClock(boot);
    else await ledger.noteClockJump(jump, boot);
    if (this.#jump === jump) this.#jump = undefined;
    this.#notedAt = notedAt;
  }

  /** Resolves when this process is in charge. For those who were told that it is not. */
  async inCharge(): Promise<void> {
    // Whoever was refused a write knows of the loss before the lease is renewed.
    const books = await this.#books?.catch(() => undefined);
    await books?.lease.renew();
    if (this.#fault !== undefined) await this.#charge.promise;
  }

  async close(): Promise<void> {
    this.#left.abort();
    await this.#seeking;
    const books = await this.#books?.catch(() => undefined);
    // The later the mark, the smaller a jump until the next life that is noticed.
    if (books !== undefined) await this.#noteClock(books.ledger).catch(() => {});
    await books?.lease.release(GRACE_MS).catch(() => {
      // A lease that cannot be given back ends by itself.
    });
    await books?.ledger.close();
  }

  async #open(): Promise<Books> {
    try {
      return await this.#takeCharge();
    } catch (thrown) {
      this.#books = undefined;
      const error = asRapError(thrown);
      if (error.code === 'NOT_IN_CHARGE') void this.#wait(error);
      throw error;
    }
  }

  async #takeCharge(): Promise<Books> {
    const { home, clock, lease: ms } = this.#place;
    const owner = ownName();
    const holder = peekLease(ledgerIn(home), WRITER, clock, ms);
    if (holder !== undefined && holder.owner !== owner && !isGone(holder.owner))
      throw notInCharge(holder.owner);
    const ledger = await openHome(home, clock);
    let lease: KeptLease | undefined;
    try {
      const onLost = () => void this.#lose();
      // Processes live in real time, also where the clock of the house is simulated.
      lease = await keepLease(ledger, { name: WRITER, owner, ms, clock: realClock, onLost });
      await recoverInterrupted(ledger, home);
      const watch = new ClockWatch(clock);
      await ledger.noteClock(clock.boot?.());
      this.#notedAt = clock.monotonic();
      return { ledger, lease, watch };
    } catch (thrown) {
      await lease?.release(GRACE_MS).catch(() => {});
      await ledger.close();
      throw thrown;
    }
  }

  async #lose(): Promise<void> {
    const { home, clock, lease } = this.#place;
    const books = this.#books;
    this.#books = undefined;
    const holder = peekLease(ledgerIn(home), WRITER, clock, lease);
    await this.#wait(notInCharge(holder?.owner ?? ''));
    await (await books?.catch(() => undefined))?.ledger.close();
  }

  /** Tells everybody that another process is in charge, and tries to be it again. */
  async #wait(fault: RapError): Promise<void> {
    this.#fault = fault;
    this.#charge = Promise.withResolvers();
    const told = this.#tell(fault);
    this.#seeking ??= told.then(() => this.#seek());
    await told;
  }

  async #seek(): Promise<void> {
    const { clock, lease } = this.#place;
    const watch = new ClockWatch(clock);
    let from = 0;
    while (!this.#left.signal.aborted) {
      await sleep(realClock, Math.min(LOOK_MS, lease / 2), this.#left.signal).catch(() => {});
      if (this.#left.signal.aborted) break;
      // The lease of the one in charge looks as if it had ended, or was of a wrong clock, until it is renewed.
      if (watch.look() !== undefined) from = realClock.monotonic() + lease;
      if (realClock.monotonic() < from) continue;
      try {
        const books = await this.#takeCharge();
        this.#books = Promise.resolve(books);
        this.#fault = undefined;
        break;
      } catch (thrown) {
        this.#fault = asRapError(thrown);
      }
    }
    this.#seeking = undefined;
    if (this.#fault !== undefined) return;
    await this.#tell(undefined);
    this.#charge.resolve();
  }

  async #tell(fault: RapError | undefined): Promise<void> {
    await Promise.allSettled([...this.guests].map((guest) => guest.onCharge?.(fault)));
  }
}

const houses = new Map<string, House>();

function enter({ home, clock, lease = WRITER_MS }: Place, guest: Guest): House {
  const house = houses.get(home) ?? new House({ home, clock, lease });
  houses.set(home, house);
  house.welcome(guest);
  return house;
}

/**
 * The ledger of a home, opened when nobody has it open. `guest` keeps it open until `leaveHouse(guest)`.
 * @throws RapError NOT_IN_CHARGE while another process is at work on this home; LEDGER_UNUSABLE, LEDGER_TOO_NEW
 * and what else openHome says: the next call tries again
 */
export function ledgerOf(place: Place, guest: Guest): Promise<Ledger> {
  return enter(place, guest).ledger();
}

/**
 * The ledger of a home for somebody who only looks: nothing is opened or kept open for that.
 * @returns undefined while no node of this process works at the home
 * @throws RapError as ledgerOf
 */
export async function ledgerInUse(home: string): Promise<Ledger | undefined> {
  return houses.get(home)?.ledger();
}

/** Resolves when this process is in charge of the home. */
export function inCharge(place: Place, guest: Guest): Promise<void> {
  return enter(place, guest).inCharge();
}

/** Says that a node is gone. The last one closes the ledger; resolves when that is done. */
export async function leaveHouse(guest: Guest): Promise<void> {
  for (const [home, house] of houses) {
    if (!house.guests.delete(guest) || house.guests.size > 0) continue;
    houses.delete(home);
    await house.close();
  }
}
