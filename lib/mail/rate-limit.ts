/**
 * When more happens than people can read: the outbox holds back what is only news, and a summary says how many
 * of what. Critical mails are never held back.
 */
import { t } from '../i18n/translate.ts';
import type { DeferredMails, Ledger, MailLevel, NewMail } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { ContactsConfig } from './config.ts';
import { dataCentreLine } from './footer.ts';
import { linksOf } from './links.ts';
import type { Rendered } from './render.ts';
import { renderSimpleMail } from './simple-mail.ts';

/**
 * News of the level "information" in any hour: single mails, and summaries of all others. Together 20, which is
 * far below what mail systems allow and about what a person can read.
 */
const MAILS_PER_HOUR = { single: 16, summaries: 4 } as const;
const RATE_WINDOW = 3600_000;

/** How loudly a mail is told: of what is only news no more than an hour may bring. */
export function atLevel(level: MailLevel): Pick<NewMail, 'level' | 'limit'> {
  return level === 'information'
    ? { level, limit: { most: MAILS_PER_HOUR.single, within: RATE_WINDOW } }
    : { level };
}

/** A flood is summed up so long after its first held mail: by then most of it has come. */
export const SETTLE = 5 * 60_000;

const MOST_KINDS = 60;

/** Queues the summaries that are due: one per set of recipients and hour, a few in all. */
export async function queueSummaries(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'mails'>,
  config: ContactsConfig,
  clock: Clock,
): Promise<void> {
  const now = clock.now();
  const lots = await ledger.mails.deferredMails();
  if (lots.length === 0) return;
  const recent = await ledger.mails.summariesSince(now - RATE_WINDOW);
  const told = new Set(recent.map(({ to }) => to));
  let left = MAILS_PER_HOUR.summaries - recent.length;
  for (const lot of lots) {
    if (left <= 0) return;
    // A clock that was set back must not keep a lot waiting.
    const settled = now - lot.since >= SETTLE || lot.since > now;
    if (!settled || told.has(JSON.stringify(lot.to))) continue;
    const footer = [await dataCentreLine(ledger, config, now)];
    await ledger.mails.queueSummary(
      {
        eventKey: `summary:${lot.ids[0]}-${lot.ids.at(-1)}`,
        kind: 'summary',
        run: '',
        to: lot.to,
        domain: lot.domain,
        ...renderSummary(lot, config, footer),
        level: 'information',
      },
      lot.ids,
    );
    left--;
  }
}

export function renderSummary(
  { ids, topics, since, until }: Pick<DeferredMails, 'ids' | 'topics' | 'since' | 'until'>,
  { language, desk }: Pick<ContactsConfig, 'language'> & Partial<Pick<ContactsConfig, 'desk'>>,
  footer: string[],
): Rendered {
  const left = topics.length - MOST_KINDS;
  const title = t(language, 'mail.summarySubject', { n: ids.length });
  const mail = {
    subject: title,
    title: t(language, 'mail.summaryTitle'),
    subtitle: title,
    tone: 'warn' as const,
    sentences: [
      t(language, 'mail.summarySentence', {
        from: hongKongStamp(since).slice(0, 16),
        until: hongKongStamp(until).slice(0, 16),
      }),
    ],
    lists: [
      {
        heading: `${t(language, 'mail.howMany')} (${ids.length})`,
        rows: topics
          .slice(0, MOST_KINDS)
          .map(({ topic, count }) => ({ what: topic, lines: [`× ${count.toLocaleString('en')}`] })),
        more: left > 0 && t(language, 'mail.moreKinds', { n: left }),
      },
    ],
    link: linksOf(desk ?? '').alarms,
    footer: [...footer, t(language, 'mail.alarmClosing')],
  };
  return renderSimpleMail(mail, language);
}
