/**
 * The rules for publishing a palette (the checks that the Node-RED catalogue's scorecard makes, and the style
 * guide's), held against the sources without a network.
 */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRedTags } from '../../lib/i18n/languages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const types = Object.keys(manifest['node-red'].nodes);
const languages = Object.values(nodeRedTags);

/** Every key path of a catalogue of texts, sorted. */
function keysOf(texts: Record<string, unknown>, path = ''): string[] {
  return Object.entries(texts)
    .flatMap(([key, value]) =>
      typeof value === 'object' && value !== null
        ? keysOf(value as Record<string, unknown>, `${path}${key}.`)
        : [`${path}${key}`],
    )
    .sort();
}

describe('palette', () => {
  it('has a scoped name, a licence, a place for bugs, the keyword, and says which Node-RED and Node.js it needs', () => {
    assert.match(manifest.name, /^@[a-z-]+\/node-red-[a-z-]+$/);
    assert.equal(manifest.license, 'Apache-2.0');
    assert.match(read('LICENSE'), /Apache License\s+Version 2\.0/);
    assert.match(manifest.repository.url, /^git\+https:/);
    assert.match(manifest.bugs.url, /^https:/);
    assert.ok(manifest.keywords.includes('node-red'));
    assert.match(manifest['node-red'].version, /^>=5/);
    assert.match(manifest.engines.node, /^>=22/);
  });

  it('has scripts that cmd.exe reads as a shell of Linux does: a program and its words', () => {
    const odd = (line: string) => !/^(node|biome) [\w./: -]+$/.test(line);
    for (const [name, line] of Object.entries<string>(manifest.scripts))
      assert.ok(!odd(line), `${name}: ${line}`);
    for (const line of ['exec node scripts/start.js', 'X=1 node a.js', "node -e 'x'", 'node a.js; node b.js'])
      assert.ok(odd(line), line);
  });

  it('brings no development tool, and nothing that runs at installation, to its users', () => {
    assert.deepEqual(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name)),
      [],
    );
    assert.equal(manifest.optionalDependencies, undefined);
    for (const tool of ['node-red', 'smtp-server', 'mocha', 'typescript', 'playwright-core']) {
      assert.equal(manifest.dependencies[tool], undefined, tool);
    }
  });

  it('lists every folder of nodes/ with a page for the editor as a node or a plugin, and no other', () => {
    const places = Object.values(manifest['node-red'].plugins as Record<string, string>);
    for (const place of places) {
      assert.ok(existsSync(join(root, place.replace(/^dist\//, '').replace(/\.js$/, '.ts'))), place);
    }
    const plugins = places.map((place) => place.split('/')[2]);
    const folders = globSync('nodes/*/{editor,desk}.html', { cwd: root }).map((file) => file.split('/')[1]);
    assert.deepEqual(folders.filter((folder) => !plugins.includes(folder)).sort(), [...types].sort());
    for (const type of types) {
      assert.equal(manifest['node-red'].nodes[type], `dist/nodes/${type}/${type}.js`);
      assert.ok(existsSync(join(root, `nodes/${type}/${type}.ts`)), type);
    }
  });

  for (const type of types) {
    describe(type, () => {
      const form = read(`nodes/${type}/editor.html`);

      it('registers exactly its own type, with literal definitions that tools can read', () => {
        const html = read(`dist/nodes/${type}/${type}.html`);
        const registered = [...html.matchAll(/RED\.nodes\.registerType\("([\w-]+)", \{/g)].map(
          (match) => match[1],
        );
        assert.deepEqual(registered, [type]);
        assert.match(html, /^ {2}category: "(HKEX RAP|config)",$/m);
        assert.match(html, /^ {2}color: "#[0-9a-f]{6}",$/m);
        assert.match(html, /^ {2}defaults: \{$/m);
        assert.match(html, new RegExp(`^ {2}icon: "${type}\\.svg",$`, 'm'));
        assert.match(html, new RegExp(`data-template-name="${type}"`));
      });

      it('has an icon of its own: white on nothing, two to three', () => {
        const svg = read(`icons/${type}.svg`);
        const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
        assert.equal(Number(width) / Number(height), 2 / 3);
        assert.ok(Number(width) >= 40);
        const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map((match) => match[1]);
        assert.ok(
          colours.every((colour) => ['#fff', '#ffffff', 'white', 'none'].includes(colour ?? '')),
          String(colours),
        );
      });

      it('speaks English and both kinds of Chinese, with the same texts and a help page in each', () => {
        const texts = languages.map((language) =>
          keysOf(JSON.parse(read(`nodes/${type}/locales/${language}/${type}.json`))),
        );
        assert.ok((texts[0] ?? []).length > 0);
        assert.deepEqual(texts[1], texts[0]);
        assert.deepEqual(texts[2], texts[0]);
        for (const language of languages) {
          const help = read(`nodes/${type}/locales/${language}/${type}.html`);
          assert.match(help, new RegExp(`data-help-name="${type}"`), language);
        }
      });

      it('has a text for every key its dialog uses', () => {
        const known = keysOf(JSON.parse(read(`nodes/${type}/locales/en-US/${type}.json`)));
        const used = [...form.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"/g)].map((match) => match[1] ?? '');
        assert.deepEqual(
          used.filter((key) => key.startsWith(`${type}.`) && !known.includes(key)),
          [],
        );
      });

      it('is used by a shipped example', () => {
        const examples = globSync('flows/*.json', { cwd: root }).map(read);
        const using = examples.filter((text) =>
          JSON.parse(text).some((node: { type: string }) => node.type === type),
        );
        assert.ok(using.length > 0);
      });
    });
  }
});
