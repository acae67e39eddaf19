/**
 * Mails about reports that are awaited: at risk, late, missing, here after all, unknown, come on a day on which nobody
 * awaited them. Each once for each report and business date, whatever is killed in between: the alarm itself, open or
 * closed, is the memory.
 */

import { codes, type ErrorCode } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { AlarmRecord, Event, Ledger, RecordedCheck } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { consumeEvents } from '../mail/event-consumer.ts';
import { nameIn } from '../mail/report-name.ts';
import {
  type Found,
  type FoundReport,
  isOpen,
  type ReportIdentity,
  reportName,
  subjectOf,
} from '../model/completeness.ts';
import { timeText } from '../model/completeness-text.ts';
import { type AlarmEnd, alarmEnd } from '../model/reasons.ts';
import {
  type ReportEventKind,
  reportCodes,
  reportEvents,
  type Stage,
  stageCodes,
  stagesReached,
  whyOver,
} from '../model/report-news.ts';
import type { DataCentre } from '../model/types.ts';
import { mailPendingAlarms } from './alarm-mails.ts';
import { endAlarms, keyOf, queueAlarm } from './alarms.ts';

/** A later stage of a report takes the place of an earlier one. */
const ofReports: readonly string[] = reportCodes;
const WHERE = 'report-check';
/** What the alarm that nobody can look is about. */
const LOOKS = 'looks';

/**
 * Tells the contacts what the checks of reports have found. An event says that there is something to tell; what is told
 * is what the last check of the account found, which may be better than what the event was about.
 */
export async function raiseReportAlarms(
  ledger: Pick<
    Ledger,
    'accountStats' | 'accounts' | 'alarms' | 'events' | 'expectations' | 'mails' | 'openItems'
  >,
  config: ContactsConfig,
  now: number,
): Promise<void> {
  await consumeEvents<ReportEventKind>(ledger, {
    ...{ consumer: 'mail', kinds: reportEvents, lotOf: ({ account }) => account },
    async act(lot) {
      const [{ account = '' } = {}] = lot;
      const [check] = await ledger.expectations.checks<unknown, Found>(account);
      if (check === undefined) return [];
      await raiseForCheck(ledger, config, check, now);
      return stillMuted(ledger, lot);
    },
  });
}

async function raiseForCheck(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails' | 'openItems'>,
  config: ContactsConfig,
  { account, found }: RecordedCheck<unknown, Found>,
  now: number,
): Promise<void> {
  // What a process was killed over is decided, and not decided again.
  await mailPendingAlarms(ledger, config, ({ place }) => place === WHERE);
  const told = new ReportAlarms(ledger, config, account, now);
  const open = new Map(found.reports.filter(isOpen).map((one) => [subjectOf(one), one]));
  for (const [subject, stage] of stagesReached(found.messages)) {
    const one = open.get(subject);
    if (one !== undefined)
      await told.once(stageCodes[stage], one, stageText(one, stage, found, config.language), now);
  }
  for (const message of found.messages) {
    if (message.kind !== 'event') continue;
    const text = t(config.language, 'mail.awaited.came', nameIn(message, config.language));
    await told.once('REPORT_CAME', message, text, message.at * 1000);
  }
  const unknown = found.reports.filter((one) => one.state === 'unknown' && isOpen(one));
  if (unknown.length > 0 && found.messages.some(({ kind }) => kind === 'unknown')) {
    await told.whileOpen('REPORTS_UNKNOWN', LOOKS, unknownText(unknown, found, config.language));
  }
  await endOver(ledger, config, found, now);
}

/** A maintenance window keeps their alarms quiet: they are told after it. */
async function stillMuted<E extends Event<ReportEventKind>>(
  ledger: Pick<Ledger, 'alarms'>,
  lot: readonly E[],
): Promise<E[]> {
  const [one] = lot;
  if (one === undefined) return [];
  const open = await ledger.alarms.openAlarms({ account: one.account });
  const quiet = new Set(open.flatMap(({ subject, muted }) => (muted === '' ? [] : [subject])));
  return lot.filter(({ subject }) => quiet.has(subject === '' ? LOOKS : subject));
}

class ReportAlarms {
  readonly #ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>;
  readonly #config: ContactsConfig;
  readonly #account: string;
  readonly #now: number;

  constructor(
    ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
    config: ContactsConfig,
    account: string,
    now: number,
  ) {
    this.#ledger = ledger;
    this.#config = config;
    this.#account = account;
    this.#now = now;
  }

  /** Tells what is told once for ever. One that a maintenance window kept quiet is told after it. */
  async once(code: ErrorCode, report: ReportIdentity, message: string, at: number): Promise<void> {
    const subject = subjectOf(report);
    const last = await this.#last(code, subject);
    if (last !== undefined && (last.closedAt !== null || last.muted === '')) return;
    const { set, businessDate } = report;
    await this.#raise(code, subject, message, at, { report: report.report, set, businessDate });
  }

  /** Tells what is told once for each time that it begins. */
  async whileOpen(code: ErrorCode, subject: string, message: string): Promise<void> {
    const last = await this.#last(code, subject);
    if (last === undefined || last.closedAt !== null || last.muted !== '') {
      await this.#raise(code, subject, message, this.#now);
    }
  }

