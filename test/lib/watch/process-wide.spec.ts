/** What is asked for once for a whole process. */
import assert from 'node:assert/strict';
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
    assert.deepEqual(flags, ['--no-concurrent-sparkplug', '--no-maglev-build-code-on-background']);
    compileOnMainThread();
  });
});
