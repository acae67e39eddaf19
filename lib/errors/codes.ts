/**
 * The policy table of errors. Every error this project raises has one of these codes, and everything that is decided
 * by a code alone is decided here: lists of codes elsewhere are taken from this table. docs/errors.md is made from it
 * (`npm run errors`).
 */
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
  | 'clock';

export type Mutable = 'connection' | 'reports' | 'shares';

/**
 * - success: the next success of the same subject. An address, account or folder: a run that logs in, lists and does
 *   not meet the fault. A report: it came, or a person closed it. A destination: it takes reports again.
 * - clean run: the next complete run of the account that does not meet the fault
 * - person: a person acknowledges it, and it is not met again
 * - check: the check of reports finds it put right: the report came, a person closed it, somebody can look again, the
 *   list is there. Until then it is told once, or as often as somebody must acknowledge it
 * - at once: it opens no alarm
 */
export type End = 'success' | 'clean run' | 'person' | 'check' | 'at once';

const table = {
  // configuration
  CONFIG_INVALID: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
    status: 'check settings',
    cure: 'Correct the named setting and deploy again.',
  },
  USAGE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
    status: 'check settings',
    cure: 'See "rap --help" for the words this command takes.',
  },
  KEY_UNREADABLE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'key unreadable',
    cure: 'Give the account its private key: the path of a file that this user may read, or the key itself.',
  },
  HOST_KEY_MISSING: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'host key missing',
    cure: 'Enter the SHA-256 host key fingerprint of this address, as confirmed with HKEX. "rap hostkey" shows what a server presents.',
  },
  // reaching the server
  CONNECT_REFUSED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
    status: 'connection refused',
    cure: 'Check the line, the firewall opening and the address; the next run tries again.',
  },
  CONNECT_TIMEOUT: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
    status: 'no answer',
    cure: 'Check the line and the firewall opening; the next run tries again.',
  },
  HANDSHAKE_TIMEOUT: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
    status: 'no SSH answer',
    cure: 'The address accepts connections but does not speak SSH in time. Try again later; ring the hotline if it lasts.',
  },
  HANDSHAKE_FAILED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'address', mutable: 'connection', ends: 'success' },
    status: 'handshake failed',
    cure: 'The SSH handshake failed. Compare the algorithm settings with what HKEX announced.',
  },
  CONNECTION_LOST: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
    status: 'connection lost',
    cure: 'The line dropped; the next run fetches what is missing.',
  },
  SESSION_REFUSED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
    status: 'session refused',
    cure: 'The server allows no further session now. Log out other clients of this account, then run again.',
  },
  LOGIN_BUDGET: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'login limit',
    cure: 'This account has used up its logins of the day. Find out what logs in so often; raise the limit if it is expected.',
  },
  SESSION_BUSY: {
    ...{ exit: 3, retryable: true, severity: 'none' },
    ...{ scope: 'account', mutable: false, ends: 'at once' },
    status: 'account in use',
    cure: 'This account is already logged in by another run. Wait for it to log out.',
  },
  NOT_CONNECTED: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
    status: 'not logged in',
    cure: 'Put a rap-connect node with the action "log in" before this one.',
  },
  // trust and login
  HOST_KEY_MISMATCH: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'host key changed',
    cure: 'Do not accept the new key blindly. Ask HKEX whether the host key was changed, then enter the confirmed fingerprint.',
  },
  LOGIN_REFUSED: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'login refused',
    cure: 'Check that the RAP user name and the registered public key belong together, then reset the lock ("rap unlock").',
  },
  LOGIN_LOCKED: {
    ...{ exit: 4, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'login locked',
    cure: 'A login was refused earlier, so no automatic login is made. Find out why, then reset the lock ("rap unlock").',
  },
  // listing and reading
  REQUEST_TIMEOUT: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
    status: 'server too slow',
    cure: 'The server did not answer in time; the session was closed and the next run tries again.',
  },
  SESSION_TOO_LONG: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'connection', ends: 'success' },
    status: 'session too long',
    cure: 'The session was closed because it lasted too long; the next run fetches what is missing. Find out why the line is so slow.',
  },
  STALLED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
    status: 'stalled',
    cure: 'No data arrived for too long; the next run tries again.',
  },
  SFTP_PROTOCOL: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: 'reports', ends: 'success' },
    status: 'bad SFTP data',
    cure: 'The server sent something SFTP does not allow. Nothing was kept; the next run tries again.',
  },
  SFTP_TEXT: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'text, not SFTP',
    cure: 'A notice, a login script or an account without SFTP: the server prints text where SFTP should be. Read it; if it does not say what to do, ask HKEX.',
  },
  SFTP_UNSUPPORTED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'no SFTP version 3',
    cure: 'The server does not offer SFTP version 3. Ask its operator.',
  },
  NAME_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'unsafe name',
    cure: 'The server listed a name that is not safe to store. Ask HKEX about it, or fetch it by hand.',
  },
  NOT_A_FILE: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'not a file',
    cure: 'The server listed something that is neither a file nor a folder. It is left alone.',
  },
  LIST_LIMIT: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'success' },
    status: 'listing too large',
    cure: 'The listing is larger than the limits allow. Raise the limit if this size is expected.',
  },
  FOLDER_UNREADABLE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'folder', mutable: 'reports', ends: 'success' },
    status: 'folder unreadable',
    cure: 'A folder could not be listed. Check the folder setting and the rights of the RAP account.',
  },
  STILL_WRITING: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'still being written',
    cure: 'The report is still being written; the next run takes it.',
  },
  NEVER_SETTLES: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'never stands still',
    cure: 'The report changed at every look. Ask HKEX whether it is complete; a settle time of 0 takes files as they are. If it is no report, close it ("rap reports close").',
  },
  REPORT_GONE: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'report left early',
    cure: 'The report was at the server and left it before it came. Ask HKEX to put it back, or for a copy; then close it ("rap reports close").',
  },
  FOREIGN_REPORT: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'not our report',
    cure: 'The report is for another participant. It lies in quarantine: do not pass it on, tell HKEX. "rap quarantine" releases or discards it.',
  },
  CONTENT_WRONG: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'report is wrong',
    cure: 'The report does not agree with itself. It lies in quarantine: ask HKEX for a good copy. "rap quarantine" releases or discards it.',
  },
  PAIR_INCOMPLETE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'half is missing',
    cure: 'One half of the report is here; the next run takes the other. Ask HKEX if it does not come.',
  },
  REPORT_AT_RISK: {
    ...{ exit: 5, retryable: true, severity: 'notice' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
    status: 'report at risk',
    cure: 'The report is later than usual and not late yet. Nothing needs to be done; whoever needs it early may ask HKEX (hotline manned 09:00-18:45).',
  },
  REPORT_LATE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
    status: 'report late',
    cure: 'Tell whoever waits for the report. HKEX knows when it comes: hotline manned 09:00-18:45, by mail at other hours. "rap expect deadline" moves the deadline for this date, "rap expect close" ends the wait.',
  },
  REPORT_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'expectation', mutable: 'reports', ends: 'check' },
    status: 'report missing',
    cure: 'Ask HKEX for the report: hotline manned 09:00-18:45, by mail at other hours. Look at the terminal whether it is there. If none comes that day: "rap expect close".',
  },
  REPORTS_UNKNOWN: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'expectation', mutable: 'connection', ends: 'check' },
    status: 'reports unknown',
    cure: 'Nobody can look, so nothing is known to be missing. See to the line and the login if a run failed; if none was under way, let the schedule run while reports are due.',
  },
  REPORT_CAME: {
    ...{ exit: 0, retryable: false, severity: 'notice' },
    ...{ scope: 'expectation', mutable: false, ends: 'at once' },
    status: 'report came',
    cure: 'Nothing: a report that comes on some days only is here.',
  },
  KEY_ENDS: {
    ...{ exit: 6, retryable: false, severity: 'notice' },
    ...{ scope: 'key', mutable: false, ends: 'check' },
    status: 'key ends soon',
    cure: 'Make a new key with "rap key renew" and have HKEX register it. Enter the new date in the account, with the new key.',
  },
  KEY_ENDS_NOW: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'key', mutable: false, ends: 'check' },
    status: 'key ends now',
    cure: 'Make a new key with "rap key renew" and ask HKEX at once to register it. If it may be used for longer, enter that date in the account.',
  },
  CALENDAR_NEXT_YEAR: {
    ...{ exit: 6, retryable: false, severity: 'notice' },
    ...{ scope: 'calendar', mutable: false, ends: 'check' },
    status: 'import holidays',
    cure: 'Take the list of general holidays from 1823.gov.hk and give it to "rap calendar import FILE".',
  },
  CALENDAR_UNOFFICIAL: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'calendar', mutable: false, ends: 'check' },
    status: 'holidays missing',
    cure: 'Take the list of general holidays from 1823.gov.hk and give it to "rap calendar import FILE". Until then the days are computed and may be wrong.',
  },
  SIZE_UNKNOWN: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'size unknown',
    cure: 'The server gave no size, so the download could not be proved.',
  },
  SHORT_FILE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'file too short',
    cure: 'The server sent less than it announced. Nothing was kept; the next run tries again.',
  },
  EXCESS_DATA: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'file too long',
    cure: 'The server sent more than it announced. Nothing was kept; the next run tries again.',
  },
  FILE_CHANGED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'report changed',
    cure: 'The report changed while it was read. Nothing was kept; the next run takes the new version.',
  },
  ANSWERS_DIFFER: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'answers differ',
    cure: 'The server says one thing of this report when it lists it and another when asked about it, so no copy can be proved whole. Fetch it by hand, compare it, and tell HKEX.',
  },
  FILE_TOO_LARGE: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'success' },
    status: 'file too large',
    cure: 'Raise the size limit if reports of this size are expected.',
  },
  REMOTE_DENIED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'read denied',
    cure: 'The server does not let this account read the report. Ask HKEX if it should.',
  },
  REMOTE_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'report gone',
    cure: 'The report was listed but is gone. The next run lists again.',
  },
  REMOTE_FAILURE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'report', mutable: 'reports', ends: 'success' },
    status: 'server failed',
    cure: 'The server could not serve the report; the next run tries again.',
  },
  INCOMPLETE: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'run', mutable: 'reports', ends: 'clean run' },
    status: 'incomplete',
    cure: 'Not every report arrived. The failures name the reports and the reasons; the next run tries again.',
  },
  ABORTED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'run', mutable: false, ends: 'clean run' },
    status: 'stopped',
    cure: 'The work was stopped; the next run takes up what is missing.',
  },
  // local disk and shares
  DISK_FULL: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
    status: 'disk full',
    cure: 'Free space on the named disk or share; where df shows room, files are used up (df -i). The next run delivers.',
  },
  DISK_ERROR: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
    status: 'disk error',
    cure: 'Check the named disk or share; the next run delivers.',
  },
  NOT_WRITABLE: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
    status: 'cannot write',
    cure: 'Give this user the right to write to the named folder, or mount it; the next run delivers.',
  },
  SHARE_MISSING: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
    status: 'share not mounted',
    cure: 'Mount the share; the next run delivers. A new share is marked once with its id file ("rap share init").',
  },
  SHARE_CHANGED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
    status: 'other share mounted',
    cure: 'Nothing is written there until a person has looked. Mount the right share again, or accept the new one with "rap share accept".',
  },
  FOLDER_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'destination', mutable: false, ends: 'success' },
    status: 'folder refused',
    cure: 'Name another folder in the rule, or put a folder in the place of the link. If reports are meant to go where a link leads, name that place in the rule itself.',
  },
  SHARE_SILENT: {
    ...{ exit: 5, retryable: true, severity: 'critical' },
    ...{ scope: 'destination', mutable: 'shares', ends: 'success' },
    status: 'share not answering',
    cure: 'Its server, or the way to it, hangs: have it looked at. The reports for it wait, the other shares are served, and this one is as soon as it answers.',
  },
  SHARE_BACK: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'destination', mutable: false, ends: 'at once' },
    status: 'share is back',
    cure: 'Nothing needs to be done.',
  },
  AMENDED: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
    status: 'other content',
    cure: 'Both contents are kept. Tell whoever has worked with the first one, and ask HKEX if you did not expect a second.',
  },
  SAME_NAME: {
    ...{ exit: 0, retryable: true, severity: 'notice' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
    status: 'name is taken',
    cure: 'Both reports lie there, the second under another name. Put {folder} into the share of the rule, so that reports of two folders lie apart.',
  },
  COPY_LOST: {
    ...{ exit: 5, retryable: false, severity: 'notice' },
    ...{ scope: 'copies', mutable: false, ends: 'check' },
    status: 'gone from share',
    cure: 'Find out who moved or changed it, then deliver it again ("rap deliver"), or say that it is meant to be so ("rap share leave"). What was changed is kept: the report is put beside it.',
  },
  LANDING_GONE: {
    ...{ exit: 5, retryable: false, severity: 'none' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
    status: 'local copy gone',
    cure: 'Nothing here proves what would be delivered. As long as RAP keeps it, "rap fetch" brings it into a folder of its own.',
  },
  NOT_DELIVERED: {
    ...{ exit: 5, retryable: false, severity: 'none' },
    ...{ scope: 'report', mutable: false, ends: 'at once' },
    status: 'not delivered yet',
    cure: 'What was not delivered yet is delivered by the flow; "rap trace" says what it waits for. To a further share: --to.',
  },
  ROUTE_INVALID: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
    status: 'check the rules',
    cure: 'Correct the routing rule named in the message.',
  },
  UNROUTED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'report', mutable: false, ends: 'clean run' },
    status: 'no rule fits',
    cure: 'Add a routing rule that matches this report.',
  },
  // ledger
  LEDGER_UNUSABLE: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
    status: 'ledger unusable',
    cure: 'Do not delete the ledger. Stop Node-RED, bring the latest backup back ("rap ledger restore FILE --reason TEXT"), start again.',
  },
  LEDGER_CHANGED: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'person' },
    status: 'ledger changed',
    cure: 'Somebody changed the ledger behind its journal. "rap ledger verify" names every place. Find out who; then bring a backup back ("rap ledger restore FILE --reason TEXT"), decide the thing again, or accept what is there ("rap ledger accept --reason TEXT").',
  },
  LEDGER_TOO_NEW: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
    status: 'ledger too new',
    cure: 'The ledger was written by a newer release. Install that release again.',
  },
  NOT_IN_CHARGE: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'ledger', mutable: false, ends: 'clean run' },
    status: 'another is at work',
    cure: 'Another instance is at work on the same home folder, and only one may be. Stop one of the two.',
  },
  // mail
  MAIL_CONFIG: {
    ...{ exit: 2, retryable: false, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'check mail settings',
    cure: 'Correct the mail settings of the contacts node.',
  },
  MAIL_UNREACHABLE: {
    ...{ exit: 3, retryable: true, severity: 'warning' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'mail relay silent',
    cure: 'Check the mail relay; the mail stays queued and is sent later.',
  },
  MAIL_CERTIFICATE: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'relay certificate',
    cure: "Give the contacts node the file of the relay's certificate authority (CA file), or have the relay's certificate renewed or made out to the name that the node uses.",
  },
  MAIL_NO_TLS: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'relay: no TLS',
    cure: 'The relay does not encrypt in the way that is set. Ask its operator which port and security it takes (587 with STARTTLS, 465 with TLS) and set both in the contacts node.',
  },
  MAIL_NO_LOGIN: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'relay: no login',
    cure: 'The relay asks nobody to log in here. Take user and password out of the contacts node, or ask its operator for the port on which it takes a login.',
  },
  MAIL_LOGIN_METHOD: {
    ...{ exit: 3, retryable: true, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'relay login method',
    cure: 'The relay takes none of the logins PLAIN, LOGIN and CRAM-MD5. Ask its operator to allow one of them over TLS, or for a relay that takes mail from this machine without a login.',
  },
  MAIL_REFUSED: {
    ...{ exit: 5, retryable: false, severity: 'critical' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'mail refused',
    cure: 'The relay refused the mail. Check the recipient addresses.',
  },
  MAIL_UNKNOWN: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'mail', mutable: false, ends: 'clean run' },
    status: 'mail unconfirmed',
    cure: 'The relay took the mail but did not confirm it. It may arrive twice.',
  },
  // weather and practice
  WEATHER_HOLD: {
    ...{ exit: 6, retryable: true, severity: 'critical' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
    status: 'hold: ask a person',
    cure: 'Evidence is missing or odd. A person decides; ring the hotline.',
  },
  KEY_FROZEN: {
    ...{ exit: 6, retryable: true, severity: 'warning' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
    status: 'keys are frozen',
    cure: 'Keys are frozen during a practice session. Wait until the freeze of the plan ends.',
  },
  SWITCH_EXPIRED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'person' },
    status: 'back at primary',
    cure: 'The account is back at the primary data centre. Find out why nobody switched it back in time.',
  },
  SWITCH_UNCONFIRMED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'account', mutable: false, ends: 'person' },
    status: 'not confirmed',
    cure: 'No second person confirmed the switch in time, so nothing was switched. Ask for it again.',
  },
  CODE_REFUSED: {
    ...{ exit: 6, retryable: true, severity: 'warning' },
    ...{ scope: 'practice', mutable: false, ends: 'person' },
    status: 'code refused',
    cure: 'Read the code again: it has six letters or digits and stands in the subject of the drill mail.',
  },
  // the machine
  CLOCK_JUMPED: {
    ...{ exit: 6, retryable: false, severity: 'critical' },
    ...{ scope: 'clock', mutable: false, ends: 'person' },
    status: 'clock was set',
    cure: 'Have the clock and the time service (NTP) of the machine looked at. What was due meanwhile is made up for, and what a clock that was ahead began is no run of the real day. If the machine slept or was moved, nothing needs to be done.',
  },
  UNEXPECTED: {
    ...{ exit: 5, retryable: true, severity: 'warning' },
    ...{ scope: 'node', mutable: false, ends: 'clean run' },
    status: 'unexpected fault',
    cure: 'This is a defect. Send the log to the maintainers.',
  },
} as const satisfies Record<string, CodePolicy>;

export type ErrorCode = keyof typeof table;

export const codes: Readonly<Record<ErrorCode, CodePolicy>> = table;

export const errorCodes = Object.keys(table) as ErrorCode[];

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(table, code);
}

/** The policy of a code that may be somebody else's: what is not ours is unexpected. */
export function policyOf(code: string): CodePolicy {
  return codes[isErrorCode(code) ? code : 'UNEXPECTED'];
}
