/** The two loops of the crash proof: every call of a small run in turn, and a long run killed again and again. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Chance } from '../../simulator/content/random.ts';
import { type Act, type Call, callsIn, type ErrorName } from './calls.ts';
import { Checks } from './check.ts';
import { type Home, type Outcome, openStage, type Stage } from './stage.ts';

/** What one point of a loop showed. */
export interface Point {
  /** Where it was: 'link share', 'pwrite64 ledger.sqlite-wal'. */
  kind: string;
  act: Act;
  /** What is wrong, in words; empty when all is well. */
  wrong: string[];
}

const MINUTE = 60_000;
/** After this a mail whose sending was cut off is taken up again. */
const MAIL_TIME = 6 * MINUTE;

/** What a call did, and to what kind of file. */
export function kindOf(call: Call | undefined, home: Home): string {
  if (call === undefined) return 'before any call';
  const where = call.paths.at(-1) ?? '';
  const inside = path.relative(home.folder, where);
  const place = where.startsWith('port:')
    ? 'network'
    : /^[ab](\/|$)/.test(inside)
      ? `share ${inside[0]}`
      : inside.startsWith('home/landing')
        ? 'landing'
        : inside.startsWith('home/ledger')
          ? path.basename(inside)
          : 'home';
  return `${call.name} ${place}`;
}

/** The calls of one undisturbed run. */
export async function callsOfRun(files: number, all: boolean): Promise<{ calls: Call[]; home: Home }> {
  const stage = await openStage(files);
  try {
    const home = await stage.newHome('calls');
    const log = `${home.folder}.log`;
    const outcome = await stage.start(home, 'run-calls', { watch: { under: home.folder, all, log } });
    if (outcome.status !== 0) throw new Error(`The undisturbed run failed: ${describe(outcome)}`);
    const wrong = await new Checks(stage, home).atTheEnd();
    if (wrong.length > 0) throw new Error(`The undisturbed run is wrong: ${wrong.join('; ')}`);
    return { calls: callsIn(log), home };
  } finally {
    await stage.close();
  }
}

