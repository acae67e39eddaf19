/** Whether a process that holds something is known to be gone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { isProcessGone, ownProcessId } from '../../../lib/process/process-id.ts';

describe('a process of a name', () => {
  // Elsewhere a process that is gone cannot be told from one that is not, or by a file: see leases.spec.ts.
  if (process.platform !== 'linux') return;

  const source = new URL('../../../lib/process/process-id.ts', import.meta.url);
  const ask = `import { ownProcessId } from ${JSON.stringify(source)}; console.log(ownProcessId());`;
  const words = [...process.execArgv, '--input-type=module', '-e', ask];
  const gone = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim();

  it('is known to be gone where it was one of this machine', () => {
    assert.ok(gone.startsWith(`${hostname()}:`));
    assert.equal(isProcessGone(gone, ''), true);
    assert.equal(isProcessGone(ownProcessId(), ''), false);
  });

  for (const host of ['ops-2', `${hostname()}.example`, '']) {
    it(`may be alive where it is one of machine "${host}", though all else is as here: that may be a copy of this one`, () => {
      assert.equal(isProcessGone(gone.replace(/^[^:]*/, host), ''), false);
    });
  }
});
