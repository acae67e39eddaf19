/** Programs without types ask their modules for names that these export: no type check sees it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Each name that a program asks of a file of ours: `import { a as b } from './x.js'`, `const { a } = await import('./x.js')`. */
function asked(program: string, source: string): { name: string; file: string }[] {
  const named = /(?:import|const) \{([^}]*)\} (?:from|= await import\() ?'(\.[^']+)'/g;
  return [...source.matchAll(named)].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((one) => one.trim().split(/ as |:/)[0] ?? '')
      .filter((name) => name !== '')
      .map((name) => ({ name, file: join(dirname(program), from) })),
  );
}

const exports = (source: string, name: string) =>
  new RegExp(
    `^export (?:async )?(?:function\\*?|const|let|class) ${name}\\b|^export \\{[^}]*\\b${name}\\b`,
    'm',
  ).test(source);

describe('The programs without types', () => {
  it('see what is asked of a module, and what it exports', () => {
    assert.deepEqual(
      asked('bin/x', "import { a, b as c } from './y.js';\n  const { d } = await import('../z.js');"),
      [
        { name: 'a', file: join('bin', 'y.js') },
        { name: 'b', file: join('bin', 'y.js') },
        { name: 'd', file: 'z.js' },
      ],
    );
    assert.ok(exports('const b = 1;\nexport async function a() {}', 'a'));
    assert.ok(!exports('const b = 1;\nexport async function a() {}', 'b'));
  });

  for (const program of ['settings.js', 'bin/rap', ...globSync('scripts/**/*.js', { cwd: root })]) {
    if (program.includes('node_modules')) continue;
    it(`${program} asks for names that are exported`, () => {
      const lacking = asked(program, read(program)).filter(({ name, file }) => !exports(read(file), name));
      assert.deepEqual(lacking, []);
    });
  }
});
