/**
 * What one process bears: many accounts at once, a day of many reports, a ledger of many years. Writes docs/bench/scale.md.
 *
 *   node bench/scale.ts                 the sizes of the page
 *   node bench/scale.ts --tenth         a tenth of them, printed only
 *
 * RAP_LEDGER names a PostgreSQL for all but the large ledger; it must be empty for each row.
 *
 * Each row runs in a process of its own, set as our settings set Node-RED; what it finds is made by another one. Its cost is
 * compared with that of the first row of its kind.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { SessionPool } from '../lib/accounts/session-pool.ts';
import { collect } from '../lib/collection/collect.ts';
import { queueDigest } from '../lib/collection/digest-queue.ts';
import { takeListing } from '../lib/collection/listing.ts';
import { type Ledger, openLedger } from '../lib/ledger/ledger.ts';
import { ledgerPlace } from '../lib/ledger/place.ts';
import { parseContacts } from '../lib/mail/config.ts';
import { compileOnMainThread } from '../lib/process/compile-on-main.ts';
import { keepHeapSmall } from '../lib/process/small-heap.ts';
import { parseAccount } from '../lib/rap/account-config.ts';
import { readLoginKey } from '../lib/rap/client/private-key.ts';
import { realClock } from '../lib/time/clock.ts';
import { hongKongDate } from '../lib/time/hong-kong.ts';
import { openSsh } from '../test/interop/servers/openssh.ts';
import { makeLargeLedger } from '../test/support/large-ledger.ts';
import { filesOf, sessionOf } from './pretend-session.ts';
import { type Row, scalePage } from './scale-page.ts';

const { values } = parseArgs({
  options: { tenth: { type: 'boolean', default: false }, step: { type: 'string' } },
});

type Kind = 'accounts' | 'day' | 'ledger';

interface Step {
  kind: Kind;
  /** How many accounts, reports of the day, or rows of the ledger. */
  size: number;
}

const of = (kind: Kind, ...sizes: number[]): Step[] => sizes.map((size) => ({ kind, size }));
const steps = [...of('accounts', 1, 30), ...of('day', 2_000, 20_000), ...of('ledger', 0, 1_000_000)];
const scale = values.tenth ? 10 : 1;
/** Of each account, and each with so many bytes. */
const REPORTS = 200 / scale;
const BYTES = 20_000;
/** New reports beside a ledger of many years. */
const NEW = 2_000 / scale;

const contacts = parseContacts({
  smtp: { host: '127.0.0.1', port: 25, requireTls: false, from: 'RAP Ops <rap@broker.example>' },
  contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: ['ops'] }],
});

