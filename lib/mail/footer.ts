/** The foot of every mail: which data centre each account uses, and who decided so. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { AccountFacts, KnownAccount, Ledger } from '../ledger/ledger.ts';
import { installations } from '../model/installations.ts';
import { hongKongDate, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import type { ContactsConfig } from './config.ts';

type Choice = Awaited<ReturnType<Ledger['accounts']['dataCentreChoices']>>[number];

/** The line about the data centres. What a practice session listed is left out: its accounts log in as themselves. */
export async function dataCentreLine(
  ledger: Pick<Ledger, 'accountStats' | 'accounts'>,
  config: Pick<ContactsConfig, 'language'>,
  now: number,
  seen: readonly Pick<AccountFacts, 'account' | 'installation'>[] = [],
): Promise<string> {
  const [known, practices, choices] = await Promise.all([
    ledger.accountStats.knownAccounts(),
    ledger.accounts.practiceAccounts(),
    ledger.accounts.dataCentreChoices(),
  ]);
  const accounts = new Map([...seen, ...known].map((one) => [one.account, one]));
  for (const { name } of practices) accounts.delete(name);
  return lineOf([...accounts.values()], choices, config.language, now);
}

function lineOf(
  accounts: readonly KnownAccount[],
  choices: readonly Choice[],
  language: Language,
  now: number,
): string {
  if (accounts.length === 0) return t(language, 'mail.dataCentresAllPrimary');
  const parts = accounts
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map(({ account, installation }) => {
      const name = installation === '' ? account : `${installations[installation].title} (${account})`;
      const choice = choices.find((one) => one.account === account);
      if (choice?.dataCentre !== 'secondary') return t(language, 'mail.atPrimary', { account: name });
      return t(language, 'mail.atSecondary', {
        account: name,
        time: momentText(choice.chosenAt, now),
        reason: choice.reason,
        by: choice.second === undefined ? choice.by : `${choice.by}, ${choice.second}`,
      });
    });
  return t(language, 'mail.dataCentres', { list: parts.join(t(language, 'mail.semicolon')) });
}

/** The time, with the date when it is another day. */
export function momentText(at: number, now: number): string {
  return hongKongDate(at) === hongKongDate(now) ? hongKongTime(at) : hongKongStamp(at).slice(0, 16);
}
