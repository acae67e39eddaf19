/** The reports that a run's digest tells of: its own, and those of runs before it that were cut off. */
import type { Selectable } from 'kysely';
import { JUMP_MS } from '../../time/clock-watch.ts';
import { batches, inPages, inRowPages } from '../batches.ts';
import type { Database, VersionTable } from '../tables.ts';
import type { DeliveredReport, Delivery } from '../types.ts';
import { wasMailedTo } from './digests.ts';
import { receivedReport } from './reports.ts';

/** How far back a run looks for others that were cut off before they could tell what they did. */
const MAIL_LATER = 72 * 3600_000;

/**
 * Versions of this run's accounts that earlier runs received or delivered and no mail tells of: a run that is cut
 * off before its digest leaves it to the next one to tell.
 */
export async function unmailedOf(
  db: Database,
  run: string,
  start: { started_at: number } | undefined,
  readers: string | undefined,
  now: number,
): Promise<number[]> {
  if (start === undefined) return [];
  // What lies beyond was stamped by a clock that was ahead: before this run, whatever it says.
  const future = now + JUMP_MS;
  const since = start.started_at - MAIL_LATER;
  const othersCutOff = db
    .selectFrom('runs')
    .select('run')
    .where('started_at', '>=', since)
    .where((row) => row.or([row('started_at', '<=', start.started_at), row('started_at', '>', future)]))
    .where('run', '!=', run)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('mails')
            .select('id')
            .whereRef('mails.run', '=', 'runs.run')
            .where('kind', '=', 'digest')
            .where(wasMailedTo(readers)),
        ),
      ),
    )
    .execute();
  const inListings = db.selectFrom('listings').select('account').where('run', '=', run).execute();
  const [cutOff, listed] = await Promise.all([othersCutOff, inListings]);
  const accounts = new Set(listed.map(({ account }) => account));
  const events: { id: number; at: number }[] = [];
  for (const { run: cut } of cutOff) {
    for (const account of accounts) {
      for (const { id, received_at: at } of await receivedIn(db, cut, account)) events.push({ id, at });
    }
    const delivered = await deliveredIn(db, cut);
    const accountOf = new Map((await versionsById(db, delivered)).map(({ id, account }) => [id, account]));
    for (const one of delivered) if (accounts.has(accountOf.get(one.id) ?? '')) events.push(one);
  }
  if (events.length === 0) return [];
  const lastTold = await mailedSince(db, events, { run, readers, since });
  return events
    .filter(({ id, at }) => {
      const told = lastTold.get(id);
      return told === undefined || (told < at && at <= future);
    })
    .map(({ id }) => id);
}

/** When versions were told of last by a mail of another run: a second digest of the same run tells the same. */
async function mailedSince(
  db: Database,
  versions: readonly { id: number }[],
  { run, readers, since }: { run: string; readers: string | undefined; since: number },
): Promise<Map<number, number>> {
  const mails = await db
    .selectFrom('mails')
    .select(['id', 'created_at as at'])
    .where('created_at', '>=', since)
    .where('run', '!=', run)
    .where(wasMailedTo(readers))
    .execute();
  const at = new Map(mails.map((mail) => [mail.id, mail.at]));
  const lastTold = new Map<number, number>();
  for (const some of batches(versions.map(({ id }) => id))) {
    const rows = await db
      .selectFrom('mail_told')
      .select(['version_id as id', 'mail_id'])
      .where('version_id', 'in', some)
      .execute();
    for (const { id, mail_id } of rows) {
      const then = at.get(mail_id);
      if (then !== undefined) lastTold.set(id, Math.max(then, lastTold.get(id) ?? then));
    }
  }
  return lastTold;
}

/** Versions that a run received for an account. */
function receivedIn(db: Database, run: string, account: string) {
  return inPages((after, most) =>
    db
      .selectFrom('versions')
      .selectAll()
      .where('run', '=', run)
      .where('account', '=', account)
      .where('id', '>', after)
      .orderBy('id')
      .limit(most)
      .execute(),
  );
}

/** Versions that a run delivered, and when: once for each share. */
async function deliveredIn(db: Database, run: string): Promise<{ id: number; at: number }[]> {
  const rows = await inRowPages(db, 'deliveries', (number, after, most) =>
    db
      .selectFrom('deliveries')
      .select(['version_id', 'delivered_at as at', number.as('id')])
      .where('run', '=', run)
      .where(number, '>', after)
      .orderBy(number)
      .limit(most)
      .execute(),
  );
  return rows.map(({ version_id: id, at }) => ({ id, at }));
}

async function versionsById(db: Database, versions: readonly { id: number }[]): Promise<VersionRow[]> {
  const rows: VersionRow[] = [];
  for (const some of batches([...new Set(versions.map(({ id }) => id))])) {
    rows.push(...(await db.selectFrom('versions').selectAll().where('id', 'in', some).execute()));
  }
  return rows;
}

type VersionRow = Selectable<VersionTable>;

/** Versions received or delivered by the run, and those given; `own` when the run received it itself. */
export async function reportsOf(
  db: Database,
  run: string,
  others: readonly number[],
): Promise<{ account: string; own: boolean; report: DeliveredReport }[]> {
  const [accounts, delivered] = await Promise.all([
    db.selectFrom('versions').select('account').distinct().where('run', '=', run).execute(),
    deliveredIn(db, run),
  ]);
  let rows: VersionRow[] = [];
  for (const { account } of accounts) rows = rows.concat(await receivedIn(db, run, account));
  const own = new Set(rows.map(({ id }) => id));
  const more = [...delivered, ...others.map((id) => ({ id }))];
  rows = rows.concat(
    await versionsById(
      db,
      more.filter(({ id }) => !own.has(id)),
    ),
  );
  rows.sort((a, b) => a.id - b.id);
  const places = await deliveriesTo(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    account: row.account,
    own: row.run === run,
    report: { ...receivedReport(row), amended: row.amended === 1, deliveries: places.get(row.id) ?? [] },
  }));
}

async function deliveriesTo(db: Database, versionIds: number[]): Promise<Map<number, Delivery[]>> {
  const places = new Map<number, Delivery[]>();
  for (const some of batches(versionIds)) {
    const rows = await db
      .selectFrom('deliveries')
      .select(['version_id', 'share', 'file', 'sha256', 'outcome'])
      .where('version_id', 'in', some)
      .orderBy('share')
      .execute();
    for (const { version_id, ...delivery } of rows) {
      const list = places.get(version_id) ?? [];
      list.push(delivery);
      places.set(version_id, list);
    }
  }
  return places;
}
