/** What of an account was seen at the server and is not here, wherever the ledger keeps it. */
import { seenRows } from './outstanding.ts';
import { heldReportsOf, judgedNamesOf } from './quarantine.ts';
import type { Database } from './tables.ts';
import type { OpenThings } from './types.ts';

export interface OpenThingRecords {
  /** Of one account or of all. What the flow left out is not among them. */
  openThings(account?: string): Promise<OpenThings>;
  /** The paths of all of them, of one account: what neither came nor was closed. */
  undecidedPaths(account: string): Promise<Set<string>>;
}

export function openThingRecords(db: Database): OpenThingRecords {
  return {
    async openThings(account) {
      const { leftOut: _, ...open } = await openThingsOf(db, account);
      return open;
    },

    async undecidedPaths(account) {
      const { outstanding, quarantine, refused } = await openThingsOf(db, account);
      return new Set([
        ...[...outstanding, ...quarantine].map(({ path }) => path),
        ...refused.map(({ folder, shown }) => `${folder}/${shown}`),
      ]);
    },
  };
}

/** The same, and how many reports the flow left out. */
export async function openThingsOf(
  db: Database,
  account?: string,
): Promise<OpenThings & { leftOut: number }> {
  const reports = (await seenRows(db, account)).filter(({ closedAt }) => closedAt === null);
  const outstanding = reports.filter(({ leftOut }) => !leftOut);
  const held = (await heldReportsOf(db, account)).filter(({ decision }) => decision === '');
  // An entry may have been refused for more than one reason; a decision is about the entry.
  const entries = Map.groupBy(await judgedNamesOf(db, account), (name) =>
    JSON.stringify([name.account, name.folder, name.nameHex]),
  );
  const refused = [...entries.values()].flatMap((names) => {
    const open = names.filter(({ cameAt }) => cameAt === null);
    return names.some(({ decision }) => decision !== '') ? [] : open.slice(-1);
  });
  return { outstanding, quarantine: held, refused, leftOut: reports.length - outstanding.length };
}
