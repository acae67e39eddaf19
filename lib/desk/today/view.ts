/** What "is all well?" is answered from. */
import { arrivalsOf } from '../../collection/completeness.ts';
import { RUN_WAITS_MS } from '../../collection/due-runs.ts';
import { asRapError } from '../../errors/rap-error.ts';
import { fromColumn } from '../../ledger/json-column.ts';
import { SHARERS, WRITER } from '../../ledger/lease/keep-lease.ts';
import type { AlarmGroup } from '../../ledger/ledger.ts';
import { acknowledgedUntil } from '../../mail/alarm-mail.ts';
import { businessDaysLeft } from '../../mail/key-terms.ts';
import { isHere, subjectOf, summaryOf } from '../../model/completeness.ts';
import { describeProcess } from '../../process/process-id.ts';
import { hongKongDate, hongKongStamp } from '../../time/hong-kong.ts';
import type { Decision } from '../../weather/decide.ts';
import { countedDue } from '../due-time.ts';
import type { Live, LiveDownload } from '../live.ts';
import type { LiveRoom } from '../live-operations.ts';
import type { Ask, Query } from '../page.ts';
import type { AccountToday, AlarmAbout, Many, TodayFacts } from './facts.ts';
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
const MOST_NAMES = 10;

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
  /** The account that is asked for, or ''. */
  only: string;
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

export type TodayAsk = Ask<
  | 'accountKeys'
  | 'accountStats'
  | 'accounts'
  | 'alarmList'
  | 'alarms'
  | 'expectations'
  | 'looks'
  | 'mailList'
  | 'mails'
  | 'openLists'
  | 'placedFiles'
  | 'scheduleRuns'
  | 'serviceFacts'
>;

