/**
 * Log-ins that were made before the logins were changed. Node-RED keeps them over a restart, each with the rights of its
 * own day: whoever lost the right full, or whose password was changed because another knew it, would keep it for hours.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userFolder } from './home.ts';
import type { EditorUser } from './logins.ts';

/** Where Node-RED keeps them. */
const FILE = '.sessions.json';

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

/** Ends those of users with other rights, or none, and those that are older than the file of logins. */
export function endOldSessions(home: string, { users, file, lasts }: LoginsNow): void {
  const place = join(userFolder(home), FILE);
  const changedAt = file ? (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0;
  const isOld = ({ user, scope, expires }: Session) => {
    const now = users.find(({ username }) => username === user);
    if (now === undefined || typeof expires !== 'number') return true;
    return JSON.stringify(scope) !== JSON.stringify(now.permissions) || expires - lasts < changedAt;
  };
  let kept: Record<string, Session>;
  try {
    kept = JSON.parse(readFileSync(place, 'utf8'));
  } catch {
    // There is none, or none that can be read: then everybody logs in again.
    rmSync(place, { force: true });
    return;
  }
  const left = Object.entries(kept ?? {}).filter(([, session]) => !isOld(session ?? {}));
  if (left.length === Object.keys(kept ?? {}).length) return;
  writeFileSync(`${place}.new`, JSON.stringify(Object.fromEntries(left)), { mode: 0o600 });
  renameSync(`${place}.new`, place);
}
