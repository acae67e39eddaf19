/** Which tests are run when. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { inside } from './checkout.js';

/** All. Those of lib are short: they come last, so that no long one is left to run alone at the end. */
export const allSpecs = ['test/!(lib)/**/*.spec.ts', 'test/*.spec.ts', 'test/lib/**/*.spec.ts'];

const STARTS = /from 'node:child_process'|\.listen\(/;
/** Those that ask for more time than the others. */
const LONG = /\.timeout\(/;
/** Imports at the start of a file; not those of types, nor those that are made when they are needed. */
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+\.ts)'|^import '(\.[^']+\.ts)'/gm;

/**
 * The rules of lib that need nothing else. What starts a program or listens at a port, itself or by what it imports of
 * tests and simulator, and what asks for more time than mocha gives, is left to "npm test".
 * @returns {string[]} paths from the root of the checkout
 */
export function quickSpecs() {
  const read = (file) => readFileSync(inside(file), 'utf8');
  return readdirSync(inside('test/lib'), { recursive: true })
    .map((name) => `test/lib/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.spec.ts') && !LONG.test(read(file)) && !starts(file, read))
    .sort();
}

/**
 * Does a test start a program, or listen at a port?
 * @param {string} file its path from the root of the checkout
 * @param {(file: string) => string} read gives the text of such a file
 */
export function starts(file, read, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = read(file);
  if (STARTS.test(text)) return true;
  return [...text.matchAll(IMPORT)]
    .map(([, from, effect]) => posix.join(posix.dirname(file), from ?? effect))
    .some((one) => /^(test|simulator)\//.test(one) && starts(one, read, seen));
}
