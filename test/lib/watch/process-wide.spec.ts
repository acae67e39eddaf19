/** What is asked for once for a whole process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileOnMainThread } from '../../../lib/process/compile-on-main.ts';
import { wantsRecords } from '../../../lib/watch/log-record.ts';

describe('A process', () => {
  it('writes records where RAP_LOG says json, however it is typed', () => {
    for (const word of ['json', ' JSON ', 'Json\t']) assert.ok(wantsRecords({ RAP_LOG: word }), word);
    for (const word of ['', 'text', 'jsonl', ' ']) assert.ok(!wantsRecords({ RAP_LOG: word }), word);
    assert.ok(!wantsRecords({}));
  });

  it('can be told to make code on its main thread, by flags that this Node.js takes', () => {
    const flags: string[] = [];
    compileOnMainThread((flag) => flags.push(flag));
    assert.deepEqual(flags, ['--no-concurrent-sparkplug', '--no-maglev']);
    compileOnMainThread();
  });

  it('may be told so while code is being made', () => {
    const busy = fileURLToPath(new URL('../../support/busy-compiler.ts', import.meta.url));
    const { signal, status, stderr } = spawnSync(process.execPath, [busy], { encoding: 'utf8' });
    assert.deepEqual({ signal, status }, { signal: null, status: 0 }, stderr);
  });

  it('can be told to keep its heap small, by flags that this Node.js takes at any time', () => {
    const work = `
      import v8 from 'node:v8';
      import { keepHeapSmall } from ${JSON.stringify(import.meta.resolve('../../../lib/process/small-heap.ts'))};
      if (process.argv[1] === 'small') keepHeapSmall();
      const kept = [];
      let most = 0;
      for (let round = 0; round < 120; round++) {
        // Some live long enough to be moved to the old generation, a few for good.
        for (let one = 0; one < 3000; one++) kept[(round * 3000 + one) % 100_000] = { round, text: 'x'.repeat(50) + one };
        most = Math.max(most, v8.getHeapStatistics().total_heap_size);
      }
      process.stdout.write(String(most));`;
    const [small, large] = ['small', 'as it comes'].map((how) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', work, how], {
        encoding: 'utf8',
      });
      assert.ok(Number(stdout) > 0, stderr);
      return Number(stdout);
    });
    // Node.js 22 collects otherwise: there it is only not to be larger.
    const part = Number.parseInt(process.versions.node, 10) < 24 ? 1.1 : 0.7;
    assert.ok(Number(small) < part * Number(large), `${small} and ${large} bytes`);
  });
});
