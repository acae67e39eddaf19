import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { partResults } from '../../lib/practice/results.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { type Hko, type ShownSignal, startHko } from '../../simulator/hko.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../simulator/world.ts';
import { stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import { makeHome, removeHome } from '../support/home.ts';
import { type FlowNode, Runtime } from '../support/runtime.ts';
import { aimAt, listenTo, readFlow } from '../support/shipped-flow.ts';

const day = '2025-06-21';
const PATIENCE = 20_000;

describe('flow 02 Practice session', function () {
  this.timeout(120_000);
  let home: string;
  let simulator: Simulator;
  let inbox: Inbox;
  let hko: Hko;
  let clock: SimulatedClock;
  let runtime: Runtime;
  let flow: FlowNode[];

  const at = (time: string) => fromHongKong(`${day} ${time}`);

  async function start(signals: ShownSignal[], patience = ''): Promise<void> {
    clock = new SimulatedClock(at('08:25'));
    hko = await startHko({ clock, signals });
    const shipped = aimAt(await readFlow('02 Practice session.json'), simulator).map((node) =>
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
    runtime = await Runtime.start(flow, { home, clock });
  }

  /** Time goes on only while everything that has begun is at rest. */
  async function moveTo(time: string): Promise<void> {
    const rest = () => idle(() => inbox.busy);
    await rest();
    await clock.advance(at(time) - clock.now(), rest);
  }

  const results = (count: number) =>
    runtime.until(() => runtime.received('results').length >= count, `${count} results`, PATIENCE);

  async function inLedger<T>(look: (ledger: Awaited<ReturnType<typeof openHome>>) => Promise<T>): Promise<T> {
    const ledger = await openHome(home, clock);
    try {
      return await look(ledger);
    } finally {
      await ledger.close();
    }
  }

  const sites = () =>
    inLedger(async (ledger) => [await ledger.dataCentreOf('SIM001'), await ledger.dataCentreOf('SIMC01')]);

  /** What each person was told, in the order of the outbox. */
  const told = () =>
    inLedger(async (ledger) => {
      const rows = await ledger.mails();
      const subjects = rows.map(({ subject }) => subject.replace(`Practice session ${day}: `, ''));
      return subjects;
    });

  beforeEach(async () => {
    home = await makeHome();
    simulator = await startSimulator({
      home,
      ports: 'ephemeral',
      riskFileBytes: 100_000,
      businessDate: '2025-06-20',
      practiceDate: '2025-06-20',
    });
    inbox = await startInbox({ mailbox: `${home}/mailbox` });
    process.env.RAP_SMTP_PORT = String(inbox.smtpPort);
  });
  afterEach(async () => {
    await runtime.stop();
    await hko.stop();
    await inbox.stop();
    await simulator.stop();
    delete process.env.RAP_SMTP_PORT;
    await removeHome(home);
  });

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

    const outcomes = await inLedger((ledger) => partResults(ledger, day));
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
    assert.equal(existsSync(`${home}/landing`), false, 'production has received nothing');
    assert.ok((await filesIn(`${home}/practice/${day}/reports`)).size > 10);
    const page = await readFile(`${home}/practice/${day}/evidence/summary.html`, 'utf8');
    assert.match(page, /SIM001/);
    const mails = (await told()).filter((subject) => !subject.startsWith('Practice session: '));
    // The two accounts work at the same time; which is first is not ours to say.
    const byAccount = (subject: string) =>
      subject.replace(/SIM[0C]01: \d+ /, 'an account: so many ').replace(/SIM[0C]01/, 'an account');
    assert.deepEqual(mails.map(byAccount), [
      'Weather watch begins',
      'Weather verdict of 09:00: nothing stops the session',
      'Ring the CCASS hotline, 2979-7111: will the session be held?',
      'Ring the DCASS hotline, 2979-7222: will the session be held?',
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
    const { fault, stuck } = stuckAfter(3);
    await simulator.setFault(fault);
    // A transfer that hangs but is not given up: only the end of the session can stop it.
    await start([{ code: 'TC8SE', issued: at('14:20') }], '3600');
    await moveTo('14:01');
    await stuck;
    await moveTo('14:37');
    await results(2);
    await runtime.message('closed');
    const outcomes = await inLedger((ledger) => partResults(ledger, day));
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['stopped', 'stopped'],
    );
    assert.deepEqual(await sites(), ['primary', 'primary']);
    await moveTo('19:02');
    await runtime.message('packed');
    assert.equal(runtime.received('results').length, 2, 'part 2 is not held');
  });

  it('does nothing on a cancelled day but say so', async () => {
    await start([{ code: 'TC8NE', issued: at('07:00'), cancelled: at('09:20') }]);
    await moveTo('19:02');
    await runtime.message('packed');
    assert.equal(runtime.received('results').length, 0);
    assert.equal(simulator.counters().logins, 0);
    assert.deepEqual(await sites(), ['primary', 'primary']);
  });
});
