import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { codes, type ErrorCode } from '../../../lib/errors/codes.ts';
import { notifyFallback, writeLoginRefused } from '../../../lib/mail/fallback-channel.ts';
import { sendDue } from '../../../lib/mail/sender.ts';
import { saysRefused } from '../../../lib/mail/webhook-answer.ts';
import { freePort } from '../../support/free-port.ts';
import { assertPrivate } from '../../support/system.ts';
import { freshLedger, START } from '../ledger/samples.ts';
import { type Behaviour, type Relay, startRelay } from './relay-fixture.ts';
import { someContacts } from './samples.ts';

const ROUND = 15_000;
const from = 'RAP Ops <rap@broker.example>';

interface Posted {
  headers: http.IncomingHttpHeaders;
  body: Record<string, unknown>;
  at: number;
}

describe('the second channel', () => {
  const given = freshLedger();
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function relayThat(behaviour: Behaviour = {}): Promise<Relay> {
    const relay = await startRelay(behaviour);
    closing.push(() => relay.close());
    return relay;
  }

  async function webhook(
    status: () => number = () => 200,
    said: () => { type: string; body: string } = () => ({ type: 'text/plain', body: 'ok' }),
  ): Promise<{ url: string; posted: Posted[] }> {
    const posted: Posted[] = [];
    const server = http.createServer(async (request, response) => {
      posted.push({ headers: request.headers, body: JSON.parse(await text(request)), at: given.clock.now() });
      const { type, body } = said();
      response.writeHead(status(), { location: 'http://127.0.0.1:1/', 'content-type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rap`, posted };
  }

  const raise = (config: ReturnType<typeof someContacts>, code: ErrorCode = 'DISK_FULL') =>
    queueAlarm(
      given.ledger,
      config,
      {
        ...{ code, message: 'No space left on 清算', cure: codes[code].cure, where: 'File on shares' },
        ...{ run: 'run-1', account: 'HKSCC', at: given.clock.now() },
      },
      ['ops'],
    );

  /** Rounds as the node makes them, for so long. */
  async function rounds(config: ReturnType<typeof someContacts>, ms: number) {
    const all: Awaited<ReturnType<typeof notifyFallback>>[] = [];
    for (let passed = 0; passed < ms; passed += ROUND) {
      await given.clock.advance(ROUND);
      await sendDue(given.ledger, config, { clock: given.clock, random: () => 0.5 });
      all.push(await notifyFallback(given.ledger, config, { clock: given.clock, home: given.folder() }));
    }
    return all;
  }
  const files = () => fs.readdir(path.join(given.folder(), 'alarms')).catch(() => []);

  it('M18: both relays down: within three minutes by the clock in a file and at the webhook, once', async () => {
    const hook = await webhook();
    const dead = { host: '127.0.0.1', port: await freePort(), requireTls: false, from };
    const config = someContacts(
      { port: await freePort() },
      { second: { relay: dead, webhook: { url: hook.url, token: 'hook-token' } } },
    );
    await raise(config);
    await rounds(config, 135_000);
    assert.deepEqual(await files(), [], 'the relay has its time');
    await rounds(config, 45_000);
    assert.equal(given.clock.now() - START, 180_000);
    assert.deepEqual(await files(), ['alarm-1.txt']);
    const file = path.join(given.folder(), 'alarms', 'alarm-1.txt');
    assert.match(
      await fs.readFile(file, 'utf8'),
      /RAP CRITICAL HKSCC: disk full[\s\S]*No space left on 清算/,
    );
    await assertPrivate(file);
    const [first] = hook.posted;
    assert.ok(first && first.at - START <= 180_000);
    assert.equal(first.headers['content-type'], 'application/json');
    assert.equal(first.headers.authorization, 'Bearer hook-token');
    assert.deepEqual(
      { ...first.body, text: String(first.body.text).includes('What to do') },
      {
        event: 'alarm-1',
        kind: 'alarm',
        level: 'critical',
        subject: 'RAP CRITICAL HKSCC: disk full',
        text: true,
        run: 'run-1',
        at: new Date(START).toISOString(),
      },
    );
    const later = await rounds(config, 20 * 60_000);
    assert.equal(hook.posted.length, 1, 'told once');
    assert.deepEqual(await files(), ['alarm-1.txt']);
    assert.ok(
      later.every(({ waiting }) => waiting === 1),
      'and it stays to be seen that the relay is silent',
    );
    assert.deepEqual(
      (await given.ledger.mails.fallbacksOf(1)).map(({ channel }) => channel),
      ['file', 'webhook'],
    );
    assert.equal((await given.ledger.mails.mails())[0]?.state, 'queued', 'the mail itself is not given up');
  });

  it('M17: waits for no clock that was set back', async () => {
    const config = someContacts({ port: await freePort() });
    await raise(config);
    given.clock.jump(-50 * 60_000);
    await rounds(config, 180_000);
    assert.deepEqual(await files(), ['alarm-1.txt']);
  });

  it('M18: the second relay takes it: the recipients are told once, also when the first comes back', async () => {
    const second = await relayThat();
    const port = await freePort();
    const spare = { host: '127.0.0.1', port: second.port, requireTls: false, from };
    const config = someContacts({ port }, { second: { relay: spare } });
    await raise(config);
    await rounds(config, 180_000);
    assert.deepEqual(
      second.confirmed.map(({ to }) => to),
      [['ada@broker.example', 'bo@broker.example']],
    );
    const [mail] = await given.ledger.mails.mails();
    assert.equal(mail?.state, 'accepted');
    assert.match(mail?.to[0]?.response ?? '', /second relay/);
    const first = await relayThat();
    await rounds(someContacts({ port: first.port }, { second: { relay: spare } }), 3600_000);
    assert.deepEqual([first.taken.length, second.taken.length], [0, 1]);
  });

  it('does not undo what the second relay achieved while the first was still hanging', async () => {
    const config = someContacts({ port: 1 });
    await raise(config);
    await given.ledger.mails.markSending(1);
    const settle = (state: 'accepted' | 'unknown') =>
      given.ledger.mails.settleMail(1, {
        answers: ['ada', 'bo'].map((name) => ({ address: `${name}@broker.example`, state, response: state })),
        error: '',
        nextAttempt: START,
      });
    await settle('accepted');
    await settle('unknown');
    assert.equal((await given.ledger.mails.mails())[0]?.state, 'accepted');
  });

  it('the second relay refuses one of two: the other gets one copy, and the refused one is left to the first', async () => {
    const second = await relayThat({
      recipient: (address) => (address.startsWith('bo') ? { code: 550, text: 'no such user' } : undefined),
    });
    const spare = { host: '127.0.0.1', port: second.port, requireTls: false, from };
    await raise(someContacts({ port: 1 }));
    await rounds(someContacts({ port: await freePort() }, { second: { relay: spare } }), 600_000);
    assert.deepEqual(
      second.taken.map(({ to }) => to),
      [['ada@broker.example']],
    );
    const first = await relayThat();
    await rounds(someContacts({ port: first.port }, { second: { relay: spare } }), 3600_000);
    assert.deepEqual(
      first.taken.map(({ to }) => to),
      [['bo@broker.example']],
    );
    assert.notEqual(first.taken[0]?.mail.messageId, second.taken[0]?.mail.messageId, 'other recipients');
  });

  it('a second relay that never confirms gets one copy, and the one of the first is then the last', async () => {
    const second = await relayThat({ message: () => 'drop' });
    const spare = { host: '127.0.0.1', port: second.port, requireTls: false, from };
    await raise(someContacts({ port: 1 }));
    await rounds(someContacts({ port: await freePort() }, { second: { relay: spare } }), 600_000);
    assert.equal(second.taken.length, 1);
    const first = await relayThat({ message: () => 'drop' });
    await rounds(someContacts({ port: first.port }, { second: { relay: spare } }), 2 * 3600_000);
    const copies = [...second.taken, ...first.taken];
    assert.equal(copies.length, 2);
    assert.equal(new Set(copies.map(({ mail }) => mail.messageId)).size, 1);
    for (const { mail } of copies) assert.match(mail.text ?? '', /may be a repeat/);
    assert.deepEqual(
      (await given.ledger.mails.mails())[0]?.to.map(({ state }) => state),
      ['unconfirmed', 'unconfirmed'],
    );
  });

  it('a second relay that hangs keeps no file and no webhook waiting, and is tried once a round', async () => {
    const hook = await webhook();
    const second = await relayThat({ message: () => 'hang' });
    const spare = { host: '127.0.0.1', port: second.port, requireTls: false, from };
    const config = someContacts({ port: 1 }, { second: { relay: spare, webhook: { url: hook.url } } });
    const options = { clock: given.clock, home: given.folder() };
    for (const code of ['DISK_FULL', 'SHARE_MISSING'] as const) await raise(config, code);
    await given.clock.advance(150_000);
    const hanging = notifyFallback(given.ledger, config, { ...options, channels: ['relay'] });
    await second.nextBody();
    await notifyFallback(given.ledger, config, { ...options, channels: ['file', 'webhook'] });
    assert.equal((await files()).length, 2);
    assert.equal(hook.posted.length, 2);
    await given.clock.advance(180_000);
    assert.equal((await hanging).told.length, 1);
  });

  it('leaves an attempt of the first relay its state, for whoever finds it interrupted', async () => {
    const second = await relayThat({
      recipient: (address) => (address.startsWith('bo') ? { code: 450, text: 'later' } : undefined),
    });
    const spare = { host: '127.0.0.1', port: second.port, requireTls: false, from };
    const config = someContacts({ port: 1 }, { second: { relay: spare } });
    await raise(config);
    await given.ledger.mails.markSending(1);
    await given.clock.advance(150_000);
    await notifyFallback(given.ledger, config, { clock: given.clock, home: given.folder() });
    const [mail] = await given.ledger.mails.mails();
    assert.equal(mail?.state, 'sending');
    assert.deepEqual(
      mail?.to.map(({ state }) => state),
      ['accepted', 'queued'],
    );
  });

  it('stays silent while mail works, and about what is only news', async () => {
    const relay = await relayThat();
    await raise(someContacts({ port: relay.port }));
    await rounds(someContacts({ port: relay.port }), 300_000);
    const dead = someContacts({ port: await freePort() });
    await raise(dead, 'STALLED');
    const told = await rounds(dead, 3600_000);
    assert.ok(told.every(({ waiting }) => waiting === 0));
    assert.deepEqual(await files(), []);
  });

  it('tells at once what the relay refuses for good', async () => {
    const relay = await relayThat({ recipient: () => ({ code: 550, text: 'no such user' }) });
    const config = someContacts({ port: relay.port });
    await raise(config);
    await rounds(config, ROUND);
    assert.deepEqual(await files(), ['alarm-1.txt']);
  });

  it('tries a webhook again until it takes the event, and follows it nowhere else', async () => {
    let status = 503;
    const hook = await webhook(() => status);
    const config = someContacts({ port: await freePort() }, { second: { webhook: { url: hook.url } } });
    await raise(config);
    const failing = await rounds(config, 180_000);
    assert.match(failing.at(-1)?.told[0]?.trouble ?? '', /The webhook answered 503/);
    status = 302;
    await rounds(config, ROUND);
    assert.equal((await given.ledger.mails.fallbacksOf(1)).length, 1, 'a redirection is no answer');
    status = 200;
    await rounds(config, 60_000);
    assert.equal((await given.ledger.mails.fallbacksOf(1)).length, 2);
  });

  it('tries a webhook again that answers with success and says that it did not take the event', async () => {
    let body = '{"errcode":93000,"errmsg":"invalid key hook-token"}';
    const hook = await webhook(undefined, () => ({ type: 'application/json; charset=UTF-8', body }));
    const second = { webhook: { url: hook.url, token: 'hook-token' } };
    const config = someContacts({ port: await freePort() }, { second });
    await raise(config);
    const failing = await rounds(config, 180_000);
    const told = failing.at(-1)?.told[0]?.trouble ?? '';
    assert.match(told, /answered 200, and that it did not take it: .*invalid key \*\*\*/);
    assert.equal((await given.ledger.mails.fallbacksOf(1)).length, 1);
    body = '{"errcode":0,"errmsg":"ok"}';
    await rounds(config, ROUND);
    assert.equal((await given.ledger.mails.fallbacksOf(1)).length, 2);
  });

  for (const [body, refused] of [
    ['{"ok":false,"error":"channel_not_found"}', true],
    ['{"ok":false,"error_code":429,"description":"Too Many Requests"}', true],
    ['{"errcode":"310000","errmsg":"sign not match"}', true],
    ['{"code":19001,"msg":"param invalid","data":{}}', true],
    ['\uFEFF{"StatusCode":0,"code":-1}', true],
    ['{"success":"false"}', true],
    ['{"status":"fail","data":{"text":"is missing"}}', true],
    ['{"status":"Error"}', true],
    ['{"error":{"code":"BadRequest"}}', true],
    ['{"errors":["no such channel"]}', true],
    ['{"ok":true,"result":{"message_id":7}}', false],
    ['{"errcode":0,"errmsg":"ok"}', false],
    ['{"code":200,"msg":"success"}', false],
    ['{"code":"0"}', false],
    ['{"success":true,"error":null,"errors":[]}', false],
    ['{"error":"","errors":{}}', false],
    ['{"status":"ok","code":"QUEUED"}', false],
    ['{"status":202}', false],
    ['{"__proto__":{"ok":false}}', false],
    ['{}', false],
    ['[{"ok":false}]', false],
    ['1', false],
    ['null', false],
    ['ok', false],
    ['{"ok":false', false],
    ['', false],
  ] as const) {
    it(`${refused ? 'hears a refusal in' : 'hears nothing against it in'} ${body}`, () => {
      assert.equal(saysRefused(body), refused);
    });
  }

  it('a webhook that never answers is left after ten seconds', async () => {
    const server = http.createServer();
    const asked = new Promise<void>((resolve) => server.once('request', () => resolve()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const config = someContacts({ port: 1 }, { second: { webhook: { url } } });
    await raise(config);
    await given.clock.advance(150_000);
    const telling = notifyFallback(given.ledger, config, { clock: given.clock, home: given.folder() });
    await asked;
    await given.clock.advance(10_000);
    assert.match((await telling).told[1]?.trouble ?? '', /did not answer in time/);
  });

  it('a webhook that never answers keeps no other alarm waiting: all are in files, and the webhook is asked once', async () => {
    const asked: string[] = [];
    const server = http.createServer((request) => asked.push(request.url ?? ''));
    const first = new Promise<void>((resolve) => server.once('request', () => resolve()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const config = someContacts({ port: 1 }, { second: { webhook: { url } } });
    for (const code of ['DISK_FULL', 'SHARE_MISSING', 'NOT_WRITABLE'] as const) await raise(config, code);
    await given.clock.advance(150_000);
    const telling = notifyFallback(given.ledger, config, { clock: given.clock, home: given.folder() });
    await first;
    assert.equal((await files()).length, 3);
    await given.clock.advance(10_000);
    assert.equal((await telling).told.length, 4);
    assert.equal(asked.length, 1);
  });

  it('M08: a refused password is told there at once, with every critical mail that waits', async () => {
    const hook = await webhook();
    const relay = await relayThat({ login: () => false });
    const config = someContacts(
      { port: relay.port, user: 'rap', password: 'canary-smtp-7731' },
      { second: { webhook: { url: hook.url, token: 'canary-token-7732' } } },
    );
    await raise(config);
    const { failed } = await sendDue(given.ledger, config, { clock: given.clock });
    assert.deepEqual(
      failed.map(({ code }) => code),
      ['MAIL_CONFIG'],
    );
    const options = { clock: given.clock, home: given.folder() };
    await notifyFallback(given.ledger, config, { ...options, atOnce: true });
    assert.equal(await writeLoginRefused(config, options), '');
    assert.deepEqual((await files()).sort(), ['alarm-1.txt', 'mail-login.txt']);
    assert.deepEqual(
      hook.posted.map(({ body }) => body.event),
      ['alarm-1', 'mail-login'],
    );
    assert.match(String(hook.posted[1]?.body.text), /refuses user or password/);
  });

  it('M08: a full disk keeps a refused password from no webhook, and is not filled further', async () => {
    const hook = await webhook();
    const config = someContacts({ port: 1 }, { second: { webhook: { url: hook.url } } });
    // A file where the folder should be: no alarm can be written.
    await fs.writeFile(path.join(given.folder(), 'alarms'), '');
    assert.notEqual(await writeLoginRefused(config, { clock: given.clock, home: given.folder() }), '');
    assert.equal(hook.posted.length, 1);
  });

  it('shows no secret anywhere: not in mail, ledger, file, webhook or message', async () => {
    const secrets = ['canary-smtp-7731', 'canary-token-7732', 'canary-second-7733'];
    const hook = await webhook();
    const relay = await relayThat({ login: () => false });
    const second = await relayThat({ login: (_user, password) => password === secrets[2] });
    const login = { user: 'rap', password: secrets[0] };
    const config = someContacts(
      { port: relay.port, ...login },
      {
        second: {
          webhook: { url: hook.url, token: secrets[1] },
          relay: {
            host: '127.0.0.1',
            port: second.port,
            requireTls: false,
            from,
            user: 'rap',
            password: secrets[2],
          },
        },
      },
    );
    await raise(config);
    const sent = await sendDue(given.ledger, config, { clock: given.clock });
    const options = { clock: given.clock, home: given.folder(), atOnce: true };
    const told = await notifyFallback(given.ledger, config, options);
    await writeLoginRefused(config, options);
    assert.equal(second.confirmed.length, 1);
    await given.ledger.seal();
    const stored = await Promise.all(
      (await fs.readdir(given.folder(), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => fs.readFile(path.join(entry.parentPath, entry.name), 'latin1')),
    );
    assert.ok(stored.length >= 4, 'ledger, its log, the seal and the alarm files');
    const said = [
      ...stored,
      second.confirmed[0]?.raw ?? '',
      JSON.stringify(hook.posted.map(({ body }) => body)),
      JSON.stringify([sent, told, await given.ledger.mails.mails()]),
    ].join('\n');
    assert.ok(said.includes('DISK_FULL'));
    for (const secret of secrets) {
      assert.ok(!said.includes(secret), secret);
      assert.ok(!said.includes(Buffer.from(secret).toString('base64')), `${secret} in base64`);
    }
  });
});
