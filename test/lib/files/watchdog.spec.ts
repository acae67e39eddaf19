/** Shares that do not answer: calls that hang at will, on a clock that only the test moves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Disk } from '../../../lib/files/durable.ts';
import { Watchdog } from '../../../lib/files/watchdog.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { PATIENCE_MS } from '../../support/patience.ts';
import { START } from '../ledger/samples.ts';
import { temporaryFolder } from './temp-folder.ts';

/** Lets what can go on go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Turns until something holds: calls to the real disk below take as long as they take, on a busy machine seconds. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const latest = performance.now() + PATIENCE_MS;
  while (!holds()) {
    assert.ok(performance.now() < latest, `waited in vain for ${what}`);
    await turn();
  }
}

/** A real disk whose calls can be held back, also those of open files ("handle.sync"). */
class HeldDisk {
  /** Calls that were made, or that hang. */
  readonly made: string[] = [];
  /** Which calls hang from now on. */
  hangs: (call: string) => boolean = () => false;
  #gates: (() => void)[] = [];
  readonly disk: Disk = this.#watched(fs, '') as Disk;

  /** Calls that hang go on. */
  release(): void {
    this.hangs = () => false;
    for (const open of this.#gates.splice(0)) open();
  }

  #watched(target: object, prefix: string): object {
    return new Proxy(target, {
      get: (real, name) => {
        const method: unknown = Reflect.get(real, name, real);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const call = `${prefix}${String(name)}`;
          this.made.push(call);
          if (this.hangs(call)) await new Promise<void>((resolve) => this.#gates.push(resolve));
          const result: unknown = await Reflect.apply(method, real, args);
          return name === 'open' ? this.#watched(result as object, 'handle.') : result;
        };
      },
    });
  }
}

