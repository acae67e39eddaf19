/** A server that stops at any step, answers each step late, or never comes to the end of an answer: each has its limit. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { defaultAlgorithms, defaultDeadlines, logIn } from '../../../lib/rap/client/connection.ts';
import { presentedHostKeys } from '../../../lib/rap/client/presented-keys.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { defaultListingLimits, type ListedFile, type Listing, list } from '../../../lib/rap/listing.ts';
import { download, type Result } from '../../../lib/rap/transfer/download.ts';
import { Pace } from '../../../lib/rap/transfer/pace.ts';
import { type Clock, SimulatedClock } from '../../../lib/time/clock.ts';
import { diskAtRest } from '../../support/disk.ts';
import { FakeChannel, fileAttributes, type Request, reply, text, uint32 } from '../../support/fake-sftp.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';

const [INIT, OPEN, CLOSE, READ, LSTAT, OPENDIR, READDIR, STAT, EXTENDED] = [1, 3, 4, 5, 7, 11, 12, 17, 200];
const SECOND = 1000;
/** The clock goes in steps of a second, so an end may be seen one step late. */
const SLACK = 1;

/** Never answers; answers as it should, 14 seconds later; sends 150 bytes a second of an answer without an end. */
type Manner = 'silent' | 'late' | 'endless';

/** Which requests a server answers so; `nth` counts those of a kind from 1, left out it is each of them. */
interface Stop {
  type: number;
  nth?: number;
  manner: Manner;
}

const content = Buffer.from('a report\n'.repeat(20));
const untyped = Buffer.concat([uint32(8), uint32(1_000), uint32(1_000)]);

interface Told {
  /** How many entries the folder has, and whether the listing tells what each of them is. */
  entries?: number;
  /** Names in each answer. */
  together?: number;
  typed?: boolean;
  /** What STAT says of the size. */
  size?: number;
}

/** A server of one folder with reports, that stops where it is told to. */
function serve(clock: SimulatedClock, stop: Stop, told: Told) {
  const { entries = 1, together = 1, typed = true, size = content.length } = told;
  const seen = new Map<number, number>();
  const places = new Map<string, number>();
  const honest = ({ type, id, subject, offset, length }: Request): Buffer => {
    switch (type) {
      case INIT:
        return greeting;
      case OPENDIR:
      case OPEN:
        return reply.handle(id, `${id}`);
      case READDIR: {
        const place = places.get(subject.toString()) ?? 0;
        places.set(subject.toString(), place + together);
        if (place >= entries) return reply.status(id, 1);
        const attributes = typed ? fileAttributes(content.length) : untyped;
        return reply.names(
          id,
          Array.from({ length: together }, (_, more) => ({ name: `${place + more}.txt`, attributes })),
        );
      }
      case READ: {
        const part = content.subarray(offset, offset + length);
        return part.length === 0 ? reply.status(id, 1) : reply.data(id, part);
      }
      case STAT:
        return reply.attributes(id, fileAttributes(size));
      case LSTAT:
        return reply.attributes(id, fileAttributes(typed ? size : content.length));
      case CLOSE:
        return reply.status(id, 0);
      default:
        return reply.status(id, 8);
    }
  };
  const channel: FakeChannel = new FakeChannel((request) => {
    const count = (seen.get(request.type) ?? 0) + 1;
    seen.set(request.type, count);
    const stops = request.type === stop.type && (stop.nth === undefined || count === stop.nth);
    if (!stops) return honest(request);
    if (stop.manner === 'late') clock.after(14 * SECOND, () => channel.send(honest(request)));
    if (stop.manner === 'endless') drip(clock, channel, Buffer.from([0, 3, 0, 0]));
    return undefined;
  });
  return channel;
}

/** It tells the limits of OpenSSH, so that they are asked for. */
const greeting = (() => {
  const body = Buffer.concat([Buffer.from([2]), uint32(3), text('limits@openssh.com'), text('1')]);
  return Buffer.concat([uint32(body.length), body]);
})();

function drip(clock: SimulatedClock, channel: FakeChannel, bytes: Buffer): void {
  if (channel.destroyed) return;
  channel.send(bytes);
  clock.after(10 * SECOND, () => drip(clock, channel, Buffer.alloc(1_500, 'x')));
}

/** @returns what the work came to, and after how many seconds of its clock */
async function timed<T>(
  clock: SimulatedClock,
  work: Promise<T>,
): Promise<{ code: string; given?: T; after: number }> {
  let done: { code: string; given?: T } | undefined;
  work.then(
    (given) => {
      done = { code: '', given };
    },
    (error: Error & { code?: string }) => {
      done = { code: error.code ?? error.message };
    },
  );
  const start = clock.monotonic();
  for (;;) {
    // What is on its way through the disk takes no time of this clock.
    await diskAtRest();
    const after = (clock.monotonic() - start) / SECOND;
    if (done !== undefined) return { ...done, after };
    assert.ok(after < 8 * 3600, 'it never ends');
    await clock.advance(SECOND);
  }
}

