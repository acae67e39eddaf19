/** The words that name a server, a user, a key and the trusted host keys; shared by the commands that log in. */
import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { RapError } from '../lib/errors/rap-error.ts';
import { type HostKeyPin, normalFingerprint } from '../lib/rap/host-keys.ts';
import { knownHostsFile, noneFits, trustedPins } from '../lib/rap/known-hosts.ts';
import { type LoginKey, readLoginKey } from '../lib/rap/private-key.ts';
import type { Address } from '../lib/words/types.ts';

export const connectionOptions = {
  user: { type: 'string' },
  key: { type: 'string' },
  'host-key': { type: 'string', multiple: true },
  'known-hosts': { type: 'string' },
  careful: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
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
export function parseWords<T extends NonNullable<ParseArgsConfig['options']>>(
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
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RapError('USAGE', `${word} "${text}" is not a whole number from ${least} to ${most}`);
  }
  return value;
}

/** Reads the key file named on the command line. @throws RapError USAGE, KEY_UNREADABLE */
export function keyFromWords(values: { key?: string | undefined }): Promise<LoginKey> {
  return readLoginKey(required(values.key, '--key'), process.env.RAP_KEY_PASSPHRASE);
}

/**
 * Host key pins for the addresses: what --host-key names is trusted at each of them.
 * @throws RapError HOST_KEY_MISSING when there are none at all, which says why no line of a file fits;
 * CONFIG_INVALID when the file cannot be read
 */
export async function pinsFromWords(
  values: { 'host-key'?: string[] | undefined; 'known-hosts'?: string | undefined },
  addresses: readonly Address[],
) {
  const typed = (values['host-key'] ?? []).flatMap((text) => text.split(',')).filter((text) => text !== '');
  const pins: HostKeyPin[] = typed.flatMap((fingerprint) =>
    addresses.map((address) => ({ ...address, fingerprint: normalFingerprint(fingerprint, '--host-key') })),
  );
  const file = values['known-hosts'];
  const known = file === undefined ? undefined : await knownHostsFile(file, addresses);
  const trusted = trustedPins(pins, known);
  if (trusted.length > 0) return trusted;
  if (file !== undefined && known !== undefined) throw noneFits(file, known, addresses);
  throw new RapError('HOST_KEY_MISSING', 'No host key is trusted: give --host-key or --known-hosts');
}
