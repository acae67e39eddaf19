/**
 * Node-RED's settings for this checkout. RAP_PROFILE decides: "demo" runs beside the simulator on loopback,
 * "live" refuses to start unprotected. All variables are explained in the README's table.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RapError } from './lib/errors/rap-error.ts';
import { recordWriter } from './lib/watch/log-record.ts';
import { secretsInFiles } from './lib/watch/secret-files.ts';
import { watchSettings } from './lib/watch/settings.ts';
import { isSecretName } from './lib/words/secret-names.ts';
import { inside, Trouble } from './scripts/support/checkout.js';
import { liveProblems } from './scripts/support/live.js';
import { loginGuard } from './scripts/support/login-guard.js';
import { editorLogins } from './scripts/support/logins.js';
import { guardedEditor, onlyOwnPages } from './scripts/support/own-pages.js';
import { prepareHome, profileVariables, readProfile, userFolder } from './scripts/support/profile.js';
import { savedNodes } from './scripts/support/saved-flows.js';

/** The demo's secret for stored credentials: made once, kept where only this user reads it. */
function demoSecret(home) {
  const file = join(home, 'credential-secret');
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/** The demo asks for no login: loopback only, and no page of another site. */
function demoSettings(home) {
  return {
    credentialSecret: demoSecret(home),
    httpAdminMiddleware: [guardedEditor({ live: false }), onlyOwnPages],
  };
}

/** A log-in lasts a working day: whoever finds a browser open the next morning has to log in. */
const SESSION_SECONDS = 12 * 3600;

/** What live operation adds: a login, no way to install or run foreign code, a trail of who deployed what. */
function liveSettings(env) {
  const { users } = editorLogins(env);
  const credentialSecret = env.RAP_CREDENTIAL_SECRET;
  return {
    adminAuth: { type: 'credentials', users, sessionExpiryTime: SESSION_SECONDS },
    httpAdminMiddleware: [guardedEditor({ live: true }), loginGuard({ users, secret: credentialSecret })],
    credentialSecret,
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    nodesExcludes: ['90-exec.js'],
  };
}

/** Lines for people, or one JSON record a line for what collects logs. */
function loggingOf({ json, live }, env) {
  const level = { level: 'info', metrics: false, audit: live };
  if (!json) return { console: level };
  const write = recordWriter(env, (line) => process.stdout.write(line));
  return {
    console: { level: 'off', metrics: false, audit: false },
    json: { ...level, handler: () => write },
  };
}

function settingsFor(env, argv) {
  Object.assign(env, secretsInFiles(env));
  const profile = readProfile(env);
  // Refused here, before anything is at work.
  watchSettings(env);
  prepareHome(profile);
  const { live, home, editorPort } = profile;
  const nodes = savedNodes(home);
  if (live) {
    const problems = liveProblems(env, home, argv.includes('--safe') ? [] : nodes);
    if (problems.length > 0) throw new Trouble(problems.join('\n'));
  }
  // Flows write ${RAP_HOME} and the like in their nodes.
  Object.assign(env, profileVariables(profile));
  return {
    rapHome: home,
    rapProfile: live ? 'live' : 'demo',
    userDir: userFolder(home),
    nodesDir: [inside()],
    flowFile: 'flows.json',
    flowFilePretty: true,
    uiHost: '127.0.0.1',
    uiPort: editorPort,
    // Sooner than the start script's last resort, so that Node-RED always ends by itself.
    nodeCloseTimeout: 8000,
    logging: loggingOf(profile, env),
    telemetry: { enabled: false, updateNotification: false },
    // Flows read the environment; of ours they get what is no secret. The fields for secrets get those from our nodes.
    envVarExcludes: Object.keys(env).filter((name) => name.startsWith('RAP_') && isSecretName(name)),
    // No stack trace in any answer, whatever NODE_ENV is.
    httpServerOptions: { env: 'production' },
    editorTheme: {
      page: { title: 'RAP Ops' },
      header: { title: live ? 'RAP Ops' : 'RAP Ops - demo' },
      tours: false,
      ...(live ? { palette: { editable: false, catalogues: [] } } : {}),
    },
    ...(live ? liveSettings(env) : demoSettings(home)),
  };
}

function settingsOrSentence() {
  try {
    return settingsFor(process.env, process.argv);
  } catch (error) {
    const ours = error instanceof RapError || error instanceof Trouble;
    if (!ours) throw error;
    const said = error.cure === undefined ? error.message : `${error.message}. ${error.cure}`;
    const write = recordWriter(process.env, (line) => process.stderr.write(line));
    if (process.env.RAP_LOG === 'json') write({ level: 'fatal', msg: said });
    else process.stderr.write(`${said}\n`);
    process.exit(2);
  }
}

const settings = settingsOrSentence();

// Node-RED reads its settings with require().
export { settings as 'module.exports' };
