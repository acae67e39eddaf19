/** What every real SFTP server of the interop tests has in common: found, started, watched, stopped, removed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newKey, type SshKey, writeKey } from '../../../simulator/keys.ts';
import { freePort } from '../../support/free-port.ts';
import { PATIENCE_MS } from '../../support/patience.ts';

/** A server that runs and serves one folder to one user with one key. */
export interface TestServer {
  /** Its process; sessions may have others, below it. */
  pid: number;
  host: string;
  port: number;
  user: string;
  /** Private key of the user, OpenSSH format. */
  keyFile: string;
  /** A private key the server does not know. */
  strangerKeyFile: string;
  fingerprints: string[];
  /** The host key as a line of a known_hosts file. */
  knownHosts: string;
  /** What the served folder is called on the server; '' when it is the server's root. */
  base: string;
  /** All it has said so far. */
  log(): string;
  /** Ends it and removes everything it needed. */
  stop(): Promise<void>;
}

/** A kind of server, perhaps not installed here. */
export interface ServerKind {
  name: string;
  /** Debian packages it needs. */
  packages: readonly string[];
  /** Files of those packages, to see whether they are installed. */
  files: readonly string[];
  start(root: string): Promise<TestServer>;
  /** How many attempts to log in with a key it does not know the log tells of. Left out where it tells of none. */
  refusals?(log: string): number;
  /** It changes keys so often that a large file would take very long. */
  rekeys?: boolean;
}

export const HOST = '127.0.0.1';

/** Is all there that the server needs? */
export function isInstalled(kind: Pick<ServerKind, 'files'>): boolean {
  return kind.files.every((file) => existsSync(file));
}

/** One sentence on what to install, or undefined. */
export function whatIsMissing(kind: Pick<ServerKind, 'name' | 'files' | 'packages'>): string | undefined {
  if (isInstalled(kind)) return undefined;
  return `${kind.name} is not installed: "apt-get install ${kind.packages.join(' ')}" as root installs it.`;
}

/** Number of matches of a pattern in a log. */
export function countIn(log: string, pattern: RegExp): number {
  return [...log.matchAll(new RegExp(pattern, 'gm'))].length;
}

/** The keys of one run, and a folder of its own for them and the configuration. */
export interface Bench {
  folder: string;
  port: number;
  hostKey: SshKey;
  hostKeyFile: string;
  userKey: SshKey;
  userKeyFile: string;
  strangerKeyFile: string;
}

async function prepare(): Promise<Bench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rap-interop-'));
  const file = (name: string) => path.join(folder, name);
  const hostKey = await writeKey(file('host_key'), newKey('host'));
  const userKey = await writeKey(file('user_key'), newKey('user'));
  await writeKey(file('stranger_key'), newKey('stranger'));
  return {
    folder,
    port: await freePort(),
    hostKey,
    hostKeyFile: file('host_key'),
    userKey,
    userKeyFile: file('user_key'),
    strangerKeyFile: file('stranger_key'),
  };
}

/** How a kind of server is run. */
export interface Launch {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  user: string;
  base: string;
  /** A log file it writes in addition to what it says on its streams. */
  logFile?: string;
}

/**
 * Makes keys, asks how to run the server with them, runs it and waits until it greets.
 * @throws Error with the server's own words when it does not start
 */
export async function launch(describe: (bench: Bench) => Promise<Launch>): Promise<TestServer> {
  const bench = await prepare();
  let child: ChildProcess | undefined;
  try {
    const how = await describe(bench);
    // Into a file, not a pipe: a server must never wait for us to read what it says.
    const said = path.join(bench.folder, 'said');
    const into = await open(said, 'w');
    child = spawn(how.command, how.args, {
      env: how.env ?? process.env,
      stdio: ['ignore', into.fd, into.fd],
    });
    child.on('error', () => {}); // a server that cannot be started never greets
    await into.close();
    const log = () => textOf(said) + (how.logFile === undefined ? '' : textOf(how.logFile));
    await greeting(bench.port, child, log);
    const running = child;
    return {
      pid: running.pid ?? 0,
      host: HOST,
      port: bench.port,
      user: how.user,
      keyFile: bench.userKeyFile,
      strangerKeyFile: bench.strangerKeyFile,
      fingerprints: [bench.hostKey.fingerprint],
      knownHosts: `[${HOST}]:${bench.port} ${bench.hostKey.publicKey}`,
      base: how.base,
      log,
      stop: () => finish(running, bench.folder),
    };
  } catch (error) {
    await finish(child, bench.folder);
    throw error;
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Waits until the server says its SSH greeting. */
async function greeting(port: number, child: ChildProcess, log: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await greets(port)) return;
    await pause(50);
  }
  throw new Error(`The server did not start. It said:\n${log()}`);
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, HOST);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once('data', (chunk) => {
      resolve(chunk.toString('latin1').startsWith('SSH-'));
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(false));
  });
}

async function finish(child: ChildProcess | undefined, folder: string): Promise<void> {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await gone;
    clearTimeout(impatience);
  }
  await rm(folder, { recursive: true, force: true });
}
