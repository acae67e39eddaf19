/**
 * Two Node-REDs share the accounts of one ledger, on a clock that goes faster, while one thing after another happens to
 * them. Counted is what must never be: two sessions of one account, a report fetched, delivered or told twice, or lost, a
 * due time without a run or with two, a take-over that takes too long.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { startInbox } from '../../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../../simulator/simulator.ts';
import { accountOf, node } from '../../support/flow-parts.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import { mailsIn } from '../../support/mails.ts';
import type { FlowNode } from '../../support/runtime.ts';
import type { HostOrder, HostTold } from './host-process.ts';

/**
 * `kill`: kill -9. `stop`: it stands still (SIGSTOP). `end`: a clean end. `lock`: the database answers nobody for a while,
 * as while it is started again. `clock`: the host's clock is five minutes off, for as long as until the next fault.
 */
export const hostFaults = ['kill', 'stop', 'lock', 'end', 'clock'] as const;
export type HostFault = (typeof hostFaults)[number];

export interface DrillOptions {
  accounts: number;
  /** Simulated hours. */
  hours: number;
  /** So many times faster than real time. */
  factor: number;
  /** Simulated minutes from one fault to the next. */
  every: number;
  /** How long a host may say nothing, real milliseconds. */
  lease: number;
  faults: readonly HostFault[];
  say?: (line: string) => void;
}

export interface DrillFigures {
  hosts: number;
  accounts: number;
  hours: number;
  faults: Record<string, number>;
  runs: number;
  reports: number;
  /** Most sessions that one account had at a time. */
  atOnce: number;
  fetchedTwice: number;
  lost: number;
  deliveredTwice: number;
  mails: number;
  /** Mails twice that do not say so. */
  mailsTwice: number;
  ticks: number;
  ticksWithout: number;
  ticksTwice: number;
  /** Of all take-overs the longest, seconds of real time, and how long it may take at this lease. */
  takeOver: number;
  takeOverLimit: number;
  journal: 'sound' | 'broken';
  ok: boolean;
}

/** A lease of 45 s must be taken over within 60 s; of another length, in proportion. What a look and a busy machine take. */
const limitOf = (lease: number) => (lease * 60) / 45 + 15_000;
const MINUTE = 60_000;
/** Friday evening in Hong Kong, when most reports appear. */
const START = Date.UTC(2025, 5, 20, 8);

class Host {
  readonly name: string;
  readonly #child: ChildProcess;
  #told: string[] = [];
  complaints = '';

  constructor(name: string) {
    this.name = name;
    this.#child = fork(join(import.meta.dirname, 'host-process.ts'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-2_000);
    });
    this.#child.on('message', (told: HostTold) => {
      this.#told.push(...Object.keys(told));
    });
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  order(order: HostOrder): void {
    if (this.alive) this.#child.send(order);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async until(word: 'started' | 'stopped'): Promise<void> {
    while (!this.#told.includes(word)) {
      if (!this.alive) throw new Error(`${this.name} has ended: ${this.complaints}`);
      await wait(20);
    }
  }

  async ended(): Promise<void> {
    if (this.alive) await once(this.#child, 'exit');
  }
}

export class HostsDrill {
  readonly #options: DrillOptions;
  readonly #home: string;
  readonly #simulator: Simulator;
  readonly #inbox: Awaited<ReturnType<typeof startInbox>>;
  readonly #begun = performance.now();
  readonly #hosts = new Map<string, Host>();
  readonly #counted: Record<string, number> = {};
  readonly #users: string[];
  #takeOver = 0;

