import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { MAILED_GRACE } from '../../lib/mail/flow-consumer.ts';
import type { ReportFinding } from '../../lib/model/findings.ts';
import { type Clock, realClock, SimulatedClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { readContacts } from '../../nodes/rap-contacts/settings.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { aVersion, START } from '../lib/ledger/samples.ts';
import { startRelay } from '../lib/mail/relay-fixture.ts';
import { aCertificate } from '../support/certificate.ts';
import { frame, node } from '../support/flow-parts.ts';
import { mailsIn, recipientsOf } from '../support/mails.ts';
import { admin, type FlowNode, type Received, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const errorOf = (msg: Received) => msg.error as { code: string; message: string; source: { id: string } };

interface PageData {
  alarms: { code: string; acknowledged: { by: string } | null }[];
}

describe('contact-notify, rap-contacts', () => {
  const system = useSystem({ inbox: true });
  let runtime: Runtime;

  function contacts(changes: Record<string, unknown> = {}): FlowNode {
    return {
      id: 'contacts',
      type: 'rap-contacts',
      name: '',
      contacts: [
        { name: 'Desk', email: 'desk@broker.example', groups: 'digest, alarm' },
        { name: 'Duty', email: 'duty@broker.example', groups: 'alarm' },
      ],
      allowedDomains: 'broker.example',
      language: 'en',
      host: '127.0.0.1',
      port: String(system.inbox.smtpPort),
      security: 'none',
      from: 'RAP Ops <rap@broker.example>',
      ...changes,
    };
  }

  async function start(changes: Record<string, unknown> = {}, clock: Clock = realClock): Promise<void> {
    const flow = [
      ...frame('out'),
      contacts(changes),
      node('digest', 'contact-notify', { kind: 'digest', contacts: 'contacts', groups: 'digest' }, ['out']),
      node(
        'soon',
        'contact-notify',
        { kind: 'digest', contacts: 'contacts', groups: 'digest', arrivals: true },
        ['out'],
      ),
      node('morning', 'contact-notify', { kind: 'heartbeat', contacts: 'contacts', groups: 'digest' }, [
        'out',
      ]),
      node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups: 'alarm' }, ['out']),
      node(
        'text',
        'contact-notify',
        {
          kind: 'text',
          contacts: 'contacts',
          groups: '',
          subject: 'Room {{payload.room}}',
          text: 'Say <b>{{payload.room}}</b> & go',
        },
        ['out'],
      ),
    ];
    runtime = await system.start(flow, { clock });
  }

  const mails = () => mailsIn(`${system.home}/mailbox`);

  const failed = (run: string, id = 'login') => ({
    rap: { run, account: 'SIM001' },
    error: {
      message: 'The host key of 127.0.0.1:1 is not the one expected',
      code: 'HOST_KEY_MISMATCH',
      source: { id, type: 'rap-connect', name: 'HKSCC: log in' },
      cause: { cure: 'Ask HKEX.' },
    },
  });

  it('tells the alarm group what happened, where, and what to do, once per trouble in however many runs', async () => {
    await start();
    runtime.send('alarm', failed('run-1'));
    const first = await runtime.message('out');
    assert.equal((first.mail as { fresh: boolean }).fresh, true);
    runtime.send('alarm', failed('run-1'));
    assert.equal(((await runtime.message('out', 1)).mail as { fresh: boolean }).fresh, false);
    runtime.send('alarm', failed('run-2'));
    assert.equal(((await runtime.message('out', 2)).mail as { fresh: boolean }).fresh, false);
    const [mail, ...others] = await mails();
    assert.deepEqual(others, []);
    assert.deepEqual(recipientsOf(mail ?? assert.fail()).sort(), [
      'desk@broker.example',
      'duty@broker.example',
    ]);
    for (const part of [
      /HOST_KEY_MISMATCH/,
      /host key of 127\.0\.0\.1:1/,
      /HKSCC: log in/,
      /SIM001/,
      /run-1/,
    ]) {
      assert.match(mail?.text ?? '', part);
    }
    assert.match(runtime.statusText('alarm'), /^\d\d:\d\d · mail sent$/);
  });

  it('alarms of errors that are not ours, too', async () => {
    await start();
    runtime.send('alarm', {
      error: { message: 'TypeError: x is not a function', source: { type: 'function' } },
    });
    await runtime.message('out');
    assert.match((await mails())[0]?.text ?? '', /x is not a function/);
  });

  it('lets the digest of one group count for others only when the process lived on after it', async () => {
    const clock = new SimulatedClock(START);
    const ledger = await openHome(system.home, clock);
    const account = 'SIM001';
    const counts = { new: 0, changed: 0, known: 0, writing: 0, refused: 0 };
    await ledger.reports.recordReceived(aVersion({ account, run: 'run-1' }));
    for (const run of ['run-1', 'run-2']) {
      await ledger.runs.startRun({ run, trigger: 'hand' });
      await ledger.runs.recordListing({
        ...{ run, account, installation: 'hkscc', address: '127.0.0.1:22', dataCentre: 'primary' },
        ...{ counts, complete: true },
      });
    }
    await start({}, clock);
    runtime.send('digest', { rap: { run: 'run-1' } });
    await runtime.message('out');
    const toTell = async (readers: string) =>
      (await ledger.runs.runFacts('run-2', readers)).accounts.flatMap(({ delivered }) => delivered).length;
    assert.deepEqual([await toTell('digest'), await toTell('risk')], [0, 1]);
    await clock.advance(MAILED_GRACE, idle);
    await until(async () => (await toTell('risk')) === 0);
    await ledger.close();
  });

  it('tells what each look brought where that is wanted, once, and all of it again when the run ends', async () => {
    const ledger = await openHome(system.home, realClock);
    const [account, run] = ['SIM001', 'run-1'];
    await ledger.runs.startRun({ run, trigger: 'look' });
    let messages = 0;
    const look = async (names: string[], goesOn: boolean) => {
      for (const name of names)
        await ledger.reports.recordReceived(
          aVersion({ account, run, name, path: `/INBOX/${name}`, sha256: name.padEnd(64, '0') }),
        );
      await ledger.runs.recordListing({
        ...{ run, account, installation: 'hkscc', address: '127.0.0.1:22', dataCentre: 'primary' },
        ...{ counts: { new: 0, changed: 0, known: 2, writing: 0, refused: 0 }, complete: true },
      });
      for (const id of ['soon', 'digest']) {
        runtime.send(id, { rap: { run, ...(goesOn ? { goesOn } : {}) } });
        await runtime.message('out', messages++);
      }
      return (await mails()).map(({ subject, text }) => [
        subject?.replace(/^.*?\d{4}-\d\d-\d\d/, ''),
        ...['a.txt', 'b.txt', 'c.txt'].filter((name) => text?.includes(name)),
      ]);
    };
    await start();
    const first = [', just in: 2 received', 'a.txt', 'b.txt'];
    assert.deepEqual(await look(['a.txt', 'b.txt'], true), [first], 'the other node waits for the end');
    assert.deepEqual(await look([], true), [first]);
    const second = [', just in: 1 received', 'c.txt'];
    assert.deepEqual(await look(['c.txt'], true), [first, second]);
    // Both nodes have the same readers: one digest.
    const end = [': 3 received', 'a.txt', 'b.txt', 'c.txt'];
    assert.deepEqual(await look([], false), [first, second, end]);
    await ledger.close();
  });

  it('sends one digest per run, also of a run in which nothing came', async () => {
    const ledger = await openHome(system.home, realClock);
    await ledger.runs.startRun({ run: 'run-1', trigger: 'hand' });
    await ledger.close();
    await start();
    runtime.send('digest', { rap: { run: 'run-1' } });
    await runtime.message('out');
    runtime.send('digest', { rap: { run: 'run-1' } });
    await runtime.message('out', 1);
    assert.equal((await mails()).length, 1);
    runtime.send('digest', {});
    assert.match(errorOf(await runtime.message('caught')).message, /belongs to no run/);
  });

  it('fills parts of the message into a text of one’s own, as plain text, for everyone', async () => {
    await start();
    runtime.send('text', { payload: { room: 'A<1>\r\nBcc: x@evil.example' } });
    await runtime.message('out');
    const [mail] = await mails();
    assert.equal(mail?.subject, 'Room A<1> Bcc: x@evil.example');
    assert.match(mail?.text ?? '', /Say <b>A<1>/);
    assert.match(mail?.html ?? '', /Say &lt;b&gt;A&lt;1&gt;/);
    assert.deepEqual(recipientsOf(mail ?? assert.fail()).sort(), [
      'desk@broker.example',
      'duty@broker.example',
    ]);
  });

  it('sends the plain mail of an order of a session once, however often a restart repeats the order', async () => {
    await start();
    const order = { kind: 'key-freeze', key: 'freeze:begin' };
    const msg = { practice: { date: '2025-06-21', order }, payload: { room: 'A' } };
    runtime.send('text', { ...msg });
    await runtime.message('out');
    runtime.send('text', { ...msg });
    await runtime.message('out', 1);
    runtime.send('text', {
      ...msg,
      practice: { date: '2025-06-21', order: { ...order, key: 'freeze:end' } },
    });
    await runtime.message('out', 2);
    assert.equal((await mails()).length, 2);
  });

  it('a silent relay: Catch is told, the message goes on, and the mail is sent later', async function () {
    this.timeout(300_000);
    const clock = new SimulatedClock(Date.now());
    await start({}, clock);
    system.inbox.misbehave({ replyToData: { code: 451, text: 'try later' } });
    runtime.send('alarm', failed('run-1'));
    const caught = await runtime.message('caught');
    assert.match(errorOf(caught).code, /^MAIL_/);
    assert.equal(errorOf(caught).source.id, 'alarm');
    assert.equal((await runtime.message('out')).error !== undefined, true);
    assert.equal((await mails()).length, 0);
    system.inbox.misbehave({});
    await passing(clock, async () => (await mails()).length > 0);
    assert.equal((await mails()).length, 1);
  });

  it('a folder for acknowledgements that cannot be read keeps no mail waiting', async function () {
    this.timeout(300_000);
    await writeFile(`${system.home}/acknowledge`, 'a file in its place');
    const clock = new SimulatedClock(Date.now());
    await start({}, clock);
    system.inbox.misbehave({ replyToData: { code: 451, text: 'try later' } });
    runtime.send('alarm', failed('run-1'));
    await runtime.message('caught');
    system.inbox.misbehave({});
    await passing(clock, async () => (await mails()).length === 1);
  });

  /** Looks until it holds: the nodes make rounds of their own. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await sleep(30);
  }
  /** Lets time pass until it holds, and only while nothing is under way. */
  async function passing(clock: SimulatedClock, holds: () => Promise<boolean>): Promise<void> {
    const rest = () => idle(() => system.inbox.busy);
    for (await rest(); !(await holds()); await rest()) await clock.advance(5_000, rest);
  }

  it('a relay whose certificate nobody vouches for: the status, the Catch node and the cure say so', async function () {
    this.timeout(300_000);
    const pair = aCertificate();
    const relay = await startRelay({ options: { ...pair, disabledCommands: ['AUTH'] } });
    try {
      const tls = { port: String(relay.port), security: 'starttls' };
      await start(tls);
      runtime.send('alarm', failed('run-1'));
      assert.equal(errorOf(await runtime.message('caught')).code, 'MAIL_CERTIFICATE');
      assert.equal(runtime.statusText('alarm'), 'relay certificate');
      await runtime.stop();
      await writeFile(`${system.home}/ca.pem`, pair.cert);
      await start({ ...tls, caFile: `${system.home}/ca.pem`, greeting: 'rap01.broker.example' });
      runtime.send('morning', { rap: { run: 'run-2' } });
      await runtime.message('out');
      await until(async () => relay.confirmed.length > 0);
    } finally {
      await relay.close();
    }
  });

  it('a CA file that cannot be used is refused at the deploy, by its name', async () => {
    await start();
    await writeFile(`${system.home}/text.pem`, 'no certificate');
    await writeFile(
      `${system.home}/broken.pem`,
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
    await writeFile(`${system.home}/binary.cer`, Buffer.from([0x30, 0x82, 0x03, 0x00, 0x30]));
    for (const name of ['text.pem', 'broken.pem', 'missing.pem', 'binary.cer']) {
      const read = () =>
        readContacts(contacts({ caFile: `${system.home}/${name}` }), () => '', { credentials: {} });
      assert.throws(read, { code: 'MAIL_CONFIG', message: new RegExp(`^CA file .*${name}`) });
    }
  });

  it('a CA file is read as Windows saves it, and with text around the certificates', async () => {
    const { cert } = aCertificate();
    const read = async (bytes: Buffer | string) => {
      await writeFile(`${system.home}/ca.pem`, bytes);
      return readContacts(contacts({ caFile: `${system.home}/ca.pem` }), () => '', { credentials: {} }).smtp
        .ca;
    };
    const plain = await read(cert);
    for (const bytes of [
      cert.replaceAll('\n', '\r\n'),
      Buffer.from(`\uFEFF${cert}`, 'utf16le'),
      `Bag Attributes\n    friendlyName: 陳大文 CA\n${cert}`,
      Buffer.concat([Buffer.from([0xb3, 0xaf, 0x0a]), Buffer.from(cert)]),
      cert.trim().replaceAll('\n', '\\n'),
    ]) {
      assert.equal(await read(bytes), plain);
    }
    assert.equal(await read(cert + cert), `${plain}${plain}`);
  });

  it('a dead relay: after three minutes the alarm is in a file and at the webhook, and the nodes are red until it is back', async function () {
    this.timeout(300_000);
    const posted: string[] = [];
    const hook = createServer(async (request, response) => {
      posted.push(await text(request));
      response.end();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = hook.address() as AddressInfo;
      const { smtpPort } = system.inbox;
      await system.inbox.stop();
      const clock = new SimulatedClock(Date.now());
      await start({ webhook: `http://127.0.0.1:${port}/rap` }, clock);
      runtime.send('alarm', failed('run-1'));
      await runtime.message('caught');
      await passing(clock, async () => posted.length > 0);
      assert.match(posted[0] ?? '', /"event":"alarm-1".*HOST_KEY_MISMATCH/);
      assert.match(await readFile(`${system.home}/alarms/alarm-1.txt`, 'utf8'), /HOST_KEY_MISMATCH/);
      await passing(clock, async () => runtime.statuses('digest').at(-1)?.fill === 'red');
      assert.equal(runtime.statusText('digest'), 'mail relay silent');
      system.inbox = await startInbox({ mailbox: `${system.home}/mailbox`, smtpPort });
      await passing(clock, async () => runtime.statuses('digest').at(-1)?.fill === undefined);
      assert.equal(posted.filter((one) => one.includes('"event":"alarm-1"')).length, 1);
      assert.ok((await mails()).length >= 1);
    } finally {
      await new Promise((resolve) => hook.close(resolve));
    }
  });

  it('reminds until a person acknowledges on the page, who must give a name', async function () {
    this.timeout(300_000);
    const desk = 'http://127.0.0.1:1880/rap-ops/alarms?page=2#open';
    const clock = new SimulatedClock(Date.now());
    await start({ escalateMinutes: '10', escalateGroups: 'digest', desk }, clock);
    runtime.send('alarm', failed('run-1'));
    await runtime.message('out');
    await passing(clock, async () => (await mails()).length >= 2);
    assert.match((await mails())[1]?.subject ?? '', /^RAP CRITICAL .* \(reminder 1\/3\)$/);
    const link = 'http://127.0.0.1:1880/rap-ops/alarms#alarm-1';
    for (const part of ['html', 'text'] as const) assert.ok((await mails())[1]?.[part]?.includes(link));
    const data = async () => (await admin().get('/rap-ops/alarms/data')).body as PageData;
    const before = await data();
    assert.equal(before.alarms[0]?.code, 'HOST_KEY_MISMATCH');
    assert.equal(before.alarms[0]?.acknowledged, null);
    const acknowledge = (body: object) => admin().post('/rap-ops/alarms/acknowledge').send(body);
    assert.equal((await acknowledge({ alarm: 1, by: ' ' })).status, 400);
    assert.equal((await acknowledge({ alarm: 99, by: 'Ada' })).status, 400);
    assert.equal((await acknowledge({ alarm: 1, by: 'Ada', why: 'asked HKEX' })).status, 200);
    const after = await data();
    assert.equal(after.alarms[0]?.acknowledged?.by, 'Ada');
    const [record] = (await system.inLedger((open) => open.journal.records())).filter(
      ({ who }) => who === 'Ada',
    );
    assert.deepEqual([record?.what, record?.why], ['alarm acknowledged', 'asked HKEX']);
  });

  it('shows on the same page what is outstanding, and lets a person close it with name and reason', async () => {
    await start();
    await system.inLedger(async (open) => {
      const sight = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' } as const;
      await open.outstanding.noteSeen(sight, [{ path: '/INBOX/a.txt', size: 5, modifiedAt: 7 }]);
      const why = { code: 'CONTENT_WRONG', reason: 'the total does not fit' };
      await open.quarantine.quarantineReport(aVersion({ account: 'SIM001', path: '/INBOX/held.txt' }), why);
    });
    const shown = async () =>
      ((await admin().get('/rap-ops/alarms/data')).body as { outstanding: Record<string, unknown>[] })
        .outstanding;
    assert.deepEqual(
      (await shown()).map(({ path, close, decide }) => [path, close ?? decide]),
      [
        ['/INBOX/a.txt', 1],
        ['/INBOX/held.txt', 'report-1'],
      ],
    );
    const close = (body: object) => admin().post('/rap-ops/alarms/close').send(body);
    const word = { report: 1, by: 'Ada', why: 'came by mail' };
    assert.equal((await close({ ...word, by: ' ' })).status, 400);
    assert.equal((await close({ ...word, why: ' ' })).status, 400);
    assert.equal((await close(word)).status, 200);
    assert.equal((await close(word)).status, 400);
    assert.equal((await shown()).length, 1);
    const [record] = (await system.inLedger((open) => open.journal.records())).filter(
      ({ who }) => who === 'Ada',
    );
    assert.deepEqual([record?.what, record?.why], ['outstanding report closed', 'came by mail']);
  });

  it('shows on the same page what a look inside found in the reports of the last days', async () => {
    await start();
    const odd = { rule: 'ragged', record: 3, field: '', reason: 'it has 2 columns' } as const;
    const findings: Record<string, ReportFinding> = {
      a: { state: 'sound', warnings: [] },
      b: { state: 'warnings', why: 'no-layout', warnings: [odd] },
      c: { state: 'not-checked', why: 'no-layout', warnings: [] },
      d: { state: 'not-checked', why: 'unrecognised', warnings: [] },
    };
    await system.inLedger(async (open) => {
      for (const [name, finding] of Object.entries(findings)) {
        await open.reports.recordReceived({
          ...aVersion({ name, path: `/INBOX/${name}`, sha256: name }),
          finding,
        });
      }
      await open.reports.recordReceived(aVersion({ name: 'e', path: '/INBOX/e', sha256: 'e' }));
    });
    const { found, unchecked, looked } = (await admin().get('/rap-ops/alarms/data')).body as {
      found: { path: string; unrecognised: boolean; warnings: unknown[] }[];
      unchecked: unknown[];
      looked: number;
    };
    assert.deepEqual(
      found.map(({ path, unrecognised, warnings }) => [path, unrecognised, warnings]),
      [
        ['/INBOX/d', true, []],
        ['/INBOX/b', false, [odd]],
      ],
      'the newest first',
    );
    assert.deepEqual(unchecked, [
      { reason: 'unrecognised', n: 1 },
      { reason: 'no-layout', n: 2 },
    ]);
    assert.equal(looked, 4, 'nobody knows of the fifth');
  });

  it('takes the word of a person from a file', async () => {
    const clock = new SimulatedClock(Date.now());
    await start({}, clock);
    runtime.send('alarm', failed('run-1'));
    await runtime.message('out');
    await mkdir(`${system.home}/acknowledge`, { recursive: true });
    await writeFile(`${system.home}/acknowledge/1.txt`, 'Bo\n');
    await passing(
      clock,
      async () => (await system.inLedger((open) => open.alarms.alarm(1)))?.acknowledgedBy === 'Bo',
    );
  });

  it('keeps quiet what a maintenance window says, and shows it', async () => {
    const stamp = (at: number) => hongKongStamp(at).slice(0, 16);
    const now = Date.now();
    const window = { from: stamp(now - 3600_000), until: stamp(now + 3600_000), what: 'connection' };
    await start({ windows: [{ ...window, reason: 'line is moved' }] });
    const quiet = failed('run-1');
    quiet.error.code = 'CONNECT_TIMEOUT';
    runtime.send('alarm', quiet);
    assert.equal((await runtime.message('out')).mail, undefined);
    assert.match(runtime.statusText('alarm'), / · nobody told$/);
    runtime.send('alarm', failed('run-1'));
    await runtime.message('out', 1);
    assert.equal((await mails()).length, 1);
  });

  it('says good morning once a day, with what there is to look at', async () => {
    await start();
    runtime.send('morning');
    await runtime.message('out');
    runtime.send('alarm', failed('run-1'));
    await runtime.message('out', 1);
    runtime.send('morning');
    assert.equal(((await runtime.message('out', 2)).mail as { fresh: boolean }).fresh, false);
    const [morning] = await mails();
    assert.match(morning?.subject ?? '', /^RAP ready \d{4}-\d\d-\d\d$/);
    assert.deepEqual(recipientsOf(morning ?? assert.fail()), ['desk@broker.example']);
  });

  it('says at deploy that nobody is in a group, and tells its alarms to everybody all the same', async () => {
    await start({
      contacts: [
        { name: 'Desk', email: 'desk@broker.example', groups: 'digest' },
        { name: 'Risk', email: 'risk@broker.example', groups: 'risk' },
      ],
    });
    const { code, message, source } = errorOf(await runtime.message('caught'));
    assert.deepEqual([code, source.id], ['MAIL_CONFIG', 'alarm']);
    assert.match(message, /Nobody is in the group "alarm"/);
    assert.equal(runtime.statusText('alarm'), 'check mail settings');
    runtime.send('alarm', failed('run-1'));
    await runtime.message('out');
    const [mail] = await mails();
    assert.deepEqual(recipientsOf(mail ?? assert.fail()).sort(), [
      'desk@broker.example',
      'risk@broker.example',
    ]);
    runtime.send('digest', { rap: { run: 'run-1' } });
    await runtime.message('out', 1);
    assert.equal(runtime.received('caught').length, 1);
  });

  it('shows that a mail waits when what it tells comes again, and that it was sent only when it was', async () => {
    await start();
    system.inbox.misbehave({ replyToData: { code: 451, text: 'try later' } });
    runtime.send('alarm', failed('run-1'));
    await runtime.message('caught');
    runtime.send('alarm', failed('run-2'));
    await runtime.message('out', 1);
    await runtime.until(() => runtime.statusText('alarm').endsWith('mail queued'), 'the status');
    system.inbox.misbehave({ replyToData: { code: 550, text: 'never' } });
    runtime.send('text', { payload: { room: 7 } });
    await runtime.message('caught', 1);
    runtime.send('alarm', { ...failed('run-3'), error: { ...failed('run-3').error, code: 'LOGIN_REFUSED' } });
    await runtime.message('caught', 2);
    assert.equal(runtime.statusText('alarm'), 'mail refused');
    system.inbox.misbehave({});
    runtime.send('alarm', { ...failed('run-4'), error: { ...failed('run-4').error, code: 'LOGIN_REFUSED' } });
    await runtime.message('out', 4);
    await runtime.until(() => runtime.statusText('alarm') === 'mail refused', 'the status of a refused mail');
    runtime.send('alarm', {
      ...failed('run-5'),
      error: { ...failed('run-5').error, code: 'LEDGER_UNUSABLE' },
    });
    await runtime.until(() => runtime.statusText('alarm').endsWith('mail sent'), 'the status of a sent mail');
  });

  it('refuses contacts outside the allowed domains when the flow is deployed', async () => {
    await start({ contacts: [{ name: 'X', email: 'x@elsewhere.example', groups: 'alarm' }] });
    runtime.send('alarm', failed('run-1'));
    const caught = await runtime.message('caught');
    assert.equal(errorOf(caught).code, 'MAIL_CONFIG');
    assert.match(errorOf(caught).message, /elsewhere\.example/);
    assert.equal(runtime.statusText('alarm'), 'check mail settings');
  });

  it('names a port that is not set in the environment', async () => {
    await start({ port: '$'.concat('{RAP_TEST_NO_SUCH_PORT}') });
    runtime.send('alarm', failed('run-1'));
    assert.match(
      errorOf(await runtime.message('caught')).message,
      /port: .*RAP_TEST_NO_SUCH_PORT is not set/,
    );
  });
});
