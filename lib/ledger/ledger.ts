/** The ledger: the durable facts. This file is the door to the room; each subject has a file beside it. */
import { Kysely } from 'kysely';
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';
import { type AccountKeys, accountKeys } from './account-keys.ts';
import { type AlarmList, alarmList } from './alarm-list.ts';
import { type AlarmBook, alarmBook } from './alarms.ts';
import { type AmendmentBook, amendmentBook } from './amendments.ts';
import { type ClockJumps, clockJumps } from './clock-jumps.ts';
import { type ComparisonRecords, comparisonRecords } from './comparisons.ts';
import { type Deliveries, deliveries } from './deliveries.ts';
import { type Digests, digests } from './digests.ts';
import { type ExpectationRecords, expectationRecords } from './expectations.ts';
import { type Findings, findings } from './findings.ts';
import { type History, history } from './history.ts';
import { type JournalBook, journalBook, type Pen } from './journal.ts';
import { type Lease, type LeaseBook, leaseBook } from './leases.ts';
import { newLedgerName, openFile, orFull } from './ledger-file.ts';
import { type Locks, locks } from './locks.ts';
import { type Logins, logins } from './logins.ts';
import { type LookRecords, lookRecords } from './looks.ts';
import { type MailList, mailList } from './mail-list.ts';
import { migrate } from './migrate.ts';
import { type Observations, observations } from './observations.ts';
import { type OpenThingRecords, openThingRecords } from './open-things.ts';
import { type Outbox, outbox } from './outbox.ts';
import { type OutlookBook, outlookBook } from './outlook.ts';
import { type OutstandingRecords, outstandingRecords } from './outstanding.ts';
import { type PlacedFiles, placedFiles } from './placed-files.ts';
import { type PracticeBook, practiceBook } from './practice.ts';
import { type QuarantineBook, quarantineBook } from './quarantine.ts';
import { type ReportSearch, reportSearch } from './report-search.ts';
import { type Reports, reports } from './reports.ts';
import { type Retention, retention } from './retention.ts';
import { type Runs, runs } from './runs.ts';
import { openSeals } from './sealing.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';
import { type Sessions, sessions } from './sessions.ts';
import { type ShareBook, shareBook } from './shares.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import { Standing } from './standing.ts';
import { checkStanding } from './start-check.ts';
import { type Stories, stories } from './stories.ts';
import { type SwitchNewsBook, switchNewsBook } from './switch-news.ts';
import { type SwitchRequestBook, switchRequestBook } from './switch-requests.ts';
import type { Database, Tables } from './tables.ts';
import { type Anew, takeOver } from './take-over.ts';
import { type Ticks, ticks } from './ticks.ts';

export type { KeyLife } from './account-keys.ts';
export type { AlarmsAsked } from './alarm-list.ts';
export type { AlarmMail, AlarmRecord, AlarmStep, MaintenanceWindow } from './alarms.ts';
export type { RecordedJump } from './clock-jumps.ts';
export type { CopyOfDate, PersonsEntry, RecordedCheck, RecordedEntry } from './expectations.ts';
export type { Lease, LeaseHolder } from './leases.ts';
export type { LoggedIn } from './logins.ts';
export type { ListedEntry, LookAtFolders } from './looks.ts';
export type { MailLine, MailsAsked } from './mail-list.ts';
export { messageIdOf, type RecipientAnswer, SENDING_LIMIT } from './outbox.ts';
export type { AccountOutlook, KnownAccount } from './outlook.ts';
export type { PlacedFile, PlacedLook } from './placed-files.ts';
export type { ListedPlace, ListedReport, NameSearch, ReportQuery } from './report-search.ts';
export type { RunFault } from './runs.ts';
export type { AlarmCount, ReceivedBytes, ServiceFacts, WaitingMails } from './service-facts.ts';
export type { KnownShare } from './shares.ts';
export type { ListedSight, PersonsAct, StoryAlarm, StrangeReport } from './stories.ts';
export type { DoneTick } from './ticks.ts';
export type * from './types.ts';

