/** The packed palette as on Windows: it lives a daily run against the simulator, and is asked what it did. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { filesBelow, inside, textOf, UserError } from '../../scripts/support/checkout.js';
import { chosenNode, toolEnvironment } from '../../scripts/support/node-choice.js';
import { run } from '../../scripts/support/run.js';

const NAME = '@rap-ops/node-red-hkex';
const LOOK_AGAIN_MS = 250;
/** What takes longer hangs, seconds; a machine that others use is slow. */
const LONGEST = 300;

/** Packs the palette and unpacks it as npm would install it. @returns its folder */
async function unpack(folder) {
  const npm = inside('node_modules/.bin/npm');
  const packed = await run(
    npm,
    ['pack', inside(), '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      cwd: folder,
      env: toolEnvironment(),
      quiet: true,
    },
  );
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (packed.status !== 0 || tarball === undefined) throw new UserError(`npm pack failed: ${packed.output}`);
  const place = join(folder, 'inst', 'node_modules', NAME);
  mkdirSync(join(place, '..'), { recursive: true });
  const untarred = await run('tar', ['-xzf', join(folder, tarball), '-C', folder], { quiet: true });
  if (untarred.status !== 0) throw new UserError(`tar failed: ${untarred.output}`);
  renameSync(join(folder, 'package'), place);
  return place;
}

/** Free ports of this machine, different ones. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The simulator with its inbox, as on Linux. @returns what it says when it is ready, and how to end it */
function startSimulator(home, [smtpPort, inboxPort]) {
  const words = ['--ports', 'ephemeral', '--risk-file-mb', '1', '--date', '2025-06-20', '--json'];
  const inbox = ['--inbox', '--smtp-port', `${smtpPort}`, '--inbox-port', `${inboxPort}`];
  // It ends with this process, whichever way that ends.
  const guard = ['--import', new URL('../../scripts/support/parent-guard.js', import.meta.url).href];
  const command = [...guard, inside('bin/rap'), 'simulate', '--home', home];
  const child = spawn(chosenNode, [...command, ...words, ...inbox], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = () => {
    child.kill();
    return ended;
  };
  return new Promise((resolve, reject) => {
    ended.then(() => reject(new UserError('The simulator ended by itself.')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line);
      if (told.ready) resolve({ ...told, stop });
    });
  });
}

/** SHA-256 of every file below a folder, each once, sorted. */
const contents = (folder) =>
  [
    ...new Set(
      filesBelow(folder).map((file) => createHash('sha256').update(readFileSync(file)).digest('hex')),
    ),
  ].sort();

const filesIn = (folder) => filesBelow(folder).length;

function must(fact, sentence) {
  if (!fact) throw new UserError(`FAILED: ${sentence}`);
}

/** @throws UserError with what the command said when it does not end as it should */
async function mustEnd(running, wanted, what) {
  const { status, output } = await running;
  must(status === wanted, `${what} ended with ${status}, not ${wanted}:\n${output.trim()}`);
  return output;
}

/** Waits for a fact that comes about while a program runs. @throws UserError when the program ends first, or it takes too long */
async function until(fact, what, program, seconds) {
  let over;
  program.ended.then(({ status }) => {
    over = status;
  });
  for (const end = performance.now() + seconds * 1000; !fact(); await wait(LOOK_AGAIN_MS)) {
    must(over === undefined, `Node-RED ended (${over}) before ${what}:\n${program.output().trim()}`);
    must(performance.now() < end, `${what} did not come in ${seconds} seconds:\n${program.output().trim()}`);
  }
}

/** The simulator's place, the ports and the palette for a Node-RED as on Windows. */
function nodeRedEnvironment({ rapHome, place, simulator, ports }) {
  const [smtpPort, inboxPort, editorPort] = ports;
  const standing = simulator.addresses.map(({ host, port, standsFor }) => `${standsFor}=${host}:${port}`);
  return {
    RAP_HOME: rapHome,
    RAP_TEST_PALETTE: place,
    RAP_EDITOR_PORT: `${editorPort}`,
    RAP_SMTP_PORT: `${smtpPort}`,
    RAP_INBOX_PORT: `${inboxPort}`,
    RAP_SIMULATOR_AT: standing.join(' '),
  };
}

const red = inside('node_modules/node-red/red.js');
const demo = [red, '-s', inside('test/windows/settings.cjs')];

