/**
 * What all nodes of one Node-RED share where several hosts share the work (decision 62): the ledger is open on each of
 * them, and a node works with it as the holder of a duty. A duty that is lost ends the work on it, and no other.
 */
import { asRapError, type RapError } from '../../lib/errors/rap-error.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { dutyKey } from '../../lib/ledger/lease/duties.ts';
import { groupsOf } from '../../lib/ledger/lease/duty-groups.ts';
import { DUTY_MS, DutyKeeper } from '../../lib/ledger/lease/duty-keeper.ts';
import { notHeld } from '../../lib/ledger/lease/fenced.ts';
import { notInCharge, SHARERS, WRITER, WRITER_MS } from '../../lib/ledger/lease/keep-lease.ts';
import { LedgerTimeWatch } from '../../lib/ledger/lease/ledger-time-watch.ts';
import { peekLease } from '../../lib/ledger/lease/peek.ts';
import type { Duty, Ledger, Sight } from '../../lib/ledger/ledger.ts';
import { ledgerPlace, sealedBeside } from '../../lib/ledger/place.ts';
import { isProcessGone, ownProcessId } from '../../lib/process/process-id.ts';
import { realClock, sleep } from '../../lib/time/clock.ts';
import { ClockNotes } from './clock-notes.ts';
import { LeaseGuard, refuseUnendable } from './lease-guard.ts';
import type { Participant, RuntimeOptions } from './participant.ts';
import { recoverDuties } from './recover.ts';

/** After the last node has left, this process alone may come back for so long (ms): a redeploy moves nothing. */
const GRACE_MS = 2_500;
/** Whoever waits for a duty that nobody tells of looks this often, milliseconds. */
const LOOK_MS = 1_000;

/** Done once for the whole site, by one host at a time. */
export const site = (subject: 'mail' | 'alarms' | 'checks' | 'practice' | 'switches'): Duty => ({
  kind: 'site',
  subject,
});
export const accountDuty = (subject: string): Duty => ({ kind: 'account', subject });

interface Open {
  ledger: Ledger;
  keeper: DutyKeeper;
  notes: ClockNotes;
  guard: LeaseGuard;
}

export class SharedRuntime {
  readonly participants = new Set<Participant>();
  readonly #options: Required<RuntimeOptions>;
  readonly #closed = new AbortController();
  #open: Promise<Open> | undefined;
  #opened: Open | undefined;
  /** The ledger under each duty that is held. */
  readonly #under = new Map<string, { fence: number; ledger: Ledger }>();
  readonly #waiting = new Set<() => void>();
  /** Whether the lease of one that works alone has really had its time when it has ended by the server's. */
  readonly #serverTime = new LedgerTimeWatch(WRITER_MS);
  /** Runs of this process whose accounts another host took over, or will: nothing more is begun for them here. */
  readonly cutOff = new Set<string>();

  constructor(options: Required<RuntimeOptions>) {
    this.#options = options;
  }

  add(participant: Participant): void {
    if (this.participants.has(participant)) return;
    this.participants.add(participant);
    this.#opened?.keeper.wake();
  }

  /** What is deployed has changed. */
  wake(): void {
    this.#opened?.keeper.wake();
  }

  /**
   * @param duty whose holder writes; without one, what any host may write at any time
   * @throws RapError NOT_IN_CHARGE while another host has the duty; as openHome, then try again
   */
  async ledger(duty?: Duty): Promise<Ledger> {
    const { ledger, keeper, notes } = await this.#ready();
    if (notes.look()) await keeper.round(true).catch(() => {});
    // One host writes down what the clock does. One whose own clock is wrong holds nothing.
    if (keeper.leaseOf(site('alarms')) !== undefined) await notes.settle();
    else notes.forget();
    if (duty === undefined) return ledger;
    const lease = keeper.leaseOf(duty);
    if (lease === undefined) throw this.#notHeld(duty);
    const known = this.#under.get(dutyKey(duty));
    if (known?.fence === lease.fence) return known.ledger;
    const under = ledger.under(lease);
    this.#under.set(dutyKey(duty), { fence: lease.fence, ledger: under });
    return under;
  }

  holds(duty: Duty): boolean {
    return this.#opened?.keeper.leaseOf(duty) !== undefined;
  }

  /** Is this host kept from work because its clock is wrong? */
  get isOdd(): boolean {
    return this.#opened?.keeper.isOdd === true;
  }

  get sight(): Sight | undefined {
    return this.#opened?.keeper.sight;
  }

