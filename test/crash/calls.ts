/**
 * Builds calls.c and sets it up for one start of a program: which calls are counted, and what happens at a
 * chosen one. Linux only; any C compiler will do.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';

export type ErrorName = 'ENOSPC' | 'EIO' | 'EXDEV' | 'EACCES' | 'ESTALE' | 'EROFS';

/** What happens at a call: the program ends before it, ends in the middle of it (of a write), or it fails. */
export type Act = 'kill' | 'tear' | ErrorName;

export interface Watch {
  /** Files below this folder count, and all connections. */
  under: string;
  /** Connections do not count. */
  filesOnly?: boolean;
  /** Also calls that change nothing: opening, reading, looking, closing. */
  all?: boolean;
  /** Number of the call to act at, from 1. */
  at?: number;
  /** Last call to act at; default the same one. */
  last?: number;
  act?: Act;
  /** Gets a line for each counted call: number, name, path or paths. */
  log?: string;
}

const source = path.join(import.meta.dirname, 'calls.c');
const cache = path.join(import.meta.dirname, '../../node_modules/.cache/rap');
/** Linux keeps it at the same number on all its processors; Node names no such error elsewhere. */
const STALE = 116;

let library: string | undefined;

/** Can programs be watched here? */
export function canWatch(): boolean {
  return process.platform === 'linux' && compiler() !== undefined;
}

function compiler(): string | undefined {
  return ['cc', 'gcc', 'clang', 'tcc'].find((name) => spawnSync(name, ['-v']).error === undefined);
}

/** The library, compiled when there is none for this source. */
function build(): string {
  const text = readFileSync(source);
  const name = `calls-${process.arch}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.so`;
  const file = path.join(cache, name);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  const made = spawnSync(compiler() ?? 'cc', ['-shared', '-fPIC', '-nostdlib', '-w', '-o', fresh, source], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`calls.c cannot be compiled: ${made.stderr}`);
  renameSync(fresh, file);
  return file;
}

/** Environment of a program that is to be watched. */
export function watching({
  under,
  filesOnly,
  all,
  at,
  last,
  act = 'kill',
  log,
}: Watch): Record<string, string> {
  library ??= build();
  return {
    LD_PRELOAD: library,
    CALLS_UNDER: under,
    CALLS_ACT: String(numberOf(act)),
    ...(filesOnly === true ? { CALLS_FILES: '1' } : {}),
    ...(all === true ? { CALLS_ALL: '1' } : {}),
    ...(at === undefined ? {} : { CALLS_AT: String(at) }),
    ...(last === undefined ? {} : { CALLS_LAST: String(last) }),
    ...(log === undefined ? {} : { CALLS_LOG: log }),
  };
}

function numberOf(act: Act): number {
  if (act === 'kill') return 0;
  if (act === 'tear') return -1;
  return act === 'ESTALE' ? STALE : constants.errno[act];
}

export interface Call {
  /** From 1. */
  number: number;
  name: string;
  /** 'port:N' for a connection. */
  paths: string[];
}

/** The calls a log tells of. Paths hold no spaces here. */
export function callsIn(log: string): Call[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [number = '', name = '', ...paths] = line.split(' ');
      return { number: Number(number), name, paths };
    });
}
