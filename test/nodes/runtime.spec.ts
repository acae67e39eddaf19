import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { NodeAPI, NodeDef } from 'node-red';
import { idle } from '../../bin/rehearsal/idle.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { realClock, SimulatedClock, sleep } from '../../lib/time/clock.ts';
import { type RapMessage, RapNode, register, type Send } from '../../nodes/runtime/rap-node.ts';
import { acquireLedger, release } from '../../nodes/runtime/runtime.ts';
import { frame, node } from '../support/flow-parts.ts';
import { makeHome, removeHome } from '../support/home.ts';
import type { Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

/** What the test wants the node to do with the next message. */
let act: (msg: RapMessage, send: Send, signal: AbortSignal) => Promise<void>;
let closed: string[];

class Probe extends RapNode<NodeDef & { broken?: boolean }, string> {
  constructor(RED: NodeAPI, config: NodeDef & { broken?: boolean }) {
    super(RED, config, (saved) => {
      if (saved.broken) throw new RapError('ROUTE_INVALID', 'rule 1: share must not be empty');
      return 'fine';
    });
  }

  protected override onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    return act(msg, send, signal);
  }

  protected override async onClose(removed: boolean): Promise<void> {
    closed.push(`closed, removed ${removed}`);
  }
}

const probe = (RED: NodeAPI) => register(RED, 'probe', Probe);

const errorOf = (msg: Received) =>
  msg.error as { code: string; message: string; cause: Record<string, unknown>; source: { id: string } };

describe('the base of every node', () => {
  const system = useSystem();
  let runtime: Runtime;

  beforeEach(async () => {
    closed = [];
  });

  async function start(settings: Record<string, unknown> = {}): Promise<void> {
    const flow = [
      ...frame('out', 'completed'),
      node('probe', 'probe', settings, ['out']),
      node('complete', 'complete', { scope: ['probe'], uncaught: false }, ['completed']),
    ];
    runtime = await system.start(flow, { nodes: [probe] });
  }

  it('settles a message exactly once: complete when all went well', async () => {
    await start();
    act = async (msg, send) => {
      send(msg);
      send(msg);
    };
    runtime.send('probe', { payload: 1 });
    await runtime.message('completed');
    assert.equal(runtime.received('out').length, 2);
    assert.equal(runtime.received('completed').length, 1);
    assert.equal(runtime.received('caught').length, 0);
  });

  it('gives Catch nodes code, cure and details as plain data, and the message without a class name', async () => {
    await start();
    const socket = { handle: () => {} };
    act = async () => {
      throw new RapError('STALLED', 'Nothing came', { cause: Object.assign(new Error('deep'), { socket }) });
    };
    runtime.send('probe', { payload: 1 });
    const error = errorOf(await runtime.message('caught'));
    assert.equal(error.code, 'STALLED');
    assert.equal(error.message, 'Nothing came');
    assert.deepEqual(error.cause, {
      code: 'STALLED',
      retryable: true,
      cure: 'No data arrived for too long; the next run tries again.',
      details: {},
      reason: 'deep',
    });
    assert.equal(runtime.received('completed').length, 0);
    assert.deepEqual(runtime.statuses('probe').at(-1), { fill: 'yellow', shape: 'ring', text: 'stalled' });
  });

  it('tells Catch nodes what an error is about, and which reports did not come for it', async () => {
    await start();
    const reports = ['/INBOX/A.txt', '/INBOX/B.txt'];
    act = async () => {
      throw new RapError('SHARE_MISSING', 'It is not there', { reports }).about('/mnt/risk');
    };
    runtime.send('probe', { payload: 1 });
    const { cause } = errorOf(await runtime.message('caught'));
    assert.deepEqual([cause.subject, cause.reports], ['/mnt/risk', reports]);
  });

  it('codes whatever is thrown', async () => {
    await start();
    const thrown: unknown[] = [new TypeError('x is not a function'), 'a text', undefined, null, 7];
    for (const [at, what] of thrown.entries()) {
      act = () => Promise.reject(what);
      runtime.send('probe');
      assert.equal(errorOf(await runtime.message('caught', at)).code, 'UNEXPECTED');
    }
  });

  it('also catches what is thrown before a promise is made', async () => {
    await start();
    act = () => {
      throw new RapError('DISK_FULL', 'full');
    };
    runtime.send('probe');
    assert.equal(errorOf(await runtime.message('caught')).code, 'DISK_FULL');
  });

  it('complains of wrong settings at once and answers every message with what is wrong', async () => {
    await start({ broken: true });
    assert.equal(runtime.statusText('probe'), 'check the rules');
    act = () => assert.fail('must not be called');
    runtime.send('probe');
    assert.match(errorOf(await runtime.message('caught')).message, /rule 1: share/);
  });

  it('aborts work on close, waits for it, sends nothing any more, then cleans up', async () => {
    await start();
    let stopped = '';
    let begun = () => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    act = async (msg, send, signal) => {
      begun();
      await sleep(realClock, 60_000, signal).catch((reason: RapError) => {
        stopped = reason.code;
      });
      send(msg);
      closed.push('work ended');
    };
    runtime.send('probe');
    await began;
    await runtime.stop();
    assert.equal(stopped, 'ABORTED');
    assert.deepEqual(closed, ['work ended', 'closed, removed false']);
    assert.equal(runtime.received('out').length, 0);
  });

  it('begins its own work again after a fault that may end by itself, says it once, and stops at one that does not', async () => {
    const clock = new SimulatedClock(Date.UTC(2025, 5, 20));
    const faults = [
      new RapError('DISK_FULL', 'No space left for the ledger'),
      new RapError('DISK_FULL', 'No space left for the ledger'),
      new RapError('CONFIG_INVALID', 'The plan is not chosen'),
    ];
    let begun = 0;
    const worker = (RED: NodeAPI) =>
      register(
        RED,
        'probe',
        class extends Probe {
          constructor(red: NodeAPI, config: NodeDef) {
            super(red, config);
            this.background(async () => {
              await this.flowsStarted();
              begun++;
              const fault = faults.shift();
              if (fault !== undefined) throw fault;
            });
          }
        },
      );
    runtime = await system.start([...frame(), node('probe', 'probe')], { clock, nodes: [worker] });
    const codes = () => runtime.received('caught').map((msg) => errorOf(msg).code);
    await runtime.until(() => codes().length === 1, 'the full disk');
    for (let minute = 0; minute < 3; minute++) await clock.advance(60_000, idle);
    await runtime.until(() => codes().length === 2, 'the fault that lasts');
    for (let minute = 0; minute < 3; minute++) await clock.advance(60_000, idle);
    assert.deepEqual(codes(), ['DISK_FULL', 'CONFIG_INVALID']);
    assert.equal(begun, 3);
  });

  it('tells a fault of its rounds again when it is another one, not when its figures are', async () => {
    const faults = [
      new RapError('DISK_FULL', 'Only 188 MB are left', { subject: '/ops' }),
      new RapError('DISK_FULL', 'Only 187 MB are left', { subject: '/ops' }),
      new RapError('DISK_FULL', 'Only 187 MB are left', { subject: '/risk' }),
      undefined,
      new RapError('DISK_FULL', 'Only 187 MB are left', { subject: '/risk' }),
    ];
    const worker = (RED: NodeAPI) =>
      register(
        RED,
        'probe',
        class extends Probe {
          constructor(red: NodeAPI, config: NodeDef) {
            super(red, config);
            this.background(async (signal) => {
              await this.flowsStarted();
              const attempt = this.attempts(signal);
              for (const fault of faults) {
                await attempt(async () => {
                  if (fault !== undefined) throw fault;
                });
              }
            });
          }
        },
      );
    runtime = await system.start([...frame(), node('probe', 'probe')], { nodes: [worker] });
    await runtime.message('caught', 2);
    const subjectOf = (msg: Received) => (msg.error as { cause: { subject: string } }).cause.subject;
    assert.deepEqual(runtime.received('caught').map(subjectOf), ['/ops', '/risk', '/risk']);
  });

  it('does not show Node-RED’s insides on the node', async () => {
    let keys: string[] = [];
    const look = (RED: NodeAPI) =>
      register(
        RED,
        'probe',
        class extends Probe {
          constructor(red: NodeAPI, config: NodeDef) {
            super(red, config);
            keys = Object.keys(this);
          }
        },
      );
    runtime = await system.start([...frame(), node('probe', 'probe')], { nodes: [look] });
    assert.ok(keys.includes('id'));
    assert.ok(!keys.includes('red'));
  });
});

