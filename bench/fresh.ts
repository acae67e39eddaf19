/**
 * Measures how soon a report is on the share and in a mail, beside a script every five minutes and lftp every minute on
 * the same server, and writes docs/bench/fresh.md. Everything is on loopback; the moments of the reports are seeded.
 *
 *   node bench/fresh.ts                              60 reports in 15 minutes of real time; takes twenty
 *   node bench/fresh.ts --speed 10 --print           ten times faster, prints only
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import PostalMime from 'postal-mime';
import { fromHongKong } from '../lib/time/hong-kong.ts';
import { startInbox } from '../simulator/inbox.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { fastClock } from '../test/support/fast-clock.ts';
import { Runtime } from '../test/support/runtime.ts';
import { aimAt, readFlow } from '../test/support/shipped-flow.ts';
import { type FreshClient, freshPage } from './fresh-page.ts';

const { values } = parseArgs({
  options: {
    reports: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '15' },
    /** How much faster than real time. */
    speed: { type: 'string', default: '1' },
    seed: { type: 'string', default: '30' },
    /** Seconds between two looks of ours, instead of what the shipped flow says. */
    look: { type: 'string' },
    /** Writes no page. */
    print: { type: 'boolean', default: false },
  },
});
const [reports, minutes, speed, seed] = [values.reports, values.minutes, values.speed, values.seed].map(
  Number,
) as [number, number, number, number];
const say = (line: string) => process.stderr.write(`${line}\n`);

/** A business day and an hour at which nothing else is due. */
const DAY = '2026-11-20';
const BEGIN = fromHongKong(`${DAY} 14:35`);
const SIZE = 30_000;
/** Milliseconds between two looks at what has arrived. */
const TICK = 20;
/** Seconds of the day after which a report that has not come counts as not come. */
const GIVE_UP = 660;

const wait = (seconds: number) => pause((seconds * 1000) / speed);

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const codeOf = (index: number) => `FRS${String(index).padStart(2, '0')}`;
const names = Array.from(
  { length: reports },
  (_, index) => `${codeOf(index)}_SIM001_${DAY.replaceAll('-', '')}.txt`,
);

function catalogue(): string {
  const rows = names.map(
    (_, index) =>
      `  - { code: ${codeOf(index)}, system: CCASS, installation: hkscc, name: of the measurement, source: ours,
      certainty: ours, watch: yes, file: "{code}_{participant}_{yyyymmdd}.txt", fileCertainty: ours, folder: /INBOX,
      calendar: securities, frequency: business-day, about: "14:35", lateAfter: "15:30", cutOff: "16:20",
      timeCertainty: ours }`,
  );
  return `reports:\n${rows.join('\n')}\n`;
}

