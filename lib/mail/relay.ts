/**
 * One message to one relay over one connection of its own. The answer tells apart what nodemailer's errors do
 * not: whether the relay can have taken the message. It can, once our last byte was handed over.
 */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import type { NodemailerError } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ErrorCode } from '../errors/codes.ts';
import { farText } from '../net/far-text.ts';
import { relayProxy, tunnelThrough } from '../net/tunnel.ts';
import type { Clock } from '../time/clock.ts';
import { type ContactsConfig, domainOf } from './config.ts';

export interface Envelope {
  from: string;
  to: string[];
}

/** What the relay said about one recipient it did not take. */
export interface Rejection {
  address: string;
  permanent: boolean;
  response: string;
}

export type RelayAnswer =
  /** Taken for all recipients but the rejected ones. */
  | { kind: 'accepted'; response: string; rejected: Rejection[] }
  /** For none of them; `rejected` holds what was said of single ones. */
  | { kind: 'refused' | 'later'; response: string; rejected: Rejection[] }
  /** Handed over, but never confirmed. */
  | { kind: 'unknown'; response: string }
  /** Not handed over: no connection, no TLS, or cut before the end. `code` says why where that is known. */
  | { kind: 'unreachable'; response: string; code?: ErrorCode }
  /** User or password are wrong. */
  | { kind: 'login'; response: string };

export interface MailTransport {
  /** Never rejects: whatever happens is an answer. */
  send(envelope: Envelope, message: Buffer): Promise<RelayAnswer>;
}

/** @param signal ends what is under way soon after it was aborted, as if the line had dropped */
export type TransportFactory = (
  smtp: ContactsConfig['smtp'],
  clock: Clock,
  signal?: AbortSignal,
) => MailTransport;

const CONNECT_LIMIT = 10_000;
const GREETING_LIMIT = 10_000;
/** Without a byte from the relay. */
const SILENCE_LIMIT = 60_000;
/** For the whole conversation, because a relay that sends a byte now and then is never silent. */
const TOTAL_LIMIT = 180_000;
/** Told to stop, a conversation may come to its end for so long: a mail that is cut off is perhaps sent twice. */
const STOP_GRACE = 1_000;

/** The transport for a real relay. */
export const smtpTransport: TransportFactory = (smtp, clock, signal) => ({
  send: async (envelope, message) => forLedger(await converse(smtp, clock, envelope, message, signal), smtp),
});

/** The answer without control characters, and without the password that some relays echo back. */
function forLedger(answer: RelayAnswer, smtp: ContactsConfig['smtp']): RelayAnswer {
  const clean = (text: string) => farText(text, [smtp.password ?? '']);
  const response = clean(answer.response);
  if (!('rejected' in answer)) return { ...answer, response };
  return {
    ...answer,
    response,
    rejected: answer.rejected.map((one) => ({ ...one, response: clean(one.response) })),
  };
}

/** The sender's domain, where nothing else is set: many relays turn away a greeting that is no name with a dot. */
function greetingOf({ greeting, from }: ContactsConfig['smtp']): { name?: string } {
  const name = greeting ?? domainOf(from.address);
  return name.includes('.') ? { name } : {};
}

/** Every authority that Node.js trusts, and the one of the settings. */
function authorities({ ca }: ContactsConfig['smtp']): { ca?: string[] } {
  return ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
}

/** The line to the relay, where it leads through a proxy. @throws Error why it cannot be had */
async function lineTo({ host, port }: ContactsConfig['smtp']): Promise<{ connection?: Socket }> {
  const proxy = relayProxy(host);
  if (proxy === undefined) return {};
  return { connection: await tunnelThrough(proxy, host, port, CONNECT_LIMIT) };
}

