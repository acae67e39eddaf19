import { codes, type ErrorCode } from './codes.ts';

export interface RapErrorOptions {
  cause?: unknown;
  /** Replaces the code's standard cure where the place that raises it knows better. */
  cure?: string;
  retryable?: boolean;
  /** See RapError.subject. */
  subject?: string;
  /** See RapError.reports. */
  reports?: readonly string[];
  /** Plain data for the log and the alarm: never secrets, never Buffers of reports. */
  details?: Record<string, string | number | boolean | undefined>;
}

/**
 * The one error class. All that it says are own properties, because Node-RED copies only own properties into
 * `msg.error` for Catch nodes.
 */
export class RapError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly cure: string;
  /**
   * What the error is about, in the scope of its code: the path of a report at RAP, the folder of a share, an
   * address; '' when it is about the account or the run as a whole. With account and code it says whether two faults
   * are the same, so it never holds a figure, a time or a sentence.
   */
  subject: string;
  /** The reports, by path at RAP, that did not come for this reason; empty when no report is known to be touched. */
  readonly reports: readonly string[];
  readonly details: Record<string, string | number | boolean | undefined>;

  constructor(code: ErrorCode, message: string, options: RapErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RapError';
    this.code = code;
    this.retryable = options.retryable ?? codes[code].retryable;
    this.cure = options.cure ?? codes[code].cure;
    this.subject = options.subject ?? '';
    this.reports = options.reports ?? [];
    this.details = options.details ?? {};
  }

  /** Says what the error is about, where the place that raised it could not know. */
  about(subject: string): this {
    this.subject = subject;
    return this;
  }

  /** Exit status of the command line for this error. */
  get exitStatus(): number {
    return codes[this.code].exit;
  }
}

/**
 * Turns anything thrown into a RapError; what is one already is returned as it is. A disk that cannot be written is no
 * defect of ours, wherever it is met.
 */
export function asRapError(thrown: unknown, code: ErrorCode = 'UNEXPECTED', prefix = ''): RapError {
  if (thrown instanceof RapError) return thrown;
  if (code === 'UNEXPECTED' && isOfDisk(thrown))
    return diskError(thrown, placeOf(thrown) || prefix || 'the disk');
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new RapError(code, prefix === '' ? text : `${prefix}: ${text}`, { cause: thrown });
}

/** The system error code ("ENOSPC") of anything thrown, or '' when it has none. */
export function systemCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** Answers that only disks give: full (also of files: ENOSPC), over quota, read-only, broken. */
const OF_DISKS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);
/** Calls that change what lies on a disk: whatever they fail with, it could not be written. */
const WRITING: ReadonlySet<unknown> = new Set([
  ...['mkdir', 'mkdtemp', 'rename', 'link', 'symlink', 'unlink', 'rmdir', 'rm'],
  ...['write', 'ftruncate', 'fsync', 'fdatasync', 'copyfile', 'chmod', 'fchmod', 'utime', 'futime'],
]);

function isOfDisk(thrown: unknown): boolean {
  const system = systemCode(thrown);
  if (!(thrown instanceof Error) || !('syscall' in thrown) || system === '') return false;
  return OF_DISKS.has(system) || (WRITING.has(thrown.syscall) && 'path' in thrown);
}

function placeOf(thrown: unknown): string {
  return thrown instanceof Error && 'path' in thrown ? String(thrown.path) : '';
}

/** A disk or share fault as a coded error. `where` names the file or folder for the person who must act. */
export function diskError(thrown: unknown, where: string): RapError {
  if (thrown instanceof RapError) return thrown;
  const system = systemCode(thrown);
  const details = { where, system };
  switch (system) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new RapError('DISK_FULL', `No space left for ${where}`, { cause: thrown, details });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
      return new RapError('NOT_WRITABLE', `Cannot write ${where} (${system})`, { cause: thrown, details });
    default:
      return asRapError(
        new RapError('DISK_ERROR', `Writing ${where} failed (${system || String(thrown)})`, {
          cause: thrown,
          details,
        }),
      );
  }
}
