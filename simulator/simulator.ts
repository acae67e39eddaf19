/**
 * The whole simulated Report Access Platform: both installations, both data centres, two addresses each,
 * with accounts, host keys and a business day's reports.
 */
import { appendFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NegotiatedAlgorithms } from 'ssh2';
import { makeFolder } from '../lib/files/folders.ts';
import { installations, RAP_PORT, simulatedAddress } from '../lib/model/installations.ts';
import type { Address, DataCentre, Installation } from '../lib/model/types.ts';
import { previousBusinessDay } from '../lib/time/calendar.ts';
import { type Clock, realClock } from '../lib/time/clock.ts';
import { addDays, hongKongDate, type IsoDate } from '../lib/time/hong-kong.ts';
import { calendarOf } from './content/catalogue-day.ts';
import { accounts as inventedAccounts, RISK_FILE_BYTES } from './content/invented.ts';
import { type PlannedReport, planDay } from './content/plan.ts';
import { addCounts, type Counters } from './counters.ts';
import { catalogueDays, type DayOptions } from './day/days.ts';
import type { Fault } from './fault.ts';
import { keyIn, newKey, newRsaKey, type SshKey } from './keys.ts';
import { type AccountBook, RapServer } from './rap-server.ts';
import { registeredKeys } from './registered.ts';
import { dataCentres, type Growing, type Place, ReportStore } from './report-store.ts';
import { diskTree } from './sftp/tree.ts';

export interface SimulatorOptions {
  /** RAP_HOME; everything is written under '<home>/simulator'. */
  home: string;
  /**
   * 'standard': the exchange's addresses with 127 in front and port 18801; where only 127.0.0.1 exists
   * (not Linux), ports 18801 to 18808 of it. 'ephemeral': any free ports of 127.0.0.1.
   */
  ports?: 'standard' | 'ephemeral';
  /** Same seed and business date: same bytes. */
  seed?: number;
  /** Default: the last business day before today in Hong Kong, for each installation by its own calendar. */
  businessDate?: IsoDate;
  /** Reports have appeared up to this moment (milliseconds since 1970). Default: all of them. */
  at?: number;
  /** The secondary data centres hold the reports of this business date only, as in a practice session. */
  practiceDate?: IsoDate;
  clock?: Clock;
  riskFileBytes?: number;
  eventDay?: boolean;
  /** The days are those of a catalogue, and this happens to them. Default: the reports that `plan.ts` knows. */
  days?: DayOptions;
  /** Further users of HKSCC's installation, with the key and the reports of the first. */
  users?: readonly string[];
  /** Most sessions one account may have at a time. Default: no limit. */
  sessionCap?: number;
  /** Announce limits@openssh.com. Default true. */
  announceLimits?: boolean;
  /** Met from the start by the addresses it is meant for. */
  fault?: Fault;
}

/** One simulated address of a data centre. */
export interface SimulatedAddress extends Address {
  installation: Installation;
  dataCentre: DataCentre;
  /** First or second address of the data centre. */
  number: 1 | 2;
  /** 'SHA256:...' of the host key presented now. */
  fingerprint: string;
}

export interface SimulatedAccount {
  installation: Installation;
  user: string;
  participant: string;
  /** Private key file, OpenSSH format, no passphrase. */
  keyFile: string;
  /** Private key file, PEM; there, and registered, once a fault has asked for it (`rsaLogin`). */
  rsaKeyFile: string;
  fingerprint: string;
}

/** An address by host and port, as `addresses` gives it. */
export type Where = Pick<Address, 'host' | 'port'>;

