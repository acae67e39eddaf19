import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import rehearseCommand from '../../bin/commands/rehearse.ts';
import { rehearse } from '../../bin/rehearsal/rehearsal.ts';
import type { Rehearsed } from '../../bin/rehearsal/world.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { famousDays, rehearsalDays } from '../../lib/practice/famous-days.ts';
import { movePlan } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import { faultNamed } from '../../simulator/faults/table.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

interface Lived {
  rehearsed: Rehearsed;
  /** 'HH:MM subject', results of one minute sorted. */
  mails: string[];
  /** First and last minute at which any account was at the secondary data centre. */
  secondary: [string, string] | [];
  /** Files of the evidence pack by name. */
  pack: Map<string, Buffer>;
}

const morning = [
  '08:30 Weather watch begins',
  '09:05 Weather verdict of 09:00: nothing stops the session',
  '12:00 Ring the CCASS hotline, 2979-7111: will the session be held?',
  '12:00 Ring the DCASS hotline, 2979-7222: will the session be held?',
];
const part1 = [
  '14:00 Part 1 begins at the secondary data centre',
  '14:00 Part 1, SIM001: 16 reports done',
  '14:00 Part 1, SIMC01: 6 reports done',
];
const part2 = [
  '18:00 Part 2 begins at the primary data centre',
  '18:00 Part 2, SIM001: log-in and log-out done',
  '18:00 Part 2, SIMC01: log-in and log-out done',
  '19:00 Part 2 ends: 2 of 2 accounts complete',
];
const part1Ends = '16:00 Part 1 ends: 2 of 2 accounts complete';
const restored = '19:00 Restore check: all accounts are back at the primary';

const expected: Record<string, { mails: string[]; secondary: [string, string] | [] }> = {
  quiet: { mails: [...morning, ...part1, part1Ends, ...part2, restored], secondary: ['14:00', '15:59'] },
  'gale-in-part-1': {
    mails: [
      ...morning,
      ...part1,
      '14:20 Ends at 14:35',
      '14:35 TERMINATED at 14:35',
      '14:35 Part 1 was stopped: 2 of 2 accounts complete',
      restored,
    ],
    secondary: ['14:00', '14:34'],
  },
  'gale-between-the-parts': {
    mails: [...morning, ...part1, part1Ends, '17:20 Ends at 17:35', '17:35 TERMINATED at 17:35', restored],
    secondary: ['14:00', '15:59'],
  },
  'gale-lowered-in-the-morning': {
    mails: ['08:30 Weather watch begins', '09:05 CANCELLED from 09:00', restored],
    secondary: [],
  },
  'extreme-conditions': {
    mails: ['08:30 Weather watch begins', '09:05 CANCELLED from 09:00', restored],
    secondary: [],
  },
  'black-in-part-1': {
    mails: [
      ...morning,
      ...part1,
      '15:35 Black Rainstorm Warning: the session goes on',
      part1Ends,
      ...part2,
      restored,
    ],
    secondary: ['14:00', '15:59'],
  },
};

