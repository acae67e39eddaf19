/**
 * Stands before the log-in of Node-RED. By itself that locks a name for ten minutes, for everybody, as soon as anybody
 * gave five wrong passwords for it: whoever reaches the page keeps the operators out. Here a wrong password counts
 * against where it comes from - a browser that has logged in under this name before, else an address - and is not
 * handed on, so that Node-RED counts none (decision 20).
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { PasswordCheck } from './password-check.ts';

/** The Node-RED that runs here: the one that was started, else the one beside this palette. */
function nodeRed(): NodeJS.Require {
  const started = process.argv[1] ?? '';
  const here = createRequire(import.meta.url);
  // A link leads to it where it is installed for all.
  if (!existsSync(started)) return createRequire(here.resolve('node-red'));
  const from = createRequire(realpathSync(started));
  try {
    return createRequire(from.resolve('node-red'));
  } catch {
    return createRequire(here.resolve('node-red'));
  }
}

interface Asking extends IncomingMessage {
  path: string;
  body?: Record<string, unknown>;
}

interface Answering extends ServerResponse {
  status(code: number): Answering;
  json(body: unknown): unknown;
}

type Next = (error?: unknown) => void;
type Handler = (request: Asking, response: Answering, next: Next) => unknown;

/** A refusal, as Node-RED's audit log has it. */
interface Refusal {
  event: string;
  username: string;
  client: unknown;
}

interface GuardOptions {
  /** As Node-RED's adminAuth takes them. */
  users: readonly { username: string; password: string }[];
  /** Signs the cookies of known browsers. */
  secret: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Told of each refusal, as Node-RED's audit log is. */
  audit?: (refusal: Refusal) => void;
}

const WINDOW_MS = 10 * 60_000;
/** Wrong passwords for one name from one place within the window. */
const MOST = 5;
/** The same from all places whose browser is not known, in case somebody has many addresses. */
const MOST_OF_STRANGERS = 50;
/** Places that are kept in mind; names and addresses can be made up. */
const MOST_PLACES = 10_000;
/** Longer names and passwords nobody has. */
const LONGEST = 1_000;
/** Whoever finds too many waiting is asked to come again after so long, seconds. */
const AGAIN_SECONDS = 10;
/** A browser is known for so long, seconds. */
const KNOWN_SECONDS = 90 * 86_400;

/** A hash of no password, so that a name that does not exist takes as long as one that does. */
const nobody = '$2b$08$jiVBVdfso4.9ocqM30IYB.DnExwDNeVXgTC0G31IYbbI5OD9fK5oa';

/** When wrong passwords were given, by place. */
class Attempts {
  readonly #times = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until another attempt may be made; 0 for at once. */
  wait(place: string, most: number): number {
    const oldest = this.#recent(place).at(-most);
    return oldest === undefined ? 0 : oldest + WINDOW_MS - this.#now();
  }

