/**
 * Run by the Windows build of Node.js: starts Node-RED as scripts/start.js does, waits until it is in charge of the home,
 * asks it to end, and looks whether it came to its own end and gave its lease back.
 *
 *   node polite-end.js LEDGER COMMAND WORD...
 */
import { spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

const [, , file, ...words] = process.argv;
const guard = new URL('../../scripts/support/parent-guard.js', import.meta.url).href;
const LOOK_AGAIN_MS = 250;
const PATIENCE_MS = 240_000;
/** A process that ended by itself keeps its lease for five seconds more, so that it may come back; a killed one for up to sixty. */
const GIVEN_BACK_MS = 10_000;

const began = performance.now();
const child = spawn(process.execPath, ['--import', guard, ...words], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
let end;
const ended = new Promise((resolve) => {
  child.once('exit', (code, signal) => {
    end = signal ?? code;
    resolve();
  });
});

function lease() {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare("select owner, held_until from leases where name = 'writer'").get();
  } finally {
    database.close();
  }
}

function fail(sentence) {
  process.stdout.write(`${sentence}\n`);
  child.kill('SIGKILL');
  process.exit(1);
}

const isInCharge = () => lease()?.owner.includes(`:${child.pid}:`) === true;
while (!isInCharge()) {
  if (end !== undefined) fail(`Node-RED ended by itself with ${end}.`);
  if (performance.now() - began > PATIENCE_MS) fail('Node-RED did not come to be in charge.');
  await wait(LOOK_AGAIN_MS);
}
process.stdout.write(`in charge after ${Math.round(performance.now() - began)} ms\n`);
child.disconnect();
await ended;
if (end !== 0) fail(`Node-RED ended with ${end}, not 0.`);
const left = Number(lease()?.held_until) - Date.now();
if (left > GIVEN_BACK_MS) fail(`The lease was not given back: it lasts ${left} ms more.`);
process.stdout.write('it ended by itself, and its lease is given back\n');
