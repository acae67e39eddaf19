/**
 * The morning mail of a business day: that all is ready, or what there is to look at. Its true use is the
 * morning on which it does not come.
 */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { AccountStats, AlarmRecord, Ledger } from '../ledger/ledger.ts';
import type { Found } from '../model/completeness.ts';
import { answerLine } from '../model/completeness-text.ts';
import { installations } from '../model/installations.ts';
import { loginReasonText } from '../model/reasons.ts';
import { type CalendarBook, shippedCalendars } from '../time/calendar-book.ts';
import { hongKongDate, hongKongStamp } from '../time/hong-kong.ts';
import { acknowledgedUntil } from './alarm-mail.ts';
import { type ContactsConfig, domainOf, recipientsOf } from './config.ts';
import { sentencesIn } from './cures.ts';
import { dataCentreLine, momentText } from './footer.ts';
import { type KeyTerm, keyTerms } from './key-terms.ts';
import { type Links, linksOf } from './links.ts';
import { windowsNow, windowText } from './maintenance.ts';
import { openRows } from './open-rows.ts';
import { groupKey, type Queued } from './queued.ts';
import { renderSimpleMail } from './simple-mail.ts';

const DAY = 86_400_000;
/** Mails that were given up this long ago are told. */
const RECENT = 4 * DAY;
const LIFE = 12 * 3600_000;

/**
 * Queues the heartbeat of a day, once per date and set of groups.
 * @param accounts those of the flow; those the ledger knows are told as well
 * @param calendars by which business days are counted
 * @param today what the desk's page says: a mail that all is ready must not be sent where that says otherwise
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueDailyStatus(
  ledger: Pick<
    Ledger,
    | 'accountKeys'
    | 'accountStats'
    | 'accounts'
    | 'alarms'
    | 'expectations'
    | 'journal'
    | 'mails'
    | 'openItems'
  >,
  config: ContactsConfig,
  now: number,
  groups: readonly string[],
  accounts: readonly string[] = [],
  calendars: CalendarBook = shippedCalendars,
  today?: TodaySays,
): Promise<Queued> {
  const to = recipientsOf(config, groups);
  const date = hongKongDate(now);
  const known = (await ledger.accountStats.knownAccounts()).map(({ account }) => account);
  const names = [...new Set([...accounts, ...known])].sort();
  const outlooks = await Promise.all(names.map((name) => ledger.accountStats.statsOf(name)));
  const links = linksOf(config.desk);
  const terms = await keyTerms(ledger, calendars, now);
  const { look: found, news } = await problemsOf(ledger, config.language, now, links);
  const look = [...saidOf(today, links), ...found];
  const windows = await windowsNow(ledger, config, now);
  const head = await ledger.journal.head();
  const last = outlooks.flatMap(({ lastListing }) => lastListing ?? []).sort((a, b) => b.at - a.at)[0];
  const calm = look.length === 0;
  const title = calm
    ? t(config.language, 'mail.heartbeatReady', { date })
    : t(config.language, 'mail.heartbeatTrouble', { date, n: Math.max(1, found.length) });
  const mail = {
    subject: title,
    title,
    tone: calm ? ('good' as const) : ('warn' as const),
    sentences: [
      ...(await answersOf(ledger, config.language, now)),
      t(config.language, 'mail.readySentence'),
      ...news,
      ...windows.map((one) =>
        t(config.language, 'mail.maintenanceAhead', { time: windowText(one), reason: one.reason }),
      ),
    ],
    lists: [
      { heading: t(config.language, 'mail.lookAt'), rows: look },
      {
        heading: t(config.language, 'mail.accounts'),
        rows: outlooks.map((one) => accountRow(one, config.language, now, terms)),
      },
    ],
    facts: [
      {
        label: t(config.language, 'mail.lastRun'),
        value: last
          ? `${last.run}, ${hongKongStamp(last.at).slice(0, 16)}`
          : t(config.language, 'mail.never'),
      },
      { label: t(config.language, 'mail.journal'), value: `${head.count} · ${head.head || '-'}` },
    ],
    link: links.today,
    footer: [await dataCentreLine(ledger, config, now, outlooks), t(config.language, 'mail.alarmClosing')],
  };
  return ledger.mails.queueMail({
    eventKey: `heartbeat:${date}:${groupKey(groups)}`,
    kind: 'heartbeat',
    run: '',
    to,
    ...renderSimpleMail(mail, config.language),
    domain: domainOf(config.smtp.from.address),
    deadline: now + LIFE,
  });
}

/** The verdict of the desk's page, the tone as its pages have it. */
export interface TodaySays {
  tone: 'ok' | 'warn' | 'bad' | 'grey';
  headline: string;
  others: readonly string[];
}

