/**
 * The frame of an operator's page below the editor's address. The page itself holds no facts: it reads the
 * editor's login out of the browser and fetches them with it, so needsPermission guards every fact and every act.
 */
import { randomBytes } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { mayAct } from './admin-act.ts';
import { type Guest, leaveHouse, ledgerOf, placeOf } from './house.ts';
import type { Language } from './status-words.ts';

/** Words of a page by key, for each language. */
export type PageWords = Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** What every page says of the login, and of its frame. */
const frameWords: PageWords = {
  'en-US': {
    print: 'Print',
    noLogin: 'Log in to the Node-RED editor in this browser: this page then shows itself.',
    noRight: 'Your login may look, not act. Ask for one that may.',
    openEditor: 'Open the editor',
  },
  'zh-TW': {
    print: '列印',
    noLogin: '請先在此瀏覽器登入 Node-RED 編輯器，本頁隨即顯示。',
    noRight: '您的帳號只可查看，不可操作。請使用有權操作的帳號。',
    openEditor: '開啟編輯器',
  },
  'zh-CN': {
    print: '打印',
    noLogin: '请先在此浏览器登录 Node-RED 编辑器，本页随即显示。',
    noRight: '您的账号只可查看，不可操作。请使用有权操作的账号。',
    openEditor: '打开编辑器',
  },
};

export interface OpsPage {
  /** Path below the editor's address: '/rap-ops/practice'. */
  path: string;
  words: PageWords;
  /** Body of an async function show(ops), run in the browser; see `toolkit`. */
  script: string;
}

/** An act or question of a page; what it returns goes to the browser as JSON. */
export type OpsHandler = (
  ledger: Ledger,
  body: Record<string, unknown>,
  /** Name of the editor login, '' where the editor has none. */
  login: string,
) => Promise<unknown>;

/** Serves the page, its data at `<path>/data`, and its acts at `<path>/<name>`. */
export function serveOpsPage(
  RED: NodeAPI,
  page: OpsPage,
  data: OpsHandler,
  acts: Readonly<Record<string, OpsHandler>>,
): void {
  const admin = RED.httpAdmin;
  admin.get(page.path, (_request, response) => {
    const nonce = randomBytes(16).toString('base64');
    response
      .set(guardedPage(policy(nonce)))
      .type('text/html; charset=utf-8')
      .send(shell(page, nonce));
  });
  admin.get(`${page.path}/data`, RED.auth.needsPermission('rap-ops.read'), (request, response) => {
    void answer(RED, data, request, response);
  });
  for (const [name, act] of Object.entries(acts)) {
    admin.post(`${page.path}/${name}`, ...mayAct(RED, 'rap-ops.write'), (request, response) => {
      void answer(RED, act, request, response);
    });
  }
}

/** Headers of a page of ours: nothing around it, nothing kept, nothing told to where its links lead. */
export function guardedPage(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': `${policy}; frame-ancestors 'self'`,
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

interface AskedFor {
  body?: unknown;
  user?: { username?: string };
}

interface Answering {
  status(code: number): Answering;
  json(value: unknown): unknown;
  set(name: string, value: string): Answering;
}

async function answer(
  RED: NodeAPI,
  handler: OpsHandler,
  request: unknown,
  response: Answering,
): Promise<void> {
  const { body, user } = request as AskedFor;
  const guest: Guest = {};
  response.set('Cache-Control', 'no-store');
  try {
    const ledger = await ledgerOf(placeOf(RED), guest);
    response.json(await handler(ledger, (body ?? {}) as Record<string, unknown>, user?.username ?? ''));
  } catch (thrown) {
    const { code, message, cure } = asRapError(thrown);
    response.status(thrown instanceof RapError ? 400 : 500).json({ code, error: message, cure });
  } finally {
    await leaveHouse(guest);
  }
}

function policy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'`;
}

