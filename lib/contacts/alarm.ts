/** The alarm: one thing that went wrong, for the person who has to act on it. */
import { policyOf } from '../errors/codes.ts';
import type { AlarmRecord, Amendment } from '../ledger/ledger.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { cureIn } from './cures.ts';
import { subject } from './escape.ts';
import { type Rendered, renderHtml, renderText } from './render.ts';
import { alarmHtml, alarmText } from './templates/alarm.ts';
import { say, type Words, wordsOf } from './words/index.ts';

export interface Alarm {
  code: string;
  message: string;
  cure: string;
  /** The step that failed, as the person knows it. */
  where: string;
  /** What the fault is about; see RapError.subject. */
  subject?: string;
  /** The reports that did not come for this reason; see RapError.reports. */
  reports?: readonly string[];
  run: string;
  account: string;
  /** Milliseconds since 1970. */
  at: number;
  /** What AMENDED tells of. */
  amendment?: Amendment;
  /** What SWITCH_EXPIRED and SWITCH_UNCONFIRMED tell of. */
  switchNews?: number;
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
}

/** Renders an alarm in the given language. */
export function renderAlarm(alarm: Alarm, options: AlarmOptions = {}): Rendered {
  const words = wordsOf[options.language ?? 'en'];
  const { code, message, account } = alarm;
  const head = headOf(code, words);
  // What is known besides stands on lines of its own.
  const [what = '', ...known] = message.split('\n');
  const view = {
    title: head.title,
    subtitle: account,
    colour: head.colour,
    what,
    known,
    meaning: meaningOf(code, words),
    cure: cureIn(words, code, alarm.cure),
    notes: notesOf(options, words),
    facts: [...factsOf(alarm, words), ...(options.record ? acknowledgeFacts(options.record, words) : [])],
    footer: [...(options.footer ?? []), words.alarmClosing],
  };
  const about = { account: account === '' ? '' : ` ${account}`, message: what, code };
  const line = say(words, head.subject, about);
  return {
    subject: subject(
      options.reminder ? say(words, words.reminderSubject, { ...options.reminder, subject: line }) : line,
    ),
    text: renderText(alarmText, view, words),
    html: renderHtml(alarmHtml, view, words),
  };
}

/** Good news and plain news do not come under the name of an alarm. */
function headOf(code: string, words: Words): { subject: string; title: string; colour: string } {
  const { ends, scope } = policyOf(code);
  if (ends !== 'at once') return { subject: words.alarmSubject, title: words.alarmTitle, colour: RED };
  return scope === 'destination'
    ? { subject: words.backSubject, title: words.recoveryTitle, colour: GREEN }
    : { subject: words.newsSubject, title: words.newsTitle, colour: CALM };
}

/** What is special about this mail: a reminder, a fault that lasts, an acknowledgement that ran out. */
function notesOf({ reminder, record }: AlarmOptions, words: Words): string[] {
  const notes = reminder ? [say(words, words.reminder, reminder)] : [];
  if (record === undefined) return notes;
  const time = (at: number) => say(words, words.hongKong, { time: hongKongStamp(at).slice(0, 16) });
  if (record.seen > 1) {
    notes.push(say(words, words.lasting, { n: record.seen - 1, time: time(record.raisedAt) }));
  }
  if (record.acknowledgedAt !== null) {
    const { acknowledgedBy: by, acknowledgedAt } = record;
    notes.push(say(words, words.acknowledgedBefore, { by, time: time(acknowledgedAt) }));
  }
  return notes;
}

function acknowledgeFacts({ id, level }: AlarmRecord, words: Words) {
  const number = { label: words.alarmNumber, value: String(id) };
  if (level !== 'critical') return [number];
  return [number, { label: words.acknowledge, value: say(words, words.howToAcknowledge, { id }) }];
}

function factsOf({ where, at, account, run, code }: Alarm, words: Words) {
  const when = say(words, words.hongKong, { time: hongKongStamp(at) });
  return [
    { label: words.where, value: where },
    { label: words.when, value: when },
    { label: words.account, value: account },
    { label: words.run, value: run },
    { label: words.code, value: code },
  ].filter(({ value }) => value !== '');
}

function meaningOf(code: string, words: Words): string {
  const { exit, retryable } = policyOf(code);
  return exit === 0
    ? words.meanings[0]
    : `${words.meanings[exit]} ${retryable ? words.itself : words.person}`;
}
