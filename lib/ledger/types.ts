/** What the ledger takes and gives: plain data, no rows. Times are milliseconds since 1970. */
import type { ReportFinding } from '../model/findings.ts';
import type { StoredReason } from '../model/reasons.ts';
import type {
  DataCentre,
  Installation,
  NotLookedAgain,
  ReceivedReport,
  RefusedEntry,
} from '../model/types.ts';
import type {
  Decision,
  DeliveryOutcome,
  MailKind,
  MailLevel,
  MailState,
  OutstandingState,
  RecipientState,
  SwitchRequestState,
} from './tables.ts';

export type {
  Decision,
  DeliveryOutcome,
  MailKind,
  MailLevel,
  MailState,
  OutstandingState,
  RecipientState,
} from './tables.ts';

export interface LoginLock {
  account: string;
  /** In English. */
  reason: string;
  /** The same as data; of what an older release locked there is none. */
  cause?: StoredReason;
  address: string;
  lockedAt: number;
}

/** An account that a server turned away: no login before `until`. */
export interface LoginBackOff {
  account: string;
  until: number;
  /** The wait that led to it, milliseconds; the next one grows from it. */
  wait: number;
  /** In English. */
  reason: string;
  /** The same as data; an older release wrote none. */
  cause?: StoredReason;
}

export interface DataCentreChoice {
  account: string;
  dataCentre: DataCentre;
  reason: string;
  by: string;
  /** The second person who agreed. */
  second?: string;
  /** Back to the primary data centre by then. */
  until?: number;
}

export interface RecordedChoice extends DataCentreChoice {
  chosenAt: number;
}

/** A switch that counts only when a second person confirms it. */
/** A switch whose time was over: the account is back at the primary data centre. */
export interface SwitchEnd {
  account: string;
  until: number;
  /** Who had decided the switch. */
  by: string;
}

/** What a switch brought for an account. */
export interface SwitchResult {
  account: string;
  before: DataCentre;
  after: DataCentre;
  changed: boolean;
}

/** Somebody by the name they gave, and the editor login that stands behind it, '' for none. */
export interface Person {
  name: string;
  login: string;
}

export interface NewSwitchRequest {
  /** The node that asks; a newer request of the same node takes the place of an open one. */
  node: string;
  accounts: readonly string[];
  dataCentre: DataCentre;
  reason: string;
  /** As it is shown. */
  by: string;
  /** Who that is; left out, somebody of that name without a login. */
  asker?: Person;
  until?: number;
  expiresAt: number;
}

export interface SwitchRequestRow extends NewSwitchRequest {
  id: number;
  asker: Person;
  accounts: string[];
  requestedAt: number;
  state: SwitchRequestState;
  settledBy: string;
  settledAt: number | null;
}

export interface SwitchSettlement {
  id: number;
  state: Exclude<SwitchRequestState, 'open'>;
  by: string;
  why: string;
}

export interface ListingCounts {
  new: number;
  changed: number;
  known: number;
  writing: number;
  refused: number;
}

export interface ListingFacts {
  run: string;
  account: string;
  installation: Installation;
  address: string;
  dataCentre: DataCentre;
  counts: ListingCounts;
  complete: boolean;
}

export interface NewFailure {
  run: string;
  account: string;
  code: string;
  message: string;
  cure: string;
  /** A report's path, a share, or '': what the digest names. */
  subject: string;
  /** What the error is about; see RapError.subject. By default what the digest names. */
  about?: string;
}

/** A failure as a digest shows it; `count` reports met it. */
export interface RunFailure {
  code: string;
  message: string;
  cure: string;
  subject: string;
  count: number;
  /** An earlier run could not deliver it, and nobody has since. */
  lasting?: true;
}

/** Something that was seen at the server. */
export interface SeenEntry {
  path: string;
  size: number;
  modifiedAt: number;
}

/** A report, or a folder with what is in it, that was seen at the server and did not come. */
export interface OutstandingReport extends SeenEntry {
  id: number;
  account: string;
  kind: 'report' | 'folder';
  state: OutstandingState;
  /** Where it was seen last; '' when that is not known. */
  dataCentre: DataCentre | '';
  firstSeenAt: number;
  firstRun: string;
  lastSeenAt: number;
  lastRun: string;
  /** How many runs have looked for it. */
  runs: number;
  /** The flow left it out of what is downloaded: its author's decision, and no fault. */
  leftOut: boolean;
  goneSince: number | null;
  /** When it became an alarm of its own. */
  overdueAt: number | null;
  /** Why it did not come last; '' when it was not tried. */
  code: string;
  message: string;
  cure: string;
  closedAt: number | null;
  closedBy: string;
  closedWhy: string;
}

