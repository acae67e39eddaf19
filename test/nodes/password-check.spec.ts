/** Passwords are compared beside everything else of the process. */
import assert from 'node:assert/strict';
import bcrypt from 'bcryptjs';
import { PasswordCheck } from '../../nodes/live/password-check.ts';

describe('passwords', () => {
  it('fit their hash alone, and what is no hash fits none', async () => {
    const check = new PasswordCheck();
    const hash = bcrypt.hashSync('口令 of this test', 4);
    const table: [password: string, hash: string, fits: boolean][] = [
      ['口令 of this test', hash, true],
      ['口令 of this tesT', hash, false],
      ['', hash, false],
      ['x', '', false],
      ['x', 'no hash', false],
      ['x', `${hash}x`, false],
    ];
    const said = await Promise.all(table.map(([password, one]) => check.compare('here', password, one)));
    assert.deepEqual(
      said,
      table.map(([, , fits]) => fits),
    );
  });

  it('hold up nothing while they are compared', async () => {
    const check = new PasswordCheck();
    const slow = bcrypt.genSaltSync(13) + 'x'.repeat(31);
    let ended = false;
    const compared = check.compare('here', 'a guess', slow)?.finally(() => {
      ended = true;
    });
    let turns = 0;
    for (; !ended; turns++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await compared, false);
    assert.ok(turns > 200, `${turns} turns`);
  });
});
