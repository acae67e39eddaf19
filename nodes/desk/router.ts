/** The addresses of the desk below the editor's: who may see and do what, in which language, by which thread. */
import { gzipSync } from 'node:zlib';
import type { NodeAPI } from 'node-red';
import { toldFault } from '../../lib/desk/fault.ts';
import type { Kit } from '../../lib/desk/kit.ts';
import { notice, pieces, type Sheet, wholePage } from '../../lib/desk/layout.ts';
import { files, lines, pages } from '../../lib/desk/pages.ts';
import { styleSource } from '../../lib/desk/style.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { isLanguage, type Language } from '../../lib/i18n/languages.ts';
import { preferredLanguage } from '../../lib/i18n/preferred-language.ts';
import { isKey, type Key, t } from '../../lib/i18n/translate.ts';
import { plain } from '../../lib/mail/escape.ts';
import { boundedBody } from '../runtime/bounds.ts';
import { guardedPage } from '../runtime/guarded-page.ts';
import {
  acquireLedger,
  clockOf,
  homeOf,
  type Participant,
  release,
  runtimeOptionsOf,
} from '../runtime/runtime.ts';
import type { Act } from './acts/act.ts';
import { formOf, MOST } from './acts/form.ts';
import { acts } from './acts/index.ts';
import { DoneOnce } from './acts/once.ts';
import { browserScript } from './browser-script.ts';
import { liveOf } from './live.ts';
import { loginPage, nextOf } from './login-page.ts';
import {
  type Asking,
  bearsToken,
  holds,
  isOwnOrigin,
  loginKind,
  signedOn,
  signOnOf,
  userOf,
  type Visitor,
  visitorWith,
} from './rights.ts';
import { cookie, cookieIn, isSecure, isToken, noSessionCookie, sessionCookie, tokenIn } from './session.ts';
import { Busy } from './thread.ts';
import { type ThreadOf, threadsOf } from './threads.ts';
import { perTurn } from './turns.ts';

/** Where the desk lies below the editor's address. */
export const PLACE = '/rap-ops';
const LOOK = 'rap-ops.read';
const LANGUAGE = 'rap-ops-language';
const YEAR_SECONDS = 365 * 86_400;
/** Letters of a parameter: folders and lists of numbers may be long. */
const LONGEST = 1000;
const HTML = 'text/html; charset=utf-8';
/** Every address below the desk's. */
const BELOW = new RegExp(`^${PLACE}/`);
/** Nothing but the desk's own style, script and data. */
const POLICY = `default-src 'none'; style-src ${styleSource}; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'`;
/** Pages that are asked for at once, those whose login is still looked up among them; and when one more is to ask again. */
const MOST_AT_ONCE = 200;
const AGAIN_SECONDS = 5;
/** Requests that are begun in one turn of Node-RED's loop. */
const MOST_IN_A_TURN = 8;

interface Answering {
  headersSent: boolean;
  status(code: number): Answering;
  set(headers: Record<string, string>): Answering;
  set(name: string, value: string): Answering;
  append(name: string, value: string): Answering;
  type(type: string): Answering;
  send(body: string | Uint8Array): void;
  json(value: unknown): void;
  redirect(code: number, to: string): void;
  end(): void;
}

type Handler = (request: Asking, response: Answering, next: (fault?: unknown) => void) => unknown;

interface App {
  get(path: string, ...handlers: Handler[]): void;
  post(path: string, ...handlers: Handler[]): void;
  use(path: string, ...handlers: Handler[]): void;
  all(path: RegExp, ...handlers: Handler[]): void;
  parent?: App;
  handle(request: unknown, response: unknown, next: (fault?: unknown) => void): void;
}

/** What was logged last of pages that could not be made. */
const warned = new WeakMap<object, string>();

/** Whom the proxy named, by request. */
const signed = new WeakMap<object, Visitor>();

