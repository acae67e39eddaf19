/** What came back when a feed was asked: the raw answer with the facts of its fetching, or why there is none. */
import { RapError } from '../errors/rap-error.ts';
import { isIsoDate } from '../time/hong-kong.ts';
import { because, type Reason, reasonText, type Sentence } from './reasons/index.ts';
import { watchLimits } from './rule.ts';
import type { SourceName } from './statements.ts';

export interface Answer {
  source: SourceName;
  url: string;
  /** When the answer was complete, by our clock (epoch ms). */
  at: number;
  body: string;
  /** HTTP `Date`: when the server, or the server behind a cache, wrote it (epoch ms). */
  date: number | undefined;
  /** HTTP `Age`: seconds it lay in a cache. */
  age: number;
}

export interface Failure {
  source: SourceName;
  url: string;
  at: number;
  /** One sentence without a full stop: 'no answer within 10 s'. */
  reason: Reason;
}

export type FeedResult = Answer | Failure;

/**
 * The moment whose weather the answer shows: its age is taken off, because a cached "nothing in force" bears no
 * time of its own.
 */
export function asOf({ at, age }: Answer): number {
  return at - age * 1000;
}

/** Why our clock and the server's cannot both be right, or undefined. Not knowing the time, nothing can be judged. */
export function clockFault({ at, date, age }: Answer): Sentence | undefined {
  if (date === undefined) return undefined;
  const apart = at - (date + age * 1000);
  if (Math.abs(apart) <= watchLimits.clockMs) return undefined;
  return because(apart > 0 ? 'clock-ahead' : 'clock-behind', { seconds: Math.round(Math.abs(apart) / 1000) });
}

/** What is raised when a feed gives no usable answer; its cause is the reason without a language. */
export function noGoodAnswer(reason: Sentence): RapError {
  return new RapError('WEATHER_HOLD', reasonText(reason, 'en'), { cause: reason });
}

/** The reason that `noGoodAnswer` carries, or the message of anything else that was thrown. */
export function reasonOf(thrown: unknown): Reason {
  if (!(thrown instanceof Error)) return String(thrown);
  const carried = thrown instanceof RapError && thrown.code === 'WEATHER_HOLD' ? thrown.cause : undefined;
  return carried === undefined ? thrown.message : (carried as Sentence);
}

/** @throws RapError WEATHER_HOLD when the body is not a JSON object */
export function jsonObject(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    throw noGoodAnswer(because('not-json', { answer: excerpt(body) }));
  }
  const object = asObject(parsed);
  if (object === undefined) throw noGoodAnswer(because('not-an-object', { answer: excerpt(body) }));
  return object;
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** '2025-09-23T14:20:00+08:00' as epoch ms, or undefined. A time without its offset is none. */
export function isoTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  // Date.parse takes 30 February for 2 March.
  if (!isIsoDate(value.slice(0, 10))) return undefined;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : moment;
}

/** Can a moment that a feed names be that of something in force, or over for an hour, when the answer was written? */
export function isPossible(moment: number, shown: number): boolean {
  return moment <= shown + watchLimits.publicationMs && moment >= shown - watchLimits.longestMs;
}

/** The beginning of something strange on one line, for people. */
export function excerpt(raw: unknown): Reason {
  const text = (typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? 'nothing'))
    .replace(/\s+/g, ' ')
    .trim();
  return text === ''
    ? because('empty-answer', {})
    : `"${text.length > 120 ? `${text.slice(0, 120)}...` : text}"`;
}