  static async run(options: DrillOptions): Promise<DrillFigures> {
    const home = await makeHome();
    const users = Array.from({ length: options.accounts }, (_, n) => `SIM${200 + n}`);
    const simulator = await startSimulator({
      ...{ home, ports: 'ephemeral', businessDate: '2025-06-20', riskFileBytes: 60_000, users, at: START },
    });
    const inbox = await startInbox({ mailbox: join(home, 'mailbox') });
    const drill = new HostsDrill(options, home, users, simulator, inbox);
    try {
      return await drill.#live();
    } finally {
      for (const host of drill.#hosts.values()) {
        host.signal('SIGKILL');
        await host.ended();
      }
      await inbox.stop();
      await simulator.stop();
      await removeHome(home);
    }
  }

  private constructor(
    options: DrillOptions,
    home: string,
    users: string[],
    simulator: Simulator,
    inbox: Awaited<ReturnType<typeof startInbox>>,
  ) {
    this.#options = options;
    this.#home = home;
    this.#users = users;
    this.#simulator = simulator;
    this.#inbox = inbox;
  }

  get #now(): number {
    return START + (performance.now() - this.#begun) * this.#options.factor;
  }

  #say(line: string): void {
    const minutes = Math.round((this.#now - START) / MINUTE);
    this.#options.say?.(`${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} ${line}`);
  }

  async #live(): Promise<DrillFigures> {
    const { hours, every, faults } = this.#options;
    const end = START + hours * 60 * MINUTE;
    for (const name of ['one', 'two']) await this.#start(name);
    await this.#allHeld(undefined, 60_000);
    for (let n = 0; this.#now < end - every * MINUTE; n++) {
      const next = this.#now + every * MINUTE;
      const fault = faults[n % faults.length] ?? 'kill';
      const name = ['one', 'two'][Math.floor(n / faults.length) % 2] ?? 'one';
      this.#counted[fault] = (this.#counted[fault] ?? 0) + 1;
      await this.#hasSome(name);
      this.#say(`${fault} ${name}`);
      await this.#strike(fault, name);
      while (this.#now < next) {
        await this.#simulator.advanceTo(this.#now);
        await wait(100);
      }
    }
    // Everything appears, and each account has one more run, with nothing in the way.
    await this.#simulator.advanceTo(Number.POSITIVE_INFINITY);
    const last = this.#now + 125 * MINUTE;
    while (this.#now < last) await wait(100);
    for (const host of this.#hosts.values()) {
      host.order({ stop: true });
      await host.until('stopped');
      await host.ended();
    }
    return this.#figures();
  }

  async #start(name: string): Promise<void> {
    const host = new Host(name);
    this.#hosts.set(name, host);
    const { lease, factor } = this.#options;
    host.order({
      start: { flow: this.#flow(), home: this.#home, host: name, lease, factor, now: this.#now },
    });
    await host.until('started');
  }

  async #strike(fault: HostFault, name: string): Promise<void> {
    const host = this.#hosts.get(name);
    const other = name === 'one' ? 'two' : 'one';
    if (host === undefined) return;
    const { lease } = this.#options;
    const begun = performance.now();
    switch (fault) {
      case 'kill':
        host.signal('SIGKILL');
        break;
      case 'stop':
        host.signal('SIGSTOP');
        break;
      case 'end':
        host.order({ stop: true });
        break;
      case 'lock':
        await this.#lock(lease * 1.2);
        await this.#allHeld(undefined, limitOf(lease));
        return;
      case 'clock':
        host.order({ clock: 5 * MINUTE * (this.#counted.clock && this.#counted.clock % 2 ? 1 : -1) });
        await this.#allHeld(other, limitOf(lease));
        this.#noteTakeOver(fault, begun);
        host.order({ clock: 0 });
        return;
    }
    await this.#allHeld(other, limitOf(lease) * 2);
    this.#noteTakeOver(fault, begun);
    // One that stands still is ended by its guard.
    await host.ended();
    await this.#start(name);
  }

  #noteTakeOver(fault: HostFault, begun: number): void {
    const took = performance.now() - begun;
    this.#takeOver = Math.max(this.#takeOver, took);
    this.#say(`  ${fault}: taken over after ${(took / 1000).toFixed(1)} s`);
  }

  /** The database answers nobody for so long. */
  async #lock(ms: number): Promise<void> {
    const database = this.#database();
    database.exec('begin immediate');
    await wait(ms);
    database.exec('rollback');
    database.close();
  }

  #database(options: { readOnly?: boolean } = {}): DatabaseSync {
    return new DatabaseSync(join(this.#home, 'ledger.sqlite'), { timeout: 10_000, ...options });
  }

  /** What holds nothing has nothing that could be taken over. */
  async #hasSome(host: string): Promise<void> {
    const query = "select count(*) n from duties where kind = 'account' and host = ? and owner != ''";
    for (const end = performance.now() + 60_000; performance.now() < end; await wait(100)) {
      const database = this.#database({ readOnly: true });
      const has = Number(database.prepare(query).get(host)?.n ?? 0);
      database.close();
      if (has > 0) return;
    }
    throw new Error(`Host ${host} gets no account: ${this.#hosts.get(host)?.complaints}`);
  }

  /** Every account is held, by this host if one is named. */
  async #allHeld(host: string | undefined, patience: number): Promise<void> {
    const end = performance.now() + patience;
    const database = this.#database({ readOnly: true });
    try {
      const query = database.prepare(
        "select host from duties where kind = 'account' and owner != '' and held_until > ?",
      );
      for (;;) {
        const rows = query.all(Date.now());
        const held = rows.filter((row) => host === undefined || row.host === host);
        if (held.length === this.#users.length) return;
        if (performance.now() > end) {
          const said = [...this.#hosts.values()].map((one) => `${one.name}: ${one.complaints}`).join('\n');
          throw new Error(`Held by ${host ?? 'anybody'}: ${held.length} of ${this.#users.length}\n${said}`);
        }
        await wait(50);
      }
    } finally {
      database.close();
    }
  }

  #flow(): FlowNode[] {
    const rules = [{ system: '', code: '', folder: '', share: '{home}/shares/{account}/{system}' }];
    const notify = { kind: 'digest', contacts: 'contacts', groups: 'digest' };
    return [
      { id: 'tab', type: 'tab', label: 'drill' },
      {
        ...{ id: 'contacts', type: 'rap-contacts', name: '' },
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'digest, alarm' }],
        ...{ allowedDomains: 'broker.example', language: 'en', host: '127.0.0.1' },
        ...{ port: String(this.#inbox.smtpPort), security: 'none', from: 'RAP Ops <rap@broker.example>' },
      },
      ...this.#users.flatMap((user, n) => {
        const of = (id: string) => `${id}-${user}`;
        return [
          accountOf(this.#simulator, 'hkscc', { id: of('account'), user, loginsPerDay: '' }),
          node(of('schedule'), 'rap-schedule', this.#schedule(n), [of('login')]),
          node(of('login'), 'rap-connect', { action: 'login', account: of('account') }, [of('list')]),
          node(of('list'), 'rap-list', { settleSeconds: '0' }, [of('download')]),
          node(of('download'), 'rap-download', {}, [of('route')], [of('route')]),
          node(of('route'), 'report-route', { rules }, [], [of('logout')]),
          node(of('logout'), 'rap-connect', { action: 'logout', account: of('account') }, [of('digest')]),
          node(of('digest'), 'contact-notify', notify, []),
        ];
      }),
    ];
  }

  /** Each hour, the accounts spread over its minutes. */
  #schedule(n: number) {
    const pattern = `${Math.floor((n * 60) / this.#users.length)} * * * *`;
    return { mode: 'pattern', pattern, calendar: 'none', catchUp: true };
  }

