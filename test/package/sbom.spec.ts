/** What a release says of the packages it brings along. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Program, root } from '../scripts/processes.ts';

const module: string = new URL('../../scripts/support/sbom.js', import.meta.url).href;
const { lasting, licencePage, licencesOf } = await import(module);
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Licences that ask for nothing but their text. */
const FREE = /^(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|Unlicense)$/;

describe('The list of packages of a release', function () {
  this.timeout(300_000);
  let folder: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of npm
  let sbom: any;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rap-sbom-'));
    const program = new Program(process.execPath, [join(root, 'scripts/sbom.js'), '--to', folder], {});
    assert.equal(await program.end(), 0, program.output);
    sbom = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is of the palette and holds what it asks for in the very version, and no tool of development', () => {
    assert.equal(sbom.metadata.component.name, '@rap-ops/node-red-hkex');
    const versions = new Map(
      sbom.components.map((one: { name: string; version: string }) => [one.name, one.version]),
    );
    for (const [name, version] of Object.entries(dependencies))
      assert.equal(versions.get(name), version, name);
    for (const name of Object.keys(devDependencies)) assert.ok(!versions.has(name), name);
  });

  it('says nothing of the machine or the time', () => {
    const text = JSON.stringify(sbom);
    for (const word of [tmpdir(), folder, 'file:', 'serialNumber', 'timestamp'])
      assert.ok(!text.includes(word), word);
  });

  it('names a licence that lets a firm use it, for each', () => {
    for (const one of sbom.components) assert.match(licencesOf(one), FREE, one.name);
    const page = readFileSync(join(folder, 'licences.md'), 'utf8');
    assert.equal(page, licencePage(sbom));
    for (const one of sbom.components) assert.ok(page.includes(`| ${one.name} | ${one.version} |`), one.name);
  });

  it('is the same in whatever order and wherever npm found the packages', () => {
    const local = (place: string) => ({ type: 'distribution', url: `file:${place}/palette.tgz` });
    const component = (ref: string, places: object[] = []) => ({
      'bom-ref': ref,
      externalReferences: places,
    });
    const refs = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(refs, fc.infiniteStream(fc.nat(1000)), fc.string(), (names, random, place) => {
        const shuffled = <T>(all: readonly T[]) =>
          all
            .map((one) => ({ one, at: random.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
        const made = (order: <T>(all: readonly T[]) => T[], where: string) =>
          lasting({
            serialNumber: `urn:uuid:${where}`,
            metadata: { timestamp: where, tools: [], component: component(where) },
            components: order([
              component('our palette', [local(where)]),
              ...names.map((ref) => component(ref)),
            ]),
            dependencies: order([
              { ref: 'palette@0.0.0', dependsOn: ['our palette'] },
              ...names.map((ref) => ({ ref, dependsOn: order(names) })),
            ]),
          });
        assert.deepEqual(
          made(shuffled, place),
          made((all) => [...all], '/elsewhere'),
        );
      }),
      { seed: 17, numRuns: 100 },
    );
  });
});

describe('docs/dependencies.md', () => {
  it('says of each package that the palette asks for what it is for, and of no other', () => {
    const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
    const [table] = page.split('## Packages without a release');
    const rows = [...(table ?? '').matchAll(/^\| (?!package|---)(\S+) \| [^|]+ \| [^|]+ \|$/gm)].map(
      (row) => row[1],
    );
    assert.deepEqual(rows, Object.keys(dependencies).sort());
  });

  it('says of each package that comes along that it was released lately, or why it stays', () => {
    const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
    const [, part = ''] = page.split('## Packages without a release');
    const [lists = ''] = part.split('## Packages that were asked for by name');
    const [old = '', lately = ''] = lists.split('Released within twelve months');
    const cells = [...old.matchAll(/^\| (?!package|---)([^|]+) \|/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    );
    const [, names = ''] = /:([^.]+)\./.exec(lately) ?? [];
    const named = [...cells, ...names.split(',')].map((name) => name.trim());
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const along = Object.entries<{ dev?: boolean; devOptional?: boolean; peer?: boolean }>(packages)
      .filter(([place, { dev, devOptional, peer }]) => place !== '' && !dev && !devOptional && !peer)
      .map(([place]) => place.replace(/^.*node_modules\//, ''));
    assert.deepEqual(named.sort(), [...new Set(along)].sort());
  });
});
