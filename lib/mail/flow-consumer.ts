/**
 * Which events of the ledger a node hands to its flow now, and which the flow is through with. A process hands on each
 * one once, and the ledger holds it until a process lived on for a while after that; what no process lived to see
 * through, the next one hands on again. Everything that is mailed has a key of its own there, so whoever has the mail
 * in the outbox already gets no second one. Node-RED does not say when a flow is through (docs/decisions/0089): hence the
 * two spans below, and the one place that waits for them.
 */

import type { Event, Ledger } from '../ledger/ledger.ts';
import { type Clock, sleep } from '../time/clock.ts';
import { serialQueue } from '../time/serial-queue.ts';

/**
 * Events that no mail tells of: so long after one was handed on a mail would have been queued long since, so it goes
 * somewhere else, or nowhere. To hand it on again at each start would be a nuisance without an end, and whoever wires
 * a mail one day would get a heap of old news. No age counts here: a process that was killed may stay away for any
 * time. Far longer than a mail takes to be queued, shorter than the usual time between two runs.
 */
export const UNMAILED_LIMIT = 10 * 60_000;

/** Events with a mail in the outbox: so long after it all others who hear at the same time have queued theirs. */
export const MAILED_GRACE = 5_000;

type Pending = Pick<Event, 'id' | 'mailedAt'>;

/** Where a node hands on events of one kind. */
export interface FlowEvents<L extends Pick<Ledger, 'events'>, T extends Pending> {
  clock: Clock;
  /** The ledger as the node may write it, for each look anew. */
  ledger(): Promise<L>;
  /** What the ledger holds for the flow. */
  pending(ledger: L): Promise<readonly T[]>;
  /** Does work until the node closes, or its duty goes to another host. */
  background(work: (signal: AbortSignal) => Promise<void>): void;
  /** Has a flow heard of them soon after, also when no mail tells of them? */
  withoutMail?: boolean;
}

/** What one process has handed on. */
export class FlowConsumer<L extends Pick<Ledger, 'events'>, T extends Pending> {
  readonly #of: FlowEvents<L, T>;
  /** When each was, on the monotonic clock, by number. */
  readonly #handedOn = new Map<number, number>();
  readonly #inTurn = serialQueue();
  #watches = false;
  /** Was something handed on since the last look? */
  #isFresh = false;

  constructor(of: FlowEvents<L, T>) {
    this.#of = of;
  }

  /**
   * Those that were not handed on yet in this life; the caller does it. They are settled by themselves.
   * @param prepare makes what is handed on; left out, the event as it is
   */
  async take<M = T>(prepare: (one: T) => Promise<M> = async (one) => one as unknown as M): Promise<M[]> {
    const ledger = await this.#of.ledger();
    const fresh = await this.#inTurn(async () => {
      const left = await this.#settle(ledger);
      const some = left.filter(({ id }) => !this.#handedOn.has(id));
      const prepared = await Promise.all(some.map(prepare));
      // Only now: after a fault above, all are still to be handed on.
      for (const { id } of some) this.#handedOn.set(id, this.#of.clock.monotonic());
      return prepared;
    });
    if (fresh.length > 0) this.#watch();
    return fresh;
  }

  /** As take, of what the flow was handed a moment ago. */
  seeThrough(): void {
    this.#of.background(async () => {
      await this.take();
    });
  }

  /**
   * The end of a life in good order: the next one repeats no more than it must.
   * @param ledger as it may be written while the node closes
   * @param wentOn those with which a flow went on, whether a mail hangs on it or not
   */
  async end(ledger: () => Promise<L>, wentOn: (one: T) => boolean = () => false): Promise<void> {
    if (this.#handedOn.size === 0) return;
    try {
      const writable = await ledger();
      await this.#inTurn(() => this.#settle(writable, wentOn));
    } catch {
      // The next life tells more than it must.
    }
    this.#handedOn.clear();
  }

  /** Looks until nothing is left, later and later; what is handed on meanwhile is looked after as soon. */
  #watch(): void {
    this.#isFresh = true;
    if (this.#watches) return;
    this.#watches = true;
    this.#of.background(async (signal) => {
      try {
        for (
          let wait = MAILED_GRACE;
          this.#handedOn.size > 0;
          wait = this.#isFresh ? MAILED_GRACE : 2 * wait
        ) {
          this.#isFresh = false;
          await sleep(this.#of.clock, wait, signal);
          await this.#look();
        }
      } catch {
        // The life is over.
      }
      this.#watches = false;
    });
  }

  async #look(): Promise<void> {
    try {
      const ledger = await this.#of.ledger();
      await this.#inTurn(() => this.#settle(ledger));
    } catch {
      // Whoever hands on the next ones says what is wrong.
    }
  }

  /** @returns those that are left */
  async #settle(ledger: L, wentOn: (one: T) => boolean = () => this.#of.withoutMail === true): Promise<T[]> {
    const pending = await this.#of.pending(ledger);
    const over = new Set(pending.filter((one) => this.#isThrough(one, wentOn(one))));
    await ledger.events.acknowledgeEvents(
      [...over].map(({ id }) => id),
      'flow',
    );
    const left = pending.filter((one) => !over.has(one));
    const waiting = new Set(left.map(({ id }) => id));
    for (const id of this.#handedOn.keys()) if (!waiting.has(id)) this.#handedOn.delete(id);
    return left;
  }

  #isThrough({ id, mailedAt }: Pending, wentOn: boolean): boolean {
    const { clock } = this.#of;
    const age = clock.monotonic() - (this.#handedOn.get(id) ?? Number.POSITIVE_INFINITY);
    const mailed = mailedAt !== null && clock.now() - mailedAt >= MAILED_GRACE;
    return age >= UNMAILED_LIMIT || (age >= MAILED_GRACE && (mailed || wentOn));
  }
}
