/** Whatever a command is at work on, SIGTERM ends it: nothing of it goes on, and nothing at a final name is half. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sweepTemporary } from '../../lib/files/durable.ts';
import { newKey, writeKey } from '../../simulator/keys.ts';
import { familyOf, isRunning, Program, until } from '../scripts/processes.ts';
import { makeLargeLedger } from '../support/large-ledger.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));
const PIN = `SHA256:${'A'.repeat(43)}`;

/** How those end that clean up; all others just end. */
const endings: Record<string, number | undefined> = { fetch: 5, simulate: 0 };

describe('SIGTERM', function () {
  this.timeout(300_000);
  let top: string;
  let ledger: string;
  /** Takes connections and says nothing. */
  let server: net.Server;
  const sockets = new Set<net.Socket>();
  const home = () => path.join(top, 'home');
  const backup = () => path.join(top, 'backup/ledger.sqlite');

  before(async () => {
    top = await mkdtemp(path.join(tmpdir(), 'rap-stop-'));
    await mkdir(home());
    ledger = path.join(home(), 'ledger.sqlite');
    await makeLargeLedger(ledger, 400_000);
    await writeKey(path.join(top, 'key'), newKey('user'));
    await writeFile(path.join(top, 'notes.txt'), 'not a report');
    await writeFile(path.join(top, 'signals.csv'), 'code,issued,cancelled\n');
    server = net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(top, { recursive: true, force: true });
  });

  const port = () => String((server.address() as AddressInfo).port);
  const login = () => ['--user', 'u', '--key', path.join(top, 'key'), '--host-key', PIN];
  const connected = () => sockets.size > 0;
  /** Has the program a file open? */
  const holds = (file: () => string) => async (program: Program) => {
    const open = await readdir(`/proc/${program.pid}/fd`).catch(() => []);
    const names = await Promise.all(
      open.map((fd) => readlink(`/proc/${program.pid}/fd/${fd}`).catch(() => '')),
    );
    return names.some((name) => name === file());
  };

  const cases: [what: string, words: () => string[], atWork: (program: Program) => unknown][] = [
    [
      'fetch',
      () => [
        '--host',
        '127.0.0.1',
        '--port',
        port(),
        ...login(),
        '--from',
        '/INBOX',
        '--to',
        path.join(top, 'to'),
      ],
      connected,
    ],
    ['check', () => ['--primary', `127.0.0.1:${port()}`, ...login()], connected],
    ['hostkey', () => ['127.0.0.1', port()], connected],
    // So many that it is at work for a while.
    ['inspect', () => Array<string>(20_000).fill(path.join(top, 'notes.txt')), ({ output }) => output !== ''],
    ['catalogue learn', () => ['--home', home()], holds(() => ledger)],
    ['ledger verify', () => ['--home', home()], holds(() => ledger)],
    ['ledger backup', () => [backup(), '--home', home()], holds(() => ledger)],
    [
      'rehearse',
      () => [
        ...['--date', '2026-11-28', '--signals', path.join(top, 'signals.csv')],
        ...['--home', path.join(top, 'rehearsed'), '--json'],
      ],
      ({ output }) => output.includes('"what":'),
    ],
    [
      'simulate',
      () => ['--home', path.join(top, 'simulated'), '--ports', 'ephemeral', '--json'],
      async (program) => {
        if (!program.output.includes('"ready":true')) return false;
        // Somebody is connected, and says nothing either.
        const [, host = '', at = ''] = /"host":"([\d.]+)","port":(\d+)/.exec(program.output) ?? [];
        const socket = net.connect(Number(at), host);
        sockets.add(socket.on('error', () => {}));
        await once(socket, 'connect');
        return true;
      },
    ],
  ];
  /** A program that is at work; one that a busy machine shows only when it has ended is started once more. */
  async function startedAt(...[what, words, atWork]: (typeof cases)[number]): Promise<Program> {
    for (let tries = 1; ; tries++) {
      const program = new Program(process.execPath, [rap, ...what.split(' '), ...words()], {});
      await until(
        async () => program.status !== undefined || Boolean(await atWork(program)),
        () => `${what} is not at work: ${program.output}`,
      );
      if (program.status === undefined) return program;
      assert.ok(tries < 20, `it ends before it is seen at work: ${program.output}`);
      await rm(path.dirname(backup()), { recursive: true, force: true });
    }
  }

  for (const [what, words, atWork] of cases) {
    it(`ends rap ${what}`, async () => {
      const program = await startedAt(what, words, atWork);
      const family = familyOf(program.pid);
      program.kill('SIGTERM');
      // Whoever went on would end with what it found, or with the far end's timeout.
      assert.equal(await program.end(), endings[what] ?? 'SIGTERM', program.output.slice(-1_000));
      if (what === 'fetch') assert.match(program.output, /^ABORTED: /m);
      assert.deepEqual(family.filter(isRunning), []);
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    });
  }

  it('leaves no backup that is half, and nothing that the next start does not sweep away', async () => {
    assert.deepEqual(
      (await readdir(path.dirname(backup()))).filter((name) => !name.startsWith('.part-')),
      [],
    );
    await sweepTemporary(home(), false);
    const left = (await readdir(home())).filter((name) => name.startsWith('.'));
    assert.deepEqual(left, []);
  });
});
