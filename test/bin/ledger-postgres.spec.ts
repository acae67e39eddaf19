/** `rap ledger` and `rap doctor` with a ledger on PostgreSQL. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { parseAddress } from '../../lib/ledger/postgres/address.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { diagnose } from '../../nodes/live/doctor.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { breakingLine } from '../support/breaking-line.ts';
import { postgresPrograms, sharedPostgres } from '../support/postgres.ts';

const rap = join(import.meta.dirname, '../../bin/rap');

if (postgresPrograms() !== undefined) {
  describe('rap ledger with RAP_LEDGER', () => {
    const home = temporaryFolder();
    let url: string;

    beforeEach(async () => {
      const server = await sharedPostgres();
      url = server.url(await server.database(false));
      const ledger = await openHome(home(), realClock, ledgerIn(home()));
      await ledger.reports.recordReceived(aVersion());
      await ledger.close();
    });

    async function command(words: string[], changed: Record<string, string> = {}) {
      const env = { ...process.env, RAP_HOME: home(), RAP_LEDGER: url, ...changed };
      const { stdout } = await promisify(execFile)(rap, ['ledger', ...words, '--json'], { env }).catch(
        (failed) => failed,
      );
      return JSON.parse(stdout);
    }

    const why = ['--reason', 'second site', '--by', 'Ada'];

    it('moves the ledger, and does there what it does with a file', async () => {
      const refused = await command(['show']);
      assert.equal(refused.error.code, 'CONFIG_INVALID', 'not moved yet');
      const { moved, error } = await command(['move', ...why]);
      assert.equal(error, undefined, JSON.stringify(error));
      assert.ok((await readdir(home())).includes(moved.slice(home().length + 1)));
      assert.equal((await command(['show'])).journal.count, 2);
      assert.equal((await command(['verify'])).error, undefined);
      const { file } = await command(['backup', join(home(), 'backup')]);
      assert.equal((await command(['restore', file, ...why])).error, undefined);
      assert.equal((await command(['accept', ...why])).accepted.places, 0);
      assert.equal((await command(['newkey', ...why])).error, undefined);
      assert.equal((await command(['verify'])).error, undefined);
      const without = await command(['show'], { RAP_LEDGER: '' });
      assert.equal(without.error.code, 'CONFIG_INVALID');
    });

    for (const [commit, where] of [
      [1, 'before'],
      [1, 'behind'],
      [3, 'behind'],
      [5, 'before'],
    ] as const) {
      it(`moves it when done again, killed ${where === 'before' ? 'before' : 'at the answer to'} its commit ${commit}`, async () => {
        const address = parseAddress(url);
        const sockets = await mkdtemp(join(tmpdir(), 'rap-line-'));
        const line = await breakingLine({ address, home: home() }, sockets, where);
        try {
          const env = {
            ...process.env,
            ...{
              RAP_HOME: home(),
              RAP_LEDGER: `postgres://rap@/${address.database}?host=${encodeURIComponent(sockets)}`,
            },
          };
          const child = spawn(process.execPath, [rap, 'ledger', 'move', ...why], { env, stdio: 'ignore' });
          line.arm(commit, () => child.kill('SIGKILL'));
          const [, signal] = await once(child, 'exit');
          assert.equal(signal, 'SIGKILL');
          const { error } = await command(['move', ...why]);
          assert.equal(error, undefined, JSON.stringify(error));
          assert.equal((await command(['show'])).journal.count, 2, 'moved once');
          assert.equal((await command(['verify'])).error, undefined);
        } finally {
          line.close();
          await rm(sockets, { recursive: true });
        }
      });
    }

    it('says what is wrong with the variable, and nothing of a password', async () => {
      const { error } = await command(['show'], { RAP_LEDGER: 'postgres://u:secret-word@/d?sslmode=prefer' });
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.message, /sslmode=prefer/);
      assert.doesNotMatch(JSON.stringify(error), /secret-word/);
      const file = join(home(), 'no-such-file');
      const missing = await command(['show'], { RAP_LEDGER_PASSWORD_FILE: file });
      assert.equal(missing.error.code, 'CONFIG_INVALID');
      assert.match(missing.error.message, /RAP_LEDGER_PASSWORD_FILE .*no-such-file/);
    });

    it('rap doctor looks at it where it lies', async () => {
      await command(['move', ...why]);
      await mkdir(join(home(), 'node-red'), { recursive: true });
      await writeFile(join(home(), 'node-red', 'flows.json'), '[]');
      const look = async (env: Record<string, string>) => {
        const found = await diagnose({ home: home(), env, clock: realClock, live: false });
        return (check: string) => found.find((one) => one.check === check);
      };
      assert.equal((await look({ RAP_LEDGER: url }))('ledger')?.state, 'good');
      assert.equal((await look({ RAP_LEDGER: 'postgres://h' }))('variables')?.field, 'RAP_LEDGER');
      const nowhere = await look({ RAP_LEDGER: `postgres://rap@/rap?host=${encodeURIComponent(home())}` });
      assert.equal(nowhere('ledger')?.code, 'LEDGER_UNUSABLE');
      assert.match(nowhere('ledger')?.message ?? '', /does not answer/);
    });
  });
}
