/** What speaks against trusting the evidence: silence, and answers that cannot be understood. */
import { hongKongTime } from '../time/hong-kong.ts';
import type { Evidence, KnownSpell, Period } from './evidence.ts';
import { because, type Reason } from './reasons/index.ts';
import { type SessionTimes, watchLimits } from './rule.ts';
import type { SessionStatement } from './statements.ts';

export interface Doubt {
  reason: Reason;
  /** Something was said that nobody understands, which is worse than silence. */
  odd: boolean;
}

export interface DoubtView {
  times: SessionTimes;
  evidence: Evidence;
  now: number;
  held: SessionStatement | undefined;
  spells: readonly KnownSpell[];
}

/** All doubts about the time from the cut-off, or from the last word of a person, to `until`. */
export function doubtsOf(view: DoubtView, until: number): Doubt[] {
  return [
    ...gaps(view, until),
    ...oddAnswers(view),
    ...vanished(view),
    ...possibleExtreme(view),
    ...stale(view),
  ];
}

/**
 * The first stretch nobody watched between the cut-off, or the last word of a person, and `until`. Silence counts
 * once it is too long to be a missed answer or two.
 */
export function coverageGap(
  { times, evidence, held }: Pick<DoubtView, 'times' | 'evidence' | 'held'>,
  until: number,
): Period | undefined {
  // A moment before the cut-off as well: something lowered exactly at the cut-off must have been seen.
  const from = Math.max(times.cutOff - 1, held?.at ?? 0);
  const word = held === undefined ? [] : [{ from: held.at, to: held.at }];
  const periods = [...evidence.watched, ...word].sort((a, b) => a.from - b.from);
  let known: number | undefined;
  for (const period of periods) {
    if (period.to + watchLimits.staleMs < from) continue;
    if (period.from > (known === undefined ? from : known + watchLimits.staleMs)) break;
    known = Math.max(known ?? 0, period.to);
  }
  if (known !== undefined && until - known <= watchLimits.staleMs) return undefined;
  const since = known ?? from;
  const next = periods.find((period) => period.from > since);
  return { from: since, to: Math.min(until, next?.from ?? until) };
}

function gaps(view: DoubtView, until: number): Doubt[] {
  const { evidence, now } = view;
  const gap = coverageGap(view, until);
  if (gap === undefined) return [];
  const trouble = evidence.troubles.find((one) => one.source === 'warnsum');
  const [from, to] = [hongKongTime(gap.from), hongKongTime(gap.to)];
  const reason =
    gap.to < Math.min(until, now)
      ? because('unknown-between', { from, to })
      : trouble === undefined
        ? because('unknown-since', { from })
        : because('unknown-since-because', { from, why: trouble.reason });
  return [{ reason, odd: false }];
}

function oddAnswers({ evidence }: DoubtView): Doubt[] {
  return evidence.troubles
    .filter((trouble) => trouble.odd)
    .map(({ source, since, reason }) => ({
      reason: because('not-trusted', { source, since: hongKongTime(since), why: reason }),
      odd: true,
    }));
}

/** A warning that disappears without being cancelled proves nothing. */
function vanished({ evidence, spells, times, held }: DoubtView): Doubt[] {
  const last = evidence.watched.at(-1)?.to ?? 0;
  return spells
    .filter((spell) => spell.issued <= times.start && spell.cancelled === undefined)
    .filter(({ knownTo }) => knownTo !== undefined && knownTo < last && knownTo > (held?.at ?? 0))
    .map(({ code, knownTo }) => ({
      reason: because('vanished', { signal: code, since: hongKongTime(knownTo ?? last) }),
      odd: true,
    }));
}

function possibleExtreme({ evidence, held, now }: DoubtView): Doubt[] {
  const answered = Math.max(
    held?.at ?? 0,
    ...evidence.words
      .filter((word) => word.about === 'extreme-conditions' && word.at <= now)
      .map((one) => one.at),
  );
  return evidence.possibleExtreme
    .filter((one) => one.seenAt > answered && one.seenAt <= now)
    .map(({ title, link }) => ({
      reason: because('possible-extreme', { title, link }),
      odd: true,
    }));
}

function stale({ evidence, now }: DoubtView): Doubt[] {
  const { heartbeatAt, pressAt } = evidence;
  const doubts: Doubt[] = [];
  if (heartbeatAt !== undefined && now - heartbeatAt > watchLimits.heartbeatMs) {
    doubts.push({
      reason: because('report-stands-still', { since: hongKongTime(heartbeatAt) }),
      odd: false,
    });
  }
  if (pressAt !== undefined && now - pressAt > watchLimits.pressStaleMs) {
    doubts.push({
      reason: because('press-silent', { since: hongKongTime(pressAt) }),
      odd: false,
    });
  }
  return doubts;
}