export interface Simulator {
  /** '<home>/simulator'. */
  readonly folder: string;
  /** Business date whose reports are the newest. */
  readonly businessDates: Readonly<Record<Installation, IsoDate>>;
  readonly knownHostsFile: string;
  readonly accounts: Readonly<Record<Installation, SimulatedAccount>>;
  /** All eight addresses as they are now. */
  readonly addresses: readonly SimulatedAddress[];
  addressesOf(installation: Installation, dataCentre: DataCentre): [SimulatedAddress, SimulatedAddress];
  /** Folder on this machine that a data centre serves as '/'. */
  tree(installation: Installation, dataCentre: DataCentre): string;
  /** Reports that have appeared there, in the order of their appearance. */
  reports(installation: Installation, dataCentre: DataCentre): PlannedReport[];
  /** Counts of one address, or of all together. */
  counters(where?: Where): Counters;
  /** Most sessions that any one account has had at a time. */
  mostAtOnce(): number;
  /** What the last client that got so far agreed on with an address. */
  agreed(where: Where): NegotiatedAlgorithms | undefined;
  /** When the next report will be due, milliseconds since 1970; undefined when all have appeared. */
  nextAppearance(): number | undefined;
  /** Lets every report appear that is due by the moment; returns them. */
  advanceTo(moment: number): Promise<PlannedReport[]>;
  /** Same name, other figures, modified now. */
  reissue(place: Place): Promise<void>;
  /** Every report that has appeared, as it is, modified at the moment (now): a client fetches it again. */
  offerAgain(moment?: number): Promise<void>;
  startGrowing(place: Place): Promise<Growing>;
  remove(place: Place): Promise<void>;
  stopAddress(where: Where): Promise<void>;
  startAddress(where: Where): Promise<void>;
  /** Another host key until the next start; `known_hosts` keeps the old one. Returns the new fingerprint. */
  replaceHostKey(where: Where): string;
  /** Withdraws (true) or restores the registered key of a user. */
  refuseKey(user: string, on: boolean): void;
  /** Resets every connection to an address, or to all. */
  killConnections(where?: Where): void;
  /** Connections made from now on meet this fault, or none: at one address, or at all it is meant for. */
  setFault(fault: Fault | undefined, where?: Where): Promise<void>;
  stop(): Promise<void>;
}

interface Site {
  installation: Installation;
  dataCentre: DataCentre;
  number: 1 | 2;
  server: RapServer;
  /** The address's own host key; a fault may present another. */
  key: SshKey;
}

