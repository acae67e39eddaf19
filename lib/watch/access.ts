/** Who may read health and metrics: whoever has the token, and programs of this machine. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isOfThisMachine } from '../net/own-pages.ts';

export interface Asking {
  /** Address of the other end of the connection. */
  peer: string | undefined;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Headers that a proxy adds: the other end is of this machine then, and who asks may be anybody. */
const OF_PROXIES =
  /^(x-forwarded(-.*)?|forwarded|via|x-real-ip|x-client-ip|x-original-.*|true-client-ip|cf-connecting-ip|x-cluster-client-ip)$/;

/**
 * May health and metrics be told? A request with a token must have the right one. Without one it must come from this
 * machine, through no proxy, ask for this machine by a name of its own and be of no page of another site.
 * @param token '' where none is set: then no token is right
 */
export function mayRead({ peer, headers }: Asking, token: string): boolean {
  const { authorization } = headers;
  if (authorization !== undefined) return token !== '' && isToken(String(authorization), token);
  if (!isLoopbackPeer(peer ?? '')) return false;
  if (Object.keys(headers).some((name) => OF_PROXIES.test(name.toLowerCase()))) return false;
  const [host, origin] = [headers.host, headers.origin].map((one) => (one === undefined ? one : String(one)));
  return isOfThisMachine({ host, origin });
}

function isLoopbackPeer(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address);
}

function isToken(authorization: string, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
