/** What "is all well?" is answered from. */
import { arrivalsOf } from '../../collection/completeness.ts';
import { acknowledgedUntil } from '../../contacts/acknowledge.ts';
import { asRapError } from '../../errors/rap-error.ts';
import { WRITER } from '../../ledger/keep-lease.ts';
import { tellOwner } from '../../ledger/owner.ts';
import { type Found, subjectOf, summaryOf } from '../../words/completeness.ts';
import type { DataCentre, Installation } from '../../words/types.ts';
import type { LiveDownload } from '../live.ts';
import type { LiveRoom } from '../live-operations.ts';
import type { Ask } from '../page.ts';
import { keyOf } from './verdict.ts';

/** More alarms than this are a number. */
const MOST_ALARMS = 6;
/** Mails that were given up this long ago are told, milliseconds. */
const MAILS_MS = 4 * 86_400_000;
const DAY_MS = 86_400_000;

export interface AccountToday {
  account: string;
  installation: Installation;
  dataCentre: DataCentre;
  /** Why it may not log in, or ''. */
  locked: string;
  /** Does a node tell people what is late? */
  watched: boolean;
  /** Undefined where nothing could be said, for `fault`. */
  found: Found | undefined;
  fault: string;
  cure: string;
  /** When reports came, milliseconds, by keyOf. */
  arrived: Record<string, number>;
  /** Reports whose last copy lies on the share, read back, by keyOf. */
  filed: string[];
  /** When all its folders could be looked into last. */
  lastLook: number | null;
  /** Days that the key is in use; null before its first log-in. */
  keyDays: number | null;
}

export interface AlarmToday {
  id: number;
  level: string;
  account: string;
  code: string;
  message: string;
  raisedAt: number;
  nextAt: number | null;
  told: string[];
  /** Until when somebody's word counts. */
  known: { by: string; until: number } | null;
}

/** What the verdict is made of. */
export interface TodayFacts {
  accounts: AccountToday[];
  /** Open and not acknowledged, by what they are about. */
  alarms: { critical: string[]; others: string[] };
  silentShares: string[];
  faults: { node: string; message: string }[];
  /** Accounts whose runs no schedule begins. */
  unscheduled: string[];
  mails: { failed: number };
  held: string[];
  outstanding: string[];
  /** Whose lease of the ledger it is; undefined when nobody has it. */
  charge: { holder: string | undefined; own: boolean };
}

export interface TodayModel extends TodayFacts {
  today: string;
  openAlarms: number;
  shown: AlarmToday[];
  downloads: LiveDownload[];
  shares: LiveRoom[];
  mail: { waiting: number; oldest: number | null; last: number | null };
  schedules: {
    name: string;
    last: number | null;
    begun: number | null;
    next: number | null;
    /** It looks each so many milliseconds for so many reports; null when nothing is due. */
    every: number | null;
    reports: number | null;
  }[];
  /** Nodes that begin a run when a person wants it, and for which accounts. */
  starters: { node: string; accounts: string[] }[];
  weather: { watched: boolean; verdict: string; at: number | null };
}

