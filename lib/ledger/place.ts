/** Where a ledger lies: in a file, or on PostgreSQL. What is asked of both is asked here. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type PostgresAddress, postgresAddress } from './postgres/address.ts';
import { isLedgerThere } from './postgres/questions.ts';
import { ledgerIn } from './sqlite/ledger-file.ts';

/** The path of a file, or a database of which this home holds the seal. */
export type LedgerPlace = string | PostgresPlace;

export interface PostgresPlace {
  address: PostgresAddress;
  home: string;
}

/**
 * The ledger of a home, as RAP_LEDGER says it.
 * @throws RapError CONFIG_INVALID when that cannot be read
 */
export function ledgerPlace(
  home: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LedgerPlace {
  const address = postgresAddress(env);
  return address === undefined ? ledgerIn(home) : { address, home };
}

/** Beside which file the seal of a ledger lies; see sealOf. */
export function sealedBeside(place: LedgerPlace): string {
  return typeof place === 'string' ? place : path.join(place.home, 'ledger.postgres');
}

/** For people. */
export function shownPlace(place: LedgerPlace): string {
  return typeof place === 'string' ? place : place.address.shown;
}

/** Is there a ledger? @throws RapError when its server does not say */
export async function isThere(place: LedgerPlace): Promise<boolean> {
  return typeof place === 'string' ? existsSync(place) : isLedgerThere(place.address);
}

/** Has the home a ledger? See ledgerPlace and isThere. */
export async function hasLedger(home: string): Promise<boolean> {
  return isThere(ledgerPlace(home));
}
