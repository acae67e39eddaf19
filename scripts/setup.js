#!/usr/bin/env node
/** Everything that "npm start" and "npm test" need, without starting either. */
import { runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { missingTools } from './support/test-tools.js';

const say = (line) => process.stdout.write(`setup: ${line}\n`);

await runScript(async () => {
  await ensure(['dependencies', 'build', 'testTools'], say);
  const missing = missingTools();
  if (missing !== '') say(missing);
  say('ready');
});
