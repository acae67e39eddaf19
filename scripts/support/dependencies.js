/** Installs what the lock files say: the pinned Node where the running one is too old, then the packages. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFiles, inside, textOf, UserError } from './checkout.js';
import { chosenNode, chosenVersion, nodeIsThere } from './node-choice.js';
import { run, tail } from './run.js';

// Inside node_modules, so that whatever wipes the packages wipes the claim that they are there.
const stampFile = inside('node_modules/.rap-ops-setup');

const wantedStamp = () => hashFiles([inside('package-lock.json')]);

const packagesAreThere = () => textOf(stampFile) === wantedStamp();

/** Are the packages of the lock file installed, and the Node.js that runs them there? */
export const dependenciesAreThere = () => nodeIsThere() && packagesAreThere();

/** Notes that the packages of the lock file are installed. */
const stampPackages = () => writeFileSync(stampFile, wantedStamp());

function homeIsWritable() {
  try {
    accessSync(homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What npm says went wrong, without the help text it adds. */
const npmReason = (output) => {
  const errors = output
    .split('\n')
    .filter((line) => line.startsWith('npm error ') && !line.startsWith('npm error   '));
  return errors.slice(0, 8).join('\n') || tail(output);
};

/** npm's environment: without what the npm above us set for its own script, with a cache it can write. */
function npmEnvironment(temporaryCache) {
  const inherited = /^npm_(package|lifecycle|config_(local_prefix|prefix|global_prefix|argv))/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  return temporaryCache === undefined ? env : { ...env, npm_config_cache: temporaryCache };
}

/** npm of the one that started this, else of the path: on Windows that is a batch file, which only its shell starts. */
function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) return [process.execPath, [npm]];
  return process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npm']] : ['npm', []];
}

async function npmCi(folder, what, more = [], seconds = 0) {
  const needsCache = process.env.npm_config_cache === undefined && !homeIsWritable();
  const cache = needsCache ? mkdtempSync(join(tmpdir(), 'rap-npm-cache-')) : undefined;
  // Development packages are wanted also where NODE_ENV=production: they are what runs the checkout.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', ...more];
  const [command, first] = npmCommand();
  try {
    const done = await run(command, [...first, ...args], {
      cwd: folder,
      env: npmEnvironment(cache),
      quiet: true,
      seconds,
    });
    if (done.status !== 0) {
      throw new UserError(
        `${what} could not be installed: "npm ci" in ${folder} ended with ${done.status}.\n${npmReason(done.output)}`,
      );
    }
  } finally {
    if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  }
}

/**
 * The Windows build of Node.js, for tests under wine.
 * @throws UserError when it cannot be fetched, or not in so many seconds
 */
export const fetchWindowsNode = (seconds) =>
  npmCi(
    inside('test/windows/node'),
    'The Windows build of Node.js',
    ['--os=win32', '--cpu=x64', '--ignore-scripts', '--prefer-offline', '--fetch-retries=1'],
    seconds,
  );

async function installPinnedNode(say) {
  const { node } = process.versions;
  say(`fetching Node.js ${chosenVersion()} (the system's ${node} is too old; it stays as it is)`);
  await npmCi(inside('scripts/node'), 'The pinned Node.js');
  const proof = await run(chosenNode, ['--version'], { quiet: true });
  if (proof.output.trim() === `v${chosenVersion()}`) return;
  const reason = tail(proof.output, 1);
  throw new UserError(
    `The pinned Node.js does not run on this system (${reason}): install Node.js 24 or newer.`,
  );
}

/** Installs what is missing. Call only while holding the set-up lock. */
export async function installDependencies(say) {
  if (!nodeIsThere()) await installPinnedNode(say);
  if (packagesAreThere()) return;
  say('installing the packages of package-lock.json (about a minute)');
  await npmCi(inside(), 'The packages');
  stampPackages();
}
