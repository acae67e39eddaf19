/** Who may log in to the editor in live operation, and what each login may do. */
import { statSync } from 'node:fs';
import { asRapError, RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { fileOfVariable } from '../../lib/files/named-path.ts';
import { closingCommand, othersWhoMay } from '../../lib/files/rights.ts';
import { linesOf, readTextSync } from '../../lib/files/text-file.ts';
import type { Problem } from './problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A login as Node-RED's adminAuth takes it. */
export interface EditorUser {
  username: string;
  password: string;
  permissions: string | string[];
}

/** Logins, and each thing that is wrong. */
interface Logins {
  users: EditorUser[];
  problems: Problem[];
}

const FILE = 'RAP_EDITOR_USERS';

const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** Everything. */
const FULL = '*';

/** What may be given to a login, as Node-RED's permissions. */
const rights: Readonly<Record<string, string | string[]>> = {
  look: 'read',
  // Every button of the flows, the dialogs and the operator pages; the flows stay as they are.
  operate: [
    'read',
    'inject.write',
    'rap-account.write',
    'rap-ops.write',
    'rap-schedule.write',
    'session-timer.write',
    'weather-check.write',
  ],
  full: FULL,
};

const lineShape = 'a line is "NAME RIGHT HASH" without quotes, with the right look, operate or full';

/** What a word processor or a shell puts around a name: nobody would type it to log in. */
const QUOTED = /^["'`“”„‘«「『].*["'`”“’»」』]$/;

function userOfLine(text: string): EditorUser | undefined {
  const [name = '', right = '', hash = '', ...more] = text.split(/\s+/);
  const permissions = Object.hasOwn(rights, right) ? rights[right] : undefined;
  if (QUOTED.test(name) || more.length > 0 || permissions === undefined || !BCRYPT.test(hash))
    return undefined;
  return { username: name, password: hash, permissions };
}

/**
 * Whom a file of logins is open to besides its users; undefined where to nobody, or where Windows does not say.
 * @throws the system's error when it is not there
 */
function openTo(file: string): { whom: string; cure: string } | undefined {
  const { mode } = statSync(file);
  if (process.platform !== 'win32')
    return (mode & 0o007) === 0 ? undefined : { whom: 'everybody on this machine', cure: 'chmod o= it.' };
  const others = othersWhoMay(file) ?? [];
  return others.length === 0
    ? undefined
    : { whom: others.join(', '), cure: `Run: ${closingCommand(file, 'file')}` };
}

function usersOfFile(file: string): Logins {
  const refused = (why: string, cure: string): Logins => ({
    users: [],
    problems: [{ field: FILE, message: `${FILE} ${file} ${why}`, cure }],
  });
  try {
    const open = openTo(file);
    if (open !== undefined) return refused(`is open to ${open.whom}`, open.cure);
    const read = linesOf(readTextSync(file, { what: 'RAP_EDITOR_USERS' }))
      .map((line, at) => ({ text: line.trim(), at: at + 1 }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'))
      .map(({ text, at }) => ({ at, user: userOfLine(text) }));
    const wrong = read.filter(({ user }) => user === undefined).map(({ at }) => at);
    if (wrong.length > 0) {
      return refused(
        `cannot be understood in line ${wrong.join(', ')}`,
        `${lineShape}, the hash from "npm run hash-password" or "rap live hash".`,
      );
    }
    return { users: read.flatMap(({ user }) => user ?? []), problems: [] };
  } catch (error) {
    if (error instanceof RapError)
      return { users: [], problems: [{ field: FILE, message: error.message, cure: error.cure }] };
    return refused(`cannot be read (${systemCode(error)})`, "let the service's user read it.");
  }
}

function userOfVariables(env: Env): Logins {
  const user = {
    field: 'RAP_EDITOR_USER',
    message: 'RAP_EDITOR_USER is not set',
    cure: 'the editor needs a login, so give the user name.',
  };
  const hash = {
    field: 'RAP_EDITOR_PASSWORD_HASH',
    message: 'RAP_EDITOR_PASSWORD_HASH is not a bcrypt hash',
    cure: 'make one with "npm run hash-password" or "rap live hash".',
  };
  const { RAP_EDITOR_USER: username, RAP_EDITOR_PASSWORD_HASH: password } = env;
  const problems = [...(username ? [] : [user]), ...(BCRYPT.test(password ?? '') ? [] : [hash])];
  if (problems.length > 0 || !username || !password) return { users: [], problems };
  return { users: [{ username, password, permissions: FULL }], problems };
}

/** The file of logins; '' where none is named. @throws RapError CONFIG_INVALID, see fileOfVariable */
export const usersFile = (env: Env): string => fileOfVariable(env[FILE] ?? '', FILE);

/** The same, as what is wrong. */
function namedFile(env: Env): { file: string; problems: Problem[] } {
  try {
    return { file: usersFile(env), problems: [] };
  } catch (thrown) {
    const { message, cure } = asRapError(thrown);
    return { file: '', problems: [{ field: FILE, message, cure }] };
  }
}

/**
 * The logins of RAP_EDITOR_USER and of the file RAP_EDITOR_USERS; either may be left out.
 */
export function editorLogins(env: Env): Logins {
  const { file, problems: unread } = namedFile(env);
  if (unread.length > 0) return { users: [], problems: unread };
  const one = file && !env.RAP_EDITOR_USER ? { users: [], problems: [] } : userOfVariables(env);
  const more = file ? usersOfFile(file) : { users: [], problems: [] };
  const users = [...one.users, ...more.users];
  const problems = [...one.problems, ...more.problems];
  const names = users.map(({ username }) => username);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  const wrong = (message: string, cure: string) =>
    problems.push({ field: FILE, message: `${FILE} ${message}`, cure });
  if (twice !== undefined) wrong(`names "${twice}" twice`, 'a login has one right.');
  if (problems.length === 0 && !users.some(({ permissions }) => permissions === FULL))
    wrong(`${file} gives nobody the right full`, 'then nobody could change the flows.');
  return { users, problems };
}