/** @throws NodeJS.ErrnoException EADDRINUSE, EADDRNOTAVAIL, EACCES... when an address or the folder cannot be used */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const clock = options.clock ?? realClock;
  const folder = path.resolve(options.home, 'simulator');
  const keys = path.join(folder, 'keys');
  await makeFolder(folder);

  const today = hongKongDate(clock.now());
  const businessDates: Record<Installation, IsoDate> = {
    hkscc: options.businessDate ?? newestDay('hkscc', today, options.days),
    'hkcc-seoch': options.businessDate ?? newestDay('hkcc-seoch', today, options.days),
  };
  const store = await stock(folder, businessDates, options);
  const from = options.days?.complete ? clock.now() : Number.POSITIVE_INFINITY;
  await store.publishUntil(options.at ?? from);

  const refused = new Set<string>();
  const accounts = {
    hkscc: await account('hkscc', keys),
    'hkcc-seoch': await account('hkcc-seoch', keys),
  };
  const sites: Site[] = [];
  const books: AccountBook[] = [];
  for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
    const { user, keys: registered } = accounts[installation];
    const book: AccountBook = {
      keysOf: (name) =>
        (name === user || (installation === 'hkscc' && options.users?.includes(name))) && !refused.has(name)
          ? [...registered, ...registeredKeys(folder, user)]
          : [],
      live: new Map(),
      ...(options.sessionCap === undefined ? {} : { sessionCap: options.sessionCap }),
    };
    books.push(book);
    for (const dataCentre of dataCentres) {
      const tree = diskTree(store.tree(installation, dataCentre));
      for (const number of [1, 2] as const) {
        const key = await keyIn(path.join(keys, `host-${installation}-${dataCentre}-${number}`));
        const server = new RapServer({
          ...place(installation, dataCentre, number, sites.length, options.ports ?? 'standard'),
          hostKey: key,
          accounts: book,
          tree,
          ...(options.announceLimits === undefined ? {} : { announceLimits: options.announceLimits }),
        });
        sites.push({ installation, dataCentre, number, server, key });
      }
    }
  }
  try {
    for (const { server } of sites) await server.listen();
  } catch (error) {
    await Promise.all(sites.map(({ server }) => server.close()));
    throw error;
  }

  // Written before any fault strikes: it says what a careful operator would have pinned.
  const knownHostsFile = path.join(folder, 'known_hosts');
  await writeKnownHosts(knownHostsFile, sites);
  const strikeAt = async (fault: Fault, which: readonly Site[]) => {
    if (fault.rsaLogin) await Promise.all(Object.values(accounts).map(registerRsa));
    await strike(fault, which, knownHostsFile);
  };
  if (options.fault !== undefined) await strikeAt(options.fault, sites);

  const find = (where: Where): Site => {
    const site = sites.find(({ server }) => server.host === where.host && server.port === where.port);
    if (site === undefined) throw new Error(`The simulator has no address ${where.host}:${where.port}`);
    return site;
  };
  const some = (where?: Where): Site[] => (where === undefined ? sites : [find(where)]);
  let revision = 0;

  return {
    folder,
    businessDates,
    knownHostsFile,
    accounts: { hkscc: accounts.hkscc.shown, 'hkcc-seoch': accounts['hkcc-seoch'].shown },
    get addresses() {
      return sites.map(show);
    },
    addressesOf(installation, dataCentre) {
      const [first, second] = sites.filter(
        (site) => site.installation === installation && site.dataCentre === dataCentre,
      );
      if (first === undefined || second === undefined) throw new Error('A data centre has two addresses');
      return [show(first), show(second)];
    },
    tree: (installation, dataCentre) => store.tree(installation, dataCentre),
    reports: (installation, dataCentre) => store.appeared(installation, dataCentre),
    mostAtOnce: () => Math.max(...books.map(({ most = 0 }) => most)),
    counters: (where) => addCounts(some(where).map(({ server }) => server.counters)),
    agreed: (where) => find(where).server.agreed,
    nextAppearance: () => store.next,
    advanceTo: (moment) => store.publishUntil(moment),
    reissue: (at) => store.reissue(at, ++revision, clock.now()),
    offerAgain: (moment = clock.now()) => store.touch(moment),
    startGrowing: (at) => store.startGrowing(at, () => clock.now()),
    remove: (at) => store.remove(at),
    stopAddress: (where) => find(where).server.close(),
    startAddress: (where) => find(where).server.listen(),
    replaceHostKey(where) {
      const site = find(where);
      site.key = newKey('replaced');
      site.server.hostKey = site.key;
      return site.key.fingerprint;
    },
    refuseKey(user, on) {
      if (on) refused.add(user);
      else refused.delete(user);
    },
    killConnections(where) {
      for (const { server } of some(where)) server.killConnections();
    },
    setFault: (fault = {}, where) => strikeAt(fault, some(where)),
    async stop() {
      await Promise.all(sites.map(({ server }) => server.close()));
    },
  };
}

/** The last business day before today; where every day is complete from its beginning, today where it is one. */
function newestDay(installation: Installation, today: IsoDate, days: DayOptions | undefined): IsoDate {
  if (days === undefined) {
    return previousBusinessDay(installation === 'hkscc' ? 'securities' : 'derivatives', today);
  }
  const name = calendarOf(installation, days.world);
  let date = days.complete ? today : addDays(today, -1);
  while (days.world.calendars.day(name, date).kind === 'closed') date = addDays(date, -1);
  return date;
}