describe('A patient disk', function () {
  this.timeout(300_000);

  const folder = temporaryFolder();
  const file = (name: string) => path.join(folder(), name);
  let clock: SimulatedClock;
  let calls: Watchdog;
  let held: HeldDisk;

  beforeEach(() => {
    clock = new SimulatedClock(START);
    calls = new Watchdog({ clock, most: 2 });
    held = new HeldDisk();
  });
  afterEach(async () => {
    held.release();
    await until(() => !calls.busy, 'the last call');
    assert.equal(clock.pending, 0, 'no timer is left');
  });

  /** A patient disk for one piece of work. */
  const share = (changes: { name?: string; signal?: AbortSignal; answerWithin?: number } = {}) => {
    const { name = '/mnt/ops', ...options } = changes;
    return calls.disk(name, { disk: held.disk, ...options });
  };

  /** A promise, and what has become of it. */
  function watch(promise: Promise<unknown>): { state: string } {
    const seen = { state: 'waits' };
    promise.then(
      () => Object.assign(seen, { state: 'done' }),
      (error: { code: string }) => Object.assign(seen, { state: error.code }),
    );
    return seen;
  }

  const ofDisk: Record<string, (disk: Disk) => Promise<unknown>> = {
    open: (disk) => disk.open(file('there'), 'r').then((handle) => handle.close()),
    link: (disk) => disk.link(file('there'), file('linked')),
    unlink: (disk) => disk.unlink(file('there')),
    rename: (disk) => disk.rename(file('there'), file('renamed')),
    lstat: (disk) => disk.lstat(file('there')),
    stat: (disk) => disk.stat(file('there')),
    mkdir: (disk) => disk.mkdir(file('folder/inner'), { recursive: true }),
    readdir: (disk) => disk.readdir(folder()),
  };
  const ofHandle: Record<string, (handle: fs.FileHandle) => Promise<unknown>> = {
    read: (handle) => handle.read(Buffer.alloc(4), 0, 4, 0),
    readFile: (handle) => handle.readFile('utf8'),
    write: (handle) => handle.write('x'),
    writeFile: (handle) => handle.writeFile('x'),
    stat: (handle) => handle.stat(),
    sync: (handle) => handle.sync(),
    close: (handle) => handle.close(),
  };

  const all: [string, (disk: Disk) => Promise<() => Promise<unknown>>][] = [
    ...Object.entries(ofDisk).map(([call, make]): (typeof all)[number] => [
      call,
      async (disk) => () => make(disk),
    ]),
    ...Object.entries(ofHandle).map(([call, make]): (typeof all)[number] => [
      `handle.${call}`,
      async (disk) => {
        const handle = await disk.open(file('there'), 'r+');
        return () => make(handle).finally(() => handle.close().catch(() => undefined));
      },
    ]),
  ];
  for (const [call, prepare] of all) {
    it(`gives up a hanging ${call} after a minute, asks nothing more, and serves when it has ended`, async () => {
      await fs.writeFile(file('there'), 'content');
      const make = await prepare(share());
      held.hangs = (one) => one === call;
      const pending = make();
      const seen = watch(pending);
      await until(() => held.made.includes(call), call);
      await clock.advance(59_999);
      assert.equal(seen.state, 'waits');
      await clock.advance(1);
      await assert.rejects(pending, {
        code: 'SHARE_SILENT',
        message: new RegExp(
          `^/mnt/ops does not answer: "${call.replace('handle.', '')} .*" was asked of it at 2026-11-20 .* has not ended since$`,
        ),
      });

      const made = held.made.length;
      await assert.rejects(share().stat(folder()), { code: 'SHARE_SILENT' });
      assert.equal(held.made.length, made, 'refused without an attempt');

      held.release();
      await until(() => !calls.busy, 'its end');
      await share().stat(folder());
    });
  }

  it('gives flushing calls a second more for each MiB that was written', async () => {
    const handle = await share().open(file('large'), 'w');
    for (let mib = 0; mib < 3; mib++) await handle.write(Buffer.alloc(1024 * 1024));
    held.hangs = (call) => call === 'handle.sync';
    const seen = watch(handle.sync());
    await clock.advance(62_999);
    assert.equal(seen.state, 'waits');
    await clock.advance(1);
    assert.equal(seen.state, 'SHARE_SILENT');
    await handle.close().catch(() => undefined);
  });

  it('closes a file that was opened too late, and removes it when it was created', async () => {
    await fs.writeFile(file('there'), 'content');
    for (const [name, flags] of [
      ['there', 'r'],
      ['new', 'wx'],
    ] as const) {
      held.hangs = (call) => call === 'open';
      const seen = watch(share().open(file(name), flags));
      await clock.advance(60_000);
      assert.equal(seen.state, 'SHARE_SILENT');
      held.made.length = 0;
      held.release();
      await until(() => !calls.busy, 'the end');
      assert.deepEqual(held.made.slice(0, 2), flags === 'r' ? ['handle.close'] : ['handle.close', 'unlink']);
    }
    assert.deepEqual(await fs.readdir(folder()), ['there']);
  });

  it('closes a file later whose closing could not be waited for', async () => {
    const handle = await share().open(file('there'), 'w');
    held.hangs = (call) => call === 'handle.write';
    const seen = watch(handle.write('x'));
    await clock.advance(60_000);
    assert.equal(seen.state, 'SHARE_SILENT');
    await assert.rejects(handle.close(), { code: 'SHARE_SILENT' });
    assert.ok(!held.made.includes('handle.close'));
    held.release();
    await until(() => !calls.busy, 'the end');
    assert.equal(held.made.at(-1), 'handle.close');
    assert.equal(await fs.readFile(file('there'), 'utf8'), 'x', 'what was late is there');
  });

  it('makes one call at a time at a share, and counts none before it is made', async () => {
    held.hangs = (call) => call === 'stat';
    const [first, second] = [watch(share().stat(folder())), watch(share().readdir(folder()))];
    await clock.advance(50_000);
    assert.deepEqual(held.made, ['stat']);
    held.hangs = (call) => call === 'readdir';
    const other = watch(share({ name: '/mnt/risk' }).lstat(folder()));
    await until(() => other.state === 'done', 'the other share');
    held.release();
    await until(() => first.state === 'done' && second.state === 'done', 'both');
    assert.deepEqual(held.made, ['stat', 'lstat', 'readdir']);
  });

  it('refuses those who wait behind a call as soon as it is given up', async () => {
    held.hangs = (call) => call === 'stat';
    const waiting = [1, 2, 3].map(() => watch(share().stat(folder())));
    await clock.advance(60_000);
    assert.deepEqual(
      waiting.map(({ state }) => state),
      ['SHARE_SILENT', 'SHARE_SILENT', 'SHARE_SILENT'],
    );
    assert.deepEqual(held.made, ['stat']);
  });

  it('keeps threads for other work: when as many shares hang as may, the next one is refused with their names', async () => {
    held.hangs = (call) => call === 'stat';
    const names = ['/mnt/a', '/mnt/b', '/mnt/c'];
    const [a, b, c] = names.map((name) => watch(share({ name }).stat(folder())));
    await clock.advance(59_000);
    assert.deepEqual([held.made.length, c?.state], [2, 'waits']);
    await clock.advance(1000);
    assert.deepEqual([a?.state, b?.state, c?.state], Array(3).fill('SHARE_SILENT'));
    await assert.rejects(share({ name: '/mnt/c' }).lstat(folder()), {
      code: 'SHARE_SILENT',
      message: '/mnt/c is not tried while /mnt/a and /mnt/b do not answer',
    });
    assert.equal(held.made.length, 2);
    held.release();
    await until(() => !calls.busy, 'the end');
    for (const name of names) await share({ name }).stat(folder());
  });

  it('stops waiting a second after it was told to, and whoever comes next waits for what is under way', async () => {
    const stop = new AbortController();
    held.hangs = (call) => call === 'link';
    await fs.writeFile(file('there'), 'content');
    const linking = watch(share({ signal: stop.signal }).link(file('there'), file('linked')));
    await clock.advance(5_000);
    stop.abort();
    await clock.advance(999);
    assert.equal(linking.state, 'waits');
    await clock.advance(1);
    assert.equal(linking.state, 'ABORTED');

    const next = watch(share().stat(file('linked')));
    await clock.advance(1000);
    assert.deepEqual([next.state, held.made], ['waits', ['link']]);
    held.release();
    await until(() => next.state === 'done', 'the next one, who sees what was late');
  });

  it('lets work that was told to stop clean up, and forgets what it only waited for', async () => {
    const stop = new AbortController();
    const disk = share({ signal: stop.signal });
    const handle = await disk.open(file('there'), 'w');
    stop.abort();
    await handle.close();
    held.hangs = (call) => call === 'unlink';
    const [one, two] = [watch(disk.unlink(file('there'))), watch(disk.mkdir(file('never')))];
    await clock.advance(1000);
    assert.deepEqual([one.state, two.state], ['ABORTED', 'ABORTED']);
    held.release();
    await until(() => !calls.busy, 'the end');
    assert.ok(!held.made.includes('mkdir'));
  });

  it('does not take a process that was kept from running for a share that hangs', async () => {
    // A thread answers like one that asks the disk: its answer waits until this one runs again.
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      parentPort.once('message', () => {
        parentPort.postMessage('there');
        Atomics.store(workerData, 0, 1);
        Atomics.notify(workerData, 0);
      });`,
      { eval: true, workerData: answered },
    );
    try {
      const stat = async () => {
        thread.postMessage('asked');
        await once(thread, 'message');
      };
      const slow = { ...fs, stat } as unknown as Disk;
      const answerWithin = 20;
      const pending = new Watchdog().disk('/mnt/ops', { answerWithin, disk: slow }).stat(folder());
      const due = performance.now() + 2 * answerWithin;
      Atomics.wait(answered, 0, 0);
      while (performance.now() < due);
      await pending;
    } finally {
      await thread.terminate();
    }
  });

  it('tells whoever wants to know when a call is left behind', async () => {
    let left = 0;
    calls = new Watchdog({ clock, onGivenUp: () => left++ });
    held.hangs = (call) => call === 'stat';
    const seen = watch(share().stat(folder()));
    await clock.advance(60_000);
    await assert.rejects(share().stat(folder()), { code: 'SHARE_SILENT' });
    assert.deepEqual([seen.state, left, calls.busy], ['SHARE_SILENT', 1, true]);
  });
});
