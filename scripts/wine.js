#!/usr/bin/env node
/**
 * Runs the palette and the unit tests of lib as on Windows, under wine. What is missing for that is installed where
 * this user may; where it cannot be had it says so, and ends well: no machine has to have it.
 *
 *   node scripts/wine.js [palette] [units] [ledger] [copies] [collection] [key] [tables] [mail] [ROOM] [--within SECONDS]
 *
 * Without a part it does all of them. ROOM is any other folder of test/lib, as weather or desk.
 * "--within" is for a run that others wait for: what is not done by then is ended, and named as not proved.
 * What wine cannot prove is listed in docs/windows.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { palette } from '../test/windows/palette.js';
import { collection, copies, key, ledger, mail, otherRooms, tables, units } from '../test/windows/units.js';
import { inside, runScript, UserError } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { Windows, whyNoWindows } from './support/win32.js';

const began = performance.now();
const say = (line) =>
  process.stdout.write(`win32: [${Math.round((performance.now() - began) / 1000)} s] ${line}\n`);

const parts = { palette, units, ledger, copies, collection, key, tables, mail, ...otherRooms };
/** A machine that others use may let a deadline pass: what fails is tried once more. */
const TRIES = 2;
/** Parts at a time: each has programs that wait for others. */
const AT_ONCE = 2;
const GOOD = 'good';
const FAILED = 'FAILED';
const NOT_PROVED = 'not proved';

function wanted() {
  const options = { within: { type: 'string' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const odd = positionals.find((word) => !Object.hasOwn(parts, word));
  if (odd !== undefined)
    throw new UserError(`There is no part "${odd}": it can be ${Object.keys(parts).join(', ')}.`);
  const { within = 'Infinity' } = values;
  if (!(Number(within) >= 0)) throw new UserError(`--within is "${within}", and no number of seconds.`);
  return { names: positionals.length > 0 ? positionals : Object.keys(parts), within: Number(within) };
}

/** Below the checkout's packages, so that an unpacked palette finds those that it depends on. */
function workFolder() {
  const cache = inside('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'win32-'));
}

/** Does one part, perhaps twice. @returns GOOD, FAILED, or NOT_PROVED when it was ended before it was done */
async function attempt(name, windows, folder, isOver) {
  for (let turn = 1; turn <= TRIES; turn++) {
    if (isOver()) break;
    const place = join(folder, `${name}-${turn}`);
    mkdirSync(place);
    try {
      await parts[name](windows, place, say);
      return GOOD;
    } catch (error) {
      if (isOver()) break;
      say(`${name}: ${error instanceof UserError ? error.message : error.stack}`);
      if (turn === TRIES) return FAILED;
      say(`${name}: once more`);
    }
  }
  return NOT_PROVED;
}

await runScript(async () => {
  const { names, within } = wanted();
  await ensure(['dependencies', 'build'], say);
  const why = await whyNoWindows(say);
  if (why !== '') {
    say(`NOT RUN: nothing was tried as on Windows, because ${why}`);
    return 0;
  }
  const folder = workFolder();
  const windows = new Windows(folder);
  let over = false;
  const stop = () => {
    over = true;
    return windows.end();
  };
  const leave = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => leave().finally(() => process.exit(1)));
  const left = within * 1000 - performance.now();
  const limit = Number.isFinite(left) ? setTimeout(stop, Math.max(left, 0)) : undefined;
  try {
    const booted = await windows.boot().then(
      () => true,
      (error) => {
        if (!over) throw error;
        return false;
      },
    );
    const ends = new Map();
    const waiting = booted ? [...names] : [];
    const lane = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        ends.set(name, await attempt(name, windows, folder, () => over));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const state = names.map((name) => `${name} ${ends.get(name) ?? NOT_PROVED}`).join(', ');
    if (state.includes(FAILED)) throw new UserError(`win32: FAILED: ${state}`);
    if (state.includes(NOT_PROVED))
      say(`NOT FINISHED${Number.isFinite(within) ? ` in ${within} seconds` : ''}: ${state}`);
    else say(`all of it is good: ${state}`);
    return 0;
  } finally {
    clearTimeout(limit);
    await leave();
  }
});
