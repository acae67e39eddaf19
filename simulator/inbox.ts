/**
 * A mail inbox for the demo and for tests: an SMTP server that keeps every mail as a file, and a page that
 * shows them. Read only, on loopback unless told otherwise.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Email } from 'postal-mime';
import { isLanguage } from '../lib/i18n/languages.ts';
import { isOfThisMachine } from '../lib/net/own-pages.ts';
import { type Clock, realClock } from '../lib/time/clock.ts';
import { readerOf, setLanguage } from './inbox/language.ts';
import { Mailbox } from './inbox/mailbox.ts';
import type { Offer } from './inbox/offer.ts';
import { listPage, type MailSummary, mailPage, refreshScript, summaryOf } from './inbox/page.ts';
import type { FaultPlayer } from './inbox/player.ts';
import { readForm } from './inbox/read-form.ts';
import { type Misbehaviour, startSmtp } from './inbox/smtp.ts';

export interface InboxOptions {
  /** Folder for the mails, normally '<home>/mailbox'. */
  mailbox: string;
  /** 0 or left out: any free port. */
  smtpPort?: number;
  httpPort?: number;
  host?: string;
  clock?: Clock;
  /** What its page offers to begin. */
  offer?: Offer;
  /** Which faults of a simulator it lets people choose. */
  player?: FaultPlayer;
}

export interface Inbox {
  smtpPort: number;
  httpPort: number;
  /** Replaces what the SMTP server does wrong; {} makes it behave again. */
  misbehave(how: Misbehaviour): void;
  /** A mail is being taken, and nothing was told to go wrong with it. */
  readonly busy: boolean;
  /** How many mails have come since the start. */
  readonly count: number;
  /** Their subjects, the oldest first. */
  subjects(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * @throws NodeJS.ErrnoException EADDRINUSE, EACCES... when a port or the folder cannot be used, and
 * ERR_MODULE_NOT_FOUND when smtp-server or postal-mime, both development dependencies, are not installed
 */
export async function startInbox(options: InboxOptions): Promise<Inbox> {
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? realClock;
  const mailbox = new Mailbox(options.mailbox);
  await mailbox.prepare();
  const { default: PostalMime } = await import('postal-mime');
  const parse = (content: Buffer): Promise<Email> => PostalMime.parse(content);

  let misbehaviour: Misbehaviour = {};
  const smtp = await startSmtp(mailbox, {
    host,
    port: options.smtpPort ?? 0,
    now: () => clock.now(),
    misbehaviour: () => misbehaviour,
  });
  const http = createServer((request, response) => {
    const { method, headers, url = '/' } = request;
    const answering = !isOfThisMachine(headers)
      ? foreign(response)
      : method === 'GET'
        ? show(request, response)
        : method === 'POST' && url === '/offer'
          ? begin(response)
          : method === 'POST' && url === '/fault'
            ? choose(request, response)
            : notFound(response);
    answering.catch(() => response.destroy());
  });
  try {
    await listen(http, options.httpPort ?? 0, host);
  } catch (error) {
    await smtp.stop();
    throw error;
  }

  const summaries = new Map<string, MailSummary>();
  async function summary(name: string): Promise<MailSummary | undefined> {
    const content = summaries.has(name) ? undefined : await mailbox.read(name);
    if (content !== undefined) summaries.set(name, summaryOf(name, await parse(content)));
    return summaries.get(name);
  }

  async function begin(response: ServerResponse): Promise<void> {
    const { offer } = options;
    if (offer === undefined) return notFound(response);
    offer.start();
    response.writeHead(303, { Location: '/' }).end();
  }

  let failed = '';
  async function choose(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { player } = options;
    if (player === undefined) return notFound(response);
    // A browser says of its own form where it comes from; what does not say so is no form of this page.
    if (request.headers.origin === undefined) return foreign(response);
    const form = await readForm(request);
    if (form === undefined) return wrong(response);
    try {
      if (!(await player.play(form.get('name') ?? ''))) return wrong(response);
      failed = '';
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    response.writeHead(303, { Location: '/' }).end();
  }

  async function show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname = '', query = ''] = (request.url ?? '/').replace(/#.*$/s, '').split('?', 2);
    const [, word, name, part] = pathname.split('/');
    const asked = new URLSearchParams(query).get('language');
    if (isLanguage(asked)) return setLanguage(asked, pathname, response);
    const reader = readerOf(request, pathname);
    if (word === '' && name === undefined) {
      const { player } = options;
      const all = await Promise.all((await mailbox.names()).map(summary));
      return send(
        response,
        'text/html',
        listPage(
          all.filter((one) => one !== undefined),
          reader,
          { offer: options.offer, choosing: player && { player, failed } },
        ),
      );
    }
    if (word === 'refresh.js' && name === undefined) return send(response, 'text/javascript', refreshScript);
    if (word !== 'mail' || name === undefined) return notFound(response);
    const content = await mailbox.read(name);
    if (content === undefined) return notFound(response);
    if (part === 'raw') return send(response, 'text/plain', content);
    const mail = await parse(content);
    if (part === undefined) return send(response, 'text/html', mailPage(name, mail, reader));
    if (part === 'html' && mail.html !== undefined) {
      response.setHeader(
        'Content-Security-Policy',
        `sandbox; ${STRICT}; img-src data:; frame-ancestors 'self'`,
      );
      return send(response, 'text/html', mail.html);
    }
    return notFound(response);
  }

  return {
    smtpPort: smtp.port,
    httpPort: (http.address() as AddressInfo).port,
    misbehave(how) {
      misbehaviour = how;
    },
    get busy() {
      return smtp.busy && Object.keys(misbehaviour).length === 0;
    },
    async subjects() {
      const names = (await mailbox.names()).slice(0, mailbox.count).reverse();
      return (await Promise.all(names.map(summary))).map((one) => one?.subject ?? '');
    },
    get count() {
      return mailbox.count;
    },
    async stop() {
      // Nobody may come in between the two.
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await Promise.all([smtp.stop(), closed]);
    },
  };
}

/** No scripts, nothing from elsewhere, not even when the escaping failed. */
const STRICT = "default-src 'none'; style-src 'unsafe-inline'";

async function send(response: ServerResponse, type: string, body: string | Buffer): Promise<void> {
  if (!response.hasHeader('Content-Security-Policy')) {
    response.setHeader(
      'Content-Security-Policy',
      `${STRICT}; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'`,
    );
  }
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  // Its own form must be able to say where it comes from.
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  response.end(body);
}

async function foreign(response: ServerResponse): Promise<void> {
  response.statusCode = 403;
  await send(response, 'text/plain', 'The inbox answers at http://127.0.0.1 and http://localhost only.\n');
}

async function wrong(response: ServerResponse): Promise<void> {
  response.statusCode = 400;
  await send(response, 'text/plain', 'There is no such fault.\n');
}

async function notFound(response: ServerResponse): Promise<void> {
  response.statusCode = 404;
  await send(response, 'text/plain', 'There is no such page.\n');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
