/** The words of the mails. One table per language; a table has every word, so a language is whole or not there. */
import type { ErrorCode } from '../../errors/codes.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { LostReason } from '../../model/placed.ts';
import type { NotLookedAgain } from '../../model/types.ts';
import type { FindingTexts } from './findings.ts';

export { type Counted, fillPhrase, type Phrase } from '../../i18n/phrase.ts';

export interface MailTexts {
  /** Language tag for the HTML and for counting. */
  tag: Language;
  /** Of a report that is awaited: what happened, and what is known of it. */
  awaited: {
    /** 'set 4' */
    set: string;
    atRisk: string;
    late: string;
    missing: string;
    unknown: Counted;
    came: string;
    lacking: string;
    seen: string;
    quarantined: string;
    dark: string;
    lastLook: string;
    neverLooked: string;
    moved: string;
    reminder: string;
    unofficial: string;
    heading: string;
    allHere: string;
    lastGood: string;
    asOf: string;
  };
  /** Of delivered files that are not on their share as they were delivered. */
  lost: { what: Counted; reasons: Readonly<Record<LostReason, string>> };
  /** How long the key of an account may be used. */
  keys: { left: Counted; over: string; days: Counted; endUnknown: string };
  /** Between the parts of a subject. */
  comma: string;
  colon: string;

  digestTitle: string;
  soFarTitle: string;
  received: Counted;
  deliveredLate: Counted;
  failed: Counted;
  refused: Counted;
  outstanding: Counted;
  inQuarantine: Counted;
  stillWriting: Counted;
  notReached: string;
  listedPartly: string;
  nobodyReached: string;
  nothingNew: string;
  toLookAt: Counted;
  accountsReached: string;
  accountsComplete: string;

  receivedHeading: string;
  lateHeading: string;
  failedHeading: string;
  refusedHeading: string;
  outstandingHeading: string;
  quarantineHeading: string;

  report: string;
  businessDate: string;
  size: string;
  fingerprint: string;
  place: string;

  alreadyHere: Counted;
  nothingNewSentence: Counted;
  nothingAtAll: string;
  leftOut: Counted;
  unknownSentence: string;
  taken: string;
  forgottenSentence: string;
  neverLookedSentence: string;
  incomplete: string;
  landingOnly: string;
  amended: string;
  /** Of a report that came whole, by why nobody could look at it again. */
  notLookedAgain: Readonly<Record<NotLookedAgain, string>>;
  /** What a look inside found. */
  findings: FindingTexts;
  keptBeside: string;
  more: Counted;
  reports: Counted;
  about: string;
  refusedSentence: string;
  outstandingSentence: string;
  quarantineSentence: string;
  /** Of something outstanding, by the state the listing gave it; a folder has its own. */
  states: { listed: string; writing: string; overdue: string; gone: string; awaited: string; folder: string };
  seenFirst: string;
  seenLast: string;
  heldSince: string;

  primary: string;
  secondary: string;
  usedAddress: string;
  runLine: string;
  journalLine: string;
  closing: string;
  alarmClosing: string;
  repeat: string;

  criticalTitle: string;
  alarmTitle: string;
  backTitle: string;
  newsTitle: string;
  /** The code of an error in English words, for readers of another language. */
  detail: string;
  /** What a link is called. */
  openDesk: string;
  openRunbook: string;
  happened: string;
  means: string;
  cure: string;
  where: string;
  when: string;
  account: string;
  run: string;
  code: string;
  hongKong: string;
  /** What an alarm means, by the exit status of its code; 0 is news. */
  meanings: { 0: string; 2: string; 3: string; 4: string; 5: string; 6: string };
  itself: string;
  person: string;
  semicolon: string;
  dataCentres: string;
  dataCentresAllPrimary: string;
  atPrimary: string;
  atSecondary: string;

  /** Behind a subject. */
  reminderMark: string;
  reminder: string;
  lasting: Counted;
  acknowledgedBefore: string;
  alarmNumber: string;
  acknowledge: string;
  howToAcknowledge: string;
  linkToAcknowledge: string;

  recoveredAlarms: Counted;
  /** A report of a business date. */
  reportOn: string;
  recoveryTitle: string;
  recoverySentence: Counted;
  recoveryCame: Counted;
  recoveryMissing: string;
  recovered: string;
  alarmRow: string;
  metTimes: Counted;

  summarySubject: Counted;
  summaryTitle: string;
  summarySentence: string;
  howMany: string;
  moreKinds: Counted;

  muted: string;
  mutedSentence: string;

  heartbeatReady: string;
  heartbeatTrouble: Counted;
  ready: string;
  readySentence: string;
  lookAt: string;
  accounts: string;
  usualReports: Counted;
  usualUnknown: string;
  keyDays: Counted;
  keyUnknown: string;
  lastListed: string;
  lastListedPartly: string;
  neverListed: string;
  loginLocked: string;
  openAlarm: string;
  acknowledgedBy: string;
  notAcknowledged: string;
  mailsNotSent: Counted;
  mailsWaiting: Counted;
  maintenanceAhead: string;
  lastRun: string;
  journal: string;
  never: string;

  relaySilent: string;
  relayLogin: string;

  /** Cures in this language; the English ones stand in the policy table. */
  cures: Readonly<Record<ErrorCode, string>>;
}
