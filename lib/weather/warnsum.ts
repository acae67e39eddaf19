/**
 * The Observatory's warning summary (open data API, dataType=warnsum): an object with one entry for each warning
 * in force - and for about an hour after its end, marked CANCEL. `{}` when there is nothing. Names and `type` are
 * words that change with time and language; only codes, actions and times are read.
 */
import { asObject, excerpt, isoTime, isPossible, jsonObject } from './answer.ts';
import { familyOf } from './codes.ts';
import { because, type Reason } from './reasons/index.ts';

/** The level at which a cyclone signal or rainstorm warning stands, or stood until it was cancelled. */
export interface Listed {
  family: 'cyclone' | 'rain';
  /** The level; 'CANCEL' when the entry hides which it was. */
  code: string;
  active: boolean;
  /** When this level was issued: it starts again at each step, but not when an announcement is repeated. */
  issued: number;
  /** Last announcement; of a cancelled warning, when it was cancelled. May lie before `issued`. */
  updated: number;
}

export interface Warnsum {
  listed: Listed[];
  /** What cannot be understood. Not empty: nothing about "no warning" may be concluded. */
  odd: Reason[];
  /** Warnings that stop nothing but are worth a look. */
  notices: Reason[];
}

const families = { WTCSGNL: 'cyclone', WRAIN: 'rain' } as const;
const actions = new Set(['ISSUE', 'REISSUE', 'CANCEL', 'EXTEND', 'UPDATE']);

/**
 * @param shown the moment whose warnings the body shows (epoch ms): a time that is still to come, or long past, is no time
 * of theirs. Left out, times are not compared.
 * @throws RapError WEATHER_HOLD when the body is not a warning summary at all
 */
export function parseWarnsum(body: string, shown?: number): Warnsum {
  const result: Warnsum = { listed: [], odd: [], notices: [] };
  for (const [key, raw] of Object.entries(jsonObject(body))) {
    const family = key === 'WTCSGNL' || key === 'WRAIN' ? families[key] : undefined;
    if (family === undefined) {
      // A warning nobody knows may be the one that stops the session; a known harmless one is not even read.
      if (familyOf(key) !== 'other')
        result.odd.push(because('unknown-warning', { answer: excerpt({ [key]: raw }) }));
      continue;
    }
    const listed = parseEntry(family, raw);
    if (listed === undefined) {
      result.odd.push(because('unknown-entry', { answer: excerpt({ [key]: raw }) }));
      continue;
    }
    if (shown !== undefined && ![listed.issued, listed.updated].every((time) => isPossible(time, shown))) {
      result.odd.push(because('odd-time', { answer: excerpt({ [key]: raw }) }));
      continue;
    }
    result.listed.push(listed);
    if (listed.active && listed.code === 'WRAINR')
      result.notices.push(because('red-in-force', { signal: 'WRAINR' }));
  }
  return result;
}

function parseEntry(family: 'cyclone' | 'rain', raw: unknown): Listed | undefined {
  const entry = asObject(raw);
  const issued = isoTime(entry?.issueTime);
  const updated = isoTime(entry?.updateTime);
  const { code, actionCode: action } = entry ?? {};
  if (typeof code !== 'string' || typeof action !== 'string' || !actions.has(action)) return undefined;
  if (issued === undefined || updated === undefined) return undefined;
  if (code !== 'CANCEL' && familyOf(code) !== family) return undefined;
  return { family, code, active: action !== 'CANCEL' && code !== 'CANCEL', issued, updated };
}
