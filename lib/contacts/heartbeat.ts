/**
 * The morning mail of a business day: that all is ready, or what there is to look at. Its true use is the
 * morning on which it does not come.
 */
import type { AccountOutlook, AlarmRecord, Ledger } from '../ledger/ledger.ts';
import { type CalendarBook, shippedCalendars } from '../time/calendar-book.ts';
import { hongKongDate, hongKongStamp } from '../time/hong-kong.ts';
import type { Found } from '../words/completeness.ts';
import { answerLine } from '../words/completeness-text.ts';
import { installations } from '../words/installations.ts';
import { acknowledgedUntil } from './acknowledge.ts';
import { groupKey, type Queued } from './alarms.ts';
import { type ContactsConfig, domainOf, recipientsOf } from './config.ts';
import { sentencesIn } from './cures.ts';
import { dataCentreLine, momentText } from './footer.ts';
import { type KeyTerm, keyTerms } from './key-alarms.ts';
import { renderLetter } from './letter.ts';
import { type Links, linksOf } from './links.ts';
import { windowsNow, windowText } from './maintenance.ts';
import { openRows } from './open-rows.ts';
import { say, type Words, wordsOf } from './words/index.ts';

const DAY = 86_400_000;
/** Mails that were given up this long ago are told. */
const RECENT = 4 * DAY;
const LIFE = 12 * 3600_000;

/**
 * Queues the heartbeat of a day, once per date and set of groups.
 * @param accounts those of the flow; those the ledger knows are told as well
 * @param calendars by which business days are counted
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueHeartbeat(
  ledger: Ledger,
  config: ContactsConfig,
  now: number,
  groups: readonly string[],
  accounts: readonly string[] = [],
  calendars: CalendarBook = shippedCalendars,
): Promise<Queued> {
  const to = recipientsOf(config, groups);
  const words = wordsOf[config.language];
  const date = hongKongDate(now);
  const known = (await ledger.knownAccounts()).map(({ account }) => account);
  const names = [...new Set([...accounts, ...known])].filter((name) => !name.includes('.')).sort();
  const outlooks = await Promise.all(names.map((name) => ledger.accountOutlook(name)));
  const links = linksOf(config.desk);
  const terms = await keyTerms(ledger, calendars, now);
  const { look, news } = await troublesOf(ledger, words, now, links);
  const windows = await windowsNow(ledger, config, now);
  const head = await ledger.journalHead();
  const last = outlooks.flatMap(({ lastListing }) => lastListing ?? []).sort((a, b) => b.at - a.at)[0];
  const calm = look.length === 0;
  const title = calm
    ? say(words, words.heartbeatReady, { date })
    : say(words, words.heartbeatTrouble, { date, n: look.length });
  const letter = {
    subject: title,
    title,
    tone: calm ? ('good' as const) : ('warn' as const),
    sentences: [
      ...(await answersOf(ledger, words, config, now)),
      words.readySentence,
      ...news,
      ...windows.map((one) =>
        say(words, words.maintenanceAhead, { time: windowText(one), reason: one.reason }),
      ),
    ],
    lists: [
      { heading: words.lookAt, rows: look },
      { heading: words.accounts, rows: outlooks.map((one) => accountRow(one, words, now, terms)) },
    ],
    facts: [
      {
        label: words.lastRun,
        value: last ? `${last.run}, ${hongKongStamp(last.at).slice(0, 16)}` : words.never,
      },
      { label: words.journal, value: `${head.count} · ${head.head || '-'}` },
    ],
    link: links.today,
    footer: [await dataCentreLine(ledger, config, now, outlooks), words.alarmClosing],
  };
  return ledger.queueMail({
    eventKey: `heartbeat:${date}:${groupKey(groups)}`,
    kind: 'heartbeat',
    run: '',
    to,
    ...renderLetter(letter, words),
    domain: domainOf(config.smtp.from.address),
    deadline: now + LIFE,
  });
}

/** The last answer of each account that is checked, with the time at which it was true. */
async function answersOf(
  ledger: Ledger,
  words: Words,
  { language }: ContactsConfig,
  now: number,
): Promise<string[]> {
  const checks = await ledger.checks<unknown, Found>();
  return checks.map(({ at, found }) =>
    say(words, words.awaited.asOf, { time: momentText(at, now), answer: answerLine([found], language) }),
  );
}

async function troublesOf(ledger: Ledger, words: Words, now: number, links: Links) {
  const locks = await ledger.loginLocks();
  const alarms = await ledger.openAlarms();
  const mails = await ledger.mailCounts(now - RECENT);
  const look = [
    ...locks.map(({ account, lockedAt, reason }) => ({
      what: account,
      lines: [say(words, words.loginLocked, { account, time: momentText(lockedAt, now), reason })],
    })),
    ...openRows(await ledger.openThings(), words, links),
    ...alarms.slice(0, 30).map((alarm) => ({ ...alarmRow(alarm, words, now), link: links.alarm(alarm.id) })),
    ...(mails.refused > 0
      ? [{ what: words.alarmTitle, lines: [say(words, words.mailsNotSent, { n: mails.refused })] }]
      : []),
  ];
  const news = mails.waiting > 0 ? [say(words, words.mailsWaiting, { n: mails.waiting })] : [];
  return { look, news };
}

function alarmRow(alarm: AlarmRecord, words: Words, now: number) {
  const { id, account, code, raisedAt, acknowledgedBy: by } = alarm;
  const until = acknowledgedUntil(alarm, now);
  return {
    what: say(words, words.openAlarm, { id, account, code, time: momentText(raisedAt, now) }),
    lines: [
      ...sentencesIn(words, alarm),
      until === undefined
        ? words.notAcknowledged
        : say(words, words.acknowledgedBy, { by, time: momentText(until, now) }),
    ],
  };
}

function termText(term: KeyTerm | undefined, words: Words): string {
  if (term === undefined || term.daysLeft === null) return words.keys.endUnknown;
  const { account, until, daysLeft: n } = term;
  return say(words, n < 0 ? words.keys.over : words.keys.days, { account, until, n });
}

function accountRow(outlook: AccountOutlook, words: Words, now: number, terms: readonly KeyTerm[]) {
  const term = terms.find(({ account }) => account === outlook.account);
  const { account, installation, usualReports, keySince, lastListing } = outlook;
  const listed = lastListing?.complete ? words.lastListed : words.lastListedPartly;
  return {
    what: installation === '' ? account : `${installations[installation].title} (${account})`,
    lines: [
      usualReports === null ? words.usualUnknown : say(words, words.usualReports, { n: usualReports }),
      keySince === null
        ? words.keyUnknown
        : say(words, words.keyDays, { n: Math.max(0, Math.floor((now - keySince) / DAY)) }),
      ...(keySince === null ? [] : [termText(term, words)]),
      lastListing === null
        ? words.neverListed
        : say(words, listed, { time: momentText(lastListing.at, now) }),
    ],
  };
}
