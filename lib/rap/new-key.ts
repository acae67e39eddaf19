/** Makes a key pair for a RAP account as two files: the private key, readable by its owner alone, and the public one. */
import { generateKeyPair } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { makeFolder } from '../files/folders.ts';
import { closeToOthers } from '../files/rights.ts';
import { allSeen } from '../model/expand-env.ts';
import { newEd25519Key } from './client/ed25519-key.ts';
import { fingerprintOf } from './client/host-keys.ts';
import { type LoginKey, parseLoginKey } from './client/private-key.ts';

const keyPair = promisify(generateKeyPair);

/** Why a new file cannot be written, and what to do about it. */
function refuseFile(file: string, cause: unknown): RapError {
  const system = systemCode(cause);
  const [why, cure] = {
    EEXIST: ['it exists already', 'Choose another name: a key is never overwritten.'],
    EISDIR: ['it is a folder', 'Give the name of the file, too.'],
    ENOTDIR: ['a file stands where its folder should be', 'Choose another folder.'],
  }[system] ?? [system, 'Choose a folder that this user may write to.'];
  return new RapError('CONFIG_INVALID', `Cannot write ${visible(file)}: ${why}`, { cause, cure });
}

export async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(file, 'wx', mode);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
  } catch (error) {
    throw refuseFile(file, error);
  }
}

/** The folder of a new key, for its owner alone where it has to be made; and no half of another key in the way. */
async function makeRoom(file: string): Promise<void> {
  allSeen(file, `FILE "${visible(file)}"`);
  for (const name of [file, `${file}.pub`]) {
    if (existsSync(name))
      throw refuseFile(name, { code: statSync(name).isDirectory() ? 'EISDIR' : 'EEXIST' });
  }
  await makeFolder(path.dirname(path.resolve(file)), { mode: 0o700 }).catch((error) => {
    throw refuseFile(file, systemCode(error) === 'EEXIST' ? { code: 'ENOTDIR' } : error);
  });
}

/** The private key: RSA and ECDSA as PKCS#8, Ed25519 in OpenSSH's own form; OpenSSH reads both. */
async function makePair(
  type: string,
  bits: number | undefined,
  passphrase: string | undefined,
): Promise<string> {
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const forms = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...cipher },
  } as const;
  switch (type) {
    case 'rsa':
      // Takes seconds: in a thread of its own, whoever else is at work in this process.
      return (await keyPair('rsa', { modulusLength: bits ?? 4096, ...forms })).privateKey;
    case 'ecdsa': {
      const namedCurve = { 256: 'P-256', 384: 'P-384', 521: 'P-521' }[bits ?? 256] ?? 'P-256';
      return (await keyPair('ec', { namedCurve, ...forms })).privateKey;
    }
    case 'ed25519':
      return newEd25519Key(
        passphrase === undefined ? undefined : { cipher: 'aes256-ctr', passphrase, rounds: 16 },
      ).private;
    default:
      throw new RapError('USAGE', `--type "${type}" is not rsa, ecdsa or ed25519`);
  }
}

export interface KeyFacts {
  file: string;
  type: string;
  fingerprint: string;
  /** In OpenSSH's form, one line. */
  publicKey: string;
}

export function describeKey(file: string, key: LoginKey, comment: string): KeyFacts {
  const wire = key.getPublicSSH();
  const publicKey = `${key.type} ${wire.toString('base64')}${comment === '' ? '' : ` ${comment}`}`;
  return { file, type: key.type, fingerprint: fingerprintOf(wire), publicKey };
}

export interface NewKey {
  /** 'rsa', 'ecdsa' or 'ed25519' */
  type: string;
  bits?: number | undefined;
  passphrase?: string | undefined;
  comment: string;
}

/**
 * Makes a pair of files, neither of which may be there.
 * @param stayedOpen hears, on Windows, where the rights could not be closed
 * @throws RapError CONFIG_INVALID, USAGE
 */
export async function newKeyFile(
  file: string,
  { type, bits, passphrase, comment }: NewKey,
  stayedOpen: (sentence: string) => void,
): Promise<KeyFacts> {
  const text = await makePair(type, bits, passphrase);
  const facts = describeKey(file, parseLoginKey(text, passphrase), comment);
  await makeRoom(file);
  await writeNew(file, text, 0o600);
  if (process.platform === 'win32') {
    const open = closeToOthers(path.resolve(file), 'file');
    if (open !== '') stayedOpen(open);
  }
  await writeNew(`${file}.pub`, `${facts.publicKey}\n`, 0o644);
  return facts;
}
