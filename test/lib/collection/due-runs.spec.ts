import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { beginDueRun, type DueRun } from '../../../lib/collection/due-runs.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { Boot, Clock } from '../../../lib/time/clock.ts';
import { ClockWatch } from '../../../lib/time/clock-watch.ts';
import { fromHongKong, hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { lastDue, nextDue, type ScheduleRule } from '../../../lib/time/schedule.ts';
import { runs } from '../../support/runs.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAP = 10 * MINUTE;

const rule: ScheduleRule = { times: ['07:00', '21:30'], pattern: '', calendar: 'none' };

/** A run, and when it really began. */
interface Begun extends DueRun {
  really: number;
  /** By how much the clock was ahead then. */
  ahead: number;
}

/** A machine whose clock may be wrong, with one process that keeps a schedule. */
class Machine {
  /** Real time. */
  real: number;
  ahead = 0;
  readonly runs: Begun[] = [];
  #boots = 0;
  #bootedAt: number;
  #process: { ledger: Ledger; watch: ClockWatch; clock: Clock } | undefined;
  #first = true;
  readonly #file: string;
  readonly #tellsBoots: boolean;

  constructor(file: string, start: string, tellsBoots = true) {
    this.#file = file;
    this.real = fromHongKong(start);
    this.#bootedAt = this.real - HOUR;
    this.#tellsBoots = tellsBoots;
  }

  async start(): Promise<void> {
    const begun = this.real;
    const boot = (): Boot => ({ id: `boot-${this.#boots}`, uptime: this.real - this.#bootedAt });
    const clock: Clock = {
      now: () => this.real + this.ahead,
      monotonic: () => this.real - begun,
      after: () => () => {},
      ...(this.#tellsBoots ? { boot } : {}),
    };
    const ledger = await openLedger(this.#file, clock);
    await ledger.clock.noteClock(clock.boot?.());
    this.#process = { ledger, watch: new ClockWatch(clock), clock };
    this.#first = true;
    await this.look();
  }

  async stop(): Promise<void> {
    await this.#process?.ledger.close();
    this.#process = undefined;
  }

  reboot(): void {
    this.#boots++;
    this.#bootedAt = this.real;
  }

  async look(): Promise<void> {
    if (this.#process === undefined) return;
    const { ledger, watch, clock } = this.#process;
    const jump = watch.look();
    if (jump !== undefined) await ledger.clock.noteJump(jump, clock.boot?.());
    const due = await beginDueRun(ledger, clock, { schedule: 'daily', rule, floor: 0 }, this.#first);
    this.#first = false;
    if (due !== undefined) this.runs.push({ ...due, really: this.real, ahead: this.ahead });
  }

  async pass(ms: number): Promise<void> {
    for (const end = this.real + ms; this.real < end; ) {
      const wall = this.real + this.ahead;
      const wait = Math.min(NAP, (nextDue(rule, wall) ?? Infinity) - wall);
      this.real = Math.min(end, this.real + wait);
      await this.look();
    }
  }

  /** Names of the due times of runs since a moment, in the order in which they began. */
  since(moment: string): string[] {
    return this.runs
      .filter(({ really }) => really > fromHongKong(moment))
      .map(({ due, trigger }) => `${hongKongStamp(due).slice(5, 16)} ${trigger}`);
  }
}

describe('the run of a due time', () => {
  const folder = temporaryFolder();
  const machines: Machine[] = [];
  let files = 0;
  const machine = (start: string, tellsBoots = true) => {
    const one = new Machine(path.join(folder(), `ledger-${files++}.sqlite`), start, tellsBoots);
    machines.push(one);
    return one;
  };
  // Windows removes no ledger that is open.
  afterEach(async () => {
    for (const one of machines.splice(0)) await one.stop();
  });

  /** Fri 20 Nov 2026, 20:00, with the run of 07:00 done. */
  async function evening(tellsBoots = true): Promise<Machine> {
    const one = machine('2026-11-20 06:50', tellsBoots);
    await one.start();
    await one.pass(13 * HOUR + 10 * MINUTE);
    return one;
  }

  for (const tells of [true, false]) {
    for (const [ahead, off] of [
      [12 * HOUR, 2 * HOUR],
      [30 * DAY, 9 * HOUR],
      [11 * HOUR + 30 * MINUTE, 10 * HOUR],
    ] as const) {
      it(`comes though a clock was ${ahead / HOUR} h ahead from one boot to the next, ${off / HOUR} h later, ${tells ? 'with' : 'without'} boot ids`, async () => {
        const one = await evening(tells);
        await one.stop();
        one.reboot();
        one.ahead = ahead;
        await one.start();
        await one.pass(20 * MINUTE);
        await one.stop();
        one.real += off;
        one.reboot();
        one.ahead = 0;
        await one.start();
        await one.pass(13 * HOUR);
        const right = one.runs.filter(
          ({ ahead: by, really }) => by === 0 && really > fromHongKong('2026-11-20 20:20'),
        );
        assert.deepEqual(
          right.map(({ due }) => hongKongStamp(due).slice(5, 16)),
          ['11-20 21:30', '11-21 07:00'],
        );
      });
    }
  }

  it('comes though a clock that was a day ahead for a minute had taken it', async () => {
    const one = await evening();
    one.ahead = DAY;
    await one.look();
    assert.deepEqual(one.since('2026-11-20 19:00'), ['11-21 07:00 catch-up']);
    one.ahead = 0;
    await one.pass(13 * HOUR);
    assert.deepEqual(one.since('2026-11-20 20:01'), ['11-20 21:30 timer', '11-21 07:00 timer']);
    await one.stop();
  });

  it('comes though a clock that was an hour ahead had taken it, and was put back before', async () => {
    const one = await evening();
    one.ahead = HOUR;
    await one.pass(45 * MINUTE);
    assert.deepEqual(one.since('2026-11-20 19:00'), ['11-20 21:30 timer']);
    one.ahead = 0;
    await one.pass(50 * MINUTE);
    assert.deepEqual(one.since('2026-11-20 21:00'), ['11-20 21:30 timer']);
    await one.stop();
  });

  for (const minutes of [3, 60]) {
    it(`comes once by the right clock though that goes wrong by -${minutes} minutes right after it`, async () => {
      const one = await evening();
      await one.pass(95 * MINUTE);
      one.ahead = -minutes * MINUTE;
      await one.pass(10 * MINUTE);
      one.ahead = 0;
      await one.pass(3 * HOUR);
      const right = one.runs.filter(
        ({ due, ahead }) => due === fromHongKong('2026-11-20 21:30') && ahead === 0,
      );
      assert.equal(right.length, 1);
      await one.stop();
    });
  }

  for (const [how, reboots, tells] of [
    ['of the process', false, true],
    ['of the process, where boots are not told apart', false, false],
    ['of the machine', true, true],
  ] as const) {
    it(`comes after a restart ${how} under the wrong clock, and after one under the right one`, async () => {
      const one = await evening(tells);
      one.ahead = DAY;
      await one.pass(2 * HOUR);
      await one.stop();
      if (reboots) one.reboot();
      await one.start();
      await one.pass(20 * MINUTE);
      await one.stop();
      one.ahead = 0;
      if (reboots) one.reboot();
      await one.start();
      // 20 Nov, 22:20: the day ahead had claimed both due times of the 21st.
      assert.ok(one.since('2026-11-20 21:30').length > 0, 'a run since the last due time');
      await one.pass(DAY);
      assert.deepEqual(one.since('2026-11-20 22:30'), ['11-21 07:00 timer', '11-21 21:30 timer']);
      await one.stop();
    });
  }

  it('comes once more when nobody can say whether the clock that took it was right', async () => {
    const one = await evening();
    one.ahead = DAY;
    await one.pass(100 * MINUTE);
    await one.stop();
    one.reboot();
    // Switched on again after the due time that the day ahead had taken.
    one.real = fromHongKong('2026-11-21 22:00');
    one.ahead = 0;
    await one.start();
    assert.deepEqual(one.since('2026-11-21 21:59'), ['11-21 21:30 catch-up']);
    await one.stop();
    await one.start();
    assert.equal(one.since('2026-11-21 21:59').length, 1);
    await one.stop();
  });

  it('comes when a clock that started in the year 2000 is set right, once', async () => {
    const one = await evening();
    await one.stop();
    one.reboot();
    one.ahead = Date.UTC(2000, 0, 1) - one.real;
    await one.start();
    await one.pass(20 * MINUTE);
    one.ahead = 0;
    await one.pass(12 * HOUR);
    assert.deepEqual(
      one.runs
        .filter(({ ahead, really }) => ahead === 0 && really > fromHongKong('2026-11-20 20:00'))
        .map(({ due }) => hongKongStamp(due).slice(5, 16)),
      ['11-20 21:30', '11-21 07:00'],
    );
    await one.stop();
  });

  it('makes up for all that a machine slept through, in one run that says so', async () => {
    const one = await evening();
    one.ahead += 0;
    // Asleep: time passes, and neither clock of the process nor its timers.
    const slept = 2 * DAY;
    one.ahead += slept;
    await one.look();
    const [last] = one.runs.slice(-1);
    assert.deepEqual(
      [last?.trigger, ...(last?.missed ?? [])].map((at) =>
        typeof at === 'number' ? hongKongStamp(at).slice(5, 16) : at,
      ),
      ['catch-up', '11-21 21:30', '11-21 07:00', '11-20 21:30'],
    );
    assert.equal(hongKongStamp(last?.due ?? 0), '2026-11-22 07:00:00');
    await one.stop();
  });

  it('comes for every due time of real time and for none twice, whatever the clock and the machine do', async () => {
    const jump = fc.oneof(
      fc.integer({ min: -3 * DAY, max: 3 * DAY }),
      fc.constantFrom(-HOUR, HOUR, -DAY, DAY, 3 * MINUTE, -3 * MINUTE, 30 * 365 * DAY, -26 * 365 * DAY),
    );
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('pass' as const),
          ms: fc.integer({ min: 1, max: 900 }).map((n) => n * MINUTE),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: jump }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('right' as const), ms: fc.constant(0) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('restart' as const),
          ms: fc.integer({ min: 0, max: 600 }).map((n) => n * MINUTE),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('reboot' as const),
          ms: fc.integer({ min: 0, max: 600 }).map((n) => n * MINUTE),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (steps, tells) => {
          const one = machine('2026-11-20 06:50', tells);
          await one.start();
          const began = one.real;
          let backward = 0;
          let unsure = 0;
          let rightSince: number | undefined = began;
          const check = () => {
            if (rightSince === undefined || one.real < rightSince + NAP) return;
            // What had fallen due before the clock was right is made up for, what falls due since comes in its time.
            const before = lastDue(rule, rightSince) ?? 0;
            if (before > began) assert.ok(one.runs.some(({ really }) => really >= before - MINUTE));
            for (
              let due = lastDue(rule, one.real - NAP) ?? 0;
              due >= rightSince;
              due = lastDue(rule, due - 1) ?? 0
            ) {
              const inTime = one.runs.filter(({ really }) => really >= due - MINUTE && really <= due + NAP);
              assert.ok(inTime.length > 0, `nothing at ${hongKongStamp(due)}`);
            }
          };
          const end = [
            { kind: 'right' as const, ms: 0 },
            { kind: 'pass' as const, ms: DAY },
          ];
          for (const { kind, ms } of [...steps, ...end]) {
            if (kind === 'pass') await one.pass(ms);
            if (kind === 'jump' || kind === 'right') {
              const ahead = kind === 'right' ? 0 : one.ahead + ms;
              if (ahead < one.ahead) backward++;
              if (ahead !== 0) rightSince = undefined;
              else rightSince ??= one.real;
              one.ahead = ahead;
              await one.look();
            }
            if (kind === 'restart' || kind === 'reboot') {
              await one.stop();
              one.real += ms;
              if (kind === 'reboot' || !tells) unsure++;
              if (kind === 'reboot') one.reboot();
              await one.start();
              if (rightSince !== undefined) rightSince = one.real;
            }
            check();
          }
          await one.stop();
          for (let due = lastDue(rule, one.real) ?? 0; due > began; due = lastDue(rule, due - 1) ?? 0) {
            const mine = one.runs.filter((run) => run.due === due || run.missed.includes(due));
            const right = mine.filter(({ ahead }) => ahead === 0);
            const name = hongKongStamp(due);
            assert.ok(
              right.length <= 1 + backward + unsure,
              `${right.length} runs of ${name} by the right clock`,
            );
            if (backward === 0 && unsure === 0) assert.equal(mine.length, 1, name);
          }
        },
      ),
      { numRuns: runs(60), seed: 5 },
    );
  });
});
