/**
 * Keeps one host's part of the work that several share: joins, claims what is its share, goes on with it, gives away
 * what another host is to have, and drops everything in time when the ledger cannot be asked.
 */
import { asRapError, type RapError } from '../../errors/rap-error.ts';
import { type Clock, sleep } from '../../time/clock.ts';
import { serialQueue } from '../../time/serial-queue.ts';
import type { Ledger } from '../ledger.ts';
import { DROP_AFTER, DropTimer } from './drop-timer.ts';
import { type Acting, type Duty, type DutyLease, dutyKey, type HeldDuty, type Sight } from './duties.ts';
import { isClockOdd, planShare, type SharedGroup } from './fair-share.ts';
import { notHeld } from './fenced.ts';
import { LedgerTimeWatch } from './ledger-time-watch.ts';

/** How long a duty outlives a host that can no longer go on with it: taken over within a minute, looks included. */
export const DUTY_MS = 45_000;
/** How often a host looks what is free, milliseconds. */
const LOOK_MS = 2_000;
/** A group that has moved stays for so long before it is moved again for balance, milliseconds. */
export const REST_MS = 600_000;
/** So long who is to have a group may take it alone, in looks. */
const GIVEN_LOOKS = 5;

/** Duties that move together. */
export interface DutyGroup {
  key: string;
  duties: Duty[];
  /** How many accounts are among them. */
  weight: number;
}

export interface DutyKeeperOptions {
  ledger: Pick<Ledger, 'duties'>;
  acting: Acting;
  /** Of processes; real also where the site's is simulated. */
  clock: Clock;
  /** Is the process of this name known to be dead? Then its duties need not be waited for. */
  isGone?: (owner: string) => boolean;
  /** What is to be shared, as it is deployed now. */
  groups: () => readonly DutyGroup[];
  /** Is nobody at work on these? */
  isQuiet: (duties: readonly Duty[]) => boolean;
  /**
   * After each word to the ledger.
   * @param begun on the monotonic clock: duties are held from a moment between then and now on
   * @throws RapError NOT_IN_CHARGE when something keeps this host from all work
   */
  onBeat?: (begun: number) => Promise<void>;
  /** These are this host's; nobody works on them yet. */
  onGained: (leases: readonly DutyLease[]) => Promise<void>;
  /** Now work on them may begin. */
  onHeld?: () => void;
  /** These are not any more; resolves when all work on them is dropped. Nothing of them may be done afterwards. */
  onLost: (duties: readonly Duty[], fault: (duty: Duty) => RapError) => Promise<void>;
  /** The ledger could not be asked in time, all work is dropped, and the ledger was not reached since. */
  onDropped?: () => void;
  /** The host's own clock, compared with the ledger's. */
  wallClock?: () => number;
  rest?: number;
}

export class DutyKeeper {
  readonly #options: DutyKeeperOptions;
  readonly #held = new Map<string, DutyLease>();
  readonly #inTurn = serialQueue();
  readonly #ended = new AbortController();
  readonly #look: number;
  /** Whether what has ended by the ledger's time has really had its time. */
  readonly #ledgerTime: LedgerTimeWatch;
  readonly #dropTimer: DropTimer;
  /** Until when what is held may be worked on, on the monotonic clock. */
  #heldUntil = Number.NEGATIVE_INFINITY;
  #rounds: Promise<void> | undefined;
  #wake: () => void = () => {};
  /** When it was last heard of, on the monotonic clock. */
  #beatAt = Number.NEGATIVE_INFINITY;
  #sight: Sight | undefined;

  constructor(options: DutyKeeperOptions) {
    this.#options = options;
    this.#look = Math.round(Math.min(LOOK_MS, options.acting.ms / 6));
    const { clock, acting } = options;
    this.#dropTimer = new DropTimer({ clock, ms: acting.ms, onDrop: () => this.#drop() });
    this.#ledgerTime = new LedgerTimeWatch(options.acting.ms);
  }

  /** The lease of a duty, if this host holds it. */
  leaseOf(duty: Duty): DutyLease | undefined {
    return this.#held.get(dutyKey(duty));
  }

  /** What was seen last; undefined before the first look. */
  get sight(): Sight | undefined {
    return this.#sight;
  }

  /** Is this host kept from work because its clock is wrong? */
  get isOdd(): boolean {
    const { sight } = this;
    const { owner } = this.#options.acting;
    const own = sight?.hosts.find((host) => host.owner === owner);
    if (sight === undefined || own === undefined) return false;
    const others = sight.hosts.filter((host) => host !== own && host.until > sight.now);
    return isClockOdd(
      own.offset,
      others.map(({ offset }) => offset),
    );
  }

  /** Resolves after the first round, in which free duties are taken. */
  async start(): Promise<void> {
    await this.round(true);
    this.#rounds = this.#goOn();
  }

  /** Asks the other hosts for a duty; they give it when nobody is at work on it. */
  async want(duty: Duty): Promise<void> {
    if (this.leaseOf(duty) !== undefined) return;
    await this.#options.ledger.duties.want(duty, this.#options.acting.owner);
  }

