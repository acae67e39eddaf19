/**
 * The mail that delivered files are gone from their share, or are not what was delivered: once for an account and a
 * folder, again when further files of it are lost, and good news when all are there again.
 */

import path from 'node:path';
import { codes } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { AlarmRecord, Event, Ledger, PlacedFile } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { consumeEvents } from '../mail/event-consumer.ts';
import { isLostReason } from '../model/placed.ts';
import { alarmEnd } from '../model/reasons.ts';
import { endAlarms, queueAlarm } from './alarms.ts';

const CODE = 'COPY_LOST';
const WHERE = 'report-route';
/** For all contacts. */
const ALL: readonly string[] = [];
/** So many files are named. */
const NAMED = 20;
/** So often files may turn while they are read; what turns more often is left to the next round. */
const MOST_TURNS = 10;

type LostLedger = Pick<
  Ledger,
  'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails' | 'openItems' | 'placedFiles'
>;

/**
 * Tells what looks at the shares have found since, and ends the alarms of what is there again. An event says that there is
 * something to tell; what is told is how the files lie now.
 */
export function raiseLostCopies(ledger: LostLedger, config: ContactsConfig, now: number): Promise<void> {
  return consumeEvents<'copies'>(ledger, {
    ...{ consumer: 'mail', kinds: ['copies'], lotOf: ({ account }) => account },
    async act(lot) {
      const [{ account = '' } = {}] = lot;
      const open = (await ledger.alarms.openAlarms({ account })).filter(({ code }) => code === CODE);
      const over: AlarmRecord[] = [];
      const later: Event<'copies'>[] = [];
      for (const [share, ofShare] of Map.groupBy(lot, ({ subject }) => subject)) {
        const before = open.filter(({ subject }) => subject === share);
        const found = await filesNow(ledger, account, share);
        if (found === undefined) later.push(...ofShare);
        else if (found.files.length === 0) over.push(...before);
        else await raiseForShare(ledger, config, { ...found, before, now });
      }
      await endAlarms(ledger, config, over, alarmEnd('everyFile'), now);
      return later;
    },
  });
}

interface FilesNow {
  files: PlacedFile[];
  /** All that brought them there and is not told. */
  events: Event<'copies'>[];
}

/**
 * The lost files of a share with the events that are to be told of it. Both are of one moment: a file that turns in between
 * would be told now, and by its event once more.
 * @returns undefined while files go on turning
 */
async function filesNow(ledger: LostLedger, account: string, share: string): Promise<FilesNow | undefined> {
  const pending = async () =>
    (await ledger.events.pendingEvents({ kinds: ['copies'], consumer: 'mail', account })).filter(
      ({ subject }) => subject === share,
    );
  let events = await pending();
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const files = await ledger.placedFiles.lostFiles({ account, share, most: Number.MAX_SAFE_INTEGER });
    const since = await pending();
    if (since.at(-1)?.id === events.at(-1)?.id) return { files, events };
    events = since;
  }
  return undefined;
}

async function raiseForShare(
  ledger: LostLedger,
  config: ContactsConfig,
  about: FilesNow & { before: AlarmRecord[]; now: number },
): Promise<void> {
  const { files, events, before, now } = about;
  const news = new Set(events.flatMap(({ payload }) => payload.lost));
  const [file] = files;
  if (file === undefined || !files.some(({ versionId }) => news.has(versionId))) return;
  const { account, share: subject } = file;
  const earlier = events.map(({ id }) => id);
  const event = earlier.pop();
  const alarm = {
    ...{ code: CODE, subject, message: textOf(files, news, config.language), cure: codes[CODE].cure },
    ...{ where: WHERE, run: '', account, at: now, earlier, ...(event === undefined ? {} : { event }) },
    replaces: { alarms: before.map(({ id }) => id), why: alarmEnd('furtherFiles') },
  };
  await queueAlarm(ledger, config, alarm, ALL);
}

/** A sentence, and a line for each file. */
function textOf(files: readonly PlacedFile[], news: ReadonlySet<number>, language: Language): string {
  const [{ share } = { share: '' }] = files;
  // Where not all are named, those are that nobody was told of: else a further one would be no news.
  const isTold = ({ versionId }: PlacedFile) => Number(!news.has(versionId));
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
