/** Going on where a broken transfer stopped: only when asked for, and never with wrong bytes. */
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { download, type Job, type Result } from '../../../lib/rap/transfer/download.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { FakeChannel, fileAttributes, honest, type Request, reply } from '../../support/fake-sftp.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const MIB = 1024 * 1024;
const remote = '/RPF/large.lis';

describe('A broken transfer of a large file', () => {
  const root = temporaryFolder();
  const content = randomFillSync(Buffer.alloc(12 * MIB));

  /** Downloads `bytes`; the line breaks once a read beyond `breakAt` is asked for. */
  async function run(bytes: Buffer, options: { resume: boolean; breakAt?: number; seconds?: number }) {
    const { breakAt = Number.POSITIVE_INFINITY, seconds = 1_000 } = options;
    const server = honest(new Map([[remote, bytes]]));
    let asked = 0;
    const channel = new FakeChannel((request: Request) => {
      if (request.type === 17) return reply.attributes(request.id, fileAttributes(bytes.length, seconds));
      if (request.type === 5) asked += request.length;
      if (request.type === 5 && request.offset >= breakAt) {
        setImmediate(() => requests.fail(new RapError('CONNECTION_LOST', 'the line broke')));
        return undefined;
      }
      return server(request);
    });
    const requests = new SftpRequests(channel, realClock, { request: 5_000, stall: 10_000 });
    channel.attach((arrived) => requests.receive(arrived));
    await requests.start();
    const file = {
      path: remote,
      name: 'large.lis',
      folder: '/RPF',
      size: bytes.length,
      modifiedAt: seconds * 1_000,
    };
    const job: Job = { file, target: path.join(root(), 'RPF', 'large.lis') };
    const results: Result[] = [];
    await download(requests, [job], {
      root: root(),
      clock: realClock,
      careful: false,
      fileSize: 100 * MIB,
      reserve: 0,
      resume: options.resume,
      onResult: (result) => void results.push(result),
    });
    return { result: results[0], asked };
  }

  const left = () => readdir(path.join(root(), 'RPF'));

  it('leaves nothing behind and starts anew, unless asked to go on', async () => {
    const broken = await run(content, { resume: false, breakAt: 9 * MIB });
    assert.equal(broken.result?.error?.code, 'CONNECTION_LOST');
    assert.deepEqual(await left(), []);
    assert.ok((await run(content, { resume: false })).asked >= content.length);
  });

  it('goes on where it stopped when asked to, and proves the whole file', async () => {
    const broken = await run(content, { resume: true, breakAt: 9 * MIB });
    assert.equal(broken.result?.error?.code, 'CONNECTION_LOST');
    assert.equal((await left()).length, 2, 'the beginning and what it is the beginning of');
    const { result, asked } = await run(content, { resume: true });
    assert.ok(result !== undefined && result.error === undefined);
    assert.deepEqual(await readFile(result.local), content);
    assert.ok(asked < 6 * MIB, `only the rest was asked for, not ${asked} bytes`);
    assert.deepEqual(await left(), ['large.lis']);
  });

  for (const [what, change, seconds] of [
    ['another beginning', (bytes: Buffer) => bytes.fill('x', 0, 100), 1_000],
    ['other content before the place', (bytes: Buffer) => bytes.fill('x', MIB), 1_000],
    ['another time', (bytes: Buffer) => bytes, 2_000],
  ] as const) {
    it(`starts anew when the remote file has ${what}`, async () => {
      await run(content, { resume: true, breakAt: 9 * MIB });
      const other = change(Buffer.from(content));
      const { result, asked } = await run(other, { resume: true, seconds });
      assert.ok(result !== undefined && result.error === undefined);
      assert.deepEqual(await readFile(result.local), other);
      assert.ok(asked >= content.length);
    });
  }

  it('starts anew when the remote file has another size', async () => {
    await run(content, { resume: true, breakAt: 9 * MIB });
    const longer = Buffer.concat([content, Buffer.from('more')]);
    const { result } = await run(longer, { resume: true });
    assert.ok(result !== undefined && result.error === undefined);
    assert.deepEqual(await readFile(result.local), longer);
  });

  it('starts anew when what was kept is damaged', async () => {
    await run(content, { resume: true, breakAt: 9 * MIB });
    const kept = (await left()).find((name) => !name.endsWith('.json')) ?? assert.fail();
    await writeFile(path.join(root(), 'RPF', kept), Buffer.alloc(100));
    const { result } = await run(content, { resume: true });
    assert.ok(result !== undefined && result.error === undefined);
    assert.deepEqual(await readFile(result.local), content);
  });
});
