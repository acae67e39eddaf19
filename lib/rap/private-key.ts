/**
 * Private keys in the forms firms keep them: OpenSSH, PEM (PKCS#1, SEC1) and PKCS#8, plain or with a passphrase.
 * ssh2 reads all but PKCS#8, which node:crypto reads and hands on in a form that ssh2 takes.
 */
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { asRapError, RapError, systemCode } from '../errors/rap-error.ts';
import { ssh2 } from '../ssh/library.ts';

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

function sshString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** An Ed25519 key in the unencrypted OpenSSH container (PROTOCOL.key of OpenSSH). */
function openSshForm(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' });
  const publicKey = Buffer.from(jwk.x ?? '', 'base64url');
  const secret = Buffer.from(jwk.d ?? '', 'base64url');
  const check = randomBytes(4);
  const head = sshString('ssh-ed25519');
  const body = Buffer.concat([
    check,
    check,
    head,
    sshString(publicKey),
    sshString(Buffer.concat([secret, publicKey])),
    sshString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const container = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    Buffer.from([0, 0, 0, 1]),
    sshString(Buffer.concat([head, sshString(publicKey)])),
    sshString(Buffer.concat([body, padding])),
  ]);
  const lines = container.toString('base64').replace(/(.{70})(?=.)/g, '$1\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function fromPkcs8(text: string, passphrase: string | undefined): string {
  const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString();
    case 'ed25519':
      return openSshForm(key);
    default:
      throw new RapError('KEY_UNREADABLE', `Keys of type ${key.asymmetricKeyType} are not supported`);
  }
}

/**
 * Reads a private key.
 * @throws RapError KEY_UNREADABLE; the message never holds any part of the key
 */
export function parseLoginKey(text: string, passphrase?: string): LoginKey {
  const clean = text.replace(/^\uFEFF/, '').trim();
  const secret = passphrase === '' ? undefined : passphrase;
  if (clean === '') throw new RapError('KEY_UNREADABLE', 'The private key is empty');
  if (/^(ssh-|ecdsa-)/.test(clean) || clean.includes('PUBLIC KEY')) {
    throw new RapError('KEY_UNREADABLE', 'This is the public key; the private key is needed here');
  }
  if (clean.includes('ENCRYPTED') && secret === undefined) {
    throw new RapError('KEY_UNREADABLE', 'The private key has a passphrase, and none was given');
  }
  let form = clean;
  if (/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(clean)) {
    try {
      form = fromPkcs8(clean, secret);
    } catch (error) {
      throw asRapError(error, 'KEY_UNREADABLE', 'The PKCS#8 private key cannot be read');
    }
  }
  const parsed = ssh2.utils.parseKey(form, secret);
  if (parsed instanceof Error) {
    throw new RapError('KEY_UNREADABLE', `The private key cannot be read: ${parsed.message}`);
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || !key.isPrivateKey()) {
    throw new RapError('KEY_UNREADABLE', 'This is not a private key');
  }
  if (key.type === 'ssh-dss') {
    throw new RapError('KEY_UNREADABLE', 'This is a DSA key, which signs with SHA-1 only', {
      cure: 'Make an Ed25519 key ("rap key new") and have its public half registered.',
    });
  }
  return key;
}

/** Reads a private key file. @throws RapError KEY_UNREADABLE naming the file */
export async function readLoginKey(file: string, passphrase?: string): Promise<LoginKey> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RapError('KEY_UNREADABLE', `Cannot read the private key file ${file} (${systemCode(error)})`, {
      cause: error,
    });
  }
  return parseLoginKey(text, passphrase);
}
