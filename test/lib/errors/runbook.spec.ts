/** The runbook has an entry for every code, where alarms point to. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import { runbookPage } from '../../../scripts/runbook-page.ts';

const page = await readFile(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');

describe('runbook', () => {
  it('is what the policy table says: "npm run errors" writes it anew', () => {
    assert.equal(page, runbookPage());
  });

  it('has one entry for each code, with its cure', () => {
    const entries = page.split(/^## /m).slice(1);
    assert.equal(entries.length, errorCodes.length);
    for (const code of errorCodes) {
      const entry = entries.find((one) => one.startsWith(`${code}\n`));
      assert.ok(entry?.includes(codes[code].cure), code);
    }
  });
});
