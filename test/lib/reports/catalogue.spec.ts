import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue, recognise } from '../../../lib/reports/catalogue.ts';
import { addDays, isIsoDate } from '../../../lib/time/hong-kong.ts';

function named(path: string) {
  const { system, code, businessDate, sequence } = recognise(path, path.slice(path.lastIndexOf('/') + 1));
  return [system, code, businessDate, sequence];
}

describe('report catalogue', () => {
  const examples: [string, string[]][] = [
    ['/INBOX/20250620/CCLTN05_SIM001_20250620.txt', ['CCASS', 'CCLTN05', '2025-06-20', '']],
    ['/INBOX/20250620/cipsi02_sim001_20250620.TXT', ['CCASS', 'CIPSI02', '2025-06-20', '']],
    ['/INBOX/20250621/CSEMS08_SIM001_20250620.txt', ['CCASS', 'CSEMS08', '2025-06-20', '']],
    ['/INBOX/20250620/CCMDS01_SIMC01_20250620.txt', ['CCMS', 'CCMDS01', '2025-06-20', '']],
    ['/INBOX/20250620/RMAMR03_SIM001_20250620_1_CTL.zip', ['VaR', 'RMAMR03', '2025-06-20', '1-CTL']],
    ['/INBOX/20250620/RMAMR03_SIM001_20250620_4_DAT.zip', ['VaR', 'RMAMR03', '2025-06-20', '4-DAT']],
    ['/INBOX/20250620/RMAMR01_SIM001_20250620_DAT.zip', ['VaR', 'RMAMR01', '2025-06-20', 'DAT']],
    ['/RPF/RPF_COMMON_20250620.zip', ['VaR', 'RPF', '2025-06-20', '']],
    ['/INBOX/20250620/RP008_SIMC01_20250620.csv', ['DCASS', 'RP008', '2025-06-20', '']],
    ['/COMMON/20250620/RP009_250620.zip', ['DCASS', 'RP009', '2025-06-20', '']],
    ['/COMMON/20250620/RPF_250620.zip', ['DCASS', 'RPF', '2025-06-20', '']],
    ['/COMMON/20250620/rpi______-_____-__-_____-250620-0900.lis', ['DCASS', 'RPI', '2025-06-20', '0900']],
    ['/COMMON/20250620/RPP______-_____-__-_____-250620.LIS', ['DCASS', 'RPP', '2025-06-20', '']],
    ['/COMMON/20250621/rpf______-_____-__-_____-250620.lis', ['DCASS', 'RPF', '2025-06-20', '']],
  ];
  for (const [path, expected] of examples) {
    it(`knows ${path}`, () => assert.deepEqual(named(path), expected));
  }

  it('takes the date of the innermost daily folder when the name has none', () => {
    assert.deepEqual(named('/INBOX/20250619/20250620/CCLTN05.txt'), ['CCASS', 'CCLTN05', '2025-06-20', '']);
    assert.deepEqual(named('/COMMON/20250620/notice.txt'), ['', '', '2025-06-20', '']);
    assert.deepEqual(named('/notice.txt'), ['', '', '', '']);
  });

  it('gives a code of the right shape that it does not know, but no system', () => {
    assert.deepEqual(named('/INBOX/20250620/CXXYY77_SIM001_20250620.txt'), ['', 'CXXYY77', '2025-06-20', '']);
    assert.deepEqual(named('/INBOX/20250620/ABCDE12 holiday.txt'), ['', '', '2025-06-20', '']);
  });

  it('does not take a longer word for a code', () => {
    assert.deepEqual(named('/INBOX/CCLTN055.txt'), ['', '', '', '']);
    assert.deepEqual(named('/INBOX/XCCLTN05.txt'), ['', '', '', '']);
  });

  it('gives no date for a day that does not exist', () => {
    assert.deepEqual(named('/INBOX/CCLTN05_SIM001_20250231.txt'), ['CCASS', 'CCLTN05', '', '']);
    assert.deepEqual(named('/COMMON/rpp______-_____-__-_____-251301.lis'), ['DCASS', 'RPP', '', '']);
    assert.deepEqual(named('/COMMON/20251301/notice.txt'), ['', '', '', '']);
  });

  it('holds each code of a system once, with its source', () => {
    const keys = catalogue.map(({ system, code }) => `${system} ${code}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const entry of catalogue) assert.ok(entry.title !== '' && entry.source !== '');
  });

  it('never throws and never gives a date that is none, whatever the server calls its files', () => {
    const pieces = fc.constantFrom(
      'CCLTN05',
      'rpi______-_____-__-_____-',
      '_SIM001_',
      '20250620',
      '250229',
      '_1',
      '_CTL',
      '.zip',
      '.lis',
      '/',
      '\n',
      '__proto__',
      '\ud800',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 8 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, anything, (path, name) => {
        const told = recognise(path, name);
        assert.ok(told.businessDate === '' || isIsoDate(told.businessDate));
        assert.ok(told.system === '' || told.code !== '');
        for (const text of Object.values(told)) assert.equal(typeof text, 'string');
      }),
      { numRuns: 3000 },
    );
  });

  it('reads back every date and set it is given, in any case', () => {
    const day = fc.integer({ min: 0, max: 36000 }).map((days) => addDays('2001-01-01', days));
    const entry = fc.constantFrom(...catalogue.filter(({ code }) => !/^RP[IPF]$/.test(code)));
    fc.assert(
      fc.property(
        day,
        entry,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (date, { system, code }, set, lower) => {
          const name = `${code}_SIM001_${date.replaceAll('-', '')}_${set}_DAT.zip`;
          const told = recognise(`/INBOX/20250620/${name}`, lower ? name.toLowerCase() : name);
          assert.deepEqual(told, { system, code, businessDate: date, sequence: `${set}-DAT` });
        },
      ),
    );
  });
});
