/**
 * Why the weather rule decides as it does, without a language: which sentence, and what is filled in. The words
 * come at the edge, in the language of whoever reads (`tell` in index.ts).
 */
import type { SessionStatement, SourceName } from '../statements.ts';

/**
 * A plain string is shown as it is, whatever the language: text from elsewhere, such as a system's message, or
 * what an older version wrote down in English.
 */
export type Reason = string | Sentence;

/**
 * What each sentence needs. `signal` is a signal code; `who`, `says` and `source` are words of the house, and have
 * words in each language; times are 'HH:MM' in Hong Kong, or with their date 'YYYY-MM-DD HH:MM'.
 */
export interface Sentences {
  said: Said & { says: SessionStatement['says'] };
  'said-held': Said;
  'in-force': { signal: string; time: string; cutOff: string };
  /** As `in-force`, where `time` is of another day and bears its date. */
  'in-force-before': { signal: string; time: string; cutOff: string };
  issued: { signal: string; time: string; cutOff: string; start: string };
  'not-resumed': Nothing;
  'no-log-in': Nothing;
  'lowered-at-cut-off': { signal: string; cutOff: string };
  'raised-at-start': { signal: string; start: string };
  'nobody-decides': { question: Reason };
  'person-decides': Nothing;

  'issued-after-start': { signal: string; time: string; start: string };
  'ends-at-once': Nothing;
  'ends-as-planned': { minutes: number; end: string };
  'ends-early': { minutes: number; time: string };
  'no-part-begins': Nothing;

  'in-force-now': { signal: string; cutOff: string };
  'first-verdict': { time: string; cutOff: string };
  'nothing-cancels': { from: string; to: string };
  'start-missed': { start: string };
  'nothing-stops': Nothing;
  'goes-on': { signal: string; time: string };
  'runs-on': { doubt: Reason };

  'unknown-since': { from: string };
  'unknown-since-because': { from: string; why: Reason };
  'unknown-between': { from: string; to: string };
  'not-trusted': { source: SourceName; since: string; why: Reason };
  vanished: { signal: string; since: string };
  'possible-extreme': { title: string; link: string };
  'report-stands-still': { since: string };
  'press-silent': { since: string };

  'red-in-force': { signal: string };
  'pre-no-8': { signal: string };

  'no-answer': { seconds: number };
  'not-reached': { system: string };
  'wrong-status': { status: number };
  'too-large': { bytes: number };
  'other-host': { location: string };
  'redirected-again': Nothing;
  'old-copy': { seconds: number };
  'clock-ahead': { seconds: number };
  'clock-behind': { seconds: number };
  'empty-answer': Nothing;
  'not-json': { answer: Reason };
  'not-an-object': { answer: Reason };
  'no-update-time': { answer: Reason };
  'details-no-list': { answer: Reason };
  'no-details': { answer: Reason };
  'not-rss': { answer: Reason };
  'unknown-warning': { answer: Reason };
  'unknown-entry': { answer: Reason };
  'odd-time': { answer: Reason };
  /** Several things that cannot be understood in one answer. */
  several: { list: readonly Reason[] };
}

interface Said {
  who: SessionStatement['from'];
  how: string;
  by: string;
  time: string;
}

type Nothing = Record<never, never>;

export type ReasonCode = keyof Sentences;

export type Sentence = { [Code in ReasonCode]: { code: Code; values: Sentences[Code] } }[ReasonCode];
