/**
 * What only the process that does the work knows, as plain data: it goes with every question to the thread that makes
 * the pages. Moments are milliseconds since 1970.
 */
import type { AwaitingAccount } from '../collection/completeness.ts';
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
  /** When it is due next by its times; null for never. */
  next: number | null;
  /** It looks again and again while reports are due. */
  looking: { reports: number; every: number; until: number | null } | null;
}

/** A node that tells people which reports are late or missing. */
export interface LiveCheck {
  kind: 'check';
  node: string;
  /** Accounts that it watches, by name. */
  accounts: string[];
}

/** A share that routing delivers to, as it answered last. */
export interface LiveShare {
  kind: 'share';
  node: string;
  root: string;
  /** Does it answer? null as long as it was not asked. */
  answers: boolean | null;
  /** What it said when it did not. */
  fault: string;
  /** Free bytes; null where that is not known. */
  free: number | null;
}

export type LiveFact = LiveDownload | LiveSchedule | LiveCheck | LiveShare | LiveOperation;

/** A node that cannot work as it is deployed. */
export interface LiveFault {
  node: string;
  type: string;
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