async function connected(clock: SimulatedClock, channel: FakeChannel): Promise<SftpRequests> {
  const requests = new SftpRequests(channel, clock, defaultDeadlines);
  channel.attach((bytes) => requests.receive(bytes));
  await requests.start();
  return requests;
}

const MANY: Told = { entries: 10_000, together: 200 };

describe('A listing of a server that stops', () => {
  const cases: [title: string, stop: Stop, told: Told, code: string, most: number][] = [
    ['at the greeting', { type: INIT, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at the question for limits', { type: EXTENDED, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at the folder', { type: OPENDIR, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at its names', { type: READDIR, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at a later page', { type: READDIR, nth: 3, manner: 'silent' }, { entries: 9 }, 'REQUEST_TIMEOUT', 15],
    ['at an entry', { type: LSTAT, manner: 'silent' }, { typed: false }, 'REQUEST_TIMEOUT', 15],
    ['and sends an opening without an end', { type: OPENDIR, manner: 'endless' }, {}, 'LIST_LIMIT', 60],
    ['and sends names without an end', { type: READDIR, manner: 'endless' }, {}, 'LIST_LIMIT', 60],
    [
      'and sends a look without an end',
      { type: LSTAT, manner: 'endless' },
      { typed: false },
      'LIST_LIMIT',
      60,
    ],
    ['and tells one name in 14 s', { type: READDIR, manner: 'late' }, { entries: 500 }, 'STALLED', 45],
    ['and tells some names in 14 s', { type: READDIR, manner: 'late' }, MANY, 'LIST_LIMIT', 60],
    ['and looks in 14 s', { type: LSTAT, manner: 'late' }, { entries: 500, typed: false }, 'LIST_LIMIT', 60],
  ];
  for (const [title, stop, told, code, most] of cases) {
    it(`${title} ends with ${code} within ${most} s`, async () => {
      const clock = new SimulatedClock(START);
      const channel = serve(clock, stop, told);
      let cut: Listing | undefined;
      const onCut = (partly: Listing) => {
        cut = partly;
      };
      const options = { limits: defaultListingLimits, clock, careful: false, onCut };
      const listing = async () => list(await connected(clock, channel), ['/INBOX'], options);
      const ended = await timed(clock, listing());
      assert.equal(ended.code, code);
      assert.ok(ended.after <= most + SLACK, `${ended.after} s`);
      const [before, listed] = [channel.seen.length, cut?.files.length];
      await clock.advance(60 * SECOND);
      if (code === 'LIST_LIMIT') assert.ok(channel.seen.length - before <= 32, 'it asks for more');
      assert.equal(cut?.files.length, listed, 'what it showed until then is told once');
    });
  }
});

describe('A report of a server that stops', () => {
  const root = temporaryFolder();
  const odd: Told = { size: content.length + 1, entries: 1 };
  const cases: [title: string, stop: Stop, told: Told, code: string, most: number][] = [
    ['at the first look', { type: STAT, nth: 1, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at the opening', { type: OPEN, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at its content', { type: READ, manner: 'silent' }, {}, 'REQUEST_TIMEOUT', 15],
    ['at its end', { type: READ, nth: 2, manner: 'silent' }, {}, 'unanswered', 15],
    ['at its closing', { type: CLOSE, manner: 'silent' }, {}, '', 15],
    ['at the second look', { type: STAT, nth: 2, manner: 'silent' }, {}, 'unanswered', 15],
    ['at another look', { type: LSTAT, manner: 'silent' }, odd, 'REQUEST_TIMEOUT', 15],
    ['at the folder, listed again', { type: OPENDIR, manner: 'silent' }, odd, 'REQUEST_TIMEOUT', 15],
    ['at names, listed again', { type: READDIR, manner: 'silent' }, odd, 'REQUEST_TIMEOUT', 15],
    ['and sends a look without an end', { type: STAT, nth: 1, manner: 'endless' }, {}, 'STALLED', 120],
    ['and sends an opening without an end', { type: OPEN, manner: 'endless' }, {}, 'STALLED', 120],
    ['and sends content without an end', { type: READ, manner: 'endless' }, {}, 'STALLED', 120],
    [
      'and sends a second look without an end',
      { type: STAT, nth: 2, manner: 'endless' },
      {},
      'unanswered',
      120,
    ],
    ['and lists again without an end', { type: READDIR, manner: 'endless' }, odd, 'FILE_CHANGED', 120],
    [
      'and lists again, some names in 14 s',
      { type: READDIR, manner: 'late' },
      { ...odd, ...MANY },
      'FILE_CHANGED',
      60,
    ],
    ['and takes 14 s for each step', { type: STAT, manner: 'late' }, {}, '', 28],
  ];
  for (const [title, stop, told, code, most] of cases) {
    it(`${title} ends with ${code || 'the report'} within ${most} s`, async () => {
      const clock = new SimulatedClock(START);
      const channel = serve(clock, stop, told);
      const requests = await connected(clock, channel);
      const name = '0.txt';
      const facts = { size: content.length, modifiedAt: 1_000_000 };
      const file: ListedFile = { path: `/INBOX/${name}`, name, folder: '/INBOX', ...facts };
      const results: Result[] = [];
      const options = { root: root(), clock, careful: false, fileSize: 1e9, reserve: 0, slowest: 1000 };
      const work = download(requests, [{ file, target: path.join(root(), name) }], {
        ...options,
        onResult: (result) => void results.push(result),
      });
      const { after } = await timed<unknown>(clock, work);
      const [result] = results;
      assert.equal(result?.error === undefined ? (result?.notLookedAgain ?? '') : result.error.code, code);
      assert.ok(after <= most + SLACK, `${after} s`);
      requests.fail(new Error('over') as never);
    });
  }
});

describe('A server that stops before SFTP', () => {
  const words: [title: string, say: (socket: net.Socket, clock: SimulatedClock) => void][] = [
    ['says nothing', () => {}],
    ['stops after its name', (socket) => socket.write('SSH-2.0-RAP\r\n')],
    [
      'goes on with words of its own',
      (socket, clock) => {
        const more = () => {
          if (socket.destroyed) return;
          socket.write('wait\r\n');
          clock.after(5 * SECOND, more);
        };
        more();
      },
    ],
  ];
  for (const [title, say] of words) {
    for (const what of ['log-in', 'look at its host key'] as const) {
      it(`and ${title} ends a ${what} with HANDSHAKE_TIMEOUT after 20 s`, async () => {
        const clock = new SimulatedClock(START);
        const server = net.createServer((socket) => {
          socket.on('error', () => {});
          say(socket, clock);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        try {
          const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
          const login = {
            user: 'u',
            key: {} as never,
            pins: [{ host: '', port: 0, fingerprint: 'SHA256:x' }],
          };
          const options = { deadlines: defaultDeadlines, algorithms: defaultAlgorithms, clock };
          const work =
            what === 'log-in'
              ? logIn(address, { ...login, ...options })
              : presentedHostKeys(address, options).next();
          work.catch(() => {});
          // Until the connection stands nothing may pass.
          await new Promise((resolve) => server.once('connection', resolve));
          for (let some = 0; some < 50; some++) await turn();
          const { code, after } = await timed<unknown>(clock, work);
          assert.equal(code, 'HANDSHAKE_TIMEOUT');
          assert.ok(after <= 21, `${after} s`);
        } finally {
          server.close();
        }
      });
    }
  }
});

describe('A log-in that is stopped when its connection has just been made', () => {
  it('goes no further', async () => {
    const server = net.createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise<net.Socket>((resolve) => server.once('connection', resolve));
    try {
      const stop = new AbortController();
      const real = new SimulatedClock(START);
      // The deadline of the connection is taken away when it stands: that is the moment.
      const clock: Clock = {
        now: () => real.now(),
        monotonic: () => real.monotonic(),
        after: () => () => queueMicrotask(() => stop.abort()),
      };
      const work = logIn(
        { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
        {
          ...{ user: 'u', key: {} as never, pins: [{ host: '', port: 0, fingerprint: 'SHA256:x' }] },
          ...{ deadlines: defaultDeadlines, algorithms: defaultAlgorithms, clock, signal: stop.signal },
        },
      );
      const socket = await accepted;
      let said = '';
      socket.on('data', (bytes) => {
        said += bytes.toString('latin1');
      });
      await Promise.all([assert.rejects(work, { code: 'ABORTED' }), once(socket, 'close')]);
      assert.equal(said, '', 'not even a greeting');
    } finally {
      server.close();
    }
  });
});

describe('The guard of a report', () => {
  const cases: [title: string, rate: number, waits: boolean, ends: number | undefined][] = [
    ['150 bytes a second of an answer without an end', 150, true, 120],
    ['900 bytes a second', 900, true, 660],
    ['1,100 bytes a second', 1_100, true, undefined],
    ['nothing at all: the account says how long a silent line is waited for', 0, true, undefined],
    ['nothing, because nothing is asked for: our own disk is slow', 0, false, undefined],
  ];
  for (const [title, rate, waits, ends] of cases) {
    it(`${ends === undefined ? 'lets pass' : `ends after ${ends} s`}: ${title}`, async () => {
      const clock = new SimulatedClock(START);
      const codes: string[] = [];
      const line = {
        get bytesReceived() {
          return (clock.monotonic() / SECOND) * rate;
        },
        waits,
        fail: ({ code }: { code: string }) => void codes.push(`${code} ${clock.monotonic() / SECOND}`),
      };
      const end = new Pace(clock, () => 1000).guard('/INBOX/a.txt', line);
      await clock.advance(7_200 * SECOND, async () => void (await turn()));
      end();
      assert.deepEqual(codes, ends === undefined ? [] : [`STALLED ${ends}`]);
      assert.equal(clock.pending, 0);
    });
  }
});
