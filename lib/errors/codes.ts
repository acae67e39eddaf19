/**
 * The policy table of errors. Every error this project raises has one of these codes, and everything that is decided
 * by a code alone is decided here: lists of codes elsewhere are taken from this table. docs/errors.md is made from it
 * (`npm run errors`).
 */
import { t } from '../i18n/translate.ts';

export interface CodePolicy {
  /**
   * Exit status of the command line: 0 news and no failure, 2 usage or configuration, 3 could not connect, 4 trust or
   * login refused, 5 incomplete, 6 hold.
   */
  exit: 0 | 2 | 3 | 4 | 5 | 6;
  /** May the same action be tried again later without a person doing anything first? */
  retryable: boolean;
  /** How loudly it is told; ours, nothing outside says what must wake a person. */
  severity: Severity;
  /** What an error of this code is about; `RapError.subject` says which one. */
  scope: Scope;
  /** The kind of maintenance window that keeps its alarms quiet; false: it is always told. */
  mutable: Mutable | false;
  /** What ends its alarm. */
  ends: End;
  /** Shown under a node, English, under 20 characters. */
  status: string;
  /** What the person on duty does about it, English. */
  cure: string;
}

/**
 * - critical: told at once and repeated until somebody acknowledges it
 * - warning: mailed once; critical when it is met in several runs without a success between them
 * - notice: mailed once
 * - none: no fault, and mailed to nobody; the node says it
 */
export const severities = ['critical', 'warning', 'notice', 'none'] as const;
export type Severity = (typeof severities)[number];

/**
 * - node: a node of the flow, its settings or a defect in it
 * - address: one address of a data centre; its other address may not have the fault
 * - account: a RAP account, its line and its login
 * - folder: a folder at RAP
 * - report: a report, or an entry of a listing, by its path at RAP
 * - expectation: a report of one business date that is awaited, by code, set and date
 * - destination: a disk or share of ours, by its folder
 * - copies: what was delivered of an account into a folder of a share, by that folder
 * - run: a run as a whole
 * - ledger, mail: the ledger and its lease; the mail relay
 * - practice: the practice session, its plan and its weather
 * - calendar: a year whose holidays are needed
 * - key: how long the key of an account may be used
 * - clock: the clock of the machine
 * - host: one of several that share the work, by its name
 */
export type Scope =
  | 'node'
  | 'address'
  | 'account'
  | 'folder'
  | 'report'
  | 'expectation'
  | 'destination'
  | 'copies'
  | 'run'
  | 'ledger'
  | 'mail'
  | 'practice'
  | 'calendar'
  | 'key'
  | 'clock'
  | 'host';

export type Mutable = 'connection' | 'reports' | 'shares';

/**
 * - success: the next success of the same subject. An address, account or folder: a run that logs in, lists and does
 *   not meet the fault. A report: it came, or a person closed it. A destination: it takes reports again.
 * - clean run: the next complete run of the account that does not meet the fault
 * - person: a person acknowledges it, and it is not met again
 * - check: the check of reports finds it put right: the report came, a person closed it, somebody can look again, the
 *   list is there. Until then it is told once, or as often as somebody must acknowledge it
 * - host: the host of several is heard of again, and its clock is right
 * - at once: it opens no alarm
 *
 * One that is about a host of several ends as well when that host was not heard of for a week: it is retired.
 */
export type End = 'success' | 'clean run' | 'person' | 'check' | 'host' | 'at once';