  /** What is deployed has changed: looks at once. */
  wake(): void {
    this.#wake();
  }

  /** Looks now. @param beat also says that this host is there, and compares the clocks */
  round(beat = false): Promise<void> {
    return this.#inTurn(() => this.#round(beat));
  }

  /**
   * Gives everything back and leaves.
   * @param grace milliseconds for which this process alone may come back
   */
  async close(grace = 0): Promise<void> {
    this.#ended.abort();
    this.#wake();
    await this.#rounds;
    await this.#inTurn(async () => {
      this.#dropTimer.cancel();
      const leases = [...this.#held.values()];
      this.#held.clear();
      const { ledger, acting } = this.#options;
      await ledger.duties.release(leases, grace === 0 ? '' : acting.owner, grace);
      await ledger.duties.leave(acting.owner);
    });
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await sleep(this.#options.clock, this.#look, AbortSignal.any([signal, woken.signal])).catch(() => {});
      // What cannot be asked is tried again; the time after which everything is dropped goes on.
      if (!signal.aborted) await this.round().catch(() => {});
    }
  }

  async #round(beat: boolean): Promise<void> {
    const { ledger, acting, clock, wallClock = clock.now } = this.#options;
    const begun = clock.monotonic();
    const isDue = beat || begun - this.#beatAt >= acting.ms / 3;
    const sight = isDue ? await ledger.duties.beat(acting, wallClock()) : await ledger.duties.sight();
    const ended = clock.monotonic();
    this.#sight = sight;
    const mayHaveEnded = this.#ledgerTime.look(sight.now, begun, ended);
    // What is answered so late holds nothing any more; the next look says again that this host is there.
    const isInTime = isDue && ended < begun + acting.ms * DROP_AFTER;
    if (isInTime) {
      this.#beatAt = begun;
      this.#heldUntil = begun + acting.ms * DROP_AFTER;
      this.#dropTimer.heldFrom(begun);
    }
    await this.#dropLost(sight);
    if (this.isOdd || (isInTime && !(await this.#mayWork(begun)))) return this.#giveUp();
    await this.#share(sight, mayHaveEnded);
    if (isInTime) await this.#release(sight);
  }

  /** Has it been so long since the ledger was reached that whatever is held counts as lost? */
  get #isLate(): boolean {
    return this.#options.clock.monotonic() >= this.#heldUntil;
  }

  async #mayWork(begun: number): Promise<boolean> {
    try {
      await this.#options.onBeat?.(begun);
      return true;
    } catch (thrown) {
      if (asRapError(thrown).code === 'NOT_IN_CHARGE') return false;
      throw thrown;
    }
  }

  /** Nobody may be at work when somebody else could be: the ledger was not reached for too long. */
  #drop(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    const duties = [...this.#held.values()];
    this.#held.clear();
    const dropped = this.#options.onLost(duties, (duty) => notHeld(duty));
    // The ledger may have been reached again before all of it was dropped.
    void dropped.then(() => this.#isLate && this.#options.onDropped?.()).catch(() => {});
  }

  async #dropLost(sight: Sight): Promise<void> {
    const { owner } = this.#options.acting;
    const rows = new Map(sight.duties.map((row) => [dutyKey(row), row]));
    const lost = [...this.#held].filter(([key, { fence }]) => {
      const row = rows.get(key);
      return row === undefined || row.owner !== owner || row.fence !== fence;
    });
    if (lost.length === 0) return;
    for (const [key] of lost) this.#held.delete(key);
    await this.#options.onLost(
      lost.map(([, lease]) => lease),
      (duty) => notHeld(duty, rows.get(dutyKey(duty))?.host),
    );
  }

  /** A clock that is wrong does no work. */
  async #giveUp(): Promise<void> {
    const leases = [...this.#held.values()];
    if (leases.length === 0) return;
    this.#held.clear();
    await this.#options.onLost(leases, (duty) => notHeld(duty));
    await this.#options.ledger.duties.release(leases);
  }

  /** @param mayHaveEnded see LedgerTimeWatch */
  async #share(sight: Sight, mayHaveEnded: boolean): Promise<void> {
    if (this.#isLate) return;
    const { acting, groups, isGone = () => false, ledger, rest = REST_MS } = this.#options;
    const deployed = groups();
    const gone = goneAmong(sight, acting.owner, isGone);
    const hosts = fitHosts(sight, gone);
    const standing = deployed.map((group) => this.#standing(group, sight, gone, mayHaveEnded));
    const { claim, give } = planShare({ me: acting.owner, hosts, groups: standing, now: sight.now, rest });
    const byKey = new Map(deployed.map((group) => [group.key, group]));
    const leases: DutyLease[] = [];
    for (const key of claim) {
      // Of a group of which it has a part, the rest.
      const duties = (byKey.get(key)?.duties ?? []).filter((duty) => this.leaseOf(duty) === undefined);
      leases.push(...((await ledger.duties.claim(duties, acting, gone)) ?? []));
    }
    if (leases.length > 0) await this.#takeUp(leases);
    if (give !== undefined) await this.#give(byKey.get(give.key)?.duties ?? [], give.to, sight);
  }

  /** Everything that is free is claimed before any work begins: work would keep the rest waiting. */
  async #takeUp(leases: readonly DutyLease[]): Promise<void> {
    const { ledger, onGained, onHeld } = this.#options;
    await onGained(leases);
    // The ledger was slow: everything else is dropped already.
    if (this.#isLate) return ledger.duties.release(leases);
    for (const lease of leases) this.#held.set(dutyKey(lease), lease);
    onHeld?.();
  }

  /** Gives away what it holds of these, if nobody is at work on them. */
  async #give(duties: readonly Duty[], to: string, { hosts }: Sight): Promise<void> {
    const { isQuiet, ledger, onLost } = this.#options;
    const leases = duties.flatMap((duty) => this.leaseOf(duty) ?? []);
    if (leases.length === 0 || !isQuiet(leases)) return;
    // From here on nobody begins anything on it.
    for (const lease of leases) this.#held.delete(dutyKey(lease));
    const host = hosts.find(({ owner }) => owner === to)?.host;
    await onLost(leases, (duty) => notHeld(duty, host));
    await ledger.duties.release(leases, to, this.#look * GIVEN_LOOKS);
  }

  /** What is not deployed here any more, and parts of a group of which another host has more. */
  async #release(sight: Sight): Promise<void> {
    const deployed = this.#options.groups();
    const known = new Set(deployed.flatMap(({ duties }) => duties.map(dutyKey)));
    await this.#give(
      [...this.#held.values()].filter((lease) => !known.has(dutyKey(lease))),
      '',
      sight,
    );
    const { owner } = this.#options.acting;
    for (const { duties } of deployed) {
      const winner = winnerOf(duties, sight);
      if (winner !== undefined && winner !== owner) await this.#give(duties, winner, sight);
    }
  }

  #standing(
    { key, duties, weight }: DutyGroup,
    sight: Sight,
    gone: readonly string[],
    mayHaveEnded: boolean,
  ): SharedGroup {
    const { acting, isQuiet } = this.#options;
    const { owner } = acting;
    const endedBy = mayHaveEnded ? sight.now : Number.NEGATIVE_INFINITY;
    const rows = new Map(sight.duties.map((row) => [dutyKey(row), row]));
    const found = duties.map((duty) => rows.get(dutyKey(duty)));
    // A row that is ours, but not among what this process holds, is of a moment when it had dropped everything.
    const holders = duties.map((duty, index) =>
      holderOf(found[index], endedBy, gone, owner, this.leaseOf(duty) !== undefined),
    );
    const holder = oneOf(holders);
    const given = found.flatMap((row) =>
      row && row.owner === '' && row.until > sight.now ? row.givenTo : [],
    );
    return {
      ...{ key, weight },
      holder: holder === owner && holders.includes('') ? '' : holder,
      givenTo: holder === owner && holders.includes('') ? owner : (given.find((one) => one !== '') ?? ''),
      wantedBy: found.find((row) => (row?.wantedBy ?? '') !== '')?.wantedBy ?? '',
      since: Math.max(0, ...found.map((row) => row?.since ?? 0)),
      quiet: holder === owner && isQuiet(duties),
    };
  }
}

