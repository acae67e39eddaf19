/** A line to PostgreSQL that can fall silent: nothing comes through and nothing is refused, as where a cable was pulled. */
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';

const SOCKET = '.s.PGSQL.5432';

export interface SilentLine {
  /** Folder of its socket, for "host=" of an address. */
  folder: string;
  fallSilent(): void;
  /** What was under way is gone; what begins now comes through. */
  speakAgain(): void;
  close(): void;
}

/** @param server folder of the server's socket @param folder for the line's own */
export async function silentLine(server: string, folder: string): Promise<SilentLine> {
  const sockets = new Set<Socket>();
  let silent = false;
  const end = () => {
    for (const one of sockets) one.destroy();
    sockets.clear();
  };
  const proxy = createServer((client) => {
    sockets.add(client.on('error', () => {}));
    if (silent) return void client.pause();
    const upstream = connect(path.join(server, SOCKET));
    sockets.add(upstream.on('error', () => {}));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(path.join(folder, SOCKET), resolve));
  return {
    folder,
    fallSilent() {
      silent = true;
      for (const one of sockets) one.unpipe().pause();
    },
    speakAgain() {
      silent = false;
      end();
    },
    close() {
      proxy.close();
      end();
    },
  };
}
