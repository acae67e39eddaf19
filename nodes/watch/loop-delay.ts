/** How late the timers of this process come, over the last minute or two. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessFigures } from '../../lib/watch/metrics.ts';

const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;

type Delay = ProcessFigures['loopDelay'];

export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #before: Delay = { median: 0, p99: 0, max: 0 };
  #since = performance.now();

  constructor() {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** Of the minute that runs and the one before, whichever is worse; seconds. */
  get figures(): Delay {
    const now = this.#now();
    const before = this.#before;
    if (performance.now() - this.#since > WINDOW_MS) {
      this.#before = now;
      this.#histogram.reset();
      this.#since = performance.now();
    }
    return {
      median: Math.max(now.median, before.median),
      p99: Math.max(now.p99, before.p99),
      max: Math.max(now.max, before.max),
    };
  }

  /** The histogram holds the time from one look to the next; what is over its own pace is delay. */
  #now(): Delay {
    const seconds = (nanoseconds: number) =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000) : 0;
    const { max } = this.#histogram;
    return {
      median: seconds(this.#histogram.percentile(50)),
      p99: seconds(this.#histogram.percentile(99)),
      // Nothing was measured yet.
      max: this.#histogram.count === 0 ? 0 : seconds(max),
    };
  }
}