/** Who alone holds any of it; '' when nobody does, undefined when several do. */
function oneOf(holders: readonly string[]): string | undefined {
  const taken = new Set(holders.filter((one) => one !== ''));
  const [one = ''] = taken;
  return taken.size > 1 ? undefined : one;
}

/** Who of several holders of one group is to have it: who has most of it. Undefined where there are not several. */
function winnerOf(duties: readonly Duty[], { duties: rows, now }: Sight): string | undefined {
  const keys = new Set(duties.map(dutyKey));
  const count = new Map<string, number>();
  for (const row of rows) {
    if (!keys.has(dutyKey(row)) || row.owner === '' || row.until <= now) continue;
    count.set(row.owner, (count.get(row.owner) ?? 0) + 1);
  }
  if (count.size < 2) return undefined;
  return [...count].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0]?.[0];
}

function holderOf(
  row: HeldDuty | undefined,
  endedBy: number,
  gone: readonly string[],
  owner: string,
  held: boolean,
): string {
  if (row === undefined || row.owner === '' || row.until <= endedBy || gone.includes(row.owner)) return '';
  return row.owner === owner && !held ? '' : row.owner;
}

/** Hosts that may take work. */
function fitHosts({ now, hosts }: Sight, gone: readonly string[]): string[] {
  const alive = hosts.filter(({ owner, until }) => until > now && !gone.includes(owner));
  return alive
    .filter(
      (host) =>
        !isClockOdd(
          host.offset,
          alive.filter((other) => other !== host).map(({ offset }) => offset),
        ),
    )
    .map(({ owner }) => owner);
}

/** Processes of this machine that are known to be dead. */
function goneAmong({ hosts, duties }: Sight, own: string, isGone: (owner: string) => boolean): string[] {
  const owners = new Set([...hosts.map(({ owner }) => owner), ...duties.map(({ owner }) => owner)]);
  return [...owners].filter((owner) => owner !== '' && owner !== own && isGone(owner));
}
