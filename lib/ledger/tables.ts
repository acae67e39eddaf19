/**
 * The tables of the ledger, as Kysely sees them. Times are milliseconds since 1970, yes and no are 1 and 0.
 * The migrations create exactly these; a test compares.
 */
import type { Generated, Kysely, Transaction } from 'kysely';
import type { NotChecked, ReportFinding } from '../model/findings.ts';
import type { DataCentre, Installation, NotLookedAgain, RefusedEntry } from '../model/types.ts';

/** `confirmed` by a second person, `refused` by anybody, `expired` because nobody came in time. */
export type SwitchRequestState = 'open' | 'confirmed' | 'refused' | 'expired';

/** `site` is done once for all: subject `mail`, `alarms`, `checks`, `practice` or `switches`. */
export type DutyKind = 'account' | 'schedule' | 'site';

export interface Tables {
  properties: { name: string; value: string };
  /** `root` holds the id file; `abilities` is what its disk was found able to do, as text, '' before it was tried. */
  shares: { root: string; id: string; abilities: string };
  /** Destinations that cannot be written, and as what; see records/shares.ts. */
  shares_away: { host: string; destination: string; code: string; message: string; at: number };
  /** Under which name, wherever a row has an account, a practice of a date keeps what it lists and receives. */
  practice_accounts: { name: string; account: string; date: string };
  login_locks: {
    account: string;
    reason: string;
    address: string;
    locked_at: number;
    reason_code: Generated<string>;
    reason_params: Generated<string>;
  };
  login_counts: { account: string; day: string; logins: number };
  /** Log-ins that succeeded; of each account the last so many. `address` is 'host:port'. */
  login_log: { id: Generated<number>; account: string; at: number; data_centre: DataCentre; address: string };
  login_holds: {
    account: string;
    until: number;
    wait: number;
    reason: string;
    reason_code: Generated<string>;
    reason_params: Generated<string>;
  };
  data_centres: {
    account: string;
    data_centre: DataCentre;
    reason: string;
    chosen_by: string;
    chosen_at: number;
    /** The second person, or ''. */
    seconded_by: string;
    /** Back to the primary data centre by then; null for no end. */
    until: number | null;
  };
  switch_requests: {
    id: Generated<number>;
    /** The rap-switch node that asked. */
    node: string;
    /** JSON. */
    accounts: string;
    data_centre: DataCentre;
    reason: string;
    /** As it is shown. */
    requested_by: string;
    requested_at: number;
    expires_at: number;
    until: number | null;
    state: SwitchRequestState;
    settled_by: string;
    settled_why: string;
    settled_at: number | null;
    /** Who asked: the name, and the login that stands behind it, ''. */
    requested_name: string;
    requested_login: string;
  };
  /** Facts that somebody must hear of; see records/events.ts. `payload` is JSON. */
  events: {
    id: Generated<number>;
    at: number;
    kind: string;
    subject: string;
    account: string;
    run: string;
    payload: string;
  };
  /** Which consumer has done its part about an event, and when. */
  event_receipts: { event_id: number; consumer: string; at: number };
  account_keys: { account: string; fingerprint: string; since: number };
  /** The first log-in with each key; what came before this was kept has no row. */
  key_uses: { account: string; fingerprint: string; first_login_at: number };
  /** Until when, 'YYYY-MM-DD', the key of an account may be used; '' where nobody says. */
  key_terms: { account: string; until: string };
  /** `schedule` is the id of the node that began it, '' for others. */
  runs: { run: string; trigger: string; started_at: number; schedule: Generated<string> };
  /** An account from its log-in to its log-out; before the first log-in of a run the `schedule` that began it. Else ''. */
  sessions: { account: string; schedule: string; run: string; cut_off: number };
  /** Whose reports a routing node files; `context` is the last run of the account, JSON. */
  routed_accounts: { node: string; account: string; context: string };
  listings: {
    run: string;
    account: string;
    installation: Installation;
    address: string;
    data_centre: DataCentre;
    new_count: number;
    changed_count: number;
    known_count: number;
    writing_count: number;
    refused_count: number;
    complete: number;
    listed_at: number;
  };
  failures: {
    id: Generated<number>;
    run: string;
    account: string;
    code: string;
    subject: string;
    message: string;
    cure: string;
    failed_at: number;
    /** The subject of the error; see RapError. `subject` is what the digest names. */
    about: string;
    /** 1 when the run has looked again since and has not met it. */
    past: Generated<number>;
  };
  /** What was seen at the server and did not come; a row goes when it came, and stays when a person closed it. */
  outstanding: {
    id: Generated<number>;
    account: string;
    /** Of the report, or of the folder. */
    path: string;
    kind: 'report' | 'folder';
    state: OutstandingState;
    /** Where it was seen last; '' when it is not known. */
    data_centre: DataCentre | '';
    /** As it was listed last; -1 where it was not. */
    size: number;
    modified_at: number;
    first_seen: number;
    first_run: string;
    last_seen: number;
    last_run: string;
    /** How many runs have looked for it, and the last that is counted. */
    runs: number;
    counted_run: string;
    /** 1 when the flow left it out of what is downloaded. */
    left_out: number;
    gone_since: number | null;
    /** When it became an alarm of its own. */
    overdue_at: number | null;
    /** Why it did not come last, or ''. */
    code: string;
    message: string;
    cure: string;
    closed_at: number | null;
    closed_by: string;
    closed_why: string;
  };
  /** `good` and `failed` are top folders, JSON. */
  looks: {
    id: Generated<number>;
    account: string;
    at: number;
    data_centre: DataCentre;
    good: string;
    failed: string;
  };
  /** When a listing showed a file, as it is, for the first time at a data centre. */
  listed_files: {
    account: string;
    data_centre: DataCentre;
    path: string;
    size: number;
    modified_at: number;
    at: number;
  };
  /** `account` is '' for all, `entry` JSON. */
  expectation_entries: {
    id: Generated<number>;
    account: string;
    at: number;
    business_date: string;
    entry: string;
    entered_by: string;
    reason: string;
  };
  /** `asked`, `found` and `standing` (see lib/model/report-news.ts) are JSON. */
  completeness: { account: string; at: number; asked: string; found: string; standing: string };
  observations: {
    account: string;
    path: string;
    size: number;
    modified_at: number;
    same_since: number;
    seen_at: number;
  };
  intents: {
    account: string;
    path: string;
    run: string;
    size: number;
    modified_at: number;
    intended_at: number;
  };
  versions: VersionTable;
  /** A day of a parallel run. */
  comparisons: {
    account: string;
    date: string;
    compared_at: number;
    equal: number;
    different: number;
    form: number;
    only_rap: number;
    only_terminal: number;
    unread: number;
  };
  refusals: {
    id: Generated<number>;
    account: string;
    folder: string;
    name_hex: string;
    shown: string;
    code: RefusedEntry['code'];
    reason: string;
    first_run: string;
    first_seen_at: number;
    decision: Generated<Decision>;
    /** The safe name a person gave it, or ''. */
    released_as: Generated<string>;
    /** When the entry came after all, or was looked into; null as long as it did not. */
    came_at: Generated<number | null>;
  };
  quarantine: {
    id: Generated<number>;
    account: string;
    path: string;
    sha256: string;
    /** All that would be recorded if it were received, as JSON. */
    report: string;
    file: string;
    code: string;
    reason: string;
    run: string;
    size: number;
    modified_at: number;
    bytes: number;
    held_at: number;
    decision: Decision;
  };
  deliveries: {
    version_id: number;
    share: string;
    file: string;
    sha256: string;
    outcome: DeliveryOutcome;
    run: string;
    delivered_at: number;
  };
  /** What became of delivered files, as far as anybody looked; see placed-files.ts. */
  placed_files: {
    version_id: number;
    share: string;
    /** The operator's own folder at the top of `share`; '' where it was not written down. */
    destination: string;
    /** Of the file when it was proved last, by the clock of its share; null where it was not written down. */
    modified_at: number | null;
    state: PlacedState;
    /** Why it is not there, or cannot be looked at; '' when it is there. */
    why: string;
    looked_at: number | null;
    /** Since which look it is gone or changed; null when it is not. */
    since: number | null;
    /** A person said that it is not looked after any more. */
    closed_at: number | null;
    closed_by: string;
    closed_why: string;
  };
  delivery_failures: {
    version_id: number;
    share: string;
    run: string;
    code: string;
    message: string;
    cure: string;
    failed_at: number;
    /** The run that delivered it after all, or null. */
    resolved_run: string | null;
    /** The subject of the error; see RapError. */
    about: string;
  };
  mails: {
    id: Generated<number>;
    event_key: string;
    kind: MailKind;
    run: string;
    domain: string;
    subject: string;
    text: string;
    html: string;
    state: MailState;
    attempts: number;
    error: string;
    created_at: number;
    /** When it is tried next; null when nothing more is done by itself. */
    next_attempt: number | null;
    /** When sending began, while it is being sent. */
    sending_since: number | null;
    deadline: number | null;
    settled_at: number | null;
    level: MailLevel;
    /** What a summary counts it under. */
    topic: string;
    /** The summary that tells of it, when it was held back. */
    collected_into: number | null;
    /** Whom a digest, or a mail about arrivals, tells what came, see groupKey; null for all other mails. */
    readers: string | null;
    /** Date of the practice session that it is a mail of, or ''. */
    practice: string;
  };
  mail_recipients: {
    mail_id: number;
    address: string;
    state: RecipientState;
    message_id: string;
    response: string;
  };
  mail_told: { mail_id: number; version_id: number };
  alarms: {
    id: Generated<number>;
    key: string;
    level: MailLevel;
    account: string;
    code: string;
    place: string;
    message: string;
    cure: string;
    run: string;
    /** JSON. */
    groups: string;
    raised_at: number;
    seen_at: number;
    seen: number;
    runs: number;
    round: number;
    reminders: number;
    mailed_at: number | null;
    next_at: number | null;
    rest_until: number | null;
    muted: string;
    acknowledged_at: number | null;
    acknowledged_by: string;
    acknowledged_why: string;
    closed_at: number | null;
    /** In English. */
    closed_why: string;
    /** The same as data, see lib/model/reasons.ts; '' for what an older release closed. */
    closed_code: Generated<string>;
    /** JSON. */
    closed_params: Generated<string>;
    /** The host of several that it is about, '' for none. */
    host: Generated<string>;
    /** The event of a switch it was raised by or met last, or null. */
    switch_news: number | null;
    /** What it is about; null until the fault is met again when it was raised before alarms had a subject. */
    subject: string | null;
    /** 1 when it is about no account, or about what all share: `account` is the one that met it last. */
    shared: Generated<number>;
    /** 1 when a node found it ahead of any run: it is over when that node finds all in order. */
    ahead: Generated<number>;
    /** The awaited report that it is about; '' in all three where it is about something else. */
    report: Generated<string>;
    report_set: Generated<string>;
    business_date: Generated<string>;
  };
  /** The reports, by path at RAP, that an alarm is about. */
  alarm_reports: { alarm_id: number; path: string };
  alarm_mails: { alarm_id: number; mail_id: number };
  second_tellings: { mail_id: number; channel: string; told_at: number; response: string };
  maintenance_windows: {
    key: string;
    begins_at: number;
    ends_at: number;
    what: string;
    reason: string;
    set_by: string;
  };
  leases: { name: string; owner: string; fence: number; held_until: number };
  /** Processes that share the work; `clock_offset` is what their clock is ahead of the ledger's, milliseconds. */
  hosts: { owner: string; host: string; joined_at: number; seen_until: number; clock_offset: number };
  known_hosts: { host: string; seen_at: number };
  /** `owner` is '' when nobody holds it; `given_to` who alone may take it until `held_until` then, '' for anybody. */
  duties: {
    kind: DutyKind;
    subject: string;
    owner: string;
    host: string;
    fence: number;
    held_until: number;
    since: number;
    given_to: string;
    wanted_by: string;
  };
  /**
   * Due times of schedules. `run` is the run it has had, '' where an older release did not write it down; `jump` the
   * last jump of the clock before it was taken, 0 for none.
   */
  ticks: {
    schedule: string;
    due: number;
    claimed_at: number;
    run: Generated<string>;
    jump: Generated<number>;
  };
  /** `jump` in milliseconds, positive when the clock was put forward. */
  clock_jumps: { id: Generated<number>; jump: number; noticed_at: number };
  /** `known` is evidence and decision, `answers` the raw answers that changed them, all JSON. */
  weather_records: {
    id: Generated<number>;
    watch: string;
    date: string;
    verdict: string;
    known: string;
    answers: string;
    saved_at: number;
  };
  /** `plan` and `day` are JSON. */
  practice_days: { date: string; plan: string; day: string; saved_at: number };
  practice_events: {
    sequence: Generated<number>;
    date: string;
    key: string;
    at: number;
    what: string;
    title: string;
    /** JSON. */
    details: string;
  };
  practice_results: { date: string; part: string; account: string; result: string; recorded_at: number };
  practice_drills: {
    date: string;
    email: string;
    code: string;
    sent_at: number;
    answered_at: number | null;
    how: string;
    /** The contact's name, or ''. */
    name: string;
    /** Who typed the code in, or ''. */
    entered_by: string;
  };
  journal: {
    sequence: number;
    at: number;
    who: string;
    what: string;
    why: string;
    details: string;
    previous: string;
    hash: string;
  };
}

