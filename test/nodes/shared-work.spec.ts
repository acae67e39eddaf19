/** The nodes on one of two hosts that share the work: what the other one does, and what is asked of it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { NodeMessage } from 'node-red';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { accountDuty, site } from '../../nodes/runtime/shared-runtime.ts';
import { type Hko, startHko } from '../../simulator/hko.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import type { Fault } from '../../simulator/rap-server.ts';
import { MESSAGE } from '../../simulator/sftp/wire.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { OtherHost } from '../support/other-host.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { patientClock } from '../support/patient-clock.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const ELSEWHERE = 'on another host';

describe('of two hosts that share the work', function () {
  this.timeout(2 * PATIENCE_MS);
  const system = useSystem();
  let runtime: Runtime | undefined;
  let other: OtherHost;

  beforeEach(async () => {
    other = await OtherHost.join(system.home, 'two');
  });
  afterEach(async () => {
    await other.close();
  });

  describe('the nodes whose work the other one does', () => {
    let hko: Hko;
    afterEach(() => hko.stop());

    it('say so, ask for it when a person presses, and do it then', async () => {
      const clock = new SimulatedClock(fromHongKong('2025-06-21 13:59'));
      hko = await startHko({ clock, signals: [] });
      const feeds = hko.feeds().filter(({ source }) => source === 'warnsum');
      const toSecondary = { dataCentre: 'secondary', scope: 'all', account: '', reason: 'drill', by: 'Chan' };
      await other.take(site('practice'), site('switches'));
      runtime = await system.start(
        [
          ...frame('go', 'stop', 'hold', 'drill', 'switched'),
          ...idleAccounts(),
          planNode(),
          node(
            'weather',
            'weather-check',
            { plan: 'plan', day: 'plan', feeds, tell: true },
            ['go'],
            ['stop'],
            ['hold'],
          ),
          node('timer', 'session-timer', { plan: 'plan' }, ...Array(10).fill([]), ['drill']),
          node('away', 'rap-switch', { ...toSecondary, requireSecond: false, until: '19:00' }, ['switched']),
        ],
        { clock, host: 'one' },
      );
      const here = runtime;
      const nodes = ['weather', 'timer', 'away'];
      await here.until(() => nodes.every((id) => here.statusText(id) === ELSEWHERE), 'the other host');
      const heard = () => ['go', 'stop', 'hold', 'drill', 'switched'].flatMap((id) => here.received(id));

      here.send('timer', { drill: true } as NodeMessage);
      here.send('weather', {});
      assert.deepEqual(heard(), []);
      await other.giveWhenAsked(site('practice'));
      await here.until(() => here.received('drill').length === 1, 'the drill');
      await here.until(
        () => ['go', 'stop', 'hold'].some((id) => here.received(id).length > 0),
        'the weather',
      );
      assert.equal(here.statusText('away'), ELSEWHERE);
      assert.equal(await other.ledger.accounts.dataCentreOf('SIM001'), 'primary');

      here.send('away');
      await other.giveWhenAsked(site('switches'));
      await here.until(() => here.received('switched').length === 1, 'the switch');
      assert.equal(await other.ledger.accounts.dataCentreOf('SIM001'), 'secondary');
    });
  });

  describe('no connection of an account stays open once another host has it', () => {
    let simulator: Simulator;
    beforeEach(async () => {
      simulator = await startSimulator({ home: system.home, ports: 'ephemeral', businessDate: '2025-06-20' });
    });
    afterEach(() => simulator.stop());

    for (const [what, begin] of [
      ['a check of its addresses', 'check'],
      ['a listing', 'login'],
    ] as const) {
      it(`${what} that gets no answer`, async () => {
        const asked = Promise.withResolvers<void>();
        const answer = ({ type }: { type: number }, honest: () => unknown) => {
          if (type !== MESSAGE.READDIR) return honest();
          asked.resolve();
          return undefined;
        };
        await simulator.setFault({ sftp: { answer } } as Fault);
        const patient = { requestSeconds: '300', stallSeconds: '300' };
        runtime = await system.start(
          [
            ...frame('done'),
            accountOf(simulator, 'hkscc', patient),
            node('check', 'rap-connect', { action: 'check', account: 'account-hkscc' }, ['done']),
            node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
            node('list', 'rap-list', { settleSeconds: '0' }, ['done']),
          ],
          { host: 'one' },
        );
        runtime.send(begin);
        await asked.promise;
        assert.equal(simulator.counters().live, 1);
        await other.seize(accountDuty('SIM001'));
        const end = performance.now() + PATIENCE_MS;
        while (simulator.counters().live > 0) {
          assert.ok(performance.now() < end, 'it is still open');
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const last = begin === 'check' ? 'check' : 'list';
        const here = runtime;
        await here.until(() => here.statusText(last) === ELSEWHERE, 'that another host has it');
        assert.equal(simulator.counters().logins, 1);
        assert.deepEqual([...runtime.received('done'), ...runtime.received('caught')], []);
      });
    }
  });

  describe('alarms', () => {
    let inbox: Inbox;
    beforeEach(async () => {
      inbox = await startInbox({ mailbox: join(system.home, 'mailbox') });
    });
    afterEach(() => inbox.stop());

    /** @param account that is checked; one that is not there cannot be */
    function flow(account: string): FlowNode[] {
      return [
        ...frame(),
        {
          ...{ id: 'contacts', type: 'rap-contacts', name: '' },
          contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
          ...{ allowedDomains: 'broker.example', language: 'en', host: '127.0.0.1', security: 'none' },
          ...{ port: String(inbox.smtpPort), from: 'RAP Ops <rap@broker.example>' },
        },
        node('check', 'report-check', { account }, [], [], []),
        node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts' }, []),
        node('catch-alarm', 'catch', { scope: ['check'], uncaught: false }, ['alarm']),
      ];
    }
    const start = (host: string, account = '') =>
      system.start(flow(account), { host, clock: patientClock(60) });
    const open = async (code: string) =>
      (await other.ledger.alarms.openAlarms()).filter((one) => one.code === code);
    const untilOpen = async (code: string, count: number) => {
      const end = performance.now() + PATIENCE_MS;
      while ((await open(code)).length !== count) {
        assert.ok(performance.now() < end, `${count} of ${code}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    it('tell of the other one: its silence and its clock, each for as long as it lasts', async () => {
      runtime = await start('one');
      await other.beat(undefined, -300_000);
      await untilOpen('HOST_CLOCK', 1);
      assert.equal((await open('HOST_CLOCK'))[0]?.subject, 'two');
      await other.beat(1);
      await untilOpen('HOST_SILENT', 1);
      await untilOpen('HOST_CLOCK', 0);
      await other.beat();
      await untilOpen('HOST_SILENT', 0);
      const end = performance.now() + PATIENCE_MS;
      while (inbox.count < 4) {
        assert.ok(performance.now() < end, (await inbox.subjects()).join('\n'));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.deepEqual((await inbox.subjects()).sort(), [
        'RAP CRITICAL: a host is silent',
        'RAP CRITICAL: host clock is wrong',
        'RAP recovered: HOST_CLOCK',
        'RAP recovered: HOST_SILENT',
      ]);
    });

    it('are raised by the one host that does so', async () => {
      await other.take(site('alarms'), site('mail'));
      await other.beat(undefined, 300_000);
      const clock = patientClock(60);
      runtime = await system.start(flow(''), { host: 'one', clock });
      const here = runtime;
      const { ledger } = other;
      const isThere = async () => (await ledger.duties.sight()).hosts.some(({ host }) => host === 'one');
      while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 20));
      const from = clock.now();
      // A round is a quarter of a minute: many of them go by.
      await here.until(() => clock.now() > from + 120_000, 'two minutes');
      assert.deepEqual(await open('HOST_CLOCK'), []);
      assert.equal(inbox.count, 0);
    });

    it('of what is wrong on one host are ended by that one, not by the other, on which it is right', async () => {
      runtime = await start('one', 'nobody');
      await untilOpen('CONFIG_INVALID', 1);
      await runtime.stop();
      const [alarm] = await open('CONFIG_INVALID');
      assert.match(alarm?.subject ?? '', /\(one\)$/);

      // Its rounds go by; that it does the work of the site is seen by another alarm.
      runtime = await start('three');
      await other.beat(undefined, -300_000);
      await untilOpen('HOST_CLOCK', 1);
      await other.beat();
      await untilOpen('HOST_CLOCK', 0);
      assert.equal((await open('CONFIG_INVALID')).length, 1);
      await runtime.stop();

      runtime = await start('one');
      await untilOpen('CONFIG_INVALID', 0);
    });
  });
});
