/** What ends a process that stands still. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LeaseGuard, refuseUnendable } from '../../nodes/runtime/lease-guard.ts';
import { killed } from '../support/system.ts';

describe('a process that stands still', () => {
  for (const [pid, platform, isRefused] of [
    [1, 'linux', true],
    [1, 'freebsd', true],
    [2, 'linux', false],
    [4711, 'linux', false],
    [1, 'win32', false],
  ] as const) {
    it(`can${isRefused ? 'not' : ''} be ended on ${platform} if its number is ${pid}`, () => {
      if (!isRefused) return refuseUnendable(pid, platform);
      assert.throws(() => refuseUnendable(pid, platform), { code: 'CONFIG_INVALID', cure: /--init/ });
    });
  }

  /** What a guard was told, line by line, of one that can be ended. */
  class Told extends EventEmitter {
    readonly lines: string[] = [];
    readonly stdin = Object.assign(new EventEmitter(), {
      write: (text: string) => this.lines.push(...text.trim().split('\n')),
      end: () => {},
    });
    unref(): void {}
  }

  const told: Told[] = [];
  const start = () => {
    const child = new Told();
    told.push(child);
    return child as unknown as ChildProcess;
  };
  const now = () => Number(process.hrtime.bigint() / 1_000_000n);
  beforeEach(() => {
    told.length = 0;
  });

  it('has its end written down as a moment, so that it is none later where the line is read late', () => {
    const guard = new LeaseGuard(start);
    const before = now();
    guard.feed(100_000, 20_000);
    guard.feed(100_000);
    const after = now();
    const [first, second] = (told[0]?.lines ?? []).map(Number);
    assert.ok(first !== undefined && first >= before + 70_000 - 1 && first <= after + 70_000);
    assert.ok(second !== undefined && second >= before + 90_000 - 1 && second <= after + 90_000);
  });

  for (const end of ['exit', 'error'] as const) {
    it(`whose guard is gone (${end}) gets another one at once, with the same moment`, () => {
      const guard = new LeaseGuard(start);
      guard.feed(100_000);
      told[0]?.emit(end);
      assert.deepEqual(
        told.map(({ lines }) => lines),
        [told[0]?.lines, told[0]?.lines],
      );
      // One that cannot live is not begun again and again.
      told[1]?.emit(end);
      assert.equal(told.length, 2);
      guard.feed(100_000);
      assert.equal(told.length, 3);
      guard.feed(undefined);
      told[2]?.emit(end);
      assert.equal(told.length, 3, 'nothing is to be guarded');
      guard.close();
    });
  }

  it('that can start no guard goes on, and tries again with the next moment', () => {
    let refuses = true;
    const guard = new LeaseGuard(() => {
      if (refuses) throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
      return start();
    });
    guard.feed(100_000);
    guard.feed(undefined);
    refuses = false;
    guard.feed(100_000);
    assert.equal(told[0]?.lines.length, 1);
    refuses = true;
    told[0]?.emit('exit');
    refuses = false;
    guard.feed(100_000);
    assert.equal(told[1]?.lines.length, 1);
    guard.close();
  });

  if (process.platform !== 'linux') return;

  describe('is ended', function () {
    this.timeout(300_000);
    let one: ChildProcess;
    const order = async (what: object) => {
      const done = once(one, 'message');
      one.send(what);
      await done;
    };
    const guardOf = () =>
      Number(readFileSync(`/proc/${one.pid}/task/${one.pid}/children`, 'utf8').trim().split(' ')[0]);
    const ended = async () => {
      const [code, signal] = await once(one, 'exit');
      assert.deepEqual(code === null ? { signal } : { code }, killed);
    };

    beforeEach(async () => {
      // A process group of its own, as a shell gives to what it begins.
      one = fork(join(import.meta.dirname, 'guarded-process.ts'), { detached: true });
      await once(one, 'message');
    });
    afterEach(() => {
      if (one.exitCode === null && one.signalCode === null) one.kill('SIGKILL');
    });

    it('where it alone stands still', async () => {
      await order({ feed: 2_000 });
      one.kill('SIGSTOP');
      await ended();
    });

    it('where all processes of its terminal are stopped, as by Ctrl-Z', async () => {
      await order({ feed: 2_000 });
      assert.ok(one.pid);
      process.kill(-one.pid, 'SIGSTOP');
      await ended();
    });

    it('where its guard was killed before', async () => {
      await order({ feed: 60_000 });
      const first = guardOf();
      assert.ok(first > 0);
      process.kill(first, 'SIGKILL');
      while (guardOf() === first || !(guardOf() > 0)) await new Promise((resolve) => setTimeout(resolve, 20));
      await order({ feed: 2_000 });
      one.kill('SIGSTOP');
      await ended();
    });

    it('not while nothing is held', async () => {
      await order({ feed: 60_000 });
      await order({ off: true });
      const guard = guardOf();
      one.kill('SIGSTOP');
      one.kill('SIGCONT');
      await order({ feed: 60_000 });
      assert.equal(guardOf(), guard);
    });
  });
});
