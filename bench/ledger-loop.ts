/**
 * How long work with the ledger keeps the process from everything else: a day of many new reports, and one look and
 * one check with very many known reports.
 *
 *   node bench/ledger-loop.ts [new reports, default 20000] [known reports, default 500000]
 *
 * Of each step: its time, the longest turn of the event loop, and how much of that the processor was at work. The first
 * counts waits for the disk and for other programs as well.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { queueAlarm } from '../lib/alarms/alarms.ts';
import type { AwaitingAccount } from '../lib/collection/awaiting-account.ts';
import { collect, incompleteErrors } from '../lib/collection/collect.ts';
import { completenessOf } from '../lib/collection/completeness.ts';
import { queueDigest } from '../lib/collection/digest-queue.ts';
import { takeListing } from '../lib/collection/listing.ts';
import { type Ledger, openLedger } from '../lib/ledger/ledger.ts';
import { parseContacts } from '../lib/mail/config.ts';
import { queueDailyStatus } from '../lib/mail/daily-status.ts';
import type { RunContext } from '../lib/model/types.ts';
import type { ListedFile } from '../lib/rap/listing.ts';
import { shippedCatalogue } from '../lib/reports/catalogue.ts';
import { shippedCalendars } from '../lib/time/calendar-book.ts';
import { realClock } from '../lib/time/clock.ts';
import { hongKongDate } from '../lib/time/hong-kong.ts';
import { makeLargeLedger, ROWS_PER_REPORT } from '../test/support/large-ledger.ts';
import { filesOf, sessionOf } from './pretend-session.ts';

const [fresh = 20_000, known = 500_000] = process.argv.slice(2).map(Number);
const ACCOUNT = 'hkscc';
const PER_DAY = 400;
const DAY = 86_400_000;

const contacts = parseContacts({
  smtp: { host: '127.0.0.1', port: 25, requireTls: false, from: 'RAP Ops <rap@broker.example>' },
  contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: ['ops'] }],
});

interface Turns {
  longest: number;
  busiest: number;
}

/** Watches the turns of the event loop while work goes on. */
async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const turns: Turns = { longest: 0, busiest: 0 };
  let at = performance.now();
  let cpu = processor();
  let over = false;
  const turn = () => {
    const [now, used] = [performance.now(), processor()];
    turns.longest = Math.max(turns.longest, now - at);
    turns.busiest = Math.max(turns.busiest, used - cpu);
    [at, cpu] = [now, used];
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  const begun = performance.now();
  const result = await work();
  const took = performance.now() - begun;
  over = true;
  await new Promise((resolve) => setImmediate(resolve));
  const figures = [took, turns.longest, turns.busiest].map((ms) => `${Math.round(ms)} ms`.padStart(9));
  console.log(`${what.padEnd(44)} ${figures.join(' ')}`);
  return result;
}

/** Milliseconds for which this thread was at work. */
function processor(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function run(
  ledger: Pick<
    Ledger,
    | 'accountKeys'
    | 'accountStats'
    | 'accounts'
    | 'alarmList'
    | 'alarms'
    | 'deliveries'
    | 'events'
    | 'expectations'
    | 'fileStability'
    | 'findings'
    | 'journal'
    | 'looks'
    | 'mails'
    | 'openItems'
    | 'outstanding'
    | 'quarantine'
    | 'reports'
    | 'runs'
    | 'seal'
  >,
  home: string,
  name: string,
  files: ListedFile[],
  fails = false,
) {
  await ledger.runs.startRun({ run: name, trigger: 'timer' });
  const place = { installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:1' } as const;
  const context: RunContext = { run: name, account: ACCOUNT, ...place };
  let first = 0;
  const session = sessionOf(
    ACCOUNT,
    files,
    () => {
      first = performance.now();
    },
    fails,
  );
  const listing = await measured(`${name}: listing`, () =>
    takeListing(session, context, { clock: realClock, ledger, settle: 1 }),
  );
  const begun = performance.now();
  const options = { ledger, landing: path.join(home, 'landing'), lookInside: false };
  const summary = await measured(`${name}: download`, () => collect(session, context, listing, options));
  console.log(`${name}: ${Math.round(first - begun)} ms from the listing to the first byte`);
  for (const { code, message, cure, subject, reports } of incompleteErrors(summary)) {
    const of = {
      code,
      message,
      cure,
      subject,
      reports,
      where: 'x',
      run: name,
      account: ACCOUNT,
      at: Date.now(),
    };
    await measured(`${name}: alarm about ${reports.length}`, () => queueAlarm(ledger, contacts, of, []));
  }
  await measured(`${name}: reports to file`, () => ledger.deliveries.openVersions(ACCOUNT));
  await measured(`${name}: digest`, () => queueDigest(ledger, contacts, name, []));
  await morning(ledger, name);
}

async function morning(
  ledger: Pick<
    Ledger,
    | 'accountKeys'
    | 'accountStats'
    | 'accounts'
    | 'alarmList'
    | 'alarms'
    | 'events'
    | 'expectations'
    | 'journal'
    | 'looks'
    | 'mails'
    | 'openItems'
  >,
  name: string,
) {
  await measured(`${name}: morning mail`, () => queueDailyStatus(ledger, contacts, Date.now(), []));
  const account: AwaitingAccount = {
    ...{ account: ACCOUNT, installation: 'hkscc', participant: '', holidayTrading: 'no' },
    ...{ folders: ['/INBOX'], everything: true },
  };
  const site = { catalogue: shippedCatalogue(), calendars: shippedCalendars };
  for (const round of ['first', 'second']) {
    await measured(`${name}: ${round} report-check`, () => completenessOf(ledger, site, account, Date.now()));
  }
}

const top = await mkdtemp(path.join(tmpdir(), 'rap-loop-'));
console.log(
  `${'step'.padEnd(44)} ${['time', 'longest', 'processor'].map((one) => one.padStart(9)).join(' ')}`,
);
try {
  const home = path.join(top, 'new');
  await mkdir(path.join(home, 'landing'), { recursive: true });
  const ledger = await openLedger(path.join(home, 'ledger.sqlite'), realClock);
  const today = hongKongDate(Date.now()).replaceAll('-', '');
  const files = filesOf(fresh, today);
  await run(ledger, home, `${fresh} new`, files);
  for (const file of files) file.modifiedAt++;
  await run(ledger, home, `${fresh} failing`, files, true);
  await run(ledger, home, 'all amended', files);
  await run(ledger, home, 'all known', files);
  await ledger.close();

  const old = path.join(top, 'old');
  await mkdir(path.join(old, 'landing'), { recursive: true });
  const file = path.join(old, 'ledger.sqlite');
  await makeLargeLedger(file, known * ROWS_PER_REPORT, 0);
  const database = new DatabaseSync(file);
  const since = Date.now() - (known / PER_DAY) * DAY;
  database.exec(`update versions set received_at = ${since} + id * ${DAY / PER_DAY},
    business_date = date((${since} + id * ${DAY / PER_DAY}) / 1000, 'unixepoch'), seen_at = received_at`);
  database.close();
  const large = await measured(`${known} known: opened`, () => openLedger(file, realClock));
  await run(large, old, `${known} known, 200 new`, filesOf(200, today));
  await large.close();
} finally {
  await rm(top, { recursive: true, force: true });
}
