/**
 * One watch of the weather for all nodes that ask about the same day: two would ask the feeds twice, and each
 * would overwrite what the other knows.
 */
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { decideNow, weatherStoreOf } from '../../lib/practice/weather-store.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Decision } from '../../lib/weather/decide.ts';
import type { Feed } from '../../lib/weather/hko.ts';
import type { Session } from '../../lib/weather/rule.ts';
import type { OperatorStatement } from '../../lib/weather/statements.ts';
import { type WeatherWatch, watchWeather } from '../../lib/weather/watch.ts';

export interface WatchListener {
  onDecision: (decision: Decision) => void;
  onError: (error: unknown) => void;
}

export interface WatchOrder {
  /** The same for all nodes that share a watch. */
  key: string;
  /** Name of the watch in the ledger. */
  name: string;
  session: Session;
  feeds: readonly Feed[];
  clock: Clock;
  ledger: Pick<Ledger, 'practice'>;
}

interface SharedWatch {
  feeds: string;
  watch: WeatherWatch;
  listeners: Set<WatchListener>;
  last: Decision | undefined;
}

export interface Subscription {
  /** See WeatherWatch. */
  readonly over: boolean;
  addStatement(word: OperatorStatement): Promise<Decision>;
  /** The last one stops the watch. */
  unsubscribe(): Promise<void>;
}

const registry = new Map<string, SharedWatch>();

/** Of the watch of a plan's day: home, node of the plan, date. */
export function planWatchKey(home: string, plan: string, date: string): string {
  return [home, 'plan', plan, date].join('\n');
}

/**
 * What is decided of a plan's day at this moment: by its watch where one is at work, else on what the ledger knows.
 * @param plan id of the node rap-plan
 */
export function decisionOf(
  at: { home: string; plan: string; session: Session },
  ledger: Pick<Ledger, 'practice'>,
  clock: Clock,
): Promise<Decision> {
  const shared = registry.get(planWatchKey(at.home, at.plan, at.session.times.date));
  return shared?.watch.look() ?? decideNow(ledger, at.session, clock.now());
}

/** @throws RapError CONFIG_INVALID when the same day is watched already by other feeds */
export function subscribe(order: WatchOrder, listener: WatchListener): Subscription {
  const feeds = JSON.stringify(order.feeds);
  const there = registry.get(order.key);
  const shared = there === undefined || there.watch.over ? startWatch(order, feeds) : there;
  if (shared.feeds !== feeds) {
    throw new RapError('CONFIG_INVALID', 'feeds: another weather-check node of this plan asks other feeds', {
      cure: 'Give all weather-check nodes of a plan the same feeds.',
    });
  }
  shared.listeners.add(listener);
  if (shared.last !== undefined) listener.onDecision(shared.last);
  return {
    get over() {
      return shared.watch.over;
    },
    addStatement: (word) => shared.watch.addStatement(word),
    async unsubscribe() {
      shared.listeners.delete(listener);
      if (shared.listeners.size > 0) return;
      if (registry.get(order.key) === shared) registry.delete(order.key);
      await shared.watch.stop();
    },
  };
}

function startWatch(
  { key, name, session, feeds, clock, ledger }: WatchOrder,
  fingerprint: string,
): SharedWatch {
  const listeners = new Set<WatchListener>();
  const shared: Omit<SharedWatch, 'watch'> = { feeds: fingerprint, listeners, last: undefined };
  const watch = watchWeather({
    session,
    feeds,
    clock,
    store: weatherStoreOf(ledger, name, true),
    onDecision: (decision) => {
      open.last = decision;
      for (const one of listeners) one.onDecision(decision);
    },
    onError: (error) => {
      for (const one of listeners) one.onError(error);
    },
  });
  const open: SharedWatch = Object.assign(shared, { watch });
  registry.set(key, open);
  return open;
}
