/**
 * What one Node-RED bears whose accounts all have a run at the same moment. Writes docs/bench/one-host.md.
 *
 *   node bench/one-host.ts                1 account, then 30
 *   node bench/one-host.ts --accounts N   another number, its figures only
 *
 * RAP_LEDGER names a PostgreSQL for the second form; it must be empty.
 *
 * The Node-RED is a process of its own, set as our settings set it, in which the nodes run as they are deployed; the
 * simulator and the mail server are another. Its figures are taken from the press of the button to the last account's end
 * of the run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compileOnMainThread } from '../lib/process/compile-on-main.ts';
import { keepHeapSmall } from '../lib/process/small-heap.ts';
import { startInbox } from '../simulator/inbox.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { makeHome, removeHome } from '../test/support/home.ts';
import { type FlowNode, Runtime } from '../test/support/runtime.ts';
import { flowOf } from './one-host-flow.ts';

interface Order {
  flow: FlowNode[];
  home: string;
  users: string[];
}

interface Figures {
  seconds: number;
  /** Of the processor, user and system, all threads. */
  processor: number;
  /** Resident memory before the runs, and the most of it, MB. */
  idle: number;
  most: number;
  /** By how much a timer of 1 ms came late: of a hundred the fifth worst, and the worst, ms. */
  delay95: number;
  delayMost: number;
}

interface Row extends Figures {
  accounts: number;
  reports: number;
}

const MB = 1e6;
const SELF = fileURLToPath(import.meta.url);

async function measure({ flow, home, users }: Order): Promise<Figures> {
  compileOnMainThread();
  keepHeapSmall();
  const runtime = await Runtime.start(flow, { home });
  // What a start takes is over.
  await wait(3_000);
  const idle = process.memoryUsage().rss / MB;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [before, begun] = [process.cpuUsage(), performance.now()];
  for (const user of users) runtime.send(`schedule-${user}`);
  const isOver = () => users.every((user) => runtime.received(`end-${user}`).length > 0);
  await runtime.until(isOver, 'all runs', 600_000);
  const [{ user, system }, seconds] = [process.cpuUsage(before), (performance.now() - begun) / 1000];
  delay.disable();
  const most = (process.resourceUsage().maxRSS * 1024) / MB;
  await runtime.stop();
  return {
    ...{ seconds, processor: (user + system) / 1e6, idle, most },
    ...{ delay95: delay.percentile(95) / 1e6, delayMost: delay.max / 1e6 },
  };
}

async function row(accounts: number): Promise<Row> {
  const home = await makeHome();
  const users = Array.from({ length: accounts }, (_, n) => `SIM${200 + n}`);
  const simulator = await startSimulator({ home, ports: 'ephemeral', businessDate: '2025-06-20', users });
  const inbox = await startInbox({ mailbox: `${home}/mailbox` });
  const flow = flowOf(home, users, simulator, inbox);
  const child = fork(SELF, ['--measure']);
  try {
    child.send({ flow, home, users } satisfies Order);
    const [figures] = (await once(child, 'message')) as [Figures];
    const reports = simulator.reports('hkscc', 'primary').length * accounts;
    return { accounts, reports, ...figures };
  } finally {
    child.kill('SIGKILL');
    await inbox.stop();
    await simulator.stop();
    await removeHome(home);
  }
}

function page(rows: readonly Row[]): string {
  const [one, many] = rows;
  if (one === undefined || many === undefined) return '';
  const more = many.accounts - one.accounts;
  const each = (of: (row: Row) => number) => (of(many) - of(one)) / more;
  const held = (text: string, isHeld: boolean) => (isHeld ? text : `**${text}**`);
  return [
    '# What one host bears',
    '',
    'Written by `node bench/one-host.ts`: one Node-RED, set as our settings set it, in which all accounts have a run at the',
    'same moment, each from its log-in to its digest. The simulator and the mail server are another process, on the same machine, whose',
    `${availableParallelism()} processors had a load of ${loadavg()[0]?.toFixed(0)} at the end.`,
    '',
    '| | reports | seconds | processor s | memory before MB | most MB | delay 95 % ms | longest ms |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) =>
      [
        `| ${row.accounts === 1 ? 'one account' : `${row.accounts} accounts at once`}`,
        ...[row.reports, row.seconds.toFixed(1), row.processor.toFixed(2)],
        ...[row.idle.toFixed(0), row.most.toFixed(0)],
        held(row.delay95.toFixed(1), row.delay95 < 50),
        `${row.delayMost.toFixed(0)} |`,
      ].join(' | '),
    ),
    '',
    `Each further account takes ${each(({ processor }) => processor).toFixed(2)} s of the processor for a run of`,
    `${many.reports / many.accounts} reports, and ${each(({ most }) => most).toFixed(1)} MB of memory while it is at work,`,
    `${each(({ idle }) => idle).toFixed(1)} MB before. *Delay* is by how much a timer of 1 ms came late; it is to be under 50 ms (bold where not).`,
    '',
  ].join('\n');
}

if (process.argv[2] === '--measure') {
  const [order] = (await once(process, 'message')) as [Order];
  const figures = await measure(order);
  process.send?.(figures, () => process.exit());
} else {
  const { values } = parseArgs({ options: { accounts: { type: 'string' } } });
  const sizes = values.accounts === undefined ? [1, 30] : [Number(values.accounts)];
  const rows: Row[] = [];
  for (const accounts of sizes) rows.push(await row(accounts));
  for (const one of rows) process.stderr.write(`${JSON.stringify(one)}\n`);
  if (values.accounts === undefined) {
    process.stdout.write(page(rows));
    await writeFile(new URL('../docs/bench/one-host.md', import.meta.url), page(rows));
  }
}
