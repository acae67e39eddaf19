/**
 * Mails of alarms, made from their events: what is told was decided with the facts, and no transaction waits for HTML.
 * What a process was killed over before the mail was queued, the next one queues.
 */
import type { AlarmRecord, Event, Ledger } from '../ledger/ledger.ts';
import { renderAlarm } from '../mail/alarm-mail.ts';
import { type ContactsConfig, domainOf } from '../mail/config.ts';
import { actOnce, consumeEvents } from '../mail/event-consumer.ts';
import type { Queued } from '../mail/queued.ts';
import { atLevel } from '../mail/rate-limit.ts';

/** No attempt after so long: an old alarm is seen in the ledger, not mailed. */
export const ALARM_LIFE = 24 * 3600_000;

/** Makes the mail of an event and queues it, once. */
export function mailAlarm(
  ledger: Pick<Ledger, 'alarms' | 'events'>,
  config: ContactsConfig,
  event: Event<'alarm'>,
): Promise<Queued> {
  return actOnce(ledger, 'mail', event.id, () => queue(ledger, config, event));
}

/**
 * Mails what is decided and not queued yet.
 * @param isOurs which alarms these contacts tell of
 * @param atOnce somebody waits for it
 */
export function mailPendingAlarms(
  ledger: Pick<Ledger, 'alarms' | 'events'>,
  config: ContactsConfig,
  isOurs: (alarm: AlarmRecord) => boolean,
  atOnce = true,
): Promise<void> {
  return consumeEvents(ledger, {
    ...{ consumer: 'mail', kinds: ['alarm'], acknowledges: true, atOnce },
    isOurs: ({ payload }) => isOurs(payload.alarm),
    act: async (lot) => {
      for (const event of lot) await mailAlarm(ledger, config, event);
      return [];
    },
  });
}

function queue(
  ledger: Pick<Ledger, 'alarms'>,
  config: ContactsConfig,
  { id: event, at: decidedAt, payload }: Event<'alarm'>,
): Promise<Queued> {
  const { alarm, key: eventKey, to, footer, reports: reportCount, report, reminder } = payload;
  const { id, place: where, raisedAt: at, level, run, code, account } = alarm;
  const reports = report === '' ? [] : [report];
  const about = { ...alarm, subject: alarm.subject ?? '', reports, reportCount, where, at };
  const { language, desk, smtp } = config;
  return ledger.alarms.queueAlarmMail(id, {
    ...{ eventKey, kind: 'alarm', run, to: [...to], ...atLevel(level), topic: topicOf(code, account), event },
    ...renderAlarm(about, { language, desk, footer, record: alarm, ...(reminder ? { reminder } : {}) }),
    ...{ domain: domainOf(smtp.from.address), deadline: decidedAt + ALARM_LIFE },
  });
}

/** What a summary counts a mail of an alarm under. */
export function topicOf(code: string, account: string): string {
  return account === '' ? code : `${code} · ${account}`;
}
