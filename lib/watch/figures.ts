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

/**
 * An account that no flow has any more keeps its figures for so long: as long as the desk speaks of it. Later they would
 * be old for ever, and so would the alert on them.
 */
const REMEMBERED_MS = 8 * 86_400_000;

/** Adds up what comes while the process lives. */
export class ReceivedCount {
  #first: Promise<number> | undefined;
  #last: number | undefined;
  readonly #sums = new Map<string, ReceivedBytes>();

  /** What comes from now on counts. Again and again: only the first time that the ledger answers it is asked. */
  async begin(ledger: Pick<Ledger, 'serviceFacts'>): Promise<number> {
    this.#first ??= ledger.serviceFacts.lastReceived();
    try {
      return await this.#first;
    } catch (thrown) {
      this.#first = undefined;
      throw thrown;
    }
  }

  /** One call at a time. */
  async upTo(ledger: Pick<Ledger, 'serviceFacts'>): Promise<ReceivedBytes[]> {
    const from = this.#last ?? (await this.begin(ledger));
    const { last, accounts } = await ledger.serviceFacts.receivedAfter(from);
    for (const { account, reports, bytes } of accounts) {
      const before = this.#sums.get(account) ?? { account, reports: 0, bytes: 0 };
      this.#sums.set(account, { account, reports: before.reports + reports, bytes: before.bytes + bytes });
    }
    this.#last = last;
    return [...this.#sums.values()];
  }
}

/**
 * @param deployed names of the accounts that a flow has; undefined where that is not known for all of them
 * @throws RapError of the ledger
 */
export async function readLedger(
  ledger: Pick<
    Ledger,
    'accountStats' | 'accounts' | 'expectations' | 'logins' | 'mails' | 'openLists' | 'serviceFacts'
  >,
  received: ReceivedCount,
  now: number,
  deployed?: ReadonlySet<string>,
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
    const goodLook = await ledger.serviceFacts.lastGoodLook(account);
    if (deployed !== undefined && !deployed.has(account)) {
      const check = checks.find((one) => one.account === account);
      const seen = Math.max(goodLook ?? 0, check?.at ?? 0);
      if (now - seen > REMEMBERED_MS && !(await hasLoggedIn(ledger, account, now))) continue;
    }
    accounts.push({
      ...{ account, goodLook },
      goodRun: await ledger.serviceFacts.lastGoodRun(account),
      keySince: await ledger.serviceFacts.keySince(account),
      locked: locks.has(account),
    });
  }
  const { refused } = await ledger.mails.mailCounts(now - RECENT_MS);
  const shown = new Set(accounts.map(({ account }) => account));
  const came = await received.upTo(ledger);
  // A counter that begins with what it counted first shows no increase: it begins with 0.
  const none = [...shown].filter((name) => !came.some(({ account }) => account === name));
  return {
    ...{ accounts, checks: checks.filter(({ account }) => shown.has(account)) },
    open: await ledger.openLists.openByAccount(),
    mails: { ...(await ledger.serviceFacts.waitingMails()), refused },
    alarms: await ledger.serviceFacts.openAlarmCounts(),
    received: [...came, ...none.map((account) => ({ account, reports: 0, bytes: 0 }))],
  };
}

/** Has it, or has it tried to, on one of the last days? */
async function hasLoggedIn(ledger: Pick<Ledger, 'logins'>, account: string, now: number): Promise<boolean> {
  for (let at = now; at >= now - REMEMBERED_MS; at -= 86_400_000)
    if ((await ledger.logins.loginsOn(account, at)) > 0) return true;
  return false;
}
