/** The verified reader and the downloads around it, against servers that lie in every way we could think of. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { sha256File } from '../../../lib/files/durable.ts';
import { packet } from '../../../lib/rap/client/sftp-codec.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { Bandwidth } from '../../../lib/rap/transfer/bandwidth.ts';
import { download, type Job, type Result } from '../../../lib/rap/transfer/download.ts';
import { OrderedWriter } from '../../../lib/rap/transfer/ordered-writer.ts';
import { Pace } from '../../../lib/rap/transfer/pace.ts';
import { readVerified } from '../../../lib/rap/transfer/reader.ts';
import { TransferWindow } from '../../../lib/rap/transfer/transfer-window.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { FakeChannel, fileAttributes, honest, type Request, reply } from '../../support/fake-sftp.ts';
import { asShare, linkFolder, onWindows, unlinkAll } from '../../support/system.ts';

/** How many random reply streams are tried; the full size is 100000. */
const RUNS = Number(process.env.RAP_FUZZ_RUNS ?? 1_000);

const MIB = 1024 * 1024;
const remote = '/INBOX/20250620/CCLTN05.txt';
type Answer = (request: Request, channel: FakeChannel) => Buffer | undefined;

let root: string;

function jobFor(content: Buffer, name = remote): Job {
  const file = {
    path: name,
    name: path.basename(name),
    folder: path.dirname(name),
    size: content.length,
    modifiedAt: 1_000_000,
  };
  return { file, target: path.join(root, ...name.split('/')) };
}

/** How long an answer is waited for where one comes, milliseconds: a busy machine has many tests under way. */
const PATIENT = 5_000;

/** Downloads the jobs from a server that answers like this. */
async function run(answer: Answer, jobs: Job[], careful = false, request = PATIENT) {
  const channel = new FakeChannel(answer);
  const requests = new SftpRequests(channel, realClock, { request, stall: 20_000 });
  channel.attach((bytes) => requests.receive(bytes));
  const results: Result[] = [];
  const steps: string[] = [];
  await requests.start().catch(() => {}); // a busy machine may miss a short deadline; the jobs fail then
  await download(requests, jobs, {
    root,
    clock: realClock,
    careful,
    fileSize: 4 * MIB,
    reserve: 0,
    onResult: (result) => void results.push(result),
    onStepDown: (reason) => steps.push(reason.code),
  });
  return { results, channel, steps };
}

