/** How loudly a fault is told. */
import { policyOf } from '../errors/codes.ts';
import type { MailLevel } from '../ledger/tables.ts';

/** A fault that was met in so many runs without a success between them does not go away by itself. Ours. */
const LASTING_RUNS = 3;

/**
 * The level of a fault.
 * @param runs in how many runs it was met so far
 */
export function levelOf(code: string, runs: number): Exclude<MailLevel, 'routine'> {
  const { severity } = policyOf(code);
  if (severity === 'notice' || severity === 'none') return 'information';
  return severity === 'critical' || runs >= LASTING_RUNS ? 'critical' : 'information';
}
