/** What the metrics are made of: read from the ledger, from shares and from this process. */
import type { AlarmCount, Ledger, OpenOfAccount, ReceivedBytes, WaitingMails } from '../ledger/ledger.ts';
import type { Found } from '../model/completeness.ts';

/** Moments are milliseconds since 1970, null where there is none. */
export interface AccountFigures {
  account: string;
  goodRun: number | null;
  goodLook: number | null;
  keySince: number | null;
  locked: boolean;
}

export interface LedgerFigures {
  accounts: readonly AccountFigures[];
  checks: readonly { account: string; at: number; found: Found }[];
  mails: WaitingMails & { refused: number };
  alarms: readonly AlarmCount[];
  /** Since this process began. */
  received: readonly ReceivedBytes[];
  /** Reports that were seen at RAP and are not here, and when the first of them was seen. */
  open: readonly OpenOfAccount[];
}

/** Mails that were given up in this time are counted; as in the morning mail. */
const RECENT_MS = 4 * 86_400_000;

/** Adds up what comes while the process lives. */
export class ReceivedCount {
  #last: number | undefined;
  readonly #sums = new Map<string, ReceivedBytes>();

  async upTo(ledger: Pick<Ledger, 'serviceFacts'>): Promise<ReceivedBytes[]> {
    this.#last ??= await ledger.serviceFacts.lastReceived();
    const { last, accounts } = await ledger.serviceFacts.receivedAfter(this.#last);
    for (const { account, reports, bytes } of accounts) {
      const before = this.#sums.get(account) ?? { account, reports: 0, bytes: 0 };
      this.#sums.set(account, { account, reports: before.reports + reports, bytes: before.bytes + bytes });
    }
    this.#last = last;
    return [...this.#sums.values()];
  }
}

/** @throws RapError of the ledger */
export async function readLedger(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'expectations' | 'mails' | 'openLists' | 'serviceFacts'>,
  received: ReceivedCount,
  now: number,
): Promise<LedgerFigures> {
  const checks = (await ledger.expectations.checks<unknown, Found>()).map(({ account, at, found }) => ({
    account,
    at,
    found,
  }));
  const known = (await ledger.accountStats.knownAccounts()).map(({ account }) => account);
  const names = [...new Set([...known, ...checks.map(({ account }) => account)])];
  const locks = new Set((await ledger.accounts.loginLocks()).map(({ account }) => account));
  const accounts: AccountFigures[] = [];
  for (const account of names.sort()) {
    accounts.push({
      account,
      goodRun: await ledger.serviceFacts.lastGoodRun(account),
      goodLook: await ledger.serviceFacts.lastGoodLook(account),
      keySince: await ledger.serviceFacts.keySince(account),
      locked: locks.has(account),
    });
  }
  const { refused } = await ledger.mails.mailCounts(now - RECENT_MS);
  return {
    ...{ accounts, checks, open: await ledger.openLists.openByAccount() },
    mails: { ...(await ledger.serviceFacts.waitingMails()), refused },
    alarms: await ledger.serviceFacts.openAlarmCounts(),
    received: await received.upTo(ledger),
  };
}
