import assert from 'node:assert/strict';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { presentedHostKeys } from '../../lib/rap/client/presented-keys.ts';
import { realClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { newKey } from '../../simulator/keys.ts';
import { stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import { mailsIn, recipientsOf } from '../support/mails.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { patientClock } from '../support/patient-clock.ts';
import { admin, type Received, type Runtime } from '../support/runtime.ts';
import { aimAt, listenTo, readFlow } from '../support/shipped-flow.ts';
import { startAgain } from '../support/start-again.ts';
import { useSystem } from '../support/use-system.ts';

const CATCHES = ['Cannot log in or list', 'Reports or shares failed'];
/** The node that logs the first account in. */
const LOGIN = 'd0a11f0000000030';

const isMorning = (subject = '') => /^RAP (ready )?\d{4}-/.test(subject);
const codeOf = (msg: Received) => (msg.error as { code: string }).code;

describe('flow 01 Daily download', () => {
  const system = useSystem({
    simulator: { riskFileBytes: 200_000, businessDate: '2026-11-19' },
    inbox: true,
  });
  let runtime: Runtime;
  let schedule: string;

  beforeEach(async () => {
    // What is due at this hour must not tell.
    const never = ['RPI', 'RPP', 'RPF'].map(
      (code) => `  - { code: ${code}, installation: hkcc-seoch, watch: no }\n`,
    );
    await writeFile(`${system.home}/catalogue.yaml`, `reports:\n${never.join('')}`);
  });

  async function start(clock = patientClock(10, fromHongKong('2026-11-20 13:00'))): Promise<void> {
    const flow = listenTo(aimAt(await readFlow('01 Daily download.json'), system.simulator), {
      trouble: CATCHES,
      'mail-trouble': ['Mail failed'],
      digests: ['Digest'],
    });
    schedule = String(flow.find((node) => node.type === 'rap-schedule')?.id);
    runtime = await system.start(flow, { clock });
  }

  /** The end of the run with this number: its digest was queued. */
  const runEnded = (at: number) =>
    runtime.until(() => runtime.received('digests').length > at, `the end of run ${at + 1}`);

  const runNow = () => runtime.send(schedule);

  /** All mails but the morning one, which comes once a day, whatever the runs do. */
  const mails = async () =>
    (await mailsIn(`${system.home}/mailbox`)).filter(({ subject }) => !isMorning(subject));
  const digests = async () => (await mails()).filter(({ subject }) => subject?.startsWith('RAP reports'));

  /** Waits until so many mails lie in the mailbox. */
  async function mailCount(count: number): Promise<void> {
    let found = 0;
    const end = Date.now() + PATIENCE_MS;
    while (found < count && Date.now() < end) {
      found = (await mails()).length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(found >= count, `${count} mails expected, ${found} came`);
  }

  async function everythingIsOnTheShares(): Promise<void> {
    for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
      const served = await filesIn(system.simulator.tree(installation, 'primary'));
      const archived = await filesIn(`${system.home}/shares/archive/${installation}`);
      assert.ok(served.size > 5);
      assert.deepEqual([...archived.keys()].sort(), [...served.keys()].sort());
      for (const [name, content] of served) assert.ok(archived.get(name)?.equals(content), name);
    }
  }

  it('asked for again while a run is under way says so: one run, one digest, and no mail that is not true', async function () {
    this.timeout(300_000);
    await start();
    for (let presses = 0; presses < 3; presses++) runNow();
    await runEnded(0);
    await everythingIsOnTheShares();
    await mailCount(1);
    const said = [schedule, LOGIN].flatMap((id) => runtime.statuses(id));
    assert.ok(said.some(({ text }) => text === 'a run is under way'));
    runNow();
    await runEnded(1);
    await mailCount(2);
    const subjects = (await mails())
      .map(({ subject }) => subject?.replace(/^RAP reports \S+: (?:.*; )?/, '').replace(/\d+/, 'n'))
      .sort();
    // What makes up for a due time before the start is refused like a press, or comes after it and finds nothing left.
    const madeUpFor = subjects.length > 2 ? ['nothing new'] : [];
    assert.deepEqual(subjects, ['n received', 'nothing new', ...madeUpFor]);
    assert.equal(runtime.received('trouble').length, 0);
  });

  it('runs by itself after the start: every report on the shares, one digest, and nothing twice', async function () {
    this.timeout(300_000);
    await start();
    await runEnded(0);
    await everythingIsOnTheShares();
    const shares = [...(await filesIn(`${system.home}/shares`)).keys()];
    assert.ok(shares.some((name) => /^clearing\/\d{4}\/\d\d\/\d\d\/CCLTN05/.test(name)));
    assert.ok(shares.some((name) => /^risk\/.*RMAMR03/.test(name)));
    assert.ok(shares.some((name) => /^collateral\/.*CCMDS01/.test(name)));

    await mailCount(1);
    const [digest] = await mails();
    assert.equal((await mails()).length, 1);
    assert.ok(digest);
    assert.deepEqual(recipientsOf(digest), ['operations@broker.example']);
    assert.match(digest.text ?? '', /CCLTN05/);
    assert.match(digest.html ?? '', /SIM001/);
    assert.match(digest.html ?? '', /SIMC01/);

    const before = system.simulator.counters().opens;
    runNow();
    await runEnded(1);
    await mailCount(2);
    assert.equal(system.simulator.counters().opens, before, 'nothing is opened for reading again');
    assert.deepEqual([...(await filesIn(`${system.home}/shares`)).keys()].sort(), shares.sort());
    assert.equal((await digests()).length, 2);
    const mornings = (await mailsIn(`${system.home}/mailbox`)).filter(({ subject }) => isMorning(subject));
    assert.ok(mornings.length > 0, 'a machine that was down in the morning says so when it is up');
    assert.match(mornings[0]?.text ?? '', /SIM001[\s\S]*SIMC01/);
    assert.equal(runtime.received('trouble').length, 0);
    assert.equal(runtime.received('mail-trouble').length, 0);
    await runtime.until(() => system.simulator.counters().live === 0, 'every session to be logged out');
  });

  it('looks on while a report is due, in the same sessions: it is on the share soon, and one more digest tells of it', async function () {
    this.timeout(300_000);
    await writeFile(
      `${system.home}/catalogue.yaml`,
      `reports:
  - { code: EVE01, system: CCASS, installation: hkscc, name: evening, source: ours, certainty: ours, watch: yes,
      file: "{code}_{participant}_{yyyymmdd}.txt", fileCertainty: ours, folder: /INBOX, calendar: securities,
      frequency: business-day, about: "21:00", lateAfter: "21:30", cutOff: "22:00", timeCertainty: ours }
`,
    );
    await start(patientClock(10, fromHongKong('2026-11-20 20:57')));
    await runEnded(0);
    const looks = () => runtime.received('digests').length - 1;
    await runtime.until(() => looks() >= 2, 'two looks');
    assert.equal(runtime.statusText(schedule), 'Due 1 · next 20 s');
    assert.equal(system.simulator.counters().live, 2);
    assert.equal((await digests()).length, 1, 'a look that brings nothing tells nobody');

    const folder = `${system.simulator.tree('hkscc', 'primary')}/INBOX`;
    await writeFile(`${folder}/EVE01_SIM001_20261120.txt`, 'here');
    await mailCount(2);
    await runtime.until(() => system.simulator.counters().live === 0, 'every session to be logged out');
    const [, evening] = await digests();
    assert.match(evening?.subject ?? '', /: HKSCC 1 of 1 · HKCC /);
    assert.match(evening?.text ?? '', /EVE01/);
    assert.equal((await digests()).length, 2);
    const filed = [...(await filesIn(`${system.home}/shares/clearing`)).keys()].filter((name) =>
      /EVE01/.test(name),
    );
    assert.deepEqual(filed, ['2026/11/20/EVE01_SIM001_20261120.txt']);
    assert.equal(system.simulator.counters().logins, 2, 'one of each account');
    assert.equal(runtime.received('trouble').length, 0);
  });

  it('the simulator dies in the middle of the download: alarm, digest, and the next run takes the rest', async function () {
    this.timeout(300_000);
    const { fault, stuck } = stuckAfter(5);
    system.simulator.setFault(fault);
    await start();
    await stuck;
    for (const address of system.simulator.addresses) await system.simulator.stopAddress(address);
    system.simulator.killConnections();
    await runEnded(0);
    const codes = runtime.received('trouble').map(codeOf);
    assert.ok(codes.includes('CONNECTION_LOST'), codes.join());
    assert.ok(codes.includes('CONNECT_REFUSED'), 'the second account could not be reached');
    await mailCount(3);
    const alarms = (await mails()).filter((mail) => recipientsOf(mail).includes('duty@broker.example'));
    assert.ok(
      alarms.some((mail) => /CONNECTION_LOST/.test(mail.text ?? '') && /SIM001/.test(mail.text ?? '')),
    );
    assert.ok(
      alarms.some((mail) => /CONNECT_REFUSED/.test(mail.text ?? '') && /SIMC01/.test(mail.text ?? '')),
    );

    system.simulator.setFault(undefined);
    for (const address of system.simulator.addresses) await startAgain(system.simulator, address);
    runNow();
    await runEnded(1);
    await everythingIsOnTheShares();
  });

  it('a wrong key: login refused once, then locked; the other account is served; reset and run', async function () {
    this.timeout(300_000);
    const { keyFile } = system.simulator.accounts.hkscc;
    await rename(keyFile, `${keyFile}.right`);
    await writeFile(keyFile, newKey('wrong').privateKey, { mode: 0o600 });
    await start();
    await runEnded(0);
    assert.deepEqual(runtime.received('trouble').map(codeOf), ['LOGIN_REFUSED']);
    assert.ok((await filesIn(`${system.home}/shares/archive/hkcc-seoch`)).size > 5);
    assert.equal((await filesIn(`${system.home}/shares/archive/hkscc`)).size, 0);
    runNow();
    await runEnded(1);
    assert.deepEqual(runtime.received('trouble').map(codeOf), ['LOGIN_REFUSED', 'LOGIN_LOCKED']);
    assert.equal(system.simulator.counters().loginsRefused, 1, 'a refused key is not tried again');
    await mailCount(4);
    const alarm = (await mails()).find((mail) => /LOGIN_REFUSED/.test(mail.text ?? ''));
    assert.match(alarm?.text ?? '', /registered public key/);

    await rename(`${keyFile}.right`, keyFile);
    const { body } = await admin()
      .post('/rap-account/d0a11f0000000071/unlock')
      .send({ reason: 'right key put back' });
    assert.deepEqual(body, { lock: null });
    runNow();
    await runEnded(2);
    await everythingIsOnTheShares();
    await mailCount(6);
    const over = (await mails()).find(({ subject }) => subject?.startsWith('RAP recovered'));
    assert.match(over?.text ?? '', /LOGIN_REFUSED[\s\S]*LOGIN_LOCKED/, 'both alarms end with one mail');
  });

  it('a changed host key: nothing is sent to the server; confirmed in known_hosts, the next run completes', async function () {
    this.timeout(300_000);
    for (const address of system.simulator.addressesOf('hkscc', 'primary'))
      system.simulator.replaceHostKey(address);
    await start();
    await runEnded(0);
    assert.deepEqual(runtime.received('trouble').map(codeOf), ['HOST_KEY_MISMATCH']);
    for (const address of system.simulator.addressesOf('hkscc', 'primary')) {
      assert.equal(system.simulator.counters(address).loginAttempts, 0);
    }
    await mailCount(2);
    const alarm = (await mails()).find((mail) => /HOST_KEY_MISMATCH/.test(mail.text ?? ''));
    assert.match(alarm?.text ?? '', /Ask HKEX/);

    for (const { host, port } of system.simulator.addressesOf('hkscc', 'primary')) {
      for await (const { type, key } of presentedHostKeys({ host, port }, { clock: realClock })) {
        const line = `[${host}]:${port} ${type} ${key.toString('base64')}\n`;
        await appendFile(system.simulator.knownHostsFile, line);
      }
    }
    runNow();
    await runEnded(1);
    await everythingIsOnTheShares();
  });

  it('a share that cannot be written: the others are filled, and it is filled by the next run', async function () {
    this.timeout(300_000);
    await mkdir(`${system.home}/shares`);
    await writeFile(`${system.home}/shares/clearing`, 'a file where the share should be');
    await start();
    await runEnded(0);
    const codes = new Set(runtime.received('trouble').map(codeOf));
    assert.deepEqual([...codes], ['NOT_WRITABLE']);
    await everythingIsOnTheShares();
    await mailCount(2);
    const alarms = (await mails()).filter((mail) => recipientsOf(mail).includes('duty@broker.example'));
    assert.equal(alarms.length, 1, 'one alarm for one share, however many reports');
    assert.match(alarms[0]?.text ?? '', /shares\/clearing/);

    await rm(`${system.home}/shares/clearing`);
    runNow();
    const troubles = runtime.received('trouble').length;
    await runEnded(1);
    assert.ok((await filesIn(`${system.home}/shares/clearing`)).size > 0);
    assert.equal(runtime.received('trouble').length, troubles);
  });

  it('a dead mail relay: the run completes, the trouble is shown, and the mail is sent when the relay is back', async function () {
    this.timeout(300_000);
    const { smtpPort } = system.inbox;
    await system.inbox.stop();
    await start();
    const troubles = () =>
      runtime
        .received('mail-trouble')
        .filter((msg) => (msg.error as { source: { name: string } }).source.name === 'Digest');
    await runtime.until(() => troubles().length > 0, 'the mail trouble');
    assert.deepEqual(troubles().map(codeOf), ['MAIL_UNREACHABLE']);
    await everythingIsOnTheShares();
    assert.equal((await mails()).length, 0);

    system.inbox = await startInbox({ mailbox: `${system.home}/mailbox`, smtpPort });
    const seen = runtime.received('digests').length;
    runNow();
    await runEnded(seen);
    await mailCount(2);
    assert.equal((await mails()).length, 2, 'the digest of the first run comes late, but comes');
    assert.equal(troubles().length, 1);
  });
});
