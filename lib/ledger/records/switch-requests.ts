/** Switches of the data centre that one person asked for and a second one has yet to confirm. */
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf } from '../journal/vouched.ts';
import type { Database, Work } from '../tables.ts';
import type { NewSwitchRequest, SwitchRequestRow, SwitchSettlement } from '../types.ts';
import { writeDataCentre } from './accounts.ts';
import { appendEvent, withdrawEventsOf } from './events.ts';
import { switchRequestOf } from './switch-request-row.ts';

export interface SwitchRequestRecords {
  /**
   * Records the request and journals it; from then on the node has it to tell. A request of the same node that is
   * still open is withdrawn.
   */
  requestSwitch(request: NewSwitchRequest): Promise<SwitchRequestRow>;
  /** @param state only those in this state */
  switchRequests(state?: SwitchRequestRow['state']): Promise<SwitchRequestRow[]>;
  /**
   * Settles an open request and journals it; one that is confirmed is carried out at once. All of it or nothing,
   * and from then on the node that asked has it to tell.
   * @returns the request, or undefined when it was settled before
   */
  settleSwitch(settlement: SwitchSettlement): Promise<SwitchRequestRow | undefined>;
}

const ofRequests = ['switch asked', 'switch settled'] as const;

export function switchRequestRecords(db: Database, writer: JournalWriter): SwitchRequestRecords {
  const { clock } = writer;
  const tell = (work: Work, kind: (typeof ofRequests)[number], { id, node }: { id: number; node: string }) =>
    appendEvent(work, clock.now(), { kind, subject: String(id), account: '', run: '', payload: { node } });
  const titles = { confirmed: 'confirmed', refused: 'refused', expired: 'not confirmed in time' } as const;
  return {
    requestSwitch: ({ accounts, ...request }) =>
      db.transaction().execute(async (work) => {
        const withdrawn = await work
          .updateTable('switch_requests')
          .set({
            state: 'refused',
            settled_by: request.by,
            settled_why: 'Replaced by a newer request',
            settled_at: clock.now(),
          })
          .where('node', '=', request.node)
          .where('state', '=', 'open')
          .returningAll()
          .execute();
        for (const one of withdrawn) {
          const details = { request: one.id, dataCentre: one.data_centre };
          const what = 'data centre switch withdrawn';
          const entry = { who: request.by, what, why: one.settled_why, details };
          await appendJournal(work, writer, entry, rowOf('switch_requests', one, false));
        }
        await withdrawEventsOf(
          work,
          ofRequests,
          withdrawn.map(({ id }) => String(id)),
        );
        const row = await work
          .insertInto('switch_requests')
          .values({
            node: request.node,
            accounts: JSON.stringify(accounts),
            data_centre: request.dataCentre,
            reason: request.reason,
            requested_by: request.by,
            requested_name: request.asker?.name ?? request.by,
            requested_login: request.asker?.login ?? '',
            requested_at: clock.now(),
            expires_at: request.expiresAt,
            until: request.until ?? null,
            state: 'open',
            settled_by: '',
            settled_why: '',
            settled_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await tell(work, 'switch asked', row);
        const details = { request: row.id, accounts: accounts.join(', '), dataCentre: request.dataCentre };
        const entry = { who: request.by, what: 'data centre switch requested', why: request.reason, details };
        await appendJournal(work, writer, entry, rowOf('switch_requests', row, true));
        return switchRequestOf(row);
      }),

    async switchRequests(state) {
      const query = db.selectFrom('switch_requests').selectAll().orderBy('id');
      const rows = await (state === undefined ? query : query.where('state', '=', state)).execute();
      return rows.map(switchRequestOf);
    },

    settleSwitch: ({ id, state, by, why }) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('switch_requests')
          .set({ state, settled_by: by, settled_why: why, settled_at: clock.now() })
          .where('id', '=', id)
          .where('state', '=', 'open')
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        await withdrawEventsOf(work, ofRequests, [String(id)]);
        await tell(work, 'switch settled', row);
        const { accounts, ...request } = switchRequestOf(row);
        const details = { request: id, accounts: accounts.join(', '), dataCentre: row.data_centre };
        const what = `data centre switch ${titles[state]}`;
        const entry = { who: by, what, why: why || row.reason, details };
        await appendJournal(work, writer, entry, rowOf('switch_requests', row, false));
        if (state === 'confirmed') {
          const { dataCentre, reason, by: first, until } = request;
          const choice = { dataCentre, reason, by: first, second: by };
          for (const account of accounts) {
            await writeDataCentre(work, writer, {
              account,
              ...choice,
              ...(until === undefined ? {} : { until }),
            });
          }
        }
        return { accounts, ...request };
      }),
  };
}
