/** A line to PostgreSQL that breaks at a commit. */
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import type { PostgresPlace } from '../../lib/ledger/place.ts';

const SOCKET = '.s.PGSQL.5432';

export interface BreakingLine {
  /** The ledger, by this line. */
  place: PostgresPlace;
  /** The next commit is the one, or a later one. @param onBreak called as the line breaks */
  arm(commit?: number, onBreak?: () => void): void;
  close(): void;
}

/**
 * Passes everything on until a commit comes.
 * @param where the server never gets it, or nobody gets its answer
 */
export async function breakingLine(
  place: PostgresPlace,
  folder: string,
  where: 'before' | 'behind',
): Promise<BreakingLine> {
  const sockets = new Set<Socket>();
  /** Commits until then; 0 for never. */
  let armed = 0;
  let told = () => {};
  const proxy = createServer((client) => {
    const upstream = connect(path.join(String(place.address.hosts[0]?.host), SOCKET));
    for (const one of [client, upstream]) {
      sockets.add(one);
      one.on('error', () => {});
    }
    upstream.on('data', (data) => client.write(data));
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.end());
    client.on('data', (data) => {
      if (armed === 0 || !data.includes('commit\0') || --armed > 0) return void upstream.write(data);
      if (where === 'before') {
        told();
        client.destroy();
        upstream.destroy();
      } else {
        upstream.removeAllListeners('data');
        upstream.once('data', () => {
          told();
          client.destroy();
        });
        upstream.write(data);
      }
    });
  });
  await new Promise<void>((resolve) => proxy.listen(path.join(folder, SOCKET), resolve));
  return {
    place: { ...place, address: { ...place.address, hosts: [{ host: folder, port: 5432 }] } },
    arm: (commit = 1, onBreak = () => {}) => {
      [armed, told] = [commit, onBreak];
    },
    close: () => {
      proxy.close();
      for (const one of sockets) one.destroy();
    },
  };
}
