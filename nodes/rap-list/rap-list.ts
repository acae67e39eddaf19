/** Lists the reports of a logged-in account and says of each whether it is new, changed, known or being written. */
import { access } from 'node:fs/promises';
import type { NodeAPI, NodeDef } from 'node-red';
import { takeListing } from '../../lib/collection/listing.ts';
import { notOnThisHost } from '../../lib/collection/not-on-this-host.ts';
import { accountNode, withAccount } from '../rap-account/rap-account.ts';
import { catalogueIn } from '../runtime/catalogue.ts';
import { contextOf } from '../runtime/msg-context.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { sharedOf } from '../runtime/runtime.ts';
import { siteLook } from '../runtime/status-texts.ts';
import { type ListSettings, readList } from './settings.ts';

class RapList extends RapNode<NodeDef, ListSettings> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readList);
    this.#RED = RED;
  }

  protected override async onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    const context = contextOf(msg);
    const session = accountNode(this.#RED, context.account).session(context.run);
    const { settleSeconds, alarmRuns, alarmMinutes } = this.settings;
    this.show('listing', 'blue', 'ring');
    const ledger = await this.ledgerFor(context);
    const isShared = sharedOf(this.home) !== undefined;
    const listing = await takeListing(session, context, {
      clock: this.clock,
      ledger,
      ...(isShared ? { again: await notOnThisHost(ledger, context.account, isThere) } : {}),
      catalogue: await catalogueIn(this.home, (thrown) => this.complain(thrown, msg)),
      settle: settleSeconds * 1000,
      alarmAfter: { runs: alarmRuns, age: alarmMinutes * 60_000 },
      signal: withAccount(this.#RED, context.account, signal),
      onSettling: () => this.show('waiting', 'blue', 'ring'),
    });
    const { reports, refused, problems, counts, complete } = listing;
    // The run goes on; whoever catches the fault is told of it.
    for (const error of listing.overdue) this.complain(error, msg);
    const fresh = counts.new + counts.changed;
    const { fill, params } = siteLook(context.dataCentre, this.language);
    this.showResult('listed', complete ? fill : 'yellow', 'dot', { ...params, fresh });
    send({ ...msg, payload: reports, refused, listing: { counts, problems, complete } });
  }
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

export default function (RED: NodeAPI): void {
  register(RED, 'rap-list', RapList);
}
