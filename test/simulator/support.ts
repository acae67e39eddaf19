/** What the simulator's tests share: a simulator in a temporary home, and a real ssh2 client. */
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import ssh2, { type Algorithms, type Client, type SFTPWrapper } from 'ssh2';
import type { DataCentre, Installation } from '../../lib/model/types.ts';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type Where,
} from '../../simulator/simulator.ts';

/** A simulator with small files and a fixed Friday, the one before the practice session of June 2025. */
export function simulatorIn(home: string, options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  return startSimulator({
    home,
    ports: 'ephemeral',
    businessDate: '2025-06-20',
    riskFileBytes: 20_000,
    ...options,
  });
}

export function temporaryHome(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'rap-simulator-'));
}

export interface Login {
  client: Client;
  sftp: SFTPWrapper;
  /** Fingerprint the server presented. */
  hostKey: string;
}

export interface LoginOptions {
  user?: string;
  /** Private key instead of the account's. */
  privateKey?: string;
  algorithms?: Algorithms;
}

/** Logs in with the account's key and opens an SFTP session. Rejects with ssh2's error, leaving nothing open. */
export async function login(
  simulator: Simulator,
  installation: Installation,
  where: Where,
  options: LoginOptions = {},
): Promise<Login> {
  const account = simulator.accounts[installation];
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  let hostKey = '';
  try {
    await new Promise<void>((resolve, reject) => {
      // Without this the plain library waits 40 ms between two requests.
      client.once('ready', () => {
        client.setNoDelay(true);
        resolve();
      });
      client.once('close', () => reject(new Error('closed before ready')));
      client.on('error', reject);
      client.connect({
        host: where.host,
        port: where.port,
        username: options.user ?? account.user,
        privateKey: options.privateKey ?? readFileSync(account.keyFile),
        ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }),
        hostHash: 'sha256',
        hostVerifier: (hash: string) => {
          hostKey = `SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`;
          return true;
        },
      });
    });
    const sftp = await ask<SFTPWrapper>((done) => client.sftp(done));
    return { client, sftp, hostKey };
  } catch (error) {
    client.destroy();
    await closed;
    throw error;
  }
}

/** Waits until the simulator has noticed that everyone is gone. */
export async function whenEmpty(simulator: Simulator): Promise<void> {
  while (simulator.counters().live > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function logout({ client }: Pick<Login, 'client'>): Promise<void> {
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.end();
  await closed;
}

/** A method of ssh2's SFTP object that ends in a callback, as a promise. */
export function ask<T>(run: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    run((error, value) => (error ? reject(error) : resolve(value as T))),
  );
}

/** Every file below a remote folder, with its listed size. */
export async function listAll(sftp: SFTPWrapper, folder = '/'): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await ask<ssh2.FileEntry[]>((done) => sftp.readdir(folder, done))) {
    const remote = path.posix.join(folder, entry.filename);
    if ((entry.attrs.mode & 0o170000) === 0o040000)
      for (const [name, size] of await listAll(sftp, remote)) files.set(name, size);
    else files.set(remote, entry.attrs.size);
  }
  return files;
}

/** The bytes of a remote file, by OPEN, FSTAT, READs and CLOSE. */
export function readAll(sftp: SFTPWrapper, remote: string): Promise<Buffer> {
  return ask((done) => sftp.readFile(remote, done));
}

/** Relative paths and contents of all files of a data centre's tree on disk. */
export async function diskContent(
  simulator: Simulator,
  installation: Installation,
  dataCentre: DataCentre,
): Promise<Map<string, Buffer>> {
  const root = simulator.tree(installation, dataCentre);
  const content = new Map<string, Buffer>();
  for (const entry of await fs.readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    content.set(`/${path.relative(root, file).replaceAll(path.sep, '/')}`, await fs.readFile(file));
  }
  return content;
}
