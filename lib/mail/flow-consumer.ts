/**
 * Which events of the ledger a node hands to its flow now, and which the flow is through with. A process hands on each
 * one once, and the ledger holds it until a process lived on for a while after that; what no process lived to see
 * through, the next one hands on again. Everything that is mailed has a key of its own there, so whoever has the mail
 * in the outbox already gets no second one. Node-RED does not say when a flow is through: hence the two spans below.
 */

import type { Event, Ledger } from '../ledger/ledger.ts';
import { type Clock, sleep } from '../time/clock.ts';

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

/** What one process has handed on. */
export class FlowConsumer {
  /** When each was, on the monotonic clock, by number. */
  readonly #handedOn = new Map<number, number>();

  /**
   * Those that were not handed on yet in this life; the caller does it. One call at a time.
   * @param pending what the ledger holds
   */
  async takePending<T extends Pending>(
    ledger: Pick<Ledger, 'events'>,
    pending: readonly T[],
    clock: Clock,
  ): Promise<T[]> {
    const fresh = pending.filter(({ id }) => !this.#handedOn.has(id));
    await this.#settle(ledger, pending, (one, at) => isDone(one, at, clock));
    // Only now: after a fault above, all are still to be handed on.
    for (const { id } of fresh) this.#handedOn.set(id, clock.monotonic());
    return fresh;
  }

  /**
   * The same at the end of a life that ends in good order: nothing more is handed on, so that the next one repeats no
   * more than it must.
   * @param wentOn those with which a flow went on, whether a mail hangs on it or not
   */
  end<T extends Pending>(
    ledger: Pick<Ledger, 'events'>,
    pending: readonly T[],
    clock: Clock,
    wentOn: (one: T) => boolean = () => false,
  ): Promise<void> {
    return this.#settle(
      ledger,
      pending,
      (one, at) => isDone(one, at, clock) || (wentOn(one) && clock.monotonic() - at >= MAILED_GRACE),
    );
  }

  async #settle<T extends Pending>(
    ledger: Pick<Ledger, 'events'>,
    pending: readonly T[],
    isOver: (one: T, at: number) => boolean,
  ): Promise<void> {
    for (const one of pending) {
      const at = this.#handedOn.get(one.id);
      if (at === undefined || !isOver(one, at)) continue;
      await ledger.events.settleEvent(one.id);
      this.#handedOn.delete(one.id);
    }
  }
}

/**
 * Settles what was just told as soon as all others who hear of it have their mails in the outbox, and not only at the
 * next look: a flow is not to go on again when the process is killed in between.
 */
export async function onceMailed(
  clock: Clock,
  signal: AbortSignal,
  settle: () => Promise<void>,
): Promise<void> {
  await sleep(clock, MAILED_GRACE, signal);
  await settle();
}

function isDone({ mailedAt }: Pending, at: number, clock: Clock): boolean {
  const age = clock.monotonic() - at;
  return (
    age >= UNMAILED_LIMIT || (mailedAt !== null && Math.min(age, clock.now() - mailedAt) >= MAILED_GRACE)
  );
}
