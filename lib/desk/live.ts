/**
 * What only the process that does the work knows, as plain data: it goes with every question to the thread that makes
 * the pages. Moments are milliseconds since 1970.
 */

import type { AwaitingAccount } from '../collection/awaiting-account.ts';
import type { LiveOperation } from './live-operations.ts';

/** A download that is under way. */
export interface LiveDownload {
  kind: 'download';
  account: string;
  /** At RAP. */
  path: string;
  /** Bytes that are here, and all; `size` is what the listing said. */
  done: number;
  size: number;
  /** When it began, and how many bytes were here then (of an earlier attempt). */
  since: number;
  from: number;
}

/** A schedule of the flow. */
export interface LiveSchedule {
  kind: 'schedule';
  node: string;
  name: string;
  /** When it was due last, if that time was to have a run, and is due next; null for never. */
  last: number | null;
  next: number | null;
  /** Since when this process knows of its due times. */
  since: number;
  /** Accounts that its runs log in. */
  accounts: string[];
  /** It looks again and again while reports are due. */
  looking: { reports: number; every: number } | null;
}

/** A node that tells people which reports are late or missing. */
export interface LiveCheck {
  kind: 'check';
  node: string;
  /** Accounts that it watches, by name. */
  accounts: string[];
}

export type LiveFact = LiveDownload | LiveSchedule | LiveCheck | LiveOperation;

/** A node that cannot work as it is deployed. */
export interface LiveFault {
  node: string;
  type: string;
  code: string;
  message: string;
  cure: string;
}

export interface Live {
  home: string;
  /** The name of this process in the ledger's lease. */
  owner: string;
  /** 'live', 'demo', or '' where another settings.js runs Node-RED. */
  profile: string;
  accounts: AwaitingAccount[];
  facts: LiveFact[];
  faults: LiveFault[];
}
