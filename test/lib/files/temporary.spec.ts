import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  openTemporary,
  sweepOwn,
  sweepTemporary,
  temporaryName,
  withTemporary,
} from '../../../lib/files/durable.ts';
import { onWindows, openAlone } from '../../support/system.ts';
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

if (onWindows) {
  describe('A temporary file that another program has open', () => {
    const folder = temporaryFolder();
    const there = async () => (await fs.readdir(folder())).sort();

    it('stays where a folder is swept, and keeps none of the others', async () => {
      const [held = '', ...others] = ['a', 'b', 'c'].map((name) => temporaryName(path.join(folder(), name)));
      for (const file of [held, ...others]) await fs.writeFile(file, 'x');
      const alone = await openAlone(held);
      try {
        assert.equal(await sweepTemporary(folder(), true), others.length);
      } finally {
        await alone.close();
      }
      assert.deepEqual(await there(), [path.basename(held)]);
      assert.equal(await sweepTemporary(folder(), true), 1);
    });

    it('does not make a failure of work that is done, and takes nothing of one that failed', async () => {
      let alone = await openAlone(path.join(folder(), 'x'), 'x');
      const hold = async (temp: string) => {
        await alone.close();
        alone = await openAlone(temp, 'x');
      };
      const done = withTemporary(path.join(folder(), 'a'), async (temp) => {
        await hold(temp);
        return 'done';
      });
      assert.equal(await done, 'done');
      const failed = withTemporary(path.join(folder(), 'a'), async (temp) => {
        await hold(temp);
        throw new Error('the first fault');
      });
      await assert.rejects(failed, /the first fault/);
      await alone.close();
    });
  });
}
