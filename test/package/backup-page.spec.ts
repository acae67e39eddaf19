/** The page's lines for backup and restore, word for word, on an empty folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(path.join(root, 'docs/service.md'), 'utf8');

function block(name: string): string {
  const [, lines] = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? [];
  return lines ?? assert.fail(`the page has no block "${name}"`);
}

// The lines are those of a shell of Linux.
describe('backup and restore by the page', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  beforeEach(() => {
    mkdirSync(path.join(folder(), 'bin'));
    symlinkSync(path.join(root, 'bin/rap'), path.join(folder(), 'bin/rap'));
  });
  const at = (...parts: string[]) => path.join(folder(), ...parts);

  function run(name: string, home: string): string {
    const env = {
      ...process.env,
      ...{
        PATH: `${at('bin')}:${process.env.PATH}`,
        RAP_HOME: at(home),
        BACKUP: at('backup'),
        SAFE: at('safe'),
      },
    };
    const done = spawnSync('sh', ['-euc', block(name)], { env, encoding: 'utf8' });
    assert.equal(done.status, 0, `${name}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  it('brings the ledger, the flows and what is landed to an empty machine, and proves it', async () => {
    const ledger = await openHome(at('home'), realClock);
    await ledger.runs.startRun({ run: 'run-1', trigger: 'timer' });
    await ledger.reports.recordReceived(aVersion());
    mkdirSync(at('home', 'node-red'));
    writeFileSync(at('home', 'node-red', 'flows.json'), '[]');
    writeFileSync(at('home', 'credential-secret'), 'of stored passwords', { mode: 0o600 });
    mkdirSync(at('home', 'landing'));
    writeFileSync(at('home', 'landing', 'report.txt'), 'x');
    // The service is at work while it is copied.
    run('backup-key', 'home');
    run('backup', 'home');
    const head = await ledger.journal.head();
    await ledger.close();

    run('restore', 'other');
    assert.equal(readFileSync(at('other', 'node-red', 'flows.json'), 'utf8'), '[]');
    assert.equal(readFileSync(at('other', 'landing', 'report.txt'), 'utf8'), 'x');
    assert.equal(readFileSync(at('other', 'credential-secret'), 'utf8'), 'of stored passwords');
    assert.equal(statSync(at('other')).mode & 0o777, 0o700);
    const copies = spawnSync('find', [at('backup'), at('safe'), '-type', 'f', '-perm', '/077'], {
      encoding: 'utf8',
    });
    assert.equal(copies.stdout, '', 'copies that others may read');
    const brought = await openHome(at('other'), realClock);
    assert.deepEqual(
      (await brought.reports.arrivals()).map((one) => one.path),
      [aVersion().path],
    );
    assert.ok((await brought.journal.head()).count >= head.count, 'the whole journal, and the restore');
    await brought.close();
  });

  it('keeps the keys of journal and stored passwords out of the backup', async () => {
    const ledger = await openHome(at('home'), realClock);
    mkdirSync(at('home', 'node-red'));
    writeFileSync(at('home', 'credential-secret'), 'of stored passwords');
    run('backup', 'home');
    await ledger.close();
    const [tar = ''] = spawnSync('sh', ['-c', `ls "${at('backup')}"/*/home.tgz`], {
      encoding: 'utf8',
    }).stdout.split('\n');
    const names = spawnSync('tar', ['-tzf', tar], { encoding: 'utf8' }).stdout;
    assert.ok(names.includes('node-red'));
    assert.doesNotMatch(names, /journal\.key|secret|ledger\.sqlite/);
  });
});
