import assert from 'node:assert/strict';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { fitsOne } from '../../../lib/delivery/pattern.ts';
import { runs } from '../../support/runs.ts';
import { worked } from '../../support/worked.ts';

describe('Patterns of rules', () => {
  const rows: [string[], string, boolean][] = [
    [[], '', true],
    [[], 'CCLTN05', true],
    [['CCLTN*'], 'ccltn05', true],
    [['CCLTN*'], 'CCMDS01', false],
    [['CCMDS01', 'CCLTN0?'], 'CCLTN05', true],
    [['{CCLTN,CCMDS}*'], 'CCMDS01', true],
    [['@(CCLTN|CCMDS)*'], 'CCMDS01', true],
    [['!(RM*)'], 'RMAMR03', false],
    [['!(RM*)'], 'CCLTN05', true],
    [['*a*b*c*d'], 'xaxbxcxd', true],
  ];
  for (const [patterns, name, fits] of rows) {
    it(`${patterns.join(' or ') || 'none'} ${fits ? 'fits' : 'does not fit'} "${name}"`, () =>
      assert.equal(fitsOne(patterns, name, { nocase: true }), fits));
  }

  it('mean what picomatch takes them for', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', '/', '**', '.', '{a,b}', '@(a|b)', '!(a)', '[ab]', '-');
    const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const name = fc
      .array(fc.constantFrom('a', 'b', '/', '.', '-'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, name, (one, text) => {
        assert.equal(
          fitsOne([one], text),
          picomatch(one, { dot: true, windows: false })(text),
          `${one} ${text}`,
        );
      }),
      { seed: 20, numRuns: runs(3_000) },
    );
  });

  // Each of these takes from many seconds to longer than anybody waits.
  for (const pattern of [
    '*(*a*)b',
    '*a*a*a*a*a*b',
    '{*a,*aa}{*a,*aa}{*a,*aa}{*a,*aa}b',
    '(a+)+b',
    '?*?*?*?*?*b',
  ]) {
    it(`${pattern} is given up soon, and at once the second time`, () => {
      const name = 'a'.repeat(150);
      const begun = worked();
      assert.throws(() => fitsOne([pattern], name), { code: 'ROUTE_INVALID', message: /takes too long/ });
      const first = worked() - begun;
      assert.ok(first < 5_000, `${first} ms`);
      assert.throws(() => fitsOne([pattern], name), { code: 'ROUTE_INVALID' });
      assert.ok(worked() - begun - first < 50);
    });
  }

  it('are as quick for names as long as a server may make them', () => {
    const name = Array(16).fill('a'.repeat(200)).join('/');
    const begun = worked();
    for (const pattern of ['**/*b', 'a*a*b', '*/**/b', '**/b/**'])
      assert.equal(fitsOne([pattern], name), false);
    assert.ok(worked() - begun < 2_000, `${worked() - begun} ms`);
  });
});
