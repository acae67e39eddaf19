/**
 * Duties: what one of several hosts does at a time. Each account is one, each schedule, and what is done once for the
 * whole site. A duty is held like a lease (see leases.ts): it ends by itself, and its fence grows with every change of
 * hands. Time is the ledger's, the same for all hosts.
 */
import { sql } from 'kysely';
import { realClock } from '../../time/clock.ts';
import { isPostgres, POSTGRES_NOW } from '../engine.ts';
import type { Database, DutyKind, Work } from '../tables.ts';

export interface Duty {
  kind: DutyKind;
  /** Name of the account, id of the schedule. */
  subject: string;
}

export interface DutyLease extends Duty {
  /** Grows by one with every claim. */
  fence: number;
}

export interface HeldDuty extends DutyLease {
  /** '' when nobody holds it. */
  owner: string;
  host: string;
  /** Milliseconds since 1970, as the next two. */
  until: number;
  since: number;
  /** For whom it was given back; '' for anybody. */
  givenTo: string;
  /** Who asks for it; '' when nobody does. */
  wantedBy: string;
}

export interface SharingHost {
  owner: string;
  /** Its name for people. */
  host: string;
  joinedAt: number;
  /** When it counts as gone unless it is heard of again. */
  until: number;
  /** What its clock was ahead of the ledger's when it was heard of last, milliseconds. */
  offset: number;
}

/** What the ledger says of hosts and duties at one moment. */
export interface Sight {
  /** The ledger's time. */
  now: number;
  hosts: SharingHost[];
  duties: HeldDuty[];
}

/** Who acts: `ms` is how long it counts as there, and holds what it has, after it was heard of last. */
export interface Acting {
  owner: string;
  host: string;
  ms: number;
}

export interface DutyRecords {
  /** Hosts of the last days, also those that are gone without a word, and all duties. */
  sight(): Promise<Sight>;
  /** The host is there, and goes on with all that it holds. @param clock its own, milliseconds since 1970 */
  beat(acting: Acting, clock: number): Promise<Sight>;
  /**
   * Takes duties that are free, have ended, or are this owner's: all of them or none.
   * @param gone owners that are known to be dead, whose duties need not be waited for
   */
  claim(duties: readonly Duty[], acting: Acting, gone?: readonly string[]): Promise<DutyLease[] | undefined>;
  /**
   * Gives duties back, as far as they are still held.
   * @param to who alone may take them for the next `grace` milliseconds
   */
  release(leases: readonly DutyLease[], to?: string, grace?: number): Promise<void>;
  /** Asks whoever holds a duty for it. */
  want(duty: Duty, owner: string): Promise<void>;
  /** The host is gone, and says so. */
  leave(owner: string): Promise<void>;
  /** Names of the hosts that were heard of in the last days; one that is not among them is retired. */
  knownHosts(): Promise<string[]>;
}

/** A host that is gone is remembered so long, milliseconds. */
const REMEMBERED_MS = 7 * 86_400_000;
/** See leases.ts: a lease that lasts so much longer than asked for was taken under a wrong clock. */
const SLACK_MS = 60_000;

/** Reads the ledger's time within a transaction, milliseconds since 1970. */
export type LedgerTime = (work: Work) => Promise<number>;

/** The server's, where there is one; a file's is that of its machine. */
export function ledgerTime(db: Database): LedgerTime {
  if (!isPostgres(db)) return async () => realClock.now();
  return async (work) => {
    const { rows } = await sql<{ now: number }>`select ${sql.raw(POSTGRES_NOW)} as now`.execute(work);
    return Number(rows[0]?.now);
  };
}

