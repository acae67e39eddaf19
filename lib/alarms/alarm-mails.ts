/**
 * Mails of alarms, made from their events: what is told was decided with the facts, and no transaction waits for HTML.
 * What a process was killed over before the mail was queued, the next one queues.
 */
import type { AlarmRecord, Event, Ledger } from '../ledger/ledger.ts';
import { renderAlarm } from '../mail/alarm-mail.ts';
import { type ContactsConfig, domainOf } from '../mail/config.ts';
import type { Queued } from '../mail/queued.ts';
import { atLevel } from '../mail/rate-limit.ts';

/** No attempt after so long: an old alarm is seen in the ledger, not mailed. */
export const ALARM_LIFE = 24 * 3600_000;

/** Mails that are being made, by ledger and event: whoever else finds the event waits for the same one. */
const beingMade = new WeakMap<object, Map<number, Promise<Queued>>>();

/** Makes the mail of an event and queues it, once. */
export function mailAlarm(
  ledger: Pick<Ledger, 'alarms'>,
  config: ContactsConfig,
  event: Event<'alarm'>,
): Promise<Queued> {
  const mine = beingMade.get(ledger.alarms) ?? new Map<number, Promise<Queued>>();
  beingMade.set(ledger.alarms, mine);
  const made = mine.get(event.id) ?? queue(ledger, config, event).finally(() => mine.delete(event.id));
  mine.set(event.id, made);
  return made;
}

/** Mails what is decided and not queued yet. @param isOurs which alarms these contacts tell of */
export async function mailPendingAlarms(
  ledger: Pick<Ledger, 'alarms' | 'events'>,
  config: ContactsConfig,
  isOurs: (alarm: AlarmRecord) => boolean,
): Promise<void> {
  const pending = await ledger.events.pendingEvents({ kinds: ['alarm'], consumer: 'mail' });
  for (const event of pending) if (isOurs(event.payload.alarm)) await mailAlarm(ledger, config, event);
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
