/**
 * The second channel: what is critical and cannot be handed to the mail relay in time is told otherwise - through
 * a second relay, to a webhook, and always into a file of the home folder.
 */
import path from 'node:path';
import { makeFolder, openTemporary, publish, sha256File } from '../files/durable.ts';
import type { Ledger, OutboxMail } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { type ContactsConfig, isAllowed } from './config.ts';
import { plain } from './escape.ts';
import { composeMessage } from './message.ts';
import { smtpTransport, type TransportFactory } from './relay.ts';
import { wordsOf } from './words/index.ts';

export type Channel = 'file' | 'webhook' | 'relay';

/**
 * So long the first relay has: with a round every 15 seconds a critical event is on the second channel within
 * three minutes.
 */
export const RELAY_PATIENCE = 150_000;
/** Older ones are past their deadline. */
const OLDEST = 24 * 3600_000;
const WEBHOOK_LIMIT = 10_000;

export interface SecondOptions {
  clock: Clock;
  /** RAP_HOME. */
  home: string;
  /** The relay has refused our password: nothing will leave, so nothing is waited for. */
  atOnce?: boolean;
  transportFactory?: TransportFactory;
  fetch?: typeof fetch;
}

export interface Told {
  mail: number;
  channel: Channel;
  /** '' when it worked. */
  trouble: string;
}

/**
 * Tells the critical mails that no relay took in time, once per channel; a channel that fails is tried again at
 * the next call.
 * @returns what was tried, and how many critical mails are waiting for the relay beyond its time
 */
export async function tellOtherwise(
  ledger: Ledger,
  config: ContactsConfig,
  options: SecondOptions,
): Promise<{ waiting: number; told: Told[] }> {
  const now = options.clock.now();
  const until = options.atOnce ? now : now - RELAY_PATIENCE;
  const late = (await ledger.untoldCritical(now - OLDEST, until)).filter(
    ({ state }) => state !== 'collected',
  );
  // What the relay refuses for good is late at once.
  const refused = (await ledger.untoldCritical(until + 1, now)).filter(({ state }) => state === 'refused');
  const told: Told[] = [];
  for (const mail of [...late, ...refused]) {
    const done = new Set((await ledger.tellingsOf(mail.id)).map(({ channel }) => channel));
    for (const channel of channelsOf(config)) {
      if (done.has(channel)) continue;
      const trouble = await tell(channel, mail, config, options);
      told.push({ mail: mail.id, channel, trouble });
      if (trouble !== '') continue;
      await ledger.recordTelling(mail.id, channel, 'told');
      if (channel === 'relay') await settleBySecondRelay(ledger, mail);
    }
  }
  return { waiting: late.length + refused.length, told };
}

function channelsOf({ second }: ContactsConfig): Channel[] {
  // The file first: it cannot be kept waiting by anybody.
  return [
    'file',
    ...(second.webhook ? ['webhook' as const] : []),
    ...(second.relay ? ['relay' as const] : []),
  ];
}

/** @returns '' or what went wrong */
async function tell(
  channel: Channel,
  mail: OutboxMail,
  config: ContactsConfig,
  options: SecondOptions,
): Promise<string> {
  try {
    switch (channel) {
      case 'file':
        await writeAlarm(options.home, `alarm-${mail.id}`, fileText(mail, config));
        return '';
      case 'webhook':
        return await post(config, payloadOf(mail), options);
      case 'relay':
        return await relay(mail, config, options);
    }
  } catch (thrown) {
    return String(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown);
  }
}

/** RAP_HOME/alarms/<name>.txt, durable and whole or not there. */
export async function writeAlarm(home: string, name: string, text: string): Promise<void> {
  const folder = path.join(home, 'alarms');
  await makeFolder(folder);
  const final = path.join(folder, `${name}.txt`);
  const { path: temporary, handle } = await openTemporary(final);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await publish(temporary, final, await sha256File(temporary));
}

/**
 * Tells on the other channels that the relay refuses our user or password: no mail can say so.
 * @returns '' or what went wrong with the webhook
 */
export async function tellLoginRefused(
  config: ContactsConfig,
  options: Pick<SecondOptions, 'clock' | 'home' | 'fetch'>,
): Promise<string> {
  const { relayLogin } = wordsOf[config.language];
  const now = options.clock.now();
  const text = `${relayLogin}\n${config.smtp.host}:${config.smtp.port}\n${hongKongStamp(now)}\n`;
  await writeAlarm(options.home, 'mail-login', text);
  if (config.second.webhook === undefined) return '';
  const payload = { event: 'mail-login', kind: 'alarm', level: 'critical', subject: relayLogin, text };
  try {
    return await post(config, { ...payload, at: new Date(now).toISOString() }, options);
  } catch (thrown) {
    return String(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown);
  }
}

function fileText(mail: OutboxMail, config: ContactsConfig): string {
  const words = wordsOf[config.language];
  return `${plain(mail.subject)}\n${hongKongStamp(mail.createdAt)}\n${words.relaySilent}\n\n${mail.text}\n`;
}

function payloadOf({ id, kind, level, subject, text, createdAt, run }: OutboxMail): object {
  return { event: `alarm-${id}`, kind, level, subject, text, run, at: new Date(createdAt).toISOString() };
}

/** Posts JSON. @returns '' or what went wrong; never the address, which may hold a secret of its own */
export async function post(
  { second }: ContactsConfig,
  payload: object,
  { clock, fetch: ask = fetch }: Pick<SecondOptions, 'clock' | 'fetch'>,
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
      signal: limit.signal,
    });
    await answer.body?.cancel();
    return answer.ok ? '' : `The webhook answered ${answer.status}`;
  } finally {
    cancel();
  }
}

async function relay(
  mail: OutboxMail,
  config: ContactsConfig,
  { clock, transportFactory = smtpTransport }: SecondOptions,
): Promise<string> {
  const { relay: smtp } = config.second;
  const open = waitingOf(mail).filter((address) => isAllowed(config, address));
  const [first] = mail.to;
  if (smtp === undefined || first === undefined || open.length === 0) return '';
  const envelope = { messageId: first.messageId, to: open, repeat: true };
  const message = await composeMessage(mail, envelope, { ...config, smtp });
  const answer = await transportFactory(smtp, clock).send({ from: smtp.from.address, to: open }, message);
  if (answer.kind === 'accepted' && answer.rejected.length === 0) return '';
  return `${answer.kind}: ${answer.response}`;
}

function waitingOf(mail: OutboxMail): string[] {
  return mail.to.filter(({ state }) => state !== 'accepted').map(({ address }) => address);
}

/** Whoever was told through the second relay needs no copy from the first. */
async function settleBySecondRelay(ledger: Ledger, mail: OutboxMail): Promise<void> {
  const answers = waitingOf(mail).map((address) => ({
    address,
    state: 'accepted' as const,
    response: 'taken by the second relay',
  }));
  await ledger.settleMail(mail.id, { answers, error: mail.error, nextAttempt: null });
}
