/**
 * Who asks, and what they may do. Three ways lead in: Node-RED's own token, as the editor sends it or in the cookie of
 * the desk's login; a proxy that signs people in and names them in a header; or no login at all where the editor has
 * none. Node-RED's guards decide for the first and the last, its list of users for the second.
 */
import type { IncomingMessage } from 'node:http';
import type { NodeAPI } from 'node-red';
import { plainAddress } from '../../lib/net/plain-address.ts';

/** Node-RED's permissions: '*', 'read', 'rap-ops.write', or several. */
export type Scope = string | readonly string[];

export interface Visitor {
  /** Name of the login, '' where there is none. */
  name: string;
  scope: Scope;
}

/** A request as Node-RED's guards leave it. */
export interface Asking extends IncomingMessage {
  body?: unknown;
  query: Record<string, unknown>;
  params: Record<string, string>;
  user?: { username?: string };
  authInfo?: { scope?: Scope };
  originalUrl: string;
  baseUrl: string;
  /** The best of these that the browser takes. */
  acceptsEncodings(...encodings: string[]): string | false;
}

/** Of a proxy that signs people in. */
export interface SignOn {
  /** Name of the header in which it says who asks, in lower case. */
  header: string;
  /** The addresses of the proxy; from others the header is refused. */
  proxies: readonly string[];
}

interface User {
  username: string;
  permissions: Scope;
}

interface OurSettings {
  adminAuth?: { type?: string; users?: User[] | ((name: string) => Promise<User | null>) };
  rapSignOn?: { header?: string; proxies?: readonly string[] };
}

const settingsOf = (RED: NodeAPI) => RED.settings as unknown as OurSettings;

/** 'none' where the editor asks for no login; 'credentials' with name and password; 'elsewhere' by another service. */
export function loginKind(RED: NodeAPI): 'none' | 'credentials' | 'elsewhere' {
  const { adminAuth } = settingsOf(RED);
  if (adminAuth === undefined || adminAuth === null) return 'none';
  return adminAuth.type === 'credentials' ? 'credentials' : 'elsewhere';
}

/** The header mode of settings.js: `rapSignOn: { header: 'X-Remote-User', proxies: ['10.1.2.3'] }`. */
export function signOnOf(RED: NodeAPI): SignOn | undefined {
  const { rapSignOn } = settingsOf(RED);
  const header = rapSignOn?.header?.trim().toLowerCase() ?? '';
  const proxies = (rapSignOn?.proxies ?? []).map(plainAddress);
  return header === '' || loginKind(RED) === 'none' ? undefined : { header, proxies };
}

/**
 * Whom the proxy names. Only the address of the connection counts: what a request says of where it comes from, anybody
 * can write.
 * @returns undefined without the header; 'forged' where somebody else than the proxy sends it, or it names nobody plainly
 */
export function signedOn(
  request: IncomingMessage,
  { header, proxies }: SignOn,
): string | 'forged' | undefined {
  const value = request.headers[header];
  if (value === undefined) return undefined;
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  // Of two headers of one name, one is not the proxy's. Most come as one with a comma between, of some only the first.
  if (request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length > 1)
    return 'forged';
  if (!proxies.includes(peer) || typeof value !== 'string' || !/^[^,\s][^,]{0,199}$/.test(value))
    return 'forged';
  return nameIn(value.trim());
}

/** HTTP hands on bytes: a name that is no English one comes as UTF-8, and is read as Latin-1. */
function nameIn(value: string): string {
  const read = Buffer.from(value, 'latin1').toString('utf8');
  return read.includes('\ufffd') ? value : read;
}

/** The user of a name, with the rights that the editor's list gives. */
export async function userOf(RED: NodeAPI, name: string): Promise<Visitor | undefined> {
  const { adminAuth } = settingsOf(RED);
  const users = adminAuth?.users;
  const user =
    typeof users === 'function' ? await users(name) : users?.find(({ username }) => username === name);
  return user?.username === name ? { name, scope: user.permissions } : undefined;
}

/** Does a scope hold a permission 'thing.read' or 'thing.write'? As Node-RED reads them. */
export function holds(scope: Scope | undefined, permission: string): boolean {
  if (scope === undefined) return false;
  if (typeof scope !== 'string') return scope.some((one) => holds(one, permission));
  const kind = permission.slice(permission.lastIndexOf('.') + 1);
  return [permission, '*', kind, `*.${kind}`].includes(scope);
}

/** What stands for a response while Node-RED's guard is asked: it may say no, and nothing is sent. */
function probe(refuse: () => void) {
  const silent = {
    statusCode: 0,
    status: () => silent,
    setHeader: () => silent,
    set: () => silent,
    end: refuse,
  };
  return silent;
}

/**
 * Who asks, when they have a permission.
 * @param signed who was named by the proxy
 * @returns undefined when they may not
 */
export async function visitorWith(
  RED: NodeAPI,
  request: Asking,
  permission: string,
  signed: Visitor | undefined,
): Promise<Visitor | undefined> {
  if (signed !== undefined) return holds(signed.scope, permission) ? signed : undefined;
  if (loginKind(RED) === 'none') return { name: '', scope: '*' };
  const may = await new Promise<boolean>((resolve, reject) => {
    const guard = RED.auth.needsPermission(permission) as unknown as (
      request: unknown,
      response: unknown,
      next: (fault?: unknown) => void,
    ) => void;
    guard(
      request,
      probe(() => resolve(false)),
      (fault) => (fault ? reject(fault) : resolve(true)),
    );
  });
  if (!may) return undefined;
  return { name: request.user?.username ?? '', scope: request.authInfo?.scope ?? [] };
}

/** Does a request bear a token of its own? Browsers send names and passwords for a proxy in the same header by themselves. */
export function bearsToken({ headers }: IncomingMessage): boolean {
  return /^bearer\s/i.test(headers.authorization ?? '');
}

/** Does a request that changes something come from a page of this very address? */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  // No browser sends a token by itself, so a program that does is no page of another site.
  if (origin === undefined) return bearsToken(request);
  try {
    return new URL(origin).host === host?.toLowerCase();
  } catch {
    return false;
  }
}
