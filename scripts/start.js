#!/usr/bin/env node
/**
 * Starts what RAP_PROFILE asks for: the demo (simulator, inbox, Node-RED) or live operation (Node-RED alone).
 * Ends everything it started on Ctrl-C, SIGTERM, or when whoever started it is gone.
 */
import { inside, runScript, Trouble } from './support/checkout.js';
import { Children, watchParent } from './support/children.js';
import { ensure } from './support/ensure.js';
import { placeFlows } from './support/flow-file.js';
import { liveProblems } from './support/live.js';
import { pageAnswers, requireFreePorts } from './support/ports.js';
import { prepareHome, profileVariables, readProfile } from './support/profile.js';

const print = (line) => process.stdout.write(`${line}\n`);

function refuseWhatIsMissing(profile, safe) {
  const problems = liveProblems(process.env, profile.home, { safe });
  if (problems.length > 0) throw new Trouble(`Live operation does not start:\n${problems.join('\n')}`);
}

function neededPorts({ live, editorPort, inboxPort, smtpPort }) {
  const editor = ['the editor', editorPort, 'RAP_EDITOR_PORT'];
  const demo = [
    ['the inbox page', inboxPort, 'RAP_INBOX_PORT'],
    ['the demo mail server', smtpPort, 'RAP_SMTP_PORT'],
  ];
  return live ? [editor] : [editor, ...demo];
}

/** Starts the simulator and its inbox; resolves when it says that it is ready. */
function startSimulator(children, profile, env) {
  const { home, inboxPort, smtpPort } = profile;
  const options = ['--home', home, '--inbox', '--inbox-port', inboxPort, '--smtp-port', smtpPort, '--json'];
  return new Promise((resolve) => {
    const onLine = (line) => {
      if (isReady(line)) resolve();
    };
    children.start('The simulator', [inside('bin/rap'), 'simulate', ...options.map(String)], { env, onLine });
  });
}

function isReady(line) {
  try {
    return JSON.parse(line).ready === true;
  } catch {
    return false;
  }
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
  children.start('Node-RED', args, { env, onLine: print });
}

async function start(argv) {
  const safe = argv.includes('--safe');
  const profile = readProfile(process.env);
  await ensure(['dependencies', 'native', 'build'], (line) => print(`setup: ${line}`));
  prepareHome(profile);
  if (profile.live) refuseWhatIsMissing(profile, safe);
  await requireFreePorts(neededPorts(profile));
  if (!profile.live && placeFlows(profile.home))
    print('The shipped flows were copied; the copy is yours to edit.');

  const over = new AbortController();
  const ended = new Promise((resolve) => over.signal.addEventListener('abort', resolve, { once: true }));
  let status = 0;
  const children = new Children((name, how) => {
    if (over.signal.aborted) return;
    process.stderr.write(`${name} ended by itself (${how}); everything else is stopped too.\n`);
    status = 1;
    over.abort();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => over.abort());
  watchParent(() => over.abort());

  const env = { ...process.env, ...profileVariables(profile) };
  const editor = `http://127.0.0.1:${profile.editorPort}`;
  const begin = async () => {
    if (!profile.live) await startSimulator(children, profile, env);
    startNodeRed(children, profile, env, safe);
    if (!(await pageAnswers(editor, over.signal))) return;
    const inbox = profile.live ? '' : `   inbox http://127.0.0.1:${profile.inboxPort}`;
    print(`ready   editor ${editor}${inbox}`);
  };
  await Promise.race([begin(), ended]);
  await ended;
  await children.stop();
  return status;
}

// A terminal or pipe that is gone must not keep us from ending what runs.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

await runScript(() => start(process.argv.slice(2)));
process.exit();
