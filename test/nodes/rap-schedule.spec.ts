import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { readCalendarFile, writeSiteFile } from '../../lib/reports/site-files.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { withOverride } from '../../lib/time/site-calendar.ts';
import { killAfterTick } from '../lib/ledger/schedule-run-killed.ts';
import { admin, type FlowNode, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const schedule: FlowNode = {
  id: 'schedule',
  type: 'rap-schedule',
  z: 'tab',
  name: '',
  mode: 'times',
  times: [{ time: '07:00' }, { time: '21:30' }],
  pattern: '',
  calendar: 'securities',
  catchUp: true,
  wires: [['out']],
};

function flow(changes: Record<string, unknown> = {}): FlowNode[] {
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    { ...schedule, ...changes },
    { id: 'out', type: 'helper', z: 'tab' },
    { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
    { id: 'caught', type: 'helper', z: 'tab' },
  ];
}

const MINUTE = 60_000;

describe('rap-schedule', () => {
  const system = useSystem();
  let runtime: Runtime;
  let clock: SimulatedClock;

  async function start(when: string, nodes = flow()): Promise<void> {
    clock = new SimulatedClock(fromHongKong(when));
    runtime = await system.start(nodes, { clock });
  }

  /** Moves the clock to a Hong Kong time in steps in which database and flow keep up. */
  async function moveTo(when: string): Promise<void> {
    while (clock.now() < fromHongKong(when)) {
      await clock.advance(Math.min(MINUTE, fromHongKong(when) - clock.now()));
      await idle();
    }
  }

  async function setDay(date: string, day: 'open' | 'closed'): Promise<void> {
    const site = await readCalendarFile(system.home);
    const said = { date, day, calendars: ['securities'], by: 'Chan', reason: 'r', at: '2025-06-01 10:00' };
    await writeSiteFile(site, withOverride(site.text, site.subject, said));
  }

  it('makes up for a missed run at the first start, shows when it runs next, and runs then', async () => {
    await start('2025-06-20 21:00');
    const missed = await runtime.message('out');
    assert.deepEqual(missed.payload, { trigger: 'catch-up', due: fromHongKong('2025-06-20 07:00') });
    assert.match(String((missed.rap as { run: string }).run), /^20250620-2100/);
    await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 21:30', 'the next time');

    await moveTo('2025-06-20 21:31');
    const timed = await runtime.message('out', 1);
    assert.deepEqual(timed.payload, { trigger: 'timer', due: fromHongKong('2025-06-20 21:30') });
    assert.notEqual((timed.rap as { run: string }).run, (missed.rap as { run: string }).run);
    await runtime.until(
      () => runtime.statusText('schedule') === 'Next Mon 07:00',
      'the weekend to be skipped',
    );
  });

  it('does not run a due time again after a restart', async () => {
    await start('2025-06-20 21:29');
    await runtime.message('out');
    await moveTo('2025-06-20 21:31');
    await runtime.message('out', 1);
    await runtime.stop();

    await start('2025-06-20 22:00');
    await runtime.until(() => runtime.statusText('schedule') === 'Next Mon 07:00', 'the next time');
    runtime.send('schedule');
    const only = await runtime.message('out');
    assert.deepEqual(only.payload, { trigger: 'hand', due: fromHongKong('2025-06-20 22:00') });
  });

  it('goes by the calendars of the site, from the next look on, and says when their file cannot be read', async () => {
    await setDay('2025-06-23', 'closed');
    await start('2025-06-20 22:00');
    await runtime.until(
      () => runtime.statusText('schedule') === 'Next Tue 07:00',
      'the closed Monday to be skipped',
    );
    await setDay('2025-06-21', 'open');
    await moveTo('2025-06-20 22:02');
    await runtime.until(() => runtime.statusText('schedule') === 'Next Sat 07:00', 'the open Saturday');
    await writeFile(path.join(system.home, 'calendar', 'calendar.yaml'), 'overrides: [');
    await moveTo('2025-06-20 22:05');
    const { error } = await runtime.message('caught');
    assert.match(String((error as { message: string }).message), /calendar\.yaml cannot be used: line 1/);
    assert.equal(runtime.received('caught').length, 1);
    // In turn with when the late run was due.
    await moveTo('2025-06-20 22:06');
    const shown = runtime
      .statuses('schedule')
      .slice(-2)
      .map(({ text }) => text);
    assert.ok(shown.includes('Next Sat 07:00'), shown.join());
  });

  it('takes up the run of a tick when the process was killed right after it took the tick, once', async () => {
    await killAfterTick(system.home, 'schedule', String(fromHongKong('2025-06-20 21:30')));
    await start('2025-06-20 21:31', flow({ catchUp: false }));
    const late = await runtime.message('out');
    assert.deepEqual(late.payload, { trigger: 'catch-up', due: fromHongKong('2025-06-20 21:31') });
    assert.notEqual((late.rap as { run: string }).run, 'run-1');
    await clock.advance(5 * MINUTE, idle);
    assert.equal(runtime.received('out').length, 1);
  });

  /** Whoever takes a tick then stops: between the tick and its run. */
  async function stopBetween(between: boolean): Promise<void> {
    await (await openHome(system.home, new SimulatedClock(fromHongKong('2025-06-20 06:00')))).close();
    const database = new DatabaseSync(`${system.home}/ledger.sqlite`);
    database.exec(
      between
        ? "create trigger stop before insert on runs begin select raise(abort, 'stopped'); end"
        : 'drop trigger stop',
    );
    database.close();
  }

  it('does not lose a tick when it is stopped between the tick and its run', async () => {
    await stopBetween(true);
    await start('2025-06-20 21:30');
    await runtime.message('caught');
    await clock.advance(2 * MINUTE, idle);
    await runtime.stop();
    assert.equal(runtime.received('out').length, 0);
    await stopBetween(false);

    await start('2025-06-20 21:40');
    const late = await runtime.message('out');
    assert.deepEqual(late.payload, { trigger: 'catch-up', due: fromHongKong('2025-06-20 21:30') });
  });

  it('makes up for nothing when told not to', async () => {
    await start('2025-06-20 21:00', flow({ catchUp: false }));
    await moveTo('2025-06-20 21:30');
    const first = await runtime.message('out');
    assert.deepEqual(first.payload, { trigger: 'timer', due: fromHongKong('2025-06-20 21:30') });
  });

  it('runs once for a time that a sleeping machine passed over, and says it was late', async () => {
    await start('2025-06-20 06:00', flow({ catchUp: false }));
    await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 07:00', 'the next time');
    clock.jump(16 * 60 * MINUTE);
    await clock.advance(MINUTE, idle);
    const late = await runtime.message('out');
    assert.deepEqual(late.payload, { trigger: 'catch-up', due: fromHongKong('2025-06-20 21:30') });
    await clock.advance(MINUTE, idle);
    assert.equal(runtime.received('out').length, 1);
  });

  const dues = () =>
    runtime
      .received('out')
      .map(({ payload }) => hongKongStamp((payload as { due: number }).due).slice(5, 16));

  it('gives a due time its run though a clock that was a day ahead for a minute had taken it, over a restart', async () => {
    await start('2025-06-19 21:00');
    await runtime.message('out');
    clock.jump(24 * 60 * MINUTE);
    await moveTo('2025-06-20 21:31');
    await runtime.until(() => dues().includes('06-20 21:30'), 'the run of the wrong day');
    clock.jump(-24 * 60 * MINUTE);
    await moveTo('2025-06-19 21:40');
    await runtime.until(() => dues().includes('06-19 21:30'), 'the run that was missed meanwhile');
    await runtime.stop();

    const after = clock.nextProcess();
    await after.advance(23 * 60 * MINUTE);
    clock = after.nextProcess();
    runtime = await system.start(flow(), { clock });
    await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 21:30', 'the next time');
    await moveTo('2025-06-20 21:31');
    await runtime.until(() => dues().at(-1) === '06-20 21:30', 'the run of the right day');
    await moveTo('2025-06-20 21:40');
    assert.equal(dues().filter((due) => due === '06-20 21:30').length, 1);
  });

  for (const catchUp of [true, false]) {
    it(`does not rest for an hour when the clock is put back by one, told ${catchUp ? '' : 'not '}to make up for missed runs`, async () => {
      await start('2025-06-20 21:10', flow({ catchUp }));
      await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 21:30', 'the first look');
      const evening = () => dues().filter((due) => due === '06-20 21:30').length;
      // An hour ahead since before the start.
      await moveTo('2025-06-20 21:31');
      assert.equal(evening(), 1);
      clock.jump(-60 * MINUTE);
      await moveTo('2025-06-20 21:31');
      assert.equal(evening(), 2, 'the one of the right clock as well');
    });
  }

  it('goes on when a clock that never comes to a due time is set right', async () => {
    await start('2025-06-20 21:29', flow({ catchUp: false }));
    await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 21:30', 'the first look');
    clock.jump(Date.UTC(2000, 0, 1) - clock.now());
    await clock.advance(MINUTE, idle);
    clock.jump(fromHongKong('2025-06-20 21:31') - clock.now());
    await clock.advance(MINUTE, idle);
    await runtime.until(() => dues().at(-1) === '06-20 21:30', 'the run');
  });

  it('shows, after a run that came late, when it was due and when it was', async () => {
    await start('2025-06-20 09:12');
    await runtime.message('out');
    await moveTo('2025-06-20 09:13');
    await runtime.until(() => runtime.statusText('schedule') === '07:00 ran 09:12', 'when it was');
    await moveTo('2025-06-20 09:14');
    await runtime.until(() => runtime.statusText('schedule') === 'Next Fri 21:30', 'when it is next');
    await moveTo('2025-06-20 21:31');
    await runtime.until(() => runtime.statusText('schedule') === 'Next Mon 07:00', 'the next one');
    await moveTo('2025-06-20 21:32');
    assert.equal(runtime.statusText('schedule'), 'Next Mon 07:00', 'this one was in time');
  });

  it('starts a run by the button of the editor, and carries a message that comes in', async () => {
    await start('2025-06-20 22:00', flow({ catchUp: false }));
    assert.equal((await admin().post('/rap-schedule/schedule').send({})).status, 200);
    assert.equal(((await runtime.message('out')).payload as { trigger: string }).trigger, 'hand');
    runtime.send('schedule', { topic: 'duty', payload: 'x' });
    const second = await runtime.message('out', 1);
    assert.equal(second.topic, 'duty');
    assert.equal((await admin().post('/rap-schedule/unknown').send({})).status, 404);
  });

  it('previews a rule for the dialog, and says what is wrong with one', async () => {
    await start('2025-06-20 22:00', flow({ catchUp: false }));
    const rule = { mode: 'times', times: [{ time: '07:00' }], pattern: '', calendar: 'securities' };
    const good = await admin().post('/rap-schedule/preview').send(rule);
    assert.deepEqual(good.body, {
      due: ['Mon 2025-06-23 07:00', 'Tue 2025-06-24 07:00', 'Wed 2025-06-25 07:00'],
    });
    const bad = await admin()
      .post('/rap-schedule/preview')
      .send({ ...rule, times: [{ time: '7' }] });
    assert.match((bad.body as { error: string }).error, /"7" is not a time/);
  });

  it('with a wrong rule shows so at once and answers messages with CONFIG_INVALID', async () => {
    await start('2025-06-20 22:00', flow({ times: [{ time: '25:00' }] }));
    await runtime.until(() => runtime.statusText('schedule') === 'check settings', 'the warning');
    runtime.send('schedule');
    const run = await runtime.message('caught');
    assert.equal((run.error as { code: string }).code, 'CONFIG_INVALID');
  });

  it('speaks the language of the server', async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-20 22:00'));
    runtime = await system.start(flow({ catchUp: false }), { clock, language: 'zh-TW' });
    await runtime.until(() => runtime.statusText('schedule') === '下次 週一 07:00', 'Chinese');
  });
});
