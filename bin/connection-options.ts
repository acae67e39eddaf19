/** The words that name a server, a user, a key and the trusted host keys; shared by the commands that log in. */
import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { readDate, readFolders, readHostKey, readPath, readServer, readWhole } from '../lib/cells/index.ts';
import { mustRead } from '../lib/cells/must-read.ts';
import { RapError } from '../lib/errors/rap-error.ts';
import { RAP_PORT } from '../lib/model/installations.ts';
import type { Address } from '../lib/model/types.ts';
import { knownHostsFile, noneFits, trustedPins } from '../lib/rap/client/known-hosts.ts';
import { type LoginKey, openToOthers, readLoginKey } from '../lib/rap/client/private-key.ts';
import { typedPins } from '../lib/rap/typed-pins.ts';

export const connectionOptions = {
  user: { type: 'string' },
  key: { type: 'string' },
  'host-key': { type: 'string', multiple: true },
  'known-hosts': { type: 'string' },
  careful: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export const connectionHelp = [
  '  --user NAME            RAP user name',
  '  --key FILE             private key file; the passphrase, if any, is taken from RAP_KEY_PASSPHRASE',
  '  --host-key SHA256:...  trusted host key; may be given several times (current and next)',
  '  --known-hosts FILE     trusted host keys in OpenSSH form',
  '  --careful              one file and one request at a time',
  '  --json                 one JSON object per line on stdout',
].join('\n');

/**
 * parseArgs with our errors: unknown words and missing values are USAGE.
 * @throws RapError USAGE
 */
export function parseArguments<T extends NonNullable<ParseArgsConfig['options']>>(
  argv: string[],
  options: T,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: argv, options, allowPositionals, strict: true });
  } catch (error) {
    throw new RapError('USAGE', error instanceof Error ? error.message : String(error));
  }
}

/** @throws RapError USAGE naming the missing word */
export function required(value: string | undefined, word: string): string {
  if (value === undefined || value === '') throw new RapError('USAGE', `${word} is missing`);
  return value;
}

/** @throws RapError USAGE */
export function wholeNumber(text: string, word: string, least: number, most: number): number {
  return mustRead(readWhole(least, most)(text), word, 'USAGE');
}

/** @throws RapError USAGE */
export function dateOption(text: string, word: string): string {
  return mustRead(readDate(text), word, 'USAGE');
}

/**
 * A server, whose port may stand behind it or in a word of its own; else it is the one of RAP.
 * @throws RapError USAGE
 */
export function serverFromOptions(host: string | undefined, word: string, port = ''): Address {
  return { port: RAP_PORT, ...mustRead(readServer(required(host, word), port), word, 'USAGE') };
}

/** The remote folders of --from, each of which may name several. @throws RapError USAGE */
export function foldersFromOptions(folders: readonly string[]): string[] {
  return folders.flatMap((text) => mustRead(readFolders(text), '--from', 'USAGE'));
}

/** Reads the key file named on the command line; says when others may read it, too. @throws RapError USAGE, KEY_UNREADABLE */
export async function keyFromOptions(values: { key?: string | undefined }): Promise<LoginKey> {
  const file = mustRead(readPath(required(values.key, '--key')), '--key', 'USAGE');
  const key = await readLoginKey(file, process.env.RAP_KEY_PASSPHRASE);
  const open = await openToOthers(file);
  if (open !== undefined) process.stderr.write(`${open}\n`);
  return key;
}

/** Several fingerprints may stand in one word with commas between them; a line of known_hosts has commas of its own. */
function hostKeysIn(word: string): string[] {
  return 'value' in readHostKey(word) ? [word] : word.split(',').filter((text) => text !== '');
}

/**
 * Host key pins for the addresses: what --host-key names is trusted at each of them.
 * @throws RapError HOST_KEY_MISSING when there are none at all, which says why no line of a file fits;
 * CONFIG_INVALID when the file cannot be read
 */
export async function pinsFromOptions(
  values: { 'host-key'?: string[] | undefined; 'known-hosts'?: string | undefined },
  addresses: readonly Address[],
) {
  const typed = (values['host-key'] ?? []).flatMap(hostKeysIn);
  const pins = typed.flatMap((text) => typedPins(text, '--host-key', addresses));
  const named = values['known-hosts'];
  const file = named === undefined ? undefined : mustRead(readPath(named), '--known-hosts', 'USAGE');
  const known = file === undefined ? undefined : await knownHostsFile(file, addresses);
  const trusted = trustedPins(pins, known);
  if (trusted.length > 0) return trusted;
  if (file !== undefined && known !== undefined) throw noneFits(file, known, addresses);
  throw new RapError('HOST_KEY_MISSING', 'No host key is trusted: give --host-key or --known-hosts');
}
