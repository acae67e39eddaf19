/**
 * `rap rehearse`: whole days through the shipped flow, each in a process of its own.
 * RAP_KILLS=all kills it after every single entry of the timeline; without it twice.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import rehearseCommand from '../../bin/commands/rehearse.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { hongKongTime } from '../../lib/time/hong-kong.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

type Line = Record<string, string> & { summary?: boolean };

/** What a rehearsal has left, in its evidence pack and in its inbox. */
interface Left {
  /** 'HH:MM subject', without the mails on the key freeze; results of one minute sorted. */
  mails: string[];
  /** How many mails arrived in the inbox, none of them twice. */
  arrived: number;
  results: { part: string; account: string; outcome: string; reports: string[] }[];
  pack: Map<string, Buffer>;
}

interface Obtained {
  reports: { path: string; sha256: string }[];
}

/** A day of two hours at other times, with parts and an account of other names than the shipped flow has. */
const shortPlan: PracticePlan = {
  ...practice20250621,
  accounts: [{ account: 'ALPHA', installation: 'hkscc' }],
  parts: [
    {
      name: 'Away',
      start: '10:00',
      end: '10:20',
      dataCentre: 'secondary',
      tasks: ['log-in', 'list', 'download', 'log-out'],
    },
    { name: 'Home', start: '10:30', end: '10:40', dataCentre: 'primary', tasks: ['log-in', 'log-out'] },
  ],
  weather: { ...practice20250621.weather, cutOff: '09:30' },
  hotlines: [{ installation: 'hkscc', name: 'Hotline', number: '2979-7111', from: '09:40' }],
  deadlines: [],
  keyFreeze: { from: '2025-06-21 10:00', to: '2025-06-21 10:40' },
};

const morning = [
  '08:30 Weather watch begins',
  '09:05 Weather verdict of 09:00: nothing stops the session',
  '12:00 Ring the CCASS hotline, 2979-7111: is the session held?',
  '12:00 Ring the DCASS hotline, 2979-7222: is the session held?',
];
const part1 = [
  '14:00 Part 1 begins at the secondary data centre',
  '14:00 Part 1, SIM001: 16 reports done',
  '14:00 Part 1, SIMC01: 6 reports done',
];

