/**
 * The Observatory's RSS warning summary, a second source: its titles name the warnings in force. Only titles of
 * signals that can stop a session are recognised; wording changes, so an unknown title means nothing.
 */
import { parseRss } from './rss.ts';

/** Codes of the stopping signals that the titles name. @throws RapError WEATHER_HOLD when it is not RSS */
export function parseWarningRss(xml: string): string[] {
  return parseRss(xml).flatMap(({ title }) => codeOfTitle(title) ?? []);
}

/** "No. 8", "No.8NE", "Number 8". */
const NUMBER = /(?:\bno\.?|\bnumber|#)\s*(8|9|10)(?=[ns][ew]\b|\b)/;
/** "Northeast", "north-east", "8NE". */
const SIDE = /(?:\b|(?<=\d))(north|south|[ns])[\s-]?(east|west|[ew])\b/;

/** The code that a title speaks of as in force, or undefined. */
export function codeOfTitle(title: string): string | undefined {
  const words = title.toLowerCase();
  if (/cancel|pre-?\s*no/.test(words)) return undefined;
  if (/black rainstorm/.test(words)) return 'WRAINB';
  const number = /\bsignals?\b/.test(words) ? NUMBER.exec(words)?.[1] : undefined;
  if (number === undefined) return undefined;
  if (number !== '8') return `TC${number}`;
  const [, north, east] = SIDE.exec(words) ?? [];
  return `TC8${(north?.[0] ?? '').toUpperCase()}${(east?.[0] ?? '').toUpperCase()}`;
}
