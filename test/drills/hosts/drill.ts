/**
 * Two Node-REDs share the accounts of one ledger, on a clock that goes faster, while one thing after another happens to
 * them. Counted is what must never be: two sessions of one account, a report fetched, delivered or told twice, or lost, a
 * due time without a run or with two, a take-over that takes too long, a journal whose chain is broken.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { ledgerPlace } from '../../../lib/ledger/place.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { startInbox } from '../../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../../simulator/simulator.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import type { FlowNode } from '../../support/runtime.ts';
import { drillFlow } from './drill-flow.ts';
import { type Counted, countAll, dueTimes } from './figures.ts';
import { Host } from './host.ts';
import { type DrillLedger, FileLedger, type LedgerFault, ServerLedger } from './ledgers.ts';
import { type DrillNetwork, Namespaces, oneMachine } from './network.ts';

/**
 * To a host: `kill`: kill -9. `stop`: it stands still (SIGSTOP). `end`: a clean end. `clock`: its clock is five minutes
 * off. `cut`: nothing passes between it and the database, and nobody tells it. `refuse`: the database refuses it.
 * To the database, see ledgers.ts.
 */
export const hostFaults = ['kill', 'stop', 'end', 'clock', 'cut', 'refuse'] as const;
export type HostFault = (typeof hostFaults)[number] | LedgerFault;

/** A file has no line to it. */
export const faultsOf = {
  file: ['kill', 'stop', 'lock', 'end', 'clock'],
  server: ['kill', 'cut', 'restart', 'stop', 'refuse', 'failover', 'end', 'clock'],
} as const satisfies Record<string, readonly HostFault[]>;

export interface DrillOptions {
  ledger: 'file' | 'server';
  /** Has each host a network and processes of its own? See network.ts. */
  namespaces?: boolean;
  accounts: number;
  /** Simulated hours. */
  hours: number;
  /** No more faults than these. */
  rounds?: number;
  /** Simulated minutes from one run of an account to the next, see drill-flow.ts. */
  period?: number;
  /** So many times faster than real time. */
  factor: number;
  /** Simulated minutes from one fault to the next. */
  every: number;
  /** How long a host may say nothing, real milliseconds. */
  lease: number;
  faults: readonly HostFault[];
  say?: (line: string) => void;
}

export interface DrillFigures extends Counted {
  ledger: 'file' | 'server';
  network: 'namespaces' | 'one machine';
  hosts: number;
  accounts: number;
  hours: number;
  faults: Record<string, number>;
  /** Of all take-overs the longest, seconds of real time, and how long it may take at this lease. */
  takeOver: number;
  takeOverLimit: number;
  /** The same of each kind. */
  takeOvers: Record<string, number>;
  /** That of an end in order may be no longer, seconds. */
  cleanEndLimit: number;
  /** Records of the journal whose chain was recomputed; 0 where it is broken. */
  journal: number;
  ok: boolean;
}

/** Within so many seconds another host has everything of one that ends in order. */
const CLEAN_END = 5;
/** A lease of 45 s must be taken over within 60 s: what it takes besides does not depend on the lease. */
const limitOf = (lease: number) => lease + 15_000;
const MINUTE = 60_000;
/** So long what is late is waited for at the end, real milliseconds. */
const PATIENCE = 300_000;
/** Friday evening in Hong Kong, when most reports appear. */
const START = Date.UTC(2025, 5, 20, 8);
const HOSTS = ['one', 'two'] as const;
type HostName = (typeof HOSTS)[number];

interface Around {
  home: string;
  simulator: Simulator;
  inbox: Awaited<ReturnType<typeof startInbox>>;
  network: DrillNetwork;
  ledger: DrillLedger;
}

export class HostsDrill {
  readonly #options: DrillOptions;
  readonly #around: Around;
  readonly #users: readonly string[];
  readonly #begun = performance.now();
  readonly #hosts = new Map<HostName, Host>();
  readonly #counted: Record<string, number> = {};
  readonly #takeOvers: Record<string, number> = {};
  #flow: FlowNode[] = [];
  /** When every account was held for the first time. */
  #allThere = 0;
  /** When the last fault was over. */
  #over = 0;

