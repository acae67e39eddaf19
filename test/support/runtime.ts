/**
 * The real Node-RED runtime with our nodes, for tests: load a flow, put messages in, wait for what comes out.
 * Nodes of type "helper" collect what reaches them.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { NodeAPI, NodeMessage, NodeStatus } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { Clock } from '../../lib/time/clock.ts';
import { forgetDesk } from '../../nodes/runtime/desk-says.ts';
import { PATIENCE_MS } from './patience.ts';

const require = createRequire(import.meta.url);

export type FlowNode = Record<string, unknown> & { id: string; type: string };
export type Received = NodeMessage & Record<string, unknown>;

const ours = [
  'rap-account',
  'rap-contacts',
  'rap-plan',
  'rap-connect',
  'rap-list',
  'rap-download',
  'report-route',
  'contact-notify',
  'rap-schedule',
  'weather-check',
  'rap-switch',
  'session-timer',
  'session-evidence',
  'report-check',
  'rap-status',
  'report-compare',
];

/** Core nodes that the flows of tests use. */
const core: Record<string, string> = {
  catch: 'common/25-catch.js',
  complete: 'common/24-complete.js',
  status: 'common/25-status.js',
  inject: 'common/20-inject.js',
  debug: 'common/21-debug.js',
  comment: 'common/90-comment.js',
  link: 'common/60-link.js',
  function: 'function/10-function.js',
  switch: 'function/10-switch.js',
  change: 'function/15-change.js',
};

export interface RuntimeOptions {
  home: string;
  clock?: Clock;
  language?: string;
  credentials?: Record<string, Record<string, string>>;
  /** How long the lease on the home outlives a process that sleeps, milliseconds; default a minute. */
  lease?: number;
  /** It shares the work with others; its name. Left out, one works and the others wait. */
  host?: string;
  /** Its own clock, compared with the database's. */
  wallClock?: () => number;
  /** How long an answer of a share is waited for, milliseconds; default a minute. */
  answerWithin?: number;
  /** What our own settings.js says of the profile; default nothing, as in a Node-RED of somebody's own. */
  profile?: 'live' | 'demo';
  /** Variables that settings.js keeps from flows. */
  envVarExcludes?: string[];
  /** Further nodes, of the test's own. */
  nodes?: ((RED: NodeAPI) => void)[];
}

/** What the helper keeps to itself of Node-RED. */
interface Inner {
  _redNodes: { setFlows(flow: FlowNode[], credentials: object, type: string): Promise<unknown> };
  _events: NodeJS.EventEmitter;
}

/** Node-RED's level of warnings. */
const WARN = 30;

export class Runtime {
  readonly #received = new Map<string, Received[]>();
  readonly #statuses = new Map<string, NodeStatus[]>();
  readonly #waiting = new Set<() => void>();
  readonly #collected = new WeakSet<object>();
  #unlisten = () => {};

  /** Starts a flow. One runtime at a time. */
  static async start(flow: FlowNode[], options: RuntimeOptions): Promise<Runtime> {
    helper.init(require.resolve('node-red'));
    // The helper's own way to load Catch nodes fails when a flow has two.
    (helper as unknown as { _nodeModules: object })._nodeModules = {};
    helper.settings({
      rapHome: options.home,
      userDir: options.home,
      lang: options.language ?? 'en-US',
      ...(options.profile === undefined ? {} : { rapProfile: options.profile }),
      ...(options.envVarExcludes === undefined ? {} : { envVarExcludes: options.envVarExcludes }),
      ...(options.clock === undefined ? {} : { rapClock: options.clock }),
      ...(options.lease === undefined ? {} : { rapLease: options.lease }),
      ...(options.host === undefined ? {} : { rapHosts: 'shared', rapHost: options.host, rapRest: 0 }),
      ...(options.wallClock === undefined ? {} : { rapWallClock: options.wallClock }),
      ...(options.answerWithin === undefined ? {} : { rapAnswerWithin: options.answerWithin }),
    });
    const nodes = flow.map(placed);
    const types = new Set(flow.map((node) => node.type));
    const coreNodes = Object.entries(core)
      .filter(([type]) => [...types].some((used) => used === type || used.startsWith(`${type} `)))
      .map(([, file]) => require(`@node-red/nodes/core/${file}`) as (RED: NodeAPI) => void);
    const palette = await Promise.all(
      ours.filter((type) => types.has(type)).map((type) => import(`../../nodes/${type}/${type}.ts`)),
    );
    const ourNodes = palette.map((module: { default: (RED: NodeAPI) => void }) => module.default);
    const runtime = new Runtime();
    let loaded = () => () => {};
    const spy = (RED: NodeAPI) => {
      // All runtimes of a process have the same events: a desk of before is none of this one.
      forgetDesk(RED);
      loaded = listenersSince(RED);
      runtime.#listen(RED, flow);
    };
    await helper.load(
      [spy, ...ourNodes, ...coreNodes, ...(options.nodes ?? [])],
      structuredClone(nodes),
      options.credentials ?? {},
    );
    runtime.#unlisten = loaded();
    runtime.#collect(flow);
    return runtime;
  }

