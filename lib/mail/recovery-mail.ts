/** The mail that says that faults are over. */
import { t } from '../i18n/translate.ts';
import type { AlarmRecord, OpenItems } from '../ledger/ledger.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { sentencesIn } from './cures.ts';
import { fitting } from './escape.ts';
import { linksOf } from './links.ts';
import { openRows } from './open-rows.ts';
import type { Rendered } from './render.ts';
import { nameIn } from './report-name.ts';
import { renderSimpleMail } from './simple-mail.ts';

export function renderRecovery(
  alarms: readonly AlarmRecord[],
  options: {
    account: string;
    /** How many of them are about reports that came, or that a person closed. */
    came?: number;
    /** What of the account is missing all the same. */
    open?: OpenItems;
    language: Language;
    /** Address of the desk; '' or left out: no links. */
    desk?: string;
    footer: string[];
  },
): Rendered {
  const { account, came = 0, open, language, desk = '', footer } = options;
  const links = linksOf(desk);
  const missing = open === undefined ? [] : openRows(open, language, links);
  const counted = { n: alarms.length, account, code: alarms[0]?.code ?? '' };
  // What belongs to no account, such as a setting, ends without a run of one.
  const ended = account === '' ? 'mail.recoveryEnded' : 'mail.recoverySentence';
  const mail = {
    subject: subjectLine(alarms, account, language),
    title: t(language, 'mail.recoveryTitle'),
    subtitle: account,
    tone: missing.length > 0 ? ('warn' as const) : ('good' as const),
    sentences: [
      alarms.length > came && t(language, ended, { ...counted, n: alarms.length - came }),
      came > 0 && t(language, 'mail.recoveryCame', { ...counted, n: came }),
      missing.length > 0 && t(language, 'mail.recoveryMissing'),
    ].filter((sentence) => sentence !== false),
    lists: [
      { heading: t(language, 'mail.lookAt'), rows: missing },
      {
        heading: t(language, 'mail.recovered'),
        rows: alarms.map((alarm) => ({
          what: t(language, 'mail.alarmRow', { id: alarm.id, code: alarm.code }),
          link: links.alarm(alarm.id),
          lines: [
            ...sentencesIn(language, alarm),
            t(language, 'mail.metTimes', {
              n: alarm.seen,
              from: hongKongStamp(alarm.raisedAt).slice(0, 16),
              until: hongKongStamp(alarm.seenAt).slice(0, 16),
            }),
          ],
        })),
      },
    ],
    link: links.today,
    footer: [...footer, t(language, 'mail.alarmClosing')],
  };
  return renderSimpleMail(mail, language);
}

/** Names the reports where all that ended is about reports that were late or missing, as far as they fit. */
function subjectLine(alarms: readonly AlarmRecord[], account: string, language: Language): string {
  const names = alarms.flatMap(({ code, ofReport }) =>
    ofReport !== undefined && (code === 'REPORT_LATE' || code === 'REPORT_MISSING')
      ? [t(language, 'mail.reportOn', nameIn(ofReport, language))]
      : [],
  );
  const whose =
    account === '' ? t(language, 'mail.backTitle') : `${t(language, 'mail.backTitle')} ${account}`;
  const counted = t(language, 'mail.recoveredAlarms', { n: alarms.length });
  const all = [...new Set(names)];
  const named =
    all.length > 0 && names.length === alarms.length
      ? all.map(
          (_, left) =>
            `${all.slice(0, all.length - left).join(t(language, 'mail.comma'))}${left > 0 ? ' ...' : ''}`,
        )
      : alarms.length === 1
        ? [alarms[0]?.code ?? '']
        : [];
  return fitting(
    ...[...named, counted].map((what) => `${whose}${t(language, 'mail.colon')}${what}`),
    `${t(language, 'mail.backTitle')}${t(language, 'mail.colon')}${counted}`,
  );
}