async function converse(
  smtp: ContactsConfig['smtp'],
  clock: Clock,
  envelope: Envelope,
  message: Buffer,
  signal: AbortSignal | undefined,
): Promise<RelayAnswer> {
  let through: { connection?: Socket };
  try {
    through = await lineTo(smtp);
  } catch (thrown) {
    return { kind: 'unreachable', response: (thrown as Error).message };
  }
  const connection = new SMTPConnection({
    ...through,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: smtp.requireTls && !smtp.secure,
    ignoreTLS: !smtp.requireTls,
    connectionTimeout: CONNECT_LIMIT,
    greetingTimeout: GREETING_LIMIT,
    socketTimeout: SILENCE_LIMIT,
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...authorities(smtp) },
    ...greetingOf(smtp),
  });
  const body = Readable.from([message], { objectMode: false });
  // The connection writes into it whom the relay did not take, also when the message is refused after that.
  const transaction: Envelope & { size: number; rejectedErrors?: NodemailerError[] } = {
    ...envelope,
    size: message.length,
  };
  let phase: 'connecting' | 'login' | 'sending' = 'connecting';
  let wants: Wants = 'nothing';
  const limits = [clock.after(TOTAL_LIMIT, () => connection.close())];
  const onAbort = () => void limits.push(clock.after(STOP_GRACE, () => connection.close()));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await step(connection, (done) => connection.connect(done));
    const offers = offersOf(connection.lastServerResponse);
    wants = connection.secure ? 'nothing' : wantsOf(offers);
    if (smtp.user) {
      const fault = loginFault(offers, wants);
      if (fault !== undefined) throw fault;
      phase = 'login';
      const credentials = { user: smtp.user, pass: smtp.password ?? '' };
      await step(connection, (done) => connection.login({ credentials }, done));
    }
    phase = 'sending';
    const sent = await step<SMTPConnection.SentMessageInfo>(connection, (done) =>
      connection.send(transaction, body, done),
    );
    connection.quit();
    return {
      kind: 'accepted',
      response: sent?.response ?? '',
      rejected: rejections(sent?.rejectedErrors ?? []),
    };
  } catch (thrown) {
    connection.close();
    const error = thrown as NodemailerError;
    if (isForTls(error, wants)) {
      return { kind: 'unreachable', response: error.response || error.message, code: 'MAIL_NO_TLS' };
    }
    if (phase !== 'sending') return notLetIn(error, phase);
    return answerTo(error, body.readableEnded, transaction.rejectedErrors ?? []);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    for (const cancel of limits) cancel();
  }
}

/** One step of the conversation as a promise; it also ends when the connection breaks or closes. */
function step<T>(
  connection: SMTPConnection,
  begin: (done: (error?: NodemailerError | null, result?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const broken = (error?: Error) => settle(error ?? new Error('The connection was closed'));
    const settle = (error?: Error | null, result?: T) => {
      connection.off('error', broken);
      connection.off('end', broken);
      // Errors may follow after this step is over; nobody waits for them.
      connection.on('error', () => undefined);
      if (error) reject(error);
      else resolve(result);
    };
    connection.once('error', broken);
    connection.once('end', broken);
    begin(settle);
  });
}

/** Kinds of login that we can make. */
const METHODS = new Set(['PLAIN', 'LOGIN', 'CRAM-MD5']);

/** A relay that we do not log in to, because it offers no login of ours. */
class NoLogin extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a relay offers, by its answer to EHLO; undefined when it did not understand that, and so could not say. */
function offersOf(answer: string | false): string[] | undefined {
  const lines = (answer || '').split(/\r?\n/);
  if (lines.length < 2) return undefined;
  return lines.flatMap((line) => /^250[ -](.*)$/.exec(line.trim())?.[1]?.toUpperCase() ?? []);
}

/** What a relay wants of a line that is not encrypted: it may offer to encrypt, and a login only after that. */
type Wants = 'nothing' | 'perhaps TLS' | 'TLS first';

function wantsOf(offers: readonly string[] | undefined): Wants {
  if (offers === undefined) return 'perhaps TLS';
  if (!offers.includes('STARTTLS')) return 'nothing';
  return methodsOf(offers).length === 0 ? 'TLS first' : 'perhaps TLS';
}

