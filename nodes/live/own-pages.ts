/** What stands before every request to the editor. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOfThisMachine } from '../../lib/net/own-pages.ts';

/** Express middleware for the demo's editor, which has no login: 403 for what no page of this machine sends. */
export function onlyOwnPages(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (isOfThisMachine(request.headers)) return void next();
  response.statusCode = 403;
  response.end(
    'The editor of the demo answers its own pages only, at http://127.0.0.1 or http://localhost.\n',
  );
}

/** What the editor loads and where it sends: its own server. It needs scripts and styles in its pages, and eval. */
const editorPolicy = (elsewhere: string) =>
  [
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${elsewhere}`,
    "font-src 'self' data:",
    `connect-src 'self' ws: wss:${elsewhere}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');

/**
 * Express middleware: no page of another site frames the editor, and its addresses are told to no other site.
 * @param live nothing is fetched from elsewhere; the demo's palette manager reads the public catalogue
 */
export function guardedEditor({ live }: { live: boolean }) {
  const headers = {
    'Content-Security-Policy': editorPolicy(live ? '' : ' https:'),
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  return function guard(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  };
}
