#!/usr/bin/env node
/** Asks for the editor's password and prints the bcrypt hash for RAP_EDITOR_PASSWORD_HASH. */
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { chosenNode } from './support/node-choice.js';
import { run } from './support/run.js';

await runScript(async () => {
  await ensure(['dependencies'], (line) => process.stderr.write(`setup: ${line}\n`));
  const done = await run(chosenNode, [inside('node_modules/node-red/red.js'), 'admin', 'hash-pw']);
  return done.status;
});
