/** What the service manager is told, and that it hears it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serviceManager } from '../../../lib/watch/service-manager.ts';
import { listen } from '../../drills/service-manager.ts';

describe('the service manager', () => {
  it('is there only where one started the process, and says how often it wants to hear', () => {
    assert.equal(serviceManager({}), undefined);
    assert.equal(serviceManager({ NOTIFY_SOCKET: '', WATCHDOG_USEC: '1000000' }), undefined);
    for (const [usec, ms] of [
      ['20000000', 20_000],
      ['', undefined],
      ['x', undefined],
      ['0', undefined],
    ] as const) {
      assert.equal(serviceManager({ NOTIFY_SOCKET: '/x', WATCHDOG_USEC: usec })?.watchdog, ms, usec);
    }
    assert.equal(serviceManager({ NOTIFY_SOCKET: '/x' })?.watchdog, undefined);
  });

  it('is told one assignment a word, whatever a text holds', async () => {
    const told: (readonly string[])[] = [];
    const manager = serviceManager({ NOTIFY_SOCKET: '/x' }, async (_program, words) => {
      told.push(words);
      return told.length === 1 ? 0 : 1;
    });
    assert.equal(await manager?.tell('READY=1', 'STATUS=not ready\nWATCHDOG=1\u2028x\u0000'), true);
    assert.deepEqual(told, [['READY=1', 'STATUS=not ready WATCHDOG=1 x ']]);
    assert.equal(await manager?.tell('WATCHDOG=1'), false, 'a program that fails has told nothing');
  });

  const ofLinux = process.platform === 'linux' ? it : undefined;

  it('is told nothing, and nothing fails, where the program that tells it is not there', async () => {
    const before = process.env.PATH;
    process.env.PATH = '';
    try {
      assert.equal(await serviceManager({ NOTIFY_SOCKET: 'C:\\x' })?.tell('READY=1'), false);
    } finally {
      process.env.PATH = before;
    }
  });

  // Windows has no such socket, and no such program: the test above is what happens there.
  ofLinux?.('hears it on its socket', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rap-ear-'));
    const heard: string[] = [];
    const both = Promise.withResolvers<void>();
    const ear = await listen(folder, (line) => {
      heard.push(line);
      if (heard.some((one) => one.startsWith('STATUS='))) both.resolve();
    });
    const before = { ...process.env };
    Object.assign(process.env, ear.env);
    try {
      assert.equal(await serviceManager(process.env)?.tell('READY=1', 'STATUS=all is well'), true);
      await both.promise;
      assert.deepEqual(heard.slice(0, 2), ['READY=1', 'STATUS=all is well']);
    } finally {
      for (const name of Object.keys(ear.env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      ear.close();
      rmSync(folder, { recursive: true });
    }
  });
});
