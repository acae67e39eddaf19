/** One RAP user with one key at one installation. Defaults that HKEX does not publish are ours and careful. */
import { ACCOUNT_NAME } from '../cells/index.ts';
import type { Address, DataCentre, Installation } from '../model/types.ts';
import { type Deadlines, defaultDeadlines } from './client/connection.ts';
import type { HostKeyPin } from './client/host-keys.ts';
import { defaultListingLimits, type ListingLimits } from './listing.ts';
import type { BandwidthWindow } from './transfer/bandwidth.ts';

export interface Account {
  /** Name of the account in messages, ledger and folders. */
  name: string;
  installation: Installation;
  /** Participant ID, as it stands in file names. */
  participant: string;
  /** Does the firm take part in derivatives holiday trading (H participant)? '' when nobody has said. */
  holidayTrading: 'yes' | 'no' | '';
  /** RAP user name. */
  user: string;
  addresses: Record<DataCentre, Address[]>;
  pins: HostKeyPin[];
  /** Remote folders that are walked, see remoteFolder. */
  folders: string[];
  /** `careful`: one file, one request at a time; `standard`: overlapped. */
  profile: 'standard' | 'careful';
  deadlines: Deadlines;
  limits: ListingLimits;
  /** Logins allowed in one day. */
  loginsPerDay: number;
  /** Bytes that must stay free on the disk of the landing folder. */
  reserve: number;
  /** How fast reports are fetched, by the time of day; empty for no limit. */
  bandwidth: BandwidthWindow[];
  /** Go on where a broken transfer of a large file stopped, after comparing; else it is fetched from its start. */
  resume: boolean;
  /** A session without work is logged out after this, milliseconds. */
  idle: number;
  /** No session lasts longer, milliseconds: what is missing then is fetched by the next one. */
  longest: number;
  /** Bytes a second that a session must bring while a report is read; 0 asks for nothing. */
  slowest: number;
}

export function isAccountName(text: string): boolean {
  return ACCOUNT_NAME.test(text);
}

/** What is not said of an account. */
export const accountDefaults = {
  participant: '',
  holidayTrading: '',
  folders: ['/INBOX', '/COMMON', '/RPF'],
  profile: 'standard',
  deadlines: defaultDeadlines,
  limits: defaultListingLimits,
  loginsPerDay: 500,
  reserve: 200_000_000,
  bandwidth: [],
  resume: false,
  idle: 120_000,
  longest: 4 * 3600_000,
  slowest: 1_000,
} satisfies Partial<Account>;
