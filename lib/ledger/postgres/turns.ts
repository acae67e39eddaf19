/** Turns at one connection, in the order in which they were asked for: questions side by side, a transaction by itself. */
export class Turns {
  /** Ends with the last transaction. */
  #alone: Promise<unknown> = Promise.resolve();
  /** Questions that came since. */
  #beside = new Set<Promise<void>>();

  /** @returns what ends the turn, when the turn has come */
  async beside(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const [before, others] = [this.#alone, this.#beside];
    others.add(promise);
    await before;
    return () => {
      others.delete(promise);
      resolve();
    };
  }

  /** @returns what ends the turn, when the turn has come */
  async alone(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = [this.#alone, ...this.#beside];
    this.#alone = promise;
    this.#beside = new Set();
    await Promise.all(before);
    return resolve;
  }
}
