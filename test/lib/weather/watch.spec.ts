import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import type { Decision } from '../../../lib/weather/decide.ts';
import type { Feed } from '../../../lib/weather/hko.ts';
import type { Session } from '../../../lib/weather/rule.ts';
import type { OperatorStatement } from '../../../lib/weather/statements.ts';
import {
  type WatchOptions,
  type WeatherRecord,
  type WeatherStore,
  watchWeather,
} from '../../../lib/weather/watch.ts';
import { type Sky, warnsumAt } from './observatory.ts';

const date = '2025-09-23';
const midnight = fromHongKong(`${date} 00:00`);
const at = (time: string) => fromHongKong(`${date} ${time}`);
const session: Session = {
  times: { date, cutOff: at('09:00'), start: at('14:00'), end: at('19:00') },
  rule: {
    cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
    terminates: ['no-8', 'extreme-conditions'],
    noticeMinutes: 15,
    unattended: true,
  },
};
const summary: Feed = { source: 'warnsum', url: 'https://x.example/', everyMs: 60_000 };

/** Keeps every record as text, as a disk would. */
class Records implements WeatherStore {
  readonly lines: string[] = [];
  broken = false;

  async load(wanted: string): Promise<WeatherRecord | undefined> {
    const records: WeatherRecord[] = this.lines.map((line) => JSON.parse(line));
    return records.findLast((record) => record.date === wanted);
  }

  async save(record: WeatherRecord): Promise<void> {
    if (this.broken) throw new Error('disk full');
    this.lines.push(JSON.stringify(record));
  }
}

interface Setup {
  clock: SimulatedClock;
  records: Records;
  asked: string[];
  decisions: Decision[];
  errors: unknown[];
  options: WatchOptions;
}

function setUp(from: string, sky: Sky, silent: (time: string) => boolean = () => false): Setup {
  const clock = new SimulatedClock(at(from));
  const records = new Records();
  const asked: string[] = [];
  const decisions: Decision[] = [];
  const errors: unknown[] = [];
  const options: WatchOptions = {
    session,
    feeds: [summary],
    clock,
    store: records,
    onDecision: (decision) => decisions.push(decision),
    onError: (error) => errors.push(error),
    ask: async ({ source, url }) => {
      const now = clock.now();
      const time = hongKongTime(now);
      asked.push(time);
      if (silent(time)) return { source, url, at: now, reason: 'cannot be reached' };
      const body = warnsumAt(sky, Math.floor((now - midnight) / 60_000), midnight);
      return { source, url, at: now, body, date: now, age: 0 };
    },
  };
  return { clock, records, asked, decisions, errors, options };
}

