/** The table of servers compares us with the better way of sftp, and says what is slower than asked. */
import assert from 'node:assert/strict';
import { type ServedRun, servedTable } from '../../bench/interop-speed.ts';

const run = (wall: number, fault?: string): ServedRun => ({
  ...{ wall, client: wall / 2, server: wall / 4, busiest: wall / 5 },
  ...(fault === undefined ? {} : { fault }),
});

describe('The table of servers', () => {
  const cellsOf = (runs: Record<string, ServedRun[]>) =>
    servedTable([{ name: 'a server', runs }])
      .at(-1)
      ?.split('|')
      .map((cell) => cell.trim())
      .slice(1, -1) ?? assert.fail('no row');

  it('takes medians, and the better way of sftp', () => {
    const cells = cellsOf({
      ours: [run(9), run(2), run(2.1)],
      sftp: [run(4)],
      'sftp-quick': [run(2), run(2)],
    });
    assert.deepEqual(cells, [
      'a server',
      ...['2.1 s', '2.0 s (quick)', '1.05'],
      ...['1.1 s', '1.0 s', '0.5 s', '0.5 s', ''],
    ]);
    assert.equal(cellsOf({ ours: [run(3)], sftp: [run(4)], 'sftp-quick': [run(5)] })[2], '4.0 s');
  });

  it('marks what takes more than 1.1 times the best, and nothing else', () => {
    assert.equal(cellsOf({ ours: [run(1.2)], sftp: [run(1)], 'sftp-quick': [run(2)] })[3], '**1.20**');
    assert.equal(cellsOf({ ours: [run(1.1)], sftp: [run(1)], 'sftp-quick': [run(2)] })[3], '1.10');
  });

  it('says who was at work all the time where it is slower than asked, by one thread of the server alone', () => {
    const because = (own: Partial<ServedRun>) =>
      cellsOf({ ours: [{ ...run(2), ...own }], sftp: [run(1)], 'sftp-quick': [run(2)] })[8];
    assert.equal(
      because({ busiest: 1.9, client: 1.9 }),
      'the server: one thread of it is at work 95 % of the time',
    );
    assert.equal(
      because({ server: 3.6, busiest: 1.7, client: 1.9 }),
      '**rap: it is at work 95 % of the time**',
    );
    assert.equal(because({ server: 3.6, busiest: 1.7, client: 1.7 }), '**nobody is at work all the time**');
    assert.equal(because({ wall: 1.1, busiest: 1.1 }), '');
  });

  it('takes no figure from a run that went wrong, and says what did', () => {
    const other = { sftp: [run(4)], 'sftp-quick': [run(1, 'exit 255'), run(3)] };
    assert.equal(cellsOf({ ours: [run(1, 'exit 5'), run(3)], ...other })[3], '1.00');
    assert.equal(cellsOf({ ours: [run(1, 'exit 5')], ...other })[1], '**rap: exit 5; sftp-quick: exit 255**');
  });
});
