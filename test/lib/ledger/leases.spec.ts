import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { keepLease } from '../../../lib/ledger/lease/keep-lease.ts';
import { LedgerTimeWatch } from '../../../lib/ledger/lease/ledger-time-watch.ts';
import { peekLease } from '../../../lib/ledger/lease/peek.ts';
import { type Lease, type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { letGoOfLife } from '../../../lib/process/life-file.ts';
import { isProcessGone, lifeFileOf, ownProcessId } from '../../../lib/process/process-id.ts';
import { type Clock, realClock, SimulatedClock } from '../../../lib/time/clock.ts';
import { onWindows } from '../../support/system.ts';
import { askBehind, isOnPostgres, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const name = 'writer';

onEachDatabase('a lease', () => {
  const given = freshLedger();
  const onPostgres = isOnPostgres();
  let other: Ledger;
  beforeEach(async () => {
    other = await open(given.clock);
  });
  afterEach(() => other.close());

  /** As another process does, whose own clock may be another. */
  const open = (clock: Clock) => openLedger(given.place(), clock, { time: async () => given.clock.now() });
  const claim = (ledger: Ledger, owner: string) => ledger.leases.claimLease({ name, owner, ms: 60_000 });

  it('is held by one at a time and ends by itself', async () => {
    const first = await claim(given.ledger, 'one');
    assert.deepEqual(first, { name, fence: 1 });
    assert.equal(await claim(other, 'two'), undefined);
    assert.deepEqual(await other.leases.leaseHolder(name), {
      name,
      fence: 1,
      owner: 'one',
      until: START + 60_000,
    });
    await given.clock.advance(59_999);
    assert.equal(await claim(other, 'two'), undefined);
    await given.clock.advance(1);
    assert.equal(await other.leases.leaseHolder(name), undefined);
    assert.deepEqual(await claim(other, 'two'), { name, fence: 2 });
  });

  it('lasts while it is renewed, and cannot be renewed once it has changed hands', async () => {
    const first = (await claim(given.ledger, 'one')) as Lease;
    for (let minute = 0; minute < 5; minute++) {
      await given.clock.advance(40_000);
      assert.equal(await given.ledger.leases.renewLease(first, 60_000), true);
      assert.equal(await claim(other, 'two'), undefined);
    }
    await given.clock.advance(60_000);
    await claim(other, 'two');
    assert.equal(await given.ledger.leases.renewLease(first, 60_000), false);
    await given.ledger.leases.releaseLease(first);
    assert.equal(
      (await other.leases.leaseHolder(name))?.owner,
      'two',
      'what is not held cannot be given back',
    );
  });

  it('given back is free at once; an owner that comes back gets a new fence', async () => {
    const first = (await claim(given.ledger, 'one')) as Lease;
    assert.deepEqual(await claim(given.ledger, 'one'), { name, fence: 2 });
    await given.ledger.leases.releaseLease(first);
    assert.equal(await claim(other, 'two'), undefined, 'an old fence gives nothing back');
    await given.ledger.leases.releaseLease({ name, fence: 2 });
    assert.deepEqual(await claim(other, 'two'), { name, fence: 3 });
  });

  it('taken under a clock that was wrong does not last for years', async () => {
    given.clock.jump(1000 * 24 * 3600_000);
    await claim(given.ledger, 'one');
    given.clock.jump(-1000 * 24 * 3600_000);
    assert.deepEqual(await claim(other, 'two'), { name, fence: 2 });
  });

  it('claimed by a time that was read a little earlier is still the other’s', async () => {
    given.clock.jump(5_000);
    await claim(given.ledger, 'one');
    given.clock.jump(-5_000);
    assert.equal(await claim(other, 'two'), undefined);
  });

  if (onPostgres) {
    it('ends by the time of the server, whatever clock the machines have', async () => {
      for (const wrong of [300_000, -300_000, 30 * 86_400_000]) {
        const elsewhere = await open(new SimulatedClock(given.clock.now() + wrong));
        const first = (await claim(given.ledger, 'one')) as Lease;
        await given.clock.advance(59_999);
        assert.equal(await claim(elsewhere, 'two'), undefined, `${wrong} ms off`);
        assert.equal((await elsewhere.leases.leaseHolder(name))?.owner, 'one');
        await given.clock.advance(1);
        const second = (await claim(elsewhere, 'two')) as Lease;
        assert.equal(second.fence, first.fence + 1);
        await elsewhere.leases.releaseLease(second);
        await elsewhere.close();
      }
    });

    it('is seen from outside by the time of the server, also after its clock was put forward', async () => {
      // The time of the server, which nobody can set here.
      const ledger = await openLedger(given.place(), given.clock);
      const ahead = new SimulatedClock(Date.now() + 300_000);
      const seen = async (watch?: LedgerTimeWatch) =>
        (await peekLease(given.place(), name, ahead, 60_000, watch))?.owner;
      const lease = (await claim(ledger, 'one')) as Lease;
      assert.equal(await seen(), 'one');
      await ledger.leases.renewLease(lease, -1_000);
      assert.equal(await seen(), undefined);
      assert.equal(await seen(new LedgerTimeWatch(60_000)), undefined, 'nothing to compare with');
      const watch = new LedgerTimeWatch(60_000);
      const before = realClock.monotonic();
      watch.look(Date.now() - 20_000, before, before);
      assert.equal(await seen(watch), 'one', 'it has not had its time');
      await ledger.leases.releaseLease(lease);
      assert.equal(await seen(watch), undefined, 'what was given back is free');
      await ledger.close();
    });
  }

  it('is won by exactly one in each of 300 starts at the same moment', async () => {
    for (let race = 1; race <= 300; race++) {
      const claims = await Promise.all([claim(given.ledger, 'one'), claim(other, 'two')]);
      const winners = claims.filter((one) => one !== undefined);
      assert.equal(winners.length, 1);
      const [winner] = winners as [Lease];
      assert.equal(winner.fence, race);
      await given.ledger.leases.releaseLease(winner);
    }
  });

  /** Every way to write something, by name. */
  const writes: Record<string, (ledger: Ledger) => Promise<unknown>> = {
    recordReceived: (ledger) => ledger.reports.recordReceived(aVersion()),
    recordIntents: (ledger) =>
      ledger.reports.recordIntents([{ account: 'A', run: 'r', path: '/x', size: 1, modifiedAt: 1 }]),
    startRun: (ledger) => ledger.runs.startRun({ run: 'r', trigger: 't' }),
    lockLogin: (ledger) => ledger.accounts.lockLogin({ account: 'A', reason: 'r', address: 'x' }),
    chooseDataCentre: (ledger) =>
      ledger.accounts.chooseDataCentres([{ account: 'A', dataCentre: 'secondary', reason: 'r', by: 'b' }]),
    beginRun: (ledger) => ledger.scheduleRuns.beginRun({ schedule: 's', run: 'r', trigger: 't', due: START }),
    journal: (ledger) => ledger.journal.append({ who: 'a', what: 'b', why: 'c' }),
    queueMail: (ledger) =>
      ledger.mails.queueMail({
        eventKey: 'e',
        kind: 'notice',
        run: '',
        to: ['a@x'],
        subject: '',
        text: '',
        html: '',
      }),
    recordFailure: (ledger) =>
      ledger.runs.recordFailure({ run: 'r', account: 'A', code: 'X', message: '', cure: '', subject: '' }),
    observe: (ledger) => ledger.fileStability.observe('A', [{ path: '/x', size: 1, modifiedAt: 1 }]),
  };

  for (const [method, write] of Object.entries(writes)) {
    it(`an instance that slept through its lease writes nothing: ${method}`, async () => {
      given.ledger.writeUnder((await claim(given.ledger, 'one')) as Lease);
      await write(given.ledger);
      await given.clock.advance(60_001);
      other.writeUnder((await claim(other, 'two')) as Lease);
      const before = await everything();
      await assert.rejects(write(given.ledger), { code: 'NOT_IN_CHARGE' });
      assert.equal(await everything(), before);
      await write(other);
      // The sleeper may still read.
      await given.ledger.deliveries.openVersions('HKSCC');
    });
  }

  /** All that is in the ledger, as text. */
  async function everything(): Promise<string> {
    const tables = onPostgres
      ? 'select table_name::text as name from information_schema.tables where table_schema = current_schema()'
      : "select name from sqlite_master where type = 'table'";
    const rows: unknown[] = [];
    for (const { name } of await askBehind(given.place(), tables)) {
      rows.push(name, await askBehind(given.place(), `select * from ${name}`));
    }
    return JSON.stringify(rows);
  }

  it('does not keep a person from acting beside the instance at work', async () => {
    given.ledger.writeUnder((await claim(given.ledger, 'one')) as Lease);
    await given.ledger.accounts.lockLogin({ account: 'A', reason: 'r', address: 'x' });
    assert.equal(await other.accounts.unlockLogin('A', { by: 'Ada', reason: 'key renewed' }), true);
  });

  describe('that is kept', () => {
    const keep = (ledger: Ledger, owner: string, onLost = () => {}) =>
      keepLease(ledger, { name, file: given.file(), owner, ms: 60_000, clock: given.clock, onLost });

    /** Lets time pass in small steps, each until what it began is done: so many renewals are planned again. */
    async function pass(ms: number, renewals: () => number): Promise<void> {
      for (let left = ms; left > 0; left -= 5_000) {
        await given.clock.advance(Math.min(5_000, left));
        while (given.clock.pending !== renewals()) await new Promise((resolve) => setImmediate(resolve));
      }
    }

    it('stays for hours, keeps others out with their name, and is given back', async () => {
      const kept = await keep(given.ledger, 'host-1:4711');
      await pass(3600_000, () => 1);
      await assert.rejects(keep(other, 'host-2'), { code: 'NOT_IN_CHARGE', message: /host-1:4711/ });
      await kept.release();
      assert.equal(given.clock.pending, 0);
      assert.equal((await keep(other, 'host-2')).fence, 2);
    });

    describe('where other machines reach the ledger', () => {
      interface Kept {
        faults: (RapError | undefined)[];
        fed: (number | undefined)[];
        begin: (work: () => Promise<void>) => Promise<void>;
        severed: () => number;
        release: () => Promise<void>;
      }
      type Leases = Ledger['leases'];

      /** @param changes what the ledger does otherwise */
      async function keepGuarded(changes: Partial<Leases>): Promise<Kept> {
        const faults: Kept['faults'] = [];
        const fed: Kept['fed'] = [];
        let severed = 0;
        const ledger = {
          ...given.ledger,
          leases: { ...given.ledger.leases, ...changes },
          sever: () => void severed++,
        };
        const { begin, release } = await keepLease(ledger, {
          ...{ name, file: given.file(), owner: 'one', ms: 60_000, clock: given.clock },
          guard: { feed: (ms, since = 0) => fed.push(ms === undefined ? ms : ms - since) },
          onLost: (fault) => faults.push(fault),
        });
        return { faults, fed, begin, severed: () => severed, release };
      }

      const settle = () => new Promise((resolve) => setImmediate(resolve));
      const away = () =>
        Promise.reject(new RapError('LEDGER_UNUSABLE', 'does not answer', { retryable: true }));
      const silent = () => new Promise<never>(() => {});

      for (const [how, renewLease] of [
        ['refuses', away],
        ['does not answer', silent],
      ] as const) {
        it(`counts as lost in time when the ledger ${how}: nobody can have it yet`, async () => {
          const { faults, fed } = await keepGuarded({ renewLease });
          for (let at = 0; at < 44_999; at += 999) {
            await given.clock.advance(Math.min(999, 44_999 - at));
            await settle();
          }
          assert.equal(faults.length, 0);
          assert.equal(await claim(other, 'two'), undefined);
          await given.clock.advance(1);
          assert.deepEqual(
            faults.map((fault) => [fault?.code, fault?.retryable]),
            [['LEDGER_UNUSABLE', true]],
          );
          assert.match(faults[0]?.message ?? '', /not reached for 45 s/);
          assert.deepEqual(fed, [60_000], 'the guard watches until all work is dropped');
          await given.clock.advance(120_000);
          assert.equal(faults.length, 1, 'said once');
          assert.equal(given.clock.pending, 0);
        });
      }

      it('that the ledger does not renew while the work is just beginning fails the beginning', async () => {
        const { faults, fed, begin, severed } = await keepGuarded({ renewLease: silent });
        const work = Promise.withResolvers<void>();
        const begun = begin(() => work.promise);
        await given.clock.advance(45_000);
        assert.equal(severed(), 1, 'what waits for an answer gets none');
        work.reject(new RapError('LEDGER_UNUSABLE', 'it was given up'));
        await assert.rejects(begun, { code: 'LEDGER_UNUSABLE', message: /not reached for 45 s/ });
        assert.deepEqual(faults, [], 'nobody works yet');
        assert.deepEqual(fed, [60_000], 'the guard watches until all is given up');
        assert.equal(given.clock.pending, 0);
      });

      /** Where the process stood still: from and to which second. */
      for (const [from, to] of [
        [0, 46],
        [0, 50],
        [19, 46],
        [21, 49],
        [42, 46],
      ] as const) {
        it(`is kept by a process that stood still from ${from} to ${to} s, because the ledger answers`, async () => {
          let isBusy = true;
          const { faults, fed, release } = await keepGuarded({
            renewLease: async (lease, ms) => {
              // As where the answer lies unread, or was never asked for.
              while (isBusy) await settle();
              return given.ledger.leases.renewLease(lease, ms);
            },
          });
          await given.clock.advance(from * 1000);
          await given.clock.stall((to - from) * 1000);
          assert.deepEqual(faults, []);
          isBusy = false;
          while (fed.length < 2) await settle();
          await given.clock.advance(10_000);
          assert.deepEqual(faults, []);
          await release();
          assert.equal(given.clock.pending, 0);
        });
      }

      for (const [from, to, dropped] of [
        [0, 46, 48],
        [21, 50, 51],
        [10, 52, 52],
        [10, 40, 45],
      ] as const) {
        it(`is dropped at ${dropped} s by one that stood still from ${from} to ${to} s where the ledger is away`, async () => {
          const { faults } = await keepGuarded({ renewLease: silent });
          await given.clock.advance(from * 1000);
          await given.clock.stall((to - from) * 1000);
          if (dropped > to) {
            await given.clock.advance((dropped - to) * 1000 - 1);
            assert.deepEqual(faults, []);
            await given.clock.advance(1);
          }
          assert.equal(faults.length, 1);
          assert.equal(given.clock.pending, 0);
        });
      }

      it('lasts from when it was asked for, not from when the answer came', async () => {
        const asked = Promise.withResolvers<void>();
        const answer = Promise.withResolvers<void>();
        let asks = 0;
        const { faults, fed, release } = await keepGuarded({
          renewLease: async (lease, ms) => {
            if (++asks > 1) return silent();
            const done = await given.ledger.leases.renewLease(lease, ms);
            asked.resolve();
            await answer.promise;
            return done;
          },
        });
        await given.clock.advance(20_000);
        await asked.promise;
        await given.clock.advance(10_000);
        answer.resolve();
        while (fed.length < 2) await settle();
        assert.deepEqual(fed, [60_000, 50_000]);
        await given.clock.advance(34_999);
        assert.deepEqual(faults, []);
        await given.clock.advance(1);
        assert.equal(faults.length, 1);
        await release();
      });

      it('goes on after a moment without the ledger', async () => {
        let isAway = true;
        const { faults, fed, release } = await keepGuarded({
          renewLease: (lease, ms) => (isAway ? away() : given.ledger.leases.renewLease(lease, ms)),
        });
        for (let at = 0; at < 30_000; at += 1_000) {
          await given.clock.advance(1_000);
          await settle();
        }
        isAway = false;
        await given.clock.advance(2_000);
        while (fed.length < 2) await settle();
        assert.deepEqual(fed, [60_000, 60_000]);
        await given.clock.advance(15_000);
        assert.deepEqual(faults, []);
        await release();
        assert.equal(given.clock.pending, 0);
      });

      it('is none when the ledger took too long to give it', async () => {
        const claimLease: Leases['claimLease'] = async (wanted) => {
          const lease = await given.ledger.leases.claimLease(wanted);
          await given.clock.advance(45_000);
          return lease;
        };
        await assert.rejects(keepGuarded({ claimLease }), { code: 'LEDGER_UNUSABLE', retryable: true });
        assert.equal(given.clock.pending, 0);
        assert.ok(await claim(other, 'two'), 'given back at once');
      });

      it('tells who finds another at work which setting lets both work', async () => {
        await claim(other, 'host-2:4711:x');
        await assert.rejects(keepGuarded({}), { code: 'NOT_IN_CHARGE', cure: /RAP_HOSTS=shared/ });
        await assert.rejects(keep(given.ledger, 'one'), (error: RapError) => {
          assert.equal(error.code, 'NOT_IN_CHARGE');
          assert.doesNotMatch(error.cure, /RAP_HOSTS/);
          return true;
        });
      });
    });

    for (const isWorkRefused of [false, true]) {
      it(`lost to another before anybody works fails there and tells nobody else${isWorkRefused ? ', also where the work is refused' : ''}`, async () => {
        let lost = 0;
        const kept = await keep(given.ledger, 'one', () => lost++);
        await assert.rejects(
          kept.begin(async () => {
            given.clock.jump(60_001);
            await claim(other, 'host-2:4711:x');
            await kept.renew();
            if (isWorkRefused) await given.ledger.runs.startRun({ run: 'r', trigger: 't' });
          }),
          { code: 'NOT_IN_CHARGE', message: /4711/ },
        );
        assert.equal(lost, 0);
        assert.equal(given.clock.pending, 0);
      });
    }

    it('tells who works when it is lost after the beginning, and leaves a fault of the beginning as it is', async () => {
      let lost = 0;
      const kept = await keep(given.ledger, 'one', () => lost++);
      await assert.rejects(
        kept.begin(() => Promise.reject(new RapError('DISK_FULL', 'full'))),
        { code: 'DISK_FULL' },
      );
      await kept.begin(async () => {});
      given.clock.jump(60_001);
      await claim(other, 'two');
      await kept.renew();
      assert.equal(lost, 1);
    });

    it('says once that it is lost', async () => {
      let lost = 0;
      await keep(given.ledger, 'one', () => lost++);
      // The process sleeps: its timers do not run, the clock does.
      given.clock.jump(60_001);
      const kept = await keep(other, 'two');
      await pass(120_000, () => 2 - lost);
      assert.equal(lost, 1);
      await assert.rejects(given.ledger.runs.startRun({ run: 'r', trigger: 't' }), { code: 'NOT_IN_CHARGE' });
      await kept.release();
    });
  });
});

/** How many starts and pauses of real processes are tried; the full size is 1000 and 100. */
const RACES = Number(process.env.RAP_LEASE_RACES || 40);
const PAUSES = Number(process.env.RAP_LEASE_PAUSES || 4);
/** Each so many races the winner is killed instead of stopped. */
const KILLED = 20;

onEachDatabase('two processes on one ledger', () => {
  const given = freshLedger();
  const script = path.join(import.meta.dirname, 'lease-writer.ts');
  let processes: ChildProcess[];
  beforeEach(() => {
    processes = [];
  });
  afterEach(() => {
    for (const child of processes) child.kill('SIGKILL');
  });

  function start(habit: 'race' | 'sleep', ms: number) {
    const child = spawn(process.execPath, [script, JSON.stringify(given.place()), habit, String(ms)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    processes.push(child);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    return {
      child,
      next: async () => String((await lines.next()).value),
      say: (word: string) => child.stdin?.write(`${word}\n`),
    };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Each fence has one writer, and none writes after a later one has begun. */
  async function auditFences(): Promise<number> {
    const writers = new Map<number, string>();
    let latest = 0;
    for (let after = 0; ; ) {
      const records = await given.ledger.journal.records(after, 1000);
      for (const { who, details, sequence } of records) {
        const fence = Number(details.fence);
        assert.ok(fence >= latest, `record ${sequence} of fence ${fence} comes after one of ${latest}`);
        latest = fence;
        assert.equal(writers.get(fence) ?? who, who, `fence ${fence} has two writers`);
        writers.set(fence, who);
        after = sequence;
      }
      if (records.length === 0) break;
    }
    assert.equal((await given.ledger.journal.verify()).brokenAt, undefined);
    return writers.size;
  }

  it(`that start at the same moment: one is at work, ${RACES} times; one killed is replaced at once`, async () => {
    // A lease of a minute: after a kill there is a winner only because the last one is known to be dead.
    const racer = async () => {
      const one = start('race', 60_000);
      assert.equal(await one.next(), 'ready');
      return one;
    };
    const two = await Promise.all([racer(), racer()]);
    for (let race = 1; race <= RACES; race++) {
      for (const one of two) one.say('go');
      const words = await Promise.all(two.map((one) => one.next()));
      assert.deepEqual([...words].sort(), [`at work ${race}`, 'out NOT_IN_CHARGE'], `race ${race}`);
      const place = words[0] === `at work ${race}` ? 0 : 1;
      if (race % KILLED === 0) {
        await kill(two[place].child);
        two[place] = await racer();
      } else {
        two[place].say('stop');
        assert.equal(await two[place].next(), 'stopped');
      }
    }
    for (const { child } of two) await kill(child);
    assert.equal(await auditFences(), RACES);
  }).timeout(300_000 + RACES * 1_000);

  if (onWindows) {
    it('one that lives keeps the other out, also when its number is taken by a third; one that is gone does not', async () => {
      const one = start('race', 60_000);
      assert.equal(await one.next(), 'ready');
      one.say('go');
      assert.equal(await one.next(), 'at work 1');
      const { owner } = (await given.ledger.leases.leaseHolder(name)) ?? { owner: '' };
      // As if this process had been given the number of the other one: it lives, and is not the one.
      const ours = owner.replace(/:\d+:/, `:${process.pid}:`);
      for (const who of [owner, ours]) assert.equal(isProcessGone(who, given.file()), false, who);
      const file = lifeFileOf(owner, given.file()) ?? '';
      assert.throws(() => openSync(file, 'r'), { code: 'EBUSY' });
      await kill(one.child);
      for (const who of [owner, ours]) assert.equal(isProcessGone(who, given.file()), true, who);
      assert.equal(existsSync(file), false, 'Windows removes it');
      // A power cut leaves it behind.
      await fs.writeFile(file, '');
      assert.equal(isProcessGone(ours, given.file()), true);
      // One of an earlier release has no such file, one of another machine cannot be looked at.
      const another = start('race', 60_000);
      assert.equal(await another.next(), 'ready');
      const earlier = ours.replace('.file@', '@').replace(/:\d+:/, `:${another.child.pid}:`);
      assert.equal(isProcessGone(earlier, given.file()), false);
      assert.equal(
        isProcessGone(ours.replace(/^[^:]*/, 'elsewhere').replace(/@.*/, '@0'), given.file()),
        false,
      );
    });

    it('one that has given its lease back with a grace keeps its file for that long', async () => {
      const kept = await keepLease(given.ledger, {
        ...{ name, file: given.file(), owner: ownProcessId(), ms: 60_000, clock: given.clock },
        onLost: () => {},
      });
      const file = lifeFileOf(ownProcessId(), given.file()) ?? '';
      await kept.release(60_000);
      assert.throws(() => openSync(file, 'r'), { code: 'EBUSY' });
      letGoOfLife(file, 0);
      assert.equal(existsSync(file), false);
    });
  }

  it(`never both write: the one that is stopped finds the door closed, ${PAUSES} times`, async () => {
    const lease = 1_000;
    let working = start('sleep', lease);
    assert.equal(await working.next(), 'at work 1');
    let waiting = start('sleep', lease);
    for (let fence = 2; fence <= PAUSES + 1; fence++) {
      // The one at work has stopped itself, or will; the other waits until its lease has ended.
      assert.equal(await waiting.next(), `at work ${fence}`);
      if (onWindows) working.child.stdin?.write('.');
      else working.child.kill('SIGCONT');
      assert.equal(await working.next(), 'out NOT_IN_CHARGE');
      [working, waiting] = [waiting, working];
    }
    for (const { child } of [working, waiting]) await kill(child);
    assert.equal(await auditFences(), PAUSES + 1);
  }).timeout(300_000 + PAUSES * 4_000);
});