/** What a server may call a file, and Windows understands otherwise or not at all. */
const ODD_NAMES = [
  ...[
    'CON',
    'con.txt',
    'NUL',
    'nul.TXT',
    'aux.txt',
    'COM1',
    'com9.log',
    'LPT1.txt',
    'prn',
    'CONIN$',
    'COM\u00b9',
  ],
  ...[
    'a:b',
    'x.txt:stream',
    'x.txt::$DATA',
    'C:',
    'back\\slash',
    '..\\up',
    'what?',
    'st*r',
    'a<b>c',
    'p|pe',
    'q"q',
  ],
  ...['dot.', 'two..', 'blank ', 'x.txt ', ' first', 'x.txt. .', 'tab\tx', 'line\nx', 'bell\u0007'],
  ...['Twin.txt', 'TWIN.TXT', 'twin.txt', 'stra\u00dfe.txt', 'STRASSE.TXT', 'e\u0301.txt', '\u00e9.txt'],
  ...[
    'PROGRA~1',
    'desktop.ini',
    '.rap-share.json',
    '.part-0',
    '~$x.txt',
    'plain.txt',
    '\u5831\u544a.txt',
    'x'.repeat(201),
  ],
];

/** The lines of "rap fetch --json": what became of each path, and the end. */
function outcomes(output) {
  const lines = output.split(/\r?\n/).filter((line) => line.startsWith('{'));
  const all = lines
    .map((line) => JSON.parse(line))
    .map(({ summary, path, outcome, code, sha256, failed }) =>
      JSON.stringify({ summary, path, outcome, code, sha256, failed }),
    );
  return all.sort();
}

/** A server that lies about names: Windows and Linux say the same of each, and have the same files, nothing elsewhere. */
async function oddNames(windows, rap, { folder, rapHome, simulator }, say) {
  const served = join(folder, 'sim', 'simulator', 'hkscc', 'primary', 'INBOX', 'odd');
  mkdirSync(join(served, 'aux', 'in'), { recursive: true });
  for (const [at, odd] of ODD_NAMES.entries()) writeFileSync(join(served, odd), `content ${at}\n`);
  writeFileSync(join(served, 'aux', 'in', 'x.txt'), 'in a folder that is a device\n');
  const { host, port, fingerprint } = simulator.addresses[0];
  const words = (key, to) => [
    ...['fetch', '--host', host, '--port', `${port}`, '--host-key', fingerprint, '--user', 'SIM001'],
    ...['--key', key, '--from', '/INBOX/odd', '--to', to, '--json'],
  ];
  const key = join(folder, 'sim', 'simulator', 'keys', 'SIM001');
  const here = join(folder, 'odd');
  const linux = await run(chosenNode, [inside('bin/rap'), ...words(key, here)], { quiet: true });
  const there = `${rapHome}\\odd`;
  const windowsKey = `${rapHome}\\simulator\\keys\\SIM001`;
  const output = await mustEnd(rap(words(windowsKey, there)), linux.status, 'rap fetch of odd names');
  const [wanted, got] = [outcomes(linux.output), outcomes(output)];
  must(wanted.length > ODD_NAMES.length, `only ${wanted.length} lines:\n${linux.output}`);
  const other = got.filter((line) => !wanted.includes(line));
  must(`${got}` === `${wanted}`, `Windows says otherwise of\n${other.join('\n')}`);
  const files = (place) => filesBelow(place).map((file) => `${relative(place, file)} ${textOf(file)}`);
  const landed = files(windows.driveC(basename(folder), 'home', 'odd'));
  must(`${landed}` === `${files(here)}`, `Windows has other files: ${landed}`);
  must(landed.length > 5, `only ${landed.length} files landed`);
  // Nothing of it belongs to the day that comes next.
  rmSync(served, { recursive: true });
  say(
    `a server that lies about names: ${wanted.length - 1} outcomes and ${landed.length} files, as on Linux`,
  );
}

async function dailyRun(windows, world, say) {
  const { home, folder } = world;
  const program = windows.start(demo, { env: nodeRedEnvironment(world), seconds: LONGEST });
  const mailbox = join(folder, 'sim', 'mailbox');
  // Written out, or as quoted words where the subject holds more than ASCII.
  const subject = /^Subject: (=\?UTF-8\?Q\?)?RAP[ _]reports/m;
  const digest = () => filesBelow(mailbox).some((file) => subject.test(textOf(file)));
  await until(digest, 'the mail of the daily run', program, LONGEST);
  // Nothing asks it: a machine that loses its power does not either.
  program.kill();
  await program.ended;
  const served = ['hkscc', 'hkcc-seoch'].map((name) => join(folder, 'sim', 'simulator', name, 'primary'));
  const want = [...new Set(served.flatMap(contents))].sort();
  const got = contents(join(home, 'landing'));
  must(want.length > 20, `the simulator served ${want.length} contents only`);
  must(
    `${got}` === `${want}`,
    `${got.length} contents landed that are not the ${want.length} of the simulator`,
  );
  must(filesIn(join(home, 'shares')) >= want.length, 'not every report is on a share');
  say(
    `daily run: ${want.length} contents landed byte for byte, ${filesIn(join(home, 'shares'))} files on shares`,
  );
}

