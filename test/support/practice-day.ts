/** A practice day as its flow lives it, without Node-RED: the reducer in the ledger, with mails and given results. */

import { dataCentreChoices, switchDataCentre } from '../../lib/accounts/data-centre-switch.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { ContactsConfig } from '../../lib/mail/config.ts';
import type { DayState } from '../../lib/practice/day.ts';
import type { KeyedOrder } from '../../lib/practice/day-reducer.ts';
import { openDay, performOrder } from '../../lib/practice/day-store.ts';
import { mailOf, queuePracticeMail, resultMail } from '../../lib/practice/mails.ts';
import { type PracticePlan, sessionOf } from '../../lib/practice/plan.ts';
import { emptyResult, type PartResult, partResults, recordPartResult } from '../../lib/practice/results.ts';
import type { SimulatedClock } from '../../lib/time/clock.ts';
import { decide } from '../../lib/weather/decide.ts';
import type { Evidence } from '../../lib/weather/evidence.ts';

export interface PracticeDayRig {
  ledger: Ledger;
  clock: SimulatedClock;
  plan: PracticePlan;
  contacts: ContactsConfig;
  /** What an account gets in a part; left out, everything. */
  doPart?: (part: string, account: string) => Partial<PartResult>;
  /** Called when an order was acted on, before the day knows of it. */
  onActed?: (order: KeyedOrder) => void;
}

/** @returns makes one step at the clock's present moment; nobody is there to ask what the weather rule leaves open */
export async function takeUpDay(rig: PracticeDayRig): Promise<(evidence: Evidence) => Promise<DayState>> {
  const { ledger, clock, plan, contacts } = rig;
  const { language } = contacts;
  const day = await openDay(ledger, plan);
  const accounts = plan.accounts.map(({ account }) => account);

  const begin = async ({ part, accounts: these = accounts, occurrence }: KeyedOrder & { kind: 'part' }) => {
    for (const account of these) {
      const now = clock.now();
      const whole = {
        outcome: 'complete',
        address: '127.0.0.1:18801',
        loggedIn: true,
        loggedOut: true,
      } as const;
      const given = rig.doPart?.(part.name, account);
      const of = occurrence === undefined ? {} : { occurrence };
      const result = { ...emptyResult(plan, part, account, now), ...whole, ...given, ...of, finishedAt: now };
      await recordPartResult(ledger, plan, result);
      await queuePracticeMail(ledger, contacts, plan, resultMail(plan, result, language));
    }
  };

  const act = async (order: KeyedOrder) => {
    await performOrder(order, { ledger, clock, plan });
    if (order.kind === 'data-centre' && order.dataCentre === 'secondary') {
      const { dataCentre, reason } = order;
      await switchDataCentre(ledger, clock, { accounts, dataCentre, reason, by: 'the practice plan' });
    }
    const mail = mailOf(order, {
      plan,
      decision: day.state.decision,
      choices: await dataCentreChoices(ledger, accounts),
      results: await partResults(ledger, plan.date),
      language,
    });
    if (mail !== undefined) await queuePracticeMail(ledger, contacts, plan, mail);
    if (order.kind === 'part' && order.action === 'begin') await begin(order);
    rig.onActed?.(order);
    await day.done(order.key);
  };

  return async (evidence) => {
    const now = clock.now();
    const look = () => day.step(decide(sessionOf(plan, true), evidence, now, day.state.decision), now);
    // Once what ended is struck out, the restore check follows.
    for (let orders = await look(); orders.length > 0; orders = await look()) {
      for (const order of orders) await act(order);
    }
    return day.state;
  };
}
