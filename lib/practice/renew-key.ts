/**
 * The renewal of a key that lies in a file: a new one is made beside it, takes its place when HKEX has registered it,
 * and is in use from the first log-in on. Until then each step can be undone. The files say where it stands; a step that
 * was interrupted between two of them - the process ended, the machine stopped - counts as not done.
 */
import { existsSync, readFileSync } from 'node:fs';
import { link, readFile, rm as remove } from 'node:fs/promises';
import path from 'node:path';
import { refuseWhileFrozen } from '../accounts/key-freeze.ts';
import { RapError } from '../errors/rap-error.ts';
import { renameFile as rename, whileInUse } from '../files/rename.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { fingerprintOf } from '../rap/client/host-keys.ts';
import type { Clock } from '../time/clock.ts';
import { serialQueue } from '../time/serial-queue.ts';

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
  /** The new key as HKEX has to register it, in OpenSSH's form; '' where none waits for that. */
  publicKey: string;
}

export interface RenewalAct {
  account: string;
  by: string;
  reason: string;
}

/** A virus scanner of Windows may have a key open that was made a moment ago. */
const rm = (file: string, options = {}) => whileInUse(() => remove(file, options));

type Keys = Pick<Ledger, 'accountKeys' | 'journal' | 'practice'>;

/** Names of the files of a renewal; a public half has ".pub" behind. */
function placesOf(file: string) {
  return { file, next: `${file}.next`, old: `${file}.old`, making: `${file}.making` };
}

/** Where the renewal of a key file stands. @throws RapError CONFIG_INVALID where a public half was taken away */
export async function renewalOf(
  ledger: Pick<Ledger, 'accountKeys'>,
  account: string,
  file: string,
): Promise<Renewal> {
  const { making: _, ...places } = placesOf(file);
  const { next, old } = places;
  const halves = await halvesOf(ledger, account, file);
  if (isMade(file)) {
    const publicKey = await halfOf(halves === 'new in place' ? file : next);
    return { ...places, state: 'made', fingerprint: printOf(publicKey), publicKey };
  }
  const none = { fingerprint: '', publicKey: '' };
  if (!existsSync(old)) return { ...places, state: 'none', ...none };
  const fingerprint = printOf(await halfOf(halves === 'new beside' ? next : file));
  const used = (await ledger.accountKeys.keyUses(account)).some((one) => one.fingerprint === fingerprint);
  return { ...places, state: used ? 'used' : 'in place', fingerprint, publicKey: '' };
}

/** Does the new key wait beside the one in use? While a step is undone the key in use has its name, too, for a moment. */
function isMade(file: string): boolean {
  const { next, old } = placesOf(file);
  return existsSync(next) && !(existsSync(old) && areEqual(file, next));
}

