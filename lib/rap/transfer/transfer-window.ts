/**
 * How many bytes may be under way - asked for, arrived, or not yet on disk - over all files together. The
 * amount follows the line: enough to keep it full over its round trip, no more, so that memory stays bounded
 * and the server is not made to queue. Transfers of several accounts share what a process may have under way.
 */
import type { Clock } from '../../time/clock.ts';

const MIB = 1024 * 1024;
/**
 * Enough for any local line; more only costs the server CPU. A server that answers long reads takes a hundred packets for
 * each: it is kept busy by sixteen of them, and with eight it waits for the next a tenth of the time.
 */
const LEAST = 2 * MIB;
const LEAST_READS = 16;
const MOST = 20 * MIB;
/** For all transfers of a process together: thirty accounts on a long line would have 600 MiB in memory. */
const TOGETHER = 48 * MIB;
/**
 * How many times what the bare round trip holds. A request also waits behind the others at the server and is given
 * back only once it is on disk, so it takes about twice the round trip; less than that never fills the line.
 */
const GAIN = 3;
/** How often the line is measured, milliseconds. */
const MEASURE_EVERY = 100;

/** The transfers among which the bytes under way are shared, each with the same part. */
export class WindowShare {
  #open = 0;

  /** One more takes part, until what is returned is called. */
  join(): () => void {
    this.#open++;
    return () => {
      this.#open--;
    };
  }

  /** Bytes that each of them may have under way. */
  get each(): number {
    return this.#open < 2 ? Number.POSITIVE_INFINITY : TOGETHER / this.#open;
  }
}

export class TransferWindow {
  readonly #clock: Clock;
  readonly #onLimit: (bytes: number) => void;
  readonly #least: number;
  readonly #share: WindowShare;
  #limit: number;
  #used = 0;
  #waiting: { bytes: number; go: () => void }[] = [];
  #written = 0;
  #measured: { at: number; landed: number };

  /**
   * @param readLength bytes of one request
   * @param onLimit told the limit, and the new one whenever it changes
   * @param share of whoever else transfers; whoever joins it for this window leaves it for it
   */
  constructor(
    clock: Clock,
    readLength: number,
    onLimit: (bytes: number) => void = () => {},
    share = new WindowShare(),
  ) {
    this.#clock = clock;
    this.#least = Math.max(LEAST, LEAST_READS * readLength);
    this.#limit = this.#least;
    this.#onLimit = onLimit;
    this.#share = share;
    this.#measured = { at: clock.monotonic(), landed: 0 };
    onLimit(this.#limit);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Waits, first come first served, until so many bytes may be asked for. */
  async take(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#used += bytes;
      return;
    }
    await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
  }

  /** Gives back what is on disk or will never come. */
  give(bytes: number, landed = true): void {
    this.#used -= bytes;
    if (landed) this.#written += bytes;
    while (this.#waiting[0] !== undefined && this.#fits(this.#waiting[0].bytes)) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#used += next.bytes;
      next.go();
    }
  }

  /** One request always fits, however large, or nothing would ever move. */
  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= Math.min(this.#limit, this.#share.each);
  }

  /** Adapts the limit to what the line brought since the last look. @param roundTrip milliseconds */
  measure(roundTrip: number): void {
    const now = this.#clock.monotonic();
    const elapsed = now - this.#measured.at;
    if (elapsed < MEASURE_EVERY || !Number.isFinite(roundTrip)) return;
    const rate = (this.#written - this.#measured.landed) / elapsed;
    this.#measured = { at: now, landed: this.#written };
    const wanted = this.#least + GAIN * rate * roundTrip;
    // Grow at once, shrink slowly: a pause of the disk says nothing of the line.
    const next = wanted > this.#limit ? wanted : this.#limit * 0.9 + wanted * 0.1;
    const limit = Math.round(Math.min(MOST, Math.max(this.#least, next)));
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#onLimit(limit);
    this.give(0, false);
  }
}
