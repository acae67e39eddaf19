/**
 * The second channel: what is critical and cannot be handed to the mail relay in time is told otherwise - through
 * a second relay, to a webhook, and always into a file of the home folder.
 */

import path from 'node:path';
import { discard, makeFolder, openTemporary, publish, sha256File } from '../files/durable.ts';
import { t } from '../i18n/translate.ts';
import {
  type Ledger,
  type MailRecipient,
  messageIdOf,
  type OutboxMail,
  type RecipientAnswer,
} from '../ledger/ledger.ts';
import { farText } from '../net/far-text.ts';
import { fetchOutside } from '../net/outside.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { type ContactsConfig, isAllowed } from './config.ts';
import { plain } from './escape.ts';
import { composeMessage } from './message.ts';
import { sendInBatches } from './recipient-batches.ts';
import { type RelayAnswer, smtpTransport, type TransportFactory } from './relay.ts';
import { envelopes } from './sender.ts';
import { jsonBody, saysRefused } from './webhook-answer.ts';

export type Channel = 'file' | 'webhook' | 'relay';

/**
 * So long the first relay has: with a round every 15 seconds a critical event is on the second channel within
 * three minutes.
 */
const RELAY_LIMIT = 150_000;
/** Older ones are past their deadline. */
const OLDEST = 24 * 3600_000;
/** Clocks are corrected by seconds all the time. */
const STRANGE = 60_000;
const WEBHOOK_LIMIT = 10_000;

export interface FallbackOptions {
  clock: Clock;
  /** RAP_HOME. */
  home: string;
  /** The relay has refused our password: nothing will leave, so nothing is waited for. */
  atOnce?: boolean;
  /** Default all. A relay may hang for minutes; whoever tells by it does so beside the others. */
  channels?: readonly Channel[];
  /** Domains of the senders of other contacts, whose mails are left to them. */
  others?: readonly string[];
  transportFactory?: TransportFactory;
  fetch?: typeof fetchOutside;
  /** Stops between two mails, and soon within one. */
  signal?: AbortSignal;
}

/** What came of a channel. */
interface Outcome {
  /** '' when it worked. */
  trouble: string;
  /** Is it to be tried again? */
  again: boolean;
  /** Nobody answers there: other mails need not wait for it now. */
  silent?: boolean;
}

export interface FallbackResult {
  mail: number;
  channel: Channel;
  /** '' when it worked. */
  trouble: string;
}

/**
 * Tells the critical mails that no relay took in time, once per channel; a channel that cannot take it now is
 * tried again at the next call.
 * @returns what was tried, and how many critical mails are waiting for the relay beyond its time
 */
export async function notifyFallback(
  ledger: Pick<Ledger, 'mails'>,
  config: ContactsConfig,
  options: FallbackOptions,
): Promise<{ waiting: number; told: FallbackResult[] }> {
  const now = options.clock.now();
  const until = options.atOnce ? now : now - RELAY_LIMIT;
  const ours = async (since: number, latest: number) =>
    (await ledger.mails.unsentCritical(since, latest)).filter(
      ({ domain }) => !options.others?.includes(domain),
    );
  // What comes from the future was queued by a clock that was set back since: nobody knows how long it waits.
  const strange = await ours(now + STRANGE, Number.MAX_SAFE_INTEGER);
  const late = [...(await ours(now - OLDEST, until)), ...strange];
  // What the relay refuses for good is late at once.
  const refused = (await ours(until + 1, now)).filter(({ state }) => state === 'refused');
  const told: FallbackResult[] = [];
  for (const channel of channelsOf(config, options)) {
    for (const mail of [...late, ...refused]) {
      if (options.signal?.aborted) break;
      const done = await ledger.mails.fallbacksOf(mail.id);
      if (done.some((one) => one.channel === channel)) continue;
      const { trouble, again, silent } = await sendOn(channel, mail, ledger, config, options);
      told.push({ mail: mail.id, channel, trouble });
      if (!again) await ledger.mails.recordFallback(mail.id, channel, trouble || 'told');
      if (silent) break;
    }
  }
  return { waiting: late.length + refused.length, told };
}

function channelsOf({ second }: ContactsConfig, { channels }: FallbackOptions): Channel[] {
  // The file first: it cannot be kept waiting by anybody.
  const all: Channel[] = [
    'file',
    ...(second.webhook ? ['webhook' as const] : []),
    ...(second.relay ? ['relay' as const] : []),
  ];
  return all.filter((channel) => channels?.includes(channel) ?? true);
}

async function sendOn(
  channel: Channel,
  mail: OutboxMail,
  ledger: Pick<Ledger, 'mails'>,
  config: ContactsConfig,
  options: FallbackOptions,
): Promise<Outcome> {
  try {
    switch (channel) {
      case 'file':
        await writeAlarm(options.home, `alarm-${mail.id}`, fileText(mail, config));
        return { trouble: '', again: false };
      case 'webhook': {
        const trouble = await post(config, payloadOf(mail), options);
        return { trouble, again: trouble !== '' };
      }
      case 'relay':
        return await relay(mail, ledger, config, options);
    }
  } catch (thrown) {
    return { trouble: reasonOf(thrown), again: true, silent: true };
  }
}

/** RAP_HOME/alarms/<name>.txt, durable and whole or not there. */
async function writeAlarm(home: string, name: string, text: string): Promise<void> {
  const folder = path.join(home, 'alarms');
  await makeFolder(folder);
  const final = path.join(folder, `${name}.txt`);
  const { path: temporary, handle } = await openTemporary(final);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(temporary, final, await sha256File(temporary));
  } catch (thrown) {
    // It is tried again every round: a full disk must not be filled with what was begun.
    await discard(temporary).catch(() => {});
    throw thrown;
  }
}

