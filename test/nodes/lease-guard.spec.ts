/** What ends a process that stands still. */
import assert from 'node:assert/strict';
import { refuseUnendable } from '../../nodes/runtime/lease-guard.ts';

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
});
