/**
 * The weather rule of a practice session as one pure function. Source: circular PT/SCS/HKCC/136/2025, information
 * package, section 5. Where its words leave room, the reading is ours and says so (docs/decisions).
 *
 * Signals are in force in [issued, cancelled). From the cut-off up to and including the start a trigger cancels;
 * after the start, up to and including the end, No. 8 and Extreme Conditions terminate and Black does not.
 */
import { hongKongDate, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import { coverageGap, type Doubt, doubtsOf } from './confidence.ts';
import { type Evidence, type KnownSpell, wholeDay } from './evidence.ts';
import { rulingStatement, spellsAt } from './operator-statements.ts';
import { because, type Reason, reasonText } from './reasons/index.ts';
import { type Session, type SessionTimes, type TriggerKind, watchLimits } from './rule.ts';
import { type SignalRow, type Spell, triggerSpells } from './signals.ts';
import type { SessionStatement } from './statements.ts';

/**
 * `pending` before the first judgement after the cut-off; `clear` nothing speaks against the start; `hold` evidence
 * is missing or odd and a person decides; `terminating` running until `effectiveAt`; `completed` ran to its end.
 */
export type Verdict =
  | 'pending'
  | 'clear'
  | 'hold'
  | 'cancelled'
  | 'running'
  | 'terminating'
  | 'terminated'
  | 'completed';

/** What made the verdict: a signal, or a person's word. */
export interface Trigger {
  kind: TriggerKind | 'word';
  /** Signal code, or who spoke. */
  code: string;
  issued: number;
}

export interface Decision {
  /** The Hong Kong date it belongs to; it never reaches into another day. */
  date: string;
  /** When it was made. */
  at: number;
  verdict: Verdict;
  /** When it takes effect: of cancelled, terminating and terminated; null otherwise. */
  effectiveAt: number | null;
  /** The signal or word behind it; with running and completed, the Black under which the session goes on. */
  trigger: Trigger | null;
  /** Sentences for people in English, the most important first. */
  reasons: string[];
  /** The same sentences without a language, for `tell`; absent in what an older version decided. */
  because?: readonly Reason[];
  /** 'disputed': only a second source says so. 'unsure': made on evidence that is not whole. */
  quality: 'sure' | 'disputed' | 'unsure';
  /** A person should look now. */
  needsPerson: boolean;
  /** Terminated so late that the session runs to its end all the same. */
  moot: boolean;
}

/** Everything one judgement looks at. */
interface View extends Session {
  evidence: Evidence;
  now: number;
  /** The decision before, when it belongs to the same date. */
  previous: Decision | undefined;
  /** The last word that the session is held, when no later word takes it back. */
  held: SessionStatement | undefined;
  /** Triggers issued by now that no word excuses. */
  spells: readonly KnownSpell[];
}

/**
 * Judges a session at a moment.
 * @param previous the decision before this one: cancelled and terminated stay for the rest of the date, a session
 *   once running runs on without evidence, and a start missed in hold needs a person
 */
export function decide(session: Session, evidence: Evidence, now: number, previous?: Decision): Decision {
  const ruling = rulingStatement(evidence.words, now);
  const held = ruling?.says === 'held' ? ruling : undefined;
  const view: View = {
    ...session,
    evidence,
    now,
    previous: previous?.date === session.times.date ? previous : undefined,
    held,
    spells: spellsAt(evidence, now, held),
  };
  return (
    standing(view) ??
    ruled(view, ruling) ??
    cancellation(view) ??
    termination(view) ??
    openQuestion(view) ??
    notStopped(view)
  );
}

/** Unattended reading of a day whose signals are wholly known. */
export interface DayReading {
  verdict: 'HELD' | 'HELD_CONTINUES' | 'CANCELLED' | 'TERMINATED';
  effectiveAt: number | null;
  trigger: Trigger | null;
  reasons: string[];
  /** The same without a language. */
  because: readonly Reason[];
}

/**
 * How a session ends on a day whose signals are wholly known, with nobody to ask. HELD_CONTINUES is a session that
 * goes on under Black; rows of Extreme Conditions count as declared by a person.
 */
export function readDay(session: Session, rows: readonly SignalRow[]): DayReading {
  const unattended = { ...session, rule: { ...session.rule, unattended: true } };
  const evidence = wholeDay(triggerSpells(rows));
  const {
    verdict,
    effectiveAt,
    trigger,
    reasons,
    because: why = reasons,
  } = decide(unattended, evidence, session.times.end);
  const said = { effectiveAt, trigger, reasons, because: why };
  if (verdict === 'cancelled') return { verdict: 'CANCELLED', ...said };
  if (verdict === 'terminated') return { verdict: 'TERMINATED', ...said };
  return { verdict: trigger === null ? 'HELD' : 'HELD_CONTINUES', ...said };
}

/** What was decided and stays so. */
function standing(view: View): Decision | undefined {
  const { previous, held, now } = view;
  if (previous === undefined) return undefined;
  const released = held !== undefined && held.at >= previous.at;
  if (released && (held.from === 'hkex' || previous.quality !== 'sure')) return undefined;
  if (previous.verdict === 'cancelled' || previous.verdict === 'terminated') return previous;
  if (previous.verdict !== 'terminating' || previous.effectiveAt === null) return undefined;
  // New evidence may make the end come earlier, never later, and never not at all.
  const again = cancellation(view) ?? termination(view);
  if (again !== undefined && (again.effectiveAt ?? Infinity) <= previous.effectiveAt) return again;
  return { ...previous, at: now, verdict: now >= previous.effectiveAt ? 'terminated' : 'terminating' };
}

function ruled(view: View, ruling: SessionStatement | undefined): Decision | undefined {
  if (ruling === undefined || ruling.says === 'held') return undefined;
  return made(view, ruling.says, {
    effectiveAt: ruling.at,
    trigger: { kind: 'word', code: ruling.from, issued: ruling.at },
    because: [because('said', { ...saidBy(ruling), says: ruling.says })],
  });
}

/** A trigger in force at or after the cut-off, issued up to the start. */
function cancellation(view: View): Decision | undefined {
  const { times, rule, now } = view;
  if (now < times.cutOff) return undefined;
  const asked = rule.unattended ? questions(view) : [];
  const found = view.spells
    .filter((spell) => rule.cancels.includes(spell.kind) && !leftOpenAtStart(view, spell))
    .filter((spell) => spell.issued <= times.start && inForceAfter(spell, times.cutOff));
  const all = [...found, ...asked.map((one) => one.spell)].sort((a, b) => a.issued - b.issued);
  const first = all[0];
  // What was lowered just before the cut-off may be published just after it: wait, unless something new decides.
  if (first === undefined || (!settled(view) && all.every((one) => one.issued < times.cutOff)))
    return undefined;
  const effectiveAt = Math.max(first.issued, times.cutOff);
  const question = asked.find((one) => one.spell === first);
  return made(view, 'cancelled', {
    effectiveAt,
    trigger: triggerOf(first),
    because: [
      question === undefined
        ? cancelledBy(first, times)
        : because('nobody-decides', { question: question.reason }),
      because('not-resumed', {}),
      because('no-log-in', {}),
    ],
    ...qualityOf(first),
  });
}

function cancelledBy({ code: signal, issued }: KnownSpell, { date, cutOff, start }: SessionTimes): Reason {
  const values = { signal, time: hongKongTime(issued), cutOff: hongKongTime(cutOff) };
  if (issued >= cutOff) return because('issued', { ...values, start: hongKongTime(start) });
  return hongKongDate(issued) === date
    ? because('in-force', values)
    : because('in-force-before', { ...values, time: hongKongStamp(issued).slice(0, 16) });
}

interface Question {
  spell: KnownSpell;
  reason: Reason;
}

/** What the words of the rule leave open and no person has settled. */
function questions(view: View): Question[] {
  const { times, rule, now, held } = view;
  const cancelling = view.spells.filter((spell) => rule.cancels.includes(spell.kind));
  const lowered = cancelling
    .filter((spell) => spell.cancelled === times.cutOff && now >= times.cutOff)
    .filter(() => held === undefined || held.at < times.cutOff)
    .map((spell) => ({
      spell,
      reason: because('lowered-at-cut-off', { signal: spell.code, cutOff: hongKongTime(times.cutOff) }),
    }));
  const raised = cancelling
    .filter((spell) => leftOpenAtStart(view, spell))
    .filter(() => held === undefined || held.at < times.start)
    .map((spell) => ({
      spell,
      reason: because('raised-at-start', { signal: spell.code, start: hongKongTime(times.start) }),
    }));
  return [...lowered, ...raised];
}

/** Issued exactly at the start, of a kind that cancels before it and does nothing after it. */
function leftOpenAtStart({ times, rule }: View, spell: Spell): boolean {
  return spell.issued === times.start && !rule.terminates.includes(spell.kind);
}

function openQuestion(view: View): Decision | undefined {
  const asked = questions(view);
  const first = asked[0];
  if (first === undefined || !settled(view)) return undefined;
  return made(view, 'hold', {
    trigger: triggerOf(first.spell),
    because: [...asked.map((one) => one.reason), because('person-decides', {})],
    quality: 'unsure',
    needsPerson: true,
  });
}

/** A trigger issued after the start, up to the end. */
function termination(view: View): Decision | undefined {
  const { times, rule, now } = view;
  const first = view.spells
    .filter((spell) => rule.terminates.includes(spell.kind))
    .find((spell) => times.start < spell.issued && spell.issued <= times.end);
  if (first === undefined) return undefined;
  const due = first.issued + rule.noticeMinutes * 60_000;
  const cold = first.seenAt !== undefined && coverageGap(view, first.issued) !== undefined;
  const moot = due > times.end;
  const effectiveAt = Math.min(due, times.end, cold ? Math.max(first.seenAt ?? due, first.issued) : due);
  const minutes = rule.noticeMinutes;
  const end = cold
    ? because('ends-at-once', {})
    : moot
      ? because('ends-as-planned', { minutes, end: hongKongTime(times.end) })
      : because('ends-early', { minutes, time: hongKongTime(due) });
  return made(view, now >= effectiveAt ? 'terminated' : 'terminating', {
    effectiveAt,
    trigger: triggerOf(first),
    because: [
      because('issued-after-start', {
        signal: first.code,
        time: hongKongTime(first.issued),
        start: hongKongTime(times.start),
      }),
      end,
      because('no-part-begins', {}),
    ],
    moot: moot && !cold,
    ...(cold ? { quality: 'unsure', needsPerson: true } : qualityOf(first)),
  });
}

/** No trigger stops the session: is it known well enough to go? */
function notStopped(view: View): Decision {
  const { times, now } = view;
  if (now < times.cutOff) return pending(view);
  const doubts = doubtsOf(view, Math.min(now, times.start));
  // On the exchange's word a silent feed is no reason to stay away; an odd answer still is.
  const serious = view.held?.from === 'hkex' ? doubts.filter((doubt) => doubt.odd) : doubts;
  if (now < times.start) {
    if (!settled(view)) return pending(view);
    return serious.length > 0 ? hold(view, doubts) : clear(view, doubts);
  }
  if (!started(view, serious)) return hold(view, [...doubts, startMissed(view)]);
  return running(view);
}

/** Is it late enough after the cut-off for what happened at the cut-off to be published? */
function settled({ times, now }: View): boolean {
  return now >= times.cutOff + watchLimits.settleMs;
}

function pending(view: View): Decision {
  const { times, rule, now } = view;
  const cutOff = hongKongTime(times.cutOff);
  const warned = view.spells
    .filter((spell) => rule.cancels.includes(spell.kind) && inForceAfter(spell, now))
    .map((spell) => because('in-force-now', { signal: spell.code, cutOff }));
  const time = hongKongTime(times.cutOff + watchLimits.settleMs);
  return made(view, 'pending', { because: [...warned, because('first-verdict', { time, cutOff })] });
}

function clear(view: View, doubts: readonly Doubt[]): Decision {
  const { times, now, held } = view;
  const by =
    held === undefined
      ? because('nothing-cancels', { from: hongKongTime(times.cutOff), to: hongKongTime(now) })
      : because('said-held', saidBy(held));
  return made(view, 'clear', {
    because: [by, ...doubts.map((doubt) => doubt.reason)],
    quality: doubts.length > 0 ? 'unsure' : 'sure',
  });
}

function hold(view: View, doubts: readonly Doubt[]): Decision {
  return made(view, 'hold', {
    because: [...doubts.map((doubt) => doubt.reason), because('person-decides', {})],
    quality: 'unsure',
    needsPerson: true,
  });
}

function startMissed({ times }: View): Doubt {
  return { odd: false, reason: because('start-missed', { start: hongKongTime(times.start) }) };
}

/** Did the session begin? Before it did, every doubt holds it; afterwards none stops it. */
function started(view: View, doubts: readonly Doubt[]): boolean {
  const { previous, held, times } = view;
  if (held !== undefined && held.at >= times.start) return true;
  if (previous !== undefined && previous.at >= times.start) {
    return previous.verdict === 'running' || previous.verdict === 'completed';
  }
  return doubts.length === 0;
}

function running(view: View): Decision {
  const { times, rule, now } = view;
  const doubts = doubtsOf(view, Math.min(now, times.end));
  const black = view.spells.find(
    (spell) =>
      rule.cancels.includes(spell.kind) &&
      !rule.terminates.includes(spell.kind) &&
      times.start < spell.issued &&
      spell.issued <= times.end,
  );
  const goesOn =
    black === undefined
      ? because('nothing-stops', {})
      : because('goes-on', { signal: black.code, time: hongKongTime(black.issued) });
  const silent = now - (view.evidence.watched.at(-1)?.to ?? times.start);
  return made(view, now >= times.end ? 'completed' : 'running', {
    trigger: black === undefined ? null : triggerOf(black),
    because: [goesOn, ...doubts.map((doubt) => because('runs-on', { doubt: doubt.reason }))],
    quality: doubts.length > 0 ? 'unsure' : 'sure',
    needsPerson: now < times.end && doubts.some((doubt) => doubt.odd || silent > watchLimits.personMs),
  });
}

/** In force for certain at or after the moment. */
function inForceAfter(spell: KnownSpell, moment: number): boolean {
  if (spell.cancelled !== undefined) return spell.cancelled > moment;
  return (spell.knownTo ?? Infinity) >= moment;
}

function triggerOf({ kind, code, issued }: Spell): Trigger {
  return { kind, code, issued };
}

function qualityOf(spell: KnownSpell): Partial<Decision> {
  return spell.disputed !== undefined ? { quality: 'disputed', needsPerson: true } : {};
}

function saidBy({ from: who, how, by, at }: SessionStatement) {
  return { who, how, by, time: hongKongTime(at) };
}

type Parts = Partial<Omit<Decision, 'reasons' | 'because'>> & { because: readonly Reason[] };

function made(view: View, verdict: Verdict, parts: Parts): Decision {
  const why = [...parts.because, ...view.evidence.notices.map((notice) => notice.text)];
  return {
    date: view.times.date,
    at: view.now,
    verdict,
    effectiveAt: null,
    trigger: null,
    quality: 'sure',
    needsPerson: false,
    moot: false,
    ...parts,
    reasons: why.map((reason) => reasonText(reason, 'en')),
    because: why,
  };
}
