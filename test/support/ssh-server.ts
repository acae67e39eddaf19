/** An SSH server with the host keys a test wants, that takes any login and serves a folder. It counts what it sees. */
import type net from 'node:net';
import type { Algorithms, Connection } from 'ssh2';
import { ssh2 } from '../../lib/ssh/library.ts';
import { noCounts } from '../../simulator/counters.ts';
import { bendHandshake, changeHostKey, type HandshakeFault } from '../../simulator/handshake.ts';
import { type SftpFault, SftpSession } from '../../simulator/sftp/session.ts';
import type { FileTree } from '../../simulator/sftp/tree.ts';

export interface SshServer {
  address: { host: string; port: number };
  /** TCP connections so far, and messages of a login, however they ended. */
  seen: { connections: number; loginMessages: number };
  close(): Promise<void>;
}

export interface SshServerOptions {
  /** Private keys, OpenSSH format or PEM. */
  hostKeys: readonly string[];
  tree: FileTree;
  fault?: SftpFault;
  algorithms?: Algorithms;
  /** How it says less than ssh2 would. */
  handshake?: HandshakeFault;
  onConnection?(connection: Connection): void;
}

export async function sshServer(options: SshServerOptions): Promise<SshServer> {
  const seen = { connections: 0, loginMessages: 0 };
  const open = new Set<Connection>();
  const { handshake, algorithms = {} } = options;
  const server = new ssh2.Server({ hostKeys: [...options.hostKeys], algorithms }, (connection) => {
    if (handshake !== undefined) bendHandshake(connection, handshake);
    seen.connections++;
    open.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => open.delete(connection));
    options.onConnection?.(connection);
    connection.on('authentication', (attempt) => {
      seen.loginMessages++;
      attempt.accept();
    });
    connection.on('session', (accept) => {
      accept().on('subsystem', (acceptChannel) => {
        new SftpSession(acceptChannel(), {
          tree: options.tree,
          counters: noCounts(),
          connection: {
            cut: () => connection.end(),
            disconnect: () => connection.end(),
            rekey: () => connection.rekey(() => {}),
            changeHostKey: (privateKey) => changeHostKey(connection, privateKey),
          },
          ...(options.fault === undefined ? {} : { fault: options.fault }),
        });
      });
    });
  });
  const listener = await new Promise<net.Server>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => resolve(listening as unknown as net.Server));
  });
  return {
    address: { host: '127.0.0.1', port: (listener.address() as net.AddressInfo).port },
    seen,
    async close() {
      for (const connection of open) connection.end();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
