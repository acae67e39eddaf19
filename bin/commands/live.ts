/** `rap live init|hash`: makes the folder of a live operation, also from an installed palette without a checkout. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcryptjs';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { makeFolder } from '../../lib/files/folders.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import { closeToOthers } from '../../lib/files/rights.ts';
import { decodeText } from '../../lib/files/text-file.ts';
import { isAccountName } from '../../lib/rap/account.ts';
import { newKeyFile, writeNew } from '../../lib/rap/new-key.ts';
import { liveFiles } from '../../nodes/live/settings.ts';
import { parseArguments, required } from '../connection-options.ts';

export const help = `Usage: rap live init DIR [--user NAME] [--key NAME] [--type rsa|ecdsa|ed25519] [--json]
       rap live hash

init   makes the folder of a live operation, for its owner alone: settings.js for Node-RED, the file "users" with one
       login that may do everything, the secret that encrypts stored passwords ("credential-secret"), and a key pair
       for RAP in "keys". Nothing that is there already is written over. The password is taken from
       RAP_EDITOR_PASSWORD; where that is not set, one is made and shown once. On Windows the rights are set with
       icacls; where that does not succeed, it is said.
hash   asks standard input for a password and prints its hash for a line of "users": NAME RIGHT HASH, with the right
       look, operate or full.

  --user NAME   name of the login (default: operator)
  --key NAME    name of the key file (default: rap)
  --type TYPE   kind of the key (default: rsa, with 4096 bits)
  --json        one JSON object`;

const options = {
  user: { type: 'string', default: 'operator' },
  key: { type: 'string', default: 'rap' },
  type: { type: 'string', default: 'rsa' },
  json: { type: 'boolean' },
} as const;

/** bcrypt's cost: about a quarter of a second for each attempt. */
const COST = 12;
/** bcrypt looks at no more bytes than that, so a longer one would be cut unseen. */
const LONGEST = 72;
const SHORTEST = 8;

async function hashOf(password: string, what: string): Promise<string> {
  const bytes = Buffer.byteLength(password);
  if (bytes < SHORTEST || bytes > LONGEST)
    throw new RapError('USAGE', `${what} has ${bytes} bytes; give ${SHORTEST} to ${LONGEST}`);
  if (password !== password.trim())
    throw new RapError('USAGE', `${what} begins or ends with a blank`, {
      cure: 'Take it out. In cmd.exe write no blank before "|" or "&&": it becomes a part of what is in front.',
    });
  return bcrypt.hash(password, COST);
}

/** Node-RED reads the file with require(): in a folder whose package.json says "module" it would be read otherwise. */
function refuseModuleFolder(folder: string): void {
  for (let at = folder; ; at = path.dirname(at)) {
    const manifest = path.join(at, 'package.json');
    if (existsSync(manifest)) {
      if (!/"type"\s*:\s*"module"/.test(readFileSync(manifest, 'utf8'))) return;
      throw new RapError(
        'CONFIG_INVALID',
        `${manifest} says "type": "module", so Node-RED could not read settings.js there`,
        {
          cure: 'Choose a folder outside of it.',
        },
      );
    }
    if (at === path.dirname(at)) return;
  }
}

/** The built settings of this palette; in a checkout, its source. */
const settingsModule = () => {
  const own = fileURLToPath(import.meta.url);
  return fileURLToPath(new URL(`../../nodes/live/settings${path.extname(own)}`, import.meta.url));
};

const settingsText = () => `/**
 * Node-RED's settings for live operation of RAP Ops; start Node-RED with "-s" and this file.
 * This folder is the home: ledger, reports, flows, keys and logins lie here. Variables of the environment go before the
 * files: RAP_EDITOR_PORT (1880), RAP_EDITOR_USERS (${liveFiles.users}), RAP_CREDENTIAL_SECRET (${liveFiles.secret}).
 * What is added to the object below goes before what it holds.
 */
const { liveSettings } = require(${JSON.stringify(settingsModule())});

module.exports = { ...liveSettings(__dirname) };
`;