/** What of an account was seen and is not here: each is named in every digest until it came or a person decided. */
export interface OpenItems {
  outstanding: OutstandingReport[];
  /** In quarantine, and nobody has decided. */
  quarantine: QuarantinedReport[];
  /** Entries that are left alone, and nobody has decided. */
  refused: JudgedName[];
}

export interface ObservedEntry {
  path: string;
  size: number;
  modifiedAt: number;
}

export interface KnownVersion {
  size: number;
  modifiedAt: number;
  sha256: string;
  versionId: number;
  receivedAt: number;
}

export interface NewIntent {
  account: string;
  run: string;
  path: string;
  size: number;
  modifiedAt: number;
}

export interface Intent extends NewIntent {
  intendedAt: number;
}

export interface NewVersion {
  account: string;
  installation: Installation;
  run: string;
  path: string;
  name: string;
  folder: string;
  system: string;
  code: string;
  businessDate: string;
  sequence: string;
  size: number;
  modifiedAt: number;
  sha256: string;
  bytes: number;
  file: string;
  dataCentre: DataCentre;
  address: string;
  /** Left out when it was looked at after it was read, and found unchanged. */
  notLookedAgain?: NotLookedAgain;
  /** Left out when nobody looked into it. */
  finding?: ReportFinding;
}

/** A report that came whole and is not trusted, for the reason that has this error code. */
export interface QuarantinedReport {
  id: number;
  account: string;
  path: string;
  sha256: string;
  /** Where it lies: in quarantine, or in the landing folder once it was released. */
  file: string;
  code: string;
  reason: string;
  run: string;
  size: number;
  modifiedAt: number;
  bytes: number;
  heldAt: number;
  decision: Decision;
  report: NewVersion;
}

/** A name that was refused, and what a person decided about it. */
export interface JudgedName extends RefusedEntry {
  id: number;
  account: string;
  /** The run that met it first. */
  run: string;
  firstSeenAt: number;
  decision: Decision;
  releasedAs: string;
  /** When the entry came after all; null as long as it did not. */
  cameAt: number | null;
}

/** A local copy that may be removed. */
export interface CleanableCopy {
  versionId: number;
  account: string;
  path: string;
  businessDate: string;
  file: string;
  bytes: number;
}

/** How many copies are old enough to go, and stay. */
export interface KeptBack {
  notDelivered: number;
  notTold: number;
}

export interface VersionHistory {
  versionId: number;
  received: { at: number; run: string; address: string; dataCentre: DataCentre };
  proved: { sha256: string; bytes: number };
  amended: boolean;
  /** One for each share; with a code where it could not be delivered yet. */
  delivered: { share: string; at: number; run: string; file?: string; code?: string; message?: string }[];
  deliveredEverywhereAt: number | null;
  told: { mail: number; address: string; state: RecipientState; at: number | null }[];
  file: string;
  /** When the local copy was removed. */
  cleanedAt: number | null;
  /** What a look into it said; left out for what came before that was kept. */
  finding?: ReportFinding;
}

export interface ReportHistory {
  account: string;
  path: string;
  /** Asked for and not received yet. */
  asked?: { at: number; run: string };
  /** Seen and not received, or closed by a person. */
  outstanding?: OutstandingReport;
  versions: VersionHistory[];
  quarantine?: {
    id: number;
    code: string;
    reason: string;
    sha256: string;
    heldAt: number;
    decision: string;
  }[];
}

export interface Delivery {
  /** The folder a rule named. */
  share: string;
  file: string;
  sha256: string;
  outcome: DeliveryOutcome;
}

export interface NewDelivery extends Delivery {
  versionId: number;
  run: string;
  /** It lies beside other content of the same name, and people must be told. */
  beside?: boolean;
  /** The operator's own folder at the top of the share. */
  destination?: string;
  /** Time of the file, by the clock of its share, milliseconds since 1970. */
  placedAt?: number;
}

/** A delivery that a person asked for. */
export type Redelivery = Omit<NewDelivery, 'run' | 'beside'>;

/** A delivery beside other content of the same name, by the number of its event. */
export interface PendingAmendment {
  id: number;
  mailedAt: number | null;
  report: ReceivedReport;
  delivery: Delivery;
}

export interface NewDeliveryFailure {
  versionId: number;
  /** '' where no rule says which. */
  share: string;
  run: string;
  code: string;
  message: string;
  cure: string;
  /** What the error is about; see RapError.subject. By default the share. */
  about?: string;
}

