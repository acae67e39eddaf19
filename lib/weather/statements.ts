/** Where knowledge of the weather comes from: sources that are asked, and what people say. */

/** Where knowledge comes from. The Observatory's warning summary decides; the others only add to it. */
export type SourceName = 'warnsum' | 'warning-info' | 'rss' | 'heartbeat' | 'press';

/** What a person says of the session; the exchange's word wins over everything. */
export interface SessionStatement {
  about: 'session';
  says: 'held' | 'cancelled' | 'terminated';
  from: 'hkex' | 'operator';
  /** Name of the person who recorded it. */
  by: string;
  /** How it was learnt: 'hotline 2979-7111', 'mail'. */
  how: string;
  at: number;
}

/** What a person says of Extreme Conditions. 'none' answers a false alarm of the press feed. */
export interface ExtremeStatement {
  about: 'extreme-conditions';
  says: 'declared' | 'ended' | 'none';
  /** When they were declared or ended. */
  since: number;
  by: string;
  how: string;
  at: number;
}

export type OperatorStatement = SessionStatement | ExtremeStatement;
