/** What the pages name is there: files, folders and links. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

  for (const page of ['docs/architecture.md', 'CONTRIBUTING.md']) {
    it(`${page} names files and folders that are there`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      const named = [...text.matchAll(/`((?:lib|nodes|bin|simulator|test|docs)\/[\w./-]*)`/g)];
      const missing = named.map(([, name = '']) => name).filter((name) => !existsSync(join(root, name)));
      assert.ok(named.length > 5);
      assert.deepEqual(missing, []);
    });
  }
});
