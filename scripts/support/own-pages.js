/** The demo's editor has no login, so that it must know its own pages from those of other sites. */

const thisMachine = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * Express middleware for an editor that listens on loopback without a login: the browser of whoever sits here also
 * runs pages of other sites, and these can send requests to it. Refused (403) is what such a page sends, and
 * what asks for a name that is not this machine's own: a foreign name can be made to point here.
 */
export function onlyOwnPages(request, response, next) {
  const { host = '', origin } = request.headers;
  if (thisMachine.test(host) && (origin === undefined || origin === `http://${host}`)) return void next();
  response.statusCode = 403;
  response.end(
    'The editor of the demo answers its own pages only, at http://127.0.0.1 or http://localhost.\n',
  );
}
