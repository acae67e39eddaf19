/** What "is all well?" is answered from. */
import { arrivalsOf } from '../../collection/completeness.ts';
import { RUN_WAITS_MS } from '../../collection/due-runs.ts';
import { asRapError } from '../../errors/rap-error.ts';
import { SHARERS, WRITER } from '../../ledger/lease/keep-lease.ts';
import { acknowledgedUntil } from '../../mail/alarm-mail.ts';
import { businessDaysLeft } from '../../mail/key-terms.ts';
import { isHere, subjectOf, summaryOf } from '../../model/completeness.ts';
import { plainAccount } from '../../practice/paths.ts';
import { describeProcess } from '../../process/process-id.ts';
import { hongKongDate, hongKongStamp } from '../../time/hong-kong.ts';
import type { LiveDownload } from '../live.ts';
import type { LiveRoom } from '../live-operations.ts';
import type { Ask } from '../page.ts';
import type { AccountToday, AlarmAbout, TodayFacts } from './facts.ts';
import { keyOf } from './verdict.ts';

/** More alarms than this are a number. */
const MOST_ALARMS = 6;
/** Mails that were given up this long ago are told, milliseconds. */
const MAILS_MS = 4 * 86_400_000;
const DAY_MS = 86_400_000;
/** A mail may wait so long before it is told, milliseconds. */
const MAIL_WAITS_MS = 15 * 60_000;
/** A file that came may be on its way to its shares so long. */
const ON_ITS_WAY_MS = 10 * 60_000;
/** So long what is not as it was is told: the longest holidays and a weekend. */
const REMEMBERED_MS = 8 * DAY_MS;
/** More names than this are a number on the page. */
const MOST_NAMES = 50;

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

export interface TodayModel extends TodayFacts {
  today: string;
  openAlarms: number;
  shown: AlarmToday[];
  downloads: LiveDownload[];
  /** Accounts that a run has logged in now. */
  atWork: string[];
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
  const lost = await ledger.placedFiles.lostFiles({ most: MOST_NAMES });
  for (const awaits of live.accounts) {
    const paths = lost.flatMap(({ account, path }) => (account === awaits.account ? [path] : []));
    accounts.push(await accountToday(ask, awaits, paths));
  }
  const open = await ledger.alarms.openAlarms();
  // What is late is said as such; its alarm would only say it again.
  const late = new Set(
    accounts.flatMap(({ account, found }) =>
      found === undefined ? [] : summaryOf(found).trouble.map((one) => `${account} ${subjectOf(one)}`),
    ),
  );
  const isSaid = ({ code, account, subject }: (typeof open)[number]) =>
    code.startsWith('REPORT_')
      ? late.has(`${account} ${subject}`)
      : code === 'COPY_LOST' && lost.some((one) => one.account === account);
  const further = open.filter((alarm) => !isSaid(alarm));
  const unknown = further.filter((alarm) => acknowledgedUntil(alarm, now) === undefined);
  const rank = ({ level }: { level: string }) => (level === 'critical' ? 0 : 1);
  const sorted = open.toSorted((a, b) => rank(a) - rank(b) || b.seenAt - a.seenAt);
  const shown: AlarmToday[] = [];
  for (const alarm of sorted.slice(0, MOST_ALARMS)) {
    const { id, level, account, code, message, raisedAt, nextAt, acknowledgedBy: by } = alarm;
    const until = acknowledgedUntil(alarm, now);
    const told = await ledger.alarms.recipientsOf(id);
    const known = until === undefined ? null : { by, until };
    shown.push({ id, level, account, code, message, raisedAt, nextAt, told, known });
  }
  const { outstanding, quarantine, refused } = await ledger.openItems.openItems();
  // Processes live in real time, whatever clock the site's is.
  const holder = await db.selectFrom('leases').selectAll().where('name', '=', WRITER).executeTakeFirst();
  const held = holder !== undefined && holder.held_until > Date.now() ? holder.owner : undefined;
  const about = ({ account, code }: AlarmAbout): AlarmAbout => ({ account, code });
  const [waiting, counts] = [
    await ledger.serviceFacts.waitingMails(),
    await ledger.mails.mailCounts(now - MAILS_MS),
  ];
  const shares = live.facts.filter((fact) => fact.kind === 'room');
  const schedules = await schedulesOf(ask);
  const toBegin = schedules.flatMap(({ name, last, begun }) =>
    last !== null && begun === null && now - last > RUN_WAITS_MS ? [{ name, last }] : [],
  );
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
    faults: live.faults.map(({ node, code, message, cure }) => ({ node, code, message, cure })),
    unscheduled: live.accounts
      .map(({ account }) => account)
      .filter(
        (account) =>
          !schedules.some(({ accounts: reached, next }) => next !== null && reached.includes(account)),
      ),
    notBegun: toBegin.map(({ name, last }) => `${name} ${hongKongStamp(last).slice(5, 16)}`.trim()),
    gone: await goneOf(ask),
    lost: lost.map(({ name, share }) => `${name} (${share})`),
    mails: {
      failed: counts.refused,
      waiting: waiting.oldest !== null && now - waiting.oldest > MAIL_WAITS_MS ? waiting.count : 0,
    },
    held: [
      ...quarantine.map(({ path }) => path),
      ...refused.map(({ folder, shown: name }) => `${folder}/${name}`),
    ],
    outstanding: outstanding.map(({ path }) => path),
    charge: {
      holder: held === undefined ? undefined : describeProcess(held),
      // Where several hosts share the work, each shows the same.
      own: held === live.owner || held === SHARERS,
    },
    openAlarms: open.length,
    shown,
    downloads: live.facts.filter((fact) => fact.kind === 'download'),
    atWork: live.facts.flatMap((fact) =>
      fact.kind === 'account' && fact.atWork !== null ? [fact.account] : [],
    ),
    shares,
    mail: { waiting: waiting.count, oldest: waiting.oldest, last: await lastMail(ask) },
    schedules,
    starters: live.facts
      .filter((fact) => fact.kind === 'starter')
      .map(({ node, accounts: reached }) => ({ node, accounts: reached })),
    weather: await weatherOf(ask),
  };
}

