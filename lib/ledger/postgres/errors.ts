/** What PostgreSQL says, as a coded error. */
import { RapError } from '../../errors/rap-error.ts';

/** SQLSTATEs, or their first two characters (postgresql.org/docs/current/errcodes-appendix.html). */
const BUSY = ['40001', '40P01', '55P03', '53300', '57014'];
const GONE = ['08', '57P01', '57P02', '57P03', '57P05', '25P03', '25P04'];
const FULL = ['53100'];
const DISK = ['58'];
const DAMAGED = ['XX001', 'XX002'];
const NOT_OURS = ['28', '3D000', '42501', '3F000'];
const OTHER_TABLES = ['42P01', '42703', '42P07', '42804', '42883'];
const READ_ONLY = ['25006'];

const isOf = (state: string, list: readonly string[]) => list.some((one) => state.startsWith(one));

/** A certificate that is not believed, or is of another host (nodejs.org/api/tls.html#x509-certificate-error-codes). */
function isUntrusted(thrown: Error): boolean {
  const code = 'code' in thrown ? String(thrown.code) : '';
  return /CERT|SIGNATURE|ERR_TLS|^ERR_SSL/.test(code) || /does not support SSL/.test(thrown.message);
}

/** How far the connection to the server is gone, whatever it was at. */
export function isConnectionLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof RapError) return thrown.details.connection === 'lost';
  const code = 'code' in thrown ? String(thrown.code) : '';
  return (
    isOf(code, GONE) ||
    /^E[A-Z]+$/.test(code) ||
    /connection (terminated|ended|timeout)/i.test(thrown.message)
  );
}

/** @param shown the database, for people */
export function postgresError(thrown: unknown, shown: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof RapError) return thrown;
  const state = 'code' in thrown ? String(thrown.code) : '';
  const say = thrown.message;
  const options = { cause: thrown, subject: 'ledger', details: { sqlstate: state, where: shown } };
  if (isOf(state, FULL)) {
    return new RapError('DISK_FULL', `No space left for the ledger on ${shown}`, {
      ...options,
      cure: 'Make room on the disk of the PostgreSQL server; what was not written down is done again.',
    });
  }
  if (isOf(state, READ_ONLY)) {
    return new RapError('NOT_WRITABLE', `${shown} takes no writes now (${say})`, {
      ...options,
      cure: 'It is a standby, or was made read-only. Let RAP_LEDGER name the server that may be written, or all of them.',
    });
  }
  if (isOf(state, BUSY)) {
    return new RapError('LEDGER_UNUSABLE', `${shown} is busy for too long (${say})`, {
      ...options,
      retryable: true,
      cure: 'Look for a program that holds the tables of the ledger (pg_stat_activity) and end it; the next run tries again.',
    });
  }
  if (isUntrusted(thrown)) {
    return new RapError('CONFIG_INVALID', `${shown} does not prove who it is (${say})`, {
      ...options,
      details: { ...options.details, field: 'RAP_LEDGER' },
      cure: "Let RAP_LEDGER_CA_FILE name the certificate of the authority that signed the server's, and RAP_LEDGER the host by a name that stands in it.",
    });
  }
  if (isConnectionLost(thrown)) return connectionLost(shown, say, thrown);
  if (isOf(state, DISK)) {
    return new RapError('DISK_ERROR', `Reading or writing the ledger on ${shown} failed (${say})`, {
      ...options,
      cure: 'Have the disk of the PostgreSQL server looked at, then "rap ledger verify".',
    });
  }
  if (isOf(state, NOT_OURS)) {
    return new RapError('CONFIG_INVALID', `${shown} does not let this user in (${say})`, {
      ...options,
      details: { ...options.details, field: 'RAP_LEDGER' },
      cure: 'Check user, password file and database of RAP_LEDGER, and what the user may do there.',
    });
  }
  if (isOf(state, DAMAGED))
    return new RapError('LEDGER_UNUSABLE', `The ledger on ${shown} is damaged (${say})`, options);
  if (isOf(state, OTHER_TABLES)) {
    return new RapError(
      'LEDGER_UNUSABLE',
      `The ledger on ${shown} is damaged: its tables are not those it says it has (${say})`,
      options,
    );
  }
  return thrown;
}

/** The line to the server is gone; what was not answered is done again. */
export function connectionLost(shown: string, why: string, cause?: unknown): RapError {
  return new RapError('LEDGER_UNUSABLE', `${shown} does not answer (${why})`, {
    cause,
    subject: 'ledger',
    retryable: true,
    details: { where: shown, connection: 'lost' },
    cure: 'See that the PostgreSQL server runs and that this machine reaches it. Nothing says that the ledger is damaged; the next run tries again.',
  });
}
