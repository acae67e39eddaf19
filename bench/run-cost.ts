/**
 * What one run of one account takes, on the ledger that RAP_LEDGER names, or a file where it is not set. For pairs of
 * the two, by turns:
 *
 *   node bench/run-cost.ts            in a Node-RED that has just been started
 *   node bench/run-cost.ts --fetch    by "rap fetch"
 *
 * The simulator and the mail server are another process. Prints one line of JSON, milliseconds: `whole` from the start
 * of the process to its end, `open` to the first answer of the ledger, `first` the first run, `again` the mean of ten
 * runs that find nothing new, `later` one in which all is new again. The database must be empty.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startInbox } from '../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { makeHome, removeHome } from '../test/support/home.ts';
import { type FlowNode, Runtime } from '../test/support/runtime.ts';
import { flowOf } from './one-host-flow.ts';

interface Order {
  flow: FlowNode[];
  home: string;
}

/** The child says what it took; before the last run the parent puts other reports in place. */
type Told = 'ready' | { open: number; first: number; again: number; later: number };

const USER = 'SIM001';
const AGAIN = 10;
const SELF = fileURLToPath(import.meta.url);
const RAP = fileURLToPath(new URL('../bin/rap', import.meta.url));

async function measure({ flow, home }: Order): Promise<void> {
  let runs = 0;
  const runtime = await Runtime.start(flow, { home });
  await runtime.until(() => runtime.statusText(`schedule-${USER}`) !== '', 'the ledger');
  const open = performance.now();
  // What a start takes is over.
  await wait(3_000);
  const run = async () => {
    const begun = performance.now();
    runtime.send(`schedule-${USER}`);
    await runtime.message(`end-${USER}`, runs++);
    return performance.now() - begun;
  };
  const first = await run();
  let again = 0;
  for (let times = 0; times < AGAIN; times++) again += (await run()) / AGAIN;
  process.send?.('ready' satisfies Told);
  await once(process, 'message');
  const later = await run();
  await runtime.stop();
  process.send?.({ open, first, again, later } satisfies Told, () => process.exit());
}

async function inNodeRed(simulator: Simulator, home: string): Promise<object> {
  const inbox = await startInbox({ mailbox: `${home}/mailbox` });
  const begun = performance.now();
  const child = fork(SELF, ['--measure']);
  try {
    child.send({ flow: flowOf(home, [USER], simulator, inbox), home } satisfies Order);
    await once(child, 'message');
    for (const report of simulator.reports('hkscc', 'primary')) await simulator.reissue(report);
    child.send({});
    const [told] = (await once(child, 'message')) as [Told];
    if (child.exitCode === null) await once(child, 'exit');
    return { whole: performance.now() - begun, ...(told as object) };
  } finally {
    child.kill('SIGKILL');
    await inbox.stop();
  }
}

/** It asks no ledger: whatever RAP_LEDGER names, it takes the same. */
async function byFetch(simulator: Simulator, home: string): Promise<object> {
  const { keyFile, user } = simulator.accounts.hkscc;
  const [{ host, port, fingerprint }] = simulator.addressesOf('hkscc', 'primary');
  const words = [
    ...['fetch', '--host', host, '--port', String(port), '--user', user, '--key', keyFile],
    ...['--host-key', fingerprint, '--from', '/INBOX', '--to', path.join(home, 'fetched'), '--json'],
  ];
  const begun = performance.now();
  const child = spawn(RAP, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`rap fetch ended with ${code}`);
  return { whole: performance.now() - begun };
}

if (process.argv[2] === '--measure') {
  const [order] = (await once(process, 'message')) as [Order];
  await measure(order);
} else {
  const home = await makeHome();
  const simulator = await startSimulator({ home, ports: 'ephemeral', businessDate: '2025-06-20' });
  try {
    const how = process.argv[2] === '--fetch' ? byFetch : inNodeRed;
    process.stdout.write(`${JSON.stringify(await how(simulator, home))}\n`);
  } finally {
    await simulator.stop();
    await removeHome(home);
  }
}
