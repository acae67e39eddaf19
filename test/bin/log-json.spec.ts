/** RAP_LOG=json on the command line: stderr holds records and nothing else, and no secret. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const rap = path.join(import.meta.dirname, '../../bin/rap');
const secret = 'canary-of-the-relay-0123';

function stderrOf(words: string[], env: Record<string, string> = {}): Record<string, unknown>[] {
  const all = { ...process.env, RAP_LOG: 'json', RAP_RELAY_PASSWORD: secret, ...env };
  const { stderr, stdout } = spawnSync(process.execPath, [rap, ...words], { env: all, encoding: 'utf8' });
  assert.ok(!`${stderr}${stdout}`.includes(secret), stderr);
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('rap with RAP_LOG=json', () => {
  it('tells an error as one record with its code and cure', () => {
    const [record, ...more] = stderrOf([`ftech ${secret}`]);
    assert.deepEqual(more, []);
    assert.equal(record?.level, 'error');
    assert.equal(record.code, 'USAGE');
    assert.match(String(record.msg), /There is no command "ftech \*\*\*"/);
    assert.notEqual(record.cure, '');
  });

  it('makes records of whatever else goes there', () => {
    const records = stderrOf([]);
    assert.ok(records.length > 5);
    for (const { level, time, msg } of records) assert.ok(level && time && msg !== undefined);
  });

  it('reads secrets from files, and refuses one that is not there', () => {
    const [record] = stderrOf(['alarms', 'list'], { RAP_JOURNAL_KEY_FILE: '/nowhere/journal.key' });
    assert.equal(record?.code, 'CONFIG_INVALID');
    assert.match(String(record?.msg), /^RAP_JOURNAL_KEY_FILE /);
  });
});
