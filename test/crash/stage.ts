/** What a run meets: RAP with a given number of reports, a mail relay, and homes to start the engine in. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { initShare } from '../../lib/delivery/share.ts';
import { realClock } from '../../lib/time/clock.ts';
import { newKey, writeKey } from '../../simulator/keys.ts';
import { RapServer } from '../../simulator/rap-server.ts';
import { diskTree } from '../../simulator/sftp/tree.ts';
import { type Relay, startRelay } from '../lib/mail/relay-fixture.ts';
import { roomyFolder } from '../support/roomy-folder.ts';
import { type Watch, watching } from './calls.ts';
import type { Job, Told } from './run.ts';

const USER = 'REPORTS1';
const DATE = '2025-06-20';
const HOST = '127.0.0.1';
const SCRIPT = path.join(import.meta.dirname, 'run.ts');
/** Compiled code is kept between starts, as bin/rap does it. */
const COMPILED = path.join(import.meta.dirname, '../../node_modules/.cache/rap');

/** What became of one start of the engine. */
export interface Outcome {
  status: number | null;
  killed: boolean;
  /** Undefined when it did not get to say anything. */
  told: Told | undefined;
  stderr: string;
}

/** A place for one engine: a home and two shares. */
export interface Home {
  /** Home and shares lie in it, and nothing else. */
  folder: string;
  home: string;
  shares: [string, string];
  ledger: string;
  /** Where reports lie on each share. */
  filed: [string, string];
}

export interface StartOptions {
  /** Milliseconds this start lies after the present. */
  later?: number;
  watch?: Watch;
  /** A program, with its words, that the engine is started by. */
  by?: readonly string[];
}

export interface Stage {
  /** Name and SHA-256 of every report there is. */
  readonly reports: ReadonlyMap<string, string>;
  readonly relay: Relay;
  newHome(name: string): Promise<Home>;
  start(home: Home, run: string, options?: StartOptions): Promise<Outcome>;
  close(): Promise<void>;
}

/** Stages that are open. They lie in memory, so they must not outlive this process. */
const standing = new Set<string>();
process.once('exit', () => {
  for (const folder of standing) rmSync(folder, { recursive: true, force: true });
});

export async function openStage(files: number, under = roomyFolder()): Promise<Stage> {
  const folder = await fs.realpath(await fs.mkdtemp(path.join(under, 'rap-crash-')));
  standing.add(folder);
  const root = path.join(folder, 'served');
  const reports = await fillInbox(path.join(root, 'INBOX', DATE.replaceAll('-', '')), files);
  const keyFile = path.join(folder, 'key');
  const userKey = await writeKey(keyFile, newKey('user'));
  const hostKey = newKey('host');
  const server = new RapServer({
    host: HOST,
    port: 0,
    hostKey,
    accounts: { keysOf: (user) => (user === USER ? [userKey.blob] : []), live: new Map() },
    tree: diskTree(root),
  });
  await server.listen();
  const relay = await startRelay();
  const jobFile = (home: Home) => path.join(folder, `${path.basename(home.folder)}.json`);

  return {
    reports,
    relay,

    async newHome(name) {
      const place = path.join(folder, name);
      const home = path.join(place, 'home');
      const shares: Home['shares'] = [path.join(place, 'a'), path.join(place, 'b')];
      for (const one of [home, ...shares]) await fs.mkdir(one, { recursive: true });
      for (const share of shares) await initShare(share, realClock);
      const filed: Home['filed'] = [path.join(shares[0], DATE), path.join(shares[1], DATE)];
      return { folder: place, home, shares, filed, ledger: path.join(home, 'ledger.sqlite') };
    },

    async start(home, run, { later = 0, watch, by = [] } = {}) {
      const job: Job = {
        home: home.home,
        shares: home.shares,
        run,
        later,
        server: { host: HOST, port: server.port, user: USER, keyFile, fingerprint: hostKey.fingerprint },
        relay: relay.port,
      };
      await fs.writeFile(jobFile(home), JSON.stringify(job));
      return startEngine(
        [...by, process.execPath, SCRIPT, jobFile(home)],
        watch === undefined ? {} : watching(watch),
      );
    },

    async close() {
      await relay.close();
      await server.close();
      await fs.rm(folder, { recursive: true, force: true });
      standing.delete(folder);
    },
  };
}

/** Reports of 1 to 8 kB with a content that says nothing twice. */
async function fillInbox(folder: string, files: number): Promise<Map<string, string>> {
  const reports = new Map<string, string>();
  await fs.mkdir(folder, { recursive: true });
  for (let index = 1; index <= files; index++) {
    const name = `CSEMA08_SIM001_${DATE.replaceAll('-', '')}_${String(index).padStart(4, '0')}.txt`;
    const line = `${createHash('sha256').update(name).digest('hex')}\n`;
    const content = line.repeat(16 + ((index * 37) % 112));
    await fs.writeFile(path.join(folder, name), content);
    reports.set(name, createHash('sha256').update(content).digest('hex'));
  }
  return reports;
}

function startEngine([program = '', ...words]: string[], watch: Record<string, string>): Promise<Outcome> {
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED, NODE_OPTIONS: '', ...watch };
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      const told = last.startsWith('{') ? (JSON.parse(last) as Told) : undefined;
      resolve({ status, killed: signal === 'SIGKILL', told, stderr });
    });
  });
}
