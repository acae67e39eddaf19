import assert from 'node:assert/strict';
import type { Report } from '../../../lib/model/types.ts';
import { recognise } from '../../../lib/reports/catalogue.ts';
import { missingHalves, otherHalf } from '../../../lib/reports/pairs.ts';

function report(name: string): Report {
  const path = `/INBOX/20250620/${name}`;
  return {
    path,
    name,
    folder: '/INBOX/20250620',
    size: 1,
    modifiedAt: 1,
    state: 'new',
    ...recognise(path, name),
  };
}

describe('Reports in two halves', () => {
  for (const [name, other] of [
    ['RMAMR03_SIM001_20250620_1_CTL.zip', 'RMAMR03_SIM001_20250620_1_DAT.zip'],
    ['RMAMR03_SIM001_20250620_4_DAT.zip', 'RMAMR03_SIM001_20250620_4_CTL.zip'],
    ['RMAMP01_CTL_20250620_1_CTL.zip', 'RMAMP01_CTL_20250620_1_DAT.zip'],
    ['CCLTN05_SIM001_20250620.txt', undefined],
    ['RMAMR03_SIM001_20250620_1.zip', undefined],
    ['something_CTL.zip', undefined],
  ] as const) {
    it(`${name} ${other === undefined ? 'is whole by itself' : `belongs to ${other}`}`, () => {
      assert.equal(otherHalf(report(name)), other && `/INBOX/20250620/${other}`);
    });
  }

  it('miss a half where one is there without the other, of whichever set', () => {
    const all = [1, 3, 4].flatMap((set) => [
      `RMAMR03_A_20250620_${set}_CTL.zip`,
      `RMAMR03_A_20250620_${set}_DAT.zip`,
    ]);
    assert.deepEqual(missingHalves(all.map(report)), []);
    const some = all.filter((name) => !/_1_DAT|_4_CTL/.test(name));
    assert.deepEqual(missingHalves(some.map(report)), [
      '/INBOX/20250620/RMAMR03_A_20250620_1_DAT.zip',
      '/INBOX/20250620/RMAMR03_A_20250620_4_CTL.zip',
    ]);
  });
});
