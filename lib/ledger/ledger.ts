/** The ledger: the durable facts. This file is the door to the room; each subject has a file beside it. */
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';
import { isPostgres } from './engine.ts';
import { type JournalRecords, type JournalWriter, journalRecords } from './journal/journal.ts';
import { RecordedState } from './journal/recorded-state.ts';
import { openSeals } from './journal/sealing.ts';
import { checkRecordedState } from './journal/start-check.ts';
import { type Anew, takeOver } from './journal/take-over.ts';
import {
  type DutyLease,
  type DutyRecords,
  dutyRecords,
  type LedgerTime,
  ledgerTime,
} from './lease/duties.ts';
import { fenced } from './lease/fenced.ts';
import { type Lease, type LeaseRecords, leaseRecords } from './lease/leases.ts';
import { openTables } from './open-database.ts';
import { type LedgerPlace, sealedBeside, shownPlace } from './place.ts';
import { type AccountKeyRecords, accountKeyRecords } from './records/account-keys.ts';
import { type AccountStatsRecords, accountStatsRecords } from './records/account-stats.ts';
import { type AccountRecords, accountRecords } from './records/accounts.ts';
import { type AlarmList, alarmList } from './records/alarm-list.ts';
import { type AlarmRecords, alarmRecords } from './records/alarms.ts';
import { type AmendmentRecords, amendmentRecords } from './records/amendments.ts';
import { type ClockRecords, clockRecords } from './records/clock.ts';
import { type ComparisonRecords, comparisonRecords } from './records/comparisons.ts';
import { type DeliveryRecords, deliveryRecords } from './records/deliveries.ts';
import { type DigestRecords, digestRecords } from './records/digests.ts';
import { type EventRecords, eventRecords } from './records/events.ts';
import { type ExpectationRecords, expectationRecords } from './records/expectations.ts';
import { type FileStabilityRecords, fileStabilityRecords } from './records/file-stability.ts';
import { type FindingRecords, findingRecords } from './records/findings.ts';
import { type HistoryRecords, historyRecords } from './records/history.ts';
import { type LoginRecords, loginRecords } from './records/logins.ts';
import { type LookRecords, lookRecords } from './records/looks.ts';
import { type MailList, mailList } from './records/mail-list.ts';
import { type MailRecords, mailRecords } from './records/mails.ts';
import { type OpenItemRecords, openItemRecords } from './records/open-items.ts';
import { type OpenLists, openLists } from './records/open-lists.ts';
import { type OutstandingRecords, outstandingRecords } from './records/outstanding.ts';
import { type PlacedFiles, placedFiles } from './records/placed-files.ts';
import { type PracticeRecords, practiceRecords } from './records/practice.ts';
import { type QuarantineRecords, quarantineRecords } from './records/quarantine.ts';
import { type ReportSearch, reportSearch } from './records/report-search.ts';
import { type ReportRecords, reportRecords } from './records/reports.ts';
import { type RetentionRecords, retentionRecords } from './records/retention.ts';
import { type RunRecords, runRecords } from './records/runs.ts';
import { type ScheduleRunRecords, scheduleRunRecords } from './records/schedule-runs.ts';
import { type ServiceFacts, serviceFacts } from './records/service-facts.ts';
import { type SessionRecords, sessionRecords } from './records/sessions.ts';
import { type ShareRecords, shareRecords } from './records/shares.ts';
import { type Stories, stories } from './records/stories.ts';
import { type SwitchRequestRecords, switchRequestRecords } from './records/switch-requests.ts';
import { newLedgerName, orFull } from './sqlite/ledger-file.ts';
import type { Database } from './tables.ts';

export type { Duty, DutyLease, HeldDuty, SharingHost, Sight } from './lease/duties.ts';
export type { Lease, LeaseHolder } from './lease/leases.ts';
export type { KeyLife } from './records/account-keys.ts';
export type { AccountStats, KnownAccount } from './records/account-stats.ts';
export type { PracticeAccount } from './records/accounts.ts';
export type { AlarmGroup, AlarmsAsked } from './records/alarm-list.ts';
export type { AlarmRecord } from './records/alarm-sightings.ts';
export type { AlarmMail, AlarmStep, MaintenanceWindow } from './records/alarms.ts';
export type { RecordedJump } from './records/clock.ts';
export type { AlarmNotice, Consumer, Event, EventKind, EventPayloads } from './records/events.ts';
export type { CopyOfDate, PersonsEntry, RecordedCheck, RecordedEntry } from './records/expectations.ts';
export type { LoggedIn } from './records/logins.ts';
export type { ListedEntry, LookAtFolders } from './records/looks.ts';
export type { MailLine, MailsAsked } from './records/mail-list.ts';
export { messageIdOf, type RecipientAnswer, SENDING_LIMIT } from './records/mails.ts';
export type { OpenOfAccount } from './records/open-lists.ts';
export type { PlacedFile, PlacedLook } from './records/placed-files.ts';
export type { ListedPlace, ListedReport, NameSearch, ReportQuery } from './records/report-search.ts';
export type { RunFault } from './records/runs.ts';
export type { DoneDueTime } from './records/schedule-runs.ts';
export type { AlarmCount, ReceivedBytes, ServiceFacts, WaitingMails } from './records/service-facts.ts';
export type { KnownShare } from './records/shares.ts';
export type { ListedSight, PersonsAct, StoryAlarm, StrangeReport } from './records/stories.ts';
export type * from './types.ts';