/** A row of it, unless nothing needs anybody: in the morning most reports are still to come. */
function saidOf(today: TodaySays | undefined, links: Links) {
  if (today === undefined || today.tone === 'ok' || today.tone === 'grey') return [];
  return [{ what: today.headline, lines: [...today.others], link: links.today }];
}

/** The last answer of each account that is checked, with the time at which it was true. */
async function answersOf(
  ledger: Pick<Ledger, 'expectations'>,
  language: Language,
  now: number,
): Promise<string[]> {
  const checks = await ledger.expectations.checks<unknown, Found>();
  return checks.map(({ at, found }) =>
    t(language, 'mail.awaited.asOf', {
      time: momentText(at, now),
      answer: answerLine([found], language),
    }),
  );
}

async function problemsOf(
  ledger: Pick<Ledger, 'accounts' | 'alarms' | 'mails' | 'openItems'>,
  language: Language,
  now: number,
  links: Links,
) {
  const locks = await ledger.accounts.loginLocks();
  const alarms = await ledger.alarms.openAlarms();
  const mails = await ledger.mails.mailCounts(now - RECENT);
  const look = [
    ...locks.map(({ account, lockedAt, reason, cause }) => {
      const known = language === 'en' ? reason : cause && loginReasonText(language, cause);
      return {
        what: account,
        lines: [
          t(language, 'mail.loginLocked', {
            ...{ account, time: momentText(lockedAt, now) },
            reason: known ?? t(language, 'errors.cure.LOGIN_LOCKED'),
          }),
          ...(known === undefined
            ? sentencesIn(language, { code: 'LOGIN_LOCKED', message: reason }).slice(1)
            : []),
        ],
      };
    }),
    ...openRows(await ledger.openItems.openItems(), language, links),
    ...alarms
      .slice(0, 30)
      .map((alarm) => ({ ...alarmRow(alarm, language, now), link: links.alarm(alarm.id) })),
    ...(mails.refused > 0
      ? [
          {
            what: t(language, 'mail.alarmTitle'),
            lines: [t(language, 'mail.mailsNotSent', { n: mails.refused })],
          },
        ]
      : []),
  ];
  const news = mails.waiting > 0 ? [t(language, 'mail.mailsWaiting', { n: mails.waiting })] : [];
  return { look, news };
}

function alarmRow(alarm: AlarmRecord, language: Language, now: number) {
  const { id, account, code, raisedAt, acknowledgedBy: by } = alarm;
  const until = acknowledgedUntil(alarm, now);
  return {
    what: t(language, 'mail.openAlarm', {
      ...{ id, what: [account, code].filter((word) => word !== '').join(' ') },
      time: momentText(raisedAt, now),
    }),
    lines: [
      ...sentencesIn(language, alarm),
      until === undefined
        ? t(language, 'mail.notAcknowledged')
        : t(language, 'mail.acknowledgedBy', { by, time: momentText(until, now) }),
    ],
  };
}

function termText(term: KeyTerm | undefined, language: Language): string {
  if (term === undefined || term.daysLeft === null) return t(language, 'mail.keys.endUnknown');
  const { account, until, daysLeft: n } = term;
  return t(language, n < 0 ? 'mail.keys.over' : 'mail.keys.days', { account, until, n });
}

function accountRow(outlook: AccountStats, language: Language, now: number, terms: readonly KeyTerm[]) {
  const term = terms.find(({ account }) => account === outlook.account);
  const { account, installation, usualReports, keySince, lastListing } = outlook;
  const listed = lastListing?.complete ? 'mail.lastListed' : 'mail.lastListedPartly';
  return {
    what: installation === '' ? account : `${installations[installation].title} (${account})`,
    lines: [
      usualReports === null
        ? t(language, 'mail.usualUnknown')
        : t(language, 'mail.usualReports', { n: usualReports }),
      keySince === null
        ? t(language, 'mail.keyUnknown')
        : t(language, 'mail.keyDays', { n: Math.max(0, Math.floor((now - keySince) / DAY)) }),
      ...(keySince === null ? [] : [termText(term, language)]),
      lastListing === null
        ? t(language, 'mail.neverListed')
        : t(language, listed, { time: momentText(lastListing.at, now) }),
    ],
  };
}
