/**
 * Measures `rap fetch` beside other SFTP clients on one OpenSSH server, in interleaved rounds, and writes
 * docs/bench/speed.md and docs/bench/speed.svg.
 *
 *   node bench/speed.ts                                  everything, five rounds; takes half an hour
 *   node bench/speed.ts --workload W2 --delay 5 --rounds 3
 *   node bench/speed.ts --clients ours,sftp-tuned --workload W1 --delay 0     (prints only)
 *
 * A run of some workloads and delays replaces those cells in docs/bench/speed.json and keeps the others.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openSsh } from '../test/interop/servers/openssh.ts';
import { HOST, type TestServer, whatIsMissing } from '../test/interop/servers/server.ts';
import { contentsOf } from '../test/interop/tree.ts';
import { measure } from './measure.ts';
import { lftp } from './peers/lftp.ts';
import { scp, sftp, sftpTuned } from './peers/openssh.ts';
import { ours } from './peers/ours.ts';
import type { Peer } from './peers/peer.ts';
import { rclone } from './peers/rclone.ts';
import { ssh2SftpClient } from './peers/ssh2-sftp-client.ts';
import { type Cell, medians, OURS, type Run, speedPage } from './speed-page.ts';
import { speedPicture } from './speed-picture.ts';
import { makeWorkload, type Workload, workloads } from './workloads.ts';

const peers: readonly Peer[] = [sftp, sftpTuned, scp, lftp, rclone, ssh2SftpClient, ours];
const delays = [0, 5, 20];

const { values } = parseArgs({
  options: {
    workload: { type: 'string', multiple: true },
    delay: { type: 'string', multiple: true },
    clients: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    /** Runs longer than this, in seconds, are not repeated. */
    slow: { type: 'string', default: '11' },
    /** Seconds after which a run is stopped. */
    limit: { type: 'string', default: '60' },
    /** Where the files lie; memory where there is enough. */
    data: { type: 'string' },
    /** Draws the page and the picture again from what was measured before. */
    draw: { type: 'boolean', default: false },
  },
});

const documents = fileURLToPath(new URL('../docs/bench/', import.meta.url));
const results = path.join(documents, 'speed.json');
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Memory when 4 GiB of it are free, else the folder for temporary files. */
function dataFolder(): string {
  if (values.data !== undefined) return values.data;
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4 * 2 ** 30 ? memory : tmpdir();
}

interface Line {
  port: number;
  /** Median round trip of a byte, milliseconds. */
  roundTrip: number;
  stop(): void;
}

/** The server itself, or a delay line to it. */
async function lineTo(server: TestServer, delay: number): Promise<Line> {
  if (delay === 0) return { port: server.port, roundTrip: 0, stop: () => {} };
  const echo = net.createServer({ noDelay: true }, (socket) => socket.on('error', () => {}).pipe(socket));
  const echoPort = await new Promise<number>((resolve) =>
    echo.listen(0, HOST, () => resolve((echo.address() as net.AddressInfo).port)),
  );
  const trial = await startLine(echoPort, delay);
  const roundTrip = await measureRoundTrip(trial.port);
  trial.stop();
  echo.close();
  return { ...(await startLine(server.port, delay)), roundTrip };
}

