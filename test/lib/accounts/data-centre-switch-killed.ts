/**
 * A process that is killed right after a switch of the data centre - asked for, carried out, settled, ended - is in
 * the ledger, and before it could say so. Arguments: the home, what it does, the time.
 */

import {
  askForSwitch,
  confirmSwitch,
  enforceExpiry,
  expireRequests,
  switchDataCentre,
} from '../../../lib/accounts/data-centre-switch.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { dyingHome, mortal } from '../../support/dying.ts';

const request = {
  accounts: ['SIM001', 'SIMC01'],
  dataCentre: 'secondary',
  reason: 'drill',
  by: 'Chan',
} as const;

/** The rap-switch node of the tests. */
const NODE = 'away';

/** What each one does, and its step of the ledger. */
const facts = {
  switch: {
    step: 'chooseDataCentres',
    act: (ledger: Ledger, clock: SimulatedClock) => switchDataCentre(ledger, clock, request, NODE),
  },
  ask: {
    step: 'requestSwitch',
    act: (ledger: Ledger, clock: SimulatedClock) => askForSwitch(ledger, clock, NODE, request),
  },
  confirm: {
    step: 'settleSwitch',
    act: async (ledger: Ledger, clock: SimulatedClock) => {
      const [{ id } = { id: 0 }] = await ledger.switchRequests.switchRequests('open');
      await confirmSwitch(ledger, clock, { id, by: 'Lee' });
    },
  },
  expire: { step: 'settleSwitch', act: expireRequests },
  end: {
    step: 'endSwitch',
    act: (ledger: Ledger, clock: SimulatedClock) => enforceExpiry(ledger, clock, NODE),
  },
} as const;

export type Fact = keyof typeof facts;

/** SIM001 goes to the secondary data centre for an hour. */
export async function switchAnHour(home: string, clock: SimulatedClock): Promise<void> {
  const ledger = await openHome(home, clock);
  await switchDataCentre(ledger, clock, {
    ...request,
    accounts: ['SIM001'],
    until: clock.now() + 3600_000,
  });
  await ledger.close();
}

export const killAfter = mortal(import.meta, async (home, fact: Fact, at: string) => {
  const { ledger, clock } = await dyingHome(home, Number(at), facts[fact].step);
  await facts[fact].act(ledger, clock);
});
