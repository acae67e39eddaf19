/**
 * Everything of the simulated RAP that no public document states, in one place. Report codes, the folders
 * INBOX, COMMON and RPF, the .lis names, RP009_yymmdd.zip and the times marked [stated] in `plan.ts` are
 * published; what stands here is made up and may be changed without touching anything else.
 */
import type { Installation } from '../../lib/model/types.ts';

export interface InventedAccount {
  /** RAP user name. The public guides say that a format exists, not what it is. */
  user: string;
  /** Participant ID inside files: six characters by the published layouts, the value made up. */
  participant: string;
}

export const accounts: Readonly<Record<Installation, InventedAccount>> = {
  hkscc: { user: 'SIM001', participant: 'SIM001' },
  'hkcc-seoch': { user: 'SIMC01', participant: 'SIMC01' },
};

/** Daily sub-folders exist (published); that they are called YYYYMMDD is made up. */
export function dayFolder(date: string): string {
  return date.replaceAll('-', '');
}

/** File names of CCASS, CCMS, VaR and DCASS reports, without their extension. */
export function reportStem(code: string, participant: string, date: string, set = ''): string {
  return [code, participant, dayFolder(date), ...(set === '' ? [] : [set])].join('_');
}

/** Stands in the place of the participant in names of files that are the same for everyone. */
export const EVERYONE = 'COMMON';

/** Folders of the HKCC & SEOCH installation: none is published, HKSCC's are reused. */
export const derivativesFolders = { own: '/INBOX', common: '/COMMON' } as const;

/** Hong Kong times at which reports without a published time appear. */
export const times = {
  sharedLists: '07:30',
  marginablePositions: '11:30',
  provisionalClearing: '16:45',
  finalClearing: '20:00',
  isiActivity: '20:30',
  collateral: '18:00',
  varRiskFile: '19:30',
  reserveFund: '10:00',
  greeks: '19:00',
  /** "Around midnight" is published. */
  finalRiskFile: '00:15',
} as const;

/**
 * Hong Kong times of reports of the catalogue for which it has none: on the business date, with "+1d" on the next day.
 * Those that are not here come at `otherTime`.
 */
export const usualTimes: Readonly<Record<string, string>> = {
  CRMMG01: '11:20',
  CCLID01: '12:30',
  CFIPM01: '16:00',
  CCLTN04: times.provisionalClearing,
  CCLTN05: times.finalClearing,
  CIPSI02: times.isiActivity,
  CCMDS01: times.collateral,
  RP008: times.reserveFund,
  RP009: times.greeks,
  RPF: times.varRiskFile,
  'RPF zip': '00:30+1d',
  RPI: '10:43',
};
export const otherTime = '18:15';

/** What ends a record of a fixed-length file. */
export const RECORD_END = '\r\n';

/** Size of each risk parameter file, bytes, unless told otherwise. */
export const RISK_FILE_BYTES = 16 * 1024 * 1024;
