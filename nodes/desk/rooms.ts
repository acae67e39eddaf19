/**
 * How the shares answer, asked in the background while somebody looks at the desk: a page never waits for a disk. A
 * share that hangs costs one thread, as in all other work (lib/files/watchdog.ts).
 */
import type { NodeAPI } from 'node-red';
import { expectedShare } from '../../lib/delivery/share.ts';
import type { LiveRoom } from '../../lib/desk/live-operations.ts';
import { asRapError, diskError } from '../../lib/errors/rap-error.ts';
import { watchdog } from '../../lib/files/watchdog.ts';
import { runningNodes } from '../runtime/rap-node.ts';
import {
  acquireLedger,
  answerWithinOf,
  type Participant,
  release,
  runtimeOptionsOf,
} from '../runtime/runtime.ts';

/** What was heard of a share is believed so long, milliseconds; and so long is waited for it at most. */
const BELIEVED_MS = 15_000;
const PATIENCE_MS = 20_000;

export class Rooms {
  readonly #RED: NodeAPI;
  readonly #rooms = new Map<string, LiveRoom>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** What is known; what is old is asked again, for the next time. */
  facts(): LiveRoom[] {
    const { clock } = runtimeOptionsOf(this.#RED);
    if (this.#asking === undefined && clock.monotonic() - this.#askedAt > BELIEVED_MS) {
      this.#askedAt = clock.monotonic();
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
    }
    return [...this.#rooms.values()];
  }

  /** Resolves when what is being asked has been answered. */
  async settled(): Promise<void> {
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const roots = await this.#roots().catch(() => undefined);
    if (roots === undefined) return;
    for (const root of this.#rooms.keys()) if (!roots.includes(root)) this.#rooms.delete(root);
    await Promise.all(roots.map((root) => this.#askOne(root)));
  }

  /** Shares that were met, and the folders that the flow's rules name. */
  async #roots(): Promise<string[]> {
    const named: string[] = [];
    let routes = false;
    for (const node of runningNodes(this.#RED)) {
      if (!node.ready || !('destinations' in node)) continue;
      routes = true;
      named.push(...(node.destinations as string[]));
    }
    // Where nothing is filed nobody need open the ledger for a look.
    if (!routes) return [];
    const participant: Participant = {};
    try {
      const known = await (
        await acquireLedger(runtimeOptionsOf(this.#RED), participant)
      ).shares.knownShares();
      const roots = named.map((folder) => expectedShare(folder, known)?.root ?? folder);
      return [...new Set([...known.map(({ root }) => root), ...roots])];
    } finally {
      await release(participant);
    }
  }

  async #askOne(root: string): Promise<void> {
    const { clock } = runtimeOptionsOf(this.#RED);
    const at = clock.now();
    const before = this.#rooms.get(root);
    const of = { kind: 'room', root, at } as const;
    if (before === undefined) {
      this.#rooms.set(root, { ...of, state: 'asked', fault: '', free: null, size: null });
    }
    try {
      const disk = watchdog.disk(root, { answerWithin: answerWithinOf(this.#RED) ?? PATIENCE_MS });
      const { bavail, blocks, bsize } = await disk.statfs(root);
      const room = { free: bavail * bsize, size: blocks * bsize };
      this.#rooms.set(root, { ...of, state: 'answers', fault: '', ...room });
    } catch (thrown) {
      const { code, message } = asRapError(diskError(thrown, `share ${root}`));
      const state = code === 'SHARE_SILENT' ? 'silent' : 'fault';
      this.#rooms.set(root, { ...of, state, fault: message, free: null, size: null });
    }
  }
}
