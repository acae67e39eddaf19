/**
 * The ledger as the holder of a duty has it: each transaction that writes looks, within itself, whether the duty is
 * still in the same hands. What is written otherwise is refused and leaves no trace.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  Kysely,
  type KyselyProps,
  type QueryResult,
  SelectQueryNode,
  type TransactionBuilder,
} from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import type { Database, Tables, Work } from '../tables.ts';
import type { DutyLease } from './duties.ts';

/** @throws RapError NOT_IN_CHARGE */
async function check(work: Work, { kind, subject, fence }: DutyLease): Promise<void> {
  // One writes at a time, on either database: who takes it over waits for this transaction to end.
  const row = await work
    .selectFrom('duties')
    .select(['fence', 'owner', 'host'])
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (row !== undefined && row.fence === fence && row.owner !== '') return;
  throw notHeld({ kind, subject }, row?.owner === '' ? undefined : row?.host);
}

/** What is told to whoever wants to do what another host does. @param host its name; undefined when nobody does it */
export function notHeld({ kind, subject }: Pick<DutyLease, 'kind' | 'subject'>, host?: string): RapError {
  const what = kind === 'account' ? `Account ${subject}` : `The ${kind} "${subject}"`;
  const where = host === undefined || host === '' ? 'not at work on this host' : `at work on host ${host}`;
  return new RapError('NOT_IN_CHARGE', `${what} is ${where}`, {
    cure: 'Nothing is to be done: of several hosts one at a time does it, and another takes over when that one is gone.',
    details: { kind, subject, host: host ?? '' },
  });
}

/** @param base the ledger's database */
export function fenced(base: Database, lease: DutyLease): Database {
  const within = <T>(work: (transaction: Work) => Promise<T>): Promise<T> =>
    base.transaction().execute(async (transaction) => {
      await check(transaction, lease);
      return work(transaction);
    });
  const connection: DatabaseConnection = {
    executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const run = (on: Work) =>
        on.getExecutor().provideConnection((connection) => connection.executeQuery<R>(query));
      // A single write becomes a transaction of its own.
      return SelectQueryNode.is(query.query) ? run(base) : within(run);
    },
    // Rows that are read one by one need no fence; nothing of the ledger is written so.
    streamQuery: () => {
      throw new Error('Nothing is streamed under a fence');
    },
  };
  const executor = base
    .getExecutor()
    .withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
  // Everything goes through the base; this one only says so.
  const dialect: Dialect = {
    createAdapter: () => base.getExecutor().adapter,
    createDriver: () => new DummyDriver(),
    createIntrospector: () => base.introspection,
    createQueryCompiler: () => {
      throw new Error('Compiled by the base');
    },
  };
  return new FencedKysely({ config: { dialect }, dialect, driver: new DummyDriver(), executor }, within);
}

type Within = <T>(work: (transaction: Work) => Promise<T>) => Promise<T>;

class FencedKysely extends Kysely<Tables> {
  readonly #within: Within;

  constructor(props: KyselyProps, within: Within) {
    super(props);
    this.#within = within;
  }

  override transaction(): TransactionBuilder<Tables> {
    return { execute: this.#within } as unknown as TransactionBuilder<Tables>;
  }
}
