/** The check of an account's reports: its answer is kept in the ledger, where mails, digests and people find it. */
import { asRapError, type RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Found } from '../model/completeness.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import type { AwaitingAccount } from './awaiting-account.ts';
import { type CompletenessLedger, completenessOf } from './completeness.ts';
import type { SiteRulesReader } from './site-rules.ts';

/** What was found, and what is wrong with the site's files. */
export interface Checked {
  found: Found;
  fault?: RapError;
}

/**
 * Checks the reports of an account. Where the catalogue or the calendars cannot be read, that is the answer: a mail must
 * not tell of an older one as if it were of now.
 * @param now milliseconds since 1970
 * @throws RapError of the ledger
 */
export async function checkReports(
  ledger: CompletenessLedger,
  site: SiteRulesReader,
  account: AwaitingAccount,
  now: number,
): Promise<Checked> {
  try {
    return { found: await completenessOf(ledger, await site.read(), account, now) };
  } catch (thrown) {
    const fault = asRapError(thrown);
    if (fault.code !== 'CONFIG_INVALID') throw fault;
    const found: Found = {
      ...{ account: account.account, installation: account.installation },
      ...{ at: Math.floor(now / 1000), today: hongKongDate(now) },
      ...{ asked: [], reports: [], messages: [], unaccepted: [], blind: true },
      shortfalls: [{ kind: 'not computed', reason: fault.message, code: fault.code }],
    };
    return { found, fault };
  }
}

/** Keeps an answer for the contacts, the digests, and whoever asks without the flow. */
export async function keepAnswer(
  ledger: Pick<Ledger, 'expectations'>,
  asked: AwaitingAccount,
  found: Found,
  now: number,
): Promise<void> {
  await ledger.expectations.recordCheck({ account: asked.account, at: now, asked, found });
}
