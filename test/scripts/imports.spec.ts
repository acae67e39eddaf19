/** JavaScript of the checkout asks for exports that are there: no type check reads it, and bin/rap asks while it runs. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const scripts = [
  'bin/rap',
  ...readdirSync(root).filter((name) => name.endsWith('.js')),
  ...readdirSync(path.join(root, 'scripts'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.includes('node_modules'))
    .map((name) => path.join('scripts', name)),
];

/** Names that are imported from files of the checkout, at once or by `await import()`. */
const IMPORT = /(?:import|const)\s*\{([^}]*)\}\s*(?:from|= await import\()\s*['"](\.[^'"]+)['"]/g;

function exportsName(source: string, name: string): boolean {
  return new RegExp(
    `export (async )?(function\\*?|const|let|class) ${name}\\b|export \\{[^}]*\\b${name}\\b`,
  ).test(source);
}

describe('JavaScript of the checkout', () => {
  it('imports names that are exported', () => {
    let asked = 0;
    for (const script of scripts) {
      for (const [, names = '', from = ''] of readFileSync(path.join(root, script), 'utf8').matchAll(
        IMPORT,
      )) {
        const file = path.join(root, path.dirname(script), from);
        assert.ok(existsSync(file), `${script} imports ${from}`);
        const source = readFileSync(file, 'utf8');
        for (const one of names.split(',')) {
          const [name = ''] = one.trim().split(/\s+as\s+|\s*:/);
          if (name === '') continue;
          assert.ok(exportsName(source, name), `${script} imports ${name} of ${from}`);
          asked++;
        }
      }
    }
    assert.ok(asked > 40, `${asked} names`);
  });
});
