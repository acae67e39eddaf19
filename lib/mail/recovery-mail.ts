/** The mail that says that faults are over. */
import type { AlarmRecord, OpenItems } from '../ledger/ledger.ts';
import { identityOf } from '../model/completeness.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { sentencesIn } from './cures.ts';
import { fitting } from './escape.ts';
import { linksOf } from './links.ts';
import { openRows } from './open-rows.ts';
import type { Rendered } from './render.ts';
import { nameIn } from './report-name.ts';
import { renderSimpleMail } from './simple-mail.ts';
import { fillPhrase, type MailTexts, mailTexts } from './texts/index.ts';

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
  const words = mailTexts[language];
  const links = linksOf(desk);
  const missing = open === undefined ? [] : openRows(open, words, links);
  const counted = { n: alarms.length, account, code: alarms[0]?.code ?? '' };
  const mail = {
    subject: subjectLine(alarms, account, words),
    title: words.recoveryTitle,
    subtitle: account,
    tone: missing.length > 0 ? ('warn' as const) : ('good' as const),
    sentences: [
      alarms.length > came &&
        fillPhrase(words, words.recoverySentence, { ...counted, n: alarms.length - came }),
      came > 0 && fillPhrase(words, words.recoveryCame, { ...counted, n: came }),
      missing.length > 0 && words.recoveryMissing,
    ].filter((sentence) => sentence !== false),
    lists: [
      { heading: words.lookAt, rows: missing },
      {
        heading: words.recovered,
        rows: alarms.map((alarm) => ({
          what: fillPhrase(words, words.alarmRow, { id: alarm.id, code: alarm.code }),
          link: links.alarm(alarm.id),
          lines: [
            ...sentencesIn(words, alarm),
            fillPhrase(words, words.metTimes, {
              n: alarm.seen,
              from: hongKongStamp(alarm.raisedAt).slice(0, 16),
              until: hongKongStamp(alarm.seenAt).slice(0, 16),
            }),
          ],
        })),
      },
    ],
    link: links.today,
    footer: [...footer, words.alarmClosing],
  };
  return renderSimpleMail(mail, words);
}

/** Names the reports where all that ended is about reports that were late or missing, as far as they fit. */
function subjectLine(alarms: readonly AlarmRecord[], account: string, words: MailTexts): string {
  const names = alarms.flatMap(({ code, subject }) => {
    const report =
      code === 'REPORT_LATE' || code === 'REPORT_MISSING' ? identityOf(subject ?? '') : undefined;
    return report === undefined ? [] : [fillPhrase(words, words.reportOn, nameIn(report, words))];
  });
  const whose = account === '' ? words.backTitle : `${words.backTitle} ${account}`;
  const counted = fillPhrase(words, words.recoveredAlarms, { n: alarms.length });
  const all = [...new Set(names)];
  const named =
    all.length > 0 && names.length === alarms.length
      ? all.map((_, left) => `${all.slice(0, all.length - left).join(words.comma)}${left > 0 ? ' ...' : ''}`)
      : alarms.length === 1
        ? [alarms[0]?.code ?? '']
        : [];
  return fitting(
    ...[...named, counted].map((what) => `${whose}${words.colon}${what}`),
    `${words.backTitle}${words.colon}${counted}`,
  );
}
