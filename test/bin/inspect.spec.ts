/** `rap inspect` on the simulator's own reports and on others. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import inspect from '../../bin/commands/inspect.ts';
import { finalClearingStatement } from '../../simulator/content/data-files.ts';
import { planDay } from '../../simulator/content/plan.ts';
import { Chance } from '../../simulator/content/random.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

interface Line {
  file: string;
  verdict: string;
  code: string;
  record: number | null;
  field: string;
  reason: string;
}

describe('rap inspect', () => {
  const folder = temporaryFolder();
  const file = async (name: string, content: Buffer | string) => {
    await writeFile(path.join(folder(), name), content);
    return path.join(folder(), name);
  };

  function says(...words: string[]): Promise<{ status: number; lines: Line[] }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [rap, 'inspect', ...words, '--json'], (error, stdout) => {
        const lines = stdout.trim().split('\n');
        resolve({ status: Number(error?.code ?? 0), lines: lines.map((line) => JSON.parse(line) as Line) });
      });
    });
  }

  it('finds every report of the simulator sound or not checked', async () => {
    const files: string[] = [];
    for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
      for (const planned of planDay(installation, '2025-11-17', { seed: 3, riskFileBytes: 20_000 })) {
        const pieces: Buffer[] = [];
        for (const piece of planned.content(0)) pieces.push(piece);
        files.push(await file(path.basename(planned.path), Buffer.concat(pieces)));
      }
    }
    const { status, lines } = await says(...files);
    assert.deepEqual(
      lines.filter(({ verdict }) => verdict !== 'sound' && verdict !== 'not-checked'),
      [],
    );
    assert.equal(status, 0);
    for (const kind of [/^CCLTN05/, /^CCLTN04/, /^CIPSI02/, /\.zip$/, /\.lis$/]) {
      const verdicts = lines
        .filter((line) => kind.test(path.basename(line.file)))
        .map(({ verdict }) => verdict);
      assert.ok(
        verdicts.length > 0 && verdicts.every((verdict) => verdict === 'sound'),
        `${kind}: ${verdicts}`,
      );
    }
  });

  it('gives a line for each file in its order, whatever is wrong with those before', async () => {
    const damaged = await file('CCLTN05_B01234_20251117.txt', 'x');
    const unknown = await file('MEMO.pdf', 'x');
    await mkdir(path.join(folder(), 'folder.zip'));
    const missing = path.join(folder(), 'missing.zip');
    const { status, lines } = await says(
      damaged,
      unknown,
      missing,
      path.join(folder(), 'folder.zip'),
      unknown,
    );
    assert.equal(status, 5);
    assert.deepEqual(
      lines.map(({ verdict, code, record }) => [verdict, code, record]),
      [
        ['damaged', 'CCLTN05', 1],
        ['not-checked', '', null],
        ['not-checked', '', null],
        ['not-checked', '', null],
        ['not-checked', '', null],
      ],
    );
    for (const line of lines) {
      assert.deepEqual(Object.keys(line).sort(), ['code', 'field', 'file', 'reason', 'record', 'verdict']);
    }
    assert.match(lines[2]?.reason ?? '', /ENOENT/);
  });

  it('ends with 0 when nothing is damaged or foreign, and with 5 when a file cannot be read', async () => {
    assert.equal((await says(await file('MEMO.pdf', 'x'))).status, 0);
    assert.equal((await says(path.join(folder(), 'missing.zip'))).status, 5);
  });

  it('knows names and layouts of the site', async () => {
    const own = await file('qq-20250620.dat', 'x');
    const home = path.join(folder(), 'home');
    await mkdir(home);
    await writeFile(
      path.join(home, 'catalogue.yaml'),
      'layouts:\n  - {layout: OURS, kind: records, length: 20, details: [1]}\nreports:\n  - {code: QQX77, system: OCP, installation: hkscc, name: n, source: s, certainty: ours, file: "qq-{yyyymmdd}.dat", fileCertainty: ours, folder: /QQ, calendar: securities, layout: OURS, frequency: optional}\n',
    );
    const verdicts = async (...words: string[]) =>
      (await says(own, ...words)).lines.map(({ code, verdict }) => `${code} ${verdict}`);
    assert.deepEqual(await verdicts(), [' not-checked']);
    assert.deepEqual(await verdicts('--home', home), ['QQX77 damaged']);
  });

  it('says of values that nobody knows where they stand, and finds the file sound', async () => {
    const facts = { participant: 'B01234', businessDate: '2025-11-17', settlementDate: '2025-11-19' };
    const content = finalClearingStatement(facts, new Chance('odd')).toString('latin1').split('');
    content[145 + 30] = 'X';
    const { status, lines } = await says(await file('CCLTN05_B01234_20251117.txt', content.join('')));
    const { verdict, record, reason } = lines[0] ?? assert.fail();
    assert.deepEqual([status, verdict, record], [0, 'sound', null]);
    assert.equal(reason, 'warning: record 2, field side: none of the values that are known stands there');
  });

  it('refuses an ID that can be none', async () => {
    for (const word of ['', 'TOOLONG', 'B 1']) {
      await assert.rejects(inspect(['x', '--participant', word]), { code: 'USAGE' });
    }
    await assert.rejects(inspect([]), { code: 'USAGE' });
  });
});
