/** Text that people bring is read by one reader; who reads a file by itself reads what is no such text. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Files that this project or the system writes, and bytes that are then given to the reader. */
const own: Readonly<Record<string, string>> = {
  'bin/home-options.ts': '/etc/passwd',
  'bin/main.ts': 'our package.json',
  'lib/alarms/acknowledge.ts': 'bytes for the reader',
  'lib/delivery/share.ts': 'the id file of a share',
  'bin/commands/live.ts': 'a package.json, a password from standard input',
  'lib/files/mounts.ts': '/proc',
  'lib/i18n/translate.ts': 'our texts',
  'lib/ledger/journal/journal-key.ts': 'bytes for the reader',
  'lib/ledger/sqlite/ledger-file.ts': "the ledger's seal",
  'lib/files/network-drive.ts': '/proc',
  'lib/process/process-id.ts': '/proc',
  'lib/practice/renew-key.ts': 'the public half of a key made here',
  'lib/rap/transfer/resume.ts': 'what is kept of a broken transfer',
  'lib/reports/catalogue.ts': 'the shipped catalogue',
  'lib/time/clock.ts': '/proc',
  'lib/watch/release.ts': 'our package.json',
  'nodes/desk/browser-script.ts': 'our own script',
  'nodes/editor/node-fs.d.ts': 'nothing, it says what there is',
  'nodes/live/old-sessions.ts': 'what Node-RED keeps of log-ins',
  'scripts/support/build.js': 'files of the checkout',
  'scripts/support/checkout.js': 'files of the checkout',
  'scripts/support/flow-file.js': 'the shipped flows',
  'scripts/support/node-choice.js': 'our package.json',
  'scripts/support/specs.js': 'our tests',
  'settings.js': 'the secret of the demo',
};

describe('files of people', () => {
  it('are read by lib/files/text-file.ts, so that all of them may come from any system', () => {
    const reading = globSync(
      ['lib/**/*.ts', 'bin/**/*.ts', 'nodes/**/*.ts', 'scripts/{*,support/*}.js', 'settings.js'],
      {
        cwd: root,
      },
    )
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /\breadFile(Sync)?\(/.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(
      reading.filter((file) => !Object.hasOwn(own, file)),
      [],
      'read a file of people with readText; name here what else is read',
    );
    assert.deepEqual(
      Object.keys(own).filter((file) => !reading.includes(file)),
      [],
      'these read nothing any more',
    );
  });
});
