import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import PostalMime from 'postal-mime';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { messageIdOf, SENDING_LIMIT } from '../../../lib/ledger/ledger.ts';
import type { ContactsConfig } from '../../../lib/mail/config.ts';
import { queueNotice } from '../../../lib/mail/notice.ts';
import type { TransportFactory } from '../../../lib/mail/relay.ts';
import { sendDue, WAITS } from '../../../lib/mail/sender.ts';
import { aCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { aVersion, freshLedger, START } from '../ledger/samples.ts';
import { type Behaviour, type Relay, startRelay } from './relay-fixture.ts';
import { someContacts } from './samples.ts';

const HOUR = 3600_000;
/** Right in the middle of the jitter. */
const random = () => 0.5;

describe('queueing', () => {
  const given = freshLedger();
  const alarm = {
    code: 'DISK_FULL',
    message: 'full',
    cure: 'free',
    where: 'route',
    run: 'run-1',
    account: 'A',
    at: START,
  };

  it('makes one digest per run and set of groups, which knows the reports it tells of', async () => {
    const { ledger } = given;
    await ledger.runs.startRun({ run: 'run-1', trigger: 'schedule' });
    const { run, account, installation, address, dataCentre } = aVersion();
    const counts = { new: 1, changed: 0, known: 0, writing: 0, refused: 0 };
    await ledger.runs.recordListing({
      run,
      account,
      installation,
      address,
      dataCentre,
      counts,
      complete: true,
    });
    const { versionId } = await ledger.reports.recordReceived(aVersion());
    await ledger.journal.append({ who: 'Ada', what: 'x', why: 'y' });
    const config = someContacts();
    const { count, head } = await ledger.journal.head();
    const first = (await queueDigest(ledger, config, 'run-1', ['risk', 'ops'])) ?? assert.fail();
    const again = await queueDigest(ledger, config, 'run-1', ['Ops', 'risk ']);
    const others = (await queueDigest(ledger, config, 'run-1', ['managers'])) ?? assert.fail();
    assert.deepEqual(again, { ...first, fresh: false });
    assert.equal(others.fresh, true);
    const [mail] = await ledger.mails.mails();
    assert.equal(mail?.subject, 'RAP reports 2026-11-20: 1 received');
    assert.deepEqual(await ledger.mails.mailsAbout(versionId), [first.id, others.id]);
    assert.match(first.messageId, /@broker\.example>$/);
    assert.ok(mail?.text.includes(`Journal: ${count} records, the last is ${head}`));
    const seal = JSON.parse(await fs.readFile(`${given.file()}.seal`, 'utf8'));
    assert.equal(seal.ledger, ledger.name);
    assert.deepEqual(seal.journal, await ledger.journal.head());
  });

  it('makes one alarm per account, code and subject, in however many runs it is met', async () => {
    const config = someContacts();
    const lost = { ...alarm, code: 'CONNECTION_LOST', message: 'lost' };
    const queue = (changes: object) => queueAlarm(given.ledger, config, { ...lost, ...changes }, ['ops']);
    const first = await queue({});
    assert.equal(first?.fresh, true);
    assert.deepEqual(await queue({ message: 'lost again' }), { ...first, fresh: false });
    assert.deepEqual(await queue({ run: 'run-2' }), { ...first, fresh: false });
    for (const changes of [{ code: 'STALLED' }, { account: 'B' }, { where: 'list' }]) {
      assert.equal((await queue(changes))?.fresh, true);
    }
    const [one] = await given.ledger.alarms.openAlarms();
    assert.deepEqual([one?.seen, one?.runs, one?.message], [3, 2, 'lost']);
    // Another share is another alarm, and other figures of the same one are not.
    const full = (subject: string, message: string) => queue({ ...alarm, subject, message });
    const shares = [
      await full('/mnt/a', '188 MB are left'),
      await full('/mnt/b', '188 MB are left'),
      await full('/mnt/a', '7 MB are left'),
    ];
    assert.deepEqual(
      shares.map((one) => one?.fresh),
      [true, true, false],
    );
  });

  it('refuses a mail to nobody and queues nothing', async () => {
    const code = 'MAIL_CONFIG';
    const notice = { eventKey: 'k', run: '', subject: 'Hello', text: 'one' };
    await assert.rejects(queueNotice(given.ledger, someContacts(), notice, ['nobody']), { code });
    await assert.rejects(queueAlarm(given.ledger, someContacts({}, { contacts: [] }), alarm, []), { code });
    assert.deepEqual(await given.ledger.mails.mails(), []);
  });

  it('carries a text of somebody own, harmless in HTML', async () => {
    const notice = { eventKey: 'k', run: '', subject: 'Hello\r\nBcc: x', text: 'one <b>\ntwo' };
    await queueNotice(given.ledger, someContacts(), notice, []);
    const [mail] = await given.ledger.mails.mails();
    assert.equal(mail?.subject, 'Hello Bcc: x');
    assert.equal(mail?.text, 'one <b>\ntwo');
    assert.match(mail?.html ?? '', /one &lt;b&gt;<br>\ntwo/);
  });
});

describe('sendDue against a real relay', () => {
  const given = freshLedger();
  let relay: Relay | undefined;
  afterEach(async () => {
    await relay?.close();
    relay = undefined;
  });

  async function withRelay(behaviour: Behaviour = {}, smtp: object = {}): Promise<ContactsConfig> {
    relay = await startRelay(behaviour);
    return someContacts({ port: relay.port, ...smtp });
  }
  const the = (): Relay => {
    assert.ok(relay);
    return relay;
  };

  async function queueOne(config: ContactsConfig, subject = 'Report 報告 — é'): Promise<number> {
    const notice = { eventKey: `event ${subject}`, run: 'run-1', subject, text: 'text 結算\n.\n..' };
    return (await queueNotice(given.ledger, config, notice, ['ops'])).id;
  }
  const send = (config: ContactsConfig, transportFactory?: TransportFactory) =>
    sendDue(given.ledger, config, {
      clock: given.clock,
      random,
      ...(transportFactory ? { transportFactory } : {}),
    });
  const codesOf = ({ failed }: Awaited<ReturnType<typeof send>>) => failed.map((one) => one.code);
  const mail = async () => {
    const [one] = await given.ledger.mails.mails();
    assert.ok(one);
    return one;
  };
  const states = async () => (await mail()).to.map((one) => one.state);
  const ids = () => the().taken.map((one) => one.mail.messageId);

  it('sends text and HTML to all recipients in one message, with nothing attached', async () => {
    const config = await withRelay();
    await queueOne(config);
    assert.deepEqual(await send(config), { sent: 1, failed: [] });
    const [taken, ...others] = the().confirmed;
    assert.deepEqual(others, []);
    assert.deepEqual(taken?.to, ['ada@broker.example', 'bo@broker.example']);
    assert.equal(taken?.mail.subject, 'Report 報告 — é');
    assert.deepEqual(taken?.mail.from, { address: 'rap@broker.example', name: 'RAP Ops' });
    assert.equal(taken?.mail.text?.trim(), 'text 結算\n.\n..');
    assert.match(taken?.mail.html ?? '', /結算/);
    assert.deepEqual(taken?.mail.attachments, []);
    assert.equal(taken?.mail.date, new Date(START).toISOString());
    const header = (key: string) => taken?.mail.headers.find((one) => one.key === key)?.value;
    assert.equal(header('auto-submitted'), 'auto-generated');
    assert.equal(header('x-report-event'), '1');
    assert.equal((await mail()).state, 'accepted');
    assert.deepEqual(await send(config), { sent: 0, failed: [] });
    assert.equal(the().sessions, 1);
  });

  it('M01: relay down all day: nothing is lost, and all of it goes when the relay is back', async () => {
    const port = await freePort();
    const config = someContacts({ port });
    await queueOne(config, 'one');
    await queueOne(config, 'two');
    let attempts = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      const result = await send(config);
      assert.ok(result.failed.length <= 1, 'one dead relay is found out once');
      attempts += result.failed.length;
      for (const { code, retryable } of result.failed)
        assert.deepEqual([code, retryable], ['MAIL_UNREACHABLE', true]);
      await given.clock.advance(60_000);
    }
    assert.ok(attempts >= 90 && attempts < 120, `${attempts} attempts`);
    assert.equal((await given.ledger.mails.mails({ state: 'queued' })).length, 2);
    relay = await startRelay();
    await given.clock.advance(WAITS.at(-1) ?? 0);
    assert.deepEqual(await send(someContacts({ port: relay.port })), { sent: 2, failed: [] });
    assert.equal(the().confirmed.length, 2);
  });

  it('waits longer after each failure', async () => {
    const config = someContacts({ port: await freePort() });
    await queueOne(config);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      await send(config);
      const next = ((await mail()).nextAttempt ?? 0) - given.clock.now();
      waits.push(next / 1000);
      await given.clock.advance(next);
    }
    assert.deepEqual(waits, [15, 60, 300, 900, 1800, 1800, 1800]);
  });

  it('M02: taken and dropped without a word: one repeat, under the same id, which says so', async () => {
    const config = await withRelay({ message: (attempt) => (attempt === 1 ? 'drop' : 'ok') });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_UNKNOWN']);
    assert.equal((await mail()).state, 'unknown');
    await given.clock.advance(15_000);
    assert.deepEqual(await send(config), { sent: 1, failed: [] });
    const [first, second, ...others] = the().taken;
    assert.deepEqual(others, []);
    assert.equal(second?.mail.messageId, first?.mail.messageId);
    assert.doesNotMatch(first?.mail.text ?? '', /repeat/);
    assert.match(second?.mail.text ?? '', /may be a repeat/);
    assert.match(second?.mail.html ?? '', /may be a repeat/);
    assert.equal((await mail()).state, 'accepted');
  });

  it('M02: a second copy is the last one, and the mail stays to be seen as unknown', async () => {
    const config = await withRelay({ message: () => 'drop' });
    await queueOne(config);
    for (let round = 0; round < 20; round++) {
      await send(config);
      await given.clock.advance(HOUR);
    }
    assert.equal(the().taken.length, 2);
    assert.equal(new Set(ids()).size, 1);
    assert.equal((await mail()).state, 'unknown');
    assert.equal((await mail()).nextAttempt, null);
    assert.deepEqual(await states(), ['unconfirmed', 'unconfirmed']);
  });

  it('M03: silence after the body ends at the time limit and counts as unknown', async () => {
    const config = await withRelay({ message: () => 'hang' });
    await queueOne(config);
    const arrived = the().nextBody();
    const sending = send(config);
    await arrived;
    await given.clock.advance(180_000);
    assert.deepEqual(codesOf(await sending), ['MAIL_UNKNOWN']);
  });

  it('M03: words that are no reply after the body say nothing: unknown, and one repeat', async () => {
    const bodies: string[] = [];
    const server = net.createServer((socket) => {
      let body: string | undefined;
      socket.on('error', () => undefined).write('220 x\r\n');
      socket.on('data', (data) => {
        const text = data.toString();
        if (body !== undefined) body += text;
        if (body?.endsWith('\r\n.\r\n')) {
          bodies.push(body);
          body = undefined;
          socket.write('whatever\r\n');
        } else if (body === undefined) {
          if (text.startsWith('DATA')) body = '';
          socket.write(body === '' ? '354 go\r\n' : '250 ok\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const config = someContacts({ port: (server.address() as AddressInfo).port });
      await queueOne(config);
      assert.deepEqual(codesOf(await send(config)), ['MAIL_UNKNOWN']);
      await given.clock.advance(60_000);
      await send(config);
      assert.deepEqual(await states(), ['unconfirmed', 'unconfirmed']);
      assert.equal(bodies.length, 2);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('M04: "try later" for two hours: exactly one copy, then', async () => {
    const config = await withRelay({
      message: () => (given.clock.now() < START + 2 * HOUR ? { code: 451, text: 'later' } : 'ok'),
    });
    await queueOne(config);
    for (let minute = 0; minute < 150; minute++) {
      for (const code of codesOf(await send(config))) assert.equal(code, 'MAIL_UNREACHABLE');
      await given.clock.advance(60_000);
    }
    assert.equal(the().confirmed.length, 1);
    assert.equal(new Set(ids()).size, 1, 'a retry of one envelope keeps its id');
    assert.equal((await mail()).state, 'accepted');
  });

  it('M05: one bad recipient of two: the other is told once, the bad one is named', async () => {
    const config = await withRelay({
      recipient: (address) => (address.startsWith('bo') ? { code: 550, text: 'no such user' } : undefined),
    });
    await queueOne(config);
    const { failed } = await send(config);
    assert.deepEqual(
      failed.map((one) => one.code),
      ['MAIL_REFUSED'],
    );
    assert.match(failed[0]?.message ?? '', /bo@broker\.example: 550 no such user/);
    await given.clock.advance(HOUR);
    await send(config);
    assert.deepEqual(
      the().confirmed.map((one) => one.to),
      [['ada@broker.example']],
    );
    assert.deepEqual(await states(), ['accepted', 'refused']);
  });

  it('M05: all recipients bad: refused, and not tried again', async () => {
    const config = await withRelay({ recipient: () => ({ code: 550, text: 'no such user' }) });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_REFUSED']);
    await given.clock.advance(HOUR);
    await send(config);
    assert.equal(the().sessions, 1);
    assert.equal((await mail()).state, 'refused');
  });

  it('M05: who was put off is told later, also when the message was refused to the others', async () => {
    let asked = 0;
    const config = await withRelay({
      recipient: (address) =>
        address.startsWith('bo') && asked++ === 0 ? { code: 450, text: 'later' } : undefined,
      message: (attempt) => (attempt === 1 ? { code: 554, text: 'over quota' } : 'ok'),
    });
    await queueOne(config);
    await send(config);
    assert.deepEqual(await states(), ['refused', 'queued']);
    await given.clock.advance(60_000);
    await send(config);
    assert.deepEqual(await states(), ['refused', 'accepted']);
    assert.equal(new Set(ids()).size, 2);
  });

  it('M06: larger than the relay takes: refused without being sent', async () => {
    const config = await withRelay({ options: { size: 300 } });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_REFUSED']);
    assert.deepEqual(the().taken, []);
    assert.equal((await mail()).state, 'refused');
  });

  it('M07: too large after all: refused and visible', async () => {
    const config = await withRelay({ message: () => ({ code: 552, text: 'too large' }) });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_REFUSED']);
    assert.match((await mail()).error, /552/);
  });

  it('M08: a wrong password stops everything for half an hour, then the mails go', async () => {
    let right = 'new';
    const config = await withRelay(
      { login: (_user, password) => password === right },
      { user: 'rap', password: 'old' },
    );
    await queueOne(config, 'one');
    await queueOne(config, 'two');
    const { failed } = await send(config);
    assert.deepEqual(
      failed.map((one) => [one.code, one.retryable]),
      [['MAIL_CONFIG', false]],
    );
    assert.doesNotMatch(failed[0]?.message ?? '', /\bold\b/, 'the password is not told');
    for (let minute = 0; minute < 25; minute++) {
      assert.deepEqual(await send(config), { sent: 0, failed });
      await given.clock.advance(60_000);
    }
    assert.equal(the().logins, 1);
    right = 'old';
    await given.clock.advance(10 * 60_000);
    assert.deepEqual(await send(config), { sent: 2, failed: [] });
  });

  it('M08: new mails do not try the wrong password again; new settings are tried at once', async () => {
    const config = await withRelay(
      { login: (_user, password) => password === 'new' },
      { user: 'rap', password: 'old' },
    );
    for (let minute = 0; minute < 10; minute++) {
      await queueOne(config, `news ${minute}`);
      assert.deepEqual(codesOf(await send(config)), ['MAIL_CONFIG']);
      await given.clock.advance(60_000);
    }
    assert.equal(the().logins, 1);
    const { sent } = await send(someContacts({ port: the().port, user: 'rap', password: 'new' }));
    assert.equal(sent, 10);
  });

  it('M09: a relay without TLS gets not one byte of the mail', async () => {
    const config = await withRelay({}, { requireTls: true });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_NO_TLS']);
    assert.deepEqual(the().taken, []);
    assert.equal((await mail()).state, 'queued');
  });

  it('M10: a certificate nobody vouches for is not accepted, the pinned one is', async () => {
    const pair = aCertificate();
    const config = await withRelay(
      { options: { ...pair, disabledCommands: ['AUTH'] } },
      { requireTls: true },
    );
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_CERTIFICATE']);
    assert.match((await mail()).error, /certificate/i);
    assert.deepEqual(the().taken, []);
    await given.clock.advance(HOUR);
    const pinned = someContacts({ port: the().port, requireTls: true, ca: pair.cert });
    assert.deepEqual(await send(pinned), { sent: 1, failed: [] });
  });

  it('TLS from the first byte is verified as well', async () => {
    const pair = aCertificate();
    const config = await withRelay({ options: { ...pair, secure: true } }, { secure: true });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_CERTIFICATE']);
    await given.clock.advance(HOUR);
    const pinned = someContacts({ port: the().port, secure: true, ca: pair.cert });
    assert.deepEqual(await send(pinned), { sent: 1, failed: [] });
  });

  it('M13: killed between sent and recorded: one repeat under the same id, nothing lost', async () => {
    const config = await withRelay();
    const id = await queueOne(config);
    // The relay has it, the ledger does not know: as if the process had ended at this point.
    const sending = await given.ledger.mails.markSending(id);
    assert.ok(sending);
    assert.deepEqual(await send(config), { sent: 0, failed: [] });
    await given.clock.advance(SENDING_LIMIT + 1);
    assert.deepEqual(await send(config), { sent: 1, failed: [] });
    assert.deepEqual(ids(), [sending.to[0]?.messageId]);
    assert.match(the().taken[0]?.mail.text ?? '', /may be a repeat/);
  });

  it('M14: "duplicate" in answer to a repeat proves that the first copy arrived', async () => {
    const config = await withRelay({
      message: (attempt) => (attempt === 1 ? 'drop' : { code: 550, text: 'MapiExceptionDuplicateDelivery' }),
    });
    await queueOne(config);
    await send(config);
    await given.clock.advance(15_000);
    assert.deepEqual(await send(config), { sent: 1, failed: [] });
    assert.deepEqual(await states(), ['accepted', 'accepted']);
  });

  it('a repeat that is refused otherwise proves nothing', async () => {
    const config = await withRelay({
      message: (attempt) => (attempt === 1 ? 'drop' : { code: 554, text: 'looks like spam' }),
    });
    await queueOne(config);
    await send(config);
    await given.clock.advance(15_000);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_UNKNOWN']);
    assert.deepEqual(await states(), ['unconfirmed', 'unconfirmed']);
  });

  it('M15: a greylisted recipient is told later, alone, under an id of its own', async () => {
    const config = await withRelay({
      recipient: (address) =>
        address.startsWith('bo') && given.clock.now() < START + 60_000
          ? { code: 450, text: 'later' }
          : undefined,
    });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_UNREACHABLE']);
    for (let round = 0; round < 3; round++) {
      await given.clock.advance(60_000);
      await send(config);
    }
    assert.deepEqual(
      the().confirmed.map((one) => one.to),
      [['ada@broker.example'], ['bo@broker.example']],
    );
    assert.equal(new Set(ids()).size, 2);
  });

  it('M16: a relay that says one byte now and then does not hold us for ever', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      const timer = setInterval(() => socket.write('2'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const connected = new Promise((resolve) => server.once('connection', resolve));
    const config = someContacts({ port: (server.address() as AddressInfo).port });
    await queueOne(config);
    const sending = send(config);
    await connected;
    await given.clock.advance(180_000);
    assert.deepEqual(codesOf(await sending), ['MAIL_UNREACHABLE']);
    await new Promise((resolve) => server.close(resolve));
  });

  it('M17: a clock that was wrong does not keep a mail waiting', async () => {
    const config = someContacts({ port: await freePort() });
    await queueOne(config);
    given.clock.jump(5 * HOUR);
    await send(config);
    given.clock.jump(-5 * HOUR);
    relay = await startRelay();
    assert.deepEqual(await send(someContacts({ port: relay.port })), { sent: 1, failed: [] });
  });

  for (const most of [100, 30, 1]) {
    it(`reaches 1,000 recipients in one round, at a relay that takes ${most} with one message`, async () => {
      const taken: string[][] = [];
      const transport: TransportFactory = () => ({
        send: async ({ to }) => {
          taken.push(to.slice(0, most));
          const over = to.slice(most).map((address) => ({
            address,
            permanent: false,
            response: '452 4.5.3 Too many recipients',
          }));
          return { kind: 'accepted', response: '250 ok', rejected: over };
        },
      });
      const contacts = Array.from({ length: 1000 }, (_, n) => ({
        email: `p${n}@broker.example`,
        groups: ['ops'],
      }));
      const config = someContacts({}, { contacts });
      await queueOne(config);
      assert.deepEqual(await send(config, transport), { sent: 1, failed: [] });
      assert.deepEqual(taken.flat().sort(), contacts.map(({ email }) => email).sort());
      assert.equal((await mail()).state, 'accepted');
    });
  }

  it('waits with those for whom the relay has no room while it takes nobody', async () => {
    const config = await withRelay({ recipient: () => ({ code: 452, text: '4.5.3 Too many recipients' }) });
    await queueOne(config);
    assert.deepEqual(codesOf(await send(config)), ['MAIL_UNREACHABLE']);
    assert.equal(the().sessions, 1);
    assert.equal((await mail()).state, 'queued');
  });

  it('two senders at once send each mail once', async () => {
    const config = await withRelay();
    for (let index = 0; index < 5; index++) await queueOne(config, `mail ${index}`);
    const results = await Promise.all([send(config), send(config), send(config)]);
    assert.equal(
      results.reduce((sum, one) => sum + one.sent, 0),
      5,
    );
    assert.equal(the().taken.length, 5);
  });

  it('tells nobody outside the allowed domains, even if such a mail was queued before', async () => {
    const wide = someContacts(
      {},
      {
        allowedDomains: ['broker.example', 'bank.example'],
        contacts: [{ email: 'ada@broker.example' }, { email: 'eve@bank.example' }],
      },
    );
    await queueNotice(given.ledger, wide, { eventKey: 'k', run: '', subject: 's', text: 't' }, []);
    const config = await withRelay();
    assert.deepEqual(codesOf(await send(config)), ['MAIL_REFUSED']);
    assert.deepEqual(
      the().taken.map((one) => one.to),
      [['ada@broker.example']],
    );
  });

  it('leaves the mails of other contacts to them, however many share the outbox', async () => {
    const config = await withRelay();
    const theirs = someContacts(
      { port: the().port, from: 'rap@bank.example' },
      { contacts: [{ email: 'eve@bank.example' }] },
    );
    await queueNotice(given.ledger, theirs, { eventKey: 'k', run: '', subject: 's', text: 't' }, []);
    const options = { clock: given.clock, random };
    const ours = await sendDue(given.ledger, config, { ...options, others: ['bank.example'] });
    assert.deepEqual(ours, { sent: 0, failed: [] });
    assert.equal((await mail()).state, 'queued');
    const other = await sendDue(given.ledger, theirs, { ...options, others: ['broker.example'] });
    assert.deepEqual(other, { sent: 1, failed: [] });
  });

  it('lets a critical mail wait for no long queue', async () => {
    const config = await withRelay();
    const common = { run: '', to: ['ada@broker.example'], text: 't', html: '', domain: 'broker.example' };
    const queue = (kind: 'digest' | 'alarm', subject: string) =>
      given.ledger.mails.queueMail({ ...common, eventKey: subject, kind, subject });
    for (let index = 0; index < 25; index++) await queue('digest', `digest ${index}`);
    const first = the().nextBody();
    const sending = send(config);
    await first;
    await queue('alarm', 'alarm');
    assert.equal((await sending).sent, 26);
    assert.ok(the().taken.findIndex(({ mail }) => mail.subject === 'alarm') <= 20);
  });

  it('gives up at the deadline, visibly', async () => {
    const config = someContacts({ port: await freePort() });
    const alarm = { code: 'DISK_FULL', message: 'm', cure: 'c', where: '', run: 'r', account: '', at: START };
    await queueAlarm(given.ledger, config, alarm, []);
    let rounds = 0;
    while ((await mail()).state === 'queued' && rounds++ < 200) {
      await send(config);
      await given.clock.advance(15 * 60_000);
    }
    const dead = await mail();
    assert.equal(dead.state, 'refused');
    assert.match(dead.error, /^Given up after \d+ attempts: .*ECONNREFUSED/);
    assert.ok((dead.settledAt ?? 0) <= START + 24 * HOUR);
  });

  it('writes the ids of the ledger into the messages', async () => {
    const config = await withRelay();
    await queueOne(config, 'x');
    await send(config);
    const raw = the().taken[0]?.raw ?? '';
    assert.equal((await PostalMime.parse(raw)).messageId, (await mail()).to[0]?.messageId);
    assert.equal(
      (await mail()).to[0]?.messageId,
      messageIdOf('event x', ['ada@broker.example', 'bo@broker.example'], 'broker.example'),
    );
  });
});
