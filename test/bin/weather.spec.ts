import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import weather from '../../bin/commands/weather.ts';
import { languageFromOptions } from '../../bin/language-option.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

function run(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [rap, 'weather', ...words], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function refused(...words: string[]): Promise<RapError> {
  try {
    await weather(words);
  } catch (error) {
    assert.ok(error instanceof RapError);
    assert.equal(error.exitStatus, 2);
    return error;
  }
  assert.fail('the words were accepted');
}

describe('rap weather', () => {
  let folder = '';
  const file = async (name: string, text: string) => {
    const full = path.join(folder, name);
    await writeFile(full, text);
    return full;
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-weather-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('prints one JSON object with verdict, time and reasons, and ends with 0', async () => {
    const signals = await file(
      'gale.csv',
      'code,issued,cancelled\nTC8NW,2025-09-23 14:20,2025-09-24 01:40\n',
    );
    const { status, stdout, stderr } = await run('--date', '2025-09-23', '--signals', signals, '--json');
    assert.equal(status, 0);
    assert.equal(stderr, '');
    assert.equal(stdout.trim().split('\n').length, 1);
    const { reasons, ...answer } = JSON.parse(stdout);
    assert.deepEqual(answer, { verdict: 'TERMINATED', effectiveAt: '2025-09-23 14:35' });
    assert.match(reasons.join(' '), /Signal No\. 8 Northwest \(TC8NW\) was issued at 14:20/);
  });

  for (const [language, said] of [
    ['en', [/^Tuesday 2025-09-23: TERMINATED at 14:35$/m, /Part 1, 14:00 to 16:00: cut short/]],
    ['zh-HK', [/^2025-09-23（星期二）：終止（TERMINATED），14:35 起$/m, /14:00 至 16:00：提早終止/]],
    ['zh_CN.UTF-8', [/^2025-09-23（星期二）：终止（TERMINATED），14:35 起$/m, /八号西北烈风或暴风信号/]],
  ] as const) {
    it(`tells people in the language that is asked for: ${language}`, async () => {
      const signals = await file('gale.csv', 'code,issued,cancelled\nTC8NW,2025-09-23 14:20,\n');
      const { status, stdout } = await run(
        ...['--date', '2025-09-23', '--signals', signals, '--language', language],
      );
      assert.equal(status, 0);
      for (const line of said) assert.match(stdout, line);
      assert.doesNotMatch(stdout, /[{}]|undefined/);
    });
  }

  it('takes the language from RAP_LANGUAGE, and refuses one that it does not write', async () => {
    assert.equal(languageFromOptions({}), 'en');
    try {
      process.env.RAP_LANGUAGE = 'zh-TW';
      assert.equal(languageFromOptions({}), 'zh-Hant');
      assert.equal(languageFromOptions({ language: 'en' }), 'en');
      process.env.RAP_LANGUAGE = 'fr';
      assert.throws(() => languageFromOptions({}), /RAP_LANGUAGE "fr"/);
    } finally {
      delete process.env.RAP_LANGUAGE;
    }
    assert.throws(() => languageFromOptions({ language: 'klingon' }), /--language "klingon"/);
  });

  it('says null where nothing takes effect', async () => {
    const signals = await file('quiet.csv', '\uFEFFcode,issued,cancelled\r\nWTS,2025-06-21 16:30,\r\n');
    const { status, stdout } = await run('--json', '--date=2025-06-21', '--signals', signals);
    assert.equal(status, 0);
    assert.equal(JSON.parse(stdout).verdict, 'HELD');
    assert.equal(JSON.parse(stdout).effectiveAt, null);
  });

  it('prints readable lines for people, part by part', async () => {
    const signals = await file('dusk.csv', 'code,issued,cancelled\nTC8,2021-10-12 17:20,2021-10-13 16:40\n');
    const { status, stdout } = await run('--date', '2021-10-12', '--signals', signals);
    assert.equal(status, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines[0], 'Tuesday 2021-10-12: TERMINATED at 17:35');
    assert.deepEqual(lines.slice(-2), [
      '  Part 1, 14:00 to 16:00: held',
      '  Part 2, 18:00 to 19:00: not held',
    ]);
  });

  it('uses the hours and the rule of another plan', async () => {
    const plan = await file(
      'plan.json',
      JSON.stringify({
        ...practice20250621,
        parts: practice20250621.parts.slice(1),
        weather: { ...practice20250621.weather, noticeMinutes: 5 },
      }),
    );
    const signals = await file('late.csv', 'code,issued,cancelled\nTC8,2021-10-12 18:20,\n');
    const words = ['--date', '2021-10-12', '--signals', signals, '--plan', plan, '--json'];
    const { stdout } = await run(...words);
    assert.equal(JSON.parse(stdout).effectiveAt, '2021-10-12 18:25');
  });

  it('ends with 2 and names line, field and cure of a wrong file', async () => {
    const signals = await file('wrong.csv', 'code,issued,cancelled\nTC8,2021-10-12 25:00,\n');
    const { status, stdout, stderr } = await run('--date', '2021-10-12', '--signals', signals);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /wrong\.csv line 2, issued: "2021-10-12 25:00"/);
    assert.match(stderr, /YYYY-MM-DD HH:MM/);
  });

  it('refuses wrong words and files, each with a reason', async () => {
    const signals = await file('fine.csv', 'code,issued,cancelled\n');
    const noJson = await file('plan.txt', '{"title": ');
    const wrongPlan = await file('wrong.json', JSON.stringify({ ...practice20250621, weekday: 'Sunday' }));
    assert.match((await refused()).message, /--date is missing/);
    assert.match((await refused('--date', '2025-06-21')).message, /--signals is missing/);
    assert.match(
      (await refused('--date', '2025-06-31', '--signals', signals)).message,
      /"2025-06-31" is not a date/,
    );
    assert.match((await refused('--day', '2025-06-21')).message, /--day/);
    const date = ['--date', '2025-06-21'];
    const missing = await refused(...date, '--signals', path.join(folder, 'none.csv'));
    assert.match(missing.message, /none\.csv cannot be read \(ENOENT\)/);
    assert.match((await refused(...date, '--signals', folder)).message, /cannot be read \(EISDIR\)/);
    const plan = await refused(...date, '--signals', signals, '--plan', noJson);
    assert.match(plan.message, /plan\.txt is not JSON/);
    assert.match(
      (await refused(...date, '--signals', signals, '--plan', wrongPlan)).message,
      /weekday says Sunday, but 2025-06-21 is a Saturday/,
    );
  });

  it('reads a signals file in UTF-16, and one whose remarks are in Big5', async () => {
    const good = 'code\tissued\tcancelled\r\nTC8NE\t2025-06-21 06:40\t2025-06-21 12:10\r\n';
    const unicode = path.join(folder, 'unicode.txt');
    await writeFile(unicode, Buffer.from(`\uFEFF${good}`, 'utf16le'));
    const remark = Buffer.from([0xa4, 0x4b, 0xb8, 0xb9]);
    const big5 = path.join(folder, 'big5.csv');
    await writeFile(
      big5,
      Buffer.concat([
        Buffer.from('code,issued,cancelled,'),
        remark,
        Buffer.from('\r\nTC8NE,2025-06-21 06:40,2025-06-21 12:10,'),
        remark,
      ]),
    );
    for (const file of [unicode, big5]) {
      const { stdout, status } = await run('--date', '2025-06-21', '--signals', file, '--json');
      assert.equal(status, 0, stdout);
      assert.equal(JSON.parse(stdout).verdict, 'CANCELLED');
    }
  });

  it('names what was given instead of a text file', async () => {
    const workbook = path.join(folder, 'signals.xlsx');
    await writeFile(workbook, Buffer.from('PK\x03\x04...', 'latin1'));
    const error = await refused('--date', '2025-06-21', '--signals', workbook);
    assert.match(error.message, /signals\.xlsx is no text file but a zip, such as a workbook of Excel/);
    assert.match(error.cure, /CSV UTF-8/);
    const plan = await file('cut.json', `\uFEFF${JSON.stringify(practice20250621).slice(0, 300)}`);
    const signals = await file('quiet.csv', 'code,issued,cancelled\n');
    const cut = await refused('--date', '2025-06-21', '--signals', signals, '--plan', plan);
    assert.match(cut.message, /^The plan \S+cut\.json is not JSON: /);
    assert.match(cut.cure, /was cut/);
  });
});
