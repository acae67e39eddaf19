/** Which duties move together. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Duty, dutyKey } from '../../../lib/ledger/lease/duties.ts';
import { groupsOf } from '../../../lib/ledger/lease/duty-groups.ts';

const account = (subject: string): Duty => ({ kind: 'account', subject });
const schedule = (subject: string): Duty => ({ kind: 'schedule', subject });
const shown = (lists: Duty[][]) =>
  groupsOf(lists).map(({ duties, weight }) => `${duties.map(({ subject }) => subject).join(' ')}: ${weight}`);

describe('duties that move together', () => {
  const cases: [string, Duty[][], string[]][] = [
    ['nothing', [[]], []],
    ['each by itself', [[account('A')], [account('B')]], ['A: 1', 'B: 1']],
    ['a schedule with its accounts', [[schedule('s'), account('A'), account('B')]], ['A B s: 2']],
    [
      'two schedules of one account',
      [
        [schedule('s'), account('A')],
        [schedule('t'), account('A')],
      ],
      ['A s t: 1'],
    ],
    [
      'what a third one joins',
      [
        [account('A'), account('B')],
        [account('C'), account('D')],
        [account('D'), account('A')],
      ],
      ['A B C D: 4'],
    ],
    ['an account and a schedule of one name', [[account('A')], [schedule('A')]], ['A: 1', 'A: 0']],
  ];
  for (const [what, lists, groups] of cases) it(what, () => assert.deepEqual(shown(lists), groups));

  it('are the same in whatever order, each in one group, lists never torn', () => {
    const duty = fc.constantFrom(...'ABCDEFGH'.split('')).map(account);
    const lists = fc.array(fc.array(duty, { maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(lists, (all) => {
        const groups = groupsOf(all);
        assert.deepEqual(groupsOf([...all].reverse().map((list) => [...list].reverse())), groups);
        const keys = groups.flatMap(({ duties }) => duties.map(dutyKey));
        assert.deepEqual([...keys].sort(), [...new Set(all.flat().map(dutyKey))].sort());
        for (const list of all) {
          const found = groups.filter(({ duties }) =>
            list.some((one) => duties.some((d) => dutyKey(d) === dutyKey(one))),
          );
          assert.equal(found.length, list.length === 0 ? 0 : 1);
        }
      }),
      { seed: 20261130, numRuns: 300 },
    );
  });
});