describe('rap rehearse', function () {
  this.timeout(900_000);
  let folder = '';
  let short: string[] = [];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-rehearse-'));
    const plan = path.join(folder, 'plan.json');
    const signals = path.join(folder, 'signals.csv');
    await writeFile(plan, JSON.stringify(shortPlan));
    await writeFile(signals, 'code,issued,cancelled\n');
    short = ['--date', shortPlan.date, '--plan', plan, '--signals', signals];
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the command in a home; `kill` says after which line it is killed without warning. */
  function run(home: string, words: string[], kill: (line: Line) => boolean = () => false) {
    const all = [rap, 'rehearse', ...words, '--home', path.join(folder, home), '--json'];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: Line[] = [];
    let killed = false;
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (killed) return;
      const line = JSON.parse(text) as Line;
      lines.push(line);
      killed = kill(line);
      if (killed) child.kill('SIGKILL');
    });
    return new Promise<{ status: number | null; lines: Line[]; summary: Line }>((resolve) => {
      child.on('close', (status) => resolve({ status, lines, summary: lines.at(-1) ?? {} }));
    });
  }

  /** 'HH:MM what' of the timeline. */
  const happened = (lines: readonly Line[]) =>
    lines.flatMap(({ at, what }) => (at === undefined ? [] : [`${at.slice(11)} ${what}`]));

  async function leftIn(home: string, date: string): Promise<Left> {
    const evidence = path.join(folder, home, 'practice', date, 'evidence');
    const names = await readdir(evidence);
    const pack = new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(path.join(evidence, name))] as [string, Buffer]),
      ),
    );
    const mails: { createdAt: number; subject: string }[] = json(pack, 'mails.json');
    const inbox = path.join(folder, home, 'mailbox');
    const letters = (await readdir(inbox)).filter((name) => name.endsWith('.eml'));
    const texts = await Promise.all(letters.map((name) => readFile(path.join(inbox, name), 'utf8')));
    const ids = texts.map((text) => /^Message-ID: *(\S+)/im.exec(text)?.[1] ?? '');
    assert.equal(new Set(ids).size, letters.length, 'no mail arrived twice');
    // Alarms are mails, too, but none of the session.
    assert.ok(letters.length >= mails.length, 'every mail arrived');
    const { results } = json(pack, 'summary.json');
    return {
      mails: inOrder(
        mails
          .map(
            ({ createdAt, subject }) =>
              `${hongKongTime(createdAt)} ${subject.replace(/^Practice[^:]*: /, '')}`,
          )
          .filter((line) => !line.includes('Key freeze')),
      ),
      arrived: letters.length,
      results: results.map(
        ({ part, account, outcome, reports }: Omit<Left['results'][number], 'reports'> & Obtained) => ({
          part,
          account,
          outcome,
          reports: reports.map((one) => `${one.path} ${one.sha256}`).toSorted(),
        }),
      ),
      pack,
    };
  }

  function json(pack: Map<string, Buffer>, name: string) {
    return JSON.parse(pack.get(name)?.toString() ?? 'null');
  }

  /** A result comes in no fixed order within its minute. */
  function inOrder(lines: string[]): string[] {
    const isResult = (line: string) => /^\d\d:\d\d Part \d, /.test(line);
    for (let index = 1; index < lines.length; index++) {
      const [one = '', two = ''] = [lines[index - 1], lines[index]];
      if (isResult(one) && isResult(two) && one > two) lines.splice(index - 1, 2, two, one);
    }
    return lines;
  }

  it('lives a quiet day: its mails in order, its reports apart from production, and proof of it all', async () => {
    const { status, lines, summary } = await run('quiet', ['--day', 'quiet']);
    assert.equal(status, 0);
    assert.deepEqual(
      [summary.verdict, summary.effectiveAt, summary.dataCentreAtEnd, summary.complete],
      ['HELD', null, 'primary', true],
    );
    const { mails, arrived, pack } = await leftIn('quiet', '2025-06-21');
    assert.equal(Number(summary.mails), arrived);
    assert.deepEqual(mails, [
      ...morning,
      ...part1,
      '16:00 Part 1 ends: 2 of 2 accounts complete',
      '18:00 Part 2 begins at the primary data centre',
      '18:00 Part 2, SIM001: log-in and log-out done',
      '18:00 Part 2, SIMC01: log-in and log-out done',
      '19:00 Part 2 ends: 2 of 2 accounts complete',
      '19:01 Restore check: all accounts are back at the primary',
    ]);
    for (const line of lines.slice(0, -1)) {
      assert.deepEqual(Object.keys(line), ['at', 'what', 'title', 'verdict', 'dataCentre']);
      const secondary =
        line.at !== undefined && line.at >= '2025-06-21 14:00' && line.at < '2025-06-21 16:00';
      assert.equal(line.dataCentre, secondary ? 'secondary' : 'primary', JSON.stringify(line));
    }
    assert.equal(happened(lines).filter((one) => one.endsWith(' result')).length, 4);

    const home = path.join(folder, 'quiet');
    assert.deepEqual(
      (await readdir(home)).filter((one) => one === 'landing' || one === 'shares'),
      [],
    );
    const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
    const manifest: { files: { name: string; sha256: string }[] } = json(pack, 'manifest.json');
    assert.deepEqual(
      manifest.files.map((file) => file.name).toSorted(),
      [...pack.keys()].filter((file) => file !== 'manifest.json').toSorted(),
    );
    for (const file of manifest.files) {
      assert.equal(sha256(pack.get(file.name) ?? Buffer.of()), file.sha256, file.name);
    }
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
    for (const { file, sha256: proved } of reports) {
      assert.ok(file.startsWith(path.join(home, 'practice', '2025-06-21', 'reports')));
      assert.equal(sha256(await readFile(file)), proved);
    }
  });

  it('ends part 1 fifteen minutes after the signal, and comes out the same when it is killed and started again', async () => {
    const day = ['--day', 'gale-in-part-1'];
    const calm = await run('calm', day);
    assert.equal(calm.status, 0);
    assert.deepEqual([calm.summary.verdict, calm.summary.effectiveAt], ['TERMINATED', '2025-09-23 14:35']);
    const expected = await leftIn('calm', '2025-09-23');
    assert.deepEqual(expected.mails, [
      ...morning,
      ...part1,
      '14:20 Ends at 14:35',
      '14:35 TERMINATED at 14:35',
      '14:35 Part 1 was stopped: 2 of 2 accounts complete',
      '19:00 Restore check: all accounts are back at the primary',
    ]);

    const wanted = new Set(process.env.RAP_KILLS === 'all' ? undefined : ['part-begin', 'part-stop']);
    const done = new Set<string>();
    for (;;) {
      const { status, summary } = await run('killed', day, ({ at, what = '', title }) => {
        const key = `${at} ${what} ${title}`;
        if (at === undefined || done.has(key) || (wanted.size > 0 && !wanted.has(what))) return false;
        done.add(key);
        return true;
      });
      if (summary.summary !== true) {
        assert.equal(status, null, 'it ends early only because it was killed');
        continue;
      }
      assert.equal(status, 0);
      break;
    }
    assert.ok(done.size >= 2, `it was killed ${done.size} times`);
    const { pack: _, ...left } = await leftIn('killed', '2025-09-23');
    const { pack: _calm, ...whole } = expected;
    assert.deepEqual({ ...left, mails: left.mails.toSorted() }, { ...whole, mails: whole.mails.toSorted() });
  });

  it('follows the plan it is given, tries again what a fault of RAP spoils, and goes on without feeds', async () => {
    // Every file ends at half of its size for eight minutes; from 10:05 on no feed answers.
    const words = [...short, '--rap-fault', 'P06@09:59-10:08', '--feed', 'away@10:05'];
    const { status, lines, summary } = await run('faulty', words);
    assert.deepEqual([status, summary.verdict, summary.complete], [0, 'HELD', true], JSON.stringify(lines));
    assert.match(String(summary.reasons), /running session is not stopped by that/);
    assert.deepEqual(
      lines
        .filter(({ what }) => what === 'part-begin' || what === 'result')
        .map(({ at, title = '' }) => `${at?.slice(11)} ${title.replace(/ begins: .*/, ' begins')}`),
      [
        '10:00 Away begins',
        '10:06 Away: ALPHA did not get through and is tried again',
        '10:11 Away: ALPHA did not get through and is tried again',
        '10:11 Away, ALPHA: complete, 16 reports',
        '10:30 Home begins',
        '10:30 Home, ALPHA: complete, logged in and out',
      ],
    );
    const { mails, results } = await leftIn('faulty', shortPlan.date);
    assert.deepEqual(
      results.map(({ part, account, outcome }) => [part, account, outcome]),
      [
        ['Away', 'ALPHA', 'complete'],
        ['Home', 'ALPHA', 'complete'],
      ],
    );
    assert.equal(mails.filter((one) => one.includes('Away, ALPHA')).length, 2, mails.join('; '));
  });

  it('ends with status 5 when a part is not complete, and says why', async () => {
    const { status, summary } = await run('spoilt', [...short, '--rap-fault', 'p06']);
    assert.deepEqual([status, summary.verdict, summary.complete], [5, 'HELD', false]);
    const { mails, results } = await leftIn('spoilt', shortPlan.date);
    assert.deepEqual(results[0]?.outcome, 'incomplete');
    assert.ok(mails.includes('10:20 Away ends: 0 of 1 accounts complete'), mails.join('; '));
  });

  for (const feed of ['away', 'stale', 'odd']) {
    it(`ends with status 6 in hold when the feeds are ${feed} all day: nobody logs in, and the last call is made`, async () => {
      const { status, lines, summary } = await run(feed, [...short, '--feed', feed]);
      assert.deepEqual(
        [status, summary.verdict, summary.effectiveAt, summary.dataCentreAtEnd],
        [6, 'HOLD', null, 'primary'],
      );
      assert.match(String(summary.reasons), /no good answer .*A person decides/);
      const all = happened(lines);
      for (const one of ['09:35 verdict', '09:50 last-call', '10:20 part-skip']) {
        assert.ok(all.includes(one), `${one} in ${all.join(', ')}`);
      }
      assert.ok(lines.every(({ dataCentre = 'primary' }) => dataCentre === 'primary'));
      assert.deepEqual((await leftIn(feed, shortPlan.date)).results, []);
    });
  }

  it('has nobody to ask: what the weather rule leaves open cancels; what a person declares does, too', async () => {
    const signals = path.join(folder, 'lowered.csv');
    await writeFile(signals, 'code,issued,cancelled\nTC8NE,2025-06-21 06:00,2025-06-21 09:30\n');
    const lowered = await run('lowered', [...short.slice(0, -1), signals]);
    assert.deepEqual(
      [lowered.status, lowered.summary.verdict, lowered.summary.effectiveAt],
      [0, 'CANCELLED', '2025-06-21 09:30'],
    );
    await writeFile(signals, 'code,issued,cancelled\nEC,2025-06-21 06:32,2025-06-21 24:00\n');
    const declared = await run('declared', [...short.slice(0, -1), signals]);
    assert.deepEqual(
      [declared.status, declared.summary.verdict, declared.summary.effectiveAt],
      [0, 'CANCELLED', '2025-06-21 09:30'],
    );
    assert.ok(!happened(declared.lines).some((one) => / part-begin$/.test(one)));
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
    assert.match((await refused()).message, /--date is missing/);
    assert.match((await refused('--date', '2025-02-30', '--signals', signals)).message, /not a date/);
    assert.match((await refused('--day', 'sunny')).message, /"sunny" is not known/);
    assert.match((await refused('--day', 'quiet', '--feed', 'wet')).message, /--feed "wet" is not known/);
    assert.match(
      (await refused('--day', 'quiet', '--feed', 'odd@25:00')).message,
      /"odd@25:00" is not known/,
    );
    for (const fault of ['X99', 'P06@', 'P06@25:00', 'P06@14:20-14:10', 'P06@14:20-', '@14:20']) {
      const home = path.join(folder, 'never');
      const { message } = await refused('--day', 'quiet', '--home', home, '--rap-fault', fault);
      assert.ok(message.includes(`--rap-fault "${fault}" is not known`), message);
    }
    assert.match((await refused('--day', 'quiet', '--signals', signals)).message, /leave out/);
    assert.match((await refused('--date', '2025-06-21', '--signals', folder)).message, /cannot be read/);
    const home = path.join(folder, 'quiet');
    assert.match((await refused('--day', 'quiet', '--home', home)).message, /finished rehearsal/);
  });
});
