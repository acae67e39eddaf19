/** Ports for programs that a test starts. */
import net from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections (32768 and up on Linux, 49152 on Windows): one of
 * those would be taken by somebody's connection between the choice and the use, now and then.
 */
const [FIRST, LAST] = [20_000, 31_999];

/** Processes of one run have neighbouring ids: the factor sets their first ports far apart. */
let next = FIRST + ((process.pid * 7919) % (LAST - FIRST));

/** A port of 127.0.0.1 on which nobody listens, another one at each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next === LAST ? FIRST : next + 1;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const listener = net.createServer();
    listener.once('error', () => resolve(false));
    listener.listen(port, '127.0.0.1', () => listener.close(() => resolve(true)));
  });
}