/** Runs a program; resolves when it has ended, well or not. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}

const home = await mkdtemp(path.join(tmpdir(), 'rap-fresh-'));
await writeFile(`${home}/catalogue.yaml`, catalogue());
const simulator = await startSimulator({
  home,
  ports: 'ephemeral',
  businessDate: '2026-11-19',
  riskFileBytes: 20_000,
});
const inbox = await startInbox({ mailbox: `${home}/mailbox` });
process.env.RAP_SMTP_PORT = String(inbox.smtpPort);
const tree = path.join(simulator.tree('hkscc', 'primary'), 'INBOX');

// The others have the second address of the same data centre, so that their logins can be told from ours.
const [, beside] = simulator.addressesOf('hkscc', 'primary');
const { keyFile, user } = simulator.accounts.hkscc;
const options = [
  ...['-F', 'none', '-i', keyFile],
  ...['BatchMode=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${simulator.knownHostsFile}`].flatMap(
    (one) => ['-o', one],
  ),
];
const folders = {
  script: `${home}/script`,
  lftp: `${home}/lftp`,
  ours: `${home}/shares/clearing/${DAY.replaceAll('-', '/')}`,
};
for (const folder of [folders.script, folders.lftp]) await mkdir(folder);
const others = [
  {
    every: 300,
    runs: 0,
    fetch: () =>
      run('sftp', [
        '-q',
        '-r',
        '-P',
        `${beside.port}`,
        ...options,
        `${user}@${beside.host}:/INBOX`,
        folders.script,
      ]),
    at: (name: string) => path.join(folders.script, 'INBOX', name),
  },
  {
    every: 60,
    runs: 0,
    fetch: () =>
      run('lftp', [
        '--norc',
        '-c',
        [
          `set sftp:connect-program "ssh -a -x ${options.join(' ')}"`,
          'set net:max-retries 1',
          `open -p ${beside.port} sftp://${user}:@${beside.host}`,
          `mirror /INBOX ${folders.lftp}`,
        ].join('; '),
      ]),
    at: (name: string) => path.join(folders.lftp, name),
  },
];

const flow = aimAt(await readFlow('01 Daily download.json'), simulator).map((node) => {
  if (node.type === 'contact-notify' && node.kind === 'digest') return { ...node, arrivals: true };
  return node.whileDue && values.look !== undefined ? { ...node, lookSeconds: values.look } : node;
});
const look = flow.find(({ whileDue }) => whileDue)?.lookSeconds;
const runtime = await Runtime.start(flow, { home, clock: fastClock(speed, BEGIN) });
const [schedule, login] = ['rap-schedule', 'rap-connect'].map((type) =>
  String(flow.find((node) => node.type === type)?.id),
);
// The first run brings what lies there from the day before.
while (!runtime.statuses(String(schedule)).some(({ text }) => text?.startsWith('Due'))) await pause(50);
await wait(90);
say(`${home}: ${runtime.statusText(String(schedule))}, ${runtime.statusText(String(login))}`);

const appeared = new Map<string, number>();
const arrived = {
  script: new Map<string, number>(),
  lftp: new Map<string, number>(),
  ours: new Map<string, number>(),
  mail: new Map<string, number>(),
};
const since = (name: string, at: number) => ((at - (appeared.get(name) ?? Number.NaN)) * speed) / 1000;
const stop = new AbortController();

async function watchFiles(): Promise<void> {
  const places = [
    { into: arrived.ours, at: (name: string) => path.join(folders.ours, name) },
    { into: arrived.script, at: others[0]?.at ?? String },
    { into: arrived.lftp, at: others[1]?.at ?? String },
  ];
  while (!stop.signal.aborted) {
    for (const name of appeared.keys()) {
      for (const { into, at } of places) {
        if (into.has(name) || !existsSync(at(name)) || statSync(at(name)).size < SIZE) continue;
        into.set(name, since(name, performance.now()));
      }
    }
    await pause(TICK);
  }
}

async function watchMails(): Promise<void> {
  const seen = new Set<string>();
  while (!stop.signal.aborted) {
    for (const file of await readdir(`${home}/mailbox`)) {
      if (!file.endsWith('.eml') || seen.has(file)) continue;
      seen.add(file);
      const at = performance.now();
      const { text = '' } = await PostalMime.parse(await readFile(`${home}/mailbox/${file}`));
      // A mail may name a report before that, as one that was seen and is not here.
      for (const name of arrived.ours.keys())
        if (!arrived.mail.has(name) && text.includes(name)) arrived.mail.set(name, since(name, at));
    }
    await pause(TICK);
  }
}

async function repeat(other: (typeof others)[number]): Promise<void> {
  while (!stop.signal.aborted) {
    const begun = performance.now();
    other.runs++;
    await other.fetch();
    await pause(Math.max(0, (other.every * 1000) / speed - (performance.now() - begun)), undefined, {
      signal: stop.signal,
    }).catch(() => {});
  }
}

const work = [watchFiles(), watchMails(), ...others.map(repeat)];
const next = random(seed);
const moments = names.map(() => next() * minutes * 60).sort((a, b) => a - b);
const begun = performance.now();
for (const [index, moment] of moments.entries()) {
  await pause(Math.max(0, (moment * 1000) / speed - (performance.now() - begun)));
  const name = names[index] ?? '';
  await writeFile(`${tree}/.${name}`, `${name}\n`.padEnd(SIZE, '0'));
  await rename(`${tree}/.${name}`, `${tree}/${name}`);
  appeared.set(name, performance.now());
  if (index % 10 === 9) say(`${index + 1} of ${reports}`);
}
for (let left = GIVE_UP; left > 0; left -= 5) {
  if (Object.values(arrived).every(({ size }) => size === reports)) break;
  await wait(5);
}
// The window ends when the last report is on the share: its sessions are logged out.
for (
  let left = 120;
  left > 0 && simulator.counters(simulator.addressesOf('hkscc', 'primary')[0]).live > 0;
  left -= 5
)
  await wait(5);
const open = simulator.counters(simulator.addressesOf('hkscc', 'primary')[0]).live;
stop.abort();
await Promise.all(work);
await runtime.stop();

const besides = simulator.counters(beside).logins;
const scriptRuns = others[0]?.runs ?? 0;
const times = (map: Map<string, number>) => names.map((name) => map.get(name) ?? null);
const clients: FreshClient[] = [
  {
    ...{
      id: 'ours',
      name: 'RAP Ops',
      settings: `shipped flow, every ${look} s while something is due, two accounts`,
    },
    ...{
      onShare: times(arrived.ours),
      inMail: times(arrived.mail),
      logins: simulator.counters().logins - besides,
    },
  },
  {
    ...{ id: 'lftp', name: 'lftp `mirror`', settings: 'every minute, from cron' },
    ...{ onShare: times(arrived.lftp), logins: besides - scriptRuns },
  },
  {
    ...{
      id: 'script',
      name: 'a script, as WinSCP runs them',
      settings: 'OpenSSH `sftp -r`, every five minutes',
    },
    ...{ onShare: times(arrived.script), logins: scriptRuns },
  },
];
await inbox.stop();
await simulator.stop();
await rm(home, { recursive: true, force: true });
if (open > 0) say('A session was still open at the end');

const command = `node bench/fresh.ts${process.argv.length > 2 ? ` ${process.argv.slice(2).join(' ')}` : ''}`;
const page = freshPage(
  { on: new Date().toISOString().slice(0, 10), reports, minutes, speed, clients },
  command,
);
if (values.print) process.stdout.write(page);
else await writeFile(fileURLToPath(new URL('../docs/bench/fresh.md', import.meta.url)), page);
say(page);
process.exit(0);