export interface Ledger {
  /** What was decided about accounts: log-in locks, and the data centre in use. */
  readonly accounts: AccountRecords;
  /** How often accounts logged in, and until when they wait. */
  readonly logins: LoginRecords;
  /** Runs, and what their digests hold. */
  readonly runs: RunRecords;
  /** Which runs are at work, and which were cut off. */
  readonly sessions: SessionRecords;
  /** Since when files at RAP have looked the same. */
  readonly fileStability: FileStabilityRecords;
  /** What was seen and is not here, by account. */
  readonly openItems: OpenItemRecords;
  /** The same a page at a time. */
  readonly openLists: OpenLists;
  /** Reports that were seen and did not come. */
  readonly outstanding: OutstandingRecords;
  /** Reports and their versions. */
  readonly reports: ReportRecords;
  /** Reports, found by what people ask for. */
  readonly reportSearch: ReportSearch;
  /** What happened to one report, step by step. */
  readonly stories: Stories;
  /** What lies on which share. */
  readonly deliveries: DeliveryRecords;
  /** Files that lie on shares. */
  readonly placedFiles: PlacedFiles;
  /** Facts that somebody must hear of, and who has. */
  readonly events: EventRecords;
  /** Changed reports that people are still to be told of. */
  readonly amendments: AmendmentRecords;
  /** Whose readers got which digest. */
  readonly digests: DigestRecords;
  /** What came whole and is not trusted, and refused names. */
  readonly quarantine: QuarantineRecords;
  /** Which local copies may go. */
  readonly retention: RetentionRecords;
  /** The story of one report. */
  readonly history: HistoryRecords;
  /** What a look inside reports found. */
  readonly findings: FindingRecords;
  /** Days of the parallel run. */
  readonly comparisons: ComparisonRecords;
  /** The outbox. */
  readonly mails: MailRecords;
  /** Alarms and maintenance windows. */
  readonly alarms: AlarmRecords;
  /** Alarms a page at a time. */
  readonly alarmList: AlarmList;
  /** Mails a page at a time. */
  readonly mailList: MailList;
  /** Shares that were met, and what they can do. */
  readonly shares: ShareRecords;
  /** What accounts usually bring. */
  readonly accountStats: AccountStatsRecords;
  /** When folders were looked at. */
  readonly looks: LookRecords;
  /** What people entered of awaited reports, and the last checks. */
  readonly expectations: ExpectationRecords;
  /** Due times that had their run. */
  readonly scheduleRuns: ScheduleRunRecords;
  /** Jumps of the clock. */
  readonly clock: ClockRecords;
  /** Practice days, their weather and their drills. */
  readonly practice: PracticeRecords;
  /** Switches that a second person must confirm. */
  readonly switchRequests: SwitchRequestRecords;
  /** Which key an account used last. */
  readonly accountKeys: AccountKeyRecords;
  /** Which process may write. */
  readonly leases: LeaseRecords;
  /** What a monitor asks. */
  readonly serviceFacts: ServiceFacts;
  /** Who did what, and why. */
  readonly journal: JournalRecords;
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
  /** Nothing more is asked of a server that has not answered for too long: what waits for it fails now. */
  sever(): void;
  /** Which of several hosts does what. */
  readonly duties: DutyRecords;
  /**
   * The same ledger for the work of one duty: what it writes is refused with NOT_IN_CHARGE, and leaves no trace, once the
   * duty has changed hands.
   */
  under(lease: DutyLease): Ledger;
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** Key of the journal's chain, 32 bytes or more; keep it elsewhere than the ledger. */
  journalKey?: Uint8Array;
  /** Named in each record of the journal, where several hosts write it. */
  host?: string;
  /** The time of the database, by which duties end; that of this machine where the database is a file of it. */
  time?: LedgerTime;
}

