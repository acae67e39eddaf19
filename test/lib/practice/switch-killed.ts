/**
 * A process that is killed right after it has settled a switch of the data centre, and before it could say so.
 * Arguments: the home, what it does, the time.
 */
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import {
  confirmSwitch,
  enforceExpiry,
  expireRequests,
  switchDataCentre,
} from '../../../lib/practice/switch.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { dying, killed } from '../../support/dying.ts';

/** Puts back what has run out, or answers the open request. */
export type Fact = 'end' | 'confirm' | 'expire';

export function killAfter(fact: Fact, home: string, at: number): Promise<void> {
  return killed(import.meta.filename, home, fact, String(at));
}

/** SIM001 goes to the secondary data centre for an hour. */
export async function switchAnHour(home: string, clock: SimulatedClock): Promise<void> {
  const ledger = await openHome(home, clock);
  const choice = { dataCentre: 'secondary', reason: 'drill', by: 'Chan' } as const;
  await switchDataCentre(ledger, clock, { ...choice, accounts: ['SIM001'], until: clock.now() + 3600_000 });
  await ledger.close();
}

async function act(home: string, fact: Fact, clock: SimulatedClock): Promise<void> {
  const ledger = dying(await openHome(home, clock), fact === 'end' ? 'endSwitch' : 'settleSwitch');
  // As the rap-switch node of that name.
  if (fact === 'end') await enforceExpiry(ledger, clock, 'away');
  if (fact === 'expire') await expireRequests(ledger, clock);
  const [{ id } = { id: 0 }] = await ledger.switchRequests('open');
  if (fact === 'confirm') await confirmSwitch(ledger, clock, { id, by: 'Lee' });
}

const [, , home, fact, at] = process.argv;
if (import.meta.main && home !== undefined) await act(home, fact as Fact, new SimulatedClock(Number(at)));
