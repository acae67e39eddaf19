/** Reports by any part of their names: with and without the index, which is no fact. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { Ledger, ReportQuery } from '../../../lib/ledger/ledger.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { NameIndex } from '../../../lib/ledger/records/name-index.ts';
import { wordsIn } from '../../../lib/ledger/records/report-search.ts';
import { aVersion, freshLedger } from './samples.ts';

describe('A search of reports', () => {
  const given = freshLedger();
  let index: NameIndex | undefined;
  afterEach(() => {
    index?.close();
    index = undefined;
  });

  let number = 0;
  async function received(ledger: Ledger, name: string, changes: Parameters<typeof aVersion>[0] = {}) {
    const sha256 = createHash('sha256').update(String(++number)).digest('hex');
    const at = `/INBOX/${number}/${name}`;
    return (await ledger.reports.recordReceived(aVersion({ name, path: at, sha256, ...changes }))).versionId;
  }

  /** Opened when it is wanted first. */
  const indexed = () => {
    index ??= new NameIndex(given.file());
    return index;
  };
  const filled = () => {
    while (indexed().fill());
    return indexed();
  };
  const found = async (query: Partial<ReportQuery>, names?: NameIndex) =>
    (await given.ledger.reportSearch.findReports({ most: 50, ...query }, names)).map(({ name }) => name);

  it('takes words apart, in any case, and no more than a person types', () => {
    assert.deepEqual(wordsIn('  CCLTN05\t sim001 '), ['ccltn05', 'sim001']);
    assert.deepEqual(wordsIn(''), []);
    assert.equal(wordsIn('a '.repeat(100)).length, 8);
    assert.equal(wordsIn('x'.repeat(5000))[0]?.length, 200);
    assert.deepEqual(wordsIn('rma\u0000mr03\u001b[1m \u0085x \ud800y'), [
      'rma',
      'mr03',
      '[1m',
      'x',
      '\ufffdy',
    ]);
  });

  it('keeps its index, whatever anybody asks for', async () => {
    await received(given.ledger, 'CCLTN05_SIM001_1.txt');
    const names = filled();
    const kept = new DatabaseSync(path.join(given.folder(), 'names.sqlite'), { readOnly: true });
    const asked = async (text: string) => {
      await found({ words: wordsIn(text) }, names);
      names.find([text], Number.MAX_SAFE_INTEGER, 5);
      // Made anew it would not have come to the report.
      assert.equal(kept.prepare('select upto from mark').get()?.upto, 1, JSON.stringify(text));
    };
    const marks = ['abc\u0000def', '\u0000', 'abc\u0000"', 'abc"', '"""abc', '^abc', '{name}:abc', 'abc*'];
    const words = ['abc NOT def', 'NEAR(abc def)', '('.repeat(200), '\ud800abc', '-abc+def', "abc';--"];
    for (const text of [...marks, ...words]) await asked(text);
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), asked), { numRuns: 100 });
    kept.close();
  });

  it('finds every part, short and long, in any case, with marks in it, the newest first', async () => {
    const names = [
      'CCLTN05_SIM001_1.txt',
      'ccltn05_sim002_2.TXT',
      'RMAMR03_SIM001_4_DAT.zip',
      '100%_"odd"_\'x\'.txt',
      '報告_É.csv',
    ];
    for (const name of names) await received(given.ledger, name);
    const all: [string, string[]][] = [
      ['ltn', ['ccltn05_sim002_2.TXT', 'CCLTN05_SIM001_1.txt']],
      ['SIM001 _4', ['RMAMR03_SIM001_4_DAT.zip']],
      ['05', ['ccltn05_sim002_2.TXT', 'CCLTN05_SIM001_1.txt']],
      ['%', ['100%_"odd"_\'x\'.txt']],
      ['"odd"', ['100%_"odd"_\'x\'.txt']],
      ["'x'", ['100%_"odd"_\'x\'.txt']],
      ['報告_É', ['報告_É.csv']],
      ['NEAR(a b) OR *', []],
      ['zzz', []],
    ];
    for (const [text, expected] of all) {
      const words = wordsIn(text);
      assert.deepEqual(await found({ words }), expected, `without index: ${text}`);
      assert.deepEqual(await found({ words }, filled()), expected, `with index: ${text}`);
    }
  });

  it('narrows by account, date, code, share and part of the path', async () => {
    await received(given.ledger, 'a-one.txt', { code: 'CCLTN02' });
    await received(given.ledger, 'a-two.txt', { account: 'HKCC' });
    const id = await received(given.ledger, 'a-three.txt', { businessDate: '2026-11-19' });
    const at = { versionId: id, share: '/mnt/ops/2026', file: '/mnt/ops/2026/a-three.txt', sha256: 'a' };
    await given.ledger.deliveries.recordDelivery({ ...at, outcome: 'published', run: 'r' });
    const words = ['a-t'];
    assert.deepEqual(await found({ words, account: 'HKCC' }, filled()), ['a-two.txt']);
    assert.deepEqual(await found({ words, businessDate: '2026-11-19' }), ['a-three.txt']);
    assert.deepEqual(await found({ code: 'CCLTN02' }), ['a-one.txt']);
    for (const share of ['/mnt/ops', '/mnt/ops/', '/mnt/ops/2026'])
      assert.deepEqual(await found({ share }), ['a-three.txt']);
    assert.deepEqual(await found({ share: '/mnt/op' }), []);
    assert.deepEqual(await found({ share: '/mnt/ops/20' }), []);
    const [one] = await given.ledger.reportSearch.findReports({ words: [`/${number}/a-`], most: 1 });
    assert.deepEqual([one?.name, one?.places[0]?.share], ['a-three.txt', '/mnt/ops/2026']);
  });

  it('pages by number: every report once, in one order, also while others arrive', async () => {
    for (let n = 0; n < 25; n++) await received(given.ledger, `page-${n}.txt`);
    for (const names of [undefined, filled()]) {
      const seen: number[] = [];
      for (let before: number | undefined; ; ) {
        const query = { words: ['page'], most: 10, ...(before === undefined ? {} : { before }) };
        const page = await given.ledger.reportSearch.findReports(query, names);
        if (page.length === 0) break;
        seen.push(...page.map(({ versionId }) => versionId));
        before = page.at(-1)?.versionId;
        await received(given.ledger, 'page-late.txt');
      }
      assert.equal(new Set(seen).size, seen.length);
      assert.deepEqual(
        seen,
        seen.toSorted((one, other) => other - one),
      );
      assert.ok(seen.length >= 25);
    }
  });

  it('is the same with the index as without, however far that has come (property)', async () => {
    const letter = fc.constantFrom('C', 'c', 'L', 'T', '0', '5', '_', '.', 'é', '"');
    const text = (minLength: number, maxLength: number) => fc.string({ unit: letter, minLength, maxLength });
    const names = fc.array(text(4, 12), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(names, text(3, 5), fc.boolean(), async (some, part, fill) => {
        for (const [n, name] of some.entries()) {
          await received(given.ledger, name);
          if (fill && n % 5 === 0) indexed().fill();
        }
        const query = { words: wordsIn(part), most: 20 };
        assert.deepEqual(await found(query, indexed()), await found(query));
      }),
      { seed: 30, numRuns: 40 },
    );
  });

  it('does without an index that is damaged, and makes it anew', async () => {
    await received(given.ledger, 'whole.txt');
    filled().close();
    index = undefined;
    const file = path.join(given.folder(), 'names.sqlite');
    for (const content of ['no database at all', '']) {
      for (const end of ['-wal', '-shm']) await fs.rm(file + end, { force: true });
      await fs.writeFile(file, content);
      assert.deepEqual(await found({ words: ['who'] }, filled()), ['whole.txt']);
      indexed().close();
      index = undefined;
    }
    await fs.rm(file);
    await fs.mkdir(path.join(file, 'in the way'), { recursive: true });
    assert.deepEqual(await found({ words: ['who'] }, filled()), ['whole.txt'], 'without any');
  });

  it('does not answer for another ledger, or for one that was restored', async () => {
    for (const name of ['one.txt', 'two.txt', 'three.txt']) await received(given.ledger, name);
    filled().close();
    index = undefined;
    // As after a restore: the same number, another report.
    await given.clock.advance(1000);
    const other = path.join(given.folder(), 'other');
    await fs.mkdir(other);
    const restored = await openLedger(path.join(other, 'ledger.sqlite'), given.clock);
    await fs.copyFile(path.join(given.folder(), 'names.sqlite'), path.join(other, 'names.sqlite'));
    await received(restored, 'new-one.txt');
    const names = new NameIndex(path.join(other, 'ledger.sqlite'));
    const query = { words: ['one'], most: 5 };
    while (names.fill());
    assert.deepEqual(
      (await restored.reportSearch.findReports(query, names)).map(({ name }) => name),
      ['new-one.txt'],
    );
    names.close();
    await restored.close();
  });
});
