/**
 * What "rap inspect" promises: every kind of damage is found with its place, and no sound file is called damaged. A
 * seeded sample in every run; RAP_PROPERTY_RUNS of 100,000 or more takes every number of records from 1 to 2,000 in
 * every form, 100,000 sound files in all, and each kind of damage a hundred times.
 */
import assert from 'node:assert/strict';
import { shippedCatalogue } from '../../../../lib/reports/catalogue.ts';
import { verdictOf } from '../../../../lib/reports/integrity/finding.ts';
import { inspectSource } from '../../../../lib/reports/integrity/inspect.ts';
import { describe as inWords, refusalOf } from '../../../../lib/reports/integrity/refuse.ts';
import { byteDamages, lisDamages, recordDamages, rpf01Damages, type Said, zipDamages } from './damages.ts';
import { sourceOf } from './looking.ts';
import {
  DATE,
  Dice,
  formNames,
  forms,
  lis,
  PARTICIPANT,
  plainRecords,
  rpf01,
  Statements,
  zip,
} from './sound-files.ts';

const WHOLE = Number(process.env.RAP_PROPERTY_RUNS ?? 0) >= 100_000;
const TIMES = WHOLE ? 100 : 2;

const catalogue = shippedCatalogue();
const names = {
  CCLTN05: `CCLTN05_${PARTICIPANT}_${DATE}.txt`,
  CCLTN04: `CCLTN04_${PARTICIPANT}_${DATE}.txt`,
  CIPSI02: `CIPSI02_${PARTICIPANT}_${DATE}.dat`,
  RPF01: `RPF01_${DATE}.csv`,
  lis: `rpf______-_____-__-_____-${DATE.slice(2)}.lis`,
  zip: `RMAMR03_${PARTICIPANT}_${DATE}_4_DAT.zip`,
};

const look = (name: string, content: string | Buffer) =>
  inspectSource({ name, ...catalogue.recognise(name, name) }, sourceOf(content), PARTICIPANT, catalogue);

async function said(name: string, content: string | Buffer) {
  const found = await look(name, content);
  const { verdict, place } = verdictOf(found);
  return {
    found,
    verdict,
    record: place?.record ?? null,
    field: place?.field ?? '',
    reason: place?.reason ?? '',
  };
}

const without = (records: readonly string[], at: number) => records.filter((_, n) => n !== at);

async function isSound(name: string, content: string | Buffer, what: string): Promise<void> {
  const { verdict, record, field, reason } = await said(name, content);
  assert.equal(verdict, 'sound', `${what}: record ${record}, ${field}: ${reason}`);
}

async function isSaid(name: string, content: string | Buffer, expected: Said, what: string): Promise<void> {
  const { verdict, record, field } = await said(name, content);
  assert.equal(verdict, expected.verdict, what);
  assert.ok(
    expected.record?.includes(record) === true,
    `${what}: said record ${record}, not ${expected.record?.join(' or ')}`,
  );
  assert.ok(field.includes(expected.field ?? ''), `${what}: said "${field}", not "${expected.field}"`);
}

