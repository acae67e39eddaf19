/** What a migration of the ledger is. */
import type { Kysely } from 'kysely';

export interface Migration {
  /** Ascending; a released migration never changes. */
  number: number;
  name: string;
  up(db: Kysely<unknown>): Promise<void>;
  down(db: Kysely<unknown>): Promise<void>;
}
