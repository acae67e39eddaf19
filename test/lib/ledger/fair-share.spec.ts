/** How hosts share accounts: tables, and properties over random sizes, hosts that come and go, and groups at work. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isClockOdd, type Plan, planShare, type SharedGroup } from '../../../lib/ledger/lease/fair-share.ts';

const REST = 600;
const free = (key: string, weight = 1): SharedGroup => ({
  ...{ key, weight, holder: '', givenTo: '', wantedBy: '', since: 0, quiet: false },
});
const held = (key: string, holder: string, changes: Partial<SharedGroup> = {}): SharedGroup => ({
  ...free(key),
  ...{ holder, quiet: true },
  ...changes,
});
const planOf = (hosts: string[], groups: SharedGroup[], changes: { me?: string; now?: number } = {}): Plan =>
  planShare({ me: 'A', hosts, groups, now: 1_000, rest: REST, ...changes });

describe('the share of a host', () => {
  it('is all there is when it is alone, also what has no account', () => {
    assert.deepEqual(planOf(['A'], [free('a'), free('b', 3), free('mail', 0)]).claim, ['b', 'a', 'mail']);
  });

  it('is half of the accounts with another one there', () => {
    assert.deepEqual(
      planOf(
        ['A', 'B'],
        ['a', 'b', 'c', 'd'].map((key) => free(key)),
      ).claim,
      ['a', 'b'],
    );
    assert.deepEqual(planOf(['A', 'B'], [free('a'), free('b'), held('c', 'A')]).claim, ['a']);
    assert.deepEqual(planOf(['A', 'B'], [free('a'), held('b', 'A'), held('c', 'A')]).claim, []);
  });

  it('is nothing for a host that is not fit to work', () => {
    assert.deepEqual(planOf(['B'], [free('a'), held('b', 'A')]), { claim: [] });
  });

  it('takes what was given to it, and leaves what was given to another that is there', () => {
    const given = (to: string) => [{ ...free('a'), givenTo: to }, held('b', 'A'), held('c', 'A')];
    assert.deepEqual(planOf(['A', 'B'], given('A')).claim, ['a']);
    assert.deepEqual(planOf(['A', 'B'], [{ ...free('a'), givenTo: 'B' }]).claim, []);
    assert.deepEqual(planOf(['A', 'B'], [{ ...free('a'), givenTo: 'C' }]).claim, ['a']);
  });

  const own = (changes: Partial<SharedGroup>[]) =>
    changes.map((change, index) => held(`g${index}`, 'A', change));
  const gives: [string, string[], SharedGroup[], Plan['give']][] = [
    ['to one that came', ['A', 'B'], own([{}, {}]), { key: 'g0', to: 'B' }],
    ['not when the difference is one', ['A', 'B'], [...own([{}, {}]), held('b', 'B')], undefined],
    ['not what is at work', ['A', 'B'], own([{ quiet: false }, {}]), { key: 'g1', to: 'B' }],
    ['nothing when all is at work', ['A', 'B'], own([{ quiet: false }, { quiet: false }]), undefined],
    ['not what has just moved', ['A', 'B'], own([{ since: 900 }, { since: 401 }]), undefined],
    ['what makes it most equal', ['A', 'B'], own([{ weight: 5 }, { weight: 3 }, {}]), { key: 'g0', to: 'B' }],
    ['not what has no account', ['A', 'B'], own([{ weight: 0 }, { weight: 0 }]), undefined],
    ['not to one that is gone', ['A'], own([{}, {}]), undefined],
    [
      'to who asks for it, though it has just moved',
      ['A', 'B'],
      [...own([{ wantedBy: 'B', since: 999 }]), held('b', 'B')],
      { key: 'g0', to: 'B' },
    ],
    [
      'not to who asks while somebody is at work on it',
      ['A', 'B'],
      [...own([{ wantedBy: 'B', quiet: false }]), held('b', 'B')],
      undefined,
    ],
    [
      'nothing to who asked and is gone',
      ['A', 'B'],
      [...own([{ wantedBy: 'C' }]), held('b', 'B')],
      undefined,
    ],
    [
      'to the one with the fewest',
      ['A', 'B', 'C'],
      [...own([{}, {}, {}]), held('b', 'B')],
      { key: 'g0', to: 'C' },
    ],
  ];
  for (const [what, hosts, groups, give] of gives) {
    it(`gives ${what}`, () => assert.deepEqual(planOf(hosts, groups).give, give));
  }

  it('of several hosts becomes equal, then nothing moves any more; what is at work never moves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.boolean()),
        (weights, count, coin) => {
          const hosts = Array.from({ length: count }, (_, index) => `host ${index}`);
          const groups = weights.map((weight, index) => free(String(index).padStart(2, '0'), weight));
          let quietRounds = 0;
          for (let now = 10_000; quietRounds < hosts.length; now += 20) {
            assert.ok(now < 10_000_000, 'moving comes to an end');
            for (const me of hosts) {
              // Some work begins and ends at random; in the end all rest, so that what is left shows.
              const isBusy = (key: string) => now < 100_000 && Number(key) % 3 === 0 && now % 40 === 0;
              for (const group of groups) group.quiet = group.holder === me && !isBusy(group.key);
              // Hosts do not look in turn.
              if (now < 100_000 && coin.next().value) continue;
              const { claim, give } = planShare({ me, hosts, groups, now, rest: REST });
              assert.ok(claim.length === 0 || give === undefined, 'one thing at a time');
              for (const key of claim) take(groups, key, me, now);
              if (give === undefined) {
                if (claim.length === 0 && now > 100_000) quietRounds++;
                continue;
              }
              quietRounds = 0;
              const moved = groups.find(({ key }) => key === give.key);
              assert.ok(moved?.quiet && now - moved.since >= REST);
              take(groups, give.key, give.to, now);
            }
          }
          assert.ok(
            groups.every(({ holder }) => holder !== ''),
            'nothing stays free',
          );
          const loads = hosts.map((host) =>
            groups.reduce((sum, { holder, weight }) => sum + (holder === host ? weight : 0), 0),
          );
          const most = Math.max(...loads);
          const smallest = groups.filter(({ holder }) => loads[hosts.indexOf(holder ?? '')] === most);
          const least = Math.min(...smallest.map(({ weight }) => weight));
          assert.ok(most - Math.min(...loads) <= least, `${loads} of ${weights}`);
        },
      ),
      { seed: 20261130, numRuns: 30 },
    );
  });
});

function take(groups: SharedGroup[], key: string, holder: string, since: number): void {
  const group = groups.find((one) => one.key === key);
  if (group !== undefined) Object.assign(group, { holder, since, givenTo: '', wantedBy: '' });
}

describe('a clock', () => {
  const cases: [number, number[], boolean][] = [
    [0, [], false],
    [300_000, [0], true],
    [-300_000, [0], true],
    [-61_000, [900], true],
    [59_000, [0], false],
    // Nobody agrees with the database: its clock may be the wrong one.
    [300_000, [], false],
    [300_000, [300_100], false],
    [300_000, [301_000, 2_000], true],
  ];
  for (const [own, others, odd] of cases) {
    it(`that is ${own} ms ahead, with others at ${others}, is ${odd ? 'wrong' : 'not called wrong'}`, () => {
      assert.equal(isClockOdd(own, others), odd);
    });
  }
});
