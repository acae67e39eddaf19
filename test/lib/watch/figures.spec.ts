/** What the metrics are made of, read from a real ledger: accounts that nobody has any more, and counters. */
import assert from 'node:assert/strict';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { ReceivedCount, readLedger } from '../../../lib/watch/figures.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import { aVersion } from '../ledger/samples.ts';

const START = fromHongKong('2026-11-02 09:00');
const DAY = 86_400_000;

describe('the figures of the ledger', () => {
  let home: string;
  let clock: SimulatedClock;
  let ledger: Ledger;
  beforeEach(async () => {
    home = await makeHome();
    clock = new SimulatedClock(START);
    ledger = await openHome(home, clock);
  });
  afterEach(async () => {
    await ledger.close();
    await removeHome(home);
  });

  const found = (account: string) => ({
    ...{ account, installation: 'hkscc' as const, at: START / 1000, today: '2026-11-02', asked: [] },
    ...{ reports: [], messages: [], shortfalls: [], unaccepted: [], blind: false },
  });
  const named = async (deployed?: string[]) => {
    const of = deployed && new Set(deployed);
    const { accounts, checks, received } = await readLedger(ledger, new ReceivedCount(), clock.now(), of);
    const all = [accounts, checks, received].map((list) => list.map(({ account }) => account).sort());
    return { accounts: all[0], checks: all[1], received: all[2] };
  };

  it('forget an account that no flow has once the desk speaks of it no more, and no other', async () => {
    for (const account of ['LOGGED-IN', 'LOOKED', 'CHECKED', 'STAYS', 'LOCKED']) {
      const at = clock.now();
      if (account !== 'CHECKED') await ledger.logins.countLogin(account);
      if (account === 'LOCKED')
        await ledger.accounts.lockLogin({ account, reason: 'refused', address: 'a:1' });
      if (account === 'LOOKED') {
        await ledger.looks.noteLook({ account, at, dataCentre: 'primary', good: ['/INBOX'], failed: [] });
      }
      if (account === 'CHECKED')
        await ledger.expectations.recordCheck({ account, at, asked: {}, found: found(account) });
    }
    const all = ['CHECKED', 'LOCKED', 'LOGGED-IN', 'LOOKED', 'STAYS'];
    const kept = { accounts: all, checks: ['CHECKED'], received: all };
    await clock.advance(8 * DAY);
    assert.deepEqual(await named(['STAYS']), kept, 'as long as the desk speaks of it');
    await clock.advance(DAY);
    assert.deepEqual(await named(['STAYS']), { accounts: ['STAYS'], checks: [], received: ['STAYS'] });
    assert.deepEqual(await named(['STAYS', 'CHECKED']), {
      accounts: ['CHECKED', 'STAYS'],
      checks: ['CHECKED'],
      received: ['CHECKED', 'STAYS'],
    });
    assert.deepEqual(await named(), kept, 'where nobody knows which there are, none is forgotten');
    await ledger.logins.countLogin('LOCKED');
    assert.ok((await named(['STAYS'])).accounts?.includes('LOCKED'), 'back at work');
  });

  it('count from the first look on, whoever collects them later, begin with 0, and never go down', async () => {
    const receive = (name: string, bytes: number, account = 'A') =>
      ledger.reports.recordReceived(aVersion({ account, path: `/INBOX/${name}`, name, bytes }));
    await ledger.logins.countLogin('A');
    await ledger.logins.countLogin('B');
    await receive('before', 10);
    const count = new ReceivedCount();
    await Promise.all([count.begin(ledger), count.begin(ledger)]);
    await receive('a', 500);
    await count.begin(ledger);
    const read = async () => (await readLedger(ledger, count, clock.now())).received;
    const none = { account: 'B', reports: 0, bytes: 0 };
    assert.deepEqual(await read(), [{ account: 'A', reports: 1, bytes: 500 }, none]);
    assert.deepEqual(await read(), [{ account: 'A', reports: 1, bytes: 500 }, none], 'once');
    await receive('b', 7);
    assert.deepEqual(await read(), [{ account: 'A', reports: 2, bytes: 507 }, none]);
    // A process that began anew counts anew, as a collector expects of it.
    assert.deepEqual((await readLedger(ledger, new ReceivedCount(), clock.now())).received, [
      { account: 'A', reports: 0, bytes: 0 },
      none,
    ]);
  });

  it('count on when the ledger did not answer the first time', async () => {
    const count = new ReceivedCount();
    const away = {
      serviceFacts: { ...ledger.serviceFacts, lastReceived: () => Promise.reject(new Error('busy')) },
    };
    await assert.rejects(count.begin(away), /busy/);
    assert.equal(await count.begin(ledger), 0);
  });
});
