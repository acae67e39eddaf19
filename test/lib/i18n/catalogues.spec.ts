/** The texts of three languages: the same keys, the same braces, all of them used, and each in its own script. */
import assert from 'node:assert/strict';
import fs, { globSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { catalogues } from '../../../lib/i18n/catalogues.ts';
import type { Text } from '../../../lib/i18n/en/index.ts';
import { languages, nodeRedTags } from '../../../lib/i18n/languages.ts';
import { isKey, type Key, t } from '../../../lib/i18n/translate.ts';
import { wrongScript } from '../../support/scripts.ts';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const files = (pattern: string) => globSync(pattern, { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const keys = Object.keys(catalogues.en) as Key[];
const rooms = files('lib/i18n/en/*.json').map((file) => path.basename(file, '.json'));
const chinese = ['zh-Hant', 'zh-Hans'] as const;

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);
const braces = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));

/** Braces in which translations of one text differ; the form for one may leave out what it need not say. */
function differingBraces(texts: readonly Text[]): string[] {
  const all = texts.map((text) => forms(text).map(braces));
  const whole = all.map((each) => each.at(-1) ?? new Set<string>());
  const differ = whole.flatMap((one) =>
    whole.flatMap((other) => [...one].filter((name) => !other.has(name))),
  );
  const only = all.flatMap((each, index) =>
    each.flatMap((one) => [...one].filter((name) => !whole[index]?.has(name))),
  );
  return [...new Set([...differ, ...only])];
}

/** What code asks for: whole keys, and patterns of keys that it makes of a part. */
function asked(source: string): string[] {
  const room = `(?:${rooms.join('|')})`;
  const found = source.matchAll(
    new RegExp(`'(${room}\\.[^'\\n]+)'|\`(${room}\\.(?:[^\`$]|\\$\\{[^}]*\\})+)\``, 'g'),
  );
  return [...found].map(([, plain, made]) => plain ?? (made ?? '').replaceAll(/\$\{[^}]*\}/g, '*'));
}

function isAsked(key: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`).test(key);
  });
}

/** Half-width marks beside Chinese letters, or quotation marks of the other script. */
function oddMarks(text: string, language: (typeof chinese)[number]): string[] {
  const halfWidth = text.match(/\p{Script=Han} ?[,;:?!()]|[,;:?!()] ?\p{Script=Han}/gu) ?? [];
  const stops = text.match(/\p{Script=Han}\.(?!\w)/gu) ?? [];
  const quotes = language === 'zh-Hant' ? /[“”]/g : /[「」]/g;
  return [...halfWidth, ...stops, ...(text.match(quotes) ?? [])];
}

describe('catalogues', () => {
  it('have the same keys in every language, each in the file of its room', () => {
    assert.ok(keys.length > 1000, `only ${keys.length} keys were found`);
    for (const language of languages) {
      const found = rooms.flatMap((room) => {
        const own = Object.keys(JSON.parse(read(`lib/i18n/${language}/${room}.json`)));
        assert.deepEqual(
          own.filter((key) => !key.startsWith(`${room}.`)),
          [],
          `${language}/${room}.json holds keys of another room`,
        );
        return own;
      });
      assert.deepEqual(found.sort(), keys.toSorted(), language);
    }
  });

  it('see braces that one language has and another has not', () => {
    assert.deepEqual(differingBraces(['{a} and {b}', '{b} {a}']), []);
    assert.deepEqual(differingBraces([{ one: '1 of {a}', other: '{n} of {a}' }, '{n} {a}']), []);
    assert.deepEqual(differingBraces(['{a}', '{b}']), ['a', 'b']);
    assert.deepEqual(differingBraces([{ one: '{n} {x}', other: '{n}' }, '{n}']), ['x']);
    assert.deepEqual(differingBraces(['{n}', '{n}', '{N}']), ['n', 'N']);
  });

  it('have the same braces in every language', () => {
    const differing = keys.flatMap((key) => {
      const found = differingBraces(languages.map((language) => catalogues[language][key]));
      return found.length === 0 ? [] : [`${key}: ${found.join(', ')}`];
    });
    assert.deepEqual(differing, []);
  });

  it('know which keys code asks for, whole or made of a part', () => {
    const room = rooms[0] ?? '';
    const source = `t(l, '${room}.a.b'); tell(t, \`${room}.x.\${kind}.y\`); say('${room}'); '${room}er.z'`;
    assert.deepEqual(asked(source), [`${room}.a.b`, `${room}.x.*.y`]);
    assert.ok(isAsked(`${room}.x.late.y`, asked(source)));
    assert.ok(!isAsked(`${room}.x.late`, asked(source)));
  });

  it('hold nothing that is never asked for', () => {
    const sources = files('{lib,nodes,bin,simulator}/**/*.ts').filter(
      (file) => !file.startsWith('lib/i18n/'),
    );
    const patterns = [...new Set(sources.flatMap((file) => asked(read(file))))];
    assert.deepEqual(
      patterns.filter((pattern) => /^[\w-]+\.\*$/.test(pattern)),
      [],
      'a pattern that begins so early asks for a whole room',
    );
    const whole = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    const made = patterns.filter((pattern) => pattern.includes('*'));
    assert.deepEqual(
      keys.filter((key) => !whole.has(key) && !isAsked(key, made)),
      [],
    );
  });

  it('are filled in as they count', () => {
    const counted = keys.filter((key) => typeof catalogues.en[key] !== 'string');
    assert.ok(counted.length > 50);
    for (const key of counted) {
      const [one = '', other = ''] = forms(catalogues.en[key]);
      assert.equal(t('en', key, { n: 1 }), one.replaceAll('{n}', '1'));
      for (const n of [0, 2, 21]) assert.equal(t('en', key, { n }), other.replaceAll('{n}', String(n)));
      for (const language of chinese) assert.equal(typeof catalogues[language][key], 'string', key);
    }
  });

  it('are found by every key in every language', () => {
    for (const language of languages) {
      for (const key of keys) {
        const text = catalogues[language][key];
        assert.equal(t(language, key), typeof text === 'string' ? text : text.other, `${language} ${key}`);
      }
    }
  });

  it('are read again when they could not be read, and told by their keys meanwhile', async () => {
    const fresh = '../../../lib/i18n/translate.ts?unread';
    const { t: tell, isKey: isKeyThere, readAllTexts } = await import(fresh);
    const { readFileSync } = fs;
    const tooMany = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    fs.readFileSync = () => {
      throw tooMany;
    };
    syncBuiltinESMExports();
    try {
      for (const key of [
        'desk.frame.login.slow',
        'errors.cure.USAGE',
        'mail.notLookedAgain.removed',
      ] as const) {
        assert.equal(tell('zh-Hant', key), key);
        assert.equal(isKeyThere(key), false);
      }
      assert.throws(() => readAllTexts(), tooMany);
    } finally {
      fs.readFileSync = readFileSync;
      syncBuiltinESMExports();
    }
    assert.equal(tell('en', 'errors.cure.USAGE'), t('en', 'errors.cure.USAGE'));
    assert.ok(isKeyThere('errors.cure.USAGE'));
  });

  it('are not taken for files that lie elsewhere', () => {
    for (const name of [
      '..',
      '../en/desk.x',
      '/etc/hosts.x',
      'index.ts',
      '.desk',
      'en/desk.today.x',
      'hasOwn.x',
    ]) {
      assert.ok(!isKey(name), name);
    }
  });

  it('are not taken for what every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', '', 'desk']) assert.ok(!isKey(name), name);
    for (const key of keys) assert.ok(isKey(key), key);
  });
});

