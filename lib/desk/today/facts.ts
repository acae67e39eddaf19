/** What Today knows before it says anything. */
import type { Found } from '../../model/completeness.ts';
import type { DataCentre, Installation } from '../../model/types.ts';
import type { CheckName } from '../../watch/health.ts';
import type { Fault } from '../fault.ts';

export interface AccountToday {
  account: string;
  installation: Installation;
  dataCentre: DataCentre;
  /** Why it may not log in, or ''. */
  locked: string;
  /** Does a node tell people what is late? */
  watched: boolean;
  /** Undefined where nothing could be said, for `fault`. */
  found: Found | undefined;
  fault: string;
  cure: string;
  code: string;
  /** When reports came, milliseconds, by keyOf. */
  arrived: Record<string, number>;
  /** Reports whose last copy lies on the share, read back, by keyOf. */
  filed: string[];
  /** Files that came in the last days and do not lie on all their shares, besides those reports. */
  unfiled: Many;
  /** When all its folders could be looked into last. */
  lastLook: number | null;
  /** Days that the key is in use; null before its first log-in. */
  keyDays: number | null;
  /** Until when its key may be used, '' where nobody has entered it, and the business days left; null when not known. */
  key: { until: string; daysLeft: number | null };
}

/** Things of which there may be thousands: some of their names, and how many there are. */
export interface Many {
  names: string[];
  n: number;
}

/** What alarms are about, and how many there are of it. */
export interface AlarmAbout {
  account: string;
  code: string;
  n: number;
}

/** What the verdict is made of. */
export interface TodayFacts {
  accounts: AccountToday[];
  /** Open and not acknowledged, by what they are about. */
  alarms: { critical: AlarmAbout[]; others: AlarmAbout[] };
  silentShares: string[];
  faults: ({ node: string } & Fault)[];
  /** Accounts whose runs no schedule begins. */
  unscheduled: string[];
  /** Runs of schedules whose time has passed and that have not begun: 'Evening 21:30'. */
  notBegun: string[];
  /** Accounts that were at work in the last days and that the flow has no more. */
  gone: string[];
  /** Delivered files that were found gone or changed. */
  lost: Many;
  /** `waiting`: those that wait longer than a relay may be busy. */
  mails: { failed: number; waiting: number };
  held: Many;
  outstanding: Many;
  /** Checks of the service's health that failed, and those of which nobody could say. */
  service: { failed: CheckName[]; unknown: CheckName[] };
  /** Whose lease of the ledger it is; undefined when nobody has it. */
  charge: { holder: string | undefined; own: boolean };
}
