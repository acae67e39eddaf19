/**
 * Node-RED's settings for this checkout. RAP_PROFILE decides: "demo" runs beside the simulator on loopback,
 * "live" refuses to start unprotected. All variables are explained in the README's table.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RapError } from './lib/errors/rap-error.ts';
import { folderNamed } from './lib/files/named-path.ts';
import { recordWriter, wantsRecords } from './lib/watch/log-record.ts';
import { secretsInFiles } from './lib/watch/secret-files.ts';
import { watchSettings } from './lib/watch/settings.ts';
import { guardedEditor, onlyOwnPages } from './nodes/live/own-pages.ts';
import { liveProblems } from './nodes/live/problems.ts';
import { savedNodes } from './nodes/live/saved-flows.ts';
import { commonSettings, liveAdditions } from './nodes/live/settings.ts';
import { inside, UserError } from './scripts/support/checkout.js';
import { prepareHome, profileVariables, readProfile } from './scripts/support/profile.js';

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

function settingsFor(env, argv) {
  Object.assign(env, secretsInFiles(env));
  const profile = readProfile(env);
  folderNamed(profile.home, 'RAP_HOME');
  // Refused here, before anything is at work.
  watchSettings(env);
  prepareHome(profile);
  const { live, home } = profile;
  const nodes = savedNodes(home);
  if (live) {
    const problems = liveProblems(env, home, argv.includes('--safe') ? [] : nodes);
    if (problems.length > 0)
      throw new UserError(['RAP_PROFILE is live, which does not start like this:', ...problems].join('\n'));
  }
  // Flows write ${RAP_HOME} and the like in their nodes.
  Object.assign(env, profileVariables(profile));
  return {
    ...commonSettings(profile, env),
    nodesDir: [inside()],
    ...(live ? liveAdditions(home, env) : demoSettings(home)),
  };
}

function settingsOrSentence() {
  try {
    return settingsFor(process.env, process.argv);
  } catch (error) {
    const ours = error instanceof RapError || error instanceof UserError;
    if (!ours) throw error;
    const said = [error.message, error.cure].filter(Boolean).join('. ');
    const write = recordWriter(process.env, (line) => process.stderr.write(line));
    if (wantsRecords(process.env)) write({ level: 'fatal', msg: said });
    else process.stderr.write(`${said}\n`);
    process.exit(2);
  }
}

const settings = settingsOrSentence();

// Node-RED reads its settings with require().
export { settings as 'module.exports' };
