import assert from 'node:assert/strict';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { codes, type ErrorCode } from '../../../lib/errors/codes.ts';
import type { ContactsConfig } from '../../../lib/mail/config.ts';
import { queueNotice } from '../../../lib/mail/notice.ts';
import { SETTLE } from '../../../lib/mail/rate-limit.ts';
import { sendDue } from '../../../lib/mail/sender.ts';
import { freshLedger } from '../ledger/samples.ts';
import { type Relay, startRelay } from './relay-fixture.ts';
import { someContacts } from './samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The goal is 10,000, with RAP_FLOOD=10000; a tenth shows the same in a tenth of the time. */
const EVENTS = Number(process.env.RAP_FLOOD ?? 1000);

describe('M12: a flood of events', () => {
  const given = freshLedger();
  let relay: Relay;
  let config: ContactsConfig;
  beforeEach(async () => {
    relay = await startRelay();
    config = someContacts({ port: relay.port }, { escalation: { minutes: 0 } });
  });
  afterEach(() => relay.close());

  const raise = (code: ErrorCode, where: string, groups = ['risk']) =>
    queueAlarm(
      given.ledger,
      config,
      {
        ...{ code, where, message: `${code} at ${where}`, cure: codes[code].cure },
        ...{ run: 'run-1', account: 'HKSCC', at: given.clock.now() },
      },
      groups,
    );
  const send = () => sendDue(given.ledger, config, { clock: given.clock, random: () => 0.5 });
  const sent = (subject: RegExp) => relay.confirmed.filter(({ mail }) => subject.test(mail.subject ?? ''));

  it(`${EVENTS.toLocaleString('en')} in one minute: at most 20 news an hour, the critical ones at once, the rest counted`, async () => {
    const critical: ErrorCode[] = ['DISK_FULL', 'HOST_KEY_MISMATCH', 'LOGIN_LOCKED', 'SHARE_MISSING'];
    const early = await raise('STALLED', 'before the flood');
    assert.equal(early?.fresh, true);
    const event = (index: number) => {
      if (index % 100 === 50) return raise(critical[(index / 50) % 4] ?? 'DISK_FULL', `share ${index % 300}`);
      // Some again and again, some always new.
      if (index % 10 === 0) return raise('CONNECT_TIMEOUT', 'Log in');
      return raise(index % 2 === 0 ? 'STALLED' : 'SHORT_FILE', `report ${index}`);
    };
    for (let tenSeconds = 0; tenSeconds < 6; tenSeconds++) {
      const indexes = Array.from({ length: EVENTS }, (_, index) => index);
      await Promise.all(indexes.filter((index) => index % 6 === tenSeconds).map(event));
      await send();
      await given.clock.advance(10_000);
    }
    await send();
    const alarms = await given.ledger.alarms.openAlarms();
    const loud = alarms.filter(({ level }) => level === 'critical');
    const told = relay.confirmed.filter(({ mail }) => /^RAP CRITICAL/.test(mail.subject ?? ''));
    assert.ok(loud.length > 3);
    assert.equal(told.length, loud.length, 'one mail per critical event, however often it was met');
    for (const { createdAt, settledAt } of await given.ledger.mails.mails()) {
      if (settledAt !== null) assert.ok(settledAt - createdAt <= MINUTE);
    }
    assert.equal(relay.confirmed.length - told.length, 16);

    // Nothing is lost: each event is an alarm, each alarm has its mail, sent or held back.
    assert.equal(
      alarms.reduce((sum, { seen }) => sum + seen, 0),
      EVENTS + 1,
    );
    const held = await given.ledger.mails.mails({ state: 'collected' });
    assert.equal(held.length + relay.confirmed.length, alarms.length);
    assert.ok(held.every(({ text, collectedInto }) => text.length > 100 && collectedInto === null));
    // And the memory is not washed away.
    assert.equal((await raise('STALLED', 'before the flood'))?.fresh, false);

    await given.clock.advance(SETTLE);
    await send();
    const [summary, ...more] = sent(/^RAP summary/);
    assert.deepEqual(more, []);
    const n = held.length.toLocaleString('en');
    assert.equal(summary?.mail.subject, `RAP summary: ${held.length} more events`);
    assert.deepEqual(summary?.to, ['ada@broker.example']);
    assert.ok(summary?.mail.text?.includes(`How many of what (${held.length})`), n);
    for (const topic of new Set(held.map((one) => one.topic))) {
      const count = held.filter((one) => one.topic === topic).length.toLocaleString('en');
      assert.ok(summary?.mail.text?.includes(`- ${topic}\n  × ${count}\n`), topic);
    }
    const ids = new Set(
      (await given.ledger.mails.mails({ state: 'collected' })).map((one) => one.collectedInto),
    );
    assert.equal(ids.size, 1);
    assert.ok(!ids.has(null), 'each held mail names the summary that tells it');
    assert.deepEqual(await given.ledger.mails.deferredMails(), []);
  }).timeout(300_000 + 30 * EVENTS);

  it('goes on for hours: never more than 20 news in any hour, and every event ends in a mail or a summary', async () => {
    const minutes: number[] = [];
    let seen = 0;
    for (let minute = 0; minute < 200; minute += 5) {
      for (let index = 0; index < 3; index++)
        await raise('STALLED', `${minute} ${index}`, [index > 0 ? 'risk' : 'ops']);
      await send();
      for (; seen < relay.confirmed.length; seen++) minutes.push(minute);
      await given.clock.advance(5 * MINUTE);
    }
    for (const minute of minutes) {
      const hour = minutes.filter((one) => one >= minute && one < minute + 60);
      assert.ok(hour.length <= 20, `${hour.length} from minute ${minute} on`);
    }
    for (let round = 0; round < 3; round++) {
      await given.clock.advance(HOUR);
      await send();
    }
    assert.deepEqual(await given.ledger.mails.deferredMails(), []);
    const counts = sent(/^RAP summary/).map(({ mail }) =>
      Number(/: (\d+) more/.exec(mail.subject ?? '')?.[1]),
    );
    const single = sent(/^RAP (?:alarm|CRITICAL)/).length;
    assert.equal(counts.reduce((a, b) => a + b, 0) + single, 120);
  });

  it('of texts of one’s own is held back as well; digests are not', async () => {
    for (let index = 0; index < 30; index++) {
      const notice = { eventKey: `k${index}`, run: '', subject: 'Room', text: `${index}` };
      await queueNotice(given.ledger, config, notice, ['ops']);
    }
    await given.ledger.runs.startRun({ run: 'run-1', trigger: 'timer' });
    await queueDigest(given.ledger, config, 'run-1', ['ops']);
    await send();
    assert.equal(sent(/^Room$/).length, 16);
    assert.equal(sent(/^RAP reports/).length, 1);
    await given.clock.advance(SETTLE);
    await send();
    assert.match(sent(/^RAP summary: 14 more events$/)[0]?.mail.text ?? '', /- Room\n {2}× 14\n/);
  });

  it('does not keep a critical mail waiting behind news', async () => {
    for (let index = 0; index < 10; index++) await raise('STALLED', `${index}`);
    await raise('DISK_FULL', 'share');
    await send();
    assert.match(relay.confirmed[0]?.mail.subject ?? '', /disk full/);
  });
});
