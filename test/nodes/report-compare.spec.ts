import assert from 'node:assert/strict';
import fs, { mkdir, readFile, writeFile } from 'node:fs/promises';
import { mock } from 'node:test';
import { watchdog } from '../../lib/files/watchdog.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { practice20250621 as plan } from '../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, recordPartResult } from '../../lib/practice/results.ts';
import { realClock } from '../../lib/time/clock.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const part = plan.parts[0];
assert.ok(part);

describe('report-compare and session-evidence', () => {
  const system = useSystem();
  let runtime: Runtime;

  const flow = (folder = ''): FlowNode[] => [
    ...frame('out'),
    ...idleAccounts(),
    node('compare', 'report-compare', { folder }, ['out']),
    node('result', 'session-evidence', { action: 'result' }, ['out']),
    node('pack', 'session-evidence', { action: 'pack' }, ['out']),
  ];
  const codeOf = (msg: Received) => (msg.error as { code: string }).code;
  const textOf = (msg: Received) => (msg.error as { message: string }).message;

  async function put(file: string, content: string): Promise<string> {
    await mkdir(`${system.home}/${file}`.replace(/\/[^/]*$/, ''), { recursive: true });
    await writeFile(`${system.home}/${file}`, content);
    return `${system.home}/${file}`;
  }

  const report = (name: string, file: string) => ({
    path: `/INBOX/20250620/${name}`,
    name,
    system: 'CCASS',
    code: '',
    businessDate: plan.reportsOf,
    size: 3,
    sha256: '',
    file,
    receivedAt: 1,
  });

  beforeEach(async () => {
    const ledger = await openHome(system.home, realClock);
    await keepPlan(ledger, plan);
    await recordPartResult(ledger, plan, {
      ...emptyResult(plan, part, 'SIM001', 1),
      outcome: 'complete',
      reports: [
        report('SAME.TXT', await put('rap/SAME.TXT', 'one')),
        report('OTHER.TXT', await put('rap/OTHER.TXT', 'one')),
        report('HERE.TXT', await put('rap/HERE.TXT', 'one')),
      ],
    });
    await ledger.close();
  });
  it('says what is equal, different, only at RAP and only at the terminal', async () => {
    const folder = `practice/${plan.date}/terminal/SIM001`;
    await put(`${folder}/SAME.TXT`, 'one');
    await put(`${folder}/OTHER.TXT`, 'two');
    await put(`${folder}/THERE.TXT`, 'one');
    runtime = await system.start(flow());
    runtime.send('compare', { practice: { date: plan.date } } as never);
    const { equal, differ, text } = (await runtime.message('out')).payload as Record<string, unknown>;
    assert.equal(equal, 1);
    assert.equal(differ, 3);
    assert.match(String(text), /Only at the terminal: THERE\.TXT/);
    assert.match(String(text), /Different: OTHER\.TXT/);
    assert.match(String(text), /Only at RAP: HERE\.TXT/);
    assert.equal(runtime.statusText('compare'), '3 differ');
  });

  it('compares the summary of an ordinary download with a folder of its own', async () => {
    await put('terminal/SIM001/SAME.TXT', 'one');
    runtime = await system.start(flow(`${system.home}/terminal/{account}`));
    const received = [report('SAME.TXT', `${system.home}/rap/SAME.TXT`)];
    runtime.send('compare', { rap: { account: 'SIM001' }, payload: { summary: true, received } } as never);
    await runtime.message('out');
    assert.equal(runtime.statusText('compare'), '1 equal');
  });

  for (const call of ['readdir', 'open'] as const) {
    it(`does not wait for ever for a folder that hangs in ${call}`, async () => {
      await put('terminal/SIM001/SAME.TXT', 'one');
      const gate = Promise.withResolvers<void>();
      const real = fs[call] as unknown as (...args: unknown[]) => Promise<unknown>;
      mock.method(fs, call, async (...args: unknown[]) => {
        if (String(args[0]).startsWith(`${system.home}/terminal`)) await gate.promise;
        return real(...args);
      });
      try {
        const folder = `${system.home}/terminal/{account}`;
        runtime = await system.start(flow(folder), { answerWithin: 2_000 });
        const received = [report('SAME.TXT', `${system.home}/rap/SAME.TXT`)];
        runtime.send('compare', {
          rap: { account: 'SIM001' },
          payload: { summary: true, received },
        } as never);
        const caught = await runtime.message('caught');
        assert.equal(codeOf(caught), 'SHARE_SILENT');
        assert.match(textOf(caught), /terminal\/SIM001 does not answer/);
      } finally {
        gate.resolve();
        mock.restoreAll();
        while (watchdog.busy) await new Promise(setImmediate);
      }
    });
  }

  it('refuses what it cannot compare or write down', async () => {
    runtime = await system.start(flow());
    runtime.send('compare', { payload: 'x' });
    assert.equal(codeOf(await runtime.message('caught')), 'CONFIG_INVALID');
    runtime.send('result', { payload: 'x' });
    assert.match(textOf(await runtime.message('caught', 1)), /msg\.practice is missing/);
    runtime.send('pack', { practice: { date: '2031-01-01' } } as never);
    assert.match(textOf(await runtime.message('caught', 2)), /no practice session of 2031-01-01/);
  });

  it('writes the evidence in the language of the mails, or in the one that is chosen', async () => {
    const contacts = (id: string, language: string): FlowNode => ({
      id,
      type: 'rap-contacts',
      name: '',
      contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
      allowedDomains: 'broker.example',
      language,
      host: '127.0.0.1',
      port: '1',
      security: 'none',
      from: 'rap@broker.example',
    });
    const chosen = node('chosen', 'session-evidence', { action: 'pack', language: 'zh-Hans' }, ['out']);
    const page = async (from: string, at: number) => {
      runtime.send(from, { practice: { date: plan.date } } as never);
      const { summary } = (await runtime.message('out', at)).payload as { summary: string };
      const [, language = ''] = /<html lang="(.*?)">/.exec(await readFile(summary, 'utf8')) ?? [];
      return language;
    };
    runtime = await system.start([...flow(), contacts('c', 'zh-Hant'), chosen]);
    assert.equal(await page('pack', 0), 'zh-Hant');
    assert.equal(await page('chosen', 1), 'zh-Hans');
    await runtime.stop();
    // Nobody can say which of two languages is meant.
    runtime = await system.start([...flow(), contacts('c', 'zh-Hant'), contacts('d', 'zh-Hans')]);
    assert.equal(await page('pack', 0), 'en');
    await runtime.stop();
    runtime = await system.start(flow());
    assert.equal(await page('pack', 0), 'en');
  });

  it('takes no notice of a fault that belongs to no session, as nodes tell when the flows start', async () => {
    runtime = await system.start(flow());
    const rap = { account: 'SIM001' };
    runtime.send('result', { rap, error: { code: 'KEY_UNREADABLE', message: 'no key' } } as never);
    // Without a fault it is a mistake in the flow.
    runtime.send('result', { rap });
    const caught = await runtime.message('caught');
    assert.match(String((caught.error as { message: string }).message), /belongs to no practice session/);
    assert.equal(runtime.received('caught').length, 1);
    assert.equal(runtime.received('out').length, 0);
  });

  it('records the trouble of a log-in, adds a later download to it, and closes a part for all accounts', async () => {
    runtime = await system.start(flow());
    const practice = { date: plan.date, part: 'Part 1' };
    const error = { code: 'CONNECT_REFUSED', message: 'nobody answers', cause: { cure: 'look' } };
    runtime.send('result', { practice, rap: { account: 'SIM001.practice-2025-06-21' }, error } as never);
    const failed = (await runtime.message('out')).payload as Record<string, unknown>;
    assert.equal(failed.outcome, 'incomplete');
    assert.equal(failed.loggedIn, false);
    assert.deepEqual(failed.trouble, { code: 'CONNECT_REFUSED', message: 'nobody answers', cure: 'look' });
    assert.equal((failed.reports as unknown[]).length, 3, 'what was obtained before stays');

    runtime.send('result', { practice } as never);
    await runtime.message('out', 1);
    await runtime.stop();
    const ledger = await openHome(system.home, realClock);
    const rows = (await ledger.practice.practiceResults(plan.date)).map(({ account, result }) => [
      account,
      (JSON.parse(result) as { outcome: string }).outcome,
    ]);
    await ledger.close();
    assert.deepEqual(rows.sort(), [
      ['SIM001', 'incomplete'],
      ['SIMC01', 'not-done'],
    ]);
    runtime = await system.start(flow());
  });
});