const shell = ({ path, words, script }: OpsPage, nonce: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>RAP Ops</title><style nonce="${nonce}">${style}</style></head><body>
<header><h1 id="title"></h1><nav><select id="language" aria-label="Language"><option value="en-US">English</option><option value="zh-TW">繁體中文</option><option value="zh-CN">简体中文</option></select> <button id="print" type="button"></button></nav></header>
<p id="trouble" role="alert" hidden></p><main></main>
<script nonce="${nonce}">
const path = ${JSON.stringify(path)};
const allWords = ${inScript(words)};
const frameWords = ${inScript(frameWords)};
${toolkit}
async function show(ops) {
${script}
}
start();
</script></body></html>
`;

const inScript = (words: PageWords) => JSON.stringify(words).replaceAll('<', '\\u003c');

/**
 * What a page's script works with: ops.words, ops.data, ops.main, ops.make(tag, text, parent, attributes) and
 * ops.table(heads, rows) for the page, ops.act(name, body) to do something; texts never become HTML.
 */
const toolkit = String.raw`
const byId = (id) => document.getElementById(id);
const root = location.pathname.slice(0, location.pathname.lastIndexOf(path));
/** Where the editor of this address keeps its login. */
const tokensKey = 'auth-tokens' + root.replace(/\//g, '-');
function token() {
  try { return JSON.parse(localStorage.getItem(tokensKey)).access_token; } catch { return ''; }
}
async function call(name, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (token()) headers.Authorization = 'Bearer ' + token();
  const answer = await fetch(root + path + '/' + name, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status === 401 || answer.status === 403) throw Object.assign(new Error(words().noLogin), { login: true });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error([value.error || answer.statusText, value.cure].filter(Boolean).join(' '));
  return value;
}
function language() { return byId('language').value; }
function words() { return { ...frameWords[language()], ...allWords[language()] }; }
function say(text, kind) { const box = byId('trouble'); box.hidden = !text; box.textContent = text; box.className = kind || 'bad'; }
/** Without a login nothing stays to be seen, and the way to the editor is shown. */
function sayTrouble(error) {
  say(error.message);
  if (!error.login) return;
  document.querySelector('main').replaceChildren();
  byId('trouble').append(' ');
  make('a', words().openEditor, byId('trouble'), { href: root + '/', target: '_blank', rel: 'noopener' });
}
function make(tag, text, parent, attributes) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== '') element.textContent = text;
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  if (parent) parent.append(element);
  return element;
}
function table(parent, heads, rows) {
  const box = make('table', '', parent);
  const head = make('tr', '', make('thead', '', box));
  for (const one of heads) make('th', one, head, { scope: 'col' });
  const body = make('tbody', '', box);
  for (const row of rows) {
    const line = make('tr', '', body);
    for (const cell of row) {
      const place = make('td', '', line);
      if (cell instanceof Node) place.append(cell); else place.textContent = cell;
    }
  }
  return box;
}
async function draw() {
  document.documentElement.lang = language();
  document.title = words().title; byId('title').textContent = words().title; byId('print').textContent = words().print;
  try {
    const data = await call('data');
    const main = document.querySelector('main');
    main.replaceChildren();
    await show({ words: words(), data, main, make, table: (...all) => table(main, ...all), act });
  } catch (error) { sayTrouble(error); }
}
/** Does something, says how it went, and shows the page anew. */
async function act(name, body) {
  say('');
  try {
    const { said } = await call(name, body);
    await draw();
    say(said, 'good');
    return true;
  } catch (error) {
    // The editor's server says the same of no login and of one that may not: whoever may look has a login.
    const looks = error.login && await call('data').then(() => true, () => false);
    if (looks) say(words().noRight); else sayTrouble(error);
    return false;
  }
}
function start() {
  const kept = localStorage.getItem('rap-ops-language') || navigator.language;
  byId('language').value = /^zh-(cn|sg|hans)/i.test(kept) ? 'zh-CN' : /^zh/i.test(kept) ? 'zh-TW' : 'en-US';
  byId('language').onchange = () => { localStorage.setItem('rap-ops-language', language()); say(''); draw(); };
  byId('print').onclick = () => print();
  // Somebody has logged in, or out, in the editor.
  addEventListener('storage', (event) => { if (event.key === tokensKey) { say(''); draw(); } });
  draw();
}
`;

const style = `
body { font: 15px/1.5 "Segoe UI", "Noto Sans CJK TC", "Microsoft JhengHei", Helvetica, Arial, sans-serif; color: #1f2a37; background: #fff; margin: 0 auto; max-width: 980px; padding: 20px; }
header { display: flex; justify-content: space-between; align-items: center; gap: 16px; border-bottom: 3px solid #1f4e79; }
h1 { font-size: 22px; margin: 6px 0; } h2 { font-size: 17px; color: #1f4e79; margin: 26px 0 6px; }
p { margin: 6px 0; } .soft { color: #52606d; }
#trouble { padding: 8px 12px; border-left: 4px solid #b3261e; background: #fdecea; } #trouble.good { border-color: #1e6b3a; background: #e6f4ea; }
table { border-collapse: collapse; width: 100%; margin: 6px 0; } th { text-align: left; color: #52606d; background: #f1f4f8; font-size: 13px; }
th, td { padding: 6px 10px; border-bottom: 1px solid #d5dce4; vertical-align: top; overflow-wrap: anywhere; }
.bad { color: #b3261e; font-weight: 600; } .good { color: #1e6b3a; font-weight: 600; } p.good, p.bad { font-weight: 400; color: inherit; }
form { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin: 8px 0; } label { display: block; font-size: 13px; color: #52606d; }
input, select, button { font: inherit; padding: 5px 9px; border: 1px solid #9aa5b1; border-radius: 4px; background: #fff; }
button { background: #1f4e79; color: #fff; border-color: #1f4e79; cursor: pointer; } button.second { background: #fff; color: #1f2a37; }
:focus-visible { outline: 3px solid #c99700; outline-offset: 1px; }
@page { size: A4; margin: 14mm; }
@media print { body { padding: 0; font-size: 11px; } nav, form, button { display: none !important; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
`;