describe('The contract of a look inside', () => {
  it('knows at least a hundred kinds of damage, each by a name of its own', () => {
    const all = [recordDamages, byteDamages, rpf01Damages, lisDamages, zipDamages].flat();
    const kinds = all.map(({ name }, n) => `${n < recordDamages.length ? 'records' : ''} ${name}`);
    assert.ok(kinds.length >= 200, String(kinds.length));
  });

  describe('of CCLTN05', () => {
    for (const { name, change } of recordDamages) {
      it(`finds ${name}`, async () => {
        for (let time = 0; time < TIMES; time++) {
          const dice = new Dice(time * 7919 + name.length);
          const statements = new Statements(time);
          const records = statements.of(2 + dice.roll(12));
          const { records: changed, said: expected } = change(records, statements.figures, dice);
          for (const form of formNames) {
            await isSaid(names.CCLTN05, forms[form](changed), expected, `${name}, ${form}, ${time}`);
          }
        }
      });
    }

    for (const { name, change } of byteDamages) {
      it(`finds ${name}`, async () => {
        for (let time = 0; time < TIMES * 2; time++) {
          const dice = new Dice(time * 104_729 + name.length);
          const records = new Statements(time).of(3 + dice.roll(8));
          for (const form of formNames) {
            const changed = change(forms[form](records), form, dice);
            if (changed === undefined) continue;
            const { verdict, record } = await said(names.CCLTN05, changed);
            assert.notEqual(verdict, 'sound', `${form}, ${time}`);
            assert.notEqual(record, null, `${form}, ${time}: no record is named`);
          }
        }
      });
    }

    it('finds that it is cut, wherever it is cut', async () => {
      const records = new Statements(1).of(4);
      for (const form of formNames) {
        const whole = forms[form](records);
        const least =
          forms['no line ends'](records).length +
          (form.startsWith('CRLF') ? 10 : form === 'no line ends' ? 0 : 5);
        for (let size = 0; size < least; size++) {
          const { verdict, record } = await said(names.CCLTN05, whole.slice(0, size));
          assert.ok(
            verdict === 'damaged' && record !== null,
            `${form}, cut after ${size} of ${whole.length}`,
          );
        }
      }
    });

    it('finds any bit of participant, report, trade date, numbers and totals that is another one', async () => {
      const records = new Statements(2).of(2);
      const [header = '', , detail = '', trailer = ''] = [records[0], '', records[2], records[3]];
      const at = (record: number, from: number, to: number) =>
        Array.from({ length: to - from }, (_, n) => ({ record, byte: from + n }));
      assert.deepEqual([header.length, detail.length, trailer.length], [143, 143, 143]);
      const bytes = [
        ...at(0, 0, 14),
        ...at(0, 33, 41),
        ...[0].flatMap((from) => at(2, from, from + 1)),
        ...[
          [2, 7],
          [65, 97],
          [109, 122],
          [126, 140],
        ].flatMap(([from = 0, to = 0]) => at(2, from, to)),
        ...at(3, 0, 95),
      ];
      for (const { record, byte } of bytes) {
        for (let bit = 0; bit < 8; bit++) {
          const changed = records.map((text, n) => {
            if (n !== record) return text;
            const code = text.charCodeAt(byte) ^ (1 << bit);
            return text.slice(0, byte) + String.fromCharCode(code) + text.slice(byte + 1);
          });
          for (const form of ['no line ends', 'CRLF'] as const) {
            const what = `bit ${bit} of byte ${byte} of record ${record + 1}, ${form}`;
            const { verdict, record: named } = await said(names.CCLTN05, forms[form](changed));
            // IDs are compared whatever their case, as people write them: that bit changes nothing.
            const isCase = record === 0 && byte === 1 && bit === 5;
            if (isCase) assert.equal(verdict, 'sound', what);
            else assert.ok(verdict !== 'sound' && named !== null, `${what}: ${verdict}`);
          }
        }
      }
    });

    it('keeps in quarantine what breaks a stated rule, though an inferred one is broken before', async () => {
      const records = new Statements(3).of(3);
      const [header = '', ...others] = records;
      const late = header.replace(DATE, '20251114');
      const found = await look(names.CCLTN05, forms.LF([late, ...others.slice(1)]));
      assert.equal(refusalOf(found)?.code, 'CONTENT_WRONG');
      assert.match(refusalOf(found)?.reason ?? '', /record 4, field checksum totals/);
      assert.equal(verdictOf(found).place?.field, 'tradeDate', 'the first thing that is wrong');
      assert.equal(refusalOf(await look(names.CCLTN05, forms.LF([late, ...others]))), undefined);
    });
  });

  describe('of CCLTN04 and CIPSI02', () => {
    it('never finds them sound when their ends, their kinds of records or whose they are is damaged', async () => {
      for (const code of ['CCLTN04', 'CIPSI02'] as const) {
        const records = plainRecords(code, 6);
        const [header = '', ...others] = records;
        const changes: Record<string, string[]> = {
          'another participant': [header.replace(PARTICIPANT, 'B09999'), ...others],
          'another report': [header.replace(code, 'CCLTN05'), ...others],
          'no header': others,
          'no trailer': records.slice(0, -1),
          'the trailer twice': [...records, records.at(-1) ?? ''],
          'an unknown type': [header, `X${others[0]?.slice(1)}`, ...others.slice(1)],
          'a record cut': [header, (others[0] ?? '').slice(0, 40), ...others.slice(1)],
          'a zero byte': [
            header,
            `${others[0]?.slice(0, 40)}\u0000${others[0]?.slice(41)}`,
            ...others.slice(1),
          ],
        };
        for (const form of formNames) {
          for (const [what, changed] of Object.entries(changes)) {
            const { verdict, record } = await said(names[code], forms[form](changed));
            assert.ok(verdict !== 'sound' && record !== null, `${code} with ${what}, ${form}`);
          }
          const whole = forms[form](records);
          for (let size = 0; size < whole.length - 2 - others.length * 2; size += 7) {
            assert.notEqual(
              (await said(names[code], whole.slice(0, size))).verdict,
              'sound',
              `${code} ${size}`,
            );
          }
        }
      }
    });
  });

  for (const [of, damages, make] of [
    ['RPF01', rpf01Damages, (dice: Dice) => rpf01(7 + dice.roll(14), dice)],
    ['lis', lisDamages, (dice: Dice) => lis(3 + dice.roll(6))],
  ] as const) {
    describe(`of ${of}`, () => {
      for (const { name, change } of damages) {
        it(`finds ${name}`, async () => {
          for (let time = 0; time < TIMES; time++) {
            const dice = new Dice(time * 7919 + name.length);
            const { lines, said: expected } = change(make(dice), dice);
            for (const end of ['\n', '\r\n']) {
              const text =
                typeof lines === 'string'
                  ? lines.replaceAll('\n', end)
                  : lines.map((one) => one + end).join('');
              await isSaid(names[of], text, expected, `${name}, ${time}, ${JSON.stringify(end)}`);
            }
          }
        });
      }
    });
  }

  describe('of a zip', () => {
    const sample = (dice: Dice) =>
      zip([
        { name: 'a.csv', content: Buffer.from('row,1\n'.repeat(20 + dice.roll(20))), stored: true },
        {
          name: 'b.csv',
          content: Buffer.from(Array.from({ length: 300 }, () => `${dice.roll(9999)},x\n`).join('')),
        },
      ]);
    for (const { name, change, member } of zipDamages) {
      it(`finds ${name}`, async () => {
        for (let time = 0; time < TIMES * 2; time++) {
          const dice = new Dice(time * 7919 + name.length);
          const { verdict, field } = await said(names.zip, change(sample(dice), dice));
          assert.equal(verdict, 'damaged', String(time));
          if (member !== '') assert.equal(field, member, String(time));
        }
      });
    }

    it('finds that it is cut, wherever it is cut', async () => {
      const { bytes } = sample(new Dice(1));
      for (let size = 0; size < bytes.length; size++) {
        assert.equal((await said(names.zip, bytes.subarray(0, size))).verdict, 'damaged', String(size));
      }
    });
  });

  it('holds whatever the extension of the file, and where there is none', async () => {
    const dice = new Dice(1);
    const lines = rpf01(20, dice);
    const statement = new Statements(1).of(5);
    for (const end of ['', '.dat', '.TXT', '.txt']) {
      const [parameters, records] = [
        `RPF01_${PARTICIPANT}_${DATE}${end}`,
        `CCLTN05_${PARTICIPANT}_${DATE}${end}`,
      ];
      await isSound(parameters, lines.join('\n').concat('\n'), parameters);
      await isSaid(
        parameters,
        lines.slice(0, 12).join('\n'),
        { verdict: 'damaged', record: [13] },
        parameters,
      );
      await isSound(records, statement.join('\n'), records);
      const cut: Said = { verdict: 'damaged', record: [6], field: 'checksum' };
      await isSaid(records, without(statement, 2).join('\n'), cut, records);
    }
    for (const name of [`rpf______-_____-__-_____-${DATE.slice(2)}.LIS`, names.lis]) {
      await isSound(name, lis(4).join('\n'), name);
    }
  });

  it('never shows what a file says', async () => {
    const secret = 'QZX';
    const statements = new Statements(1);
    const records = statements.of(3).map((one) => one.replace(/ {5}/, secret.padEnd(5)));
    const texts = [
      ...recordDamages.map(({ change }) =>
        forms.LF(change(records, statements.figures, new Dice(1)).records),
      ),
      ...byteDamages.flatMap(({ change }) => change(forms.LF(records), 'LF', new Dice(1)) ?? []),
    ];
    for (const text of texts) {
      const { record, field, reason } = await said(names.CCLTN05, text);
      assert.ok(!inWords({ record, field, reason }).includes(secret));
    }
  });

  it('calls no sound file damaged', async function () {
    this.timeout(3_600_000);
    let count = 0;
    const sound = async (name: string, content: string | Buffer, what: string) => {
      await isSound(name, content, what);
      count++;
    };
    const sizes = Array.from({ length: 2000 }, (_, n) => n + 1).filter(
      (n) => WHOLE || n < 12 || n % 331 === 0 || (n % 143 < 2 && n < 300),
    );
    const ends = WHOLE ? ['', '\u001a'] : [''];
    const statements = new Statements(5);
    for (const size of sizes) {
      // The smallest has a header and a trailer alone.
      const whole = statements.of(size - 1);
      const others = (['CCLTN04', 'CIPSI02'] as const).map(
        (code) => [code, plainRecords(code, size - 1)] as const,
      );
      for (const form of formNames) {
        for (const end of size < 12 ? ['', '\u001a'] : ends) {
          const what = `${size} details, ${form}${end === '' ? '' : ', 0x1A'}`;
          await sound(names.CCLTN05, forms[form](whole) + end, what);
          for (const [code, records] of others)
            await sound(names[code], forms[form](records) + end, `${code}, ${what}`);
        }
      }
    }
    for (let n = 0; n < (WHOLE ? 20_000 : 60); n++) {
      const dice = new Dice(n);
      const end = dice.pick(['\n', '\r\n']);
      await sound(names.RPF01, rpf01(dice.roll(40), dice).join(end) + end, `RPF01 ${n}`);
      await sound(names.lis, lis(dice.roll(40)).join(end) + dice.pick(['', end, `${end}\u001a`]), `lis ${n}`);
    }
    for (let n = 0; n < (WHOLE ? 5_000 : 30); n++) {
      const dice = new Dice(n);
      const members = Array.from({ length: dice.roll(6) }, (_, m) => ({
        name: dice.pick(['a.csv', 'dir/b.csv', 'RMAMR03.txt', 'c d.CSV']) + m,
        content: Buffer.from('row of a report\r\n'.repeat(dice.roll(60))),
        stored: dice.roll(2) === 0,
      }));
      await sound(names.zip, zip(members).bytes, `zip ${n}`);
    }
    if (WHOLE) {
      assert.ok(count >= 100_000, String(count));
      console.log(`      ${count} sound files`);
    }
  });
});