/** Registers all routes of the desk. */
export function serveDesk(RED: NodeAPI): void {
  const app = RED.httpAdmin as unknown as App;
  const threadOf = threadsOf(RED.events);

  const served = servedBy(RED);
  const inTurns = perTurn(MOST_IN_A_TURN);
  app.use(
    PLACE,
    (_request, _response, next) => inTurns(next),
    served((request, response, next) => enter(RED, request, response, next)),
  );

  app.get(
    `${PLACE}/login`,
    served((request, response) => showLogin(RED, request, response)),
  );
  app.post(
    `${PLACE}/session`,
    json,
    own,
    served((request, response) => beginSession(RED, request, response)),
  );
  app.post(`${PLACE}/logout`, json, own, (request, response, next) =>
    endSession(app, request, response, next),
  );
  app.get(`${PLACE}/desk.js`, (request, response) => {
    const { text, gzip, mark } = browserScript();
    const isShort = takesGzip(request);
    // Under the address that its pages name it never changes.
    const kept = request.query.v === mark ? `max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
    response
      .set({ 'Cache-Control': kept, ETag: `"${mark}"`, Vary: 'Accept-Encoding' })
      .set(isShort ? { 'Content-Encoding': 'gzip' } : {})
      .type('text/javascript; charset=utf-8')
      .send(isShort ? gzip : text);
  });
  app.get(
    `${PLACE}/act/:name`,
    served((request, response) => showAct(RED, request, response)),
  );
  app.post(
    `${PLACE}/act/:name`,
    json,
    own,
    served((request, response) => doAct(RED, threadOf, request, response)),
  );
  let atOnce = 0;
  const show = async (path: string, request: Asking, response: Answering) => {
    if (atOnce >= MOST_AT_ONCE) return answerBusy(RED, path, request, response);
    atOnce++;
    try {
      await showPage(RED, path, threadOf, request, response);
    } finally {
      atOnce--;
    }
  };
  for (const { path } of [...pages, ...files]) {
    const address = path === '' ? `${PLACE}/` : `${PLACE}/${path}`;
    app.get(
      address,
      served((request, response) => show(path, request, response)),
    );
  }
  afterAllRoutes(RED, () =>
    app.all(
      BELOW,
      served(async (request, response) => {
        const [path = ''] = belowDesk(request).split('?');
        if (reads(request)) await show(path, request, response);
        else await answerNone(RED, request, response);
      }),
    ),
  );
}

/** Adds what answers when nobody else does, once the nodes have added their routes; in safe mode no flow starts. */
function afterAllRoutes({ events }: NodeAPI, add: () => void): void {
  const begun = () => {
    events.off('flows:started', begun).off('runtime-event', told);
    add();
  };
  const told = ({ id }: { id?: string }) => {
    if (id === 'runtime-state') begun();
  };
  events.on('flows:started', begun).on('runtime-event', told);
}

/** There is no such thing; whoever may not look does not learn that. */
async function answerNone(RED: NodeAPI, request: Asking, response: Answering): Promise<void> {
  const mayLook = (await who(RED, request, LOOK)) !== undefined;
  response.status(mayLook ? 404 : 401).end();
}

/**
 * Handlers whose faults are answered and told: one that nobody hears of would end the process. What asks for logins may
 * fail: a site's own function, a service that is away.
 */
function servedBy(RED: NodeAPI) {
  return (handler: (...asked: Parameters<Handler>) => Promise<void> | void): Handler =>
    async (request, response, next) => {
      try {
        await handler(request, response, next);
      } catch (thrown) {
        RED.log.error(`rap-ops: ${asRapError(thrown).message}`);
        if (!response.headersSent)
          response.status(500).json({ code: 'UNEXPECTED', error: 'The log says why' });
      }
    };
}

/** Before everything below the desk's address: who was named by the proxy, or has the cookie of a login. */
async function enter(RED: NodeAPI, request: Asking, response: Answering, next: () => void): Promise<void> {
  response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  // Express takes small letters for large ones; the path of a cookie does not.
  if (!request.baseUrl.endsWith(PLACE)) {
    const { pathname, search } = new URL(request.url ?? '/', 'http://desk');
    const place = `${request.baseUrl.slice(0, -PLACE.length)}${PLACE}`;
    return response.redirect(308, place + pathname + search);
  }
  const plain = withoutSlash(request.originalUrl);
  if (plain !== undefined && reads(request)) return response.redirect(308, plain);
  const signOn = signOnOf(RED);
  const named = signOn === undefined ? undefined : signedOn(request, signOn);
  const user =
    named === undefined || named === 'forged' ? undefined : await userOf(RED, named).catch(() => undefined);
  if (named !== undefined && user === undefined) {
    RED.log.audit({ event: 'rap-ops.sign-on.refused' } as never, request as never);
    return refuse(RED, request, response, { isKnown: true });
  }
  if (user !== undefined) signed.set(request, user);
  const token = tokenIn(request);
  // A header that says who asks stands for itself.
  if (user === undefined && token !== undefined && !bearsToken(request)) {
    // Whatever a browser sends by itself, a page of another site can make it send.
    if (!reads(request) && !isOwnOrigin(request)) {
      return void response
        .status(403)
        .json({ code: 'USAGE', error: 'This came from a page of another address' });
    }
    request.headers.authorization = `Bearer ${token}`;
  }
  next();
}

const reads = ({ method }: Asking) => method === 'GET' || method === 'HEAD';

/**
 * Links of a page are relative to an address without a slash at its end.
 * @param url '/rap-ops/history/?q=x'
 * @returns where that is, seen from there: '../history?q=x'; undefined where the address is as it should be
 */
function withoutSlash(url: string): string | undefined {
  const [path = '', ...rest] = url.split('?');
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  // The desk itself has one.
  const isDesk = path.endsWith(PLACE, end);
  const up = path.length - end - (isDesk ? 1 : 0);
  if (up <= 0) return undefined;
  const name = isDesk ? '' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
  return ['../'.repeat(up) + name, ...rest].join('?');
}

/** Only JSON: a page of another site can make a browser send a form, or text, without being asked first. */
const json: Handler = (request, response, next) => {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return void response.status(415).end();
  try {
    boundedBody(request.body ?? {});
  } catch (thrown) {
    const { code, message } = asRapError(thrown);
    return response.status(413).json({ code, error: message });
  }
  next();
};

const own: Handler = (request, response, next) => {
  if (isOwnOrigin(request)) next();
  else response.status(403).json({ code: 'USAGE', error: 'This came from a page of another address' });
};

const who = (RED: NodeAPI, request: Asking, permission: string) =>
  visitorWith(RED, request, permission, signed.get(request));

async function showPage(
  RED: NodeAPI,
  path: string,
  threadOf: ThreadOf,
  request: Asking,
  response: Answering,
): Promise<void> {
  const place = request.originalUrl.split('?')[0] ?? '';
  // Links are relative, so the desk's address ends with a slash.
  if (path === '' && !place.endsWith('/')) {
    const { search } = new URL(request.originalUrl, 'http://desk');
    return response.redirect(302, `${place.split('/').at(-1)}/${search}`);
  }
  if (setLanguage(request, response)) return;
  const onlyPieces = isOfPieces(request);
  try {
    const visitor = await who(RED, request, LOOK);
    if (visitor === undefined) return await refuse(RED, request, response, { onlyPieces });
    const known = /^"([\w-]+)"$/.exec(String(request.headers['if-none-match'] ?? ''))?.[1] ?? '';
    const answer = await threadOf(homeOf(RED)).ask(visitor.name, () => ({
      ...{ path, query: queryOf(request), live: liveOf(RED), kit: kitOf(RED, request, visitor, path) },
      ...{ pieces: onlyPieces, known, gzip: takesGzip(request) },
    }));
    warned.delete(RED);
    response.set(guardedPage(POLICY)).set({ 'X-Rap-As-Of': answer.asOf, Vary: 'Accept-Encoding' });
    if (answer.encoding !== '') response.set('Content-Encoding', answer.encoding);
    if (answer.mark !== '') response.set('ETag', `"${answer.mark}"`);
    if (answer.file !== '')
      response.set('Content-Disposition', `attachment; filename="${plainName(answer.file)}"`);
    if (answer.status === 304) response.status(304).end();
    else {
      const { buffer, byteOffset, byteLength } = answer.body;
      response
        .status(answer.status)
        .type(answer.type)
        .send(Buffer.from(buffer, byteOffset, byteLength));
    }
  } catch (thrown) {
    if (thrown instanceof Busy) return answerBusy(RED, path, request, response);
    const { message } = asRapError(thrown);
    // A light asks every few seconds.
    if (warned.get(RED) !== message) RED.log.warn(`rap-ops: ${message}`);
    warned.set(RED, message);
    if (onlyPieces) return response.status(503).end();
    const kit = kitOf(RED, request, { name: '', scope: [] }, path);
    const of = ['desk.frame.noAnswer', 'desk.frame.noAnswerMore'] as const;
    send(response, 503, await noticePage(kit, of, 'again'));
  }
}

const takesGzip = (request: Asking) => request.acceptsEncodings('gzip') === 'gzip';

const isOfPieces = ({ headers }: Asking) => headers['x-rap-desk'] === 'pieces';

/** Pages that say that there is too much to do, by language and where the page lies: thousands may ask at once. */
const busyPages = new Map<string, Promise<{ text: string; gzip: Uint8Array }>>();

/** Costs next to nothing: nobody's login is looked up, and nothing is made. */
async function answerBusy(RED: NodeAPI, path: string, request: Asking, response: Answering): Promise<void> {
  tellBusy(RED);
  response.set('Retry-After', String(AGAIN_SECONDS));
  if (isOfPieces(request)) return response.status(503).end();
  const kit = kitOf(RED, request, { name: '', scope: [] }, path);
  const key = `${kit.language} ${kit.root}`;
  const page = busyPages.get(key) ?? busyPage(kit);
  busyPages.set(key, page);
  const { text, gzip } = await page;
  const isShort = takesGzip(request);
  // A mark that is the same for all spares one for each.
  response.set({
    ETag: '"busy"',
    Vary: 'Accept-Encoding',
    ...(isShort ? { 'Content-Encoding': 'gzip' } : {}),
  });
  send(response, 503, isShort ? gzip : text);
}

async function busyPage(kit: Kit): Promise<{ text: string; gzip: Uint8Array }> {
  const text = await noticePage(kit, ['desk.frame.busy', 'desk.frame.busyMore'], 'again');
  return { text, gzip: gzipSync(text) };
}

/** When it was logged last that too many pages are asked for, milliseconds. */
const toldBusy = new WeakMap<object, number>();
const BUSY_TOLD_MS = 60_000;

function tellBusy(RED: NodeAPI): void {
  const now = clockOf(RED).monotonic();
  if (now - (toldBusy.get(RED) ?? Number.NEGATIVE_INFINITY) < BUSY_TOLD_MS) return;
  toldBusy.set(RED, now);
  RED.log.warn(`rap-ops: ${new Busy().message}`);
}

/** Without a right: to the login where there is one, else a sentence. */
async function refuse(
  RED: NodeAPI,
  request: Asking,
  response: Answering,
  { onlyPieces = false, isKnown = signed.has(request) || request.user !== undefined } = {},
): Promise<void> {
  const takesPage = request.method === 'GET' && /\btext\/html\b/.test(String(request.headers.accept ?? ''));
  const isPage = takesPage && !onlyPieces;
  if (!isPage) return response.status(401).end();
  if (!isKnown) {
    const path = belowDesk(request);
    const depth = '../'.repeat((path.split('?')[0] ?? '').split('/').length - 1) || './';
    const next = nextOf(path);
    const ended = tokenIn(request) === undefined ? '' : '&ended=yes';
    return response.redirect(302, `${depth}login?next=${encodeURIComponent(next)}${ended}`);
  }
  const kit = kitOf(RED, request, { name: '', scope: [] }, '');
  send(response, 403, await noticePage(kit, ['desk.frame.mayNot', 'desk.frame.mayNotMore'], 'no'));
}

async function noticePage(
  kit: Kit,
  [title, more]: readonly [Key, Key],
  follows: Sheet['follows'],
): Promise<string> {
  const words = t(kit.language, title);
  const main = notice(kit, words, t(kit.language, more), 'bad');
  const sheet = { title: words, lines: [], main, follows };
  return wholePage(sheet, kit, await pieces(sheet, kit, ''));
}

/** A page that this process made itself. */
function send(response: Answering, status: number, page: string | Uint8Array): void {
  response.set(guardedPage(POLICY)).status(status).type(HTML).send(page);
}

async function showLogin(RED: NodeAPI, request: Asking, response: Answering): Promise<void> {
  const kind = loginKind(RED);
  const next = nextOf(request.query.next);
  if (kind === 'none' || signed.has(request)) return response.redirect(302, `./${next}`);
  if (setLanguage(request, response)) return;
  const kit = kitOf(RED, request, { name: '', scope: [] }, '');
  const page = { next, ended: request.query.ended === 'yes', elsewhere: kind === 'elsewhere' };
  send(response, 200, await loginPage(kit, page));
}

/** The browser has a token of Node-RED: it goes into the cookie when it may look. */
async function beginSession(RED: NodeAPI, request: Asking, response: Answering): Promise<void> {
  const { token, seconds } = request.body as { token?: unknown; seconds?: unknown };
  if (!isToken(token)) return response.status(400).json({ error: 'no token' });
  request.headers.authorization = `Bearer ${token}`;
  const visitor = await visitorWith(RED, request, LOOK, undefined);
  if (visitor === undefined) return response.status(401).end();
  response.append('Set-Cookie', sessionCookie(token, Number(seconds), cookiePlace(request)));
  response.json({ name: visitor.name });
}

/** The cookie goes, and Node-RED forgets the token. */
function endSession(app: App, request: Asking, response: Answering, next: (fault?: unknown) => void): void {
  const token = tokenIn(request);
  response.append('Set-Cookie', noSessionCookie(cookiePlace(request)));
  if (token === undefined) {
    response.json({});
    return;
  }
  request.body = { token };
  request.url = '/auth/revoke';
  // Node-RED's own routes are those of the application that ours is part of.
  (app.parent ?? app).handle(request, response, next);
}

/** 'report/12?x=y' of the address that a route has, '' for the desk itself. */
function belowDesk({ url = '' }: Asking): string {
  const [place = '', query] = url.split('?', 2);
  // Where the editor lies is gone from it; what somebody wrote behind may hold the same name once more.
  const below = place.slice(place.indexOf(`${PLACE}/`) + PLACE.length + 1);
  return query === undefined ? below : `${below}?${query}`;
}

/** Where the editor lies comes from its settings, not from what somebody wrote into an address. */
function cookiePlace(request: Asking) {
  return { path: `${request.baseUrl}${PLACE}`, secure: isSecure(request) };
}

async function showAct(RED: NodeAPI, request: Asking, response: Answering): Promise<void> {
  const act = acts.find(({ name }) => name === request.params.name);
  if (act === undefined) return answerNone(RED, request, response);
  const visitor = await who(RED, request, act.permission);
  if (visitor === undefined) return refuseAct(RED, request, response);
  // The act's own name is no field of it, and a report has a name too.
  const given = queryOf({ query: request.query, params: {} });
  response.type(HTML).send(await formOf(act, languageOf(request), given, visitor.name));
}

/** Acts that were done, by runtime. */
const doneActs = new WeakMap<object, DoneOnce<{ said: string }>>();

function doneOnce({ events }: NodeAPI): DoneOnce<{ said: string }> {
  const known = doneActs.get(events) ?? new DoneOnce<{ said: string }>();
  doneActs.set(events, known);
  return known;
}

/** Whoever still may look has lost a right, and not the login, while the form was open: that is said. */
async function refuseAct(RED: NodeAPI, request: Asking, response: Answering): Promise<void> {
  if ((await who(RED, request, LOOK)) === undefined) return response.status(401).end();
  response.status(401).json({ code: 'USAGE', error: t(languageOf(request), 'acts.form.mayNot') });
}

async function doAct(RED: NodeAPI, threadOf: ThreadOf, request: Asking, response: Answering): Promise<void> {
  const act = acts.find(({ name }) => name === request.params.name);
  if (act === undefined) return answerNone(RED, request, response);
  const visitor = await who(RED, request, act.permission);
  if (visitor === undefined) return refuseAct(RED, request, response);
  const participant: Participant = {};
  try {
    const language = languageOf(request);
    const { once, ...body } = request.body as Record<string, unknown>;
    const { input, by, typed, why } = readAct(act, body, visitor.name);
    const ledger = await acquireLedger(runtimeOptionsOf(RED), participant);
    const context = {
      ...{ RED, ledger, clock: clockOf(RED), home: homeOf(RED), language },
      ...{ login: visitor.name, by, typed },
      ask: async (path: string, query: Readonly<Record<string, string>>) => {
        const { body } = await threadOf(homeOf(RED)).ask(visitor.name, () => ({
          ...{ path, query, live: liveOf(RED), kit: kitOf(RED, request, visitor, path) },
          ...{ pieces: false, known: '', gzip: false },
        }));
        return new TextDecoder().decode(body);
      },
    };
    const { value, before } = await doneOnce(RED).run([visitor.name, act.name], once, () =>
      act.done(context, { ...input, why }),
    );
    const { said } = value;
    response.json({ ...value, said: before ? t(language, 'acts.form.already', { said }) : said });
  } catch (thrown) {
    const fault = asRapError(thrown);
    const status = thrown instanceof RapError ? 400 : 500;
    response.status(status).json(refusalOf(act, fault, languageOf(request)));
  } finally {
    await release(participant);
  }
}

/** What a person is told of an act that was refused; `detail` is a sentence in English for a reader of another language. */
function refusalOf(act: Act, fault: RapError, language: Language) {
  const { code, message, cure, details } = fault;
  const field = String(details.field ?? '');
  if (language === 'en') return { code, error: message, cure, field, detail: '' };
  const told = toldFault({ language }, fault);
  if (code !== 'USAGE')
    return { code, error: told.what, cure: told.cure, field, detail: told.details.join(' ') };
  const most = details.most;
  if (typeof most === 'number') {
    const label = t(language, field === 'by' ? 'acts.form.name' : 'acts.form.why');
    const error = t(language, 'desk.frame.form.long', { field: label, n: most });
    return { code, error, cure: '', field, detail: '' };
  }
  // The cure of this code speaks of the command line.
  const key = `acts.${act.name}.labels.${field}`;
  const label = isKey(key) ? t(language, key) : undefined;
  const known: Partial<Record<string, string>> = {
    by: t(language, 'desk.frame.form.who'),
    why: t(language, 'desk.frame.form.why'),
  };
  const wrong =
    label === undefined
      ? t(language, 'desk.frame.fault')
      : t(language, 'desk.frame.form.wrong', { field: label });
  return { code, error: known[field] ?? wrong, cure: '', field, detail: told.details.join(' ') };
}

/** In one line of what can be seen: it stands in the journal and in mails. */
const lineOf = (value: unknown) => (typeof value === 'string' ? plain(value).trim() : '');

/** What a person filled in. @throws RapError USAGE naming the field */
function readAct(act: Act, body: Record<string, unknown>, login: string) {
  const name = lineOf(body.by);
  // Whoever is logged in stands for it; the name typed is added where it says more.
  const by = login === '' || login === name ? name : name === '' ? login : `${name} (${login})`;
  const why = lineOf(body.why);
  const missing = (field: string, message: string) => new RapError('USAGE', message, { details: { field } });
  // A text that was cut would say something else, and nobody would know.
  for (const [field, text] of Object.entries({ by: name, why })) {
    const most = MOST[field as keyof typeof MOST];
    if (Array.from(text).length > most)
      throw new RapError('USAGE', `${field}: no more than ${most} letters`, { details: { field, most } });
  }
  if (by === '') throw missing('by', 'Say who you are');
  if (act.reason === 'required' && why === '') throw missing('why', 'Say why');
  const { by: _, why: __, ...fields } = body;
  const read = act.schema.safeParse(fields);
  if (read.success) return { input: read.data, by, typed: name || login, why };
  const [issue] = read.error.issues;
  const field = String(issue?.path[0] ?? '');
  throw new RapError('USAGE', `${field}: ${issue?.message ?? 'cannot be read'}`, { details: { field } });
}

function kitOf(RED: NodeAPI, request: Asking, visitor: Visitor, path: string): Kit {
  const language = languageOf(request);
  return {
    ...{ language, now: clockOf(RED).now(), login: visitor.name },
    acts: acts.filter(({ permission }) => holds(visitor.scope, permission)).map(({ name }) => name),
    lines,
    script: browserScript().mark,
    root: path.includes('/') ? '../'.repeat(path.split('/').length - 1) : './',
  };
}

/** What was asked in the address; what is no text, or too long, is cut. */
function queryOf({ query, params }: Pick<Asking, 'query' | 'params'>): Record<string, string> {
  const all = Object.entries({ ...query, ...params }).slice(0, 50);
  return Object.fromEntries(
    all.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, LONGEST)]] : [])),
  );
}

/** As it was chosen here, else as the browser asks. */
function languageOf({ headers }: Asking): Language {
  const chosen = cookieIn(headers.cookie, LANGUAGE, isLanguage);
  if (chosen !== undefined) return chosen;
  return preferredLanguage(headers['accept-language']);
}

/** "?language=zh-Hant" is kept in the browser, and goes from the address. */
function setLanguage(request: Asking, response: Answering): boolean {
  const { language, ...rest } = request.query;
  if (!isLanguage(language)) return false;
  response.append('Set-Cookie', cookie(LANGUAGE, language, YEAR_SECONDS, cookiePlace(request)));
  const kept = Object.entries(rest).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const text = new URLSearchParams(kept).toString();
  const name = (request.originalUrl.split('?')[0] ?? '').split('/').at(-1);
  response.redirect(303, `./${name}${text === '' ? '' : `?${text}`}`);
  return true;
}

const plainName = (name: string) => name.replaceAll(/[^\w.-]/g, '_');
