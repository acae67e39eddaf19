#!/usr/bin/env node
/** Writes docs/errors.md and docs/runbook.md from the policy table of errors. */
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { chosenNode } from './support/node-choice.js';
import { run } from './support/run.js';

await runScript(async () => {
  await ensure(['dependencies'], (line) => process.stderr.write(`setup: ${line}\n`));
  for (const page of ['errors-page.ts', 'runbook-page.ts']) {
    const { status } = await run(chosenNode, [inside('scripts', page)]);
    if (status !== 0) return status;
  }
  return 0;
});
