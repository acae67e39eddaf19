import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message a relay has taken into its hands, whether it confirmed it or not. */
export interface Taken {
  to: string[];
  raw: string;
  mail: Email;
}

/** What the relay does with a message: its answer, 'drop' the line, or 'hang' for ever. */
export type Verdict = 'ok' | 'drop' | 'hang' | { code: number; text: string };

export interface Behaviour {
  /** By recipient; default all are welcome. */
  recipient?: (address: string) => { code: number; text: string } | undefined;
  /** After the body has arrived. */
  message?: (attempt: number) => Verdict;
  login?: (user: string, password: string) => boolean;
  options?: SMTPServerOptions;
}

export interface Relay {
  port: number;
  taken: Taken[];
  /** Messages the relay confirmed. */
  confirmed: Taken[];
  logins: number;
  sessions: number;
  /** Resolves when the next body has arrived. */
  nextBody(): Promise<void>;
  close(): Promise<void>;
}

function failure({ code, text }: { code: number; text: string }): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** A real SMTP server on loopback that behaves, or misbehaves, as told. */
export async function startRelay(behaviour: Behaviour = {}): Promise<Relay> {
  const waiting: (() => void)[] = [];
  const relay = { taken: [] as Taken[], confirmed: [] as Taken[], logins: 0, sessions: 0 };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', ...(behaviour.login ? [] : ['AUTH'])],
    allowInsecureAuth: true,
    authOptional: behaviour.login === undefined,
    disableReverseLookup: true,
    closeTimeout: 50,
    ...behaviour.options,
    onConnect(_session, done) {
      relay.sessions++;
      done();
    },
    onAuth({ username, password }, _session, done) {
      relay.logins++;
      if (behaviour.login?.(username ?? '', password ?? '')) done(null, { user: username });
      else done(failure({ code: 535, text: '5.7.8 Authentication credentials invalid' }));
    },
    onRcptTo({ address }, _session, done) {
      const no = behaviour.recipient?.(address);
      done(no && failure(no));
    },
    async onData(stream, session, done) {
      const raw = (await buffer(stream)).toString();
      const to = session.envelope.rcptTo.map((one) => one.address);
      const taken = { to, raw, mail: await PostalMime.parse(raw) };
      relay.taken.push(taken);
      const verdict = behaviour.message?.(relay.taken.length) ?? 'ok';
      for (const arrived of waiting.splice(0)) arrived();
      if (verdict === 'hang') return;
      if (verdict === 'drop') return dropAll();
      if (verdict !== 'ok') return done(failure(verdict));
      relay.confirmed.push(taken);
      done();
    },
  });
  // A client that goes away in the middle is what some of these tests are about.
  server.on('error', () => undefined);
  const dropAll = () => {
    for (const connection of server.connections) connection._socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(relay, {
    port: (server.server.address() as AddressInfo).port,
    nextBody: () => new Promise<void>((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        dropAll();
      }),
  });
}
