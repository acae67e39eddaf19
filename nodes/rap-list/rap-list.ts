/** Lists the reports of a logged-in account and says of each whether it is new, changed, known or being written. */
import type { NodeAPI, NodeDef } from 'node-red';
import { z } from 'zod';
import { orEmpty, readMinutes, readSeconds, readWhole, within } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { DEFAULT_SETTLE, takeListing } from '../../lib/collection/listing.ts';
import { defaultBound } from '../../lib/collection/outstanding.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { catalogueIn } from '../base/catalogue.ts';
import { type RapMessage, RapNode, register, type Send } from '../base/rap-node.ts';
import { contextOf } from '../base/run.ts';
import { readSettings } from '../base/settings.ts';
import { siteLook } from '../base/status-words.ts';
import { accountNode } from '../rap-account/rap-account.ts';

const schema = z.object({
  settleSeconds: cell(orEmpty(within(0, 600, readSeconds), DEFAULT_SETTLE / 1000)),
  /** After so many runs, or minutes, a report that does not come is an alarm. */
  alarmRuns: cell(orEmpty(readWhole(1, 1000), defaultBound.runs)),
  alarmMinutes: cell(orEmpty(within(1, 10_080, readMinutes), defaultBound.age / 60_000)),
});

class RapList extends RapNode<NodeDef, z.infer<typeof schema>> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved: NodeDef, lookup: EnvLookup) => readSettings(schema, saved, lookup));
    this.#RED = RED;
  }

  protected override async onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    const context = contextOf(msg);
    const session = accountNode(this.#RED, context.account).session(context.run);
    const { settleSeconds, alarmRuns, alarmMinutes } = this.settings;
    this.show('listing', 'blue', 'ring');
    const listing = await takeListing(session, context, {
      clock: this.clock,
      ledger: await this.ledger(),
      catalogue: await catalogueIn(this.home, (thrown) => this.complain(thrown, msg)),
      settle: settleSeconds * 1000,
      alarmAfter: { runs: alarmRuns, age: alarmMinutes * 60_000 },
      signal,
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

export default function (RED: NodeAPI): void {
  register(RED, 'rap-list', RapList);
}
