/**
 * Which host keys are trusted at which address. A key is named by its SHA-256 fingerprint as OpenSSH writes it
 * ("SHA256:" and base64 without padding). Several may be trusted at one address: the current key and the next.
 * There is no trust on first use: an address without a pin is not logged in to.
 */
import { createHash } from 'node:crypto';
import { type HostKeyCell, readHostKey } from '../../cells/index.ts';
import { mustRead } from '../../cells/must-read.ts';
import type { Address } from '../../model/types.ts';

export interface HostKeyPin {
  host: string;
  port: number;
  /** 'SHA256:...' */
  fingerprint: string;
  /** The kind of key, where it was named: 'ssh-ed25519'. Not known of a fingerprint alone. */
  type?: string;
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

/** The fingerprint of what a cell says of a host key. */
export function fingerprintIn(cell: HostKeyCell): string {
  return 'key' in cell ? fingerprintOf(Buffer.from(cell.key, 'base64')) : cell.fingerprint;
}

/**
 * A host key as a person types or pastes it (see readHostKey), as its fingerprint. For whoever has no address yet.
 * @param field named in the error
 * @throws RapError CONFIG_INVALID
 */
export function normalFingerprint(text: string, field: string): string {
  return fingerprintIn(mustRead(readHostKey(text), field));
}

/** The pins of an address. */
export function pinsAt(pins: readonly HostKeyPin[], address: Address): HostKeyPin[] {
  return pins.filter((pin) => pin.host === address.host && pin.port === address.port);
}

/** The fingerprints trusted at an address. */
export function pinsFor(pins: readonly HostKeyPin[], address: Address): string[] {
  return pinsAt(pins, address).map((pin) => pin.fingerprint);
}
