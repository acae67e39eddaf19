/** What the page of the system says: shares, log-ins, data centres, keys, who is in charge, the ledger, schedules. */
import { stat } from 'node:fs/promises';
import { RUN_WAITS_MS } from '../../collection/due-runs.ts';
import { SHARERS, WRITER } from '../../ledger/lease/keep-lease.ts';
import type { DoneDueTime, LoggedIn } from '../../ledger/ledger.ts';
import { ledgerPlace, sealedBeside } from '../../ledger/place.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { PersonsAct } from '../../ledger/records/stories.ts';
import { sealOf } from '../../ledger/sqlite/ledger-file.ts';
import type { LoginLock } from '../../ledger/types.ts';
import type { StoredReason } from '../../model/reasons.ts';
import type { DataCentre } from '../../model/types.ts';
import { release } from '../../watch/release.ts';
import { countedDue, wasLate } from '../due-time.ts';
import type { Live } from '../live.ts';
import type {
  LiveAccount,
  LiveLedgerCheck,
  LiveLeftovers,
  LiveRoom,
  LiveStarter,
} from '../live-operations.ts';
import type { Ask, Query } from '../page.ts';
import { hostsOf, type SystemHost } from './hosts.ts';
import { type KeysModel, keysOf } from './keys.ts';

export type SystemAsk = {
  ledger: Pick<
    ReadLedger,
    | 'accountKeys'
    | 'accountStats'
    | 'accounts'
    | 'clock'
    | 'duties'
    | 'journal'
    | 'leases'
    | 'logins'
    | 'practice'
    | 'scheduleRuns'
    | 'serviceFacts'
    | 'shares'
    | 'stories'
  >;
  live: Pick<Live, 'home' | 'owner' | 'facts' | 'faults'>;
  site: Pick<Ask['site'], 'read'>;
  home: string;
  now: number;
};

export interface SystemAccount {
  account: string;
  /** Is it in the flow that is deployed? */
  deployed: boolean;
  /** The run that has it now, or ''. */
  atWork: string;
  /** null when table and journal say different things. */
  dataCentre: DataCentre | null;
  /** The decision behind it; null when nobody ever switched. */
  decision: { by: string; second: string; reason: string; at: number; until: number | null } | null;
  /** Where it was switched to until when, when it is open. */
  addresses: string[];
  lock: { reason: string; cause?: StoredReason; address: string; at: number } | null;
  /** It waits until then, because the server turned it away. */
  hold: { until: number; reason: string; cause?: StoredReason } | null;
  logins: LoggedIn[];
  today: number;
  key: { fingerprint: string; since: number } | null;
}

export interface SystemStarter extends Pick<LiveStarter, 'node' | 'type' | 'name' | 'flow'> {
  /** Accounts of it that have a run now. */
  atWork: string[];
  /** When it is due next; null for never, or for an inject node. */
  next: number | null;
  last: Pick<DoneDueTime, 'due' | 'begunAt' | 'run'> | null;
  /** Did its last run begin late? */
  late: boolean;
  /** A time that has passed without a run, or null. */
  overdue: number | null;
}

/** What has a page of its own, as there may be hundreds. */
export const systemLists = ['accounts', 'keys', 'shares', 'starters'] as const;
export type SystemList = (typeof systemLists)[number];

export interface SystemModel {
  part: 'all' | 'logins' | 'acts' | SystemList;
  /** Of a list: after which key its page begins. */
  after: string;
  /** What people did last, the newest first, and the record of the journal before which there is more; 0 for none. */
  acts: PersonsAct[];
  moreActs: number;
  /** Of this tool. */
  release: string;
  accounts: SystemAccount[];
  shares: (Omit<LiveRoom, 'kind'> & { abilities: string })[];
  starters: SystemStarter[];
  lease: { owner: string; here: boolean; until: number } | null;
  /** Those that share the work; none where one works alone. */
  hosts: SystemHost[];
  ledger: {
    bytes: number;
    records: number;
    sealedAt: number | null;
    checked: { at: number; changed: number } | null;
  };
  keys: KeysModel;
  faults: Live['faults'];
  /** What is still the demo's, by node. */
  leftovers: Pick<LiveLeftovers, 'node' | 'name' | 'leftovers'>[];
  /** The last jump of the clock. */
  jump: { at: number; ms: number } | null;
}

/** Log-ins of an account on the page, and when all are asked for. */
const LOGINS = { few: 3, many: 60 } as const;
/** A share below this is shown as nearly full: as large as a day of reports can be. Ours. */
export const LITTLE_ROOM = 2e9;

/** What people did: on the page, and on a page of its own. */
const ACTS = { few: 4, many: 40 } as const;

/**
 * @param query `logins` names the account whose log-ins are asked for; `acts` asks for what people did, before that
 *   record; `show` for a list, `after` for its next page
 */
