/**
 * The desk in the browser: fetches a page's pieces anew while it is looked at, changes only what says something else,
 * and opens the forms of acts. Whatever is shown was made, and escaped, by the server.
 */

/** So often a page that is looked at is fetched anew, milliseconds. */
const EVERY_MS = 5_000;
/** A page that is older than this says so. */
const STALE_MS = 15_000;
/** So long something that was done is told. */
const TOLD_MS = 12_000;

const { body } = document;
const {
  root = './',
  follow,
  stopped = '',
  old = '',
  ended = '',
  endedAct = '',
  logIn = '',
  close = '',
  noServer = '',
} = body.dataset;

const byId = (id: string) => document.getElementById(id);

/** What tells an element from its neighbours when both are made anew. */
function keyOf(node: Node): string {
  if (!(node instanceof Element)) return `#${node.nodeType}`;
  return `${node.tagName} ${node.id} ${node.getAttribute('data-key') ?? ''}`;
}

/** What a person has changed by hand stays: which details are open, where a box is scrolled to. */
const THEIRS = new Set(['open']);

/** Was it given to an element so that it can have the focus? */
const isOurs = (name: string, value: string) => name === 'tabindex' && value === '-1';

/** Makes an element say what another says, keeping all of it that does already: focus and scroll stay. */
function morph(old: Element, next: Element): void {
  for (const { name, value } of [...old.attributes]) {
    if (!next.hasAttribute(name) && !THEIRS.has(name) && !isOurs(name, value)) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (old.getAttribute(name) !== value && !THEIRS.has(name)) old.setAttribute(name, value);
  }
  const left = new Map<string, Node[]>();
  for (const child of [...old.childNodes]) {
    const key = keyOf(child);
    left.set(key, [...(left.get(key) ?? []), child]);
  }
  let at: ChildNode | null = old.firstChild;
  for (const child of [...next.childNodes]) {
    const same = left.get(keyOf(child))?.shift();
    if (same === undefined) {
      old.insertBefore(document.importNode(child, true), at);
      continue;
    }
    if (same !== at) old.insertBefore(same, at);
    else at = at.nextSibling;
    if (same instanceof Element && child instanceof Element) morph(same, child);
    else if (same.nodeValue !== child.nodeValue) same.nodeValue = child.nodeValue;
  }
  for (const nodes of left.values()) for (const node of nodes) node.parentNode?.removeChild(node);
}

