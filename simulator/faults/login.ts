/** Faults of trust T01 to T08 and of the login L01 to L07. */
import { generateKeyPairSync } from 'node:crypto';
import { newKey } from '../keys.ts';
import { MESSAGE } from '../sftp/wire.ts';
import { HOSTILE } from './hostile.ts';
import type { NamedFault } from './named.ts';

export const loginFaults: readonly NamedFault[] = [
  {
    name: 'L01',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    note: 'One attempt; then the account is locked until a person resets it, and no connection is made.',
    make: () => ({ refuseKeys: true }),
  },
  {
    name: 'L02',
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
    expected: ['right'],
    note: 'None of them reaches a log, a terminal, a message or a mail as it is.',
    make: () => ({ banner: `Welcome${HOSTILE}\n` }),
  },
  {
    name: 'L05',
    expected: ['SESSION_REFUSED'],
    later: ['SESSION_REFUSED'],
    note: 'The account then waits; until the wait is over no connection is made.',
    make: () => ({ refusesSession: () => true }),
  },
  {
    name: 'L06',
    expected: ['right'],
    note: 'SESSION_REFUSED for whoever comes second.',
    make: () => ({ refusesSession: (live) => live > 1 }),
  },
  {
    name: 'L07',
    expected: ['SESSION_REFUSED'],
    later: ['SESSION_REFUSED'],
    note: 'The account then waits; until the wait is over no connection is made.',
    make: () => ({ turnedAway: 'Not allowed at this time\r\n' }),
  },
];

export const trustFaults: readonly NamedFault[] = [
  {
    name: 'T01',
    expected: ['HOST_KEY_MISMATCH'],
    note: 'Neither user name nor signature is sent.',
    make: () => ({ hostKey: 'changed' }),
  },
  {
    name: 'T02',
    expected: ['right'],
    note: 'known_hosts lists both keys; with the old one alone it is HOST_KEY_MISMATCH.',
    make: () => ({ hostKey: 'next' }),
  },
  {
    name: 'T03',
    expected: ['right'],
    note: 'The first address is used; a check of all addresses says HOST_KEY_MISMATCH.',
    make: () => ({ hostKey: 'changed', meets: ({ number }) => number === 2 }),
  },
  {
    name: 'T04',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({
      hostKeys: [rsaKey()],
      algorithms: { serverHostKey: ['ssh-rsa'] },
    }),
  },
  {
    name: 'T05',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({ algorithms: { cipher: ['aes128-cbc'], hmac: ['hmac-sha1'] } }),
  },
  {
    name: 'T06',
    expected: ['right'],
    note: 'Over AES-GCM: ChaCha20, which the attack is made for, is never used at such a server.',
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com', 'aes128-gcm@openssh.com', 'aes128-ctr'] },
    }),
  },
  {
    name: 'T06-ctr',
    expected: ['right'],
    note: 'Given up before the login and connected to anew without ChaCha20: one login.',
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com', 'aes128-ctr'] },
    }),
  },
  {
    name: 'T06-chacha',
    expected: ['HANDSHAKE_FAILED'],
    make: () => ({
      handshake: { withoutStrictKex: true },
      algorithms: { cipher: ['chacha20-poly1305@openssh.com'] },
    }),
  },
  {
    name: 'T07',
    expected: ['right'],
    note: 'Signed with SHA-256. The RSA key lies beside the account\'s own and ends in "-rsa".',
    make: () => ({ rsaLogin: true, handshake: { signatures: 'unsaid' } }),
  },
  {
    name: 'T07-sha1',
    expected: ['LOGIN_REFUSED'],
    later: ['LOGIN_LOCKED'],
    note: 'Nothing is signed and nothing of the login is sent. Logins with the Ed25519 key are right.',
    make: () => ({ rsaLogin: true, handshake: { signatures: ['ssh-rsa', 'ssh-ed25519'] } }),
  },
  {
    name: 'T08',
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
