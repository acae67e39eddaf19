/**
 * Is the service ready? Five questions, each answered by doing: the ledger is written, the outbox read. A question that
 * could not be answered is "unknown", and whoever does not know is not ready.
 */
import { asRapError } from '../errors/rap-error.ts';
import { WRITER } from '../ledger/lease/keep-lease.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { describeProcess } from '../process/process-id.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';

export const checkNames = ['lease', 'ledger', 'schedule', 'mail', 'space'] as const;
export type CheckName = (typeof checkNames)[number];
export type CheckState = 'ok' | 'failed' | 'unknown';
export const checkStates: readonly CheckState[] = ['ok', 'failed', 'unknown'];

export interface Finding {
  state: CheckState;
  /** A sentence for people. */
  what: string;
}

export type Findings = Readonly<Record<CheckName, Finding>>;

/** A schedule that is deployed, and its last look at what is due. */
export interface ScheduleLook {
  id: string;
  name: string;
  /** When it looked without a fault last, on the monotonic clock; undefined as long as it has not. */
  goodAt: number | undefined;
  /** What kept it from looking since, or ''. */
  fault: string;
  /** Of several hosts another one acts on its due times. */
  elsewhere?: boolean;
}

/** What is looked at. */
export interface Service {
  /** Undefined while no node works with it. @throws RapError NOT_IN_CHARGE while another process does; of the ledger */
  ledger(): Promise<Pick<Ledger, 'duties' | 'leases' | 'serviceFacts'> | undefined>;
  schedules(): readonly ScheduleLook[];
  /** Bytes that may still be written where RAP_HOME lies. @throws of the system */
  freeSpace(): Promise<number>;
  /** Can fewer than so many files be made there? @throws of the system */
  isOutOfFiles(needed: number): Promise<boolean>;
  /** Name of this process in leases. */
  owner: string;
  /** Of several hosts: is this one's clock right, as far as is known? Undefined where one works alone. */
  shares?: { odd: boolean } | undefined;
  clock: Clock;
}

/** A schedule looks each minute at least; one that is later than this has stopped looking. */
export const SCHEDULE_LATE_MS = 90_000;
/** A mail that has waited for so long does not move. Ours: relays are tried again after a few minutes. */
const MAIL_LATE_MS = 15 * 60_000;
/**
 * With less than this, bytes, no report can be landed, even where the ledger still finds room within its own file. Ours;
 * how much a download leaves free is a setting of each account.
 */
export const LEAST_SPACE = 4 * 1024 * 1024;
/** The same of files on a disk that numbers them beforehand: a report, its part and its folders; ours, too. */
export const LEAST_FILES = 16;

const ok = (what: string): Finding => ({ state: 'ok', what });
const failed = (what: string): Finding => ({ state: 'failed', what });
const unknown = (what: string): Finding => ({ state: 'unknown', what });

/** Everything unknown for one reason. */
export function allUnknown(what: string): Findings {
  return {
    lease: unknown(what),
    ledger: unknown(what),
    schedule: unknown(what),
    mail: unknown(what),
    space: unknown(what),
  };
}

/** Asks all questions. Never throws. */
export async function lookAtService(service: Service): Promise<Findings> {
  const [findings, space] = await Promise.all([lookAtWork(service), answered(() => spaceOf(service))]);
  return { ...findings, space };
}

async function spaceOf({ freeSpace, isOutOfFiles }: Service): Promise<Finding> {
  const [free, noFiles] = await Promise.all([freeSpace(), isOutOfFiles(LEAST_FILES)]);
  const left = `${Math.floor(free / 1024 ** 2)} MB are left where RAP_HOME lies`;
  if (noFiles) return failed(`Fewer than ${LEAST_FILES} more files can be made where RAP_HOME lies`);
  return free < LEAST_SPACE ? failed(`Only ${left}`) : ok(left);
}

async function lookAtWork(service: Service): Promise<Omit<Findings, 'space'>> {
  const { schedules, clock } = service;
  let ledger: Pick<Ledger, 'duties' | 'leases' | 'serviceFacts'> | undefined;
  try {
    ledger = await service.ledger();
  } catch (thrown) {
    const { code, message } = asRapError(thrown);
    if (code !== 'NOT_IN_CHARGE') {
      const ofLedger = { ledger: failed(`${code}: ${message}`) };
      return { ...allUnknown('The ledger is not open'), ...ofLedger, ...schedulesOf(service) };
    }
    return { ...allUnknown('Another process is in charge'), lease: failed(message) };
  }
  if (ledger === undefined) {
    return { ...allUnknown('No node of RAP Ops is at work in this process'), ...schedulesOf(service) };
  }
  return {
    ledger: await written(ledger),
    lease: await answered(() => (service.shares ? shareOf(ledger, service) : leaseOf(ledger, service.owner))),
    schedule: scheduleFinding(schedules(), clock.monotonic()),
    mail: await answered(() => mailOf(ledger, clock.now())),
  };
}

/** What schedules say for themselves, also without a ledger. */
function schedulesOf({ schedules, clock }: Service): Partial<Findings> {
  const all = schedules();
  return all.length === 0 ? {} : { schedule: scheduleFinding(all, clock.monotonic()) };
}

