/** The digest of a run: what came and where it lies, what was here already, what failed and what to do about it. */

import path from 'node:path';
import { policyOf } from '../errors/codes.ts';
import { type Key, t } from '../i18n/translate.ts';
import type {
  AccountFacts,
  AlarmRecord,
  DeliveredReport,
  Delivery,
  JournalHead,
  OutstandingReport,
  QuarantinedReport,
  RunFacts,
  RunFailure,
} from '../ledger/ledger.ts';
import { type Found, summaryOf } from '../model/completeness.ts';
import { answerLine, timeText as clockText, troubleText } from '../model/completeness-text.ts';
import { installations } from '../model/installations.ts';
import type { RefusedEntry } from '../model/types.ts';
import { hongKongDate, hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { sentencesIn, toldIn } from './cures.ts';
import { fitting } from './escape.ts';
import { notCheckedSentences, warnedOf, warningLines } from './findings.ts';
import { type Links, linksOf } from './links.ts';
import { type Rendered, renderHtml, renderText } from './render.ts';
import { digestHtml, digestPartials, digestText } from './templates/digest.ts';

/** Rows per table: mail programs cut long mails off, and nobody reads them. The ledger has everything. */
const MOST_ROWS = { html: 60, text: 500 };

const CALM = '#1f4e79';
const TROUBLE = '#b3261e';

export interface DigestOptions {
  /** Default English. */
  language?: Language;
  /** Address of the desk; '' or left out: no links. */
  desk?: string;
  /**
   * How far the ledger's journal has come. In the readers' mailboxes it is out of reach of whoever might change
   * the journal later.
   */
  journal?: JournalHead;
  /** Alarms of the run that a maintenance window kept quiet. */
  muted?: readonly AlarmRecord[];
  /** The line about the data centres. */
  dataCentres?: string;
  /** The run goes on: these are not all its reports. */
  soFar?: boolean;
  /**
   * What the check of reports says of the run's accounts, in their order; the name alone of one whose reports were not
   * checked in this run. Left out where no flow checks reports.
   */
  completeness?: readonly (Found | string)[];
}

/** Did another run have the account, so that this one did not look? That is no trouble: its digest tells. */
export function isTaken({ listed, failures }: AccountFacts): boolean {
  const met = failures.filter(({ lasting }) => lasting !== true);
  return !listed && met.length > 0 && met.every(({ code }) => policyOf(code).severity === 'none');
}

/** An account as the digest tells of it. Of a taken one it tells what is missing all the same. */
interface DigestState extends AccountFacts {
  taken: boolean;
}

function digestStateOf(account: AccountFacts): DigestState {
  if (!isTaken(account)) return { ...account, taken: false };
  return { ...account, failures: account.failures.filter(({ lasting }) => lasting === true), taken: true };
}

/** Renders the digest of a run. */
export function renderDigest(run: RunFacts, options: DigestOptions = {}): Rendered {
  const facts = { ...run, accounts: run.accounts.map(digestStateOf) };
  const totals = totalsOf(facts);
  const { language = 'en', completeness = [], desk = '' } = options;
  const links = linksOf(desk);
  const answer = answerLine(completeness, language);
  const came = headlineText(headlineOf(facts, totals, language), facts, language);
  // A site that awaits nothing yet has no answer in its subjects; where one account has one, none is left out.
  const answers = completeness.some((one) => typeof one === 'string' || !awaitsNothing(one));
  const title = t(language, options.soFar ? 'mail.soFarTitle' : 'mail.digestTitle', {
    date: hongKongDate(facts.startedAt),
  });
  const view = (rows: number, subtitle: string) => ({
    ...{ title, answer, subtitle, link: links.today },
    colour: isTrouble(facts, totals) || !completeness.every(isComplete) ? TROUBLE : CALM,
    muted: mutedView(options.muted ?? [], language, links),
    accounts: facts.accounts.map((account) => ({
      ...accountView(account, { language, rows, links, today: hongKongDate(facts.startedAt) }),
      awaited: awaitedView(
        completeness.find((one) => typeof one !== 'string' && one.account === account.account),
        language,
        links,
      ),
    })),
    footer: footerOf(facts, language, options),
  });
  return {
    subject: subjectOf(title, facts, totals, language, answers ? completeness : undefined),
    text: renderText(digestText, view(MOST_ROWS.text, came), language),
    html: renderHtml(
      digestHtml,
      view(MOST_ROWS.html, answer === '' ? came : `${answer}${t(language, 'mail.semicolon')}${came}`),
      language,
      digestPartials,
    ),
  };
}

/** Is nothing overdue, and could that be said? */
function isComplete(one: Found | string): boolean {
  return typeof one !== 'string' && (awaitsNothing(one) || summaryOf(one).complete);
}

function awaitsNothing({ shortfalls }: Found): boolean {
  return shortfalls.some(({ kind }) => kind === 'nothing accepted');
}

/** What is awaited and not here, in order of date, system and code. */
function awaitedView(found: Found | string | undefined, language: Language, links: Links) {
  if (found === undefined || typeof found === 'string') return false;
  const { trouble, due } = summaryOf(found);
  const open = found.reports.filter((one) => trouble.includes(one) || due.includes(one));
  const time = (second: number) => clockText(second, found.today);
  return section(t(language, 'mail.awaited.heading'), open, MOST_ROWS.html, language, (one) => ({
    shown: troubleText(one, found.today, language),
    link: links.today,
    lines: one.lastLook ? [t(language, 'mail.awaited.lastGood', { time: time(one.lastLook.at) })] : [],
  }));
}

function mutedView(alarms: readonly AlarmRecord[], language: Language, links: Links) {
  if (alarms.length === 0) return false;
  return {
    heading: `${t(language, 'mail.muted')} (${alarms.length})`,
    rows: alarms.map((alarm) => ({
      ...mutedLines(language, alarm),
      link: links.alarm(alarm.id),
    })),
  };
}

function mutedLines(language: Language, { account, code, message, muted }: AlarmRecord) {
  const [what = '', ...details] = sentencesIn(language, { code, message });
  return {
    shown: `${account} ${code}${t(language, 'mail.colon')}${what}`.trim(),
    lines: [...details, t(language, 'mail.mutedSentence', { reason: muted })],
  };
}

interface Totals {
  received: number;
  warned: number;
  late: number;
  known: number;
  writing: number;
  failed: number;
  refused: number;
  outstanding: number;
  quarantine: number;
}

function totalsOf({ accounts }: RunFacts): Totals {
  const open = accounts.map(openOf);
  const sum = <T>(all: readonly T[], of: (one: T) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const writing = sum(open, ({ outstanding }) => outstanding.filter(isWriting).length);
  return {
    received: sum(accounts, ({ received }) => received.length),
    warned: sum(accounts, ({ received, delivered }) => warnedOf([...received, ...delivered]).length),
    late: sum(accounts, ({ delivered }) => delivered.length),
    known: sum(accounts, ({ known }) => known),
    writing,
    failed: sum(open, ({ failures }) => sum(failures, ({ count }) => count)),
    refused: sum(accounts, ({ refused }) => refused.length),
    outstanding: sum(open, ({ outstanding }) => outstanding.length) - writing,
    // A report may lie there in more than one copy.
    quarantine: sum(accounts, ({ quarantine }) => new Set(quarantine.map(({ path: remote }) => remote)).size),
  };
}

/** What is not here, each named and counted once: in quarantine, failed in this run, or outstanding for another reason. */
function openOf({ failures, outstanding, quarantine }: AccountFacts) {
  const held = new Set(quarantine.map(({ path: remote, code }) => `${code} ${remote}`));
  const failed = new Set(failures.map(({ subject: about }) => about));
  return {
    failures: failures.filter(({ subject: about, code }) => !held.has(`${code} ${about}`)),
    outstanding: outstanding.filter(({ path: remote }) => !failed.has(remote)),
  };
}

/** On its way, as far as anybody can tell. */
function isWriting({ state, overdueAt }: OutstandingReport): boolean {
  return state === 'writing' && overdueAt === null;
}

/** Is there nothing of an account that a person may have to look after? */
function isClear(facts: AccountFacts): boolean {
  const { failures, outstanding, refused, quarantine } = facts;
  return failures.length + outstanding.length + refused.length + quarantine.length === 0;
}

/** "14 received", "2 failed": whether anybody must read on. What may need a person is marked. */
function headlineOf({ accounts }: { accounts: readonly DigestState[] }, totals: Totals, language: Language) {
  const counted = (key: Key, n: number, bad: boolean) =>
    n > 0 ? [{ text: t(language, key, { n }), bad }] : [];
  return [
    ...counted('mail.received', totals.received, false),
    ...counted('mail.deliveredLate', totals.late, false),
    ...counted('mail.findings.withWarnings', totals.warned, false),
    ...counted('mail.failed', totals.failed, true),
    ...counted('mail.outstanding', totals.outstanding, true),
    ...counted('mail.inQuarantine', totals.quarantine, true),
    ...counted('mail.refused', totals.refused, true),
    ...counted('mail.stillWriting', totals.writing, false),
    ...accounts
      .filter((one) => !one.complete && !one.taken && one.forgottenSince === undefined)
      .map(({ account, listed }) => ({
        text: t(language, listed ? 'mail.listedPartly' : 'mail.notReached', { account }),
        bad: true,
      })),
  ];
}

type Headline = ReturnType<typeof headlineOf>;

function headlineText(
  headline: Headline,
  { accounts }: { accounts: readonly DigestState[] },
  language: Language,
): string {
  if (headline.length > 0) return headline.map(({ text }) => text).join(t(language, 'mail.comma'));
  // "Nothing new" must never be said of a run that saw nothing at all.
  return t(language, accounts.some(({ taken }) => !taken) ? 'mail.nothingNew' : 'mail.nobodyReached');
}

/**
 * The first of these that a phone shows whole: all; without what is no trouble; with less of the answer; counts alone.
 * None sounds better than the one before it.
 */
function subjectOf(
  title: string,
  facts: { accounts: readonly DigestState[] },
  totals: Totals,
  language: Language,
  completeness: readonly (Found | string)[] | undefined,
): string {
  const headline = headlineOf(facts, totals, language);
  const bad = headline.filter((part) => part.bad);
  const n = toLookAt(totals);
  const looks = n > 0 ? [t(language, 'mail.toLookAt', { n })] : [];
  const { accounts } = facts;
  const reached = accounts.filter(({ complete, taken }) => complete || taken).length;
  const counts =
    reached < accounts.length
      ? [t(language, 'mail.accountsReached', { n: reached, all: accounts.length }), ...looks]
      : looks;
  const came = [
    headlineText(headline, facts, language),
    ...(bad.length > 0 ? [headlineText(bad, facts, language)] : []),
    ...(counts.length > 0 ? [counts.join(t(language, 'mail.comma')), ...counts.slice(0, 1)] : []),
  ];
  const plain = came.map((one) => `${title}${t(language, 'mail.colon')}${one}`);
  if (completeness === undefined) return fitting(...plain);
  const whole = completeness.filter(isComplete).length;
  const all = completeness.length;
  // What came besides may be left out; trouble only where the answer does not sound good.
  const behind = [...came, ...(counts.length > 0 && whole === all ? [] : [''])];
  const rooms = ['subject', 'short', 'counts'] as const;
  const wordings = rooms.flatMap((room) => {
    const answer = answerLine(completeness, language, room);
    return behind.map(
      (one) =>
        `${title}${t(language, 'mail.colon')}${answer}${one === '' ? '' : t(language, 'mail.semicolon')}${one}`,
    );
  });
  const last = whole < all ? [t(language, 'mail.accountsComplete', { n: whole, all })] : [];
  return fitting(
    ...wordings,
    ...last.map((one) => `${title}${t(language, 'mail.colon')}${one}`),
    ...plain.slice(-1),
  );
}

function isTrouble({ accounts }: { accounts: readonly DigestState[] }, totals: Totals): boolean {
  const looked = accounts.filter(({ taken }) => !taken);
  const seen = looked.length > 0 && looked.every(({ complete }) => complete);
  return !seen || toLookAt(totals) > 0;
}

function toLookAt({ failed, refused, outstanding, quarantine }: Totals): number {
  return failed + refused + outstanding + quarantine;
}

interface Reader {
  language: Language;
  /** Rows of a table. */
  rows: number;
  links: Links;
  /** The date of the run; reports of another one say theirs. */
  today: string;
}

function accountView(facts: DigestState, reader: Reader) {
  const { language, rows, links } = reader;
  const title = facts.installation === '' ? '' : installations[facts.installation].title;
  const { failures, outstanding } = openOf(facts);
  return {
    title: title === '' || title === facts.account ? facts.account : `${title} (${facts.account})`,
    sentences: facts.taken ? [t(language, 'mail.taken')] : sentencesOf(facts, language),
    warned: section(
      t(language, 'mail.findings.heading'),
      warnedOf([...facts.received, ...facts.delivered]),
      rows,
      language,
      (one) => ({ shown: one.name, link: links.report(one.versionId), lines: warningLines(one, language) }),
      { sentence: t(language, 'mail.findings.sentence') },
    ),
    received: section(
      t(language, 'mail.receivedHeading'),
      facts.received.toSorted(inOrder),
      rows,
      language,
      (one) => reportView(one, reader),
    ),
    late: section(t(language, 'mail.lateHeading'), facts.delivered.toSorted(inOrder), rows, language, (one) =>
      reportView(one, reader),
    ),
    failures: section(
      t(language, 'mail.failedHeading'),
      failures,
      rows,
      language,
      (one) => failureView(one, language),
      {
        total: failures.reduce((total, { count }) => total + count, 0),
      },
    ),
    outstanding: section(
      t(language, 'mail.outstandingHeading'),
      outstanding,
      rows,
      language,
      (one) => outstandingView(one, reader),
      { sentence: t(language, 'mail.outstandingSentence') },
    ),
    quarantine: section(
      t(language, 'mail.quarantineHeading'),
      facts.quarantine,
      rows,
      language,
      (one) => quarantineView(one, reader),
      { sentence: t(language, 'mail.quarantineSentence') },
    ),
    refused: section(
      t(language, 'mail.refusedHeading'),
      facts.refused,
      rows,
      language,
      (one) => refusedView(one, language, links),
      {
        sentence: t(language, 'mail.refusedSentence'),
      },
    ),
  };
}

/** By business date, system, code and set; what is not recognised comes last. */
function inOrder(one: DeliveredReport, other: DeliveredReport): number {
  const keys = ({ businessDate, system, code, sequence }: DeliveredReport) => [
    businessDate === '' ? '~' : businessDate,
    ...(code === '' ? ['~', ''] : [system, code]),
    sequence,
  ];
  const [a, b] = [keys(one), keys(other)];
  const place = a.findIndex((part, index) => part !== b[index]);
  return place < 0 ? 0 : (a[place] ?? '') < (b[place] ?? '') ? -1 : 1;
}

/** A table with its heading, or nothing when there is nothing to show. */
function section<T, R>(
  heading: string,
  all: readonly T[],
  rows: number,
  language: Language,
  row: (one: T) => R,
  extra: { total?: number; sentence?: string } = {},
) {
  if (all.length === 0) return false;
  const left = all.length - rows;
  return {
    heading: `${heading} (${extra.total ?? all.length})`,
    rows: all.slice(0, rows).map(row),
    more: left > 0 ? t(language, 'mail.more', { n: left }) : false,
    ...extra,
  };
}

function sentencesOf(facts: AccountFacts, language: Language): string[] {
  const { forgottenSince } = facts;
  if (forgottenSince !== undefined) {
    const time = timeText(forgottenSince);
    return [
      forgottenSince === 0
        ? t(language, 'mail.neverLookedSentence')
        : t(language, 'mail.forgottenSentence', { time }),
    ];
  }
  if (!facts.listed) return [t(language, 'mail.unknownSentence')];
  const nothingNew = facts.received.length === 0 && isClear(facts);
  const known =
    facts.known > 0
      ? t(language, nothingNew ? 'mail.nothingNewSentence' : 'mail.alreadyHere', { n: facts.known })
      : nothingNew && facts.complete && t(language, 'mail.nothingAtAll');
  return [
    known,
    facts.leftOut > 0 && t(language, 'mail.leftOut', { n: facts.leftOut }),
    !facts.complete && t(language, 'mail.incomplete'),
    ...notCheckedSentences([...facts.received, ...facts.delivered], language),
  ].filter((sentence) => sentence !== false);
}

function outstandingView(report: OutstandingReport, { language, links }: Reader) {
  const { path: remote, kind, state, overdueAt, goneSince, code, message, cure } = report;
  const time = timeText(goneSince ?? 0);
  const how = kind === 'folder' ? 'folder' : state === 'writing' && overdueAt !== null ? 'overdue' : state;
  const seen = t(language, 'mail.seenFirst', {
    time: timeText(report.firstSeenAt),
    run: report.firstRun,
  });
  const last = t(language, 'mail.seenLast', { time: timeText(report.lastSeenAt) });
  return {
    shown: remote,
    link: links.today,
    lines: [
      `${t(language, `mail.states.${how}`, { time })}${t(language, 'mail.comma')}${seen}${t(language, 'mail.comma')}${last}`,
      ...(code === '' ? [] : errorLines(language, { code, message, cure })),
    ],
  };
}

/** What kept a report away, and what to do about it. */
function errorLines(language: Language, error: { code: string; message: string; cure: string }): string[] {
  const { what, cure, details } = toldIn(language, error);
  return [
    `${error.code}${t(language, 'mail.colon')}${what}`,
    `${t(language, 'mail.cure')}${t(language, 'mail.colon')}${cure}`,
    ...details.map((detail) => `${t(language, 'mail.detail')}${t(language, 'mail.colon')}${detail}`),
  ];
}

function quarantineView(
  { id, path: remote, code, reason, heldAt, sha256 }: QuarantinedReport,
  { language, links }: Reader,
) {
  const since = t(language, 'mail.heldSince', { time: timeText(heldAt) });
  return {
    shown: remote,
    link: links.held(id),
    lines: [
      `report-${id}${t(language, 'mail.comma')}${since}`,
      ...sentencesIn(language, { code, message: reason }).map((line, index) =>
        index === 0 ? `${code}${t(language, 'mail.colon')}${line}` : line,
      ),
    ],
    sha256,
  };
}

/** Hong Kong time to the minute. */
function timeText(at: number): string {
  return hongKongStamp(at).slice(0, 16);
}

function reportView(report: DeliveredReport, { language, links, today }: Reader) {
  const places = report.deliveries.map((delivery) => placeView(report, delivery, language));
  const nowhere = {
    share: t(language, 'mail.landingOnly'),
    file: t(language, 'mail.landingOnly'),
    beside: '',
  };
  return {
    name: report.name,
    link: links.report(report.versionId),
    kind: [report.system, report.code, report.sequence].filter((part) => part !== '').join(' · '),
    amended: report.amended ? t(language, 'mail.amended') : '',
    notLookedAgain:
      report.notLookedAgain === undefined ? '' : t(language, `mail.notLookedAgain.${report.notLookedAgain}`),
    unchecked: report.finding?.why === undefined ? '' : t(language, 'mail.findings.unchecked'),
    date: report.businessDate,
    otherDate: report.businessDate === today ? '' : report.businessDate,
    size: sizeText(report.bytes),
    bytes: report.bytes.toLocaleString('en'),
    sha256: report.sha256,
    places: places.length > 0 ? places : [nowhere],
    besides: places.filter(({ beside }) => beside !== ''),
  };
}

function placeView(report: DeliveredReport, { share, file }: Delivery, language: Language) {
  const name = path.basename(file);
  return {
    share: shortPath(share),
    file,
    beside: name === report.name ? '' : t(language, 'mail.keptBeside', { name }),
  };
}

/** So much of a folder stands in a line of a phone. */
const LONGEST_FOLDER = 36;

/** The folder, or of a long one as many of its last parts as a line has room for; the whole stands in the text. */
export function shortPath(folder: string): string {
  if (folder.length <= LONGEST_FOLDER) return folder;
  const parts = folder.split(/(?=[/\\])/);
  while (parts.length > 1 && parts.join('').length > LONGEST_FOLDER - 1) parts.shift();
  return `…${parts.join('')}`;
}

function failureView({ code, message, cure, subject: about, count }: RunFailure, language: Language) {
  const parts = [about, count > 1 && t(language, 'mail.reports', { n: count }), code];
  const told = toldIn(language, { code, message, cure });
  return {
    message: told.what,
    cure: told.cure,
    details: told.details.map(
      (detail) => `${t(language, 'mail.detail')}${t(language, 'mail.colon')}${detail}`,
    ),
    about: parts.filter((part) => part !== '' && part !== false).join(' · '),
  };
}

function refusedView({ folder, shown, code, reason }: RefusedEntry, language: Language, links: Links) {
  return {
    shown: `${folder}/${shown}`,
    lines: sentencesIn(language, { code, message: reason }),
    link: links.quarantine,
  };
}

function footerOf(facts: RunFacts, language: Language, { journal, dataCentres }: DigestOptions): string[] {
  const addresses = facts.accounts
    .filter(({ address, dataCentre }) => address !== '' && dataCentre !== '')
    .map(({ account, address, dataCentre }) =>
      t(language, 'mail.usedAddress', {
        account,
        address,
        dataCentre: t(language, dataCentre === 'secondary' ? 'mail.secondary' : 'mail.primary'),
      }),
    );
  const { run, trigger } = facts;
  const started = t(language, 'mail.runLine', { run, time: hongKongStamp(facts.startedAt), trigger });
  const book = journal
    ? [t(language, 'mail.journalLine', { n: journal.count, head: journal.head || '-' })]
    : [];
  const centres = dataCentres === undefined ? [] : [dataCentres];
  return [...centres, ...addresses, started, ...book, t(language, 'mail.closing')];
}

/** "1.2 MB", in thousands as file managers show it. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${units[unit]}`;
}
