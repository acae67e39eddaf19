import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { catalogueOf } from '../../../lib/reports/catalogue.ts';
import {
  type ComparedFile,
  compareReports,
  comparisonLines,
  terminalFiles,
} from '../../../lib/reports/compare.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

describe('comparing RAP with the terminal', () => {
  const folder = temporaryFolder();
  let count = 0;

  async function place(side: string, name: string, content: string | Uint8Array): Promise<ComparedFile> {
    const home = path.join(folder(), side, String(count++));
    await mkdir(home, { recursive: true });
    const file = path.join(home, name);
    await writeFile(file, content);
    return { name, path: `/INBOX/20250620/${name}`, file };
  }

  /** How one pair differs, '' when it is equal. */
  async function how(name: string, rap: string | Uint8Array, terminal: string | Uint8Array) {
    const result = await compareReports(
      [await place('rap', name, rap)],
      [await place('there', name, terminal)],
    );
    assert.equal(result.equal.length + result.different.length, 1);
    return result.different[0]?.how ?? '';
  }

  it('says which are equal, different, only here and only there', async () => {
    const rap = [
      await place('rap', 'CCLTN05_SIM001_20250620.txt', 'a\nb\nc\n'),
      await place('rap', 'CCLTN04_SIM001_20250620.txt', 'x\n'),
      await place('rap', 'RPF_COMMON_20250620.zip', 'z'),
    ];
    const terminal = [
      await place('there', 'CCLTN05_SIM001_20250620.txt', 'a\nB\nc\n'),
      await place('there', 'CCLTN04_SIM001_20250620.txt', 'x\n'),
      await place('there', 'CSEMA08_SIM001_20250620.txt', 'y\n'),
    ];
    const result = await compareReports(rap, terminal);
    assert.deepEqual(comparisonLines(result), [
      'Only at the terminal: /INBOX/20250620/CSEMA08_SIM001_20250620.txt',
      'Different: CCLTN05_SIM001_20250620.txt: 1 of 3 lines differ, the first is line 2; 6 bytes at RAP, 6 at the terminal',
      'Only at RAP: RPF_COMMON_20250620.zip',
      '1 equal, 1 different, 1 only at the terminal, 1 only at RAP',
    ]);
  });

  it('pairs what people renamed by the names of the site', async () => {
    const rows =
      'system: OCP\n    installation: hkscc\n    name: n\n    source: s\n    certainty: ours\n    fileCertainty: ours\n    folder: /INBOX\n    calendar: securities\n    frequency: optional\n';
    const text = `reports:\n  - code: QQX77\n    expression: '(?:qq|from-terminal)-(?<date>\\d{8})\\.dat'\n    example: qq-20250620.dat\n    ${rows}`;
    const own = catalogueOf({ text, subject: 'The catalogue' });
    const sides = async () =>
      [
        [await place('rap', 'qq-20250620.dat', 'a')],
        [await place('there', 'from-terminal-20250620.dat', 'a')],
      ] as const;
    const [rap, there] = await sides();
    assert.equal((await compareReports(rap, there, undefined, own)).equal.length, 1);
    assert.equal((await compareReports(rap, there)).onlyTerminal.length, 1, 'the shipped one knows neither');
  });

  it('tells a difference of line ends and blanks from a difference of content', async () => {
    assert.equal(await how('a.txt', 'one\ntwo\n', 'one\ntwo\n'), '');
    const ends = 'only line ends, blanks at line ends or the end differ';
    assert.equal(await how('a.txt', 'one\ntwo\n', 'one\r\ntwo'), ends);
    assert.equal(await how('a.txt', 'one  \ntwo\n\f', 'one\ntwo'), ends);
    assert.match(
      await how('a.txt', 'one\ntwo\n', 'one\ntwo\nthree\n'),
      /^1 of 3 lines differ, the first is line 3;/,
    );
    assert.match(await how('a.txt', '1,000.00', '1,000.01'), /the first is line 1/);
  });

  it('never shows what a report says', async () => {
    const said = await how('a.txt', 'secret 4711', 'secret 4712');
    assert.doesNotMatch(said, /secret|4711|4712/);
  });

  it('looks into zip files: packed differently, another member, a member that differs', async () => {
    const zip = (files: Record<string, string>, level: 0 | 9 = 9) =>
      zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])), {
        level,
        mtime: '2025-06-20T12:00:00',
      });
    const text = 'many many many words '.repeat(20);
    assert.equal(
      await how('a.zip', zip({ 'a.csv': text }, 0), zip({ 'a.csv': text })),
      'the same files inside, packed differently',
    );
    assert.equal(
      await how('a.zip', zip({ 'a.csv': text }), zip({ 'a.csv': `${text}!` })),
      'a.csv inside differs',
    );
    assert.equal(
      await how('a.zip', zip({ 'a.csv': text, 'b.csv': text }), zip({ 'a.csv': text })),
      "only RAP's zip holds b.csv",
    );
    assert.match(await how('a.zip', zip({ 'a.csv': text }), 'PK\u0003\u0004 not a zip'), /bytes at RAP/);
  });

  it('pairs what people renamed, but only where one file can be meant', async () => {
    const rap = [await place('rap', 'CCLTN05_SIM001_20250620.txt', 'a')];
    const renamed = [await place('there', 'ccltn05_abc_20250620.TXT', 'a')];
    assert.equal((await compareReports(rap, renamed)).equal.length, 1);
    const two = [...renamed, await place('there', 'CCLTN05_XYZ_20250620.txt', 'a')];
    const unclear = await compareReports(rap, two);
    assert.deepEqual([unclear.equal.length, unclear.onlyRap.length, unclear.onlyTerminal.length], [0, 1, 2]);
  });

  it('reads a folder with folders in it, and finds nothing where there is none', async () => {
    const home = path.join(folder(), 'terminal');
    await mkdir(path.join(home, 'sub'), { recursive: true });
    await writeFile(path.join(home, 'sub', 'b.txt'), 'b');
    await writeFile(path.join(home, 'a.txt'), 'a');
    assert.deepEqual(
      (await terminalFiles(home)).map((one) => one.path),
      ['a.txt', 'sub/b.txt'],
    );
    assert.deepEqual(await terminalFiles(path.join(home, 'none')), []);
  });
});
