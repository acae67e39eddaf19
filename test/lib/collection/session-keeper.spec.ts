/** Sessions as runs use them, against the simulator. */
import assert from 'node:assert/strict';
import { build, type House } from './support.ts';

describe('The session of an account', () => {
  let house: House;

  beforeEach(async () => {
    house = await build();
  });
  afterEach(() => house.close());

  const first = () => house.simulator.addressesOf('hkscc', 'primary')[0];
  const second = () => house.simulator.addressesOf('hkscc', 'primary')[1];
  const text = (where: { host: string; port: number }) => `${where.host}:${where.port}`;

  it('logs in once for a run, with one authentication, and logs out', async () => {
    const { keeper, simulator } = house;
    const context = await keeper.logIn('run-1', 'hand');
    assert.equal(context.address, text(first()));
    assert.equal(context.dataCentre, 'primary');
    assert.deepEqual(await keeper.logIn('run-1', 'hand'), context, 'a second time gives the same session');
    assert.equal(simulator.counters().logins, 1);
    assert.ok(await keeper.logOut('run-1'));
    assert.equal(await keeper.logOut('run-1'), false, 'logging out twice does no harm');
    assert.throws(() => keeper.session('run-1'), { code: 'NOT_CONNECTED' });
  });

  it('is refused to a second run while the first is at work', async () => {
    await house.keeper.logIn('run-1', 'timer');
    await assert.rejects(house.keeper.logIn('run-2', 'hand'), { code: 'SESSION_BUSY' });
    assert.equal(house.simulator.counters().connections, 1);
    await house.keeper.logOut('run-1');
    await house.keeper.logIn('run-2', 'hand');
  });

  it('falls over to the other address of the data centre, and never to the other data centre', async () => {
    await house.simulator.stopAddress(first());
    assert.equal((await house.keeper.logIn('run-1', 'hand')).address, text(second()));
    await house.keeper.logOut('run-1');
    await house.simulator.stopAddress(second());
    await assert.rejects(house.keeper.logIn('run-2', 'hand'), { code: 'CONNECT_REFUSED' });
    for (const address of house.simulator.addressesOf('hkscc', 'secondary')) {
      assert.equal(house.simulator.counters(address).connections, 0);
    }
  });

  it('goes to the secondary data centre when that is the recorded choice', async () => {
    await house.ledger.chooseDataCentres([
      {
        account: 'hkscc',
        dataCentre: 'secondary',
        reason: 'practice session',
        by: 'Chan',
      },
    ]);
    const context = await house.keeper.logIn('run-1', 'hand');
    assert.equal(context.dataCentre, 'secondary');
    assert.equal(context.address, text(house.simulator.addressesOf('hkscc', 'secondary')[0]));
  });

  it('after a refused login is not tried again by itself, not even by another process, until a person resets it', async () => {
    const { simulator, keeper, ledger } = house;
    simulator.refuseKey(simulator.accounts.hkscc.user, true);
    await assert.rejects(keeper.logIn('run-1', 'timer'), { code: 'LOGIN_REFUSED' });
    assert.equal(simulator.counters().connections, 1, 'the other address was not tried with a refused key');
    simulator.refuseKey(simulator.accounts.hkscc.user, false);
    await assert.rejects(keeper.logIn('run-2', 'timer'), { code: 'LOGIN_LOCKED' });
    await assert.rejects(house.anotherKeeper().logIn('run-3', 'timer'), { code: 'LOGIN_LOCKED' });
    assert.equal(simulator.counters().connections, 1, 'nothing knocked while locked');
    assert.ok(await ledger.unlockLogin('hkscc', { by: 'Chan', reason: 'key registered again' }));
    await keeper.logIn('run-4', 'hand');
    const facts = await ledger.runFacts('run-1');
    assert.equal(facts.accounts[0]?.failures[0]?.code, 'LOGIN_REFUSED', 'the digest of that run will tell');
  });

  it('with a changed host key sends nothing of a login and tries no other address', async () => {
    const { simulator } = house;
    simulator.replaceHostKey(first());
    await simulator.stopAddress(first());
    await simulator.startAddress(first());
    await assert.rejects(house.keeper.logIn('run-1', 'timer'), { code: 'HOST_KEY_MISMATCH' });
    assert.equal(simulator.counters().loginAttempts, 0);
    assert.equal(simulator.counters(second()).connections, 0);
    assert.equal(await house.ledger.loginLock('hkscc'), undefined, 'a changed host key is no refused login');
  });

  it('without a pinned host key does not even connect', async () => {
    await assert.rejects(house.anotherKeeper({ pins: [] }).logIn('run-1', 'timer'), {
      code: 'HOST_KEY_MISSING',
    });
    assert.equal(house.simulator.counters().connections, 0);
  });

  it('that is forgotten is logged out after the idle limit', async () => {
    const keeper = house.anotherKeeper({ idle: 50 });
    await keeper.logIn('run-1', 'hand');
    const session = keeper.session('run-1');
    while (session.failure === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.throws(() => keeper.session('run-1'));
    await keeper.logIn('run-2', 'hand');
  });

  it('that the server cut is replaced by the next run', async () => {
    await house.keeper.logIn('run-1', 'hand');
    const session = house.keeper.session('run-1');
    house.simulator.killConnections();
    while (session.failure === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.throws(() => house.keeper.session('run-1'), { code: 'CONNECTION_LOST' });
    await house.keeper.logIn('run-2', 'hand');
  });
});
