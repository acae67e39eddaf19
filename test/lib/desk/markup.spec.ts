/**
 * Nothing that a server, a mail, a setting or a person wrote becomes markup: whatever stands in the texts of a page's
 * model, the page has the same elements with the same attributes, and its links lead to the desk itself.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { textOf } from '../../../lib/desk/html.ts';
import type { Kit } from '../../../lib/desk/kit.ts';
import { notice, pieces, type Sheet, wholePage } from '../../../lib/desk/layout.ts';
import { lines } from '../../../lib/desk/pages.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { formOf } from '../../../nodes/desk/acts/form.ts';
import { acts } from '../../../nodes/desk/acts/index.ts';
import { loginPage } from '../../../nodes/desk/login-page.ts';
import { fullModels, NOW } from './full-models.ts';

/** What decides how a page is made: no text of anybody, or a date that is read. */
const FIXED: readonly string[] = [
  ...['part', 'kind', 'state', 'level', 'outcome', 'tells', 'place', 'verdict', 'quality', 'what', 'rule'],
  ...['about', 'says', 'from', 'installation', 'dataCentre', 'centre', 'inside', 'insideWhy', 'type', 'show'],
  ...[
    'decision',
    'date',
    'businessDate',
    'today',
    'to',
    'start',
    'end',
    'cutOff',
    'until',
    'readable',
    'restore',
  ],
  ...['milestone', 'trigger', 'because', 'publicKey', 'before', 'after', 'owner'],
];
/** Of a fixed name, and written by people or machines all the same. */
const isText = (path: readonly string[]) =>
  ['job.about', 'query.to', 'of.to', 'acts.what', 'events.what'].some((end) => path.join('.').endsWith(end));

/** The model with a text of `texts` in the place of each text. */
function filled(value: unknown, texts: () => string, path: readonly string[] = []): unknown {
  const name = path.at(-1) ?? '';
  if (typeof value === 'string')
    return value === '' || value === 'unrecognised' || (FIXED.includes(name) && !isText(path))
      ? value
      : texts();
  if (Array.isArray(value)) return value.map((one) => filled(one, texts, path));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, filled(one, texts, [...path, key])]),
  );
}

const TAG = /<(\/?[a-z][a-z0-9]*)((?:\s[a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>/gi;

/** Elements with the names of their attributes. @throws when anything else looks like markup */
function elementsOf(page: string): string[] {
  const elements: string[] = [];
  // What is shown as it was written is marked by its language, which is told from its letters.
  const own = page.replaceAll(/<span class="detail"(?: lang="en")?>([^<]*)<\/span>/g, '$1');
  const rest = own.replaceAll(TAG, (_, name: string, attributes: string) => {
    const names = [...attributes.matchAll(/\s([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi)];
    for (const [, attribute = '', value = ''] of names) {
      assert.doesNotMatch(attribute, /^(?:on|style$|srcdoc$)/i);
      if (/^(?:href|src|action|formaction)$/i.test(attribute))
        assert.match(
          value,
          /^(?:\.{1,2}\/(?!\/)|\?|#|tel:[\d+]*$|data:,$|session$)/,
          `${name} leads to ${value}`,
        );
    }
    elements.push(`${name}[${names.map(([, attribute]) => attribute)}]`);
    return '';
  });
  assert.doesNotMatch(rest, /[<>]/, 'what is no element has no brackets');
  return elements;
}

const evil = fc.oneof(
  fc.constantFrom(
    ...[
      '<img src=x onerror=alert(1)>',
      '"><script>alert(1)</script>',
      "' onclick='alert(1)",
      '</svg><b>',
      '{n}',
    ],
    ...[
      'javascript:alert(1)',
      '//evil.example/x',
      '<!--',
      ']]>',
      '&lt;b&gt;',
      '\u0000' + '1\u0000',
      '</main>',
    ],
    ...['"><a href="https://evil.example">', '\u202e<b>', '{message}', '%3Cb%3E', '..', '\\"><i>', '$&$1'],
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', '#', '/', '=', ' ', 'b'), minLength: 1 }),
);
/** Blanks alone count as nothing in many places. */
const isSeen = (text: string) => text.trim() !== '';
/** Endless, by turns. */
const turns = (texts: readonly string[]) => {
  let at = 0;
  return () => texts[at++ % texts.length] ?? '';
};
const someTexts = fc.array(evil.filter(isSeen), { minLength: 7, maxLength: 7 });
const runs = { seed: 20261130, numRuns: 25 };

const allActs = acts.map(({ name }) => name);
const kit = (language: Kit['language'], login = 'ops1'): Kit => ({
  ...{ language, tag: language, now: NOW, login, acts: allActs, lines, root: './' },
});

describe('texts of others on the desk', () => {
  for (const { name, page, model } of fullModels({ code: 'CODE_OF_TOMORROW', message: 'x', cure: 'y' }))
    it(`${name}: are texts`, async () => {
      for (const language of languages) {
        const madeWith = async (texts: readonly string[]) =>
          elementsOf(await textOf(page.main(filled(model, turns(texts)), kit(language))));
        await fc.assert(
          fc.asyncProperty(someTexts, async (texts) => {
            // What is the same stays the same: pages put together what is.
            const harmless = texts.map((one) => `x${texts.indexOf(one)}`);
            const plain = await madeWith(harmless);
            assert.ok(plain.length > 3);
            assert.deepEqual(await madeWith(texts), plain);
          }),
          { ...runs, numRuns: 12 },
        );
      }
    });

  it('around a page: its title, the login, accounts, the page itself', async () => {
    const whole = async (text: string) => {
      const t = kit('zh-Hant', text);
      const sheet: Sheet = {
        ...{ title: text, line: 'today', lines, main: notice(t, text, text), follows: 'yes' },
        facts: {
          openAlarms: 2,
          dataCentres: [
            { account: text, installation: 'hkscc', dataCentre: 'secondary' },
            { account: `${text}2`, installation: 'hkscc', dataCentre: 'primary' },
          ],
        },
      };
      const page = await wholePage(sheet, t, await pieces(sheet, t, '10:00:00'));
      return elementsOf(page.replace(/^<!doctype html>/, '').replace(/<style[\s\S]*?<\/style>/, ''));
    };
    const plain = await whole('x');
    await fc.assert(
      fc.asyncProperty(evil, async (text) => assert.deepEqual(await whole(text), plain)),
      runs,
    );
  });

  it('in the forms of acts and of the login', async () => {
    for (const act of acts) {
      const form = (texts: readonly string[]) => {
        const next = turns(texts);
        const given = Object.fromEntries(act.fields.map((field) => [field.name, next()]));
        return formOf(act, 'zh-Hans', given, next());
      };
      const plain = elementsOf(await form(['x']));
      await fc.assert(
        fc.asyncProperty(someTexts, async (texts) =>
          assert.deepEqual(elementsOf(await form(texts)), plain, act.name),
        ),
        { ...runs, numRuns: 8 },
      );
    }
    const login = async (next: string) => {
      const made = await loginPage(kit('en', ''), { next, ended: true, elsewhere: false });
      return elementsOf(made.replace(/^<!doctype html>/, '').replace(/<style[\s\S]*?<\/style>/, ''));
    };
    const plain = await login('x');
    await fc.assert(
      fc.asyncProperty(evil, async (text) => assert.deepEqual(await login(text), plain)),
      runs,
    );
  });
});
