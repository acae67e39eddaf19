/**
 * Which host keys are trusted at which address. A key is named by its SHA-256 fingerprint as OpenSSH writes it
 * ("SHA256:" and base64 without padding). Several may be trusted at one address: the current key and the next.
 * There is no trust on first use: an address without a pin is not logged in to.
 */
import { createHash, createHmac } from 'node:crypto';
import { RapError } from '../errors/rap-error.ts';
import type { Address } from '../words/types.ts';

export interface HostKeyPin {
  host: string;
  port: number;
  /** 'SHA256:...' */
  fingerprint: string;
}

/** Fingerprint of a host key in SSH wire form. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The algorithm name at the head of a host key in SSH wire form, '' when there is none. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || 4 + length > key.length ? '' : key.subarray(4, 4 + length).toString('latin1');
}

/**
 * A fingerprint as a person may type it - with or without "SHA256:", with or without padding - in one form.
 * @param field named in the error
 * @throws RapError CONFIG_INVALID
 */
export function normalFingerprint(text: string, field: string): string {
  const body = text
    .trim()
    .replace(/^SHA256:/i, '')
    .replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]{43}$/.test(body)) {
    throw new RapError('CONFIG_INVALID', `${field}: "${text}" is not a SHA-256 host key fingerprint`, {
      cure: 'Enter it as OpenSSH shows it, for example SHA256:Pn9nz.... (43 characters after the colon).',
    });
  }
  return `SHA256:${body}`;
}

/** The fingerprints trusted at an address. */
export function pinsFor(pins: readonly HostKeyPin[], address: Address): string[] {
  return pins
    .filter((pin) => pin.host === address.host && pin.port === address.port)
    .map((pin) => pin.fingerprint);
}

function namesAddress(pattern: string, address: Address): boolean {
  const name = address.port === 22 ? address.host : `[${address.host}]:${address.port}`;
  if (!pattern.startsWith('|1|')) return pattern === name;
  const [, , salt, hash] = pattern.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/**
 * Pins out of an OpenSSH known_hosts file for the addresses given. Revoked keys are left out everywhere,
 * certificate authorities and wildcards are not supported and give no trust.
 */
export function pinsFromKnownHosts(text: string, addresses: readonly Address[]): HostKeyPin[] {
  const pins: HostKeyPin[] = [];
  const revoked = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names, , base64] = words;
    if (names === undefined || base64 === undefined || names.startsWith('#')) continue;
    const fingerprint = fingerprintOf(Buffer.from(base64, 'base64'));
    if (marker === '@revoked') revoked.add(fingerprint);
    if (marker !== undefined) continue;
    for (const address of addresses) {
      if (names.split(',').some((name) => namesAddress(name, address))) {
        pins.push({ host: address.host, port: address.port, fingerprint });
      }
    }
  }
  return pins.filter((pin) => !revoked.has(pin.fingerprint));
}
