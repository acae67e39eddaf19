/**
 * The forms in which firms keep private keys - OpenSSH, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY, plain or with a
 * passphrase - and one form of each kind of key that ssh2 takes. What cannot be used is called by its name.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { systemCode } from '../../errors/rap-error.ts';
import { visible } from '../../errors/visible.ts';
import { ssh2 } from '../../ssh/library.ts';
import { type FoundKeys, findKeys, isBareBody, type PemBlock, pemOf } from './key-text.ts';
import { openSshForm, openSshHead } from './openssh-key.ts';
import { readPpk } from './ppk.ts';

/** What is wrong with a key. */
export interface KeyProblem {
  /** Goes on after the name of the key. */
  why: string;
  /** FILE in it stands for the file. */
  cure: string;
}

export const WHOLE =
  'Give the private key as "ssh-keygen", PuTTYgen or "rap key new" writes it, with all its lines.';
const PASSPHRASE = 'Enter the passphrase in the account; on the command line set RAP_KEY_PASSPHRASE.';
const PRIVATE_HALF =
  'Give the file of the private key: made together with it, and in most cases of the same name without ".pub".';
export const NEW_KEY =
  'Make a key that may be used here ("rap key new") and have its public half registered with HKEX.';
const TO_OPENSSH =
  'Convert it: puttygen FILE -O private-openssh-new -o FILE.openssh; or in PuTTYgen load it and choose Conversions, "Export OpenSSH key (force new file format)".';

export const damaged: KeyProblem = { why: 'is damaged', cure: 'Take a good copy of it.' };
const locked: KeyProblem = { why: 'has a passphrase, and none was given', cure: PASSPHRASE };
export const wrongPassphrase: KeyProblem = {
  why: 'is not opened by the passphrase that was given',
  cure: PASSPHRASE,
};
const outdated: KeyProblem = {
  why: 'is encrypted in a way that is no longer supported (DES, RC2 or RC4)',
  cure: 'Encrypt it anew: openssl pkey -provider legacy -provider default -in FILE -aes256 -out FILE.new',
};
const dsa: KeyProblem = { why: 'is a DSA key, which signs with SHA-1 only', cure: NEW_KEY };

function ofType(type: string): KeyProblem {
  if (/^(ssh-dss|dsa)/i.test(type)) return dsa;
  if (type.startsWith('sk-')) {
    return { why: `lies on a security key (${visible(type)}), which somebody must touch`, cure: NEW_KEY };
  }
  return { why: `is of the type ${visible(type)}, which is not supported`, cure: NEW_KEY };
}

export type Opened = { key: ParsedKey } | KeyProblem;

function parsed(form: string, secret?: string): ParsedKey | undefined {
  const found = ssh2.utils.parseKey(form, secret);
  const key = Array.isArray(found) ? found[0] : found;
  return key === undefined || key instanceof Error || !key.isPrivateKey() ? undefined : key;
}

function fromPem(block: PemBlock, secret: string | undefined): Opened {
  const encrypted = block.label === 'ENCRYPTED PRIVATE KEY' || block.cipher !== undefined;
  if (block.label === 'DSA PRIVATE KEY') return dsa;
  if (encrypted && secret === undefined) return locked;
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pemOf(block), ...(encrypted ? { passphrase: secret } : {}) });
  } catch (thrown) {
    if (systemCode(thrown) === 'ERR_OSSL_EVP_UNSUPPORTED') return outdated;
    return encrypted ? wrongPassphrase : damaged;
  }
  return fromKeyObject(key);
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

function fromKeyObject(key: KeyObject): Opened {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: { namedCurve = 'of its own' } = {} } =
    key;
  if (type === 'ec' && !CURVES.includes(namedCurve)) return ofType(`ECDSA with the curve ${namedCurve}`);
  try {
    const form = formOf(key, type);
    if (form === undefined) return ofType(type);
    const read = parsed(form);
    return read === undefined ? damaged : { key: read };
  } catch {
    // node:crypto takes keys whose halves do not belong together, and finds out when it writes them.
    return damaged;
  }
}

/** One form of each kind of key that ssh2 takes; undefined for kinds that SSH does not log in with. */
function formOf(key: KeyObject, type: string): string | undefined {
  switch (type) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec': {
      // A curve may be written out in numbers; by way of JWK it gets its name.
      const named = createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
      return named.export({ type: 'sec1', format: 'pem' }).toString();
    }
    case 'ed25519':
      return openSshForm(key);
    default:
      return undefined;
  }
}

