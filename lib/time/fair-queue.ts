/** Works that are done one at a time, in turn of those who ask: whoever asks for much waits for it alone. */

export interface FairQueueLimits {
  /** Works of one asker that may wait. */
  ofOne: number;
  /** Works of all askers that may wait. */
  ofAll: number;
}

export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** What waits, by asker; whose turn it is stands first. */
  readonly #lines = new Map<string, (() => Promise<void>)[]>();
  #waiting = 0;
  #atWork = false;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /**
   * @param asker who asks; each has a line of their own
   * @param work is begun when it is its turn
   * @returns what the work gives, or undefined at once where too many wait
   */
  run<T>(asker: string, work: () => Promise<T>): Promise<T> | undefined {
    const line = this.#lines.get(asker) ?? [];
    if (line.length >= this.#limits.ofOne || this.#waiting >= this.#limits.ofAll) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    line.push(async () => {
      try {
        resolve(await work());
      } catch (thrown) {
        reject(thrown);
      }
    });
    this.#lines.set(asker, line);
    this.#waiting++;
    void this.#go();
    return promise;
  }

  async #go(): Promise<void> {
    if (this.#atWork) return;
    this.#atWork = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) await next();
    this.#atWork = false;
  }

  /** The first work of whose turn it is; their next one comes after everybody else's first. */
  #next(): (() => Promise<void>) | undefined {
    for (const [asker, line] of this.#lines) {
      const work = line.shift();
      this.#lines.delete(asker);
      if (line.length > 0) this.#lines.set(asker, line);
      if (work === undefined) continue;
      this.#waiting--;
      return work;
    }
    return undefined;
  }
}
