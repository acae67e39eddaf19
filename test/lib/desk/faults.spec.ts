/** Whatever fails is told in the reader's language; the English sentence of the error is shown as what it is. */
import assert from 'node:assert/strict';
import { toldFault } from '../../../lib/desk/fault.ts';
import { textOf } from '../../../lib/desk/html.ts';
import type { Kit } from '../../../lib/desk/kit.ts';
import { lines } from '../../../lib/desk/pages.ts';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import { type Language, languages } from '../../../lib/i18n/languages.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { hasOwnWords } from '../../../lib/mail/cures.ts';
import { fullModels, NOW } from './full-models.ts';

const kit = (language: Language): Kit => ({
  ...{ language, tag: language, now: NOW, login: 'ops1', acts: [], lines, root: './' },
});
const chinese = languages.filter((one) => one !== 'en');
const SENTENCE = 'Sentence of an error about 10.0.0.1';
/** Of a code that this release does not know, and where no code was kept. */
const strange = ['CODE_OF_TOMORROW', ''];

/** A page without what it marks as English. */
const unmarked = (page: string) => page.replaceAll(/<span class="detail" lang="en">[^<]*<\/span>/g, '');

describe('faults on the pages of the desk', () => {
  it('have a name and a cure in every language, and keep their sentence', () => {
    for (const code of errorCodes) {
      for (const language of chinese) {
        const cure = 'A cure for this very case';
        const told = toldFault({ language }, { code, message: SENTENCE, cure });
        assert.equal(told.what, t(language, `errors.status.${code}`));
        assert.equal(told.cure, t(language, `errors.cure.${code}`));
        assert.ok(told.details.includes(SENTENCE), code);
        const common = toldFault({ language }, { code, message: SENTENCE, cure: codes[code].cure });
        assert.deepEqual(common.details, [SENTENCE], 'the common cure is said once, in the language');
        assert.equal(
          toldFault({ language }, { code, message: '' }).what,
          t(language, `errors.status.${code}`),
        );
      }
      const { what, cure, details } = toldFault({ language: 'en' }, { code, message: SENTENCE });
      assert.deepEqual([what, cure, details], [SENTENCE, codes[code].cure, []]);
    }
  });

  it('are not told in the language of the contacts where the reader has another one', () => {
    const own = errorCodes.filter(hasOwnWords);
    assert.ok(own.length > 5);
    for (const code of own) {
      const message = '報告遲到：RP009';
      assert.equal(toldFault({ language: 'zh-Hant' }, { code, message }).what, message);
      const { what, details } = toldFault({ language: 'en' }, { code, message, cure: '查詢' });
      assert.deepEqual([what, details], [t('en', `errors.status.${code}`), [message]]);
    }
    // An English sentence may name a file in Chinese.
    const named = 'Cannot write 報告.zip';
    assert.equal(toldFault({ language: 'en' }, { code: 'NOT_WRITABLE', message: named }).what, named);
  });

  for (const language of chinese)
    it(`stand on no page in ${language} as if they were part of it`, async () => {
      for (const code of [...errorCodes, ...strange]) {
        for (const { name, page, model } of fullModels({ code, message: SENTENCE, cure: SENTENCE })) {
          const made = await textOf(page.main(model, kit(language)));
          assert.ok(
            !unmarked(made).includes('Sentence'),
            `${name}, ${code}: ${/.{90}Sentence/.exec(unmarked(made))}`,
          );
          assert.ok(!page.title(model, kit(language)).includes('Sentence'));
        }
      }
    });

  it('are on every page that has one, in the sentence that the log has too', async () => {
    const calm = [
      'history',
      'contacts: people',
      'contacts: mails',
      'alarms: findings',
      'system: logins',
      'system: starters',
    ];
    for (const { name, page, model } of fullModels({ code: 'LOGIN_REFUSED', message: SENTENCE })) {
      for (const language of languages) {
        const made = await textOf(page.main(model, kit(language)));
        const isTold = made.includes(SENTENCE);
        if (!calm.includes(name)) assert.ok(isTold, `${name} in ${language}`);
        if (isTold && language !== 'en') assert.notEqual(unmarked(made), made);
      }
    }
  });

  it('say what to do where a person acts on them', async () => {
    const acted = ['today', 'alarms: all', 'alarms: one', 'deliver: fault', 'system'];
    for (const language of chinese) {
      const cure = t(language, 'errors.cure.LOGIN_REFUSED').replace(/。$/, '');
      for (const { name, page, model } of fullModels({ code: 'LOGIN_REFUSED', message: SENTENCE })) {
        if (!acted.includes(name)) continue;
        assert.ok((await textOf(page.main(model, kit(language)))).includes(cure), `${name} in ${language}`);
      }
    }
  });
});
