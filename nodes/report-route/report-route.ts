/** Files received reports on the shares their rules name; the summary goes on when everything is filed. */
import type { NodeAPI, NodeDef } from 'node-red';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { type Routed, type RouteOptions, routeOpen, routeReport } from '../../lib/collection/route.ts';
import { routesFor } from '../../lib/delivery/routes.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { ReceivedReport, RunContext } from '../../lib/words/types.ts';
import { homeOf } from '../base/house.ts';
import { type RapMessage, RapNode, register, type Send } from '../base/rap-node.ts';
import { contextOf } from '../base/run.ts';
import { examples } from './examples.ts';
import { type RouteSettings, readRoute } from './settings.ts';

class ReportRoute extends RapNode<NodeDef, RouteSettings> {
  /** Messages are handled one after another: a summary must not overtake the reports before it. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What was tried, and with what result, per run and account, until its summary has passed. */
  readonly #tried = new Map<string, { versions: Set<number>; filed: number }>();

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readRoute);
  }

  protected override onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    const turn = this.#turn.then(() => this.#take(msg, send, signal));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #take(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const context = contextOf(msg);
    const { payload } = msg;
    if (isSummary(payload)) await this.#finish(msg, context, send, signal);
    else if (isReport(payload)) await this.#file(msg, payload, context, send, signal);
    else throw new RapError('CONFIG_INVALID', 'The message is neither a received report nor a summary');
  }

  async #file(
    msg: RapMessage,
    report: ReceivedReport,
    context: RunContext,
    send: Send,
    signal: AbortSignal,
  ): Promise<void> {
    const tally = this.#tallyOf(context);
    tally.versions.add(report.versionId);
    const routed = await routeReport(report, await this.#options(context, signal));
    this.#pass(msg, routed, tally, send);
    const error = routed.errors[0];
    if (error !== undefined) throw error;
  }

  async #finish(msg: RapMessage, context: RunContext, send: Send, signal: AbortSignal): Promise<void> {
    const tally = this.#tallyOf(context);
    const faults = new Map<string, RapError>();
    try {
      for (const routed of await routeOpen(await this.#options(context, signal), tally.versions)) {
        this.#pass(msg, routed, tally, send);
        for (const error of routed.errors) faults.set(`${error.code} ${error.message}`, error);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      faults.set('', asRapError(thrown));
    }
    this.#tried.delete(keyOf(context));
    if (tally.filed > 0) this.show('filed', 'green', 'dot', { done: tally.filed });
    else this.show('nothing', 'green', 'ring');
    // Whatever happened, the summary goes on: log out, the next account and the digest hang on it.
    send([null, msg]);
    const [last, ...others] = [...faults.values()].reverse();
    for (const error of others.reverse()) this.complain(error, msg);
    if (last !== undefined) throw last;
  }

  /** A report that lies on all its shares goes on. */
  #pass(msg: RapMessage, routed: Routed, tally: { filed: number }, send: Send): void {
    const { report, deliveries, errors } = routed;
    if (errors.length > 0) return;
    tally.filed++;
    this.show('filed', 'blue', 'ring', { done: tally.filed });
    send([{ ...msg, payload: { ...report, deliveries } }, null]);
  }

  #tallyOf(context: RunContext): { versions: Set<number>; filed: number } {
    const key = keyOf(context);
    const tally = this.#tried.get(key) ?? { versions: new Set<number>(), filed: 0 };
    this.#tried.set(key, tally);
    return tally;
  }

  async #options(context: RunContext, signal: AbortSignal): Promise<RouteOptions> {
    const { account, installation, run } = context;
    return {
      ledger: await this.ledger(),
      run,
      rules: this.settings.rules,
      context: { home: this.home, account, installation },
      signal,
    };
  }
}

function keyOf({ run, account }: RunContext): string {
  return `${run} ${account}`;
}

function isSummary(payload: unknown): payload is CollectionSummary {
  return typeof payload === 'object' && payload !== null && 'summary' in payload && payload.summary === true;
}

function isReport(payload: unknown): payload is ReceivedReport {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'versionId' in payload &&
    'sha256' in payload &&
    'file' in payload
  );
}

export default function (RED: NodeAPI): void {
  register(RED, 'report-route', ReportRoute);

  // What the dialog shows while rules are being written: where a few typical reports would go.
  RED.httpAdmin.post('/report-route/preview', RED.auth.needsPermission('flows.read'), (request, response) => {
    const home = homeOf(RED);
    try {
      const lookup = (name: string) => process.env[name] ?? (name === 'RAP_HOME' ? home : undefined);
      const { rules } = readRoute(request.body, lookup);
      response.json({
        examples: examples.map((report) => ({
          name: report.name,
          folders: routesFor(report, rules, { home, account: 'SIM001', installation: 'hkscc' }),
        })),
      });
    } catch (thrown) {
      response.json({ error: asRapError(thrown).message });
    }
  });
}
