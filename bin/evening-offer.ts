/** "Demo: a bad evening", as the inbox's page offers it: `rap evening` in a process of its own, its mails in this inbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Language } from '../lib/i18n/languages.ts';
import { type Params, t, type Under } from '../lib/i18n/translate.ts';
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

function inEach(key: Under<'demo.evening'>, values?: Params): Readonly<Record<Language, string>> {
  const said = (language: Language) => t(language, `demo.evening.${key}`, values);
  return { en: said('en'), 'zh-Hant': said('zh-Hant'), 'zh-Hans': said('zh-Hans') };
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
