/** The foot of every mail: which data centre each account uses, and who decided so. */
import type { AccountFacts, KnownAccount, Ledger } from '../ledger/ledger.ts';
import { hongKongDate, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import { installations } from '../words/installations.ts';
import type { ContactsConfig } from './config.ts';
import { say, type Words, wordsOf } from './words/index.ts';

type Choice = Awaited<ReturnType<Ledger['dataCentreChoices']>>[number];

/** The line about the data centres. A practice session keeps its books under names with a dot; they are left out. */
export async function dataCentreLine(
  ledger: Ledger,
  config: Pick<ContactsConfig, 'language'>,
  now: number,
  seen: readonly Pick<AccountFacts, 'account' | 'installation'>[] = [],
): Promise<string> {
  const accounts = new Map([...seen, ...(await ledger.knownAccounts())].map((one) => [one.account, one]));
  const real = [...accounts.values()].filter(({ account }) => !account.includes('.'));
  return lineOf(real, await ledger.dataCentreChoices(), wordsOf[config.language], now);
}

function lineOf(
  accounts: readonly KnownAccount[],
  choices: readonly Choice[],
  words: Words,
  now: number,
): string {
  if (accounts.length === 0) return say(words, words.dataCentresAllPrimary);
  const parts = accounts
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map(({ account, installation }) => {
      const name = installation === '' ? account : `${installations[installation].title} (${account})`;
      const choice = choices.find((one) => one.account === account);
      if (choice?.dataCentre !== 'secondary') return say(words, words.atPrimary, { account: name });
      return say(words, words.atSecondary, {
        account: name,
        time: momentText(choice.chosenAt, now),
        reason: choice.reason,
        by: choice.second === undefined ? choice.by : `${choice.by}, ${choice.second}`,
      });
    });
  return say(words, words.dataCentres, { list: parts.join(words.semicolon) });
}

/** The time, with the date when it is another day. */
export function momentText(at: number, now: number): string {
  return hongKongDate(at) === hongKongDate(now) ? hongKongTime(at) : hongKongStamp(at).slice(0, 16);
}