const table = {
  // configuration
  CONFIG_INVALID: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
  },
  USAGE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
  },
  KEY_UNREADABLE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  HOST_KEY_MISSING: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  // reaching the server
  CONNECT_REFUSED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
  },
  CONNECT_TIMEOUT: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
  },
  HANDSHAKE_TIMEOUT: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
  },
  HANDSHAKE_FAILED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
  },
  CONNECTION_LOST: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
  },
  SESSION_REFUSED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
  },
  LOGIN_BUDGET: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  SESSION_BUSY: {
    ...{ exit: 3, retryable: true, severity: 'none' },
    ...{ scope: 'account', mutable: false, ends: 'at once' },
  },
  NOT_CONNECTED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
  },
  // trust and login
  HOST_KEY_MISMATCH: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  LOGIN_REFUSED: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  LOGIN_LOCKED: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  // listing and reading
  REQUEST_TIMEOUT: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
  },
  SESSION_TOO_LONG: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
  },
  STALLED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
  },
  SFTP_PROTOCOL: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
  },
  SFTP_TEXT: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  SFTP_UNSUPPORTED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  NAME_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  NOT_A_FILE: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  LIST_LIMIT: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
  },
  FOLDER_UNREADABLE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'folder', mutable: 'reports', ends: 'success' },
  },
  STILL_WRITING: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  NEVER_SETTLES: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  REPORT_GONE: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  FOREIGN_REPORT: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  CONTENT_WRONG: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  PAIR_INCOMPLETE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  REPORT_AT_RISK: {
    ...{ exit: 5, retryable: true, severity: 'notice' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
  },
  REPORT_LATE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
  },
  REPORT_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
  },
  REPORTS_UNKNOWN: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'expectation', mutable: 'connection', ends: 'check' },
  },
  REPORT_CAME: {
    ...{ exit: 0, retryable: false, severity: 'notice' },
    ...{ scope: 'expectation', mutable: false, ends: 'at once' },
  },
  KEY_ENDS: {
    ...{ exit: 6, retryable: false, severity: 'notice' },
    ...{ scope: 'key', mutable: false, ends: 'check' },
  },
  KEY_ENDS_NOW: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'key', mutable: false, ends: 'check' },
  },
  CALENDAR_NEXT_YEAR: {
    ...{ exit: 6, retryable: false, severity: 'notice' },
    ...{ scope: 'calendar', mutable: false, ends: 'check' },
  },
  CALENDAR_UNOFFICIAL: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'calendar', mutable: false, ends: 'check' },
  },
  SIZE_UNKNOWN: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  SHORT_FILE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  EXCESS_DATA: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  FILE_CHANGED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  ANSWERS_DIFFER: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  FILE_TOO_LARGE: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
  },
  REMOTE_DENIED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  REMOTE_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  REMOTE_FAILURE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
  },
  INCOMPLETE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'run', mutable: 'reports', ends: 'clean run' },
  },
  ABORTED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'run', mutable: false, ends: 'clean run' },
  },
  // local disk and shares
  DISK_FULL: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
  },
  DISK_ERROR: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
  },
  NOT_WRITABLE: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
  },
  SHARE_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
  },
  SHARE_CHANGED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
  },
  FOLDER_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
  },
  SHARE_SILENT: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
  },
  SHARE_BACK: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'destination', mutable: false, ends: 'at once' },
  },
  AMENDED: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
  },
  SAME_NAME: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
  },
  COPY_LOST: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'copies', mutable: false, ends: 'check' },
  },
  LANDING_GONE: {
    ...{ exit: 5, retryable: false, severity: 'none' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
  },
  NOT_DELIVERED: {
    ...{ exit: 5, retryable: false, severity: 'none' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
  },
  ROUTE_INVALID: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
  },
  UNROUTED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'clean run' },
  },
  // ledger
  LEDGER_UNUSABLE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
  },
  LEDGER_CHANGED: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'person' },
  },
  LEDGER_TOO_NEW: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
  },
  NOT_IN_CHARGE: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
  },
  // mail
  MAIL_CONFIG: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_UNREACHABLE: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_CERTIFICATE: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_NO_TLS: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_NO_LOGIN: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_LOGIN_METHOD: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  MAIL_UNKNOWN: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
  },
  // weather and practice
  WEATHER_HOLD: {
    ...{ exit: 6, retryable: true, severity: 'critical' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
  },
  KEY_FROZEN: {
    ...{ exit: 6, retryable: true, severity: 'warning' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
  },
  SWITCH_EXPIRED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'person' },
  },
  SWITCH_UNCONFIRMED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'person' },
  },
  CODE_REFUSED: {
    ...{ exit: 6, retryable: true, severity: 'warning' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
  },
  // the machine
  CLOCK_JUMPED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'clock', mutable: false, ends: 'person' },
  },
  HOST_SILENT: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'host', mutable: false, ends: 'host' },
  },
  HOST_CLOCK: {
    ...{ exit: 6, retryable: true, severity: 'critical' },
    ...{ scope: 'host', mutable: false, ends: 'host' },
  },
  UNEXPECTED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
  },
} as const satisfies Record<string, Omit<CodePolicy, 'status' | 'cure'>>;

export type ErrorCode = keyof typeof table;

export const errorCodes = Object.keys(table) as ErrorCode[];

export const codes = Object.fromEntries(
  errorCodes.map((code) => [
    code,
    { ...table[code], status: t('en', `errors.status.${code}`), cure: t('en', `errors.cure.${code}`) },
  ]),
) as Readonly<Record<ErrorCode, CodePolicy>>;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(table, code);
}

/** The policy of a code that may be somebody else's: what is not ours is unexpected. */
export function policyOf(code: string): CodePolicy {
  return codes[isErrorCode(code) ? code : 'UNEXPECTED'];
}
