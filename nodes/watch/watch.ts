/**
 * Health and metrics of the service, whatever flow is deployed: Node-RED loads this as a plugin.
 * GET /rap-ops/health (200 when ready, else 503), /rap-ops/health/live (200), /rap-ops/metrics (Prometheus text).
 */
import type { NodeAPI } from 'node-red';
import { asRapError } from '../../lib/errors/rap-error.ts';
import { mayRead } from '../../lib/watch/access.ts';
import { EXPOSITION_TYPE, exposition } from '../../lib/watch/exposition.ts';
import { healthBody } from '../../lib/watch/health.ts';
import { type WatchSettings, watchSettings } from '../../lib/watch/settings.ts';
import { type ServiceWatch, type WatchOptions, watchOf } from './service-watch.ts';

type Guard = ReturnType<NodeAPI['auth']['needsPermission']>;

/** Serves what is watched. @returns the watch, to be stopped by whoever began it */
export function serveWatch(RED: NodeAPI, options: WatchOptions): ServiceWatch {
  const watch = watchOf(RED, options);
  const { token } = options.settings;
  const guarded: Guard = (request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    const { socket, headers } = request;
    if (mayRead({ peer: socket.remoteAddress, headers }, token)) return next();
    response.status(401).set('WWW-Authenticate', 'Bearer').type('text/plain');
    response.send('Give the token of RAP_METRICS_TOKEN, or ask on this machine itself.\n');
  };
  const admin = RED.httpAdmin;
  // Node-RED has no such app where httpAdminRoot is false.
  if (!admin) return watch;
  admin.get('/rap-ops/health/live', guarded, (_request, response) => {
    response.json({ live: true });
  });
  admin.get('/rap-ops/health', guarded, async (_request, response) => {
    const health = await watch.health();
    response.status(health.ready ? 200 : 503).json(healthBody(health));
  });
  admin.get('/rap-ops/metrics', guarded, async (_request, response) => {
    try {
      const text = exposition(await watch.metrics());
      response.setHeader('Content-Type', EXPOSITION_TYPE);
      response.end(text);
    } catch (thrown) {
      RED.log.error(`RAP Ops: metrics could not be made: ${asRapError(thrown).message}`);
      response.status(500).type('text/plain').send('The metrics could not be made; the log says why.\n');
    }
  });
  return watch;
}

export default function (RED: NodeAPI): void {
  serveWatch(RED, { settings: settingsOrNone(RED) });
}

/** Settings that cannot be used are told; health is there all the same, for this machine only. */
function settingsOrNone(RED: NodeAPI): WatchSettings {
  try {
    return watchSettings(process.env);
  } catch (thrown) {
    const { message, cure } = asRapError(thrown);
    RED.log.error(`RAP Ops: ${message}. ${cure}`);
    return { token: '', heartbeat: undefined };
  }
}
