/**
 * Turns what the feeds answer into evidence, one answer at a time. Pure: the same evidence and the same answer give
 * the same evidence, so it can be replayed from stored bodies.
 */
import { hongKongStamp } from '../time/hong-kong.ts';
import { type Answer, asOf, clockFault, type FeedResult, reasonOf } from './answer.ts';
import { triggerOf } from './codes.ts';
import type { Evidence, KnownSpell, Notice, Period } from './evidence.ts';
import { parseFeedTime } from './feed-liveness.ts';
import { parsePress } from './press.ts';
import { because, type Reason } from './reasons/index.ts';
import { type TriggerKind, watchLimits } from './rule.ts';
import type { SourceName } from './statements.ts';
import { parseWarningInfo } from './warning-info.ts';
import { parseWarningRss } from './warning-rss.ts';
import { type Listed, parseWarnsum } from './warnsum.ts';

/** Adds an answer, or the lack of one. Nothing it contains is thrown back at the caller. */
export function applyObservation(evidence: Evidence, result: FeedResult): Evidence {
  if ('reason' in result) return withTrouble(evidence, result, result.reason, false);
  const wrongClock = clockFault(result);
  // Only the source that decides also judges our clock; another server may be the one that is wrong.
  if (wrongClock !== undefined) return withTrouble(evidence, result, wrongClock, result.source === 'warnsum');
  if (result.age * 1000 > watchLimits.staleMs) {
    return withTrouble(evidence, result, because('old-copy', { seconds: result.age }), false);
  }
  try {
    return readers[result.source](evidence, result);
  } catch (error) {
    return withTrouble(evidence, result, reasonOf(error), false);
  }
}

const readers: Readonly<Record<SourceName, (evidence: Evidence, answer: Answer) => Evidence>> = {
  warnsum: applyWarnsum,
  'warning-info': (evidence, answer) => {
    const { codes, odd, notices } = parseWarningInfo(answer.body);
    return withGoodAnswer(applySecondSource(evidence, answer, codes), answer, odd, notices);
  },
  rss: (evidence, answer) =>
    withGoodAnswer(applySecondSource(evidence, answer, parseWarningRss(answer.body)), answer, [], []),
  heartbeat: (evidence, answer) => {
    const bears = parseFeedTime(answer.body);
    const shown = asOf(answer);
    // Believed, a time that is still to come would be a sign of life until then. Unbelieved, it is none.
    if (bears > shown + watchLimits.publicationMs) {
      const reason = because('odd-time', { answer: hongKongStamp(bears) });
      return { ...withTrouble(evidence, answer, reason, false), heartbeatAt: evidence.heartbeatAt ?? shown };
    }
    return {
      ...withGoodAnswer(evidence, answer, [], []),
      heartbeatAt: Math.max(evidence.heartbeatAt ?? 0, bears),
    };
  },
  press: (evidence, answer) => {
    const known = new Set(evidence.possibleExtreme.map((one) => one.link + one.title));
    const fresh = parsePress(answer.body, answer.at).filter((one) => !known.has(one.link + one.title));
    return {
      ...withGoodAnswer(evidence, answer, [], []),
      pressAt: asOf(answer),
      possibleExtreme: [...evidence.possibleExtreme, ...fresh],
    };
  },
};

/** A source that gives no usable answer. Silence of the press feed or the heartbeat shows in their times. */
function withTrouble(evidence: Evidence, { source, at }: FeedResult, reason: Reason, odd: boolean): Evidence {
  const since = evidence.troubles.find((one) => one.source === source)?.since ?? at;
  const others = evidence.troubles.filter((one) => one.source !== source);
  return { ...evidence, troubles: [...others, { source, since, reason, odd }] };
}

function withGoodAnswer(
  evidence: Evidence,
  answer: Answer,
  odd: readonly Reason[],
  notices: readonly Reason[],
): Evidence {
  const { source } = answer;
  const kept: Notice[] = evidence.notices.filter((one) => one.source !== source);
  const troubles = evidence.troubles.filter((one) => one.source !== source);
  const well = { ...evidence, troubles, notices: [...kept, ...notices.map((text) => ({ source, text }))] };
  // The trouble before is handed on, so that it keeps the time since when it lasts.
  const [first, ...more] = odd;
  if (first === undefined) return well;
  const reason = more.length === 0 ? first : because('several', { list: odd });
  return withTrouble({ ...well, troubles: evidence.troubles }, answer, reason, true);
}

