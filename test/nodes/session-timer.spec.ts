import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { sessionOf } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { decideNow, weatherStoreOf } from '../../lib/practice/weather-store.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { decide } from '../../lib/weather/decide.ts';
import { wholeDay } from '../../lib/weather/evidence.ts';
import { parseSignals, triggerSpells } from '../../lib/weather/signals.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const day = '2025-06-21';
const ports = [
  'reminder',
  'weather',
  'hotline',
  'secondary-begins',
  'secondary-over',
  'primary-begins',
  'primary-over',
  'session-over',
  'keys',
  'missed',
  'drill',
];

describe('session-timer', () => {
  const system = useSystem();
  let runtime: Runtime;
  let clock: SimulatedClock;

  const flow = (): FlowNode[] => [
    ...frame(...ports),
    ...idleAccounts(),
    planNode(),
    node('timer', 'session-timer', { plan: 'plan' }, ...ports.map((port) => [port])),
  ];

  async function start(when: string): Promise<void> {
    clock = new SimulatedClock(fromHongKong(when));
    runtime = await system.start(flow(), { clock });
    await runtime.until(() => runtime.statuses('timer').length > 0, 'the first look');
  }

  async function moveTo(time: string, on = day): Promise<void> {
    await idle();
    await clock.advance(fromHongKong(`${on} ${time}`) - clock.now(), idle);
  }

  /** The weather of a whole day, as a watch would have left it in the ledger. */
  async function weather(...rows: string[]): Promise<void> {
    const ledger = await openHome(system.home, clock);
    const signals = parseSignals(['code,issued,cancelled', ...rows].join('\n'), 'test');
    const evidence = wholeDay(triggerSpells(signals));
    const decision = decide(sessionOf(practice20250621), evidence, fromHongKong(`${day} 08:00`));
    await weatherStoreOf(ledger).save({ date: day, evidence, decision, answers: [] });
    await ledger.close();
  }

  const titles = (port: string) => runtime.received(port).map((msg) => String(msg.topic));
  const count = (port: string) => runtime.received(port).length;

  async function dataCentre(): Promise<string> {
    const ledger = await openHome(system.home, clock);
    const site = await ledger.accounts.dataCentreOf('SIM001');
    await ledger.close();
    return site;
  }

  beforeEach(async () => {
    clock = new SimulatedClock(fromHongKong(`${day} 08:00`));
  });
  it('sends each milestone of a quiet day at its output, once, with the practice mark and run', async () => {
    await weather();
    await start(`${day} 08:20`);
    await runtime.message('missed');
    await moveTo('19:02');
    assert.equal(count('missed'), 1, 'the reminders of the weeks before, as one list');
    assert.deepEqual(
      titles('weather')
        .filter((title) => !title.startsWith('pending'))
        .slice(0, 1),
      ['Weather watch begins'],
    );
    assert.equal(count('hotline'), 2);
    assert.match(titles('hotline').join(), /2979-7111.*2979-7222/s);
    assert.deepEqual(
      ['secondary-begins', 'secondary-over', 'primary-begins', 'primary-over', 'session-over'].map(count),
      [1, 1, 1, 1, 1],
    );
    assert.equal(count('keys'), 2);
    const begin = await runtime.message('secondary-begins');
    assert.deepEqual(begin.rap, { run: 'practice-2025-06-21-part-1' });
    assert.equal((begin.practice as { part: string }).part, 'Part 1');
    assert.equal((begin.payload as { time: string }).time, '2025-06-21 14:00');
    assert.equal(runtime.statusText('timer'), 'day is over');
  });

  it('begins nothing while no weather is known, says so at the last call, and begins on a word', async () => {
    await start(`${day} 13:45`);
    await moveTo('14:05');
    assert.equal(count('secondary-begins'), 0);
    assert.match(titles('hotline').join(), /Last call/);
    const ledger = await openHome(system.home, clock);
    await decideNow(ledger, sessionOf(practice20250621), clock.now(), {
      word: { about: 'session', says: 'held', from: 'hkex', by: 'Chan', how: 'hotline', at: clock.now() },
    });
    await ledger.close();
    runtime.send('timer');
    await runtime.message('secondary-begins');
  });

  it('stops a part fifteen minutes after the signal, and the primary is back without a log-in', async () => {
    await weather('TC8,2025-06-21 14:20,');
    await start(`${day} 13:55`);
    await moveTo('14:36');
    assert.equal(count('secondary-begins'), 1);
    const over = await runtime.message('secondary-over');
    assert.equal((over.practice as { order: { action: string } }).order.action, 'stop');
    assert.equal((over.payload as { time: string }).time, '2025-06-21 14:35');
    assert.equal(await dataCentre(), 'primary');
    await moveTo('19:02');
    assert.equal(count('primary-begins'), 0);
    assert.equal(count('session-over'), 1);
  });

  it('repeats nothing after a restart, says what it missed, and takes up a part under way', async () => {
    await weather();
    await start(`${day} 13:00`);
    await moveTo('14:10');
    assert.equal(count('secondary-begins'), 1);
    await runtime.stop();

    await start(`${day} 15:00`);
    const again = await runtime.message('secondary-begins');
    assert.match(String(again.topic), /Taken up after a restart/);
    await moveTo('15:03');
    assert.equal(count('secondary-begins'), 1);
    assert.equal(count('missed'), 0);
    assert.equal(count('hotline'), 0);
    await runtime.stop();

    await start(`${day} 18:30`);
    const missed = await runtime.message('missed');
    assert.match((missed.payload as { text: string }).text, /16:00 {2}Part 1 ends/);
    await runtime.message('secondary-over');
    await runtime.message('primary-begins');
    assert.equal(await dataCentre(), 'primary');
  });

  it('goes on with the day by itself when the ledger could not be written for a while', async () => {
    await weather();
    await start(`${day} 13:50`);
    await moveTo('13:52');
    const disk = new DatabaseSync(ledgerIn(system.home));
    disk.exec("create trigger full before update on practice_days begin select raise(abort, 'full'); end");
    await moveTo('14:05');
    assert.equal(count('secondary-begins'), 0);
    assert.equal(count('caught'), 1, 'said once');
    disk.exec('drop trigger full');
    disk.close();
    await moveTo('14:07');
    assert.equal(count('secondary-begins'), 1);
    await moveTo('16:02');
    assert.deepEqual([count('secondary-begins'), count('secondary-over')], [1, 1]);
  });

  it('leaves a plan of long ago alone, and waits quietly for one to come', async () => {
    await start('2026-11-22 12:00');
    await runtime.until(() => runtime.statusText('timer') === '2025-06-21 is over', 'the old plan');
    assert.equal(
      ports.reduce((sum, port) => sum + count(port), 0),
      0,
    );
    await runtime.stop();
    await start('2025-05-20 12:00');
    await runtime.until(() => runtime.statusText('timer') === '05-28 reminder', 'the next reminder');
    clock.jump(fromHongKong('2025-05-28 09:00') - clock.now());
    await clock.advance(60_000, idle);
    await runtime.message('reminder', 1);
    assert.match(titles('reminder').join(), /2 days left: Answer the questionnaire/);
  });

  it('reminds of each deadline at 09:00 Hong Kong time so many days before, once, over a restart; then comes the drill', async () => {
    await start('2025-05-28 08:59');
    await moveTo('09:03', '2025-05-28');
    await runtime.until(() => count('reminder') === 2, 'the first reminders');
    assert.match(titles('reminder')[0] ?? '', /^2 days left: Answer the questionnaire/);
    await idle();
    await runtime.stop();
    await start('2025-05-28 09:30');
    await idle();
    assert.equal(count('reminder') + count('missed'), 0, 'told once');
    await idle();
    await runtime.stop();
    await start('2025-06-13 08:59');
    await runtime.until(() => count('missed') === 1, 'what was missed in between');
    await moveTo('09:03', '2025-06-13');
    await runtime.until(() => count('reminder') === 1, 'the last day of the registration');
    assert.match(titles('reminder')[0] ?? '', /^Last day: Register for the practice session/);
    await idle();
    await runtime.stop();
    await start('2025-06-19 09:59');
    assert.equal(count('drill'), 0);
    await moveTo('10:03', '2025-06-19');
    await runtime.until(() => count('drill') === 1, 'the drill');
    await idle();
    await runtime.stop();
    await start('2025-06-20 15:59');
    await idle();
    assert.equal(count('drill'), 0, 'asked once');
    await moveTo('16:01', '2025-06-20');
    await runtime.until(
      () => titles('reminder').some((title) => title.startsWith('Who answered')),
      'the summary',
    );
    runtime.send('timer', { drill: true } as never);
    await runtime.until(() => count('drill') === 1, 'the drill on demand');
  });
});
