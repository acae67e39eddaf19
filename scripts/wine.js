#!/usr/bin/env node
/**
 * Runs the palette and the unit tests of lib as on Windows, under wine: in two or three minutes, and only where wine
 * and the Windows build of Node.js are there. Where they are not it says so and ends well: no machine has to have them.
 * What wine cannot prove is listed in docs/windows.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { palette } from '../test/windows/palette.js';
import { units } from '../test/windows/units.js';
import { inside, runScript, UserError } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { Windows, whyNoWindows } from './support/win32.js';

const began = performance.now();
const say = (line) =>
  process.stdout.write(`win32: [${Math.round((performance.now() - began) / 1000)} s] ${line}\n`);

const parts = { palette, units };

/** Below the checkout's packages, so that an unpacked palette finds those that it depends on. */
function workFolder() {
  const cache = inside('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'win32-'));
}

await runScript(async () => {
  const words = process.argv.slice(2);
  const odd = words.find((word) => !Object.hasOwn(parts, word));
  if (odd !== undefined) throw new UserError(`There is no part "${odd}": it can be "palette" or "units".`);
  await ensure(['dependencies', 'build'], say);
  const why = await whyNoWindows(say);
  if (why !== '') {
    say(`NOT RUN: nothing was tried as on Windows, because ${why}.`);
    return 0;
  }
  const folder = workFolder();
  const windows = new Windows(folder);
  const leave = async () => {
    await windows.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => leave().finally(() => process.exit(1)));
  try {
    await windows.boot();
    for (const name of words.length > 0 ? words : Object.keys(parts)) await parts[name](windows, folder, say);
    say('all of it is good');
    return 0;
  } finally {
    await leave();
  }
});