function fromOpenSsh(block: PemBlock, secret: string | undefined): Opened {
  const head = openSshHead(Buffer.from(block.base64, 'base64'));
  if (head === undefined) return damaged;
  if (head.keys !== 1) return { why: `holds ${head.keys} keys`, cure: 'Give a file with one key.' };
  if (head.type === 'ssh-dss' || head.type.startsWith('sk-')) return ofType(head.type);
  if (head.cipher === 'chacha20-poly1305@openssh.com') {
    return {
      why: `is encrypted with ${head.cipher}, which is not supported`,
      cure: 'Encrypt it in another way: ssh-keygen -p -Z aes256-ctr -f FILE',
    };
  }
  if (head.cipher !== 'none' && secret === undefined) return locked;
  const key = parsed(pemOf(block), secret);
  if (key !== undefined) return { key };
  return head.cipher === 'none' ? damaged : wrongPassphrase;
}

function fromPutty(text: string, secret: string | undefined): Opened {
  const read = readPpk(text, secret);
  if ('key' in read) return fromKeyObject(read.key);
  switch (read.fault) {
    case 'no passphrase':
      return locked;
    case 'wrong passphrase':
      return wrongPassphrase;
    case 'type':
      return ofType(read.type);
    case 'version':
      return { why: 'is in a form of PuTTY (.ppk) other than version 2 and 3', cure: TO_OPENSSH };
    case 'argon2':
      return {
        why: 'is in the form of PuTTY (.ppk, version 3) with a passphrase, which wants Node.js 24.7 or newer',
        cure: TO_OPENSSH,
      };
    default:
      return { why: 'is in the form of PuTTY (.ppk), and damaged', cure: damaged.cure };
  }
}

const READABLE = [
  'OPENSSH PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
];

/** What a text without a readable private key is. */
function whatElse(text: string, { blocks, cut }: FoundKeys): KeyProblem {
  const labels = blocks.map(({ label }) => label);
  const [foreign] = labels.filter((label) => /PRIVATE KEY/.test(label));
  const [half] = cut.filter((label) => READABLE.includes(label));
  if (half !== undefined) return { why: `is cut: its line "END ${half}" is missing`, cure: WHOLE };
  if (foreign === 'SSH2 ENCRYPTED PRIVATE KEY') {
    return { why: 'is in the form of ssh.com', cure: 'Convert it: ssh-keygen -i -f FILE > FILE.openssh' };
  }
  if (foreign !== undefined) return { why: `is a "${foreign}", which is not supported`, cure: WHOLE };
  if (
    /^\s*["']?(ssh-|ecdsa-|sk-)\S*-cert-v\d+@/.test(text) ||
    labels.some((label) => /CERTIFICATE/.test(label))
  ) {
    return { why: 'is a certificate; the private key is needed here', cure: PRIVATE_HALF };
  }
  if (/^\s*["']?(ssh-|ecdsa-|sk-)/.test(text) || labels.some((label) => /PUBLIC KEY/.test(label))) {
    return { why: 'is the public key; the private key is needed here', cure: PRIVATE_HALF };
  }
  if (isBareBody(text)) return { why: 'has no BEGIN and END lines', cure: WHOLE };
  return { why: 'is no private key that can be understood', cure: WHOLE };
}

/** The one private key of a text. */
export function openKey(text: string, secret: string | undefined): Opened {
  if (text.trim() === '') return { why: 'is empty', cure: WHOLE };
  const found = findKeys(text);
  const unique = new Map(
    found.blocks.filter(({ label }) => READABLE.includes(label)).map((block) => [block.base64, block]),
  );
  const count = unique.size + found.putty.length;
  const [block] = unique.values();
  const [putty] = found.putty;
  if (count > 1) {
    return {
      why: `holds ${count} private keys`,
      cure: 'Leave the one that is registered with HKEX: each account has one key.',
    };
  }
  if (putty !== undefined) return fromPutty(putty, secret);
  if (block === undefined) return whatElse(text, found);
  if (block.base64 === '')
    return { why: 'is damaged: something in it is no part of a key', cure: damaged.cure };
  return block.label === 'OPENSSH PRIVATE KEY' ? fromOpenSsh(block, secret) : fromPem(block, secret);
}
