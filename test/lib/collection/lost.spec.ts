/** Word of a report that was asked for and is gone: in the digest of a run, or in the next one's, and once. */
import assert from 'node:assert/strict';
import { queueDigest } from '../../../lib/contacts/notify.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { someContacts } from '../contacts/samples.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { ACCOUNT, GONE, killListing, listNothing, READERS, type Step } from './lost-killed.ts';

const DAY = 24 * 3600_000;

describe('a report that is gone before it was fetched', () => {
  const home = temporaryFolder();
  let clock: SimulatedClock;
  let ledger: Ledger;

  beforeEach(() => {
    clock = new SimulatedClock(START + 3600_000);
  });
  afterEach(() => ledger.close());

  /** The run before was cut off while it listed. */
  async function cutOff(step?: Step): Promise<void> {
    if (step !== undefined) await killListing(home(), step);
    ledger = await openHome(home(), clock);
    if (step === undefined) await missIt('run-1');
  }

  async function missIt(run: string): Promise<void> {
    const intent = { account: ACCOUNT, run: 'run-0', path: GONE, size: 1, modifiedAt: 1 };
    await ledger.recordIntent(intent);
    await listNothing(ledger, clock, run);
    await clock.advance(60_000);
  }

  /** @returns how often the digest of a run names the report */
  async function digest(run: string, groups = ['ops']): Promise<number> {
    await queueDigest(ledger, someContacts(), run, groups, clock.now());
    const mail = (await ledger.mails({ run })).at(-1) ?? assert.fail();
    return mail.text.split(`${GONE} was asked for by run run-0, did not come and is gone`).length - 1;
  }

  async function wholeRun(run: string): Promise<number> {
    await listNothing(ledger, clock, run);
    const told = await digest(run);
    await clock.advance(60_000);
    return told;
  }

  for (const step of ['recordLost', 'recordListing'] as const) {
    it(`is told once by the next digest when the run that missed it was killed right after ${step}`, async () => {
      await cutOff(step);
      assert.deepEqual(await ledger.mails(), []);
      assert.deepEqual(await ledger.openIntents(ACCOUNT), [], 'no later listing will name it');
      assert.equal(await wholeRun('run-2'), 1);
      assert.equal(await digest('run-2', ['managers']), 1, 'a second digest tells the same');
      assert.equal(await wholeRun('run-3'), 0);
    });
  }

  it('is told to the others by their next digest when the process was killed between two digests, and to nobody twice', async () => {
    await cutOff('queueMail');
    const came = (run: string) => async (groups: string[]) => {
      const told = await digest(run, groups);
      const { text } = (await ledger.mails({ run })).at(-1) ?? assert.fail();
      return [told, text.includes(aVersion().name)];
    };
    const [mail, ...more] = await ledger.mails();
    assert.deepEqual(
      [mail?.to.map(({ address }) => address), more],
      [['ada@broker.example', 'bo@broker.example'], []],
    );
    for (const [run, others] of [
      ['run-2', [1, true]],
      ['run-3', [0, false]],
    ] as const) {
      await clock.advance(60_000);
      await listNothing(ledger, clock, run);
      const told = [];
      for (const groups of READERS) told.push(await came(run)(groups));
      assert.deepEqual(told, [[0, false], others], run);
    }
  });

  it('is not told to whoever gets digests of other runs alone', async () => {
    await cutOff();
    assert.equal(await digest('run-1'), 1);
    await ledger.settleDigests('run-1');
    await listNothing(ledger, clock, 'run-2');
    assert.equal(await digest('run-2', ['managers']), 0);
  });

  it('is told by its own run alone when that one comes to its digest', async () => {
    await cutOff();
    assert.equal(await digest('run-1'), 1);
    assert.equal(await wholeRun('run-2'), 0);
  });

  it('waits for a run that reaches its account, over more runs that are cut off, also for weeks', async () => {
    await cutOff();
    await clock.advance(20 * DAY);
    await ledger.startRun({ run: 'run-2', trigger: 'timer' });
    assert.equal(await digest('run-2'), 0, 'a run of other accounts');
    await listNothing(ledger, clock, 'run-3');
    assert.equal(await wholeRun('run-4'), 1);
  });

  it('is not told when it came after all, nor by the first digest of a home that sent none for months', async () => {
    await cutOff();
    await clock.advance(32 * DAY);
    assert.equal(await wholeRun('run-2'), 0);
    await missIt('run-3');
    await ledger.recordReceived(aVersion({ account: ACCOUNT, path: GONE, run: 'run-4' }));
    assert.equal(await wholeRun('run-4'), 0);
  });
});