  async #figures(): Promise<DrillFigures> {
    const { accounts, hours, lease } = this.#options;
    const database = this.#database({ readOnly: true });
    const count = (sql: string) => Number(database.prepare(sql).get()?.n ?? 0);
    const received = database
      .prepare("select details from journal where what = 'received'")
      .all()
      .map((row) => JSON.parse(String(row.details)) as { account: string; path: string; sha256: string });
    const keys = received.map(({ account, path, sha256 }) => JSON.stringify([account, path, sha256]));
    const served = this.#simulator.reports('hkscc', 'primary').length;
    const due = this.#dueTimes(database);
    const mails = await mailsIn(join(this.#home, 'mailbox'));
    const unmarked = new Map<string, number>();
    for (const { messageId = '' } of mails) unmarked.set(messageId, (unmarked.get(messageId) ?? 0) + 1);
    const delivered = await Promise.all(
      this.#users.map((user) => filesBelow(join(this.#home, 'shares', user))),
    );
    const lostShares = delivered.reduce((sum, files) => sum + Math.max(0, served - files), 0);
    const extra = delivered.reduce((sum, files) => sum + Math.max(0, files - served), 0);
    const figures = {
      ...{ hosts: 2, accounts, hours, faults: this.#counted },
      runs: count('select count(*) n from runs'),
      reports: count('select count(*) n from versions'),
      atOnce: this.#simulator.mostAtOnce(),
      fetchedTwice: keys.length - new Set(keys).size,
      lost: lostShares + count('select count(*) n from versions where routed_at is null'),
      deliveredTwice:
        extra + count('select count(*) - count(distinct version_id || share) n from deliveries'),
      mails: mails.length,
      // A copy of a mail whose first fate is unknown bears the same Message-ID and says so in the outbox.
      mailsTwice: Math.max(
        0,
        mails.length -
          unmarked.size -
          count("select count(*) n from mail_recipients where state = 'unconfirmed'"),
      ),
      ticks: due.all,
      ticksWithout: due.without,
      ticksTwice: due.twice,
      takeOver: Math.round(this.#takeOver) / 1000,
      takeOverLimit: limitOf(lease) / 1000,
      journal: isChained(database) ? ('sound' as const) : ('broken' as const),
    };
    database.close();
    const { atOnce, fetchedTwice, lost, deliveredTwice, mailsTwice, ticksWithout, ticksTwice } = figures;
    const wrong = fetchedTwice + lost + deliveredTwice + mailsTwice + ticksWithout + ticksTwice;
    const isQuick = figures.takeOver <= figures.takeOverLimit;
    return { ...figures, ok: atOnce === 1 && wrong === 0 && isQuick && figures.journal === 'sound' };
  }

  /** Each due time has its row; one run counts for several only where it made up for them. */
  #dueTimes(database: DatabaseSync): { all: number; without: number; twice: number } {
    const rows = database.prepare('select schedule, due, run from ticks').all();
    const taken = new Set(rows.map(({ schedule, due }) => `${schedule} ${due}`));
    const until = Number(database.prepare('select max(due) last from ticks').get()?.last ?? 0) - 60 * MINUTE;
    let all = 0;
    let without = 0;
    for (const [n, user] of this.#users.entries()) {
      const minute = Math.floor((n * 60) / this.#users.length);
      // The first hour, in which the hosts start, is not counted.
      for (let due = START + (60 + minute) * MINUTE; due <= until; due += 60 * MINUTE) {
        all++;
        if (!taken.has(`schedule-${user} ${due}`)) without++;
      }
    }
    const timed = database
      .prepare("select count(*) n from runs where schedule != '' and run in (select run from ticks)")
      .get();
    const distinct = new Set(rows.map(({ run }) => run)).size;
    return { all, without, twice: Math.abs(Number(timed?.n ?? 0) - distinct) };
  }
}

function isChained(database: DatabaseSync): boolean {
  let before = '';
  let sequence = 0;
  for (const row of database
    .prepare('select sequence, previous, hash from journal order by sequence')
    .all()) {
    if (Number(row.sequence) !== ++sequence || row.previous !== before) return false;
    before = String(row.hash);
  }
  return sequence > 0;
}

async function filesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).length;
}
