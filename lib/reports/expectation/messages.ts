/** The mails that production's expectations cause up to a moment, each once. */
import type { Second } from '../../time/seconds.ts';
import { type Case, identityOf, type Stages, stagesOf } from './judge.ts';
import { type Span, union } from './looks.ts';
import type { Message } from './types.ts';

/**
 * All mails as if every second from the first to the last, both included, were judged.
 * @param blind when any folder of the rules was blind, folders one after the other
 */
export function messagesOf(
  cases: readonly Case[],
  blind: readonly Span[],
  from: Second,
  to: Second,
): Message[] {
  const stages = cases.map((one) => ({ one, stages: stagesOf(one, from, to) }));
  return [
    ...stages.flatMap(({ one, stages }) => stageMessages(one, stages, to)),
    ...outages(
      union(blind),
      stages.flatMap(({ stages }) => stages.unknown),
    ),
  ].sort((a, b) => a.at - b.at);
}

function stageMessages(one: Case, { atRisk, late, missing }: Stages, to: Second): Message[] {
  const of = identityOf(one);
  const { halves, frequency } = one.rule;
  const messages: Message[] = [];
  if (atRisk !== undefined) messages.push({ kind: 'at-risk', ...of, at: atRisk });
  if (late !== undefined) messages.push({ kind: 'late', ...of, at: late });
  if (missing !== undefined) messages.push({ kind: 'missing', ...of, at: missing });
  const complete = one.copies.completeAt(halves);
  if (complete > to) return messages;
  if (late !== undefined || missing !== undefined) messages.push({ kind: 'recovered', ...of, at: complete });
  if (frequency === 'event') messages.push({ kind: 'event', ...of, at: complete });
  one.copies.editionsAt(halves).forEach((second, index) => {
    messages.push({ kind: 'amended', edition: index + 2, ...of, at: Math.max(second, complete) });
  });
  return messages;
}

/** One mail for each unbroken time in which nobody could look and something asked for was unknown. */
function outages(dark: readonly Span[], unknown: readonly Span[]): Message[] {
  const firsts = union(unknown);
  let next = 0;
  return dark.flatMap(({ from, to }) => {
    while ((firsts[next]?.to ?? Infinity) < from) next++;
    const first = firsts[next];
    return first === undefined || first.from > to
      ? []
      : [{ kind: 'unknown' as const, at: first.from, since: from }];
  });
}
