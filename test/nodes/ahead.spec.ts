/** What is known to be wrong before any run is told when the flows start, shown, and taken away when it is put right. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { newEd25519Key } from '../../lib/rap/client/ed25519-key.ts';
import { type Clock, SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { frame, node } from '../support/flow-parts.ts';
import { mailsIn, recipientsOf } from '../support/mails.ts';
import { patientClock } from '../support/patient-clock.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const pair = newEd25519Key();
const locked = newEd25519Key({
  cipher: 'aes256-ctr',
  passphrase: 'right',
  rounds: 2,
});
const fingerprint = `SHA256:${'A'.repeat(43)}`;
const MINUTE = 60_000;

const errorOf = (msg: Received | undefined) =>
  msg?.error as { code: string; message: string; cause: { cure: string; subject?: string } };

describe('Ahead of any run', () => {
  const system = useSystem();
  let runtime: Runtime | undefined;
  let clock: Clock;

  beforeEach(async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-20 12:00'));
  });

  async function start(
    flow: FlowNode[],
    credentials: Record<string, Record<string, string>> = {},
  ): Promise<Runtime> {
    runtime = await system.start([...frame('out'), ...flow], { clock, credentials });
    return runtime;
  }

  /** Lets nodes work while time passes. */
  async function pass(ms: number): Promise<void> {
    assert.ok(clock instanceof SimulatedClock);
    await idle();
    await clock.advance(ms, idle);
  }

  const account = (changes: object = {}): FlowNode => ({
    id: 'account',
    type: 'rap-account',
    name: 'hkscc',
    installation: 'hkscc',
    user: 'B01234',
    keySource: 'file',
    keyFile: `${system.home}/key`,
    addresses: [
      { dataCentre: 'primary', host: '127.0.0.1', port: '1' },
      { dataCentre: 'secondary', host: '127.0.0.1', port: '2' },
    ],
    hostKeys: [{ address: '127.0.0.1', fingerprint }],
    knownHosts: '',
    folders: [{ folder: '/INBOX' }],
    ...changes,
  });
  const login = (changes: object = {}) =>
    node('login', 'rap-connect', { account: 'account', action: 'login', ...changes }, ['out']);

  describe('an account says of its key that', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    for (const [what, stored, message] of [
      ['it is damaged', { privateKey: '-----BEGIN RSA PRIVATE KEY----- MIIE broken' }, /key/i],
      ['it is the public half', { privateKey: pair.public }, /public key/],
      ['it has a passphrase that was not given', { privateKey: locked.private }, /passphrase/i],
      [
        'its passphrase is another',
        { privateKey: locked.private, passphrase: 'wrong' },
        /passphrase|decrypt|key/i,
      ],
      ['it is not there', {}, /no private key/],
    ] as const) {
      it(what, async () => {
        const started = await start([account({ keySource: 'stored' }), login()], { account: stored });
        const { code, message: told, cause } = errorOf(await started.message('caught'));
        assert.equal(code, 'KEY_UNREADABLE');
        assert.match(told, message);
        assert.ok(cause.cure.length > 0 && !JSON.stringify(cause).includes('MIIE'));
        const { fill, text } = started.statuses('login').at(-1) ?? {};
        assert.deepEqual([fill, text], ['red', 'key unreadable']);
        assert.equal(started.received('out').length, 0);
        // It is said once, however long it lasts.
        await pass(5 * MINUTE);
        assert.equal(started.received('caught').length, 1);
      });
    }

    it('others may read its file, in the log alone', async () => {
      await writeFile(`${system.home}/key`, pair.private, { mode: 0o644 });
      const started = await start([account(), login()]);
      await pass(MINUTE);
      await started.until(() => started.warnings.some((line) => line.includes('chmod 600')), 'the warning');
      assert.equal(started.warnings.filter((line) => line.includes('chmod 600')).length, 1);
      assert.equal(started.received('caught').length, 0);
    });

    it('another account has its name, in whatever case', async () => {
      await writeFile(`${system.home}/key`, pair.private, { mode: 0o600 });
      const twin = node('login-twin', 'rap-connect', { account: 'twin', action: 'login' }, ['out']);
      const started = await start([account(), account({ id: 'twin', name: 'HKSCC' }), login(), twin]);
      await started.until(() => started.received('caught').length >= 2, 'both to tell');
      for (const msg of started.received('caught')) {
        assert.equal(errorOf(msg).code, 'CONFIG_INVALID');
        assert.match(errorOf(msg).message, /^name: two accounts are called "hkscc"$/i);
      }
      assert.equal(started.received('out').length, 0);
    });

    it('it is good, and shows nothing', async () => {
      await writeFile(`${system.home}/key`, ec.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      const started = await start([account(), login()]);
      await pass(MINUTE);
      assert.ok(!started.warnings.some((line) => line.includes('chmod')));
      assert.ok(started.statuses('login').every(({ fill }) => fill === undefined));
      assert.equal(started.received('caught').length, 0);
    });

    it('its file was put right, without a deploy', async () => {
      const started = await start([account(), login()]);
      const { message } = errorOf(await started.message('caught'));
      assert.match(message, new RegExp(`${system.home}/key`));
      assert.equal(started.statusText('login'), 'key unreadable');
      await writeFile(`${system.home}/key`, pair.private);
      await pass(MINUTE);
      await started.until(() => started.statusText('login') === '', 'the fault to go');
      assert.equal(started.received('caught').length, 1);
    });
  });

  describe('an account says of its host keys that', () => {
    beforeEach(() => writeFile(`${system.home}/key`, pair.private));

    it('there are none', async () => {
      const started = await start([account({ hostKeys: [] }), login()]);
      const { code, message, cause } = errorOf(await started.message('caught'));
      assert.equal(code, 'HOST_KEY_MISSING');
      assert.match(message, /127\.0\.0\.1:1, 127\.0\.0\.1:2/);
      assert.match(cause.cure, /fingerprint/);
      assert.equal(started.statusText('login'), 'host key missing');
    });

    it('one address has none, though a run at the other would go right', async () => {
      const started = await start([
        account({ hostKeys: [{ address: '127.0.0.1:1', fingerprint }] }),
        login(),
      ]);
      const { code, message, cause } = errorOf(await started.message('caught'));
      assert.equal(code, 'CONFIG_INVALID');
      assert.match(message, /No host key is trusted for 127\.0\.0\.1:2$/);
      assert.deepEqual([cause.subject, /fingerprint/.test(cause.cure)], ['settings of hkscc', true]);
    });

    it('its known_hosts file is not there, until it is', async () => {
      const started = await start([
        account({ hostKeys: [], knownHosts: `${system.home}/known_hosts` }),
        login(),
      ]);
      assert.match(errorOf(await started.message('caught')).message, /known_hosts/);
      assert.equal(started.statuses('login').at(-1)?.fill, 'red');
      const key = pair.public.split(' ').slice(0, 2).join(' ');
      await writeFile(`${system.home}/known_hosts`, `[127.0.0.1]:1,[127.0.0.1]:2 ${key}\n`);
      await pass(MINUTE);
      await started.until(() => started.statusText('login') === '', 'the fault to go');
    });
  });

  it('settings that cannot be used reach the Catch node, and show at whoever works with them', async () => {
    const started = await start([
      account({ user: 'B0 1234' }),
      login(),
      { id: 'contacts', type: 'rap-contacts', name: 'People', host: 'relay', from: 'x', contacts: [] },
      node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups: 'ops' }),
      node('schedule', 'rap-schedule', { mode: 'times', times: [{ time: '9:5' }], calendar: 'none' }, [
        'out',
      ]),
      node('route', 'report-route', { rules: [{ share: '/mnt/rap\\ops' }] }),
      node('plain', 'contact-notify', { kind: 'text', subject: '{{#open}}', contacts: 'contacts' }),
      node('lone', 'rap-connect', { account: '', action: 'login' }),
    ]);
    await started.until(() => started.received('caught').length >= 7, 'all to be said');
    const told = started
      .received('caught')
      .map((msg) => errorOf(msg).message)
      .join('\n');
    for (const message of [
      /^user: "B0 1234" has a blank inside$/m,
      /^from: "x" is not one address$/m,
      /^times, row 1, time: "9:5" has one digit/m,
      /^rule 1: share .* backslash/m,
      /^Subject or text: /m,
      /^The account is not chosen/m,
    ]) {
      assert.match(told, message);
    }
    for (const id of ['login', 'alarm', 'schedule', 'route', 'plain', 'lone'])
      assert.equal(started.statuses(id).at(-1)?.fill, 'red', id);
    // A node of the same id whose settings are right takes away what the former one showed.
    await started.stop();
    await writeFile(`${system.home}/key`, pair.private);
    const again = await start([account(), login()]);
    await again.until(() => again.statuses('login').length > 0, 'the former fault to go');
    assert.deepEqual(again.statuses('login'), [{}]);
    assert.equal(again.received('caught').length, 0);
  });

  describe('a share', () => {
    const route = (share: string, shares = 'any') =>
      node('route', 'report-route', { name: 'File', rules: [{ share }], shares }, ['out'], [], ['out']);

    for (const [what, share, code] of [
      ['in the place of a file', 'file/{system}', 'NOT_WRITABLE'],
      ['whose folder is a file', 'file', 'NOT_WRITABLE'],
    ] as const) {
      it(`${what} is told when the flows start, once, and told again when it can be written`, async () => {
        await writeFile(`${system.home}/file`, 'no folder');
        const started = await start([route(`${system.home}/${share}`)]);
        const caught = await started.message('caught');
        const { code: told, cause } = errorOf(caught);
        assert.deepEqual([told, cause.subject], [code, `${system.home}/file`]);
        assert.equal(started.statuses('route').at(-1)?.text, 'cannot write');
        await pass(5 * MINUTE);
        assert.equal(started.received('caught').length, 1, 'it is told once');
        await rm(`${system.home}/file`);
        while (started.received('out').length === 0) await pass(10_000);
        const back = errorOf(await started.message('out'));
        assert.equal(back.code, 'SHARE_BACK');
        assert.deepEqual(started.statuses('route').at(-1), {});
        await pass(5 * MINUTE);
        assert.deepEqual([started.received('caught').length, started.received('out').length], [1, 1]);
      });
    }

    it('is one alarm over restarts, also when it can be written meanwhile, until it serves', async () => {
      const inbox = await startInbox({ mailbox: `${system.home}/mailbox` });
      try {
        clock = patientClock(60);
        const flow = [
          {
            ...{ id: 'contacts', type: 'rap-contacts', name: '', host: '127.0.0.1', security: 'none' },
            ...{ port: String(inbox.smtpPort), from: 'rap@broker.example' },
            contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
          },
          node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts' }, ['out']),
          node('catch-faults', 'catch', { scope: ['route'], uncaught: false }, ['alarm']),
          node('route', 'report-route', { rules: [{ share: `${system.home}/file` }] }, [], [], ['alarm']),
        ];
        const subjects = async () => (await mailsIn(`${system.home}/mailbox`)).map(({ subject }) => subject);
        await writeFile(`${system.home}/file`, 'no folder');
        for (let life = 0; life < 2; life++) {
          const started = await start(flow);
          await started.message('out');
          await started.stop();
          runtime = undefined;
        }
        assert.equal((await subjects()).length, 1);
        await rm(`${system.home}/file`);
        const last = await start(flow);
        await last.message('out');
        assert.match((await subjects()).at(-1) ?? '', /^RAP recovered/);
        const ledger = await openHome(system.home, clock);
        assert.deepEqual(await ledger.alarms.openAlarms(), []);
        await ledger.close();
      } finally {
        await runtime?.stop();
        runtime = undefined;
        await inbox.stop();
      }
    });

    it('that can be written says nothing', async () => {
      const started = await start([route(`${system.home}/shares/{system}`)]);
      await pass(5 * MINUTE);
      assert.deepEqual([started.received('caught').length, started.received('out').length], [0, 0]);
    });
  });

  it('a schedule that is never due says so', async () => {
    const never = { mode: 'pattern', pattern: '0 8 * * SAT', calendar: 'securities' };
    const started = await start([node('schedule', 'rap-schedule', never, ['out'])]);
    assert.match(errorOf(await started.message('caught')).message, /never due/);
    assert.equal(started.statuses('schedule').at(-1)?.fill, 'red');
  });

  describe('a group', () => {
    const contacts = (groups: string): FlowNode => ({
      id: 'contacts',
      type: 'rap-contacts',
      name: '',
      contacts: [
        { name: 'Desk', email: 'desk@broker.example', groups: 'ops' },
        { name: 'Chan', email: 'chan@broker.example', groups },
      ],
      host: '127.0.0.1',
      port: '1',
      security: 'none',
      from: 'rap@broker.example',
    });
    const to = (id: string, groups: string) =>
      node(id, 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups });

    for (const groups of ['ops/risk', 'ops risk', 'risk & ops', 'ops和risk', 'ops ＋ risk']) {
      it(`that may be several is said: ${groups}`, async () => {
        const started = await start([contacts(groups), to('alarm', 'ops')]);
        const { message, cause } = errorOf(await started.message('caught'));
        assert.match(message, /the group ".*" of Chan \(chan@broker\.example\), which looks like several/);
        assert.match(cause.cure, /commas/);
        assert.equal(started.statuses('alarm').at(-1)?.fill, 'red');
      });
    }

    for (const [groups, written] of [
      ['night ops', ['ops', 'night ops']],
      ['ops; risk', ['ops']],
      ['ＯＰＳ', ['ops']],
      ['night desk', ['ops']],
      ['', ['ops', '']],
    ] as const) {
      it(`is one where mails are written to it, or nothing speaks for several: "${groups}"`, async () => {
        const started = await start([contacts(groups), ...written.map((one, at) => to(`mail-${at}`, one))]);
        await pass(MINUTE);
        assert.deepEqual(
          started.received('caught').map((msg) => errorOf(msg).message),
          [],
        );
      });
    }

    it('that nobody is in is said by whoever writes to it', async () => {
      const started = await start([contacts('risk'), to('alarm', 'ops; nigth')]);
      const { message } = errorOf(await started.message('caught'));
      assert.match(message, /Nobody is in the group "nigth"/);
      assert.equal(started.statuses('alarm').at(-1)?.fill, 'red');
    });
  });

  it('is one alarm until it is put right, whatever runs say, and the people hear of its end', async () => {
    clock = patientClock(30);
    const inbox = await startInbox({ mailbox: `${system.home}/mailbox` });
    try {
      const contacts = {
        ...{
          id: 'contacts',
          type: 'rap-contacts',
          name: '',
          host: '127.0.0.1',
          port: String(inbox.smtpPort),
        },
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'ops' }],
        ...{ security: 'none', from: 'rap@broker.example' },
      };
      const alarm = node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups: 'ops' });
      const flow = (share: string) => [
        contacts,
        alarm,
        node('catch-faults', 'catch', { scope: ['route'], uncaught: false }, ['alarm']),
        node('route', 'report-route', { name: 'File', rules: [{ share }] }),
      ];
      const mails = () => mailsIn(`${system.home}/mailbox`);
      const first = await start(flow('/mnt/rap\\ops'));
      await first.until(() => first.statusText('alarm').endsWith('mail sent'), 'the alarm');
      // A run that meets the same fault meets the same alarm.
      first.send('route', { rap: { run: 'run-1', account: 'hkscc' }, payload: {} } as never);
      await first.message('caught', 1);
      const ledger = await openHome(system.home, clock);
      const open = await ledger.alarms.openAlarms();
      assert.deepEqual(
        open.map(({ account, code, subject }) => [account, code, subject]),
        [['', 'ROUTE_INVALID', 'settings of File']],
      );
      assert.equal((await mails()).length, 1);
      await first.stop();
      runtime = undefined;

      await start(flow(`${system.home}/shares`));
      while ((await mails()).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
      const [, over] = await mails();
      assert.match(over?.subject ?? '', /ROUTE_INVALID/);
      assert.deepEqual(recipientsOf(over ?? assert.fail()), ['desk@broker.example']);
      assert.deepEqual(await ledger.alarms.openAlarms(), []);
      await ledger.close();
    } finally {
      await runtime?.stop();
      runtime = undefined;
      await inbox.stop();
    }
  });
});
