/** One connection to the PostgreSQL of a ledger: made, looked at, asked, and given up when no answer comes. */
import { isIP, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { checkServerIdentity } from 'node:tls';
import { Client, type QueryResult } from 'pg';
import { RapError } from '../../errors/rap-error.ts';
import { endsWithin, realClock } from '../../time/clock.ts';
import { authoritiesOf, type PostgresAddress, passwordOf } from './address.ts';
import { connectionLost, isConnectionLost, postgresError } from './errors.ts';
import { toPostgres, types } from './values.ts';

/** How long making a connection may take, and how long it is tried again when the server is being restarted. */
const CONNECT_MS = 5_000;
export const PATIENCE_MS = 10_000;
const AGAIN_MS = 100;
/** How long a statement may take before the line counts as dead; a migration or an export has statements of minutes. */
const ANSWER_MS = 60_000;
const END_MS = 2_000;

/** Plans that the server keeps for statements that come again; lists of many lengths make many of one. */
const PLANS = 256;
const LONGEST_PLANNED = 4_000;

/**
 * Our statements are short: machine code for one takes longer to be made than it saves.
 * A process that stands still in the middle of a transaction holds up all others: the server ends its session. Who
 * waits for it waits longer than that.
 */
const SESSION = `
  set client_min_messages = warning;
  set idle_in_transaction_session_timeout = '10s';
  set lock_timeout = '20s';
  set timezone = 'UTC';
  set jit = off;
`;

const SETTINGS = `
  select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
    current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as commit,
    pg_is_in_recovery() as standby, current_schema() as schema
`;

/** The first with all that is asked of it, and the oldest that its makers may still look after. */
const OLDEST = 130_000;

interface Settings {
  version: number;
  fsync: string;
  encoding: string;
  commit: string;
  standby: number;
  schema: string | null;
}

export interface LinkOptions {
  /** Nothing is written through it; a standby will do. */
  readOnly?: boolean;
  /** For statements that take long, milliseconds. */
  answerMs?: number;
}

export class Link {
  readonly shown: string;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #answerMs: number;
  readonly #plans = new Map<string, string>();
  #lost: string | undefined;

  private constructor(client: Client, socket: Socket, shown: string, answerMs: number) {
    this.shown = shown;
    this.#client = client;
    this.#socket = socket;
    this.#answerMs = answerMs;
    // Also when nothing is asked just then.
    client.on('error', (error) => this.#lose(error.message));
    client.on('end', () => this.#lose('it has closed the connection'));
  }

  /**
   * @throws RapError CONFIG_INVALID when the server cannot hold a ledger or lets nobody in; LEDGER_UNUSABLE, retryable,
   * when none of the hosts answers; NOT_WRITABLE when they are standbys
   */
  static async make(address: PostgresAddress, options: LinkOptions = {}): Promise<Link> {
    let failed: unknown;
    for (const host of address.hosts) {
      let link: Link | undefined;
      try {
        link = await Link.#connect(address, host, options);
        await link.#begin(address, options);
        return link;
      } catch (thrown) {
        await link?.close();
        const error = postgresError(thrown, address.shown);
        // The next host cannot know better.
        if (error instanceof RapError && error.code === 'CONFIG_INVALID') throw error;
        failed = error instanceof RapError ? error : connectionLost(address.shown, String(thrown), thrown);
      }
    }
    throw failed;
  }

  /** As `make`, and again for a while when the server is not there: it may be starting. */
  static async again(address: PostgresAddress, options: LinkOptions = {}): Promise<Link> {
    for (const begun = performance.now(); ; ) {
      try {
        return await Link.make(address, options);
      } catch (thrown) {
        const passes =
          thrown instanceof RapError && (isConnectionLost(thrown) || thrown.code === 'NOT_WRITABLE');
        if (!passes || performance.now() - begun > PATIENCE_MS) throw thrown;
        await pause(AGAIN_MS);
      }
    }
  }

  static async #connect(
    address: PostgresAddress,
    { host, port }: PostgresAddress['hosts'][number],
    { answerMs = ANSWER_MS }: LinkOptions,
  ): Promise<Link> {
    const { user, database, tls } = address;
    const ca = tls ? authoritiesOf(address) : undefined;
    const password = passwordOf(address);
    const socket = new Socket();
    const client = new Client({
      ...{ host, port, user, database, types, keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
      ...(password === undefined ? {} : { password }),
      ...{ application_name: 'rap-ops', connectionTimeoutMillis: CONNECT_MS },
      // What is asked before the last answer is there is sent at once.
      ...{ stream: () => socket, pipeline: true },
      ssl: tls && {
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca }),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // By itself Node.js would take an address for "localhost" here.
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      },
    });
    const link = new Link(client, socket, address.shown, answerMs);
    try {
      await client.connect();
    } catch (thrown) {
      socket.destroy();
      throw thrown;
    }
    return link;
  }

  /** @throws RapError when the server would not keep what it says it has written */
  async #begin({ schema, shown }: PostgresAddress, { readOnly = false }: LinkOptions): Promise<void> {
    const path = schema === undefined ? '' : `set search_path = "${schema.replaceAll('"', '""')}";`;
    const asked = await this.script(
      `${SESSION} ${path} ${readOnly ? 'set default_transaction_read_only = on;' : ''} ${SETTINGS}`,
    );
    const settings = asked.at(-1)?.rows[0] as Settings;
    const refuse = (what: string, cure: string) =>
      new RapError('CONFIG_INVALID', `${shown} ${what}`, {
        cure,
        details: { field: 'RAP_LEDGER', where: shown },
      });
    if (settings.version < OLDEST) throw refuse('is older than PostgreSQL 13', 'Take a newer server.');
    if (settings.encoding !== 'UTF8')
      throw refuse(`has the encoding ${settings.encoding}`, 'Create the database with encoding UTF8.');
    if (settings.schema === null)
      throw refuse(
        'has no schema of that name that this user may use',
        'Create it, or name another with ?schema=.',
      );
    if (readOnly) return;
    if (settings.standby === 1) {
      throw new RapError('NOT_WRITABLE', `${shown} is a standby`, {
        subject: 'ledger',
        cure: 'Let RAP_LEDGER name the server that may be written, or all of them.',
      });
    }
    if (settings.fsync !== 'on') {
      throw refuse(
        'has fsync off: after a power cut it would have forgotten what it said it had written',
        'Switch fsync on in postgresql.conf and restart the server.',
      );
    }
    // What is answered is on disk, whatever the server or the database do for others.
    if (settings.commit === 'off') await this.script('set synchronous_commit = on');
  }

  /** Why it is of no use any more; undefined while it is. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** One statement. @throws RapError, see errors.ts */
  query(text: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const name = this.#planOf(text);
    const values = parameters.map(toPostgres);
    return this.#ask(() => this.#client.query({ text, values, ...(name === undefined ? {} : { name }) }));
  }

  /** Statements without parameters, in one message. @returns what each of them gave */
  async script(text: string): Promise<QueryResult[]> {
    const given = (await this.#ask(() => this.#client.query(text))) as QueryResult | QueryResult[];
    return Array.isArray(given) ? given : [given];
  }

  literal(text: string): string {
    return this.#client.escapeLiteral(text);
  }

  /** Gives it up at once: what waits for an answer gets none. */
  sever(why: string): void {
    this.#lose(why);
  }

  async close(): Promise<void> {
    if (this.#lost === undefined) {
      this.#lost = 'it was closed';
      const ended = this.#client.end().catch(() => {});
      await Promise.race([ended, pause(END_MS, undefined, { ref: false })]);
    }
    this.#socket.destroy();
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw connectionLost(this.shown, this.#lost);
    try {
      return await endsWithin(realClock, this.#answerMs, work(), () =>
        connectionLost(this.shown, 'no answer for too long'),
      );
    } catch (thrown) {
      const error = postgresError(thrown, this.shown);
      if (isConnectionLost(error)) this.#lose(thrown instanceof Error ? thrown.message : String(thrown));
      throw error;
    }
  }

  #lose(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = why;
    this.#socket.destroy();
  }

  #planOf(text: string): string | undefined {
    const known = this.#plans.get(text);
    if (known !== undefined || this.#plans.size >= PLANS || text.length > LONGEST_PLANNED) return known;
    // Tables that change under a plan make it fail.
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) return undefined;
    const name = `rap_${this.#plans.size}`;
    this.#plans.set(text, name);
    return name;
  }
}
