/** What people say of a session and of Extreme Conditions, and how it weighs against what the feeds show. */
import type { Evidence, KnownSpell } from './evidence.ts';
import type { Spell } from './signals.ts';
import type { ExtremeStatement, OperatorStatement, SessionStatement } from './statements.ts';

/** The word that counts: the last one, but an operator never takes back what the exchange stopped. */
export function rulingStatement(
  words: readonly OperatorStatement[],
  now: number,
): SessionStatement | undefined {
  let ruling: SessionStatement | undefined;
  for (const word of words) {
    if (word.about !== 'session' || word.at > now) continue;
    const stopped = ruling?.from === 'hkex' && ruling.says !== 'held';
    if (word.from === 'hkex' || !stopped) ruling = word;
  }
  return ruling;
}

/**
 * The triggers issued by now. The exchange's word that the session is held excuses what was issued before it; an
 * operator's word excuses only what a second source alone shows.
 */
export function spellsAt(evidence: Evidence, now: number, held: SessionStatement | undefined): KnownSpell[] {
  const all: KnownSpell[] = [...evidence.spells, ...declaredSpells(evidence.words, now)];
  return all
    .sort((a, b) => a.issued - b.issued)
    .filter((spell) => {
      if (spell.issued > now) return false;
      if (held === undefined || spell.issued > held.at) return true;
      return held.from === 'operator' && spell.disputed === undefined;
    });
}

/** Spells of Extreme Conditions that people declared; an extension is no new one. */
function declaredSpells(words: readonly OperatorStatement[], now: number): Spell[] {
  const said = words.filter(
    (one): one is ExtremeStatement => one.about === 'extreme-conditions' && one.at <= now,
  );
  const spells: Spell[] = [];
  for (const { says, since } of said) {
    const last = spells.at(-1);
    const open = last !== undefined && last.cancelled === undefined ? last : undefined;
    if (says === 'declared' && open === undefined) {
      spells.push({ kind: 'extreme-conditions', code: 'EC', issued: since });
    } else if (says === 'ended' && open !== undefined && since > open.issued) {
      open.cancelled = since;
    }
  }
  return spells;
}
