/**
 * One run of the engine as a process of its own, put together as the nodes of the daily flow put it together:
 * log in, list, download, file on every share while downloads go on, file what is left, log out, digest, mail.
 * Its last line on stdout says what it believes to have done.
 */
import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { SessionPool } from '../../lib/accounts/session-pool.ts';
import { queueAlarm } from '../../lib/alarms/alarms.ts';
import { CircuitBreakers } from '../../lib/collection/circuit-breaker.ts';
import { type CollectionSummary, collect, incompleteErrors } from '../../lib/collection/collect.ts';
import { queueDigest } from '../../lib/collection/digest-queue.ts';
import { takeListing } from '../../lib/collection/listing.ts';
import { type Routed, type RouteOptions, routeOpen, routeReport } from '../../lib/collection/route.ts';
import { parseRules } from '../../lib/delivery/rules.ts';
import { asRapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { type ContactsConfig, parseContacts } from '../../lib/mail/config.ts';
import { sendDue } from '../../lib/mail/sender.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { type Clock, realClock } from '../../lib/time/clock.ts';
import { acquireLedger, release } from '../../nodes/runtime/runtime.ts';

export interface Job {
  /** Holds ledger and landing folder. */
  home: string;
  /** Every report goes to each of them. */
  shares: string[];
  run: string;
  /** Milliseconds this start lies after the present. */
  later: number;
  server: { host: string; port: number; user: string; keyFile: string; fingerprint: string };
  relay: number;
}

/** What a run says of itself. */
export interface Told {
  /** Everything listed was received, everything received lies on all shares, all mails are with the relay. */
  complete: boolean;
  /** Files it says lie whole on a share. */
  delivered: string[];
  codes: string[];
}

const ACCOUNT = 'HKSCC-1';
/** Stands for all nodes of a flow: whoever is in the house keeps the ledger open. */
const node = {};

async function run(job: Job): Promise<Told> {
  // So much later on the same boot: nobody has set the clock.
  const boot = realClock.boot?.();
  const clock: Clock = {
    ...realClock,
    now: () => Date.now() + job.later,
    boot: () => boot && { ...boot, uptime: boot.uptime + job.later },
  };
  const told: Told = { complete: true, delivered: [], codes: [] };
  const fail = (thrown: unknown) => {
    told.complete = false;
    const error = asRapError(thrown);
    told.codes.push(error.code);
    return error;
  };
  let ledger: Ledger;
  try {
    ledger = await acquireLedger({ home: job.home, clock }, node);
  } catch (thrown) {
    fail(thrown);
    return told;
  }
  const contacts = contactsOf(job);
  /** As a Catch node with an alarm behind it. */
  const attempt = async (where: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      const { code, message, cure } = fail(thrown);
      const alarm = { code, message, cure, where, run: job.run, account: ACCOUNT, at: clock.now() };
      await queueAlarm(ledger, contacts, alarm, []).catch(fail);
    }
  };
  const pool = keeperOf(job, ledger, clock);
  await attempt('daily', () => collectAndFile(job, pool, ledger, clock, attempt, told));
  await attempt('log out', async () => void (await pool.logOut(job.run)));
  await attempt('digest', async () => void (await queueDigest(ledger, contacts, job.run, [])));
  await attempt('mail', async () => {
    const { failed } = await sendDue(ledger, contacts, { clock });
    for (const one of failed) throw asRapError(Object.assign(new Error(one.message), { code: one.code }));
  });
  await release(node).catch(fail);
  return told;
}

type Attempt = (where: string, work: () => Promise<void>) => Promise<void>;

async function collectAndFile(
  job: Job,
  pool: SessionPool,
  ledger: Ledger,
  clock: Clock,
  attempt: Attempt,
  told: Told,
): Promise<void> {
  const context = await pool.logIn(job.run, 'timer');
  const session = pool.session(job.run);
  const listing = await takeListing(session, context, { clock, ledger, settle: 1 });
  if (!listing.complete) told.complete = false;
  const { account, installation } = context;
  const pauses = new CircuitBreakers();
  const routing: RouteOptions = {
    ledger,
    run: job.run,
    rules: parseRules(job.shares.map((share) => ({ share: `${share}/{businessDate}` }))),
    context: { home: job.home, account, installation },
    requireSentinel: true,
    pauses,
    memory: { tried: new Set() },
  };
  const tried = new Set<number>();
  const pass = async ({ deliveries, errors, waits }: Routed) => {
    if (waits.length > 0) told.complete = false;
    told.delivered.push(...deliveries.map(({ file }) => file));
    for (const error of errors) {
      await attempt('file', async () => {
        throw error;
      });
    }
  };
  // report-route takes one message after another while rap-download goes on.
  let turn = Promise.resolve();
  let summary: CollectionSummary | undefined;
  await attempt('download', async () => {
    summary = await collect(session, context, listing, {
      ledger,
      landing: path.join(job.home, 'landing'),
      onReceived: (report) => {
        turn = turn.then(() =>
          attempt('file', async () => {
            tried.add(report.versionId);
            await pass(await routeReport(report, routing));
          }),
        );
      },
    });
    const [error] = incompleteErrors(summary);
    if (error !== undefined) throw error;
  });
  await turn;
  await attempt('file', async () => {
    pauses.tryAgain();
    for (const routed of await routeOpen(routing, tried)) await pass(routed);
  });
  if (summary?.complete !== true) told.complete = false;
}

function keeperOf(job: Job, ledger: Ledger, clock: Clock): SessionPool {
  const { host, port, user, keyFile, fingerprint } = job.server;
  const account = parseAccount({
    name: ACCOUNT,
    installation: 'hkscc',
    user,
    addresses: { primary: [{ host, port }], secondary: [] },
    pins: [{ host, port, fingerprint }],
    folders: ['/INBOX'],
    reserve: 0,
    // A chain starts hundreds of times on one simulated day.
    loginsPerDay: 100_000,
  });
  return new SessionPool(account, { clock, ledger: async () => ledger, key: () => readLoginKey(keyFile) });
}

function contactsOf(job: Job): ContactsConfig {
  return parseContacts({
    smtp: { host: '127.0.0.1', port: job.relay, requireTls: false, from: 'RAP Ops <rap@broker.example>' },
    contacts: [{ name: 'Ada', email: 'ada@broker.example' }],
  });
}

const [, , words] = process.argv;
if (import.meta.main && words !== undefined) {
  const told = await run(JSON.parse(readFileSync(words, 'utf8')) as Job);
  writeSync(1, `${JSON.stringify(told)}\n`);
  process.exit(told.complete ? 0 : 5);
}
