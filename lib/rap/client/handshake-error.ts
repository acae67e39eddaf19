/** What ended a handshake, or broke a connection, as a coded error. */
import type { ClientErrorExtensions } from 'ssh2';
import { RapError } from '../../errors/rap-error.ts';
import { t } from '../../i18n/translate.ts';
import type { LoginReason } from '../../model/reasons.ts';
import { printable } from '../../net/far-text.ts';
import { fingerprintOf, keyTypeOf } from './host-keys.ts';

/** What happened so far in a handshake; decides what an abrupt end means. */
export interface Progress {
  /** The host key of the last key exchange, and whether it is pinned. */
  hostKey: Buffer | undefined;
  trusted: boolean;
  /** We ended it: the cipher agreed on is not safe at this server. */
  unsafeCipher?: boolean;
  loginSent: boolean;
  loggedIn: boolean;
  /** Signatures the server says it takes. */
  signatures?: string[] | undefined;
  /** The first bytes the server said, before any SSH. */
  firstWords: string;
}

/** The error for host keys that a server presented and that are not pinned. */
export function mismatch(where: string, keys: readonly Buffer[]): RapError {
  const shown = keys.map((key) => `${keyTypeOf(key)} host key ${fingerprintOf(key)}`);
  const none = keys.length > 1 ? 'none of which is' : 'which is not';
  return new RapError(
    'HOST_KEY_MISMATCH',
    `${where} presented the ${shown.join(' and the ')}, ${none} one of the pinned keys`,
    { subject: where, details: { where, presented: keys.map(fingerprintOf).join(', ') } },
  );
}

/** Turns whatever ended a handshake into a coded error. */
export function handshakeError(
  error: Error & Partial<ClientErrorExtensions>,
  progress: Progress,
  where: string,
): RapError {
  const text = printable(error.message);
  // A server writes into the library's error; as a cause, with its stack, that would end up in a log as it is.
  const cause = { cause: new Error(text) };
  if (progress.hostKey !== undefined && !progress.trusted) return mismatch(where, [progress.hostKey]);
  // A disconnect message carries a number as its code; a broken socket carries a system code.
  const disconnected = typeof (error as { code?: unknown }).code === 'number';
  /** What keeps an account from logging in: the ledger keeps the reason as data, see login-memory.ts. */
  const refused = (
    code: 'LOGIN_REFUSED' | 'SESSION_REFUSED',
    login: LoginReason['code'],
    of: { text?: string },
    cure?: string,
  ) => {
    const params = { where, ...of };
    return new RapError(code, t('en', `reasons.login.${login}`, params), {
      ...cause,
      ...(cure === undefined ? {} : { cure }),
      details: { login, ...params },
    });
  };
  if (progress.trusted && !progress.loginSent && error.level === 'client-authentication') {
    const cure = 'Make an Ed25519 key ("rap key new") and have its public half registered.';
    return refused('LOGIN_REFUSED', 'weakSignatures', {}, cure);
  }
  const tooMany = /too many|maximum (number of )?(sessions|connections|logins)|session limit/i;
  if (progress.loginSent && !progress.loggedIn) {
    if (error.level === 'client-authentication') {
      return refused('LOGIN_REFUSED', 'refused', {});
    }
    if (disconnected && tooMany.test(text) && !/authentication/i.test(text)) {
      return refused('SESSION_REFUSED', 'noFurtherSession', { text });
    }
    if (disconnected) return refused('LOGIN_REFUSED', 'ended', { text });
    return new RapError('CONNECTION_LOST', `${where} dropped the connection during login (${text})`, cause);
  }
  if (progress.loggedIn) {
    if (
      /Channel open failure|administratively prohibited|resource shortage/i.test(text) ||
      tooMany.test(text)
    ) {
      return refused('SESSION_REFUSED', 'noChannel', { text });
    }
    if (/Unable to start subsystem/i.test(text)) {
      return new RapError('SFTP_UNSUPPORTED', `${where} offers no SFTP`, cause);
    }
    return new RapError('CONNECTION_LOST', `${where} dropped the connection (${text})`, cause);
  }
  if (/not allowed at this time|exceeded maxstartups/i.test(progress.firstWords) || tooMany.test(text)) {
    const cure = 'The server has put this client on hold. Wait at least ten minutes before the next attempt.';
    return refused('SESSION_REFUSED', 'turnedAway', { text: printable(progress.firstWords) || text }, cure);
  }
  return new RapError('HANDSHAKE_FAILED', `The SSH handshake with ${where} failed: ${text}`, cause);
}
