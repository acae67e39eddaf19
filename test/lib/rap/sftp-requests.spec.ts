import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { FakeChannel, fileAttributes, frame, honest, type Request, reply } from '../../support/fake-sftp.ts';

const deadlines = { request: 15_000, stall: 30_000 };
const path = Buffer.from('/INBOX/a');

function open(answer: (request: Request, channel: FakeChannel) => Buffer | undefined) {
  const clock = new SimulatedClock(0);
  const channel = new FakeChannel(answer);
  const requests = new SftpRequests(channel, clock, deadlines);
  channel.attach((bytes) => requests.receive(bytes));
  return { clock, channel, requests };
}

/** Lets answers that are already on their way arrive. */
async function turn(times = 6): Promise<void> {
  for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** What becomes of a promise once time has gone on by `ms`. */
async function later(clock: SimulatedClock, ms: number, promise: Promise<unknown>): Promise<unknown> {
  const outcome = promise.then(
    (value) => ({ value }),
    (error) => ({ code: error.code }),
  );
  await turn();
  await clock.advance(ms);
  await turn();
  return Promise.race([outcome, turn().then(() => 'still waiting')]);
}

describe('SFTP requests', () => {
  const server = honest(new Map([['/INBOX/a', Buffer.from('content')]]));

  it('get their answers', async () => {
    const { requests } = open(server);
    await requests.start();
    assert.equal((await requests.stat(path)).size, 7);
    const handle = await requests.open(path);
    const content = await requests.read(handle, 3, 100);
    assert.equal(Buffer.concat(content?.slices ?? []).toString(), 'tent');
    assert.equal(await requests.read(handle, 7, 100), undefined);
    await requests.close(handle);
  });

  it('of one turn leave in one packet', async () => {
    let writes = 0;
    const { requests, channel } = open(server);
    const write = channel.write.bind(channel);
    channel.write = (bytes) => {
      writes++;
      write(bytes);
    };
    await requests.start();
    writes = 0;
    await Promise.all([requests.stat(path), requests.open(path), requests.stat(path)]);
    assert.equal(writes, 1);
  });

  for (const [type, name, ask] of [
    [1, 'the greeting', (r: SftpRequests) => r.start()],
    [17, 'STAT', (r: SftpRequests) => r.stat(path)],
    [3, 'OPEN', (r: SftpRequests) => r.open(path)],
    [5, 'READ', (r: SftpRequests) => r.read(Buffer.from('handle:/INBOX/a'), 0, 10)],
    [4, 'CLOSE', (r: SftpRequests) => r.close(Buffer.from('h'))],
    [11, 'OPENDIR', (r: SftpRequests) => r.openFolder(path)],
    [12, 'READDIR', (r: SftpRequests) => r.readFolder(Buffer.from('h'))],
  ] as const) {
    it(`give up on ${name} that is never answered, at the deadline and not before`, async () => {
      const { requests, clock, channel } = open((request) =>
        request.type === type ? undefined : server(request),
      );
      const asked = ask(requests);
      asked.catch(() => {});
      assert.equal(await later(clock, 14_999, asked), 'still waiting');
      assert.deepEqual(await later(clock, 1, asked), { code: 'REQUEST_TIMEOUT' });
      assert.ok(channel.destroyed, 'the connection is destroyed, not awaited');
      await assert.rejects(requests.stat(path), { code: 'REQUEST_TIMEOUT' });
    });
  }

  it('that get the beginning of a text for an answer say so, when nothing more comes and when the line ends', async () => {
    for (const lost of [false, true]) {
      const { requests, clock } = open(() => Buffer.from('Account disabled'));
      const asked = requests.start();
      asked.catch(() => {});
      await turn();
      if (lost) requests.fail(new RapError('CONNECTION_LOST', 'the server closed the channel'));
      else await clock.advance(15_000);
      await assert.rejects(asked, { code: 'SFTP_TEXT', message: /"Account disabled"/ });
    }
  });

  it('go on after an answer that cannot be read', async () => {
    const bad = (id: number) => frame(105, id, fileAttributes(1), Buffer.from('?'));
    const { requests } = open((request) => (request.id === 1 ? bad(1) : server(request)));
    await requests.start();
    await assert.rejects(requests.stat(path), { code: 'SFTP_PROTOCOL', message: /1 bytes after the end/ });
    assert.equal((await requests.stat(path)).size, 7);
  });

  it('are patient while bytes arrive: a slow line is not a hang', async () => {
    const { requests, clock } = open((request) => (request.type === 5 ? undefined : server(request)));
    const asked = requests.read(Buffer.from('h'), 0, 60_000);
    await turn();
    const answer = reply.data(1, Buffer.alloc(60_000));
    for (let at = 0; at < answer.length; at += 6_000) {
      await clock.advance(14_000);
      requests.receive(answer.subarray(at, at + 6_000));
    }
    assert.equal((await asked)?.length, 60_000);
  });

  it('call a trickle below the stall limit a stall', async () => {
    const { requests, clock } = open(() => undefined);
    const asked = requests.read(Buffer.from('h'), 0, 60_000);
    asked.catch(() => {});
    await turn();
    const answer = reply.data(1, Buffer.alloc(60_000));
    for (let at = 0; at < 40 && requests.failure === undefined; at++) {
      await clock.advance(1_000);
      requests.receive(answer.subarray(at * 10, at * 10 + 10));
    }
    await assert.rejects(asked, { code: 'STALLED' });
    assert.equal(clock.now(), 30_000);
  });

  it('notice one that the server forgot while it answers others', async () => {
    const { requests, clock } = open((request) =>
      request.type === 17 && request.id === 1 ? undefined : server(request),
    );
    const forgotten = requests.stat(path);
    forgotten.catch(() => {});
    for (let second = 0; second < 20 && requests.failure === undefined; second++) {
      await requests.stat(path).catch(() => {});
      await clock.advance(1_000);
    }
    await assert.rejects(forgotten, { code: 'REQUEST_TIMEOUT' });
    assert.equal(clock.now(), 16_000);
  });

  for (const [what, bend] of [
    ['an answer to a request never made', (r: Request) => reply.attributes(r.id + 1000, fileAttributes(1))],
    ['an answer twice', (r: Request) => Buffer.concat([server(r), server(r)])],
    ['a handle for a STAT', (r: Request) => reply.handle(r.id, 'h')],
    ['a bare OK for a STAT', (r: Request) => reply.status(r.id, 0)],
    ['a second greeting', (r: Request) => Buffer.concat([reply.version(), server(r)])],
  ] as const) {
    it(`end the connection at ${what}`, async () => {
      const { requests } = open((request) => (request.type === 17 ? bend(request) : server(request)));
      await requests.start();
      const first = requests.stat(path).catch((error) => error.code);
      const second = requests.stat(path).catch((error) => error.code);
      await turn();
      assert.ok([await first, await second].includes('SFTP_PROTOCOL'));
    });
  }

  for (const version of [2, 4, 6]) {
    it(`are not made at all of a server of version ${version}`, async () => {
      const { requests } = open(() => reply.version(version));
      await assert.rejects(requests.start(), { code: 'SFTP_UNSUPPORTED' });
    });
  }

  for (const [code, expected] of [
    [2, 'REMOTE_MISSING'],
    [3, 'REMOTE_DENIED'],
    [4, 'REMOTE_FAILURE'],
    [8, 'REMOTE_FAILURE'],
    [4711, 'REMOTE_FAILURE'],
  ] as const) {
    it(`turn status ${code} into ${expected} without ending the connection`, async () => {
      const { requests } = open((request) =>
        request.type === 3 ? reply.status(request.id, code, 'no \u001b[2J way') : server(request),
      );
      await assert.rejects(requests.open(path), (error: Error & { code: string }) => {
        assert.equal(error.code, expected);
        assert.ok(!error.message.includes('\u001b'), 'no control characters of the server reach a person');
        return true;
      });
      assert.equal((await requests.stat(path)).size, 7);
    });
  }
});
