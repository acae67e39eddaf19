/**
 * Requests to hosts beyond this machine: the weather feeds, webhooks and the heartbeat. Where the environment names a proxy
 * (HTTPS_PROXY, HTTP_PROXY, in small letters too), they go through it, but for the hosts of NO_PROXY and for this
 * machine itself, which no proxy reaches.
 */
import { BlockList, isIP } from 'node:net';
import type { EnvHttpProxyAgent } from 'undici';
import { RapError } from '../errors/rap-error.ts';

export type OutsideEnvironment = Readonly<Record<string, string | undefined>>;

/** Proxies as people write them: without a scheme it is an HTTP proxy. Undefined where none is named. */
export function proxyOf(env: OutsideEnvironment, ...names: string[]): string | undefined {
  const value = names.map((name) => env[name]?.trim()).find((one) => one !== undefined && one !== '');
  if (value === undefined) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}

/** What undici can speak with. */
const PROXY_SCHEMES = new Set(['http:', 'https:', 'socks5:', 'socks:']);
/** What a line to a mail relay can be opened through. */
const TUNNEL_SCHEMES = new Set(['http:', 'https:']);

/**
 * Looks at the proxies that the environment names; a password in one is not repeated.
 * @throws RapError CONFIG_INVALID naming the variable
 */
export function refuseOddProxies(env: OutsideEnvironment): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'smtp_proxy', 'SMTP_PROXY']) {
    const proxy = proxyOf(env, name);
    const schemes = name.toLowerCase() === 'smtp_proxy' ? TUNNEL_SCHEMES : PROXY_SCHEMES;
    const url = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy) : undefined;
    const named = url !== undefined && /^[\x21-\x7e]*$/.test(proxy ?? '') && schemes.has(url.protocol);
    if (proxy === undefined || (named && url.hostname !== '' && /^\/?$/.test(url.pathname))) continue;
    throw new RapError('CONFIG_INVALID', `${name} is no address of a proxy`, {
      cure: `Write http://HOST:PORT (${[...schemes].map((one) => `${one}//`).join(', ')} can be used), without a path; a script for proxies (PAC) is not read.`,
      details: { field: name },
    });
  }
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Is a host one of NO_PROXY? "broker.hk" and ".broker.hk" are the domain and all below it, "10.0.0.0/8" all addresses that
 * begin so, "*" is everything; an entry may name a port.
 * @param port left out, whatever port an entry names is that of the host
 */
export function isExcepted(host: string, env: OutsideEnvironment, port?: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const entries = (env.no_proxy ?? env.NO_PROXY ?? '').toLowerCase().split(/[\s,;]+/);
  return entries.some((entry) => {
    const [, domain = '', named = port] = /^\[?(.*?)\]?(?:(?<=^[^:]*|\]):(\d+))?$/.exec(entry) ?? [];
    if (domain === '' || (port !== undefined && named !== port)) return false;
    const plain = domain.replace(/^\*?\./, '');
    // What ends an address is no domain.
    const below = isIP(name) === 0 && name.endsWith(`.${plain}`);
    return plain === '*' || name === plain || below || isInNetwork(name, plain);
  });
}

/** @param network '10.0.0.0/8' or '2001:db8::/32' */
function isInNetwork(name: string, network: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  const [kind, of] = [isIP(address), isIP(name)];
  if (kind === 0 || kind !== of || Number(bits) > (kind === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), family);
  return list.check(name, family);
}

let agent: { key: string; dispatcher: EnvHttpProxyAgent } | undefined;

async function agentFor(proxies: {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy: string;
}): Promise<EnvHttpProxyAgent> {
  const key = JSON.stringify(proxies);
  if (agent?.key !== key) {
    const { EnvHttpProxyAgent } = await import('undici');
    agent = { key, dispatcher: new EnvHttpProxyAgent(proxies) };
  }
  return agent.dispatcher;
}

/**
 * `fetch`, through the proxy of the environment where it names one.
 * @throws as fetch; the cause says whether it was the proxy that refused
 */
export async function fetchOutside(
  url: string | URL,
  init: RequestInit = {},
  env: OutsideEnvironment = process.env,
): Promise<Response> {
  const { hostname, port, protocol } = new URL(url);
  const httpProxy = proxyOf(env, 'http_proxy', 'HTTP_PROXY');
  const httpsProxy = proxyOf(env, 'https_proxy', 'HTTPS_PROXY') ?? httpProxy;
  if (isLoopback(hostname) || (httpProxy ?? httpsProxy) === undefined) return fetch(url, init);
  if (isExcepted(hostname, env, port || DEFAULT_PORTS[protocol])) return fetch(url, init);
  const { fetch: fetchThrough } = await import('undici');
  const dispatcher = await agentFor({
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    // Seen to above; left out, the agent would read the environment.
    noProxy: '',
  });
  // undici's own types and those of Node.js name the same things.
  const through = fetchThrough as unknown as (url: string | URL, init: object) => Promise<Response>;
  return through(url, { ...init, dispatcher });
}
