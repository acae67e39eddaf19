/** A scenario as it stands in its file. */
export interface RawTimes {
  about: string;
  lateAfter: string;
  cutOff: string;
}

export interface RawRule {
  report: string;
  set: string;
  folder: string;
  name: string;
  frequency: 'business-day' | 'conditional' | 'event' | 'no-time';
  calendar?: string;
  condition?: string;
  times?: RawTimes;
  halfDay?: RawTimes;
  halves?: string[];
  history?: string[];
  validFrom?: string;
  validUntil?: string;
}

export interface RawFact {
  at: string;
  fact: 'looked' | 'listed' | 'received' | 'refused' | 'filed' | 'weather' | 'entry';
  centre?: string;
  ok?: string[];
  failed?: string[];
  every?: number;
  until?: string;
  path?: string;
  sha256?: string;
  code?: string;
  text?: string;
  practice?: boolean;
  entry?: string;
  by?: string;
  reason?: string;
  condition?: string;
  date?: string;
  holds?: boolean;
  calendars?: string[];
  day?: string;
  report?: string;
  set?: string;
  businessDate?: string;
  lateAfter?: string;
  cutOff?: string;
  from?: string;
  to?: string;
}

export interface RawScenario {
  account: {
    installation: string;
    participant: string;
    calendar: string;
    calendars?: Record<string, { open: string[] }>;
    holidays?: Record<string, string[]>;
  };
  rules: RawRule[];
  ask: string[];
  askPractice?: string[];
  at: string;
  facts: RawFact[];
}

/** What is compared: states and mails as text, so that a difference can be read. */
export interface Told {
  /** 'RMAMR03/4 2026-11-27: late, late after .., missing after ..' */
  expectations: string[];
  /** 'late RMAMR03/4 2026-11-27 at ..', sorted. */
  messages: string[];
}
