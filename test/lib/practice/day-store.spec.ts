/** The day in the ledger: whatever moment a process is killed at, people are told the same, and once. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { frozenBy } from '../../../lib/accounts/key-freeze.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { type ContactsConfig, parseContacts } from '../../../lib/mail/config.ts';
import { keepPlan } from '../../../lib/practice/day-store.ts';
import { queuePracticeMail } from '../../../lib/practice/mails.ts';
import { practiceRun } from '../../../lib/practice/paths.ts';
import { movePlan, type PracticePlan, sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { pastDays } from '../../../lib/practice/scenarios.ts';
import { timelineOf } from '../../../lib/practice/timeline.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { decide } from '../../../lib/weather/decide.ts';
import { wholeDay } from '../../../lib/weather/evidence.ts';
import { type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';
import type { SessionStatement } from '../../../lib/weather/statements.ts';
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
  async function live(
    plan: PracticePlan,
    signals: readonly SignalRow[],
    killed: boolean,
    words: readonly SessionStatement[] = [],
  ) {
    const file = path.join(folder(), `home-${homes++}`, 'ledger.sqlite');
    const evidence = { ...wholeDay(triggerSpells(signals)), words };
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

  const date = '2025-06-21';
  const at = (time: string) => fromHongKong(`${date} ${time}`);
  const word = (says: SessionStatement['says'], time: string): SessionStatement => ({
    ...{ about: 'session', says, from: 'hkex', by: 'Chan', how: 'hotline', at: at(time) },
  });
  const gale: SignalRow[] = [{ code: 'TC8NE', issued: at('14:20') }];

  it('that is stopped and taken up again and again is told each time, and recorded, over kills too', async () => {
    const words = [
      ...[word('held', '14:50'), word('terminated', '15:10'), word('held', '15:20')],
      ...[word('terminated', '15:40'), word('held', '15:50')],
    ];
    const calm = await live(practice20250621, gale, false, words);
    const stopped = (lines: string[], what: RegExp) =>
      lines.filter((line) => what.test(line)).map((line) => line.slice(0, 5));
    const { mails, events } = calm.told;
    assert.deepEqual(stopped(mails, /Part 1 was stopped/), ['14:35', '15:10', '15:40']);
    assert.deepEqual(stopped(mails, /Part 1 begins/), ['14:00', '14:50', '15:20', '15:50']);
    assert.deepEqual(stopped(mails, /no longer\. Now/), [...['14:50', '15:20', '15:50']]);
    const results = mails.filter((line) => /Part 1, SIM001: /.test(line));
    assert.equal(results.length, 4, results.join());
    assert.deepEqual(stopped(events, /part:Part 1:stop/), ['14:35', '15:10', '15:40']);
    assert.deepEqual(stopped(events, /result:Part 1:SIM001/), ['14:00', '14:50', '15:20', '15:50']);
    const killed = await live(practice20250621, gale, true, words);
    assert.deepEqual(killed.told, calm.told);
  });

  for (const mailed of [true, false]) {
    it(`whose part an older release has stopped, ${mailed ? 'and told' : 'and not told'}, goes on`, async () => {
      const clock = new SimulatedClock(at('14:36'));
      const ledger = await openLedger(path.join(folder(), `older-${mailed}`, 'ledger.sqlite'), clock);
      const plan = practice20250621;
      const run = practiceRun(date);
      const evidence = {
        ...wholeDay(triggerSpells(gale)),
        words: [word('held', '14:50'), word('terminated', '15:10')],
      };
      const decision = decide(sessionOf(plan, true), evidence, at('14:35'));
      assert.equal(decision.verdict, 'terminated');
      const told = timelineOf(plan).flatMap(({ id, at: due }) => (due <= at('14:35') ? [id] : []));
      const parts = { 'Part 1': 'stopped', 'Part 2': 'waiting' };
      const state = { date, decision, dataCentre: 'primary', parts, told };
      const [part] = plan.parts;
      const of = { at: at('14:35'), reason: 'A reason.' };
      const orders = [
        { kind: 'part' as const, part, action: 'stop', key: 'part:Part 1:stop', ...of },
        { kind: 'verdict' as const, decision, before: 'running', key: 'verdict:terminated@14:35', ...of },
      ];
      const day = { state, steppedAt: at('14:35') };
      await ledger.practice.savePracticeDay(
        { date, plan: JSON.stringify(plan), day: JSON.stringify(day) },
        { run, orders },
      );
      const ids = mailed ? ['part-1-stopped', 'terminated-14-35'] : [];
      for (const id of ids) {
        const mail = { id, tone: 'bad' as const, subject: id, lines: [], facts: [] };
        await queuePracticeMail(ledger, contacts, plan, mail);
      }
      const subjects = async () =>
        (await ledger.mails.mails({ run })).slice(ids.length).map((one) => one.subject);
      const step = await takeUpDay({ ledger, clock, plan, contacts });
      await step(evidence);
      assert.equal((await subjects()).length, mailed ? 0 : 2, 'what it was to tell is told once');
      const before = (await subjects()).length;
      while (clock.now() < at('15:12')) {
        await clock.advance(60_000);
        await step(evidence);
      }
      const more = (await subjects()).slice(before);
      for (const what of [/Part 1 begins/, /Part 1 was stopped/, /TERMINATED at/])
        assert.equal(more.filter((one) => what.test(one)).length, 1, `${what}: ${more.join('; ')}`);
      await ledger.close();
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