/** Gives the focus to an element, or to the nearest around it that is still on the page: whoever goes by keys stays there. */
function focusNear(around: readonly Element[]): void {
  const place = around.find((one) => one.isConnected && (one.id !== '' || one === around[0])) ?? byId('main');
  if (!(place instanceof HTMLElement)) return;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** An element, and what stands around it. */
function outward(element: Element | null): Element[] {
  return element === null ? [] : [element, ...outward(element.parentElement)];
}

function now(): [number, number] {
  return [performance.now(), Date.now()];
}

function ageMs(): number {
  const [page, wall] = now();
  return Math.max(page - freshAt[0], Math.abs(wall - freshAt[1]));
}

let mark = '';
/** When the page was true last, on two clocks: one stands still while the machine sleeps, the other may be set. */
let freshAt = now();
let asOf = byId('as-of-time')?.textContent ?? '';
let isOver = false;
let isFetching = false;
/** Something was done since the page was asked for: it is asked for once more. */
let isWanted = false;

async function refresh(): Promise<void> {
  if (isOver) return;
  if (isFetching) {
    isWanted = true;
    return;
  }
  isFetching = true;
  try {
    const headers: Record<string, string> = { 'X-Rap-Desk': 'pieces' };
    if (mark !== '') headers['If-None-Match'] = `"${mark}"`;
    const limit = AbortSignal.timeout(EVERY_MS * 2);
    const answer = await fetch(location.href, { headers, cache: 'no-store', signal: limit });
    if (answer.status === 401) return over();
    const pieces = byId('pieces');
    const of = answer.headers.get('x-rap-as-of');
    // What a proxy says in place of the desk is no page of it, nor is that the desk has too much to do.
    if (of === null) return;
    if (follow === 'again') return location.reload();
    if (answer.status !== 304) {
      if (!answer.headers.get('content-type')?.startsWith('text/html') || pieces === null) return;
      const next = new DOMParser().parseFromString(`<div>${await answer.text()}</div>`, 'text/html');
      const made = next.querySelector('div');
      if (made === null) return;
      const holder = pieces.cloneNode(false) as Element;
      holder.append(...made.childNodes);
      const around = outward(document.activeElement);
      morph(pieces, holder);
      if (around[0]?.isConnected === false) focusNear(around);
      mark = /"([\w-]+)"/.exec(answer.headers.get('etag') ?? '')?.[1] ?? '';
      const title = byId('main')?.dataset.title;
      if (title !== undefined) document.title = `${title} - RAP Ops`;
    }
    asOf = of;
    freshAt = now();
    const place = byId('as-of-time');
    if (place !== null && place.textContent !== asOf) place.textContent = asOf;
  } catch {
    // Said below as soon as the page is old.
  } finally {
    isFetching = false;
    sayAge();
    if (isWanted) {
      isWanted = false;
      void refresh();
    }
  }
}

/** A page that is not followed any more says since when. */
function sayAge(): void {
  const place = byId('as-of');
  if (place === null || isOver || follow !== 'yes') return;
  if (ageMs() <= STALE_MS) {
    if (place.classList.contains('stopped')) {
      // Made anew as the server writes it.
      mark = '';
      markOld(false);
      place.classList.remove('stopped');
      void refresh();
    }
    return;
  }
  if (place.classList.contains('stopped')) return;
  place.classList.add('stopped');
  place.setAttribute('role', 'status');
  place.textContent = stopped.replace('{time}', asOf);
  markOld(true);
}

/** Nothing is green on a page that may not be true any more, and the sentence on top says so itself. */
function markOld(isOld: boolean): void {
  body.classList.toggle('old', isOld);
  const box = document.querySelector('main > .verdict');
  const said = box?.querySelector('.was');
  if (!isOld) said?.remove();
  if (!isOld || !box || said) return;
  const line = document.createElement('p');
  line.className = 'was';
  line.textContent = old.replace('{time}', asOf);
  box.prepend(line);
}

/** The login has ended: nothing on the page is true any more for long. */
function over(): void {
  isOver = true;
  const place = byId('as-of');
  place?.classList.add('stopped');
  if (place !== null) place.textContent = stopped.replace('{time}', asOf);
  markOld(true);
  const box = byId('said');
  box?.replaceChildren(`${ended} `, loginLink());
  box?.classList.add('lasting');
}

function loginLink(target = ''): HTMLAnchorElement {
  const link = document.createElement('a');
  const here = location.pathname.split('/rap-ops/').at(-1) ?? '';
  link.href = `${root}login?ended=yes&next=${encodeURIComponent(here + location.search)}`;
  link.textContent = logIn;
  link.target = target;
  return link;
}

/** Somebody has logged in again, in another window: the page is followed as before. */
function loggedIn(): void {
  if (!isOver) return;
  isOver = false;
  byId('said')?.classList.remove('lasting');
}

let quiet = 0;

function say(text: string): void {
  const box = byId('said');
  if (box === null || isOver) return;
  const end = document.createElement('button');
  end.type = 'button';
  end.className = 'second';
  end.textContent = close;
  end.addEventListener('click', () => {
    box.replaceChildren();
    focusNear(opened);
  });
  const words = document.createElement('span');
  words.textContent = text;
  box.replaceChildren(words, end);
  clearTimeout(quiet);
  const hush = () => {
    if (box.contains(document.activeElement)) quiet = setTimeout(hush, TOLD_MS);
    else box.replaceChildren();
  };
  quiet = setTimeout(hush, TOLD_MS);
}

const dialog = byId('dialog') as HTMLDialogElement | null;
/** The button that was pressed last, and what stands around it. */
let opened: Element[] = [];

dialog?.addEventListener('close', () => focusNear(opened));

async function openAct(button: HTMLElement): Promise<void> {
  if (dialog === null) return;
  opened = outward(button);
  const fields = JSON.parse(button.dataset.fields ?? '{}') as Record<string, string | number>;
  const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  const answer = await fetch(`${root}act/${button.dataset.act}?${query}`).catch(() => undefined);
  if (answer?.status === 401) {
    const { error } = await saidBy(answer);
    return error === undefined ? over() : say(error);
  }
  if (answer?.ok !== true) return say(noServer);
  const form = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
  dialog.replaceChildren(...form.childNodes);
  dialog.showModal();
  const first = dialog.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea');
  // A name that is known already is not typed again.
  const empty = [...dialog.querySelectorAll<HTMLInputElement>('input:not([type=hidden]), textarea')].find(
    ({ value, type }) => value === '' && type !== 'checkbox',
  );
  (empty ?? first)?.focus();
}

/** What was filled in; a file is sent as the text that it holds. */
async function filledIn(form: HTMLFormElement): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    values[name] = typeof value === 'string' ? value : await value.text();
  }
  return values;
}

/** What an answer says, where it says anything: of a login that has ended it does not. */
async function saidBy(answer: Response): Promise<Record<string, string | undefined>> {
  return answer.json().catch(() => ({})) as Promise<Record<string, string | undefined>>;
}

