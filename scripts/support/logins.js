/** Who may log in to the editor in live operation, and what each login may do. */
import { statSync } from 'node:fs';
import { RapError } from '../../lib/errors/rap-error.ts';
import { linesOf, readTextSync } from '../../lib/files/text-file.ts';

const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** What may be given to a login, as Node-RED's permissions. */
const rights = {
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
  full: '*',
};

const lineShape = 'a line is "NAME RIGHT HASH", with the right look, operate or full';

function userOfLine(text) {
  const [name = '', right = '', hash = '', ...more] = text.split(/\s+/);
  if (more.length > 0 || !Object.hasOwn(rights, right) || !BCRYPT.test(hash)) return undefined;
  return { username: name, password: hash, permissions: rights[right] };
}

function usersOfFile(file) {
  const refused = (why) => ({ users: [], problems: [`RAP_EDITOR_USERS ${file} ${why}`] });
  try {
    // Windows has rights of another kind, and shows every file as open to everybody.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o007) !== 0)
      return refused('is open to everybody on this machine: chmod o= it.');
    const read = linesOf(readTextSync(file, { what: 'RAP_EDITOR_USERS' }))
      .map((line, at) => ({ text: line.trim(), at: at + 1 }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'))
      .map(({ text, at }) => ({ at, user: userOfLine(text) }));
    const wrong = read.filter(({ user }) => user === undefined).map(({ at }) => at);
    if (wrong.length > 0) {
      return refused(
        `cannot be understood in line ${wrong.join(', ')}: ${lineShape}, the hash from "npm run hash-password".`,
      );
    }
    return { users: read.map(({ user }) => user), problems: [] };
  } catch (error) {
    if (error instanceof RapError) return { users: [], problems: [`${error.message}. ${error.cure}`] };
    return refused(`cannot be read (${error.code}): let the service's user read it.`);
  }
}

function userOfVariables(env) {
  const user = 'RAP_EDITOR_USER is not set: the editor needs a login, so give the user name.';
  const hash = 'RAP_EDITOR_PASSWORD_HASH is not a bcrypt hash: make one with "npm run hash-password".';
  const { RAP_EDITOR_USER: username, RAP_EDITOR_PASSWORD_HASH: password } = env;
  const problems = [...(username ? [] : [user]), ...(BCRYPT.test(password ?? '') ? [] : [hash])];
  return { users: problems.length > 0 ? [] : [{ username, password, permissions: rights.full }], problems };
}

/**
 * The logins of RAP_EDITOR_USER and of the file RAP_EDITOR_USERS; either may be left out.
 * @returns {{ users: { username: string, password: string, permissions: string | string[] }[], problems: string[] }}
 *   users as Node-RED's adminAuth takes them, and a sentence for each thing that is wrong
 */
export function editorLogins(env) {
  const file = env.RAP_EDITOR_USERS;
  const one = file && !env.RAP_EDITOR_USER ? { users: [], problems: [] } : userOfVariables(env);
  const more = file ? usersOfFile(file) : { users: [], problems: [] };
  const users = [...one.users, ...more.users];
  const problems = [...one.problems, ...more.problems];
  const names = users.map(({ username }) => username);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) problems.push(`RAP_EDITOR_USERS names "${twice}" twice: a login has one right.`);
  if (problems.length === 0 && !users.some(({ permissions }) => permissions === rights.full)) {
    problems.push(
      `RAP_EDITOR_USERS ${file} gives nobody the right full: then nobody could change the flows.`,
    );
  }
  return { users, problems };
}
