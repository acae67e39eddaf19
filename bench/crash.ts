/**
 * The crash proof at full size. Linux with a C compiler; works in memory (/dev/shm) where there is one.
 *
 *   node bench/crash.ts chain --points 10000    runs over 500 reports, killed again and again until they end
 *   node bench/crash.ts sweep                   a run over 3 reports, killed at every call that changes something
 *   node bench/crash.ts faults                  the same run; each call of it fails, with each error, once or for good
 *
 *   --files N         reports of a run
 *   --seed N          first chain (default 1); chains that the results hold already are not run again
 *   --results FILE    where chains are written down, one JSON line each (default: rap-crash-chains.jsonl in the
 *                     folder for temporary files)
 *   --jobs N          engines at the same time (default 1)
 *   --every N         sweep, faults: every N-th call only
 *   --from N, --to N  sweep, faults: only the calls from the one to the other
 *   --error NAME      faults: this error only; may be given several times
 *   --in-turn         faults: each call fails once or for good, in turn, instead of both
 *   --pause-while FILE  starts nothing as long as this file exists
 *
 * Exit 0 only when nothing was wrong. A line on stderr tells of each thing that was.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Call, canWatch, type ErrorName } from '../test/crash/calls.ts';
import { callsOfRun, chain, failAt, inParallel, killAt, type Point } from '../test/crash/loops.ts';

const ERRORS: readonly ErrorName[] = ['ENOSPC', 'EIO', 'EXDEV', 'EACCES', 'ESTALE', 'EROFS'];
const LOOK_AGAIN = 1_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    points: { type: 'string', default: '10000' },
    files: { type: 'string' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string', default: path.join(tmpdir(), 'rap-crash-chains.jsonl') },
    jobs: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: 'Infinity' },
    error: { type: 'string', multiple: true },
    'in-turn': { type: 'boolean', default: false },
    'pause-while': { type: 'string' },
  },
});
const [what = ''] = positionals;
const jobs = Number(values.jobs);
const begun = performance.now();
const say = (line: string) => process.stdout.write(`${line}\n`);
/** Is this call among those that were asked for? */
const isWanted = ({ number }: Call) =>
  number % Number(values.every) === 0 && number >= Number(values.from) && number <= Number(values.to);
const minutes = () => ((performance.now() - begun) / 60_000).toFixed(1);

async function pause(): Promise<void> {
  const file = values['pause-while'];
  while (file !== undefined && existsSync(file)) await setTimeout(LOOK_AGAIN);
}

/** Counts points as they come and tells now and then. */
class Tally {
  readonly kinds = new Map<string, { points: number; wrong: number }>();
  readonly #every: number;
  points = 0;
  wrong = 0;

  constructor(every: number) {
    this.#every = every;
  }

  add({ kind, act, wrong }: Point, where: string): void {
    const name = `${kind}, ${act}`;
    const row = this.kinds.get(name) ?? { points: 0, wrong: 0 };
    this.kinds.set(name, { points: row.points + 1, wrong: row.wrong + wrong.length });
    this.points++;
    this.wrong += wrong.length;
    for (const line of wrong) process.stderr.write(`WRONG ${where} (${name}): ${line}\n`);
    if (this.points % this.#every === 0) {
      say(`${minutes()} min: ${this.points} points, ${this.wrong} wrong; ${where}`);
    }
  }