/**
 * Tells on the other channels that the relay refuses our user or password: no mail can say so.
 * @returns '' or what went wrong with one of them
 */
export async function writeLoginRefused(
  config: ContactsConfig,
  options: Pick<FallbackOptions, 'clock' | 'home' | 'fetch' | 'signal'>,
): Promise<string> {
  const now = options.clock.now();
  const text = `${t(config.language, 'mail.relayLogin')}\n${config.smtp.host}:${config.smtp.port}\n${hongKongStamp(now)}\n`;
  const payload = {
    event: 'mail-login',
    kind: 'alarm',
    level: 'critical',
    subject: t(config.language, 'mail.relayLogin'),
    text,
  };
  const at = new Date(now).toISOString();
  // A full disk must not keep it from the webhook.
  const troubles = await Promise.all([
    writeAlarm(options.home, 'mail-login', text).catch(reasonOf),
    config.second.webhook && post(config, { ...payload, at }, options).catch(reasonOf),
  ]);
  return troubles.filter(Boolean).join('; ');
}

function reasonOf(thrown: unknown): string {
  return String(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown);
}

function fileText(mail: OutboxMail, config: ContactsConfig): string {
  return `${plain(mail.subject)}\n${hongKongStamp(mail.createdAt)}\n${t(config.language, 'mail.relaySilent')}\n\n${mail.text}\n`;
}

function payloadOf({ id, kind, level, subject, text, createdAt, run }: OutboxMail): object {
  return { event: `alarm-${id}`, kind, level, subject, text, run, at: new Date(createdAt).toISOString() };
}

/** Posts JSON. @returns '' or what went wrong; never the address, which may hold a secret of its own */
export async function post(
  { second }: ContactsConfig,
  payload: object,
  { clock, fetch: ask = fetchOutside, signal }: Pick<FallbackOptions, 'clock' | 'fetch' | 'signal'>,
): Promise<string> {
  if (second.webhook === undefined) return 'There is no webhook';
  const { url, token } = second.webhook;
  const limit = new AbortController();
  const cancel = clock.after(WEBHOOK_LIMIT, () =>
    limit.abort(new Error('The webhook did not answer in time')),
  );
  try {
    const answer = await ask(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(payload),
      // Elsewhere is not where the settings say.
      redirect: 'error',
      signal: signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      return `The webhook answered ${answer.status}`;
    }
    const body = await jsonBody(answer);
    if (!saysRefused(body)) return '';
    const said = farText(body, [second.webhook.token ?? '', url], 200);
    return `The webhook answered ${answer.status}, and that it did not take it: ${said}`;
  } finally {
    cancel();
  }
}

/**
 * Hands a mail to the second relay, for all whom the first has not told. Whoever it takes is told; whoever it may
 * have taken is unknown, for both relays, and gets no copy from here any more. Whom it refuses is left to the first.
 */
async function relay(
  mail: OutboxMail,
  ledger: Pick<Ledger, 'mails'>,
  config: ContactsConfig,
  { clock, transportFactory = smtpTransport, signal }: FallbackOptions,
): Promise<Outcome> {
  const { relay: smtp } = config.second;
  if (smtp === undefined) return { trouble: '', again: false };
  const open = mail.to.filter(({ state, address }) => state !== 'accepted' && isAllowed(config, address));
  const transport = transportFactory(smtp, clock, signal);
  const troubles: string[] = [];
  let [again, silent] = [false, false];
  for (const recipients of envelopes(named(mail, open))) {
    const { messageId } = recipients[0];
    const parts = sendInBatches(recipients, async (to) => {
      const message = await composeMessage(mail, { messageId, to, repeat: true }, { ...config, smtp });
      return transport.send({ from: smtp.from.address, to }, message);
    });
    for await (const { recipients: part, answer } of parts) {
      await ledger.mails.settleAside(mail.id, answersTo(part, answer));
      if (answer.kind === 'accepted' && answer.rejected.length === 0) continue;
      const rejected = 'rejected' in answer ? answer.rejected : [];
      troubles.push([`${answer.kind}: ${answer.response}`, ...rejected.map(answerText)].join('; '));
      again ||=
        answer.kind === 'later' || answer.kind === 'unreachable' || rejected.some((one) => !one.permanent);
      silent ||= answer.kind === 'unknown' || answer.kind === 'unreachable' || answer.kind === 'login';
      if (answer.kind === 'unreachable' || answer.kind === 'login') break;
    }
  }
  return { trouble: troubles.join('; '), again, silent };
}

/** Those who are tried afresh form one envelope with its own Message-ID, as for the first relay. */
function named({ eventKey, domain }: OutboxMail, open: readonly MailRecipient[]): MailRecipient[] {
  const fresh = open.filter(({ state }) => state === 'queued').map(({ address }) => address);
  const messageId = messageIdOf(eventKey, fresh, domain);
  return open.map((one) => (one.state === 'queued' ? { ...one, messageId } : one));
}

function answersTo(recipients: readonly MailRecipient[], answer: RelayAnswer): RecipientAnswer[] {
  if (answer.kind === 'unknown') {
    return recipients.map(({ address, state }) => ({
      address,
      state: state === 'queued' ? 'unknown' : 'unconfirmed',
      response: `second relay: ${answer.response}`,
    }));
  }
  if (answer.kind !== 'accepted') return [];
  const rejected = new Set(answer.rejected.map(({ address }) => address));
  return recipients
    .filter(({ address }) => !rejected.has(address))
    .map(({ address }) => ({ address, state: 'accepted', response: 'taken by the second relay' }));
}

function answerText({ address, response }: { address: string; response: string }): string {
  return `${address}: ${response}`;
}
