/** "Please DO NOT renew SSH keys during the Practice Session" (circular PT/SCS/HKCC/136/2025, package, 3.1). */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PracticePlan } from './plan.ts';
import { keysFrozen } from './timeline.ts';

/** The plan whose key freeze is in force at a moment, of the plans that are kept here. */
export async function frozenBy(ledger: Ledger, now: number): Promise<PracticePlan | undefined> {
  const plans = (await ledger.practiceDays()).map(({ plan }): PracticePlan => JSON.parse(plan));
  return plans.find((plan) => keysFrozen(plan, now));
}

/**
 * Asked before a key is made, changed, registered or forgotten.
 * @throws RapError KEY_FROZEN
 */
export async function refuseWhileFrozen(ledger: Ledger, now: number): Promise<void> {
  const plan = await frozenBy(ledger, now);
  if (plan === undefined) return;
  const { from, to } = plan.keyFreeze;
  throw new RapError('KEY_FROZEN', `No key may be touched from ${from} to ${to}: ${plan.title}`, {
    cure: `Wait until ${to} Hong Kong time; then do it again.`,
  });
}
