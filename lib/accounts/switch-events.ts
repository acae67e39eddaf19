/** What a rap-switch node has to tell of switches, with the request it is about as that stands now. */
import type { Event, Ledger } from '../ledger/ledger.ts';
import type { SwitchEnd, SwitchRequestRow, SwitchResult } from '../ledger/types.ts';

/** An event of a switch, under the number by which a mail says that it tells of it. */
export type SwitchEvent = Pick<Event, 'id' | 'mailedAt'> &
  (
    | { switched: readonly SwitchResult[] }
    | { asked: SwitchRequestRow }
    | { settled: SwitchRequestRow }
    | { ended: SwitchEnd }
  );

const kinds = ['switched', 'switch asked', 'switch settled', 'switch ended'] as const;

/** Events that a node has to tell, oldest first. */
export async function pendingSwitchEvents(
  ledger: Pick<Ledger, 'events' | 'switchRequests'>,
  node: string,
): Promise<SwitchEvent[]> {
  const mine = (await ledger.events.pendingEvents({ kinds })).filter(({ payload }) => payload.node === node);
  if (mine.length === 0) return [];
  const requests = new Map(
    (await ledger.switchRequests.switchRequests()).map((one) => [String(one.id), one]),
  );
  return mine.flatMap((event): SwitchEvent[] => {
    const { id, mailedAt, account } = event;
    if (event.kind === 'switched') return [{ id, mailedAt, switched: event.payload.switched }];
    if (event.kind === 'switch ended') {
      const { until, by } = event.payload;
      return [{ id, mailedAt, ended: { account, until, by } }];
    }
    const request = requests.get(event.subject);
    if (request === undefined) return [];
    return [{ id, mailedAt, ...(event.kind === 'switch asked' ? { asked: request } : { settled: request }) }];
  });
}
