/** The demo's editor has no login: the channel on which it hears of statuses and messages opens for its own pages only. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NodeAPI } from 'node-red';
import { isOfThisMachine } from '../../lib/net/own-pages.ts';
import { profileOf } from './runtime.ts';

const guarded = new WeakSet<object>();

/** Once for the server of the editor, whichever node comes first. */
export function guardComms(RED: NodeAPI): void {
  const { server } = RED as unknown as { server?: Server | null };
  // A rehearsal has no editor.
  if (!server || profileOf(RED) !== 'demo' || guarded.has(server)) return;
  guarded.add(server);
  // Before Node-RED's own listener, which finds a closed socket then.
  server.prependListener('upgrade', ({ headers }: IncomingMessage, socket: Duplex) => {
    if (!isOfThisMachine(headers)) socket.destroy();
  });
}