function applyWarnsum(evidence: Evidence, answer: Answer): Evidence {
  const shown = asOf(answer);
  const { listed, odd, notices } = parseWarnsum(answer.body, shown);
  const last = evidence.watched.at(-1)?.to;
  // A cache may answer with something older than what was heard already.
  if (last !== undefined && shown < last) return evidence;
  const families = [
    { kind: 'no-8' as const, entry: listed.find((one) => one.family === 'cyclone') },
    { kind: 'black-rainstorm' as const, entry: listed.find((one) => one.family === 'rain') },
  ];
  const spells = families.reduce<readonly KnownSpell[]>((before, { kind, entry }) => {
    // What cannot be understood says nothing of a warning that is not listed.
    if (entry === undefined && odd.length > 0) return before;
    return follow(before, kind, { entry, shown, last, seenAt: answer.at });
  }, evidence.spells);
  const next = withGoodAnswer({ ...evidence, spells }, answer, odd, notices);
  if (odd.length > 0) return next;
  const from = Math.max(...families.map(({ entry }) => knownSince(entry, shown)));
  return { ...next, watched: extend(evidence.watched, { from, to: shown }) };
}

/**
 * Since when one answer alone proves what was in force: an empty place for as long as a cancelled warning would
 * still be listed, a level since its issue. Whether the issue time of a rainstorm warning starts again with each
 * colour is not known, so of rain only what follows the last announcement counts.
 */
function knownSince(entry: Listed | undefined, shown: number): number {
  if (entry === undefined) return shown - watchLimits.lingerMs;
  if (entry.code === 'CANCEL') return Math.min(shown, entry.updated);
  return Math.min(shown, entry.family === 'rain' ? Math.max(entry.issued, entry.updated) : entry.issued);
}

function extend(watched: readonly Period[], period: Period): Period[] {
  const last = watched.at(-1);
  if (last === undefined || period.from > last.to) return [...watched, period];
  return [...watched.slice(0, -1), { from: Math.min(last.from, period.from), to: period.to }];
}

interface WarnsumView {
  entry: Listed | undefined;
  shown: number;
  /** The good answer before this one. */
  last: number | undefined;
  seenAt: number;
}

/** The spells of one kind after the warning summary was seen. */
function follow(spells: readonly KnownSpell[], kind: TriggerKind, sight: WarnsumView): KnownSpell[] {
  const mine = spells.filter((spell) => spell.kind === kind);
  const others = spells.filter((spell) => spell.kind !== kind);
  return [...others, ...followOne(mine, kind, sight)].sort((a, b) => a.issued - b.issued);
}

function followOne(mine: readonly KnownSpell[], kind: TriggerKind, sight: WarnsumView): KnownSpell[] {
  const { entry, shown } = sight;
  const before = mine.slice(0, -1);
  const last = mine.at(-1);
  const trigger = entry !== undefined && triggerOf(entry.code) === kind ? entry : undefined;
  if (trigger?.active) {
    if (last === undefined || !continues(last, trigger, shown)) {
      return [...mine.map(closed), begun(kind, trigger, sight)];
    }
    const { cancelled: _, disputed, ...rest } = last;
    const issued = disputed === undefined ? last.issued : Math.min(last.issued, trigger.issued);
    return [...before, { ...rest, issued, knownTo: Math.max(last.knownTo ?? 0, shown) }];
  }
  if (trigger !== undefined && !(last !== undefined && trigger.issued <= endOf(last))) {
    // Cancelled before it was ever seen in force: its entry still proves that it was.
    return [...mine.map(closed), { ...begun(kind, trigger, sight), cancelled: cancelTime(trigger, shown) }];
  }
  if (last === undefined || last.cancelled !== undefined) return [...mine];
  return [...before, ended(last, trigger, sight)];
}

