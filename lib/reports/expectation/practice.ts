/** Expectations of the practice session: its own files, looks and hours; production's are left aside, and no mail. */
import type { Second } from '../../time/seconds.ts';
import type { Entries } from './entries.ts';
import {
  type Case,
  completeRow,
  firm,
  firstProof,
  identityOf,
  knownOf,
  noWindow,
  type Row,
  soft,
  withHalves,
} from './judge.ts';
import { LOOK_HOLDS } from './looks.ts';
import type { Expectation } from './types.ts';

type Session = NonNullable<ReturnType<Entries['practice']>>;

/** The expectation in the practice session at a moment. */
export function judgePractice(one: Case, session: Session | undefined, at: Second): Expectation {
  const mine = session?.businessDate === one.businessDate && one.planAt(at).expected ? session : undefined;
  const window =
    mine === undefined
      ? noWindow
      : { about: mine.from, riskAfter: mine.to, lateAfter: mine.to, cutOff: mine.to };
  return {
    ...identityOf(one),
    ...withHalves(completeRow(one, at) ?? sessionRow(one, mine, at), one, at),
    ...window,
    practice: true,
    ...knownOf(one, at),
  };
}

function sessionRow(one: Case, session: Session | undefined, at: Second): Row {
  if (session === undefined) return soft('not-expected');
  const { from, to, stopped } = session;
  if (at < from) return firm('awaited');
  if (stopped) return firm('unknown');
  if (at > to) return firm(provedAbsent(one, from, to) ? 'missing' : 'unknown');
  return one.looks.blindAt(at) ? firm('unknown') : soft('due');
}

/** Did a look shortly before the end, within the session, prove that something was absent? */
function provedAbsent(one: Case, from: Second, to: Second): boolean {
  const since = Math.max(from, to - LOOK_HOLDS);
  return firstProof(one, since - 1, to + 1) !== undefined;
}
