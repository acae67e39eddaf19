/**
 * Log-ins that were made before the logins were changed. Node-RED keeps them over a restart, each with the rights of its
 * own day: whoever lost the right full, or whose password was changed because another knew it, would keep it for hours.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userFolder } from './home.ts';
import type { EditorUser } from './logins.ts';

/** Where Node-RED keeps them. */
const FILE = '.sessions.json';
/** Where we keep by which password each user logs in: a digest of its hash. */
const PASSWORDS = '.rap-passwords.json';

interface Session {
  user?: unknown;
  scope?: unknown;
  /** Milliseconds since 1970. */
  expires?: unknown;
}

export interface LoginsNow {
  users: readonly EditorUser[];
  /** Their file, when there is one. */
  file: string | undefined;
  /** How long a log-in lasts, milliseconds: it began so long before its end. */
  lasts: number;
}

/**
 * Ends those of users with other rights, or none, with another password than at the last start, and those that are older
 * than the file of logins.
 */
export function endOldSessions(home: string, { users, file, lasts }: LoginsNow): void {
  const place = join(userFolder(home), FILE);
  const passwords = join(userFolder(home), PASSWORDS);
  const known = digestsIn(passwords);
  const changedAt = file ? (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0;
  const isOld = ({ user, scope, expires }: Session) => {
    const now = users.find(({ username }) => username === user);
    if (now === undefined || typeof expires !== 'number') return true;
    // What nobody knows of may have been changed: a log-in more is asked for once.
    if (known[now.username] !== digestOf(now)) return true;
    return JSON.stringify(scope) !== JSON.stringify(now.permissions) || expires - lasts < changedAt;
  };
  endThose(place, isOld);
  // Last, so that a start that ends here ends them at the next.
  const digests = Object.fromEntries(users.map((user) => [user.username, digestOf(user)]));
  if (JSON.stringify(digests) !== JSON.stringify(known)) writeWhole(passwords, digests);
}

function endThose(place: string, isOld: (session: Session) => boolean): void {
  let kept: Record<string, Session>;
  try {
    kept = JSON.parse(readFileSync(place, 'utf8'));
  } catch {
    // There is none, or none that can be read: then everybody logs in again.
    rmSync(place, { force: true });
    return;
  }
  const left = Object.entries(kept ?? {}).filter(([, session]) => !isOld(session ?? {}));
  if (left.length < Object.keys(kept ?? {}).length) writeWhole(place, Object.fromEntries(left));
}

const digestOf = ({ password }: EditorUser) => createHash('sha256').update(password).digest('hex');

/** Digests by user, as they were written last; none where they cannot be read. */
function digestsIn(place: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(readFileSync(place, 'utf8'));
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

function writeWhole(place: string, value: object): void {
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
  writeFileSync(`${place}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${place}.new`, place);
}
