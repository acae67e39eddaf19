#!/usr/bin/env node
/**
 * Runs the tests, after setting up what they need. Words after "--" go to mocha ("npm test -- test/lib");
 * "--coverage" measures coverage too.
 */
import { runScript, UserError } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { mocha } from './support/mocha.js';
import { missingTools } from './support/test-tools.js';

await runScript(async () => {
  const words = process.argv.slice(2);
  const coverage = words.includes('--coverage');
  const rest = words.filter((word) => word !== '--coverage');
  await ensure(['dependencies', 'build', 'testTools'], (line) => process.stdout.write(`setup: ${line}\n`));
  const everything = rest.every((word) => word.startsWith('-'));
  if (everything && missingTools() !== '') {
    throw new UserError(
      `${missingTools()} Without them, "npm test -- test/lib" runs the part that needs neither.`,
    );
  }
  return mocha(everything ? [...rest, 'test/**/*.spec.ts'] : rest, { coverage });
});
