#!/usr/bin/env node
/** The quick check before a commit: types, lint and format, floors, unit tests. */
import { availableParallelism } from 'node:os';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { mocha } from './support/mocha.js';
import { chosenNode, toolEnvironment } from './support/node-choice.js';
import { run } from './support/run.js';

const print = (line) => process.stdout.write(`${line}\n`);

async function passes([what, ...command]) {
  const done = await run(chosenNode, command, { cwd: inside(), env: toolEnvironment(), quiet: true });
  print(done.status === 0 ? `${what}: good` : `${what}: FAILED\n${done.output.trimEnd()}`);
  return done.status === 0;
}

await runScript(async () => {
  await ensure(['dependencies'], (line) => print(`setup: ${line}`));
  const checks = [
    ['types', inside('node_modules/typescript/bin/tsc'), '--noEmit', '-p', inside()],
    ...['nodes/desk/browser', 'nodes/editor'].map((project) => [
      `types of ${project}`,
      inside('node_modules/typescript/bin/tsc'),
      '--noEmit',
      '-p',
      inside(project),
    ]),
    ['lint and format', inside('node_modules/@biomejs/biome/bin/biome'), 'check', '.'],
  ];
  const results = await Promise.all(checks.map(passes));
  // A taste of the random tests; "npm test" takes the whole.
  const sizes = { RAP_DAMAGES: '40', RAP_LEASE_RACES: '10' };
  const env = { RAP_PROPERTY_RUNS: '5000', RAP_FUZZ_RUNS: '100', ...sizes };
  const jobs = ['--parallel', '--jobs', String(availableParallelism())];
  const tests = await mocha([...jobs, 'test/floors.spec.ts', 'test/lib'], { env });
  return results.every(Boolean) && tests === 0 ? 0 : 1;
});