/** Plans the business day and the one before it, and clears the trees of everything else. */
async function stock(
  folder: string,
  businessDates: Readonly<Record<Installation, IsoDate>>,
  options: SimulatorOptions,
): Promise<ReportStore> {
  const plan = {
    seed: options.seed ?? 1,
    riskFileBytes: options.riskFileBytes ?? RISK_FILE_BYTES,
    ...(options.eventDay === undefined ? {} : { eventDay: options.eventDay }),
  };
  const dates = (installation: Installation): IsoDate[] => {
    const newest = businessDates[installation];
    const calendar = installation === 'hkscc' ? 'securities' : 'derivatives';
    const practice = options.practiceDate === undefined ? [] : [options.practiceDate];
    return [...new Set([previousBusinessDay(calendar, newest), newest, ...practice])];
  };
  const planned =
    options.days === undefined
      ? (['hkscc', 'hkcc-seoch'] as const).flatMap((installation) =>
          dates(installation).flatMap((date) => planDay(installation, date, plan)),
        )
      : catalogueDays(businessDates, options.days, plan);
  const store = new ReportStore(
    folder,
    planned,
    (report, dataCentre) =>
      dataCentre === 'primary' ||
      options.practiceDate === undefined ||
      report.businessDate === options.practiceDate,
  );
  const days = options.days && { changes: options.days.changes, complete: options.days.complete };
  await store.prepare(
    JSON.stringify({ ...plan, practice: options.practiceDate ?? null, edition: 1, ...(days && { days }) }),
  );
  return store;
}

interface RegisteredAccount {
  user: string;
  /** Public keys that may log in. */
  keys: Buffer[];
  shown: SimulatedAccount;
}

async function account(installation: Installation, folder: string): Promise<RegisteredAccount> {
  const { user, participant } = inventedAccounts[installation];
  const keyFile = path.join(folder, user);
  const { blob, fingerprint } = await keyIn(keyFile);
  const rsaKeyFile = path.join(folder, `${user}-rsa`);
  return { user, keys: [blob], shown: { installation, user, participant, keyFile, rsaKeyFile, fingerprint } };
}

async function registerRsa({ keys, shown }: RegisteredAccount): Promise<void> {
  if (keys.length === 1) keys.push((await keyIn(shown.rsaKeyFile, newRsaKey)).blob);
}

function place(
  installation: Installation,
  dataCentre: DataCentre,
  number: 1 | 2,
  index: number,
  ports: 'standard' | 'ephemeral',
): Address {
  if (ports === 'ephemeral') return { host: '127.0.0.1', port: 0 };
  // Linux and Windows answer at every address of 127.0.0.0/8.
  if (!['linux', 'win32'].includes(process.platform)) return { host: '127.0.0.1', port: RAP_PORT + index };
  const real = installations[installation].addresses[dataCentre][number - 1];
  if (real === undefined) throw new Error('A data centre has two addresses');
  return simulatedAddress(real);
}

function show({ installation, dataCentre, number, server }: Site): SimulatedAddress {
  return {
    installation,
    dataCentre,
    number,
    host: server.host,
    port: server.port,
    fingerprint: server.hostKey.fingerprint,
  };
}

/** Lets those of the sites misbehave that the fault is meant for; the others are made honest. */
async function strike(fault: Fault, sites: readonly Site[], knownHostsFile: string): Promise<void> {
  const met = sites.map((site) => ({ ...site, fault: fault.meets?.(site) === false ? {} : fault }));
  for (const { server, key, fault: own } of met) {
    server.fault = own;
    server.hostKey = own.hostKey === undefined ? key : newKey(own.hostKey);
  }
  for (const { server, fault: own } of met) {
    if (own.hostKey === 'next') await appendFile(knownHostsFile, knownHost(server));
    if (own.refuse) await server.close();
    else if (own.unanswered) await server.fallSilent();
    else await server.listen();
  }
}

async function writeKnownHosts(file: string, sites: readonly Site[]): Promise<void> {
  await writeFile(`${file}.new`, sites.map(({ server }) => knownHost(server)).join(''), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function knownHost({ host, port, hostKey }: RapServer): string {
  return `[${host}]:${port} ${hostKey.publicKey}\n`;
}
