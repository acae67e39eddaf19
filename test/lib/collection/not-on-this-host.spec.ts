/** Which reports are fetched once more because another host has the only copy. */
import assert from 'node:assert/strict';
import { notOnThisHost } from '../../../lib/collection/not-on-this-host.ts';
import { onEachDatabase } from '../ledger/engines.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';

onEachDatabase('a report that another host received', () => {
  const of = freshLedger();
  const receive = async (name: string, changes = {}) => {
    const version = aVersion({ name, file: `/landing/${name}`, ...changes });
    return (await of.ledger.reports.recordReceived(version)).versionId;
  };
  const here = new Set<string>();
  const again = (account = 'HKSCC') =>
    notOnThisHost(of.ledger, account, async (file) => here.has(file)).then((paths) => [...paths].sort());
  const pathOf = (name: string) => `/INBOX/20261120/${name}`;
  beforeEach(() => here.clear());

  it('is fetched again while it lies on no share and there is no copy of it here', async () => {
    await receive('away.txt');
    await receive('here.txt');
    here.add('/landing/here.txt');
    assert.deepEqual(await again(), [pathOf('away.txt')]);
  });

  it('is not fetched again once it lies on all its shares, with or without a copy', async () => {
    await of.ledger.deliveries.markRouted(await receive('filed.txt'));
    await receive('filed-in-part.txt');
    assert.deepEqual(await again(), [pathOf('filed-in-part.txt')]);
  });

  it('is not that of another account', async () => {
    await receive('theirs.txt', { account: 'SIM002' });
    assert.deepEqual(await again(), []);
    assert.deepEqual(await again('SIM002'), [pathOf('theirs.txt')]);
  });

  it('is asked for once more only for as long as it is missing', async () => {
    await receive('lost.txt');
    assert.deepEqual(await again(), [pathOf('lost.txt')]);
    await receive('lost.txt', { file: '/landing/fetched-again.txt' });
    here.add('/landing/fetched-again.txt');
    assert.deepEqual(await again(), []);
  });
});
