/** The inbox's SMTP server: takes every mail for everyone, unless told to misbehave. */
import type { AddressInfo, Socket } from 'node:net';
import type { Mailbox } from './mailbox.ts';

/** What the SMTP server does wrong. All parts are optional and may change at any time. */
export interface Misbehaviour {
  /** Recipients refused with 550. */
  refuse?: readonly string[];
  /** Every mail is put off with this reply at DATA, for example 451 or 552. */
  replyToData?: { code: number; text: string };
  /** After storing a mail: cut the connection, or never answer. The sender cannot know that it was stored. */
  afterData?: 'drop' | 'hang';
  /** Connections are accepted and never greeted. */
  silent?: boolean;
}

export interface SmtpInbox {
  port: number;
  /** Somebody is connected. */
  readonly busy: boolean;
  stop(): Promise<void>;
}

/** @throws Error when the package smtp-server is not installed: it is a development dependency */
export async function startSmtp(
  mailbox: Mailbox,
  options: { host: string; port: number; now: () => number; misbehaviour: () => Misbehaviour },
): Promise<SmtpInbox> {
  const { SMTPServer } = await import('smtp-server');
  const sockets = new Map<number, Socket>();
  const fail = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    banner: 'RAP Ops demo inbox',
    closeTimeout: 1,
    onConnect(_session, callback) {
      if (!options.misbehaviour().silent) callback();
    },
    onRcptTo(address, _session, callback) {
      const refused = options
        .misbehaviour()
        .refuse?.some((one) => one.toLowerCase() === address.address.toLowerCase());
      callback(refused ? fail(550, `No mailbox ${address.address} here`) : undefined);
    },
    onData(stream, session, callback) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const { replyToData, afterData } = options.misbehaviour();
        if (replyToData !== undefined) return callback(fail(replyToData.code, replyToData.text));
        const { mailFrom, rcptTo } = session.envelope;
        // What a mail server adds on delivery: who really sent it, and to whom.
        const envelope = [
          `Return-Path: <${mailFrom === false ? '' : mailFrom.address}>`,
          ...rcptTo.map(({ address }) => `Delivered-To: ${address}`),
        ];
        const content = Buffer.concat([Buffer.from(`${envelope.join('\r\n')}\r\n`), ...pieces]);
        mailbox.store(content, options.now()).then(
          (name) => {
            if (afterData === 'drop') sockets.get(session.remotePort)?.destroy();
            else if (afterData !== 'hang') callback(null, `stored as ${name}`);
          },
          (error: Error) => callback(fail(451, error.message)),
        );
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    get busy() {
      return sockets.size > 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}
