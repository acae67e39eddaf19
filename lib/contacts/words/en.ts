import { codes, type ErrorCode, errorCodes } from '../../errors/codes.ts';
import { notLookedAgainText } from '../../words/not-looked-again.ts';
import { findingsEn } from './findings.ts';
import type { Words } from './words.ts';

export const en: Words = {
  tag: 'en',
  comma: ', ',
  colon: ': ',

  digestTitle: 'RAP reports {date}',
  received: { other: '{n} received' },
  deliveredLate: { other: '{n} delivered late' },
  failed: { other: '{n} failed' },
  refused: { other: '{n} refused' },
  outstanding: { other: '{n} outstanding' },
  inQuarantine: { other: '{n} in quarantine' },
  stillWriting: { other: '{n} still being written' },
  notReached: '{account} not reached',
  listedPartly: '{account} incomplete',
  nobodyReached: 'no account was reached',
  nothingNew: 'nothing new',

  receivedHeading: 'Received',
  lateHeading: 'Delivered now, received by an earlier run',
  failedHeading: 'Failed',
  refusedHeading: 'Refused, not touched',
  outstandingHeading: 'Outstanding: seen at the server, not received',
  quarantineHeading: 'In quarantine: a person decides',

  report: 'Report',
  businessDate: 'Business date',
  size: 'Size',
  fingerprint: 'SHA-256',
  place: 'Where it lies',

  alreadyHere: { one: '1 report was already here.', other: '{n} reports were already here.' },
  nothingNewSentence: {
    one: 'Nothing new: 1 report was already here.',
    other: 'Nothing new: {n} reports were already here.',
  },
  nothingAtAll: 'Nothing new: the server lists no reports.',
  leftOut: {
    one: '1 report was not asked for: a node of the flow leaves it out.',
    other: '{n} reports were not asked for: a node of the flow leaves them out.',
  },
  unknownSentence:
    'Not reached. What the server holds is unknown: this does not mean that reports are missing.',
  taken: 'Another run was at work with this account; its digest tells what came.',
  forgottenSentence: 'No run has looked at this account since {time}, and something is still outstanding.',
  neverLookedSentence: 'No run has looked at this account, and something is still outstanding.',
  incomplete: 'Not everything could be listed. There may be more reports than are named here.',
  landingOnly: 'in the landing folder only',
  amended: 'amended',
  notLookedAgain: notLookedAgainText,
  findings: findingsEn,
  keptBeside: 'kept beside other content as {name}',
  more: { one: 'and 1 more, recorded in the ledger', other: 'and {n} more, all recorded in the ledger' },
  reports: { one: '1 report', other: '{n} reports' },
  about: 'About',
  refusedSentence:
    'The server listed entries that are not safe to take. They are left alone, and stand here until a person decides with "rap quarantine".',
  outstandingSentence:
    'Each stands here until it came, or until a person closes it with "rap reports close". What is still being written is taken by the next run that sees it stand still.',
  quarantineSentence:
    'They came whole and are not trusted, so nobody has them. Each stands here until a person releases or discards it with "rap quarantine".',
  states: {
    listed: 'seen, not received yet',
    writing: 'still being written',
    overdue: 'has not been seen standing still',
    gone: 'not listed any more since {time}',
    awaited: 'never listed, though it must be there',
    folder: 'the folder could not be listed',
  },
  seenFirst: 'first seen {time} by run {run}',
  seenLast: 'last seen {time}',
  heldSince: 'since {time}',

  tileReceived: 'received',
  tileKnown: 'already here',
  tileWriting: 'still being written',
  tileFailed: 'to look at',

  primary: 'primary data centre',
  secondary: 'secondary data centre',
  usedAddress: '{account}: {address}, {dataCentre}',
  runLine: 'Run {run}, started {time} Hong Kong time ({trigger})',
  journalLine: 'Journal: {n} records, the last is {head}',
  closing: 'Written by RAP Ops. There is no attachment; the reports lie at the places named above.',
  alarmClosing: 'Written by RAP Ops.',
  repeat: 'This mail may be a repeat: the mail relay did not confirm the first copy.',

  alarmSubject: 'RAP alarm{account}: {message} [{code}]',
  alarmTitle: 'RAP alarm',
  backSubject: 'RAP recovered{account}: {message} [{code}]',
  newsSubject: 'RAP news{account}: {message} [{code}]',
  newsTitle: 'RAP news',
  happened: 'What happened',
  means: 'What it means',
  cure: 'What to do',
  where: 'Where',
  when: 'When',
  account: 'Account',
  run: 'Run',
  code: 'Code',
  hongKong: '{time} Hong Kong time',
  meanings: {
    0: 'This is news. Nothing was lost, and nothing failed.',
    2: 'The settings do not allow this step. Until they are corrected it fails every time.',
    3: 'The server or relay was not reached. What it holds is unknown; reports may be waiting there.',
    4: 'Trust or login failed, so nothing is collected from this account. To protect it, no login is forced.',
    5: 'The work is incomplete. What is named here was not received or delivered; everything else went on.',
    6: 'A decision is on hold, because the evidence is missing or odd.',
  },
  itself: 'It is tried again by itself at the next run.',
  person: 'It does not get better by itself: a person has to act.',
  semicolon: '; ',
  dataCentres: 'Data centres: {list}',
  dataCentresAllPrimary: 'Data centres: primary for every account',
  atPrimary: '{account} primary',
  atSecondary: '{account} secondary since {time} ({reason}, {by})',

  reminderSubject: 'Reminder {n} of {of}: {subject}',
  reminder: 'Reminder {n} of {of}: nobody has acknowledged this alarm yet.',
  lasting: {
    one: 'The fault lasts: it was first met at {time}, and once since.',
    other: 'The fault lasts: it was first met at {time}, and {n} times since.',
  },
  acknowledgedBefore: '{by} acknowledged it at {time}; that has run out.',
  alarmNumber: 'Alarm',
  acknowledge: 'To acknowledge',
  howToAcknowledge:
    'Open /rap-ops/alarms beside the Node-RED editor, or run "rap alarms ack {id}", or put a file {id}.txt with your name in it into the folder "acknowledge" of RAP_HOME. Answering this mail does not acknowledge it.',

  recoverySubject: {
    one: 'RAP recovered {account}: {code}',
    other: 'RAP recovered {account}: {n} alarms are over',
  },
  recoveryTitle: 'Recovered',
  recoverySentence: {
    one: 'The fault of this alarm has ended: the last run of {account} did not meet it.',
    other: 'The faults of these alarms have ended: the last run of {account} did not meet them.',
  },
  recoveryCame: {
    one: 'The fault of this alarm has ended: each report it was about came, or a person decided about it.',
    other:
      'The faults of these alarms have ended: each report they were about came, or a person decided about it.',
  },
  recoveryMissing: 'Not all is well: what is named here was seen and is still not here.',
  recovered: 'Over',
  alarmRow: 'Alarm {id}, {code}',
  metTimes: { one: 'met once, at {from}', other: 'met {n} times, from {from} to {until}' },

  summarySubject: { one: 'RAP summary: 1 more event', other: 'RAP summary: {n} more events' },
  summaryTitle: 'Many things at once',
  summarySentence:
    'So much happened from {from} to {until} that not every event became a mail of its own. Critical alarms are not held back; these are the others. Each of them is written down in the ledger.',
  howMany: 'How many of what',
  moreKinds: { one: 'and 1 other kind', other: 'and {n} other kinds' },

  muted: 'Kept quiet by maintenance',
  mutedSentence: 'Not mailed, because a maintenance window was open: {reason}.',

  heartbeatReady: 'RAP ready {date}',
  heartbeatTrouble: { one: 'RAP {date}: 1 thing to look at', other: 'RAP {date}: {n} things to look at' },
  ready: 'Ready',
  readySentence:
    'Node-RED runs, the ledger is open and mail is sent. If this mail does not come on a business day, look after the machine.',
  lookAt: 'To look at',
  accounts: 'Accounts',
  usualReports: {
    one: '1 report is usual for a business date',
    other: '{n} reports are usual for a business date',
  },
  usualUnknown: 'how many reports are usual is unknown: fewer than five business dates were seen',
  keyDays: {
    one: 'the key has been in use here for 1 day; when it ends is unknown',
    other: 'the key has been in use here for {n} days; when it ends is unknown',
  },
  keyUnknown: 'the age of the key is unknown',
  lastListed: 'last listed {time}',
  lastListedPartly: 'last listed {time}, incomplete',
  neverListed: 'never listed',
  loginLocked: '{account}: login is locked since {time} ({reason})',
  openAlarm: 'Alarm {id}: {account} {code}, since {time}',
  acknowledgedBy: 'acknowledged by {by} until {time}',
  notAcknowledged: 'not acknowledged',
  mailsNotSent: {
    one: '1 mail of the last days could not be delivered to everybody',
    other: '{n} mails of the last days could not be delivered to everybody',
  },
  mailsWaiting: { one: '1 mail waits for the mail relay', other: '{n} mails wait for the mail relay' },
  maintenanceAhead: 'Maintenance window {time}: {reason}',
  lastRun: 'Last run',
  journal: 'Journal',
  never: 'none yet',

  relaySilent: 'The mail relay has not taken this mail. It is told here, and goes on being tried.',
  relayLogin: 'The mail relay refuses user or password of RAP Ops. No mail leaves until that is put right.',

  cures: Object.fromEntries(errorCodes.map((code) => [code, codes[code].cure])) as Record<ErrorCode, string>,
};