async function init(folder: string, { user, key, type }: { user: string; key: string; type: string }) {
  if (!isAccountName(user))
    throw new RapError(
      'USAGE',
      `--user "${visible(user)}" is no name: letters, digits, "-" and "_", at most 40`,
    );
  if (!isAccountName(key))
    throw new RapError(
      'USAGE',
      `--key "${visible(key)}" is no name: letters, digits, "-" and "_", at most 40`,
    );
  const home = folderNamed(folder, 'DIR');
  refuseModuleFolder(home);
  const at = (...parts: string[]) => path.join(home, ...parts);
  const files = {
    settings: at('settings.js'),
    users: at(liveFiles.users),
    secret: at(liveFiles.secret),
    key: at('keys', key),
  };
  const there = [...Object.values(files), `${files.key}.pub`].filter((file) => existsSync(file));
  if (there.length > 0)
    throw new RapError('CONFIG_INVALID', `There is already ${there.join(', ')}; nothing was made`, {
      cure: 'Choose another folder; or, where that file was made by mistake, move it away first.',
    });
  const given = process.env.RAP_EDITOR_PASSWORD;
  const password = given || randomBytes(12).toString('base64url');
  const hash = await hashOf(password, 'RAP_EDITOR_PASSWORD');
  await makeFolder(home, { mode: 0o700 });
  await makeFolder(at('keys'), { mode: 0o700 });
  // Before anything secret is in it: what is made in the folder then has its rights.
  const rights = process.platform === 'win32' ? closeToOthers(home, 'folder') : '';
  const { publicKey, fingerprint } = await newKeyFile(files.key, { type, comment: '' }, (sentence) => {
    process.stderr.write(`${sentence}\n`);
  });
  await writeNew(files.secret, `${randomBytes(32).toString('hex')}\n`, 0o600);
  await writeNew(
    files.users,
    `# NAME RIGHT HASH, with the right look, operate or full; a hash comes from "rap live hash"\n${user} full ${hash}\n`,
    0o600,
  );
  // Last: with it there is something to start.
  await writeNew(files.settings, settingsText(), 0o600);
  return { home, ...files, user, ...(given ? {} : { password }), publicKey, fingerprint, rights };
}

/**
 * How the two commands are called again, so that the lines can be copied: the installed palette's is no command of the
 * shell, a checkout's is bin/rap, and there Node-RED may need the pinned Node.js that runs this.
 */
function called(): { rap: string; node: string } {
  if (/[\\/]node_modules[\\/]/.test(process.argv[1] ?? '')) return { rap: 'npx rap', node: 'node' };
  const isPinned = process.execPath.startsWith(fileURLToPath(new URL('../../scripts/', import.meta.url)));
  return { rap: 'bin/rap', node: isPinned ? `"${process.execPath}"` : 'node' };
}

function text({
  settings,
  secret,
  user,
  password,
  publicKey,
  fingerprint,
}: Awaited<ReturnType<typeof init>>): string {
  const { rap, node } = called();
  return [
    `Made ${settings}`,
    password === undefined
      ? `Login ${user} with the password of RAP_EDITOR_PASSWORD.`
      : `Login ${user} with the password ${password} - it is shown this once.`,
    `Keep a copy of ${secret} in your password safe: without it nobody can read stored passwords.`,
    'Register this public key as HKEX tells you to:',
    publicKey,
    fingerprint,
    `Start: ${node} node_modules/node-red/red.js -s "${settings}"   then enter accounts, shares and contacts.`,
    `Look before: ${rap} doctor --home "${path.dirname(settings)}"`,
    '',
  ].join('\n');
}

export default async function live(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action, name] = positionals;
  if (action === 'hash') {
    const typed = decodeText(readFileSync(0), 'The password', { code: 'USAGE' });
    const password = typed.replace(/\r?\n$/, '');
    process.stdout.write(`${await hashOf(password, 'The password')}\n`);
    return 0;
  }
  if (action !== 'init')
    throw new RapError(
      'USAGE',
      `rap live takes "init" or "hash"${action === undefined ? '' : `, not "${visible(action)}"`}`,
    );
  const made = await init(required(name, 'DIR'), values);
  if (made.rights !== '') process.stderr.write(`${made.rights}\n`);
  process.stdout.write(values.json === true ? `${JSON.stringify(made)}\n` : text(made));
  return 0;
}
