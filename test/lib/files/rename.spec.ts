/** Renaming a file that another program has open. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renameFile } from '../../../lib/files/rename.ts';
import { temporaryFolder } from './temp-folder.ts';

const refusal = (code: string) => Object.assign(new Error(code), { code });

describe('Renaming a file', () => {
  const folder = temporaryFolder();

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`waits on Windows while ${code} is answered`, async () => {
      let calls = 0;
      let waits = 0;
      await renameFile('a', 'b', {
        platform: 'win32',
        rename: async () => {
          if (++calls < 5) throw refusal(code);
        },
        wait: async () => {
          waits++;
        },
      });
      assert.deepEqual([calls, waits], [5, 4]);
    });
  }

  it('gives up after ten seconds with what the system said', async () => {
    let waited = 0;
    const renaming = renameFile('a', 'b', {
      platform: 'win32',
      rename: () => Promise.reject(refusal('EPERM')),
      wait: async (ms) => {
        waited += ms;
      },
    });
    await assert.rejects(renaming, { code: 'EPERM' });
    assert.equal(waited, 10_000);
  });

  it('waits for nothing else, and on no other system', async () => {
    const wait = () => assert.fail('it waited');
    const refused = (code: string) => () => Promise.reject(refusal(code));
    await assert.rejects(renameFile('a', 'b', { platform: 'win32', rename: refused('ENOSPC'), wait }));
    await assert.rejects(renameFile('a', 'b', { platform: 'linux', rename: refused('EPERM'), wait }));
  });

  it('replaces what has the name', async () => {
    const [from, to] = [path.join(folder(), 'new'), path.join(folder(), 'old')];
    await writeFile(from, 'new');
    await writeFile(to, 'old');
    await renameFile(from, to);
    assert.equal(await readFile(to, 'utf8'), 'new');
  });
});
