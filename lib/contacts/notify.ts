/** Puts news into the outbox: rendered, addressed and under a key that makes the same event one mail. */
import type { Ledger, NewMail } from '../ledger/ledger.ts';
import { type Alarm, renderAlarm } from './alarm.ts';
import { type ContactsConfig, domainOf, recipientsOf } from './config.ts';
import { renderDigest } from './digest.ts';
import { html, plain, subject } from './escape.ts';

export interface Queued {
  id: number;
  messageId: string;
  /** False when this event was queued before. */
  fresh: boolean;
}

const HOUR = 3600_000;

/** No attempt after so long: an old digest or alarm is seen in the ledger, not mailed. */
const DIGEST_LIFE = 72 * HOUR;
const ALARM_LIFE = 24 * HOUR;

/**
 * Queues the digest of a run, once per run and set of groups. It marks the reports it tells of, and ends the
 * run for the ledger: its seal is renewed.
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueDigest(
  ledger: Ledger,
  config: ContactsConfig,
  run: string,
  groups: readonly string[],
): Promise<Queued> {
  const to = recipientsOf(config, groups);
  const facts = await ledger.runFacts(run);
  const reports = facts.accounts.flatMap(({ received, delivered }) => [...received, ...delivered]);
  const journal = await ledger.journalHead();
  const queued = await ledger.queueMail({
    eventKey: `digest:${run}:${groupKey(groups)}`,
    kind: 'digest',
    run,
    to,
    ...renderDigest(facts, { language: config.language, journal }),
    told: reports.map((report) => report.versionId),
    ...common(config),
    deadline: facts.startedAt + DIGEST_LIFE,
  });
  await ledger.seal();
  return queued;
}

/**
 * Queues an alarm, once per run, account, code and place.
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueAlarm(
  ledger: Ledger,
  config: ContactsConfig,
  alarm: Alarm,
  groups: readonly string[],
): Promise<Queued> {
  const to = recipientsOf(config, groups);
  const { run, account, code, where, at } = alarm;
  // An alarm that belongs to no run is its own event each time.
  const event = run === '' ? `at ${at}` : run;
  return ledger.queueMail({
    eventKey: `alarm:${event}:${account}:${code}:${where}:${groupKey(groups)}`,
    kind: 'alarm',
    run,
    to,
    ...renderAlarm(alarm, config),
    ...common(config),
    deadline: at + ALARM_LIFE,
  });
}

/**
 * Queues a plain text of somebody's own under a key of theirs.
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueNotice(
  ledger: Ledger,
  config: ContactsConfig,
  notice: { eventKey: string; run: string; subject: string; text: string },
  groups: readonly string[],
): Promise<Queued> {
  const lines = notice.text.split(/\r?\n/);
  return ledger.queueMail({
    eventKey: notice.eventKey,
    kind: 'notice',
    run: notice.run,
    to: recipientsOf(config, groups),
    subject: subject(notice.subject),
    text: lines.map(plain).join('\n'),
    html: `<div style="font-family:'Segoe UI',Arial,sans-serif;font-size:14px;line-height:20px;">${lines.map(html).join('<br>\n')}</div>`,
    ...common(config),
  });
}

function common(config: ContactsConfig): Pick<NewMail, 'domain'> {
  return { domain: domainOf(config.smtp.from.address) };
}

function groupKey(groups: readonly string[]): string {
  return [...new Set(groups.map((group) => group.trim().toLowerCase()))].sort().join(',');
}
