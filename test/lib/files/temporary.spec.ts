import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { openTemporary, sweepOwn, temporaryName } from '../../../lib/files/durable.ts';
import { temporaryFolder } from './temp-folder.ts';

describe('sweepOwn', () => {
  const folder = temporaryFolder();
  const there = async () => (await fs.readdir(folder())).sort();

  it('removes what an earlier process of the same owner left, and nothing of anybody else', async () => {
    const left = temporaryName(path.join(folder(), 'a'), 'ledger 1');
    const others = [
      temporaryName(path.join(folder(), 'a'), 'ledger 2'),
      temporaryName(path.join(folder(), 'a')),
      path.join(folder(), 'report.txt'),
    ];
    for (const file of [left, ...others]) await fs.writeFile(file, 'x');
    await sweepOwn(folder(), 'ledger 1');
    assert.deepEqual(await there(), others.map((file) => path.basename(file)).sort());
  });

  it('never removes what this process is writing: it sweeps once, before the first file', async () => {
    await sweepOwn(folder(), 'ledger 1');
    const { path: temp, handle } = await openTemporary(path.join(folder(), 'a'), { owner: 'ledger 1' });
    await handle.close();
    await sweepOwn(folder(), 'ledger 1');
    assert.deepEqual(await there(), [path.basename(temp)]);
  });

  it('says nothing of a folder it cannot read: whoever writes there will', async () => {
    await sweepOwn(path.join(folder(), 'none'), 'ledger 1');
  });
});
