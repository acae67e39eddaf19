import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { idle } from '../../bin/rehearsal/idle.ts';
import type { Installation } from '../../lib/model/types.ts';
import { partResults } from '../../lib/practice/results.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongTime } from '../../lib/time/hong-kong.ts';
import type { Fault } from '../../simulator/fault.ts';
import { type Hko, type ShownSignal, startHko } from '../../simulator/hko.ts';
import { stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { aimAt, listenTo, readFlow } from '../support/shipped-flow.ts';
import { useSystem } from '../support/use-system.ts';

const day = '2025-06-21';
const timeOf = (result: { finishedAt: number } | undefined) => result && hongKongTime(result.finishedAt);
/** A subject without the numbers that depend on the simulator. */
const plain = (subject: string) => subject.replace(/: \d+ reports/, ': N reports');

describe('flow 02 Practice session', function () {
  this.timeout(300_000);
  const system = useSystem({
    simulator: { businessDate: '2025-06-20', riskFileBytes: 100_000, practiceDate: '2025-06-20' },
    inbox: true,
  });
  let hko: Hko;
  let clock: SimulatedClock;
  let runtime: Runtime;
  let flow: FlowNode[];

  const at = (time: string) => fromHongKong(`${day} ${time}`);

  async function start(signals: ShownSignal[], patience = '', from = '08:25'): Promise<void> {
    clock = system.clock = new SimulatedClock(at(from));
    hko = await startHko({ clock, signals });
    await load(patience);
  }

  async function load(patience: string): Promise<void> {
    const shipped = aimAt(await readFlow('02 Practice session.json'), system.simulator).map((node) =>
      node.type === 'weather-check'
        ? { ...node, feeds: hko.feeds().map(({ source, url }) => ({ source, url })) }
        : node.type === 'rap-account'
          ? { ...node, stallSeconds: patience, requestSeconds: patience }
          : node,
    );
    flow = listenTo(shipped, {
      results: ['Result'],
      closed: ['Close the part'],
      packed: ['Evidence pack'],
      trouble: ['Anything else fails', 'A mail fails'],
    });
    runtime = await system.start(flow, { clock });
  }

  /** Time goes on only while everything that has begun is at rest. */
  async function moveTo(time: string): Promise<void> {
    const rest = () => idle(() => system.inbox.busy);
    await rest();
    await clock.advance(at(time) - clock.now(), rest);
  }

  const results = (count: number) =>
    runtime.until(() => runtime.received('results').length >= count, `${count} results`);

  const sites = () =>
    system.inLedger(async (ledger) => [
      await ledger.accounts.dataCentreOf('SIM001'),
      await ledger.accounts.dataCentreOf('SIMC01'),
    ]);

  /** What each person was told, in the order of the outbox. */
  const told = () =>
    system.inLedger(async (ledger) => {
      const rows = await ledger.mails.mails();
      const subjects = rows.map(({ subject }) =>
        subject.replace(`Practice session ${day}: `, '').replace(/^Practice: /, ''),
      );
      return subjects;
    });

  afterEach(() => hko.stop());

  it('runs a quiet day from the weather watch to the evidence, apart from production', async () => {
    await start([]);
    await moveTo('14:01');
    await results(2);
    assert.deepEqual(await sites(), ['secondary', 'secondary']);
    await moveTo('16:01');
    await runtime.message('closed');
    assert.deepEqual(await sites(), ['primary', 'primary']);
    await moveTo('18:00');
    await results(4);
    await moveTo('19:02');
    await runtime.message('packed');

    const outcomes = await system.inLedger((ledger) => partResults(ledger, day));
    assert.deepEqual(
      outcomes.map(({ part, account, outcome, dataCentre, reports }) =>
        [part, account, outcome, dataCentre, reports.length > 0].join(' '),
      ),
      [
        'Part 1 SIM001 complete secondary true',
        'Part 1 SIMC01 complete secondary true',
        'Part 2 SIM001 complete primary false',
        'Part 2 SIMC01 complete primary false',
      ],
    );
    for (const { reports } of outcomes) {
      for (const { businessDate } of reports) assert.ok(businessDate === '' || businessDate === '2025-06-20');
    }
    assert.equal(existsSync(`${system.home}/landing`), false, 'production has received nothing');
    assert.ok((await filesIn(`${system.home}/practice/${day}/reports`)).size > 10);
    const page = await readFile(`${system.home}/practice/${day}/evidence/summary.html`, 'utf8');
    assert.match(page, /SIM001/);
    const mails = (await told()).filter((subject) => !subject.startsWith('Practice session: '));
    // The two accounts work at the same time; which is first is not ours to say.
    const byAccount = (subject: string) =>
      subject.replace(/SIM[0C]01: \d+ /, 'an account: so many ').replace(/SIM[0C]01/, 'an account');
    assert.deepEqual(mails.map(byAccount), [
      'Weather watch begins',
      'Weather verdict of 09:00: nothing stops the session',
      'Ring the CCASS hotline, 2979-7111: is the session held?',
      'Ring the DCASS hotline, 2979-7222: is the session held?',
      'Part 1 begins at the secondary data centre',
      'Part 1, an account: so many reports done',
      'Part 1, an account: so many reports done',
      'Part 1 ends: 2 of 2 accounts complete',
      'Part 2 begins at the primary data centre',
      'Part 2, an account: log-in and log-out done',
      'Part 2, an account: log-in and log-out done',
      'Part 2 ends: 2 of 2 accounts complete',
      'Restore check: all accounts are back at the primary',
    ]);
    assert.deepEqual(runtime.received('trouble'), []);
  });

  it('ends a download under way fifteen minutes after the signal; the primary is back untested', async () => {
    // Each account has a transfer that hangs but is not given up: only the end of the session can stop it.
    const [one, other] = [stuckAfter(3), stuckAfter(3)];
    await strike('hkscc', one.fault);
    await strike('hkcc-seoch', other.fault);
    await start([{ code: 'TC8SE', issued: at('14:20') }], '3600');
    await moveTo('14:01');
    await Promise.all([one.stuck, other.stuck]);
    await moveTo('14:37');
    await results(2);
    await runtime.message('closed');
    const outcomes = await system.inLedger((ledger) => partResults(ledger, day));
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['stopped', 'stopped'],
    );
    assert.deepEqual(await sites(), ['primary', 'primary']);
    await moveTo('19:02');
    await runtime.message('packed');
    assert.equal(runtime.received('results').length, 2, 'part 2 is not held');
  });

  /** Begins shortly before the first part, on HKEX's word. */
  async function startAtPart1(patience = ''): Promise<void> {
    await start([], patience, '13:55');
    await moveTo('13:56');
    runtime.send(String(flow.find(({ type }) => type === 'weather-check')?.id), {
      word: { from: 'hkex', says: 'held', how: 'hotline', by: 'desk' },
    } as never);
  }

  /** The addresses of an installation meet a fault, or none. */
  async function strike(installation: Installation, fault: Fault): Promise<void> {
    for (const address of system.simulator.addresses) {
      if (address.installation === installation) await system.simulator.setFault(fault, address);
    }
  }

  /** What became of an account in a part. */
  const outcome = async (part: string, account: string) => {
    const found = (await system.inLedger((ledger) => partResults(ledger, day))).find(
      (one) => one.part === part && one.account === account,
    );
    return found && { ...found, got: found.reports.length };
  };

  it('tries an account that fails again every five minutes, over a restart, until it gets through', async () => {
    // The line hangs after three reports, and is given up at 14:20.
    const { fault, stuck } = stuckAfter(3);
    await strike('hkcc-seoch', fault);
    await startAtPart1('1200');
    await moveTo('14:01');
    await stuck;
    await moveTo('14:19');
    assert.equal((await outcome('Part 1', 'SIM001'))?.outcome, 'complete');
    assert.equal(await outcome('Part 1', 'SIMC01'), undefined, 'it is at work');
    await moveTo('14:21');
    const failed = await outcome('Part 1', 'SIMC01');
    assert.deepEqual([failed?.outcome, timeOf(failed)], ['incomplete', '14:20']);
    await strike('hkcc-seoch', { refuse: true });

    await moveTo('14:28');
    assert.equal(timeOf(await outcome('Part 1', 'SIMC01')), '14:26');
    await runtime.stop();
    await load('1200');
    await moveTo('14:33');
    const refused = await outcome('Part 1', 'SIMC01');
    assert.deepEqual([timeOf(refused), refused?.trouble?.code], ['14:31', 'CONNECT_REFUSED']);
    await strike('hkcc-seoch', {});
    await moveTo('14:37');
    const through = await outcome('Part 1', 'SIMC01');
    assert.deepEqual([through?.outcome, timeOf(through)], ['complete', '14:36']);
    assert.ok((through?.got ?? 0) > 3);
    assert.equal(through?.trouble, undefined);

    const { logins } = system.simulator.counters();
    await moveTo('15:59');
    assert.equal(system.simulator.counters().logins, logins, 'nobody who has got through logs in again');
    assert.deepEqual(await sites(), ['secondary', 'secondary']);
    await moveTo('16:01');
    const mails = await told();
    assert.deepEqual(mails.filter((one) => /^Part 1.*(SIMC01|ends)/.test(one)).map(plain), [
      'Part 1, SIMC01: N reports not obtained',
      'Part 1, SIMC01: N reports done',
      'Part 1 ends: 2 of 2 accounts complete',
    ]);
    const events = await system.inLedger((ledger) => ledger.practice.practiceEvents(day));
    assert.deepEqual(
      events.filter(({ details }) => details.again === 'SIMC01').map((one) => hongKongTime(one.at)),
      ['14:26', '14:31', '14:36'],
    );
  });

  it('gives an account up when its part ends, and says so to the contacts and in the evidence', async () => {
    await strike('hkscc', { refuse: true });
    await startAtPart1();
    await moveTo('16:02');
    const first = await outcome('Part 1', 'SIM001');
    assert.deepEqual(
      [first?.outcome, first?.finishedAt, first?.trouble?.code],
      ['incomplete', at('15:55'), 'CONNECT_REFUSED'],
    );
    const mails = (await told()).filter((one) => /^Part 1.*(SIM001|ends)/.test(one));
    assert.equal(mails.length, 3, mails.join('; '));
    assert.match(mails[0] ?? '', /Part 1, SIM001/);
    assert.match(mails[1] ?? '', /Part 1, SIM001/);
    assert.equal(mails[2], 'Part 1 ends: 1 of 2 accounts complete');
    runtime.send(String(flow.find(({ name }) => name === 'Evidence pack')?.id), {
      practice: { date: day },
    } as never);
    await runtime.message('packed');
    const summary = JSON.parse(
      await readFile(`${system.home}/practice/${day}/evidence/summary.json`, 'utf8'),
    );
    const results = summary.results as { account: string; outcome: string; finishedAt: unknown }[];
    assert.deepEqual(results.map(({ account, outcome: became }) => `${account} ${became}`).sort(), [
      'SIM001 incomplete',
      'SIMC01 complete',
    ]);
  });

  it('does nothing on a cancelled day but say so', async () => {
    await start([{ code: 'TC8NE', issued: at('07:00'), cancelled: at('09:20') }]);
    await moveTo('19:02');
    await runtime.message('packed');
    assert.equal(runtime.received('results').length, 0);
    assert.equal(system.simulator.counters().logins, 0);
    assert.deepEqual(await sites(), ['primary', 'primary']);
  });
});
