/**
 * Private keys in PuTTY's own form, versions 2 and 3 (PuTTY manual, appendix C "PPK file format"), as WinSCP and
 * PuTTYgen keep them.
 */
import crypto, {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
} from 'node:crypto';
import { wireString, wireStrings } from './ssh-wire.ts';

export type PpkFault =
  /** No file of PuTTYgen, or not whole. */
  | 'damaged'
  /** Another version than 2 and 3. */
  | 'version'
  /** Another than RSA, Ed25519 and the three curves of ECDSA: DSA, Ed448. */
  | 'type'
  | 'no passphrase'
  | 'wrong passphrase'
  /** Version 3 protects a key with Argon2: this Node.js does not have it, or it asks for too much memory. */
  | 'argon2';

export type PpkResult = { key: KeyObject } | { fault: PpkFault; type: string };

/**
 * @param text from "PuTTY-User-Key-File-" on
 * @param argon2 null where Node.js does not have it
 */
export function readPpk(
  text: string,
  passphrase: string | undefined,
  argon2: Argon2 | null = (crypto as WithArgon2).argon2Sync ?? null,
): PpkResult {
  const fields = fieldsOf(text);
  const type = fields.type ?? '';
  if (fields.version !== 2 && fields.version !== 3) return { fault: 'version', type };
  if (!/^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(256|384|521))$/.test(type)) return { fault: 'type', type };
  const { encryption, publicBlob, privateBlob, mac } = fields;
  if (encryption === undefined || publicBlob === undefined || privateBlob === undefined || mac === undefined)
    return { fault: 'damaged', type };
  const whole =
    encryption === 'none' ||
    (encryption === 'aes256-cbc' &&
      privateBlob.length % 16 === 0 &&
      (fields.version === 2 || saysHow(fields)));
  if (!whole) return { fault: 'damaged', type };
  if (encryption !== 'none' && passphrase === undefined) return { fault: 'no passphrase', type };
  const secrets = secretsOf(fields, encryption === 'none' ? '' : (passphrase ?? ''), argon2);
  if (secrets === undefined) return { fault: 'argon2', type };
  const plain = encryption === 'none' ? privateBlob : decrypted(privateBlob, secrets);
  const sealed = commentsOf(fields.comment).some((comment) => {
    const parts = [type, encryption, comment, publicBlob, plain].map(wireString);
    return createHmac(secrets.hash, secrets.macKey).update(Buffer.concat(parts)).digest('hex') === mac;
  });
  if (!sealed) return { fault: encryption === 'none' ? 'damaged' : 'wrong passphrase', type };
  try {
    const key = keyOf(type, publicBlob, plain);
    return key === undefined ? { fault: 'damaged', type } : { key };
  } catch {
    return { fault: 'damaged', type };
  }
}

/** Does version 3 say how its key is derived? */
function saysHow({ memory, passes, parallelism, salt }: Fields): boolean {
  return [memory, passes, parallelism].every((one) => Number.isInteger(one) && one > 0) && salt.length > 0;
}

interface Fields {
  version: number;
  type?: string | undefined;
  encryption?: string | undefined;
  comment: string;
  publicBlob?: Buffer | undefined;
  privateBlob?: Buffer | undefined;
  /** Lower case hexadecimal. */
  mac?: string | undefined;
  derivation?: string | undefined;
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
}

const NAMES =
  /(PuTTY-User-Key-File-\d+|Encryption|Comment|Public-Lines|Key-Derivation|Argon2-(?:Memory|Passes|Parallelism|Salt)|Private-Lines|Private-MAC): ?/;

/** The fields by their names, so that lost line ends do no harm. */
function fieldsOf(text: string): Fields {
  const parts = text.replace(/\r\n?/g, '\n').split(NAMES);
  const values = new Map<string, string>();
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const name = parts[at] ?? '';
    if (!values.has(name)) values.set(name, (parts[at + 1] ?? '').replace(/\n$/, ''));
  }
  const [first = ''] = values.keys();
  const word = (name: string) => /^[\s"'\\]*([^\s"'\\]+)/.exec(values.get(name) ?? '')?.[1];
  return {
    version: Number(/\d+$/.exec(first)?.[0] ?? 0),
    type: word(first),
    encryption: word('Encryption'),
    comment: values.get('Comment') ?? '',
    publicBlob: blobOf(values.get('Public-Lines')),
    privateBlob: blobOf(values.get('Private-Lines')),
    mac: /^\s*([0-9a-f]{64}|[0-9a-f]{40})/i.exec(values.get('Private-MAC') ?? '')?.[1]?.toLowerCase(),
    derivation: word('Key-Derivation'),
    memory: Number(word('Argon2-Memory')),
    passes: Number(word('Argon2-Passes')),
    parallelism: Number(word('Argon2-Parallelism')),
    salt: Buffer.from(word('Argon2-Salt') ?? '', 'hex'),
  };
}

