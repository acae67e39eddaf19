/** A simulator whose day passes. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { keepUp, passingTime } from '../../simulator/live.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { listAll, login, logout, simulatorIn, temporaryHome } from './support.ts';

const minutes = 60_000;

describe('Passing time', () => {
  const start = fromHongKong('2025-06-20 16:29');

  it('begins at its own moment and passes so many times as fast', async () => {
    const real = new SimulatedClock(0);
    const clock = passingTime(start, 60, real);
    assert.equal(clock.now(), start);
    let called = 0;
    clock.after(10 * minutes, () => called++);
    await real.advance(9_999);
    assert.equal(called, 0);
    await real.advance(1);
    assert.equal(called, 1);
    assert.equal(clock.now(), start + 10 * minutes);
    assert.equal(clock.monotonic(), 10 * minutes);
    clock.after(minutes, () => called++)();
    await real.advance(10_000);
    assert.equal(called, 1, 'cancelled');
  });

  it('stands still at speed 0', async () => {
    const real = new SimulatedClock(0);
    const clock = passingTime(start, 0, real);
    clock.after(1, () => assert.fail('called'));
    await real.advance(100 * minutes);
    assert.equal(clock.now(), start);
  });
});

describe('A simulator that keeps up with its time', () => {
  let home: string;
  let simulator: Simulator;
  let clock: SimulatedClock;
  let stop: AbortController;
  let ended: Promise<void>;
  let appeared: string[];

  beforeEach(async () => {
    home = await temporaryHome();
    const at = fromHongKong('2025-06-20 16:29');
    simulator = await simulatorIn(home, { at });
    clock = new SimulatedClock(at);
    stop = new AbortController();
    appeared = [];
    ended = keepUp(simulator, clock, stop.signal, ({ path }) => appeared.push(path));
  });

  afterEach(async () => {
    stop.abort();
    await ended;
    await simulator.stop();
    await fs.rm(home, { recursive: true, force: true });
  });

  /** Lets time pass, and the disk get as far. */
  async function pass(ms: number): Promise<void> {
    for (const end = clock.now() + ms; clock.now() < end; ) {
      await clock.advance(Math.min(minutes, end - clock.now()));
      while (clock.pending === 0 && simulator.nextAppearance() !== undefined) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  it('shows each report when its time has come, not earlier, to those who list it', async () => {
    await pass(minutes - 1);
    assert.deepEqual(appeared, []);
    await pass(1);
    assert.deepEqual(appeared, ['/INBOX/20250620/CSEMA08_SIM001_20250620.txt']);
    const session = await login(simulator, 'hkscc', simulator.addressesOf('hkscc', 'primary')[0]);
    const late = '/INBOX/20250620/CCLTN04_SIM001_20250620.txt';
    assert.ok((await listAll(session.sftp)).has(appeared[0] ?? ''));
    assert.ok(!(await listAll(session.sftp)).has(late));
    await pass(15 * minutes);
    assert.ok((await listAll(session.sftp)).has(late), 'in the same session');
    await logout(session);
  });

  it('ends by itself when nothing more is planned', async () => {
    await pass(24 * 60 * minutes);
    await ended;
    assert.equal(simulator.nextAppearance(), undefined);
    assert.equal(appeared.at(-1), '/INBOX/20250621/CSEMS08_SIM001_20250620.txt');
    assert.equal(clock.pending, 0);
  });

  it('stops when told to', async () => {
    stop.abort();
    await ended;
    await clock.advance(60 * minutes);
    assert.deepEqual(appeared, []);
  });
});
