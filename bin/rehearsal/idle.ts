/**
 * When may simulated time go on? When this process has nothing left to do at the present moment. Sockets, disks and
 * threads know nothing of simulated time: a clock that moves while they work makes deadlines run out and answers
 * come late that on a real day would have been in time. The engine, RAP, the feeds and the relay of a rehearsal
 * live in one process, so its event loop knows of all of them.
 */

import { performance } from 'node:perf_hooks';

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
  let turns = 0;
  let since = performance.now();
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = arrived();
    if (now === seen && ++turns < quietTurns) continue;
    // A timer that began nothing is over at once.
    const quiet = now === seen && (now === first || performance.now() - since >= quietMs);
    const waiting = asking() || busy();
    if (quiet && !waiting) return;
    // A disk or a relay at work is waited for without keeping the processor from it.
    if (waiting) await new Promise((resolve) => setTimeout(resolve, 1));
    if (!quiet) turns = 0;
    if (now !== seen) since = performance.now();
    seen = now;
  }
}

/** How many events the loop has taken from the system so far. */
function arrived(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}

function asking(): boolean {
  return process.getActiveResourcesInfo().some((name) => request.test(name));
}
