/** Works that are done a few at a time, in turn of those who ask: whoever asks for much waits for it alone. */

export interface FairQueueLimits {
  /** Works of one asker that may wait. */
  ofOne: number;
  /** Works of all askers that may wait. */
  ofAll: number;
  /** Works that are done at the same time; 1 by default. */
  atOnce?: number;
}

/** Nobody is refused. */
export const unlimited = { ofOne: Number.POSITIVE_INFINITY, ofAll: Number.POSITIVE_INFINITY };

export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** What waits, by asker; whose turn it is stands first. */
  readonly #lines = new Map<string, (() => Promise<void>)[]>();
  #waiting = 0;
  #atWork = 0;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /** The same as `run`, or undefined at once where too many wait. */
  offer<T>(asker: string, work: () => Promise<T>): Promise<T> | undefined {
    const { ofOne, ofAll } = this.#limits;
    const waits = this.#lines.get(asker)?.length ?? 0;
    return waits >= ofOne || this.#waiting >= ofAll ? undefined : this.run(asker, work);
  }

  /**
   * @param asker who asks; each has a line of their own
   * @param work is begun when it is its turn
   * @returns what the work gives
   */
  run<T>(asker: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(asker) ?? [];
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
    if (this.#atWork >= (this.#limits.atOnce ?? 1)) return;
    this.#atWork++;
    for (let next = this.#next(); next !== undefined; next = this.#next()) await next();
    this.#atWork--;
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
