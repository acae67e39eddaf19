import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { codes, type ErrorCode } from '../../lib/errors/codes.ts';
import { catalogues } from '../../lib/i18n/catalogues.ts';
import { languages, nodeRedTags } from '../../lib/i18n/languages.ts';
import {
  faultText,
  resultText,
  resultWords,
  type StatusKey,
  shortAddress,
  statusText,
} from '../../nodes/runtime/status-texts.ts';
import { type Definition, readDialogs } from '../support/dialogs.ts';
import type { FlowNode } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

const statusKeys = Object.keys(catalogues.en).flatMap((key) =>
  key.startsWith('nodes.status.') ? [key.slice('nodes.status.'.length) as StatusKey] : [],
);

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const palette = JSON.parse(text('package.json')) as { 'node-red': { nodes: Record<string, string> } };
const types = Object.keys(palette['node-red'].nodes);
const configTypes = ['rap-account', 'rap-contacts', 'rap-plan'];

const { definitions } = readDialogs();

function definitionOf(type: string): Definition {
  const definition = definitions.get(type);
  assert.ok(definition, `${type} registers itself`);
  return definition;
}

function keysOf(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${path}${key}.`) : [`${path}${key}`],
  );
}

function textAt(tree: object, path: string): string {
  const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], tree);
  return String(found);
}

describe('palette', () => {
  for (const type of types) {
    describe(type, () => {
      const html = text(`nodes/${type}/editor.html`);
      const english = JSON.parse(text(`nodes/${type}/locales/en-US/${type}.json`)) as object;

      it('registers with category, colour and an icon of its own', () => {
        const { category, color, icon, defaults } = definitionOf(type);
        assert.equal(category, configTypes.includes(type) ? 'config' : 'HKEX RAP');
        assert.match(color, /^#[0-9a-f]{6}$/);
        assert.equal(icon, `${type}.svg`);
        assert.ok(existsSync(new URL(`icons/${icon}`, root)));
        assert.ok('name' in defaults);
      });

      it('names in its texts what the editor fills in, in each language', () => {
        const asked = [
          ...text(`nodes/${type}/editor.ts`).matchAll(/\btext\([`']([^`']+)[`'], \{([^{}]*)\}\)/g),
        ];
        for (const tag of Object.values(nodeRedTags)) {
          const tree = JSON.parse(text(`nodes/${type}/locales/${tag}/${type}.json`)) as {
            [key: string]: object;
          };
          const texts = new Map(keysOf(tree[type] ?? {}).map((key) => [key, textAt(tree[type] ?? {}, key)]));
          for (const [, key = '', values = ''] of asked) {
            const of = new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{\w+\}/, '[^.]+')}$`);
            const said = [...texts].filter(([one]) => of.test(one));
            assert.notEqual(said.length, 0, `${tag} ${key}`);
            for (const value of values.split(',').map((one) => one.split(':')[0]?.trim() ?? '')) {
              if (!/^\w+$/.test(value)) continue;
              assert.ok(
                said.some(([, words]) => words.includes(`__${value}__`)),
                `${tag} ${key} ${value}`,
              );
            }
          }
        }
      });

      it('labels its ports', () => {
        const { inputs, outputs, inputLabels, outputLabels, category } = definitionOf(type);
        if (category === 'config') return;
        assert.equal(inputs, 1);
        assert.ok((outputs ?? 0) >= 1);
        assert.equal(typeof inputLabels, 'function');
        assert.equal(typeof outputLabels, 'function');
      });

      it('has a field in its dialog for every setting that is not a table', () => {
        const { defaults, credentials = {} } = definitionOf(type);
        const prefix = configTypes.includes(type) ? 'node-config-input' : 'node-input';
        for (const [setting, { value }] of [
          ...Object.entries(defaults),
          ...Object.keys(credentials).map((key) => [key, { value: '' }] as const),
        ]) {
          if (Array.isArray(value) || setting === 'version') continue;
          assert.match(html, new RegExp(`id="${prefix}-${setting}"`), setting);
        }
      });

      for (const language of Object.values(nodeRedTags)) {
        it(`speaks ${language}: every label, and help in the usual order`, () => {
          const words = JSON.parse(text(`nodes/${type}/locales/${language}/${type}.json`)) as object;
          assert.deepEqual(keysOf(words).sort(), keysOf(english).sort());
          const keys = new Set(keysOf(words));
          for (const [, key = ''] of html.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"/g)) {
            assert.ok(keys.has(key), `${key} is missing`);
          }
          const help = text(`nodes/${type}/locales/${language}/${type}.html`);
          assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">\\n<p>`));
          const headings = [...help.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, heading]) => heading);
          const order = {
            'en-US': ['Inputs', 'Outputs', 'Details', 'References'],
            'zh-TW': ['輸入', '輸出', '詳情', '參考'],
            'zh-CN': ['输入', '输出', '详情', '参考'],
          }[language];
          assert.deepEqual(
            headings,
            order.filter((heading) => headings.includes(heading)),
          );
          assert.ok(headings.length >= (configTypes.includes(type) ? 1 : 3));
        });
      }
    });
  }

  it('draws white icons, two by three, on nothing', async () => {
    for (const file of await readdir(new URL('icons/', root))) {
      const svg = text(`icons/${file}`);
      assert.match(svg, /width="40" height="60" viewBox="0 0 40 60"/);
      const paints = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint);
      assert.deepEqual([...new Set(paints)].sort(), ['#fff', 'none'], file);
    }
  });

  it('keeps every status text under 20 characters, with the longest values they show', () => {
    const longest: Record<string, string> = {
      address: shortAddress('127.152.141.142:18801'),
      when: '12-28 21:30',
      done: '99999',
      all: '99999',
      fresh: '9999',
      ok: '4',
      failed: '9999',
      time: '17:35',
      date: '2025-06-21',
      accounts: '12',
      what: 'restore check',
      equal: '9999',
      differ: '9999',
      n: '999',
      here: '999',
    };
    const few = { all: '999', done: '999', fresh: '999', failed: '999' };
    const checked = { ...longest, all: '4' };
    assert.equal(shortAddress('rap-secondary.hkex.example:18801').length, 9);
    for (const language of languages) {
      longest.site = statusText('secondary', language);
      longest.second = statusText('second', language);
      for (const word of statusKeys) {
        const shown = statusText(word, language, word === 'checked' ? checked : longest);
        assert.ok(shown.length > 0 && shown.length < 20, `${language} ${word}: ${shown}`);
        assert.doesNotMatch(shown, /[{}]/);
      }
      for (const word of resultWords) {
        const shown = resultText(word, language, 0, { ...longest, ...few });
        assert.ok(shown.length > 8 && shown.length < 20, `${language} ${word}: ${shown}`);
      }
      for (const code of Object.keys(codes) as ErrorCode[]) {
        const shown = faultText(code, language);
        assert.notEqual(shown, code, 'every code has words of its own');
        assert.ok(shown.length > 0 && shown.length < 20, `${language} ${code}: ${shown}`);
      }
    }
  });
});

