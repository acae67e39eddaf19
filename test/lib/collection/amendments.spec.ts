/** Word of other content under a known name: told, queued once, and not lost between the two. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
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
  let end: AbortController;

  beforeEach(() => {
    end = new AbortController();
    clock = new SimulatedClock(START + 3600_000);
  });
  afterEach(() => {
    end.abort();
    return ledger.close();
  });

  const open = async () => {
    ledger = await openHome(home(), clock);
  };

  const queue = (one: PendingAmendment, groups = ['ops']) => queueNews(ledger, one, groups);
  const pending = (account = CONTEXT.account) => ledger.amendments.pendingAmendments(account);
  /** What a process hands on; `dead`, it does not live on after it. */
  const aLife = ({ dead = false } = {}) =>
    new FlowConsumer({
      ...{ clock, ledger: async () => ledger, pending: () => pending() },
      background: (work) => {
        if (!dead) void work(end.signal);
      },
    });
  /** What the next process would tell if this one was killed now. */
  const next = () => aLife({ dead: true }).take();
  const settled = async () => {
    while ((await pending()).length > 0) await turn();
  };
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
      const life = aLife();
      const told = await life.take();
      assert.deepEqual(shares(told), both());
      for (const one of told) assert.equal((await queue(one))?.fresh, true);
      await clock.advance(MAILED_GRACE);
      assert.deepEqual(await life.take(), []);
      assert.deepEqual(await next(), [], 'what is in the outbox is told');
      assert.equal((await ledger.mails.mails()).length, 2);
    });
  }

  it('are told again by each process that dies before the mail is queued, and queued once for each group told', async () => {
    await fileBeside(home());
    await open();
    for (let life = 0; life < 3; life++) assert.deepEqual(shares(await next()), both());
    const [one = assert.fail()] = await next();
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
    const life = aLife();
    const told = await life.take();
    assert.deepEqual(shares(told), both());
    const fresh = [];
    for (const one of told) {
      for (const groups of ['ops', 'managers']) fresh.push((await queue(one, [groups]))?.fresh);
    }
    assert.deepEqual(fresh, [false, true, true, true]);
    await clock.advance(MAILED_GRACE - 1);
    assert.deepEqual(await life.take(), []);
    assert.deepEqual(shares(await next()), both(), 'others may be about to queue theirs');
    await clock.advance(1);
    await settled();
  });

  it('stay to be told when the mail could not be queued', async () => {
    await fileBeside(home());
    await open();
    const [one = assert.fail()] = await next();
    const nobody = someContacts({}, { contacts: [] });
    await assert.rejects(queueNews(ledger, one, [], nobody), { code: 'MAIL_CONFIG' });
    assert.deepEqual(shares(await next()), both());
  });

  it('are told once in a life, and given up when nobody queued a mail though the process lived on', async () => {
    await fileBeside(home());
    await open();
    const life = aLife();
    assert.deepEqual(shares(await life.take()), both());
    await clock.advance(UNMAILED_LIMIT - 1);
    assert.deepEqual(await life.take(), []);
    assert.deepEqual(shares(await next()), both(), 'too early to give up');
    await clock.advance(1);
    assert.deepEqual(await life.take(), []);
    assert.deepEqual(await next(), [], 'no later process repeats it');
  });

  it('are settled by themselves though nobody looks again, with a mail soon, without one in the end', async () => {
    await fileBeside(home());
    await open();
    const [first = assert.fail()] = await aLife().take();
    await queue(first);
    await clock.advance(MAILED_GRACE);
    while ((await pending()).length > 1) await turn();
    await clock.advance(UNMAILED_LIMIT / 2);
    assert.deepEqual(shares(await next()), both().slice(1), 'it may still be mailed');
    await clock.advance(UNMAILED_LIMIT);
    await settled();
    assert.equal((await ledger.mails.mails()).length, 1);
  });

  it('are settled soon after a mail that takes a while, and when others were handed on meanwhile', async () => {
    await fileBeside(home());
    await open();
    let shown = 1;
    const life = new FlowConsumer({
      ...{ clock, ledger: async () => ledger, pending: async () => (await pending()).slice(0, shown) },
      background: (work) => void work(end.signal),
    });
    const [first = assert.fail()] = await life.take();
    await clock.advance(60_000);
    shown = 2;
    const [second = assert.fail()] = await life.take();
    for (const one of [first, second]) await queue(one);
    await clock.advance(UNMAILED_LIMIT / 2);
    await settled();
  });

  it('are left to the next process by one that ended in good order, however long it is there', async () => {
    await fileBeside(home());
    await open();
    const life = aLife();
    const [one = assert.fail()] = await life.take();
    await life.end(async () => ledger);
    await queue(one);
    await clock.advance(3 * UNMAILED_LIMIT);
    assert.deepEqual(shares(await next()), both());
    assert.deepEqual(shares(await life.take()), both(), 'another life');
    await clock.advance(MAILED_GRACE);
    while ((await pending()).length > 1) await turn();
    const wentOn: string[] = [];
    await life.end(
      async () => ledger,
      ({ delivery }) => wentOn.push(delivery.share) > 0,
    );
    assert.deepEqual(
      [wentOn.length, await next()],
      [1, []],
      'one was mailed, the flow went on with the other one',
    );
  });

  it('are told by the same process when what they are told with could not be read at first', async () => {
    await fileBeside(home());
    await open();
    const life = aLife();
    const failing = async ({ delivery }: PendingAmendment) => {
      if (delivery.share === both()[1]) throw new Error('disk');
      return delivery.share;
    };
    await assert.rejects(life.take(failing), /disk/);
    assert.deepEqual(await life.take(async ({ delivery }) => delivery.share), both());
  });

  it('are told though the processes that should have told them were away for weeks', async () => {
    await fileBeside(home());
    await open();
    assert.equal((await next()).length, 2);
    await clock.advance(30 * 24 * 3600_000);
    assert.deepEqual(shares(await next()), both());
  });

  it('that came to light just before a fault of the ledger are still to be told after it', async () => {
    await fileBeside(home());
    await open();
    let shown = 1;
    let isFull = false;
    const full = { acknowledgeEvents: () => Promise.reject(new Error('disk')) };
    const life = new FlowConsumer({
      ...{ clock, pending: async () => (await pending()).slice(0, shown), background: () => {} },
      ledger: async () => (isFull ? { ...ledger, events: { ...ledger.events, ...full } } : ledger),
    });
    assert.deepEqual(shares(await life.take()), both().slice(0, 1));
    await clock.advance(UNMAILED_LIMIT);
    [shown, isFull] = [2, true];
    await assert.rejects(life.take(), /disk/);
    isFull = false;
    assert.deepEqual(shares(await life.take()), both().slice(1));
  });

  it('of another account are left to those who serve it', async () => {
    await fileBeside(home());
    await open();
    assert.deepEqual(await pending('DCASS'), []);
  });
});
