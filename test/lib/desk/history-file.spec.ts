/** A list that is saved: nobody takes a part of it for the whole. */
import assert from 'node:assert/strict';
import { historyFile } from '../../../lib/desk/history/page.ts';
import { MOST_ROWS } from '../../../lib/desk/history/view.ts';
import type { Kit } from '../../../lib/desk/kit.ts';
import type { Ask } from '../../../lib/desk/page.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import type { ReadLedger } from '../../../lib/ledger/read-ledger.ts';

/** So many reports, as the ledger finds them: the newest first, those before a number. */
const found = (count: number) => (query: { before?: number; most: number }) => {
  const newest = Math.min(count, (query.before ?? count + 1) - 1);
  return Promise.resolve(
    Array.from({ length: Math.min(query.most, newest) }, (_, index) => ({
      ...{
        versionId: newest - index,
        account: 'HKSCC',
        installation: 'hkscc',
        system: 'CCASS',
        code: 'CCLTN05',
      },
      ...{
        businessDate: '2026-11-30',
        sequence: '',
        name: `n${newest - index}.txt`,
        path: '/INBOX',
        bytes: 1,
      },
      ...{
        receivedAt: 0,
        amended: false,
        routedAt: 1,
        cleanedAt: null,
        inside: '',
        insideWhy: '',
        places: [],
      },
    })),
  );
};

async function save(
  count: number,
  asked: Record<string, string> = {},
  language: (typeof languages)[number] = 'en',
) {
  const ledger = { reportSearch: { findReports: found(count) } } as unknown as ReadLedger;
  const ask = { ledger, names: undefined, now: 0, language } as unknown as Ask<keyof ReadLedger>;
  const { name, body } = await historyFile.file(ask, asked, {} as Kit);
  const rows = body.trimEnd().split('\r\n');
  const names = rows.flatMap((row) => /"(n\d+\.txt)"/.exec(row)?.[1] ?? []);
  return { name, rows, names };
}

describe('the list of reports as a file', () => {
  for (const count of [0, 1, 500, 501, MOST_ROWS]) {
    it(`is whole with ${count} reports, and says nothing else`, async () => {
      const { name, rows, names } = await save(count, { account: 'HKSCC' });
      assert.equal(name, 'rap-reports-HKSCC.csv');
      assert.deepEqual([rows.length, new Set(names).size], [count + 1, count]);
      assert.match(rows[0] ?? '', /^\uFEFF"account",/);
    });
  }

  for (const count of [MOST_ROWS + 1, 2 * MOST_ROWS]) {
    it(`with ${count} reports says in its name, at its top and at its end that it is a part, and where the rest is`, async () => {
      const seen = new Set<string>();
      let asked: Record<string, string> = { account: 'HKSCC' };
      for (let part = 1; ; part++) {
        const { name, rows, names } = await save(count, asked);
        for (const one of names) seen.add(one);
        assert.match(name, /^rap-reports-HKSCC-PART/);
        for (const row of [rows[0], rows.at(-1)]) assert.match(row ?? '', /NOT THE WHOLE LIST/);
        assert.ok(names.length <= MOST_ROWS);
        const [, next] = /\/rap-ops\/history\.csv\?([^" ]+)"$/.exec(rows.at(-1) ?? '') ?? [];
        if (next === undefined) {
          assert.equal(part, Math.ceil(count / MOST_ROWS));
          break;
        }
        asked = Object.fromEntries(new URLSearchParams(next));
        assert.equal(asked.account, 'HKSCC');
      }
      assert.equal(seen.size, count, 'all of them are in one part or another');
    });
  }

  it('says so in the language of whoever saves it', async () => {
    const said = await Promise.all(
      languages.map(async (language) => (await save(MOST_ROWS + 1, {}, language)).rows[0] ?? ''),
    );
    assert.equal(new Set(said).size, languages.length);
    for (const row of said) assert.match(row, /10[,]?000/);
  });
});
