/** Another host that shares the work, as far as the ledger says it: it holds what a test lets it hold. */
import { setTimeout as wait } from 'node:timers/promises';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Duty, DutyLease, Ledger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';

/** Longer than any test. */
const LONG_MS = 36_000_000;

export class OtherHost {
  readonly name: string;
  readonly ledger: Ledger;
  readonly #owner: string;
  #held: readonly DutyLease[] = [];

  static async join(home: string, name: string): Promise<OtherHost> {
    const host = new OtherHost(name, await openHome(home, realClock, undefined, { host: name }));
    await host.beat();
    return host;
  }

  private constructor(name: string, ledger: Ledger) {
    this.name = name;
    this.ledger = ledger;
    // Of another machine: whether it lives, nobody here can know.
    this.#owner = `${name}.example:4711:0`;
  }

  /** @param ms how long it counts as there from now on  @param ahead what its clock is ahead of what is right */
  async beat(ms = LONG_MS, ahead = 0): Promise<void> {
    const acting = { owner: this.#owner, host: this.name, ms };
    await this.ledger.duties.beat(acting, realClock.now() + ahead);
  }

  async take(...duties: Duty[]): Promise<void> {
    const acting = { owner: this.#owner, host: this.name, ms: LONG_MS };
    const taken = await this.ledger.duties.claim(duties, acting);
    if (taken === undefined) throw new Error('They are held');
    this.#held = [...this.#held, ...taken];
  }

  /** Takes duties from whoever has them, as when their time is over. */
  async seize(...duties: Duty[]): Promise<void> {
    const acting = { owner: this.#owner, host: this.name, ms: LONG_MS };
    const { duties: rows } = await this.ledger.duties.sight();
    const taken = await this.ledger.duties.claim(
      duties,
      acting,
      rows.map(({ owner }) => owner),
    );
    if (taken === undefined) throw new Error('They cannot be taken');
    this.#held = [...this.#held, ...taken];
  }

  /** Gives a duty away as soon as it is asked for it. */
  async giveWhenAsked({ kind, subject }: Duty): Promise<void> {
    for (;;) {
      const { duties } = await this.ledger.duties.sight();
      const row = duties.find((one) => one.kind === kind && one.subject === subject);
      if (row !== undefined && row.wantedBy !== '') {
        const of = this.#held.filter((one) => one.kind === kind && one.subject === subject);
        return this.ledger.duties.release(of, row.wantedBy, LONG_MS);
      }
      await wait(20);
    }
  }

  close(): Promise<void> {
    return this.ledger.close();
  }
}
