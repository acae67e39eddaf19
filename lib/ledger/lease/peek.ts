/** Who holds a lease of a ledger, asked from outside. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, realClock } from '../../time/clock.ts';
import type { LedgerPlace } from '../place.ts';
import { leaseOn } from '../postgres/questions.ts';
import { type LeaseHolder, SLACK_MS } from './leases.ts';
import type { LedgerTimeWatch } from './ledger-time-watch.ts';

/** How long a look waits for a ledger that is being written. */
const PEEK_MS = 1000;

/**
 * Looks from outside who holds a lease of a ledger, without opening it for writing: a ledger that another is at
 * work on, perhaps of another release, is left as it is.
 * @param clock by which a lease in a file ends; on PostgreSQL it is the server's
 * @param ms how long a lease lasts; one that lasts longer was taken under a wrong clock and does not count
 * @param watch of the server's clock: one that was put forward ends nothing
 * @returns undefined when nobody holds it, or there is no ledger that can be read
 */
export async function peekLease(
  place: LedgerPlace,
  name: string,
  clock: Clock,
  ms: number,
  watch?: LedgerTimeWatch,
): Promise<LeaseHolder | undefined> {
  const begun = realClock.monotonic();
  const row = typeof place === 'string' ? rowIn(place, name) : await leaseOn(place.address, name);
  if (row === undefined) return undefined;
  const until = Number(row.held_until);
  const now = Number(row.now ?? clock.now());
  const mayHaveEnded = watch === undefined || watch.look(now, begun, realClock.monotonic());
  // One that was given back has no end.
  const held = until > 0 && (until > now || !mayHaveEnded) && until <= now + ms + SLACK_MS;
  return held ? { name, owner: String(row.owner), fence: Number(row.fence), until } : undefined;
}

function rowIn(file: string, name: string): Record<string, unknown> | undefined {
  if (!existsSync(file)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: PEEK_MS });
    return database.prepare('select owner, fence, held_until from leases where name = ?').get(name);
  } catch {
    // Whoever opens it will say what is wrong with it.
    return undefined;
  } finally {
    if (database?.isOpen) database.close();
  }
}
