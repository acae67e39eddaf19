/** What a person enters of single nights and dates: other deadlines, a condition that holds, a report nobody awaits. */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger, PersonsEntry } from '../ledger/ledger.ts';
import type { Found } from '../model/completeness.ts';
import type { Catalogue } from '../reports/catalogue.ts';
import { timeOfDay } from '../reports/expectation/time-of-day.ts';
import { startOfDay } from '../time/seconds.ts';
import type { AwaitingAccount } from './awaiting-account.ts';

const NOBODY = 'Put a report-check node into the flow and deploy; it says which accounts await what.';

type Records = Pick<Ledger, 'expectations'>;

/** A name and a reason, for the journal. */
interface Act {
  by: string;
  reason: string;
}

/** The accounts that a flow checks, or the one that is named. @throws RapError USAGE, CONFIG_INVALID */
export async function checkedAccounts(
  ledger: Pick<Ledger, 'expectations'>,
  name: string | undefined,
): Promise<AwaitingAccount[]> {
  const checks = await ledger.expectations.checks<AwaitingAccount, Found>(name);
  if (checks.length > 0) return checks.map(({ asked }) => asked);
  if (name === undefined)
    throw new RapError('CONFIG_INVALID', 'No account is checked for its reports', { cure: NOBODY });
  throw new RapError('USAGE', `No account "${name}" is checked for its reports`, { cure: NOBODY });
}

/**
 * Enters that a condition of conditional reports holds for a date, or does not.
 * @param account undefined for all
 * @returns false when that is what was said last
 * @throws RapError USAGE when no report comes on it
 */
export async function enterCondition(
  ledger: Records,
  catalogue: Catalogue,
  { condition, date, holds, account }: { condition: string; date: string; holds: boolean; account?: string },
  act: Act,
): Promise<boolean> {
  await checkedAccounts(ledger, account);
  const conditions = [...new Set(catalogue.rows.flatMap(({ sets }) => sets.map((set) => set.condition)))];
  if (condition === '' || !conditions.includes(condition)) {
    const cure = `The catalogue has ${conditions.filter((one) => one !== '').join(', ')}.`;
    throw new RapError('USAGE', `No report comes on the condition "${condition}"`, { cure });
  }
  const said = { entry: 'condition', condition, date, holds } as const;
  return (await ledger.expectations.enterExpectation(account ?? '', said, act)) !== undefined;
}

/** A report of one business date. */
export interface AwaitedOf {
  /** 'RMAMR03' or 'RMAMR03:4', in any case. */
  code: string;
  date: string;
  /** undefined where only one account awaits it. */
  account?: string;
}

/**
 * Enters other deadlines, milliseconds since 1970, or without them that nobody waits for it any more.
 * @returns what it was entered for; `fresh` is false when that is what was said last
 * @throws RapError USAGE when the catalogue has no such report, or several accounts await it
 */
export async function enterForReport(
  ledger: Records,
  catalogue: Catalogue,
  { code, date, account: only }: AwaitedOf,
  deadlines: { lateAfter?: number; cutOff?: number } | undefined,
  act: Act,
): Promise<{ account: string; report: string; set: string; fresh: boolean }> {
  const accounts = await checkedAccounts(ledger, only);
  const [report = '', set = ''] = code.toUpperCase().split(':');
  const meant = accounts.filter(({ installation }) =>
    catalogue.rows.some(
      (row) =>
        row.installation === installation &&
        row.code === report &&
        row.sets.some((one) => one.set === set || one.set === '*'),
    ),
  );
  const [account, ...others] = meant;
  if (account === undefined) {
    throw new RapError('USAGE', `No report "${code}" is known to the catalogue`, {
      cure: 'Give the code, and the set behind a colon: RMAMR03:4. See "rap expect" and "rap catalogue show".',
    });
  }
  if (others.length > 0) throw new RapError('USAGE', `Several accounts await ${code}: say which account`);
  const said: PersonsEntry =
    deadlines === undefined
      ? { entry: 'closed', report, set, businessDate: date }
      : { entry: 'deadline', report, set, businessDate: date, ...deadlines };
  const number = await ledger.expectations.enterExpectation(account.account, said, act);
  return { account: account.account, report, set, fresh: number !== undefined };
}

/** A time of a business date, '22:30' or '01:00+1d', as a moment; undefined when it is none. */
export function momentOn(date: string, text: string): number | undefined {
  const time = timeOfDay(text);
  if (time?.unit !== 'calendar') return undefined;
  return (startOfDay(date) + time.days * 86_400 + time.seconds) * 1000;
}
