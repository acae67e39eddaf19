/** Private keys in OpenSSH's own container (PROTOCOL.key of OpenSSH): what its head says, and writing one. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { wireString, wireStrings } from './ssh-wire.ts';

const MAGIC = Buffer.from('openssh-key-v1\0');

export interface OpenSshHead {
  /** 'none', 'aes256-ctr', ... */
  cipher: string;
  keys: number;
  /** 'ssh-ed25519', 'ssh-dss', 'sk-ssh-ed25519@openssh.com', ...: of the first key. */
  type: string;
}

/** What a container says of itself before anything is opened; undefined when it is none. */
export function openSshHead(container: Buffer): OpenSshHead | undefined {
  if (!container.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const after = container.subarray(MAGIC.length);
  const head = wireStrings(after, 3);
  if (head === undefined) return undefined;
  const rest = after.subarray(head.reduce((sum, one) => sum + 4 + one.length, 0));
  if (rest.length < 4) return undefined;
  const [open = Buffer.alloc(0)] = wireStrings(rest.subarray(4), 1) ?? [];
  const [type = ''] = wireStrings(open, 1) ?? [];
  return {
    cipher: head[0]?.toString('latin1') ?? '',
    keys: rest.readUInt32BE(0),
    type: type.toString('latin1'),
  };
}

/** An Ed25519 key in a container without a passphrase. */
export function openSshForm(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' });
  const publicKey = Buffer.from(jwk.x ?? '', 'base64url');
  const secret = Buffer.from(jwk.d ?? '', 'base64url');
  const check = randomBytes(4);
  const head = wireString('ssh-ed25519');
  const body = Buffer.concat([
    check,
    check,
    head,
    wireString(publicKey),
    wireString(Buffer.concat([secret, publicKey])),
    wireString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const container = Buffer.concat([
    MAGIC,
    wireString('none'),
    wireString('none'),
    wireString(''),
    Buffer.from([0, 0, 0, 1]),
    wireString(Buffer.concat([head, wireString(publicKey)])),
    wireString(Buffer.concat([body, padding])),
  ]);
  const lines = container.toString('base64').replace(/(.{70})(?=.)/g, '$1\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
