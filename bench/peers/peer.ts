/** A client that is measured: how it is told to fetch one folder. */

/** One folder to fetch from one server. */
export interface Errand {
  host: string;
  port: number;
  user: string;
  keyFile: string;
  fingerprint: string;
  /** A known_hosts file that names exactly this host and port. */
  knownHostsFile: string;
  /** The folder on the server, absolute, without a slash at its end. */
  folder: string;
  /** How many files it holds, where a client is set by that. */
  files: number;
  /** An existing, empty local folder. */
  to: string;
}

/** The command for an errand. */
export interface Order {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Where the folder's files then lie. */
  arrived: string;
}

export interface Peer {
  /** Short name for options. */
  id: string;
  /** Name in tables. */
  name: string;
  /** What was set, in words. */
  settings: string;
  /** Does it keep to one login? An account may not be allowed more. */
  oneLogin: boolean;
  /** The program that has to be there, and the Debian package it comes in. */
  program: string;
  debian?: string;
  order(errand: Errand): Order;
}
