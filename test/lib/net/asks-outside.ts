/** Run by outside.spec.ts with an environment of its own: asks whatever is asked beyond this machine, and says what came of it. */
import { post } from '../../../lib/mail/fallback-channel.ts';
import { smtpTransport } from '../../../lib/mail/relay.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { Heartbeat } from '../../../lib/watch/heartbeat.ts';
import { ask } from '../../../lib/weather/hko.ts';
import { someContacts } from '../mail/samples.ts';

async function relay(host: string, port: number): Promise<string> {
  const { smtp } = someContacts({ host, port, requireTls: true });
  const envelope = { from: 'rap@broker.example', to: ['ada@broker.example'] };
  const answer = await smtpTransport(smtp, realClock).send(envelope, Buffer.from('Subject: x\r\n\r\nx\r\n'));
  return answer.kind === 'accepted' ? 'ok' : answer.response;
}

async function feed(): Promise<string> {
  const heard = await ask(
    { source: 'warnsum', url: 'https://feed.example/', everyMs: 60_000 },
    { clock: realClock },
  );
  return 'reason' in heard ? JSON.stringify(heard) : 'ok';
}

async function webhook(): Promise<string> {
  await post(
    someContacts({}, { second: { webhook: { url: 'https://hooks.example/rap' } } }),
    {},
    { clock: realClock },
  );
  return 'ok';
}

async function heartbeat(): Promise<string> {
  const beat = new Heartbeat({ url: new URL('https://alive.example/x'), method: 'GET', every: 1 }, realClock);
  await beat.beat(true);
  return beat.figures.lastAt === null ? 'fetch failed' : 'ok';
}

const reason = (thrown: unknown): string => {
  const { message, cause } = thrown as Error;
  return `${message} ${cause === undefined ? '' : reason(cause)}`;
};
const asks = {
  ...{ feed, webhook, heartbeat },
  relay: () => relay('relay.example', 587),
  here: () => relay('127.0.0.1', Number(process.env.RAP_RELAY)),
};
const said: Record<string, string> = {};
for (const [name, asked] of Object.entries(asks)) said[name] = await asked().catch(reason);
process.stdout.write(JSON.stringify(said), () => process.exit());
