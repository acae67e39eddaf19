import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../lib/time/clock.ts';

/** Lives a second with timers at given milliseconds, and writes down what rings and when it rests. */
async function lived(together: boolean, dues: number[], cancels: [number, number][] = []): Promise<string[]> {
  const clock = new SimulatedClock(0);
  const lines: string[] = [];
  const cancelled: (() => void)[] = [];
  for (const [index, due] of dues.entries()) {
    const cancel = clock.after(due, () => {
      lines.push(`${index}@${clock.now()}`);
      for (const [by, other] of cancels) if (by === index) cancelled[other]?.();
      if (index === 0) clock.after(0, () => lines.push(`later@${clock.now()}`));
    });
    cancelled.push(cancel);
  }
  await clock.advance(1000, async () => void lines.push('rest'), together);
  return lines;
}

describe('the simulated clock', () => {
  it('rests after each timer', async () => {
    assert.deepEqual(await lived(false, [500, 500, 200]), [
      ...['2@200', 'rest', '0@500', 'rest', '1@500', 'rest', 'later@500', 'rest'],
    ]);
  });

  it('rests once after all timers of one moment when they run side by side; what they begin comes after', async () => {
    assert.deepEqual(await lived(true, [500, 500, 200]), [
      ...['2@200', 'rest', '0@500', '1@500', 'rest', 'later@500', 'rest'],
    ]);
  });

  it('does not ring what another one of the same moment has cancelled', async () => {
    assert.deepEqual(await lived(true, [500, 500, 500], [[0, 1]]), [
      ...['0@500', '2@500', 'rest', 'later@500', 'rest'],
    ]);
  });
});
