/** Registers the checks of one server as tests: started before them, stopped and removed after them. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checks, perform } from './checks.ts';
import { type ServerKind, type TestServer, whatIsMissing } from './servers/server.ts';
import { fullSizes, makeTree, ordinarySizes } from './tree.ts';

/** RAP_INTEROP_FULL=1 asks for 2,000 small files and a file of 1 GiB. */
export const full = process.env.RAP_INTEROP_FULL === '1';

/** Suites of the given servers over one tree of files. */
export function interopSuites(kinds: readonly ServerKind[]): void {
  let work = '';
  let root = '';

  before(async function () {
    this.timeout(300_000);
    work = await mkdtemp(path.join(tmpdir(), 'rap-interop-tree-'));
    root = path.join(work, 'served');
    await makeTree(root, full ? fullSizes : ordinarySizes);
  });
  after(() => rm(work, { recursive: true, force: true }));

  for (const kind of kinds) {
    describe(kind.name, function () {
      this.timeout(full ? 600_000 : 300_000);
      let server: TestServer | undefined;
      before(async () => {
        assert.equal(whatIsMissing(kind), undefined);
        server = await kind.start(root);
      });
      after(() => server?.stop());

      for (const check of checks) {
        it(check.title, async () => {
          assert.ok(server !== undefined);
          const told = await perform(check, { kind, server, root, work, beside: full });
          if (full) process.stdout.write(`      ${told}\n`);
        });
      }
    });
  }
}
