/** "Please DO NOT renew SSH keys during the Practice Session" (circular PT/SCS/HKCC/136/2025, package, 3.1). */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { fingerprintOf } from '../rap/client/host-keys.ts';
import type { LoginKey } from '../rap/client/private-key.ts';
import { fromHongKong } from '../time/hong-kong.ts';

/** What the plan of a practice session says of keys; times are "YYYY-MM-DD HH:MM" of Hong Kong. */
export interface KeyFreeze {
  date: string;
  title: string;
  keyFreeze: { from: string; to: string };
}

/** The plan whose key freeze is in force at a moment, of the plans that are kept here. */
export async function frozenBy(
  ledger: Pick<Ledger, 'practice'>,
  now: number,
): Promise<KeyFreeze | undefined> {
  const plans = (await ledger.practice.practiceDays()).map(({ plan }): KeyFreeze => JSON.parse(plan));
  return plans.find((plan) => keysFrozen(plan, now));
}

/**
 * Asked before a key is made, changed, registered or forgotten.
 * @throws RapError KEY_FROZEN
 */
export async function refuseWhileFrozen(ledger: Pick<Ledger, 'practice'>, now: number): Promise<void> {
  const plan = await frozenBy(ledger, now);
  if (plan === undefined) return;
  const { from, to } = plan.keyFreeze;
  throw new RapError('KEY_FROZEN', `No key may be touched from ${from} to ${to}: ${plan.title}`, {
    cure: `Wait until ${to} Hong Kong time; then do it again.`,
  });
}

/** Which key an account logs in with, and what is to be told when it is not the one that was offered. */
export interface KeyInForce {
  key: LoginKey;
  /** KEY_FROZEN: the offered key was set aside for the former one. */
  refused?: RapError;
}

/**
 * Decides between the key that the settings offer and the one in use before. Outside a freeze the offered key
 * counts, and is noted; in a freeze only the noted one does, whatever was pasted, deployed or put into its file.
 * @param offer reads the offered key
 * @param former the key this process used last, undefined after a restart
 * @throws RapError KEY_FROZEN when only the offered key is at hand; KEY_UNREADABLE
 */
export async function keyInForce(
  ledger: Pick<Ledger, 'accountKeys' | 'practice'>,
  now: number,
  account: string,
  offer: () => Promise<LoginKey>,
  former: LoginKey | undefined,
): Promise<KeyInForce> {
  const plan = await frozenBy(ledger, now);
  const known = plan === undefined ? undefined : await ledger.accountKeys.keyOf(account);
  if (plan === undefined || known === undefined) {
    const key = await offer();
    await ledger.accountKeys.noteKey(account, printOf(key));
    return { key };
  }
  let offered: LoginKey | undefined;
  let unreadable: unknown;
  try {
    offered = await offer();
  } catch (thrown) {
    unreadable = thrown;
  }
  if (offered !== undefined && printOf(offered) === known) return { key: offered };
  const inHand = former !== undefined && printOf(former) === known ? former : undefined;
  if (inHand === undefined && offered === undefined) throw unreadable;
  const { from, to } = plan.keyFreeze;
  const refused = new RapError(
    'KEY_FROZEN',
    `The SSH key of account ${account} was changed in the key freeze from ${from} to ${to} (${plan.title}); ` +
      (inHand === undefined
        ? `the former key ${known} is no longer here, so the account does not log in`
        : 'the former key stays in use'),
    {
      cure: `Put the former key back. A new key can be used from ${to} Hong Kong time on, once HKEX has registered it.`,
      subject: account,
      details: { account },
    },
  );
  if (inHand === undefined) throw refused;
  return { key: inHand, refused };
}

function printOf(key: LoginKey): string {
  return fingerprintOf(key.getPublicSSH());
}

/** Is the key freeze of a plan in force at a moment? */
export function keysFrozen({ keyFreeze }: KeyFreeze, at: number): boolean {
  return fromHongKong(keyFreeze.from) <= at && at < fromHongKong(keyFreeze.to);
}
