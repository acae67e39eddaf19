/**
 * Certificates that sign themselves, as relays and servers of a firm present them. They are written here (RFC 5280,
 * section 4.1; DER of X.690), because not every system that tests run on has a program that makes them.
 */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface CertificateOptions {
  /** What it is made out to, parted by commas: "IP:127.0.0.1", "DNS:relay.example". */
  name?: string;
  /** Was it good in the year 2020 only, and not until the end of 2049? */
  expired?: boolean;
  /** Of an RSA key; default is a key of the curve P-256. */
  bits?: number;
}

/** One value: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: readonly Uint8Array[]) => der(0x30, ...content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const text = (tag: number, value: string) => der(tag, Buffer.from(value));

const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), der(0x05));
const VERSION_3 = der(0xa0, der(0x02, Buffer.from([2])));

function generalName(name: string): Buffer {
  const [, kind, value = ''] = /^(DNS|IP):(.+)$/.exec(name) ?? [];
  if (kind === 'IP') return der(0x87, Buffer.from(value.split('.').map(Number)));
  if (kind === 'DNS') return text(0x82, value);
  throw new Error(`"${name}" is no DNS: or IP: name`);
}

const pem = (body: Buffer) =>
  [
    '-----BEGIN CERTIFICATE-----',
    ...(body.toString('base64').match(/.{1,64}/g) ?? []),
    '-----END CERTIFICATE-----',
    '',
  ].join('\n');

let serial = 0;

/** A new key and its certificate, in PEM. */
export function aCertificate({ name = 'IP:127.0.0.1', expired = false, bits = 0 }: CertificateOptions = {}): {
  key: string;
  cert: string;
} {
  const { privateKey, publicKey } =
    bits > 0
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = bits > 0 ? SHA256_WITH_RSA : ECDSA_WITH_SHA256;
  const subject = sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, '127.0.0.1'))));
  const validity = sequence(
    text(0x17, '200101000000Z'),
    text(0x17, expired ? '200102000000Z' : '491231000000Z'),
  );
  const names = sequence(SUBJECT_ALT_NAME, der(0x04, sequence(...name.split(',').map(generalName))));
  serial++;
  const signed = sequence(
    ...[VERSION_3, der(0x02, Buffer.from([1, serial >> 8, serial & 0xff])), algorithm],
    ...[subject, validity, subject, publicKey.export({ type: 'spki', format: 'der' })],
    der(0xa3, sequence(names)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', signed, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(signed, algorithm, signature)),
  };
}
