/** The words of an expectation as plain data: rules, facts, states, messages. Moments are whole seconds. */

import type { DataCentre } from '../../model/types.ts';
import type { DayKind } from '../../time/business-day.ts';
import type { IsoDate } from '../../time/hong-kong.ts';
import type { Second } from '../../time/seconds.ts';

/** A time of the day, on the business date or so many calendar or business days later. */
export interface TimeOfDay {
  /** Seconds after midnight. */
  seconds: number;
  days: number;
  unit: 'calendar' | 'business';
}

/** When a report is usual, late and given up. */
export interface Times {
  about: TimeOfDay;
  lateAfter: TimeOfDay;
  cutOff: TimeOfDay;
}

export type Frequency =
  | { frequency: 'business-day'; times: Times; halfDay?: Times | undefined }
  | { frequency: 'conditional'; condition: string; times: Times; halfDay?: Times | undefined }
  | { frequency: 'event' }
  | { frequency: 'no-time' };

/** One report, or one set of it, as an account awaits it. Several with one report and set are versions. */
export type Rule = Frequency & {
  report: string;
  /** Run or set of the day, '' when the report comes once. */
  set: string;
  /** Top folder that must be looked at. */
  folder: string;
  /** Matches whole file names, whatever the case. Groups, each optional: participant, date, set, half. */
  name: RegExp;
  calendar: string;
  /** All of them are needed; [''] for a report that is whole by itself. */
  halves: readonly string[];
  /** Past arrivals, the oldest first. */
  history: readonly TimeOfDay[];
  /** First and last business date, inclusive. */
  validFrom?: IsoDate | undefined;
  validUntil?: IsoDate | undefined;
};

/** What a person said; the last one on a subject counts, from its own second on. */
export type Entry =
  | { entry: 'condition'; condition: string; date: IsoDate; holds: boolean }
  | { entry: 'calendar-day'; calendars: readonly string[]; date: IsoDate; day: DayKind }
  | {
      entry: 'deadline';
      report: string;
      set: string;
      businessDate: IsoDate;
      lateAfter?: Second | undefined;
      cutOff?: Second | undefined;
    }
  | { entry: 'centre'; centre: DataCentre }
  | { entry: 'practice'; from: Second; to: Second; centre: DataCentre; businessDate: IsoDate }
  | { entry: 'practice-stopped' };

/** One thing that happened. `practice` marks what belongs to the practice session. */
export type Fact = { at: Second } & (
  | {
      fact: 'looked';
      centre: DataCentre;
      /** Top folders whose listing, with all their day folders, succeeded or failed. */
      ok: readonly string[];
      failed: readonly string[];
      /** The same look again, every so many seconds up to `until`. */
      every?: number | undefined;
      until?: Second | undefined;
      practice?: boolean | undefined;
    }
  | { fact: 'listed'; centre: DataCentre; path: string; practice?: boolean | undefined }
  | { fact: 'received'; centre: DataCentre; path: string; sha256: string; practice?: boolean | undefined }
  | { fact: 'refused'; centre: DataCentre; path: string; code: string; practice?: boolean | undefined }
  | { fact: 'filed'; path: string; sha256: string; practice?: boolean | undefined }
  | { fact: 'weather'; text: string }
  | ({ fact: 'entry' } & Entry)
);

export const states = [
  'amended',
  'on-share',
  'received',
  'not-expected',
  'awaited',
  'no-time-known',
  'missing',
  'unknown',
  'late',
  'at-risk',
  'due',
  'pair-incomplete',
] as const;
export type State = (typeof states)[number];

/** What is known of one report, set and business date at the moment of the question. */
export interface Expectation {
  report: string;
  set: string;
  businessDate: IsoDate;
  state: State;
  /** When it is usual, at risk, late and given up; null when it is not expected or has no time. */
  about: Second | null;
  riskAfter: Second | null;
  lateAfter: Second | null;
  cutOff: Second | null;
  practice?: true;
  /** Halves that are not held, while others are. */
  lacking?: string[];
  /** What is known of halves that are not held: for the text of a mail. */
  traces: Trace[];
  /** The last look that could say something, and where. */
  lastLook?: { at: Second; centre: DataCentre };
}

/** Where a half that is not held was seen last, and where a copy of it went into quarantine last. */
export interface Trace {
  /** '' for a report that is whole by itself. */
  half: string;
  seen?: { at: Second; centre: DataCentre };
  quarantined?: { at: Second; centre: DataCentre; code: string };
}

/** A mail that falls due. `at` is the second from which it does; unknown is one for each outage. */
export type Message =
  | {
      kind: 'at-risk' | 'late' | 'missing' | 'recovered' | 'event';
      report: string;
      set: string;
      businessDate: IsoDate;
      at: Second;
    }
  | { kind: 'amended'; edition: number; report: string; set: string; businessDate: IsoDate; at: Second }
  | { kind: 'unknown'; at: Second /** Since when nobody could look. */; since: Second };

/** Which day it is in a calendar, before any entry of a person. */
export interface Calendars {
  /** @throws RapError CONFIG_INVALID when the calendar or the year is not known */
  day(calendar: string, date: IsoDate): DayKind;
}

/** Everything the answer depends on. */
export interface Question {
  participant: string;
  rules: readonly Rule[];
  calendars: Calendars;
  /** In the order in which they happened; facts later than `at` are not looked at. */
  facts: readonly Fact[];
  /** Business dates. */
  ask: readonly IsoDate[];
  /** Business dates in the practice session. */
  askPractice: readonly IsoDate[];
  at: Second;
}

export interface Answer {
  expectations: Expectation[];
  messages: Message[];
}
