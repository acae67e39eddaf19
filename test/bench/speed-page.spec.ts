/** The figures of the page about speed are medians of good runs, and the ratio is to the best of the others. */
import assert from 'node:assert/strict';
import {
  bestOther,
  type Cell,
  median,
  provedOf,
  ratioOf,
  speedPage,
  wallOf,
} from '../../bench/speed-page.ts';

const run = (wall: number, fault?: string) => ({
  wall,
  cpu: wall / 2,
  memory: 1e6,
  ...(fault === undefined ? {} : { fault }),
});
const cell: Cell = {
  workload: 'W1',
  delay: 0,
  roundTrip: 0,
  on: '2026-01-02',
  runs: {
    ours: [run(2), run(1), run(9)],
    plain: [run(6), run(5)],
    many: [run(3), run(4), run(3.5)],
    broken: [run(0.1, 'wrong bytes')],
  },
};

describe('The page about speed', () => {
  it('takes the middle of an odd number, and the mean of the middle two of an even one', () => {
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([6, 5]), 5.5);
  });

  it('takes no figure from a run that went wrong', () => {
    assert.equal(wallOf(cell, 'broken'), undefined);
    assert.equal(wallOf(cell, 'plain'), 5.5);
  });

  it('compares with the best of the others, of all or of some', () => {
    assert.deepEqual(bestOther(cell), { id: 'many', wall: 3.5 });
    assert.equal(ratioOf(cell), 1.75);
    assert.equal(ratioOf(cell, ['plain', 'ours', 'broken']), 2.75);
  });

  it('compares on the same work with the time that hashing and syncing took afterwards', () => {
    const proved = (wall: number, after: number) => ({ ...run(wall), after });
    const same: Cell = {
      ...cell,
      runs: {
        ours: [run(2)],
        quick: [proved(1, 3), proved(1.2, 5), proved(0.9, 2.1)],
        slow: [proved(3, 0.5)],
        before: [run(0.5)],
        broken: [{ ...proved(0.1, 0.1), fault: 'wrong bytes' }],
      },
    };
    assert.equal(provedOf(same, 'quick'), 4);
    assert.equal(provedOf(same, 'ours'), 2);
    assert.equal(provedOf(same, 'before'), undefined, 'it was not measured');
    assert.deepEqual(bestOther(same, undefined, provedOf), { id: 'slow', wall: 3.5 });
    assert.equal(ratioOf(same, undefined, provedOf), 1.75);
    assert.equal(ratioOf(same), 0.25, 'as they are');
  });

  it('shows both ratios', () => {
    const page = speedPage([{ ...cell, runs: { ...cell.runs, many: [{ ...run(3), after: 1 }] } }], [], []);
    assert.match(page, /\| ratio to the others as they are \| 1\.50 \|/);
    assert.match(page, /\| ratio on the same work \| 2\.00 \|/);
  });
});