  static async run(options: DrillOptions): Promise<DrillFigures> {
    const home = await makeHome();
    const users = Array.from({ length: options.accounts }, (_, n) => `SIM${200 + n}`);
    const ends: (() => Promise<void>)[] = [() => removeHome(home)];
    try {
      const simulator = await startSimulator({
        ...{ home, ports: 'ephemeral', businessDate: '2025-06-20', riskFileBytes: 60_000, users, at: START },
      });
      ends.push(() => simulator.stop());
      const inbox = await startInbox({ mailbox: join(home, 'mailbox') });
      ends.push(() => inbox.stop());
      const network = options.namespaces === true ? new Namespaces() : oneMachine;
      ends.push(() => network.close());
      const ledger =
        options.ledger === 'file'
          ? new FileLedger(home)
          : await ServerLedger.start(home, HOSTS, network.database);
      ends.push(() => ledger.close());
      const drill = new HostsDrill(options, users, { home, simulator, inbox, network, ledger });
      ends.push(() => drill.#end());
      return await drill.#live();
    } finally {
      for (const end of ends.reverse()) await end();
    }
  }

  private constructor(options: DrillOptions, users: readonly string[], around: Around) {
    this.#options = options;
    this.#users = users;
    this.#around = around;
  }

  get #now(): number {
    return START + Math.round((performance.now() - this.#begun) * this.#options.factor);
  }

  #say(line: string): void {
    const minutes = Math.round((this.#now - START) / MINUTE);
    this.#options.say?.(`${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} ${line}`);
  }

  async #end(): Promise<void> {
    for (const host of this.#hosts.values()) await host.kill();
  }

  async #live(): Promise<DrillFigures> {
    const { hours, every, faults, rounds = Number.POSITIVE_INFINITY } = this.#options;
    const { simulator } = this.#around;
    this.#flow = await this.#deployed();
    const end = START + hours * 60 * MINUTE;
    for (const name of HOSTS) await this.#start(name);
    await this.#allHeld(undefined, 60_000);
    this.#allThere = this.#now;
    for (let n = 0; n < rounds && this.#now < end - every * MINUTE; n++) {
      const next = this.#now + every * MINUTE;
      const fault = faults[n % faults.length] ?? 'kill';
      const name = HOSTS[Math.floor(n / faults.length) % 2] ?? 'one';
      this.#counted[fault] = (this.#counted[fault] ?? 0) + 1;
      await this.#hasSome(name);
      this.#say(`${fault} ${name}`);
      await this.#strike(fault, name);
      while (this.#now < next) {
        await simulator.advanceTo(this.#now);
        await wait(100);
      }
      if (simulator.mostAtOnce() > 1) this.#say('  so far an account had two sessions at once');
    }
    // Everything appears, and each account has one more run, with nothing in the way.
    await simulator.advanceTo(Number.POSITIVE_INFINITY);
    this.#over = this.#now;
    // However slow the machine is: that something is late is no loss.
    const patience = performance.now() + PATIENCE;
    while (performance.now() < patience && !(await this.#isAllDone())) await wait(500);
    for (const host of this.#hosts.values()) {
      host.order({ stop: true });
      await host.until('stopped');
      await host.ended();
    }
    return this.#figures();
  }

  /** What fell due while the hosts started had no run, or one that made up for it. */
  get #counting() {
    const start = this.#allThere + this.#period * MINUTE;
    return { users: this.#users, start, end: this.#over, period: this.#period };
  }

  get #period(): number {
    return this.#options.period ?? 60;
  }

  /** Everything is filed, and each due time until now has had its run. */
  async #isAllDone(): Promise<boolean> {
    const { simulator, ledger } = this.#around;
    if ((await dueTimes(ledger, this.#counting)).without > 0) return false;
    const all = simulator.reports('hkscc', 'primary').length * this.#users.length;
    const [row] = await ledger.rows('select count(*) n from versions where routed_at is not null');
    return Number(row?.n ?? 0) >= all;
  }

  async #deployed(): Promise<FlowNode[]> {
    const { home, simulator, inbox, network } = this.#around;
    await network.offer([...simulator.addresses.map(({ port }) => port), inbox.smtpPort]);
    const known = await readFile(simulator.knownHostsFile, 'utf8');
    const knownHosts = join(home, 'known_hosts');
    await writeFile(knownHosts, known.replaceAll('[127.0.0.1]', `[${network.services}]`), { mode: 0o600 });
    return drillFlow({
      ...{ users: this.#users, simulator, smtpPort: inbox.smtpPort, services: network.services },
      ...{ knownHosts, shares: join(home, 'shares'), period: this.#period },
    });
  }

  async #start(name: HostName): Promise<void> {
    const { ledger, network } = this.#around;
    const host = await Host.begin(name, network, ledger.environment(name));
    this.#hosts.set(name, host);
    const { lease, factor } = this.#options;
    host.order({
      start: {
        ...{ flow: this.#flow, home: ledger.homeOf(name), host: name },
        ...{ lease, factor, now: this.#now },
      },
    });
    await host.until('started');
  }

  async #strike(fault: HostFault, name: HostName): Promise<void> {
    const host = this.#hosts.get(name);
    if (host === undefined) return;
    const { lease } = this.#options;
    const { ledger } = this.#around;
    let begun = performance.now();
    switch (fault) {
      case 'lock':
        await ledger.strike(fault, lease * 1.2);
        return this.#recovered();
      case 'restart':
      case 'failover':
        // Shorter than who is at work may be kept from it, then longer.
        await ledger.strike(fault, (this.#counted[fault] ?? 0) % 2 === 1 ? 500 : lease * 1.2);
        return this.#recovered();
      case 'kill':
        host.signal('SIGKILL');
        break;
      case 'stop':
        host.signal('SIGSTOP');
        break;
      case 'end':
        host.order({ stop: true });
        // How long its own work takes to end says nothing of those who take over.
        await Promise.race([host.until('stopped'), host.ended()]);
        begun = performance.now();
        break;
      case 'clock':
        host.order({ clock: 5 * MINUTE * (this.#counted.clock && this.#counted.clock % 2 ? 1 : -1) });
        break;
      case 'cut':
        if (!host.pull(true)) await ledger.lineOf(name)?.set('silent');
        break;
      case 'refuse':
        await ledger.lineOf(name)?.set('refused');
        break;
    }
    const other = name === 'one' ? 'two' : 'one';
    await this.#allHeld(other, limitOf(lease) * 2, name);
    const took = performance.now() - begun;
    this.#takeOvers[fault] = Math.max(this.#takeOvers[fault] ?? 0, Math.round(took) / 1000);
    this.#say(`  ${fault}: taken over after ${(took / 1000).toFixed(1)} s`);
    await this.#mend(fault, host, name);
  }

  /** What was done to a host is over, and it is back. */
  async #mend(fault: HostFault, host: Host, name: HostName): Promise<void> {
    if (fault === 'clock') {
      host.order({ clock: 0 });
    } else if (fault === 'cut' || fault === 'refuse') {
      host.pull(false);
      await this.#around.ledger.lineOf(name)?.set('open');
      // Its guard may have ended it: what manages services starts it again.
      await wait(this.#options.lease / 4);
      if (!host.alive) await this.#start(name);
    } else {
      // One that stands still is ended by its guard; one that was only beginning to work has none yet.
      const isEnded = host.ended().then(() => true);
      if (!(await Promise.race([isEnded, wait(this.#options.lease, false, { ref: false })]))) {
        this.#say(`  ${name} had no guard yet`);
        await host.kill();
      }
      await this.#start(name);
    }
  }

  /** After a fault of the database itself everything is held, by whomever. */
  #recovered(): Promise<void> {
    return this.#allHeld(undefined, limitOf(this.#options.lease));
  }

  /** What holds nothing has nothing that could be taken over. */
  async #hasSome(name: HostName): Promise<void> {
    const { ledger } = this.#around;
    for (const end = performance.now() + 90_000; performance.now() < end; await wait(100)) {
      const [row] = await ledger.rows(
        `select count(*) n from duties where kind = 'account' and host = '${name}' and owner != ''
          and held_until > ${ledger.now}`,
      );
      if (Number(row?.n ?? 0) > 0) return;
      if (this.#hosts.get(name)?.alive === false) await this.#start(name);
    }
    throw new Error(`Host ${name} gets no account: ${this.#hosts.get(name)?.complaints}`);
  }

  /**
   * Every account is held, by this host if one is named.
   * @param struck that is not started again if it ends
   */
  async #allHeld(host: HostName | undefined, patience: number, struck?: HostName): Promise<void> {
    const { ledger } = this.#around;
    const end = performance.now() + patience;
    for (;;) {
      const rows = await ledger.rows(
        `select host from duties where kind = 'account' and owner != '' and held_until > ${ledger.now}`,
      );
      const held = rows.filter((row) => host === undefined || row.host === host);
      if (held.length === this.#users.length) return;
      // On a machine that is too busy a guard may end one that nothing was done to.
      for (const name of HOSTS) {
        if (name === struck || this.#hosts.get(name)?.alive !== false) continue;
        this.#say(`  ${name} had ended`);
        await this.#start(name);
      }
      if (performance.now() > end) {
        const said = [...this.#hosts.values()].map((one) => `${one.name}: ${one.complaints}`).join('\n');
        throw new Error(`Held by ${host ?? 'anybody'}: ${held.length} of ${this.#users.length}\n${said}`);
      }
      await wait(50);
    }
  }

  async #figures(): Promise<DrillFigures> {
    const { ledger: kind, accounts, hours, lease, namespaces = false } = this.#options;
    const { home, simulator, ledger } = this.#around;
    const counted = await countAll(ledger, simulator, {
      ...{ ...this.#counting, shares: join(home, 'shares'), mailbox: join(home, 'mailbox') },
    });
    const takeOver = Math.max(0, ...Object.values(this.#takeOvers));
    const takeOverLimit = limitOf(lease) / 1000;
    const cleanEnd = this.#takeOvers.end ?? 0;
    const journal = await this.#chained();
    const { fetchedTwice, lost, deliveredTwice, mailsTwice, ticksWithout, ticksTwice, atOnce } = counted;
    const wrong = fetchedTwice + lost + deliveredTwice + mailsTwice + ticksWithout + ticksTwice;
    return {
      ...{ ledger: kind, network: namespaces ? 'namespaces' : 'one machine', hosts: HOSTS.length },
      ...{ accounts, hours, faults: this.#counted, ...counted },
      ...{ takeOver, takeOverLimit, takeOvers: this.#takeOvers, cleanEndLimit: CLEAN_END, journal },
      ok: wrong === 0 && atOnce === 1 && takeOver <= takeOverLimit && cleanEnd <= CLEAN_END && journal > 0,
    };
  }

  /** How many records the journal has, if each follows from the one before by its key. */
  async #chained(): Promise<number> {
    const { ledger } = this.#around;
    const [name] = HOSTS;
    const environment = ledger.environment(name);
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      const home = ledger.homeOf(name);
      const opened = await openHome(home, realClock, ledgerPlace(home));
      try {
        const [count] = await ledger.rows('select count(*) n from journal');
        return (await opened.journal.verify()).brokenAt === undefined ? Number(count?.n ?? 0) : 0;
      } finally {
        await opened.close();
      }
    } finally {
      for (const variable of Object.keys(environment)) {
        if (before[variable] === undefined) delete process.env[variable];
        else process.env[variable] = before[variable];
      }
    }
  }
}
