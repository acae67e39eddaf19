#!/usr/bin/env node
/**
 * Starts what RAP_PROFILE asks for: the demo (simulator, inbox, Node-RED) or live operation (Node-RED alone).
 * Ends everything it started on Ctrl-C, SIGTERM, or when whoever started it is gone.
 */
import { inside, runScript } from './support/checkout.js';
import { Children, watchParent } from './support/children.js';
import { ensure } from './support/ensure.js';
import { tellFirstRun } from './support/first-run.js';
import { placeFlows } from './support/flow-file.js';
import { pageAnswers, requireFreePorts } from './support/ports.js';
import { prepareHome, profileVariables, readProfile, wordOf } from './support/profile.js';

/** As people read it, or as what collects logs does; what is a record already stays one. */
const records = wordOf(process.env.RAP_LOG) === 'json';
const lineOf = (level, line) =>
  !records || line.startsWith('{')
    ? `${line}\n`
    : `${JSON.stringify({ time: new Date().toISOString(), level, msg: line })}\n`;
const print = (line) => process.stdout.write(lineOf('info', line));
const complain = (line) => process.stderr.write(lineOf('error', line));

/** What our own programs end with after they have said in a sentence what is wrong. */
const TOLD = 2;

function neededPorts({ live, editorPort, inboxPort, smtpPort, weatherPort }) {
  const editor = ['the editor', editorPort, 'RAP_EDITOR_PORT'];
  const demo = [
    ['the inbox page', inboxPort, 'RAP_INBOX_PORT'],
    ['the demo mail server', smtpPort, 'RAP_SMTP_PORT'],
    ['the demo weather feeds', weatherPort, 'RAP_WEATHER_PORT'],
  ];
  return live ? [editor] : [editor, ...demo];
}

/** Each share that hangs keeps a thread of the process, and two are always left to other work (decision 14). */
const THREADS = '16';

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    print(line);
    return {};
  }
}

/** Where the simulator listens in place of the addresses that flows have, where that is elsewhere (see lib/rap/simulator-places.ts). */
const placesOf = (addresses) =>
  addresses
    .filter(({ host, port, standsFor }) => standsFor !== `${host}:${port}`)
    .map(({ host, port, standsFor }) => `${standsFor}=${host}:${port}`)
    .join(' ');

/** Starts the simulator and its inbox; resolves with the variables for Node-RED when it says that it is ready. */
function startSimulator(children, profile, env) {
  const { home, inboxPort, smtpPort, weatherPort, simulatorPorts } = profile;
  const inbox = ['--inbox', '--inbox-port', inboxPort, '--smtp-port', smtpPort];
  const weather = ['--weather', '--weather-port', weatherPort];
  // Whenever somebody starts the demo, every report that is expected by then is there.
  const options = ['--home', home, '--complete', '--ports', simulatorPorts, ...inbox, ...weather, '--json'];
  return new Promise((resolve) => {
    const onLine = (line) => {
      const { ready, error, addresses } = parsed(line);
      if (ready) resolve({ RAP_SIMULATOR_AT: placesOf(addresses) });
      if (error) complain(`The simulator does not start: ${error.message}. ${error.cure}`);
    };
    children.start('The simulator', [inside('bin/rap'), 'simulate', ...options.map(String)], { env, onLine });
  });
}

function startNodeRed(children, profile, env, safe) {
  const red = inside('node_modules/node-red/red.js');
  const args = [
    red,
    '-u',
    `${profile.home}/node-red`,
    '-s',
    inside('settings.js'),
    ...(safe ? ['--safe'] : []),
  ];
  children.start('Node-RED', args, { env: { UV_THREADPOOL_SIZE: THREADS, ...env }, onLine: print });
}

async function start(argv) {
  const safe = argv.includes('--safe');
  const profile = readProfile(process.env);
  prepareHome(profile);
  await ensure(['dependencies', 'build'], (line) => print(`setup: ${line}`));
  await requireFreePorts(neededPorts(profile));
  if (!profile.live && placeFlows(profile.home))
    print('The shipped flows were copied: edit them as you like.');

  const over = new AbortController();
  const ended = new Promise((resolve) => over.signal.addEventListener('abort', resolve, { once: true }));
  let status = 0;
  const children = new Children((name, how) => {
    if (over.signal.aborted) return;
    if (how !== TOLD) complain(`${name} ended by itself (${how}); everything else is stopped too.`);
    status = how === TOLD ? TOLD : 1;
    over.abort();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => over.abort());

  const env = { ...process.env, ...profileVariables(profile) };
  const editor = `http://127.0.0.1:${profile.editorPort}`;
  const begin = async () => {
    const simulated = profile.live ? {} : await startSimulator(children, profile, env);
    if (over.signal.aborted) return;
    startNodeRed(children, profile, { ...env, ...simulated }, safe);
    if (!(await pageAnswers(editor, over.signal))) return;
    const inbox = profile.live ? '' : `   inbox http://127.0.0.1:${profile.inboxPort}`;
    print(`ready   desk ${editor}/rap-ops/   editor ${editor}${inbox}`);
    if (!profile.live) await tellFirstRun(editor, { print, complain }, over.signal);
  };
  await Promise.race([begin(), ended]);
  await ended;
  await children.stop();
  return status;
}

// A terminal or pipe that is gone must not keep us from ending what runs.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

watchParent(() => process.kill(process.pid, 'SIGTERM'));

await runScript(() => start(process.argv.slice(2)));
process.exit();
