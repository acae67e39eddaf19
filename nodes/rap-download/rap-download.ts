/** Downloads what a listing marked new or changed: one message per report, and a summary at the end. */
import { join } from 'node:path';
import type { NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { collect, incompleteError } from '../../lib/collection/collect.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { ReceivedReport, RefusedEntry, Report } from '../../lib/words/types.ts';
import { type RapMessage, RapNode, register, type Send } from '../base/rap-node.ts';
import { contextOf } from '../base/run.ts';
import { accountNode } from '../rap-account/rap-account.ts';

/** A message as rap-list sends it. */
interface ListedMessage extends RapMessage {
  refused?: RefusedEntry[];
  listing?: { complete: boolean; problems: { folder: string; code: string; message: string }[] };
}

class RapDownload extends RapNode<NodeDef, object> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, () => ({}));
    this.#RED = RED;
  }

  protected override async onInput(msg: ListedMessage, send: Send, signal: AbortSignal): Promise<void> {
    const context = contextOf(msg);
    if (!Array.isArray(msg.payload)) {
      throw new RapError('CONFIG_INVALID', 'The message has no list of reports: put a rap-list node before');
    }
    const session = accountNode(this.#RED, context.account).session(context.run);
    const sequence = new Sequence(msg, `${context.run}/${context.account}`, send);
    this.show('busy', 'blue', 'ring');
    const { refused, listing } = msg;
    const summary = await collect(
      session,
      context,
      { reports: msg.payload as Report[], refused: refused ?? [], complete: listing?.complete ?? true },
      {
        ledger: await this.ledger(),
        landing: join(this.home, 'landing'),
        signal,
        onReceived: (report, done, all) => {
          sequence.add(report);
          this.show('downloading', 'blue', 'ring', { done, all });
        },
      },
    );
    signal.throwIfAborted();
    sequence.end();
    const done = summary.received.length;
    const failed = summary.failed.length;
    if (failed > 0) this.show('partly', 'yellow', 'ring', { failed });
    else if (done > 0) this.show('downloaded', 'green', 'dot', { done });
    else this.show('nothing', 'green', 'ring');
    const { payload: _, refused: _refused, ...carried } = msg;
    send([null, { ...carried, payload: summary }]);
    const problem = incompleteError(summary) ?? folderError(listing?.problems);
    if (problem !== undefined) this.complain(problem, msg);
  }
}

/** A folder that could not be listed: what is in it did not come, though nothing failed to download. */
function folderError(problems: { folder: string; message: string }[] = []): RapError | undefined {
  const first = problems[0];
  return first === undefined
    ? undefined
    : new RapError('FOLDER_UNREADABLE', problems.map((problem) => problem.message).join('; '), {
        details: { folder: first.folder },
      });
}

/**
 * One message per report, numbered with msg.parts so that Join and Batch work. How many there are is only known
 * when the last has come, so each message waits for the next one and the last carries the count.
 */
class Sequence {
  readonly #msg: ListedMessage;
  readonly #id: string;
  readonly #send: Send;
  #held: ReceivedReport | undefined;
  #index = 0;

  constructor(msg: ListedMessage, id: string, send: Send) {
    this.#msg = msg;
    this.#id = id;
    this.#send = send;
  }

  add(report: ReceivedReport): void {
    this.#release();
    this.#held = report;
  }

  end(): void {
    this.#release(this.#index + 1);
  }

  #release(count?: number): void {
    if (this.#held === undefined) return;
    const { refused: _, listing: _listing, ...carried } = this.#msg;
    const parts: NodeMessageInFlow['parts'] = {
      id: this.#id,
      index: this.#index,
      ...(count === undefined ? {} : { count }),
    };
    this.#index++;
    this.#send([{ ...carried, payload: this.#held, parts }, null]);
    this.#held = undefined;
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-download', RapDownload);
}
