/** Waits for the real disk, so that a simulated clock goes on only while nothing is under way there. */
import { setImmediate as turn } from 'node:timers/promises';

const AT_WORK = new Set(['FSReqPromise', 'FSReqCallback', 'CloseReq']);
/** So many turns of the loop in a row without a call of the disk, since a call is often followed by another. */
const TURNS = 20;

/** Is a call of the file system under way in this process? */
export function isDiskAtWork(): boolean {
  return process.getActiveResourcesInfo().some((resource) => AT_WORK.has(resource));
}

/** Comes back once no call of the file system is under way in this process. */
export async function diskAtRest(): Promise<void> {
  for (let quiet = 0; quiet < TURNS; quiet++) {
    await turn();
    if (isDiskAtWork()) quiet = -1;
  }
}
