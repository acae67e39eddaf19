/** The day in the ledger: whatever moment a process is killed at, people are told the same, and once. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { frozenBy } from '../../../lib/accounts/key-freeze.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { type ContactsConfig, parseContacts } from '../../../lib/mail/config.ts';
import { keepPlan } from '../../../lib/practice/day-store.ts';
import { practiceRun } from '../../../lib/practice/paths.ts';
import { movePlan, type PracticePlan } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { pastDays } from '../../../lib/practice/scenarios.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { wholeDay } from '../../../lib/weather/evidence.ts';
import { type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';
import { takeUpDay } from '../../support/practice-day.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const contacts: ContactsConfig = parseContacts({
  smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
  contacts: [{ name: 'Desk', email: 'desk@broker.example' }],
});

class Killed extends Error {}

describe('the day of a session in the ledger', () => {
  const folder = temporaryFolder();
  let homes = 0;

  /** Lives the day from 07:50 to 19:10 in steps of five minutes; `killed` after each order, before it is struck out. */
  async function live(plan: PracticePlan, signals: readonly SignalRow[], killed: boolean) {
    const file = path.join(folder(), `home-${homes++}`, 'ledger.sqlite');
    const evidence = wholeDay(triggerSpells(signals));
    const clock = new SimulatedClock(fromHongKong(`${plan.date} 07:50`));
    const struck = new Set<string>();
    const centres: string[] = [];
    let ledger = await openLedger(file, clock);
    const enter = () =>
      takeUpDay({
        ledger,
        clock,
        plan,
        contacts,
        onActed: ({ key }) => {
          if (!killed || struck.has(key)) return;
          struck.add(key);
          throw new Killed('killed');
        },
      });
    let step = await enter();
    while (clock.now() < fromHongKong(`${plan.date} 19:10`)) {
      await clock.advance(5 * 60_000);
      for (;;) {
        try {
          await step(evidence);
          break;
        } catch (thrown) {
          if (!(thrown instanceof Killed)) throw thrown;
          await ledger.close();
          ledger = await openLedger(file, clock);
          step = await enter();
        }
      }
      centres.push(`${hongKongTime(clock.now())} ${await ledger.accounts.dataCentreOf('SIM001')}`);
    }
    const mails = (await ledger.mails.mails({ run: practiceRun(plan.date) })).map(
      ({ createdAt, subject }) => `${hongKongTime(createdAt)} ${subject}`,
    );
    const events = (await ledger.practice.practiceEvents(plan.date)).map(
      ({ at, key }) => `${hongKongTime(at)} ${key}`,
    );
    assert.equal((await ledger.journal.verify()).brokenAt, undefined);
    await ledger.close();
    return { told: { mails: mails.toSorted(), events: events.toSorted(), centres }, kills: struck.size };
  }

  for (const { name, date, signals } of pastDays) {
    it(`${name}: comes out the same when the process is killed after every single order`, async () => {
      const plan = movePlan(practice20250621, date);
      const calm = await live(plan, signals, false);
      const killed = await live(plan, signals, true);
      assert.ok(killed.kills >= 18, `killed ${killed.kills} times`);
      assert.deepEqual(killed.told, calm.told);
    });
  }

  it('freezes the keys from the first part to the end of the last, from the moment its plan is kept', async () => {
    const clock = new SimulatedClock(fromHongKong('2025-06-20 12:00'));
    const ledger = await openLedger(path.join(folder(), 'freeze', 'ledger.sqlite'), clock);
    await keepPlan(ledger, practice20250621);
    const at = (time: string) => frozenBy(ledger, fromHongKong(`2025-06-21 ${time}`));
    assert.equal(await at('13:59'), undefined);
    assert.equal((await at('14:00'))?.date, '2025-06-21');
    assert.equal((await at('18:59'))?.date, '2025-06-21');
    assert.equal(await at('19:00'), undefined);
    await ledger.close();
  });
});
