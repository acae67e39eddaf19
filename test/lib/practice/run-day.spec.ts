import assert from 'node:assert/strict';
import path from 'node:path';
import { type ContactsConfig, parseContacts } from '../../../lib/contacts/config.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { practiceRun } from '../../../lib/practice/books.ts';
import { famousDays } from '../../../lib/practice/famous-days.ts';
import { frozenBy } from '../../../lib/practice/key-freeze.ts';
import { movePlan, type PracticePlan } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, partResults } from '../../../lib/practice/results.ts';
import { type DoPart, type RunDay, runDay } from '../../../lib/practice/run-day.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { type Evidence, wholeDay } from '../../../lib/weather/evidence.ts';
import { type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const contacts: ContactsConfig = parseContacts({
  smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
  contacts: [{ name: 'Desk', email: 'desk@broker.example' }],
});

/** Everything the day may have to say, every five minutes and at the minutes that decide. */
const minutes = [
  ...Array.from({ length: 12 * 12 }, (_, index) => 7 * 60 + 55 + index * 5),
  14 * 60 + 1,
  14 * 60 + 3,
].sort((a, b) => a - b);

const wellDone =
  (plan: PracticePlan, clock: SimulatedClock): DoPart =>
  async ({ part, account }) => ({
    ...emptyResult(plan, part, account, clock.now()),
    outcome: 'complete',
    address: '127.0.0.1:18801',
    loggedIn: true,
    loggedOut: true,
  });

class Killed extends Error {}

interface Lived {
  mails: string[];
  events: string[];
  centres: string[];
  kills: number;
}

describe('running the day', () => {
  const folder = temporaryFolder();
  let homes = 0;

  interface Options {
    signals?: readonly SignalRow[];
    /** Kills the process after each thing it did, before that can be noted as done; once for each. */
    killed?: boolean;
    doPart?: (plan: PracticePlan, clock: SimulatedClock) => DoPart;
    until?: string;
  }

  async function live(plan: PracticePlan, options: Options = {}): Promise<Lived & { ledger: Ledger }> {
    const { signals = [], killed = false, until = '19:50' } = options;
    const file = path.join(folder(), `home-${homes++}`, 'ledger.sqlite');
    const evidence: Evidence = wholeDay(triggerSpells(signals));
    const clock = new SimulatedClock(fromHongKong(`${plan.date} 07:50`));
    const last = fromHongKong(`${plan.date} ${until}`);
    const midnight = fromHongKong(`${plan.date} 00:00`);
    const centres: string[] = [];
    const struck = new Set<string>();
    let ledger = await openLedger(file, clock);
    const enter = (): Promise<RunDay> =>
      runDay({
        plan,
        ledger,
        clock,
        contacts,
        unattended: true,
        doPart: (options.doPart ?? wellDone)(plan, clock),
        onEntry: ({ key }) => {
          if (!killed || struck.has(key)) return;
          struck.add(key);
          throw new Killed('killed');
        },
      });
    let day = await enter();
    for (const minute of minutes.filter((one) => midnight + one * 60_000 <= last)) {
      await clock.advance(Math.max(0, midnight + minute * 60_000 - clock.now()));
      for (;;) {
        try {
          await day.step(evidence);
          await day.settled();
          break;
        } catch (thrown) {
          if (!(thrown instanceof Killed)) throw thrown;
          await day.close();
          await ledger.close();
          ledger = await openLedger(file, clock);
          day = await enter();
        }
      }
      centres.push(`${hongKongTime(clock.now())} ${await ledger.dataCentreOf('SIM001')}`);
    }
    await day.close();
    const mails = (await ledger.mails({ run: practiceRun(plan.date) })).map(
      ({ createdAt, subject }) => `${hongKongTime(createdAt)} ${subject.replace(/^[^:]+: /, '')}`,
    );
    const events = (await ledger.practiceEvents(plan.date)).map(
      ({ at, key }) => `${hongKongTime(at)} ${key}`,
    );
    return { mails, events, centres, kills: struck.size, ledger };
  }

  /** The mails of one minute that results bring come in no fixed order. */
  const sorted = ({ mails, events, centres }: Lived) => ({
    mails: mails.toSorted(),
    events: events.toSorted(),
    centres,
  });

  for (const { name, date, signals } of famousDays) {
    it(`${name}: comes out the same when the process is killed after every single order`, async () => {
      const plan = movePlan(practice20250621, date);
      const whole = await live(plan, { signals });
      const killed = await live(plan, { signals, killed: true });
      assert.ok(killed.kills >= 18, `killed ${killed.kills} times`);
      assert.deepEqual(sorted(killed), sorted(whole));
      for (const { ledger } of [whole, killed]) {
        assert.equal((await ledger.verifyJournal()).brokenAt, undefined);
        await ledger.close();
      }
    });
  }

  it('stops running downloads fifteen minutes after the signal, keeps what they brought, and says so', async () => {
    const stopped: string[] = [];
    const slow = (plan: PracticePlan, clock: SimulatedClock): DoPart => {
      const quick = wellDone(plan, clock);
      return async (job) => {
        if (job.part.name !== 'Part 1' || job.account !== 'SIM001') return quick(job);
        await new Promise<void>((resolve) => job.signal.addEventListener('abort', () => resolve()));
        stopped.push(hongKongTime(clock.now()));
        return { ...(await quick(job)), outcome: 'stopped' };
      };
    };
    const day = famousDays.find(({ name }) => name === 'gale-in-part-1');
    assert.ok(day);
    const plan = movePlan(practice20250621, day.date);
    // Nobody waits for the download: the day goes on beside it.
    const file = path.join(folder(), 'slow', 'ledger.sqlite');
    const clock = new SimulatedClock(fromHongKong(`${plan.date} 13:50`));
    const ledger = await openLedger(file, clock);
    const running = await runDay({
      plan,
      ledger,
      clock,
      contacts,
      unattended: true,
      doPart: slow(plan, clock),
    });
    const evidence = wholeDay(triggerSpells(day.signals));
    for (let minute = 0; minute <= 60; minute++) {
      await running.step(evidence);
      await clock.advance(60_000);
    }
    assert.deepEqual(stopped, ['14:35']);
    const results = await partResults(ledger, plan.date);
    assert.deepEqual(results.map(({ account, outcome }) => `${account} ${outcome}`).sort(), [
      'SIM001 stopped',
      'SIMC01 complete',
    ]);
    const subjects = (await ledger.mails()).map(({ subject }) => subject);
    assert.ok(subjects.some((one) => /Part 1, SIM001: stopped/.test(one)));
    assert.ok(subjects.some((one) => /Part 1 was stopped: 1 of 2 accounts complete/.test(one)));
    assert.equal(await ledger.dataCentreOf('SIM001'), 'primary');
    await ledger.close();
  });

  it('tries an account again while its part runs, and tells of it once, when it is through', async () => {
    const tries: string[] = [];
    const { mails, ledger } = await live(practice20250621, {
      doPart: (plan, clock) => async (job) => {
        if (job.account === 'SIM001' && job.part.name === 'Part 1') {
          tries.push(hongKongTime(clock.now()));
          if (tries.length < 3) throw new Error('no answer');
        }
        return wellDone(plan, clock)(job);
      },
    });
    assert.deepEqual(tries, ['14:00', '14:05', '14:10']);
    assert.deepEqual(
      mails.filter((mail) => mail.includes('Part 1, SIM001')).map((mail) => mail.slice(0, 5)),
      ['14:10'],
    );
    await ledger.close();
  });

  it('tells at the end of the part what an account did not get, and why', async () => {
    const { mails, ledger } = await live(practice20250621, {
      doPart: (plan, clock) => async (job) => {
        if (job.account === 'SIMC01' && job.part.name === 'Part 1') throw new Error('no answer at all');
        return wellDone(plan, clock)(job);
      },
    });
    assert.ok(mails.includes('16:00 Part 1, SIMC01: no answer at all'));
    assert.ok(mails.includes('16:00 Part 1 ends: 1 of 2 accounts complete'));
    await ledger.close();
  });

  it('freezes the keys from the first part to the end of the last', async () => {
    const { ledger } = await live(practice20250621, { until: '08:30' });
    const at = (time: string) => frozenBy(ledger, fromHongKong(`2025-06-21 ${time}`));
    assert.equal(await at('13:59'), undefined);
    assert.equal((await at('14:00'))?.date, '2025-06-21');
    assert.equal((await at('18:59'))?.date, '2025-06-21');
    assert.equal(await at('19:00'), undefined);
    await ledger.close();
  });

  it('puts the primary back and raises an alarm when the switch has run out', async () => {
    const file = path.join(folder(), 'expiry', 'ledger.sqlite');
    const clock = new SimulatedClock(fromHongKong('2025-06-21 19:10'));
    const ledger = await openLedger(file, clock);
    const running = await runDay({
      plan: practice20250621,
      ledger,
      clock,
      contacts,
      doPart: wellDone(practice20250621, clock),
    });
    await ledger.chooseDataCentres([
      {
        account: 'SIM001',
        dataCentre: 'secondary',
        reason: 'test',
        by: 'A. Chan',
        until: fromHongKong('2025-06-21 19:12'),
      },
    ]);
    await running.step(wholeDay([]));
    await ledger.chooseDataCentres([
      {
        account: 'SIM001',
        dataCentre: 'secondary',
        reason: 'test',
        by: 'A. Chan',
        until: fromHongKong('2025-06-21 19:12'),
      },
    ]);
    await clock.advance(2 * 60_000);
    await running.step(wholeDay([]));
    assert.equal(await ledger.dataCentreOf('SIM001'), 'primary');
    const alarm = (await ledger.mails()).find(({ subject }) => subject.includes('was put back'));
    assert.equal(alarm?.kind, 'alarm');
    assert.match(alarm?.text ?? '', /SIM001 was still at the secondary data centre \(decided by A\. Chan\)/);
    await ledger.close();
  });
});
