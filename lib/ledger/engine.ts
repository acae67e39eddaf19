/** What the two databases say in different words. */
import { type Compilable, type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';
import { asUnanswered } from './postgres/unanswered.ts';

// Whatever tables it is typed with.
// biome-ignore lint/suspicious/noExplicitAny: of a connection only its dialect is asked
type AnyDatabase = Kysely<any>;

export function isPostgres(db: AnyDatabase): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** The server's time, milliseconds since 1970, also within a transaction that began a while ago. */
export const POSTGRES_NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** Does a text hold another, letter by letter? */
export function holdsText(db: AnyDatabase, text: RawBuilder<unknown>, part: string): RawBuilder<boolean> {
  if (!isPostgres(db)) return sql`instr(${text}, ${part}) > 0`;
  // So that an index of trigrams can be asked; in "C" it is letter by letter, too.
  const pattern = `%${part.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`${text} like ${pattern}`;
}

/** Many values as rows of one column, "value", by one parameter: to stand in "from" with a name behind it. */
export function rowsOfTexts(db: AnyDatabase, values: readonly string[], name: string): RawBuilder<unknown> {
  return isPostgres(db)
    ? sql`unnest(${sql.val(values)}::text[]) as ${sql.ref(name)}("value")`
    : sql`json_each(${JSON.stringify(values)}) as ${sql.ref(name)}`;
}

/** As rowsOfTexts, of numbers. */
export function rowsOfNumbers(db: AnyDatabase, values: readonly number[], name: string): RawBuilder<unknown> {
  return isPostgres(db)
    ? sql`unnest(${sql.val(values)}::bigint[]) as ${sql.ref(name)}("value")`
    : sql`json_each(${JSON.stringify(values)}) as ${sql.ref(name)}`;
}

/**
 * Questions of a transaction that do not depend on each other: on PostgreSQL one wait for all of them.
 * @returns the rows of each, in order
 */
export async function atOnce<const Rows extends readonly unknown[]>(
  work: AnyDatabase,
  questions: { readonly [At in keyof Rows]: Compilable<Rows[At]> },
): Promise<{ -readonly [At in keyof Rows]: Rows[At][] }> {
  const rows = await work.getExecutor().provideConnection(async (connection) => {
    const ask = async (question: Compilable<unknown>) =>
      (await connection.executeQuery(question.compile())).rows;
    if (isPostgres(work)) return Promise.all(questions.map(ask));
    const all: unknown[][] = [];
    for (const question of questions) all.push(await ask(question));
    return all;
  });
  return rows as { -readonly [At in keyof Rows]: Rows[At][] };
}

/** A write of a transaction whose answer nobody needs: where it fails on PostgreSQL, the transaction fails at its end. */
export async function withoutAnswer(work: AnyDatabase, write: Compilable<unknown>): Promise<void> {
  const query = write.compile();
  if (isPostgres(work) && work.isTransaction) asUnanswered(query);
  await work.getExecutor().provideConnection((connection) => connection.executeQuery(query));
}
