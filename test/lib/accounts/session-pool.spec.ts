/** Sessions as runs use them, against the simulator. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../../bin/rehearsal/idle.ts';
import type { SessionPool } from '../../../lib/accounts/session-pool.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { ledgerIn } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { Relay } from '../../support/relay.ts';
import { startAgain } from '../../support/start-again.ts';
import { build, type House } from '../collection/support.ts';
import { START } from '../ledger/samples.ts';

const MINUTE = 60_000;

describe('The session of an account', () => {
  let house: House;

  beforeEach(async () => {
    house = await build();
  });
  afterEach(() => house.close());

  const first = () => house.simulator.addressesOf('hkscc', 'primary')[0];
  const second = () => house.simulator.addressesOf('hkscc', 'primary')[1];
  /** So many connections are open at the simulator. */
  const live = async (count: number) => {
    while (house.simulator.counters().live !== count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** The house is built again, by a clock that stands. */
  const simulated = async () => {
    await house.close();
    const clock = new SimulatedClock(START);
    house = await build({}, clock);
    return clock;
  };
  const hasSession = (keeper: SessionPool) => {
    try {
      return keeper.session('run-1') !== undefined;
    } catch {
      return false;
    }
  };
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

  /** The ledger, whose record of a login does this. */
  const recordsLogin = (noteLogin: () => Promise<void>) =>
    Object.create(house.ledger, { logins: { value: { ...house.ledger.logins, noteLogin } } });

  for (const [what, fault] of [
    ['another host has the account', new RapError('NOT_IN_CHARGE', 'another host has the account')],
    ['the ledger is away', new RapError('LEDGER_UNUSABLE', 'the ledger is away')],
    ['nobody foresaw it', new TypeError('not foreseen')],
  ] as const) {
    it(`is closed at once when its login cannot be written down: ${what}`, async () => {
      const keeper = house.anotherKeeper(
        {},
        recordsLogin(() => Promise.reject(fault)),
      );
      await assert.rejects(keeper.logIn('run-1', 'hand'), { message: fault.message });
      await live(0);
      assert.equal(house.simulator.counters().logins, 1, 'and the other address was not tried');
      assert.equal(await house.ledger.accounts.loginLock('hkscc'), undefined);
    });
  }

  it('is closed at once when it is lost while its login is written down, however long that takes', async () => {
    const written = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const keeper = house.anotherKeeper(
      {},
      recordsLogin(() => {
        asked.resolve();
        return written.promise;
      }),
    );
    const loggingIn = keeper.logIn('run-1', 'hand');
    loggingIn.catch(() => {});
    await asked.promise;
    await live(1);
    await keeper.close();
    await live(0);
    written.resolve();
    await assert.rejects(loggingIn, { code: 'ABORTED' });
    assert.throws(() => keeper.session('run-1'), { code: 'NOT_CONNECTED' });
  });

  for (const [what, leave] of [
    ['its run logs out', (keeper: SessionPool) => keeper.logOut('run-1')],
    [
      'it rested, and is kept no longer',
      async (keeper: SessionPool) => {
        await keeper.logOut('run-1', 60_000);
        await keeper.endIdle();
      },
    ],
  ] as const) {
    it(`is closed when its account is, though its goodbye is not answered: ${what}`, async () => {
      const clock = await simulated();
      const { port } = first();
      const line = await Relay.listen('127.0.0.1', 0, () => ({ host: first().host, port }));
      try {
        const address = { host: line.host, port: line.port };
        const [pin] = house.keeper.account.pins.filter((one) => one.port === port);
        assert.ok(pin !== undefined);
        const addresses = { primary: [address], secondary: [] };
        const keeper = house.anotherKeeper({ addresses, pins: [{ ...pin, ...address }] });
        await keeper.logIn('run-1', 'hand');
        await line.set('silent');
        const left = leave(keeper);
        // The goodbye is on its way: the account has no session any more.
        while (hasSession(keeper)) await new Promise((resolve) => setImmediate(resolve));
        let closed = false;
        const closing = keeper.close().then(() => {
          closed = true;
        });
        await idle();
        assert.equal(closed, false, 'the connection is still open: nobody may log in beside it');
        await clock.advance(2_000);
        await Promise.all([closing, left]);
      } finally {
        await line.close();
      }
    });
  }

  it('is not begun at a data centre that no record says somebody chose, nor when the record was changed', async () => {
    const { ledger, keeper, simulator } = house;
    const tamper = (sql: string) => {
      const database = new DatabaseSync(ledgerIn(house.home));
      database.exec(sql);
      database.close();
    };
    tamper("insert into data_centres values ('hkscc', 'secondary', 'r', 'Ada', 1, '', null)");
    await assert.rejects(keeper.logIn('run-1', 'timer'), {
      code: 'LEDGER_CHANGED',
      message: /secondary data centre for account hkscc, but no record/,
      cure: /rap ledger verify/,
    });
    const choose = (dataCentre: 'primary' | 'secondary') =>
      ledger.accounts.chooseDataCentres([{ account: 'hkscc', dataCentre, reason: 'drill', by: 'Chan' }]);
    await choose('primary');
    tamper("update data_centres set data_centre = 'secondary'");
    await assert.rejects(keeper.logIn('run-2', 'timer'), { code: 'LEDGER_CHANGED', message: /primary one/ });
    tamper('delete from data_centres');
    await assert.rejects(keeper.logIn('run-3', 'timer'), {
      code: 'LEDGER_CHANGED',
      message: /names no data/,
    });
    tamper("insert into data_centres values ('hkscc', 'secondary', 'drill', 'Chan', 1, '', null)");
    tamper("update journal set details = replace(details, 'primary', 'secondary')");
    await assert.rejects(house.anotherKeeper().logIn('run-4', 'timer'), { code: 'LEDGER_CHANGED' });
    assert.equal(simulator.counters().connections, 0, 'nobody knocked anywhere');
    const [facts] = (await ledger.runs.runFacts('run-1')).accounts;
    assert.equal(facts?.failures[0]?.code, 'LEDGER_CHANGED', 'the digest of that run will tell');
    await choose('primary');
    assert.equal((await keeper.logIn('run-5', 'hand')).dataCentre, 'primary', 'a person decided anew');
  });

  it('stays refused when the lock of its login was taken out of the table', async () => {
    const { ledger, keeper, simulator } = house;
    await ledger.accounts.lockLogin({ account: 'hkscc', reason: 'key refused', address: 'x' });
    const database = new DatabaseSync(ledgerIn(house.home));
    database.exec('delete from login_locks');
    database.close();
    await assert.rejects(keeper.logIn('run-1', 'timer'), { code: 'LOGIN_LOCKED', message: /key refused/ });
    assert.equal(simulator.counters().connections, 0);
    assert.deepEqual(
      (await ledger.accounts.loginLocks()).map(({ account }) => account),
      ['hkscc'],
    );
    assert.ok(await ledger.accounts.unlockLogin('hkscc', { by: 'Chan', reason: 'key registered again' }));
    await keeper.logIn('run-2', 'hand');
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
    await house.ledger.accounts.chooseDataCentres([
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
    assert.ok(await ledger.accounts.unlockLogin('hkscc', { by: 'Chan', reason: 'key registered again' }));
    await keeper.logIn('run-4', 'hand');
    const facts = await ledger.runs.runFacts('run-1');
    assert.equal(facts.accounts[0]?.failures[0]?.code, 'LOGIN_REFUSED', 'the digest of that run will tell');
  });

  it('with a changed host key sends nothing of a login and tries no other address', async () => {
    const { simulator } = house;
    simulator.replaceHostKey(first());
    await simulator.stopAddress(first());
    await startAgain(simulator, first());
    await assert.rejects(house.keeper.logIn('run-1', 'timer'), { code: 'HOST_KEY_MISMATCH' });
    assert.equal(simulator.counters().loginAttempts, 0);
    assert.equal(simulator.counters(second()).connections, 0);
    assert.equal(
      await house.ledger.accounts.loginLock('hkscc'),
      undefined,
      'a changed host key is no refused login',
    );
  });

  it('without a pinned host key does not even connect', async () => {
    await assert.rejects(house.anotherKeeper({ pins: [] }).logIn('run-1', 'timer'), {
      code: 'HOST_KEY_MISSING',
    });
    assert.equal(house.simulator.counters().connections, 0);
  });

  it('that is forgotten is logged out after the idle limit', async () => {
    const clock = await simulated();
    const { idle: limit } = house.keeper.account;
    await house.keeper.logIn('run-1', 'hand');
    await clock.advance(limit - 1);
    assert.equal(house.keeper.session('run-1').leaving, false);
    await clock.advance(1);
    await live(0);
    await house.keeper.logIn('run-2', 'hand');
    assert.equal(house.simulator.counters().logins, 2);
  });

  for (const [what, next, park] of [
    ['it was kept, and the same run comes', 'run-1', (keeper: SessionPool) => keeper.logOut('run-1', MINUTE)],
    ['it was kept, and another run comes', 'run-2', (keeper: SessionPool) => keeper.logOut('run-1', MINUTE)],
    ['it was forgotten, and the same run comes', 'run-1', async () => {}],
    ['it was forgotten, and another run comes', 'run-2', async () => {}],
  ] as const) {
    it(`that says goodbye by itself is given to nobody: ${what}`, async () => {
      const clock = await simulated();
      const { keeper, simulator } = house;
      await keeper.logIn('run-1', 'hand');
      await park(keeper);
      const parting = keeper.session('run-1');
      await clock.advance(MINUTE + keeper.account.idle, async () => {});
      assert.equal(parting.failure, undefined, 'its goodbye is not answered yet');
      await keeper.logIn(next, 'hand');
      assert.notEqual(keeper.session(next), parting);
      assert.ok(parting.failure !== undefined, 'and nobody logged in beside it');
      assert.ok((await keeper.session(next).list()).files.length > 0);
      assert.equal(simulator.counters().logins, 2);
    });
  }

  for (const [what, kept, park] of [
    ['it was forgotten', 0, async () => {}],
    ['it was kept', MINUTE, (keeper: SessionPool) => keeper.logOut('run-1', MINUTE)],
    ['it was used, then forgotten', 0, (keeper: SessionPool) => keeper.session('run-1').list()],
  ] as const) {
    it(`that says goodbye by itself is no more its own run's either: ${what}`, async () => {
      const clock = await simulated();
      const { keeper } = house;
      await keeper.logIn('run-1', 'hand');
      await park(keeper);
      const parting = keeper.session('run-1');
      await clock.advance(kept + keeper.account.idle, async () => {});
      assert.equal(parting.failure, undefined, 'its goodbye is not answered yet');
      assert.throws(() => keeper.session('run-1'), { code: 'NOT_CONNECTED' });
      assert.deepEqual([keeper.atWork, keeper.isOpen], [undefined, true]);
      assert.ok(await keeper.logOut('run-1', MINUTE), 'it cannot be kept any more');
      assert.ok(parting.failure !== undefined);
      assert.deepEqual([keeper.atWork, keeper.isOpen], [undefined, false]);
    });
  }

  for (const [what, park] of [
    ['while it is kept', (keeper: SessionPool) => keeper.logOut('run-1', 60 * MINUTE)],
    ['while nobody uses it', async () => {}],
    ['after a listing', (keeper: SessionPool) => keeper.session('run-1').list()],
  ] as const) {
    it(`leaves no timer when the server cuts it ${what}`, async () => {
      const clock = await simulated();
      const { keeper, simulator } = house;
      const before = clock.pending;
      await keeper.logIn('run-1', 'hand');
      const session = keeper.session('run-1');
      await park(keeper);
      assert.ok(clock.pending > before);
      simulator.killConnections();
      while (session.failure === undefined) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(clock.pending, before);
    });
  }

  it('that is kept stays open for the next log-in, of this run or another, and is written down as theirs', async () => {
    const { keeper, simulator, ledger } = house;
    await ledger.scheduleRuns.beginRun({ schedule: 'daily', run: 'run-1', trigger: 'look' });
    await keeper.logIn('run-1', 'look', { look: true });
    assert.equal(keeper.atWork, 'run-1');
    assert.ok(await keeper.logOut('run-1', 30_000));
    assert.equal(keeper.atWork, undefined, 'nobody works with it');
    await keeper.logIn('run-1', 'look', { look: true });
    await assert.rejects(keeper.logIn('run-9', 'timer'), { code: 'SESSION_BUSY' });
    await keeper.logOut('run-1', 30_000);
    await ledger.scheduleRuns.beginRun({ schedule: 'daily', run: 'run-2', trigger: 'timer' });
    await keeper.logIn('run-2', 'timer');
    assert.deepEqual(await ledger.sessions.runsAtWork('daily'), ['run-2']);
    assert.throws(() => keeper.session('run-1'), { code: 'NOT_CONNECTED' });
    assert.ok((await keeper.session('run-2').list()).files.length > 0);
    // Its flow knows nothing of a keep: what was kept before goes on being kept.
    await keeper.logOut('run-2');
    assert.equal(simulator.counters().live, 1);
    await keeper.logIn('run-3', 'hand');
    await keeper.logOut('run-3', 0);
    assert.equal(simulator.counters().logins, 1);
    await live(0);
    assert.deepEqual(await ledger.sessions.runsAtWork('daily'), []);
  });

  it('that is kept is not used when another data centre was chosen meanwhile', async () => {
    const { keeper, simulator, ledger } = house;
    await keeper.logIn('run-1', 'look');
    await keeper.logOut('run-1', 30_000);
    const choice = {
      account: 'hkscc',
      dataCentre: 'secondary',
      reason: 'practice session',
      by: 'Chan',
    } as const;
    await ledger.accounts.chooseDataCentres([choice]);
    assert.equal((await keeper.logIn('run-1', 'look')).dataCentre, 'secondary');
    await live(1);
    assert.equal(simulator.counters().logins, 2);
  });

  it('that is kept is logged out when nobody comes for it, and when keeping is ended', async () => {
    const clock = await simulated();
    const { keeper, simulator } = house;
    await keeper.logIn('run-1', 'look');
    await keeper.logOut('run-1', MINUTE);
    await clock.advance(MINUTE + keeper.account.idle - 1);
    assert.equal(keeper.session('run-1').leaving, false);
    await clock.advance(1);
    await live(0);
    await keeper.logIn('run-1', 'look');
    await keeper.logOut('run-1', MINUTE);
    await keeper.endIdle();
    await live(0);
    assert.equal(simulator.counters().logins, 2);
  });

  it('that is kept for hours may last as long again from each log-in on', async () => {
    const HOUR = 3600_000;
    const clock = new SimulatedClock(Date.UTC(2026, 10, 20, 12));
    const other = await build({}, clock);
    try {
      await other.keeper.logIn('run-1', 'look');
      for (let hours = 0; hours < 6; hours += 3) {
        await other.keeper.logOut('run-1', 4 * HOUR);
        // What was asked for is answered before time goes on.
        await idle();
        await clock.advance(3 * HOUR, idle);
        await other.keeper.logIn('run-1', 'look');
        assert.ok((await other.keeper.session('run-1').list()).files.length > 0);
      }
      assert.equal(other.simulator.counters().logins, 1);
    } finally {
      await other.close();
    }
  });

  it('leaves nothing to take up when the run of its looks was begun for a due time, too, and ends', async () => {
    const { keeper, ledger } = house;
    await ledger.scheduleRuns.beginRun({ schedule: 'daily', run: 'run-1', trigger: 'look' });
    await keeper.logIn('run-1', 'look');
    await keeper.logOut('run-1', 30_000);
    await ledger.scheduleRuns.beginRun({
      schedule: 'daily',
      run: 'run-1',
      trigger: 'timer',
      due: Date.now(),
    });
    await keeper.logIn('run-1', 'timer');
    await keeper.logOut('run-1', 0);
    await ledger.sessions.cutOffSessions();
    assert.deepEqual(await ledger.sessions.cutOffRuns('daily'), []);
  });

  it('that is kept says goodbye when the account is closed', async () => {
    await house.keeper.logIn('run-1', 'look');
    const session = house.keeper.session('run-1');
    await house.keeper.logOut('run-1', 60_000);
    await house.keeper.close();
    assert.match(session.failure?.message ?? '', /closed/);
    await live(0);
  });

  it('that cannot be opened is tried by looks less and less often, and the fault lasts meanwhile', async () => {
    const { keeper, simulator, ledger } = house;
    for (const where of [first(), second()]) await simulator.stopAddress(where);
    const look = () => keeper.logIn('run-1', 'look', { look: true });
    await assert.rejects(look(), { code: 'CONNECT_REFUSED' });
    await assert.rejects(look(), { code: 'CONNECT_REFUSED' });
    const tried = await ledger.logins.countLogin('hkscc');
    for (let one = 0; one < 5; one++) await assert.rejects(look(), { code: 'CONNECT_REFUSED' });
    assert.equal(await ledger.logins.countLogin('hkscc'), tried + 1, 'none was tried since');
    assert.equal((await ledger.runs.runFacts('run-1')).accounts[0]?.failures.length, 1);
    for (const where of [first(), second()]) await startAgain(simulator, where);
    await keeper.logIn('run-2', 'timer');
    assert.equal(simulator.counters().logins, 1, 'a run that is no look is not kept waiting');
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
