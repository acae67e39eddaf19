import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import key from '../../bin/commands/key.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';

describe('rap key new', () => {
  it('makes no key while the freeze of a session is in force in the home', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'rap-freeze-'));
    const ledger = await openLedger(path.join(home, 'ledger.sqlite'), realClock);
    const stamp = (hours: number) => hongKongStamp(realClock.now() + hours * 3_600_000).slice(0, 16);
    await keepPlan(ledger, { ...practice20250621, keyFreeze: { from: stamp(-1), to: stamp(1) } });
    await ledger.close();
    const file = path.join(home, 'id');
    const words = ['new', file, '--type', 'ed25519', '--home', home];
    await assert.rejects(key(words), { code: 'KEY_FROZEN' });
    assert.ok(!existsSync(file));
    await rm(home, { recursive: true });
  });
});
