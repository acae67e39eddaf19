import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { allSeen, expandAll, expandEnv } from '../../../lib/model/expand-env.ts';

const lookup = (name: string) => ({ RAP_HOME: '/data', EMPTY: '', DOLLAR: '$&' })[name];

describe('environment variables in settings', () => {
  it('are put in wherever they stand, as they are', () => {
    assert.equal(expandEnv('$'.concat('{RAP_HOME}/keys/$', '{RAP_HOME}'), lookup, 'Key'), '/data/keys//data');
    assert.equal(expandEnv('$'.concat('{DOLLAR}'), lookup, 'Key'), '$&');
    assert.equal(expandEnv('{yyyy}/$HOME/100$', lookup, 'Share'), '{yyyy}/$HOME/100$');
  });

  it('that are not set are an error naming setting and variable, never an empty text', () => {
    for (const name of ['NOWHERE', 'EMPTY']) {
      assert.throws(
        () => expandAll({ smtp: [{ host: `$`.concat(`{${name}}`) }] }, lookup, ''),
        (error) =>
          error instanceof RapError &&
          error.code === 'CONFIG_INVALID' &&
          error.message === `smtp 1: host: the environment variable ${name} is not set`,
      );
    }
  });

  it('reach every text of plain data and leave the rest alone', () => {
    const saved = { a: ['$'.concat('{RAP_HOME}'), 5, null], b: { c: true, d: undefined } };
    assert.deepEqual(expandAll(saved, lookup, ''), { a: ['/data', 5, null], b: { c: true, d: undefined } });
    assert.equal(saved.a[0], '$'.concat('{RAP_HOME}'), 'the original is untouched');
  });

  it('with a character that cannot be seen are refused by name, without their value', () => {
    const odd: Record<string, string> = { CR: 'secret\r', NUL: 'sec\0ret', ESC: '\x1b[2J' };
    for (const [name, shown] of [
      ['CR', '\\r at its end'],
      ['NUL', '\\u{0000} in it'],
      ['ESC', '\\u{001b} in it'],
    ] as const) {
      assert.throws(
        () => expandEnv('$'.concat(`{${name}}`), (one) => odd[one], 'Key'),
        (error) =>
          error instanceof RapError &&
          error.message === `The environment variable ${name} has ${shown}, which cannot be seen` &&
          error.cure.includes('sed -i'),
      );
    }
    for (const fine of ['/data', '/mnt/a\tb', 'two\nlines', '資料 夾'])
      assert.equal(allSeen(fine, 'It'), fine);
  });
});
