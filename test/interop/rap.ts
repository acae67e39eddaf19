/** `rap fetch` as a user runs it: the command itself, in a process of its own, watched. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestServer } from './servers/server.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

export interface FetchRun {
  status: number | null;
  /** What it said about each file. */
  lines: {
    path: string;
    bytes: number;
    sha256: string | null;
    outcome: string;
    code?: string;
    nameHex?: string;
  }[];
  summary: { files: number; bytes: number; failed: number; seconds: number; error?: { code: string } };
  stderr: string;
  /** Wall time, start of the process included. */
  seconds: number;
  /** Largest resident memory of the process, bytes. */
  peak: number;
}

export interface FetchWords {
  from: string;
  /** '' where `from` is to be given as it is. */
  base?: '';
  to: string;
  user?: string;
  keyFile?: string;
  fingerprint?: string;
  port?: number;
  more?: readonly string[];
}

/** Largest resident memory so far, bytes; 0 when the process is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Fetches one folder. */
export async function rapFetch(server: TestServer, words: FetchWords): Promise<FetchRun> {
  const args = [
    'fetch',
    ...['--host', server.host, '--port', `${words.port ?? server.port}`],
    ...['--user', words.user ?? server.user, '--key', words.keyFile ?? server.keyFile],
    ...['--host-key', words.fingerprint ?? server.fingerprints.join(',')],
    ...[
      '--from',
      words.base === '' ? words.from : `${server.base}/${words.from}`,
      '--to',
      words.to,
      '--json',
    ],
    ...(words.more ?? []),
  ];
  const start = performance.now();
  // The Node.js that runs the tests comes first, so that the command runs in this one process.
  const child = spawn(rap, args, {
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let peak = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { pid } = child;
  const sample = setInterval(() => {
    if (pid !== undefined) peak = Math.max(peak, peakOf(pid));
  }, 20);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(sample));
  const said = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const summary = said.pop();
  if (summary?.summary !== true) throw new Error(`rap fetch ended without a summary (${status}): ${stderr}`);
  return { status, lines: said, summary, stderr, peak, seconds: (performance.now() - start) / 1000 };
}