/** @param lost paths at RAP of its delivered files that are gone from a share, or changed */
async function accountToday(
  ask: Ask,
  awaits: Ask['live']['accounts'][number],
  lost: readonly string[],
): Promise<AccountToday> {
  const { ledger, db, live, site, now } = ask;
  const { account, installation } = awaits;
  const chosen = (await ledger.accounts.dataCentreChoices()).find((one) => one.account === account);
  const lock = await db
    .selectFrom('login_locks')
    .select('reason')
    .where('account', '=', account)
    .executeTakeFirst();
  const since = await ledger.serviceFacts.keySince(account);
  const life = (await ledger.accountKeys.keyLives()).find((one) => one.account === account);
  const until = life?.until ?? '';
  const key: AccountToday['key'] = { until, daysLeft: null };
  const known = {
    ...{ account, installation, dataCentre: chosen?.dataCentre ?? 'primary', locked: lock?.reason ?? '' },
    watched: live.facts.some((fact) => fact.kind === 'check' && fact.accounts.includes(account)),
    lastLook: await ledger.serviceFacts.lastGoodLook(account),
    keyDays: since === null ? null : Math.max(0, Math.floor((now - since) / DAY_MS)),
    key,
  };
  try {
    const rules = await site.read();
    if (until !== '') key.daysLeft = businessDaysLeft(hongKongDate(now), until, rules.calendars);
    const { found, arrivals, reportOf } = await arrivalsOf(ledger, rules, awaits, now);
    const came = found.reports.flatMap((one) => {
      const arrival = arrivals.get(subjectOf(one));
      return arrival === undefined ? [] : [{ key: keyOf(one), ...arrival }];
    });
    const arrived = Object.fromEntries(came.map(({ key, at }) => [key, at * 1000]));
    const gone = lost.flatMap((path) => reportOf(path) ?? []).map(keyOf);
    const filed = came.filter((one) => one.filed && !gone.includes(one.key)).map(({ key }) => key);
    const said = found.reports.filter(isHere).map(keyOf);
    const isSaid = (path: string) => {
      const report = reportOf(path);
      return report !== undefined && said.includes(keyOf(report));
    };
    const unfiled = (await unfiledOf(ask, account)).filter(({ path }) => !isSaid(path));
    const here = { arrived, filed, unfiled: unfiled.map(({ name }) => name) };
    return { ...known, found, fault: '', cure: '', code: '', ...here };
  } catch (thrown) {
    const { message: fault, cure, code } = asRapError(thrown);
    return { ...known, found: undefined, fault, cure, code, arrived: {}, filed: [], unfiled: [] };
  }
}

async function schedulesOf({ ledger, live }: Ask) {
  const schedules = live.facts.filter((fact) => fact.kind === 'schedule');
  return Promise.all(
    schedules.map(async ({ node, name, last, next, looking, accounts }) => {
      const [tick] = await ledger.scheduleRuns.doneDueTimes(node, 1);
      // A day that was entered as a holiday since then moves the due time back: its run has begun all the same.
      const begun = tick !== undefined && last !== null && tick.due >= last ? tick.begunAt : null;
      const { every = null, reports = null } = looking ?? {};
      return { name, last, begun, next, every, reports, accounts };
    }),
  );
}

/** Accounts that looked into RAP in the last days, and that no flow has now. */
async function goneOf({ ledger, live, now }: Ask): Promise<string[]> {
  const gone: string[] = [];
  for (const { account } of await ledger.accountStats.knownAccounts()) {
    const plain = plainAccount(account);
    if (plain !== account || live.accounts.some((one) => one.account === plain)) continue;
    const looked = await ledger.serviceFacts.lastGoodLook(account);
    if (looked !== null && now - looked < REMEMBERED_MS) gone.push(account);
  }
  return gone;
}

/** Of each file the last copy counts: an earlier one that was amended on its way is none that people wait for. */
async function unfiledOf({ db, now }: Ask, account: string): Promise<{ name: string; path: string }[]> {
  const rows = await db
    .selectFrom('versions')
    .select(['id', 'name', 'path'])
    .where('account', '=', account)
    .where('routed_at', 'is', null)
    .where('received_at', '>', now - REMEMBERED_MS)
    .where('received_at', '<', now - ON_ITS_WAY_MS)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('versions as later')
            .select('later.id')
            .whereRef('later.account', '=', 'versions.account')
            .whereRef('later.path', '=', 'versions.path')
            .whereRef('later.id', '>', 'versions.id'),
        ),
      ),
    )
    .orderBy('id', 'desc')
    .limit(MOST_NAMES)
    .execute();
  return rows;
}

async function lastMail({ ledger }: Ask): Promise<number | null> {
  const lines = await ledger.mailList.mailLines({ limit: 5 });
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
