/** What is counted after a drill: what must never be, and how long the rest took. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../../lib/i18n/translate.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import { mailsIn } from '../../support/mails.ts';
import { minutesOf } from './drill-flow.ts';
import type { DrillLedger } from './ledgers.ts';

export interface Counted {
  runs: number;
  reports: number;
  /** Most sessions that one account had at a time. */
  atOnce: number;
  /** Fetched again though it was delivered, or lay on the host that did so. */
  fetchedTwice: number;
  /** Fetched again because the host that had received it is gone and nobody had delivered it. */
  fetchedAfterLoss: number;
  lost: number;
  deliveredTwice: number;
  mails: number;
  /** Repeats that say so, because nobody could know whether the first was sent. */
  mailsRepeated: number;
  /** Mails twice that do not say so. */
  mailsTwice: number;
  ticks: number;
  ticksWithout: number;
  ticksTwice: number;
}

export interface CountOptions {
  users: readonly string[];
  shares: string;
  mailbox: string;
  /** Due times from this one on are counted, milliseconds since 1970. */
  start: number;
  /** And those up to this one. */
  end: number;
  period: number;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export async function countAll(
  ledger: DrillLedger,
  simulator: Simulator,
  options: CountOptions,
): Promise<Counted> {
  const { users, shares, mailbox } = options;
  const count = async (question: string) => Number((await ledger.rows(question))[0]?.n ?? 0);
  const served = simulator.reports('hkscc', 'primary').length;
  const mails = await mailsIn(mailbox);
  // A repeat of a mail whose first fate is unknown has the same Message-ID, and says what it is.
  const remark = oneLine(t('en', 'mail.repeat'));
  const others = mails.filter(({ text = '' }) => !oneLine(text).includes(remark));
  const distinct = new Set(others.map(({ messageId }) => messageId)).size;
  const filed = await Promise.all(users.map((user) => filesBelow(join(shares, user))));
  const lacking = filed.reduce((sum, files) => sum + Math.max(0, served - files), 0);
  const extra = filed.reduce((sum, files) => sum + Math.max(0, files - served), 0);
  const due = await dueTimes(ledger, options);
  return {
    runs: await count('select count(*) n from runs'),
    reports: await count('select count(*) n from versions'),
    atOnce: simulator.mostAtOnce(),
    ...(await fetches(ledger)),
    lost: lacking + (await count('select count(*) n from versions where routed_at is null')),
    deliveredTwice:
      extra + (await count('select count(*) - count(distinct version_id || share) n from deliveries')),
    mails: mails.length,
    mailsRepeated: mails.length - others.length,
    mailsTwice: others.length - distinct,
    ...{ ticks: due.all, ticksWithout: due.without, ticksTwice: due.twice },
  };
}

/** By the journal, which says in which order, and on which host, reports were received and delivered. */
async function fetches(ledger: DrillLedger): Promise<{ fetchedTwice: number; fetchedAfterLoss: number }> {
  const keyOf = ({ account, path, sha256 }: Record<string, unknown>) =>
    JSON.stringify([account, path, sha256]);
  const versions = await ledger.rows('select id, account, path, sha256 from versions');
  const keys = new Map(versions.map((row) => [Number(row.id), keyOf(row)]));
  const received = new Map<string, unknown>();
  const delivered = new Set<string>();
  let fetchedTwice = 0;
  let fetchedAfterLoss = 0;
  const records = await ledger.rows(
    "select what, details from journal where what in ('received', 'delivered') order by sequence",
  );
  for (const { what, details: text } of records) {
    const details = JSON.parse(String(text)) as Record<string, unknown>;
    if (what === 'delivered') {
      delivered.add(keys.get(Number(details.versionId)) ?? '');
      continue;
    }
    const key = keyOf(details);
    const isNeeded = received.get(key) !== details.host && !delivered.has(key);
    if (received.has(key) && isNeeded) fetchedAfterLoss++;
    else if (received.has(key)) fetchedTwice++;
    received.set(key, details.host);
  }
  return { fetchedTwice, fetchedAfterLoss };
}

/** Each due time has its row; one run counts for several only where it made up for them. */
export async function dueTimes(
  ledger: DrillLedger,
  { users, start, end, period }: Pick<CountOptions, 'users' | 'start' | 'end' | 'period'>,
): Promise<{ all: number; without: number; twice: number }> {
  const rows = await ledger.rows('select schedule, due, run from ticks');
  const taken = new Set(rows.map(({ schedule, due }) => `${schedule} ${due}`));
  let all = 0;
  let without = 0;
  for (const [n, user] of users.entries()) {
    for (const minute of minutesOf(n, users.length, period)) {
      for (let due = Math.floor(start / HOUR) * HOUR + minute * MINUTE; due <= end; due += HOUR) {
        if (due < start) continue;
        all++;
        if (!taken.has(`schedule-${user} ${due}`)) without++;
      }
    }
  }
  const [timed] = await ledger.rows(
    "select count(*) n from runs where schedule != '' and run in (select run from ticks)",
  );
  const distinct = new Set(rows.map(({ run }) => run)).size;
  return { all, without, twice: Math.abs(Number(timed?.n ?? 0) - distinct) };
}

async function filesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).length;
}
