/** What the command line says when something is wrong. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorFacts, errorText } from '../../bin/error-text.ts';
import { errorCodes } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { newKey } from '../../simulator/keys.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

describe('the command line', () => {
  const folder = temporaryFolder();
  const run = (...words: string[]) =>
    new Promise<{ status: number; stderr: string }>((resolve) => {
      execFile(process.execPath, [rap, ...words], (error, _stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stderr }),
      );
    });

  it('tells nobody who typed a command to deploy', () => {
    for (const code of errorCodes)
      assert.doesNotMatch(errorFacts(new RapError(code, 'so')).cure, /deploy/, code);
  });

  it('keeps a cure that was written for the very case, and shows what cannot be seen', () => {
    const error = new RapError('CONFIG_INVALID', 'No file /x\r\n\u202e', { cure: 'Take it out.' });
    assert.equal(errorText(error), 'CONFIG_INVALID: No file /x\\r\\n\\u{202e}\nWhat to do: Take it out.\n');
  });

  it('says why no line of the known_hosts file that was given fits', async () => {
    const [file, key] = [path.join(folder(), 'known_hosts'), path.join(folder(), 'key')];
    writeFileSync(key, newKey('key').privateKey);
    writeFileSync(
      file,
      Buffer.from(`\uFEFF# made in PowerShell\r\n10.1.1.1 ${newKey('host').publicKey}\r\n`, 'utf16le'),
    );
    const words = ['--user', 'U', '--key', key, '--known-hosts', file];
    const fetch = ['fetch', '--host', '127.0.0.1', '--port', '1', '--from', '/INBOX', '--to', folder()];
    for (const command of [fetch, ['check', '--primary', '127.0.0.1:1']]) {
      const { status, stderr } = await run(...command, ...words);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /^HOST_KEY_MISSING: The known_hosts file \S+ has 1 line, and none is for 127\.0\.0\.1:1 \(line 2 is for 10\.1\.1\.1\)\nWhat to do: Add the line that "rap hostkey/,
      );
    }
  });
});
