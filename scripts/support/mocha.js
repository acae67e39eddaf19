/** mocha on the chosen Node.js, which runs the TypeScript tests as they are. */
import { inside } from './checkout.js';
import { chosenNode, toolEnvironment } from './node-choice.js';
import { run } from './run.js';

const mochaFile = inside('node_modules/mocha/bin/mocha.js');
const c8 = [
  inside('node_modules/c8/bin/c8.js'),
  '--include',
  'lib/**',
  '--include',
  'nodes/**',
  '--include',
  'bin/**',
];

/**
 * Compiled code, types taken out, of the tests and of every program that they start; bin/rap keeps its own there. It
 * counts nothing for coverage.
 */
const NODE_COMPILE_CACHE = inside('node_modules/.cache/rap');

/**
 * @param {string[]} words mocha's own arguments
 * @param {{ coverage?: boolean, env?: Record<string, string> }} options `env` holds defaults: what is set already wins
 * @returns {Promise<number>} exit status
 */
export async function mocha(words, { coverage = false, env = {} } = {}) {
  const tool = coverage ? [...c8, chosenNode, mochaFile] : [mochaFile];
  const done = await run(chosenNode, [...tool, ...words], {
    cwd: inside(),
    env: toolEnvironment({ ...(coverage ? {} : { NODE_COMPILE_CACHE }), ...env, ...process.env }),
  });
  return done.status;
}
