#!/usr/bin/env node
/** The quick check before a commit: types, lint and format, floors, and the rules of lib that need no other program. */
import { availableParallelism } from 'node:os';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { mocha } from './support/mocha.js';
import { chosenNode, toolEnvironment } from './support/node-choice.js';
import { run } from './support/run.js';
import { quickSpecs } from './support/specs.js';

const print = (line) => process.stdout.write(`${line}\n`);

async function passes([what, ...command]) {
  const done = await run(chosenNode, command, { cwd: inside(), env: toolEnvironment(), quiet: true });
  print(done.status === 0 ? `${what}: good` : `${what}: FAILED\n${done.output.trimEnd()}`);
  return done.status === 0;
}

/** What was found in files that have not changed since is kept. */
const typesOf = (project) => [
  `types${project && ` of ${project}`}`,
  inside('node_modules/typescript/bin/tsc'),
  ...['--noEmit', '--incremental', '-p', inside(project)],
  ...[
    '--tsBuildInfoFile',
    inside('node_modules/.cache/types', `${project.replaceAll('/', '-')}.tsbuildinfo`),
  ],
];

await runScript(async () => {
  await ensure(['dependencies'], (line) => print(`setup: ${line}`));
  const checks = [
    ...['', 'nodes/desk/browser', 'nodes/editor'].map(typesOf),
    ['lint and format', inside('node_modules/@biomejs/biome/bin/biome'), 'check', '.'],
  ];
  const results = await Promise.all(checks.map(passes));
  // A taste of the random tests; "npm test" takes the whole.
  const env = { RAP_PROPERTY_RUNS: '5000', RAP_PROPERTY_SHARE: '0.2' };
  const jobs = ['--parallel', '--jobs', String(availableParallelism())];
  const tests = await mocha([...jobs, 'test/floors.spec.ts', ...quickSpecs()], { env });
  return results.every(Boolean) && tests === 0 ? 0 : 1;
});
