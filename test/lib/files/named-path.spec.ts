/** Paths as people type them on Windows: taken where there is one reading, else refused with the name of the place. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileNamed, fileOfVariable, folderNamed, homeOfEnvironment } from '../../../lib/files/named-path.ts';
import { refuseOnWindows } from '../../../lib/files/windows-path.ts';
import { parseAddress } from '../../../lib/ledger/postgres/address.ts';
import { secretsInFiles } from '../../../lib/watch/secret-files.ts';
import { editorLogins } from '../../../nodes/live/logins.ts';
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
      assert.equal(fileOfVariable(text, 'RAP_EDITOR_USERS', 'win32'), 'C:\\rap\\users');
    assert.equal(fileOfVariable('  ', 'RAP_EDITOR_USERS', 'win32'), '');
  });

  it('is refused as RAP_HOME by that name', () => {
    for (const RAP_HOME of ['"\\\\fileserver"', 'D: ', ' C:rap', '"C:\\rap\\nul"'])
      assert.throws(() => homeOfEnvironment({ RAP_HOME }, 'win32'), { message: /^RAP_HOME "/ }, RAP_HOME);
    assert.equal(homeOfEnvironment({}, 'win32'), '');
    assert.equal(homeOfEnvironment({ RAP_HOME: ' ' }, 'linux'), '');
  });
});

// Windows has no such names.
if (!onWindows)
  describe('A variable with a path in quotes', () => {
    const folder = temporaryFolder();

    it('is refused elsewhere in quotes, unless a file of such a name is there', async () => {
      for (const text of [`"${folder()}/users"`, " '/run/secrets/x'", '`users`'])
        assert.throws(() => fileOfVariable(text, 'RAP_LEDGER_CA_FILE', 'linux'), {
          code: 'CONFIG_INVALID',
          message: `RAP_LEDGER_CA_FILE is ${text.trim()}`,
          cure: /^Take the quotes out where it is set/,
        });
      assert.equal(fileOfVariable(' /srv/"users" ', 'RAP_EDITOR_USERS', 'linux'), '/srv/"users"');
      const before = process.cwd();
      process.chdir(folder());
      try {
        await fs.writeFile('"users"', '');
        assert.equal(fileOfVariable('"users"', 'RAP_EDITOR_USERS', 'linux'), '"users"');
      } finally {
        process.chdir(before);
      }
    });

    it('is told of by whoever reads it, with its name', () => {
      const cure = /^Take the quotes out/;
      const message = (name: string) => new RegExp(`^${name} is "`);
      for (const name of ['RAP_CREDENTIAL_SECRET_FILE', 'RAP_JOURNAL_KEY_FILE', 'RAP_METRICS_TOKEN_FILE'])
        assert.throws(() => secretsInFiles({ [name]: '"/run/secrets/x"' }), { message: message(name), cure });
      for (const name of ['RAP_LEDGER_CA_FILE', 'RAP_LEDGER_PASSWORD_FILE'])
        assert.throws(() => parseAddress('postgres://h/d', { [name]: '"/run/x"' }), {
          message: message(name),
          cure,
        });
      const { problems } = editorLogins({ RAP_EDITOR_USERS: '"/srv/users"' });
      assert.deepEqual(
        problems.map((problem) => [problem.field, cure.test(problem.cure)]),
        [['RAP_EDITOR_USERS', true]],
      );
    });

    it('tells as RAP_HOME in quotes where the home lies, and where an earlier release has worked', async () => {
      const { readProfile } = await import(
        new URL('../../../scripts/support/profile.js', import.meta.url).href
      );
      const before = process.cwd();
      process.chdir(folder());
      const here = process.cwd();
      const at = (name: string) => path.join(here, name);
      const says = (RAP_HOME: string, ...all: RegExp[]) => {
        for (const say of all) {
          assert.throws(() => homeOfEnvironment({ RAP_HOME }, 'linux'), {
            code: 'CONFIG_INVALID',
            cure: say,
          });
          assert.throws(() => readProfile({ RAP_HOME }, 'linux'), { message: say });
        }
      };
      const place = (name: string) => new RegExp(at(name).replaceAll(/[^\w/]/g, '\\$&'));
      try {
        for (const [text, meant] of [
          ['"data"', 'data'],
          ["'my rap' ", 'my rap'],
          ['"資料"', '資料'],
        ] as const) {
          says(text, place(meant), /quotes out where it is set/);
          assert.throws(
            () => homeOfEnvironment({ RAP_HOME: text }, 'linux'),
            ({ cure }) => !/release/.test(cure),
          );
          await fs.mkdir(text.trim());
          says(text, place(meant), place(text.trim()), /earlier release .*: move that folder there first\.$/);
          await fs.mkdir(meant);
          says(text, place(meant), place(text.trim()), /both are there.*ledger\.sqlite/);
        }
      } finally {
        process.chdir(before);
      }
    });
  });
