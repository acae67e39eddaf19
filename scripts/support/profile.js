/** What the environment says about how to run: one place that reads and checks the variables of the README. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { inside, UserError, visible } from './checkout.js';

const defaultPorts = {
  RAP_EDITOR_PORT: 1880,
  RAP_INBOX_PORT: 1881,
  RAP_SMTP_PORT: 2525,
  RAP_WEATHER_PORT: 1882,
};

function port(env, name) {
  const text = env[name] ?? '';
  // Digits of either width.
  const digits = text.normalize('NFKC').trim();
  const number = digits === '' ? defaultPorts[name] : Number(digits);
  if (/^\d*$/.test(digits) && number > 0 && number < 65_536) return number;
  throw new UserError(`${name} is "${visible(text)}", which is no port: give a number from 1 to 65535.`);
}

/** A word of a few, however it was typed. */
export const wordOf = (text = '') => text.trim().toLowerCase();

function choice(env, name, words) {
  const word = wordOf(env[name]) || words[0];
  if (words.includes(word)) return word;
  throw new UserError(`${name} is "${word}": it can be ${words.map((one) => `"${one}"`).join(' or ')}.`);
}

/** What no value here has: controls. A carriage return comes with a file of variables edited on Windows. */
const UNSEEN = /[\0-\x08\x0A-\x1F\x7F]/;

/** Variables that are shown when they are wrong; secrets and hashes are not among them. */
const shown = ['RAP_PROFILE', 'RAP_HOME', 'RAP_SIMULATOR_PORTS', 'RAP_EDITOR_USER', 'RAP_EDITOR_USERS'];

function refuseUnseen(env) {
  for (const name of [...shown, 'RAP_EDITOR_PASSWORD_HASH']) {
    const [odd] = UNSEEN.exec(env[name] ?? '') ?? [];
    if (odd === undefined) continue;
    const value = shown.includes(name) ? ` in ${visible(`"${env[name]}"`)}` : '';
    throw new UserError(
      `${name} has ${visible(odd)}${value}, which cannot be seen: take it out where it is set; sed -i "s/\\r$//" FILE mends a file that was edited on Windows.`,
    );
  }
}

/**
 * Without blanks around it, and on Windows without the quotes that cmd.exe puts into a variable:
 * set RAP_HOME="C:\\rap" && npm start. Elsewhere quotes come from a file of variables, and others may read it so, too.
 */
function homeOf({ RAP_HOME: home = '' }, platform) {
  const text = home.trim();
  const [, , inner] = /^(["'])(.*)\1$/.exec(text) ?? [];
  if (inner !== undefined && platform !== 'win32') {
    throw new UserError(
      `RAP_HOME is ${visible(text)}: take the quotes out where it is set; docker --env-file and systemd's files differ in what they leave.${formerHome(text, inner)}`,
    );
  }
  const folder = inner ?? text;
  if (platform === 'win32' && LEADS_ELSEWHERE.test(folder))
    throw new UserError(
      `RAP_HOME is ${visible(folder)}: write the whole path of the folder, such as C:\\rap.`,
    );
  return folder === '' ? inside('data') : resolve(folder);
}

/** Where an earlier release, which took the quotes for a part of the name, has worked; see lib/files/named-path.ts. */
function formerHome(text, inner) {
  const [former, meant] = [resolve(text), inner === '' ? inside('data') : resolve(inner)];
  if (!existsSync(former)) return ` The home is then ${visible(meant)}.`;
  const lies = ` The home is then ${visible(meant)}, but an earlier release has worked in ${visible(former)}`;
  return existsSync(meant)
    ? `${lies}; both are there, so see which of them holds your ledger.sqlite, and let it be the only one.`
    : `${lies}: move that folder there first.`;
}

/** "\\\\server" and "D:rap", of which Windows makes a folder wherever it stands; settings.js looks at all the rest. */
const LEADS_ELSEWHERE = /^[\\/]{2}([?.][\\/]unc[\\/])?[^\\/?]*[\\/]*$|^[a-z]:(?![\\/])/i;

/**
 * @returns {{ live: boolean, json: boolean, home: string, editorPort: number, inboxPort: number, smtpPort: number,
 *   weatherPort: number, simulatorPorts: 'standard' | 'ephemeral' }}
 * @throws UserError naming the variable that is wrong
 */
export function readProfile(env, platform = process.platform) {
  refuseUnseen(env);
  return {
    live: choice(env, 'RAP_PROFILE', ['demo', 'live']) === 'live',
    json: choice(env, 'RAP_LOG', ['text', 'json']) === 'json',
    home: homeOf(env, platform),
    editorPort: port(env, 'RAP_EDITOR_PORT'),
    inboxPort: port(env, 'RAP_INBOX_PORT'),
    smtpPort: port(env, 'RAP_SMTP_PORT'),
    weatherPort: port(env, 'RAP_WEATHER_PORT'),
    simulatorPorts: choice(env, 'RAP_SIMULATOR_PORTS', ['standard', 'ephemeral']),
  };
}

/** The variables that flows and child processes may rely on, with their defaults filled in. */
export function profileVariables({ live, home, editorPort, inboxPort, smtpPort, weatherPort }) {
  const always = { RAP_PROFILE: live ? 'live' : 'demo', RAP_HOME: home, RAP_EDITOR_PORT: `${editorPort}` };
  // In live operation nothing may fall back to the demo's inbox, or to its weather.
  if (live) return always;
  return {
    ...always,
    RAP_INBOX_PORT: `${inboxPort}`,
    RAP_SMTP_PORT: `${smtpPort}`,
    RAP_WEATHER: `http://127.0.0.1:${weatherPort}`,
  };
}

/** The user directory of Node-RED. */
export const userFolder = (home) => join(home, 'node-red');

function makeFolder(folder) {
  // Not "recursive": where a file system refuses with ENOENT (/proc does), Node.js then tries for ever.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

/**
 * Makes sure that the home folder can be used. It is created only where its parent is there: a share that is
 * not mounted must not turn into a fresh, empty ledger. In live operation it must exist already.
 */
export function prepareHome({ home, live }) {
  if (!existsSync(home)) {
    if (live) throw new UserError(`RAP_HOME ${home} does not exist: create it, or mount the disk it is on.`);
    const parent = dirname(home);
    if (!existsSync(parent))
      throw new UserError(`RAP_HOME ${home} cannot be created: there is no folder ${parent}.`);
  }
  try {
    makeFolder(home);
    makeFolder(userFolder(home));
    accessSync(home, constants.W_OK);
    accessSync(userFolder(home), constants.W_OK);
  } catch (error) {
    if (existsSync(home) && !statSync(home).isDirectory())
      throw new UserError(`RAP_HOME ${home} is not a folder.`);
    const why = error.code === 'EROFS' ? 'the disk is read-only' : error.code;
    throw new UserError(
      `RAP_HOME ${home} cannot be written (${why}): choose a folder that this user may write to.`,
    );
  }
}
