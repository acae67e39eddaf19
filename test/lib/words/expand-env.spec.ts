import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { expandAll, expandEnv } from '../../../lib/words/expand-env.ts';

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
});
