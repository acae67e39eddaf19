/** One of every mail that the product sends, as it goes to a relay. */
import assert from 'node:assert/strict';
import PostalMime from 'postal-mime';
import { raiseKeyAlarms } from '../../../lib/alarms/key-alarms.ts';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import type { AlarmRecord, Ledger, OutboxMail } from '../../../lib/ledger/ledger.ts';
import { renderAlarm } from '../../../lib/mail/alarm-mail.ts';
import type { Language } from '../../../lib/mail/config.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { renderDigest } from '../../../lib/mail/digest.ts';
import { composeMessage } from '../../../lib/mail/message.ts';
import { queueNotice } from '../../../lib/mail/notice.ts';
import { renderSummary } from '../../../lib/mail/rate-limit.ts';
import { renderRecovery } from '../../../lib/mail/recovery-mail.ts';
import type { Rendered } from '../../../lib/mail/render.ts';
import { mailOf, renderMail, resultMail } from '../../../lib/practice/mails.ts';
import { practice20250621 as plan } from '../../../lib/practice/plans/2025-06-21.ts';
import { emptyResult } from '../../../lib/practice/results.ts';
import { timelineOf } from '../../../lib/practice/timeline.ts';
import { shippedCalendars } from '../../../lib/time/calendar-book.ts';
import { addDays, hongKongDate } from '../../../lib/time/hong-kong.ts';
import { START } from '../ledger/samples.ts';
import { account, delivered, facts, held, outstanding, someContacts } from './samples.ts';

/** The names that are longest where somebody chooses them. */
export interface Names {
  account: string;
  path: string;
  share: string;
}

export const usual: Names = {
  account: 'SIM001',
  path: '/INBOX/20261127/RMAMR03_SIM001_20261127_4_DAT.zip',
  share: '/mnt/clearing/house/settlement/2026/11/27/hkscc/inbox/daily',
};

const desk = 'https://rap.broker.example:1880/rap-ops';

export interface SentMail {
  kind: string;
  subject: string;
  text: string;
  html: string;
}