describe('the house', () => {
  it('opens one ledger per home and closes it when the last guest leaves', async () => {
    const home = await makeHome();
    try {
      const [anne, bob] = [{}, {}];
      const first = await acquireLedger({ home, clock: realClock }, anne);
      assert.equal(await acquireLedger({ home, clock: realClock }, bob), first);
      await release(anne);
      assert.equal(await first.scheduleRuns.lastDueTime('x'), undefined);
      await release(bob);
      await assert.rejects(first.scheduleRuns.lastDueTime('x'));
      const second = await acquireLedger({ home, clock: realClock }, anne);
      assert.notEqual(second, first);
      assert.equal(await second.scheduleRuns.lastDueTime('x'), undefined);
      await release(anne);
    } finally {
      await removeHome(home);
    }
  });

  it('notes at the end of each life what the clock showed, so that the next boot sees a clock that was ahead', async () => {
    const home = await makeHome();
    try {
      const at = Date.UTC(2026, 10, 20, 12);
      const life = async (start: number, ms: number) => {
        const clock = new SimulatedClock(start);
        const participant = {};
        const ledger = await acquireLedger({ home, clock }, participant);
        await clock.advance(ms);
        const jumps = (await ledger.clock.jumps()).map(({ jump }) => jump);
        await release(participant);
        return jumps;
      };
      // Nothing but the clock is written down in these lives.
      assert.deepEqual(await life(at, 7 * 60_000), []);
      // The clock had been ahead: it was put right while nothing ran.
      assert.deepEqual(await life(at + 4 * 60_000, 60_000), [-3 * 60_000]);
      assert.deepEqual(await life(at + 6 * 60_000, 0), [-3 * 60_000]);
    } finally {
      await removeHome(home);
    }
  });

  it('tries again after a ledger could not be opened', async () => {
    const home = await makeHome();
    try {
      await writeFile(`${home}/ledger.sqlite`, 'not a database, but long enough to be looked at'.repeat(50));
      const isUnusable = (error: unknown) => error instanceof RapError && error.code === 'LEDGER_UNUSABLE';
      const participant = {};
      await assert.rejects(acquireLedger({ home, clock: realClock }, participant), isUnusable);
      await removeHome(home);
      await acquireLedger({ home, clock: realClock }, participant);
      await release(participant);
    } finally {
      await removeHome(home);
    }
  });
});
