/**
 * Ed25519 keys in OpenSSH's formats, written straight from their definition (openssh-portable, PROTOCOL.key):
 * ssh2's own generator loses leading zero bytes of a public key, which spoils one key in 256. RSA keys as PEM.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../lib/errors/rap-error.ts';
import { makeFolder } from '../lib/files/folders.ts';

export interface SshKey {
  /** Private key file content: OpenSSH's format, or PEM for RSA. */
  privateKey: string;
  /** The public key as it travels. */
  blob: Buffer;
  /** 'ssh-ed25519 AAAA...' or 'ssh-rsa AAAA...', without a comment. */
  publicKey: string;
  /** 'SHA256:...', as ssh-keygen -l prints it. */
  fingerprint: string;
}

const TYPE = 'ssh-ed25519';

export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** A new Ed25519 key. */
export function newKey(comment: string): SshKey {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new Error('No Ed25519 key came out of node:crypto');
  const secret = Buffer.from(d, 'base64url');
  const open = Buffer.from(x, 'base64url');
  const blob = Buffer.concat([field(TYPE), field(open)]);
  const check = randomBytes(4);
  const inner = Buffer.concat([
    check,
    check,
    field(TYPE),
    field(open),
    field(Buffer.concat([secret, open])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(blob),
    field(Buffer.concat([inner, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  const privateKey = `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
  return { privateKey, ...publicHalf(blob) };
}

/** A new RSA key. */
export function newRsaKey(): SshKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { e, n } = privateKey.export({ format: 'jwk' });
  if (e === undefined || n === undefined) throw new Error('No RSA key came out of node:crypto');
  const blob = Buffer.concat([field('ssh-rsa'), field(positive(e)), field(positive(n))]);
  return { privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), ...publicHalf(blob) };
}

/** A number as SSH writes it: a leading zero keeps it positive (RFC 4251, mpint). */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

/** The key in `file`, made there (with its public half in `file.pub`) when it does not exist yet. */
export async function keyIn(file: string, make: (comment: string) => SshKey = newKey): Promise<SshKey> {
  try {
    const privateKey = await readFile(file, 'utf8');
    const words = (await readFile(`${file}.pub`, 'utf8')).split(' ');
    return { privateKey, ...publicHalf(Buffer.from(words[1] ?? '', 'base64')) };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return writeKey(file, make(path.basename(file)));
  }
}

/** Writes both halves, the private one last, so that a half-written pair is made anew. */
export async function writeKey(file: string, key: SshKey): Promise<SshKey> {
  await makeFolder(path.dirname(file));
  await writeFile(`${file}.pub`, `${key.publicKey} ${path.basename(file)}\n`, { mode: 0o644 });
  await writeFile(`${file}.new`, key.privateKey, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return key;
}

/** What kind of key a public key is: its first word. */
function typeOf(blob: Buffer): string {
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}

/** 'ssh-ed25519 AAAA...': the public key as it stands in files. */
export function publicLine(blob: Buffer): string {
  return `${typeOf(blob)} ${blob.toString('base64')}`;
}

function publicHalf(blob: Buffer): Omit<SshKey, 'privateKey'> {
  return { blob, publicKey: publicLine(blob), fingerprint: fingerprintOf(blob) };
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([number(bytes.length), bytes]);
}