export async function systemView(ask: SystemAsk, query: Query): Promise<SystemModel> {
  const { ledger, live, home, now } = ask;
  const { logins: only = '', acts, show = '', after = '' } = query;
  const list = systemLists.find((one) => one === show) ?? 'all';
  const part = acts !== undefined ? 'acts' : only === '' ? list : 'logins';
  const most = part === 'acts' ? ACTS.many : ACTS.few;
  const before = /^\d{1,15}$/.test(acts ?? '') ? { before: Number(acts) } : {};
  const done = await ledger.stories.peoplesActs({ most: most + 1, ...before });
  const all = await accountsOf(ask, only);
  const holder = await ledger.leases.leaseHolder(WRITER);
  const hosts = hostsOf(await ledger.duties.sight(), live.owner);
  const isOurs =
    holder?.owner === live.owner || (holder?.owner === SHARERS && hosts.some(({ here }) => here));
  const jump = (await ledger.clock.jumps()).at(-1);
  const check = live.facts.filter((one): one is LiveLedgerCheck => one.kind === 'ledger-check').at(-1);
  const place = ledgerPlace(home);
  return {
    ...{ part, after },
    acts: done.slice(0, most),
    moreActs: done.length > most ? (done[most - 1]?.sequence ?? 0) : 0,
    release: release(),
    accounts: only === '' ? all : all.filter(({ account }) => account === only),
    shares: await sharesOf(ask),
    starters: await startersOf(ask),
    lease: holder === undefined ? null : { owner: holder.owner, here: isOurs, until: holder.until },
    hosts,
    ledger: {
      bytes:
        typeof place === 'string'
          ? (await sizeOf(place)) + (await sizeOf(`${place}-wal`))
          : await ledger.serviceFacts.tableBytes(),
      records: (await ledger.journal.head()).count,
      sealedAt: await changedAt(sealOf(sealedBeside(place))),
      checked: check === undefined ? null : { at: check.at, changed: check.changed },
    },
    keys: await keysOf(ask),
    faults: live.faults,
    leftovers: live.facts.filter((one) => one.kind === 'leftovers'),
    jump:
      jump === undefined || now - jump.noticedAt > 7 * 86_400_000
        ? null
        : { at: jump.noticedAt, ms: jump.jump },
  };
}

async function accountsOf({ ledger, live, now }: SystemAsk, only: string): Promise<SystemAccount[]> {
  const deployed = new Map(
    live.facts.flatMap((one) => (one.kind === 'account' ? [[one.account, one] as const] : [])),
  );
  const known = (await ledger.accountStats.knownAccounts()).map(({ account }) => account);
  const choices = new Map((await ledger.accounts.dataCentreChoices()).map((one) => [one.account, one]));
  const names = [...new Set([...deployed.keys(), ...known])].sort();
  const accounts: SystemAccount[] = [];
  for (const account of names) {
    const of: LiveAccount | undefined = deployed.get(account);
    const dataCentre = await ledger.accounts.dataCentreOf(account).catch(() => null);
    const choice = choices.get(account);
    const lock = await ledger.accounts.loginLock(account);
    const hold = await ledger.logins.loginBackOff(account);
    accounts.push({
      ...{ account, deployed: of !== undefined, atWork: of?.atWork ?? '', dataCentre },
      decision:
        choice === undefined
          ? null
          : {
              ...{ by: choice.by, second: choice.second ?? '', reason: choice.reason },
              ...{ at: choice.chosenAt, until: choice.until ?? null },
            },
      addresses: dataCentre === null ? [] : (of?.addresses[dataCentre] ?? []),
      lock: lock === undefined ? null : { ...whyOf(lock), address: lock.address, at: lock.lockedAt },
      hold: hold === undefined || hold.until <= now ? null : { ...whyOf(hold), until: hold.until },
      logins: await ledger.logins.lastLogins(account, only === account ? LOGINS.many : LOGINS.few),
      today: await ledger.logins.loginsOn(account, now),
      key: (await ledger.accountKeys.keyInUse(account)) ?? null,
    });
  }
  return accounts;
}

function whyOf({ reason, cause }: Pick<LoginLock, 'reason' | 'cause'>) {
  return { reason, ...(cause === undefined ? {} : { cause }) };
}

/** Shares that were met or that the flow files on: those in trouble first, then those with the least room. */
async function sharesOf({ ledger, live, now }: SystemAsk): Promise<SystemModel['shares']> {
  const rooms = new Map(live.facts.flatMap((one) => (one.kind === 'room' ? [[one.root, one] as const] : [])));
  const known = new Map((await ledger.shares.knownShares()).map((one) => [one.root, one.abilities]));
  const roots = [...new Set([...rooms.keys(), ...known.keys()])];
  const shares = roots.map((root) => {
    const { kind: _, ...room } = rooms.get(root) ?? {
      ...({ kind: 'room', root, at: now, state: 'asked', fault: '', free: null, size: null } as const),
    };
    return { ...room, abilities: known.get(root) ?? '' };
  });
  const rank = ({ state }: { state: LiveRoom['state'] }) => (state === 'fault' || state === 'silent' ? 0 : 1);
  return shares.sort(
    (a, b) => rank(a) - rank(b) || (a.free ?? Infinity) - (b.free ?? Infinity) || (a.root < b.root ? -1 : 1),
  );
}

async function startersOf({ ledger, live, now }: SystemAsk): Promise<SystemStarter[]> {
  const working = new Set(
    live.facts.flatMap((one) => (one.kind === 'account' && one.atWork !== null ? [one.account] : [])),
  );
  const schedules = new Map(
    live.facts.flatMap((one) => (one.kind === 'schedule' ? [[one.node, one] as const] : [])),
  );
  const starters: SystemStarter[] = [];
  for (const one of live.facts) {
    if (one.kind !== 'starter') continue;
    const { node, type, name, flow, accounts } = one;
    const done = type === 'rap-schedule' ? await ledger.scheduleRuns.doneDueTimes(node, 2) : [];
    const [last] = done;
    const schedule = schedules.get(node);
    const due = schedule === undefined ? null : countedDue(schedule, last);
    const next = schedule?.next ?? null;
    const isOverdue = due !== null && now - due > RUN_WAITS_MS && (last?.due ?? 0) < due;
    starters.push({
      ...{ node, type, name, flow, next, overdue: isOverdue ? due : null },
      late: wasLate(done, schedule?.since ?? 0),
      atWork: accounts.filter((account) => working.has(account)),
      last: last === undefined ? null : { due: last.due, begunAt: last.begunAt, run: last.run },
    });
  }
  return starters;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function changedAt(file: string): Promise<number | null> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? null;
}
