import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { loginMemory, nextWait } from '../../../lib/rap/login-memory.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const MINUTE = 60_000;

describe('The memory of logins', () => {
  const folder = temporaryFolder();
  let ledger: Ledger;
  let clock: SimulatedClock;
  const account = parseAccount({ name: 'hkscc', installation: 'hkscc', user: 'SIM001', loginsPerDay: 3 });
  const turnedAway = new RapError('SESSION_REFUSED', 'too many sessions');

  beforeEach(async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-20 23:50'));
    ledger = await openLedger(path.join(folder(), 'ledger.sqlite'), clock);
  });
  afterEach(async () => {
    await ledger.close();
  });

  const memory = (random = 0) => loginMemory(account, ledger, clock, () => random);

  it('asks about a lock and a wait at the same time', async () => {
    const asked = Promise.withResolvers<void>();
    const loginLock = async (name: string) => {
      await asked.promise;
      return ledger.accounts.loginLock(name);
    };
    const loginBackOff = (name: string) => {
      asked.resolve();
      return ledger.logins.loginBackOff(name);
    };
    const records = {
      accounts: { ...ledger.accounts, loginLock },
      logins: { ...ledger.logins, loginBackOff },
    };
    await loginMemory(account, records, clock).admit();
  });

  it('holds logins back after the server turned one away, and says until when', async () => {
    await memory().failed(turnedAway, 'address');
    await assert.rejects(memory().admit(), (error: RapError) => {
      assert.equal(error.code, 'SESSION_REFUSED');
      assert.match(error.message, /2025-06-20 23:51:00.*too many sessions/);
      return true;
    });
    await clock.advance(MINUTE);
    await memory().admit();
  });

  it('keeps why a server refused as its sentence and as data, where that is known', async () => {
    const details = { login: 'refused', where: '10.243.2.141:18801' };
    await memory().failed(new RapError('LOGIN_REFUSED', 'no', { details }), 'address');
    const cause = { code: 'refused', params: { where: '10.243.2.141:18801', text: '' } };
    const lock = await ledger.accounts.loginLock('hkscc');
    assert.deepEqual([lock?.reason, lock?.cause], ['no', cause]);
    await memory().failed(turnedAway, 'address');
    const hold = await ledger.logins.loginBackOff('hkscc');
    assert.deepEqual([hold?.reason, hold?.cause], ['too many sessions', undefined]);
  });

  it('holds longer each time, and forgets after a login that succeeded', async () => {
    await memory(0.5).failed(turnedAway, 'address');
    const first = await ledger.logins.loginBackOff('hkscc');
    await memory(0.5).failed(turnedAway, 'address');
    const second = await ledger.logins.loginBackOff('hkscc');
    assert.ok((second?.wait ?? 0) > (first?.wait ?? 0));
    await memory().succeeded('primary', '127.0.0.1:1');
    await memory().admit();
  });

  it('counts the logins of a Hong Kong day, and starts anew at midnight', async () => {
    for (let i = 0; i < 3; i++) await memory().admit();
    await assert.rejects(memory().admit(), { code: 'LOGIN_BUDGET' });
    await clock.advance(10 * MINUTE);
    await memory().admit();
  });

  it('locks at a refused key and at nothing else', async () => {
    for (const code of [
      'CONNECT_REFUSED',
      'HOST_KEY_MISMATCH',
      'CONNECTION_LOST',
      'HANDSHAKE_TIMEOUT',
    ] as const) {
      await memory().failed(new RapError(code, 'no'), 'address');
    }
    assert.equal(await ledger.accounts.loginLock('hkscc'), undefined);
    await memory().failed(new RapError('LOGIN_REFUSED', 'no'), 'address');
    await assert.rejects(memory().admit(), { code: 'LOGIN_LOCKED' });
  });

  it('waits between one minute and one hour, whatever came before', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (previous, random) => {
        const wait = nextWait(previous, random);
        assert.ok(wait >= MINUTE && wait <= 60 * MINUTE);
      }),
    );
  });
});
