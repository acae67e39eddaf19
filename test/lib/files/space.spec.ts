import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { demandSpace, freeSpace } from '../../../lib/files/space.ts';

describe('Room on a disk', () => {
  const mega = 1_000_000;
  it('is granted when the reserve stays free', () =>
    demandSpace('/x', 100 * mega, 200 * mega, async () => 300 * mega));

  it('is refused when it would eat the reserve, with the amounts', async () => {
    await assert.rejects(
      demandSpace('/landing', 101 * mega, 200 * mega, async () => 300 * mega),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'DISK_FULL');
        assert.match(error.message, /101 MB .*\/landing.*200 MB.*300 MB/);
        return true;
      },
    );
  });

  it('is measured on the real disk', async () => assert.ok((await freeSpace(tmpdir())) > 0));
});
