/** A run before its time: of a schedule, or of an inject node that leads to a log-in. */

import type { NodeAPI } from 'node-red';
import { z } from 'zod';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { injectsOf, reachOf } from '../../rap-account/reach.ts';
import { nodeThat } from '../../runtime/by-hand.ts';
import { act } from './act.ts';

/** A press so soon after another is the same press: the first has not come to its log-in yet. */
const SAME_PRESS_MS = 5_000;

/** When a node was pressed last, on the monotonic clock. */
const pressed = new WeakMap<object, number>();

export const runNowAct = act({
  name: 'run-now',
  permission: 'rap-ops.write',
  fields: [{ name: 'node', kind: 'hidden' }],
  reason: 'optional',
  schema: z.object({ node: z.string().min(1) }),
  async done({ RED, ledger, clock, by, language }, { node: id, why }) {
    const node: unknown = RED.nodes.getNode(id);
    const schedule = nodeThat(RED, id, 'beginByHand');
    // No other node is pressed from here, whatever a request names.
    const inject = injectsOf(RED).some((one) => one.node === id);
    if (typeof node !== 'object' || node === null || !(inject || schedule)) throw gone();
    const last = pressed.get(node);
    const same = last !== undefined && clock.monotonic() - last < SAME_PRESS_MS;
    if (same || isUnderWay(RED, id)) return { said: t(language, 'acts.run-now.said.underWay') };
    pressed.set(node, clock.monotonic());
    const name = (node as { name?: string }).name ?? '';
    const entry = {
      who: by,
      what: 'run begun by hand',
      why: why || 'On the desk',
      details: { node: id, name },
    };
    if (schedule !== undefined) {
      const run = await schedule.beginByHand();
      if (run === undefined) return { said: t(language, 'acts.run-now.said.underWay') };
      await ledger.journal.append({ ...entry, details: { ...entry.details, run } });
      return { said: t(language, 'acts.run-now.said.begun') };
    }
    await ledger.journal.append(entry);
    (node as { receive(): void }).receive();
    return { said: t(language, 'acts.run-now.said.begun') };
  },
});

/** Has any account that the node leads to a run now? */
function isUnderWay(RED: NodeAPI, id: string): boolean {
  return reachOf(RED, id).accounts.some(({ atWork }) => atWork !== undefined);
}

function gone(): RapError {
  return new RapError('USAGE', 'This node is not deployed any more, or begins no run', {
    cure: 'Load the page again.',
  });
}