/** A live folder made by the installed palette, looked at by the doctor, and refused where something is wrong. */
async function liveFolder(windows, rap, live, say) {
  const env = { RAP_EDITOR_PASSWORD: 'eight letters' };
  const made = await mustEnd(
    rap(['live', 'init', live, '--type', 'ed25519', '--json'], env),
    0,
    'rap live init',
  );
  const [json = ''] = made.split(/\r?\n/).filter((line) => line.startsWith('{'));
  must(JSON.parse(json).settings === `${live}\\settings.js`, `rap live init said ${made}`);
  // Wine has no rights that could be looked at, and what was not seen is not claimed.
  must(/could not be (set|looked at)/.test(made), `rap live init claims rights that nobody saw: ${made}`);
  const looked = await mustEnd(rap(['doctor', '--home', live]), 0, 'rap doctor');
  must(/not known +rights/.test(looked), `rap doctor does not say that rights are not known:\n${looked}`);
  await mustEnd(rap(['live', 'init', live]), 2, 'rap live init in a folder that is one already');
  const started = windows.start([red, '-s', `${live}\\settings.js`], {
    env: { RAP_EDITOR_PORT: '0x' },
    seconds: LONGEST,
  });
  must(
    /RAP_EDITOR_PORT/.test(await mustEnd(started.ended, 2, 'a start with a wrong port')),
    'it does not say why',
  );
  say('a live folder is made and looked at, and what is wrong in it is said at the start');
}

/** Node-RED starts again after it was killed, and ends when it is asked. */
async function startAndEnd(windows, world, say) {
  const driver = inside('test/windows/polite-end.js');
  const words = [driver, `${world.rapHome}\\ledger.sqlite`, ...demo];
  const said = await mustEnd(
    windows.run(words, { env: nodeRedEnvironment(world), seconds: LONGEST }),
    0,
    'a start and a polite end',
  );
  const [, ms] = /in charge after (\d+) ms/.exec(said) ?? [];
  must(ms !== undefined, `nobody came to be in charge:\n${said}`);
  say(`Node-RED was in charge ${Math.round(ms / 1000)} s after its next start, and ended when it was asked`);
}

/** @throws UserError with the first thing that is not as it should be */
export async function palette(windows, folder, say) {
  const place = await unpack(folder);
  const name = basename(folder);
  const rapHome = `C:\\${name}\\home`;
  const rap = (words, env = {}) =>
    windows.run([join(place, 'bin/rap'), ...words], { seconds: LONGEST, env: { RAP_HOME: rapHome, ...env } });
  const ports = await freePorts(3);
  const simulator = await startSimulator(join(folder, 'sim'), ports);
  const home = windows.driveC(name, 'home');
  const world = { place, home, rapHome, simulator, ports, folder };
  try {
    mkdirSync(join(home, 'node-red'), { recursive: true });
    for (const one of ['keys', 'known_hosts'])
      cpSync(join(folder, 'sim', 'simulator', one), join(home, 'simulator', one), { recursive: true });
    cpSync(join(place, 'examples', '01 Daily download.json'), join(home, 'node-red', 'flows.json'));
    const { host, port, fingerprint } = simulator.addresses[0];
    const login = ['--user', 'SIM001', '--key', `${rapHome}\\simulator\\keys\\SIM001`, '--from', '/INBOX'];
    const check = (pin) => rap(['check', '--primary', `${host}:${port}`, '--host-key', pin, ...login]);
    await mustEnd(check(fingerprint), 0, 'rap check');
    await mustEnd(check(`SHA256:${'A'.repeat(43)}`), 4, 'rap check with the host key of another server');
    say('rap check: good, and refused with a wrong host key');
    await oddNames(windows, rap, world, say);
    await dailyRun(windows, world, say);
    await mustEnd(rap(['ledger', 'verify']), 0, 'rap ledger verify');
    // At once after the process was killed: it is known to be gone.
    await mustEnd(rap(['ledger', 'backup', `${rapHome}\\copy.sqlite`]), 0, 'rap ledger backup');
    const why = ['--reason', 'a test', '--by', 'the tests'];
    await mustEnd(rap(['ledger', 'restore', `${rapHome}\\copy.sqlite`, ...why]), 0, 'rap ledger restore');
    say('the ledger is sound, copied, and restored at once after Node-RED was killed');
    await startAndEnd(windows, world, say);
    await liveFolder(windows, rap, `C:\\${name}\\live`, say);
  } finally {
    await simulator.stop();
  }
}