  /** Resolves when this host has the duty. */
  async waitFor(duty: Duty | undefined, signal?: AbortSignal): Promise<void> {
    const until = signal === undefined ? this.#closed.signal : AbortSignal.any([this.#closed.signal, signal]);
    while (!until.aborted && !(duty === undefined ? this.#opened !== undefined : this.holds(duty))) {
      const woken = Promise.withResolvers<void>();
      this.#waiting.add(woken.resolve);
      const look = new AbortController();
      await Promise.race([
        woken.promise,
        sleep(realClock, LOOK_MS, AbortSignal.any([until, look.signal])).catch(() => {}),
      ]);
      look.abort();
      this.#waiting.delete(woken.resolve);
      if (this.#opened === undefined) await this.#ready().catch(() => {});
    }
    until.throwIfAborted();
  }

  /**
   * Asks the host that has a duty for it, and waits until it gives it.
   * @throws RapError NOT_IN_CHARGE when it has not within so many milliseconds
   */
  async obtain(duty: Duty, ms: number, signal: AbortSignal): Promise<void> {
    if (this.holds(duty)) return;
    const { keeper } = await this.#ready();
    const late = AbortSignal.timeout(ms);
    const until = AbortSignal.any([signal, late]);
    while (!this.holds(duty)) {
      await keeper.want(duty);
      await this.waitFor(duty, AbortSignal.any([until, AbortSignal.timeout(LOOK_MS)])).catch(() => {});
      signal.throwIfAborted();
      if (late.aborted && !this.holds(duty)) throw this.#notHeld(duty);
    }
  }

  /** Asks the ledger itself whether a duty is held. @throws RapError NOT_IN_CHARGE, or that it cannot be asked */
  async confirm(duty: Duty): Promise<void> {
    const { keeper } = await this.#ready();
    await keeper.round(true);
    if (keeper.leaseOf(duty) === undefined) throw this.#notHeld(duty);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const opened = await this.#open?.catch(() => undefined);
    if (opened === undefined) return;
    const { ledger, keeper, notes, guard } = opened;
    if (keeper.leaseOf(site('alarms')) !== undefined) await notes.note().catch(() => {});
    // What cannot be given back ends by itself.
    await keeper.close(GRACE_MS).catch(() => {});
    guard.close();
    await this.#releaseWriter(ledger).catch(() => {});
    await ledger.close();
  }

  #notHeld(duty: Duty): RapError {
    const { sight } = this;
    const row = sight?.duties.find((one) => dutyKey(one) === dutyKey(duty));
    const held = row !== undefined && row.owner !== '' && row.until > (sight?.now ?? 0);
    return notHeld(duty, held && row.owner !== ownProcessId() ? row.host : undefined);
  }

  #ready(): Promise<Open> {
    this.#open ??= this.#openLedger().catch((thrown) => {
      this.#open = undefined;
      throw thrown;
    });
    return this.#open;
  }

  async #openLedger(): Promise<Open> {
    const { home, clock, host, lease, wallClock, rest } = this.#options;
    refuseUnendable(process.pid, process.platform);
    const place = ledgerPlace(home);
    if (typeof place !== 'string') {
      const holder = await peekLease(place, WRITER, realClock, WRITER_MS, this.#serverTime);
      if (holder !== undefined && holder.owner !== SHARERS) throw notInCharge(holder.owner, true);
    }
    const ledger = await openHome(home, clock, place, { host });
    const guard = new LeaseGuard();
    try {
      await this.#claimWriter(ledger);
      const notes = new ClockNotes(clock, ledger);
      const ms = Math.min(lease, DUTY_MS);
      const keeper = new DutyKeeper({
        ledger,
        acting: { owner: ownProcessId(), host, ms },
        clock: realClock,
        // Windows says it by a file that who works alone holds; there the time runs out.
        isGone: (owner) => process.platform !== 'win32' && isProcessGone(owner, sealedBeside(place)),
        wallClock,
        rest,
        groups: () => groupsOf([...this.participants].flatMap((one) => one.shares?.() ?? [])),
        isQuiet: (duties) =>
          duties.every((duty) => [...this.participants].every((one) => one.isQuiet?.(duty) !== false)),
        onBeat: async (begun) => {
          // Also while nothing is held: what is claimed next is held from then on. The answer may have been long under way.
          guard.feed(ms, realClock.monotonic() - begun);
          await this.#claimWriter(ledger);
          if (this.holds(site('alarms'))) await ledger.seal();
        },
        onDropped: () => guard.feed(undefined),
        onGained: (leases) => recoverDuties(ledger, home, leases),
        onHeld: () => {
          for (const wake of [...this.#waiting]) wake();
        },
        onLost: (duties, fault) => this.#lost(duties, fault),
      });
      this.#opened = { ledger, keeper, notes, guard };
      await keeper.start();
      return this.#opened;
    } catch (thrown) {
      this.#opened = undefined;
      guard.close();
      await ledger.close();
      throw thrown;
    }
  }

  /** @throws RapError NOT_IN_CHARGE when an instance that works alone is at work */
  async #claimWriter(ledger: Pick<Ledger, 'leases'>): Promise<void> {
    const claimed = await ledger.leases.claimLease({ name: WRITER, owner: SHARERS, ms: WRITER_MS });
    if (claimed !== undefined) return;
    throw notInCharge((await ledger.leases.leaseHolder(WRITER))?.owner ?? '', true);
  }

  /** The last of the hosts leaves the ledger to whoever comes. */
  async #releaseWriter(ledger: Pick<Ledger, 'duties' | 'leases'>): Promise<void> {
    const { hosts, now } = await ledger.duties.sight();
    if (hosts.some(({ until }) => until > now)) return;
    const holder = await ledger.leases.leaseHolder(WRITER);
    if (holder?.owner === SHARERS) await ledger.leases.releaseLease(holder, GRACE_MS);
  }

  async #lost(duties: readonly Duty[], fault: (duty: Duty) => RapError): Promise<void> {
    for (const duty of duties) this.#under.delete(dutyKey(duty));
    const faults = new Map(duties.map((duty) => [dutyKey(duty), fault(duty)]));
    await Promise.allSettled(
      [...this.participants].map((one) => one.onDutiesLost?.((duty) => faults.get(dutyKey(duty)))),
    );
  }
}

/** Is this only that another host does it? */
export function isElsewhere(thrown: unknown): boolean {
  const { code, details } = asRapError(thrown);
  return code === 'NOT_IN_CHARGE' && typeof details.kind === 'string';
}