  table(): void {
    const rows = [...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    say(`\n${'call'.padEnd(48)}${'points'.padStart(8)}${'wrong'.padStart(8)}`);
    for (const [name, { points, wrong }] of rows) {
      say(`${name.padEnd(48)}${String(points).padStart(8)}${String(wrong).padStart(8)}`);
    }
    say(`${'all'.padEnd(48)}${String(this.points).padStart(8)}${String(this.wrong).padStart(8)}`);
  }
}

interface ChainRow {
  seed: number;
  files: number;
  kills: number;
  minutes: number;
  wrong: string[];
  kinds: Record<string, number>;
}

async function chains(): Promise<number> {
  const files = Number(values.files ?? 500);
  const wanted = Number(values.points);
  const done = rows(values.results).filter((row) => row.files === files);
  let kills = done.reduce((sum, row) => sum + row.kills, 0);
  let wrong = done.reduce((sum, row) => sum + row.wrong.length, 0);
  const seen = new Set(done.map(({ seed }) => seed));
  let next = Number(values.seed);
  const tally = new Tally(50);
  const work = async () => {
    while (kills < wanted) {
      while (seen.has(next)) next++;
      const seed = next++;
      const start = performance.now();
      const onPoint = (point: Point, found: number) => {
        if (point.kind !== 'the end') kills++;
        tally.add(point, `chain ${seed}, ${found / 2} of ${files} filed, ${kills} kills in all`);
      };
      const points = await chain({ seed, files, onPoint, before: pause, enough: () => kills >= wanted });
      const row: ChainRow = {
        seed,
        files,
        kills: points.length - 1,
        minutes: Math.round((performance.now() - start) / 6_000) / 10,
        wrong: points.flatMap((point) => point.wrong),
        kinds: {},
      };
      for (const { kind } of points) row.kinds[kind] = (row.kinds[kind] ?? 0) + 1;
      wrong += row.wrong.length;
      appendFileSync(values.results, `${JSON.stringify(row)}\n`);
      say(`chain ${seed}: ended after ${row.kills} kills in ${row.minutes} min, ${row.wrong.length} wrong`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  tally.table();
  const all = rows(values.results).filter((row) => row.files === files);
  say(`\n${all.length} chains of ${files} reports, ${kills} kills, ${wrong} wrong (${values.results})`);
  return wrong;
}

function rows(file: string): ChainRow[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ChainRow);
}

async function sweep(): Promise<number> {
  const tally = new Tally(25);
  const files = Number(values.files ?? 3);
  const { calls } = await callsOfRun(files, false);
  const some = calls.filter(isWanted);
  say(`${calls.length} calls change something; ${some.length} of them are tried`);
  const tasks = some.flatMap(({ number, name }) => {
    const acts = name.includes('write') ? (['kill', 'tear'] as const) : (['kill'] as const);
    return acts.map((act) => ({ number, act }));
  });
  await inParallel(files, jobs, tasks, async (stage, { number, act }) => {
    await pause();
    tally.add(await killAt(stage, number, act), `call ${number} of ${calls.length}`);
  });
  tally.table();
  return tally.wrong;
}

async function faults(): Promise<number> {
  const tally = new Tally(25);
  const files = Number(values.files ?? 3);
  const { calls } = await callsOfRun(files, true);
  const some = calls.filter(isWanted);
  const errors = ERRORS.filter((error) => values.error?.includes(error) ?? true);
  say(`${calls.length} calls; ${some.length} of them fail with ${errors.join(', ')}, once and for good`);
  const tasks = some.flatMap(({ number }) =>
    errors.flatMap((error, index) =>
      [false, true]
        .filter((lasting) => !values['in-turn'] || lasting === ((number + index) % 2 === 0))
        .map((lasting) => ({ number, error, lasting })),
    ),
  );
  await inParallel(files, jobs, tasks, async (stage, { number, error, lasting }) => {
    await pause();
    const point = await failAt(stage, number, error, lasting);
    tally.add(point, `call ${number} of ${calls.length}${lasting ? ' and all after it' : ''}`);
  });
  tally.table();
  return tally.wrong;
}

for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
if (!canWatch()) {
  process.stderr.write('This needs Linux and a C compiler (apt-get install tcc)\n');
  process.exit(2);
}
const loops: Record<string, () => Promise<number>> = { chain: chains, sweep, faults };
const loop = loops[what];
if (loop === undefined) {
  process.stderr.write('Say which: chain, sweep or faults\n');
  process.exit(2);
}
process.exitCode = (await loop()) === 0 ? 0 : 1;
