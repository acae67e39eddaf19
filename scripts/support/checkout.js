/** Where this checkout lies and which files decide whether its set-up is still good. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout, without a slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Absolute path of something inside the checkout. */
export const inside = (...parts) => join(root, ...parts);

/** Expected trouble: its message is one sentence for the person at the keyboard, without a stack. */
export class UserError extends Error {}

/** SHA-256 over names and contents of files; a missing file counts as empty. */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    hash.update(`${relative(root, file).split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** All files below a folder (or the file itself) that `wanted` accepts, sorted; none when it does not exist. */
export function filesBelow(folder, wanted = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(wanted)
    .sort();
}

/** The text of a file, or '' when it cannot be read. */
export function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A text with what cannot be seen written out, as lib/errors/visible.ts does; here for every Node.js. */
export const visible = (text) =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) =>
    one === '\r' ? '\\r' : one === '\n' ? '\\n' : `\\u{${one.codePointAt(0).toString(16).padStart(4, '0')}}`,
  );

/** Runs the body of a script: expected trouble becomes one sentence and exit status 2. */
export async function runScript(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
