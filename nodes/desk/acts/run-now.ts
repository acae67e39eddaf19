/** A run before its time: of a schedule, or of an inject node that leads to a log-in. */
import type { NodeAPI } from 'node-red';
import { z } from 'zod';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { injectsOf, reachOf } from '../../rap-account/reach.ts';
import { nodeThat } from '../../runtime/by-hand.ts';
import { act } from './act.ts';

const said = {
  en: {
    begun: 'A run has begun. Its reports are filed as they come.',
    underWay: 'A run is under way already: none was begun.',
  },
  'zh-Hant': { begun: '已開始執行。報告到達後即存放。', underWay: '已有執行在進行中：沒有另行開始。' },
  'zh-Hans': { begun: '已开始运行。报告到达后即存放。', underWay: '已有运行在进行中：没有另行开始。' },
};

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
  words: {
    en: {
      title: 'Run now',
      explains:
        'Logs in, lists and fetches what is new, as at a time of the schedule. Nothing is logged in twice.',
      confirm: 'Run now',
      labels: {},
    },
    'zh-Hant': {
      title: '立即執行',
      explains: '登入、列出並取回新報告，與排程時相同。不會重複登入。',
      confirm: '立即執行',
      labels: {},
    },
    'zh-Hans': {
      title: '立即运行',
      explains: '登录、列出并取回新报告，与计划时相同。不会重复登录。',
      confirm: '立即运行',
      labels: {},
    },
  },
  async done({ RED, ledger, clock, by, language }, { node: id, why }) {
    const node: unknown = RED.nodes.getNode(id);
    const schedule = nodeThat(RED, id, 'beginByHand');
    // No other node is pressed from here, whatever a request names.
    const inject = injectsOf(RED).some((one) => one.node === id);
    if (typeof node !== 'object' || node === null || !(inject || schedule)) throw gone();
    const last = pressed.get(node);
    const same = last !== undefined && clock.monotonic() - last < SAME_PRESS_MS;
    if (same || isUnderWay(RED, id)) return { said: said[language].underWay };
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
      if (run === undefined) return { said: said[language].underWay };
      await ledger.journal.append({ ...entry, details: { ...entry.details, run } });
      return { said: said[language].begun };
    }
    await ledger.journal.append(entry);
    (node as { receive(): void }).receive();
    return { said: said[language].begun };
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