/** @param ledger empty, at START */
export async function everyMail(ledger: Ledger, language: Language, names = usual): Promise<SentMail[]> {
  const { account: who, path, share } = names;
  const config = someContacts({}, { language, desk });
  const options = { language, desk };
  const mails: Record<string, Rendered> = {};
  const alarm = (code: string, subject: string) => ({
    ...{ code, subject, message: `${path}: a sentence of an error`, cure: 'Ring the hotline at once.' },
    ...{ where: 'Download', run: 'run-1', account: who, at: START, reports: [] },
  });
  const awaited = (code: string) => ({
    ...alarm(code, 'RMAMR03 4 2026-11-27'),
    ofReport: { report: 'RMAMR03', set: '4', businessDate: '2026-11-27' },
  });
  const record = (code: string): AlarmRecord => ({
    ...({ ...alarm(code, path), id: 12, level: 'critical', seen: 3, runs: 2, raisedAt: START } as object),
    ...({ seenAt: START, acknowledgedAt: null, acknowledgedBy: '', muted: '', groups: [] } as object),
    ...({ place: 'Download', closedWhy: '', closedAt: null } as unknown as AlarmRecord),
  });
  for (const code of errorCodes) {
    const about = codes[code].scope === 'expectation' ? awaited(code) : alarm(code, path);
    mails[`alarm ${code}`] = renderAlarm(about, { ...options, record: record(code) });
  }
  mails.reminder = renderAlarm(awaited('REPORT_MISSING'), {
    ...{ ...options, record: record('REPORT_MISSING'), reminder: { n: 3, of: 3 } },
  });
  mails.recovery = renderRecovery([record('DISK_FULL'), record('REPORT_LATE')], {
    ...{ account: who, open: { outstanding: [outstanding({ path })], quarantine: [], refused: [] } },
    ...{ ...options, footer: ['A line.'] },
  });
  mails['one recovery'] = renderRecovery([record('CONTENT_WRONG')], {
    ...{ account: who, ...options, footer: [] },
  });
  const failure = { code: 'DISK_FULL', message: `No space for ${path}`, cure: 'c', subject: path, count: 2 };
  const full = account({
    ...{
      account: who,
      failures: [failure],
      outstanding: [outstanding({ path })],
      quarantine: [held({ path })],
    },
    received: [
      delivered({ name: 'x'.repeat(200), amended: true, businessDate: '2026-11-19' }),
      delivered({ deliveries: [{ share, file: `${share}/other.txt`, sha256: '', outcome: 'version' }] }),
    ],
    refused: [
      {
        ...{ id: 1, account: who, run: 'run-1', folder: '/INBOX', nameHex: '', shown: path },
        ...{ code: 'NAME_REFUSED', reason: 'has a slash', firstSeenAt: START, decision: '' },
        ...{ releasedAs: '', cameAt: null },
      },
    ],
  });
  const blind = account({ account: `${who}2`, listed: false, complete: false });
  mails.digest = renderDigest(facts(full, blind), {
    ...{ ...options, muted: [record('DISK_FULL')], completeness: [who], dataCentres: 'x' },
  });
  mails['digest of nothing'] = renderDigest(facts(account({ account: who })), options);
  mails['digest of many'] = renderDigest(
    facts(...Array.from({ length: 30 }, (_, at) => account({ account: `${who}${at}`, complete: at > 3 }))),
    options,
  );
  mails.summary = renderSummary(
    { ids: [1, 2], topics: [{ topic: `DISK_FULL · ${who}`, count: 2 }], since: START, until: START },
    options,
    ['A line.'],
  );
  const part = plan.parts[0] ?? assert.fail();
  const result = { ...emptyResult(plan, part, who, START), outcome: 'incomplete' as const };
  const failed = [{ path, code: 'SHORT_FILE', message: 'too short' }];
  const context = { plan, decision: undefined, choices: [], results: [], drill: [], language };
  const practice = [
    ...timelineOf(plan).flatMap(
      (milestone) => mailOf({ kind: 'milestone', milestone, outcome: 'due' }, context) ?? [],
    ),
    resultMail(plan, { ...result, failed }, language),
  ];
  for (const [at, mail] of practice.entries()) {
    mails[`practice ${at}`] = renderMail(plan, mail, ['A line.'], language, desk);
  }
  await ledger.accounts.lockLogin({ account: who, reason: 'the key was refused', address: '10.0.0.1:22' });
  await queueDailyStatus(ledger, config, START, [], [who]);
  await ledger.accountKeys.setKeyUntil(who, addDays(hongKongDate(START), 1));
  await raiseKeyAlarms(ledger, config, {
    ...{ calendars: shippedCalendars, now: START, accounts: [who], frozen: false },
  });
  const text = 'Two lines\nthat somebody wrote <b>';
  await queueNotice(ledger, config, { eventKey: 'n', run: '', subject: `About ${who}`, text }, []);
  const queued = await ledger.mails.mails();
  const template = queued[0] ?? assert.fail();
  return Promise.all([
    ...Object.entries(mails).map(([kind, mail]) => sent(kind, { ...template, ...mail }, config)),
    ...queued.map((mail) => sent(mail.kind, mail, config)),
    sent('notice that may have come before', queued.at(-1) ?? assert.fail(), config, true),
    sent('alarm that may have come before', { ...template, ...mails.reminder }, config, true),
  ]);
}

async function sent(
  kind: string,
  mail: OutboxMail,
  config: ReturnType<typeof someContacts>,
  repeat = false,
): Promise<SentMail> {
  const envelope = { messageId: '<1@broker.example>', to: ['ada@broker.example'], repeat };
  const {
    subject = '',
    text = '',
    html = '',
  } = await PostalMime.parse(await composeMessage(mail, envelope, config));
  return { kind, subject, text, html };
}
