/** rap-switch and its word of what became of switches when processes are killed or flows deployed: in the real Node-RED. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { PATIENCE } from '../../lib/ledger/telling.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type Fact, killAfter, switchAnHour } from '../lib/practice/switch-killed.ts';
import { frame, node } from '../support/flow-parts.ts';
import { makeHome, removeHome } from '../support/home.ts';
import { mailsIn } from '../support/mails.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import { type FlowNode, Runtime } from '../support/runtime.ts';

const MINUTE = 60_000;

describe('rap-switch and what a process was killed over', () => {
  let home: string;
  let clock: SimulatedClock;
  let inbox: Inbox;
  let runtime: Runtime | undefined;

  beforeEach(async () => {
    home = await makeHome();
    inbox = await startInbox({ mailbox: `${home}/mailbox` });
    clock = new SimulatedClock(fromHongKong('2025-06-21 14:00'));
  });
  afterEach(async () => {
    await stop();
    await inbox.stop();
    await removeHome(home);
  });

  const stop = async () => {
    await runtime?.stop();
    runtime = undefined;
  };

  /** Without mail the news goes nowhere but to the test. */
  async function start(mail: boolean, away = true): Promise<Runtime> {
    const switching = {
      dataCentre: 'secondary',
      scope: 'all',
      reason: 'drill',
      by: 'Chan',
      requireSecond: true,
    };
    const mails: FlowNode[] = [
      {
        ...{ id: 'contacts', type: 'rap-contacts', name: '' },
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'alarm' }],
        ...{ host: '127.0.0.1', port: String(inbox.smtpPort), security: 'none' },
        from: 'RAP Ops <rap@broker.example>',
      },
      node('catch-faults', 'catch', { scope: away ? ['away'] : [], uncaught: false }, ['alarm']),
      node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups: 'alarm' }, ['mailed']),
      node(
        'text',
        'contact-notify',
        {
          ...{ kind: 'text', contacts: 'contacts', groups: 'alarm' },
          ...{ subject: 'Switched', text: '{{#switched}}{{account}}: {{after}} {{/switched}}' },
        },
        ['mailed'],
      ),
    ];
    runtime = await Runtime.start(
      [
        ...frame('out', 'asked', 'mailed'),
        ...idleAccounts(),
        ...(away ? [node('away', 'rap-switch', switching, mail ? ['out', 'text'] : ['out'], ['asked'])] : []),
        ...(mail ? mails : []),
      ],
      { home, clock },
    );
    return runtime;
  }

  /** Starts once more, and gives what then is told again. */
  async function toldAgain(): Promise<number> {
    await stop();
    assert.equal(await untold(), 0);
    const again = await start(true);
    await again.until(() => again.statusText('away') !== '', 'the first look');
    return again.received('out').length + again.received('caught').length;
  }

  async function untold(): Promise<number> {
    const ledger = await openHome(home, clock);
    const news = await ledger.untoldSwitches('away');
    await ledger.close();
    return news.length;
  }

  async function ask(): Promise<void> {
    const first = await start(false);
    first.send('away');
    await first.message('asked');
    await stop();
  }

  /** Lets database and flow keep up with the clock. */
  const rest = () => new Promise<void>((resolve) => setTimeout(resolve, 2));
  const texts = async () => (await mailsIn(`${home}/mailbox`)).map(({ text }) => text ?? '');

  const facts: [Fact, number, RegExp][] = [
    ['end', 60, /SIM001 was still at the secondary data centre at 2025-06-21 15:00 \(decided by Chan\)/],
    ['confirm', 5, /SIM001: secondary SIMC01: secondary/],
  ];
  for (const [fact, minutes, words] of facts) {
    it(`mails it once when the process was killed right after the fact was in the ledger (${fact})`, async () => {
      if (fact === 'end') await switchAnHour(home, clock);
      else await ask();
      await clock.advance(minutes * MINUTE);
      await killAfter(fact, home, clock.now());
      const second = await start(true);
      await second.message('mailed');
      const [text = '', ...more] = await texts();
      assert.match(text, words);
      assert.deepEqual(more, []);
      assert.equal(await toldAgain(), 0, 'it is in the outbox');
      assert.equal((await texts()).length, 1);
    });
  }

  for (const fact of ['end', 'confirm'] as const) {
    it(`mails once what was sent and not queued when the process stopped, also when told twice (${fact})`, async () => {
      if (fact === 'end') await switchAnHour(home, clock);
      else await ask();
      await clock.advance(fact === 'end' ? 60 * MINUTE : 0);
      const first = await start(false);
      if (fact === 'confirm') first.send('away', { confirm: true, by: 'Lee' } as never);
      const told = await first.message(fact === 'end' ? 'caught' : 'out');
      await stop();

      const second = await start(true);
      await second.message('mailed');
      second.send(fact === 'end' ? 'alarm' : 'text', { ...told, _msgid: 'another' } as never);
      const again = await second.message('mailed', 1);
      assert.equal((again.mail as { fresh: boolean }).fresh, false);
      assert.equal((await texts()).length, 1);
    });
  }

  it('mails of each request that nobody confirmed, also of one that ended while the alarm of another was open', async () => {
    for (const asked of ['14:00', '14:30']) {
      await ask();
      await clock.advance(30 * MINUTE);
      if (asked === '14:30') await killAfter('expire', home, clock.now());
      await (await start(true)).message('mailed');
      await stop();
      const words = `that Chan asked for at 2025-06-21 ${asked} was not confirmed in time`;
      assert.ok(
        (await texts()).some((text) => text.includes(words)),
        asked,
      );
    }
  });

  it('takes the mail of a fault that the message met later for no word of the switch', async () => {
    await ask();
    const first = await start(false);
    first.send('away', { confirm: true, by: 'Lee' } as never);
    const told = await first.message('out');
    await stop();
    const second = await start(true, false);
    const error = { code: 'LOGIN_REFUSED', message: 'no', source: { id: 'x', type: 'rap-connect' } };
    second.send('alarm', { ...told, error } as never);
    await second.message('mailed');
    assert.equal(await untold(), 1);
    second.send('text', told);
    await second.message('mailed', 1);
    assert.equal(await untold(), 0);
  });

  it('does not go on again at a deploy with a switch that went on before', async () => {
    await ask();
    const first = await start(false);
    first.send('away', { confirm: true, by: 'Lee' } as never);
    await first.message('out');
    await clock.advance(3_000);
    assert.equal(await toldAgain(), 0);
  });

  it('goes on when the ledger could not be written for a time, and complains of that once', async () => {
    await switchAnHour(home, clock);
    const database = new DatabaseSync(`${home}/ledger.sqlite`);
    database.exec(
      "create trigger stop before update on data_centres begin select raise(abort, 'stopped'); end",
    );
    await clock.advance(60 * MINUTE);
    const first = await start(false);
    await first.message('caught');
    await clock.advance(2 * MINUTE, rest);
    database.exec('drop trigger stop');
    database.close();
    await clock.advance(2 * MINUTE, rest);
    const { error } = await first.message('caught', 1);
    assert.equal((error as { code: string }).code, 'SWITCH_EXPIRED');
  });

  it('gives the news up where nobody mails it and the process lives on', async () => {
    await switchAnHour(home, clock);
    await clock.advance(60 * MINUTE);
    const first = await start(false);
    await first.message('caught');
    assert.equal(await untold(), 1);
    await clock.advance(PATIENCE + MINUTE, rest);
    await first.until(() => first.statusText('away') === 'primary: 2', 'a later look');
    assert.equal(await untold(), 0);
    assert.equal(first.received('caught').length, 1);
  });
});
