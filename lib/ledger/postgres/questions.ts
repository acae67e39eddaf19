/** Short questions to a ledger on PostgreSQL that nobody has opened: each by a connection of its own, which only reads. */
import { RapError } from '../../errors/rap-error.ts';
import { POSTGRES_NOW } from '../engine.ts';
import { latest } from '../migrate.ts';
import { unusable } from '../sqlite/ledger-file.ts';
import type { PostgresAddress } from './address.ts';
import { Link } from './link.ts';

/** Number of the last migration. */
export async function releaseOf(link: Link, shown: string): Promise<number> {
  if (!(await hasLedger(link))) throw unusable(shown, 'holds no ledger');
  const [given] = await link.script('select max(number) as newest from migrations');
  const newest: number | null = given?.rows[0]?.newest ?? null;
  if (newest === null) throw unusable(shown, 'holds no ledger');
  if (newest <= latest) return newest;
  throw new RapError('LEDGER_TOO_NEW', `${shown} has migration ${newest}; this release knows ${latest}`);
}

export async function hasLedger(link: Link): Promise<boolean> {
  const [given] = await link.script(
    "select to_regclass('migrations') is not null and to_regclass('properties') is not null as there",
  );
  return given?.rows[0]?.there === 1;
}

/** Number of the last migration there. @throws RapError LEDGER_UNUSABLE when there is no ledger; LEDGER_TOO_NEW */
export async function newestOn(address: PostgresAddress): Promise<number> {
  const link = await Link.make(address, { readOnly: true });
  try {
    return await releaseOf(link, address.shown);
  } finally {
    await link.close();
  }
}

/** Hash of the last record there, '' when there is none. */
export async function lastHashOn(address: PostgresAddress): Promise<string> {
  const link = await Link.make(address, { readOnly: true });
  try {
    if (!(await hasLedger(link))) return '';
    const [given] = await link.script('select hash from journal order by sequence desc limit 1');
    return String(given?.rows[0]?.hash ?? '');
  } finally {
    await link.close();
  }
}

/** The row of a lease, and the server's time; undefined where there is none, or nobody answers: whoever opens the ledger says why. */
export async function leaseOn(
  address: PostgresAddress,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  let link: Link | undefined;
  try {
    link = await Link.make(address, { readOnly: true });
    const asked = `select owner, fence, held_until, ${POSTGRES_NOW} as now from leases where name = $1`;
    return (await link.query(asked, [name])).rows[0];
  } catch {
    return undefined;
  } finally {
    await link?.close();
  }
}

/** What acts by itself whenever something is written; no release of this house made any. @throws RapError LEDGER_CHANGED */
export async function refuseForeign(address: PostgresAddress): Promise<void> {
  const link = await Link.make(address, { readOnly: true });
  try {
    const [given] = await link.script(`
      select 'trigger' as type, tgname::text as name from pg_trigger join pg_class on pg_class.oid = tgrelid
        where not tgisinternal and relnamespace = current_schema()::regnamespace
      union all select 'view', viewname::text from pg_views where schemaname = current_schema()
      union all select 'rule', rulename::text from pg_rules where schemaname = current_schema()`);
    const [found] = (given?.rows ?? []) as { type: string; name: string }[];
    if (found === undefined) return;
    throw new RapError(
      'LEDGER_CHANGED',
      `${address.shown} holds the ${found.type} "${found.name}", which is not ours`,
      { subject: 'ledger', details: { where: address.shown } },
    );
  } finally {
    await link.close();
  }
}

/** Does a ledger lie there? @throws RapError as Link.make */
export async function isLedgerThere(address: PostgresAddress): Promise<boolean> {
  const link = await Link.make(address, { readOnly: true });
  try {
    return await hasLedger(link);
  } finally {
    await link.close();
  }
}