export function dutyRecords(db: Database, time: LedgerTime): DutyRecords {
  return {
    sight: async () => seen(db, await time(db)),

    beat: ({ owner, host, ms }, clock) =>
      db.transaction().execute(async (work) => {
        const now = await time(work);
        const row = { host, seen_until: now + ms, clock_offset: clock - now };
        await work
          .insertInto('hosts')
          .values({ owner, joined_at: now, ...row })
          .onConflict((on) => on.column('owner').doUpdateSet(row))
          .execute();
        await work
          .insertInto('known_hosts')
          .values({ host, seen_at: now })
          .onConflict((on) => on.column('host').doUpdateSet({ seen_at: now }))
          .execute();
        // Whoever bears the same name and is gone was its life before.
        await work
          .deleteFrom('hosts')
          .where('owner', '!=', owner)
          .where('seen_until', '<=', now)
          .where((of) => of.or([of('host', '=', host), of('seen_until', '<=', now - REMEMBERED_MS)]))
          .execute();
        await work
          .updateTable('duties')
          .set({ held_until: now + ms })
          .where('owner', '=', owner)
          .execute();
        return seen(work, now);
      }),

    async claim(duties, acting, gone = []) {
      try {
        return await db.transaction().execute(async (work) => {
          const now = await time(work);
          const taken: DutyLease[] = [];
          for (const duty of inOrder(duties)) {
            const fence = await claimOne(work, now, duty, acting, gone);
            if (fence === undefined) throw new Held();
            taken.push({ ...duty, fence });
          }
          return taken;
        });
      } catch (thrown) {
        if (thrown instanceof Held) return undefined;
        throw thrown;
      }
    },

    release: (leases, to = '', grace = 0) =>
      db.transaction().execute(async (work) => {
        const held_until = grace === 0 ? 0 : (await time(work)) + grace;
        for (const { kind, subject, fence } of inOrder(leases)) {
          await work
            .updateTable('duties')
            .set({ owner: '', held_until, given_to: to, wanted_by: '' })
            .where('kind', '=', kind)
            .where('subject', '=', subject)
            .where('fence', '=', fence)
            .execute();
        }
      }),

    async want({ kind, subject }, owner) {
      await db
        .updateTable('duties')
        .set({ wanted_by: owner })
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .where('owner', 'not in', ['', owner])
        .execute();
    },

    async leave(owner) {
      await db.deleteFrom('hosts').where('owner', '=', owner).execute();
    },

    async knownHosts() {
      const since = (await time(db)) - REMEMBERED_MS;
      const rows = await db.selectFrom('known_hosts').select('host').where('seen_at', '>', since).execute();
      return rows.map(({ host }) => host);
    },
  };
}

/** Somebody holds one of the duties: the claim of all of them is undone. */
class Held extends Error {}

/** Two hosts that take the same rows take them in the same order. */
function inOrder<D extends Duty>(duties: readonly D[]): D[] {
  return duties.toSorted((a, b) => (dutyKey(a) < dutyKey(b) ? -1 : 1));
}

export function dutyKey({ kind, subject }: Duty): string {
  return `${kind}\n${subject}`;
}

async function claimOne(
  work: Work,
  now: number,
  { kind, subject }: Duty,
  { owner, host, ms }: Acting,
  gone: readonly string[],
): Promise<number | undefined> {
  const held = { owner, host, held_until: now + ms, since: now, given_to: '', wanted_by: '' };
  const row = await work
    .insertInto('duties')
    .values({ kind, subject, fence: 1, ...held })
    .onConflict((on) =>
      on
        .columns(['kind', 'subject'])
        .doUpdateSet((of) => ({ ...held, fence: of('duties.fence', '+', 1) }))
        .where((of) =>
          of.or([
            of('duties.held_until', '<=', now),
            of('duties.owner', 'in', [owner, ...gone]),
            of.and([of('duties.owner', '=', ''), of('duties.given_to', 'in', ['', owner])]),
            of('duties.held_until', '>', now + ms + SLACK_MS),
          ]),
        ),
    )
    .returning('fence')
    .executeTakeFirst();
  return row?.fence;
}

async function seen(work: Work, now: number): Promise<Sight> {
  const hosts = await work.selectFrom('hosts').selectAll().orderBy('host').orderBy('owner').execute();
  const duties = await work.selectFrom('duties').selectAll().orderBy('kind').orderBy('subject').execute();
  return {
    now,
    hosts: hosts.map(({ owner, host, joined_at, seen_until, clock_offset }) => ({
      ...{ owner, host, joinedAt: joined_at, until: seen_until, offset: clock_offset },
    })),
    duties: duties.map(({ held_until, given_to, wanted_by, ...row }) => ({
      ...row,
      until: held_until,
      givenTo: given_to,
      wantedBy: wanted_by,
    })),
  };
}