export interface Ledger
  extends Locks,
    Logins,
    Runs,
    Sessions,
    Observations,
    OpenThingRecords,
    OutstandingRecords,
    Reports,
    ReportSearch,
    Stories,
    Deliveries,
    PlacedFiles,
    AmendmentBook,
    Digests,
    QuarantineBook,
    Retention,
    History,
    Findings,
    ComparisonRecords,
    Outbox,
    AlarmBook,
    AlarmList,
    MailList,
    ShareBook,
    OutlookBook,
    LookRecords,
    ExpectationRecords,
    Ticks,
    ClockJumps,
    PracticeBook,
    SwitchRequestBook,
    SwitchNewsBook,
    AccountKeys,
    LeaseBook,
    ServiceFacts,
    JournalBook {
  /** The ledger's own name, the same for its whole life. */
  readonly name: string;
  /**
   * Writes beside the ledger how far its journal has come, so that an older copy put in its place is noticed.
   * Done at the end of each run, with each renewal of the writer's lease, and by `close`.
   */
  seal(): Promise<void>;
  /**
   * Looks at what was decided about log-ins, how many rows there are, and the rows of the last records.
   * @returns what is not as the journal says, as sentences
   */
  changedFacts(): Promise<string[]>;
  /**
   * A person says that the tables are right as they are: the journal takes them over, and no earlier record vouches for
   * anything any more. Nobody else may be at work on the ledger.
   * @param act with what stands in the journal
   */
  beginAnew(act: { by: string; reason: string } & Anew): Promise<void>;
  /**
   * From now on this ledger object writes only as long as the lease is in its hands; what is written otherwise
   * is refused with NOT_IN_CHARGE and leaves no trace.
   */
  writeUnder(lease: Lease): void;
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** Key of the journal's chain, 32 bytes or more; keep it elsewhere than the ledger. */
  journalKey?: Uint8Array;
}

const SHORTEST_KEY = 32;

/**
 * Opens the ledger of a home, creating it when the home never had one. Folder 0700, file 0600; WAL with
 * synchronous FULL, so what is recorded survives a power cut.
 * @throws RapError LEDGER_UNUSABLE when the file is missing though it was there, damaged, older than its seal or
 * not a ledger; LEDGER_TOO_NEW when a newer release wrote it; NOT_WRITABLE, DISK_FULL, DISK_ERROR
 */
export async function openLedger(file: string, clock: Clock, options: LedgerOptions = {}): Promise<Ledger> {
  const { journalKey } = options;
  if (journalKey !== undefined && journalKey.length < SHORTEST_KEY) {
    throw new RapError('CONFIG_INVALID', `The journal key has fewer than ${SHORTEST_KEY} bytes`);
  }
  const database = await openFile(file);
  const dialect = new NodeSqliteDialect(database);
  const db: Database = new Kysely<Tables>({ dialect });
  try {
    await migrate(db as unknown as Kysely<unknown>, clock.now());
    const name = await nameOf(db);
    const pen: Pen = { clock, ...(journalKey === undefined ? {} : { key: journalKey }) };
    const standing = new Standing(db, journalKey);
    const sealing = await openSeals(db, pen, standing, { file, name });
    return {
      name,
      seal: () => sealing.renew(),
      changedFacts: () => checkStanding(db, standing),
      async beginAnew({ by, reason, ...anew }) {
        await takeOver(db, pen, { who: by, why: reason }, anew);
        standing.begin();
        await sealing.renew();
      },
      writeUnder: (lease) => dialect.writeUnder(lease),
      async close() {
        try {
          await sealing.renew();
        } catch {
          // The seal before it is true as well; only less is noticed.
        } finally {
          await db.destroy();
        }
      },
      ...recordsOf(db, pen, standing),
    };
  } catch (thrown) {
    await db.destroy();
    throw await orFull(thrown, file);
  }
}

/** What the ledger holds, subject by subject. */
export function recordsOf(db: Database, pen: Pen, standing: Standing) {
  const { clock } = pen;
  return {
    ...locks(db, pen, standing),
    ...logins(db, clock),
    ...runs(db, pen),
    ...sessions(db),
    ...observations(db, clock),
    ...openThingRecords(db),
    ...outstandingRecords(db, pen),
    ...reports(db, pen),
    ...reportSearch(db),
    ...stories(db),
    ...deliveries(db, pen),
    ...placedFiles(db, pen),
    ...amendmentBook(db),
    ...digests(db),
    ...shareBook(db, pen),
    ...quarantineBook(db, pen),
    ...retention(db, pen),
    ...history(db),
    ...findings(db),
    ...comparisonRecords(db, pen),
    ...outbox(db, pen),
    ...alarmBook(db, pen),
    ...alarmList(db),
    ...mailList(db),
    ...outlookBook(db, clock),
    ...lookRecords(db),
    ...expectationRecords(db, pen),
    ...ticks(db, pen),
    ...clockJumps(db, pen),
    ...practiceBook(db, pen),
    ...switchRequestBook(db, pen),
    ...switchNewsBook(db),
    ...accountKeys(db, pen),
    ...leaseBook(db, clock),
    ...serviceFacts(db, pen),
    ...journalBook(db, pen),
  };
}

async function nameOf(db: Database): Promise<string> {
  await db
    .insertInto('properties')
    .values({ name: 'ledger', value: newLedgerName() })
    .onConflict((on) => on.column('name').doNothing())
    .execute();
  const { value } = await db
    .selectFrom('properties')
    .select('value')
    .where('name', '=', 'ledger')
    .executeTakeFirstOrThrow();
  return value;
}
