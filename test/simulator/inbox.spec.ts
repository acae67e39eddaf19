import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { faultNamed } from '../../simulator/faults/table.ts';
import type { Offer } from '../../simulator/inbox/offer.ts';
import type { FaultPlayer } from '../../simulator/inbox/player.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { temporaryHome } from './support.ts';

const clock = new SimulatedClock(fromHongKong('2025-06-20 18:00'));

describe('demo inbox', () => {
  let home: string;
  let inbox: Inbox;

  beforeEach(async () => {
    home = await temporaryHome();
    inbox = await startInbox({ mailbox: path.join(home, 'mailbox'), clock });
  });

  afterEach(async () => {
    await inbox.stop();
    await fs.rm(home, { recursive: true, force: true });
  });

  const stored = () => fs.readdir(path.join(home, 'mailbox'));
  const get = (page: string) => fetch(`http://127.0.0.1:${inbox.httpPort}${page}`);

  async function send(mail: SendMailOptions = {}, timeout = 10_000) {
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: inbox.smtpPort,
      greetingTimeout: timeout,
      socketTimeout: timeout,
    });
    try {
      return await transport.sendMail({
        from: 'RAP Ops <rap@example.com>',
        to: 'ops@example.com',
        subject: 'Reports delivered',
        text: 'All 14 reports.',
        ...mail,
      });
    } finally {
      transport.close();
    }
  }

  describe('with something to begin', () => {
    let offering: Inbox;
    let begun = 0;
    const offer: Offer = {
      title: 'Begin <it>',
      about: 'It begins.',
      running: undefined,
      last: '',
      start: () => begun++,
    };
    const page = async () => (await fetch(`http://127.0.0.1:${offering.httpPort}/`)).text();
    const press = (origin: string) =>
      fetch(`http://127.0.0.1:${offering.httpPort}/offer`, {
        method: 'POST',
        headers: origin === '' ? {} : { origin },
        redirect: 'manual',
      });

    let folder: string;
    before(async () => {
      folder = await temporaryHome();
      offering = await startInbox({ mailbox: folder, offer });
    });

    after(async () => {
      await offering.stop();
      await fs.rm(folder, { recursive: true, force: true });
    });

    it('has a button for its own page, and for no other', async () => {
      assert.match(
        await page(),
        /<form [^>]*method="post" action="\/offer"><button>Begin &#60;it&#62;<\/button>/,
      );
      const answer = await press(`http://127.0.0.1:${offering.httpPort}`);
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get('location'), '/');
      assert.equal(begun, 1);
      for (const foreign of ['http://elsewhere.example', 'null']) {
        assert.equal((await press(foreign)).status, 403, foreign);
      }
      assert.equal(begun, 1);
    });

    it('says how far it is, and how it ended', async () => {
      Object.assign(offer, { running: 'It is 21:15.' });
      assert.match(await page(), /It is 21:15\./);
      assert.doesNotMatch(await page(), /<form/);
      Object.assign(offer, { running: undefined, last: 'It is over: 9 mails.' });
      assert.match(await page(), /<form.*It is over: 9 mails\./);
    });

    it('lets a browser say that a form is its own', async () => {
      const { headers } = await fetch(`http://127.0.0.1:${offering.httpPort}/`);
      assert.equal(
        headers.get('referrer-policy'),
        'same-origin',
        'with no-referrer the origin would be "null"',
      );
      assert.match(String(headers.get('content-security-policy')), /form-action 'self'/);
    });
  });

  describe('with faults to choose', () => {
    let choosing: Inbox;
    let folder: string;
    let broken = '';
    const played: string[] = [];
    const player: FaultPlayer = {
      get playing() {
        return faultNamed(played.at(-1) ?? '');
      },
      async play(name) {
        if (broken !== '') throw new Error(broken);
        if (name !== '' && faultNamed(name) === undefined) return false;
        played.push(name);
        return true;
      },
    };
    const address = () => `http://127.0.0.1:${choosing.httpPort}`;
    const page = async (headers: Record<string, string> = {}) =>
      (await fetch(`${address()}/`, { headers })).text();
    const choose = (body: string, headers: Record<string, string> = { origin: address() }) =>
      fetch(`${address()}/fault`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        redirect: 'manual',
      });

    beforeEach(async () => {
      folder = await temporaryHome();
      choosing = await startInbox({ mailbox: folder, player });
      broken = '';
      played.length = 0;
    });
    afterEach(async () => {
      await choosing.stop();
      await fs.rm(folder, { recursive: true, force: true });
    });

    it('plays the one that was chosen, says so, and plays none again', async () => {
      assert.match(await page(), /The simulator behaves/);
      const answer = await choose('name=L01');
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/']);
      const shown = await page();
      assert.match(shown, /Now: L01, The key is refused\. A run makes of it: LOGIN_REFUSED\./);
      assert.match(shown, /The run after it: LOGIN_LOCKED.*reset the lock/);
      assert.match(shown, /<option value="L01" selected>/);
      await choose('name=');
      assert.deepEqual(played, ['L01', '']);
      assert.match(await page(), /The simulator behaves/);
    });

    it('is for its own page only, and takes nothing but a fault of the table', async () => {
      const foreign: Record<string, string>[] = [
        { origin: 'http://elsewhere.example' },
        { origin: 'null' },
        { origin: `https://127.0.0.1:${choosing.httpPort}` },
        {},
      ];
      for (const headers of foreign)
        assert.equal((await choose('name=P06', headers)).status, 403, JSON.stringify(headers));
      const own = { origin: address() };
      for (const body of ['name=P99', 'name=%3Cb%3E', `name=${'P06'.repeat(5000)}`])
        assert.equal((await choose(body, own)).status, 400, body.slice(0, 20));
      const json = { ...own, 'content-type': 'application/json' };
      assert.equal((await choose('{"name":"P06"}', json)).status, 400);
      assert.equal((await fetch(`${address()}/fault`)).status, 404, 'a look changes nothing');
      assert.deepEqual(played, []);
    });

    it('says when it could not be done, without markup', async () => {
      broken = 'listen EADDRINUSE <b>';
      assert.equal((await choose('name=N01')).status, 303);
      assert.match(await page(), /role="alert">[^<]*EADDRINUSE &#60;b&#62;/);
      broken = '';
      await choose('name=N01');
      assert.doesNotMatch(await page(), /role="alert"/);
    });

    it('speaks the language of the browser, or the one that was chosen', async () => {
      await choose('name=P06');
      assert.match(await page({ 'accept-language': 'zh-CN,en;q=0.5' }), /每个文件在一半大小处结束/);
      assert.match(await page({ 'accept-language': 'zh-HK' }), /每個檔案在一半大小處結束/);
      const answer = await fetch(`${address()}/?language=zh-Hant`, { redirect: 'manual' });
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/']);
      const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      assert.match(await page({ cookie, 'accept-language': 'en' }), /<html lang="zh-Hant">.*收件匣/s);
      assert.match(await page({ cookie: 'rap-inbox-language=xx' }), /<html lang="en">/);
      const odd = await fetch(`${address()}//elsewhere.example?language=en`, { redirect: 'manual' });
      assert.equal(odd.headers.get('location'), '/');
    });
  });

  it('lets nobody choose a fault where there is no simulator', async () => {
    const own = `http://127.0.0.1:${inbox.httpPort}`;
    const headers = { origin: own, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${own}/fault`, { method: 'POST', headers, body: 'name=P06' });
    assert.equal(answer.status, 404);
    assert.doesNotMatch(await (await get('/')).text(), /<select/);
  });

  it('begins nothing that is not offered', async () => {
    const answer = await fetch(`http://127.0.0.1:${inbox.httpPort}/offer`, { method: 'POST' });
    assert.equal(answer.status, 404);
    assert.doesNotMatch(await (await get('/')).text(), /<form/);
  });

  it('shows its mails under names of this machine only, and to no page of another site', async () => {
    await send();
    const [name = ''] = await stored();
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const at = { host: '127.0.0.1', port: inbox.httpPort, path: `/mail/${name}/raw`, headers };
        request(at, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
    for (const host of ['elsewhere.example', `127.0.0.1.elsewhere.example:${inbox.httpPort}`, '10.0.0.1']) {
      assert.equal(await status({ host }), 403, host);
    }
    const own = `127.0.0.1:${inbox.httpPort}`;
    assert.equal(await status({ host: own, origin: 'http://elsewhere.example' }), 403);
    for (const host of [own, `localhost:${inbox.httpPort}`, '[::1]'])
      assert.equal(await status({ host }), 200, host);
  });

  it('keeps each mail as one complete file, with who sent it and to whom in front', async () => {
    const sent = await send({
      to: ['ops@example.com', 'duty@example.com'],
      text: `x\n.\n..y\n${'z'.repeat(2000)}`,
    });
    await send();
    const names = await stored();
    assert.equal(names.length, 2);
    assert.ok(names.every((name) => name.endsWith('.eml')));
    const mail = await fs.readFile(path.join(home, 'mailbox', names[0] ?? ''), 'utf8');
    const head =
      'Return-Path: <rap@example.com>\r\nDelivered-To: ops@example.com\r\nDelivered-To: duty@example.com\r\n';
    assert.ok(mail.startsWith(head));
    assert.ok(mail.includes(sent.messageId));
    assert.equal((await fs.stat(path.join(home, 'mailbox', names[0] ?? ''))).mode & 0o777, 0o600);
  });

  it('shows the mails, newest first, and refreshes by itself', async () => {
    assert.match(await (await get('/')).text(), /No mail yet/);
    await send({ subject: 'first' });
    await clock.advance(1000);
    await send({ subject: 'second' });
    const page = await (await get('/')).text();
    assert.match(page, /<script src="\/refresh.js" data-seconds="5">/);
    assert.match(await (await get('/refresh.js')).text(), /location\.href/);
    assert.match(page, /2 mails/);
    assert.ok(page.indexOf('second') < page.indexOf('first'));
    assert.match(page, /2025-06-20 18:00:01/);
  });

  it('escapes whatever a mail says, and shows its HTML in a sandbox without scripts', async () => {
    const evil = '<script>alert("1")</script>&\'';
    await send({
      subject: evil,
      text: evil,
      html: `<p>hello</p>${evil}`,
      from: { name: evil, address: 'a@b.example' },
    });
    const [name = ''] = await stored();
    for (const page of ['/', `/mail/${name}`]) {
      const response = await get(page);
      const text = await response.text();
      assert.equal(response.status, 200);
      assert.doesNotMatch(text, /<script>/);
      assert.match(text, /&#60;script&#62;/);
      assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    }
    assert.match(await (await get(`/mail/${name}`)).text(), /<iframe sandbox=""/);
    const part = await get(`/mail/${name}/html`);
    assert.match(await part.text(), /<p>hello<\/p>/);
    assert.match(part.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/);
    const raw = await get(`/mail/${name}/raw`);
    assert.match(raw.headers.get('content-type') ?? '', /^text\/plain/);
  });

  it('has no other pages: nothing outside the mailbox can be read', async () => {
    await send();
    const [name = ''] = await stored();
    for (const page of [
      '/mail/..%2F..%2Fetc%2Fpasswd',
      '/mail/x.eml',
      `/mail/${name}/other`,
      '/etc/passwd',
      '//',
    ]) {
      assert.equal((await get(page)).status, 404, page);
    }
    const posted = await fetch(`http://127.0.0.1:${inbox.httpPort}/`, { method: 'POST' });
    assert.equal(posted.status, 404);
  });

  it('refuses one recipient and takes the others', async () => {
    inbox.misbehave({ refuse: ['gone@example.com'] });
    const sent = await send({ to: ['ops@example.com', 'GONE@example.com'] });
    assert.deepEqual(sent.rejected, ['GONE@example.com']);
    assert.deepEqual(sent.accepted, ['ops@example.com']);
    assert.equal((await stored()).length, 1);
  });

  it('puts mails off with the reply it is told, and stores none of them', async () => {
    inbox.misbehave({ replyToData: { code: 451, text: 'Try again later' } });
    await assert.rejects(send(), { responseCode: 451 });
    inbox.misbehave({ replyToData: { code: 552, text: 'Too large' } });
    await assert.rejects(send(), { responseCode: 552 });
    assert.deepEqual(await stored(), []);
    inbox.misbehave({});
    await send();
    assert.equal((await stored()).length, 1);
  });

  it('drops the line after storing a mail', async () => {
    inbox.misbehave({ afterData: 'drop' });
    await assert.rejects(send(), { code: 'ECONNECTION' });
    assert.equal((await stored()).length, 1);
  });

  it('hangs after storing a mail, and still stops at once', async () => {
    inbox.misbehave({ afterData: 'hang' });
    await assert.rejects(send({}, 300), { code: 'ETIMEDOUT' });
    assert.equal((await stored()).length, 1);
    const hanging = assert.rejects(send());
    while ((await stored()).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await inbox.stop();
    await hanging;
  });

  it('accepts connections without greeting', async () => {
    inbox.misbehave({ silent: true });
    await assert.rejects(send({}, 300), { code: 'ETIMEDOUT' });
  });

  it('says when its port is taken', async () => {
    await assert.rejects(startInbox({ mailbox: path.join(home, 'two'), smtpPort: inbox.smtpPort }), {
      code: 'EADDRINUSE',
    });
    await assert.rejects(startInbox({ mailbox: path.join(home, 'two'), httpPort: inbox.httpPort }), {
      code: 'EADDRINUSE',
    });
  });
});
