/**
 * Questions and acts of a site's own scripts, as JSON below the editor's address. Every fact and every act is guarded
 * by needsPermission.
 */
import type { NodeAPI } from 'node-red';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { mayAct } from './admin-act.ts';
import { acquireLedger, type Participant, release, runtimeOptionsOf } from './runtime.ts';

/** An act or question, with the records that it uses; what it returns is the answer. */
type OpsHandler<K extends keyof Ledger> = (
  ledger: Pick<Ledger, K>,
  body: Record<string, unknown>,
  /** Name of the editor login, '' where the editor has none. */
  login: string,
) => Promise<unknown>;

/**
 * Serves the data at `<path>/data`, and the acts at `<path>/<name>`.
 * @typeParam K the records that they use; no others are given
 * @param path '/rap-ops/practice'
 */
export function serveOpsData<K extends keyof Ledger = never>(
  RED: NodeAPI,
  path: string,
  data: OpsHandler<K>,
  acts: Readonly<Record<string, OpsHandler<K>>>,
): void {
  const admin = RED.httpAdmin;
  admin.get(`${path}/data`, RED.auth.needsPermission('rap-ops.read'), (request, response) => {
    void answer(RED, data, request, response);
  });
  for (const [name, act] of Object.entries(acts)) {
    admin.post(`${path}/${name}`, ...mayAct(RED, 'rap-ops.write'), (request, response) => {
      void answer(RED, act, request, response);
    });
  }
}

interface AskedFor {
  body?: unknown;
  user?: { username?: string };
}

interface Answering {
  status(code: number): Answering;
  json(value: unknown): unknown;
  set(name: string, value: string): Answering;
}

async function answer<K extends keyof Ledger>(
  RED: NodeAPI,
  handler: OpsHandler<K>,
  request: unknown,
  response: Answering,
): Promise<void> {
  const { body, user } = request as AskedFor;
  const participant: Participant = {};
  response.set('Cache-Control', 'no-store');
  try {
    const ledger = await acquireLedger(runtimeOptionsOf(RED), participant);
    response.json(await handler(ledger, (body ?? {}) as Record<string, unknown>, user?.username ?? ''));
  } catch (thrown) {
    const { code, message, cure } = asRapError(thrown);
    response.status(thrown instanceof RapError ? 400 : 500).json({ code, error: message, cure });
  } finally {
    await release(participant);
  }
}
