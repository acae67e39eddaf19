import assert from 'node:assert/strict';
import fc from 'fast-check';
import { templateExpression } from '../../../lib/reports/catalogue/file-name.ts';
import { catalogueOf, shippedCatalogue } from '../../../lib/reports/catalogue.ts';

const subject = 'The catalogue catalogue.yaml';
const site = (text: string) => catalogueOf({ text, subject });
const named = (path: string, from = shippedCatalogue()) => {
  const { system, code, businessDate, sequence } = from.recognise(
    path,
    path.slice(path.lastIndexOf('/') + 1),
  );
  return [system, code, businessDate, sequence];
};

describe('the shipped catalogue', () => {
  const examples: [string, string[]][] = [
    ['/INBOX/20250620/DWH0303_SIM001_20250620.csv', ['VaR', 'DWH0303', '2025-06-20', '']],
    ['/INBOX/20250620/dwh0081c_sim001_20250620.csv', ['VaR', 'DWH0081C', '2025-06-20', '']],
    ['/RPF/RPF01_20250620.csv', ['VaR', 'RPF01', '2025-06-20', '']],
    ['/RPF/RPF01_SIM001_20250620.csv', ['VaR', 'RPF01', '2025-06-20', '']],
    ['/INBOX/20250620/CCMIR02_SIM001_20250620.txt', ['CCMS', 'CCMIR02', '2025-06-20', '']],
    ['/INBOX/20250620/RMADF01_SIM001_20250620_CTL.zip', ['VaR', 'RMADF01', '2025-06-20', 'CTL']],
    ['/INBOX/20250620/RMAMP01_SIM001_20250620_H_DAT.zip', ['VaR', 'RMAMP01', '2025-06-20', 'H-DAT']],
    ['/COMMON/20250620/rpi______-_____-__-_____-250620.lis', ['DCASS', 'RPI', '2025-06-20', '']],
    ['/INBOX/20250620/DWH9999_SIM001_20250620.csv', ['', 'DWH9999', '2025-06-20', '']],
    ['/INBOX/20250620/RPF011_SIM001_20250620.csv', ['', '', '2025-06-20', '']],
  ];
  for (const [path, wanted] of examples) {
    it(`knows ${path}`, () => assert.deepEqual(named(path), wanted));
  }

  it('takes the example of every row, set and half for that row', () => {
    for (const row of shippedCatalogue().rows) {
      for (const { set } of row.sets) {
        for (const half of row.halves.length > 0 ? row.halves : ['']) {
          const name = row.example(set, half);
          const told = shippedCatalogue().recognise(`/X/${name}`, name, row.installation);
          assert.deepEqual(
            [told.system, told.code, told.businessDate],
            [row.system, row.code, '2026-02-27'],
            name,
          );
        }
      }
    }
  });

  it('says of every row where it comes from and how sure it is', () => {
    for (const row of shippedCatalogue().rows) {
      assert.ok(row.source !== '' && row.name !== '', row.code);
      // Only names that a public page shows are not called invented.
      const isPublished = row.fileCertainty === 'stated';
      assert.equal(isPublished, /\.lis$|_\{yymmdd\}\.zip$/.test(row.file), row.code);
      for (const { frequency, times, timeCertainty } of row.sets) {
        if (times !== undefined) assert.ok(['stated', 'inferred'].includes(timeCertainty), row.code);
        assert.equal(times !== undefined, ['business-day', 'conditional'].includes(frequency), row.code);
      }
    }
  });

  it('has a code of two installations twice', () => {
    const of = shippedCatalogue().rows.filter(({ code }) => code === 'CCMDS01');
    assert.deepEqual(
      of.map(({ installation, calendar }) => `${installation} ${calendar}`),
      ['hkscc securities', 'hkcc-seoch derivatives'],
    );
  });
});

