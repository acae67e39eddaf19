/**
 * OpenSSH's known_hosts files (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), read as OpenSSH reads them: lists of names,
 * wildcards, negation, hashed names, ports in brackets, names without a port where no line has the port, @revoked.
 * A public key alone on its line, as a .pub file holds it, is trusted at every address the file is given for.
 */
import { createHmac } from 'node:crypto';
import { RapError } from '../../errors/rap-error.ts';
import { visible } from '../../errors/visible.ts';
import { linesOf, readText, type TextOptions } from '../../files/text-file.ts';
import type { Address } from '../../model/types.ts';
import { fingerprintOf, type HostKeyPin, keyTypeOf } from './host-keys.ts';
import { isWholeWire } from './ssh-wire.ts';

export interface KnownHosts {
  pins: HostKeyPin[];
  /** Fingerprints of the keys that the file revokes, for whatever host. */
  revoked: ReadonlySet<string>;
  /** How many lines say something: not empty, and no remark. */
  lines: number;
  /** Why a line gives no pin for any of the addresses. */
  unfit: Misfit[];
}

interface Entry {
  line: number;
  marker: string | undefined;
  /** Patterns of host names; undefined for a public key alone. */
  names: string[] | undefined;
  type: string;
  fingerprint: string;
}

interface Misfit {
  /** Counted from 1. */
  line: number;
  /** Goes on after "line 3": "is for 10.1.1.1". */
  why: string;
}

/**
 * Pins out of a known_hosts file for the addresses given. A revoked key is left out everywhere; certificate
 * authorities give no trust.
 */
export function readKnownHosts(text: string, addresses: readonly Address[]): KnownHosts {
  const read = linesOf(text).flatMap((line, index) => readLine(line.trim(), index + 1));
  const entries = read.filter((one): one is Entry => !('why' in one));
  const revoked = new Set(
    entries.filter(({ marker }) => marker === '@revoked').map(({ fingerprint }) => fingerprint),
  );
  const trusted = entries.filter(
    ({ marker, fingerprint }) => marker === undefined && !revoked.has(fingerprint),
  );
  const fitting = addresses.map((address) => ({ address, entries: entriesFor(address, trusted) }));
  const used = new Set(fitting.flatMap(({ entries: some }) => some));
  return {
    pins: fitting.flatMap(({ address: { host, port }, entries: some }) =>
      some.map(({ type, fingerprint }) => ({ host, port, type, fingerprint })),
    ),
    revoked,
    lines: read.length,
    unfit: read.flatMap((one): Misfit[] => {
      if ('why' in one) return [one];
      return used.has(one) ? [] : [{ line: one.line, why: whyUnused(one, revoked) }];
    }),
  };
}

/** Pins that were typed in, and those of a file. A key that the file revokes is trusted nowhere, also where it was typed in. */
export function trustedPins(typed: readonly HostKeyPin[], known: KnownHosts | undefined): HostKeyPin[] {
  if (known === undefined) return [...typed];
  return [...typed, ...known.pins].filter(({ fingerprint }) => !known.revoked.has(fingerprint));
}

/** How such a file is read: names and keys are ASCII, remarks may be anything. */
export const knownHostsText: TextOptions = {
  what: 'The known_hosts file',
  limit: 16 * 1024 * 1024,
  asciiCounts: true,
};

/** @throws RapError CONFIG_INVALID when the file cannot be read or is no text */
export async function knownHostsFile(file: string, addresses: readonly Address[]): Promise<KnownHosts> {
  return readKnownHosts(await readText(file, knownHostsText), addresses);
}

/**
 * What to say when a file that was given trusts none of the addresses.
 * @param file its path
 */
export function noneFits(file: string, known: KnownHosts, addresses: readonly Address[]): RapError {
  const wanted = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
  const lines = `${known.lines} ${known.lines === 1 ? 'line' : 'lines'}`;
  const shown = known.unfit.slice(0, SHOWN).map(({ line, why }) => `line ${line} ${why}`);
  const more = known.unfit.length > SHOWN ? [`and ${known.unfit.length - SHOWN} more`] : [];
  const why = known.lines === 0 ? '' : ` (${[...shown, ...more].join('; ')})`;
  return new RapError(
    'HOST_KEY_MISSING',
    `The known_hosts file ${visible(file)} has ${lines}, and none is for ${wanted}${why}`,
    {
      cure: 'Add the line that "rap hostkey HOST PORT" shows for each address, once HKEX has confirmed the key.',
    },
  );
}

const SHOWN = 5;

/** What stands on a line; nothing for an empty line and for a remark. */
function readLine(text: string, line: number): (Entry | Misfit)[] {
  if (text === '' || text.startsWith('#')) return [];
  const words = text.split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const alone = isKeyType(words[0] ?? '');
  const names = alone ? undefined : words.shift()?.split(',');
  const [type = '', base64 = ''] = words;
  const why = whyNoKey(text, type, base64);
  if (why !== undefined) return [{ line, why }];
  return [{ line, marker, names, type, fingerprint: fingerprintOf(Buffer.from(base64, 'base64')) }];
}

function isKeyType(word: string): boolean {
  return /^(ssh-(rsa|ed25519|ed448|dss)|ecdsa-sha2-nistp\d+|sk-(ssh|ecdsa)-\S+|ssh-\S+-cert-\S+)$/.test(word);
}

function whyNoKey(text: string, type: string, base64: string): string | undefined {
  if (/^(\d+ )?SHA256:/.test(text)) return 'is a fingerprint: enter it as the host key instead';
  if (text.startsWith('----'))
    return 'is of a public key in the form of RFC 4716: convert it with "ssh-keygen -i"';
  if (/^\d+$/.test(type)) return 'is a key of SSH protocol 1';
  if (base64 === '' || !isKeyType(type)) return 'is not "HOST TYPE KEY" as OpenSSH writes it';
  const key = Buffer.from(base64, 'base64');
  return keyTypeOf(key) === type && isWholeWire(key) ? undefined : 'has a key that was cut or changed';
}

/** As OpenSSH looks: by name and port; by the name alone where nothing has that port. */
function entriesFor({ host, port }: Address, entries: readonly Entry[]): Entry[] {
  const name = host.toLowerCase();
  const found = entries.filter(({ names }) => names === undefined || namesHost(names, withPort(name, port)));
  return found.length > 0 || port === SSH_PORT
    ? found
    : entries.filter(({ names }) => names !== undefined && namesHost(names, name));
}

const SSH_PORT = 22;

function withPort(name: string, port: number): string {
  return port === SSH_PORT ? name : `[${name}]:${port}`;
}

function namesHost(patterns: readonly string[], name: string): boolean {
  const matching = patterns.filter((pattern) => matches(pattern.replace(/^!/, ''), name));
  return matching.length > 0 && !matching.some((pattern) => pattern.startsWith('!'));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith('|1|')) return globOf(pattern).test(name);
  const [, , salt, hash] = pattern.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** "*" is any run of characters and "?" any one; everything else is itself. */
function globOf(pattern: string): RegExp {
  const source = pattern
    .toLowerCase()
    .replace(/\*+/g, '*')
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

function whyUnused({ marker, names = [], fingerprint }: Entry, revoked: ReadonlySet<string>): string {
  if (marker === '@revoked') return 'revokes a key';
  if (marker !== undefined) return `is marked ${visible(marker)}, which gives no trust here`;
  if (revoked.has(fingerprint)) return 'has a key that another line revokes';
  if (names.every((name) => name.startsWith('|1|'))) return 'is for another host, whose name is hashed';
  return `is for ${visible(names.join(', '))}`;
}