export interface DeliveredReport extends ReceivedReport {
  deliveries: Delivery[];
  /** Another content than an earlier version of the same path. */
  amended: boolean;
}

export interface AccountFacts {
  account: string;
  /** '' when the account was not reached in this run. */
  installation: Installation | '';
  address: string;
  dataCentre: DataCentre | '';
  /** Was a listing taken at all? If not, nothing is known about what the server holds. */
  listed: boolean;
  /** When it was taken, or taken last; 0 for never. */
  listedAt: number;
  complete: boolean;
  counts: ListingCounts;
  known: number;
  received: DeliveredReport[];
  /** Received by an earlier run and delivered by this one, or by one that was cut off before it could tell. */
  delivered: DeliveredReport[];
  failures: RunFailure[];
  /** Entries that are left alone and about which nobody has decided. */
  refused: JudgedName[];
  /** Seen at the server and not received. */
  outstanding: OutstandingReport[];
  /** Came whole, is not trusted, and nobody has decided. */
  quarantine: QuarantinedReport[];
  /** How many reports the flow left out. */
  leftOut: number;
  /** Set where this run did not look at the account and none has for long: when one did last, 0 for never. */
  forgottenSince?: number;
}

export interface RunFacts {
  run: string;
  trigger: string;
  startedAt: number;
  accounts: AccountFacts[];
}

/** So many mails of the level "information", without summaries, within so many milliseconds. */
export interface MailLimit {
  most: number;
  within: number;
}

export interface NewMail {
  /** What the mail is about; the same event is never mailed twice. */
  eventKey: string;
  kind: MailKind;
  run: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** Versions this mail tells of. */
  told?: number[];
  /** The event it tells of. */
  event?: number;
  /** The right-hand side of the Message-ID. */
  domain?: string;
  /** No attempt after this moment. */
  deadline?: number;
  /** Default: critical for an alarm, else routine. */
  level?: MailLevel;
  /** Of news only so much: what is beyond is held back for a summary. Default: never. */
  limit?: MailLimit;
  /** What a summary counts it under; default its subject. */
  topic?: string;
  /** Of a digest, or a mail about arrivals: whom it tells what came, named the same for the same ones. */
  readers?: string;
  /** Date of the practice session that it is a mail of. */
  practice?: string;
}

export interface MailRecipient {
  address: string;
  state: RecipientState;
  messageId: string;
  response: string;
}

export interface OutboxMail {
  id: number;
  eventKey: string;
  kind: MailKind;
  run: string;
  domain: string;
  to: MailRecipient[];
  subject: string;
  text: string;
  html: string;
  state: MailState;
  attempts: number;
  error: string;
  createdAt: number;
  nextAttempt: number | null;
  deadline: number | null;
  settledAt: number | null;
  level: MailLevel;
  topic: string;
  /** The summary that tells of it, when it was held back in a flood. */
  collectedInto: number | null;
}

/** Mails to the same people that were held back and are told in no summary yet. */
export interface DeferredMails {
  ids: number[];
  to: string[];
  domain: string;
  since: number;
  until: number;
  /** How many of what, most first. */
  topics: { topic: string; count: number }[];
}

/** What a watch of the weather knew at a moment. `known` and `answers` are JSON of the weather room. */
export interface WeatherRow {
  watch: string;
  date: string;
  /** Short text that tells one verdict from another. */
  verdict: string;
  known: string;
  answers: string;
}

export interface SavedWeather extends WeatherRow {
  savedAt: number;
}

/** A practice session and how far its day has come; both JSON of the practice room. */
export interface PracticeDayRow {
  date: string;
  plan: string;
  day: string;
}

export interface PracticeEvent {
  date: string;
  /** The same event is recorded once. */
  key: string;
  at: number;
  what: string;
  title: string;
  details: Record<string, string | number | boolean>;
}

export interface PracticeResultRow {
  date: string;
  part: string;
  account: string;
  /** JSON of the practice room. */
  result: string;
}

/** One contact of a reachability drill. */
export interface DrillRow {
  date: string;
  /** Of the contact, '' when none is set. */
  name: string;
  email: string;
  code: string;
  sentAt: number;
  answeredAt: number | null;
  /** How the answer came: 'mail', 'telephone', 'operator page'. */
  how: string;
  /** The person who entered it, '' when a machine did. */
  enteredBy: string;
}

export interface JournalEntry {
  who: string;
  what: string;
  why: string;
  details?: Record<string, string | number | boolean>;
}

export interface JournalRecord extends Required<JournalEntry> {
  sequence: number;
  at: number;
  hash: string;
}

export interface JournalHead {
  count: number;
  /** Hash of the last record, '' when there is none. */
  head: string;
}
