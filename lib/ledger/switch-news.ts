/**
 * News of switches: a request was settled, or an account was put back because its time was over. Each is written
 * down with the fact, for the node that tells it, and taken away with the mail that tells of it; what a process
 * was killed over is still to be told.
 */
import { shownRequest } from './switch-requests.ts';
import type { Database, Work } from './tables.ts';
import type { SwitchNews } from './types.ts';

export interface SwitchNewsBook {
  /** News that a node has to tell and that no mail in the outbox tells of, oldest first. */
  untoldSwitches(node: string): Promise<SwitchNews[]>;
  /** Nobody is going to queue a mail about it. */
  forgetSwitchNews(id: number): Promise<void>;
}

export function switchNewsBook(db: Database): SwitchNewsBook {
  return {
    async untoldSwitches(node) {
      const rows = await db
        .selectFrom('switch_news')
        .selectAll()
        .where('node', '=', node)
        .orderBy('id')
        .execute();
      const news: SwitchNews[] = [];
      for (const { id, request, account, until, chosen_by: by } of rows) {
        if (request === null) {
          news.push({ id, ended: { account, until: until ?? 0, by } });
          continue;
        }
        const row = await db
          .selectFrom('switch_requests')
          .selectAll()
          .where('id', '=', request)
          .executeTakeFirstOrThrow();
        news.push({ id, settled: shownRequest(row) });
      }
      return news;
    },

    forgetSwitchNews: (id) => closeSwitchNews(db, id),
  };
}

/** Within the transaction that queues its mail. */
export async function closeSwitchNews(work: Work, id: number): Promise<void> {
  await work.deleteFrom('switch_news').where('id', '=', id).execute();
}
