import assert from 'node:assert/strict';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { frame, node } from '../support/flow-parts.ts';
import { inLedger } from '../support/in-ledger.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const errorOf = (msg: Received) => msg.error as { code: string; message: string };

describe('rap-switch', () => {
  const system = useSystem();
  let runtime: Runtime;
  let clock: SimulatedClock;

  const away = (changes: Record<string, unknown> = {}): FlowNode =>
    node(
      'away',
      'rap-switch',
      {
        dataCentre: 'secondary',
        scope: 'all',
        account: '',
        reason: 'drill',
        by: 'Chan',
        requireSecond: false,
        until: '19:00',
        ...changes,
      },
      ['out'],
    );

  async function start(...nodes: FlowNode[]): Promise<void> {
    clock = new SimulatedClock(fromHongKong('2025-06-21 13:59'));
    runtime = await system.start([...frame('out'), ...idleAccounts(), ...nodes], { clock });
  }

  /** What the ledger says of the accounts, in their order. */
  async function inUse(): Promise<string[]> {
    return inLedger(
      system.home,
      async (ledger) => {
        return [await ledger.accounts.dataCentreOf('SIM001'), await ledger.accounts.dataCentreOf('SIMC01')];
      },
      clock,
    );
  }

  it('switches all accounts, says what changed, and shows until when', async () => {
    await start(away());
    await runtime.until(() => runtime.statusText('away') === 'primary: 2', 'the primary');
    runtime.send('away', { payload: 'kept' });
    const msg = await runtime.message('out');
    assert.equal(msg.payload, 'kept');
    assert.deepEqual(msg.switched, [
      { account: 'SIM001', before: 'primary', after: 'secondary', changed: true },
      { account: 'SIMC01', before: 'primary', after: 'secondary', changed: true },
    ]);
    assert.equal(runtime.statusText('away'), 'secondary to 19:00');
    assert.deepEqual(await inUse(), ['secondary', 'secondary']);
  });

  it('puts back at the agreed time what was forgotten, with an alarm for each account, once', async () => {
    await start(away());
    runtime.send('away');
    await runtime.message('out');
    await clock.advance(5 * 60 * 60_000 + 60_000, idle);
    // A round that was at work at 19:00 is followed by another one.
    await runtime.until(() => {
      void clock.advance(60_000);
      return runtime.received('caught').length > 1;
    }, 'both alarms');
    const first = errorOf(await runtime.message('caught'));
    const second = errorOf(await runtime.message('caught', 1));
    assert.equal(first.code, 'SWITCH_EXPIRED');
    assert.match(
      first.message,
      /SIM001 was still at the secondary data centre at 2025-06-21 19:00 \(decided by Chan\)/,
    );
    assert.match(second.message, /SIMC01/);
    assert.deepEqual(await inUse(), ['primary', 'primary']);
    await clock.advance(3 * 60_000, idle);
    assert.equal(runtime.received('caught').length, 2);
  });

  it('takes up the agreed time after a restart', async () => {
    await start(away());
    runtime.send('away');
    await runtime.message('out');
    await runtime.stop();
    clock = new SimulatedClock(fromHongKong('2025-06-22 08:00'));
    runtime = await system.start([...frame('out'), ...idleAccounts(), away()], { clock });
    assert.equal(errorOf(await runtime.message('caught')).code, 'SWITCH_EXPIRED');
    assert.deepEqual(await inUse(), ['primary', 'primary']);
  });

  it('switches one account alone, and shows that not all are the same', async () => {
    await start(away({ scope: 'one', account: 'account-hkcc-seoch', until: '' }), {
      ...away(),
      id: 'all',
    });
    runtime.send('away');
    await runtime.message('out');
    assert.deepEqual(await inUse(), ['primary', 'secondary']);
    assert.equal(runtime.statusText('away'), 'secondary: 1');
    await clock.advance(60_000);
    await runtime.until(() => runtime.statusText('all') === 'not all the same', 'the difference');
  });

  it('refuses to switch without reason, person, with the same person twice, or past its time', async () => {
    await start(away({ reason: '', by: '', until: '' }));
    const refusals: [Record<string, unknown>, RegExp][] = [
      [{ by: 'Chan', second: 'Lee' }, /reason is empty/],
      [{ reason: 'drill', second: 'Lee' }, /by is empty/],
      [{ reason: 'drill', by: 'A. Chan', second: 'a chan' }, /second is A. Chan again/],
      [{ reason: 'drill', by: 'Chan', second: 'Lee', until: '13:00' }, /until has passed/],
    ];
    for (const [at, [msg, words]] of refusals.entries()) {
      runtime.send('away', msg);
      const { code, message } = errorOf(await runtime.message('caught', at));
      assert.equal(code, 'CONFIG_INVALID');
      assert.match(message, words);
    }
    assert.deepEqual(await inUse(), ['primary', 'primary']);
    runtime.send('away', { reason: 'drill', by: 'Chan', second: 'Lee' } as never);
    await runtime.message('out');
    assert.deepEqual(await inUse(), ['secondary', 'secondary']);
  });

  describe('that a second person must confirm', () => {
    const asked = () =>
      runtime.until(() => runtime.statusText('away') === '2nd person needed', 'the request');

    it('switches nothing until another person confirms, and then lets the message go on', async () => {
      await start({ ...away({ requireSecond: true }), wires: [['out'], ['asked']] }, node('asked', 'helper'));
      runtime.send('away', { payload: 'kept' });
      const asking = await runtime.message('asked');
      assert.match(
        String(asking.topic),
        /Chan asks to switch SIM001, SIMC01 to the secondary data centre: drill/,
      );
      assert.deepEqual(await inUse(), ['primary', 'primary']);
      assert.equal(runtime.statusText('away'), '2nd person needed');
      for (const by of ['Chan', ' CHAN. ', '']) runtime.send('away', { confirm: true, by } as never);
      await runtime.message('caught', 2);
      assert.deepEqual(
        runtime
          .received('caught')
          .map((msg) => errorOf(msg).message.replace(/^.*: /, ''))
          .sort(),
        ['by is empty', 'second is Chan again', 'second is Chan again'],
      );
      assert.deepEqual(await inUse(), ['primary', 'primary']);
      runtime.send('away', { confirm: true, by: 'Lee' } as never);
      const msg = await runtime.message('out');
      assert.equal(msg.payload, 'kept');
      assert.deepEqual(await inUse(), ['secondary', 'secondary']);
      assert.equal(runtime.statusText('away'), 'secondary to 19:00');
      runtime.send('away', { confirm: true, by: 'Wong' } as never);
      assert.equal(errorOf(await runtime.message('caught', 3)).code, 'SWITCH_UNCONFIRMED', 'good once');
      const ledger = await openHome(system.home, clock);
      const journal = (await ledger.journal.records()).filter(({ what }) => what.startsWith('data centre'));
      const choices = await ledger.accounts.dataCentreChoices();
      await ledger.close();
      assert.deepEqual(
        journal.map(({ who, what }) => `${who}: ${what}`),
        [
          'Chan: data centre switch requested',
          'Lee: data centre switch confirmed',
          'Chan: data centre chosen',
          'Chan: data centre chosen',
        ],
      );
      assert.deepEqual(
        choices.map(({ by, second }) => `${by}, ${second}`),
        ['Chan, Lee', 'Chan, Lee'],
      );
    });

    it('ends the request after half an hour with an alarm, also over a restart', async () => {
      await start(away({ requireSecond: true }));
      runtime.send('away');
      await asked();
      await clock.advance(20 * 60_000, idle);
      await runtime.stop();
      const later = clock.now() + 60_000;
      clock = new SimulatedClock(later);
      const flow = [...frame('out'), ...idleAccounts(), away({ requireSecond: true })];
      runtime = await system.start(flow, { clock });
      await asked();
      await idle();
      await clock.advance(10 * 60_000, idle);
      const { code, message } = errorOf(await runtime.message('caught'));
      assert.equal(code, 'SWITCH_UNCONFIRMED');
      assert.match(message, /that Chan asked for at 2025-06-21 13:59 was not confirmed in time/);
      runtime.send('away', { confirm: true, by: 'Lee' } as never);
      await runtime.message('caught', 1);
      assert.deepEqual(await inUse(), ['primary', 'primary']);
    });

    it('takes a refusal, from the person who asked as well', async () => {
      await start(away({ requireSecond: true }));
      runtime.send('away');
      await asked();
      runtime.send('away', { refuse: true, by: 'Chan', reason: 'called off' } as never);
      assert.match(
        errorOf(await runtime.message('caught')).message,
        /asked for at 2025-06-21 13:59 was refused by Chan/,
      );
      assert.deepEqual(await inUse(), ['primary', 'primary']);
    });
  });
});
