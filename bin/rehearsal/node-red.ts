/** The real Node-RED runtime without its editor, with the nodes of this palette, for a rehearsal on a simulated clock. */

import { existsSync, realpathSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import { makeFolder } from '../../lib/files/folders.ts';
import { type Language, nodeRedTags } from '../../lib/i18n/languages.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { FlowNode } from './rehearsal-flow.ts';

export interface NodeStatus {
  fill?: string;
  shape?: string;
  text?: string;
}

/** The part of the package node-red that is used here. */
export interface NodeRed {
  init(settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  nodes: { getNode(id: string): { receive(msg: object): void } | null };
  events: {
    on(event: 'node-status', listener: (event: { id: string; status: NodeStatus }) => void): void;
    once(event: 'flows:started', listener: () => void): void;
  };
}

export interface RedOptions {
  home: string;
  flow: readonly FlowNode[];
  clock: Clock;
  /** Path of the package node-red; left out, the one installed beside this package. */
  nodeRed: string | undefined;
  /** Language of the statuses, as `lang` of settings.js. */
  language: Language | undefined;
  /** What a node shows under itself. */
  onStatus: ((id: string, status: NodeStatus) => void) | undefined;
  /** More of settings.js. */
  settings?: Record<string, unknown>;
}

/**
 * Resolves when the flow has started.
 * @throws RapError CONFIG_INVALID when Node-RED is not installed
 */
export async function startRed(options: RedOptions): Promise<NodeRed> {
  const { home, flow, clock } = options;
  const userDir = path.join(home, 'node-red');
  const palette = path.join(userDir, 'palette');
  await writePalette(palette);
  await writeFile(path.join(userDir, 'flows.json'), JSON.stringify(flow), { mode: 0o600 });
  process.env.RAP_HOME = home;
  // What is rehearsed has a ledger of its own.
  delete process.env.RAP_LEDGER;
  const red = loadRed(options.nodeRed);
  red.init({
    userDir,
    nodesDir: [palette],
    flowFile: 'flows.json',
    rapHome: home,
    rapClock: clock,
    rapRehearsal: true,
    lang: nodeRedTags[options.language ?? 'en'],
    httpAdminRoot: false,
    httpNodeRoot: false,
    credentialSecret: false,
    logging: { console: { level: 'off' } },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    // Nodes for networks, files and programs have no place in a rehearsal.
    nodesExcludes: [
      '90-exec.js',
      '10-mqtt.js',
      '31-tcpin.js',
      '32-udp.js',
      '22-websocket.js',
      '21-httpin.js',
      '21-httprequest.js',
      '10-file.js',
      '23-watch.js',
    ],
    ...options.settings,
  });
  const known = new Set(flow.map(({ id }) => id));
  red.events.on('node-status', ({ id, status }) => {
    if (known.has(id)) options.onStatus?.(id, status);
  });
  const started = new Promise<void>((resolve) => red.events.once('flows:started', resolve));
  await red.start();
  await started;
  return red;
}

/** The given one; or the one beside this package; or the one whose command is found. */
function loadRed(where: string | undefined): NodeRed {
  const require = createRequire(import.meta.url);
  const commands = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'node-red'));
  const found = commands
    .filter((command) => existsSync(command))
    .map((one) => path.dirname(realpathSync(one)));
  let cause: unknown;
  for (const place of where === undefined ? ['node-red', ...found] : [where]) {
    try {
      return require(place) as NodeRed;
    } catch (thrown) {
      cause ??= thrown;
    }
  }
  throw new RapError('CONFIG_INVALID', 'Node-RED is not installed where this package can find it', {
    cause,
    cure: 'Rehearse from the editor, or install node-red beside this package.',
  });
}

/** The nodes as they lie beside this file, built or not: one small file for each that loads it. */
async function writePalette(folder: string): Promise<void> {
  await makeFolder(folder);
  const nodes = new URL('../../nodes/', import.meta.url);
  const ending = path.extname(import.meta.url);
  for (const { name, isDirectory } of await entries(nodes)) {
    if (!isDirectory || name === 'base') continue;
    const url = new URL(`${name}/${name}${ending}`, nodes).href;
    const load = `module.exports = async (RED) => (await import(${JSON.stringify(url)})).default(RED);\n`;
    await writeFile(path.join(folder, `${name}.cjs`), load, { mode: 0o600 });
    await writeFile(path.join(folder, `${name}.html`), '', { mode: 0o600 });
  }
}

async function entries(folder: URL): Promise<{ name: string; isDirectory: boolean }[]> {
  const all = await readdir(folder, { withFileTypes: true });
  return all.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
}
