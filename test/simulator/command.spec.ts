import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isBusinessDay, nextBusinessDay, previousBusinessDay } from '../../lib/time/calendar.ts';
import { hongKongDate, hongKongTime } from '../../lib/time/hong-kong.ts';
import { planDay } from '../../simulator/content/plan.ts';
import { faults } from '../../simulator/faults/table.ts';
import { temporaryHome } from './support.ts';

const launcher = path.resolve('bin/rap');

describe('rap simulate', () => {
  let home: string;

  beforeEach(async () => {
    home = await temporaryHome();
  });

  afterEach(() => fs.rm(home, { recursive: true, force: true }));

  function start(...words: string[]) {
    return spawn(process.execPath, [launcher, 'simulate', '--home', home, '--risk-file-mb', '0', ...words]);
  }

  async function outcome(child: ReturnType<typeof start>) {
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'close');
    return { code, said };
  }

  it('says in one JSON line where everything is, runs, and ends cleanly on SIGTERM', async () => {
    const child = start('--ports', 'ephemeral', '--inbox', '--date', '2025-06-20', '--at', '17:00', '--json');
    const [line] = await once(createInterface(child.stdout), 'line');
    const told = JSON.parse(line);
    assert.equal(told.ready, true);
    assert.equal(told.addresses.length, 8);
    assert.deepEqual(told.businessDates, { hkscc: '2025-06-20', 'hkcc-seoch': '2025-06-20' });
    for (const { keyFile } of told.accounts) await fs.access(keyFile);
    const page = await fetch(`http://127.0.0.1:${told.inbox.httpPort}/`);
    assert.equal(page.status, 200);
    await page.text();
    const [{ host, port }] = told.addresses;
    const socket = net.connect(port, host).on('error', () => {});
    const [banner] = await once(socket, 'data');
    assert.match(String(banner), /^SSH-2\.0-/);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    socket.destroy();
  });

  const wrong: [string, string[], RegExp][] = [
    ['an unknown word', ['--frobnicate'], /frobnicate/],
    ['a date that is none', ['--date', '2025-02-30'], /--date: "2025-02-30"/],
    ['a time that is none', ['--at', '25:99', '--ports', 'ephemeral'], /25:99/],
    ['a port that is none', ['--smtp-port', '70000'], /--smtp-port: "70000"/],
    ['a fault it does not have', ['--fault', 'P99'], /--fault "P99".*\n.*--fault list/],
    ['ports it does not know', ['--ports', 'some'], /--ports "some"/],
    ['what happens on no day', ['--day', 'laet RP009'], /"laet".*\n.*Did you mean "late"/],
    [
      'a report that does not come',
      ['--day', 'late RMAMR03:2', '--date', '2025-06-20'],
      /not come on 2025-06-20/,
    ],
    ['a firm of no kind', ['--day', '', '--firm', 'hh'], /--firm "hh"/],
    ['a firm without days', ['--firm', 'h'], /--firm goes with --day/],
    ['a speed without a beginning', ['--speed', '10'], /--speed needs --at/],
    ['a speed that is none', ['--at', '16:00', '--speed', '-1'], /--speed|'-1'/],
  ];
  for (const [what, words, message] of wrong) {
    it(`exits 2 and names ${what}`, async () => {
      const { code, said } = await outcome(start(...words));
      assert.equal(code, 2);
      assert.match(said, message);
    });
  }

  it('lets its day pass: reports appear one after another, and are told', async () => {
    const child = start(
      ...['--ports', 'ephemeral', '--date', '2025-06-20', '--at', '16:29', '--speed', '3600', '--json'],
    );
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? 'null');
    assert.equal((await next()).ready, true);
    const first = await next();
    assert.deepEqual(first, {
      appeared: '/INBOX/20250620/CSEMA08_SIM001_20250620.txt',
      installation: 'hkscc',
      time: '2025-06-20 16:30:00',
    });
    await fs.access(path.join(home, 'simulator/hkscc/primary', first.appeared));
    assert.equal((await next()).time, '2025-06-20 16:45:00');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('lives a day of the catalogue on which something happens', async () => {
    const child = start(
      ...['--ports', 'ephemeral', '--date', '2025-06-20', '--at', '20:59', '--speed', '7200', '--json'],
      ...['--day', 'late RPF01 at 21:50; halves apart RMAMR03:4 by 1h; missing RMAMP01:3 CIPSI02'],
    );
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? 'null');
    assert.equal((await next()).ready, true);
    const told: string[] = [];
    while (told.length < 6) {
      const { time, appeared } = await next();
      told.push(`${time.slice(11, 16)} ${path.posix.basename(appeared)}`);
    }
    assert.deepEqual(told, [
      '21:00 RMAMR01_SIM001_20250620_4_CTL.zip',
      '21:00 RMAMR01_SIM001_20250620_4_DAT.zip',
      '21:00 RMAMR03_SIM001_20250620_4_CTL.zip',
      '21:50 RPF01_20250620.csv',
      '22:00 RMAMR03_SIM001_20250620_4_DAT.zip',
      '00:00 rpf______-_____-__-_____-250620.lis',
    ]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const there = await fs.readdir(path.join(home, 'simulator/hkscc/primary/INBOX/20250620'));
    assert.ok(!there.some((name) => /RMAMP01_.*_3_|CIPSI02/.test(name)));
    assert.ok(there.some((name) => /RMAMP01_.*_2_/.test(name)));
  });

  it('begins now where it is told so: what is to come is not there', async () => {
    const today = hongKongDate(Date.now());
    const newest = isBusinessDay('securities', today) ? today : nextBusinessDay('securities', today);
    const child = start('--ports', 'ephemeral', '--date', newest, '--at', 'now', '--day', 'usual', '--json');
    await once(createInterface(child.stdout), 'line');
    child.kill('SIGTERM');
    await once(child, 'exit');
    const there = await fs.readdir(path.join(home, 'simulator/hkscc/primary/INBOX'), { recursive: true });
    const ledger = `CSEMS08_SIM001_${newest.replaceAll('-', '')}.txt`;
    assert.ok(!there.some((name) => name.endsWith(ledger)), 'it comes on the next morning');
    assert.ok(
      there.some((name) => name.includes('RMAMR03')),
      'those of the day before are there',
    );
  });

  it('has rows of the home, and every report of today where every day is complete', async () => {
    const row = 'system: CCASS, installation: hkscc, name: Our own, source: seen, certainty: learned';
    const more = 'fileCertainty: learned, folder: /INBOX, calendar: securities+saturday, frequency: no-time';
    await fs.writeFile(
      path.join(home, 'catalogue.yaml'),
      `reports:\n  - { code: ZZOWN01, ${row}, ${more}, file: "{code}_{participant}_{yyyymmdd}.txt" }\n`,
    );
    const newestDay = () => {
      const today = hongKongDate(Date.now());
      return isBusinessDay('securities', today) ? today : previousBusinessDay('securities', today);
    };
    const before = newestDay();
    const child = start('--ports', 'ephemeral', '--complete', '--firm', 'nh', '--json');
    const [line] = await once(createInterface(child.stdout), 'line');
    child.kill('SIGTERM');
    await once(child, 'exit');
    const newest = JSON.parse(line).businessDates.hkscc;
    // It may be midnight in between.
    assert.ok([before, newestDay()].includes(newest), newest);
    const there = await fs.readdir(path.join(home, 'simulator/hkscc/primary/INBOX'), { recursive: true });
    for (const code of ['ZZOWN01', 'CSEMS08', 'RMAMR03']) {
      const name = new RegExp(`${code}_SIM001_${newest.replaceAll('-', '')}`);
      assert.ok(
        there.some((file) => name.test(file)),
        `${code} of ${newest}`,
      );
    }
  });

  it('explains in its help every report that it plans, and when it appears', async () => {
    const { code, said } = await outcome(start('--help'));
    assert.equal(code, 0);
    for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
      for (const report of planDay(installation, '2025-06-20', {
        seed: 1,
        riskFileBytes: 0,
        eventDay: true,
      })) {
        const [, reportCode = ''] =
          /\/(STOCKLIST|RP\d{3}|RPF|rp[ipf]|[A-Z]{5}\d\d)[^/]*$/.exec(report.path) ?? [];
        const shown = new RegExp(`\\b${reportCode}\\b[^A-Z]*${hongKongTime(report.appearsAt)}`);
        assert.match(said, shown, report.path);
      }
    }
  });

  it('lists its faults, and misbehaves as told', async () => {
    const { code, said } = await outcome(start('--fault', 'list'));
    assert.equal(code, 0);
    assert.match(said, /^P06 +SHORT_FILE +Every file ends/m);
    assert.equal(said.trim().split('\n').length, faults.length);
    const child = start('--ports', 'ephemeral', '--fault', 'L07', '--json');
    const [line] = await once(createInterface(child.stdout), 'line');
    const [{ host, port }] = JSON.parse(line).addresses;
    const socket = net.connect(port, host);
    const [greeting] = await once(socket, 'data');
    assert.equal(String(greeting), 'Not allowed at this time\r\n');
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    assert.equal(status, 0);
  });

  it('goes on until it is stopped, also when a fault leaves no address that listens', async () => {
    const child = start('--ports', 'ephemeral', '--fault', 'N01', '--json');
    const ended = once(child, 'exit');
    await once(createInterface(child.stdout), 'line');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  it('exits 2 with one sentence and a cure when a port is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, said } = await outcome(
      start('--ports', 'ephemeral', '--inbox', '--smtp-port', String(port)),
    );
    other.close();
    assert.equal(code, 2);
    assert.match(said, new RegExp(`127\\.0\\.0\\.1:${port} is already in use`));
    assert.match(said, /What to do: /);
    assert.doesNotMatch(said, / at /);
  });

  it('exits 2 with one sentence when its folder cannot be used', async () => {
    await fs.writeFile(path.join(home, 'simulator'), '');
    const { code, said } = await outcome(start('--ports', 'ephemeral'));
    assert.equal(code, 2);
    assert.match(said, /Cannot use .*(EEXIST|ENOTDIR)/);
  });
});
