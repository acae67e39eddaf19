/** Sends what the outbox holds: each mail to all who have not got it, until they have or somebody must act. */
import { codes, type ErrorCode } from '../errors/codes.ts';
import type { Ledger, MailRecipient, OutboxMail, RecipientAnswer } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { type ContactsConfig, isAllowed } from './config.ts';
import { composeMessage } from './message.ts';
import { queueSummaries } from './rate-limit.ts';
import { sendInBatches } from './recipient-batches.ts';
import { type RelayAnswer, smtpTransport, type TransportFactory } from './relay.ts';

export interface SendOptions {
  clock: Clock;
  /** Default: a real relay. */
  transportFactory?: TransportFactory;
  /** 0 to 1, for the jitter of the waiting times. */
  random?: () => number;
  /** Stops between two mails, and soon within one. */
  signal?: AbortSignal;
  /** Domains of the senders of other contacts, whose mails are left to them. */
  others?: readonly string[];
}

export interface FailedMail {
  id: number;
  code: ErrorCode;
  message: string;
  cure: string;
  retryable: boolean;
  /** The relay took no mail at all: the code says why. */
  unreachable: boolean;
}

/** Waiting times after the first, second ... attempt, in milliseconds; the last one is used from then on. */
export const WAITS: readonly number[] = [15_000, 60_000, 300_000, 900_000, 1_800_000];

/**
 * Nothing is sent for so long after the relay refused our password, new mails neither: more attempts might lock the
 * user. Remembered with the settings, so that others are tried at once.
 */
const LOGIN_PAUSE = 1_800_000;
const pauses = new WeakMap<ContactsConfig['smtp'], { until: number; fault: FailedMail }>();

/** After so many mails it is asked again what is due, so that a critical one waits for no longer queue. */
const TOGETHER = 20;

/**
 * Sends every mail that is due, one after the other. Stops at a relay that is not there or does not let us in;
 * what is left stays queued.
 * @returns how many mails reached all their recipients, and what went wrong with others
 */
export async function sendDue(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'mails'>,
  config: ContactsConfig,
  options: SendOptions,
): Promise<{ sent: number; failed: FailedMail[] }> {
  const { clock, transportFactory = smtpTransport, random = Math.random, signal, others = [] } = options;
  const transport = transportFactory(config.smtp, clock, signal);
  const failed: FailedMail[] = [];
  await queueSummaries(ledger, config, clock);
  const pause = pauses.get(config.smtp);
  if (pause !== undefined && clock.monotonic() < pause.until) return { sent: 0, failed: [pause.fault] };
  let sent = 0;
  const tried = new Set<number>();
  for (;;) {
    const due = await ledger.mails.dueMails(clock.now());
    const next = due.filter(({ id, domain }) => !tried.has(id) && !others.includes(domain));
    if (next.length === 0) return { sent, failed };
    for (const { id } of next.slice(0, TOGETHER)) {
      if (signal?.aborted) return { sent, failed };
      tried.add(id);
      const mail = await ledger.mails.markSending(id);
      if (mail === undefined) continue;
      const attempt = await attemptMail(mail, config, transport.send);
      const nextAttempt = clock.now() + waitAfter(mail.attempts, random);
      const { answers, error } = withinDeadline(mail, attempt, nextAttempt);
      await ledger.mails.settleMail(id, { answers, error, nextAttempt });
      const fault = faultOf(id, attempt.answers, attempt.last, error);
      if (fault === undefined) sent++;
      else failed.push(fault);
      if (attempt.last?.kind === 'login' && fault !== undefined) {
        pauses.set(config.smtp, { until: clock.monotonic() + LOGIN_PAUSE, fault });
      }
      if (attempt.last?.kind === 'login' || attempt.last?.kind === 'unreachable') return { sent, failed };
    }
  }
}

/** With jitter, so that many senders do not come back at the same moment. */
function waitAfter(attempts: number, random: () => number): number {
  const wait = WAITS[Math.min(attempts, WAITS.length) - 1] ?? 0;
  return Math.round(wait * (0.8 + 0.4 * random()));
}

interface Attempt {
  answers: RecipientAnswer[];
  error: string;
  /** The relay's last answer; undefined when there was nobody to send to. */
  last?: RelayAnswer;
}

