#!/usr/bin/env node
/** The drill of two hosts that share the work, see bench/hosts.ts; words after "--" go to it. */
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { chosenNode } from './support/node-choice.js';
import { run } from './support/run.js';

await runScript(async () => {
  await ensure(['dependencies'], (line) => process.stderr.write(`setup: ${line}\n`));
  return (await run(chosenNode, [inside('bench', 'hosts.ts'), ...process.argv.slice(2)])).status;
});
