/**
 * Which Node.js runs the project. Node 24 or newer runs it as it is; below that, the pinned Node 24 of
 * scripts/node is fetched as an npm package (integrity in its own lock file) and used instead.
 */
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { inside, textOf, UserError } from './checkout.js';

const OLDEST_MAJOR = 24;

export const runningIsEnough = Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR;

const system = process.platform === 'win32' ? 'win' : process.platform;
const pinnedPackage = `node-${system}-${process.arch}`;

const program = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
const pinnedNode = inside('scripts/node/node_modules', pinnedPackage, program);

function pinnedVersion() {
  const { optionalDependencies } = JSON.parse(readFileSync(inside('scripts/node/package.json'), 'utf8'));
  const version = optionalDependencies[pinnedPackage];
  if (version !== undefined) return version;
  throw new UserError(
    `This needs Node.js ${OLDEST_MAJOR} or newer, and there is no pinned one for ${process.platform} ${process.arch}: install it from https://nodejs.org and run the command again.`,
  );
}

/** Path of the Node.js that runs the project; it may not be installed yet. */
export const chosenNode = runningIsEnough ? process.execPath : pinnedNode;

/** Version of that Node.js, '24.22.3'. */
export const chosenVersion = () => (runningIsEnough ? process.versions.node : pinnedVersion());

/** Is the chosen Node.js there, in the version the lock file says? */
export function nodeIsThere() {
  if (runningIsEnough) return true;
  const installed = textOf(inside('scripts/node/node_modules', pinnedPackage, 'package.json'));
  return installed !== '' && JSON.parse(installed).version === pinnedVersion();
}

/** Environment in which `node` and the tools of the checkout are the chosen ones. */
export function toolEnvironment(env = process.env) {
  const path = [dirname(chosenNode), inside('node_modules/.bin'), env.PATH ?? ''];
  return { ...env, PATH: path.filter(Boolean).join(delimiter) };
}