describe('rap rehearse', function () {
  this.timeout(60_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-rehearse-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function packOf(evidence: string): Promise<Map<string, Buffer>> {
    const names = await readdir(evidence);
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(path.join(evidence, name))] as [string, Buffer]),
      ),
    );
  }

  function json(pack: Map<string, Buffer>, name: string) {
    return JSON.parse(pack.get(name)?.toString() ?? 'null');
  }

  /** What arrived in the inbox, as the pack says, in order; a result comes in no fixed order within its minute. */
  function mailsOf(pack: Map<string, Buffer>): string[] {
    const all: { createdAt: number; subject: string; state: string }[] = json(pack, 'mails.json');
    assert.ok(all.every(({ state }) => state === 'accepted'));
    const lines = all.map(
      ({ createdAt, subject }) => `${hongKongTime(createdAt)} ${subject.replace(/^[^:]+: /, '')}`,
    );
    const isResult = (line: string) => /^\d\d:\d\d Part \d, /.test(line);
    for (let index = 1; index < lines.length; index++) {
      const [one = '', two = ''] = [lines[index - 1], lines[index]];
      if (isResult(one) && isResult(two) && one > two) lines.splice(index - 1, 2, two, one);
    }
    return lines;
  }

  async function live(name: string, home: string, restartAfter?: (at: number) => boolean): Promise<Lived> {
    const day = famousDays.find((one) => one.name === name);
    assert.ok(day);
    const plan = movePlan(practice20250621, day.date);
    const secondary: string[] = [];
    const rehearsed = await rehearse({
      home,
      plan,
      signals: day.signals,
      ...(restartAfter === undefined ? {} : { restartAfter }),
      onMinute: (at, centres) => {
        assert.equal(new Set(centres).size, 1, 'all accounts are moved together');
        if (centres[0] === 'secondary') secondary.push(hongKongTime(at));
      },
    });
    const pack = await packOf(rehearsed.evidence);
    const [first, last] = [secondary[0], secondary.at(-1)];
    return {
      rehearsed,
      mails: mailsOf(pack),
      secondary: first === undefined || last === undefined ? [] : [first, last],
      pack,
    };
  }

  for (const { name, verdict, effective } of famousDays) {
    it(`${name}: ends ${verdict}, with its mails in order and the primary at the end`, async () => {
      const home = path.join(folder, name);
      const { rehearsed, mails, secondary, pack } = await live(name, home);
      assert.equal(rehearsed.verdict, verdict);
      const effectiveAt =
        rehearsed.effectiveAt === null ? null : hongKongStamp(rehearsed.effectiveAt).slice(11, 16);
      assert.equal(effectiveAt, effective);
      assert.equal(rehearsed.dataCentreAtEnd, 'primary');
      assert.equal(rehearsed.complete, true);
      assert.deepEqual(mails, expected[name]?.mails);
      assert.deepEqual(secondary, expected[name]?.secondary);
      const inbox = (await readdir(path.join(home, 'mailbox'))).filter((one) => one.endsWith('.eml'));
      assert.equal(inbox.length, mails.length);

      const manifest: { files: { name: string; sha256: string }[] } = json(pack, 'manifest.json');
      assert.deepEqual(
        manifest.files.map((file) => file.name).toSorted(),
        [...pack.keys()].filter((file) => file !== 'manifest.json').toSorted(),
      );
      for (const file of manifest.files) {
        const content = pack.get(file.name) ?? '';
        assert.equal(createHash('sha256').update(content).digest('hex'), file.sha256, file.name);
      }
    });
  }

  for (const { name, feed } of rehearsalDays.filter((one) => one.feed === 'stale' || one.feed === 'odd')) {
    it(`${name}: ends in hold; nobody logs in anywhere, and the last call was made`, async () => {
      const keys: string[] = [];
      let logins = 0;
      const { verdict, dataCentreAtEnd, effectiveAt, reasons } = await rehearse({
        home: path.join(folder, name),
        plan: practice20250621,
        signals: [],
        ...(feed === undefined ? {} : { feed: { state: feed } }),
        onEntry: ({ at, key }) => keys.push(`${hongKongTime(at)} ${key}`),
        onMinute: (_at, centres, simulator) => {
          assert.deepEqual(new Set(centres), new Set(['primary']));
          logins = simulator.counters().logins;
        },
      });
      assert.deepEqual([verdict, effectiveAt, dataCentreAtEnd, logins], ['HOLD', null, 'primary', 0]);
      assert.match(reasons.join(' '), /no good answer .*A person decides/);
      for (const key of ['09:05 verdict:hold@09:05', '13:50 milestone:last-call', '16:00 part:Part 1:skip'])
        assert.ok(keys.includes(key), `${key} in ${keys.join(', ')}`);
    });
  }

  it('keeps what it downloads away from production, and compares it with the terminal', async () => {
    const home = path.join(folder, 'quiet');
    assert.deepEqual(
      (await readdir(home)).filter((one) => one === 'landing' || one === 'shares'),
      [],
    );
    const pack = await packOf(path.join(home, 'practice', '2025-06-21', 'evidence'));
    const { comparisons, results } = json(pack, 'summary.json');
    assert.deepEqual(
      comparisons.map(
        ({ account, comparison }: { account: string; comparison: Record<string, unknown[]> }) =>
          `${account}: ${comparison.equal?.length} equal, ${comparison.different?.length} different, ${comparison.onlyTerminal?.length} only there`,
      ),
      ['SIM001: 14 equal, 0 different, 0 only there', 'SIMC01: 1 equal, 0 different, 0 only there'],
    );
    const reports = results.flatMap((one: { reports: { file: string; sha256: string }[] }) => one.reports);
    assert.equal(reports.length, 22);
    for (const { file, sha256 } of reports) {
      assert.ok(file.startsWith(path.join(home, 'practice', '2025-06-21', 'reports')));
      assert.equal(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
        sha256,
      );
    }
  });

  const everyDay = famousDays.map(({ name }) => name);
  for (const name of process.env.RAP_KILLS === 'all' ? everyDay : ['gale-in-part-1']) {
    it(`${name}: comes out the same when everything is dropped and started again at each milestone`, async () => {
      const moments = new Set(
        '08:30 08:47 09:00 09:04 09:05 09:06 12:00 13:50 13:59 14:00 14:01 14:20 14:21 14:34 14:35 16:00 17:59 18:00 18:59'.split(
          ' ',
        ),
      );
      const done = new Set<number>();
      const { rehearsed, mails, secondary } = await live(name, path.join(folder, `${name}-again`), (at) => {
        if (!moments.has(hongKongTime(at)) || done.has(at)) return false;
        done.add(at);
        return true;
      });
      assert.equal(done.size, moments.size);
      const day = famousDays.find((one) => one.name === name);
      assert.equal(rehearsed.verdict, day?.verdict);
      assert.deepEqual(mails, expected[name]?.mails);
      assert.deepEqual(secondary, expected[name]?.secondary);
      assert.equal(rehearsed.dataCentreAtEnd, 'primary');
    });
  }

  it('stops downloads that crawl along fifteen minutes after the signal, and tells what was obtained', async () => {
    const day = famousDays.find(({ name }) => name === 'gale-in-part-1');
    const fault = faultNamed('N09');
    assert.ok(day && fault);
    const entries: string[] = [];
    const { verdict, complete, evidence, dataCentreAtEnd } = await rehearse({
      home: path.join(folder, 'slow'),
      plan: movePlan(practice20250621, day.date),
      signals: day.signals,
      // The line carries 30 kbit a second from 13:59 on, and nobody waits for it.
      onMinute: async (at, _, simulator) => {
        if (hongKongTime(at) === '13:59') await simulator.setFault(fault.make());
      },
      patienceMs: 100,
      onEntry: ({ at, key }) => entries.push(`${hongKongTime(at)} ${key}`),
    });
    assert.deepEqual([verdict, complete, dataCentreAtEnd], ['TERMINATED', false, 'primary']);
    assert.ok(entries.includes('14:00 part:Part 1:begin') && entries.includes('14:35 part:Part 1:stop'));
    const pack = await packOf(evidence);
    const { results } = json(pack, 'summary.json');
    assert.deepEqual(
      results.map(
        ({ account, outcome, finishedAt }: { account: string; outcome: string; finishedAt: number }) =>
          `${account} ${outcome} ${hongKongTime(finishedAt)}`,
      ),
      ['SIM001 stopped 14:35', 'SIMC01 stopped 14:35'],
    );
    assert.ok(mailsOf(pack).includes('14:35 Part 1 was stopped: 0 of 2 accounts complete'));
  });

  /** Runs the command; `kill` says after which line it is killed without warning. */
  function run(words: string[], kill?: (line: Record<string, string>) => boolean) {
    const began = performance.now();
    const child: ChildProcess = spawn(process.execPath, [rap, 'rehearse', ...words, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: Record<string, string>[] = [];
    const { stdout } = child;
    assert.ok(stdout);
    createInterface({ input: stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      lines.push(line);
      if (kill?.(line)) child.kill('SIGKILL');
    });
    return new Promise<{ status: number | null; lines: Record<string, string>[]; seconds: number }>(
      (resolve) => {
        child.on('close', (status) =>
          resolve({ status, lines, seconds: (performance.now() - began) / 1000 }),
        );
      },
    );
  }

  it('goes on where it was when the process is killed without warning, each start in under 20 seconds', async () => {
    const home = path.join(folder, 'killed');
    const words = ['--day', 'gale-in-part-1', '--home', home];
    const first = await run(words, ({ what }) => what === 'part-begin');
    assert.equal(first.status, null);
    const { status, lines, seconds } = await run(words);
    assert.equal(status, 0);
    const summary = lines.at(-1);
    assert.equal(summary?.summary, true);
    assert.equal(summary?.verdict, 'TERMINATED');
    assert.equal(summary?.effectiveAt, '2025-09-23 14:35');
    assert.equal(summary?.dataCentreAtEnd, 'primary');
    const mails = mailsOf(await packOf(path.join(home, 'practice', '2025-09-23', 'evidence')));
    assert.deepEqual(mails, expected['gale-in-part-1']?.mails);
    const said = [...first.lines, ...lines].map(({ at, what, title }) => `${at} ${what} ${title}`);
    // The one it was killed at may be said twice; nothing else is.
    assert.ok(said.length - new Set(said).size <= 2, said.join('\n'));
    assert.ok(first.seconds < 20 && seconds < 20, `${first.seconds} s and ${seconds} s`);
  });

  it('ends with status 6 when the feeds are away all day, and goes on when they fail in a running session', async () => {
    const away = await run(['--day', 'feed-away', '--home', path.join(folder, 'away')]);
    assert.equal(away.status, 6);
    assert.equal(away.lines.at(-1)?.verdict, 'HOLD');
    const later = await run(['--day', 'quiet', '--feed', 'away@15:00', '--home', path.join(folder, 'later')]);
    assert.equal(later.status, 0);
    assert.equal(later.lines.at(-1)?.verdict, 'HELD');
    assert.match(String(later.lines.at(-1)?.reasons), /running session is not stopped by that/);
  });

  async function refused(...words: string[]): Promise<RapError> {
    try {
      await rehearseCommand(words);
    } catch (error) {
      assert.ok(error instanceof RapError);
      return error;
    }
    assert.fail('the words were accepted');
  }

  it('refuses wrong words, and a home whose rehearsal has come to its end', async () => {
    const signals = path.join(folder, 'signals.csv');
    await writeFile(signals, 'code,issued,cancelled\n');
    assert.match((await refused()).message, /--date is missing/);
    assert.match((await refused('--date', '2025-02-30', '--signals', signals)).message, /not a date/);
    assert.match((await refused('--day', 'sunny')).message, /"sunny" is not known/);
    assert.match((await refused('--day', 'quiet', '--feed', 'wet')).message, /--feed "wet" is not known/);
    assert.match(
      (await refused('--day', 'quiet', '--feed', 'odd@25:00')).message,
      /"odd@25:00" is not known/,
    );
    assert.match((await refused('--day', 'quiet', '--signals', signals)).message, /leave out/);
    assert.match((await refused('--date', '2025-06-21', '--signals', folder)).message, /cannot be read/);
    const home = path.join(folder, 'quiet');
    assert.match((await refused('--day', 'quiet', '--home', home)).message, /finished rehearsal/);
  });
});
