/** Which PostgreSQL a ledger lies on, as RAP_LEDGER says it. */
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { asRapError, RapError } from '../../errors/rap-error.ts';
import { readAuthorities } from '../../files/authorities.ts';
import { fileOfVariable } from '../../files/named-path.ts';
import { readTextSync } from '../../files/text-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PostgresAddress {
  /** One after the other is asked until one answers that may be written; a path is the folder of a socket. */
  hosts: readonly { host: string; port: number }[];
  database: string;
  user: string;
  /** The schema of the ledger's tables; undefined for the first one of the user's search path. */
  schema?: string;
  /** The certificate is checked, and that it is of the host. */
  tls: boolean;
  /** File of the certificate authorities that are believed, in place of those of Node.js. */
  caFile?: string;
  /** First line is the password, read anew with every connection. */
  passwordFile?: string;
  password?: string;
  /** Without the password, for people. */
  shown: string;
}

const VARIABLE = 'RAP_LEDGER';
const PASSWORD_FILE = 'RAP_LEDGER_PASSWORD_FILE';
/** As a service manager hands it over, or read from the file at the start. */
const PASSWORD = 'RAP_LEDGER_PASSWORD';
const CA_FILE = 'RAP_LEDGER_CA_FILE';
const PORT = 5432;
const FORM = 'postgres://user@host/database';

/** "h1:5432,h2" in the place of one host, which no URL may hold. */
const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/;

const PARAMETERS = ['sslmode', 'sslrootcert', 'host', 'port', 'schema'];

/**
 * Reads RAP_LEDGER.
 * @returns undefined where it is not set, or names the file in the home folder: "sqlite"
 * @throws RapError CONFIG_INVALID naming the part that cannot be read; never with a password in it
 */
export function postgresAddress(env: Environment = process.env): PostgresAddress | undefined {
  const text = env[VARIABLE]?.trim() ?? '';
  if (text === '' || text === 'sqlite') return undefined;
  return parseAddress(text, env);
}

export function parseAddress(text: string, env: Environment = {}): PostgresAddress {
  const [, login = '', hosts = '', database = '', query = ''] =
    URL_FORM.exec(text) ?? refuse('is no address');
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name)) refuse(`has "${name}", which is not known here`);
  }
  const { user, password } = loginOf(login, env);
  const name = decoded(database) || refuse('names no database');
  const port = Number(parameters.get('port') ?? env.PGPORT ?? PORT);
  const listed = (decoded(hosts) || parameters.get('host') || env.PGHOST || 'localhost').split(',');
  const all = listed.map((one) => hostOf(one, port));
  const remote = all.filter(({ host }) => !isHere(host));
  const tls = tlsOf(parameters.get('sslmode') ?? env.PGSSLMODE, remote.length > 0);
  const caFile =
    fileOfVariable(env[CA_FILE] ?? '', CA_FILE) ||
    parameters.get('sslrootcert') ||
    env.PGSSLROOTCERT ||
    undefined;
  const passwordFile = fileOfVariable(env[PASSWORD_FILE] ?? '', PASSWORD_FILE) || undefined;
  const schema = parameters.get('schema') ?? undefined;
  const where = all.map(({ host, port }) => (host.startsWith('/') ? host : `${bracketed(host)}:${port}`));
  return {
    ...{ hosts: all, database: name, user, tls },
    ...(schema === undefined ? {} : { schema }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(password === undefined ? {} : { password }),
    shown: `PostgreSQL ${name} at ${where.join(', ')}${schema === undefined ? '' : ` (${schema})`}`,
  };
}

function loginOf(login: string, env: Environment): { user: string; password?: string } {
  const [user = '', ...rest] = login.split(':');
  const password = rest.length === 0 ? env[PASSWORD] : decoded(rest.join(':'));
  return {
    user: decoded(user) || env.PGUSER || userInfo().username,
    ...(password === undefined ? {} : { password }),
  };
}

function hostOf(text: string, otherwise: number): { host: string; port: number } {
  if (text.startsWith('/')) return { host: text, port: otherwise };
  const [, bracket, plain, given] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracket ?? plain ?? '';
  const port = given === undefined ? otherwise : Number(given);
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65535)
    refuse('has a host or port that is none');
  return { host, port };
}

/** On this machine nobody is between the two. */
function isHere(host: string): boolean {
  return (
    host.startsWith('/') ||
    host === 'localhost' ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

function tlsOf(mode: string | undefined, remote: boolean): boolean {
  if (mode === undefined || mode === '') return remote;
  if (mode === 'verify-full') return true;
  if (mode === 'disable') return false;
  // Less than the certificate and its host is no proof of who answers.
  return refuse(
    `has sslmode=${mode}`,
    'Take sslmode=verify-full, or disable on a line that nobody else is on.',
  );
}

/** @throws RapError CONFIG_INVALID when the file cannot be read or is empty */
export function passwordOf({ passwordFile, password }: PostgresAddress): string | undefined {
  if (passwordFile === undefined) return password;
  const first = read(passwordFile, PASSWORD_FILE).split(/\r?\n/, 1)[0] ?? '';
  if (first === '') throw emptyFirstLine(passwordFile);
  return first;
}

/** @throws RapError CONFIG_INVALID when the file cannot be read, or holds no certificates */
export function authoritiesOf({ caFile }: PostgresAddress): string | undefined {
  return caFile === undefined ? undefined : read(caFile, CA_FILE, readAuthorities);
}

function read(
  file: string,
  variable: string,
  reader = (name: string, what: string) => readTextSync(name, { what }),
): string {
  try {
    return reader(file, variable);
  } catch (cause) {
    const { message, cure } = asRapError(cause);
    throw new RapError('CONFIG_INVALID', message, { cause, cure, details: { field: variable } });
  }
}

function emptyFirstLine(file: string): RapError {
  return new RapError('CONFIG_INVALID', `${PASSWORD_FILE} ${file} cannot be used: its first line is empty`, {
    cure: 'Write the password into its first line.',
    details: { field: PASSWORD_FILE },
  });
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('has a "%" that begins no character');
  }
}

function refuse(why: string, cure?: string): never {
  throw new RapError('CONFIG_INVALID', `${VARIABLE} ${why}`, {
    cure:
      cure ??
      `Give it as ${FORM}, with the password in a file that ${PASSWORD_FILE} names; or leave it out for the ledger in the home folder.`,
    details: { field: VARIABLE },
  });
}
