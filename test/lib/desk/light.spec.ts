/** The light where Today has no answer, and how much it says. That it says the same is asked in today.spec.ts. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kit } from '../../../lib/desk/kit.ts';
import type { Light } from '../../../lib/desk/light/file.ts';
import { lines } from '../../../lib/desk/pages.ts';
import { Renderer } from '../../../lib/desk/render.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import { Evening } from './support.ts';

describe("the desk's light", () => {
  const kit: Kit = {
    ...{ language: 'en', tag: 'en', now: Date.UTC(2026, 10, 20, 14), login: '', acts: [], lines, root: './' },
  };

  it('says in each language that nothing has run, and is bad where the ledger is gone or is none', async () => {
    const home = await makeHome();
    const renderer = new Renderer(home);
    const live = { home, owner: 'x', profile: 'live', accounts: [], facts: [], faults: [] };
    const ask = async (lang: string) => {
      const question = { path: 'light', query: { lang }, live, kit, pieces: false, known: '', gzip: false };
      const { status, body, file } = await renderer.answer(question);
      assert.deepEqual([status, file], [200, '']);
      return JSON.parse(body) as Light;
    };
    try {
      const headlines = new Set<string>();
      for (const lang of languages) {
        const { tone, headline, others, asOf } = await ask(lang);
        assert.deepEqual([tone, others.length, asOf], ['warn', 1, '22:00:00']);
        headlines.add(headline);
      }
      assert.equal(headlines.size, languages.length);
      assert.ok(headlines.has('Nothing has run here yet'));
      // What only a ledger leaves behind: there was one.
      for (const left of ['ledger.sqlite.seal', 'ledger.sqlite-wal']) {
        await writeFile(join(home, left), '');
        const { tone, headline } = await ask('en');
        assert.deepEqual([tone, headline], ['bad', 'The ledger cannot be read: nothing can be said'], left);
        await rm(join(home, left));
      }
      await writeFile(join(home, 'ledger.sqlite'), 'no ledger at all');
      assert.equal((await ask('xx')).tone, 'bad');
      await rm(join(home, 'ledger.sqlite'));
    } finally {
      await renderer.close();
      await removeHome(home);
    }
  });

  it('names some of many things, and says how many there are', async () => {
    const evening = await Evening.begin();
    try {
      await evening.lease();
      const { live } = evening;
      const faults = Array.from({ length: 30 }, (_, n) => ({
        ...{
          node: `node ${n}`,
          type: 'rap-list',
          code: 'CONFIG_INVALID',
          message: `is broken in way ${n}`,
          cure: '',
        },
      }));
      const leftovers = Array.from({ length: 40 }, (_, n) => ({
        ...{ kind: 'contact' as const, value: `${n}@broker.example` },
      }));
      const of = { kind: 'leftovers' as const, node: 'c', type: 'rap-contacts', name: 'Contacts', leftovers };
      evening.live = { ...live, faults, facts: [...live.facts, of] };
      const light = JSON.parse((await evening.ask('en', 'light')).body) as Light;
      assert.ok(light.more >= 30 && light.others.length <= 6, JSON.stringify(light));
      assert.deepEqual([light.leftovers.length, light.moreLeftovers], [6, 40]);
      assert.match(light.leftovers[0] ?? '', /^Contacts: contact 0@broker\.example is the example's$/);
    } finally {
      await evening.end();
    }
  });
});
