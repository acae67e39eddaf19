/** The ledger of a drill, on either database: where it is, what it says, and what happens to it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { PostgresServer } from '../../support/postgres.ts';
import { Relay } from '../../support/relay.ts';

export type Row = Record<string, unknown>;

/**
 * What happens to the ledger, or to the way to it. `lock`: it answers nobody for a while. `restart`: its server ends at
 * once and comes back. `failover`: its server ends at once, and a standby takes its place.
 */
export type LedgerFault = 'lock' | 'restart' | 'failover';

export interface DrillLedger {
  readonly faults: readonly LedgerFault[];
  homeOf(host: string): string;
  /** What the processes of a host, and whoever reads its home, have in their environment. */
  environment(host: string): Record<string, string>;
  /** An expression for the ledger's time, milliseconds since 1970. */
  readonly now: string;
  /** The rows that a question gives; waits for a ledger that is not there. */
  rows(question: string): Promise<Row[]>;
  /** @param ms how long it is away, where it only is away */
  strike(fault: LedgerFault, ms: number): Promise<void>;
  /** The line of one host to it, where hosts reach it by one. */
  lineOf(host: string): Relay | undefined;
  close(): Promise<void>;
}

/** A file: all hosts on one machine, with one home. */
export class FileLedger implements DrillLedger {
  readonly faults = ['lock'] as const;
  readonly now = "(unixepoch('subsec') * 1000)";
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  homeOf(): string {
    return this.#home;
  }

  environment(): Record<string, string> {
    return {};
  }

  async rows(question: string): Promise<Row[]> {
    const database = this.#open(true);
    try {
      return database.prepare(question).all();
    } finally {
      database.close();
    }
  }

  async strike(_: LedgerFault, ms: number): Promise<void> {
    const database = this.#open(false);
    database.exec('begin immediate');
    await wait(ms);
    database.exec('rollback');
    database.close();
  }

  lineOf(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  #open(readOnly: boolean): DatabaseSync {
    return new DatabaseSync(join(this.#home, 'ledger.sqlite'), { timeout: 10_000, readOnly });
  }
}

/** What a primary needs that has a standby. */
const REPLICATED = ['wal_level=replica', 'max_wal_senders=5', 'full_page_writes=on'];
const JOURNAL_KEY = 'ab'.repeat(32);

/** A server of the drill's own, which each host reaches by a line of its own, with a home of its own. */
export class ServerLedger implements DrillLedger {
  readonly faults = ['restart', 'failover'] as const;
  readonly now = '(extract(epoch from clock_timestamp()) * 1000)';
  readonly #home: string;
  readonly #lines = new Map<string, Relay>();
  #server: PostgresServer | undefined;
  #database = '';
  #link: Link | undefined;

  /** @param address where the hosts reach the drill */
  static async start(home: string, hosts: readonly string[], address: string): Promise<ServerLedger> {
    const ledger = new ServerLedger(home);
    const server = new PostgresServer(REPLICATED);
    await server.start();
    ledger.#server = server;
    ledger.#database = await server.database();
    for (const host of hosts) ledger.#lines.set(host, await Relay.listen(address, 0, () => ledger.#target()));
    return ledger;
  }

  private constructor(home: string) {
    this.#home = home;
  }

  homeOf(host: string): string {
    return join(this.#home, host);
  }

  environment(host: string): Record<string, string> {
    const line = this.#lines.get(host);
    const url = `postgres://rap@${line?.host}:${line?.port}/${this.#database}?sslmode=disable`;
    return { RAP_LEDGER: url, RAP_JOURNAL_KEY: JOURNAL_KEY };
  }

  async rows(question: string): Promise<Row[]> {
    if (this.#server === undefined) throw new Error('There is no server');
    if (this.#link?.lost !== undefined) this.#link = undefined;
    this.#link ??= await Link.again(this.#server.address(this.#database), { readOnly: true });
    return (await this.#link.script(question)).at(-1)?.rows ?? [];
  }

  async strike(fault: LedgerFault, ms: number): Promise<void> {
    const before = this.#server;
    if (before === undefined) return;
    const after = fault === 'failover' ? await standbyOf(before) : before;
    this.#server = undefined;
    await before.stop();
    await wait(ms);
    if (after === before) {
      await after.start();
    } else {
      after.promote();
      await before.remove();
      await after.run('postgres', 'alter system reset synchronous_standby_names', 'select pg_reload_conf()');
    }
    this.#server = after;
  }

  lineOf(host: string): Relay | undefined {
    return this.#lines.get(host);
  }

  async close(): Promise<void> {
    for (const line of this.#lines.values()) await line.close();
    await this.#link?.close();
    await this.#server?.remove();
  }

  #target() {
    return this.#server && { path: join(this.#server.folder, '.s.PGSQL.5432') };
  }
}

/** A standby that has everything which its primary has said it has written, from now on. */
async function standbyOf(primary: PostgresServer): Promise<PostgresServer> {
  const standby = new PostgresServer(REPLICATED, primary);
  await standby.start();
  const streams = async (state: string) =>
    (await primary.run('postgres', `select 1 as one from pg_stat_replication where ${state}`)).length > 0;
  while (!(await streams("state = 'streaming'"))) await wait(50);
  await primary.run(
    'postgres',
    "alter system set synchronous_standby_names = '*'",
    'select pg_reload_conf()',
  );
  while (!(await streams("sync_state = 'sync'"))) await wait(50);
  // What was written before waits for nobody; with this one, the standby has it, too.
  await primary.run('postgres', 'create table until_here (n int)', 'drop table until_here');
  return standby;
}