async function attemptMail(
  mail: OutboxMail,
  config: ContactsConfig,
  send: ReturnType<TransportFactory>['send'],
): Promise<Attempt> {
  const attempt: Attempt = { answers: [], error: '' };
  const open = mail.to.filter((one) => one.state === 'queued' || one.state === 'unknown');
  for (const { address } of open.filter((one) => !isAllowed(config, one.address))) {
    const response = 'The address is outside the allowed domains';
    attempt.answers.push({ address, state: 'refused', response });
    attempt.error = response;
  }
  for (const recipients of envelopes(open.filter((one) => isAllowed(config, one.address)))) {
    const [{ messageId, state }] = recipients;
    const repeat = state === 'unknown';
    const parts = sendInBatches(recipients, (to) => handOver(mail, { messageId, to, repeat }, config, send));
    for await (const { recipients: part, answer } of parts) {
      attempt.last = answer;
      attempt.answers.push(...part.map((one) => answerFor(one, answer)));
      if (answer.kind !== 'accepted' || answer.rejected.length > 0) attempt.error = errorOf(answer);
      if (answer.kind === 'unreachable' || answer.kind === 'login') return attempt;
    }
  }
  return attempt;
}

/** A message that cannot be written must not keep the others waiting; it is refused like one the relay refuses. */
async function handOver(
  mail: OutboxMail,
  envelope: { messageId: string; to: string[]; repeat: boolean },
  config: ContactsConfig,
  send: ReturnType<TransportFactory>['send'],
): Promise<RelayAnswer> {
  let message: Buffer;
  try {
    message = await composeMessage(mail, envelope, config);
  } catch (thrown) {
    return { kind: 'refused', response: `The message cannot be written: ${String(thrown)}`, rejected: [] };
  }
  return send({ from: config.smtp.from.address, to: envelope.to }, message);
}

/** Recipients who share a Message-ID share an envelope. */
export function envelopes(recipients: readonly MailRecipient[]): [MailRecipient, ...MailRecipient[]][] {
  const byId = new Map<string, [MailRecipient, ...MailRecipient[]]>();
  for (const one of recipients) {
    const others = byId.get(one.messageId);
    if (others) others.push(one);
    else byId.set(one.messageId, [one]);
  }
  return [...byId.values()];
}

function answerFor({ address, state }: MailRecipient, answer: RelayAnswer): RecipientAnswer {
  const rejection = 'rejected' in answer ? answer.rejected.find((one) => one.address === address) : undefined;
  const response = rejection?.response ?? answer.response;
  const kind = rejection ? (rejection.permanent ? 'refused' : 'later') : answer.kind;
  switch (kind) {
    case 'accepted':
      return { address, state: 'accepted', response };
    case 'refused':
      if (state !== 'unknown') return { address, state: 'refused', response };
      // A repeat that is refused as a duplicate proves that the first copy arrived.
      return { address, state: /duplicate/i.test(response) ? 'accepted' : 'unconfirmed', response };
    case 'unknown':
      return { address, state: state === 'unknown' ? 'unconfirmed' : 'unknown', response };
    default:
      return { address, state, response };
  }
}

/** A mail that would be tried after its deadline is given up, and stays to be seen as such. */
function withinDeadline(mail: OutboxMail, attempt: Attempt, nextAttempt: number): Attempt {
  if (mail.deadline === null || nextAttempt <= mail.deadline) return attempt;
  const answered = new Map(attempt.answers.map((one) => [one.address, one]));
  const answers = mail.to.map(({ address, state, response }) => {
    const now = answered.get(address) ?? { address, state, response };
    if (now.state === 'queued') return { ...now, state: 'refused' as const };
    return now.state === 'unknown' ? { ...now, state: 'unconfirmed' as const } : now;
  });
  const givenUp = answers.some((one) => answered.get(one.address)?.state !== one.state);
  return givenUp
    ? { ...attempt, answers, error: `Given up after ${mail.attempts} attempts: ${attempt.error}` }
    : attempt;
}

function errorOf(answer: RelayAnswer): string {
  if ('rejected' in answer && answer.rejected.length > 0) {
    return answer.rejected.map((one) => `${one.address}: ${one.response}`).join('; ');
  }
  return answer.response;
}

function faultOf(
  id: number,
  answers: readonly RecipientAnswer[],
  last: RelayAnswer | undefined,
  error: string,
): FailedMail | undefined {
  const has = (...states: RecipientAnswer['state'][]) => answers.some((one) => states.includes(one.state));
  const fault = (code: ErrorCode, message: string): FailedMail => ({
    id,
    code,
    message,
    cure: codes[code].cure,
    retryable: codes[code].retryable,
    unreachable: last?.kind === 'unreachable',
  });
  if (last?.kind === 'login')
    return fault('MAIL_CONFIG', `The mail relay refused user or password: ${error}`);
  if (has('refused')) return fault('MAIL_REFUSED', `The mail relay refused recipients: ${error}`);
  if (has('unknown', 'unconfirmed')) {
    return fault('MAIL_UNKNOWN', `The mail relay took a mail without confirming it: ${error}`);
  }
  if (has('queued')) {
    const code = last?.kind === 'unreachable' ? last.code : undefined;
    return fault(code ?? 'MAIL_UNREACHABLE', `The mail relay did not take the mail: ${error}`);
  }
  return undefined;
}
