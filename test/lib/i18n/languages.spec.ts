/** Tags of others are turned into ours at the door. */
import assert from 'node:assert/strict';
import { isLanguage, languageOfTag, languages, nodeRedTags } from '../../../lib/i18n/languages.ts';
import { preferredLanguage } from '../../../lib/i18n/preferred-language.ts';

const tags: readonly (readonly [tag: string, language: string | undefined])[] = [
  ['en', 'en'],
  ['en-GB', 'en'],
  ['EN_us.UTF-8', 'en'],
  ['zh', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh_TW.UTF-8', 'zh-Hant'],
  ['zh-Hant-CN', 'zh-Hant'],
  ['zh-MO', 'zh-Hant'],
  ['zh-CN', 'zh-Hans'],
  [' zh_CN.UTF-8 ', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['zh-sg', 'zh-Hans'],
  ['de', undefined],
  ['english', undefined],
  ['zhuang', undefined],
  ['C.UTF-8', undefined],
  ['', undefined],
];

describe('tags of languages', () => {
  for (const [tag, language] of tags)
    it(`"${tag}" is ${language}`, () => assert.equal(languageOfTag(tag), language));

  it('are ours already, or those of Node-RED, and lead back', () => {
    for (const language of languages) {
      assert.ok(isLanguage(language));
      assert.equal(languageOfTag(language), language);
      assert.equal(languageOfTag(nodeRedTags[language]), language);
    }
    for (const other of ['zh', 'EN', 'zh-TW', '', undefined, 1]) assert.ok(!isLanguage(other), String(other));
  });

  it('are the first of a browser that is one of ours', () => {
    assert.equal(preferredLanguage('de, fr;q=0.9, zh-CN;q=0.8, en;q=0.7'), 'zh-Hans');
    assert.equal(preferredLanguage('en-HK,zh-HK;q=0.9'), 'en');
    assert.equal(preferredLanguage('zh-HK'), 'zh-Hant');
    assert.equal(preferredLanguage('de,fr'), 'en');
    assert.equal(preferredLanguage(undefined), 'en');
    assert.equal(preferredLanguage(`${'de,'.repeat(20)}zh-CN`), 'en');
  });
});
