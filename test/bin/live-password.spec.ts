/** Passwords as the shells of Windows hand them on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcryptjs';
import { makeHome, removeHome } from '../support/home.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

describe('a password for the editor', function () {
  this.timeout(300_000);
  const run = (words: string[], { input = '', env = {} }: { input?: string | Buffer; env?: object } = {}) =>
    spawnSync(process.execPath, [rap, 'live', ...words], {
      input,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });

  const shells: [string, string | Buffer][] = [
    ['sh', 'eight words\n'],
    ['cmd.exe', 'eight words\r\n'],
    ['PowerShell, in UTF-8', '\uFEFFeight words\r\n'],
    ['PowerShell, in UTF-16', Buffer.from('\uFEFFeight words\r\n', 'utf16le')],
  ];
  for (const [shell, input] of shells) {
    it(`is the one that was typed in ${shell}`, async () => {
      const { stdout, stderr, status } = run(['hash'], { input });
      assert.equal(status, 0, stderr);
      assert.ok(await bcrypt.compare('eight words', stdout.trim()), stdout);
    });
  }

  it('with a blank at an end is refused: cmd.exe takes those before "|" and "&&" along', async () => {
    const hash = run(['hash'], { input: 'eight words \r\n' });
    assert.equal(hash.status, 2);
    assert.match(hash.stderr, /The password begins or ends with a blank[\s\S]*cmd\.exe/);
    const home = await makeHome();
    try {
      const live = path.join(home, 'live');
      const init = run(['init', live], { env: { RAP_EDITOR_PASSWORD: 'eight words ' } });
      assert.equal(init.status, 2);
      assert.match(init.stderr, /RAP_EDITOR_PASSWORD begins or ends with a blank/);
      assert.ok(!existsSync(live), 'nothing was made');
    } finally {
      await removeHome(home);
    }
  });
});
