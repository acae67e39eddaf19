import assert from 'node:assert/strict';
import { Pace } from '../../../lib/rap/transfer/pace.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { START } from '../ledger/samples.ts';

describe('The pace of a session', () => {
  /** After how many seconds a report is given up; undefined when it is not within two hours. */
  async function givenUp(bytes: number, every: number, least = 1000): Promise<number | undefined> {
    const clock = new SimulatedClock(START);
    const piece = new Pace(clock, () => least).watch('/INBOX/a.txt');
    for (let at = every; at <= 7200; at += every) {
      await clock.advance(every * 1000);
      try {
        piece(bytes);
      } catch (error) {
        assert.deepEqual([(error as { code: string }).code], ['STALLED']);
        return at;
      }
    }
    return undefined;
  }

  for (const [title, bytes, every, expected] of [
    ['150 bytes a second', 150, 1, 71],
    ['1,500 bytes every ten seconds', 1500, 10, 80],
    ['one byte every twenty seconds', 1, 20, 80],
    ['900 bytes a second', 900, 1, 601],
    ['1,000 bytes a second', 1000, 1, undefined],
    ['32 KiB every 30 seconds', 32768, 30, undefined],
  ] as const) {
    it(`${title}: ${expected === undefined ? 'is enough' : `is given up after ${expected} s`}`, async () => {
      assert.equal(await givenUp(bytes, every), expected);
    });
  }

  it('asks for nothing when nothing is set', async () => {
    assert.equal(await givenUp(1, 60, 0), undefined);
  });

  it('counts what the session brings meanwhile: many reports share a slow line', async () => {
    const clock = new SimulatedClock(START);
    const pace = new Pace(clock, () => 1000);
    const reports = Array.from({ length: 64 }, (_, n) => pace.watch(`/INBOX/${n}`));
    for (let second = 0; second < 3600; second++) {
      await clock.advance(1000);
      for (const piece of reports) piece(20);
    }
  });
});
