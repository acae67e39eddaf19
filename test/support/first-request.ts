/**
 * A process that starts with a ledger and asks what a run asks first: which intents are open, which of 200 listed
 * reports are known, which are not delivered, which local copies may go. Tells what it found and how long it took and worked.
 */
import { openLedger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { pathOf, ROWS_PER_REPORT } from './large-ledger.ts';

const [, , file = '', rows = '0'] = process.argv;
const reports = Math.floor(Number(rows) / ROWS_PER_REPORT);
const begun = performance.now();
const ledger = await openLedger(file, realClock);
const opened = performance.now() - begun;
const intents = await ledger.reports.openIntents('hkscc');
const listed = Array.from({ length: 200 }, (_, index) => pathOf(1 + Math.floor((index * reports) / 200)));
const known = await ledger.reports.versionsOf('hkscc', listed);
const open = await ledger.deliveries.openVersions('hkscc');
const asked = performance.now() - begun;
const { user, system } = process.cpuUsage();
await ledger.close();
console.log(
  JSON.stringify({
    openedMs: Math.round(opened),
    askedMs: Math.round(asked),
    workedMs: Math.round((user + system) / 1000),
    intents: intents.length,
    known: known.size,
    open: open.length,
  }),
);
