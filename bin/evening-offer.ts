/** "Demo: a bad evening", as the inbox's page offers it: `rap evening` in a process of its own, its mails in this inbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Language } from '../lib/i18n/languages.ts';
import { type Counted, fillPhrase } from '../lib/i18n/phrase.ts';
import { isSecretName } from '../lib/model/secret-names.ts';
import type { Offer, Said } from '../simulator/inbox/offer.ts';

/** Nearly five hours in about half a minute, milliseconds for each minute. */
const PACE_MS = 100;

interface Line {
  minute?: string;
  mails?: number;
  summary?: boolean;
  date?: string;
  shares?: string;
  error?: { message: string; cure: string };
}

export interface EveningOffer extends Offer {
  stop(): Promise<void>;
}

/** @param home of the demo */
export function offerEvening(home: string): EveningOffer {
  let child: ChildProcess | undefined;
  let running: Said | undefined;
  let last: Said = '';
  const hear = (text: string) => {
    const { minute, mails = 0, summary, date, shares, error } = parsed(text);
    if (minute !== undefined) running = inEach('now', { time: minute, n: mails });
    if (summary) last = inEach('over', { date: date ?? '', n: mails, shares: shares ?? '' });
    if (error !== undefined) last = `${error.message}. ${error.cure}`;
  };
  return {
    title: inEach('title'),
    about: inEach('about'),
    get running() {
      return running;
    },
    get last() {
      return last;
    },
    start() {
      if (child !== undefined) return;
      [running, last] = [inEach('begins'), inEach('early')];
      const words = ['evening', '--json', '--home', home, '--mailbox', path.join(home, 'mailbox')];
      // An evening has no business with secrets.
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSecretName(name)));
      const begun = spawn(process.execPath, [commandLine(), ...words, '--pace', String(PACE_MS)], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = begun;
      createInterface({ input: begun.stdout }).on('line', hear);
      begun.once('error', (error) => (last = error.message));
      begun.once('close', () => {
        child = undefined;
        running = undefined;
      });
    },
    async stop() {
      if (child === undefined) return;
      const ended = new Promise((resolve) => child?.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

type Words = Record<'title' | 'about' | 'begins' | 'early', string> & Record<'now' | 'over', Counted>;

const words: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Demo: a bad evening',
    about:
      'Lives the evening of the last business day in about a minute: late, missing, damaged and amended reports.',
    begins: 'It begins.',
    early: 'It ended before its time.',
    now: {
      one: 'It is {time} in Hong Kong; 1 mail so far.',
      other: 'It is {time} in Hong Kong; {n} mails so far.',
    },
    over: {
      one: 'The evening of {date} is over: 1 mail. Its files lie in {shares}.',
      other: 'The evening of {date} is over: {n} mails. Its files lie in {shares}.',
    },
  },
  'zh-Hant': {
    title: '示範：多事的晚上',
    about: '用約一分鐘經歷上一個交易日的晚上：遲到、缺失、損壞及修訂的報告。',
    begins: '開始。',
    early: '未到時間便結束。',
    now: { other: '香港時間 {time}；至今 {n} 封郵件。' },
    over: { other: '{date} 的晚上結束：{n} 封郵件。檔案在 {shares}。' },
  },
  'zh-Hans': {
    title: '演示：多事的晚上',
    about: '用约一分钟经历上一个交易日的晚上：迟到、缺失、损坏及修订的报告。',
    begins: '开始。',
    early: '未到时间便结束。',
    now: { other: '香港时间 {time}；至今 {n} 封邮件。' },
    over: { other: '{date} 的晚上结束：{n} 封邮件。文件在 {shares}。' },
  },
};

function inEach(
  key: keyof Words,
  values: Record<string, string | number> = {},
): Readonly<Record<Language, string>> {
  const spoken = (language: Language) => fillPhrase({ tag: language }, words[language][key], values);
  return { en: spoken('en'), 'zh-Hant': spoken('zh-Hant'), 'zh-Hans': spoken('zh-Hans') };
}

function parsed(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return {};
  }
}

/** The command line beside this file; where it is built, three folders up. */
function commandLine(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? 'rap' : '../../bin/rap', import.meta.url));
}
