/**
 * News of switches: a node switched or asked for a second person, a request was settled, or an account was put back
 * because its time was over. Each is written down with the fact, for the node that tells it, and marked with the
 * mail that tells of it; what a process was killed over is still to be told.
 */

import type { Database, Tables, Work } from '../tables.ts';
import type { SwitchEnd, SwitchEvent, SwitchResult } from '../types.ts';
import { switchRequestOf } from './switch-request-row.ts';

export interface SwitchEventRecords {
  /** News that a node has to tell, oldest first. */
  pendingSwitchEvents(node: string): Promise<SwitchEvent[]>;
  /** It is told. */
  forgetSwitchEvent(id: number): Promise<void>;
}

export function switchEventRecords(db: Database): SwitchEventRecords {
  async function newsOf(
    row: Pick<Tables['switch_news'], 'request' | 'switched' | 'account' | 'chosen_by' | 'until'>,
  ) {
    const { request, switched, account, until, chosen_by: by } = row;
    if (switched !== null) return { switched: JSON.parse(switched) as SwitchResult[] };
    if (request === null) return { ended: { account, until: until ?? 0, by } };
    const asked = switchRequestOf(
      await db.selectFrom('switch_requests').selectAll().where('id', '=', request).executeTakeFirstOrThrow(),
    );
    return asked.state === 'open' ? { asked } : { settled: asked };
  }

  return {
    async pendingSwitchEvents(node) {
      const rows = await db
        .selectFrom('switch_news')
        .selectAll()
        .where('node', '=', node)
        .orderBy('id')
        .execute();
      const news: SwitchEvent[] = [];
      for (const row of rows) news.push({ id: row.id, mailedAt: row.mailed_at, ...(await newsOf(row)) });
      return news;
    },

    async forgetSwitchEvent(id) {
      await db.deleteFrom('switch_news').where('id', '=', id).execute();
    },
  };
}

/** Within the transaction of the fact. @returns its number */
export async function openSwitchEvent(
  work: Work,
  fact: { node: string; request?: number; switched?: readonly SwitchResult[]; ended?: SwitchEnd },
): Promise<number> {
  const { node, request, switched, ended } = fact;
  const { id } = await work
    .insertInto('switch_news')
    .values({
      node,
      request: request ?? null,
      account: ended?.account ?? '',
      until: ended?.until ?? null,
      chosen_by: ended?.by ?? '',
      switched: switched === undefined ? null : JSON.stringify(switched),
      mailed_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Within the transaction that queues a mail about it. */
export async function markSwitchEventMailed(work: Work, id: number, at: number): Promise<void> {
  await work.updateTable('switch_news').set({ mailed_at: at }).where('id', '=', id).execute();
}

/** Within the transaction that overtakes it: nobody is to be asked for a request that is settled. */
export async function dropRequestEvents(work: Work, requests: readonly number[]): Promise<void> {
  if (requests.length > 0) await work.deleteFrom('switch_news').where('request', 'in', requests).execute();
}
