/** The threads that make the pages of the desk, one for each home, and what they are asked by nodes of this process. */
import type { NodeAPI } from 'node-red';
import type { Kit } from '../../lib/desk/kit.ts';
import type { Light } from '../../lib/desk/light/file.ts';
import { lines } from '../../lib/desk/pages.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { clockOf, homeOf } from '../runtime/runtime.ts';
import { liveOf } from './live.ts';
import { DeskThread } from './thread.ts';

export type ThreadOf = (home: string) => DeskThread;

/** The threads of all runtimes that share their events: Node-RED has one such object in a process, and so one listener. */
const threads = new WeakMap<object, ThreadOf>();

/** The thread of a home. Nobody holds its ledger open while nothing runs: they end with the flows. */
export function threadsOf(events: NodeAPI['events']): ThreadOf {
  const known = threads.get(events);
  if (known !== undefined) return known;
  const open = new Map<string, DeskThread>();
  const threadOf: ThreadOf = (home) => {
    const thread = open.get(home) ?? new DeskThread(home);
    open.set(home, thread);
    return thread;
  };
  events.on('flows:stopped', () => {
    for (const thread of open.values()) void thread.close();
    open.clear();
  });
  threads.set(events, threadOf);
  return threadOf;
}

/** Nodes of this process ask under no login; they share the turn of whoever has none. */
const NODES = '';

/** What Today says now, of the whole site: the answer of the desk's page, for nodes and mails. @throws RapError */
export async function lightNow(RED: NodeAPI, language: Language): Promise<Light> {
  const { body } = await threadsOf(RED.events)(homeOf(RED)).ask(NODES, () => ({
    ...{ path: 'light', query: { lang: language }, live: liveOf(RED) },
    ...{ kit: kitOf(RED, language), pieces: false, known: '', gzip: false },
  }));
  return JSON.parse(new TextDecoder().decode(body)) as Light;
}

function kitOf(RED: NodeAPI, language: Language): Kit {
  return { language, now: clockOf(RED).now(), login: '', acts: [], lines, script: '', root: './' };
}
