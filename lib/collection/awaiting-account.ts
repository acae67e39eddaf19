/** An account whose reports are awaited. */
import type { Installation } from '../model/types.ts';

/** What an account's settings say of what it awaits. Plain data. */
export interface AwaitingAccount {
  account: string;
  installation: Installation;
  /** Participant ID that stands in file names; '' when the settings do not say. */
  participant: string;
  /** Does the firm take part in derivatives holiday trading? '' when the settings do not say. */
  holidayTrading: 'yes' | 'no' | '';
  /** Top folders that runs list, '/INBOX'. */
  folders: string[];
  /** In a demo the whole catalogue is true; at a live site only what a person has accepted makes alarms. */
  everything: boolean;
}
