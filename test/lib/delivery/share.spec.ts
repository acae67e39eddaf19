import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../../lib/delivery/deliver.ts';
import { initShare, openShare, SHARE_FILE } from '../../../lib/delivery/share.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { ReceivedReport } from '../../../lib/model/types.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { observedDisk, systemError } from '../files/faulty-disk.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';
import { aReport } from './samples.ts';

const clock = new SimulatedClock(START);

describe('a share', () => {
  const folder = temporaryFolder();
  const share = () => path.join(folder(), 'mount');
  const options = { requireSentinel: true };
  beforeEach(() => fs.mkdir(share()));

  async function landed(): Promise<ReceivedReport> {
    const file = path.join(folder(), 'landed');
    await fs.writeFile(file, 'content');
    const sha256 = createHash('sha256').update('content').digest('hex');
    return aReport({ file, sha256, bytes: 7, size: 7 });
  }

  /** Everything below a folder, with the bytes it holds. */
  async function bytesIn(root: string): Promise<[string[], number]> {
    const names = await fs.readdir(root, { recursive: true });
    const stats = await Promise.all(names.map((name) => fs.stat(path.join(root, name))));
    return [names, stats.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0)];
  }

  it('is marked once and keeps its id', async () => {
    const first = await initShare(share(), clock);
    const second = await initShare(share(), clock);
    assert.deepEqual(second, first);
    assert.match(first.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(await fs.readdir(share()), [SHARE_FILE]);
    assert.equal(
      JSON.parse(await fs.readFile(path.join(share(), SHARE_FILE), 'utf8')).createdAt,
      '2026-11-20 20:00:00',
    );
  });

  it('keeps its id where an editor of Windows has saved the id file', async () => {
    const { id } = await initShare(share(), clock);
    const file = path.join(share(), SHARE_FILE);
    const text = await fs.readFile(file, 'utf8');
    const lines = text.replace('{', '{\r\n').replace(/\n$/, '\r\n');
    for (const bytes of [
      Buffer.from(`\uFEFF${lines}`),
      Buffer.from(`\uFEFF${lines}`, 'utf16le'),
      Buffer.from(`\uFEFF${lines}`, 'utf16le').swap16(),
    ]) {
      await fs.writeFile(file, bytes);
      assert.equal((await initShare(share(), clock)).id, id);
    }
  });

  it('cannot be marked where there is no folder', async () => {
    await assert.rejects(initShare(path.join(share(), 'none'), clock), { code: 'NOT_WRITABLE' });
  });

  it('leaves no file open when neither the landing copy nor a file on the share can be closed properly', async () => {
    await initShare(share(), clock);
    const handles: fs.FileHandle[] = [];
    const open: typeof fs.open = async (...args) => {
      const handle = await fs.open(...args);
      handles.push(handle);
      return handle;
    };
    const failing = (call: string) =>
      observedDisk((one) => (one.call === call ? systemError('EIO', call) : undefined), { ...fs, open });
    const landing = failing('handle.close');
    const delivery = await deliver(await landed(), share(), { ...options, landing, disk: { ...fs, open } });
    assert.equal(delivery.outcome, 'published');
    await assert.rejects(deliver(await landed(), share(), { ...options, disk: failing('handle.close') }));
    assert.deepEqual(
      handles.map(({ fd }) => fd),
      handles.map(() => -1),
    );
    assert.ok(handles.length > 5);
  });

  it('is found from any folder below its root', async () => {
    const { id } = await initShare(share(), clock);
    const found = await openShare(path.join(share(), 'not', 'there', 'yet'));
    assert.deepEqual([found.root, found.id], [share(), id]);
    await found.held.close();
  });

  it('takes reports into new folders once it is marked', async () => {
    await initShare(share(), clock);
    const target = path.join(share(), '2026', '11', '20');
    assert.equal((await deliver(await landed(), target, options)).outcome, 'published');
  });

  it('that is not mounted gets not one byte and not one folder, in 1,000 attempts', async () => {
    const report = await landed();
    for (let attempt = 0; attempt < 1000; attempt++) {
      const target = path.join(share(), `day-${attempt}`);
      await assert.rejects(deliver(report, target, options), { code: 'SHARE_MISSING' });
    }
    assert.deepEqual(await bytesIn(share()), [[], 0]);
  });

  it('comes back by itself when it is mounted again', async () => {
    const report = await landed();
    await assert.rejects(deliver(report, share(), options), { code: 'SHARE_MISSING' });
    await initShare(share(), clock);
    assert.equal((await deliver(report, share(), options)).outcome, 'published');
  });

  it('with an id file nobody can read is not written to', async () => {
    const report = await landed();
    for (const text of ['', '{}', '{"share":"x","createdAt":""}']) {
      await fs.writeFile(path.join(share(), SHARE_FILE), text);
      await assert.rejects(deliver(report, share(), options), {
        code: 'SHARE_MISSING',
        message: /cannot be understood/,
      });
    }
    assert.deepEqual(await fs.readdir(share()), [SHARE_FILE]);
  });

  it('says of a damaged id file, or a folder of its name, what is to be done', async () => {
    const { id } = await initShare(share(), clock);
    const file = path.join(share(), SHARE_FILE);
    for (const damage of [() => fs.writeFile(file, ''), () => fs.rm(file).then(() => fs.mkdir(file))]) {
      await damage();
      for (const expected of [undefined, { root: share(), id }]) {
        const known = expected === undefined ? options : { expected };
        await assert.rejects(deliver(await landed(), share(), known), (error) => {
          assert.ok(error instanceof RapError);
          assert.equal(error.code, 'SHARE_MISSING');
          assert.match(error.cure, /remove it, .*share init.*share accept/);
          return true;
        });
      }
      assert.deepEqual(await fs.readdir(share()), [SHARE_FILE]);
    }
  });

  it('whose id file this user may not read says so, and is not taken for one without', async () => {
    const inner = path.join(share(), 'inner');
    await fs.mkdir(inner);
    await initShare(share(), clock);
    await initShare(inner, clock);
    const disk = observedDisk(({ call, target }) =>
      target === path.join(inner, SHARE_FILE) ? systemError('EACCES', call) : undefined,
    );
    await assert.rejects(deliver(await landed(), inner, { ...options, disk }), {
      code: 'NOT_WRITABLE',
      message: /id file .*inner cannot be read \(EACCES\)/,
    });
    assert.deepEqual(await fs.readdir(inner), [SHARE_FILE]);
  });

  if (process.platform === 'linux' && process.getuid?.() === 0) {
    describe('that is really mounted', () => {
      const mount = (where: string) =>
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', where]);
      const unmount = (where: string) => execFileSync('umount', [where], { stdio: 'pipe' });

      it('is written while mounted; the folder under it stays empty', async () => {
        const report = await landed();
        mount(share());
        try {
          await initShare(share(), clock);
          await deliver(report, share(), options);
        } finally {
          unmount(share());
        }
        await assert.rejects(deliver(report, share(), options), { code: 'SHARE_MISSING' });
        assert.deepEqual(await bytesIn(share()), [[], 0]);
      });

      it('cannot be unmounted while a report is on its way', async () => {
        mount(share());
        try {
          await initShare(share(), clock);
          const { held } = await openShare(share());
          assert.throws(() => unmount(share()), /busy/);
          await held.close();
        } finally {
          unmount(share());
        }
      });

      it('with another disk mounted inside needs an id file there as well', async () => {
        const inside = path.join(share(), 'inside');
        await initShare(share(), clock);
        await fs.mkdir(inside);
        mount(inside);
        try {
          await assert.rejects(deliver(await landed(), inside, options), {
            code: 'SHARE_MISSING',
            message: /another disk/,
          });
          assert.deepEqual(await bytesIn(inside), [[], 0]);
          await initShare(inside, clock);
          await deliver(await landed(), inside, options);
        } finally {
          unmount(inside);
        }
      });
    });
  }
});
