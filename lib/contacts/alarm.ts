/** The alarm: one thing that went wrong, for the person who has to act on it. */
import { codes } from '../errors/codes.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Language } from './config.ts';
import { cureIn, isErrorCode } from './cures.ts';
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
  run: string;
  account: string;
  /** Milliseconds since 1970. */
  at: number;
}

const RED = '#b3261e';

/** Renders an alarm in the given language (default English). */
export function renderAlarm(alarm: Alarm, options: { language?: Language } = {}): Rendered {
  const words = wordsOf[options.language ?? 'en'];
  const { code, message, account } = alarm;
  const view = {
    title: words.alarmTitle,
    subtitle: account,
    colour: RED,
    message,
    meaning: meaningOf(code, words),
    cure: cureIn(words, code, alarm.cure),
    facts: factsOf(alarm, words),
    footer: [words.alarmClosing],
  };
  const about = { account: account === '' ? '' : ` ${account}`, message, code };
  return {
    subject: subject(say(words, words.alarmSubject, about)),
    text: renderText(alarmText, view, words),
    html: renderHtml(alarmHtml, view, words),
  };
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
  const { exit, retryable } = codes[isErrorCode(code) ? code : 'UNEXPECTED'];
  return `${words.meanings[exit]} ${retryable ? words.itself : words.person}`;
}