  /** Counts as wrong until it is known to be right: many may be on their way at once. */
  begin(place: string): void {
    const times = [...this.#recent(place), this.#now()];
    this.#times.delete(place);
    this.#times.set(place, times);
    for (const oldest of this.#times.keys()) {
      if (this.#times.size <= MOST_PLACES) break;
      this.#times.delete(oldest);
    }
  }

  /** The last one was right. */
  takeBack(place: string): void {
    this.#times.set(place, this.#recent(place).slice(0, -1));
  }

  forget(place: string): void {
    this.#times.delete(place);
  }

  #recent(place: string): number[] {
    return (this.#times.get(place) ?? []).filter((time) => time > this.#now() - WINDOW_MS);
  }
}

/** Cookies that say that a browser has logged in under a name before; whoever steals one has five attempts with it. */
class KnownBrowsers {
  readonly #secret: Buffer;
  readonly #now: () => number;

  constructor(secret: Buffer, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  /** @returns what tells this browser from all others, or undefined */
  find(cookies: string, user: string): string | undefined {
    const [, id, until = '', mac = ''] =
      new RegExp(`(?:^|; *)${this.#name(user)}=([\\w-]+)\\.(\\d+)\\.([\\w-]+)`).exec(cookies) ?? [];
    if (id === undefined || Number(until) * 1000 < this.#now()) return undefined;
    const [given, true_] = [Buffer.from(mac), Buffer.from(this.#mac(user, id, until))] as const;
    return given.length === true_.length && timingSafeEqual(given, true_) ? id : undefined;
  }

  cookie(user: string, secure: boolean): string {
    const id = randomBytes(16).toString('base64url');
    const until = Math.floor(this.#now() / 1000) + KNOWN_SECONDS;
    const value = `${id}.${until}.${this.#mac(user, id, until)}`;
    const words = [
      `${this.#name(user)}=${value}`,
      `Max-Age=${KNOWN_SECONDS}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
    ];
    return [...words, ...(secure ? ['Secure'] : [])].join('; ');
  }

  #name(user: string): string {
    return `rap-ops-${createHmac('sha256', this.#secret).update(`name ${user}`).digest('hex').slice(0, 16)}`;
  }

  #mac(user: string, id: string, until: string | number): string {
    return createHmac('sha256', this.#secret).update(`browser ${until} ${id} ${user}`).digest('base64url');
  }
}

const isLoopback = (address: string) => address === '::1' || /^(?:::ffff:)?127\./.test(address);

/** Where a request comes from: behind a proxy on this machine, where the proxy says that it comes from. */
function addressOf({ socket, headers }: IncomingMessage): string {
  const peer = socket.remoteAddress ?? '';
  const last = String(headers['x-forwarded-for'] ?? '')
    .replace(/^.*,/s, '')
    .trim();
  return isLoopback(peer) && last !== '' ? last.slice(0, LONGEST) : peer;
}

/**
 * Express middleware for an editor with `adminAuth.type` "credentials".
 */
export function loginGuard({ users, secret, now = Date.now, audit = auditLog }: GuardOptions): Handler {
  const attempts = new Attempts(now);
  // A flood from everywhere must not hold up those who have logged in before.
  const passwords = { known: new PasswordCheck(), strange: new PasswordCheck() };
  const browsers = new KnownBrowsers(createHmac('sha256', secret).update('known browsers').digest(), now);
  // The very module that Node-RED reads bodies with.
  const { json, urlencoded } = createRequire(nodeRed().resolve('@node-red/editor-api'))('body-parser');
  const first: Handler = json({ limit: '10kb' });
  const second: Handler = urlencoded({ limit: '10kb', extended: false });

  async function judge(request: Asking, response: Answering, next: Next): Promise<unknown> {
    const { grant_type: kind, username, password, client_id: client } = request.body ?? {};
    if (kind !== 'password') return next();
    const refuse = (status: number, error: string, description: string) =>
      response.status(status).json({ error, error_description: description });
    const wrong = 'A name and a password are needed';
    if (typeof username !== 'string' || typeof password !== 'string')
      return refuse(400, 'invalid_request', wrong);
    if (Math.max(username.length, password.length) > LONGEST) return refuse(400, 'invalid_request', wrong);
    const known = browsers.find(String(request.headers.cookie ?? ''), username);
    const place = JSON.stringify([username, known ?? addressOf(request), known !== undefined]);
    const strangers = known === undefined ? JSON.stringify([username]) : undefined;
    const wait = Math.max(
      attempts.wait(place, MOST),
      strangers === undefined ? 0 : attempts.wait(strangers, MOST_OF_STRANGERS),
    );
    if (wait > 0) {
      audit({ event: 'auth.login.fail.too-many-attempts', username, client });
      response.setHeader('Retry-After', String(Math.ceil(wait / 1000)));
      return refuse(
        429,
        'too_many_attempts',
        `Too many wrong passwords: try again in ${Math.ceil(wait / 60_000)} minutes`,
      );
    }
    const user = users.find((one) => one.username === username);
    // Names can be made up as one likes, so it is the place whose turn it is.
    const hash = user?.password ?? nobody;
    const compared =
      known === undefined
        ? passwords.strange.compare(addressOf(request), password, hash)
        : passwords.known.compare(known, password, hash);
    if (compared === undefined) {
      audit({ event: 'auth.login.fail.too-many-at-once', username, client });
      response.setHeader('Retry-After', String(AGAIN_SECONDS));
      return refuse(429, 'too_many_attempts', 'Too many log-ins are on their way from there: try again');
    }
    for (const one of [place, strangers]) if (one !== undefined) attempts.begin(one);
    if (!(await compared) || user === undefined) {
      audit({ event: 'auth.login.fail.credentials', username, client });
      return refuse(403, 'invalid_grant', 'Invalid resource owner credentials');
    }
    attempts.forget(place);
    if (strangers !== undefined) attempts.takeBack(strangers);
    if (known === undefined) {
      const secure = request.headers['x-forwarded-proto'] === 'https' || 'encrypted' in request.socket;
      response.setHeader('Set-Cookie', browsers.cookie(username, secure));
    }
    next();
  }

  return function guard(request: Asking, response: Answering, next: Next): void {
    if (request.method !== 'POST' || !/^\/auth\/token\/?$/i.test(request.path)) return void next();
    first(request, response, (error) => {
      if (error) return next(error);
      second(request, response, (worse) => {
        if (worse) return next(worse);
        judge(request, response, next).catch(next);
      });
    });
  };
}

function auditLog(refusal: Refusal): void {
  nodeRed()('@node-red/util').log.audit(refusal);
}
