/** Lines of known_hosts files, and whether they trust a key at an address. */
import { createHmac } from 'node:crypto';
import { newKey, newRsaKey } from '../../../simulator/keys.ts';

export const [one, two, rsa] = [newKey('one'), newKey('two'), newRsaKey()];
export const here = { host: '127.243.2.141', port: 18801 };
export const there = { host: '127.243.2.142', port: 18801 };
export const usual = { host: '127.243.2.141', port: 22 };

const salt = Buffer.from('0123456789abcdef0123');
export const hashed = (name: string) =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

/** Lines whose first key is, or is not, trusted at `here`. */
export const table: [what: string, lines: string, trusts: boolean][] = [
  ['name and port', `[127.243.2.141]:18801 ${one.publicKey}`, true],
  ['another port', `[127.243.2.141]:2222 ${one.publicKey}`, false],
  ['another host', `[127.243.2.14]:18801 ${one.publicKey}`, false],
  ['a list', `rap.example,[127.243.2.141]:18801,10.1.1.1 ${one.publicKey}`, true],
  ['a name without a port', `127.243.2.141 ${one.publicKey}`, true],
  [
    'a name without a port beside one with it',
    `127.243.2.141 ${one.publicKey}\n[127.243.2.141]:18801 ${two.publicKey}`,
    false,
  ],
  ['a wildcard', `[127.243.2.*]:18801 ${one.publicKey}`, true],
  ['a wildcard that leaves the port open', `[127.243.*]:* ${one.publicKey}`, true],
  ['a wildcard without a port', `127.243.?.14? ${one.publicKey}`, true],
  ['a wildcard that does not fit', `127.243.2.14?? ${one.publicKey}`, false],
  ['a dot that is no wildcard', `127a243.2.141 ${one.publicKey}`, false],
  ['a star', `* ${one.publicKey}`, true],
  ['negation', `[127.243.2.*]:18801,![127.243.2.141]:18801 ${one.publicKey}`, false],
  ['negation of another', `[127.243.2.*]:18801,![127.243.2.142]:18801 ${one.publicKey}`, true],
  ['nothing but negation', `![127.243.2.142]:18801 ${one.publicKey}`, false],
  ['a hashed name', `${hashed('[127.243.2.141]:18801')} ${one.publicKey}`, true],
  ['a hashed name without a port', `${hashed('127.243.2.141')} ${one.publicKey}`, true],
  ['a hashed name of another', `${hashed('[127.243.2.142]:18801')} ${one.publicKey}`, false],
  ['a remark', `# [127.243.2.141]:18801 ${one.publicKey}`, false],
  ['tabs, blanks and a comment', `\t [127.243.2.141]:18801\t${one.publicKey}  rap primary 1`, true],
  ['a revoked key', `[127.243.2.141]:18801 ${one.publicKey}\n@revoked * ${one.publicKey}`, false],
  ['an authority', `@cert-authority [127.243.2.141]:18801 ${one.publicKey}`, false],
  ['a key that was cut', `[127.243.2.141]:18801 ${one.publicKey.slice(0, -8)}`, false],
  ['a key under another type', `[127.243.2.141]:18801 ssh-rsa ${one.publicKey.split(' ')[1]}`, false],
];
