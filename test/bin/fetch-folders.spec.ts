/** Folders of `rap fetch` at a real server: relative to the login's own folder, and absent while nothing is in them. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rapFetch } from '../interop/rap.ts';
import { openSsh } from '../interop/servers/openssh.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';

describe('Folders of rap fetch', function () {
  this.timeout(300_000);
  const top = temporaryFolder();
  const to = () => path.join(top(), 'to');

  beforeEach(async () => {
    await mkdir(path.join(top(), 'home/INBOX/20250620'), { recursive: true });
    await writeFile(path.join(top(), 'home/INBOX/20250620/A.TXT'), 'report A');
  });

  /** Runs against a server whose logins begin in `home`. */
  async function fetchFrom(...folders: string[]) {
    const home = path.join(top(), 'home');
    const kind = openSsh('OpenSSH', [`ForceCommand internal-sftp -d ${home}`]);
    const server = await kind.start(home);
    try {
      const [from = '', ...more] = folders;
      const others = more.flatMap((folder) => ['--from', folder]);
      return await rapFetch(server, { from, to: to(), more: others, base: '' });
    } finally {
      await server.stop();
    }
  }

  for (const folder of ['INBOX', './INBOX/', '~/INBOX']) {
    it(`${folder} is the one in the login's own folder`, async () => {
      const run = await fetchFrom(folder);
      assert.deepEqual([run.status, run.summary.files], [0, 1], run.stderr);
      assert.equal(run.lines[0]?.path, '/INBOX/20250620/A.TXT');
      assert.equal(await readFile(path.join(to(), 'INBOX/20250620/A.TXT'), 'utf8'), 'report A');
    });
  }

  it('/INBOX is the one in the root of the server', async () => {
    const run = await fetchFrom('/INBOX-of-nobody');
    assert.deepEqual([run.status, run.lines[0]?.code], [5, 'FOLDER_UNREADABLE']);
  });

  it('a folder that is not there makes a run incomplete, unless it may be absent', async () => {
    assert.equal((await fetchFrom('INBOX', 'COMMON')).status, 5);
    const run = await fetchFrom('INBOX', 'COMMON?');
    assert.deepEqual([run.status, run.summary.files, run.summary.failed], [0, 1, 0]);
    // Another folder below one that may be absent is none.
    await rm(path.join(top(), 'home/INBOX'), { recursive: true });
    await writeFile(path.join(top(), 'home/INBOX'), 'a file in its place');
    assert.equal((await fetchFrom('INBOX?')).status, 5);
  });
});
