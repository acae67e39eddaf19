/** What an address has seen since the simulator started. Tests and the command line read these. */
export interface Counters {
  /** TCP connections accepted. */
  connections: number;
  /** Login attempts: a refused key counts once, an accepted one once. Asking which methods exist counts nothing. */
  loginAttempts: number;
  loginsRefused: number;
  /** Publickey requests that name RSA with SHA-1, with a signature or without. */
  sha1Requests: number;
  logins: number;
  /** SFTP sessions opened. */
  sessions: number;
  sessionsRefused: number;
  /** Logged-in connections now. */
  live: number;
  opens: number;
  reads: number;
  /** Bytes of file content sent. */
  bytes: number;
  /** Folders opened for listing. */
  listings: number;
  writesRefused: number;
}

export function noCounts(): Counters {
  return {
    connections: 0,
    loginAttempts: 0,
    loginsRefused: 0,
    sha1Requests: 0,
    logins: 0,
    sessions: 0,
    sessionsRefused: 0,
    live: 0,
    opens: 0,
    reads: 0,
    bytes: 0,
    listings: 0,
    writesRefused: 0,
  };
}

export function addCounts(all: readonly Counters[]): Counters {
  const sum = noCounts();
  for (const one of all) {
    for (const key of Object.keys(sum) as (keyof Counters)[]) sum[key] += one[key];
  }
  return sum;
}
