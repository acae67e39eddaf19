/** The alarm: one thing that went wrong, for the person who has to act on it. */

import { policyOf } from '../errors/codes.ts';
import { t } from '../i18n/translate.ts';
import type { AlarmRecord } from '../ledger/ledger.ts';
import type { MailLevel } from '../ledger/tables.ts';
import type { ReportIdentity } from '../model/completeness.ts';
import type { AlarmEnd } from '../model/reasons.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { toldIn } from './cures.ts';
import { linksOf } from './links.ts';
import { type Rendered, renderHtml, renderText } from './render.ts';
import { levelOf } from './severity.ts';
import { faultSubject } from './subjects.ts';
import { alarmHtml, alarmText } from './templates/alarm.ts';

/** A delivery beside other content of its name: once for ever, whoever tells of it and in whose run. */
export interface Amendment {
  versionId: number;
  share: string;
}

export interface Alarm {
  code: string;
  message: string;
  cure: string;
  /** The step that failed, as the person knows it. */
  where: string;
  /** What the fault is about; see RapError.subject. */
  subject?: string;
  /** The awaited report that it is about. */
  ofReport?: ReportIdentity;
  /** A node found it ahead of any run. */
  ahead?: boolean;
  /** The reports that did not come for this reason; see RapError.reports. */
  reports?: readonly string[];
  /** How many there are, where the first one stands for all. */
  reportCount?: number;
  run: string;
  account: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The event it tells of. */
  event?: number;
  /** Events before it that it tells of as well. */
  earlier?: readonly number[];
  /** Open alarms whose place it takes, by number, and why they end. */
  replaces?: { alarms: readonly number[]; why: AlarmEnd };
  /** The host of several that it is about. */
  host?: string;
  /** What AMENDED tells of. */
  amendment?: Amendment;
}

const RED = '#b3261e';
/** What is told without being an alarm. */
const CALM = '#1f4e79';
const GREEN = '#1e6b3a';

export interface AlarmOptions {
  /** Default English. */
  language?: Language;
  /** Lines under the mail. */
  footer?: readonly string[];
  /** What the ledger knows of it. */
  record?: AlarmRecord;
  reminder?: { n: number; of: number };
  /** Address of the desk; '' or left out: no links. */
  desk?: string;
}

/** Renders an alarm in the given language. */
export function renderAlarm(alarm: Alarm, options: AlarmOptions = {}): Rendered {
  const language = options.language ?? 'en';
  const { code, account } = alarm;
  const { record, reminder, desk = '' } = options;
  const head = headOf(code, record?.level ?? levelOf(code, 1), language);
  const told = toldIn(language, alarm);
  // What is known besides stands on lines of its own.
  const [what = '', ...known] = told.what.split('\n');
  const links = linksOf(desk);
  const view = {
    title: head.title,
    subtitle: account,
    colour: head.colour,
    what,
    known,
    meaning: meaningOf(code, language),
    cure: told.cure,
    details: told.details.flatMap((detail) => detail.split('\n')),
    hasDetails: told.details.length > 0,
    notes: notesOf(options, language),
    facts: [...factsOf(alarm, language), ...(record ? acknowledgeFacts(record, language, desk !== '') : [])],
    link: record ? links.alarm(record.id) : links.today,
    runbook: links.runbook(code),
    footer: [...(options.footer ?? []), t(language, 'mail.alarmClosing')],
  };
  return {
    subject: faultSubject(head.title, alarm, language, reminder),
    text: renderText(alarmText, view, language),
    html: renderHtml(alarmHtml, view, language),
  };
}

/** Good news and plain news do not come under the name of an alarm. */
function headOf(code: string, level: MailLevel, language: Language): { title: string; colour: string } {
  const { ends, scope } = policyOf(code);
  if (ends !== 'at once') {
    return {
      title: t(language, level === 'critical' ? 'mail.criticalTitle' : 'mail.alarmTitle'),
      colour: RED,
    };
  }
  return scope === 'destination'
    ? { title: t(language, 'mail.backTitle'), colour: GREEN }
    : { title: t(language, 'mail.newsTitle'), colour: CALM };
}

/** What is special about this mail: a reminder, a fault that lasts, an acknowledgement that ran out. */
function notesOf({ reminder, record }: AlarmOptions, language: Language): string[] {
  const notes = reminder ? [t(language, 'mail.reminder', reminder)] : [];
  if (record === undefined) return notes;
  const time = (at: number) => t(language, 'mail.hongKong', { time: hongKongStamp(at).slice(0, 16) });
  if (record.seen > 1) {
    notes.push(t(language, 'mail.lasting', { n: record.seen - 1, time: time(record.raisedAt) }));
  }
  if (record.acknowledgedAt !== null) {
    const { acknowledgedBy: by, acknowledgedAt } = record;
    notes.push(t(language, 'mail.acknowledgedBefore', { by, time: time(acknowledgedAt) }));
  }
  return notes;
}

function acknowledgeFacts({ id, level }: AlarmRecord, language: Language, linked: boolean) {
  const number = { label: t(language, 'mail.alarmNumber'), value: String(id) };
  if (level !== 'critical') return [number];
  const how = linked ? 'mail.linkToAcknowledge' : 'mail.howToAcknowledge';
  return [number, { label: t(language, 'mail.acknowledge'), value: t(language, how, { id }) }];
}

function factsOf({ where, at, account, run, code }: Alarm, language: Language) {
  const when = t(language, 'mail.hongKong', { time: hongKongStamp(at) });
  return [
    { label: t(language, 'mail.where'), value: where },
    { label: t(language, 'mail.when'), value: when },
    { label: t(language, 'mail.account'), value: account },
    { label: t(language, 'mail.run'), value: run },
    { label: t(language, 'mail.code'), value: code },
  ].filter(({ value }) => value !== '');
}

function meaningOf(code: string, language: Language): string {
  const { exit, retryable } = policyOf(code);
  return exit === 0
    ? t(language, 'mail.meanings.0')
    : `${t(language, `mail.meanings.${exit}`)} ${t(language, retryable ? 'mail.itself' : 'mail.person')}`;
}

/** Until when somebody's word counts for an alarm; undefined when nobody gave it, or the alarm was told again since. */
export function acknowledgedUntil(alarm: AlarmRecord, now: number): number | undefined {
  const { acknowledgedAt, mailedAt, restUntil } = alarm;
  if (acknowledgedAt === null || acknowledgedAt < (mailedAt ?? 0)) return undefined;
  return restUntil !== null && restUntil > now ? restUntil : undefined;
}
