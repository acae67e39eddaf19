/** How a request to switch the data centre is shown to those outside the ledger. */
import type { Selectable } from 'kysely';
import type { Tables } from '../tables.ts';
import type { SwitchRequestRow } from '../types.ts';

/** A row of the table as the request it stands for. */
export function switchRequestOf(row: Selectable<Tables['switch_requests']>): SwitchRequestRow {
  return {
    id: row.id,
    node: row.node,
    accounts: JSON.parse(row.accounts),
    dataCentre: row.data_centre,
    reason: row.reason,
    by: row.requested_by,
    asker: { name: row.requested_name, login: row.requested_login },
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    ...(row.until === null ? {} : { until: row.until }),
    state: row.state,
    settledBy: row.settled_by,
    settledAt: row.settled_at,
  };
}
