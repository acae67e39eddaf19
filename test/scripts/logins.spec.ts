/** The logins of live operation: which right a line gives, and which file is refused with which sentence. */
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorLogins as readLogins } from '../../nodes/live/logins.ts';
import { problemText } from '../../nodes/live/problem.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';

const editorLogins = (env: Record<string, string>) => {
  const { users, problems } = readLogins(env);
  return { users, problems: problems.map(problemText) };
};
type Logins = ReturnType<typeof editorLogins>;

// bcrypt of nothing in particular
const hash = `$2b$08$${'a'.repeat(53)}`;

describe('logins of live operation', () => {
  const folder = temporaryFolder();
  let file: string;

  beforeEach(() => {
    file = join(folder(), 'logins');
  });

  const read = (lines: string, more: Record<string, string> = {}) => {
    writeFileSync(file, lines, { mode: 0o600 });
    return editorLogins({ RAP_EDITOR_USERS: file, ...more });
  };
  const one = { RAP_EDITOR_USER: 'operator', RAP_EDITOR_PASSWORD_HASH: hash };

  it('are one by the variables, more by a file, or both', () => {
    const name = ({ users, problems }: Logins) => [users.map(({ username }) => username), problems];
    assert.deepEqual(name(editorLogins(one)), [['operator'], []]);
    assert.deepEqual(name(read(`ada full ${hash}`)), [['ada'], []]);
    assert.deepEqual(name(read(`# team\n\n  ada\tlook  ${hash}\r\n`, one)), [['operator', 'ada'], []]);
  });

  it('are read from a file that an editor of Windows saved', () => {
    for (const end of ['\r\n', '\r']) {
      const lines = ['# team', `陳大文 full ${hash}`, ''].join(end);
      for (const bytes of [`\uFEFF${lines}`, Buffer.from(`\uFEFF${lines}`, 'utf16le')]) {
        writeFileSync(file, bytes, { mode: 0o600 });
        const { users, problems } = editorLogins({ RAP_EDITOR_USERS: file });
        assert.deepEqual([users.map(({ username }) => username), problems], [['陳大文'], []]);
      }
    }
    writeFileSync(file, Buffer.from([0xb3, 0xaf, 0x20]), { mode: 0o600 });
    const { problems } = editorLogins({ RAP_EDITOR_USERS: file });
    assert.match(problems.join(), /^RAP_EDITOR_USERS \S+ is not UTF-8: .* line 1, character 1\. .*UTF-8/);
  });

  it('give "look" no act, and "operate" no change of the flows', () => {
    const { users } = read(`a full ${hash}\nb operate ${hash}\nc look ${hash}`);
    const [full, operate, look] = users.map(({ permissions }) => permissions);
    assert.deepEqual([full, look], ['*', 'read']);
    assert.ok(Array.isArray(operate) && operate.includes('rap-ops.write'));
    assert.ok(!operate.some((right) => /^(?:\*|write|(?:flows|nodes|settings|context)\.write)$/.test(right)));
  });

  const refused: [string, string, Record<string, string>, RegExp][] = [
    [
      'a right that is none',
      `ada full ${hash}\nbo root ${hash}`,
      {},
      /understood in line 2: a line is "NAME/,
    ],
    ['a right of every object', `ada toString ${hash}`, {}, /understood in line 1/],
    ['a password instead of a hash', 'ada full secret', {}, /understood in line 1: .*hash-password/],
    ['a line too long', `ada wong full ${hash}`, {}, /understood in line 1/],
    ['a name given twice', `operator look ${hash}`, one, /names "operator" twice/],
    ['nobody who may change the flows', `ada look ${hash}`, {}, /nobody the right full/],
    ['a file without logins', '# nobody yet\n', {}, /nobody the right full/],
    [
      'a good file beside half a login',
      `ada full ${hash}`,
      { RAP_EDITOR_USER: 'bo' },
      /PASSWORD_HASH is not/,
    ],
  ];
  for (const [what, lines, more, sentence] of refused) {
    it(`refuse ${what} in one sentence, which never shows a hash`, () => {
      const { problems } = read(lines, more);
      assert.equal(problems.length, 1, String(problems));
      assert.match(problems[0] ?? '', sentence);
      assert.ok(!problems[0]?.includes(hash) && !problems[0]?.includes('secret'));
    });
  }

  it('refuse a file that is not there, and one that everybody can read', () => {
    assert.match(editorLogins({ RAP_EDITOR_USERS: file }).problems[0] ?? '', /cannot be read \(ENOENT\)/);
    writeFileSync(file, `ada full ${hash}`);
    chmodSync(file, 0o644);
    assert.match(editorLogins({ RAP_EDITOR_USERS: file }).problems[0] ?? '', /open to everybody.*chmod o=/);
  });

  it('ask for a name and a hash when there is nothing', () => {
    assert.deepEqual(
      editorLogins({}).problems.map((sentence) => sentence.split(' ')[0]),
      ['RAP_EDITOR_USER', 'RAP_EDITOR_PASSWORD_HASH'],
    );
  });
});
