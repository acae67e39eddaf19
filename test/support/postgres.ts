/**
 * A PostgreSQL of the tests' own: a cluster in a folder that goes away with them, asked through a socket in it. It is
 * started once in a process, by the first test that needs it, and ends with the process, also when that is killed.
 * Each test gets a database of its own, copied from one that has the tables.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Kysely } from 'kysely';
import { migrate } from '../../lib/ledger/migrate.ts';
import { type PostgresAddress, parseAddress } from '../../lib/ledger/postgres/address.ts';
import { PostgresLedgerDialect } from '../../lib/ledger/postgres/dialect.ts';
import { Link } from '../../lib/ledger/postgres/link.ts';
import { roomyFolder } from './roomy-folder.ts';

/** Debian keeps one folder for each version. */
const VERSIONS = '/usr/lib/postgresql';
const TEMPLATE = 'ledger_template';
const USER = 'rap';
/** So many databases are kept: each takes 9 MB, and a suite asks for one with every test. */
const KEPT = 40;

/** The folder of the newest server that is installed; undefined when there is none. */
export function postgresPrograms(): string | undefined {
  // Wine shows the folders of Linux.
  const folders = process.platform !== 'win32' && existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return folders
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => path.join(VERSIONS, version, 'bin'))
    .find((folder) => existsSync(path.join(folder, 'initdb')));
}

/** PostgreSQL runs as no root. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = row?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Ends the server when the pipe is closed, which the system does for a process that has ended or was killed; then its
 * folder goes, too, but for a server that was told to stop.
 */
const GUARDED = `
  exec 3<&0; folder=$1; shift; "$@" & server=$!
  (read word <&3; trap '' TERM; kill -QUIT $server; [ "$word" = stop ]) & guard=$!
  wait $server; kill $guard 2>/dev/null; wait $guard
  if [ $? = 1 ]; then rm -rf "$folder"; fi
`;

export class PostgresServer {
  readonly folder: string;
  readonly #user = serverUser();
  readonly #programs: string;
  readonly #settings: readonly string[];
  #server: ChildProcess | undefined;
  #made = 0;
  #port = 5432;
  #template: Promise<void> | undefined;

  /**
   * @param settings "name=value", besides those that make it small and quick
   * @param primary that this one is a standby of, instead of a cluster that is empty
   */
  constructor(settings: readonly string[] = [], primary?: PostgresServer) {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
    this.#programs = programs;
    this.#settings = settings;
    this.folder = mkdtempSync(path.join(roomyFolder(), 'rap-pg-'));
    if (this.#user !== undefined) chownSync(this.folder, this.#user.uid, this.#user.gid);
    if (primary !== undefined) {
      const from = ['-h', primary.folder, '-p', String(primary.#port), '-U', USER];
      this.#execute('pg_basebackup', ['-D', this.#data, ...from, '-R', '-c', 'fast', '--no-sync']);
      return;
    }
    const init = [
      '-D',
      this.#data,
      '-U',
      USER,
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
      '--no-instructions',
    ];
    // In a language whose order is not that of the bytes.
    const language = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
    this.#execute('initdb', [...init, ...language]);
  }

  #execute(program: string, words: readonly string[]): void {
    execFileSync(path.join(this.#programs, program), words, {
      ...this.#user,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /** Makes a standby take over. Nothing may write to its primary any more. */
  promote(): void {
    this.#execute('pg_ctl', ['promote', '-D', this.#data]);
  }

  get #data(): string {
    return path.join(this.folder, 'data');
  }

  /** Gives a file of its folder to the server alone. */
  async own(name: string, mode: number): Promise<void> {
    const file = path.join(this.folder, name);
    chmodSync(file, mode);
    if (this.#user !== undefined) chownSync(file, this.#user.uid, this.#user.gid);
  }

  /** @param more settings of this start, "name=value" */
  async start(more: readonly string[] = [], port = 5432): Promise<void> {
    this.#port = port;
    const settings = [
      ...[
        `port=${port}`,
        'listen_addresses=',
        `unix_socket_directories=${this.folder}`,
        'shared_buffers=16MB',
      ],
      ...['max_connections=60', 'autovacuum=off', 'full_page_writes=off', 'max_wal_senders=0'],
      ...['wal_level=minimal', 'checkpoint_timeout=1h', ...this.#settings, ...more],
    ].flatMap((one) => ['-c', one]);
    const server = [path.join(this.#programs, 'postgres'), '-D', this.#data, ...settings];
    const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', this.folder, ...server], {
      ...this.#user,
      cwd: '/',
      // Ctrl-C is for the tests; the pipe tells it.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#server = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (text) => {
        said += text;
        if (/ready to accept (read-only )?connections/.test(said)) resolve();
      });
      child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
    child.stderr?.resume();
    // Neither it nor what it says keeps the process.
    child.unref();
    for (const one of [child.stdin, child.stderr]) (one as { unref?(): void } | null)?.unref?.();
  }

  /** Stops it as when the machine loses its power, as far as its programs know. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.stdin?.end('stop\n');
    await ended;
    this.#server = undefined;
  }

  /** Stops it and takes its folder away. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(database: string): string {
    return `postgres://${USER}@/${database}?host=${encodeURIComponent(this.folder)}&port=${this.#port}`;
  }

  address(database: string): PostgresAddress {
    return parseAddress(this.url(database));
  }

  /** Statements without parameters, one after the other. @returns the rows of the last */
  async run(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const link = await Link.make(this.address(database));
    try {
      let rows: Record<string, unknown>[] = [];
      for (const one of statements) rows = (await link.script(one)).at(-1)?.rows ?? [];
      return rows;
    } finally {
      await link.close();
    }
  }

  async #makeTemplate(): Promise<void> {
    await this.run('postgres', `create database ${TEMPLATE}`);
    const db = new Kysely<unknown>({ dialect: new PostgresLedgerDialect(this.address(TEMPLATE)) });
    await migrate(db, 0);
    await db.destroy();
  }

  /** A new database. @param tables with those of a ledger that was never used */
  async database(tables = true): Promise<string> {
    if (tables) {
      this.#template ??= this.#makeTemplate();
      await this.#template;
    }
    this.#made++;
    const nameOf = (number: number) => `ledger_${process.pid}_${number}`;
    const name = nameOf(this.#made);
    if (this.#made > KEPT)
      await this.run('postgres', `drop database ${nameOf(this.#made - KEPT)} with (force)`);
    await this.run(
      'postgres',
      `create database ${name} ${tables ? `template ${TEMPLATE} strategy file_copy` : ''}`,
    );
    return name;
  }
}

let shared: Promise<PostgresServer> | undefined;

/** The one of this process, for all its suites. It ends with the process, and its folder with it. */
export function sharedPostgres(): Promise<PostgresServer> {
  shared ??= (async () => {
    const server = new PostgresServer();
    await server.start();
    return server;
  })();
  return shared;
}

// A ledger that a failed test left open must not keep the process. Those that run files beside each other end it.
if (typeof after === 'function' && process.env.MOCHA_WORKER_ID === undefined) {
  after(async () => {
    await (await shared)?.remove();
  });
}
