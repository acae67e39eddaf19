import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TransferWindow, WindowShare } from '../../../lib/rap/transfer/transfer-window.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';

const MIB = 1024 * 1024;

/**
 * Bytes a millisecond that a line brings in the end. What is under way needs the round trip and, besides, the time it
 * waits at the server and for the disk.
 */
async function broughtBy(line: { roundTrip: number; waiting: number; most: number }): Promise<number> {
  const clock = new SimulatedClock(0);
  const window = new TransferWindow(clock, 32 * 1024);
  let rate = 0;
  for (let look = 0; look < 100; look++) {
    await clock.advance(100);
    rate = Math.min(line.most, window.limit / (line.roundTrip + line.waiting));
    window.give(rate * 100);
    window.measure(line.roundTrip);
  }
  return rate;
}

describe('The bytes under way', () => {
  const lines = [
    { roundTrip: 0.3, waiting: 5, most: 350_000 },
    { roundTrip: 5, waiting: 6, most: 350_000 },
    { roundTrip: 20, waiting: 25, most: 350_000 },
    { roundTrip: 20, waiting: 1, most: 12_000 },
    { roundTrip: 40, waiting: 20, most: 120_000 },
  ];
  for (const line of lines) {
    it(`fill a line with ${line.roundTrip} ms of round trip and ${line.waiting} ms of waiting`, async () => {
      assert.ok((await broughtBy(line)) > 0.9 * line.most);
    });
  }

  it('are few where nothing has to travel far, so that the server need not queue', async () => {
    const clock = new SimulatedClock(0);
    const window = new TransferWindow(clock, 32 * 1024);
    await clock.advance(100);
    window.give(100 * 400_000);
    window.measure(0.2);
    assert.ok(window.limit < 3 * MIB, `${window.limit}`);
  });

  it('are sixteen requests at least, where a server answers long ones', () => {
    assert.equal(new TransferWindow(new SimulatedClock(0), 32 * 1024).limit, 2 * MIB);
    assert.equal(new TransferWindow(new SimulatedClock(0), 255 * 1024).limit, 16 * 255 * 1024);
  });

  it('are never more than 20 MiB and never less than 2, whatever is measured', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            bytes: fc.nat(2 ** 31),
            roundTrip: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Infinity)),
          }),
        ),
        async (looks) => {
          const clock = new SimulatedClock(0);
          const window = new TransferWindow(clock, 32 * 1024);
          for (const { bytes, roundTrip } of looks) {
            await clock.advance(100);
            window.give(bytes);
            window.measure(roundTrip);
            assert.ok(window.limit >= 2 * MIB && window.limit <= 20 * MIB, `${window.limit}`);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  describe('of several transfers together', () => {
    const READ = 255 * 1024;

    /** As long lines ask for: each may have 20 MiB under way by itself. */
    async function wide(count: number, share: WindowShare) {
      const clock = new SimulatedClock(0);
      const windows = Array.from({ length: count }, () => {
        const leave = share.join();
        return { window: new TransferWindow(clock, READ, undefined, share), leave };
      });
      await clock.advance(100);
      for (const { window } of windows) {
        window.give(1e9);
        window.measure(50);
        // What was given back was never taken.
        await window.take(1e9);
      }
      return windows;
    }

    /** Asks a hundred times. @returns tells how many requests were let through by now */
    function ask(window: TransferWindow): () => Promise<number> {
      let count = 0;
      for (let asked = 0; asked < 100; asked++) void window.take(READ).then(() => count++);
      return async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return count;
      };
    }

    it('are never more than 48 MiB and one request each, however many there are, and each has some', async () => {
      for (const count of [2, 3, 7, 30, 200]) {
        const windows = await wide(count, new WindowShare());
        let together = 0;
        for (const { window } of windows) {
          const requests = await ask(window)();
          assert.ok(requests > 0, `${count}`);
          together += requests * READ;
        }
        assert.ok(together <= Math.max(48 * MIB, count * READ), `${count}: ${together}`);
      }
    });

    it('are those of the line alone where there is one, or where the others have ended', async () => {
      const share = new WindowShare();
      const alone = Math.floor((20 * MIB) / READ);
      const [first, ...others] = await wide(30, share);
      assert.ok(first !== undefined);
      const through = ask(first.window);
      assert.ok((await through()) < alone / 2);
      for (const { leave } of others) leave();
      first.window.give(READ);
      assert.equal(await through(), alone + 1);
      const [single] = await wide(1, new WindowShare());
      assert.equal(await ask(single?.window ?? assert.fail())(), alone);
    });
  });
});