/** A day from the listing to the digest. */
async function day(ledger: Ledger, home: string, reports: number): Promise<number> {
  const run = 'run-of-the-day';
  await ledger.runs.startRun({ run, trigger: 'timer' });
  const place = { installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:1' } as const;
  const context = { run, account: 'hkscc', ...place };
  const session = sessionOf('hkscc', filesOf(reports, hongKongDate(Date.now()).replaceAll('-', '')));
  const listing = await takeListing(session, context, { clock: realClock, ledger, settle: 1 });
  const landing = path.join(home, 'landing');
  const { received } = await collect(session, context, listing, { ledger, landing, lookInside: false });
  await queueDigest(ledger, contacts, run, []);
  return received.length;
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `account-${index + 1}`);

/** What an OpenSSH server has for so many accounts. */
async function makeServed(served: string, count: number): Promise<void> {
  for (const name of namesOf(count)) {
    await mkdir(path.join(served, name), { recursive: true });
    for (let index = 0; index < REPORTS; index++) {
      const file = path.join(served, name, `report-${index}.dat`);
      await writeFile(file, Buffer.alloc(BYTES, `${name} ${index}\n`));
    }
  }
}

/** Accounts at one OpenSSH server, all at once, each with a folder, a session and a run of its own. */
async function accounts(ledger: Ledger, home: string, count: number): Promise<() => Promise<number>> {
  const names = namesOf(count);
  const served = path.join(home, 'served');
  await inAnother(`serve ${served} ${count}`);
  const server = await openSsh('OpenSSH', ['LogLevel ERROR', 'MaxStartups 200']).start(served);
  const { host, port, user, fingerprints } = server;
  const key = await readLoginKey(server.keyFile);
  const keepers = names.map((name) => {
    const account = parseAccount({
      ...{ name, installation: 'hkscc', user, folders: [path.join(served, name)] },
      addresses: { primary: [{ host, port }], secondary: [] },
      pins: fingerprints.map((fingerprint) => ({ host, port, fingerprint })),
    });
    return new SessionPool(account, { clock: realClock, ledger: async () => ledger, key: async () => key });
  });
  return async () => {
    const received = await Promise.all(
      keepers.map(async (pool, index) => {
        const run = `run-${index}`;
        await ledger.runs.startRun({ run, trigger: 'timer' });
        const context = await pool.logIn(run, 'scale');
        const session = pool.session(run);
        const listing = await takeListing(session, context, { clock: realClock, ledger, settle: 0 });
        const landing = path.join(home, 'landing');
        const summary = await collect(session, context, listing, { ledger, landing });
        await pool.logOut(run);
        await queueDigest(ledger, contacts, run, []);
        return summary.received.length;
      }),
    );
    for (const pool of keepers) pool.close();
    await server.stop();
    return received.reduce((sum, one) => sum + one, 0);
  };
}

/** One row, measured in this process, which does nothing else. */
async function measured({ kind, size }: Step): Promise<Row> {
  compileOnMainThread();
  keepHeapSmall();
  const home = await mkdtemp(path.join(tmpdir(), 'rap-scale-'));
  try {
    const file = path.join(home, 'ledger.sqlite');
    if (kind === 'ledger' && size > 0) await inAnother(`make ${file} ${size}`);
    const ledger = await openLedger(size > 0 && kind === 'ledger' ? file : ledgerPlace(home), realClock);
    const work =
      kind === 'accounts'
        ? await accounts(ledger, home, size)
        : () => day(ledger, home, kind === 'day' ? size : NEW);
    const expected = kind === 'accounts' ? size * REPORTS : kind === 'day' ? size : NEW;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const [before, begun] = [process.cpuUsage(), performance.now()];
    const reports = await work();
    const [{ user, system }, seconds] = [process.cpuUsage(before), (performance.now() - begun) / 1000];
    delay.disable();
    await ledger.close();
    if (reports !== expected) throw new Error(`${reports} of ${expected} reports were received`);
    return {
      ...{ kind, size, reports, seconds },
      processor: (user + system) / 1000 / reports,
      delay95: delay.percentile(95) / 1e6,
      delayMost: delay.max / 1e6,
      memory: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const SELF = fileURLToPath(import.meta.url);

/** One step in a process of its own. @returns what it said */
async function inAnother(step: string): Promise<string> {
  const words = [SELF, '--step', step, ...(values.tenth ? ['--tenth'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 1 << 24 });
  return stdout;
}

if (values.step === undefined) {
  const rows: Row[] = [];
  for (const step of steps) {
    const size = step.kind === 'accounts' ? step.size : step.size / scale;
    rows.push(JSON.parse((await inAnother(`${step.kind} ${size}`)).trim().split('\n').at(-1) ?? ''));
    process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
  }
  const machine = { processors: availableParallelism(), load: loadavg()[0] ?? 0 };
  const page = scalePage(rows, { reports: REPORTS, bytes: BYTES }, machine);
  process.stdout.write(page);
  if (!values.tenth) await writeFile(fileURLToPath(new URL('../docs/bench/scale.md', import.meta.url)), page);
} else {
  const [kind, first = '', second] = values.step.split(' ');
  if (kind === 'make') await makeLargeLedger(first, Number(second), 0);
  else if (kind === 'serve') await makeServed(first, Number(second));
  else
    process.stdout.write(`${JSON.stringify(await measured({ kind: kind as Kind, size: Number(first) }))}\n`);
  process.exit();
}
