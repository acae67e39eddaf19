/** What the pages name is there: files, folders and links. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

describe('The pages', () => {
  for (const page of pages) {
    it(`${page} links to what is there`, () => {
      const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      const here = links.filter((link) => !/^([a-z]+:|#)/.test(link)).map((link) => link.split('#')[0] ?? '');
      const missing = here.filter((link) => !existsSync(join(root, dirname(page), decodeURIComponent(link))));
      assert.deepEqual(missing, []);
    });
  }

  for (const page of pages.filter((name) => !/^(CHANGELOG|docs.decisions)/.test(name))) {
    it(`${page} names files, folders and functions that are there`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      const named = text.matchAll(
        /`((?:lib|nodes|bin|simulator|test|docs|scripts|bench|flows)\/[\w./*-]*)`/g,
      );
      const missing = [...named].map(([, name = '']) => name).filter((name) => !isThere(name));
      const inFiles = text.matchAll(/`(\w+)` in\s+`((?:lib|nodes|bin|simulator)\/[\w./-]+\.\w+)`/g);
      const unknown = [...inFiles].filter(
        ([, name = '', file = '']) => !readFileSync(join(root, file), 'utf8').includes(` ${name}`),
      );
      assert.deepEqual([...missing, ...unknown.map(([sentence]) => sentence)], []);
    });
  }

  it('tell of every command and every variable of a service', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const commands = globSync('bin/commands/*.ts', { cwd: root }).map((file) => basename(file, '.ts'));
    assert.ok(commands.length > 20);
    const read = globSync(['{lib,nodes,bin}/**/*.ts', 'settings.js'], { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\benv\.(RAP_\w+)/g)].map(([, name = '']) => name),
    );
    assert.ok(read.length > 15);
    // A secret may lie in a file (the row of RAP_..._FILE); a password is asked for when a login is made.
    const variables = read.filter((name) => !/_FILE$|^RAP_EDITOR_PASSWORD$/.test(name));
    const lacks = [
      ...commands.filter((name) => !new RegExp(`^bin/rap ${name}\\b`, 'm').test(readme)),
      ...variables.filter((name) => !readme.includes(`\`${name}\``)),
    ];
    assert.deepEqual(lacks, []);
  });

  it('name what a newcomer looks for', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    assert.ok([...text.matchAll(/`(?:lib|nodes)\/[\w./-]*`/g)].length > 30);
    assert.match(text, /`deliver` in `lib\/delivery\/deliver\.ts`/);
  });
});

/** A file or folder, or a pattern that at least one of them fits. */
function isThere(name: string): boolean {
  return name.includes('*') ? globSync(name, { cwd: root }).length > 0 : existsSync(join(root, name));
}
