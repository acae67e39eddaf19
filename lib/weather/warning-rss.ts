/**
 * The Observatory's RSS warning summary, a second source: its titles name the warnings in force. Only titles of
 * signals that can stop a session are recognised; wording changes, so an unknown title means nothing.
 */
import { parseRss } from './rss.ts';

/** Codes of the stopping signals that the titles name. @throws RapError WEATHER_HOLD when it is not RSS */
export function parseWarningRss(xml: string): string[] {
  return parseRss(xml).flatMap(({ title }) => codeOfTitle(title) ?? []);
}

/** The code that a title speaks of as in force, or undefined. */
export function codeOfTitle(title: string): string | undefined {
  const words = title.toLowerCase();
  if (/cancel|pre-?\s*no/.test(words)) return undefined;
  if (/black rainstorm/.test(words)) return 'WRAINB';
  const number = /\bsignal\b/.test(words) ? /\bno\.?\s*(8|9|10)\b/.exec(words)?.[1] : undefined;
  if (number === undefined) return undefined;
  if (number !== '8') return `TC${number}`;
  const side = /\b(north|south)(east|west)\b/.exec(words);
  return side === null ? 'TC8' : `TC8${side[1] === 'north' ? 'N' : 'S'}${side[2] === 'east' ? 'E' : 'W'}`;
}
