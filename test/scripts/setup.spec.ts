/** Set-up that is done takes no step. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, root } from './processes.ts';

describe('npm run setup', function () {
  this.timeout(300_000);

  async function setUp(env: Record<string, string | undefined> = {}): Promise<string> {
    const program = new Program(process.execPath, [join(root, 'scripts/setup.js')], env);
    assert.equal(await program.end(), 0, program.output);
    return program.output;
  }

  it('takes no step the second time, from another working directory and without a home folder either', async () => {
    await setUp();
    assert.equal(await setUp(), 'setup: ready\n');

    const elsewhere = mkdtempSync(join(tmpdir(), 'rap-setup-'));
    try {
      const command = `cd '${elsewhere}' && "$0" "$1"`;
      const words = ['-c', command, process.execPath, join(root, 'scripts/setup.js')];
      const program = new Program('sh', words, { HOME: join(elsewhere, 'none') });
      assert.equal(await program.end(), 0, program.output);
      assert.equal(program.output, 'setup: ready\n');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});
