/** What is said of a client in the table of faults follows from what it said and what it left on the disk. */
import assert from 'node:assert/strict';
import { type Content, type Evidence, judge } from '../../bench/faults-verdict.ts';

const content = (sha256: string): Content => ({ bytes: sha256.length, sha256 });
const honest = new Map([
  ['a.txt', content('aaa')],
  ['b.txt', content('bbb')],
]);
const torn = new Map([...honest, ['b.txt', content('b')]]);
const part = new Map([['a.txt', content('aaa')]]);
const well: Evidence = { status: 0, found: honest, honest, listed: 2, outside: 0 };

describe('A verdict on a client', () => {
  const cases: [string, Partial<Evidence>, string][] = [
    ['everything there and success', {}, 'right'],
    ['failure with whole files only', { status: 1, found: part }, 'error'],
    ['failure with nothing', { status: 255, found: new Map() }, 'error'],
    ['failure with a file that is not whole', { status: 1, found: torn }, 'error, torn file'],
    ['success with a file that is not whole', { found: torn }, 'wrong bytes, success'],
    ['the same of a changing file', { found: torn, changing: true }, 'change unnoticed, success'],
    ['success without one of the files', { found: part }, 'files missing, success'],
    ['success without a name that was listed', { listed: 3 }, 'files missing, success'],
    ['success on a listing without end', { listed: undefined }, 'right'],
    ['no end', { status: undefined, found: part }, 'hang'],
    ['no end, and a file that is not whole', { status: undefined, found: torn }, 'hang, torn file'],
    ['anything written elsewhere', { status: 1, outside: 1 }, 'outside the folder'],
  ];
  for (const [what, evidence, verdict] of cases) {
    it(`is "${verdict}" for ${what}`, () => assert.equal(judge({ ...well, ...evidence }), verdict));
  }
});
