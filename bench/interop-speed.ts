/**
 * How long a large file takes from each server of the interop tests: `rap fetch` beside OpenSSH's sftp, in turn, and
 * whose processor is at work meanwhile.
 */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerKind, TestServer } from '../test/interop/servers/server.ts';
import { LOOK_EVERY, measure, Watch } from './measure.ts';
import { sftp, sftpQuick } from './peers/openssh.ts';
import { ours } from './peers/ours.ts';
import type { Peer } from './peers/peer.ts';
import { median, OURS } from './speed-page.ts';

const peers: readonly Peer[] = [ours, sftp, sftpQuick];
const ROUNDS = 3;
/** Seconds of a round after which there is no further one, and of a run after which it is stopped. */
const LONG_ROUND = 40;
const LIMIT = 120;

/** One run, seconds. */
export interface ServedRun {
  wall: number;
  /** Of the processor: the client's, and the server's meanwhile. */
  client: number;
  server: number;
  /** Of the processor: of that thread of the server which was at work longest. */
  busiest: number;
  fault?: string;
}

/** All runs at one server, by client. */
export type ServedRuns = Record<string, ServedRun[]>;

/** Rounds of all clients at a server that runs. @param root what it serves */
export async function timeLargeFile(
  kind: ServerKind,
  server: TestServer,
  root: string,
  work: string,
): Promise<ServedRuns> {
  const [folder, file] = kind.rekeys === true ? ['rekey', 'rekey.bin'] : ['big', 'big.bin'];
  const { size } = await stat(path.join(root, folder, file));
  const knownHostsFile = path.join(work, 'known_hosts');
  await writeFile(knownHostsFile, `${server.knownHosts}\n`);
  const runs: ServedRuns = Object.fromEntries(peers.map(({ id }) => [id, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    for (const peer of peers) {
      const to = await mkdtemp(path.join(work, 'to-'));
      const { host, port, user, keyFile, fingerprints } = server;
      const order = peer.order({
        ...{ host, port, user, keyFile, knownHostsFile, to, files: 1 },
        fingerprint: fingerprints[0] ?? '',
        folder: `${server.base}/${folder}`,
      });
      const watch = new Watch();
      watch.look(server.pid);
      const [before, threads] = [watch.cpu, watch.threads];
      const looking = setInterval(() => watch.look(server.pid), LOOK_EVERY);
      const took = await measure(order.command, order.args, {
        limit: LIMIT,
        ...(order.env === undefined ? {} : { env: order.env }),
      }).finally(() => clearInterval(looking));
      watch.look(server.pid);
      const whole = await stat(path.join(order.arrived, file)).then(
        (found) => found.size === size,
        () => false,
      );
      const busiest = Math.max(
        ...[...watch.threads].map(([thread, seconds]) => seconds - (threads.get(thread) ?? 0)),
      );
      const run = { wall: took.wall, client: took.cpu, server: watch.cpu - before, busiest };
      const fault = took.status === undefined ? `stopped after ${LIMIT} s` : `exit ${took.status}`;
      runs[peer.id]?.push(took.status === 0 && whole ? run : { ...run, fault });
      await rm(to, { recursive: true, force: true });
    }
    if (performance.now() - begun > LONG_ROUND * 1000) break;
  }
  return runs;
}

interface Medians {
  peer: Peer;
  wall: number;
  client: number;
  server: number;
  busiest: number;
}

/** A client's medians; undefined when it has no good run. */
function mediansOf(runs: ServedRuns, peer: Peer): Medians | undefined {
  const good = (runs[peer.id] ?? []).filter(({ fault }) => fault === undefined);
  if (good.length === 0) return undefined;
  const of = (which: Exclude<keyof Medians, 'peer'>) => median(good.map((run) => run[which]));
  return { peer, wall: of('wall'), client: of('client'), server: of('server'), busiest: of('busiest') };
}

const seconds = (value: number) => value.toFixed(1);
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
/** Above this we are slower than asked. */
const MOST = 1.1;

/** From this part of the time on, whoever is at work cannot have been faster. */
const ALL_THE_TIME = 0.9;

/** Who was at work all the time, where we are slower than asked; '' where we are not. */
function boundBy(own: Medians, best: Medians): string {
  if (own.wall / best.wall <= MOST) return '';
  const part = (seconds: number) => seconds / own.wall;
  const share = (seconds: number) => `${Math.round(part(seconds) * 100)} % of the time`;
  if (part(own.busiest) >= ALL_THE_TIME)
    return `the server: one thread of it is at work ${share(own.busiest)}`;
  if (part(own.client) >= ALL_THE_TIME) return `**rap: it is at work ${share(own.client)}**`;
  return '**nobody is at work all the time**';
}

/** The table, a row for each server. */
export function servedTable(servers: readonly { name: string; runs: ServedRuns }[]): string[] {
  const head = [
    ...['server', 'rap fetch', 'best sftp', 'ours / best', 'rap, processor', 'sftp, processor'],
    ...['server with rap, processor', 'server with sftp, processor', 'slower because of'],
  ];
  const lines = servers.map(({ name, runs }) => {
    const [own, ...others] = peers.map((peer) => mediansOf(runs, peer));
    const best = others.filter((one) => one !== undefined).sort((a, b) => a.wall - b.wall)[0];
    if (own === undefined || best === undefined) {
      const faults = Object.entries(runs).flatMap(([id, all]) =>
        all.flatMap(({ fault }) => (fault === undefined ? [] : [`${id === OURS ? 'rap' : id}: ${fault}`])),
      );
      return [name, `**${[...new Set(faults)].join('; ')}**`, ...head.slice(2).map(() => '-')];
    }
    const ratio = own.wall / best.wall;
    return [
      name,
      `${seconds(own.wall)} s`,
      `${seconds(best.wall)} s${best.peer === sftp ? '' : ' (quick)'}`,
      ratio > MOST ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2),
      ...[own.client, best.client, own.server, best.server].map((value) => `${seconds(value)} s`),
      boundBy(own, best),
    ];
  });
  return [row(head), row(['---', ...head.slice(2).map(() => '---:'), '---']), ...lines.map(row)];
}

/** What the table shows, in words. */
export const servedWords = [
  `\`rap fetch\` and OpenSSH's sftp in turn, medians of up to ${ROUNDS} rounds; sftp as it comes, and with`,
  `${sftpQuick.settings}: the better of the two is shown. *Processor* is user and system time, of the client and, meanwhile, of all`,
  'processes of the server. Where one thread of the server is at work all the time, it could not have sent sooner what was asked.',
  `Bold where \`rap fetch\`, which hashes and syncs what it gets, takes more than ${MOST} times the best.`,
];