/** @param query `account` for that one alone, with all its reports; the verdict is of all of them */
export async function todayView(ask: TodayAsk, { account: only = '' }: Query): Promise<TodayModel> {
  const { ledger, db, live, now } = ask;
  const accounts: AccountToday[] = [];
  for (const awaits of live.accounts) accounts.push(await accountToday(ask, awaits));
  const lost = await lostOf(ask);
  const shown: AlarmToday[] = [];
  for (const alarm of await ledger.alarmList.loudestAlarms(MOST_ALARMS)) {
    const { id, level, account, code, message, raisedAt, nextAt, acknowledgedBy: by } = alarm;
    const until = acknowledgedUntil(alarm, now);
    const told = await ledger.alarms.recipientsOf(id);
    const known = until === undefined ? null : { by, until };
    shown.push({ id, level, account, code, message, raisedAt, nextAt, told, known });
  }
  // Processes live in real time, whatever clock the site's is.
  const holder = await db.selectFrom('leases').selectAll().where('name', '=', WRITER).executeTakeFirst();
  const held = holder !== undefined && holder.held_until > Date.now() ? holder.owner : undefined;
  const [waiting, counts] = [
    await ledger.serviceFacts.waitingMails(),
    await ledger.mails.mailCounts(now - MAILS_MS),
  ];
  const shares = live.facts.filter((fact) => fact.kind === 'room');
  const schedules = await schedulesOf(ask);
  const toBegin = schedules.flatMap(({ name, last, begun }) =>
    last !== null && begun === null && now - last > RUN_WAITS_MS ? [{ name, last }] : [],
  );
  const open = await alarmsOf(ask, accounts, lost.accounts);
  return {
    accounts,
    today: accounts[0]?.found?.today ?? new Date(now + 8 * 3600_000).toISOString().slice(0, 10),
    alarms: open.alarms,
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
    lost: lost.files,
    mails: {
      failed: counts.refused,
      waiting: waiting.oldest !== null && now - waiting.oldest > MAIL_WAITS_MS ? waiting.count : 0,
    },
    ...(await openFiles(ask)),
    service: serviceOf(live.facts),
    charge: {
      holder: held === undefined ? undefined : describeProcess(held),
      // Where several hosts share the work, each shows the same.
      own: held === live.owner || held === SHARERS,
    },
    openAlarms: open.n,
    only: live.accounts.some(({ account }) => account === only) ? only : '',
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

/** Delivered files that are gone or changed: some of them, how many there are, and the accounts they are of. */
async function lostOf({ ledger }: Ask<'placedFiles'>): Promise<{ files: Many; accounts: string[] }> {
  const counts = await ledger.placedFiles.lostCounts();
  const some = await ledger.placedFiles.lostFiles({ most: MOST_NAMES });
  return {
    files: {
      names: some.map(({ name, share }) => `${name} (${share})`),
      n: counts.reduce((sum, { n }) => sum + n, 0),
    },
    accounts: counts.map(({ account }) => account),
  };
}

/** Open alarms by what they are about. What is late, or lost, is said as such; its alarm would only say it again. */
async function alarmsOf(
  { ledger, now }: Ask<'alarmList'>,
  accounts: readonly AccountToday[],
  lost: readonly string[],
): Promise<{ n: number; alarms: TodayModel['alarms'] }> {
  const all = await ledger.alarmList.alarmGroups(now);
  const isSame = (one: AlarmGroup) => (other: AlarmGroup) =>
    one.account === other.account &&
    one.code === other.code &&
    one.critical === other.critical &&
    one.known === other.known;
  const said: AlarmGroup[] = all.filter(
    ({ account, code }) => code === 'COPY_LOST' && lost.includes(account),
  );
  for (const { account, found } of accounts) {
    if (found === undefined) continue;
    const late = summaryOf(found).trouble.map(subjectOf);
    said.push(...(await ledger.alarmList.reportAlarmGroups(now, account, late)));
  }
  const further = all.map((group) => ({
    ...group,
    n: said.filter(isSame(group)).reduce((left, { n }) => left - n, group.n),
  }));
  const isLoud = ({ critical, known }: AlarmGroup) => critical && !known;
  const about = ({ account, code, n }: AlarmGroup): AlarmAbout => ({ account, code, n });
  const left = further.filter(({ n }) => n > 0);
  return {
    n: all.reduce((sum, { n }) => sum + n, 0),
    alarms: {
      critical: left.filter(isLoud).map(about),
      others: left.filter((one) => !isLoud(one)).map(about),
    },
  };
}

/** What waits for a decision, and what was seen at RAP and is not here. */
async function openFiles({ ledger }: Ask<'openLists'>): Promise<Pick<TodayModel, 'held' | 'outstanding'>> {
  const { openLists } = ledger;
  const { outstanding, quarantine, refused } = await openLists.openCounts();
  const page = { limit: MOST_NAMES };
  const names = [
    ...(await openLists.quarantinePage(page)).map(({ path }) => path),
    ...(await openLists.refusedPage(page)).map(({ folder, shown }) => `${folder}/${shown}`),
  ];
  return {
    held: { names, n: quarantine + refused },
    outstanding: {
      names: (await openLists.outstandingPage(page)).map(({ path }) => path),
      n: outstanding,
    },
  };
}

async function accountToday(ask: TodayAsk, awaits: Ask['live']['accounts'][number]): Promise<AccountToday> {
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
    const lost = await ledger.placedFiles.lostPaths(account, found.asked);
    const gone = lost.flatMap((path) => reportOf(path) ?? []).map(keyOf);
    const filed = came.filter((one) => one.filed && !gone.includes(one.key)).map(({ key }) => key);
    const said = found.reports.filter(isHere).map(keyOf);
    const isSaid = (path: string) => {
      const report = reportOf(path);
      return report !== undefined && said.includes(keyOf(report));
    };
    const here = { arrived, filed, unfiled: await unfiledOf(ask, account, isSaid) };
    return { ...known, found, fault: '', cure: '', code: '', ...here };
  } catch (thrown) {
    const { message: fault, cure, code } = asRapError(thrown);
    const nothing = { arrived: {}, filed: [], unfiled: { names: [], n: 0 } };
    return { ...known, found: undefined, fault, cure, code, ...nothing };
  }
}

async function schedulesOf({ ledger, live }: Ask<'scheduleRuns'>) {
  const schedules = live.facts.filter((fact) => fact.kind === 'schedule');
  return Promise.all(
    schedules.map(async (schedule) => {
      const { node, name, next, looking, accounts } = schedule;
      const [tick] = await ledger.scheduleRuns.doneDueTimes(node, 1);
      const last = countedDue(schedule, tick);
      // A day that was entered as a holiday since then moves the due time back: its run has begun all the same.
      const begun = tick !== undefined && last !== null && tick.due >= last ? tick.begunAt : null;
      const { every = null, reports = null } = looking ?? {};
      return { name, last, begun, next, every, reports, accounts };
    }),
  );
}

function serviceOf(facts: Live['facts']): TodayFacts['service'] {
  const all = facts.filter((fact) => fact.kind === 'service');
  return { failed: all.flatMap(({ failed }) => failed), unknown: all.flatMap(({ unknown }) => unknown) };
}

/** Accounts that looked into RAP in the last days, and that no flow has now. */
async function goneOf({ ledger, live, now }: Ask<'accountStats' | 'serviceFacts'>): Promise<string[]> {
  const gone: string[] = [];
  for (const { account } of await ledger.accountStats.knownAccounts()) {
    if (live.accounts.some((one) => one.account === account)) continue;
    const looked = await ledger.serviceFacts.lastGoodLook(account);
    if (looked !== null && now - looked < REMEMBERED_MS) gone.push(account);
  }
  return gone;
}

/**
 * Of each file the last copy counts: an earlier one that was amended on its way is none that people wait for.
 * @param isSaid files of reports that are named besides; of very many only the newest are told from the others
 */
async function unfiledOf(
  { db, now }: Ask,
  account: string,
  isSaid: (path: string) => boolean,
): Promise<Many> {
  const waiting = () =>
    db
      .selectFrom('versions')
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
      );
  const newest = await waiting().select(['name', 'path']).orderBy('id', 'desc').limit(MOST_NAMES).execute();
  const names = newest.filter(({ path }) => !isSaid(path)).map(({ name }) => name);
  if (newest.length < MOST_NAMES) return { names, n: names.length };
  const { n } = await waiting()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return { names, n: Number(n) - (newest.length - names.length) };
}

async function lastMail({ ledger }: Ask<'mailList'>): Promise<number | null> {
  const lines = await ledger.mailList.mailLines({ limit: 5 });
  return lines.find(({ state }) => state === 'accepted')?.settledAt ?? null;
}

async function weatherOf({ db, live, now }: Ask): Promise<TodayModel['weather']> {
  const watched = live.facts.some(({ kind }) => kind === 'weather');
  const date = new Date(now + 8 * 3600_000).toISOString().slice(0, 10);
  const row = await db
    .selectFrom('weather_records')
    .select(['known', 'saved_at'])
    .where('date', '=', date)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { decision } = fromColumn<{ decision?: Pick<Decision, 'verdict'> }>(row?.known ?? '{}');
  return { watched, verdict: decision?.verdict ?? '', at: row?.saved_at ?? null };
}
