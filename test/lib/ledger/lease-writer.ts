/**
 * A process that writes into the journal while it holds the lease, each record with its fence. The habit says how:
 *   race   at each word "go" on stdin opens the ledger and asks once; says "out" when another holds the lease,
 *          else writes until the word "stop"
 *   sleep  waits for the lease, stops itself after some records, and begins anew when it is out. It stops between
 *          two records: stopped within a transaction it would keep the database's lock, and nobody could write. Where
 *          there are no signals it stands still until it is given a letter.
 */
import { readSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { asRapError } from '../../../lib/errors/rap-error.ts';
import { type KeptLease, keepLease } from '../../../lib/ledger/lease/keep-lease.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { sealedBeside } from '../../../lib/ledger/place.ts';
import { ownProcessId } from '../../../lib/process/process-id.ts';
import { realClock } from '../../../lib/time/clock.ts';

const [, , given = '', habit = '', ms = ''] = process.argv;
const say = (word: string) => process.stdout.write(`${word}\n`);

async function take(ledger: Ledger): Promise<KeptLease> {
  const options = {
    name: 'writer',
    file: sealedBeside(JSON.parse(given)),
    owner: ownProcessId(),
    ms: Number(ms),
    clock: realClock,
    onLost: () => {},
  };
  for (;;) {
    try {
      return await keepLease(ledger, options);
    } catch (thrown) {
      if (asRapError(thrown).code !== 'NOT_IN_CHARGE' || habit === 'race') throw thrown;
      await setTimeout(10);
    }
  }
}

function standStill(): void {
  if (process.platform === 'win32') readSync(0, Buffer.alloc(1));
  else process.kill(process.pid, 'SIGSTOP');
}

let working = false;
let periods = 0;

async function write(ledger: Ledger): Promise<void> {
  const { fence, release } = await take(ledger);
  const asleepAfter = 1 + (periods++ % 5);
  working = true;
  for (let written = 1; working; written++) {
    await ledger.journal.append({
      who: ownProcessId(),
      what: `record ${written}`,
      why: 'lease',
      details: { fence },
    });
    if (written === 1) say(`at work ${fence}`);
    if (habit === 'sleep' && written === asleepAfter) standStill();
    await setTimeout(2);
  }
  await release();
}

async function period(): Promise<void> {
  const ledger = await openLedger(JSON.parse(given), realClock);
  try {
    await write(ledger);
    say('stopped');
  } catch (thrown) {
    say(`out ${asRapError(thrown).code}`);
  } finally {
    await ledger.close();
  }
}

if (habit === 'sleep') for (;;) await period();

say('ready');
for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'go') void period();
  else working = false;
}
