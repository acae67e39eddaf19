/**
 * Drills of the service under a watchdog: something happens to it, and it must be back at work within a minute, each
 * time. Linux; the disk that is filled needs root. "npm run build" first.
 *
 *   node bench/drills.ts                      each kind 20 times: kill -9, frozen, ledger locked, disk full, loop blocked
 *
 *   --times N         how often each
 *   --kind NAME       this kind only; may be given several times (kill, freeze, locked, full, blocked)
 *   --hold SECONDS    how long a ledger is locked, a disk full, a loop blocked (default 30)
 *   --watchdog SECONDS  as WatchdogSec of the unit (default 20)
 *   --json FILE       also writes all results there
 *
 *   --side-by-side    the kinds at the same time, each with a service of its own: quicker, on a machine with idle cores
 *
 * Exit 0 only when every drill was noticed and over in time.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DrilledService, type DrillKind, type DrillResult, drillKinds } from '../test/drills/drill.ts';

/** Back at work within so long, milliseconds. */
const LIMIT_MS = 60_000;

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    kind: { type: 'string', multiple: true },
    hold: { type: 'string', default: '30' },
    watchdog: { type: 'string', default: '20' },
    'side-by-side': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const times = Number(values.times);
const kinds = drillKinds.filter((kind) => values.kind === undefined || values.kind.includes(kind));
const say = (line: string) => process.stdout.write(`${line}\n`);
const results: DrillResult[] = [];

const seconds = (ms: number) => (ms / 1000).toFixed(1);

async function drills(kind: DrillKind): Promise<void> {
  const service = await DrilledService.start({
    ...{ watchdogMs: Number(values.watchdog) * 1000, restartMs: 1_000, holdMs: Number(values.hold) * 1000 },
    smallDisk: kind === 'full',
  });
  try {
    for (let n = 1; n <= times; n++) {
      const result = await service.drill(kind);
      results.push(result);
      const { backAfter, noticed, barked } = result;
      say(
        `${kind} ${n}: back after ${seconds(backAfter)} s${barked ? ', by the watchdog' : ''}${noticed ? '' : ', NOT NOTICED'}`,
      );
    }
  } finally {
    await service.stop();
  }
}

async function tried(kind: DrillKind): Promise<void> {
  await drills(kind).catch((thrown: unknown) => say(`WRONG: ${kind}: ${thrown}`));
}

if (values['side-by-side']) await Promise.all(kinds.map(tried));
else for (const kind of kinds) await tried(kind);

let good = 0;
say(
  `\n${'drill'.padEnd(10)}${'times'.padStart(7)}${'in time'.padStart(9)}${'median s'.padStart(10)}${'longest s'.padStart(11)}${'watchdog'.padStart(10)}`,
);
for (const kind of kinds) {
  const mine = results.filter((result) => result.kind === kind);
  const inTime = mine.filter(({ backAfter, noticed }) => noticed && backAfter <= LIMIT_MS).length;
  good += inTime;
  const sorted = mine.map(({ backAfter }) => backAfter).sort((a, b) => a - b);
  const [median = 0, longest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const barks = mine.filter(({ barked }) => barked).length;
  say(
    `${kind.padEnd(10)}${String(mine.length).padStart(7)}${String(inTime).padStart(9)}${seconds(median).padStart(10)}${seconds(longest).padStart(11)}${String(barks).padStart(10)}`,
  );
}
say(`${good} of ${times * kinds.length} in time`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, undefined, 1));
process.exit(good === times * kinds.length ? 0 : 1);