/** Base64 after the number of its lines, of 64 characters each: the number may run into the base64. */
function blobOf(value = ''): Buffer | undefined {
  const text = value.replace(/[\s"'\\]+/g, ' ').trim();
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  for (let length = digits.length; length > 0; length--) {
    const base64 = text.slice(length).replaceAll(' ', '');
    if (Math.ceil(base64.length / 64) !== Number(digits.slice(0, length))) continue;
    return /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
  }
  return undefined;
}

interface Secrets {
  cipherKey: Buffer;
  iv: Buffer;
  macKey: Buffer;
  hash: 'sha1' | 'sha256';
}

/** Undefined where Argon2 is needed and this Node.js does not have it. */
function secretsOf(fields: Fields, passphrase: string, argon2: Argon2 | null): Secrets | undefined {
  if (fields.version === 2) {
    const sha1 = (...parts: (string | Buffer)[]) => {
      const hash = createHash('sha1');
      for (const part of parts) hash.update(part);
      return hash.digest();
    };
    const numbered = [0, 1].map((number) => sha1(Buffer.from([0, 0, 0, number]), passphrase));
    return {
      cipherKey: Buffer.concat(numbered).subarray(0, 32),
      iv: Buffer.alloc(16),
      macKey: sha1('putty-private-key-file-mac-key', passphrase),
      hash: 'sha1',
    };
  }
  if (fields.encryption === 'none') {
    return { cipherKey: Buffer.alloc(0), iv: Buffer.alloc(0), macKey: Buffer.alloc(0), hash: 'sha256' };
  }
  const derived = derive(fields, passphrase, argon2);
  if (derived === undefined) return undefined;
  const [cipherKey, iv, macKey] = [derived.subarray(0, 32), derived.subarray(32, 48), derived.subarray(48)];
  return { cipherKey, iv, macKey, hash: 'sha256' };
}

/** Node.js has it from 24.7 on; the typings do not know it yet. */
export type Argon2 = (
  algorithm: string,
  parameters: Readonly<{
    message: string;
    nonce: Buffer;
    parallelism: number;
    tagLength: number;
    memory: number;
    passes: number;
  }>,
) => Buffer;

interface WithArgon2 {
  argon2Sync?: Argon2;
}

/** Most memory that a file may ask for, KiB. PuTTYgen takes 8 MiB unless told otherwise. */
const MOST_MEMORY = 1024 * 1024;

function derive(
  { derivation = '', memory, passes, parallelism, salt }: Fields,
  passphrase: string,
  argon2: Argon2 | null,
): Buffer | undefined {
  if (memory > MOST_MEMORY) return undefined;
  try {
    const parameters = { message: passphrase, nonce: salt, parallelism, tagLength: 80, memory, passes };
    return argon2?.(derivation.toLowerCase(), parameters);
  } catch {
    return undefined;
  }
}

function decrypted(blob: Buffer, { cipherKey, iv }: Secrets): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv).setAutoPadding(false);
  return Buffer.concat([decipher.update(blob), decipher.final()]);
}

/** The comment is sealed with the key; blanks at its end may be lost, and its bytes may be of another code page. */
function commentsOf(comment: string): Buffer[] {
  return [comment, comment.trim()].flatMap((text) => [Buffer.from(text), Buffer.from(text, 'latin1')]);
}

function keyOf(type: string, publicBlob: Buffer, privateBlob: Buffer): KeyObject | undefined {
  switch (type) {
    case 'ssh-rsa':
      return rsaKey(wireStrings(publicBlob, 3), wireStrings(privateBlob, 4));
    case 'ssh-ed25519':
      return edKey(wireStrings(publicBlob, 2), wireStrings(privateBlob, 1));
    default:
      return ecKey(type.slice(-3), wireStrings(publicBlob, 3), wireStrings(privateBlob, 1));
  }
}

const base64url = (bytes: Buffer) => bytes.toString('base64url');

/** A number without the zero that keeps it positive, in so many bytes if told. */
function positive(bytes: Buffer, length?: number): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start < 0 ? bytes.length : start);
  return length === undefined
    ? digits
    : Buffer.concat([Buffer.alloc(Math.max(0, length - digits.length)), digits]);
}

function rsaKey(open: Buffer[] | undefined, secret: Buffer[] | undefined): KeyObject | undefined {
  const [, e, n] = open ?? [];
  const [d, p, q, qi] = secret ?? [];
  if (!e || !n || !d || !p || !q || !qi) return undefined;
  const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex') || '0'}`);
  const reduced = (prime: Buffer) => {
    const digits = (number(d) % (number(prime) - 1n)).toString(16);
    return base64url(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'));
  };
  const jwk = {
    kty: 'RSA',
    ...Object.fromEntries(
      Object.entries({ n, e, d, p, q, qi }).map(([name, value]) => [name, base64url(positive(value))]),
    ),
    dp: reduced(p),
    dq: reduced(q),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

function edKey(open: Buffer[] | undefined, secret: Buffer[] | undefined): KeyObject | undefined {
  const [, x] = open ?? [];
  const [d] = secret ?? [];
  if (x?.length !== 32 || d === undefined || d.length < 32) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(x), d: base64url(d.subarray(0, 32)) };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

function ecKey(
  bits: string,
  open: Buffer[] | undefined,
  secret: Buffer[] | undefined,
): KeyObject | undefined {
  const [, , point] = open ?? [];
  const [d] = secret ?? [];
  const length = Math.ceil(Number(bits) / 8);
  if (d === undefined || point?.length !== 1 + 2 * length) return undefined;
  const jwk = {
    kty: 'EC',
    crv: `P-${bits}`,
    x: base64url(point.subarray(1, 1 + length)),
    y: base64url(point.subarray(1 + length)),
    d: base64url(positive(d, length)),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}
