/** The text form of figures, read back by a reader of its own. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exposition, type Family, MOST_SAMPLES } from '../../../lib/watch/exposition.ts';
import { readExposition } from './read-exposition.ts';

const gauge = (samples: Family['samples'], name = 'x'): Family => ({
  ...{ name, help: 'A figure', type: 'gauge', samples },
});
const labelName = fc.stringMatching(/^[a-z][a-z_0-9]{0,8}$/);
const anything = fc.string({ unit: 'binary', maxLength: 60 });

describe('exposition of metrics', () => {
  it('gives back every label and value as it was', () => {
    fc.assert(
      fc.property(
        labelName,
        fc.uniqueArray(anything, { maxLength: 20 }),
        fc.double(),
        (label, values, figure) => {
          const wellFormed = [...new Set(values.map((value) => value.toWellFormed()))];
          const text = exposition([
            gauge(wellFormed.map((value) => ({ labels: { [label]: value }, value: figure }))),
          ]);
          const found = readExposition(text).get('x');
          assert.ok(found);
          assert.deepEqual(
            [...found.keys()].sort(),
            wellFormed.map((value) => JSON.stringify([[label, value]])).sort(),
          );
          for (const value of found.values()) assert.ok(Object.is(value, figure) || value === figure);
        },
      ),
    );
  });

  it('keeps help on one line', () => {
    fc.assert(
      fc.property(anything, (help) => {
        const text = exposition([{ name: 'x', help, type: 'counter', samples: [{ value: 1 }] }]);
        assert.equal(readExposition(text).get('x')?.get('[]'), 1);
      }),
    );
  });

  it('shows so many figures of a family, and says how many it left out', () => {
    const samples = Array.from({ length: MOST_SAMPLES + 7 }, (_, n) => ({ labels: { n: `${n}` }, value: n }));
    const families = readExposition(exposition([gauge(samples), gauge([], 'y')]));
    assert.equal(families.get('x')?.size, MOST_SAMPLES);
    assert.deepEqual([...(families.get('rap_series_left_out') ?? [])], [['[["family","x"]]', 7]]);
    assert.equal(families.get('y')?.size, 0);
  });

  it('cuts a long value, and still tells it from another', () => {
    const long = '共'.repeat(500);
    const text = exposition([
      gauge([`${long}1`, `${long}2`].map((name) => ({ labels: { name }, value: 1 }))),
    ]);
    assert.equal(readExposition(text).get('x')?.size, 2);
    assert.ok(text.length < 1_000);
  });

  it('refuses names that are none, and figures that cannot be told apart', () => {
    const wrong: Family[][] = [
      [gauge([], 'a-b')],
      [gauge([], '1a')],
      [gauge([{ labels: { 'a-b': '' }, value: 1 }])],
      [gauge([{ labels: { __name__: 'x' }, value: 1 }])],
      [gauge([{ value: 1 }, { value: 2 }])],
      [gauge([]), gauge([])],
    ];
    for (const families of wrong) assert.throws(() => exposition(families), TypeError);
  });
});
