/** What a record of the journal says of the tables, also one that an older release wrote. */

import { fromColumn } from '../json-column.ts';
import type { Link } from './chain.ts';
import { descriptionOf, type Row, SHARES_OF_BEFORE, type Value, type Vouch } from './vouched.ts';

type Details = Readonly<Record<string, Value>> & { rows?: readonly Vouch[] };

/**
 * Older releases wrote no rows, but of what they decided about log-ins the whole content.
 * @throws RapError LEDGER_UNUSABLE when the record cannot be read
 */
export function vouchesOf({
  what,
  who,
  why,
  details,
}: Pick<Link, 'what' | 'who' | 'why' | 'details'>): Vouch[] {
  const { rows, account = null, ...said } = fromColumn<Details>(details);
  if (rows !== undefined) {
    return rows
      .map((vouch) => (vouch.of === SHARES_OF_BEFORE ? { ...vouch, of: 'shares' } : vouch))
      .filter(({ of }) => descriptionOf(of) !== undefined);
  }
  switch (what) {
    case 'data centre chosen': {
      const { dataCentre = null, second = '', until = null } = said;
      const choice = { account, data_centre: dataCentre, reason: why, chosen_by: who };
      return [{ of: 'data_centres', row: { ...choice, seconded_by: second, until } }];
    }
    case 'login locked':
      return [{ of: 'login_locks', row: { account, reason: why, address: said.address ?? null } }];
    case 'login unlocked':
      return [{ of: 'login_locks', gone: [account] }];
    default:
      return [];
  }
}

/**
 * Do the records before it vouch for nothing any more? Those that follow it take over the rows as they are: the key
 * was lost, or a person has accepted the tables.
 */
export function beginsAnew({ details }: Pick<Link, 'details'>): boolean {
  return fromColumn<{ anew?: boolean }>(details).anew === true;
}

/** A column that is not what a record says. */
export interface Deviation {
  column: string;
  is: Value;
  recorded: Value;
}

/** Where a row differs from what a record says of it; a column that this release does not have says nothing. */
export function deviations(row: Row, recorded: Row): Deviation[] {
  return Object.entries(recorded).flatMap(([column, value]) => {
    const is = row[column];
    return is === undefined || is === value ? [] : [{ column, is, recorded: value }];
  });
}
