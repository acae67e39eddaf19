/** The words all rooms share: plain data that may travel in messages and rows. */
import type { ErrorCode } from '../errors/codes.ts';
import type { ReportFinding } from './findings.ts';

/** The two RAP installations (circular PT/SCS/HKCC/136/2025, section 3.1). */
export type Installation = 'hkscc' | 'hkcc-seoch';

/** Which of an installation's two data centres; which one is in use is a recorded decision. */
export type DataCentre = 'primary' | 'secondary';

/** One of the two IP addresses of a data centre. */
export interface Address {
  host: string;
  port: number;
}

/** The context that rap-connect puts on `msg.rap` and all nodes carry along. */
export interface RunContext {
  run: string;
  account: string;
  installation: Installation;
  dataCentre: DataCentre;
  /** 'host:port' of the address that answered. */
  address: string;
  practice?: boolean;
  /**
   * For so many milliseconds the session stays open after the flow has logged out, because the schedule looks again by
   * then; 0 ends that. Left out, logging out is logging out.
   */
  keepSession?: number;
  /** Tells apart the messages of a run that passes through the flow several times. */
  pass?: number;
  /** The run is not over with this message: it looks again, and its digest comes then. */
  goesOn?: boolean;
}

/**
 * What a listing says of a report: `new` never received, `changed` received with another size or time,
 * `known` received as it is, `writing` not yet seen twice the same.
 */
export type ReportState = 'new' | 'changed' | 'known' | 'writing';

/** One report as listed. */
export interface Report {
  /** Full remote path, '/INBOX/20250620/CCLTN05_....txt'. */
  path: string;
  name: string;
  /** Remote folder of the file, without a slash at the end. */
  folder: string;
  /** Bytes, as the server's listing says. */
  size: number;
  /** Server's modification time, milliseconds since 1970; only ever compared with itself. */
  modifiedAt: number;
  /** The name at the server, raw bytes in hex, where a person gave the file another one. */
  nameHex?: string;
  /** CCASS, CCMS, VaR, DCASS, or '' when the name is not in the catalogue. */
  system: string;
  /** Report code such as CCLTN05, or ''. */
  code: string;
  /** 'YYYY-MM-DD' the report is about, or ''. */
  businessDate: string;
  /** Run or set of the day, '' when the report comes once. */
  sequence: string;
  state: ReportState;
}

/** Why an entry of a listing is not taken. The last two: it was fetched, and lies in quarantine. */
const refusalCodes = [
  'NAME_REFUSED',
  'NOT_A_FILE',
  'FILE_TOO_LARGE',
  'LIST_LIMIT',
  'FOREIGN_REPORT',
  'CONTENT_WRONG',
] as const satisfies readonly ErrorCode[];
export type RefusalCode = (typeof refusalCodes)[number];

/** An entry of a listing that is not safe to touch. The raw name is kept in hex: it may be anything. */
export interface RefusedEntry {
  folder: string;
  nameHex: string;
  /** The name made printable, for people. */
  shown: string;
  code: RefusalCode;
  reason: string;
}

/**
 * Why a report whose content came whole was not looked at again after that: the server had removed it, or does not show
 * it any more; or the connection ended, or was silent, before the answer, or the server answers no such question.
 */
export type NotLookedAgain = 'removed' | 'unanswered';

/** A report that was downloaded and proved. */
export interface ReceivedReport extends Report {
  /** Local file in the landing folder. */
  file: string;
  /** SHA-256 of the content, hex. */
  sha256: string;
  bytes: number;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** Row of the ledger. */
  versionId: number;
  /** Left out when it was looked at after it was read, and found unchanged. */
  notLookedAgain?: NotLookedAgain;
  /** What a look into it said; left out for what was received by a release that did not keep it. */
  finding?: ReportFinding;
}

/** A report that could not be received in this run. */
export interface FailedReport {
  path: string;
  /** Where a disk of ours is at fault: its folder. */
  subject?: string;
  code: ErrorCode;
  message: string;
  cure: string;
  retryable: boolean;
}
