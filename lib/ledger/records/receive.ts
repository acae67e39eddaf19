/** Records that reports were received: those that came close together in as few statements as one. */
import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely';
import { t } from '../../i18n/translate.ts';
import { appendAll, atOnceWithLast, type JournalWriter } from '../journal/journal.ts';
import { rowOf, type Vouch } from '../journal/vouched.ts';
import type { VersionTable, Work } from '../tables.ts';
import type { NewVersion } from '../types.ts';
import { findingColumns } from './findings.ts';
import { deleteOutstanding, goneByPlace } from './outstanding.ts';

/** What became of a report. */
export interface Received {
  versionId: number;
  amended: boolean;
  receivedAt: number;
}

type VersionRow = Selectable<VersionTable>;

/** Records a received report within a transaction. */
export async function receive(work: Work, writer: JournalWriter, version: NewVersion): Promise<Received> {
  const [received] = await receiveLot(work, writer, [version]);
  return received as Received;
}

/** As `receive`, of several in their order. */
export async function receiveAll(
  work: Work,
  writer: JournalWriter,
  versions: readonly NewVersion[],
): Promise<Received[]> {
  const received: Received[] = [];
  let lot = new Map<string, NewVersion>();
  const write = async () => {
    received.push(...(await receiveLot(work, writer, [...lot.values()])));
    lot = new Map();
  };
  for (const version of versions) {
    // What comes twice is seen one after the other.
    if (lot.has(keyOf(version))) await write();
    lot.set(keyOf(version), version);
  }
  if (lot.size > 0) await write();
  return received;
}

type Placed = Pick<NewVersion, 'account' | 'path'>;

const keyOf = ({ account, path }: Placed) => JSON.stringify([account, path]);

/** Is a row of one of these paths? */
function isAmong(lot: readonly Placed[]): RawBuilder<boolean> {
  const each = lot.map(({ account, path }) => sql`(account = ${account} and path = ${path})`);
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

/** @param lot each path once */
async function receiveLot(
  work: Work,
  writer: JournalWriter,
  lot: readonly NewVersion[],
): Promise<Received[]> {
  const [, gone, seen] = await atOnceWithLast(
    work,
    work.deleteFrom('intents').where(isAmong(lot)),
    deleteOutstanding(work, lot),
    work.selectFrom('versions').select(['account', 'path', 'seen_at']).where(isAmong(lot)),
  );
  const over = goneByPlace(gone);
  const sights = lastSights(seen);
  const now = writer.clock.now();
  const rows = new Map<string, { row: VersionRow; fresh: boolean }>();
  const fresh: Insertable<VersionTable>[] = [];
  for (const version of lot) {
    const last = sights.get(keyOf(version));
    // Later than all sights of this path before, also those of a clock that was ahead: the last one counts.
    const seenAt = Math.max(now, (last ?? 0) + 1);
    const row = last === undefined ? undefined : await seenAgain(work, version, seenAt);
    if (row !== undefined) rows.set(keyOf(version), { row, fresh: false });
    else fresh.push(newRow(version, { now, seenAt, amended: last !== undefined }));
  }
  if (fresh.length > 0) {
    const inserted = await work.insertInto('versions').values(fresh).returningAll().execute();
    for (const row of inserted) rows.set(keyOf(row), { row, fresh: true });
  }
  const written = lot.map((version) => {
    const found = rows.get(keyOf(version));
    if (found === undefined) throw new Error(`No row came of ${version.path}`);
    return { version, ...found, over: over.get(keyOf(version)) ?? [] };
  });
  await appendAll(work, writer, written.map(recordOf));
  return written.map(({ row, fresh: isNew }) => ({
    versionId: row.id,
    amended: isNew && row.amended === 1,
    receivedAt: row.received_at,
  }));
}

interface Written {
  version: NewVersion;
  row: VersionRow;
  fresh: boolean;
  over: Vouch[];
}

function recordOf({ version, row, fresh, over }: Written) {
  const { account, path, sha256, run, notLookedAgain } = version;
  const why =
    notLookedAgain === undefined ? 'Proved whole' : t('en', `mail.notLookedAgain.${notLookedAgain}`);
  const entry = { who: 'rap', what: 'received', why, details: { account, path, sha256, run } };
  return { entry, rows: [...rowOf('versions', row, fresh), ...over] };
}

/** When versions of the paths were seen last; nothing of a path that has none. */
function lastSights(rows: readonly (Placed & { seen_at: number })[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const row of rows) last.set(keyOf(row), Math.max(last.get(keyOf(row)) ?? 0, row.seen_at));
  return last;
}

function seenAgain(work: Work, version: NewVersion, seenAt: number) {
  return work
    .updateTable('versions')
    .set({
      size: version.size,
      modified_at: version.modifiedAt,
      file: version.file,
      seen_at: seenAt,
      cleaned_at: null,
      not_looked_again: version.notLookedAgain ?? '',
      ...findingColumns(version.finding),
    })
    .where('account', '=', version.account)
    .where('path', '=', version.path)
    .where('sha256', '=', version.sha256)
    .returningAll()
    .executeTakeFirst();
}

function newRow(
  version: NewVersion,
  { now, seenAt, amended }: { now: number; seenAt: number; amended: boolean },
): Insertable<VersionTable> {
  const { businessDate, modifiedAt, dataCentre, ...same } = version;
  return {
    account: same.account,
    installation: same.installation,
    run: same.run,
    path: same.path,
    name: same.name,
    folder: same.folder,
    system: same.system,
    code: same.code,
    business_date: businessDate,
    sequence: same.sequence,
    size: same.size,
    modified_at: modifiedAt,
    sha256: same.sha256,
    bytes: same.bytes,
    file: same.file,
    data_centre: dataCentre,
    address: same.address,
    amended: amended ? 1 : 0,
    received_at: now,
    seen_at: seenAt,
    not_looked_again: same.notLookedAgain ?? '',
    ...findingColumns(same.finding),
  };
}
