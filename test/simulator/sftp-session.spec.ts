import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { diskTree, type FileTree } from '../../simulator/sftp/tree.ts';
import { FrameCutter, frame, MESSAGE, STATUS, string, u32 } from '../../simulator/sftp/wire.ts';
import { type Frame, RawSftp } from './raw-sftp.ts';
import { temporaryHome } from './support.ts';

const statusOf = ({ type, body }: Frame) => (type === MESSAGE.STATUS ? body.readUInt32BE(0) : `type ${type}`);
const text = (value: string) => string(Buffer.from(value));

describe('SFTP session of the simulator', () => {
  let root: string;
  let tree: FileTree;

  before(async () => {
    root = await temporaryHome();
    await fs.writeFile(
      path.join(root, 'report.txt'),
      Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251)),
    );
    await fs.mkdir(path.join(root, 'folder'));
    await fs.symlink('/etc', path.join(root, 'link'));
    await fs.symlink('/etc/passwd', path.join(root, 'passwd'));
    for (let index = 0; index < 250; index++) await fs.writeFile(path.join(root, 'folder', `f${index}`), '');
    tree = diskTree(root);
  });

  after(() => fs.rm(root, { recursive: true, force: true }));

  const started: RawSftp[] = [];

  afterEach(() => {
    for (const raw of started.splice(0)) raw.end();
  });

  function start(...words: ConstructorParameters<typeof RawSftp>): RawSftp {
    const raw = new RawSftp(...words);
    started.push(raw);
    return raw;
  }

  it('greets with version 3 and announces its limits, unless told not to', async () => {
    const raw = start(tree);
    raw.sendBytes(frame(MESSAGE.INIT, u32(3)));
    const [hello] = await raw.until(1);
    assert.deepEqual([hello?.type, hello?.id], [MESSAGE.VERSION, 3]);
    assert.ok(hello?.body.includes('limits@openssh.com'));
    const limits = await raw.ask(MESSAGE.EXTENDED, text('limits@openssh.com'));
    assert.equal(limits.type, MESSAGE.EXTENDED_REPLY);
    assert.equal(limits.body.readBigUInt64BE(8), 255n * 1024n);
    const plain = start(tree, { announceLimits: false });
    plain.sendBytes(frame(MESSAGE.INIT, u32(3)));
    assert.equal((await plain.until(1))[0]?.body.length, 0);
  });

  it('answers in the order of the requests, also when reads overlap', async () => {
    const raw = start(tree);
    const handle = await raw.open('/report.txt');
    raw.frames.length = 0;
    const ids = Array.from({ length: 40 }, (_, index) => raw.read(handle, index * 30, 30));
    const answers = await raw.until(40);
    assert.deepEqual(
      answers.map(({ id }) => id),
      ids,
    );
    for (const [index, answer] of answers.entries()) {
      if (index * 30 >= 1000) assert.equal(statusOf(answer), STATUS.EOF);
      else assert.equal(answer.body[4], (index * 30) % 251);
    }
  });

  it('answers a read that reaches over the end with what there is', async () => {
    const raw = start(tree);
    const handle = await raw.open('/report.txt');
    raw.read(handle, 990, 100);
    raw.read(handle, 1000, 100);
    raw.read(handle, 0, 0);
    const [, short, end, nothing] = await raw.until(4);
    assert.equal(short?.body.readUInt32BE(0), 10);
    assert.equal(end && statusOf(end), STATUS.EOF);
    assert.equal(nothing && statusOf(nothing), STATUS.FAILURE);
  });

  it('closes a file only after the reads before it', async () => {
    const raw = start(tree);
    const handle = await raw.open('/report.txt');
    for (let index = 0; index < 20; index++) raw.read(handle, 0, 1000);
    raw.send(MESSAGE.CLOSE, handle);
    raw.read(handle, 0, 10);
    const answers = (await raw.until(23)).slice(1);
    for (const answer of answers.slice(0, 20)) assert.equal(answer.type, MESSAGE.DATA);
    assert.deepEqual(answers.slice(20).map(statusOf), [STATUS.OK, STATUS.FAILURE]);
  });

  it('lists a folder in steps, each entry once, then says that it ends', async () => {
    const raw = start(tree);
    const { body: handle } = await raw.ask(MESSAGE.OPENDIR, text('/folder'));
    for (let step = 0; step < 5; step++) raw.send(MESSAGE.READDIR, handle);
    const answers = (await raw.until(6)).slice(1);
    assert.deepEqual(
      answers.map((answer) => (answer.type === MESSAGE.NAME ? answer.body.readUInt32BE(0) : -1)),
      [100, 100, 50, -1, -1],
    );
    assert.equal(statusOf(answers[3] as Frame), STATUS.EOF);
    const names = Buffer.concat(answers.map(({ body }) => body)).toString('latin1');
    for (let index = 0; index < 250; index++)
      assert.equal(names.split(` f${index}\0`).length, 2, `f${index}`);
  });

  it('does not follow symbolic links', async () => {
    const raw = start(tree);
    const answer = await raw.ask(MESSAGE.OPEN, text('/passwd'), u32(1), u32(0));
    assert.equal(statusOf(answer), STATUS.FAILURE);
    const attributes = await raw.ask(MESSAGE.STAT, text('/link'));
    assert.equal(attributes.body.readUInt32BE(20) & 0o170000, 0o120000);
  });

  it('refuses every open that could write, and opens nothing for it', async () => {
    const raw = start(tree);
    for (const flags of [0, 2, 3, 4, 8, 9, 17, 26, 33]) {
      const answer = await raw.ask(MESSAGE.OPEN, text('/new'), u32(flags), u32(0));
      assert.equal(statusOf(answer), STATUS.PERMISSION_DENIED, String(flags));
    }
    assert.equal(raw.counters.writesRefused, 9);
    await assert.rejects(fs.stat(path.join(root, 'new')));
  });

  it('closes the channel on frames that are too long, empty or cut short', async () => {
    for (const bytes of [
      u32(0xffffffff),
      u32(0),
      frame(MESSAGE.OPEN, u32(1), u32(1000), Buffer.from('/r')),
      frame(MESSAGE.READ, u32(1)),
    ]) {
      const raw = start(tree);
      raw.sendBytes(bytes);
      await raw.until(1);
      assert.ok(raw.closed);
      assert.equal(raw.frames.length, 0);
    }
  });

  it('says "unsupported" to requests it does not know', async () => {
    const raw = start(tree);
    assert.equal(statusOf(await raw.ask(MESSAGE.READLINK, text('/link'))), STATUS.OP_UNSUPPORTED);
    assert.equal(statusOf(await raw.ask(77)), STATUS.OP_UNSUPPORTED);
    assert.equal(
      statusOf(await raw.ask(MESSAGE.EXTENDED, text('statvfs@openssh.com'))),
      STATUS.OP_UNSUPPORTED,
    );
  });

  it('ends its side when the client ends, after the answers that are due', async () => {
    const raw = start(tree);
    const handle = await raw.open('/report.txt');
    raw.read(handle, 0, 1000);
    raw.end();
    await raw.until(3);
    assert.equal(raw.frames.length, 2);
    assert.ok(raw.closed);
  });

  it('cuts frames out of any slicing of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.flatMap((body) => [u32(body.length), Buffer.from(body)]));
          const cutter = new FrameCutter(100);
          const out: Buffer[] = [];
          for (let at = 0, step = 0; at < stream.length; step++) {
            const size = cuts[step % cuts.length] ?? 1;
            out.push(...cutter.push(stream.subarray(at, at + size)));
            at += size;
          }
          assert.deepEqual(
            out,
            bodies.map((body) => Buffer.from(body)),
          );
        },
      ),
    );
  });
});
