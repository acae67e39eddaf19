/**
 * Tries every address of an account as a run would use it: connection, host key, login, listing, log out. One
 * login per address; after a refusal none is tried any more.
 */
import type { ErrorCode } from '../errors/codes.ts';
import { asRapError, RapError } from '../errors/rap-error.ts';
import type { Address, DataCentre } from '../model/types.ts';
import type { Account } from '../rap/account.ts';
import type { LoginKey } from '../rap/client/private-key.ts';
import type { LoginMemory } from '../rap/login-memory.ts';
import { addressText, openSession } from '../rap/session.ts';
import type { Clock } from '../time/clock.ts';

/** How far an address let us come. `skipped`: not tried, because an earlier login was refused. */
export type Reached = 'nothing' | 'tcp' | 'host key' | 'login' | 'listing' | 'log out' | 'skipped';

export interface AddressCheck {
  account: string;
  dataCentre: DataCentre;
  address: string;
  reached: Reached;
  ok: boolean;
  /** Files listed under the account's folders. */
  files?: number;
  milliseconds: number;
  error?: { code: ErrorCode; message: string; cure: string };
}

export interface CheckOptions {
  clock: Clock;
  memory?: LoginMemory;
  /** Which data centres; both when left out. */
  dataCentres?: readonly DataCentre[];
  /** Ends it, and the session that is open. */
  signal?: AbortSignal;
}

/** What an error says about how far we came. */
const REACHED: Partial<Record<ErrorCode, Reached>> = {
  HOST_KEY_MISMATCH: 'tcp',
  HANDSHAKE_FAILED: 'tcp',
  HANDSHAKE_TIMEOUT: 'tcp',
  SESSION_REFUSED: 'tcp',
  LOGIN_REFUSED: 'host key',
  CONNECTION_LOST: 'host key',
  SFTP_UNSUPPORTED: 'login',
};

function plain(error: RapError) {
  return { code: error.code, message: error.message, cure: error.cure };
}

async function checkAddress(
  account: Account,
  key: LoginKey,
  dataCentre: DataCentre,
  address: Address,
  options: CheckOptions,
): Promise<AddressCheck> {
  const start = options.clock.monotonic();
  const row = { account: account.name, dataCentre, address: addressText(address) };
  const milliseconds = () => Math.round(options.clock.monotonic() - start);
  let reached: Reached = 'nothing';
  try {
    const only = { ...account, addresses: { primary: [], secondary: [], [dataCentre]: [address] } };
    const session = await openSession(only, key, dataCentre, options);
    reached = 'login';
    try {
      const { signal } = options;
      const listing = await session.list(undefined, signal === undefined ? {} : { signal });
      const problem = listing.problems[0];
      if (problem !== undefined) throw problem.error;
      reached = 'listing';
      await session.logOut();
      return {
        ...row,
        reached: 'log out',
        ok: true,
        files: listing.files.length,
        milliseconds: milliseconds(),
      };
    } finally {
      await session.logOut();
    }
  } catch (thrown) {
    const error = asRapError(thrown);
    if (reached === 'nothing') reached = REACHED[error.code] ?? 'nothing';
    return { ...row, reached, ok: false, milliseconds: milliseconds(), error: plain(error) };
  }
}

/**
 * Checks the account's addresses, one after another.
 * @returns a row for each address of the data centres asked for
 * @throws the reason of the signal
 */
export async function checkAccount(
  account: Account,
  key: LoginKey,
  options: CheckOptions,
): Promise<AddressCheck[]> {
  const rows: AddressCheck[] = [];
  let refused: RapError | undefined;
  for (const dataCentre of options.dataCentres ?? (['primary', 'secondary'] as const)) {
    for (const address of account.addresses[dataCentre]) {
      if (refused !== undefined) {
        const row = { account: account.name, dataCentre, address: addressText(address), milliseconds: 0 };
        rows.push({ ...row, reached: 'skipped', ok: false, error: plain(refused) });
        continue;
      }
      const row = await checkAddress(account, key, dataCentre, address, options);
      // What was stopped says nothing of an address.
      options.signal?.throwIfAborted();
      rows.push(row);
      if (row.error?.code === 'LOGIN_REFUSED' || row.error?.code === 'LOGIN_LOCKED') {
        refused = new RapError('LOGIN_LOCKED', 'Not tried, because a login was refused');
      }
    }
  }
  return rows;
}
