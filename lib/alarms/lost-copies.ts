/**
 * The mail that delivered files are gone from their share, or are not what was delivered: once for an account and a
 * folder, again when further files of it are lost, and good news when all are there again.
 */

import path from 'node:path';
import { codes } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { AlarmRecord, Ledger, PlacedFile } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { isLostReason } from '../model/placed.ts';
import { alarmEnd } from '../model/reasons.ts';
import { endAlarms, queueAlarm } from './alarms.ts';

const CODE = 'COPY_LOST';
const WHERE = 'report-route';
/** For all contacts. */
const ALL: readonly string[] = [];
/** So many files are named. */
const NAMED = 20;

/** Tells what looks at the shares have found since, and ends the alarms of what is there again. */
export async function raiseLostCopies(
  ledger: Pick<
    Ledger,
    'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails' | 'openItems' | 'placedFiles'
  >,
  config: ContactsConfig,
  now: number,
): Promise<void> {
  const open = (await ledger.alarms.openAlarms()).filter(({ code }) => code === CODE);
  const lots = await ledger.placedFiles.lostLots();
  if (open.length === 0 && lots.length === 0) return;
  const known = new Set(lots.map(({ account, share }) => JSON.stringify([account, share])));
  const keyOf = ({ account, subject }: AlarmRecord) => JSON.stringify([account, subject]);
  const over = open.filter((alarm) => !known.has(keyOf(alarm)));
  for (const [, alarms] of Map.groupBy(over, ({ account }) => account)) {
    await endAlarms(ledger, config, alarms, alarmEnd('everyFile'), now);
  }
  for (const { account, share, untold: news } of lots) {
    if (news === 0) continue;
    const files = await ledger.placedFiles.lostFiles({ account, share, most: Number.MAX_SAFE_INTEGER });
    const untold = files.filter(({ toldAt }) => toldAt === null);
    if (untold.length === 0) continue;
    const key = JSON.stringify([account, share]);
    const message = textOf(files, config.language);
    const before = open.filter((alarm) => keyOf(alarm) === key);
    // One that was killed before it wrote down that it told.
    if (!before.some((alarm) => alarm.message === message)) {
      await ledger.alarms.closeAlarms(
        before.map(({ id }) => id),
        alarmEnd('furtherFiles'),
      );
      await raise(ledger, config, files, message, now);
    }
    await ledger.placedFiles.toldLost(untold, now);
  }
}

async function raise(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
  config: ContactsConfig,
  [file]: readonly PlacedFile[],
  message: string,
  now: number,
): Promise<void> {
  const { account = '', share: subject = '' } = file ?? {};
  const alarm = {
    code: CODE,
    subject,
    message,
    cure: codes[CODE].cure,
    where: WHERE,
    run: '',
    account,
    at: now,
  } as const;
  await queueAlarm(ledger, config, alarm, ALL);
}

/** A sentence, and a line for each file. */
function textOf(files: readonly PlacedFile[], language: Language): string {
  const [{ share } = { share: '' }] = files;
  // Where not all are named, those are that nobody was told of: else a further one would be no news.
  const isTold = ({ toldAt }: PlacedFile) => Number(toldAt !== null);
  const ordered = files.length > NAMED ? files.toSorted((a, b) => isTold(a) - isTold(b)) : files;
  const lines = ordered.slice(0, NAMED).map(({ file, why }) => {
    const reason = isLostReason(why) ? t(language, `mail.lost.reasons.${why}`) : why;
    return `${path.basename(file)}${t(language, 'mail.colon')}${reason}`;
  });
  const rest = files.length - NAMED;
  return [
    t(language, 'mail.lost.what', { n: files.length, share }),
    ...lines,
    ...(rest > 0 ? [t(language, 'mail.more', { n: rest })] : []),
  ].join('\n');
}