function methodsOf(offers: readonly string[]): string[] {
  return offers.flatMap((offer) => /^AUTH[ =]+(.*)$/.exec(offer)?.[1]?.split(/\s+/) ?? []);
}

/** "Encryption required" (538, RFC 4954); 530 says so, too (RFC 3207, 4), and of a login that is missing as well. */
function isForTls({ responseCode }: NodemailerError, wants: Wants): boolean {
  return wants !== 'nothing' && (responseCode === 538 || (responseCode === 530 && wants === 'TLS first'));
}

/** What keeps us from logging in (RFC 4954, 3); undefined when nothing does, or nobody knows. */
function loginFault(offers: readonly string[] | undefined, wants: Wants): NoLogin | undefined {
  if (offers === undefined) return undefined;
  const methods = methodsOf(offers);
  if (wants === 'TLS first') return new NoLogin('MAIL_NO_TLS', 'It offers a login only after STARTTLS');
  if (methods.length === 0) return new NoLogin('MAIL_NO_LOGIN', 'It offers no login on this connection');
  if (methods.some((method) => METHODS.has(method))) return undefined;
  // As the relay wrote them: a secret among them is found only whole.
  return new NoLogin('MAIL_LOGIN_METHOD', `It offers only these kinds of login: ${methods.join(' ')}`);
}

/** Codes of OpenSSL and Node.js about a certificate, as `tls` reports them; those it has no name for are UNSPECIFIED. */
const CERTIFICATE =
  /CERT|^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)$|PATH_LENGTH|CRL_|UNSPECIFIED$)/;

/** What a failed connection was about, where that is known. */
function whyNot({
  code,
  originalCode,
  command,
}: NodemailerError & { originalCode?: string }): ErrorCode | undefined {
  const cause = originalCode ?? '';
  if (CERTIFICATE.test(cause)) return 'MAIL_CERTIFICATE';
  // The relay does not know STARTTLS, or speaks plainly where TLS was to come first.
  if (code === 'ETLS' && command === 'STARTTLS') return 'MAIL_NO_TLS';
  if (/^ERR_SSL_|^EPROTO$/.test(cause)) return 'MAIL_NO_TLS';
  return undefined;
}

/** Nothing of the mail was said yet, so whatever the relay answers is about us and not about the mail. */
function notLetIn(error: NodemailerError, phase: 'connecting' | 'login'): RelayAnswer {
  const response = error.response || error.message;
  const code = error instanceof NoLogin ? error.code : whyNot(error);
  if (code !== undefined) return { kind: 'unreachable', response: error.message, code };
  // A login may fail for the moment only (454, RFC 4954).
  const refused = phase === 'login' && error.code === 'EAUTH' && isPermanent(error);
  return { kind: refused ? 'login' : 'unreachable', response };
}

/** @param before what was said of single recipients before the message was refused to the others */
function answerTo(
  error: NodemailerError,
  handedOver: boolean,
  before: readonly NodemailerError[],
): RelayAnswer {
  const response = error.response || error.message;
  const all = error.rejectedErrors ?? [];
  const rejected = rejections(all.length > 0 ? all : before);
  const code = error.responseCode ?? 0;
  // "Authentication required" (RFC 4954).
  if (code === 530) return { kind: 'login', response };
  if (code >= 400) {
    const permanent = all.length > 0 ? rejected.every((one) => one.permanent) : isPermanent(error);
    return { kind: permanent ? 'refused' : 'later', response, rejected };
  }
  // Too large for the relay, before a byte of it was sent. After it any words but a reply say nothing.
  if (error.code === 'EMESSAGE' && !handedOver) return { kind: 'refused', response, rejected };
  return { kind: handedOver ? 'unknown' : 'unreachable', response };
}

function rejections(errors: readonly NodemailerError[]): Rejection[] {
  return errors.map((error) => ({
    address: error.recipient ?? '',
    permanent: isPermanent(error),
    response: error.response || error.message,
  }));
}

function isPermanent(error: NodemailerError): boolean {
  return error.permanent ?? (error.responseCode ?? 0) >= 500;
}