/** Lets the round under way end, then moves on. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(ms);
}

const minute = 60_000;
const quiet: Sky = { cyclone: [], rain: [], hidesCode: false };
const gale: Sky = { cyclone: [{ code: 'TC8NW', from: 14 * 60 + 20 }], rain: [], hidesCode: false };
const word = (says: 'held' | 'cancelled', time: string): OperatorStatement => ({
  about: 'session',
  says,
  from: 'hkex',
  by: 'A. Chan',
  how: 'hotline',
  at: at(time),
});

describe('watching the weather of a session', () => {
  it('asks from half an hour before the cut-off to the end, every minute, and then no more', async () => {
    const { clock, asked, decisions, options } = setUp('06:00', quiet);
    const watch = watchWeather(options);
    await pass(clock, 14 * 60 * minute);
    assert.equal(asked[0], '08:30');
    assert.equal(asked.at(-1), '19:00');
    assert.equal(asked.length, 631);
    assert.equal(decisions.at(-1)?.verdict, 'completed');
    assert.equal(clock.pending, 0);
    await watch.stop();
  });

  it('decides when asked, on what is known by then, though an answer is under way; the next follows from that', async () => {
    const { clock, records, decisions, options } = setUp('14:19', gale);
    const answer = Promise.withResolvers<void>();
    const ask = options.ask;
    assert.ok(ask);
    const watch = watchWeather({
      ...options,
      ask: async (...feed) => {
        // From 14:34 on the feed takes its time.
        if (clock.now() >= at('14:34')) await answer.promise;
        return ask(...feed);
      },
    });
    await watch.addStatement(word('held', '14:19'));
    await pass(clock, 15 * minute);
    const verdict = async () => (await watch.look()).verdict;
    assert.equal(await verdict(), 'terminating');
    await pass(clock, minute);
    assert.equal(await verdict(), 'terminated');
    assert.equal((await records.load(date))?.decision.at, at('14:35'));
    answer.resolve();
    await pass(clock, minute);
    assert.deepEqual(
      decisions.slice(-2).map((one) => [one.verdict, one.effectiveAt]),
      [
        ['terminated', at('14:35')],
        ['terminated', at('14:35')],
      ],
    );
    await watch.stop();
  });

  it('tells each verdict of the day in its order and at its minute', async () => {
    const { clock, decisions, options } = setUp('08:30', gale);
    const watch = watchWeather(options);
    await pass(clock, 11 * 60 * minute);
    await watch.stop();
    const changes = decisions.filter((one, index) => one.verdict !== decisions[index - 1]?.verdict);
    assert.deepEqual(
      changes.map((one) => `${hongKongTime(one.at)} ${one.verdict}`),
      ['08:30 pending', '09:05 clear', '14:00 running', '14:20 terminating', '14:35 terminated'],
    );
  });

  it('backs off while the feed is away: after 1, 2, then every 5 minutes; and holds when it is too long', async () => {
    const silent = (time: string) => time >= '09:32' && time < '09:50';
    const { clock, asked, decisions, options } = setUp('09:30', quiet, silent);
    const watch = watchWeather(options);
    await pass(clock, 30 * minute);
    await watch.stop();
    const times = ['09:30', '09:31', '09:32', '09:33', '09:35', '09:40', '09:45', '09:50', '09:51'];
    assert.deepEqual(asked.slice(0, 9), times);
    const changes = decisions.filter((one, index) => one.verdict !== decisions[index - 1]?.verdict);
    assert.deepEqual(
      changes.map((one) => `${hongKongTime(one.at)} ${one.verdict}`),
      ['09:30 clear', '09:37 hold', '09:50 clear'],
    );
  });

  it('keeps the raw answers that changed what is known, and only those', async () => {
    const { clock, records, options } = setUp('14:15', gale);
    const watch = watchWeather(options);
    await pass(clock, 10 * minute);
    await watch.stop();
    const kept: WeatherRecord[] = records.lines
      .map((line): WeatherRecord => JSON.parse(line))
      .filter((record) => record.answers.length > 0);
    assert.equal(kept.length, 1);
    assert.match(kept[0]?.answers[0]?.body ?? '', /TC8NW/);
  });

  it('goes on where it was after being killed at any minute', async () => {
    for (const killed of ['08:45', '09:04', '09:06', '13:59', '14:00', '14:19', '14:21', '14:34', '14:36']) {
      const first = setUp('08:30', gale);
      const watch = watchWeather(first.options);
      await pass(first.clock, at(killed) - at('08:30'));
      await watch.stop();
      const second = setUp(killed, gale);
      second.records.lines.push(...first.records.lines);
      const again = watchWeather(second.options);
      await pass(second.clock, at('19:00') - at(killed));
      await again.stop();
      const last = second.decisions.at(-1);
      assert.equal(`${last?.verdict} ${hongKongTime(last?.effectiveAt ?? 0)}`, 'terminated 14:35', killed);
      assert.equal(last?.quality, 'sure', killed);
    }
  });

  it('keeps a cancellation although nothing is left to see after the restart', async () => {
    const rain: Sky = {
      ...quiet,
      rain: [
        { code: 'WRAINB', from: 585 },
        { code: '', from: 600 },
      ],
    };
    const first = setUp('08:30', rain);
    const watch = watchWeather(first.options);
    await pass(first.clock, at('09:50') - at('08:30'));
    await watch.stop();
    const second = setUp('13:00', quiet);
    second.records.lines.push(...first.records.lines);
    const again = watchWeather(second.options);
    await pass(second.clock, 120 * minute);
    await again.stop();
    assert.ok(second.decisions.length > 100);
    for (const decision of second.decisions) {
      assert.equal(`${decision.verdict} ${hongKongTime(decision.effectiveAt ?? 0)}`, 'cancelled 09:45');
    }
  });

  it('takes a word at once, stores it, and remembers it after a restart', async () => {
    const { clock, records, options } = setUp('12:00', quiet, () => true);
    const watch = watchWeather(options);
    await pass(clock, minute);
    assert.equal((await watch.addStatement(word('held', '12:01'))).verdict, 'clear');
    await watch.stop();
    const second = setUp('13:00', quiet, () => true);
    second.records.lines.push(...records.lines);
    const again = watchWeather(second.options);
    await pass(second.clock, 60 * minute);
    assert.equal(second.decisions.at(-1)?.verdict, 'running');
    assert.equal((await again.addStatement(word('cancelled', '14:00'))).verdict, 'cancelled');
    await again.stop();
  });

  it('refuses a word that cannot be stored, tells of rounds that cannot, and goes on when the store is well', async () => {
    const { clock, records, decisions, errors, options } = setUp('10:00', quiet);
    const watch = watchWeather(options);
    await pass(clock, minute);
    const before = decisions.length;
    records.broken = true;
    await assert.rejects(watch.addStatement(word('cancelled', '10:01')), /disk full/);
    await pass(clock, 2 * minute);
    assert.equal(errors.length, 2);
    assert.equal(decisions.length, before, 'no verdict is told that a restart would forget');
    records.broken = false;
    await pass(clock, 2 * minute);
    assert.equal(decisions.length, before + 2);
    assert.notEqual(decisions.at(-1)?.verdict, 'cancelled', 'the refused word does not count');
    await watch.stop();
  });

  it('asks slow feeds less often than the summary', async () => {
    const { clock, options } = setUp('10:00', quiet);
    const counts = new Map<string, number>();
    const { ask } = options;
    assert.ok(ask);
    const feeds: Feed[] = [summary, { source: 'heartbeat', url: '', everyMs: 10 * minute }];
    const watch = watchWeather({
      ...options,
      feeds,
      ask: async (feed, how) => {
        counts.set(feed.source, (counts.get(feed.source) ?? 0) + 1);
        const heard = await ask(feed, how);
        const updateTime = new Date(clock.now()).toISOString();
        return feed.source === 'heartbeat' ? { ...heard, body: JSON.stringify({ updateTime }) } : heard;
      },
    });
    await pass(clock, 59 * minute);
    await watch.stop();
    assert.deepEqual(
      [...counts],
      [
        ['warnsum', 60],
        ['heartbeat', 6],
      ],
    );
  });

  it('stops at once, without a round left running', async () => {
    const { clock, options, decisions } = setUp('10:00', quiet);
    const watch = watchWeather({
      ...options,
      ask: ({ source, url }, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () =>
            resolve({ source, url, at: clock.now(), reason: 'stopped' }),
          );
        }),
    });
    await pass(clock, 0);
    await watch.stop();
    assert.equal(clock.pending, 0);
    assert.deepEqual(decisions, []);
  });
});
