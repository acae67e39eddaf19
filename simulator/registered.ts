/** Keys that a person has registered at the simulator, as HKEX registers those of a participant. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../lib/errors/rap-error.ts';

/** '<simulator>/registered': a file for each user, named as the user, with a public key a line. */
const registeredFolder = (simulator: string): string => path.join(simulator, 'registered');

/** Type, key and comment of a line as in a .pub file or authorized_keys. */
const LINE = /^(?:ssh-|ecdsa-)\S+\s+([A-Za-z0-9+/]+=*)(?:\s|$)/;

/**
 * Public keys that may log in besides the account's own, as they travel. Read at each login, so that a key counts as
 * soon as its line is there, and no longer when it is gone; other lines mean nothing.
 */
export function registeredKeys(simulator: string, user: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(path.join(registeredFolder(simulator), user), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
  return text.split(/\r?\n/).flatMap((line) => {
    const key = LINE.exec(line.trim())?.[1];
    return key === undefined ? [] : [Buffer.from(key, 'base64')];
  });
}
