/**
 * Every error this project raises has one of these codes. A code says what happened; the cure says what the
 * person on duty does about it. `exit` is the command line's exit status:
 * 0 news and no failure, 2 usage or configuration, 3 could not connect, 4 trust or login refused, 5 incomplete, 6 hold.
 */
export interface CodeFacts {
  /** May the same action be tried again later without a person doing anything first? */
  retryable: boolean;
  exit: 0 | 2 | 3 | 4 | 5 | 6;
  cure: string;
}

const facts = {
  // configuration
  CONFIG_INVALID: {
    retryable: false,
    exit: 2,
    cure: 'Correct the named setting and deploy again.',
  },
  USAGE: { retryable: false, exit: 2, cure: 'See "rap --help" for the words this command takes.' },
  KEY_UNREADABLE: {
    retryable: false,
    exit: 2,
    cure: 'Check that the private key file exists, can be read by this user, and that its passphrase is right.',
  },
  HOST_KEY_MISSING: {
    retryable: false,
    exit: 2,
    cure: 'Enter the SHA-256 host key fingerprint of this address, as confirmed with HKEX. "rap hostkey" shows what a server presents.',
  },
  // reaching the server
  CONNECT_REFUSED: {
    retryable: true,
    exit: 3,
    cure: 'Check the line, the firewall opening and the address; the next run tries again.',
  },
  CONNECT_TIMEOUT: {
    retryable: true,
    exit: 3,
    cure: 'Check the line and the firewall opening; the next run tries again.',
  },
  HANDSHAKE_TIMEOUT: {
    retryable: true,
    exit: 3,
    cure: 'The address accepts connections but does not speak SSH in time. Try again later; ring the hotline if it lasts.',
  },
  HANDSHAKE_FAILED: {
    retryable: true,
    exit: 3,
    cure: 'The SSH handshake failed. Compare the algorithm settings with what HKEX announced.',
  },
  CONNECTION_LOST: {
    retryable: true,
    exit: 3,
    cure: 'The line dropped; the next run fetches what is missing.',
  },
  SESSION_REFUSED: {
    retryable: true,
    exit: 3,
    cure: 'The server allows no further session now. Log out other clients of this account, then run again.',
  },
  LOGIN_BUDGET: {
    retryable: true,
    exit: 3,
    cure: 'This account has used up its logins of the day. Find out what logs in so often; raise the limit if it is expected.',
  },
  SESSION_BUSY: {
    retryable: true,
    exit: 3,
    cure: 'This account is already logged in by another run. Wait for it to log out.',
  },
  NOT_CONNECTED: {
    retryable: true,
    exit: 3,
    cure: 'Put a rap-connect node with the action "log in" before this one.',
  },
  // trust and login
  HOST_KEY_MISMATCH: {
    retryable: false,
    exit: 4,
    cure: 'Do not accept the new key blindly. Ask HKEX whether the host key was changed, then enter the confirmed fingerprint.',
  },
  LOGIN_REFUSED: {
    retryable: false,
    exit: 4,
    cure: 'Check that the RAP user name and the registered public key belong together, then reset the lock ("rap unlock").',
  },
  LOGIN_LOCKED: {
    retryable: false,
    exit: 4,
    cure: 'A login was refused earlier, so no automatic login is made. Find out why, then reset the lock ("rap unlock").',
  },
  // listing and reading
  REQUEST_TIMEOUT: {
    retryable: true,
    exit: 5,
    cure: 'The server did not answer in time; the session was closed and the next run tries again.',
  },
  STALLED: { retryable: true, exit: 5, cure: 'No data arrived for too long; the next run tries again.' },
  SFTP_PROTOCOL: {
    retryable: true,
    exit: 5,
    cure: 'The server sent something SFTP does not allow. Nothing was kept; the next run tries again.',
  },
  SFTP_UNSUPPORTED: {
    retryable: false,
    exit: 5,
    cure: 'The server does not offer SFTP version 3. Ask its operator.',
  },
  NAME_REFUSED: {
    retryable: false,
    exit: 5,
    cure: 'The server listed a name that is not safe to store. Ask HKEX about it, or fetch it by hand.',
  },
  NOT_A_FILE: {
    retryable: false,
    exit: 5,
    cure: 'The server listed something that is neither a file nor a folder. It is left alone.',
  },
  LIST_LIMIT: {
    retryable: false,
    exit: 5,
    cure: 'The listing is larger than the limits allow. Raise the limit if this size is expected.',
  },
  FOLDER_UNREADABLE: {
    retryable: true,
    exit: 5,
    cure: 'A folder could not be listed. Check the folder setting and the rights of the RAP account.',
  },
  STILL_WRITING: {
    retryable: true,
    exit: 5,
    cure: 'The report is still being written; the next run takes it.',
  },
  FOREIGN_REPORT: {
    retryable: false,
    exit: 5,
    cure: 'The report is for another participant. It lies in quarantine: do not pass it on, tell HKEX. "rap quarantine" releases or discards it.',
  },
  CONTENT_WRONG: {
    retryable: false,
    exit: 5,
    cure: 'The report does not agree with itself. It lies in quarantine: ask HKEX for a good copy. "rap quarantine" releases or discards it.',
  },
  PAIR_INCOMPLETE: {
    retryable: true,
    exit: 5,
    cure: 'One half of the report is here; the next run takes the other. Ask HKEX if it does not come.',
  },
  SIZE_UNKNOWN: {
    retryable: true,
    exit: 5,
    cure: 'The server gave no size, so the download could not be proved.',
  },
  SHORT_FILE: {
    retryable: true,
    exit: 5,
    cure: 'The server sent less than it announced. Nothing was kept; the next run tries again.',
  },
  EXCESS_DATA: {
    retryable: true,
    exit: 5,
    cure: 'The server sent more than it announced. Nothing was kept; the next run tries again.',
  },
  FILE_CHANGED: {
    retryable: true,
    exit: 5,
    cure: 'The report changed while it was read. Nothing was kept; the next run takes the new version.',
  },
  FILE_TOO_LARGE: {
    retryable: false,
    exit: 5,
    cure: 'Raise the size limit if reports of this size are expected.',
  },
  REMOTE_DENIED: {
    retryable: true,
    exit: 5,
    cure: 'The server does not let this account read the report. Ask HKEX if it should.',
  },
  REMOTE_MISSING: {
    retryable: true,
    exit: 5,
    cure: 'The report was listed but is gone. The next run lists again.',
  },
  REMOTE_FAILURE: {
    retryable: true,
    exit: 5,
    cure: 'The server could not serve the report; the next run tries again.',
  },
  INCOMPLETE: {
    retryable: true,
    exit: 5,
    cure: 'Not every report arrived. The failures name the reports and the reasons; the next run tries again.',
  },
  ABORTED: { retryable: true, exit: 5, cure: 'The work was stopped; the next run takes up what is missing.' },
  // local disk and shares
  DISK_FULL: {
    retryable: true,
    exit: 5,
    cure: 'Free space on the named disk or share; the next run delivers.',
  },
  DISK_ERROR: { retryable: true, exit: 5, cure: 'Check the named disk or share; the next run delivers.' },
  NOT_WRITABLE: {
    retryable: true,
    exit: 5,
    cure: 'Give this user the right to write to the named folder, or mount it; the next run delivers.',
  },
  SHARE_MISSING: {
    retryable: true,
    exit: 5,
    cure: 'Mount the share; the next run delivers. A new share is marked once with its id file ("rap share init").',
  },
  SHARE_CHANGED: {
    retryable: false,
    exit: 5,
    cure: 'Nothing is written there until a person has looked. Mount the right share again, or accept the new one with "rap share accept".',
  },
  SHARE_SILENT: {
    retryable: true,
    exit: 5,
    cure: 'Its server, or the way to it, hangs: have it looked at. The reports for it wait, the other shares are served, and this one is as soon as it answers.',
  },
  SHARE_BACK: { retryable: true, exit: 0, cure: 'Nothing needs to be done.' },
  AMENDED: {
    retryable: true,
    exit: 0,
    cure: 'Both contents are kept. Tell whoever has worked with the first one, and ask HKEX if you did not expect a second.',
  },
  ROUTE_INVALID: { retryable: false, exit: 2, cure: 'Correct the routing rule named in the message.' },
  UNROUTED: { retryable: false, exit: 5, cure: 'Add a routing rule that matches this report.' },
  // ledger
  LEDGER_UNUSABLE: {
    retryable: false,
    exit: 2,
    cure: 'Do not delete the ledger. Stop Node-RED, bring the latest backup back ("rap ledger restore FILE --reason TEXT"), start again.',
  },
  LEDGER_TOO_NEW: {
    retryable: false,
    exit: 2,
    cure: 'The ledger was written by a newer release. Install that release again.',
  },
  NOT_IN_CHARGE: {
    retryable: true,
    exit: 3,
    cure: 'Another instance is at work on the same home folder, and only one may be. Stop one of the two.',
  },
  // mail
  MAIL_CONFIG: { retryable: false, exit: 2, cure: 'Correct the mail settings of the contacts node.' },
  MAIL_UNREACHABLE: {
    retryable: true,
    exit: 3,
    cure: 'Check the mail relay; the mail stays queued and is sent later.',
  },
  MAIL_REFUSED: {
    retryable: false,
    exit: 5,
    cure: 'The relay refused the mail. Check the recipient addresses.',
  },
  MAIL_UNKNOWN: {
    retryable: true,
    exit: 5,
    cure: 'The relay took the mail but did not confirm it. It may arrive twice.',
  },
  // weather and practice
  WEATHER_HOLD: {
    retryable: true,
    exit: 6,
    cure: 'Evidence is missing or odd. A person decides; ring the hotline.',
  },
  KEY_FROZEN: {
    retryable: true,
    exit: 6,
    cure: 'Keys are frozen during a practice session. Wait until the freeze of the plan ends.',
  },
  SWITCH_EXPIRED: {
    retryable: false,
    exit: 6,
    cure: 'The account is back at the primary data centre. Find out why nobody switched it back in time.',
  },
  SWITCH_UNCONFIRMED: {
    retryable: false,
    exit: 6,
    cure: 'No second person confirmed the switch in time, so nothing was switched. Ask for it again.',
  },
  CODE_REFUSED: {
    retryable: true,
    exit: 6,
    cure: 'Read the code again: it has six letters or digits and stands in the subject of the drill mail.',
  },
  UNEXPECTED: { retryable: true, exit: 5, cure: 'This is a defect. Send the log to the maintainers.' },
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof facts;

export const codes: Readonly<Record<ErrorCode, CodeFacts>> = facts;
