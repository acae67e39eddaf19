/** How loudly a fault is told. Ours: nothing outside says what must wake a person. */
import { codes, type ErrorCode } from '../errors/codes.ts';
import type { MailLevel } from '../ledger/tables.ts';
import { isErrorCode } from './cures.ts';

/** Nothing gets through, or evidence is missing, though trying again may help: a person must know at once. */
const CRITICAL: ReadonlySet<string> = new Set<ErrorCode>([
  'DISK_FULL',
  'DISK_ERROR',
  'NOT_WRITABLE',
  'SHARE_MISSING',
  'SHARE_SILENT',
  'NOT_IN_CHARGE',
  'WEATHER_HOLD',
]);

/** About single names, which the digest lists. */
const MINOR: ReadonlySet<string> = new Set<ErrorCode>(['NAME_REFUSED', 'NOT_A_FILE', 'FILE_TOO_LARGE']);

/** A fault that was met in so many runs without a success between them does not go away by itself. */
export const LASTING_RUNS = 3;

/**
 * The level of a fault.
 * @param runs in how many runs it was met so far
 */
export function levelOf(code: string, runs: number): Exclude<MailLevel, 'routine'> {
  if (MINOR.has(code)) return 'information';
  if (CRITICAL.has(code) || runs >= LASTING_RUNS) return 'critical';
  return isErrorCode(code) && !codes[code].retryable ? 'critical' : 'information';
}
