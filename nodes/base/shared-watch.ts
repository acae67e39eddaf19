/**
 * One watch of the weather for all nodes that ask about the same day: two would ask the feeds twice, and each
 * would overwrite what the other knows.
 */
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { decideNow, weatherStoreOf } from '../../lib/practice/weather-store.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Decision } from '../../lib/weather/decide.ts';
import type { Word } from '../../lib/weather/evidence.ts';
import type { Feed } from '../../lib/weather/hko.ts';
import type { Session } from '../../lib/weather/rule.ts';
import { type WeatherWatch, watchWeather } from '../../lib/weather/watch.ts';

export interface Listener {
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
  ledger: Ledger;
}

interface Desk {
  feeds: string;
  watch: WeatherWatch;
  listeners: Set<Listener>;
  last: Decision | undefined;
}

export interface Seat {
  /** See WeatherWatch. */
  readonly over: boolean;
  say(word: Word): Promise<Decision>;
  /** The last one stops the watch. */
  leave(): Promise<void>;
}

const desks = new Map<string, Desk>();

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
  ledger: Ledger,
  clock: Clock,
): Promise<Decision> {
  const desk = desks.get(planWatchKey(at.home, at.plan, at.session.times.date));
  return desk?.watch.look() ?? decideNow(ledger, at.session, clock.now());
}

/** @throws RapError CONFIG_INVALID when the same day is watched already by other feeds */
export function joinWatch(order: WatchOrder, listener: Listener): Seat {
  const feeds = JSON.stringify(order.feeds);
  const there = desks.get(order.key);
  const desk = there === undefined || there.watch.over ? openDesk(order, feeds) : there;
  if (desk.feeds !== feeds) {
    throw new RapError('CONFIG_INVALID', 'feeds: another weather-check node of this plan asks other feeds', {
      cure: 'Give all weather-check nodes of a plan the same feeds.',
    });
  }
  desk.listeners.add(listener);
  if (desk.last !== undefined) listener.onDecision(desk.last);
  return {
    get over() {
      return desk.watch.over;
    },
    say: (word) => desk.watch.say(word),
    async leave() {
      desk.listeners.delete(listener);
      if (desk.listeners.size > 0) return;
      if (desks.get(order.key) === desk) desks.delete(order.key);
      await desk.watch.stop();
    },
  };
}

function openDesk({ key, name, session, feeds, clock, ledger }: WatchOrder, fingerprint: string): Desk {
  const listeners = new Set<Listener>();
  const desk: Omit<Desk, 'watch'> = { feeds: fingerprint, listeners, last: undefined };
  const watch = watchWeather({
    session,
    feeds,
    clock,
    store: weatherStoreOf(ledger, name),
    onDecision: (decision) => {
      open.last = decision;
      for (const one of listeners) one.onDecision(decision);
    },
    onError: (error) => {
      for (const one of listeners) one.onError(error);
    },
  });
  const open: Desk = Object.assign(desk, { watch });
  desks.set(key, open);
  return open;
}
