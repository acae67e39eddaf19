/**
 * Servers that let a file be read once: mailboxes and archives that take it away when it was opened, read or closed. What
 * came whole is kept, and it is said that nobody could look again; what contradicts is refused as ever.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { download, type Job, type Result } from '../../../lib/rap/transfer/download.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { FakeChannel, fileAttributes, honest, type Request, reply, uint32 } from '../../support/fake-sftp.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const OPEN = 3;
const CLOSE = 4;
const READ = 5;
const LSTAT = 7;
const STAT = 17;

/** Answers a request its own way; undefined is an honest answer, 'silence' none, 'end' the end of the connection. */
type Bend = (request: Request, name: string) => Buffer | undefined | 'silence' | 'end';

/** Files of less than one read, of several, and of a whole number of them. */
const files = new Map(
  [5_000, 100_000, 65_536].map((size) => [`/INBOX/MT950_${size}.TXT`, Buffer.alloc(size, `${size} `)]),
);

describe('A file that can be read once', () => {
  const root = temporaryFolder();

  function jobs(): Job[] {
    return [...files].map(([name, content]) => ({
      file: {
        ...{ path: name, name: path.basename(name), folder: path.dirname(name) },
        ...{ size: content.length, modifiedAt: 1_000_000 },
      },
      target: path.join(root(), name),
    }));
  }

  async function run(bend: Bend, careful: boolean) {
    const honestly = honest(files);
    const channel = new FakeChannel((request) => {
      const answer = bend(request, request.subject.toString().replace(/^handle:/, ''));
      if (answer === 'end')
        requests.fail(new RapError('CONNECTION_LOST', 'the server closed the connection'));
      return typeof answer === 'string' ? undefined : (answer ?? honestly(request));
    });
    const requests: SftpRequests = new SftpRequests(channel, realClock, { request: 250, stall: 20_000 });
    channel.attach((bytes) => requests.receive(bytes));
    await requests.start();
    const results: Result[] = [];
    await download(requests, jobs(), {
      ...{ root: root(), careful, clock: realClock, reserve: 0, fileSize: 2 ** 30 },
      onResult: (result) => void results.push(result),
    });
    assert.equal(results.length, files.size, 'each has one result');
    const opened = channel.seen.filter(({ type }) => type === OPEN).map(({ subject }) => `${subject}`);
    assert.equal(new Set(opened).size, opened.length, 'nothing is opened twice');
    return results;
  }

  /** How each file fared: why it was not looked at again, 'seen' when it was, or the code it failed with. */
  async function fates(results: Result[]): Promise<string[]> {
    for (const result of results) {
      if (result.error !== undefined) continue;
      assert.deepEqual(await readFile(result.local), files.get(result.job.file.path));
    }
    const left = await readdir(root(), { recursive: true, withFileTypes: true });
    const kept = results.filter((result) => result.error === undefined);
    assert.equal(left.filter((entry) => entry.isFile()).length, kept.length, 'nothing else is left');
    return results.map((result) =>
      result.error === undefined ? (result.notLookedAgain ?? 'seen') : result.error.code,
    );
  }

  /** A server that takes each file away at some moment, and answers from then on with this status. */
  function mailbox(moment: 'open' | 'last byte' | 'close', status: number): Bend {
    const gone = new Set<string>();
    return (request, name) => {
      const { type, id } = request;
      const readToEnd = type === READ && request.offset + request.length >= (files.get(name)?.length ?? 0);
      const asked =
        type === STAT || type === LSTAT || type === OPEN || (type === READ && moment === 'last byte');
      if (gone.has(name) && asked) return reply.status(id, status, 'The message is not extractable!');
      const now = { open: type === OPEN, 'last byte': readToEnd, close: type === CLOSE };
      if (now[moment]) gone.add(name);
      return undefined;
    };
  }

  /** Other answers once a file was closed. */
  function afterwards(answer: Bend): Bend {
    const closed = new Set<string>();
    return (request, name) => {
      if (request.type === CLOSE) closed.add(name);
      return closed.has(name) ? answer(request, name) : undefined;
    };
  }

  const every = (fate: string) => [...files].map(() => fate);

  for (const careful of [false, true]) {
    const how = careful ? 'one request at a time' : 'pipelined';

    for (const moment of ['open', 'last byte', 'close'] as const) {
      for (const [status, says] of [
        [2, 'no such file'],
        [3, 'permission denied'],
        [4, 'failure'],
      ] as const) {
        it(`is kept when it goes at the ${moment} and all further answers are "${says}" (${how})`, async () => {
          assert.deepEqual(await fates(await run(mailbox(moment, status), careful)), every('removed'));
        });
      }
    }

    for (const [what, bend, fate] of [
      [
        'its close is refused',
        ({ type, id }: Request) => (type === CLOSE ? reply.status(id, 4) : undefined),
        'seen',
      ],
      [
        'its close is refused because it was moved to an archive',
        ({ type, id }: Request) => (type === CLOSE ? reply.status(id, 3, 'archived') : reply.status(id, 2)),
        'removed',
      ],
      [
        'a look says nothing of it any more',
        ({ type, id }: Request) => (type === STAT ? reply.attributes(id, uint32(0)) : undefined),
        'removed',
      ],
      [
        'the look after it has another size',
        ({ type, id }: Request) => (type === STAT ? reply.attributes(id, fileAttributes(0)) : undefined),
        'FILE_CHANGED',
      ],
      [
        'the look after it has another time',
        ({ type, id }: Request, name: string) =>
          type === STAT
            ? reply.attributes(id, fileAttributes(files.get(name)?.length ?? 0, 2_000))
            : undefined,
        'FILE_CHANGED',
      ],
    ] as const) {
      const verb = fate === 'FILE_CHANGED' ? 'refused' : 'kept';
      it(`is ${verb} when ${what} (${how})`, async () => {
        assert.deepEqual(await fates(await run(afterwards(bend), careful)), every(fate));
      });
    }

    for (const [what, answer, code] of [
      ['ends the connection', 'end', 'CONNECTION_LOST'],
      ['does not answer any more', 'silence', 'REQUEST_TIMEOUT'],
    ] as const) {
      it(`is kept when the server ${what} instead of closing it; what was not read is not (${how})`, async () => {
        const over = afterwards(() => answer);
        // Of the others no byte comes before the first was closed.
        const [first] = files.keys();
        const results = await run((request, name) => {
          if (request.type === READ && name !== first) return 'silence';
          return over(request, name);
        }, careful);
        assert.deepEqual((await fates(results)).sort(), [code, code, 'unanswered'].sort());
      });
    }

    for (const [what, bend, code] of [
      ['is shorter than listed', { end: 4_000 }, 'SHORT_FILE'],
      ['is longer than listed', { end: 200_000 }, 'EXCESS_DATA'],
    ] as const) {
      it(`is not kept when it is gone and ${what} (${how})`, async () => {
        const gone = mailbox('open', 2);
        const results = await run((request, name) => {
          if (request.type !== READ) return gone(request, name);
          const length = Math.min(request.length, bend.end - request.offset);
          return length > 0 ? reply.data(request.id, Buffer.alloc(length)) : reply.status(request.id, 1);
        }, careful);
        assert.deepEqual(await fates(results), every(code));
      });
    }

    it(`is not kept when its end was refused by a server that answers reads in pieces (${how})`, async () => {
      const results = await run((request, name) => {
        if (request.type !== READ) return undefined;
        const content = files.get(name) ?? Buffer.alloc(0);
        const part = content.subarray(request.offset, request.offset + Math.min(request.length, 900));
        return part.length > 0 ? reply.data(request.id, part) : reply.status(request.id, 4);
      }, careful);
      assert.deepEqual(await fates(results), every('REMOTE_FAILURE'));
    });
  }
});
