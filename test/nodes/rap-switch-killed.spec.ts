/** rap-switch and its word of what became of switches when processes are killed or flows deployed: in the real Node-RED. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../bin/rehearsal/idle.ts';
import { pendingSwitchEvents, type SwitchEvent } from '../../lib/accounts/switch-events.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { MAILED_GRACE, UNMAILED_LIMIT } from '../../lib/mail/flow-consumer.ts';
import { alarmEnd } from '../../lib/model/reasons.ts';
import { type Fact, killAfter, switchAnHour } from '../lib/accounts/data-centre-switch-killed.ts';
import { mailsIn, recipientsOf } from '../support/mails.ts';
import type { Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { killOnceMailed, messages, type SwitchFlow, startSwitching } from './switch-flow.ts';

const MINUTE = 60_000;

describe('rap-switch and what a process was killed over', () => {
  const system = useSystem({ inbox: true, clock: '2025-06-21 14:00' });
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await stop();
  });

  const stop = async () => {
    await runtime?.stop();
    runtime = undefined;
  };

  /** Without groups that are mailed the news goes nowhere but to the test. */
  async function start(groups: string[], changes: Partial<SwitchFlow> = {}): Promise<Runtime> {
    runtime = await startSwitching({
      home: system.home,
      clock: system.clock,
      port: system.inbox.smtpPort,
      groups,
      ...changes,
    });
    return runtime;
  }

  /** Lives on for a moment, starts once more, and gives what then is told again. */
  async function toldAgain(changes: Partial<SwitchFlow> = {}): Promise<number> {
    await system.clock.advance(MAILED_GRACE, idle);
    await stop();
    assert.equal(await untold(), 0);
    const again = await start(['desk'], changes);
    await again.until(() => again.statusText('away') !== '', 'the first look');
    return ['out', 'asked', 'caught'].flatMap((id) => again.received(id)).length;
  }

  async function newsLeft(): Promise<SwitchEvent[]> {
    const ledger = await openHome(system.home, system.clock);
    const news = await pendingSwitchEvents(ledger, 'away');
    await ledger.close();
    return news;
  }
  const untold = async () => (await newsLeft()).length;
  const mailedNews = async () => (await newsLeft()).filter(({ mailedAt }) => mailedAt !== null).length;

  async function ask(): Promise<void> {
    const first = await start([]);
    first.send('away');
    await first.message('asked');
    await stop();
  }

  /** What must be in the ledger before. */
  async function prepare(fact: Fact): Promise<void> {
    if (fact === 'end') await switchAnHour(system.home, system.clock);
    if (fact === 'confirm') await ask();
    await system.clock.advance((fact === 'end' ? 60 : 5) * MINUTE);
  }

  const texts = async () => (await mailsIn(`${system.home}/mailbox`)).map(({ text }) => text ?? '');

  const words = {
    end: /SIM001 was still at the secondary data centre at 2025-06-21 15:00 \(decided by Chan\)/,
    confirm: /SIM001: secondary SIMC01: secondary/,
    switch: /SIM001: secondary SIMC01: secondary/,
    ask: /A second person confirms it on the operator page .* by 2025-06-21 14:35/,
  };
  const facts = Object.keys(words) as (keyof typeof words)[];

  for (const fact of facts) {
    it(`mails it once when the process was killed right after the fact was in the ledger (${fact})`, async () => {
      await prepare(fact);
      await killAfter(system.home, fact, String(system.clock.now()));
      const second = await start(['desk']);
      await second.message('mailed');
      const [text = '', ...more] = await texts();
      assert.match(text, words[fact]);
      assert.deepEqual(more, []);
      assert.equal(await toldAgain(), 0, 'it is in the outbox');
      assert.equal((await texts()).length, 1);
    });

    it(`mails it to each of two groups, once, when the process was killed between the two mails (${fact})`, async () => {
      await prepare(fact);
      await killOnceMailed(system.home, String(system.inbox.smtpPort), String(system.clock.now()), fact);
      assert.equal((await texts()).length, 1);
      await endAlarms();
      const second = await start(['desk', 'risk'], { second: fact !== 'switch' });
      await second.message('mailed', 1);
      const mails = await mailsIn(`${system.home}/mailbox`);
      assert.deepEqual(mails.flatMap(recipientsOf), ['desk@broker.example', 'risk@broker.example']);
      for (const { text = '' } of mails) assert.match(text, words[fact]);
      assert.deepEqual(await openAlarms(), fact === 'end' ? ['risk, met 1 times'] : []);
      assert.equal(await toldAgain({ second: fact !== 'switch' }), 0);
      assert.equal((await texts()).length, 2);
    });
  }

  /** Somebody knows of the alarms there are, and their faults end. */
  async function endAlarms(): Promise<void> {
    const ledger = await openHome(system.home, system.clock);
    const ids = (await ledger.alarms.openAlarms()).map(({ id }) => id);
    for (const id of ids)
      await ledger.alarms.acknowledgeAlarm(id, { by: 'Lee', why: 'seen', until: system.clock.now() });
    await ledger.alarms.closeAlarms(ids, alarmEnd('came'));
    await ledger.close();
  }

  async function openAlarms(): Promise<string[]> {
    const ledger = await openHome(system.home, system.clock);
    const alarms = await ledger.alarms.openAlarms();
    await ledger.close();
    return alarms.map(({ groups, seen }) => `${groups}, met ${seen} times`);
  }

  for (const fact of ['end', 'confirm'] as const) {
    it(`mails once what was sent and not queued when the process stopped, also when told twice (${fact})`, async () => {
      await prepare(fact);
      const first = await start([]);
      if (fact === 'confirm') first.send('away', messages.confirm as never);
      const told = await first.message(fact === 'end' ? 'caught' : 'out');
      await stop();

      const second = await start(['desk']);
      await second.message('mailed');
      second.send(fact === 'end' ? 'alarm-desk' : 'text-desk', { ...told, _msgid: 'another' } as never);
      const again = await second.message('mailed', 1);
      assert.equal((again.mail as { fresh: boolean }).fresh, false);
      assert.equal((await texts()).length, 1);
    });
  }

  it('goes on once with a switch, with all that the message brought, and not again at a deploy', async () => {
    const first = await start([], { second: false });
    first.send('away', { payload: 'kept' });
    const { payload, switchNews } = await first.message('out');
    assert.deepEqual([payload, typeof switchNews], ['kept', 'number']);
    await system.clock.advance(2 * MINUTE, idle);
    assert.equal(first.received('out').length, 1);
    assert.equal(await toldAgain({ second: false }), 0);
  });

  it('goes on no more with a switch that was mailed, though the process is killed soon after', async () => {
    const first = await start(['desk'], { second: false });
    first.send('away');
    await first.message('mailed');
    assert.equal(await mailedNews(), 1, 'others may be about to queue theirs');
    await system.clock.advance(MAILED_GRACE, idle);
    while ((await untold()) > 0) await idle();
  });

  it('leaves the order of a plan to the plan, which gives it again after a restart', async () => {
    const first = await start([], { second: false });
    first.send('away', { practice: { date: '2025-06-21' } } as never);
    assert.equal('switchNews' in (await first.message('out')), false);
    await stop();
    assert.equal(await untold(), 0);
  });

  it('asks no second person any more for a request that is settled or withdrawn', async () => {
    await ask();
    await ask();
    assert.equal(await untold(), 1);
    const later = await start(['desk']);
    await later.message('mailed');
    assert.equal(later.received('asked').length, 1);
    later.send('away', { refuse: true, by: 'Lee' } as never);
    await later.message('mailed', 1);
    await stop();
    const again = await start([]);
    await again.message('caught');
    assert.equal(again.received('asked').length, 0);
  });

  it('mails of each request that nobody confirmed, also of one that ended while the alarm of another was open', async () => {
    for (const asked of ['14:00', '14:30']) {
      await ask();
      await system.clock.advance(30 * MINUTE);
      if (asked === '14:30') await killAfter(system.home, 'expire', String(system.clock.now()));
      await (await start(['desk'])).message('mailed');
      const words = `that Chan asked for at 2025-06-21 ${asked} was not confirmed in time`;
      const isMailed = async () => (await texts()).some((text) => text.includes(words));
      while (!(await isMailed())) await idle();
      await stop();
    }
  });

  it('takes the mail of a fault that the message met later for no word of the switch', async () => {
    await ask();
    const first = await start([]);
    first.send('away', { confirm: true, by: 'Lee' } as never);
    const told = await first.message('out');
    await stop();
    const second = await start(['desk'], { away: false });
    const error = { code: 'LOGIN_REFUSED', message: 'no', source: { id: 'x', type: 'rap-connect' } };
    second.send('alarm-desk', { ...told, error } as never);
    await second.message('mailed');
    assert.equal(await mailedNews(), 0);
    second.send('text-desk', told);
    await second.message('mailed', 1);
    assert.equal(await mailedNews(), 1);
  });

  it('does not go on again at a deploy with a switch that went on before', async () => {
    await ask();
    const first = await start([]);
    first.send('away', { confirm: true, by: 'Lee' } as never);
    await first.message('out');
    assert.equal(await toldAgain(), 0);
  });

  it('goes on when the ledger could not be written for a time, and complains of that once', async () => {
    await switchAnHour(system.home, system.clock);
    const database = new DatabaseSync(`${system.home}/ledger.sqlite`);
    database.exec(
      "create trigger stop before update on data_centres begin select raise(abort, 'stopped'); end",
    );
    await system.clock.advance(60 * MINUTE);
    const first = await start([]);
    await first.message('caught');
    await system.clock.advance(2 * MINUTE, idle);
    database.exec('drop trigger stop');
    database.close();
    await system.clock.advance(2 * MINUTE, idle);
    const { error } = await first.message('caught', 1);
    assert.equal((error as { code: string }).code, 'SWITCH_EXPIRED');
  });

  it('gives the news up where nobody mails it and the process lives on', async () => {
    await switchAnHour(system.home, system.clock);
    await system.clock.advance(60 * MINUTE);
    const first = await start([]);
    await first.message('caught');
    assert.equal(await untold(), 1);
    await system.clock.advance(UNMAILED_LIMIT + MINUTE, idle);
    await first.until(() => first.statusText('away') === 'primary: 2', 'a later look');
    assert.equal(await untold(), 0);
    assert.equal(first.received('caught').length, 1);
  });
});
