import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
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

/** A key and a certificate for 127.0.0.1 or another name, made for this test. */
export async function aCertificate({ name = 'IP:127.0.0.1', expired = false, bits = 0 } = {}): Promise<{
  key: string;
  cert: string;
}> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rap-test-'));
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  try {
    const key = bits > 0 ? [`rsa:${bits}`] : ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const kind = ['-newkey', ...key, '-nodes', '-keyout', 'key.pem'];
    openssl('req', '-new', ...kind, '-subj', '/CN=127.0.0.1', '-out', 'request.pem');
    // openssl's small authority takes a date of the past, which "req -x509" does not.
    await fs.writeFile(path.join(folder, 'ca.conf'), authority(name));
    await fs.writeFile(path.join(folder, 'index.txt'), '');
    const until = expired ? '20200102000000Z' : '20491231000000Z';
    const how = [
      '-batch',
      '-selfsign',
      '-keyfile',
      'key.pem',
      '-startdate',
      '20200101000000Z',
      '-enddate',
      until,
    ];
    openssl('ca', '-config', 'ca.conf', ...how, '-in', 'request.pem', '-out', 'cert.pem', '-notext');
    const read = (file: string) => fs.readFile(path.join(folder, file), 'utf8');
    return { key: await read('key.pem'), cert: await read('cert.pem') };
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}

function authority(name: string): string {
  const lines = [
    '[ca]',
    'default_ca=one',
    '[one]',
    'database=index.txt',
    'new_certs_dir=.',
    'rand_serial=yes',
  ];
  const more = ['default_md=sha256', 'policy=any', 'x509_extensions=more', '[any]', 'commonName=supplied'];
  return [...lines, ...more, '[more]', `subjectAltName=${name}`, ''].join('\n');
}
