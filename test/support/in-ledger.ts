import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { type Clock, realClock } from '../../lib/time/clock.ts';

/** Opens the ledger of a home for a while. */
export async function inLedger<T>(
  home: string,
  work: (ledger: Ledger) => Promise<T>,
  clock: Clock = realClock,
): Promise<T> {
  const ledger = await openHome(home, clock);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
