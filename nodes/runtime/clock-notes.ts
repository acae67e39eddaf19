/** Writes down what the clock shows, and its jumps: what waits is moved along before anybody works with the ledger. */
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { type ClockJump, ClockWatch } from '../../lib/time/clock-watch.ts';

/** What the clock shows is written down this often (ms), so that a jump between two processes is noticed. */
const MARK_MS = 600_000;

export class ClockNotes {
  readonly #clock: Clock;
  readonly #ledger: Pick<Ledger, 'clock'>;
  readonly #watch: ClockWatch;
  /** A jump of the clock that is not written down yet. */
  #jump: ClockJump | undefined;
  /** Writes it down, or what the clock shows. */
  #noting: Promise<void> | undefined;
  /** When that was done last, on the monotonic clock. */
  #notedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, ledger: Pick<Ledger, 'clock'>) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#watch = new ClockWatch(clock);
  }

  /** What the clock shows at the beginning of a life; a jump since the last one is noticed. */
  async begin(): Promise<void> {
    await this.#ledger.clock.noteClock(this.#clock.boot?.());
    this.#notedAt = this.#clock.monotonic();
  }

  /** Looks whether the clock has jumped. Call it before `settle`, also where nothing is to be written down. */
  look(): boolean {
    const jump = this.#watch.look();
    if (jump !== undefined) this.#jump = { ...jump, jump: jump.jump + (this.#jump?.jump ?? 0) };
    return jump !== undefined;
  }

  /** Another host writes down what this one noticed. */
  forget(): void {
    this.#jump = undefined;
  }

  /** Resolves when nothing is left to be written down. */
  async settle(): Promise<void> {
    for (;;) {
      this.look();
      if (this.#jump === undefined && this.#clock.monotonic() - this.#notedAt < MARK_MS) return;
      this.#noting ??= this.note().finally(() => {
        this.#noting = undefined;
      });
      await this.#noting;
    }
  }

  async note(): Promise<void> {
    const [jump, notedAt, boot] = [this.#jump, this.#clock.monotonic(), this.#clock.boot?.()];
    if (jump === undefined) await this.#ledger.clock.noteClock(boot);
    else await this.#ledger.clock.noteJump(jump, boot);
    if (this.#jump === jump) this.#jump = undefined;
    this.#notedAt = notedAt;
  }
}
