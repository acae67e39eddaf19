/** How an address misbehaves: the door through which all faults enter. Every part is optional. */
import type { Algorithms, AuthContext } from 'ssh2';
import type { DataCentre } from '../lib/model/types.ts';
import type { ConnectionHandle } from './connection-handle.ts';
import type { LineFault } from './fault-proxy.ts';
import type { HandshakeFault } from './handshake.ts';
import type { SftpFault } from './sftp/session.ts';

export interface Fault {
  /** Which addresses meet it; all when left out. */
  meets?(address: { dataCentre: DataCentre; number: 1 | 2 }): boolean;
  /** The address does not listen at all. */
  refuse?: boolean;
  /** The address neither takes nor refuses a connection: no SYN is answered. On Linux only. */
  unanswered?: boolean;
  line?: LineFault;
  /** Said instead of the SSH greeting, before the connection is closed. */
  turnedAway?: string;
  /** A host key that is not the address's own: unknown to the client, or announced to it as the next one. */
  hostKey?: 'changed' | 'next';
  /** Host keys of other kinds (PEM), presented instead of the address's own. */
  hostKeys?: readonly string[];
  algorithms?: Algorithms;
  handshake?: HandshakeFault;
  /** Each account may log in with an RSA key too, which lies beside its own (`SimulatedAccount.rsaKeyFile`). */
  rsaLogin?: boolean;
  /** Text shown before the login. */
  banner?: string;
  /** No key is known. */
  refuseKeys?: boolean;
  /** Answers a login with the registered key and a good signature; returns whether it did. */
  login?(attempt: AuthContext, connection: ConnectionHandle): boolean;
  loggedIn?(connection: ConnectionHandle): void;
  /** Whether a session is refused, given how many connections of the account are logged in, this one included. */
  refusesSession?(live: number): boolean;
  sftp?: SftpFault;
}
