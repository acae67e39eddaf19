/** The page about speed: medians of what was measured, and how we compare with the best of the others. */
import type { Peer } from './peers/peer.ts';
import type { Workload } from './workloads.ts';

export interface Run {
  /** Seconds. */
  wall: number;
  cpu: number;
  /** Bytes. */
  memory: number;
  /** Seconds that hashing and syncing what arrived took afterwards; ours needs none. */
  after?: number;
  /** What went wrong; the figures are then no result. */
  fault?: string;
}

/** One workload at one delay. */
export interface Cell {
  workload: string;
  /** Added round trip, milliseconds. */
  delay: number;
  /** Round trip of the line as measured, milliseconds. */
  roundTrip: number;
  /** Date of the measurement. */
  on: string;
  /** By client. */
  runs: Record<string, Run[]>;
}

export const OURS = 'ours';

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The good runs of a client in a cell. */
function good(cell: Cell, id: string): Run[] {
  return (cell.runs[id] ?? []).filter((run) => run.fault === undefined);
}

/** Median wall time, seconds; undefined when it has no good run. */
export function wallOf(cell: Cell, id: string): number | undefined {
  const runs = good(cell, id);
  return runs.length === 0 ? undefined : median(runs.map((run) => run.wall));
}

/** Median time until what arrived is hashed and synced, seconds; undefined where that was not measured. */
export function provedOf(cell: Cell, id: string): number | undefined {
  if (id === OURS) return wallOf(cell, id);
  const times = good(cell, id).flatMap(({ wall, after }) => (after === undefined ? [] : [wall + after]));
  return times.length === 0 ? undefined : median(times);
}

/** How long a client took in a cell. */
type Time = (cell: Cell, id: string) => number | undefined;

/** The best other client of a cell, of all or of those given. */
export function bestOther(
  cell: Cell,
  among: readonly string[] = Object.keys(cell.runs),
  time: Time = wallOf,
): { id: string; wall: number } | undefined {
  const others = among
    .filter((id) => id !== OURS)
    .flatMap((id) => {
      const wall = time(cell, id);
      return wall === undefined ? [] : [{ id, wall }];
    });
  return others.sort((a, b) => a.wall - b.wall)[0];
}

/** Best other client / ours; above 1 we are faster. */
export function ratioOf(cell: Cell, among?: readonly string[], time?: Time): number | undefined {
  const [best, own] = [bestOther(cell, among, time), wallOf(cell, OURS)];
  return best === undefined || own === undefined ? undefined : best.wall / own;
}

export const seconds = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1));

