/**
 * Requests to hosts beyond this machine: the weather feeds and webhooks. Where the environment names a proxy
 * (HTTPS_PROXY, HTTP_PROXY, in small letters too), they go through it, but for the hosts of NO_PROXY and for this
 * machine itself, which no proxy reaches.
 */
import type { EnvHttpProxyAgent } from 'undici';

type Environment = Record<string, string | undefined>;

/** Proxies as people write them: without a scheme it is an HTTP proxy. Undefined where none is named. */
function proxyOf(env: Environment, ...names: string[]): string | undefined {
  const value = names.map((name) => env[name]?.trim()).find((one) => one !== undefined && one !== '');
  if (value === undefined) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
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
  env: Environment = process.env,
): Promise<Response> {
  const { hostname } = new URL(url);
  const httpProxy = proxyOf(env, 'http_proxy', 'HTTP_PROXY');
  const httpsProxy = proxyOf(env, 'https_proxy', 'HTTPS_PROXY') ?? httpProxy;
  if (isLoopback(hostname) || (httpProxy ?? httpsProxy) === undefined) return fetch(url, init);
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  const { fetch: fetchThrough } = await import('undici');
  const dispatcher = await agentFor({
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    noProxy,
  });
  // undici's own types and those of Node.js name the same things.
  const through = fetchThrough as unknown as (url: string | URL, init: object) => Promise<Response>;
  return through(url, { ...init, dispatcher });
}
