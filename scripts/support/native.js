/**
 * ssh2's native add-on, compiled for the Node.js that runs the project. ssh2's own install script is denied in
 * package.json because it would compile against the headers of whatever Node.js npm runs on, and an add-on for
 * another Node.js fails to load in silence. Without the add-on everything works, only slower.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inside, textOf } from './checkout.js';
import { chosenNode, chosenVersion, toolEnvironment } from './node-choice.js';
import { run } from './run.js';

const stampFile = inside('node_modules/ssh2/.rap-ops-native');
const nodeGyp = inside('node_modules/npm/node_modules/node-gyp/bin/node-gyp.js');

const addOns = [
  { folder: inside('node_modules/ssh2/lib/protocol/crypto'), file: 'sshcrypto.node', before: undefined },
  { folder: inside('node_modules/cpu-features'), file: 'cpufeatures.node', before: 'buildcheck.js' },
];

/** The headers that came with the chosen Node.js, or undefined where they were left out. */
function headers() {
  const home = dirname(dirname(chosenNode));
  return existsSync(join(home, 'include/node/node.h')) ? home : undefined;
}

/**
 * Headers of Node.js 24.19 and later give a compiled add-on a destructor that ends the whole process when the
 * garbage collector meets it (nodejs/node#65446, mscdex/ssh2#1511). Earlier ones of that line do not; others are
 * not known to be sound, and a slow transfer is better than a dead Node-RED.
 */
export function headersAreSound(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === 24 && minor <= 18;
}

async function compilerIsThere() {
  const tools = ['cc', 'c++', 'make', 'python3'];
  const answers = await Promise.all(tools.map((tool) => run(tool, ['--version'], { quiet: true })));
  return answers.every((answer) => answer.status === 0);
}

async function compile({ folder, file, before }, nodedir) {
  const options = { cwd: folder, env: { ...toolEnvironment(), npm_config_nodedir: nodedir }, quiet: true };
  if (before !== undefined) {
    const found = await run(chosenNode, [before], options);
    writeFileSync(join(folder, 'buildcheck.gypi'), found.output);
  }
  const openssl = await run(chosenNode, ['-p', 'process.versions.openssl.split(".")[0]'], { quiet: true });
  const major = `--real_openssl_major=${openssl.output.trim()}`;
  await run(chosenNode, [nodeGyp, 'rebuild', `--nodedir=${nodedir}`, major], options);
  const binary = join(folder, 'build/Release', file);
  const loaded = await run(chosenNode, ['-e', 'require(process.argv[1])', binary], { quiet: true });
  if (loaded.status !== 0) rmSync(join(folder, 'build'), { recursive: true, force: true });
  return loaded.status === 0;
}

async function attempt() {
  const nodedir = headers();
  if (nodedir === undefined) return 'plain JavaScript (this Node.js came without its headers)';
  if (!headersAreSound(chosenVersion())) {
    return `plain JavaScript (add-ons compiled for Node.js ${chosenVersion()} can end the process)`;
  }
  if (!(await compilerIsThere())) return 'plain JavaScript (no C++ compiler, make and python3 here)';
  const built = [];
  for (const addOn of addOns) built.push(await compile(addOn, nodedir));
  return built[0] ? 'its native add-on' : 'plain JavaScript (the add-on did not compile here)';
}

const wantedStamp = () => `${chosenVersion()}\n`;

/** Was the native add-on already tried for the chosen Node.js and the installed packages? */
export const nativeIsSettled = () => textOf(stampFile).startsWith(wantedStamp());

/** Compiles the add-on where that is possible and says in one sentence which kind runs. */
export async function settleNative(say) {
  if (nativeIsSettled()) return;
  say('compiling the native SSH add-on (about a quarter of a minute)');
  const kind = await attempt();
  writeFileSync(stampFile, wantedStamp() + kind);
  say(`SSH runs on ${kind}`);
}