  /** Puts a message into a node. */
  send(id: string, msg: NodeMessage = {}): void {
    const node = helper.getNode(id);
    if (node === null) throw new Error(`There is no node ${id}`);
    node.receive(msg);
  }

  /** Everything that has reached a helper node so far. */
  received(id: string): readonly Received[] {
    return this.#received.get(id) ?? [];
  }

  /** Every status a node has shown so far. */
  statuses(id: string): readonly NodeStatus[] {
    return this.#statuses.get(id) ?? [];
  }

  /** What nodes have written to the log as warnings. */
  get warnings(): string[] {
    const { args } = helper.log() as unknown as { args: [{ level: number; msg: unknown }][] };
    return args.flatMap(([{ level, msg }]) => (level === WARN ? [String(msg)] : []));
  }

  statusText(id: string): string {
    return this.statuses(id).at(-1)?.text ?? '';
  }

  /** The message with this number (0 is the first) at a helper node, as soon as it is there. */
  async message(id: string, at = 0): Promise<Received> {
    await this.until(() => this.received(id).length > at, `message ${at + 1} at ${id}`);
    const found = this.received(id)[at];
    if (found === undefined) throw new Error(`No message ${at + 1} at ${id}`);
    return found;
  }

  /** Waits until the condition holds; looked at whenever a message or status arrives, and now and then. */
  async until(holds: () => boolean, what: string, patience = PATIENCE_MS): Promise<void> {
    const end = Date.now() + patience;
    while (!holds()) {
      if (Date.now() > end) {
        const seen = [...this.#statuses].map(([id, all]) => `${id}: ${all.at(-1)?.text}`).join(', ');
        throw new Error(`Waited in vain for ${what} (last statuses: ${seen})`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, 25);
        this.#waiting.add(wake);
      });
    }
  }

  /** Deploys other flows, as the editor does: the nodes that changed, the flows in which some did, or all. */
  async deploy(flow: FlowNode[], type: 'nodes' | 'flows' | 'full'): Promise<void> {
    const { _redNodes: flows, _events: events } = helper as unknown as Inner;
    const started = once(events, 'flows:started');
    await flows.setFlows(structuredClone(flow.map(placed)), {}, type);
    await started;
    this.#collect(flow);
  }

  /** Stops the flow, as a redeploy does; resolves when every node has closed. */
  async stop(): Promise<void> {
    await helper.unload();
    this.#unlisten();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #collect(flow: FlowNode[]): void {
    for (const { id, type } of flow) {
      const node = type === 'helper' ? helper.getNode(id) : null;
      if (node === null || this.#collected.has(node)) continue;
      this.#collected.add(node);
      node.on('input', (msg) => {
        this.#received.set(id, [...this.received(id), msg as Received]);
        this.#wake();
      });
    }
  }

  /** Statuses are seen from the first on, also those that a node shows while it is being made. */
  #listen(RED: NodeAPI, flow: FlowNode[]): void {
    const ids = new Set(flow.map((node) => node.id));
    RED.events.on('node-status', (event: { id: string; status: NodeStatus }) => {
      if (!ids.has(event.id)) return;
      this.#statuses.set(event.id, [...this.statuses(event.id), event.status]);
      this.#wake();
    });
  }
}

/** Those who listen for as long as a process lives. @returns finds who has begun to since; that takes them away */
function listenersSince({ events }: NodeAPI): () => () => void {
  const all: [NodeJS.EventEmitter, string][] = [
    [events as unknown as NodeJS.EventEmitter, 'node-status'],
    [events as unknown as NodeJS.EventEmitter, 'flows:stopped'],
    [process, 'exit'],
  ];
  const before = all.map(([emitter, event]) => emitter.rawListeners(event));
  return () => {
    const since = all.map(([emitter, event], at) =>
      emitter.rawListeners(event).filter((one) => !before[at]?.includes(one)),
    );
    return () => {
      for (const [at, [emitter, event]] of all.entries())
        for (const one of since[at] ?? []) emitter.off(event, one as () => void);
    };
  };
}

/** Node-RED takes a node without a place on the canvas for a config node. */
function placed(node: FlowNode): FlowNode {
  return 'z' in node ? { x: 100, y: 100, wires: [], ...node } : node;
}

/** A request to the admin interface of the running Node-RED. */
export const admin = helper.request.bind(helper);
