import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { findJournalKey, journalKeyFile, journalKeyOf } from '../../../lib/ledger/journal/journal-key.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { ledgerIn } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { assertPrivate, killed } from '../../support/system.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

/** The command line of this checkout on the Node.js of this test. */
const commandLine = `import { main } from ${JSON.stringify(new URL('../../../bin/main.ts', import.meta.url).href)};
  process.exitCode = await main(process.argv.slice(1));`;
const rap = ['--input-type=module', '-e', commandLine, '--'];
const other = 'ab'.repeat(32);

describe('the key of the journal', () => {
  const home = temporaryFolder();

  /** Writes a record as every program of the house does, or with no key or another one. */
  async function record(key?: 'none' | 'other'): Promise<void> {
    const ledger =
      key === undefined
        ? await openHome(home(), realClock)
        : await openLedger(
            ledgerIn(home()),
            realClock,
            key === 'none' ? {} : { journalKey: Buffer.from(other, 'hex') },
          );
    await ledger.journal.append({ who: 'Ada', what: 'a decision', why: 'it was due' });
    await ledger.close();
  }

  /** What `rap ledger ...` answers. */
  async function command(words: string[], env: Record<string, string> = {}) {
    const { RAP_JOURNAL_KEY: _, ...clean } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [...rap, 'ledger', ...words, '--json'], {
      env: { ...clean, RAP_HOME: home(), ...env },
    }).catch((failed) => failed);
    return JSON.parse(stdout);
  }

  it('is made once, for its owner alone, and is the same for everybody', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => journalKeyOf(home(), ledgerIn(home()), {})));
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    await assertPrivate(journalKeyFile(home()));
    await record();
    assert.match(await readFile(journalKeyFile(home()), 'utf8'), /^[0-9a-f]{64}\n$/);
    assert.equal((await command(['verify'])).journal.count, 1);
  });

  it('comes from RAP_JOURNAL_KEY before the file, and is refused when it is no key', async () => {
    const key = await findJournalKey(home(), { RAP_JOURNAL_KEY: other });
    assert.equal(key?.toString('hex'), other);
    for (const wrong of ['ab', 'xy'.repeat(32), `${other}a`]) {
      await assert.rejects(findJournalKey(home(), { RAP_JOURNAL_KEY: wrong }), {
        code: 'CONFIG_INVALID',
        message: /RAP_JOURNAL_KEY/,
      });
    }
  });

  it('vouches for what is written from then on; older records are checked without it', async () => {
    await record('none');
    await record('none');
    await record();
    const { journal, unproved } = await command(['verify']);
    assert.deepEqual([journal.count, unproved], [3, 2], 'nobody vouches for records without a key');
    assert.match(
      (await command(['verify'], { RAP_JOURNAL_KEY: other })).error.message,
      /record 3.*another key/,
    );
  });

  it('that is gone is asked for, not replaced; verify says where it is missing', async () => {
    await record();
    await rm(journalKeyFile(home()));
    await assert.rejects(openHome(home(), realClock), (error) => {
      assert.ok(error instanceof RapError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.cure, /newkey/);
      return true;
    });
    await assert.rejects(stat(journalKeyFile(home())));
    assert.match((await command(['verify'])).error.message, /record 1.*a key that is not here/);
  });

  it('that is gone beside a ledger without a journal: the ledger is what is wrong', async () => {
    await record();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(ledgerIn(home()));
    database.exec('drop table journal');
    database.close();
    await rm(journalKeyFile(home()));
    await assert.rejects(journalKeyOf(home(), ledgerIn(home()), {}), {
      code: 'LEDGER_UNUSABLE',
      message: /damaged/,
    });
  });

  it('that is another one is refused before anything is written with it', async () => {
    await record();
    await writeFile(journalKeyFile(home()), other);
    await assert.rejects(openHome(home(), realClock), { code: 'CONFIG_INVALID', message: /another key/ });
    const { error } = await command(['show']);
    assert.equal(error.code, 'CONFIG_INVALID');
  });

  it('that was lost is replaced by a person: what was before keeps its order, what follows is proved', async () => {
    await record('other');
    await record('other');
    const { journal } = await command(['newkey', '--reason', 'the safe burnt down', '--by', 'Ada']);
    assert.equal(journal.count, 4);
    await record();
    const sound = await command(['verify']);
    assert.equal(sound.unproved, 2);
    assert.equal(sound.journal.count, 5);
    // Nobody without the key gets behind the record of the change.
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(ledgerIn(home()));
    database.exec("update journal set why = 'forged' where sequence = 3");
    database.close();
    assert.match((await command(['verify'])).error.message, /record 3/);
  });

  it('stays when the ledger cannot be opened with a new one', async () => {
    await record();
    const key = await readFile(journalKeyFile(home()), 'utf8');
    const ledger = await readFile(ledgerIn(home()));
    await writeFile(ledgerIn(home()), 'torn');
    const { error } = await command(['newkey', '--reason', 'lost', '--by', 'Ada']);
    assert.equal(error.code, 'LEDGER_UNUSABLE');
    assert.deepEqual(await readdir(join(home(), 'secrets')), ['journal.key']);
    assert.equal(await readFile(journalKeyFile(home()), 'utf8'), key);
    await writeFile(ledgerIn(home()), ledger);
    await record();
    assert.equal((await command(['verify'])).journal.count, 2);
  });

  it('survives a kill while it is replaced: it is the old one, or newkey is done again', async () => {
    await record();
    const old = await readFile(journalKeyFile(home()), 'utf8');
    await killedWhileReplacing('');
    await record();
    assert.equal(await readFile(journalKeyFile(home()), 'utf8'), old);
    await killedWhileReplacing(
      "const ledger = await openLedger(ledgerIn(home), realClock, { journalKey }); await ledger.journal.append({ who: 'Ada', what: 'journal key replaced', why: 'lost' });",
    );
    await assert.rejects(openHome(home(), realClock), { code: 'CONFIG_INVALID', cure: /newkey/ });
    assert.equal(await readFile(journalKeyFile(home()), 'utf8'), old, 'never without a key');
    const { journal, replaced } = await command(['newkey', '--reason', 'lost', '--by', 'Ada']);
    assert.equal(journal.count, 5);
    assert.equal(await readFile(replaced, 'utf8'), old);
    await record();
    const sound = await command(['verify']);
    assert.deepEqual([sound.journal.count, sound.unproved], [6, 3]);
  });

  /** A process that does so much with the new key and is then killed. */
  async function killedWhileReplacing(work: string): Promise<void> {
    const from = (name: string) => JSON.stringify(new URL(`../../../lib/${name}.ts`, import.meta.url).href);
    const script = `
      import { replaceJournalKey } from ${from('ledger/journal/journal-key')};
      import { openLedger } from ${from('ledger/ledger')};
      import { ledgerIn } from ${from('ledger/sqlite/ledger-file')};
      import { realClock } from ${from('time/clock')};
      const home = ${JSON.stringify(home())};
      await replaceJournalKey(home, realClock, async (journalKey) => { ${work} process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }, {});`;
    const died = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    await assert.rejects(died, killed);
  }

  it('is not taken for proved when the head that was mailed is given with a slip of the pen', async () => {
    await record();
    const { journal } = await command(['verify']);
    const asked = async (...words: string[]) => (await command(['verify', ...words])).error?.code ?? 'sound';
    assert.equal(await asked('--head', journal.head, '--count', '1'), 'sound');
    assert.equal(await asked('--head', `hmac:${other}`, '--count', '1'), 'LEDGER_UNUSABLE');
    for (const words of [
      ['--head', 'abcd', '--count', '1'],
      ['--count', '1'],
      ['--head', journal.head],
    ])
      assert.equal(await asked(...words), 'USAGE', words.join(' '));
    for (const count of ['0', 'one', '1.5', '-1'])
      assert.equal(await asked('--head', `hmac:${other}`, `--count=${count}`), 'USAGE', count);
  });
});
