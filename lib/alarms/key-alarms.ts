/**
 * How long the key of each account may still be used, and the reminders before it ends. Only the date that a person
 * entered counts: nothing is published about how long HKEX lets a key be used.
 */

import { codes, type ErrorCode } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { type KeyTerm, keyTerms } from '../mail/key-terms.ts';
import { alarmEnd } from '../model/reasons.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import { endAlarms, keyOf, queueAlarm } from './alarms.ts';

/** So many business days before the end people are reminded. */
export const KEY_REMINDERS = [30, 14, 7, 1] as const;

const WHERE = 'key';
const ALL: readonly string[] = [];
const ours: readonly string[] = ['KEY_ENDS', 'KEY_ENDS_NOW'] satisfies ErrorCode[];

/**
 * Tells of each reminder that is due, once, and ends those that a new date, or a later reminder, took the place of.
 * @param accounts those of the flow; one that was taken out is forgotten
 * @param frozen is a practice session's key freeze in force? Then nothing is told: no key may be touched
 */
export async function raiseKeyAlarms(
  ledger: Pick<
    Ledger,
    'accountKeys' | 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails' | 'openItems'
  >,
  config: ContactsConfig,
  {
    calendars,
    now,
    accounts,
    frozen,
  }: {
    calendars: CalendarBook;
    now: number;
    accounts: readonly string[];
    frozen: boolean;
  },
): Promise<void> {
  if (frozen) return;
  const due = new Map<string, string>();
  for (const term of await keyTerms(ledger, calendars, now)) {
    const mark = markOf(term);
    if (mark === undefined || !accounts.includes(term.account)) continue;
    const { account, until } = term;
    const subject = `${until} ${mark}`;
    due.set(account, subject);
    const code: ErrorCode = mark <= 1 ? 'KEY_ENDS_NOW' : 'KEY_ENDS';
    if ((await ledger.alarms.lastAlarmOf(keyOf({ account, code, where: WHERE, subject }, ALL))) !== undefined)
      continue;
    const { cure } = codes[code];
    const alarm = {
      code,
      subject,
      message: messageOf(term, config.language),
      cure,
      where: WHERE,
      run: '',
      account,
    };
    await queueAlarm(ledger, config, { ...alarm, at: now }, ALL);
  }
  const open = (await ledger.alarms.openAlarms()).filter(({ code }) => ours.includes(code));
  const over = open.filter(({ account, subject }) => due.get(account) !== subject);
  const [replaced, ended] = [
    over.filter(({ account }) => due.has(account)),
    over.filter(({ account }) => !due.has(account)),
  ];
  await ledger.alarms.closeAlarms(
    replaced.map(({ id }) => id),
    alarmEnd('nextReminder'),
  );
  await endAlarms(ledger, config, ended, alarmEnd('keyLonger'), now);
}

/** The reminder that is due: the nearest one that was reached; 0 when the time is over. */
function markOf({ daysLeft }: KeyTerm): number | undefined {
  if (daysLeft === null) return undefined;
  if (daysLeft < 0) return 0;
  return KEY_REMINDERS.findLast((mark) => daysLeft <= mark);
}

function messageOf({ account, until, daysLeft }: KeyTerm, language: Language): string {
  const n = daysLeft ?? 0;
  return n < 0
    ? t(language, 'mail.keys.over', { account, until })
    : t(language, 'mail.keys.left', { account, until, n });
}