export interface VersionTable {
  id: Generated<number>;
  account: string;
  installation: Installation;
  run: string;
  path: string;
  name: string;
  folder: string;
  system: string;
  code: string;
  business_date: string;
  sequence: string;
  size: number;
  modified_at: number;
  sha256: string;
  bytes: number;
  file: string;
  data_centre: DataCentre;
  address: string;
  amended: number;
  received_at: number;
  /** When the server last offered this content; decides which version of a path is the present one. */
  seen_at: number;
  routed_at: number | null;
  /** When the local copy was removed; null while it is there. */
  cleaned_at: number | null;
  /** Why it was not looked at again after it was read; '' when it was. */
  not_looked_again: Generated<NotLookedAgain | ''>;
  /** What a look into it said; '' where nobody looked. */
  inside: Generated<ReportFinding['state'] | ''>;
  /** Why it was not checked, or ''. */
  inside_why: Generated<NotChecked | ''>;
  /** JSON, or ''. */
  warnings: Generated<string>;
  /** JSON, or ''. */
  shape: Generated<string>;
}

/**
 * What a look at a delivered file found: `there` as it was delivered, `gone`, `changed`, or `unknown` because its share
 * could not be looked at.
 */
export type PlacedState = 'there' | 'gone' | 'changed' | 'unknown';

/** What a person decided about something in quarantine; '' as long as nobody has. */
export type Decision = '' | 'released' | 'discarded';

/**
 * What a listing says of something outstanding: `listed`, `writing` (it has not been seen standing still), `gone`
 * (not listed any more), `awaited` (never listed; its other half was).
 */
export type OutstandingState = 'listed' | 'writing' | 'gone' | 'awaited';

export type DeliveryOutcome = 'published' | 'identical' | 'version';
export type MailKind = 'digest' | 'alarm' | 'recovery' | 'notice' | 'heartbeat' | 'summary';
/** `collected`: held back in a flood of news, told in a summary. */
export type MailState = 'queued' | 'sending' | 'accepted' | 'refused' | 'unknown' | 'collected';
/** `critical` is told at once whatever happens; of `information` only so much an hour, the rest in a summary. */
export type MailLevel = 'critical' | 'information' | 'routine';
/** `unknown`: perhaps told, one repeat is due. `unconfirmed`: perhaps told twice, nothing more is done. */
export type RecipientState = 'queued' | 'accepted' | 'refused' | 'unknown' | 'unconfirmed';

/** The ledger's database, or one transaction on it. */
export type Database = Kysely<Tables>;
export type Work = Kysely<Tables> | Transaction<Tables>;
