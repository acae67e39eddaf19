/** What is asked of SQLite while a test runs: how many rows each statement brings, what each transaction holds. */
import { type SQLInputValue, StatementSync } from 'node:sqlite';

export interface Asked {
  sql: string;
  rows: number;
}

export interface SqliteWatch {
  /** All statements, in order. */
  readonly asked: readonly Asked[];
  /** The statements of each transaction that was committed, without its first and last word. */
  transactions(): Asked[][];
  stop(): void;
}

/** Watches every database of this process until it is stopped. */
export function watchSqlite(): SqliteWatch {
  const asked: Asked[] = [];
  const { all, run } = StatementSync.prototype;
  const note = (statement: StatementSync, rows: number) => {
    asked.push({ sql: statement.sourceSQL, rows });
  };
  StatementSync.prototype.all = function (this: StatementSync, ...values: SQLInputValue[]) {
    const rows = all.apply(this, values as never);
    note(this, rows.length);
    return rows;
  } as typeof all;
  StatementSync.prototype.run = function (this: StatementSync, ...values: SQLInputValue[]) {
    const changes = run.apply(this, values as never);
    note(this, 0);
    return changes;
  } as typeof run;
  return {
    asked,
    transactions() {
      const done: Asked[][] = [];
      let open: Asked[] | undefined;
      for (const one of asked) {
        if (one.sql.startsWith('begin')) open = [];
        else if (one.sql === 'commit' && open !== undefined) {
          done.push(open);
          open = undefined;
        } else open?.push(one);
      }
      return done;
    },
    stop() {
      StatementSync.prototype.all = all;
      StatementSync.prototype.run = run;
    },
  };
}
