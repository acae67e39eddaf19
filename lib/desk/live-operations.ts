/** What the operations pages need of the process at work, besides live.ts. Moments are milliseconds since 1970. */
import type { Leftover } from '../model/leftovers.ts';
import type { DataCentre, Installation } from '../model/types.ts';
import type { CheckName } from '../watch/health.ts';
import type { Fault } from './fault.ts';

/** A node that begins a run when a person presses it: a schedule, or an inject node that leads to a log-in. */
export interface LiveStarter {
  kind: 'starter';
  node: string;
  type: 'rap-schedule' | 'inject';
  name: string;
  /** Name of its tab. */
  flow: string;
  /** Accounts that its runs log in. */
  accounts: string[];
}

/** An account that is deployed. */
export interface LiveAccount {
  kind: 'account';
  node: string;
  account: string;
  installation: Installation;
  /** 'host:port' of each data centre. */
  addresses: Record<DataCentre, string[]>;
  /** The run that has it now, or null. */
  atWork: string | null;
  /** Where its key lies; '' where it is pasted into Node-RED. */
  keyFile: string;
}

/** The people of a contacts node, and through what they are told. */
export interface LiveContacts {
  kind: 'contacts';
  node: string;
  name: string;
  /** 'host:port' */
  relay: string;
  /** By what critical mails are told besides: 'file', 'relay' or 'webhook'. */
  otherwise: string[];
  escalation: { minutes: number; reminders: number; groups: string[]; restHours: number };
  people: { name: string; email: string; groups: string[] }[];
}

/** A node that mails something to groups of contacts; no group means everybody. */
export interface LiveMailer {
  kind: 'mailer';
  node: string;
  name: string;
  tells: 'digest' | 'alarm' | 'text' | 'practice' | 'heartbeat';
  /** Id of its contacts node. */
  contacts: string;
  groups: string[];
}

/** A node that watches the weather, and takes what a person says of it. */
export interface LiveWeather {
  kind: 'weather';
  node: string;
  name: string;
  /** Date of the session it is about, or of today. */
  date: string;
  /** Is that session the one of a plan? */
  ofPlan: boolean;
}

/** A node that switches the data centre: with one, switches end by themselves when their time is over. */
export interface LiveSwitch {
  kind: 'switch';
  node: string;
  /** A second person must confirm its switches. */
  second: boolean;
}

/** How the disk of a share answered last. */
export interface LiveRoom {
  kind: 'room';
  root: string;
  /** When it was asked last, or since when it does not answer. */
  at: number;
  state: 'answers' | 'silent' | 'fault' | 'asked';
  /** What it said when it failed. */
  fault: string;
  /** Bytes; null where that is not known. */
  free: number | null;
  size: number | null;
}

/** What the ledger's rows said against its journal, when they were last compared. */
export interface LiveLedgerCheck {
  kind: 'ledger-check';
  at: number;
  /** Differences found. */
  changed: number;
}

/** Many reports that are delivered again on a person's word: the last time that was done since the process began. */
export interface LiveDelivery {
  kind: 'delivery';
  /** Which reports, in the words of the page. */
  about: string;
  by: string;
  begun: number;
  /** null while it is under way. */
  ended: number | null;
  all: number;
  done: number;
  /** Of deliveries: a report may go to several shares. */
  count: { published: number; identical: number; version: number; failed: number };
  /** The first that failed. */
  faults: ({ path: string } & Fault)[];
  /** It ended before the last report. */
  stopped: boolean;
}

/** A node that still has settings of the demo, where the demo does not run. */
export interface LiveLeftovers {
  kind: 'leftovers';
  node: string;
  type: string;
  name: string;
  leftovers: readonly Leftover[];
}

/** The checks of the service's health that are not good. */
export interface LiveService {
  kind: 'service';
  failed: CheckName[];
  /** Nobody could say. */
  unknown: CheckName[];
}

export type LiveOperation =
  | LiveStarter
  | LiveAccount
  | LiveContacts
  | LiveMailer
  | LiveWeather
  | LiveSwitch
  | LiveRoom
  | LiveLedgerCheck
  | LiveDelivery
  | LiveLeftovers
  | LiveService;
