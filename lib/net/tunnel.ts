/** Lines through a proxy for what is no HTTP itself: mail relays. */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { isExcepted, isLoopback, type OutsideEnvironment, proxyOf } from './outside.ts';

/**
 * The proxy that mail relays are reached through: that of SMTP_PROXY, as curl names it. Not that of HTTPS_PROXY, which
 * is set for web pages where relays are near, and lets no mail pass (decision 72).
 * @returns undefined where none is named, for this machine, and for the hosts of NO_PROXY
 */
export function relayProxy(host: string, env: OutsideEnvironment = process.env): URL | undefined {
  const proxy = proxyOf(env, 'smtp_proxy', 'SMTP_PROXY');
  if (proxy === undefined || isLoopback(host)) return undefined;
  return isExcepted(host, env) ? undefined : new URL(proxy);
}

/**
 * Opens a line to a host through an HTTP proxy (CONNECT, RFC 9110, 9.3.6).
 * @param ms for all of it
 * @throws Error with the proxy's status, or what kept it from being reached
 */
export function tunnelThrough(proxy: URL, host: string, port: number, ms: number): Promise<Socket> {
  const { protocol, hostname, username, password } = proxy;
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const request = (protocol === 'https:' ? https : http).request({
    ...{
      method: 'CONNECT',
      path: authority,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || undefined,
    },
    headers: {
      Host: authority,
      ...(username === '' ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
    },
    agent: false,
    signal: AbortSignal.timeout(ms),
  });
  return new Promise((resolve, reject) => {
    request.once('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode === 200) {
        // A relay greets first, perhaps together with the proxy's answer.
        if (head.length > 0) socket.unshift(head);
        return resolve(socket as Socket);
      }
      socket.destroy();
      reject(new Error(`The proxy ${proxy.host} refuses (status ${statusCode})`));
    });
    request.once('response', ({ statusCode }) => {
      request.destroy();
      reject(new Error(`The proxy ${proxy.host} does not open a line (status ${statusCode})`));
    });
    request.once('error', (error) =>
      reject(new Error(`The proxy ${proxy.host}: ${error.message}`, { cause: error })),
    );
    request.end();
  });
}
