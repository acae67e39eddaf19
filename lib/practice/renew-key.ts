/**
 * The renewal of a key that lies in a file: a new one is made beside it, takes its place when HKEX has registered it,
 * and is in use from the first log-in on. Until then each step can be undone. The files say where it stands.
 */
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { refuseWhileFrozen } from '../accounts/key-freeze.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { fingerprintOf } from '../rap/client/host-keys.ts';
import type { Clock } from '../time/clock.ts';

/**
 * - none: nothing is under way
 * - made: the new key lies beside the one in use; HKEX has to register it
 * - in place: the next log-in is made with the new key
 * - used: it was logged in with; the old one can go
 */
export type RenewalState = 'none' | 'made' | 'in place' | 'used';

export interface Renewal {
  state: RenewalState;
  /** The account's key file, and where the new and the old key lie besides. */
  file: string;
  next: string;
  old: string;
  /** Fingerprint of the new key; '' where there is none. */
  fingerprint: string;
}

export interface RenewalAct {
  account: string;
  by: string;
  reason: string;
}

type Keys = Pick<Ledger, 'accountKeys' | 'journal' | 'practice'>;

/** Where the renewal of a key file stands. */
export async function renewalOf(
  ledger: Pick<Ledger, 'accountKeys'>,
  account: string,
  file: string,
): Promise<Renewal> {
  const places = { file, next: `${file}.next`, old: `${file}.old` };
  if (existsSync(places.next)) return { ...places, state: 'made', fingerprint: await printOf(places.next) };
  if (!existsSync(places.old)) return { ...places, state: 'none', fingerprint: '' };
  const fingerprint = await printOf(file);
  const used = (await ledger.accountKeys.keyUses(account)).some((one) => one.fingerprint === fingerprint);
  return { ...places, state: used ? 'used' : 'in place', fingerprint };
}

/** Fingerprint of a key by its public half, which was written with it: the private one may need a passphrase. */
async function printOf(file: string): Promise<string> {
  const [, blob = ''] = (await readFile(`${file}.pub`, 'utf8').catch(() => '')).split(' ');
  if (blob === '')
    throw refuse(`${file}.pub is not there, or no public key`, 'Put the public half back beside the key.');
  return fingerprintOf(Buffer.from(blob, 'base64'));
}

/**
 * A renewal begins.
 * @param make writes a new pair to the file it is given and to the same name with ".pub"
 * @throws RapError KEY_FROZEN, CONFIG_INVALID
 */
export async function beginRenewal(
  ledger: Keys,
  clock: Clock,
  file: string,
  act: RenewalAct,
  make: (file: string) => Promise<void>,
): Promise<Renewal> {
  await refuseWhileFrozen(ledger, clock.now());
  if (!existsSync(file))
    throw refuse(`There is no key ${file}`, 'Give the key file of the account, as its settings name it.');
  const { state, next } = await renewalOf(ledger, act.account, file);
  if (state !== 'none')
    throw refuse(`A renewal of ${file} is under way: ${state}`, 'Go on with it, undo it, or finish it.');
  await make(next);
  return settled(ledger, file, act, 'SSH key renewal begun');
}

/**
 * HKEX has registered the new key: it takes the place of the old one, and the next log-in is made with it.
 * @throws RapError KEY_FROZEN, CONFIG_INVALID
 */
export async function placeNewKey(
  ledger: Keys,
  clock: Clock,
  file: string,
  act: RenewalAct,
): Promise<Renewal> {
  await refuseWhileFrozen(ledger, clock.now());
  const { state, next, old } = await renewalOf(ledger, act.account, file);
  if (state !== 'made') throw refuse(`No new key waits beside ${file}`, 'Begin the renewal first.');
  for (const half of ['.pub', '']) await exchange(`${file}${half}`, `${next}${half}`, `${old}${half}`);
  return settled(ledger, file, act, 'SSH key renewed: the new key is in place');
}

/**
 * One step back, before the first log-in with the new key: to the old one in its place, the new one beside it; from there
 * to no new key.
 * @throws RapError KEY_FROZEN, CONFIG_INVALID once it was logged in with
 */
export async function undoRenewal(
  ledger: Keys,
  clock: Clock,
  file: string,
  act: RenewalAct,
): Promise<Renewal> {
  await refuseWhileFrozen(ledger, clock.now());
  const { state, next, old, fingerprint } = await renewalOf(ledger, act.account, file);
  if (state === 'none') throw refuse(`No renewal of ${file} is under way`, 'Nothing is to be undone.');
  if (state === 'used') {
    throw refuse(`The account has logged in with the new key ${file}`, 'Renew it again instead.');
  }
  if (state === 'in place')
    for (const half of ['.pub', '']) await exchange(`${file}${half}`, `${old}${half}`, `${next}${half}`);
  else for (const half of ['', '.pub']) await rm(`${next}${half}`, { force: true });
  return settled(ledger, file, act, 'SSH key renewal undone', fingerprint);
}

/** The old key goes, after the first log-in with the new one. @throws RapError KEY_FROZEN, CONFIG_INVALID before */
export async function finishRenewal(
  ledger: Keys,
  clock: Clock,
  file: string,
  act: RenewalAct,
): Promise<Renewal> {
  await refuseWhileFrozen(ledger, clock.now());
  const { state, old, fingerprint } = await renewalOf(ledger, act.account, file);
  if (state !== 'used') {
    throw refuse(
      `The account has not logged in with a new key ${file} yet`,
      'Wait for its next run, then finish.',
    );
  }
  for (const half of ['', '.pub']) await rm(`${old}${half}`, { force: true });
  return settled(ledger, file, act, 'SSH key renewal finished: the old key is removed', fingerprint);
}

/** At each moment there is a key at the account's place: the old one gets a second name before the new one takes its. */
async function exchange(file: string, taken: string, left: string): Promise<void> {
  if (existsSync(file)) await link(file, left);
  if (existsSync(taken)) await rename(taken, file);
  // A key that came from elsewhere may have no public half beside it.
  else await rm(file, { force: true });
}

async function settled(
  ledger: Keys,
  file: string,
  { account, by, reason }: RenewalAct,
  what: string,
  print?: string,
): Promise<Renewal> {
  const renewal = await renewalOf(ledger, account, file);
  const fingerprint = print ?? renewal.fingerprint;
  await ledger.journal.append({ who: by, what, why: reason, details: { account, file, fingerprint } });
  return renewal;
}

function refuse(message: string, cure: string): RapError {
  return new RapError('CONFIG_INVALID', message, { cure });
}