/** Does all tasks, several at a time, each on the stage of its worker. */
export async function inParallel<T>(
  files: number,
  workers: number,
  tasks: readonly T[],
  work: (stage: Stage, task: T) => Promise<void>,
): Promise<void> {
  const queue = tasks.values();
  const worker = async () => {
    const stage = await openStage(files);
    try {
      for (const task of queue) {
        await work(stage, task);
        stage.relay.taken.length = 0;
        stage.relay.confirmed.length = 0;
      }
    } finally {
      await stage.close();
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** Some calls of each kind, spread over the run, at least one of each. */
export function someOfEachKind(calls: readonly Call[], home: Home, most: number): number[] {
  const kinds = new Map<string, number[]>();
  for (const call of calls) {
    const kind = kindOf(call, home);
    kinds.set(kind, [...(kinds.get(kind) ?? []), call.number]);
  }
  const picked = new Set<number>();
  for (let round = 0; picked.size < Math.min(most, calls.length); round++) {
    for (const numbers of kinds.values()) {
      const number = numbers[(round * 7 + Math.floor(numbers.length / 2)) % numbers.length];
      if (number !== undefined && picked.size < most) picked.add(number);
    }
    if (round > calls.length) break;
  }
  return [...picked].sort((a, b) => a - b);
}

/** Ends a fresh run at one call; the next run must come to the end of everything. */
export async function killAt(stage: Stage, number: number, act: 'kill' | 'tear'): Promise<Point> {
  const home = await stage.newHome(`${act}-${number}`);
  const log = `${home.folder}.log`;
  const checks = new Checks(stage, home);
  const watch = { under: home.folder, at: number, act, log };
  const outcome = await stage.start(home, `run-${act}-${number}`, { watch });
  // Files come side by side, so no two runs make exactly the same number of calls.
  const kind = outcome.status === 0 ? 'beyond the end' : kindOf(callsIn(log).at(-1), home);
  const wrong =
    outcome.killed || outcome.status === 0
      ? await checks.now()
      : [`the run was not killed: ${describe(outcome)}`];
  // As a person or a schedule starts it again: a run of its own.
  const next = await stage.start(home, `run-${act}-${number}-next`, { later: MAIL_TIME });
  if (next.status !== 0) wrong.push(`the next run failed: ${describe(next)}`);
  wrong.push(...(await checks.atTheEnd()));
  await remove(home);
  return { kind, act, wrong };
}

/**
 * Lets one call of a fresh run fail, or this one and all after it; nothing may be called done that is not, and
 * the run after that must come to the end of everything.
 * @param lasting this call and all after it
 * @param oneShare only calls on the second share fail; the first must have been served
 */
export async function failAt(
  stage: Stage,
  number: number,
  act: ErrorName,
  lasting: boolean,
  oneShare = false,
): Promise<Point> {
  const id = `${act}-${number}${lasting ? '-lasting' : ''}`;
  const home = await stage.newHome(id);
  const log = `${home.folder}.log`;
  const checks = new Checks(stage, home);
  const last = lasting ? Number.MAX_SAFE_INTEGER : number;
  const watch = {
    under: oneShare ? home.shares[1] : home.folder,
    filesOnly: oneShare,
    all: true,
    at: number,
    last,
    act,
    log,
  };
  const outcome = await stage.start(home, `run-${id}`, { watch });
  const calls = callsIn(log);
  const call = calls.find((one) => one.number === number);
  const kind = call === undefined ? 'beyond the end' : kindOf(call, home);
  const wrong = await checks.now();
  if (call !== undefined && !lasting)
    wrong.push(...builtOn(call, calls, outcome.told?.delivered ?? [], home));
  if (oneShare) wrong.push(...(await checks.filedOn(home.filed[0])));
  if (outcome.told === undefined) wrong.push(`it fell over: ${describe(outcome)}`);
  for (const file of outcome.told?.delivered ?? []) {
    if (!existsSync(file)) wrong.push(`${file} was told to be delivered and is not there`);
  }
  if (outcome.told?.complete === true) wrong.push(...(await checks.atTheEnd()));
  const next = await stage.start(home, `run-${id}-next`, { later: MAIL_TIME });
  if (next.status !== 0) wrong.push(`the next run failed: ${describe(next)}`);
  wrong.push(...(await checks.atTheEnd()));
  await remove(home);
  return { kind: `${kind}${outcome.told?.complete === true ? ' (made up for)' : ''}`, act, wrong };
}

/**
 * What could not be synced or closed must not be built upon, though reading it shows nothing wrong: a file gets no
 * name, and a folder is synced once more before anything in it is called delivered.
 */
function builtOn(failed: Call, calls: readonly Call[], delivered: readonly string[], home: Home): string[] {
  const [place = ''] = failed.paths;
  const kind = kindOf(failed, home);
  if (!/^(fsync|close) (share|landing)/.test(kind)) return [];
  const later = calls.filter(({ number }) => number > failed.number);
  if (later.some(({ name, paths }) => name === 'link' && paths[0] === place))
    return [`${place} got a name though ${failed.name} failed`];
  if (failed.name === 'close' || later.some(({ name, paths }) => name === 'fsync' && paths[0] === place))
    return [];
  const named = calls.filter(({ name, paths }) => name === 'link' && paths[1]?.startsWith(`${place}/`));
  const last = named.findLast(({ number }) => number < failed.number);
  return named
    .filter((one) => one === last || one.number > failed.number)
    .flatMap(({ paths }) => (delivered.includes(paths[1] ?? '') ? [`${paths[1]} is not durable`] : []));
}

export interface ChainOptions {
  seed: number;
  files: number;
  /** Says after each kill whether there were enough: then the run is let come to its end. */
  enough?: (kills: number) => boolean;
  onPoint?: (point: Point, found: number) => void;
  /** Waited for before each start. */
  before?: () => Promise<void>;
}

/** Aims the kills of a chain: a third while a run prepares, the others soon after its first file was begun. */
class Aim {
  readonly #chance: Chance;
  /** Calls before the first file is begun, as the last start that got so far made them. */
  #preparing: number;
  /** How far behind that a kill may lie: little while there is progress, so that about one report is filed. */
  #window = LEAST_WINDOW;

  constructor(seed: number, files: number) {
    this.#chance = new Chance('crash chain', seed, files);
    this.#preparing = 300 + 8 * files;
  }

  next(): { at: number; act: 'kill' | 'tear' } {
    const act = this.#chance.between(1, 4) === 1 ? 'tear' : 'kill';
    const early = this.#chance.between(1, 3) === 1;
    const reach = Math.ceil(this.#window);
    const at = early
      ? this.#chance.between(1, this.#preparing)
      : this.#preparing + this.#chance.between(1, reach);
    return { at, act };
  }

  learn(calls: readonly Call[], home: Home, progress: number): void {
    const begun = calls.find((call) => /^create (landing|share)/.test(kindOf(call, home)));
    if (begun !== undefined) this.#preparing = begun.number;
    if (progress > 0) this.#window = Math.max(LEAST_WINDOW, this.#window * 0.8);
    else if (begun !== undefined || calls.length > this.#preparing) this.#window *= 1.2;
  }
}

const LEAST_WINDOW = 60;

/**
 * One long run: each start is killed after a random number of calls and a new run begins on what is left, until
 * one comes to its end.
 */
export async function chain({ seed, files, enough, onPoint, before }: ChainOptions): Promise<Point[]> {
  const aim = new Aim(seed, files);
  const stage = await openStage(files);
  try {
    const home = await stage.newHome(`chain-${seed}`);
    const checks = new Checks(stage, home);
    const met: Point[] = [];
    for (let start = 1; ; start++) {
      await before?.();
      const last = enough?.(met.length) ?? false;
      const log = `${home.folder}.log`;
      await fs.rm(log, { force: true });
      const { at, act } = aim.next();
      const sofar = checks.progress;
      const options = last ? {} : { watch: { under: home.folder, at, act, log } as const };
      const outcome = await stage.start(home, `run-${seed}-${start}`, { later: start * MINUTE, ...options });
      const wrong = await checks.now();
      if (!outcome.killed) {
        if (outcome.status !== 0) wrong.push(`start ${start} failed: ${describe(outcome)}`);
        await stage.start(home, `run-${seed}-end`, { later: start * MINUTE + MAIL_TIME });
        wrong.push(...(await checks.atTheEnd()));
        const end: Point = { kind: 'the end', act: 'kill', wrong };
        onPoint?.(end, checks.found);
        return [...met, end];
      }
      const calls = callsIn(log);
      const point: Point = { kind: kindOf(calls.at(-1), home), act, wrong };
      met.push(point);
      onPoint?.(point, checks.found);
      aim.learn(calls, home, checks.progress - sofar);
    }
  } finally {
    await stage.close();
  }
}

function describe({ status, killed, told, stderr }: Outcome): string {
  return `${killed ? 'killed' : `exit ${status}`} ${told?.codes.join(' ') ?? ''} ${stderr.slice(-500)}`.trim();
}

async function remove(home: Home): Promise<void> {
  await fs.rm(home.folder, { recursive: true, force: true });
}
