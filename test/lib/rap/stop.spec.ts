/** Told to stop, a session waits for no answer that is under way, and a mail not for long. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { smtpTransport } from '../../../lib/mail/relay.ts';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { type Connection, defaultDeadlines } from '../../../lib/rap/client/connection.ts';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { RapSession } from '../../../lib/rap/session.ts';
import type { Result } from '../../../lib/rap/transfer/download.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { FakeChannel, honest, type Request } from '../../support/fake-sftp.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const [OPEN, CLOSE, READ, OPENDIR, STAT] = [3, 4, 5, 11, 17];
const content = Buffer.from('a report');
const account = parseAccount({
  name: 'A',
  installation: 'hkscc',
  user: 'u',
  addresses: { primary: [{ host: '127.0.0.1', port: 1 }], secondary: [] },
  folders: ['/INBOX'],
});

/** A session with a server that does not answer requests of one type, and what says that one was made. */
async function silentAt(type: number) {
  const clock = new SimulatedClock(START);
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const serve = honest(new Map([['/INBOX/a.txt', content]]));
  const channel = new FakeChannel((request: Request) => {
    if (request.type !== type) return serve(request);
    asked();
    return undefined;
  });
  const requests = new SftpRequests(channel, clock, defaultDeadlines);
  channel.attach((bytes) => requests.receive(bytes));
  await requests.start();
  const connection = {
    ...{ requests, fingerprint: '', hostKeyType: '', widen: () => {} },
    destroy: () => requests.fail(Object.assign(new Error('destroyed'), { code: 'CONNECTION_LOST' }) as never),
    end: async () => {},
  } as Connection;
  return { clock, wasAsked, session: new RapSession(account, 'primary', '127.0.0.1:1', connection, clock) };
}

describe('Told to stop', () => {
  const root = temporaryFolder();
  it('a listing ends at once, whatever the server owes', async () => {
    const { clock, wasAsked, session } = await silentAt(OPENDIR);
    const stop = new AbortController();
    const listing = session.list(undefined, { signal: stop.signal });
    await wasAsked;
    stop.abort();
    await assert.rejects(listing, { code: 'ABORTED' });
    assert.equal(clock.monotonic(), 0);
  });

  it('a listing does not begin when that was said before', async () => {
    const { session } = await silentAt(OPENDIR);
    await assert.rejects(session.list(undefined, { signal: AbortSignal.abort() }), { code: 'ABORTED' });
  });

  for (const [what, type] of Object.entries({ look: STAT, opening: OPEN, content: READ, closing: CLOSE })) {
    it(`a download ends at once when the server owes the ${what}, and leaves nothing`, async () => {
      const { clock, wasAsked, session } = await silentAt(type);
      const stop = new AbortController();
      const facts = { size: content.length, modifiedAt: 1_000_000 };
      const file = { path: '/INBOX/a.txt', name: 'a.txt', folder: '/INBOX', ...facts };
      const results: Result[] = [];
      const options = { root: root(), signal: stop.signal };
      const jobs = [{ file, target: path.join(root(), 'a.txt') }];
      const work = session.download(jobs, (result) => void results.push(result), options);
      await wasAsked;
      stop.abort();
      await work;
      assert.equal(clock.monotonic(), 0);
      const [result] = results;
      const kept = result?.error === undefined;
      assert.deepEqual(await readdir(root()), kept ? ['a.txt'] : []);
      if (!kept) assert.equal(result?.error?.code, 'ABORTED');
    });
  }

  for (const [title, words, kind] of [
    ['that does not greet', [], 'unreachable'],
    ['that does not answer the greeting', ['220 relay'], 'unreachable'],
    [
      'that does not confirm what it was given',
      ['220 relay', '250 relay', '250 ok', '250 ok', '354 go'],
      'unknown',
    ],
  ] as const) {
    it(`a mail to a relay ${title} ends a second later (${kind})`, async () => {
      const clock = new SimulatedClock(START);
      const sockets = new Set<net.Socket>();
      let silent = () => {};
      const isSilent = new Promise<void>((resolve) => {
        silent = resolve;
      });
      const server = net.createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
        const left: string[] = [...words];
        const say = () => {
          const line = left.shift();
          if (line === undefined) silent();
          else socket.write(`${line}\r\n`);
        };
        say();
        socket.on('data', say);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const { port } = server.address() as AddressInfo;
        const stop = new AbortController();
        const { smtp } = someContacts({ port });
        const transport = smtpTransport(smtp, clock, stop.signal);
        const to = ['ada@broker.example'];
        const sending = transport.send(
          { from: smtp.from.address, to },
          Buffer.from('Subject: x\r\n\r\nx\r\n'),
        );
        await isSilent;
        stop.abort();
        for (let some = 0; some < 20; some++) await turn();
        await clock.advance(1_000);
        assert.equal((await sending).kind, kind);
        assert.equal(clock.pending, 0);
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    });
  }
});