async function doAct(form: HTMLFormElement): Promise<void> {
  const fault = form.querySelector<HTMLElement>('.fault');
  // Not by a button out of use: that would lose the focus.
  if (fault === null || form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  fault.hidden = true;
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
  try {
    const answer = await fetch(`${root}act/${form.dataset.actForm}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(await filledIn(form)),
    });
    const value = await saidBy(answer);
    if (answer.ok) {
      dialog?.close();
      loggedIn();
      say(value.said ?? '');
      await refresh();
      return;
    }
    if (answer.status === 401 && value.error === undefined) {
      // What was typed stays where it is: after a login in another window the same button does it.
      over();
      fault.replaceChildren(`${endedAct} `, loginLink('_blank'));
      fault.hidden = false;
      return;
    }
    const said = [value.error ?? answer.statusText, value.cure].filter(Boolean);
    const detail = document.createElement('span');
    detail.className = 'detail';
    detail.textContent = value.detail ?? '';
    if (!/\p{Script=Han}/u.test(detail.textContent)) detail.lang = 'en';
    fault.replaceChildren(said.join(document.documentElement.lang === 'en' ? '. ' : '。'), ' ', detail);
    fault.hidden = false;
    const field = value.field ? form.querySelector<HTMLElement>(`[name="${CSS.escape(value.field)}"]`) : null;
    field?.setAttribute('aria-invalid', 'true');
    field?.setAttribute('aria-describedby', fault.id);
    field?.focus();
  } catch {
    fault.textContent = noServer;
    fault.hidden = false;
  } finally {
    form.ariaBusy = null;
  }
}

async function json(path: string, value: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(root + path, { method: 'POST', headers, body: JSON.stringify(value) });
}

/** Hands a token of Node-RED to the desk, which keeps it where no script can read it, and goes on. */
async function begin(form: HTMLFormElement, token: string, seconds: number): Promise<boolean> {
  const answer = await json('session', { token, seconds });
  if (answer.ok) location.replace(root + (form.dataset.next ?? ''));
  return answer.ok;
}

/** Where the editor keeps its token. */
const editorKey = () =>
  `auth-tokens${new URL('../', new URL(root, location.href)).pathname.replace(/\/$/, '').replaceAll('/', '-')}`;

/** What the editor has kept of its login. */
function keptByEditor(): { access_token?: unknown; expires_in?: number } {
  try {
    return JSON.parse(localStorage.getItem(editorKey()) ?? '{}');
  } catch {
    return {};
  }
}

/** Ends the login of this browser, at the editor as well: else the login page would take it from there again. */
async function logOut(): Promise<void> {
  const { access_token: token } = keptByEditor();
  localStorage.removeItem(editorKey());
  await json('logout', {});
  if (token !== undefined) {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
    await fetch(`${root}../auth/revoke`, { method: 'POST', headers, body: JSON.stringify({ token }) });
  }
  location.assign(`${root}login`);
}

/** A browser that is logged in at the editor need not log in again. */
async function takeFromEditor(form: HTMLFormElement): Promise<void> {
  try {
    const kept = keptByEditor();
    if (typeof kept.access_token === 'string') await begin(form, kept.access_token, kept.expires_in ?? 3600);
  } catch {
    // Then by name and password.
  }
}

async function logInAt(form: HTMLFormElement): Promise<void> {
  const fault = byId('login-fault');
  const button = form.querySelector('button');
  const { wrong = '', slow = '""', noServer = '', noRight = '' } = form.dataset;
  const complain = (text: string) => {
    if (fault === null) return;
    fault.hidden = false;
    fault.textContent = text;
  };
  if (button === null) return;
  button.disabled = true;
  try {
    const filled = await filledIn(form);
    const answer = await fetch(`${root}../auth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'node-red-editor', grant_type: 'password', scope: '', ...filled }),
    });
    if (answer.ok) {
      const token = (await answer.json()) as { access_token: string; expires_in?: number };
      if (!(await begin(form, token.access_token, token.expires_in ?? 3600))) complain(noRight);
    } else if (answer.status === 429) {
      const minutes = Math.max(1, Math.ceil(Number(answer.headers.get('retry-after') ?? 600) / 60));
      const text = JSON.parse(slow) as string | { one: string; other: string };
      const said = typeof text === 'string' ? text : minutes === 1 ? text.one : text.other;
      complain(said.replace('{minutes}', String(minutes)));
    } else complain(answer.status >= 500 ? noServer : wrong);
  } catch {
    complain(noServer);
  } finally {
    button.disabled = false;
    const password = form.querySelector<HTMLInputElement>('[name=password]');
    if (fault?.hidden === false) password?.select();
  }
}

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const act = target?.closest<HTMLElement>('[data-act]');
  if (act) void openAct(act);
  if (target?.closest('button[data-close]')) dialog?.close();
  if (target?.closest('#log-out')) void logOut();
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.dataset.actForm !== undefined) {
    event.preventDefault();
    void doAct(form);
  } else if (form.id === 'login') {
    event.preventDefault();
    void logInAt(form);
  }
});

// On a phone the line of the menu that one is on may lie outside of the window.
document.querySelector('nav [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });

const login = byId('login');
if (login instanceof HTMLFormElement) void takeFromEditor(login);

if (follow === 'yes' || follow === 'again') {
  setInterval(() => {
    if (document.visibilityState === 'visible') void refresh();
  }, EVERY_MS);
  setInterval(sayAge, 1_000);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refresh();
    sayAge();
  });
}

export {};
