/** The login of a browser at the desk: Node-RED's own token, in a cookie that no script can read. */
import type { IncomingMessage } from 'node:http';

const NAME = 'rap-ops-desk';
/** Node-RED's tokens are base64 and much shorter. */
const TOKEN = /^[\w+/=.-]{16,1000}$/;
/** No login lasts longer, whatever a browser says, seconds. */
const LONGEST = 30 * 86_400;

export function isToken(text: unknown): text is string {
  return typeof text === 'string' && TOKEN.test(text);
}

/** The token in a request's cookies; undefined without one. */
export function tokenIn({ headers }: IncomingMessage): string | undefined {
  return cookieIn(headers.cookie, NAME, isToken);
}

export function cookieIn<T extends string>(
  cookies: string | undefined,
  name: string,
  is: (text: unknown) => text is T,
): T | undefined {
  for (const one of (cookies ?? '').split(';')) {
    const [key, ...rest] = one.trim().split('=');
    if (key !== name) continue;
    try {
      const value = decodeURIComponent(rest.join('='));
      if (is(value)) return value;
    } catch {
      // A cookie that somebody else has set.
    }
  }
  return undefined;
}

export interface CookiePlace {
  /** Path of the desk as browsers see it: '/rap-ops'. */
  path: string;
  secure: boolean;
}

/** @param seconds until it ends */
export function sessionCookie(token: string, seconds: number, place: CookiePlace): string {
  const age = Math.min(LONGEST, Math.max(60, Math.floor(seconds) || 60));
  return cookie(NAME, encodeURIComponent(token), age, place);
}

export function noSessionCookie(place: CookiePlace): string {
  return cookie(NAME, '', 0, place);
}

/** @param age seconds, 0 takes it away */
export function cookie(name: string, value: string, age: number, { path, secure }: CookiePlace): string {
  const words = [`${name}=${value}`, `Max-Age=${age}`, `Path=${path}`, 'HttpOnly', 'SameSite=Strict'];
  return [...words, ...(secure ? ['Secure'] : [])].join('; ');
}

/** Does the browser speak TLS, to us or to a proxy before us? */
export function isSecure({ socket, headers }: IncomingMessage): boolean {
  if ((socket as { encrypted?: boolean }).encrypted === true) return true;
  // Of several proxies each adds its own behind: the first says what the browser speaks.
  const [first = ''] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return first.trim().toLowerCase() === 'https';
}
