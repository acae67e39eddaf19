import assert from 'node:assert/strict';
import { messageIdOf, type NewMail, openLedger, SENDING_LIMIT } from '../../../lib/ledger/ledger.ts';
import { onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const mail: NewMail = {
  eventKey: 'digest:run-1',
  kind: 'digest',
  run: 'run-1',
  to: ['a@broker.example', 'b@broker.example'],
  subject: 'subject',
  text: 'text',
  html: '<p>html</p>',
  domain: 'broker.example',
};

onEachDatabase('outbox', () => {
  const given = freshLedger();
  const due = async () => {
    const ids = new Set((await given.ledger.mails.dueMails(given.clock.now())).map(({ id }) => id));
    return (await given.ledger.mails.mails()).filter(({ id }) => ids.has(id));
  };
  const states = async () => {
    const [one] = await given.ledger.mails.mails();
    return [one?.state, ...(one?.to.map((recipient) => recipient.state) ?? [])];
  };

  it('queues an event once', async () => {
    const { versionId } = await given.ledger.reports.recordReceived(aVersion());
    const first = await given.ledger.mails.queueMail({ ...mail, told: [versionId, versionId] });
    const again = await given.ledger.mails.queueMail({ ...mail, subject: 'other' });
    assert.equal(first.fresh, true);
    assert.deepEqual(again, { ...first, fresh: false });
    const [queued, ...others] = await due();
    assert.deepEqual(others, []);
    assert.equal(queued?.subject, 'subject');
    assert.deepEqual(
      queued?.to.map((one) => one.messageId),
      [first.messageId, first.messageId],
    );
  });

  it('names a message after its event and its recipients', () => {
    const id = messageIdOf('event', ['a@x', 'B@x'], 'x.example');
    assert.match(id, /^<[0-9a-f]{40}@x\.example>$/);
    assert.equal(messageIdOf('event', ['b@x', 'a@x'], 'x.example'), id);
    assert.notEqual(messageIdOf('event', ['a@x'], 'x.example'), id);
    assert.notEqual(messageIdOf('event 2', ['a@x', 'b@x'], 'x.example'), id);
  });

  it('gives a mail to one sender only', async () => {
    const { id } = await given.ledger.mails.queueMail(mail);
    const second = await openLedger(given.place(), given.clock);
    const taken = await Promise.all([given.ledger.mails.markSending(id), second.mails.markSending(id)]);
    assert.equal(taken.filter((one) => one !== undefined).length, 1);
    assert.deepEqual(await second.mails.dueMails(START), []);
    await second.close();
  });

  it('a mail all recipients got is done', async () => {
    const { id } = await given.ledger.mails.queueMail(mail);
    assert.equal((await given.ledger.mails.markSending(id))?.attempts, 1);
    await given.ledger.mails.settleMail(id, {
      answers: mail.to.map((address) => ({ address, state: 'accepted', response: '250 ok' })),
      error: '',
      nextAttempt: START + 1,
    });
    assert.deepEqual(await states(), ['accepted', 'accepted', 'accepted']);
    await given.clock.advance(3600_000);
    assert.deepEqual(await due(), []);
    assert.equal(await given.ledger.mails.markSending(id), undefined);
  });

  it('tries only the recipients that are left, under an id of their own', async () => {
    const { id, messageId } = await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.markSending(id);
    await given.ledger.mails.settleMail(id, {
      answers: [
        { address: 'a@broker.example', state: 'accepted', response: '250 ok' },
        { address: 'b@broker.example', state: 'queued', response: '450 later' },
      ],
      error: '450 later',
      nextAttempt: START + 15_000,
    });
    assert.deepEqual(await states(), ['queued', 'accepted', 'queued']);
    assert.deepEqual(await due(), []);
    await given.clock.advance(15_000);
    const again = await given.ledger.mails.markSending(id);
    const left = again?.to.find((one) => one.address === 'b@broker.example');
    assert.equal(left?.messageId, messageIdOf(mail.eventKey, ['b@broker.example'], 'broker.example'));
    assert.notEqual(left?.messageId, messageId);
  });

  it('keeps the id of a message whose fate is unknown', async () => {
    const { id, messageId } = await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.markSending(id);
    await given.ledger.mails.settleMail(id, {
      answers: [
        { address: 'a@broker.example', state: 'refused', response: '550 no such user' },
        { address: 'b@broker.example', state: 'unknown', response: 'connection lost' },
      ],
      error: 'connection lost',
      nextAttempt: START,
    });
    assert.deepEqual(await states(), ['unknown', 'refused', 'unknown']);
    const again = await given.ledger.mails.markSending(id);
    assert.equal(again?.to.find((one) => one.state === 'unknown')?.messageId, messageId);
  });

  it('a mail nobody will get is refused and stays to be seen', async () => {
    const { id } = await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.markSending(id);
    await given.ledger.mails.settleMail(id, {
      answers: mail.to.map((address) => ({ address, state: 'refused', response: '550' })),
      error: '550',
      nextAttempt: START,
    });
    assert.deepEqual(await due(), []);
    const [one] = await given.ledger.mails.mails({ state: 'refused' });
    assert.equal(one?.error, '550');
    assert.equal(one?.settledAt, START);
  });

  it('a mail without a next attempt is refused, not forgotten', async () => {
    const { id } = await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.markSending(id);
    await given.ledger.mails.settleMail(id, { answers: [], error: 'gave up', nextAttempt: null });
    assert.equal((await states())[0], 'refused');
  });

  describe('a mail that is given up for good', () => {
    const givenUp = async () =>
      (await given.ledger.journal.records())
        .filter(({ what }) => what === 'mail given up')
        .map(({ who, what, why, details }) => [who, what, why, details]);
    const of = { kind: 'digest', run: 'run-1', level: 'routine', recipients: 2 };

    it('is in the journal, once, whatever a second relay says later', async () => {
      const { id } = await given.ledger.mails.queueMail(mail);
      for (let attempt = 0; attempt < 3; attempt++) {
        await given.ledger.mails.markSending(id);
        const next = { error: 'busy', nextAttempt: given.clock.now() };
        await given.ledger.mails.settleMail(id, { answers: [], ...next });
      }
      assert.deepEqual(await givenUp(), [], 'no record per attempt');
      await given.ledger.mails.markSending(id);
      await given.ledger.mails.settleMail(id, {
        answers: [
          { address: 'a@broker.example', state: 'refused', response: '550 no such user' },
          { address: 'b@broker.example', state: 'unconfirmed', response: 'no answer' },
        ],
        error: 'Given up after 4 attempts: '.padEnd(1000, 'x'),
        nextAttempt: null,
      });
      await given.ledger.mails.settleAside(id, []);
      const records = await givenUp();
      const details = { mail: id, ...of, attempts: 4, refused: 1, unconfirmed: 1 };
      const why = 'Given up after 4 attempts: '.padEnd(200, 'x');
      assert.deepEqual(records, [['rap', 'mail given up', why, details]]);
    });

    it('is so when it is for one of its recipients only, and not when all got it', async () => {
      const { id } = await given.ledger.mails.queueMail(mail);
      const [a, b] = ['a@broker.example', 'b@broker.example'];
      const settle = async (address: string, state: 'accepted' | 'refused', response: string) => {
        await given.ledger.mails.markSending(id);
        const nextAttempt = given.clock.now();
        await given.ledger.mails.settleMail(id, {
          answers: [{ address, state, response }],
          error: '',
          nextAttempt,
        });
      };
      await settle(a, 'refused', '550 no such user');
      assert.deepEqual(await givenUp(), [], 'the other may still be told');
      await settle(b, 'accepted', '250 ok');
      const details = { mail: id, ...of, attempts: 2, refused: 1, unconfirmed: 0 };
      assert.deepEqual(await givenUp(), [['rap', 'mail given up', '550 no such user', details]]);
      const { id: other } = await given.ledger.mails.queueMail({ ...mail, eventKey: 'other', to: [a] });
      await given.ledger.mails.markSending(other);
      const answers = [{ address: a, state: 'accepted' as const, response: '250 ok' }];
      await given.ledger.mails.settleMail(other, { answers, error: '', nextAttempt: null });
      assert.equal((await givenUp()).length, 1);
    });
  });

  it('a sender that died leaves its mail unknown, due again under the same id', async () => {
    const { id, messageId } = await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.markSending(id);
    await given.clock.advance(SENDING_LIMIT);
    assert.deepEqual(await due(), [], 'it may still be at it');
    await given.clock.advance(1);
    const [one] = await due();
    assert.equal(one?.state, 'unknown');
    const again = await given.ledger.mails.markSending(id);
    assert.deepEqual(
      again?.to.map((recipient) => [recipient.state, recipient.messageId]),
      [
        ['unknown', messageId],
        ['unknown', messageId],
      ],
    );
  });

  it('shows mails by run and state', async () => {
    await given.ledger.mails.queueMail(mail);
    await given.ledger.mails.queueMail({ ...mail, eventKey: 'digest:run-2', run: 'run-2' });
    assert.equal((await given.ledger.mails.mails()).length, 2);
    assert.equal((await given.ledger.mails.mails({ run: 'run-2' })).length, 1);
    assert.equal((await given.ledger.mails.mails({ run: 'run-2', state: 'sending' })).length, 0);
  });
});
