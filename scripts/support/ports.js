/** Says in one sentence which port is taken, before anything is started. */
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from './checkout.js';

function faultOfListening(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve('')));
  });
}

/** @param wanted [what it is for, port, variable that chooses another] */
export async function requireFreePorts(wanted) {
  for (const [what, port, variable] of wanted) {
    const fault = await faultOfListening(port);
    if (fault === '') continue;
    const why = fault === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${fault})`;
    throw new UserError(`Port ${port} for ${what} ${why}: end it, or choose another port with ${variable}.`);
  }
}

/** Waits until a page answers with anything that is not a server fault; the signal ends the wait. */
export async function pageAnswers(url, signal) {
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { signal });
      if (response.status < 500) return true;
    } catch {
      // not up yet, or the wait was ended
    }
    await wait(100, undefined, { signal }).catch(() => {});
  }
  return false;
}
