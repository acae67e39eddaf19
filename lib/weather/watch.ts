/** Watches the weather of one session: asks the feeds minute by minute, keeps the evidence, and decides. */
import type { Clock } from '../time/clock.ts';
import { serialQueue } from '../time/serial-queue.ts';
import type { Answer, FeedResult } from './answer.ts';
import { type Decision, decide } from './decide.ts';
import { addStatement, type Evidence, noEvidence } from './evidence.ts';
import { applyObservation } from './evidence-reducer.ts';
import { ask, type Feed, nextAfter } from './hko.ts';
import type { Session } from './rule.ts';
import type { OperatorStatement } from './statements.ts';

/** What must survive a restart, for one session date. */
export interface WeatherRecord {
  date: string;
  evidence: Evidence;
  decision: Decision;
  /** The raw answers that changed what is known, when this record was made because of them. */
  answers: readonly Answer[];
}

/**
 * Where records are kept, so that every verdict can be explained later. A record without answers and with the
 * verdict of the one before only moves times on and may take its place.
 */
export interface WeatherStore {
  /** The last record of a date. */
  load(date: string): Promise<WeatherRecord | undefined>;
  save(record: WeatherRecord): Promise<void>;
}

export interface WatchOptions {
  session: Session;
  feeds: readonly Feed[];
  clock: Clock;
  store: WeatherStore;
  /** Called after every round and every word, whether or not the verdict is a new one. */
  onDecision: (decision: Decision, evidence: Evidence) => void;
  /** Called when a round failed for a reason that is not the weather's, such as the store. */
  onError: (error: unknown) => void;
  ask?: (feed: Feed, options: { clock: Clock; signal: AbortSignal }) => Promise<FeedResult>;
}

export interface WeatherWatch {
  /** It stopped by itself: by the clock, the session has ended. Where the clock is put back, another one is needed. */
  readonly over: boolean;
  /** Records what a person says and decides again. @throws what the store throws; the word then does not count */
  addStatement(word: OperatorStatement): Promise<Decision>;
  /** Decides again on what is known by now, without waiting for an answer that is under way. @throws as say */
  look(): Promise<Decision>;
  /** Ends the watch and waits for a round under way. */
  stop(): Promise<void>;
}

interface Known {
  evidence: Evidence;
  decision: Decision | undefined;
}

const roundMs = 60_000;
/** A timer may ring a moment early; that is no reason to leave a feed out for a round. */
const slackMs = 5_000;
/** Watching begins before the cut-off, so that what is in force at the cut-off is not seen for the first time. */
const leadMs = 30 * 60_000;

/** Starts watching; it stops by itself after the end of the session. */
export function watchWeather(options: WatchOptions): WeatherWatch {
  const { session, feeds, clock, store } = options;
  const { date, cutOff, end } = session.times;
  const asking = options.ask ?? ask;
  const aborted = new AbortController();
  const due = new Map(feeds.map((feed) => [feed, { at: Number.NEGATIVE_INFINITY, failures: 0 }]));
  let over = false;
  let known: Known | undefined;
  let cancel = () => {};
  // One thing at a time: a word never meets a round half done, and each decision follows from the one before.
  const inTurn = serialQueue();
  const oneByOne = serialQueue();

  const recall = async (): Promise<Known> => {
    if (known !== undefined) return known;
    const record = await store.load(date);
    known = { evidence: record?.evidence ?? noEvidence, decision: record?.decision };
    return known;
  };

  /** @param found evidence that is new; left out, what is known */
  const conclude = (found?: Evidence, answers: readonly Answer[] = []): Promise<Decision> =>
    oneByOne(async () => {
      const before = await recall();
      const evidence = found ?? before.evidence;
      const decision = decide(session, evidence, clock.now(), before.decision);
      await store.save({ date, evidence, decision, answers });
      known = { evidence, decision };
      options.onDecision(decision, evidence);
      return decision;
    });

  const round = async (): Promise<void> => {
    const before = (await recall()).evidence;
    if (aborted.signal.aborted) return;
    // When each is asked next is reckoned by the clock that nobody sets.
    const now = clock.monotonic();
    const asked =
      clock.now() < cutOff - leadMs ? [] : feeds.filter((feed) => (due.get(feed)?.at ?? 0) <= now + slackMs);
    const result = await Promise.all(asked.map((feed) => asking(feed, { clock, signal: aborted.signal })));
    if (aborted.signal.aborted) return;
    let evidence = before;
    const answers: Answer[] = [];
    for (const [index, one] of result.entries()) {
      const next = applyObservation(evidence, one);
      if ('body' in one && meaning(next) !== meaning(evidence)) answers.push(one);
      evidence = next;
      const feed = asked[index];
      if (feed !== undefined) reschedule(feed, now, silent(next, feed));
    }
    await conclude(evidence, answers);
  };

  const reschedule = (feed: Feed, now: number, failed: boolean) => {
    const failures = failed ? (due.get(feed)?.failures ?? 0) + 1 : 0;
    due.set(feed, { at: now + nextAfter(feed, failures), failures });
  };

  const tick = () => {
    const began = clock.monotonic();
    void inTurn(round)
      .catch(options.onError)
      .finally(() => {
        over = clock.now() >= end;
        if (aborted.signal.aborted || over) return;
        cancel = clock.after(Math.max(0, roundMs - (clock.monotonic() - began)), tick);
      });
  };
  tick();

  return {
    get over() {
      return over;
    },
    addStatement: (word) => inTurn(async () => conclude(addStatement((await recall()).evidence, word))),
    look: () => conclude(),
    stop: async () => {
      aborted.abort(new Error('the watch was stopped'));
      cancel();
      await inTurn(async () => {});
      await oneByOne(async () => {});
    },
  };
}

/** An odd answer is asked for again as usual: it may be put right at any moment. */
function silent(evidence: Evidence, feed: Feed): boolean {
  return evidence.troubles.some((trouble) => trouble.source === feed.source && !trouble.odd);
}

/** What the evidence says, without the times that only move on. */
function meaning({ spells, troubles, notices, possibleExtreme }: Evidence): string {
  const plain = spells.map(({ knownTo: _, ...spell }) => spell);
  return JSON.stringify([plain, troubles, notices, possibleExtreme]);
}
