/**
 * From now on this process reaches nobody but this machine. A rehearsal is wired to the simulator; this is the
 * second lock, for whatever a flow may hold besides.
 */
import { isIP, Socket } from 'node:net';

/** Calls `onRefused` with the host of every connection that is refused. */
export function loopbackOnly(onRefused: (host: string) => void = () => {}): void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...words: unknown[]): Socket {
    const host = hostOf(words);
    if (host === undefined || isLoopback(host)) return Reflect.apply(connect, this, words);
    onRefused(host);
    const refused = new Error(`A rehearsal connects to nobody but this machine, not to ${host}`);
    return this.destroy(Object.assign(refused, { code: 'ECONNREFUSED' }));
  } as typeof connect;
}

/** Of connect(options), connect(port, host), connect(path), or Node's own normalised list; undefined for a path. */
function hostOf([first, second]: unknown[]): string | undefined {
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: unknown; host?: unknown };
    return typeof path === 'string' ? undefined : typeof host === 'string' ? host : 'localhost';
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined;
  return typeof second === 'string' ? second : 'localhost';
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return host.toLowerCase() === 'localhost';
  return host === '::1' || /^(::ffff:)?127\./i.test(host);
}
