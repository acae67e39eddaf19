import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { idle } from '../../bin/rehearsal/idle.ts';
import { newRun } from '../../lib/collection/run.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import { mailsIn } from '../support/mails.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const DAY = '2026-11-20';
const at = (time: string) => fromHongKong(`${DAY} ${time}`);

describe('report-check', () => {
  const system = useSystem({ clock: at('21:30'), inbox: true });
  let runtime: Runtime | undefined;
  const accept = (...codes: string[]) =>
    writeFile(
      `${system.home}/catalogue.yaml`,
      `reports:\n${codes.map((code) => `  - { code: ${code}, installation: hkscc, watch: yes }\n`).join('')}`,
    );

  function flow(check: object = { account: 'account-hkscc' }): FlowNode[] {
    const [account] = idleAccounts() as [FlowNode];
    return [
      ...frame('fine', 'lacking', 'unsaid', 'ended'),
      { ...account, folders: [{ folder: '/INBOX' }, { folder: '/RPF' }] },
      {
        ...{ id: 'contacts', type: 'rap-contacts', name: '', language: 'en', host: '127.0.0.1' },
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
        ...{ allowedDomains: 'broker.example', security: 'none', port: String(system.inbox.smtpPort) },
        from: 'RAP Ops <rap@broker.example>',
      },
      node(
        'check',
        'report-check',
        { ...check },
        ['fine', 'digest'],
        ['lacking', 'digest'],
        ['unsaid', 'digest'],
      ),
      node('digest', 'contact-notify', { kind: 'digest', contacts: 'contacts' }, ['ended']),
    ];
  }

  const look = (failed: string[] = []) =>
    system.inLedger((ledger) =>
      ledger.looks.noteLook({
        ...{ account: 'SIM001', at: system.clock.now(), dataCentre: 'primary' },
        good: ['/INBOX', '/RPF'].filter((folder) => !failed.includes(folder)),
        failed,
      }),
    );

  const receive = (name = 'RPF01_SIM001_20261120.csv') =>
    system.inLedger((ledger) =>
      ledger.reports.recordReceived(
        aVersion({ account: 'SIM001', name, path: `/RPF/${name}`, folder: '/RPF', code: 'RPF01' }),
      ),
    );

  /** Time goes on only when flow, disk and mails are at rest. */
  const rest = () => idle(() => system.inbox.busy);

  /** Lets time pass until something holds, a second at a time. */
  async function until(holds: () => boolean | Promise<boolean>, what: string, seconds = 300): Promise<void> {
    for (let passed = 0; passed < seconds; passed++) {
      await rest();
      if (await holds()) return;
      await system.clock.advance(1000, rest);
    }
    assert.fail(`Waited in vain for ${what}; the node says "${runtime?.statusText('check')}"`);
  }

  /** Lets the clock come to a time; each timer has its turn. */
  const pass = (time: string) => system.clock.advance(at(time) - system.clock.now(), rest);

  const status = (text: string) =>
    until(() => runtime?.statusText('check').endsWith(` · ${text}`) === true, `the status "${text}"`);
  const mails = () => mailsIn(`${system.home}/mailbox`);
  const mailed = (subject: RegExp) =>
    until(async () => (await mails()).some((mail) => subject.test(mail.subject ?? '')), `a mail ${subject}`);
  const states = (msg: Received | undefined) =>
    ((msg?.expectations ?? []) as { report: string; state: string }[]).map(({ report, state }) => [
      report,
      state,
    ]);
  const textOf = (msg: Received | undefined) => (msg?.completeness as { text: string } | undefined)?.text;

  it('says by itself that a report is late though no run comes, mails it once, and that it came', async function () {
    this.timeout(300_000);
    await accept('RPF01');
    await look();
    runtime = await system.start(flow());
    await status('0 of 1');
    await runtime.until(() => runtime?.received('fine').length === 1, 'the first answer');
    assert.deepEqual(states(runtime.received('fine')[0]), [['RPF01', 'due']]);
    assert.equal(textOf(runtime.received('fine')[0]), 'HKSCC 0 of 1: RPF01 not here yet, due 21:45');

    await pass('21:36');
    await look();
    await status('1 at risk');
    await mailed(/^RAP alarm SIM001: report at risk · RPF01 2026-11-20$/);
    await pass('21:45:30');
    await look();
    await status('1 late');
    assert.deepEqual(states(runtime.received('lacking').at(-1)), [['RPF01', 'late']]);
    const late = /^RAP alarm SIM001: report late · RPF01 2026-11-20$/;
    await mailed(late);
    const [mail] = (await mails()).filter(({ subject }) => late.test(subject ?? ''));
    for (const said of [
      /Last good look: 21:45, primary data centre/,
      /manned 09:00-18:45/,
      /"rap expect deadline"/,
    ]) {
      assert.match(mail?.text ?? '', said);
    }

    await receive();
    const run = newRun(system.clock);
    await system.inLedger((ledger) => ledger.runs.startRun({ run, trigger: 'timer' }));
    runtime.send('check', { rap: { run, account: 'SIM001' } } as never);
    await status('1 of 1');
    await until(
      () => runtime?.received('fine').some((msg) => textOf(msg) === 'HKSCC 1 of 1') === true,
      'the answer',
    );
    await mailed(/^RAP recovered SIM001: RPF01 for 2026-11-20$/);
    await system.clock.advance(1000, rest);
    const subjects = (await mails())
      .map(({ subject }) => subject ?? '')
      .filter((one) => !one.startsWith('RAP reports'));
    assert.equal(subjects.length, 3, subjects.join('\n'));
    assert.deepEqual(runtime.received('caught'), []);
  });

  it('goes on after a restart as if it had not been away: nothing is mailed twice', async function () {
    this.timeout(300_000);
    await accept('RPF01');
    await look();
    system.clock.jump(16 * 60_000);
    await look();
    const late = async () =>
      (await mails()).filter(({ subject }) => /report late/.test(subject ?? '')).length;
    for (let life = 0; life < 3; life++) {
      runtime = await system.start(flow());
      await status('1 late');
      await until(async () => (await late()) > 0, 'the mail');
      await system.clock.advance(60_000, rest);
      await look();
      await runtime.stop();
      runtime = undefined;
    }
    assert.equal(await late(), 1);
  });

  it('is the first line of the digest of a run; between runs the digest says nothing', async function () {
    this.timeout(300_000);
    await accept('RPF01', 'RMAMR03');
    await look();
    runtime = await system.start(flow());
    await runtime.message('lacking');
    assert.equal(runtime.received('ended').length, 0);
    system.clock.jump(20 * 60_000);
    await receive();
    await look();
    const run = newRun(system.clock);
    await system.inLedger(async (ledger) => {
      await ledger.runs.startRun({ run, trigger: 'timer' });
      await ledger.runs.recordListing({
        ...{ run, account: 'SIM001', installation: 'hkscc', address: '127.0.0.1:1', dataCentre: 'primary' },
        ...{ counts: { new: 1, changed: 0, known: 0, writing: 0, refused: 0 }, complete: true },
      });
    });
    runtime.send('check', { rap: { run, account: 'SIM001' } } as never);
    await until(() => runtime?.received('ended').length === 1, 'the digest');
    const digest = (await mails()).find(({ subject }) => subject?.startsWith('RAP reports'));
    // Sets 1 and 3 were over before anybody looked here for the first time.
    assert.match(digest?.subject ?? '', /^RAP reports 2026-11-20: HKSCC 1 of 4: RMAMR03:1 missing$/);
    assert.match(
      digest?.text ?? '',
      /^HKSCC 1 of 4: RMAMR03:1 missing, due 12:15, RMAMR03:3 missing, due 17:45, RMAMR03:4 late, due 21:45\n/,
    );
    assert.match(digest?.text ?? '', /Not here \(3\)/);
  });

  it('says that nobody can say, once for an outage', async function () {
    this.timeout(300_000);
    await accept('RPF01');
    await look();
    runtime = await system.start(flow());
    await status('0 of 1');
    await pass('21:40:05');
    await status('1 unknown');
    assert.deepEqual(states(runtime.received('unsaid').at(-1)), [['RPF01', 'unknown']]);
    await mailed(/^RAP alarm SIM001: reports unknown$/);
    await look(['/RPF']);
    await system.clock.advance(60_000, rest);
    await look();
    await mailed(/^RAP recovered SIM001: REPORTS_UNKNOWN$/);
    const alarms = (await mails()).filter(({ subject }) => /: reports unknown$/.test(subject ?? ''));
    assert.equal(alarms.length, 1);
  });

  for (const [what, file, text] of [
    ['catalogue', 'catalogue.yaml', 'reports: { code: RPF01 }\n'],
    ['calendar', 'calendar/calendar.yaml', 'years: none\n'],
  ] as const) {
    it(`does not call an outage over because the ${what} cannot be read`, async function () {
      this.timeout(300_000);
      await accept('RPF01');
      await look();
      runtime = await system.start(flow());
      await status('0 of 1');
      await pass('21:40:05');
      await mailed(/: reports unknown$/);
      await mkdir(`${system.home}/calendar`, { recursive: true });
      await writeFile(`${system.home}/${file}`, text);
      await status('not checked');
      await system.clock.advance(4 * 60_000, rest);
      assert.deepEqual(
        (await mails()).filter(({ subject }) => /^RAP recovered/.test(subject ?? '')),
        [],
      );
      await rm(`${system.home}/${file}`);
      await accept('RPF01');
      await look();
      await mailed(/^RAP recovered SIM001: REPORTS_UNKNOWN$/);
    });
  }

  it('of a site that has accepted nothing: not checked, no mail, and the digest says so', async () => {
    await look();
    runtime = await system.start(flow({ account: '' }));
    await status('not checked');
    assert.match(
      textOf(runtime.received('unsaid')[0]) ?? '',
      /^HKSCC none awaited \(\d+ of the catalogue not accepted\)$/,
    );
    system.clock.jump(60 * 60_000);
    await look();
    await system.clock.advance(60_000, rest);
    const told = (await mails()).filter(({ subject }) => !/: clock was set$/.test(subject ?? ''));
    assert.deepEqual(told, []);
  });

  it('tells of a catalogue that cannot be read, once, and never of an older answer', async () => {
    await accept('RPF01');
    await look();
    runtime = await system.start(flow());
    await status('0 of 1');
    await writeFile(`${system.home}/catalogue.yaml`, 'reports: { code: RPF01 }\n');
    runtime.send('check', {});
    await status('not checked');
    runtime.send('check', {});
    await until(() => (runtime?.received('unsaid').length ?? 0) >= 2, 'two answers');
    const { code } = (await runtime.message('caught')).error as { code: string };
    assert.equal(code, 'CONFIG_INVALID');
    assert.equal(runtime.received('caught').length, 1);
    assert.match(
      textOf(runtime.received('unsaid')[0]) ?? '',
      /^HKSCC not checked: The catalogue .*catalogue\.yaml/,
    );
  });

  it('waits for the whole catalogue in a demo', async () => {
    await look();
    runtime = await system.start(flow(), { profile: 'demo' });
    const answer = await runtime.message('lacking');
    assert.ok(states(answer).length > 10, `${states(answer).length}`);
  });

  it('speaks the language of the server', async () => {
    await accept('RPF01');
    await look();
    runtime = await system.start(flow(), { language: 'zh-TW' });
    await status('0 / 1 份');
  });
});