const SHORTEST_KEY = 32;

/**
 * Opens the ledger of a home, creating it when the home never had one. A file has 0600, its folder 0700; WAL with
 * synchronous FULL, so what is recorded survives a power cut. On PostgreSQL nothing is answered before it is on disk.
 * @throws RapError LEDGER_UNUSABLE when it is missing though it was there, damaged, older than its seal or
 * not a ledger, or (retryable) when its server does not answer; LEDGER_TOO_NEW when a newer release wrote it;
 * NOT_WRITABLE, DISK_FULL, DISK_ERROR; CONFIG_INVALID when the server cannot hold a ledger
 */
export async function openLedger(
  place: LedgerPlace,
  clock: Clock,
  options: LedgerOptions = {},
): Promise<Ledger> {
  const { journalKey, host } = options;
  if (journalKey !== undefined && journalKey.length < SHORTEST_KEY) {
    throw new RapError('CONFIG_INVALID', `The journal key has fewer than ${SHORTEST_KEY} bytes`);
  }
  const { db, writeUnder, sever } = await openTables(place, clock);
  try {
    const name = await nameOf(db);
    const writer: JournalWriter = {
      clock,
      ...(journalKey === undefined ? {} : { key: journalKey }),
      ...(host === undefined ? {} : { host }),
    };
    const recordedState = new RecordedState(db, journalKey);
    const sealing = await openSeals(db, writer, recordedState, {
      ...{ name, file: sealedBeside(place), shown: shownPlace(place) },
      shared: typeof place !== 'string',
    });
    const time = options.time ?? ledgerTime(db);
    const ledger: Ledger = {
      name,
      seal: () => sealing.renew(),
      changedFacts: () => checkRecordedState(db, recordedState),
      async beginAnew({ by, reason, ...anew }) {
        await takeOver(db, writer, { who: by, why: reason }, anew);
        recordedState.begin();
        await sealing.renew();
      },
      writeUnder,
      sever,
      under: (lease) => ({ ...ledger, ...recordsOf(fenced(db, lease), writer, recordedState, time) }),
      async close() {
        try {
          await sealing.renew();
        } catch {
          // The seal before it is true as well; only less is noticed.
        } finally {
          await db.destroy();
        }
      },
      ...recordsOf(db, writer, recordedState, time),
    };
    return ledger;
  } catch (thrown) {
    await db.destroy();
    throw typeof place === 'string' ? await orFull(thrown, place) : thrown;
  }
}

/** What the ledger holds, subject by subject. */
export function recordsOf(
  db: Database,
  writer: JournalWriter,
  recordedState: RecordedState,
  time: LedgerTime = ledgerTime(db),
) {
  const { clock } = writer;
  return {
    accounts: accountRecords(db, writer, recordedState),
    logins: loginRecords(db, clock),
    runs: runRecords(db, writer),
    sessions: sessionRecords(db),
    fileStability: fileStabilityRecords(db, clock),
    openItems: openItemRecords(db),
    openLists: openLists(db),
    outstanding: outstandingRecords(db, writer),
    reports: reportRecords(db, writer),
    reportSearch: reportSearch(db),
    stories: stories(db),
    deliveries: deliveryRecords(db, writer),
    placedFiles: placedFiles(db, writer),
    events: eventRecords(db, clock),
    amendments: amendmentRecords(db, eventRecords(db, clock)),
    digests: digestRecords(db),
    shares: shareRecords(db, writer),
    quarantine: quarantineRecords(db, writer),
    retention: retentionRecords(db, writer),
    history: historyRecords(db),
    findings: findingRecords(db),
    comparisons: comparisonRecords(db, writer),
    mails: mailRecords(db, writer),
    alarms: alarmRecords(db, writer),
    alarmList: alarmList(db),
    mailList: mailList(db),
    accountStats: accountStatsRecords(db, clock),
    looks: lookRecords(db),
    expectations: expectationRecords(db, writer),
    scheduleRuns: scheduleRunRecords(db, writer),
    clock: clockRecords(db, writer),
    practice: practiceRecords(db, writer),
    switchRequests: switchRequestRecords(db, writer),
    accountKeys: accountKeyRecords(db, writer),
    // Whoever reaches a file has its machine's clock.
    leases: leaseRecords(db, isPostgres(db) ? time : async () => clock.now()),
    duties: dutyRecords(db, time),
    serviceFacts: serviceFacts(db, writer),
    journal: journalRecords(db, writer),
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
