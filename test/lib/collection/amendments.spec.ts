/** Word of other content under a known name: told, queued once, and not lost between the two. */
import assert from 'node:assert/strict';
import { AmendmentTracker } from '../../../lib/collection/amendments.ts';
import { routeOpen } from '../../../lib/collection/route.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger, PendingAmendment } from '../../../lib/ledger/ledger.ts';
import { MAILED_GRACE, UNMAILED_LIMIT } from '../../../lib/mail/notification-tracker.ts';
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
  const toTell = (life: AmendmentTracker) => life.takePending(ledger, CONTEXT.account, clock);
  const shares = (untold: PendingAmendment[]) => untold.map(({ delivery }) => delivery.share);
  const both = () => ['ops', 'risk'].map((name) => `${home()}/${name}`);

  for (const step of ['recordDelivery', 'markRouted'] as const) {
    it(`are told by the next process when one was killed right after ${step}, in one mail for each share`, async () => {
      await killAfter(home(), step);
      await open();
      assert.deepEqual(await ledger.mails.mails(), [], 'the process died before it could tell');
      assert.equal(
        (await ledger.deliveries.openVersions(CONTEXT.account)).length,
        step === 'markRouted' ? 0 : 1,
      );

      await routeOpen(routing(home(), ledger), new Set());
      const life = new AmendmentTracker();
      const told = await toTell(life);
      assert.deepEqual(shares(told), both());
      for (const one of told) assert.equal((await queue(one))?.fresh, true);
      await clock.advance(MAILED_GRACE);
      assert.deepEqual(await toTell(life), []);
      assert.deepEqual(await toTell(new AmendmentTracker()), [], 'what is in the outbox is told');
      assert.equal((await ledger.mails.mails()).length, 2);
    });
  }

  it('are told again by each process that dies before the mail is queued, and queued once for each group told', async () => {
    await fileBeside(home());
    await open();
    for (let life = 0; life < 3; life++)
      assert.deepEqual(shares(await toTell(new AmendmentTracker())), both());
    const [one = assert.fail()] = await toTell(new AmendmentTracker());
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
    const life = new AmendmentTracker();
    const told = await toTell(life);
    assert.deepEqual(shares(told), both());
    const fresh = [];
    for (const one of told) {
      for (const groups of ['ops', 'managers']) fresh.push((await queue(one, [groups]))?.fresh);
    }
    assert.deepEqual(fresh, [false, true, true, true]);
    await clock.advance(MAILED_GRACE - 1);
    await toTell(life);
    assert.deepEqual(
      shares(await toTell(new AmendmentTracker())),
      both(),
      'others may be about to queue theirs',
    );
    await clock.advance(1);
    await life.end(ledger, clock);
    assert.deepEqual(await toTell(new AmendmentTracker()), []);
  });

  it('stay to be told when the mail could not be queued', async () => {
    await fileBeside(home());
    await open();
    const [one = assert.fail()] = await toTell(new AmendmentTracker());
    const nobody = someContacts({}, { contacts: [] });
    await assert.rejects(queueNews(ledger, one, [], nobody), { code: 'MAIL_CONFIG' });
    assert.deepEqual(shares(await toTell(new AmendmentTracker())), both());
  });

  it('are told once in a life, and given up when nobody queued a mail though the process lived on', async () => {
    await fileBeside(home());
    await open();
    const life = new AmendmentTracker();
    assert.deepEqual(shares(await toTell(life)), both());
    await clock.advance(UNMAILED_LIMIT - 1);
    assert.deepEqual(await toTell(life), []);
    assert.deepEqual(shares(await toTell(new AmendmentTracker())), both(), 'too early to give up');
    await clock.advance(1);
    assert.deepEqual(await toTell(life), []);
    assert.deepEqual(await toTell(new AmendmentTracker()), [], 'no later process repeats it');
  });

  it('are told though the processes that should have told them were away for weeks', async () => {
    await fileBeside(home());
    await open();
    assert.equal((await toTell(new AmendmentTracker())).length, 2);
    await clock.advance(30 * 24 * 3600_000);
    assert.deepEqual(shares(await toTell(new AmendmentTracker())), both());
  });

  it('that came to light just before a fault of the ledger are still to be told after it', async () => {
    await fileBeside(home());
    await open();
    const life = new AmendmentTracker();
    const first = async (account: string) => (await ledger.amendments.pendingAmendments(account)).slice(0, 1);
    await life.takePending(
      { ...ledger, amendments: { ...ledger.amendments, pendingAmendments: first } },
      CONTEXT.account,
      clock,
    );
    await clock.advance(UNMAILED_LIMIT);
    const failing = {
      ...ledger,
      amendments: { ...ledger.amendments, forgetAmendment: () => Promise.reject(new Error('disk')) },
    };
    await assert.rejects(life.takePending(failing, CONTEXT.account, clock), /disk/);
    assert.deepEqual(shares(await toTell(life)), both().slice(1));
  });

  it('of another account are left to those who serve it', async () => {
    await fileBeside(home());
    await open();
    assert.deepEqual(await new AmendmentTracker().takePending(ledger, 'DCASS', clock), []);
  });
});
