import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { demandSpace, freeSpace, SpaceGuard } from '../../../lib/files/space.ts';

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

  it('is looked at again when what was granted since the last look leaves too little', async () => {
    const guard = new SpaceGuard(tmpdir(), 0, () => 0);
    const free = await freeSpace(tmpdir());
    await guard.demand(Math.floor(free / 2));
    await guard.demand(Math.floor(free / 3)); // still fits in what the first look saw
    await guard.demand(Math.floor(free / 3)); // does not, but nothing was written: the disk has room
    await assert.rejects(guard.demand(free * 2), { code: 'DISK_FULL' });
  });

  it('is measured on the real disk', async () => assert.ok((await freeSpace(tmpdir())) > 0));
});
