/**
 * A limit on how fast reports are fetched, by the time of day in Hong Kong: the line to the exchange is shared,
 * and trading comes first.
 */
import { RapError } from '../../errors/rap-error.ts';
import { type Clock, sleep } from '../../time/clock.ts';
import { hongKongMinute } from '../../time/hong-kong-minute.ts';

/** From one time of day to another ('HH:MM', the end excluded; over midnight when it is the earlier one). */
export interface BandwidthWindow {
  from: string;
  to: string;
  /** Kilobytes (1,000 bytes) a second. */
  kilobytes: number;
}

function minuteOf(text: string): number {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const minute = Number(match?.[1]) * 60 + Number(match?.[2]);
  if (match === null || minute > 1440)
    throw new RapError('CONFIG_INVALID', `Bandwidth: "${text}" is not a time like 09:30`);
  return minute;
}

/**
 * Checks a timetable.
 * @throws RapError CONFIG_INVALID
 */
export function checkBandwidth(timetable: readonly BandwidthWindow[]): void {
  for (const { from, to, kilobytes } of timetable) {
    if (minuteOf(from) === minuteOf(to))
      throw new RapError('CONFIG_INVALID', `Bandwidth: ${from} to ${to} is no time`);
    if (!(kilobytes > 0))
      throw new RapError('CONFIG_INVALID', `Bandwidth: ${kilobytes} kB/s from ${from} to ${to} is no rate`);
  }
}

/** Bytes a second allowed at a minute of the day; Infinity outside all windows, the lowest where they overlap. */
export function rateAt(timetable: readonly BandwidthWindow[], minute: number): number {
  const rates = timetable
    .filter(({ from, to }) => {
      const [start, end] = [minuteOf(from), minuteOf(to)];
      return start < end ? minute >= start && minute < end : minute >= start || minute < end;
    })
    .map((window) => window.kilobytes * 1_000);
  return Math.min(Number.POSITIVE_INFINITY, ...rates);
}

/** Spends the allowance of a timetable: whoever asks waits until what was asked for before it has had its time. */
export class Bandwidth {
  readonly #timetable: readonly BandwidthWindow[];
  readonly #clock: Clock;
  /** When all that was granted so far will have had its time, on the monotonic clock. */
  #paidUntil = 0;

  constructor(timetable: readonly BandwidthWindow[], clock: Clock) {
    this.#timetable = timetable;
    this.#clock = clock;
  }

  /** Bytes a second allowed now; Infinity where nothing limits them. */
  rate(): number {
    return rateAt(this.#timetable, hongKongMinute(this.#clock.now()));
  }

  /** Waits until so many bytes may be asked for. Rejects with the signal's reason. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.#timetable.length === 0) return;
    const rate = this.rate();
    if (!Number.isFinite(rate)) return;
    const now = this.#clock.monotonic();
    const start = Math.max(now, this.#paidUntil);
    this.#paidUntil = start + (bytes / rate) * 1_000;
    if (start > now) await sleep(this.#clock, start - now, signal);
  }
}