describe('Chinese texts', () => {
  it('see letters of the other script, and marks of the other width', () => {
    assert.deepEqual(wrongScript('登录已锁定', 'zh-Hant'), ['录', '锁']);
    assert.deepEqual(wrongScript('資料夾', 'zh-Hans'), ['資', '夾']);
    assert.deepEqual(wrongScript('公里之後，系統', 'zh-Hant'), []);
    assert.deepEqual(oddMarks('沒有, 已停止', 'zh-Hant'), ['有,']);
    assert.deepEqual(oddMarks('已停止.', 'zh-Hans'), ['止.']);
    assert.deepEqual(oddMarks('按「開始」', 'zh-Hant'), []);
    assert.deepEqual(oddMarks('按「开始」', 'zh-Hans'), ['「', '」']);
    assert.deepEqual(oddMarks('匯入 10.2.3.4:22（SHA-256）', 'zh-Hant'), []);
  });

  for (const language of chinese) {
    const dialog = files(`nodes/*/locales/${nodeRedTags[language]}/*`).map(
      (file) => [file, read(file)] as const,
    );
    const texts = [
      ...keys.flatMap((key) => forms(catalogues[language][key]).map((text) => [key, text] as const)),
      ...dialog,
    ];
    const found = (of: (text: string) => readonly string[]) =>
      texts.flatMap(([name, text]) => of(text).map((one) => `${name}: ${one}`));

    it(`are written in one script: ${language}`, () => {
      assert.ok(dialog.length > 20);
      assert.deepEqual(
        found((text) => wrongScript(text, language)),
        [],
      );
    });

    it(`leave no sentence in English: ${language}`, () => {
      const english = keys.flatMap((key) =>
        forms(catalogues[language][key])
          .map((text) => text.replaceAll(/\{\w+\}|Webhook|ECDSA|Ed25519/g, ''))
          .filter((text) => /\p{L}{4}/u.test(text) && !/\p{Script=Han}/u.test(text))
          .map((text) => `${key}: ${text}`),
      );
      assert.deepEqual(english, []);
    });

    it(`address people politely: ${language}`, () => {
      assert.deepEqual(
        found((text) => text.match(/[你妳]/g) ?? []),
        [],
      );
    });

    it(`have the marks of their script: ${language}`, () => {
      const odd = keys.flatMap((key) =>
        forms(catalogues[language][key]).flatMap((text) =>
          oddMarks(text, language).map((mark) => `${key}: ${mark}`),
        ),
      );
      assert.deepEqual(odd, []);
    });
  }
});
