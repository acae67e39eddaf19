/** Two hosts that share the accounts, each with a home of its own, once through some faults; bench/hosts.ts is the day. */
import assert from 'node:assert/strict';
import { postgresPrograms } from '../support/postgres.ts';
import { type DrillFigures, type HostFault, HostsDrill } from './hosts/drill.ts';

/** @param faults each once */
const drill = (ledger: 'file' | 'server', ...faults: HostFault[]): Promise<DrillFigures> =>
  HostsDrill.run({
    ...{ ledger, accounts: 4, hours: 24, period: 10, factor: 40, every: 2, lease: 5_000 },
    ...{ faults, rounds: faults.length },
  });

describe('two hosts through', function () {
  this.timeout(900_000);

  function assertNothingLost(figures: DrillFigures): void {
    const { ok, takeOver: _, takeOverLimit, takeOvers, ...counted } = figures;
    const said = JSON.stringify(figures);
    // How long it takes on a machine that is busy with other tests says nothing of a host.
    assert.ok(ok || Object.values(takeOvers).some((took) => took > takeOverLimit), said);
    assert.equal(counted.atOnce, 1, said);
    for (const never of ['fetchedTwice', 'lost', 'deliveredTwice', 'mailsTwice'] as const)
      assert.equal(counted[never], 0, said);
    assert.equal(counted.ticksWithout + counted.ticksTwice, 0, said);
    assert.ok(counted.journal > 0 && counted.reports > 0 && counted.runs > 0, said);
  }

  if (postgresPrograms() === undefined) {
    it('a kill and a locked ledger lose nothing and do nothing twice', async () => {
      assertNothingLost(await drill('file', 'kill', 'lock'));
    });
  } else {
    it('a kill, a cut line and a server that fails over lose nothing and do nothing twice', async () => {
      assertNothingLost(await drill('server', 'kill', 'cut', 'failover'));
    });
  }
});
