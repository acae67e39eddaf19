/** What a process left behind that ended in the middle of a transfer, cleared away before work begins again. */
import { dirname, join } from 'node:path';
import { sweepTemporary } from '../../lib/files/durable.ts';
import type { Duty, Ledger, PracticeAccount } from '../../lib/ledger/ledger.ts';
import { landingOf } from '../../lib/practice/paths.ts';

/**
 * Marks the runs that were cut off, for the schedules that began them, and sweeps the home itself and the folders
 * in which a download was begun and not ended. What was to be fetched stays noted: the next listing shows it again,
 * or tells that it is gone.
 * @returns how many temporary files were removed
 */
export async function recoverInterrupted(
  ledger: Pick<Ledger, 'accounts' | 'reports' | 'sessions'>,
  home: string,
): Promise<number> {
  const intents = await ledger.reports.openIntents();
  // The ledger's seal and the journal's key are written beside the ledger in the same way as reports.
  const own = [home, join(home, 'secrets')];
  const begun = foldersOf(intents, home, await ledger.accounts.practiceAccounts());
  let removed = 0;
  for (const folder of new Set([...own, ...begun])) removed += await sweepTemporary(folder, false);
  await ledger.sessions.cutOffSessions();
  return removed;
}

/**
 * The same for what this host takes over from another, or comes back to: nothing else of the home is touched, because
 * somebody else may be at work on it.
 */
export async function recoverDuties(
  ledger: Pick<Ledger, 'accounts' | 'reports' | 'sessions'>,
  home: string,
  duties: readonly Duty[],
): Promise<void> {
  const subjects = (kind: Duty['kind']) =>
    duties.filter((duty) => duty.kind === kind).map(({ subject }) => subject);
  const accounts = subjects('account');
  const practices = await ledger.accounts.practiceAccounts();
  const ours = new Set([
    ...accounts,
    ...practices.filter(({ account }) => accounts.includes(account)).map(({ name }) => name),
  ]);
  const intents = (await ledger.reports.openIntents()).filter(({ account }) => ours.has(account));
  const begun = foldersOf(intents, home, practices);
  for (const folder of new Set(begun)) await sweepTemporary(folder, false);
  await ledger.sessions.cutOffOf(accounts, subjects('schedule'));
}

/** The folders in which downloads were begun. */
function foldersOf(
  intents: readonly { account: string; path: string }[],
  home: string,
  practices: readonly PracticeAccount[],
): string[] {
  return intents.map(({ account, path }) =>
    dirname(join(landingOf(home, account, practices), account, path)),
  );
}
