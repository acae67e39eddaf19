/** The node that answers a flow's questions, in the real runtime. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { NodeAPI } from 'node-red';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import desk from '../../nodes/desk/desk.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

interface Answer {
  complete: boolean;
  text: string;
  openAlarms: number;
  accounts: { account: string; here: number; all: number; trouble: number }[];
}

describe('rap-status', () => {
  const system = useSystem({ clock: '2026-11-20 21:50' });
  let runtime: Runtime | undefined;

  beforeEach(async () => {
    const rows = ['RPF01', 'RMAMR03'].map(
      (code) => `  - { code: ${code}, installation: hkscc, watch: yes }\n`,
    );
    await writeFile(`${system.home}/catalogue.yaml`, `reports:\n${rows.join('')}`);
    const ledger = await openHome(system.home, system.clock);
    const look = { account: 'SIM001', at: system.clock.now(), dataCentre: 'primary' as const };
    await ledger.looks.noteLook({ ...look, good: ['/INBOX', '/RPF'], failed: [] });
    for (let n = 0; n < 205; n++) {
      const name = n === 0 ? 'RPF01_SIM001_20261120.csv' : `OTHER${n}_SIM001_20261120.csv`;
      const path = `/RPF/${name}`;
      await ledger.reports.recordReceived(
        aVersion({ account: 'SIM001', name, path, folder: '/RPF', code: n === 0 ? 'RPF01' : 'OTHER' }),
      );
    }
    await ledger.close();
  });

  async function start(changes: object = {}, nodes: ((RED: NodeAPI) => void)[] = []): Promise<void> {
    const [account] = idleAccounts() as [FlowNode];
    const status = { question: 'today', account: 'account-hkscc', report: '', ...changes };
    const flow = [
      ...frame('out'),
      { ...account, folders: [{ folder: '/INBOX' }, { folder: '/RPF' }] },
      node('status', 'rap-status', status, ['out']),
    ];
    runtime = await system.start(flow, { nodes });
  }

  async function ask(msg: object): Promise<Received> {
    const before = runtime?.received('out').length ?? 0;
    runtime?.send('status', msg as never);
    return (await runtime?.message('out', before)) as Received;
  }

  it('says what is here today and what is missing, never that all is well when it is not', async () => {
    await start();
    const today = (await ask({})).payload as Answer;
    assert.equal(today.complete, false);
    assert.match(today.text, /^HKSCC 1 of \d+: RMAMR03/);
    assert.equal(today.openAlarms, 0);
    const [one, ...others] = today.accounts;
    assert.deepEqual([one?.account, one?.here, others.length], ['SIM001', 1, 0]);
    const msg = await ask({ topic: 'missing' });
    assert.equal(msg.topic, 'missing');
    const missing = msg.payload as { account: string; report: string; state: string }[];
    assert.equal(missing.length, (one?.trouble ?? 0) + missing.filter(({ state }) => state === 'due').length);
    assert.ok(missing.every(({ account, report }) => account === 'SIM001' && report === 'RMAMR03'));
  });

  it('is green only where Today is: never for what came and is on no share, or where nobody can say', async () => {
    const rows = 'reports:\n  - { code: RPF01, installation: hkscc, watch: yes }\n';
    await writeFile(`${system.home}/catalogue.yaml`, rows);
    await start({}, [desk]);
    const fill = () => runtime?.statuses('status').at(-1)?.fill;
    const answer = (await ask({})).payload as Answer & { well: boolean; headline: string; others: string[] };
    // All that was due is here: the old question, whose answer says nothing of shares.
    assert.deepEqual([answer.complete, answer.well], [true, false]);
    assert.ok(answer.headline !== '' && fill() !== 'green', `${fill()}: ${answer.headline}`);
    const missing = async () => (await ask({ topic: 'missing' })).payload;
    assert.deepEqual([await missing(), fill() === 'green'], [[], false]);
    await writeFile(`${system.home}/catalogue.yaml`, 'reports: [{ code: }\n');
    assert.deepEqual([await missing(), fill()], [[], 'red'], 'nobody can say what is missing');
  });

  it('says that nothing is known where no desk answers', async () => {
    await start();
    const answer = (await ask({})).payload as { well: boolean; headline: string };
    assert.deepEqual([answer.well, runtime?.statuses('status').at(-1)?.fill], [false, 'red']);
    assert.equal(answer.headline, 'The desk did not answer');
  });

  it('tells the story of a report, and what came, a page at a time and never more than 200 rows', async () => {
    await start({ question: 'history', account: '', report: 'rpf01' });
    const found = (await ask({})).payload as { name: string }[];
    assert.deepEqual(
      found.map(({ name }) => name),
      ['RPF01_SIM001_20261120.csv'],
      'by the words of the settings',
    );
    const rows = (await ask({ payload: { report: '', most: 100_000 } })).payload as { versionId: number }[];
    assert.ok(rows.length === 200 || rows.length === 205 - 5, `${rows.length}`);
    const last = rows.at(-1)?.versionId;
    const more = (await ask({ payload: { report: '', before: last } })).payload as { versionId: number }[];
    assert.equal(more.length, 5);
    assert.ok(more.every(({ versionId }) => versionId < (last ?? 0)));
    const stories = (await ask({ topic: 'story', payload: 'RPF01 sim001' })).payload as {
      account: string;
      events: { kind: string }[];
    }[];
    assert.deepEqual([stories.length, stories[0]?.account], [1, 'SIM001']);
    assert.ok(stories[0]?.events.some(({ kind }) => kind === 'received'));
    const none = (await ask({ payload: { report: 'rpf01', businessDate: '2026-11-19' } })).payload;
    assert.deepEqual(none, []);
  });

  it('goes by its settings where a topic is no question of it, and by nothing odd in a payload', async () => {
    await start();
    for (const msg of [
      { topic: 'constructor' },
      { topic: { a: 1 } },
      { payload: { before: -1, most: 'x' } },
    ]) {
      const { topic, payload } = await ask(msg);
      assert.deepEqual([topic, typeof (payload as Answer).text], ['today', 'string']);
    }
    for (const payload of [null, 7, ['x'], { report: { toString: 1 } }, { before: 1.5 }]) {
      assert.ok(Array.isArray((await ask({ topic: 'history', payload })).payload), JSON.stringify(payload));
    }
  });

  it('refuses a story of nothing, and a date that is none', async () => {
    await start({ question: 'story' });
    const caught = async (asked: object) => {
      const before = runtime?.received('caught').length ?? 0;
      runtime?.send('status', asked as never);
      const msg = (await runtime?.message('caught', before)) as Received;
      return (msg.error as { message: string }).message;
    };
    assert.match(await caught({}), /No report is named/);
    assert.match(
      await caught({ topic: 'history', payload: { businessDate: 'soon' } }),
      /msg\.payload\.businessDate/,
    );
  });
});
