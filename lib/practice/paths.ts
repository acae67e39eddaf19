/**
 * A practice keeps its own rows: its reports have the same paths as those of production, so they are listed, received
 * and kept under another name in the ledger and in another folder. Production runs never see them. The ledger knows by
 * columns whose such a name is (practiceAccounts); only messages have nothing but the name.
 */
import path from 'node:path';
import type { PracticeAccount } from '../ledger/ledger.ts';
import type { RunContext } from '../model/types.ts';

const mark = '.practice-';

/** Under which name an account practises. The dot cannot stand in the name of an account. */
export function practiceAccount(account: string, date: string): PracticeAccount {
  return { name: `${account}${mark}${date}`, account, date };
}

/** The context under which a practice lists and downloads. */
export function practiceContext(context: RunContext, date: string): RunContext {
  return { ...context, account: practiceAccount(plainAccount(context.account), date).name, practice: true };
}

/** The account of a message: 'SIM001' of 'SIM001.practice-2025-06-21'. */
export function plainAccount(name: string): string {
  return name.split(mark)[0] ?? name;
}

/** RAP_HOME/practice/<date>: everything that belongs to a session. */
function practiceFolder(home: string, date: string): string {
  return path.join(home, 'practice', date);
}

/** Where a practice puts its reports, instead of the landing folder. */
export function practiceLanding(home: string, date: string): string {
  return path.join(practiceFolder(home, date), 'reports');
}

/**
 * The landing folder of rows of the ledger, of production or of a practice.
 * @param account as it stands in the row
 */
export function landingOf(home: string, account: string, practices: readonly PracticeAccount[]): string {
  const practice = practices.find(({ name }) => name === account);
  return practice === undefined ? path.join(home, 'landing') : practiceLanding(home, practice.date);
}

/** Where people put the files they took from the CCASS/CCMS terminal the business day before. */
export function terminalFolder(home: string, date: string): string {
  return path.join(practiceFolder(home, date), 'terminal');
}

/** The evidence pack of a session. */
export function evidenceFolder(home: string, date: string): string {
  return path.join(practiceFolder(home, date), 'evidence');
}

/** Name of the runs of a session: of its mails, or of one part. */
export function practiceRun(date: string, part?: string): string {
  return part === undefined ? `practice-${date}` : `practice-${date}-${slug(part)}`;
}

export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
