/**
 * The one loop over the stream of events (lib/ledger/records/events.ts). Whoever acts upon events subscribes; a round
 * hands it what the ledger holds for it. Each event is acknowledged when it was acted on, and not before: what fails, or
 * is left for later, is there in the next round. One that goes on failing is tried less and less often, and keeps none
 * of the others waiting.
 *
 * In a process an event is acted on by one at a time: whoever else finds it waits for that. Of several hosts the one
 * with the duty acts, and what another one writes leaves no trace (lib/ledger/lease/fenced.ts). What a process was killed
 * over is acted on again; the key of what is done about an event makes that harmless.
 */
import { asRapError } from '../errors/rap-error.ts';
import type { Consumer, Event, EventKind, Ledger } from '../ledger/ledger.ts';

export interface Subscription<K extends EventKind> {
  consumer: Consumer;
  kinds: readonly K[];
  /** Left out, all of these kinds. */
  isOurs?: (event: Event<K>) => boolean;
  /** Events with the same answer are acted on together, oldest first; left out, each by itself. */
  lotOf?: (event: Event<K>) => string;
  /** What is done about them is written in a transaction that acknowledges them, too. */
  acknowledges?: boolean;
  /** Somebody waits for it: also what failed a moment ago is tried. */
  atOnce?: boolean;
  /** @returns those that are left for a later round */
  act(lot: readonly Event<K>[]): Promise<readonly Event<K>[]>;
}

/** What failed, and how many rounds pass before it is tried again. */
interface Failure {
  times: number;
  rest: number;
  thrown: unknown;
}

interface Consumption {
  /** Lots that are being acted on, by their first event. */
  lots: Map<number, Promise<void>>;
  /** What is being made of an event. */
  acts: Map<number, Promise<unknown>>;
  failed: Map<number, Failure>;
}

/** At most so many rounds pass before the next try: eight minutes where a round takes 15 seconds. */
const LONGEST_REST = 32;

/** By the events of a ledger, and by consumer. */
const consumptions = new WeakMap<object, Map<Consumer, Consumption>>();

/**
 * Hands a consumer what it has not acknowledged.
 * @throws what acting upon the first of them that failed has thrown, when all others were acted on; NOT_IN_CHARGE at once
 */
export async function consumeEvents<K extends EventKind>(
  ledger: Pick<Ledger, 'events'>,
  subscription: Subscription<K>,
): Promise<void> {
  const { consumer, kinds, isOurs = () => true, lotOf = ({ id }) => String(id) } = subscription;
  const pending = (await ledger.events.pendingEvents({ kinds, consumer })).filter(isOurs);
  const faults: unknown[] = [];
  for (const lot of Map.groupBy(pending, lotOf).values()) {
    const fault = await handle(ledger, subscription, lot);
    if (fault === undefined) continue;
    if (asRapError(fault).code === 'NOT_IN_CHARGE') throw fault;
    faults.push(fault);
  }
  if (faults.length > 0) throw faults[0];
}

/** Acts upon one event, once: whoever else acts upon it meanwhile gets the same. */
export function actOnce<T>(
  ledger: Pick<Ledger, 'events'>,
  consumer: Consumer,
  event: number,
  act: () => Promise<T>,
): Promise<T> {
  return oneAtATime(consumptionOf(ledger, consumer).acts as Map<number, Promise<T>>, event, act);
}

function oneAtATime<T>(busy: Map<number, Promise<T>>, id: number, act: () => Promise<T>): Promise<T> {
  const running = busy.get(id) ?? act().finally(() => busy.delete(id));
  busy.set(id, running);
  return running;
}

/** @returns what it failed with, now or before it was left alone for a while */
async function handle<K extends EventKind>(
  ledger: Pick<Ledger, 'events'>,
  { consumer, act, acknowledges = false, atOnce = false }: Subscription<K>,
  lot: readonly Event<K>[],
): Promise<unknown> {
  const { failed, lots } = consumptionOf(ledger, consumer);
  const [first] = lot;
  if (first === undefined) return undefined;
  const failure = failed.get(first.id);
  if (failure !== undefined && failure.rest > 0 && !atOnce) {
    failure.rest--;
    return failure.thrown;
  }
  try {
    await oneAtATime(lots, first.id, async () => {
      const later = new Set((await act(lot)).map(({ id }) => id));
      if (acknowledges) return;
      const done = lot.map(({ id }) => id).filter((id) => !later.has(id));
      await ledger.events.acknowledgeEvents(done, consumer);
    });
    failed.delete(first.id);
    return undefined;
  } catch (thrown) {
    const times = (failure?.times ?? 0) + 1;
    failed.set(first.id, { times, rest: Math.min(2 ** (times - 1), LONGEST_REST) - 1, thrown });
    return thrown;
  }
}

function consumptionOf({ events }: Pick<Ledger, 'events'>, consumer: Consumer): Consumption {
  const known = consumptions.get(events) ?? new Map<Consumer, Consumption>();
  consumptions.set(events, known);
  const mine = known.get(consumer) ?? { lots: new Map(), acts: new Map(), failed: new Map() };
  known.set(consumer, mine);
  return mine;
}
