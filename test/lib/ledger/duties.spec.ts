/** Duties in the ledger: who holds what, in the ledger's own time; and writing under one. */
import assert from 'node:assert/strict';
import { DUTY_MS, DutyKeeper, type DutyKeeperOptions } from '../../../lib/ledger/lease/duty-keeper.ts';
import { type Duty, type DutyLease, type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { LedgerPlace } from '../../../lib/ledger/place.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { askBehind, onEachDatabase, places } from './engines.ts';
import { aVersion, START } from './samples.ts';

const account = (subject: string): Duty => ({ kind: 'account', subject });
const acting = (owner: string) => ({ owner, host: `host of ${owner}`, ms: 60_000 });

onEachDatabase('duties', () => {
  const folder = temporaryFolder();
  const placeIn = places();
  let place: LedgerPlace;
  /** The database's, which all hosts share. */
  let now: number;
  let clock: SimulatedClock;
  let one: Ledger;
  let two: Ledger;
  const open = () => openLedger(place, clock, { time: async () => now });

  beforeEach(async () => {
    now = START;
    place = await placeIn(folder());
    clock = new SimulatedClock(START);
    one = await open();
    two = await open();
  });
  afterEach(async () => {
    await one.close();
    await two.close();
  });

  it('are held by one at a time, and end by the time of the ledger, whatever clock a host has', async () => {
    assert.deepEqual(await one.duties.claim([account('A')], acting('x')), [{ ...account('A'), fence: 1 }]);
    clock.jump(300_000);
    assert.equal(await two.duties.claim([account('A')], acting('y')), undefined);
    now += 59_999;
    assert.equal(await two.duties.claim([account('A')], acting('y')), undefined);
    now += 1;
    assert.deepEqual(await two.duties.claim([account('A')], acting('y')), [{ ...account('A'), fence: 2 }]);
    assert.equal(await one.duties.claim([account('A')], acting('x')), undefined);
  });

  it('are claimed all or none', async () => {
    await one.duties.claim([account('B')], acting('x'));
    const wanted = [account('A'), account('B'), { kind: 'schedule', subject: 'A' } as const];
    assert.equal(await two.duties.claim(wanted, acting('y')), undefined);
    assert.deepEqual(
      (await two.duties.sight()).duties.map(({ subject, owner }) => [subject, owner]),
      [['B', 'x']],
    );
    assert.equal((await two.duties.claim(wanted, acting('y'), ['x']))?.length, 3, 'of one that is dead');
  });

  it('go on with each beat of their host, and only what it holds', async () => {
    await one.duties.claim([account('A'), account('B')], acting('x'));
    const [lease] = (await one.duties.claim([account('C')], acting('x'))) ?? [];
    await one.duties.release([lease as DutyLease], 'y', 10_000);
    now += 50_000;
    const { hosts, duties } = await one.duties.beat(acting('x'), now + 7);
    assert.deepEqual(hosts, [
      { owner: 'x', host: 'host of x', joinedAt: now, until: now + 60_000, offset: 7 },
    ]);
    assert.deepEqual(
      duties.map(({ subject, owner, until }) => [subject, owner, until - now]),
      [
        ['A', 'x', 60_000],
        ['B', 'x', 60_000],
        ['C', '', -40_000],
      ],
    );
  });

  it('given to somebody are that one’s for a while, then anybody’s', async () => {
    const [lease] = (await one.duties.claim([account('A')], acting('x'))) ?? [];
    await one.duties.release([lease as DutyLease], 'y', 10_000);
    assert.equal(await one.duties.claim([account('A')], acting('x')), undefined);
    now += 10_000;
    assert.equal((await one.duties.claim([account('A')], acting('x')))?.[0]?.fence, 2);
    await one.duties.want(account('A'), 'y');
    assert.equal((await one.duties.sight()).duties[0]?.wantedBy, 'y');
    await one.duties.release([{ ...account('A'), fence: 1 }]);
    assert.equal((await one.duties.sight()).duties[0]?.owner, 'x', 'an old fence gives nothing back');
  });

  it('a host under the name of one that is gone takes its place; one that left is forgotten', async () => {
    await one.duties.beat({ ...acting('x'), host: 'same' }, now);
    await one.duties.beat(acting('z'), now);
    now += 60_000;
    await two.duties.beat({ ...acting('y'), host: 'same' }, now);
    const owners = async () => (await one.duties.sight()).hosts.map(({ owner }) => owner).sort();
    assert.deepEqual(await owners(), ['y', 'z'], 'one that is gone without a word is still known');
    await two.duties.leave('y');
    assert.deepEqual(await owners(), ['z']);
  });

  const writes: Record<string, (ledger: Ledger) => Promise<unknown>> = {
    'a transaction': (ledger) => ledger.reports.recordReceived(aVersion()),
    'a single statement': (ledger) => ledger.sessions.sessionBegins('A', 'r'),
    'what is written together': (ledger) =>
      ledger.reports.recordIntents([{ account: 'A', run: 'r', path: '/x', size: 1, modifiedAt: 1 }]),
    'the journal': (ledger) => ledger.journal.append({ who: 'a', what: 'b', why: 'c' }),
  };
  for (const [what, write] of Object.entries(writes)) {
    it(`under a duty that changed hands nothing is written: ${what}`, async () => {
      const [lease] = (await one.duties.claim([account('A')], acting('x'))) ?? [];
      const under = one.under(lease as DutyLease);
      await write(under);
      now += 60_000;
      const [taken] = (await two.duties.claim([account('A')], acting('y'))) ?? [];
      const before = await everything(place);
      await assert.rejects(write(under), { code: 'NOT_IN_CHARGE', message: /host of y/ });
      assert.equal(await everything(place), before);
      await write(two.under(taken as DutyLease));
      await two.duties.release([taken as DutyLease]);
      await assert.rejects(write(two.under(taken as DutyLease)), { code: 'NOT_IN_CHARGE' });
      // It may still read, and what is no work of that duty may be written.
      await under.deliveries.openVersions('A');
      await one.journal.append({ who: 'a', what: 'b', why: 'c' });
    });
  }

  it('under a duty transactions stand in line with all others of this ledger', async () => {
    const [lease] = (await one.duties.claim([account('A')], acting('x'))) ?? [];
    const under = one.under(lease as DutyLease);
    const entries = Array.from({ length: 40 }, (_, index) => ({ who: 'a', what: `${index}`, why: 'c' }));
    await Promise.all(entries.map((entry, index) => (index % 2 ? one : under).journal.append(entry)));
    assert.equal((await one.journal.verify()).count, 40);
  });

  describe('that a host keeps', () => {
    let keepers: DutyKeeper[];
    beforeEach(() => {
      keepers = [];
    });
    afterEach(async () => {
      for (const keeper of keepers) await keeper.close().catch(() => {});
    });

    interface Host {
      keeper: DutyKeeper;
      clock: SimulatedClock;
      has: () => string[];
      busy: Set<string>;
      lost: string[];
      /** Its way to the ledger is cut. */
      cut: { now: boolean };
      /** Milliseconds that pass before it has the answer. */
      slow: Record<string, number>;
      /** The longest after which an answer was taken for one. */
      latest: () => number;
      ahead: { ms: number };
      /** What it did to get duties. */
      done: string[];
      /** Resolves when work that is lost has ended. */
      ending: { after: Promise<void> };
      /** It is ended when it stands still. */
      guard: { on: boolean };
    }
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];

    function host(owner: string, ledger: Ledger, rest = 0): Host {
      const own = new SimulatedClock(START);
      const held = new Set<string>();
      const busy = new Set<string>();
      const lost: string[] = [];
      const cut = { now: false };
      const ahead = { ms: 0 };
      const slow: Record<string, number> = {};
      let latest = 0;
      const done: string[] = [];
      const ending = { after: Promise.resolve() };
      const guard = { on: false };
      const passes = async (what: string) => {
        if (what === 'claim' || what === 'taking up') done.push(what);
        const ms = slow[what] ?? 0;
        if (ms === 0) return;
        now += ms;
        await own.advance(ms);
      };
      const duties = new Proxy(ledger.duties, {
        get: (target, name) =>
          cut.now
            ? () => Promise.reject(new Error('no way'))
            : async (...given: unknown[]) => {
                const answer = await Reflect.get(target, name)(...given);
                await passes(String(name));
                return answer;
              },
      });
      const options: DutyKeeperOptions = {
        ledger: { duties },
        acting: { owner, host: `host of ${owner}`, ms: DUTY_MS },
        clock: own,
        wallClock: () => now + ahead.ms,
        groups: () => names.map((name) => ({ key: name, duties: [account(name)], weight: 1 })),
        isQuiet: (all) => !all.some(({ subject }) => busy.has(subject)),
        onBeat: async (begun) => {
          latest = Math.max(latest, own.monotonic() - begun);
          guard.on = true;
        },
        onDropped: () => {
          guard.on = false;
        },
        onGained: async (leases) => {
          await passes('taking up');
          for (const { subject } of leases) held.add(subject);
        },
        onHeld: () => done.push('work'),
        onLost: async (all) => {
          for (const { subject } of all) {
            held.delete(subject);
            lost.push(subject);
          }
          await ending.after;
        },
        rest,
      };
      const keeper = new DutyKeeper(options);
      keepers.push(keeper);
      const has = () => [...held].sort();
      return {
        keeper,
        clock: own,
        has,
        busy,
        lost,
        cut,
        slow,
        latest: () => latest,
        ahead,
        done,
        ending,
        guard,
      };
    }

    /** Time passes for the ledger and for each host; each looks in turn. */
    async function pass(ms: number, ...hosts: Host[]): Promise<void> {
      for (const end = now + ms; now < end; ) {
        now += 2_000;
        for (const one of hosts) {
          await one.clock.advance(2_000);
          await one.keeper.round().catch(() => {});
        }
      }
    }

    it('are all its own while it is alone; a second one gets half, one at a time, and nothing at work', async () => {
      const [a, b] = [host('a', one), host('b', two)];
      await a.keeper.start();
      assert.deepEqual(a.has(), names);
      a.busy.add('A').add('B').add('C').add('D');
      await b.keeper.start();
      await pass(60_000, a, b);
      assert.deepEqual(
        [a.has(), b.has()],
        [
          ['A', 'B', 'C', 'D'],
          ['E', 'F'],
        ],
      );
      assert.deepEqual(a.lost, ['E', 'F']);
      a.busy.clear();
      await pass(60_000, a, b);
      assert.deepEqual([a.has().length, b.has().length], [3, 3]);
      const moved = a.lost.length;
      await pass(600_000, a, b);
      assert.deepEqual([a.lost.length, b.lost.length], [moved, 0], 'then nothing moves any more');
    });

    it('are taken over within a minute of its death, and at the next look after a clean end', async () => {
      const [a, b] = [host('a', one), host('b', two)];
      await a.keeper.start();
      await b.keeper.start();
      await pass(60_000, a, b);
      // It dies: nothing of it goes on.
      const died = now;
      while (b.has().length < names.length && now - died < 120_000) await pass(2_000, b);
      assert.ok(now - died <= 60_000, `${now - died} ms`);
      const c = host('c', one);
      await c.keeper.start();
      await pass(60_000, b, c);
      assert.deepEqual([b.has().length, c.has().length], [3, 3]);
      await b.keeper.close();
      await pass(2_000, c);
      assert.deepEqual(c.has(), names);
    });

    for (const ms of [34_000, 36_500]) {
      it(`stay with a host that stood still for ${ms} ms and finds the ledger as it was`, async () => {
        const a = host('a', one);
        await a.keeper.start();
        now += ms;
        await a.clock.stall(ms);
        await a.keeper.round();
        await pass(20_000, a);
        assert.deepEqual([a.has(), a.lost], [names, []]);
      });
    }

    it('are dropped by one that stood still and cannot reach the ledger, in time', async () => {
      const a = host('a', one);
      await a.keeper.start();
      a.cut.now = true;
      await a.clock.stall(36_500);
      await a.clock.advance(1_499);
      assert.deepEqual(a.lost, []);
      await a.clock.advance(1);
      assert.deepEqual(a.lost, names);
    });

    it('are dropped by a host that cannot reach the ledger, before another may take them', async () => {
      const [a, b] = [host('a', one), host('b', two)];
      await a.keeper.start();
      await b.keeper.start();
      await pass(60_000, a, b);
      a.cut.now = true;
      for (let waited = 0; b.has().length < names.length && waited < 120_000; waited += 2_000) {
        await pass(2_000, a, b);
        assert.deepEqual(
          a.has().filter((name) => b.has().includes(name)),
          [],
          'nobody has what another has',
        );
      }
      assert.deepEqual([a.has(), b.has()], [[], names]);
      a.cut.now = false;
      await pass(60_000, a, b);
      assert.deepEqual([a.has().length, b.has().length], [3, 3], 'back, it gets its share again');
    });

    for (const isBack of [false, true]) {
      it(`${isBack ? 'stay' : 'are not'} guarded when work ends ${isBack ? 'after' : 'before'} the ledger is reached again`, async () => {
        const a = host('a', one);
        await a.keeper.start();
        assert.equal(a.guard.on, true);
        const ended = Promise.withResolvers<void>();
        a.ending.after = ended.promise;
        a.cut.now = true;
        await pass(DUTY_MS, a);
        assert.deepEqual([a.has(), a.guard.on], [[], true], 'as long as something may be at work');
        a.cut.now = !isBack;
        await a.keeper.round(true).catch(() => {});
        ended.resolve();
        await pass(2_000, a);
        assert.equal(a.guard.on, isBack);
      });
    }

    for (const minutes of [5, -5, 2]) {
      it(`are given up by a host whose clock is ${minutes} minutes off, until it is right`, async () => {
        const [a, b] = [host('a', one), host('b', two)];
        await a.keeper.start();
        await b.keeper.start();
        await pass(60_000, a, b);
        a.ahead.ms = minutes * 60_000;
        await a.keeper.round(true);
        assert.deepEqual(a.has(), [], 'at once, and whatever is at work');
        await pass(4_000, a, b);
        assert.deepEqual(b.has(), names);
        a.ahead.ms = 0;
        await pass(60_000, a, b);
        assert.deepEqual([a.has().length, b.has().length], [3, 3]);
      });
    }

    it('are all claimed before any work begins, at the start and when another host is gone', async () => {
      const [a, b] = [host('a', one), host('b', two)];
      await a.keeper.start();
      assert.deepEqual(a.done, [...names.map(() => 'claim'), 'taking up', 'work']);
      await b.keeper.start();
      await pass(60_000, a, b);
      b.done.length = 0;
      await a.keeper.close();
      await pass(2_000, b);
      assert.deepEqual(b.done, ['claim', 'claim', 'claim', 'taking up', 'work']);
    });

    for (const what of ['sight', 'claim', 'beat', 'taking up'] as const) {
      it(`are not kept where the ledger was too slow: ${what}`, async () => {
        const [a, b] = [host('a', one, 600_000), host('b', two, 600_000)];
        await a.keeper.start();
        await b.keeper.start();
        await pass(60_000, a, b);
        assert.deepEqual(b.has(), []);
        await a.keeper.close();
        b.slow[what] = 34_000;
        await b.keeper.round(what === 'beat');
        delete b.slow[what];
        assert.ok(b.latest() < DUTY_MS * 0.75, 'what is answered so late does not count');
        b.cut.now = true;
        await pass(DUTY_MS, b);
        const names = () => b.keeper.sight?.duties.filter((duty) => b.keeper.leaseOf(duty) !== undefined);
        assert.deepEqual(names(), [], 'they would be another host’s now');
        b.cut.now = false;
        await pass(20_000, b);
        assert.equal(names()?.length, 6);
      });
    }

    for (const step of [50_000, 300_000, 10_000]) {
      it(`stay with whoever is at work when the database’s clock is put forward by ${step / 1000} s`, async () => {
        const [a, b] = [host('a', one), host('b', two)];
        await a.keeper.start();
        await b.keeper.start();
        // They go on with what they hold at different moments.
        await a.clock.advance(8_000);
        now += 8_000;
        await pass(60_000, a, b);
        assert.deepEqual([a.has().length, b.has().length], [3, 3]);
        const moved = [...a.lost, ...b.lost];
        now += step;
        await b.keeper.round();
        await pass(120_000, b, a);
        assert.deepEqual([...a.lost, ...b.lost], moved);
        // One that dies with the next step is replaced all the same.
        now += step;
        const died = now;
        while (b.has().length < 6 && now - died < 120_000) await pass(2_000, b);
        assert.ok(now - died <= 60_000, `${now - died} ms`);
      });
    }

    it('stay where they are when another server takes over whose clock is behind', async () => {
      const [a, b] = [host('a', one), host('b', two)];
      await a.keeper.start();
      await b.keeper.start();
      await pass(60_000, a, b);
      const moved = [...a.lost, ...b.lost];
      now -= 40_000;
      await pass(120_000, a, b);
      assert.deepEqual([...a.lost, ...b.lost], moved);
    });

    it('go to a host that asks for them, as soon as nobody is at work on them', async () => {
      const [a, b] = [host('a', one, 600_000), host('b', two, 600_000)];
      await a.keeper.start();
      await b.keeper.start();
      a.busy.add('C');
      await b.keeper.want(account('C'));
      await pass(20_000, a, b);
      assert.deepEqual(b.has(), []);
      a.busy.clear();
      await pass(4_000, a, b);
      assert.deepEqual(b.has(), ['C']);
    });
  });
});

/** All that the writes above are about, as text. */
async function everything(place: LedgerPlace): Promise<string> {
  const tables = ['duties', 'journal', 'versions', 'intents', 'sessions'];
  const rows = tables.map((table) => askBehind(place, `select * from ${table}`));
  return JSON.stringify(await Promise.all(rows));
}