async function filesLeft(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Complete and byte-right, or a coded error with nothing left: there is no third outcome. */
async function assertSafe(result: Result | undefined, content: Buffer): Promise<'right' | 'error'> {
  assert.ok(result !== undefined, 'every job has a result');
  if (result.error !== undefined) {
    assert.notEqual(result.error.code, 'UNEXPECTED', result.error.stack);
    assert.deepEqual(await filesLeft(), [], 'nothing is left behind');
    return 'error';
  }
  assert.deepEqual(await readFile(result.local), content);
  assert.equal(result.sha256, await sha256File(result.local));
  assert.deepEqual(await filesLeft(), [path.basename(result.local)], 'no temporary file is left');
  return 'right';
}

describe('A download', () => {
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'rap-download-'));
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256));
  const server = honest(new Map([[remote, content]]));

  for (const careful of [false, true]) {
    it(`is complete and byte-right from an honest server, ${careful ? 'one request at a time' : 'pipelined'}`, async () => {
      const { results, channel } = await run(server, [jobFor(content)], careful);
      assert.equal(await assertSafe(results[0], content), 'right');
      const count = (type: number) => channel.seen.filter((request) => request.type === type).length;
      assert.deepEqual(
        [count(17), count(3), count(4)],
        [2, 1, 1],
        'looked at twice, opened once, closed once',
      );
      const looked = channel.seen.findIndex((request) => request.type === 17);
      assert.ok(
        looked < channel.seen.findIndex((request) => request.type === 3),
        'looked at before it was opened',
      );
    });
  }

  it('of an empty file is an empty file', async () => {
    const empty = Buffer.alloc(0);
    const { results } = await run(honest(new Map([[remote, empty]])), [jobFor(empty)]);
    assert.equal(await assertSafe(results[0], empty), 'right');
  });

  it('puts up with short answers', async () => {
    const { results } = await run(
      (request) =>
        server(request.type === 5 ? { ...request, length: Math.min(777, request.length) } : request),
      [jobFor(content)],
    );
    assert.equal(await assertSafe(results[0], content), 'right');
  });

  it('puts up with answers in any order', async () => {
    const held: Buffer[] = [];
    const { results } = await run(
      (request, channel) => {
        if (request.type !== 5) return server(request);
        held.unshift(server(request));
        if (held.length === 5) for (const answer of held.splice(0)) channel.send(answer);
        return undefined;
      },
      [jobFor(content)],
    ); // 100,000 bytes are four reads and the one for the end
    assert.equal(await assertSafe(results[0], content), 'right');
  });

  let looks = 0;
  /** A server that says one thing at the first look and another at the second. */
  const changing =
    (first: Buffer, second: Buffer): Answer =>
    (request) =>
      request.type === 17 ? reply.attributes(request.id, ++looks === 1 ? first : second) : server(request);
  const read =
    (bend: (request: Request) => Buffer | undefined): Answer =>
    (request) =>
      request.type === 5 ? bend(request) : server(request);

  const large: Answer = (r) =>
    r.type === 17
      ? reply.status(r.id, 8)
      : r.type === 7
        ? reply.attributes(r.id, fileAttributes(2 ** 40))
        : server(r);

  const faults: [string, Answer, string, number?][] = [
    [
      'says more than it sends',
      changing(fileAttributes(105_000), fileAttributes(105_000)),
      'SHORT_FILE',
      105_000,
    ],
    ['says less than it sends', changing(fileAttributes(1_000), fileAttributes(1_000)), 'EXCESS_DATA', 1_000],
    [
      'says no size',
      (r) => ([7, 17].includes(r.type) ? reply.attributes(r.id, Buffer.alloc(4)) : server(r)),
      'SIZE_UNKNOWN',
    ],
    [
      'says no size, neither in its listing',
      (r) => ([7, 17].includes(r.type) ? reply.attributes(r.id, Buffer.alloc(4)) : server(r)),
      'SIZE_UNKNOWN',
      -1,
    ],
    [
      'lets nobody look at it',
      (r) => (r.type === 17 ? reply.status(r.id, 3) : server(r)),
      'REMOTE_DENIED',
      99,
    ],
    ['says only to LSTAT that it is larger than allowed', large, 'FILE_TOO_LARGE', -1],
    ['has another size than listed', server, 'FILE_CHANGED', 99_999],
    ['sends empty answers', read((r) => reply.data(r.id, Buffer.alloc(0))), 'SFTP_PROTOCOL'],
    ['ends early', read((r) => (r.offset < 60_000 ? server(r) : reply.status(r.id, 1))), 'SHORT_FILE'],
    ['never ends', read((r) => reply.data(r.id, Buffer.alloc(r.length))), 'EXCESS_DATA'],
    ['sends more than asked', read((r) => reply.data(r.id, Buffer.alloc(r.length + 1))), 'SFTP_PROTOCOL'],
    ['never answers a read', read(() => undefined), 'REQUEST_TIMEOUT'],
    ['never answers an open', (r) => (r.type === 3 ? undefined : server(r)), 'REQUEST_TIMEOUT'],
    ['denies the file', (r) => (r.type === 3 ? reply.status(r.id, 3) : server(r)), 'REMOTE_DENIED'],
    ['has lost the file', (r) => (r.type === 3 ? reply.status(r.id, 2) : server(r)), 'REMOTE_MISSING'],
    [
      'fails in mid-file',
      read((r) => (r.offset === 0 ? server(r) : reply.status(r.id, 4))),
      'REMOTE_FAILURE',
    ],
    ['grew while read', changing(fileAttributes(100_000), fileAttributes(100_001)), 'FILE_CHANGED'],
    [
      'was rewritten while read',
      changing(fileAttributes(100_000), fileAttributes(100_000, 2_000)),
      'FILE_CHANGED',
    ],
    [
      'claims to be larger than allowed',
      changing(fileAttributes(2 ** 40), fileAttributes(2 ** 40)),
      'FILE_TOO_LARGE',
      2 ** 40,
    ],
  ];
  for (const [what, answer, code, listed] of faults) {
    it(`fails with ${code}, and leaves nothing, when the server ${what}`, async () => {
      looks = 0;
      const job = jobFor(content);
      job.file.size = listed ?? content.length;
      const { results } = await run(answer, [job], false, code === 'REQUEST_TIMEOUT' ? 250 : PATIENT);
      assert.equal(results.length, 1);
      assert.equal(results[0]?.error?.code, code);
      await assertSafe(results[0], content);
    });
  }

  it('takes no content by a handle that the server gave for two open files', async () => {
    const files = new Map(['A', 'B', 'C'].map((name) => [`/INBOX/${name}`, Buffer.from(`report ${name}`)]));
    const honestly = honest(files);
    for (const careful of [false, true]) {
      let last = '';
      const held: number[] = [];
      const { results } = await run(
        (request, channel) => {
          const { type, id } = request;
          if (type === 3) {
            last = `${request.subject}`;
            held.push(id);
            if (!careful && held.length < files.size) return undefined;
            for (const open of held.splice(0)) channel.send(reply.handle(open, 'file'));
            return undefined;
          }
          return honestly(type === 5 ? { ...request, subject: Buffer.from(`handle:${last}`) } : request);
        },
        [...files].map(([name, bytes]) => jobFor(bytes, name)),
        careful,
      );
      assert.equal(results.length, 3);
      for (const { error, job } of results) {
        assert.equal(error?.code, careful ? undefined : 'SFTP_PROTOCOL');
        if (careful) assert.deepEqual(await readFile(job.target), files.get(job.file.path));
      }
      assert.equal((await filesLeft()).length, careful ? 3 : 0);
    }
  });

  it('steps down to one file at a time when the server bears no second open file', async () => {
    // The first is asked for after others, as its folders have to be made.
    const nameOf = (i: number) => `/INBOX/${i === 0 ? 'deep/'.repeat(12) : ''}r${i}`;
    const files = new Map(Array.from({ length: 12 }, (_, i) => [nameOf(i), Buffer.from(`report ${i}`)]));
    const honestly = honest(files);
    let open = 0;
    const { results, steps } = await run(
      (request) => {
        if (request.type === 3 && open > 0) return reply.status(request.id, 4, 'one file at a time');
        if (request.type === 3) open++;
        if (request.type === 4) open--;
        return honestly(request);
      },
      [...files].map(([name, bytes]) => jobFor(bytes, name)),
    );
    assert.deepEqual(steps, ['REMOTE_FAILURE'], 'told once');
    assert.equal(results.filter((result) => result.error === undefined).length, 12);
  });

  it('asks again also for files that begin alone after the step, where each is in use at its first opening', async () => {
    const files = new Map(
      Array.from({ length: 150 }, (_, i) => [`/INBOX/r${i}`, Buffer.from(`report ${i}`)]),
    );
    const honestly = honest(files);
    const tried = new Set<string>();
    const { results } = await run(
      (request) => {
        if (request.type !== 3 || tried.has(`${request.subject}`)) return honestly(request);
        tried.add(`${request.subject}`);
        return reply.status(request.id, 4, 'in use');
      },
      [...files].map(([name, bytes]) => jobFor(bytes, name)),
    );
    assert.equal(results.filter((result) => result.error === undefined).length, 150);
  });

  it('of many files gives each exactly one result when the connection dies in the middle', async () => {
    const files = new Map(
      Array.from({ length: 200 }, (_, i) => [`/INBOX/r${i}`, Buffer.from(`report ${i}`)]),
    );
    const honestly = honest(files);
    let opened = 0;
    const { results } = await run(
      (request) => {
        if (request.type === 3) opened++;
        return opened > 100 ? undefined : honestly(request);
      },
      [...files].map(([name, bytes]) => jobFor(bytes, name)),
      false,
      1_000,
    );
    assert.equal(new Set(results.map((result) => result.job.file.path)).size, 200);
    assert.equal(results.length, 200);
    const right = results.filter((result) => result.error === undefined);
    // 64 are open at a time: before the 101st was opened, 37 had been read to their end.
    assert.ok(right.length >= 37 && right.length < 200);
    assert.ok(
      results.every((result) => result.error === undefined || result.error.code === 'REQUEST_TIMEOUT'),
    );
    assert.equal((await filesLeft()).length, right.length);
  });

  for (const [what, answer, code] of [
    ['the connection dies', () => undefined, 'REQUEST_TIMEOUT'],
    ['every read is refused', (request: Request) => reply.status(request.id, 3), 'REMOTE_DENIED'],
  ] as const) {
    it(`does not wait for its turn for ever when ${what} with more to read than may be under way`, async () => {
      const files = new Map(['/INBOX/a', '/INBOX/b'].map((name) => [name, Buffer.alloc(3 * MIB)]));
      const honestly = honest(files);
      const { results } = await run(
        (request) => (request.type === 5 ? answer(request) : honestly(request)),
        [...files].map(([name, bytes]) => jobFor(bytes, name)),
        false,
        1_000,
      );
      assert.deepEqual(
        results.map((result) => result.error?.code),
        [code, code],
      );
    });
  }

  it('does not wait for its turn for ever when the disk fails with more to read than may be under way', async () => {
    const large = Buffer.alloc(8 * MIB);
    const channel = new FakeChannel(honest(new Map([[remote, large]])));
    const requests = new SftpRequests(channel, realClock, { request: 250, stall: 20_000 });
    channel.attach((bytes) => requests.receive(bytes));
    await requests.start();
    const file = path.join(root, 'not-for-writing');
    await writeFile(file, '');
    const reading = readVerified(requests, jobFor(large).file, {
      flight: new TransferWindow(realClock, 32 * 1024),
      bandwidth: new Bandwidth([], realClock),
      pace: new Pace(realClock, () => 0),
      careful: false,
      fileSize: large.length,
      intake: async (onWritten) => new OrderedWriter(file, await open(file, 'r'), onWritten),
      giveUp: (writer) => writer.abandon(),
      isListedSo: async () => false,
    });
    await assert.rejects(reading, { name: 'RapError', code: 'DISK_ERROR' });
  });

  it('of many files whose results nobody can write down fails once, when nothing is under way any more', async () => {
    const content = Buffer.from('a report');
    const jobs = Array.from({ length: 40 }, (_, at) => jobFor(content, `/INBOX/${at}.txt`));
    const channel = new FakeChannel(honest(new Map(jobs.map(({ file }) => [file.path, content]))));
    const requests = new SftpRequests(channel, realClock, { request: 1_000, stall: 20_000 });
    channel.attach((bytes) => requests.receive(bytes));
    await requests.start();
    let told = 0;
    const loose: unknown[] = [];
    const hear = (reason: unknown) => loose.push(reason);
    process.on('unhandledRejection', hear);
    try {
      await assert.rejects(
        download(requests, jobs, {
          root,
          clock: realClock,
          careful: false,
          fileSize: MIB,
          reserve: 0,
          onResult: async () => {
            told++;
            throw new Error('the ledger is closed');
          },
        }),
        /the ledger is closed/,
      );
      const before = told;
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(told, before, 'nothing is under way any more');
      assert.deepEqual(loose, []);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });

  it('of thirty accounts at once share what is asked for, and one alone has all of it', async () => {
    const file = Buffer.alloc(4 * MIB);
    const asked: number[] = [];
    const all = async (count: number) => {
      const connections = Array.from({ length: count }, (_, at) => {
        asked[at] = 0;
        const answer = honest(new Map([[remote, file]]));
        const channel = new FakeChannel((request) => {
          if (request.type !== packet.READ) return answer(request);
          asked[at] = (asked[at] ?? 0) + request.length;
          return undefined;
        });
        const requests = new SftpRequests(channel, realClock, { request: 600_000, stall: 600_000 });
        channel.attach((bytes) => requests.receive(bytes));
        return requests;
      });
      await Promise.all(connections.map((requests) => requests.start()));
      const results: (string | undefined)[] = [];
      const under = connections.map((requests, at) =>
        download(requests, [{ ...jobFor(file), target: path.join(root, `${at}`, 'file') }], {
          ...{ root, careful: false, clock: realClock, fileSize: file.length, reserve: 0 },
          onResult: ({ error }) => void results.push(error?.code),
        }),
      );
      const turns = async (more: () => boolean) => {
        while (more()) await new Promise((resolve) => setImmediate(resolve));
      };
      await turns(() => asked.some((bytes) => bytes === 0));
      let left = 50;
      await turns(() => left-- > 0);
      const bytes = asked.splice(0).reduce((sum, one) => sum + one, 0);
      for (const requests of connections) requests.fail(new RapError('CONNECTION_LOST', 'enough'));
      await Promise.all(under);
      assert.deepEqual(
        results,
        Array.from({ length: count }, () => 'CONNECTION_LOST'),
      );
      return bytes;
    };
    const alone = await all(1);
    assert.equal(alone, 2 * MIB);
    const together = await all(30);
    assert.ok(together > 40 * MIB && together <= 48 * MIB, `${together / MIB} MiB`);
    // Who has ended has left.
    assert.equal(await all(1), alone);
  });

  it('opens nothing where there is no room: a server may let a file be opened once', async () => {
    for (const careful of [false, true]) {
      const channel = new FakeChannel(server);
      const requests = new SftpRequests(channel, realClock, { request: 250, stall: 20_000 });
      channel.attach((bytes) => requests.receive(bytes));
      await requests.start();
      const codes: (string | undefined)[] = [];
      await download(requests, [jobFor(content)], {
        ...{ root, careful, clock: realClock, fileSize: MIB, reserve: 2 ** 52 },
        onResult: ({ error }) => void codes.push(error?.code),
      });
      assert.deepEqual(codes, ['DISK_FULL']);
      assert.ok(channel.seen.every(({ type }) => type !== 3));
    }
  });

  it('is not led out of its folder by a symbolic link', async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'rap-elsewhere-'));
    try {
      await linkFolder(elsewhere, path.join(root, 'INBOX'));
      const { results } = await run(server, [jobFor(content)]);
      assert.equal(results[0]?.error?.code, 'NOT_WRITABLE');
      assert.deepEqual(
        await readdir(elsewhere, { recursive: true, withFileTypes: true }).then((all) =>
          all.filter((one) => one.isFile()),
        ),
        [],
      );
    } finally {
      unlinkAll();
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  if (onWindows) {
    const ways: [string, (root: string) => string][] = [
      ['in other case', (one) => one.toUpperCase()],
      ['with slashes', (one) => one.replaceAll('\\', '/')],
      ['in its long form', (one) => path.win32.toNamespacedPath(one)],
      ['as a share of this machine', (one) => asShare(one).toLowerCase()],
    ];
    for (const [how, written] of ways) {
      it(`goes into a folder that is written ${how}, and whose folders are there in other case`, async () => {
        await mkdir(path.join(root, 'inbox', '20250620'), { recursive: true });
        root = written(root);
        const { results } = await run(server, [jobFor(content)]);
        assert.equal(results[0]?.error, undefined, results[0]?.error?.message);
        assert.deepEqual(await filesLeft(), ['CCLTN05.txt']);
      });
    }
  }

  it(`is right or a coded error for ${RUNS} random reply streams`, async function () {
    this.timeout(300_000 + RUNS * 500);
    const outcomes = { right: 0, error: 0 };
    const mischief = fc.array(
      fc.record({
        at: fc.nat({ max: 14 }),
        kind: fc.constantFrom(
          'short',
          'empty',
          'end',
          'excess',
          'late',
          'twice',
          'wrong id',
          'flip',
          'status',
          'cut',
        ),
        by: fc.nat({ max: 400 }),
      }),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 70_000 }), mischief, async (size, bends) => {
        const bytes = content.subarray(0, size);
        const honestly = honest(new Map([[remote, bytes]]));
        let count = 0;
        let late: Buffer | undefined;
        const { results } = await run(
          (request, channel) => {
            if (request.type === 1) return honestly(request);
            const bend = bends.find((one) => one.at === count);
            count++;
            if (late !== undefined) {
              channel.send(honestly(request));
              const before = late;
              late = undefined;
              return before;
            }
            switch (bend?.kind) {
              case 'short':
                return honestly({ ...request, length: Math.min(request.length, 1 + bend.by) });
              case 'empty':
                return reply.data(request.id, Buffer.alloc(0));
              case 'end':
                return reply.status(request.id, 1);
              case 'excess':
                return reply.data(request.id, Buffer.alloc(request.length + 1 + bend.by));
              case 'late':
                late = honestly(request);
                return undefined;
              case 'twice':
                return Buffer.concat([honestly(request), honestly(request)]);
              case 'wrong id':
                return honestly({ ...request, id: request.id + 1 + bend.by });
              case 'flip': {
                // Content is the transport's to protect; only heads are bent here.
                const answer = Buffer.from(honestly(request));
                const place = bend.by % Math.min(9, answer.length);
                answer.writeUInt8(answer.readUInt8(place) ^ (1 << (bend.by % 8)), place);
                return answer;
              }
              case 'status':
                return reply.status(request.id, bend.by % 12);
              case 'cut':
                return honestly(request).subarray(0, bend.by % 9);
              default:
                return honestly(request);
            }
          },
          [jobFor(bytes)],
          false,
          20, // a reply that was cut off is waited for; a thousand of them for a quarter of a second is long
        );
        assert.equal(results.length, 1);
        outcomes[await assertSafe(results[0], bytes)]++;
        await rm(path.join(root, 'INBOX'), { recursive: true, force: true });
      }),
      {
        numRuns: RUNS,
        // Few random streams may well all be good, or all be bad.
        examples: [
          [70_000, []],
          [70_000, [{ at: 0, kind: 'status', by: 4 }]],
        ],
      },
    );
    assert.ok(outcomes.right > 0 && outcomes.error > 0, 'both kinds of outcome were met');
  });
});
