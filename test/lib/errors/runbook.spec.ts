/** The runbook has an entry for every code, where alarms point to. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import { RUNBOOK, runbookOf } from '../../../lib/errors/runbook.ts';
import { runbookPage } from '../../../scripts/runbook-page.ts';

const page = await readFile(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');

describe('runbook', () => {
  it('is what the policy table says: "npm run errors" writes it anew', () => {
    assert.equal(page, runbookPage());
  });

  it('has one entry for each code, with its cure, under the anchor that alarms name', () => {
    const entries = page.split(/^## /m).slice(1);
    assert.equal(entries.length, errorCodes.length);
    for (const code of errorCodes) {
      const entry = entries.find((one) => one.startsWith(`${code}\n`));
      assert.ok(entry?.includes(codes[code].cure), code);
      // A page of Markdown gives a heading the anchor of its letters, made small.
      assert.equal(runbookOf(code), `${RUNBOOK}#${code.toLowerCase()}`);
    }
  });

  it("points to the page for a code that is not ours, and to a site's own copy", () => {
    for (const code of ['', 'ENOENT', 'toString', 'share_missing']) assert.equal(runbookOf(code), RUNBOOK);
    assert.equal(runbookOf('SHARE_MISSING', 'https://wiki/x'), 'https://wiki/x#share_missing');
  });
});
