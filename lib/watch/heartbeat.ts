/**
 * A call out at regular times, as long as the service is ready: what answers it - a monitor of the firm, a service for
 * dead-man's switches - raises the alarm when it does not come. So a machine that is dead, or a service that is not
 * ready, is noticed elsewhere.
 */
import { asRapError } from '../errors/rap-error.ts';
import { printable } from '../net/far-text.ts';
import { fetchOutside } from '../net/outside.ts';
import type { Clock } from '../time/clock.ts';
import type { HeartbeatFigures } from './metrics.ts';
import type { HeartbeatSettings } from './settings.ts';

/** So many failures one after another are told. */
export const LONG = 3;
const ANSWER_MS = 20_000;

export type SendBeat = (settings: HeartbeatSettings) => Promise<void>;

export class Heartbeat {
  readonly #settings: HeartbeatSettings;
  readonly #clock: Clock;
  readonly #send: SendBeat;
  #triedAt = Number.NEGATIVE_INFINITY;
  #lastAt: number | null = null;
  #failures = 0;

  constructor(settings: HeartbeatSettings, clock: Clock, send: SendBeat = sendBeat) {
    this.#settings = settings;
    this.#clock = clock;
    this.#send = send;
  }

  get figures(): HeartbeatFigures {
    return { lastAt: this.#lastAt, failures: this.#failures };
  }

  /**
   * Calls when it is time for that and the service is ready. Never throws.
   * @returns what is to be told: that it has failed for long, or is taken again; '' for nothing
   */
  async beat(ready: boolean): Promise<string> {
    const now = this.#clock.monotonic();
    if (!ready || now - this.#triedAt < this.#settings.every) return '';
    this.#triedAt = now;
    const host = this.#settings.url.host;
    try {
      await this.#send(this.#settings);
    } catch (thrown) {
      this.#failures++;
      // Now and then again, so that who reads the log of today finds it there.
      const isLong = this.#failures === LONG || this.#failures % 100 === 0;
      const why = printable(asRapError(thrown).message).replaceAll(this.#settings.url.href, host);
      return isLong ? `The heartbeat to ${host} was not taken ${this.#failures} times: ${why}` : '';
    }
    const back = this.#failures >= LONG;
    this.#failures = 0;
    this.#lastAt = this.#clock.now();
    return back ? `The heartbeat to ${host} is taken again` : '';
  }
}

/** @throws when nothing answers in time, or not with success */
async function sendBeat({ url, method }: HeartbeatSettings): Promise<void> {
  const response = await fetchOutside(url, {
    method,
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered ${response.status}`);
}
