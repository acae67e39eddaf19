/** The operator of a rehearsal: Extreme Conditions are known from people, and the signals say what they would say. */
import type { Evidence } from '../../lib/weather/evidence.ts';
import type { SignalRow } from '../../lib/weather/signals.ts';
import type { ExtremeStatement } from '../../lib/weather/statements.ts';

/** What the operator says now: what the rows say, when they do or when asked; usually nothing. */
export function operatorWords(
  signals: readonly SignalRow[],
  { words, possibleExtreme }: Evidence,
  now: number,
): ExtremeStatement[] {
  const last = words.filter(({ about }) => about === 'extreme-conditions').at(-1);
  const row = signals.filter(({ code, issued }) => code === 'EC' && issued <= now).at(-1);
  const over = row?.cancelled !== undefined && row.cancelled <= now;
  const says = row === undefined ? 'none' : over ? 'ended' : 'declared';
  const asked = possibleExtreme.some(({ seenAt }) => seenAt > (last?.at ?? 0));
  const news = row !== undefined && last?.says !== says;
  if (!asked && !news) return [];
  const word = (what: ExtremeStatement['says'], since: number): ExtremeStatement => ({
    about: 'extreme-conditions',
    by: 'Rehearsal operator',
    how: 'signals file',
    at: now,
    says: what,
    since,
  });
  const latest = word(says, (over ? row.cancelled : row?.issued) ?? now);
  return over && last === undefined ? [word('declared', row.issued), latest] : [latest];
}
