/** report-route and its word of amended reports when processes are killed or flows deployed: in the real Node-RED. */
import assert from 'node:assert/strict';
import type { NodeMessage } from 'node-red';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { MAILED_GRACE, UNMAILED_LIMIT } from '../../lib/mail/flow-consumer.ts';
import { CONTEXT, fileBeside, killAfter, RULES } from '../lib/collection/amended-killed.ts';
import { START } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import { mailsIn } from '../support/mails.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

describe('report-route and amended reports', () => {
  const system = useSystem({ inbox: true, clock: START + 60_000 });
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await stop();
  });

  const stop = async () => {
    await runtime?.stop();
    runtime = undefined;
  };

  type Kind = 'alarm' | 'text';

  /** Without a kind of mail the news goes nowhere but to the test. */
  async function start(kind?: Kind): Promise<Runtime> {
    const contacts = {
      ...{ id: 'contacts', type: 'rap-contacts', name: '' },
      contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'alarm' }],
      ...{ host: '127.0.0.1', port: String(system.inbox.smtpPort), security: 'none' },
      from: 'RAP Ops <rap@broker.example>',
    };
    const mail = {
      kind,
      contacts: 'contacts',
      groups: 'alarm',
      subject: 'Look',
      text: '{{payload}} {{rap.run}}',
    };
    const flow: FlowNode[] = [
      ...frame('end', 'news', 'mailed'),
      node('route', 'report-route', { rules: RULES }, [], ['end'], ['news', ...(kind ? ['mail'] : [])]),
      ...(kind ? [contacts, node('mail', 'contact-notify', mail, ['mailed'])] : []),
    ];
    runtime = await system.start(flow);
    return runtime;
  }

  /** A run in which nothing new came goes through; by then everything there is to tell was told. */
  async function aRun(started: Runtime, run: string): Promise<void> {
    const before = started.received('end').length;
    const payload = { summary: true, complete: true, received: [], failed: [], known: 0, writing: 0 };
    started.send('route', { rap: { ...CONTEXT, run }, payload } as NodeMessage);
    await started.message('end', before);
  }

  const codesOf = (news: readonly Received[]) => news.map(({ error }) => (error as { code: string }).code);
  const fresh = ({ mail }: Received) => (mail as { fresh: boolean }).fresh;
  const texts = async () => (await mailsIn(`${system.home}/mailbox`)).map(({ text }) => text ?? '').sort();

  for (const step of ['recordDelivery', 'recordLastDelivery'] as const) {
    it(`mails once for each share when the process before was killed right after ${step}`, async () => {
      await killAfter(system.home, step);
      const second = await start('alarm');
      await second.message('mailed', 1);
      assert.deepEqual(second.received('mailed').map(fresh), [true, true]);
      await aRun(second, 'run-2');
      assert.equal(second.received('news').length, 2);
      const [ops = '', risk = '', ...more] = await texts();
      assert.deepEqual(more, []);
      for (const [text, share] of [
        [ops, 'ops'],
        [risk, 'risk'],
      ] as const) {
        // The file it got, the code, and the run that filed it.
        for (const part of [`${system.home}/${share}/a~2.txt`, 'AMENDED', 'run-1'])
          assert.ok(text.includes(part), text);
      }
      await system.clock.advance(MAILED_GRACE, idle);
      await stop();

      const third = await start('alarm');
      await aRun(third, 'run-3');
      assert.deepEqual(third.received('news'), [], 'it is in the outbox');
      assert.equal((await texts()).length, 2);
    });
  }

  for (const kind of ['alarm', 'text'] as const) {
    it(`mails what was sent and not queued when the flow stopped, once even when told twice (${kind})`, async () => {
      await fileBeside(system.home);
      const first = await start();
      await first.message('news', 1);
      await stop();

      const second = await start(kind);
      await second.message('mailed', 1);
      const [again = assert.fail()] = second.received('news');
      second.send('mail', { ...again, rap: { ...CONTEXT, run: 'run-2' } } as NodeMessage);
      assert.equal(fresh(await second.message('mailed', 2)), false);
      assert.equal((await texts()).length, 2);
    });
  }

  it('gives the news up where nobody mails it and the process lives on: it is not repeated for ever', async () => {
    await fileBeside(system.home);
    const first = await start();
    await first.message('news', 1);
    await aRun(first, 'run-2');
    await stop();

    const second = await start();
    await second.message('news', 1);
    assert.deepEqual(
      codesOf(second.received('news')),
      ['AMENDED', 'AMENDED'],
      'the first did not live long enough',
    );
    await system.clock.advance(UNMAILED_LIMIT, idle);
    await aRun(second, 'run-3');
    assert.equal(second.received('news').length, 2);
    await stop();

    const third = await start('alarm');
    await aRun(third, 'run-4');
    assert.deepEqual(third.received('news'), [], 'who wires a mail now gets no old news');
    await stop();
    const ledger = await openHome(system.home, system.clock);
    assert.deepEqual(await ledger.amendments.pendingAmendments(CONTEXT.account), []);
    await ledger.close();
  });
});
