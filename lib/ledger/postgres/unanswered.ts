/** Writes of a transaction whose answer nobody needs before its end. */
import type { CompiledQuery } from 'kysely';

const unanswered = new WeakSet<CompiledQuery>();

/** Does a transaction go on without waiting for the answer? Where the statement fails, its commit does. */
export function isUnanswered(query: CompiledQuery): boolean {
  return unanswered.has(query);
}

/** Sent behind those before it, and answered for by the commit. */
export function asUnanswered(query: CompiledQuery): CompiledQuery {
  unanswered.add(query);
  return query;
}
