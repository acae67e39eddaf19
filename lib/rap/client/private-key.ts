/** The private key of an account: read once, then ready to sign. Which forms are understood: see key-forms. */
import { stat } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { RapError } from '../../errors/rap-error.ts';
import { visible } from '../../errors/visible.ts';
import { closingCommand, othersWhoMay } from '../../files/rights.ts';
import { readText, type TextOptions } from '../../files/text-file.ts';
import { NEW_KEY, openKey, WHOLE, wrongPassphrase } from './key-forms.ts';

/** A key ready to sign with. Parse once: a passphrase costs most of a second of CPU. */
export type LoginKey = ParsedKey;

/** Signatures an RSA key makes (RFC 8332), the preferred one first. SHA-1, 'ssh-rsa', is not among them. */
const RSA_SIGNATURES = { 'rsa-sha2-512': 'sha512', 'rsa-sha2-256': 'sha256' } as const;

type RsaSignature = keyof typeof RSA_SIGNATURES;

/**
 * The key as it signs for one server. Left to itself ssh2 signs with RSA and SHA-1 when a server does not say
 * which signatures it takes; a key whose type is the name of a signature is taken at its word.
 * @param taken what the server said it takes (server-sig-algs); undefined when it said nothing, and then
 * RFC 8332, 3.3 leaves us free to try the one that servers are recommended to have
 * @returns undefined when the server takes no signature that this key makes
 */
export function signingKey(key: LoginKey, taken: readonly string[] | undefined): LoginKey | undefined {
  if (key.type !== 'ssh-rsa') return key;
  const names = Object.keys(RSA_SIGNATURES) as RsaSignature[];
  const name = taken === undefined ? 'rsa-sha2-256' : names.find((one) => taken.includes(one));
  if (name === undefined) return undefined;
  const sign: LoginKey['sign'] = (data) => key.sign(data, RSA_SIGNATURES[name]);
  return Object.create(key, { type: { value: name }, sign: { value: sign } });
}

/** A passphrase as it was meant: line ends come with files and variables of Windows, and are never part of it. */
function meant(passphrase: string | undefined): string | undefined {
  return passphrase?.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '') || undefined;
}

/**
 * Reads a private key: OpenSSH, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY, plain or with a passphrase, also where line
 * ends were lost or other text stands around it.
 * @param file named in messages when the key comes from one
 * @throws RapError KEY_UNREADABLE; the message never holds any part of the key
 */
export function parseLoginKey(text: string, passphrase?: string, file?: string): LoginKey {
  const secret = meant(passphrase);
  const opened = openKey(text, secret);
  if ('key' in opened) return opened.key;
  const name = file === undefined ? 'The private key' : `The private key file ${visible(file)}`;
  const blank =
    opened === wrongPassphrase && secret !== secret?.trim() ? '; it begins or ends with a blank' : '';
  throw new RapError('KEY_UNREADABLE', `${name} ${opened.why}${blank}`, { cure: cureFor(opened.cure, file) });
}

/** A cure with the file in it, as a shell takes it. */
function cureFor(cure: string, file: string | undefined): string {
  if (file === undefined) return cure;
  const quoted = /^[\w./:@+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  return cure.replaceAll(/\bFILE\b/g, () => quoted);
}

/** What is taken for a key by its name, and is no text at all. */
const BINARIES = [
  { head: [0x30, 0x82], what: 'binary (DER or PKCS#12)' },
  { head: [0x30, 0x81], what: 'binary (DER)' },
].map(({ head, what }) => ({
  head: Buffer.from(head),
  what,
  cure: 'Convert it: openssl pkey -inform DER -in FILE -out FILE.pem; a .p12 or .pfx: openssl pkcs12 -in FILE -nocerts -out FILE.pem',
}));

const keyText: TextOptions = {
  what: 'The private key file',
  limit: 256 * 1024,
  asciiCounts: true,
  code: 'KEY_UNREADABLE',
  binaries: [
    ...BINARIES,
    { head: Buffer.from('SSH PRIVATE KEY FILE FORMAT 1.'), what: 'a key of SSH protocol 1', cure: NEW_KEY },
    { head: Buffer.from([0xfe, 0xed, 0xfe, 0xed]), what: 'a key store of Java', cure: WHOLE },
  ],
};

/**
 * May others on this machine read or change a key file? OpenSSH refuses such a key; containers and stores of secrets mount
 * them so, and it is only said.
 * @returns a sentence with the command that mends it; undefined where nobody else may, or nothing can be known
 */
export async function openToOthers(file: string, platform = process.platform): Promise<string | undefined> {
  if (platform === 'win32') return openOnWindows(file);
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => 0,
  );
  if ((mode & 0o077) === 0) return undefined;
  const name = visible(file);
  return `The private key file ${name} is open to others on this machine (mode ${mode.toString(8)}), and ssh would refuse it. Run: chmod 600 '${name.replaceAll("'", "'\\''")}'`;
}

function openOnWindows(file: string): string | undefined {
  const others = othersWhoMay(file) ?? [];
  if (others.length === 0) return undefined;
  return `The private key file ${visible(file)} is open to others on this machine (${others.join(', ')}). Run: ${closingCommand(visible(file), 'file')}`;
}

/** Reads a private key file. @throws RapError KEY_UNREADABLE naming the file */
export async function readLoginKey(file: string, passphrase?: string): Promise<LoginKey> {
  return parseLoginKey(await readText(file, keyText), passphrase, file);
}
