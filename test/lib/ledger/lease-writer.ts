/**
 * A process that waits for the lease, then writes into the journal as fast as it can until it is out. With the
 * word "sleep" it stops itself after some records, between two of them: a process that is stopped within a
 * transaction keeps the database's lock, and then nobody writes at all.
 */
import { setTimeout } from 'node:timers/promises';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { realClock } from '../../../lib/time/clock.ts';

const [, , file = '', owner = '', habit = ''] = process.argv;
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
    if (written !== 3) continue;
    console.log(`at work ${held.fence}`);
    if (habit === 'sleep') process.kill(process.pid, 'SIGSTOP');
  }
} catch {
  console.log('out');
}
await ledger.close();
