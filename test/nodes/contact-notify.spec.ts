import assert from 'node:assert/strict';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { fastClock } from '../support/fast-clock.ts';
import { frame, node } from '../support/flow-parts.ts';
import { makeHome, removeHome } from '../support/home.ts';
import { mailsIn, recipientsOf } from '../support/mails.ts';
import { type FlowNode, type Received, Runtime } from '../support/runtime.ts';

const errorOf = (msg: Received) => msg.error as { code: string; message: string; source: { id: string } };

describe('contact-notify, rap-contacts', () => {
  let home: string;
  let inbox: Inbox;
  let runtime: Runtime;

  beforeEach(async () => {
    home = await makeHome();
    inbox = await startInbox({ mailbox: `${home}/mailbox` });
  });
  afterEach(async () => {
    await runtime.stop();
    await inbox.stop();
    await removeHome(home);
  });

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
      port: String(inbox.smtpPort),
      security: 'none',
      from: 'RAP Ops <rap@broker.example>',
      ...changes,
    };
  }

  async function start(changes: Record<string, unknown> = {}, clock = realClock): Promise<void> {
    const flow = [
      ...frame('out'),
      contacts(changes),
      node('digest', 'contact-notify', { kind: 'digest', contacts: 'contacts', groups: 'digest' }, ['out']),
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
    runtime = await Runtime.start(flow, { home, clock });
  }

  const mails = () => mailsIn(`${home}/mailbox`);

  const failed = (run: string, id = 'login') => ({
    rap: { run, account: 'SIM001' },
    error: {
      message: 'The host key of 127.0.0.1:1 is not the one expected',
      code: 'HOST_KEY_MISMATCH',
      source: { id, type: 'rap-connect', name: 'HKSCC: log in' },
      cause: { cure: 'Ask HKEX.' },
    },
  });

  it('tells the alarm group what happened, where, and what to do, once per trouble of a run', async () => {
    await start();
    runtime.send('alarm', failed('run-1'));
    const first = await runtime.message('out');
    assert.equal((first.mail as { fresh: boolean }).fresh, true);
    runtime.send('alarm', failed('run-1'));
    assert.equal(((await runtime.message('out', 1)).mail as { fresh: boolean }).fresh, false);
    runtime.send('alarm', failed('run-2'));
    await runtime.message('out', 2);
    const all = await mails();
    assert.equal(all.length, 2);
    const [mail] = all;
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
    assert.equal(runtime.statusText('alarm'), 'mail sent');
  });

  it('alarms of errors that are not ours, too', async () => {
    await start();
    runtime.send('alarm', {
      error: { message: 'TypeError: x is not a function', source: { type: 'function' } },
    });
    await runtime.message('out');
    assert.match((await mails())[0]?.text ?? '', /x is not a function/);
  });

  it('sends one digest per run, also of a run in which nothing came', async () => {
    const ledger = await openLedger(`${home}/ledger.sqlite`, realClock);
    await ledger.startRun({ run: 'run-1', trigger: 'hand' });
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

  it('a silent relay: Catch is told, the message goes on, and the mail is sent later', async function () {
    this.timeout(30_000);
    await start({}, fastClock(20));
    inbox.misbehave({ replyToData: { code: 451, text: 'try later' } });
    runtime.send('alarm', failed('run-1'));
    const caught = await runtime.message('caught');
    assert.match(errorOf(caught).code, /^MAIL_/);
    assert.equal(errorOf(caught).source.id, 'alarm');
    assert.equal((await runtime.message('out')).error !== undefined, true);
    assert.equal((await mails()).length, 0);
    inbox.misbehave({});
    for (let looks = 0; looks < 400 && (await mails()).length === 0; looks++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await mails()).length, 1);
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