/** The last moment at which the spell may have been in force, as far as known. */
function endOf(spell: KnownSpell): number {
  return spell.cancelled ?? spell.knownTo ?? Infinity;
}

/** Is the listed trigger the spell that is known already, perhaps at another level? */
function continues(spell: KnownSpell, trigger: Listed, shown: number): boolean {
  if (spell.cancelled !== undefined) return trigger.issued < spell.cancelled;
  return trigger.issued <= endOf(spell) || shown - endOf(spell) <= watchLimits.lingerMs;
}

function begun(kind: TriggerKind, entry: Listed, { shown, last, seenAt }: WarnsumView): KnownSpell {
  // The time of a rainstorm warning may be that of its first colour. Seen in another colour after it, the colour
  // that stops a session came later, at the last announcement.
  const stale =
    entry.family === 'rain' && last !== undefined && entry.issued < last - watchLimits.publicationMs;
  const issued = stale ? Math.max(last, Math.min(entry.updated, shown)) : entry.issued;
  return { kind, code: entry.code, issued, knownTo: shown, seenAt };
}

function cancelTime(entry: Listed, shown: number): number {
  return entry.updated > entry.issued ? Math.min(entry.updated, shown) : shown;
}

/** A spell nobody followed to its end: known as far as it was seen. */
function closed(spell: KnownSpell): KnownSpell {
  return spell.cancelled === undefined ? { ...spell, cancelled: spell.knownTo ?? spell.issued } : spell;
}

/** A spell in force that the summary no longer shows in force. */
function ended(spell: KnownSpell, cancelled: Listed | undefined, sight: WarnsumView): KnownSpell {
  const { entry, shown, last } = sight;
  const knownTo = spell.knownTo ?? spell.issued;
  // Only a second source ever showed it, and keeps its own account of it.
  if (spell.disputed !== undefined) return spell;
  if (cancelled !== undefined) return { ...spell, cancelled: cancelTime(cancelled, shown) };
  if (entry === undefined) {
    // It disappeared before our eyes, which is no end; or while nobody looked, for so long that its end is
    // no longer listed.
    const watched = last !== undefined && last > knownTo;
    return !watched && shown - knownTo > watchLimits.lingerMs ? closed(spell) : spell;
  }
  // Another level took its place: at its issue, unless that time is from before the spell.
  const times = entry.code === 'CANCEL' ? [entry.updated] : [entry.issued, entry.updated];
  const end = times.find((time) => time > spell.issued && time <= shown) ?? shown;
  return { ...spell, cancelled: end - knownTo > watchLimits.staleMs ? knownTo : end };
}

/**
 * A second source names the levels in force. What the summary does not show is believed all the same, marked as
 * disputed; what the summary has just seen cancelled is only the lag of a bulletin.
 */
function applySecondSource(evidence: Evidence, answer: Answer, codes: readonly string[]): Evidence {
  const spells = (['no-8', 'black-rainstorm'] as const).reduce<readonly KnownSpell[]>((before, kind) => {
    const mine = before.filter((spell) => spell.kind === kind);
    const code = codes.find((one) => triggerOf(one) === kind);
    return [
      ...before.filter((spell) => spell.kind !== kind),
      ...secondSourceSpells(mine, kind, code, answer),
    ];
  }, evidence.spells);
  return { ...evidence, spells };
}

function secondSourceSpells(
  mine: readonly KnownSpell[],
  kind: TriggerKind,
  code: string | undefined,
  answer: Answer,
): readonly KnownSpell[] {
  const { source, at } = answer;
  const shown = asOf(answer);
  const before = mine.slice(0, -1);
  const last = mine.at(-1);
  const open = last?.cancelled === undefined ? last : undefined;
  if (code === undefined) {
    return open?.disputed === source ? [...before, { ...open, cancelled: shown }] : mine;
  }
  if (open !== undefined) return [...before, { ...open, knownTo: Math.max(open.knownTo ?? 0, shown) }];
  const lag = shown - (last?.cancelled ?? 0) <= watchLimits.publicationMs;
  if (lag) return mine;
  return [...mine, { kind, code, issued: shown, knownTo: shown, seenAt: at, disputed: source }];
}
