/** Paths as people type them on Windows: taken where there is one reading, else refused with the name of the place. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileNamed, fileOfVariable, folderNamed, homeOfEnvironment } from '../../../lib/files/named-path.ts';
import { refuseOnWindows } from '../../../lib/files/windows-path.ts';
import { onWindows } from '../../support/system.ts';
import { temporaryFolder } from './temp-folder.ts';

const SHARE = /begins with a server without a share: write \\\\server\\share/;
const DRIVE = /happens to stand: write [CD]:\\ in front/;
const END = /drops blanks and dots at the end/;
const DEVICE = /which is a device on Windows/;

/** Each as it was typed, and why it is refused. */
const table: [string, RegExp | undefined][] = [
  ['C:\\rap', undefined],
  ['c:/rap/ops', undefined],
  ['C:\\rap\\', undefined],
  ['C:\\', undefined],
  ['C:\\RAP/Ops\\2026', undefined],
  ['C:\\Program Files\\rap', undefined],
  ['\\\\?\\C:\\rap', undefined],
  ['\\\\fileserver\\ops', undefined],
  ['//fileserver/ops/rap/', undefined],
  ['\\\\fileserver.firm.example\\ops$\\rap', undefined],
  ['\\\\10.1.2.3\\ops', undefined],
  ['\\\\?\\UNC\\fileserver\\ops', undefined],
  ['rap', undefined],
  ['.\\rap', undefined],
  ['..\\rap', undefined],
  ['.', undefined],
  ['data\\conference\\nullable', undefined],
  ['C:\\rap.ops\\v1.2', undefined],
  ['\\\\fileserver', SHARE],
  ['\\\\fileserver\\', SHARE],
  ['//fileserver', SHARE],
  ['//fileserver/', SHARE],
  ['\\\\fileserver.firm.example', SHARE],
  ['\\\\?\\UNC\\fileserver', SHARE],
  ['\\\\\\fileserver\\ops', SHARE],
  ['\\\\.\\pipe\\rap', SHARE],
  ['\\\\', SHARE],
  ['D:', DRIVE],
  ['D:rap', DRIVE],
  ['c:rap\\ops', DRIVE],
  ['\\\\?\\D:rap', DRIVE],
  ['C:\\rap\\CON', DEVICE],
  ['NUL', DEVICE],
  ['nul.txt', DEVICE],
  ['C:\\COM1.keys\\rap', DEVICE],
  ['C:\\rap\\com\u00b9', DEVICE],
  ['\\\\fileserver\\ops\\aux', DEVICE],
  ['C:\\rap.', END],
  ['C:\\rap ', END],
  ['C:\\rap.\\ops', END],
  ['C:\\rap\\...', END],
  ['C:\\rap:x', /holds a colon/],
  ['rap::$DATA', /holds a colon/],
  ['C:\\rap?', /holds \?/],
  ['C:\\rap\\*', /holds \*/],
  ['C:\\a|b', /holds \|/],
  [`C:\\${'x'.repeat(256)}`, undefined],
  [`C:\\${'x'.repeat(257)}`, /has 260 characters/],
];

describe('A path of Windows', () => {
  for (const [typed, why] of table) {
    it(`${JSON.stringify(typed.slice(0, 60))} is ${why === undefined ? 'taken' : 'refused'}`, () => {
      const told = refuseOnWindows(typed);
      if (why === undefined) assert.equal(told, undefined);
      else assert.match(told ?? '', why);
      // What is taken has one place; elsewhere all of these are names like others.
      if (why === undefined) assert.equal(path.isAbsolute(folderNamed(typed, '--to', 'win32')), true);
      else
        assert.throws(() => folderNamed(typed, '--to', 'win32'), {
          code: 'CONFIG_INVALID',
          message: /^--to /,
          cure: /whole path/,
          details: { field: '--to' },
        });
      if (!onWindows) assert.equal(folderNamed(typed, '--to', 'linux'), path.resolve(typed));
    });
  }

  it('that begins with one stroke is taken where its first folder is there, and not where a stroke was lost', () => {
    for (const typed of ['\\fileserver-\\ops', '/no-such-folder/rap'])
      assert.throws(() => folderNamed(typed, 'FILE', 'win32'), {
        message: /with one stroke, and there is no/,
      });
    const [first = ''] = path
      .resolve('.')
      .slice(path.parse(path.resolve('.')).root.length)
      .split(path.sep);
    assert.equal(folderNamed(`/${first}/new`, 'FILE', 'win32'), path.resolve(`/${first}/new`));
  });
});

describe('A file that is named', () => {
  const folder = temporaryFolder();
  it('is no folder, neither one that is there nor one that is meant', async () => {
    const at = (name: string) => path.join(folder(), name);
    await fs.mkdir(at('backup'));
    for (const named of [at('backup'), `${at('backup')}/`, `${at('new')}/`])
      assert.throws(() => fileNamed(named, 'FILE'), {
        code: 'CONFIG_INVALID',
        message: /^FILE ".*" is a folder/,
      });
    assert.throws(() => fileNamed('C:\\new\\', 'FILE', 'win32'), { message: /is a folder/ });
    assert.equal(fileNamed(at('copy.sqlite'), 'FILE'), at('copy.sqlite'));
  });
});

describe('A variable with a path', () => {
  it('loses on Windows what cmd.exe leaves in it', () => {
    for (const text of ['C:\\rap\\users', ' C:\\rap\\users ', '"C:\\rap\\users" ', "'C:\\rap\\users'"])
      assert.equal(fileOfVariable(text, 'win32'), 'C:\\rap\\users');
    assert.equal(fileOfVariable('"/srv/users" ', 'linux'), '"/srv/users"');
    assert.equal(fileOfVariable('  ', 'win32'), '');
  });

  it('is refused as RAP_HOME by that name', () => {
    for (const RAP_HOME of ['"\\\\fileserver"', 'D: ', ' C:rap', '"C:\\rap\\nul"'])
      assert.throws(() => homeOfEnvironment({ RAP_HOME }, 'win32'), { message: /^RAP_HOME "/ }, RAP_HOME);
    assert.equal(homeOfEnvironment({}, 'win32'), '');
    assert.equal(homeOfEnvironment({ RAP_HOME: ' ' }, 'linux'), '');
  });
});