/** The type of the config node that a setting names, or that a property of the node's subflow stands for. */
function typeOf(flow: FlowNode[], { z }: FlowNode, chosen: string): unknown {
  const subflow = flow.find(({ id }) => id === z) as { env?: { name: string; type: string }[] } | undefined;
  const property = subflow?.env?.find(({ name }) => chosen === `\${${name}}`);
  return property?.type ?? flow.find(({ id }) => id === chosen)?.type;
}

describe('shipped flows', () => {
  it('use every node of the palette, with its settings as the dialog saves them, and no credentials', async () => {
    const used = new Set<string>();
    const files = (await readdir(new URL('flows/', root))).filter((file) => file.endsWith('.json'));
    for (const file of files) {
      const flow = await readFlow(file);
      const ids = new Set(flow.map((node) => node.id));
      assert.equal(ids.size, flow.length, 'ids are unique');
      for (const node of flow) {
        used.add(node.type);
        assert.match(node.id, /^[0-9a-f]{16}$/);
        assert.ok(!('credentials' in node));
        for (const target of ((node.wires ?? []) as string[][]).flat()) assert.ok(ids.has(target));
        for (const group of node.g === undefined ? [] : [node.g]) assert.ok(ids.has(String(group)));
        if (!types.includes(node.type)) continue;
        const { defaults } = definitionOf(node.type);
        const frame = ['id', 'type', 'z', 'g', 'x', 'y', 'wires', 'info'];
        const settings = Object.keys(node).filter((key) => !frame.includes(key));
        assert.deepEqual(settings.sort(), Object.keys(defaults).sort(), `${file}: ${node.type}`);
        for (const [key, { type, required }] of Object.entries(defaults)) {
          if (required === false && node[key] === '') continue;
          if (type !== undefined) assert.equal(typeOf(flow, node, String(node[key])), type);
        }
      }
    }
    assert.deepEqual(
      types.filter((type) => !used.has(type)),
      [],
    );
  });
});
