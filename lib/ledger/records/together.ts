/** Facts of one kind that come close together, written in one transaction: one wait for the disk instead of many. */
import type { Database, Work } from '../tables.ts';

/** So many at once; they keep the thread for about as many milliseconds. */
const MOST = 16;

interface Waiting<In, Out> {
  fact: In;
  resolve: (result: Out) => void;
  reject: (error: unknown) => void;
}

/**
 * @param write writes one fact within a transaction
 * @param most so many in one transaction
 * @returns writes one fact; what it promises is durable when the promise is kept. A fact that cannot be written fails
 * alone: the others are then written one by one
 */
export function together<In, Out>(
  db: Database,
  write: (work: Work, fact: In) => Promise<Out>,
  most = MOST,
): (fact: In) => Promise<Out> {
  const each = async (work: Work, facts: readonly In[]) => {
    const results: Out[] = [];
    for (const fact of facts) results.push(await write(work, fact));
    return results;
  };
  return allTogether(db, each, most);
}

/** As `together`, where several facts take fewer statements than each by itself. @param write what became of each, in order */
export function allTogether<In, Out>(
  db: Database,
  write: (work: Work, facts: readonly In[]) => Promise<Out[]>,
  most = MOST,
): (fact: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let busy = false;

  const all = (facts: readonly In[]) => db.transaction().execute((work) => write(work, facts));

  const writeLot = async (lot: readonly Waiting<In, Out>[]): Promise<void> => {
    try {
      const results = await all(lot.map(({ fact }) => fact));
      for (const [index, { resolve }] of lot.entries()) resolve(results[index] as Out);
    } catch (thrown) {
      const [only] = lot;
      if (lot.length === 1) only?.reject(thrown);
      else for (const one of lot) await writeLot([one]);
    }
  };

  const work = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      // What this turn of the event loop still brings goes with it.
      await new Promise((resolve) => setImmediate(resolve));
      await writeLot(waiting.splice(0, most));
    }
    busy = false;
  };

  return (fact) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ fact, resolve, reject });
      if (!busy) void work();
    });
}