async function answered(question: () => Promise<Finding>): Promise<Finding> {
  try {
    return await question();
  } catch (thrown) {
    const { code, message } = asRapError(thrown);
    return unknown(`${code}: ${message}`);
  }
}

async function written(ledger: Pick<Ledger, 'serviceFacts'>): Promise<Finding> {
  try {
    await ledger.serviceFacts.noteAlive();
    return ok('It was written just now');
  } catch (thrown) {
    const { code, message } = asRapError(thrown);
    return failed(`${code}: ${message}`);
  }
}

async function leaseOf(ledger: Pick<Ledger, 'leases'>, owner: string): Promise<Finding> {
  const holder = await ledger.leases.leaseHolder(WRITER);
  if (holder?.owner === owner) return ok(`Held by this process until ${hongKongStamp(holder.until)}`);
  return failed(holder === undefined ? 'Nobody holds it' : `${describeProcess(holder.owner)} holds it`);
}

/** Where several hosts share the work: is this one heard of, and what does it hold? */
async function shareOf(ledger: Pick<Ledger, 'duties'>, { owner, shares }: Service): Promise<Finding> {
  const { now, hosts, duties } = await ledger.duties.sight();
  const there = hosts.filter(({ until }) => until > now);
  if (!there.some((host) => host.owner === owner))
    return failed('The other hosts have not heard of this one');
  if (shares?.odd) return failed('The clock of this host is wrong: other hosts do its work');
  const accounts = duties.filter((one) => one.kind === 'account' && one.owner === owner).length;
  return ok(`${accounts} accounts are on this host; ${there.length} hosts share the work`);
}

/** @param now on the monotonic clock */
export function scheduleFinding(deployed: readonly ScheduleLook[], now: number): Finding {
  if (deployed.length === 0) return failed('No rap-schedule node is deployed: nothing is fetched by itself');
  const schedules = deployed.filter(({ elsewhere }) => elsewhere !== true);
  if (schedules.length === 0) return ok(`${deployed.length} are looked after by other hosts`);
  const late = schedules.filter(({ goodAt }) => goodAt !== undefined && now - goodAt > SCHEDULE_LATE_MS);
  const news = schedules.filter(({ goodAt, fault }) => goodAt === undefined && fault === '');
  const faulty = schedules.filter(({ fault }) => fault !== '');
  const [one] = [...faulty, ...late];
  if (one !== undefined) {
    const seconds = one.goodAt === undefined ? undefined : Math.round((now - one.goodAt) / 1000);
    const since = seconds === undefined ? 'has not looked yet' : `looked ${seconds} s ago last`;
    return failed(`"${one.name}" ${since}${one.fault === '' ? '' : `: ${one.fault}`}`);
  }
  if (news[0] !== undefined) return unknown(`"${news[0].name}" has not looked yet`);
  return ok(`${schedules.length} looked within the last ${SCHEDULE_LATE_MS / 1000} s`);
}

async function mailOf(ledger: Pick<Ledger, 'serviceFacts'>, now: number): Promise<Finding> {
  const { count, oldest } = await ledger.serviceFacts.waitingMails();
  if (oldest === null) return ok('None waits');
  const minutes = Math.max(0, Math.floor((now - oldest) / 60_000));
  const what = `${count} wait, the oldest for ${minutes} min`;
  return now - oldest > MAIL_LATE_MS ? failed(what) : ok(what);
}

export interface Check extends Finding {
  name: CheckName;
  /** When it came into this state, or was asked first; milliseconds since 1970. */
  since: number;
}

export interface Health {
  ready: boolean;
  /** 'waiting': live, and another process is in charge. */
  state: 'ready' | 'waiting' | 'not ready';
  what: string;
  /** When it was looked, milliseconds since 1970. */
  at: number;
  checks: readonly Check[];
}

/** Remembers since when each check is in its state. */
export class HealthRecord {
  readonly #since = new Map<CheckName, { state: CheckState; at: number }>();

  judge(findings: Findings, at: number): Health {
    const checks = checkNames.map((name): Check => {
      const finding = findings[name];
      const before = this.#since.get(name);
      const since = before?.state === finding.state ? before.at : at;
      this.#since.set(name, { state: finding.state, at: since });
      return { name, ...finding, since };
    });
    const bad = checks.filter(({ state }) => state !== 'ok');
    const [lease, other] = [findings.lease, findings.ledger];
    // Only a process that waits has a lease that is not its own and a ledger that it did not open.
    const waits = lease.state === 'failed' && other.state === 'unknown';
    if (waits) {
      return { ready: false, state: 'waiting', what: 'Live, not ready: another is in charge', at, checks };
    }
    const what = bad.map(({ name, state }) => `${name} ${state}`).join(', ');
    return bad.length === 0
      ? { ready: true, state: 'ready', what: 'Ready', at, checks }
      : { ready: false, state: 'not ready', what: `Live, not ready: ${what}`, at, checks };
  }
}

/** Health as it is served, with moments as ISO 8601. */
export function healthBody({ ready, state, what, at, checks }: Health): object {
  const moment = (ms: number) => new Date(ms).toISOString();
  return {
    ...{ live: true, ready, state, what, at: moment(at) },
    checks: Object.fromEntries(
      checks.map(({ name, since, ...finding }) => [name, { ...finding, since: moment(since) }]),
    ),
  };
}
