/** Faults of trust T01 to T08 and of the login L01 to L07. */
import { generateKeyPairSync } from 'node:crypto';
import { newKey } from '../keys.ts';
import { MESSAGE } from '../sftp/wire.ts';
import { HOSTILE } from './hostile.ts';
import type { NamedFault } from './named.ts';

export const loginFaults: readonly NamedFault[] = [
  {
    name: 'L01',
    title: 'The key is refused',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    note: 'One attempt; then the account is locked until a person resets it, and no connection is made.',
    make: () => ({ refuseKeys: true }),
  },
  {
    name: 'L02',
    title: 'The key is accepted, then a second factor is asked for',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    make: () => ({
      login(attempt) {
        attempt.reject(['keyboard-interactive'], true);
        return true;
      },
    }),
  },
  {
    name: 'L03',
    title: 'The server answers the login with a disconnect message, full of control characters',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    make: () => ({
      login(_, connection) {
        connection.disconnect(`No more logins today${HOSTILE}`);
        return true;
      },
    }),
  },
  {
    name: 'L03-drop',
    title: 'The server drops the connection during the login, without a word',
    expected: ['CONNECTION_LOST'],
    make: () => ({
      login(_, connection) {
        connection.cut();
        return true;
      },
    }),
  },
  {
    name: 'L04',
    title: 'A banner full of control characters',
    expected: ['right'],
    note: 'None of them reaches a log, a terminal, a message or a mail as it is.',
    make: () => ({ banner: `Welcome${HOSTILE}\n` }),
  },
  {
    name: 'L05',
    title: 'Logins succeed, sessions are refused',
    expected: ['SESSION_REFUSED'],
    later: ['SESSION_REFUSED'],
    note: 'The account then waits; until the wait is over no connection is made.',
    make: () => ({ refusesSession: () => true }),
  },
  {
    name: 'L06',
    title: 'One session per account; a second one is refused',
    expected: ['right'],
    note: 'SESSION_REFUSED for whoever comes second.',
    make: () => ({ refusesSession: (live) => live > 1 }),
  },
  {
    name: 'L07',
    title: 'The server turns the caller away for a while ("Not allowed at this time")',
    expected: ['SESSION_REFUSED'],
    later: ['SESSION_REFUSED'],
    note: 'The account then waits; until the wait is over no connection is made.',
    make: () => ({ turnedAway: 'Not allowed at this time\r\n' }),
  },
];

export const trustFaults: readonly NamedFault[] = [
  {
    name: 'T01',
    title: 'The host key was changed',
    expected: ['HOST_KEY_MISMATCH'],
    note: 'Neither user name nor signature is sent.',
    make: () => ({ hostKey: 'changed' }),
  },
  {
    name: 'T02',
    title: 'The server presents its announced next host key',
    expected: ['right'],
    note: 'known_hosts lists both keys; with the old one alone it is HOST_KEY_MISMATCH.',
    make: () => ({ hostKey: 'next' }),
  },
  {
    name: 'T03',
    title: 'The second address of each data centre presents a changed host key',
    expected: ['right'],
    note: 'The first address is used; a check of all addresses says HOST_KEY_MISMATCH.',
    make: () => ({ hostKey: 'changed', meets: ({ number }) => number === 2 }),
  },
  {
    name: 'T04',
    title: 'The server has an RSA key only and signs with SHA-1',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({
      hostKeys: [rsaKey()],
      algorithms: { serverHostKey: ['ssh-rsa'] },
    }),
  },
  {
    name: 'T05',
    title: 'The server offers CBC ciphers and HMAC-SHA1 only',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ algorithms: { cipher: ['aes128-cbc'], hmac: ['hmac-sha1'] } }),
  },
  {
    name: 'T06',
    title: 'The server knows nothing of strict key exchange (CVE-2023-48795, Terrapin)',
    expected: ['right'],
    note: 'Over AES-GCM: ChaCha20, which the attack is made for, is never used at such a server.',
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com', 'aes128-gcm@openssh.com', 'aes128-ctr'] },
    }),
  },
  {
    name: 'T06-ctr',
    title: 'The same, and the server takes no cipher but ChaCha20 and AES-CTR',
    expected: ['right'],
    note: 'Given up before the login and connected to anew without ChaCha20: one login.',
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com', 'aes128-ctr'] },
    }),
  },
  {
    name: 'T06-chacha',
    title: 'The same, and the server takes no cipher but ChaCha20',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com'] },
    }),
  },
  {
    name: 'T07',
    title: 'A login with an RSA key at a server that does not say which signatures it takes',
    expected: ['right'],
    note: 'Signed with SHA-256. The RSA key lies beside the account\'s own and ends in "-rsa".',
    make: () => ({ rsaLogin: true, handshake: { signatures: 'unsaid' } }),
  },
  {
    name: 'T07-sha1',
    title: 'A login with an RSA key at a server that says it takes SHA-1 signatures only',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    note: 'Nothing is signed and nothing of the login is sent. Logins with the Ed25519 key are right.',
    make: () => ({ rsaLogin: true, handshake: { signatures: ['ssh-rsa', 'ssh-ed25519'] } }),
  },
  {
    name: 'T08',
    title: 'The host key changes in the middle of a session, when keys are renewed',
    expected: ['HOST_KEY_MISMATCH'],
    make: () => ({
      sftp: {
        async answer(request, honest, { connection }) {
          if (request.type === MESSAGE.READ) {
            connection.changeHostKey(newKey('another').privateKey);
            connection.rekey();
          }
          return honest();
        },
      },
    }),
  },
];

function rsaKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
}
