#!/usr/bin/env node
/**
 * Runs the tests, after setting up what they need. Words after "--" go to mocha ("npm test -- test/lib");
 * "--coverage" measures coverage too. The whole suite runs one file more at once than there are processors, four at most,
 * because many tests wait for others; "--jobs 1" runs one after the other.
 */
import { availableParallelism } from 'node:os';
import { runScript, UserError } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { mocha } from './support/mocha.js';
import { allSpecs } from './support/specs.js';
import { missingTools } from './support/test-tools.js';

await runScript(async () => {
  const words = process.argv.slice(2);
  const coverage = words.includes('--coverage');
  const rest = words.filter((word) => word !== '--coverage');
  await ensure(['dependencies', 'build', 'testTools'], (line) => process.stdout.write(`setup: ${line}\n`));
  const everything = !rest.some((word) => word.startsWith('test'));
  if (everything && missingTools() !== '') {
    throw new UserError(
      `${missingTools()} Without them, "npm test -- test/lib" runs the part that needs neither.`,
    );
  }
  if (!everything) return mocha(rest, { coverage });
  const jobs = rest.includes('--jobs') ? [] : ['--jobs', String(Math.min(availableParallelism() + 1, 4))];
  return mocha(['--parallel', ...jobs, ...rest, ...allSpecs], { coverage });
});
