/** What came back when a feed was asked: the raw answer with the facts of its fetching, or why there is none. */
import { RapError } from '../errors/rap-error.ts';
import type { SourceName } from './evidence.ts';
import { watchLimits } from './rule.ts';

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
  reason: string;
}

export type Heard = Answer | Failure;

/**
 * The moment whose weather the answer shows: its age is taken off, because a cached "nothing in force" bears no
 * time of its own.
 */
export function asOf({ at, age }: Answer): number {
  return at - age * 1000;
}

/** Why our clock and the server's cannot both be right, or undefined. Not knowing the time, nothing can be judged. */
export function clockFault({ at, date, age }: Answer): string | undefined {
  if (date === undefined) return undefined;
  const apart = at - (date + age * 1000);
  if (Math.abs(apart) <= watchLimits.clockMs) return undefined;
  const way = apart > 0 ? 'ahead of' : 'behind';
  return `our clock is ${Math.round(Math.abs(apart) / 1000)} s ${way} the server's, or the answer is an old copy`;
}

/** The raised error of every parser: the body is not what this feed sends. */
export function notUnderstood(reason: string): RapError {
  return new RapError('WEATHER_HOLD', reason);
}

/** @throws RapError WEATHER_HOLD when the body is not a JSON object */
export function jsonObject(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    throw notUnderstood(`not JSON: ${excerpt(body)}`);
  }
  const object = asObject(parsed);
  if (object === undefined) throw notUnderstood(`not a JSON object: ${excerpt(body)}`);
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
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : moment;
}

/** The beginning of something strange on one line, for people. */
export function excerpt(raw: unknown): string {
  const text = (typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? 'nothing'))
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? 'an empty answer' : `"${text.length > 120 ? `${text.slice(0, 120)}...` : text}"`;
}
