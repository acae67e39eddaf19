/** In which language somebody reads the inbox: as chosen there, else as the browser asks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLanguage, type Language } from '../../lib/i18n/languages.ts';
import { preferredLanguage } from '../../lib/i18n/preferred-language.ts';
import type { Reader } from './page.ts';

const NAME = 'rap-inbox-language';
const YEAR_SECONDS = 365 * 86_400;

/** @param path of the page; what follows its first slash is no host of others */
export function readerOf({ headers }: IncomingMessage, path: string): Reader {
  const [, chosen] = new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]+)`).exec(headers.cookie ?? '') ?? [];
  const language = isLanguage(chosen) ? chosen : preferredLanguage(headers['accept-language']);
  return { language, path: ownPath(path) };
}

/** Keeps it in the browser, and shows the page in it. */
export async function setLanguage(language: Language, path: string, response: ServerResponse): Promise<void> {
  response.writeHead(303, {
    Location: ownPath(path),
    'Set-Cookie': `${NAME}=${language}; Max-Age=${YEAR_SECONDS}; Path=/; HttpOnly; SameSite=Strict`,
  });
  response.end();
}

/** Mails have plain names; whatever else stands in an address leads to the list. */
const ownPath = (path: string) => (/^\/mail\/[\w.-]+$/.test(path) ? path : '/');
