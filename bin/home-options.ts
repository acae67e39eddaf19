/** The words that name the home folder and the person; shared by the commands that work on the ledger. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { RapError } from '../lib/errors/rap-error.ts';

export const homeHelp = '  --home DIR    the home folder (default RAP_HOME, else ./data)';

/** The home folder named on the command line, by RAP_HOME, or ./data. */
export function homeFromWords(values: { home?: string | undefined }): string {
  return path.resolve(values.home ?? process.env.RAP_HOME ?? 'data');
}

/** The ledger of a home. @throws RapError CONFIG_INVALID when there is none */
export function ledgerOfHome(home: string): string {
  const file = path.join(home, 'ledger.sqlite');
  if (existsSync(file)) return file;
  throw new RapError('CONFIG_INVALID', `There is no ledger at ${file}`, {
    cure: 'Name the home folder with --home or RAP_HOME.',
  });
}

/** Who does this: --by, else the user of the system. */
export function personFromWords(values: { by?: string | undefined }): string {
  return values.by?.trim() || userInfo().username;
}
