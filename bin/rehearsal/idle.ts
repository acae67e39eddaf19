/**
 * When may simulated time go on? When this process has nothing left to do at the present moment. Sockets, disks and
 * threads know nothing of simulated time: a clock that moves while they work makes deadlines run out and answers
 * come late that on a real day would have been in time. The engine, RAP, the feeds and the relay of a rehearsal
 * live in one process, so its event loop knows of all of them.
 */

import { performance } from 'node:perf_hooks';
import { setImmediate as immediate, setTimeout } from 'node:timers/promises';

/** So long, and over so many turns of the event loop, nothing may have arrived. */
const quietMs = 2;
const quietTurns = 30;

/** Requests to the system that have not been answered, as Node.js names them; sockets and timers only wait. */
const request = /Req|ConnectWrap|WriteWrap|ShutdownWrap|Work/;

/**
 * Resolves when no file, name or connection is asked for and nothing more arrives. What hangs is idle: an answer
 * that will never come keeps nobody waiting.
 * @param busy says of something that is not seen from here that it is under way
 */
export async function idle(busy: () => boolean = () => false): Promise<void> {
  const first = arrived();
  let seen = first;
  let since = performance.now();
  for (let turns = 0; ; turns++) {
    // At first promises settle one after the other; then those who work are not kept from the processor.
    await (turns < quietTurns ? immediate() : setTimeout(1));
    const now = arrived();
    if (now !== seen) {
      seen = now;
      since = performance.now();
      turns = 0;
    }
    if (turns < quietTurns - 1) continue;
    // A timer that began nothing is over at once.
    const quiet = now === first || performance.now() - since >= quietMs;
    if (quiet && !asking() && !busy()) return;
  }
}

/** How many events the loop has taken from the system so far. */
function arrived(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}

function asking(): boolean {
  return process.getActiveResourcesInfo().some((name) => request.test(name));
}