/** One line on a cell, for the person who watches. */
export function medians(cell: Cell): string {
  const walls = Object.keys(cell.runs).map((id) => `${id} ${seconds(wallOf(cell, id) ?? Number.NaN)}`);
  return `${cell.workload} ${cell.delay} ms: ${walls.join(', ')}; best other / ours ${ratioOf(cell)?.toFixed(2) ?? '-'}, on the same work ${ratioOf(cell, undefined, provedOf)?.toFixed(2) ?? '-'}`;
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const rule = (count: number) => row(['---', ...Array.from({ length: count - 1 }, () => '---:')]);

/** A table with a row for each client and a column for each cell. */
function table(
  cells: readonly Cell[],
  peers: readonly Peer[],
  show: (cell: Cell, id: string) => string,
): string[] {
  return [
    row(['', ...cells.map((cell) => `${cell.workload}, ${cell.delay} ms`)]),
    rule(cells.length + 1),
    ...peers.map((peer) =>
      row([peer.id === OURS ? `**${peer.name}**` : peer.name, ...cells.map((cell) => show(cell, peer.id))]),
    ),
  ];
}

function wallCell(cell: Cell, id: string): string {
  const wall = wallOf(cell, id);
  if (wall === undefined) return cell.runs[id]?.[0]?.fault ?? '-';
  const best = Math.min(
    ...Object.keys(cell.runs).map((one) => wallOf(cell, one) ?? Number.POSITIVE_INFINITY),
  );
  const once = good(cell, id).length === 1 ? '*' : '';
  return wall === best ? `**${seconds(wall)}**${once}` : `${seconds(wall)}${once}`;
}

function figure(cell: Cell, id: string, of: (run: Run) => number, show: (value: number) => string): string {
  const runs = good(cell, id);
  return runs.length === 0 ? '-' : show(median(runs.map(of)));
}

export function speedPage(
  cells: readonly Cell[],
  peers: readonly Peer[],
  workloads: readonly Workload[],
): string {
  const rounds = Math.max(
    0,
    ...cells.map((cell) => Math.max(...Object.values(cell.runs).map((runs) => runs.length))),
  );
  const lines = [...new Set(cells.filter((cell) => cell.delay > 0).map((cell) => cell.delay))].map(
    (delay) => {
      const trips = cells.filter((cell) => cell.delay === delay).map((cell) => cell.roundTrip);
      return `${delay} ms (measured ${median(trips).toFixed(1)} ms)`;
    },
  );
  const name = (id: string | undefined) => peers.find((peer) => peer.id === id)?.name ?? '-';
  const single = peers.filter((peer) => peer.oneLogin).map((peer) => peer.id);
  return [
    '# Speed',
    '',
    'Written by `node bench/speed.ts`. All clients fetch the same files from one OpenSSH server on this machine, one after the other in rounds;',
    `the figures are medians of up to ${rounds} rounds. Every byte is compared in the first round. A client that took very long was run once (\\*).`,
    `Files lie in memory where there is room. Round trips of ${lines.join(' and ')} are added by a line that delays and never limits the rate.`,
    'Seconds depend on the machine; the ratios are what can be quoted. `rap fetch` hashes every file, syncs it and looks at it again on the server,',
    'and its start is part of the time; the others need not do that. *On the same work* what they fetched is hashed (`openssl dgst -sha256`) and',
    'synced (`sync`) afterwards, and counts with the time that takes. [Where speed ends](../decisions/0013-where-speed-ends.md) says what was tried.',
    '',
    ...workloads.map(({ id, text }) => `- **${id}**: ${text}`),
    '',
    '![Wall time of each client](speed.svg)',
    '',
    '## Best other client / rap fetch',
    '',
    'Above 1 we are faster.',
    '',
    row(['', ...cells.map((cell) => `${cell.workload}, ${cell.delay} ms`)]),
    rule(cells.length + 1),
    row(['ratio to the others as they are', ...cells.map((cell) => ratioOf(cell)?.toFixed(2) ?? '-')]),
    row(['best other', ...cells.map((cell) => name(bestOther(cell)?.id))]),
    row([
      'ratio on the same work',
      ...cells.map((cell) => ratioOf(cell, undefined, provedOf)?.toFixed(2) ?? '-'),
    ]),
    row(['best other', ...cells.map((cell) => name(bestOther(cell, undefined, provedOf)?.id))]),
    row([
      'ratio to the best with one login',
      ...cells.map((cell) => ratioOf(cell, single)?.toFixed(2) ?? '-'),
    ]),
    row(['best with one login', ...cells.map((cell) => name(bestOther(cell, single)?.id))]),
    '',
    'Some clients log in many times at once; whether an account may do that is for the server to say. `rap fetch` logs in once.',
    '',
    '## Wall time, seconds',
    '',
    ...table(cells, peers, wallCell),
    '',
    '## Processor time of the client, seconds',
    '',
    ...table(cells, peers, (cell, id) => figure(cell, id, (run) => run.cpu, seconds)),
    '',
    '## Largest memory, all processes of a client together, MB',
    '',
    ...table(cells, peers, (cell, id) =>
      figure(
        cell,
        id,
        (run) => run.memory / 1e6,
        (value) => value.toFixed(0),
      ),
    ),
    '',
    '## Settings',
    '',
    ...peers.map((peer) => `- ${peer.name}: ${peer.settings}`),
    '',
    `Measured on ${[...new Set(cells.map((cell) => cell.on))].sort().join(', ')}.`,
    '',
  ].join('\n');
}
