/** `rap unlock`: a person resets the lock that a refused login left on an account. */
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { parseArguments, required } from '../connection-options.ts';
import { decisionOptions, homeFromOptions, personFromOptions, withLedger } from '../home-options.ts';

export const help = `Usage: rap unlock ACCOUNT --reason TEXT [--by NAME] [--home DIR] [--json]

After a refused login nothing logs in by itself until a person has found out why. This resets the lock of ACCOUNT
and writes down who did it and why. The home folder is RAP_HOME, or ./data.`;

const options = {
  ...decisionOptions,
} as const;

export default async function unlock(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const account = required(positionals[0], 'ACCOUNT');
  const reason = required(values.reason?.trim(), '--reason');
  const by = personFromOptions(values);
  const unlocked = await withLedger(
    homeFromOptions(values),
    async (ledger: Pick<Ledger, 'accounts' | 'logins'>) => {
      const done = await ledger.accounts.unlockLogin(account, { by, reason });
      await ledger.logins.endLoginBackOff(account);
      return done;
    },
  );
  const text = unlocked ? `${account} is unlocked.` : `${account} was not locked.`;
  process.stdout.write(
    values.json === true ? `${JSON.stringify({ account, unlocked, by, reason })}\n` : `${text}\n`,
  );
  return 0;
}