async function startLine(port: number, delay: number): Promise<{ port: number; stop(): void }> {
  const script = fileURLToPath(new URL('./delay-line.ts', import.meta.url));
  const child = spawn(process.execPath, [script, HOST, `${port}`, `${delay / 2}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await new Promise<Buffer[]>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (chunk: Buffer) => resolve([chunk]));
  });
  return { port: Number(said?.toString()), stop: () => void child.stdin.end() };
}

async function measureRoundTrip(port: number): Promise<number> {
  const socket = net.connect({ host: HOST, port, noDelay: true });
  const times: number[] = [];
  for (let count = 0; count < 41; count++) {
    const start = performance.now();
    socket.write('x');
    await new Promise((resolve) => socket.once('data', resolve));
    times.push(performance.now() - start);
  }
  socket.destroy();
  return times.sort((a, b) => a - b)[20] ?? 0;
}

/** The names and contents of files, as one hash. */
async function sumOf(folder: string): Promise<string> {
  return createHash('sha256')
    .update((await contentsOf(folder)).join('\n'))
    .digest('hex');
}

interface Field {
  data: string;
  server: TestServer;
  line: Line;
  knownHostsFile: string;
}

/** Hashes what arrived and syncs it, as ours does with every file. @returns seconds */
async function hashAndSync(arrived: string): Promise<number> {
  const script =
    'find "$1" -type f -print0 | xargs -0 openssl dgst -sha256 && find "$1" -type f -print0 | xargs -0 sync';
  const took = await measure('/bin/sh', ['-c', script, 'sh', arrived], { limit: Number(values.limit) });
  if (took.status !== 0) throw new Error(`What arrived cannot be hashed and synced: ${took.stderr}`);
  return took.wall;
}

/** One run of one client. @param expected sum of the workload, when the bytes are to be compared */
async function once(peer: Peer, workload: Workload, field: Field, expected?: string): Promise<Run> {
  const to = await mkdtemp(path.join(field.data, 'to-'));
  try {
    const order = peer.order({
      host: HOST,
      port: field.line.port,
      user: field.server.user,
      keyFile: field.server.keyFile,
      fingerprint: field.server.fingerprints[0] ?? '',
      knownHostsFile: field.knownHostsFile,
      folder: path.join(field.data, 'served', workload.id),
      files: workload.sizes.length,
      to,
    });
    const took = await measure(order.command, order.args, {
      limit: Number(values.limit),
      ...(order.env === undefined ? {} : { env: order.env }),
    });
    let fault: string | undefined;
    if (took.status === undefined) fault = `stopped after ${values.limit} s`;
    else if (took.status !== 0) fault = `exit ${took.status}: ${took.stderr.trim().slice(-200)}`;
    else if (expected !== undefined && (await sumOf(order.arrived)) !== expected) fault = 'wrong bytes';
    const { wall, cpu, memory } = took;
    if (fault !== undefined) return { wall, cpu, memory, fault };
    return { wall, cpu, memory, after: peer.id === OURS ? 0 : await hashAndSync(order.arrived) };
  } finally {
    await rm(to, { recursive: true, force: true });
  }
}

/** One workload at one delay: rounds of all clients, each round in another order. */
async function cellOf(
  workload: Workload,
  delay: number,
  chosen: readonly Peer[],
  field: Field,
): Promise<Cell> {
  const expected = await sumOf(path.join(field.data, 'served', workload.id));
  const runs = new Map<string, Run[]>(chosen.map((peer) => [peer.id, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    const turn = round % chosen.length;
    for (const peer of [...chosen.slice(turn), ...chosen.slice(0, turn)]) {
      const done = runs.get(peer.id) ?? [];
      const tooSlow = done.some((run) => run.fault !== undefined || run.wall > Number(values.slow));
      if (tooSlow) continue;
      const run = await once(peer, workload, field, round === 0 ? expected : undefined);
      done.push(run);
      say(
        `${workload.id} ${delay} ms, round ${round + 1}, ${peer.id}: ${run.wall.toFixed(2)} s, processor ${run.cpu.toFixed(2)} s, ${(run.memory / 1e6).toFixed(0)} MB ${run.fault ?? ''}`,
      );
    }
  }
  return {
    workload: workload.id,
    delay,
    roundTrip: field.line.roundTrip,
    on: new Date().toISOString().slice(0, 10),
    runs: Object.fromEntries(runs),
  };
}

async function earlier(): Promise<Cell[]> {
  return existsSync(results) ? JSON.parse(await readFile(results, 'utf8')) : [];
}

/** Replaces the cells that were measured anew. */
async function keep(cells: readonly Cell[]): Promise<void> {
  const isNew = (old: Cell) => cells.some((one) => one.workload === old.workload && one.delay === old.delay);
  const all = [...(await earlier()).filter((old) => !isNew(old)), ...cells];
  all.sort((a, b) => a.workload.localeCompare(b.workload) || a.delay - b.delay);
  await mkdir(documents, { recursive: true });
  await writeFile(results, `${JSON.stringify(all, null, 1)}\n`);
  await writeFile(path.join(documents, 'speed.md'), speedPage(all, peers, workloads));
  await writeFile(path.join(documents, 'speed.svg'), speedPicture(all, peers, workloads));
}

function chosenPeers(): Peer[] {
  const ids = values.clients?.split(',') ?? peers.map((peer) => peer.id);
  return ids.map((id) => {
    const peer = peers.find((one) => one.id === id);
    if (peer === undefined)
      throw new Error(`There is no client "${id}"; there are ${peers.map((one) => one.id).join(', ')}`);
    return peer;
  });
}

async function run(): Promise<void> {
  const chosen = chosenPeers();
  const kind = openSsh('OpenSSH', ['LogLevel ERROR', 'RekeyLimit default none']);
  const missing = [
    whatIsMissing(kind),
    ...[
      ...chosen,
      { name: 'GNU time', program: '/usr/bin/time', debian: 'time' },
      { name: 'OpenSSL', program: '/usr/bin/openssl', debian: 'openssl' },
    ].map((peer) => whatIsMissing({ name: peer.name, files: [peer.program], packages: [peer.debian ?? ''] })),
  ].filter((line) => line !== undefined);
  if (missing.length > 0) throw new Error(missing.join('\n'));

  const data = await mkdtemp(path.join(dataFolder(), 'rap-speed-'));
  const picked = workloads.filter((one) => values.workload?.includes(one.id) ?? true);
  const cells: Cell[] = [];
  try {
    for (const workload of picked) await makeWorkload(workload, path.join(data, 'served'));
    const server = await kind.start(data);
    try {
      for (const workload of picked) {
        for (const delay of values.delay?.map(Number) ?? delays) {
          const line = await lineTo(server, delay);
          const knownHostsFile = path.join(data, 'known_hosts');
          await writeFile(knownHostsFile, `${server.knownHosts.replace(/:\d+ /, `:${line.port} `)}\n`);
          const cell = await cellOf(workload, delay, chosen, { data, server, line, knownHostsFile });
          line.stop();
          cells.push(cell);
          say(medians(cell));
          if (values.clients === undefined) await keep([cell]);
        }
      }
    } finally {
      await server.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
  const faults = cells
    .flatMap((cell) => Object.values(cell.runs).flat())
    .filter((one) => one.fault !== undefined);
  if (faults.length > 0) process.exitCode = 1;
}

if (values.draw) await keep([]);
else await run();
