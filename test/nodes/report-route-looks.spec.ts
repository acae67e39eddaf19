/** report-route looks again at what it has delivered: in the real Node-RED, on a clock that only the test moves. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { NodeMessage } from 'node-red';
import { idle } from '../../bin/rehearsal/idle.ts';
import { initShare } from '../../lib/delivery/share.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { RunContext } from '../../lib/model/types.ts';
import { readRoute } from '../../nodes/report-route/settings.ts';
import { aVersion, START } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import type { Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

describe('report-route and what it has delivered', () => {
  const system = useSystem({ clock: START });
  let runtime: Runtime | undefined;

  beforeEach(async () => {
    await fs.mkdir(path.join(system.home, 'ops'));
    await initShare(path.join(system.home, 'ops'), system.clock);
  });
  const context: RunContext = {
    ...{
      run: 'run-1',
      account: 'HKSCC',
      installation: 'hkscc',
      dataCentre: 'primary',
      address: '127.0.0.1:22',
    },
  };
  const rules = [{ system: '', code: '', folder: '', share: '{home}/ops' }];

  /** Starts, files one report, and says where it lies. */
  async function filed(settings: object): Promise<string> {
    const ledger = await openHome(system.home, system.clock);
    const file = path.join(system.home, 'landed');
    await fs.writeFile(file, 'content');
    const sha256 = createHash('sha256').update('content').digest('hex');
    const { versionId } = await ledger.reports.recordReceived(
      aVersion({ name: 'a.txt', file, sha256, bytes: 7 }),
    );
    const report = await ledger.reports.version(versionId);
    await ledger.close();
    runtime = await system.start([
      ...frame('filed', 'end', 'news'),
      node('route', 'report-route', { rules, ...settings }, ['filed'], ['end'], ['news']),
    ]);
    runtime.send('route', { rap: context, payload: report } as NodeMessage);
    await runtime.message('filed');
    return path.join(system.home, 'ops/a.txt');
  }
  const lost = async () => {
    return system.inLedger(async (ledger) => {
      return (await ledger.placedFiles.lostFiles()).map(({ name, state }) => `${name} ${state}`);
    });
  };
  /** Moves the clock on, hour by hour, until what is asked holds; files are looked at in real time. */
  const passes = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) {
      await system.clock.advance(3600_000, idle);
    }
  };

  it('sees that a file is gone, and that it is there again', async () => {
    const file = await filed({ lookAgain: '60', shares: 'marked' });
    assert.equal(system.clock.pending, 1);
    await fs.rm(file);
    await passes(async () => (await lost()).length > 0);
    assert.deepEqual(await lost(), ['a.txt gone']);
    await fs.writeFile(file, 'content');
    await passes(async () => (await lost()).length === 0);
  });

  it('does not look in a flow of an earlier release, which says nothing of it', async () => {
    await filed({});
    assert.equal(system.clock.pending, 0);
  });

  it('refuses what is no number of days, naming the field', () => {
    const read = (lookAgain?: string) =>
      readRoute({ rules, lookAgain }, () => undefined, system.home).lookAgain;
    assert.deepEqual([undefined, '', '0', '5', ' ５ ', '60'].map(read), [0, 0, 0, 5, 5, 60]);
    for (const odd of ['-1', 'five', '61', '1.5']) {
      assert.throws(() => read(odd), { code: 'CONFIG_INVALID', message: /lookAgain/ }, odd);
    }
  });
});
