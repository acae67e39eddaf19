/** Log lines as JSON, and secrets that lie in files. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { linesAsRecords, recordLine, recordWriter } from '../../../lib/watch/log-record.ts';
import { secretsInFiles } from '../../../lib/watch/secret-files.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const AT = Date.UTC(2026, 10, 20);
const read = (record: Record<string, unknown>, secrets: string[] = []) => {
  const line = recordLine(record, secrets, AT);
  assert.ok(line.endsWith('\n') && !line.slice(0, -1).includes('\n'), line);
  return JSON.parse(line) as Record<string, unknown>;
};

describe('log records', () => {
  it('are one line each, with time and level, whatever is logged', () => {
    fc.assert(
      fc.property(fc.anything({ withObjectString: true, withBigInt: true, withDate: true }), (msg) => {
        const record = read({ level: 40, msg, timestamp: AT });
        assert.equal(record.level, 'info');
        assert.equal(record.time, '2026-11-20T00:00:00.000Z');
      }),
      // What cannot be written and cannot be said as a text either.
      { examples: [[{ toString: 0n, '': [0n] }], [{ toString: 'x', at: 1n }], [5n]] },
    );
  });

  it('name the levels of Node-RED, and say which node', () => {
    const names = [10, 20, 30, 40, 50, 60, 98, 99].map((level) => read({ level }).level);
    assert.deepEqual(names, ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'audit', 'metric']);
    const record = read({ level: 30, msg: 'x', type: 'rap-list', id: 'a1', name: '', z: 'tab', _alias: 'q' });
    assert.deepEqual(record, {
      ...{ type: 'rap-list', id: 'a1', z: 'tab', time: '2026-11-20T00:00:00.000Z', level: 'warn', msg: 'x' },
    });
  });

  it('have no colours, and an error with where it came from', () => {
    const { msg } = read({ level: 20, msg: '\u001b[31mred\u001b[0m \u001b]0;title\u0007end' });
    assert.equal(msg, 'red end');
    assert.match(String(read({ level: 20, msg: new Error('broken') }).msg), /broken .*log-record\.spec/);
  });

  it('have no secret, wherever it stands and however it is written', () => {
    const secret = 'correct horse "battery"';
    const forms = [secret, encodeURIComponent(secret), btoa(secret), Buffer.from(secret).toString('hex')];
    for (const form of forms) {
      const line = recordLine(
        { level: 20, msg: `a ${form} b`, user: { name: form }, path: form, error: new Error(form) },
        [secret],
        AT,
      );
      assert.ok(!line.includes(form) && !line.includes('battery'), line);
    }
    const lines: string[] = [];
    const env: Record<string, string> = {};
    const write = recordWriter(
      env,
      (line) => lines.push(line),
      () => AT,
    );
    env.RAP_RELAY_PASSWORD = 'set-after-the-start';
    write({ level: 40, msg: 'login set-after-the-start' });
    assert.match(lines.join(), /login \*\*\*/);
  });

  it('are made of lines in whatever pieces they come, and leave records as they are', () => {
    const text = `one\n{"level":"error","msg":"two","code":"X","time":"2026-11-20T00:00:00.000Z"}\n\n{half\nthree\n`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const records: unknown[] = [];
        const take = linesAsRecords((record) => records.push(record), 'warn');
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        for (let n = 1; n < places.length; n++) take(text.slice(places[n - 1], places[n]));
        assert.deepEqual(records, [
          { level: 'warn', msg: 'one' },
          { level: 'error', msg: 'two', code: 'X', timestamp: AT },
          { level: 'warn', msg: '{half' },
          { level: 'warn', msg: 'three' },
        ]);
      }),
    );
  });
});

describe('secrets in files', () => {
  const folder = temporaryFolder();
  const file = async (name: string, text: string) => {
    await writeFile(path.join(folder(), name), text);
    return path.join(folder(), name);
  };

  it('are read for every name of a secret, without the line break at the end', async () => {
    const env = {
      RAP_CREDENTIAL_SECRET_FILE: await file('a', 'one two \n'),
      RAP_METRICS_TOKEN_FILE: await file('b', 'three\r\n'),
      RAP_RELAY_PASSWORD_FILE: await file('c', 'four'),
      RAP_HEARTBEAT_URL_FILE: await file('d', 'https://x.example/1\n'),
      // No secrets, or not ours.
      RAP_KNOWN_HOSTS_FILE: '/nowhere',
      RELAY_PASSWORD_FILE: '/nowhere',
      RAP_JOURNAL_KEY_FILE: '',
    };
    assert.deepEqual(secretsInFiles(env), {
      RAP_CREDENTIAL_SECRET: 'one two ',
      RAP_METRICS_TOKEN: 'three',
      RAP_RELAY_PASSWORD: 'four',
      RAP_HEARTBEAT_URL: 'https://x.example/1',
    });
    assert.deepEqual(secretsInFiles({ ...env, ...secretsInFiles(env) }), secretsInFiles(env), 'read twice');
  });

  it('are refused where there is more than one reading, naming the variable and no secret', async () => {
    const good = await file('good', 's3cret');
    const table: Record<string, string>[] = [
      { RAP_JOURNAL_KEY_FILE: good, RAP_JOURNAL_KEY: 'other-s3cret' },
      { RAP_JOURNAL_KEY_FILE: path.join(folder(), 'none') },
      { RAP_JOURNAL_KEY_FILE: folder() },
      { RAP_JOURNAL_KEY_FILE: await file('empty', '\n\n') },
      { RAP_JOURNAL_KEY_FILE: await file('long', 'x'.repeat(70_000)) },
    ];
    for (const env of table) {
      assert.throws(
        () => secretsInFiles(env),
        (error) => {
          assert.ok(error instanceof RapError && error.code === 'CONFIG_INVALID', String(error));
          assert.match(error.message, /^RAP_JOURNAL_KEY_FILE /);
          assert.doesNotMatch(error.message, /s3cret/);
          return true;
        },
      );
    }
  });
});
