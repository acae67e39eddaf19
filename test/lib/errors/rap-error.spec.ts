import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { asRapError, RapError } from '../../../lib/errors/rap-error.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { systemError } from '../files/faulty-disk.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

/** A system error as Node.js throws it, of a call on a file. */
const ofFile = (code: string, call: string) => Object.assign(systemError(code, call), { path: '/srv/rap/x' });

describe('Anything thrown', () => {
  const rows: [string, string, string][] = [
    ['ENOSPC', 'open', 'DISK_FULL'],
    ['ENOSPC', 'mkdir', 'DISK_FULL'],
    ['EDQUOT', 'rename', 'DISK_FULL'],
    ['EROFS', 'open', 'NOT_WRITABLE'],
    ['EACCES', 'mkdir', 'NOT_WRITABLE'],
    ['ENOENT', 'mkdir', 'NOT_WRITABLE'],
    ['ELOOP', 'mkdir', 'NOT_WRITABLE'],
    ['EIO', 'fsync', 'DISK_ERROR'],
    ['EXDEV', 'link', 'DISK_ERROR'],
    ['ENOENT', 'open', 'UNEXPECTED'],
    ['ECONNRESET', 'read', 'UNEXPECTED'],
  ];
  for (const [system, call, code] of rows) {
    it(`${system} of ${call} is ${code}`, () => {
      const error = asRapError(ofFile(system, call));
      assert.equal(error.code, code);
      if (code !== 'UNEXPECTED') assert.match(error.message, /\/srv\/rap\/x/);
    });
  }

  it('that is full without a name of a file is a full disk', () => {
    assert.equal(
      asRapError(systemError('ENOSPC', 'write'), 'UNEXPECTED', 'a.txt').message,
      'No space left for a.txt',
    );
    assert.equal(asRapError(systemError('EPIPE', 'write')).code, 'UNEXPECTED');
  });

  it('keeps the code it has, or is given', () => {
    assert.equal(asRapError(new RapError('AMENDED', '')).code, 'AMENDED');
    assert.equal(asRapError(ofFile('ENOSPC', 'open'), 'KEY_UNREADABLE').code, 'KEY_UNREADABLE');
  });
});

if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('A disk that is full of files', () => {
    const folder = temporaryFolder();

    it('is told as full while a home is begun on it, however few more it would take', async () => {
      const home = path.join(folder(), 'home');
      await fs.mkdir(home);
      for (let files = 1, opened = false; !opened; files++) {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=50m,nr_inodes=${files}`, 'none', home]);
        try {
          const ledger = await openHome(home, realClock);
          await ledger.close();
          opened = true;
          assert.ok(files > 3);
        } catch (thrown) {
          const { code, message } = asRapError(thrown);
          assert.equal(code, 'DISK_FULL', `${files} files: ${message}`);
        } finally {
          execFileSync('umount', [home]);
        }
      }
    });
  });
}