function areEqual(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

/**
 * Where an interrupted step has left the public half of the new key: 'new in place' though the key itself still waits,
 * 'new beside' though it is in place; 'settled' where no step was interrupted between the two halves.
 */
async function halvesOf(
  ledger: Pick<Ledger, 'accountKeys'>,
  account: string,
  file: string,
): Promise<'settled' | 'new in place' | 'new beside'> {
  const { next, old } = placesOf(file);
  const nextHalf = existsSync(`${next}.pub`);
  if (!isMade(file)) return existsSync(old) && nextHalf ? 'new beside' : 'settled';
  if (nextHalf || !existsSync(`${file}.pub`)) return 'settled';
  if (existsSync(`${old}.pub`)) return 'new in place';
  // The old key has none of its own, or the one beside the new key was taken away.
  const print = printOf(await halfOf(file));
  const known = await ledger.accountKeys.keyUses(account);
  const isOld =
    known.some((one) => one.fingerprint === print) || (await ledger.accountKeys.keyOf(account)) === print;
  return isOld ? 'settled' : 'new in place';
}

/** Puts the files back to where they were before a step that was interrupted. */
async function settle(ledger: Pick<Ledger, 'accountKeys'>, account: string, file: string): Promise<void> {
  const { next, old } = placesOf(file);
  const halves = await halvesOf(ledger, account, file);
  if (isMade(file)) {
    // The old key got its second name, and the new one did not take its place.
    if (areEqual(file, old)) await rm(old);
    if (halves === 'new in place') await rename(`${file}.pub`, `${next}.pub`);
    if (!existsSync(`${old}.pub`)) return;
    if (existsSync(`${file}.pub`)) await rm(`${old}.pub`);
    else await rename(`${old}.pub`, `${file}.pub`);
  } else if (existsSync(old)) {
    await rm(next, { force: true });
    if (halves !== 'new beside') return;
    const [own, beside] = [`${file}.pub`, `${next}.pub`];
    // Of two names of one file a rename takes none away.
    if (areEqual(own, beside)) return rm(beside);
    if (!existsSync(`${old}.pub`) && existsSync(own)) await rename(own, `${old}.pub`);
    await rename(beside, own);
  } else for (const left of [next, old]) await rm(`${left}.pub`, { force: true });
}

/** The public half of a key, which was written with it: the private one may need a passphrase. */
async function halfOf(file: string): Promise<string> {
  const text = (await readFile(`${file}.pub`, 'utf8').catch(() => '')).trim();
  if (text.split(' ').length > 1) return text;
  throw refuse(`${file}.pub is not there, or no public key`, 'Put the public half back beside the key.');
}

function printOf(half: string): string {
  return fingerprintOf(Buffer.from(half.split(' ')[1] ?? '', 'base64'));
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
  return step(ledger, clock, file, act, async ({ state, next }) => {
    if (!existsSync(file))
      throw refuse(`There is no key ${file}`, 'Give the key file of the account, as its settings name it.');
    if (state !== 'none')
      throw refuse(`A renewal of ${file} is under way: ${state}`, 'Go on with it, undo it, or finish it.');
    const { making } = placesOf(file);
    for (const half of ['', '.pub']) await rm(`${making}${half}`, { force: true });
    await make(making);
    // The key itself at last: only what is whole is a new key.
    for (const half of ['.pub', '']) await rename(`${making}${half}`, `${next}${half}`);
    return { what: 'SSH key renewal begun' };
  });
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
  return step(ledger, clock, file, act, async ({ state, next, old }) => {
    if (state !== 'made') throw refuse(`No new key waits beside ${file}`, 'Begin the renewal first.');
    for (const half of ['.pub', '']) await exchange(`${file}${half}`, `${next}${half}`, `${old}${half}`);
    return { what: 'SSH key renewed: the new key is in place' };
  });
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
  return step(ledger, clock, file, act, async ({ state, next, old, fingerprint }) => {
    if (state === 'none') throw refuse(`No renewal of ${file} is under way`, 'Nothing is to be undone.');
    if (state === 'used') {
      throw refuse(`The account has logged in with the new key ${file}`, 'Renew it again instead.');
    }
    if (state === 'in place')
      for (const half of ['.pub', '']) await exchange(`${file}${half}`, `${old}${half}`, `${next}${half}`);
    else for (const half of ['', '.pub']) await rm(`${next}${half}`, { force: true });
    return { what: 'SSH key renewal undone', fingerprint };
  });
}

/** The old key goes, after the first log-in with the new one. @throws RapError KEY_FROZEN, CONFIG_INVALID before */
export async function finishRenewal(
  ledger: Keys,
  clock: Clock,
  file: string,
  act: RenewalAct,
): Promise<Renewal> {
  return step(ledger, clock, file, act, async ({ state, old, fingerprint }) => {
    if (state !== 'used') {
      throw refuse(
        `The account has not logged in with a new key ${file} yet`,
        'Wait for its next run, then finish.',
      );
    }
    for (const half of ['', '.pub']) await rm(`${old}${half}`, { force: true });
    return { what: 'SSH key renewal finished: the old key is removed', fingerprint };
  });
}

/** At each moment there is a key at the account's place: the old one gets a second name before the new one takes its. */
async function exchange(file: string, taken: string, left: string): Promise<void> {
  if (existsSync(file)) await link(file, left);
  if (existsSync(taken)) await rename(taken, file);
  // A key that came from elsewhere may have no public half beside it.
  else await rm(file, { force: true });
}

/** Steps of one key file go one after another: of two people who press at once the second finds it done. */
const queues = new Map<string, ReturnType<typeof serialQueue>>();

/**
 * One step, from where the files stand; what was interrupted before is put right first.
 * @param does its work, and what the journal is to say of it
 * @throws RapError KEY_FROZEN, CONFIG_INVALID
 */
async function step(
  ledger: Keys,
  clock: Clock,
  file: string,
  { account, by, reason }: RenewalAct,
  does: (from: Renewal) => Promise<{ what: string; fingerprint?: string }>,
): Promise<Renewal> {
  const place = path.resolve(file);
  const queue = queues.get(place) ?? serialQueue();
  queues.set(place, queue);
  return queue(async () => {
    await refuseWhileFrozen(ledger, clock.now());
    await settle(ledger, account, file);
    const { what, fingerprint } = await does(await renewalOf(ledger, account, file));
    const renewal = await renewalOf(ledger, account, file);
    const details = { account, file, fingerprint: fingerprint ?? renewal.fingerprint };
    await ledger.journal.append({ who: by, what, why: reason, details });
    return renewal;
  });
}

function refuse(message: string, cure: string): RapError {
  return new RapError('CONFIG_INVALID', message, { cure });
}
