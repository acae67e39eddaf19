/** The reminder, and later the alarm, that nobody official has listed the holidays of a year that is near. */

import { codes } from '../errors/codes.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { alarmEnd } from '../model/reasons.ts';
import { type CalendarBook, calendarNotices } from '../time/calendar-book.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import { keyOf, queueAlarm } from './alarms.ts';

const WHERE = 'calendar';
const ALL: readonly string[] = [];
const kinds = { reminder: 'CALENDAR_NEXT_YEAR', alarm: 'CALENDAR_UNOFFICIAL' } as const;
const ours: readonly string[] = Object.values(kinds);

/** Tells what is to be told of the calendars, each once, and ends what a person has put right. */
export async function raiseCalendarAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
  config: ContactsConfig,
  calendars: CalendarBook,
  now: number,
): Promise<void> {
  const notices = calendarNotices(calendars, hongKongDate(now));
  for (const { kind, year } of notices) {
    const code = kinds[kind];
    const known = await ledger.alarms.lastAlarmOf(
      keyOf({ account: '', code, where: WHERE, subject: year }, ALL),
    );
    if (known !== undefined) continue;
    const message = t(
      config.language,
      kind === 'alarm' ? 'mail.awaited.unofficial' : 'mail.awaited.reminder',
      {
        year,
      },
    );
    const alarm = {
      code,
      subject: year,
      message,
      cure: codes[code].cure,
      where: WHERE,
      run: '',
      account: '',
    };
    await queueAlarm(ledger, config, { ...alarm, at: now }, ALL);
  }
  const open = (await ledger.alarms.openAlarms({ account: '' })).filter(({ code }) => ours.includes(code));
  const right = open.filter(({ subject }) => calendars.year(subject ?? '')?.basis === 'official');
  // Whoever imported the list knows it.
  await ledger.alarms.closeAlarms(
    right.map(({ id }) => id),
    alarmEnd('officialList'),
  );
  const louder = open.filter(
    ({ code, subject }) =>
      code === kinds.reminder && notices.some(({ kind, year }) => kind === 'alarm' && year === subject),
  );
  await ledger.alarms.closeAlarms(
    louder.map(({ id }) => id),
    alarmEnd('instead'),
  );
}
