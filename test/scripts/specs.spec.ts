/** Which tests "npm test" and "npm run check" run. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { root } from './processes.ts';

interface Specs {
  allSpecs: string[];
  quickSpecs(): string[];
  starts(file: string, read: (file: string) => string): boolean;
}
const module: string = new URL('../../scripts/support/specs.js', import.meta.url).href;
const { allSpecs, quickSpecs, starts } = (await import(module)) as Specs;

describe('the tests', () => {
  it('are all run by "npm test", each once', () => {
    const every = globSync('test/**/*.spec.ts', { cwd: root });
    const run = allSpecs.flatMap((pattern) => globSync(pattern, { cwd: root }));
    assert.ok(every.length > 300);
    assert.deepEqual(run.toSorted(), every.toSorted());
  });

  it('of rules alone are most of the tests of lib', () => {
    const quick = quickSpecs();
    assert.ok(quick.includes('test/lib/time/calendar.spec.ts'));
    assert.ok(!quick.includes('test/lib/mail/sender.spec.ts'), 'it has a relay');
    assert.ok(!quick.includes('test/lib/ledger/leases.spec.ts'), 'it starts processes');
    assert.ok(quick.length > globSync('test/lib/**/*.spec.ts', { cwd: root }).length / 2);
  });

  const files: Record<string, string> = {
    'test/a.ts': `import { spawn } from 'node:child_process';`,
    'test/b.ts': `server.listen(0, '127.0.0.1');`,
    'test/lib/c.ts': `export { d } from './d.ts';`,
    'test/lib/d.ts': `import {\n  a,\n} from '../a.ts';\nimport { c } from './c.ts';`,
    'simulator/e.ts': `import '../test/b.ts';`,
    'lib/f.ts': `import { spawn } from 'node:child_process';`,
  };
  for (const [text, expected] of [
    [`import { a } from '../a.ts';`, true],
    [`import { c } from './c.ts';`, true],
    [`import assert from 'node:assert';\nimport { e } from '../../simulator/e.ts';`, true],
    [`import type { A } from '../a.ts';`, false],
    [`import { f } from '../../lib/f.ts';`, false],
    [`const { a } = await import('../a.ts');`, false],
    [`import { hear } from 'node:events';`, false],
  ] as const) {
    it(`${expected ? 'start something' : 'start nothing'}: ${JSON.stringify(text)}`, () => {
      const read = (file: string) =>
        file === 'test/lib/x.spec.ts' ? text : (files[file] ?? assert.fail(file));
      assert.equal(starts('test/lib/x.spec.ts', read), expected);
    });
  }
});
