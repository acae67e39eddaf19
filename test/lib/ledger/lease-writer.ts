/** A process that waits for the lease, then writes into the journal as fast as it can until it is out. */
import { setTimeout } from 'node:timers/promises';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { realClock } from '../../../lib/time/clock.ts';

const [, , file = '', owner = ''] = process.argv;
const lease = { name: 'writer', owner, ms: 1000 };
const ledger = await openLedger(file, realClock);

let held = await ledger.claimLease(lease);
while (held === undefined) {
  await setTimeout(20);
  held = await ledger.claimLease(lease);
}
ledger.writeUnder(held);
let written = 0;
try {
  for (;;) {
    await ledger.journal({ who: owner, what: `record ${++written}`, why: 'lease' });
    await ledger.renewLease(held, lease.ms);
    if (written === 3) console.log(`at work ${held.fence}`);
  }
} catch {
  console.log('out');
}
await ledger.close();
