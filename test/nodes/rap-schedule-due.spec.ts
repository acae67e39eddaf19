/** What the schedule does while something is due, with the other nodes of a flow and the simulator. */
import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../bin/rehearsal/idle.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../lib/time/hong-kong.ts';
import { stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { admin, type FlowNode, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const SECOND = 1_000;
/** A Friday; the schedule's own time is past. */
const DAY = '2026-11-20';

/** Two reports of this site. The second comes after midnight. */
const catalogue = `
reports:
  - { code: EVE01, system: OURS, installation: hkscc, name: evening, source: ours, certainty: ours, watch: yes,
      file: "{code}_{participant}_{yyyymmdd}.txt", fileCertainty: ours, folder: /INBOX, calendar: securities,
      frequency: business-day, about: "21:00", lateAfter: "21:02", cutOff: "21:04", timeCertainty: ours }
  - { code: NIGHT01, system: OURS, installation: hkscc, name: night, source: ours, certainty: ours, watch: yes,
      file: "{code}_{participant}_{yyyymmdd}.txt", fileCertainty: ours, folder: /INBOX, calendar: securities,
      frequency: business-day, about: "23:58", lateAfter: "00:01+1d", cutOff: "00:03+1d", timeCertainty: ours }
`;

describe('rap-schedule, while something is due', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 2_000 } });
  let runtime: Runtime;
  let clock: SimulatedClock;

  function flow(changes: Record<string, unknown> = {}): FlowNode[] {
    return [
      ...frame('sent', 'ended', 'report'),
      {
        ...{ id: 'schedule', type: 'rap-schedule', z: 'tab', name: '', mode: 'times', pattern: '' },
        ...{ times: [{ time: '07:00' }], calendar: 'securities', catchUp: false },
        ...{ whileDue: true, lookSeconds: '30', leadMinutes: '1' },
        ...changes,
        wires: [['login', 'sent']],
      },
      accountOf(system.simulator, 'hkscc', { folders: [{ folder: '/INBOX' }] }),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', {}, ['file'], ['file']),
      node(
        'file',
        'report-route',
        { rules: [{ system: '', code: '', folder: '', share: `${system.home}/shares` }], shares: 'any' },
        ['report'],
        ['logout'],
        [],
      ),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['ended']),
      // A log-in that failed ends the pass, too.
      node('failed', 'catch', { scope: ['login', 'list'], uncaught: false }, ['logout']),
    ];
  }

  async function start(when: string, changes: Record<string, unknown> = {}, nodes = flow(changes)) {
    clock = new SimulatedClock(fromHongKong(when));
    runtime = await system.start(nodes, { clock });
    await settled();
  }

  const sent = () => runtime.received('sent');
  const orders = () =>
    sent().map((msg) => msg.rap as { run: string; keepSession?: number; goesOn?: boolean });
  const runs = () => [...new Set(orders().map(({ run }) => run))];
  const triggers = () => sent().map(({ payload }) => (payload as { trigger: string }).trigger);
  const logins = () => system.simulator.counters().logins;

  /** Waits until every message that the schedule sent has gone through the flow. */
  async function settled(): Promise<void> {
    await idle();
    await runtime.until(() => runtime.received('ended').length >= sent().length, 'the pass to end');
    await idle();
  }

  async function moveTo(when: string, step = 5 * SECOND): Promise<void> {
    while (clock.now() < fromHongKong(when)) {
      await clock.advance(Math.min(step, fromHongKong(when) - clock.now()), idle);
      await settled();
    }
  }

  /** RAP shows a report from now on. */
  async function appears(code: string, content = 'x'): Promise<void> {
    const folder = path.join(system.simulator.tree('hkscc', 'primary'), 'INBOX');
    const name = `${code}_SIM001_${DAY.replaceAll('-', '')}.txt`;
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `.${name}`), content);
    await rename(path.join(folder, `.${name}`), path.join(folder, name));
  }

  beforeEach(async () => {
    await writeFile(`${system.home}/catalogue.yaml`, catalogue);
  });
  it('looks in one session from a little before until all is on the share, then tells once and logs out', async () => {
    await start(`${DAY} 20:50`);
    await moveTo(`${DAY} 20:58:30`);
    assert.equal(sent().length, 0, 'nothing is due yet');
    await moveTo(`${DAY} 21:00`);
    const before = sent().length;
    assert.ok(before >= 2 && before <= 3, `${before} looks of 30 seconds in one minute`);
    assert.equal(runtime.statusText('schedule'), 'Due 1 · next 30 s');
    assert.match(runtime.statusText('logout'), /^\d\d:\d\d · stays open$/);
    assert.equal(system.simulator.counters().live, 1);
    await appears('EVE01');
    await moveTo(`${DAY} 21:01`);
    assert.equal(system.simulator.counters().live, 0, 'logged out soon after the report came');
    assert.equal(runtime.statusText('schedule'), 'Next Mon 07:00');
    assert.equal(logins(), 1, 'one login for the window');
    assert.equal(runs().length, 1);
    assert.ok(
      orders()
        .slice(0, -1)
        .every(({ goesOn, keepSession }) => goesOn === true && keepSession === 30_000),
    );
    assert.deepEqual(
      [orders().at(-1)?.goesOn, orders().at(-1)?.keepSession],
      [undefined, 0],
      'the last look ends it',
    );
    assert.ok(triggers().every((trigger) => trigger === 'look'));
    const looks = sent().length;
    await moveTo(`${DAY} 21:10`, 30 * SECOND);
    assert.equal(sent().length, looks, 'nothing is due any more');
    assert.equal(runtime.received('caught').length, 0);
  });

  it('looks once more when the cut-off has passed and a report has not come, and then no more', async () => {
    await start(`${DAY} 20:50`);
    await moveTo(`${DAY} 21:20`, 10 * SECOND);
    const times = sent().map(({ payload }) => (payload as { due: number }).due);
    assert.equal(hongKongTime(times[0] ?? 0), '20:59');
    const last = times.at(-1) ?? 0;
    assert.ok(
      last > fromHongKong(`${DAY} 21:04`) && last <= fromHongKong(`${DAY} 21:04:30`),
      new Date(last).toISOString(),
    );
    const gaps = times.slice(1, -1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 30_000 && gap <= 40_000),
      gaps.join(),
    );
    assert.equal(logins(), 1);
    assert.equal(system.simulator.counters().live, 0);
    const ledger = new DatabaseSync(`${system.home}/ledger.sqlite`);
    const count = (table: string) => ledger.prepare(`select count(*) as n from ${table}`).get()?.n;
    assert.deepEqual(
      [count('runs'), count('listings'), count('failures')],
      [1, 1, 0],
      'looks write no rows of their own',
    );
    ledger.close();
  });

  it('looks over midnight', async () => {
    await start(`${DAY} 23:50`);
    await moveTo('2026-11-21 00:01', 10 * SECOND);
    const looks = sent().length;
    assert.ok(looks >= 7, `${looks} looks`);
    await appears('NIGHT01');
    await moveTo('2026-11-21 00:02', 10 * SECOND);
    assert.deepEqual(
      [...(await filesIn(`${system.home}/shares`)).keys()].filter((name) => name.startsWith('NIGHT01')),
      ['NIGHT01_SIM001_20261120.txt'],
    );
    assert.equal(logins(), 1);
    assert.equal(system.simulator.counters().live, 0);
    const ended = sent().length;
    await moveTo('2026-11-21 00:10', 30 * SECOND);
    assert.equal(sent().length, ended);
  });

  it('gives a due time within the window its run with its digest, in the same session, and looks on', async () => {
    await start(`${DAY} 20:50`, { times: [{ time: '21:01' }] });
    await moveTo(`${DAY} 21:02`);
    const timer = triggers().indexOf('timer');
    assert.ok(timer > 1, triggers().join());
    assert.equal(triggers().filter((trigger) => trigger === 'timer').length, 1);
    assert.deepEqual([orders()[timer]?.goesOn, orders()[timer]?.keepSession], [undefined, 30_000]);
    assert.equal(orders()[timer]?.run, orders()[0]?.run, 'it tells what the looks before it brought');
    assert.ok(triggers().length > timer + 1, 'it looks on');
    assert.notEqual(orders().at(-1)?.run, orders()[0]?.run);
    await admin().post('/rap-schedule/schedule').send({});
    await settled();
    assert.equal(triggers().at(-1), 'hand');
    await moveTo(`${DAY} 21:10`, 10 * SECOND);
    assert.equal(logins(), 1);
    assert.equal(system.simulator.counters().live, 0);
  });

  it('only logs out when the run of a due time has brought everything', async () => {
    await start(`${DAY} 20:50`, { times: [{ time: '20:59' }] });
    await appears('EVE01');
    await moveTo(`${DAY} 21:05`);
    assert.deepEqual(triggers(), ['timer']);
    assert.equal(logins(), 1);
    assert.equal(system.simulator.counters().live, 0);
  });

  it('opens a lost session anew, less and less often while it goes on being lost', async () => {
    await start(`${DAY} 20:50`);
    await moveTo(`${DAY} 20:59:30`);
    assert.equal(logins(), 1);
    const lose = async () => {
      system.simulator.killConnections();
      await runtime.until(() => system.simulator.counters().live === 0, 'the session to be lost');
      await idle();
    };
    await lose();
    await moveTo(`${DAY} 21:00:10`);
    assert.equal(logins(), 2, 'at once');
    await lose();
    await moveTo(`${DAY} 21:00:40`);
    assert.equal(logins(), 2, 'not so soon again');
    assert.ok(runtime.received('caught').length > 0);
    await moveTo(`${DAY} 21:01:40`);
    assert.equal(logins(), 3);
    await appears('EVE01');
    await moveTo(`${DAY} 21:03`);
    assert.equal(system.simulator.counters().live, 0);
    const ledger = new DatabaseSync(`${system.home}/ledger.sqlite`);
    const failed = ledger.prepare('select code, past from failures').all();
    assert.deepEqual(
      failed.map((row) => ({ ...row })),
      [{ code: 'CONNECTION_LOST', past: 1 }],
      'it was met and is over',
    );
    ledger.close();
  });

  it('sends no look while the one before is under way, and none ends the session of another', async () => {
    const { fault, stuck } = stuckAfter(1);
    await system.simulator.setFault(fault);
    await start(`${DAY} 20:58:55`, { lookSeconds: '5' });
    const go = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await clock.advance(SECOND);
        await idle();
      }
    };
    await go(18);
    await stuck;
    assert.equal(sent().length, 1, 'two looks would have been due meanwhile');
    // A person who asks for a run hears that one is under way.
    await admin().post('/rap-schedule/schedule').send({});
    await runtime.until(
      () => runtime.statuses('schedule').some(({ text }) => text === 'a run is under way'),
      'the refusal',
    );
    assert.equal(sent().length, 1);
    // The request ends at its limit, and the session with it; the next look meets the same, and no third one beside it.
    await go(4);
    assert.equal(sent().length, 2);
    await go(8);
    assert.equal(sent().length, 2);
    await system.simulator.setFault(undefined);
    system.simulator.killConnections();
    await moveTo(`${DAY} 21:01`);
    const filed = [...(await filesIn(`${system.home}/shares`)).keys()];
    assert.equal(
      filed.length,
      (await filesIn(path.join(system.simulator.tree('hkscc', 'primary'), 'INBOX'))).size,
      filed.join(),
    );
    assert.equal(logins(), 3);
  });

  it('lets no pass of a run come beside another one, which a gap between two accounts might hide', async () => {
    const nodes = flow({ whileDue: false }).map((one) =>
      one.id === 'login' ? { ...one, wires: [['report']] } : one,
    );
    await start(`${DAY} 20:50`, {}, nodes);
    const pass = (number: number, order: object) => {
      const msg = {
        payload: { trigger: 'look', due: 0 },
        rap: { run: 'run-1', keepSession: 1_000, pass: number, ...order },
      };
      runtime.send('login', msg);
      return idle();
    };
    const passed = () => runtime.received('report').map((msg) => (msg.rap as { pass?: number }).pass);
    await pass(1, { goesOn: true });
    await pass(2, { goesOn: true });
    await pass(3, {});
    assert.deepEqual(passed(), [1], 'a further look is left out, the run’s end waits');
    runtime.send('logout', runtime.received('report')[0]);
    await idle();
    await clock.advance(2 * SECOND, idle);
    await idle();
    assert.deepEqual(passed(), [1, 3]);
    assert.equal(logins(), 1);
  });

  it('goes on looking after a stop in the middle of a window, and says goodbye when it stops', async () => {
    await start(`${DAY} 20:50`);
    await moveTo(`${DAY} 21:00`);
    assert.equal(system.simulator.counters().live, 1);
    await runtime.stop();
    assert.equal(system.simulator.counters().live, 0);
    clock = clock.nextProcess();
    runtime = await system.start(flow(), { clock });
    await settled();
    await moveTo(`${DAY} 21:01`);
    assert.ok(triggers().length >= 2 && triggers().every((trigger) => trigger === 'look'), triggers().join());
    await appears('EVE01');
    await moveTo(`${DAY} 21:02`);
    assert.equal(logins(), 2);
    assert.equal(system.simulator.counters().live, 0);
  });

  it('does not look where it was not told to, and previews when it would', async () => {
    await start(`${DAY} 20:50`, { whileDue: false });
    await moveTo(`${DAY} 21:10`, 30 * SECOND);
    assert.equal(sent().length, 0);
    const dialog = { mode: 'times', times: [{ time: '07:00' }], calendar: 'securities', id: 'schedule' };
    const off = await admin()
      .post('/rap-schedule/preview')
      .send({ ...dialog, whileDue: false });
    assert.equal((off.body as { looks?: string[] }).looks, undefined);
    const on = await admin()
      .post('/rap-schedule/preview')
      .send({ ...dialog, whileDue: true, lookSeconds: '30 s', leadMinutes: '5' });
    assert.deepEqual((on.body as { looks: string[] }).looks, ['20:55 - 21:04', '23:53 - 00:03']);
    const bad = await admin()
      .post('/rap-schedule/preview')
      .send({ ...dialog, whileDue: true, lookSeconds: '4' });
    assert.match((bad.body as { error: string }).error, /4/);
  });
});