  #last(code: ErrorCode, subject: string): Promise<AlarmRecord | undefined> {
    return this.#ledger.alarms.lastAlarmOf(
      keyOf({ account: this.#account, code, where: WHERE, subject }, ALL),
    );
  }

  async #raise(
    code: ErrorCode,
    subject: string,
    message: string,
    at: number,
    ofReport?: ReportIdentity,
  ): Promise<void> {
    const { cure } = codes[code];
    const alarm = { code, subject, message, cure, where: WHERE, run: '', account: this.#account, at };
    const of = ofReport === undefined ? alarm : { ...alarm, ofReport };
    await queueAlarm(this.#ledger, this.#config, of, ALL);
  }
}

/** For all contacts. */
const ALL: readonly string[] = [];

/**
 * Ends alarms whose report came, whose wait a person ended, or that a graver one took the place of; and the one that
 * nobody can look as soon as somebody can. Good news is told of what was late or missing.
 */
async function endOver(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'openItems'>,
  config: ContactsConfig,
  found: Found,
  now: number,
): Promise<void> {
  const open = await ledger.alarms.openAlarms({ account: found.account });
  const reports = new Map(found.reports.map((one) => [subjectOf(one), one]));
  const gravest = new Map<string, number>();
  for (const { code, subject } of open) {
    const rank = ofReports.indexOf(code);
    if (subject !== null) gravest.set(subject, Math.max(rank, gravest.get(subject) ?? -1));
  }
  const over: { alarm: AlarmRecord; why: AlarmEnd; good: boolean }[] = [];
  for (const alarm of open) {
    const { code, subject, ofReport } = alarm;
    if (code === 'REPORTS_UNKNOWN' && !found.blind) {
      over.push({ alarm, why: alarmEnd('canLook'), good: true });
    }
    const rank = ofReports.indexOf(code);
    if (rank < 0 || subject === null || ofReport === undefined) continue;
    const why = whyOver(reports.get(subject), ofReport.businessDate, found);
    if (why !== undefined) over.push({ alarm, why, good: why.code === 'came' && code !== 'REPORT_AT_RISK' });
    else if (rank < (gravest.get(subject) ?? rank))
      over.push({ alarm, why: alarmEnd('graver'), good: false });
  }
  for (const some of Map.groupBy(over, ({ why, good }) => JSON.stringify([why, good])).values()) {
    const [one] = some;
    if (one === undefined) continue;
    const alarms = some.map(({ alarm }) => alarm);
    if (one.good) await endAlarms(ledger, config, alarms, one.why, now);
    else
      await ledger.alarms.closeAlarms(
        alarms.map(({ id }) => id),
        one.why,
      );
  }
}

function centreIn(centre: DataCentre, language: Language): string {
  return t(language, centre === 'primary' ? 'mail.primary' : 'mail.secondary');
}

/** What happened to a report, and what is known of it, in the language of the contacts. */
function stageText(
  one: FoundReport,
  stage: Stage,
  { today, messages, at }: Found,
  language: Language,
): string {
  const time = (second: number | null) => timeText(second ?? at, today);
  const keys = {
    'at-risk': 'mail.awaited.atRisk',
    late: 'mail.awaited.late',
    missing: 'mail.awaited.missing',
  } as const;
  const head = t(language, keys[stage], {
    ...nameIn(one, language),
    ...{ late: time(one.lateAfter), cutOff: time(one.cutOff) },
  });
  const dark = messages.findLast(
    (message) => message.kind === 'unknown' && message.at >= (one.about ?? 0) && message.at <= at,
  );
  const { lacking = [], traces, lastLook, moved } = one;
  const known = [
    lacking.length > 0 && t(language, 'mail.awaited.lacking', { halves: lacking.join(', ') }),
    ...traces.flatMap(({ seen, quarantined }) => [
      seen !== undefined &&
        (quarantined === undefined || quarantined.at < seen.at) &&
        t(language, 'mail.awaited.seen', { centre: centreIn(seen.centre, language), time: time(seen.at) }),
      quarantined !== undefined &&
        t(language, 'mail.awaited.quarantined', { time: time(quarantined.at), code: quarantined.code }),
    ]),
    dark?.kind === 'unknown' && t(language, 'mail.awaited.dark', { time: time(dark.since) }),
    lastLook === undefined
      ? t(language, 'mail.awaited.neverLooked')
      : t(language, 'mail.awaited.lastLook', {
          time: time(lastLook.at),
          centre: centreIn(lastLook.centre, language),
        }),
    moved !== undefined && t(language, 'mail.awaited.moved', { ...moved }),
  ].filter((sentence) => sentence !== false);
  return [head, ...known].join('\n');
}

function unknownText(unknown: readonly FoundReport[], { today }: Found, language: Language): string {
  const names = [...new Set(unknown.map(reportName))];
  const shown = names.slice(0, 6).join(t(language, 'mail.comma'));
  const head = t(language, 'mail.awaited.unknown', {
    n: unknown.length,
    names: names.length > 6 ? `${shown} ...` : shown,
  });
  const look = unknown.flatMap(({ lastLook }) => lastLook ?? []).sort((one, other) => other.at - one.at)[0];
  const last =
    look === undefined
      ? t(language, 'mail.awaited.neverLooked')
      : t(language, 'mail.awaited.lastLook', {
          time: timeText(look.at, today),
          centre: centreIn(look.centre, language),
        });
  return `${head}\n${last}`;
}