describe('the catalogue of a site', () => {
  it('goes before the shipped one, field by field', () => {
    const changed = site(
      'reports:\n  - code: ccltn05 # as we saw it\n    frequency: business-day\n    about: 20:00\n    lateAfter: 20:45\n    cutOff: 22:00\n    timeCertainty: learned\n',
    );
    const row = changed.rows.find(({ code }) => code === 'CCLTN05');
    assert.equal(row?.origin, 'changed');
    assert.equal(row?.name, 'Final Clearing Statement');
    assert.deepEqual(row?.sets[0]?.times, { about: '20:00', lateAfter: '20:45', cutOff: '22:00' });
    assert.equal(changed.rows.length, shippedCatalogue().rows.length);
  });

  it('changes one set and leaves the others', () => {
    const changed = site('reports:\n  - code: RMAMR03\n    sets:\n      - {set: 1, frequency: optional}\n');
    const sets = changed.rows.find(({ code }) => code === 'RMAMR03')?.sets ?? [];
    assert.deepEqual(
      sets.map(({ set, frequency, times }) => `${set} ${frequency} ${times?.about ?? ''}`.trim()),
      ['1 optional', '2 conditional 14:30', '3 business-day 17:15', '4 business-day 21:00'],
    );
  });

  it('adds a version with other times from a business date on', () => {
    const later =
      'reports:\n  - code: CSEMA08\n    sets:\n      - {frequency: business-day, about: 18:30, lateAfter: 19:15, cutOff: 20:00, timeCertainty: stated, validFrom: 2027-10-11}\n';
    const sets = site(later).rows.find(({ code }) => code === 'CSEMA08')?.sets ?? [];
    assert.deepEqual(
      sets.map(({ validFrom, times }) => `${validFrom ?? ''} ${times?.about}`),
      [' 16:30', '2027-10-11 18:30'],
    );
  });

  it('adds a report, and shows its names by a template or an expression', () => {
    const whole =
      'system: CCASS\n    installation: hkscc\n    name: n\n    source: seen\n    certainty: learned\n    fileCertainty: learned\n    folder: /INBOX\n    calendar: securities\n    frequency: no-time\n';
    const own = site(
      `reports:\n  - code: ABC1\n    file: '{code}-{yymmdd}[-{set}].{ext}'\n    ${whole}  - code: XYZ9\n    expression: '{code}\\.(?<date>\\d{8})'\n    example: XYZ9.20260227\n    ${whole}`,
    );
    assert.deepEqual(named('/INBOX/ABC1-250620-2.txt', own), ['CCASS', 'ABC1', '2025-06-20', '2']);
    assert.deepEqual(named('/INBOX/ABC1-250620.txt', own), ['CCASS', 'ABC1', '2025-06-20', '']);
    assert.deepEqual(named('/INBOX/xyz9.20250620', own), ['CCASS', 'XYZ9', '2025-06-20', '']);
    assert.deepEqual(named('/INBOX/20250620/ABC1.txt', own), ['CCASS', 'ABC1', '2025-06-20', '']);
  });

  it('shows the names of a shipped report as a real file has them', () => {
    const own = site(
      "reports:\n  - code: CCLTN05\n    file: 'FCS-{participant}-{yyyymmdd}.dat'\n    fileCertainty: learned\n",
    );
    assert.deepEqual(named('/INBOX/FCS-SIM001-20250620.dat', own), ['CCASS', 'CCLTN05', '2025-06-20', '']);
    // The old shape is still taken for a known code.
    assert.deepEqual(named('/INBOX/CCLTN05_SIM001_20250620.txt', own), [
      'CCASS',
      'CCLTN05',
      '2025-06-20',
      '',
    ]);
  });

  const records = 'layouts:\n  - layout: A\n    kind: records\n    length: 20\n    details: [1]\n';
  const wrong: [string, RegExp][] = [
    [
      'reports:\n  - code: CCMDS01\n    frequency: optional\n',
      /line 2: reports\[0\]\.code CCMDS01 is meant by several rows: CCMS hkscc; CCMS hkcc-seoch/,
    ],
    [
      'reports:\n  - code: NEW01\n    system: X\n',
      /line 2: reports\[0\]\.installation is missing in the new report NEW01/,
    ],
    [
      'reports:\n  - code: CCLTN05\n    frequency: business-day\n    about: 20:00\n',
      /reports\[0\]\.lateAfter is missing for a business-day report/,
    ],
    ['reports:\n  - code: CCLTN05\n    about: 25:00\n', /line 3: reports\[0\]\.about is not a time like/],
    [
      'reports:\n  - code: CCLTN05\n    file: "{code}_{day}"\n',
      /line 3: reports\[0\]\.file "\{code\}_\{day\}" has "\{day\}", which is none of/,
    ],
    [
      'reports:\n  - code: CCLTN05\n    file: "{code}[_{set}"\n',
      /line 3: .*opens a "\[" that it never closes/,
    ],
    ['reports:\n  - code: CCLTN05\n    file: "{yymmdd}{yyyymmdd}"\n', /shows the date twice/],
    [
      'reports:\n  - code: CCLTN05\n    expression: "("\n    example: x\n',
      /line 3: reports\[0\]\.expression is not a regular expression/,
    ],
    [
      'reports:\n  - code: CCLTN05\n    expression: "a"\n    example: b\n',
      /line 4: reports\[0\]\.example is not taken/,
    ],
    ['reports:\n  - code: CCLTN05\n    halves: [A, B]\n', /halves are not shown by the file name/],
    [
      'reports:\n  - code: CCLTN05\n  - code: CCLTN05\n',
      /line 3: reports\[1\]\.code is the row of line 2 again/,
    ],
    [
      'reports:\n  - code: CCLTN05\n    frequenzy: optional\n',
      /line 2: reports\[0\]\.frequenzy is not a field of a catalogue/,
    ],
    [
      'reports:\n  - code: CCLTN05\n    frequency: conditional\n    about: 20:00\n    lateAfter: 20:45\n    cutOff: 22:00\n',
      /condition is missing for a conditional report/,
    ],
    ['reports: [\n', /line \d is not YAML/],
    [
      'layouts:\n  - layout: A\n    kind: lis\n    columns: [a]\n',
      /line 4: layouts\[0\]\.columns goes with the kind csv/,
    ],
    ['layouts:\n  - layout: A\n    kind: xml\n', /line 3: layouts\[0\]\.kind/],
    ['layouts:\n  - layout: A\n    kind: records\n    length: 20\n', /line 2: layouts\[0\] has no details/],
    [
      'layouts:\n  - {layout: A, kind: lis}\n  - layout: B\n    kind: lis\n    length: 20\n',
      /line 5: layouts\[1\]\.length goes with the kind records/,
    ],
    [
      'layouts:\n  - layout: A\n    kind: records\n    length: 20\n    details: [1]\n    fields:\n      x: 19-21\n',
      /line 7: layouts\[0\]\.fields\.x ends behind the record/,
    ],
    [
      'layouts:\n  - layout: A\n    kind: records\n    length: 20\n    details: [1]\n    fields: {x: 5-3}\n',
      /line 6: layouts\[0\]\.fields\.x is not a place like 34-41/,
    ],
    [
      'layouts:\n  - layout: A\n    kind: records\n    length: 20\n    details: [1]\n    totals: {x: 2-3}\n',
      /layouts\[0\]\.totals\.x names no field "x"/,
    ],
    [
      'layouts:\n  - layout: A\n    kind: records\n    length: 20\n    details: [1]\n    fields: {x: 2-3, y: 4-5}\n    checksum: {field: y, of: [x]}\n',
      /layouts\[0\]\.checksum adds "x", which is not among the totals/,
    ],
    [
      `${records}    settlement: {at: 2-9, rules: [{from: 2027-11-01, days: 1}]}\n`,
      /layouts\[0\]\.settlement counts from a trade date/,
    ],
    [
      `${records}    tradeDate: 2-9\n    settlement: {at: 14-21, rules: [{from: 2027-11-01, days: 1}]}\n`,
      /layouts\[0\]\.settlement\.at ends behind the record/,
    ],
    [
      `${records}    tradeDate: 2-9\n    settlement: {at: 2-9, rules: [{from: 2027-11-31, days: 1}]}\n`,
      /rules\[0\]\.from is not a real date like/,
    ],
    [
      `${records}    tradeDate: 2-9\n    settlement: {at: 2-9, rules: [{from: 2027-11-01, days: two}]}\n`,
      /rules\[0\]\.days is not a number from 1 on/,
    ],
    [`${records}    times: [x]\n`, /layouts\[0\]\.times names no field "x"/],
    [
      `${records}    fields: {x: 2-3, y: 4-5}\n    products: {y: {of: [x, z], per: 10}}\n`,
      /layouts\[0\]\.products\.y names no field "z"/,
    ],
    [
      `${records}    fields: {x: 2-3, y: 4-5}\n    products: {y: {of: [x], per: 10}}\n`,
      /layouts\[0\]\.products\.y\.of/,
    ],
    [
      'layouts:\n  - layout: A\n    kind: lis\n    settlement: {at: 2-9, rules: [{from: 2027-11-01, days: 1}]}\n',
      /layouts\[0\]\.settlement goes with the kind records/,
    ],
  ];
  for (const [text, message] of wrong) {
    it(`is refused with line and field: ${message.source.slice(0, 60)}`, () => {
      assert.throws(
        () => site(text),
        (error: Error & { cure?: string }) => {
          assert.match(error.message, message);
          assert.ok(error.cure);
          return true;
        },
      );
    });
  }

  it('never lets a template stand for something else than it says', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const found = templateExpression(text, 'X', []);
        if (typeof found !== 'string') return;
        const literal = !/[{}[\]]/.test(text);
        if (literal && !text.includes('\n')) assert.ok(new RegExp(`^(?:${found})$`, 'i').test(text), text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the layouts of a catalogue', () => {
  const layoutOf = (name: string, code: string, from = shippedCatalogue()) => from.layoutOf({ name, code });

  it('belong to the rows that name them, whatever the case of the file name', () => {
    for (const code of ['CCLTN04', 'CCLTN05', 'CIPSI02']) {
      assert.equal(layoutOf(`${code.toLowerCase()}_sim001_20250620.dat`, code)?.kind, 'records');
    }
    assert.deepEqual(layoutOf('RPF01_20250620.csv', 'RPF01'), { kind: 'rpf01' });
    assert.equal(layoutOf('CCMDS01_SIM001_20250620.txt', 'CCMDS01'), undefined);
    assert.equal(layoutOf('x', ''), undefined);
  });

  it('take a csv that the site knows', () => {
    const own = site(
      'layouts:\n  - layout: CAPA\n    kind: csv\n    columns: [Business Date, "Ex-Date"]\nreports:\n  - {code: RMAMP01, layout: CAPA}\n',
    );
    assert.deepEqual(layoutOf('RMAMP01_x.csv', 'RMAMP01', own), {
      kind: 'csv',
      columns: ['Business Date', 'Ex-Date'],
    });
  });

  it('give places in bytes from 1', () => {
    const layout = shippedCatalogue().layouts.get('CCLTN05');
    assert.ok(layout?.kind === 'records');
    assert.equal(layout.length, 143);
    assert.deepEqual(layout.tradeDate, [33, 8]);
    assert.deepEqual(layout.fields.checksum, [126, 14]);
    assert.deepEqual(layout.totals[5], { field: 'checksum', trailer: [77, 18] });
    assert.deepEqual(layout.values[1], { field: 'isolation', of: ['1', '2', ' '] });
  });

  it('of the site take the place of shipped ones of their name', () => {
    const own = site(
      'layouts:\n  - layout: CCLTN05\n    kind: records\n    length: 150\n    details: [1, 2]\nreports:\n  - {code: CCMDS01, system: CCMS, installation: hkscc, layout: CCLTN05}\n',
    );
    const layout = layoutOf('CCLTN05_1.txt', 'CCLTN05', own);
    assert.ok(layout?.kind === 'records');
    assert.deepEqual([layout.length, layout.details, layout.totals], [150, ['1', '2'], []]);
    assert.equal(own.layoutOf({ name: 'CCMDS01_SIM001_20250620.txt', code: 'CCMDS01' }), layout);
  });
});
