/** Counts what is asked of PostgreSQL: what a ledger costs there is how often its answer is waited for. */
import { Link } from '../../lib/ledger/postgres/link.ts';

export interface Asked {
  statements: number;
  /** How often something was asked when no answer was awaited any more: each of them is a wait of its own. */
  waits: number;
  commits: number;
}

/** What all connections of this process are asked while something is done, one thing after the other. */
export async function countAsked(work: () => Promise<unknown>): Promise<Asked> {
  const asked: Asked = { statements: 0, waits: 0, commits: 0 };
  const { query, script } = Link.prototype;
  let open = 0;
  const counted = async <T>(text: string, ask: () => Promise<T>): Promise<T> => {
    asked.statements++;
    if (open++ === 0) asked.waits++;
    if (text === 'commit') asked.commits++;
    return ask().finally(() => open--);
  };
  Link.prototype.query = function (text, parameters) {
    return counted(text, () => query.call(this, text, parameters));
  };
  Link.prototype.script = function (text) {
    return counted(text, () => script.call(this, text));
  };
  try {
    await work();
    return asked;
  } finally {
    Link.prototype.query = query;
    Link.prototype.script = script;
  }
}