export async function todayView(ask: Ask): Promise<TodayModel> {
  const { ledger, db, live, now } = ask;
  const accounts: AccountToday[] = [];
  for (const awaits of live.accounts) accounts.push(await accountToday(ask, awaits));
  const open = await ledger.openAlarms();
  // What is late is said as such; its alarm would only say it again.
  const late = new Set(
    accounts.flatMap(({ account, found }) =>
      found === undefined ? [] : summaryOf(found).trouble.map((one) => `${account} ${subjectOf(one)}`),
    ),
  );
  const further = open.filter(
    ({ code, account, subject }) => !code.startsWith('REPORT_') || !late.has(`${account} ${subject}`),
  );
  const unknown = further.filter((alarm) => acknowledgedUntil(alarm, now) === undefined);
  const rank = ({ level }: { level: string }) => (level === 'critical' ? 0 : 1);
  const sorted = open.toSorted((a, b) => rank(a) - rank(b) || b.seenAt - a.seenAt);
  const shown: AlarmToday[] = [];
  for (const alarm of sorted.slice(0, MOST_ALARMS)) {
    const { id, level, account, code, message, raisedAt, nextAt, acknowledgedBy: by } = alarm;
    const until = acknowledgedUntil(alarm, now);
    const told = await ledger.toldOf(id);
    const known = until === undefined ? null : { by, until };
    shown.push({ id, level, account, code, message, raisedAt, nextAt, told, known });
  }
  const { outstanding, quarantine, refused } = await ledger.openThings();
  // Processes live in real time, whatever clock the site's is.
  const holder = await db.selectFrom('leases').selectAll().where('name', '=', WRITER).executeTakeFirst();
  const held = holder !== undefined && holder.held_until > Date.now() ? holder.owner : undefined;
  const about = ({ account, code }: { account: string; code: string }) => `${account} ${code}`.trim();
  const [waiting, counts] = [await ledger.waitingMails(), await ledger.mailCounts(now - MAILS_MS)];
  const shares = live.facts.filter((fact) => fact.kind === 'room');
  const schedules = live.facts.filter((fact) => fact.kind === 'schedule');
  return {
    accounts,
    today: accounts[0]?.found?.today ?? new Date(now + 8 * 3600_000).toISOString().slice(0, 10),
    alarms: {
      critical: unknown.filter(({ level }) => level === 'critical').map(about),
      others: further.filter((one) => one.level !== 'critical' || !unknown.includes(one)).map(about),
    },
    silentShares: shares
      .filter(({ state }) => state === 'silent' || state === 'fault')
      .map(({ root }) => root),
    faults: live.faults.map(({ node, message }) => ({ node, message })),
    unscheduled: live.accounts
      .map(({ account }) => account)
      .filter(
        (account) =>
          !schedules.some(({ accounts: reached, next }) => next !== null && reached.includes(account)),
      ),
    mails: { failed: counts.refused },
    held: [
      ...quarantine.map(({ path }) => path),
      ...refused.map(({ folder, shown: name }) => `${folder}/${name}`),
    ],
    outstanding: outstanding.map(({ path }) => path),
    charge: { holder: held === undefined ? undefined : tellOwner(held), own: held === live.owner },
    openAlarms: open.length,
    shown,
    downloads: live.facts.filter((fact) => fact.kind === 'download'),
    shares,
    mail: { waiting: waiting.count, oldest: waiting.oldest, last: await lastMail(ask) },
    schedules: await Promise.all(
      schedules.map(async ({ node, name, last, next, looking }) => {
        const [tick] = await ledger.doneTicks(node, 1);
        const begun = tick !== undefined && tick.due === last ? tick.begunAt : null;
        const { every = null, reports = null } = looking ?? {};
        return { name, last, begun, next, every, reports };
      }),
    ),
    starters: live.facts
      .filter((fact) => fact.kind === 'starter')
      .map(({ node, accounts: reached }) => ({ node, accounts: reached })),
    weather: await weatherOf(ask),
  };
}

async function accountToday(ask: Ask, awaits: Ask['live']['accounts'][number]): Promise<AccountToday> {
  const { ledger, db, live, site, now } = ask;
  const { account, installation } = awaits;
  const chosen = (await ledger.dataCentreChoices()).find((one) => one.account === account);
  const lock = await db
    .selectFrom('login_locks')
    .select('reason')
    .where('account', '=', account)
    .executeTakeFirst();
  const since = await ledger.keySince(account);
  const known = {
    ...{ account, installation, dataCentre: chosen?.dataCentre ?? 'primary', locked: lock?.reason ?? '' },
    watched: live.facts.some((fact) => fact.kind === 'check' && fact.accounts.includes(account)),
    lastLook: await ledger.lastGoodLook(account),
    keyDays: since === null ? null : Math.max(0, Math.floor((now - since) / DAY_MS)),
  };
  try {
    const { found, arrivals } = await arrivalsOf(ledger, await site.read(), awaits, now);
    const came = found.reports.flatMap((one) => {
      const arrival = arrivals.get(subjectOf(one));
      return arrival === undefined ? [] : [{ key: keyOf(one), ...arrival }];
    });
    const arrived = Object.fromEntries(came.map(({ key, at }) => [key, at * 1000]));
    const filed = came.filter((one) => one.filed).map(({ key }) => key);
    return { ...known, found, fault: '', cure: '', arrived, filed };
  } catch (thrown) {
    const { message: fault, cure } = asRapError(thrown);
    return { ...known, found: undefined, fault, cure, arrived: {}, filed: [] };
  }
}

async function lastMail({ ledger }: Ask): Promise<number | null> {
  const lines = await ledger.mailLines({ limit: 5 });
  return lines.find(({ state }) => state === 'accepted')?.settledAt ?? null;
}

async function weatherOf({ db, live, now }: Ask): Promise<TodayModel['weather']> {
  const watched = live.facts.some(({ kind }) => kind === 'weather');
  const date = new Date(now + 8 * 3600_000).toISOString().slice(0, 10);
  const row = await db
    .selectFrom('weather_records')
    .select(['verdict', 'saved_at'])
    .where('date', '=', date)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { watched, verdict: row?.verdict ?? '', at: row?.saved_at ?? null };
}
