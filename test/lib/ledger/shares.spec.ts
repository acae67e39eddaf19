import assert from 'node:assert/strict';
import type { RunContext } from '../../../lib/model/types.ts';
import { onEachDatabase } from './engines.ts';
import { freshLedger } from './samples.ts';

onEachDatabase('Shares in the ledger', () => {
  const given = freshLedger();
  const one = { root: '/mnt/ops', id: 'a' };
  const whats = async () => (await given.ledger.journal.records()).map(({ who, what }) => `${who}: ${what}`);

  it('keep the id they were met with, whatever is met later, and each first meeting is journalled once', async () => {
    await given.ledger.shares.rememberShare(one);
    await given.ledger.shares.rememberShare({ ...one, id: 'b' });
    await given.ledger.shares.rememberShare({ root: '/mnt/risk', id: 'c' });
    assert.deepEqual(await given.ledger.shares.knownShares(), [
      { ...one, abilities: '' },
      { root: '/mnt/risk', id: 'c', abilities: '' },
    ]);
    assert.deepEqual(await whats(), ['rap: share met', 'rap: share met']);
  });

  it('take another id only from a person, who is journalled with a reason', async () => {
    await given.ledger.shares.rememberShare(one);
    await given.ledger.shares.acceptShare({ ...one, id: 'b' }, { by: 'Chan', reason: 'new file server' });
    assert.equal((await given.ledger.shares.knownShares())[0]?.id, 'b');
    const last = (await given.ledger.journal.records()).at(-1);
    assert.deepEqual([last?.who, last?.what, last?.why], ['Chan', 'share accepted', 'new file server']);
    assert.deepEqual(last?.details, { root: '/mnt/ops', id: 'b', before: 'a' });
  });

  it('journal what a share can do when that is news, and never for a share nobody met', async () => {
    await given.ledger.shares.rememberShare(one);
    for (const abilities of ['links', 'links', 'no links'])
      await given.ledger.shares.noteAbilities(one.root, abilities);
    await given.ledger.shares.noteAbilities('/mnt', 'links');
    assert.deepEqual(await whats(), ['rap: share met', 'rap: share tried', 'rap: share tried']);
    assert.equal((await given.ledger.shares.knownShares()).length, 1);
  });

  it('tell a routing node which accounts it filed last, and in which run', async () => {
    const context = (account: string, run: string): RunContext => ({
      run,
      account,
      installation: 'hkscc',
      dataCentre: 'primary',
      address: '127.0.0.1:22',
    });
    await given.ledger.shares.keepRouted('node1', context('A', 'run-1'));
    await given.ledger.shares.keepRouted('node1', context('A', 'run-2'));
    await given.ledger.shares.keepRouted('node1', context('B', 'run-2'));
    await given.ledger.shares.keepRouted('node10', context('C', 'run-2'));
    assert.deepEqual(await given.ledger.shares.routedBy('node1'), [
      context('A', 'run-2'),
      context('B', 'run-2'),
    ]);
    assert.deepEqual(await given.ledger.shares.routedBy('node2'), []);
  });
});
