import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { codes, errorCodes, policyOf } from '../../../lib/errors/codes.ts';
import { errorsPage } from '../../../scripts/errors-page.ts';

describe('the policy table of errors', () => {
  it('lets no window mute what stands for lost trust, a full disk, or a person’s decision', () => {
    const muted = errorCodes.filter((code) => codes[code].mutable !== false);
    for (const code of muted) {
      const { retryable, scope } = codes[code];
      assert.ok(retryable, `${code} gets better by itself`);
      assert.ok(!['ledger', 'mail', 'practice', 'node'].includes(scope), code);
    }
    assert.ok(!muted.includes('DISK_FULL'));
  });

  it('agrees with itself: news has no exit status and no level, and what only a person heals is told at once', () => {
    for (const code of errorCodes) {
      const { exit, retryable, severity, ends } = codes[code];
      assert.equal(ends === 'at once', exit === 0 || severity === 'none', code);
      if (exit === 0) assert.equal(severity, 'notice', code);
      if (!retryable) assert.notEqual(severity, 'warning', code);
    }
  });

  it('is what docs/errors.md says: "npm run errors" writes it anew', async () => {
    const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    assert.equal(page, errorsPage());
    for (const code of errorCodes) assert.equal(page.split(`\`${code}\``).length, 2, code);
  });

  it('takes a code that is not ours, and a name of every object, for an unexpected fault', () => {
    for (const code of ['ECONNRESET', 'constructor', '']) assert.equal(policyOf(code), codes.UNEXPECTED);
  });
});
