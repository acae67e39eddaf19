/**
 * Which reports of an account are here, due, late or missing, as plain data that is kept and sent: what the check of
 * reports finds, and what mails, nodes and the command line tell of it. Moments are seconds since 1970.
 */
import type { DataCentre, Installation } from './types.ts';

/** 'not-expected' is told of nothing. */
export type FoundState =
  | 'amended'
  | 'on-share'
  | 'received'
  | 'not-expected'
  | 'awaited'
  | 'no-time-known'
  | 'missing'
  | 'unknown'
  | 'late'
  | 'at-risk'
  | 'due'
  | 'pair-incomplete';

/** One report of one business date: installation + participant + code + business date + set, the first two the account's. */
export interface ReportIdentity {
  report: string;
  /** Run or set of the day, '' when the report comes once. */
  set: string;
  /** 'YYYY-MM-DD' */
  businessDate: string;
}

/** A person, and why. */
export interface PersonsStatement {
  by: string;
  reason: string;
}

export interface FoundReport extends ReportIdentity {
  /** CCASS, CCMS, VaR, DCASS */
  system: string;
  state: FoundState;
  /** When it is usual, at risk, late and given up; null when it is not expected or has no time. */
  about: number | null;
  riskAfter: number | null;
  lateAfter: number | null;
  cutOff: number | null;
  /** Halves that are not here, while others are. */
  lacking?: string[];
  /** Of halves that are not here: where one was seen last, and where a copy went into quarantine. */
  traces: {
    half: string;
    seen?: { at: number; centre: DataCentre };
    quarantined?: { at: number; centre: DataCentre; code: string };
  }[];
  /** The last look into its folder that could say something. */
  lastLook?: { at: number; centre: DataCentre };
  /** Who said that nobody waits for it any more. */
  closed?: PersonsStatement;
  /** Who moved its deadline. */
  moved?: PersonsStatement;
}

/** A mail that fell due. */
export type FoundMessage =
  | ({ kind: 'at-risk' | 'late' | 'missing' | 'recovered' | 'event'; at: number } & ReportIdentity)
  | ({ kind: 'amended'; edition: number; at: number } & ReportIdentity)
  | { kind: 'unknown'; at: number; since: number };

/** Why an account's answer is not whole. */
export type Shortfall =
  /** Nothing of the account's installation is accepted at this site. */
  | { kind: 'nothing accepted'; reports: number }
  /** File names show a participant, and the account's settings do not. */
  | { kind: 'no participant'; reports: number }
  /** A rule names a calendar that nobody has imported. */
  | { kind: 'no calendar'; calendar: string; reports: number }
  /** Nobody official has listed the year's holidays. */
  | { kind: 'year not official'; year: string }
  /** A general holiday on which H participants trade, and the settings do not say whether the firm is one. */
  | { kind: 'holiday trading not said'; date: string }
  /** A folder with awaited reports into which the account's runs do not look. */
  | { kind: 'folder not listed'; folder: string; reports: number }
  /** Nobody has looked since the reports are awaited here. */
  | { kind: 'never looked' }
  /** The catalogue or the calendars cannot be read; the sentence says where. */
  /** `reason` is the sentence of an error, `code` its code; rows of earlier releases have none. */
  | { kind: 'not computed'; reason: string; code?: string };

/** What is known of an account at a moment. */
export interface Found {
  account: string;
  installation: Installation;
  at: number;
  /** Hong Kong's date at that moment. */
  today: string;
  /** The business dates that were asked about. */
  asked: string[];
  /** All that is expected of today and of days before that are not over, in order of date, system, report and set. */
  reports: FoundReport[];
  messages: FoundMessage[];
  shortfalls: Shortfall[];
  /** Reports that the catalogue knows and nobody at this site has accepted. */
  unaccepted: { report: string; set: string; why: 'name' | 'times' | 'never came' }[];
  /** Can nobody say now what is in a folder of an awaited report? */
  blind: boolean;
}

const HERE: readonly FoundState[] = ['received', 'on-share', 'amended'];

export function isHere({ state }: Pick<FoundReport, 'state'>): boolean {
  return HERE.includes(state);
}

/** Is a report awaited at a time, not here, and not given up by a person? */
export function isOpen(one: FoundReport): boolean {
  return one.about !== null && !isHere(one) && one.closed === undefined;
}

/** What an alarm about one report of a date is about; the account is the alarm's. */
export function subjectOf({ report, set, businessDate }: ReportIdentity): string {
  return [report, ...(set === '' ? [] : [set]), businessDate].join(' ');
}

/** 'RMAMR03:4' */
export function reportName({ report, set }: Pick<ReportIdentity, 'report' | 'set'>): string {
  return set === '' ? report : `${report}:${set}`;
}

/** States that a person has to know of, the gravest first. */
const TROUBLE: readonly FoundState[] = ['missing', 'late', 'unknown', 'at-risk'];

/** What an answer comes to. */
export interface Summary {
  /** Of today's reports with a time: here, and all; those that a person closed are not counted. */
  here: number;
  all: number;
  /** Of all dates: not here though its time has passed or nobody can say, the gravest first. */
  trouble: FoundReport[];
  /** Of today, not late: due now, or only half of it here. */
  due: FoundReport[];
  /** Of today, not due yet. */
  later: number;
  /** Of today, not here, and nobody knows when they come. */
  untimed: number;
  closed: FoundReport[];
  /** Is all that was ever to be due by now here, and was it possible to say so? */
  complete: boolean;
}

export function summaryOf({ reports, shortfalls, today, blind, at }: Found): Summary {
  const timed = reports.filter(({ about }) => about !== null);
  const ofToday = timed.filter(({ businessDate, closed }) => businessDate === today && closed === undefined);
  const rank = ({ state }: FoundReport) => TROUBLE.indexOf(state);
  const trouble = reports
    .filter((one) => isOpen(one) && TROUBLE.includes(one.state))
    .toSorted((one, other) => rank(one) - rank(other));
  const due = timed.filter(
    (one) =>
      isOpen(one) && !TROUBLE.includes(one.state) && one.businessDate <= today && (one.about ?? 0) <= at,
  );
  return {
    here: ofToday.filter(isHere).length,
    all: ofToday.length,
    trouble,
    due,
    later: ofToday.filter((one) => isOpen(one) && (one.about ?? 0) > at && !TROUBLE.includes(one.state))
      .length,
    untimed: reports.filter(
      (one) => one.about === null && !isHere(one) && one.businessDate === today && one.closed === undefined,
    ).length,
    closed: reports.filter(({ closed }) => closed !== undefined),
    complete:
      trouble.length + due.length === 0 && shortfalls.length === 0 && !(blind && ofToday.some(isOpen)),
  };
}
