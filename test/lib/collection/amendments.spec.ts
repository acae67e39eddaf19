/** Word of other content under a known name: told, queued once, and not lost between the two. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { routeOpen } from '../../../lib/collection/route.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger, PendingAmendment } from '../../../lib/ledger/ledger.ts';
import { FlowConsumer, MAILED_GRACE, UNMAILED_LIMIT } from '../../../lib/mail/flow-consumer.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';
import { CONTEXT, fileBeside, killAfter, queueNews, routing } from './amended-killed.ts';

describe('amended reports', () => {
  const home = temporaryFolder();
  let clock: SimulatedClock;
  let ledger: Ledger;

  beforeEach(() => {
    clock = new SimulatedClock(START + 3600_000);
  });
  afterEach(() => ledger.close());

  const open = async () => {
    ledger = await openHome(home(), clock);
  };

  const queue = (one: PendingAmendment, groups = ['ops']) => queueNews(ledger, one, groups);
  const pending = (account = CONTEXT.account) => ledger.amendments.pendingAmendments(account);
  const toTell = async (life: FlowConsumer) => life.takePending(ledger, await pending(), clock);
  const shares = (untold: PendingAmendment[]) => untold.map(({ delivery }) => delivery.share);
  const both = () => ['ops', 'risk'].map((name) => path.join(home(), name));

  for (const step of ['recordDelivery', 'recordLastDelivery'] as const) {
    it(`are told by the next process when one was killed right after ${step}, in one mail for each share`, async () => {
      await killAfter(home(), step);
      await open();
      assert.deepEqual(await ledger.mails.mails(), [], 'the process died before it could tell');
      assert.equal(
        (await ledger.deliveries.openVersions(CONTEXT.account)).length,
        step === 'recordLastDelivery' ? 0 : 1,
      );

      await routeOpen(routing(home(), ledger), new Set());
      const life = new FlowConsumer();
      const told = await toTell(life);
      assert.deepEqual(shares(told), both());
      for (const one of told) assert.equal((await queue(one))?.fresh, true);
      await clock.advance(MAILED_GRACE);
      assert.deepEqual(await toTell(life), []);
      assert.deepEqual(await toTell(new FlowConsumer()), [], 'what is in the outbox is told');
      assert.equal((await ledger.mails.mails()).length, 2);
    });
  }

  it('are told again by each process that dies before the mail is queued, and queued once for each group told', async () => {
    await fileBeside(home());
    await open();
    for (let life = 0; life < 3; life++) assert.deepEqual(shares(await toTell(new FlowConsumer())), both());
    const [one = assert.fail()] = await toTell(new FlowConsumer());
    assert.equal((await queue(one))?.fresh, true);
    await clock.advance(3600_000);
    assert.equal((await queue(one))?.fresh, false, 'the same event at another time');
    assert.equal((await queue(one, ['managers']))?.fresh, true);
    assert.equal((await ledger.mails.mails()).length, 2);
  });

  it('are told again when the process was killed between two mails about one of them, which adds what is missing', async () => {
    await killAfter(home(), 'queueMail');
    await open();
    assert.equal((await ledger.mails.mails()).length, 1, 'of one share, to one group');
    const life = new FlowConsumer();
    const told = await toTell(life);
    assert.deepEqual(shares(told), both());
    const fresh = [];
    for (const one of told) {
      for (const groups of ['ops', 'managers']) fresh.push((await queue(one, [groups]))?.fresh);
    }
    assert.deepEqual(fresh, [false, true, true, true]);
    await clock.advance(MAILED_GRACE - 1);
    await toTell(life);
    assert.deepEqual(shares(await toTell(new FlowConsumer())), both(), 'others may be about to queue theirs');
    await clock.advance(1);
    await life.end(ledger, await pending(), clock);
    assert.deepEqual(await toTell(new FlowConsumer()), []);
  });

  it('stay to be told when the mail could not be queued', async () => {
    await fileBeside(home());
    await open();
    const [one = assert.fail()] = await toTell(new FlowConsumer());
    const nobody = someContacts({}, { contacts: [] });
    await assert.rejects(queueNews(ledger, one, [], nobody), { code: 'MAIL_CONFIG' });
    assert.deepEqual(shares(await toTell(new FlowConsumer())), both());
  });

  it('are told once in a life, and given up when nobody queued a mail though the process lived on', async () => {
    await fileBeside(home());
    await open();
    const life = new FlowConsumer();
    assert.deepEqual(shares(await toTell(life)), both());
    await clock.advance(UNMAILED_LIMIT - 1);
    assert.deepEqual(await toTell(life), []);
    assert.deepEqual(shares(await toTell(new FlowConsumer())), both(), 'too early to give up');
    await clock.advance(1);
    assert.deepEqual(await toTell(life), []);
    assert.deepEqual(await toTell(new FlowConsumer()), [], 'no later process repeats it');
  });

  it('are told though the processes that should have told them were away for weeks', async () => {
    await fileBeside(home());
    await open();
    assert.equal((await toTell(new FlowConsumer())).length, 2);
    await clock.advance(30 * 24 * 3600_000);
    assert.deepEqual(shares(await toTell(new FlowConsumer())), both());
  });

  it('that came to light just before a fault of the ledger are still to be told after it', async () => {
    await fileBeside(home());
    await open();
    const life = new FlowConsumer();
    await life.takePending(ledger, (await pending()).slice(0, 1), clock);
    await clock.advance(UNMAILED_LIMIT);
    const failing = {
      ...ledger,
      events: { ...ledger.events, settleEvent: () => Promise.reject(new Error('disk')) },
    };
    await assert.rejects(life.takePending(failing, await pending(), clock), /disk/);
    assert.deepEqual(shares(await toTell(life)), both().slice(1));
  });

  it('of another account are left to those who serve it', async () => {
    await fileBeside(home());
    await open();
    assert.deepEqual(await pending('DCASS'), []);
  });
});
