import assert from 'node:assert/strict';
import { chown, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import ledgerCommand from '../../bin/commands/ledger.ts';
import { homeFromOptions, homeNamed, personFromOptions, withLedger } from '../../bin/home-options.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { WRITER, WRITER_MS } from '../../lib/ledger/lease/keep-lease.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { latest, migrate, migrations } from '../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../lib/ledger/sqlite/dialect.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { onWindows } from '../support/system.ts';

describe('a command of a newer release', () => {
  const home = temporaryFolder();
  it('does not change the tables under an older Node-RED that is at work, and does once it has stopped', async () => {
    const ledger = await openHome(home(), realClock);
    const lease = await ledger.leases.claimLease({ name: WRITER, owner: 'elsewhere:1:x', ms: WRITER_MS });
    assert.ok(lease);
    const database = new DatabaseSync(ledgerIn(home()));
    const before = migrations.at(-2)?.number ?? 0;
    await migrate(new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) }), 0, before);
    const newest = () => database.prepare('select max(number) as n from migrations').get()?.n;
    await assert.rejects(
      withLedger(home(), (one: Pick<Ledger, 'journal'>) => one.journal.head()),
      { code: 'NOT_IN_CHARGE' },
    );
    assert.equal(newest(), before);
    await ledger.leases.releaseLease(lease);
    await withLedger(home(), (one: Pick<Ledger, 'journal'>) => one.journal.head());
    assert.equal(newest(), latest);
    database.close();
    await ledger.close();
  });
});

describe('who does something', () => {
  const nobody = () => {
    throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  };

  it('is who is named, else the user of the system, by number where no list of users has a name', () => {
    assert.equal(personFromOptions({ by: ' Ada ' }, nobody), 'Ada');
    assert.equal(
      personFromOptions({}, () => ({ username: 'rapops' })),
      'rapops',
    );
    assert.match(personFromOptions({}, nobody), /^user (\d+|without a name)$/);
    assert.match(personFromOptions({ by: ' ' }, nobody), /^user /);
  });
});

describe('the home folder', () => {
  it('is the one that is meant, whatever cmd.exe and files of variables leave in RAP_HOME', async () => {
    const module: string = new URL('../../scripts/support/profile.js', import.meta.url).href;
    const { readProfile } = await import(module);
    const wanted = path.resolve('/srv/my rap');
    for (const text of ['/srv/my rap', '/srv/my rap ', ' /srv/my rap', '"/srv/my rap"', "'/srv/my rap' "]) {
      const env = { RAP_HOME: text, RAP_PROFILE: 'live ' };
      assert.equal(homeNamed({}, env, 'win32'), wanted, text);
      assert.equal(readProfile(env, 'win32').home, wanted, text);
      if (!/["']/.test(text)) {
        assert.equal(homeNamed({}, env, 'linux'), wanted, text);
        assert.equal(readProfile(env, 'linux').home, wanted, text);
        continue;
      }
      // Docker keeps the quotes of its file, systemd takes them off: who reads the same file must be sure.
      assert.throws(
        () => homeNamed({}, env, 'linux'),
        { code: 'CONFIG_INVALID', message: /^RAP_HOME/ },
        text,
      );
      assert.throws(() => readProfile(env, 'linux'), /^UserError: RAP_HOME|^Error: RAP_HOME is/, text);
    }
    for (const nothing of ['', ' ']) assert.equal(homeNamed({}, { RAP_HOME: nothing }), path.resolve('data'));
  });

  it('is refused by commands and at a start where Windows would make a folder of this machine of it', async () => {
    const module: string = new URL('../../scripts/support/profile.js', import.meta.url).href;
    const { readProfile } = await import(module);
    for (const RAP_HOME of [
      '\\\\fileserver',
      '"\\\\fileserver.firm.example\\" ',
      '//fs',
      '\\\\?\\UNC\\fs',
      'D:',
      'c:rap',
    ]) {
      assert.throws(() => homeNamed({}, { RAP_HOME }, 'win32'), { message: /^RAP_HOME / }, RAP_HOME);
      assert.throws(() => readProfile({ RAP_HOME }, 'win32'), /RAP_HOME is .*whole path/, RAP_HOME);
    }
    for (const RAP_HOME of ['\\\\fs\\rap', '\\\\?\\UNC\\fs\\rap', '\\\\?\\C:\\rap', 'C:/rap', 'rap'])
      assert.equal(readProfile({ RAP_HOME }, 'win32').home, homeNamed({}, { RAP_HOME }, 'win32'), RAP_HOME);
  });

  it('is asked for again where cmd.exe has made one word of a folder and what follows it', () => {
    for (const text of ['C:\\rap"', 'C:\\my rap" --json', '"C:\\rap'])
      assert.throws(() => folderNamed(text, '--home', 'win32'), {
        code: 'CONFIG_INVALID',
        message: /^--home is .*quotation mark/,
        cure: /no backslash before the closing quote/,
      });
    assert.equal(folderNamed('/srv/a"b', '--home', 'linux'), path.resolve('/srv/a"b'));
  });

  it('may have any name that can be seen, and a tab; what comes with a file of Windows is refused', () => {
    for (const name of ['RAP Ops', '資料 夾', 'a#b', 'tab\tx']) {
      const home = path.resolve('/nowhere', name);
      assert.equal(homeFromOptions({ home }), home);
    }
    for (const [name, shown] of [
      ['srv\r', '"/nowhere/srv\\r" has \\r at its end'],
      ['s\0rv', '"/nowhere/s\\u{0000}rv" has \\u{0000} in it'],
    ]) {
      assert.throws(
        () => homeFromOptions({ home: `/nowhere/${name}` }),
        (error: Error & { code: string; cure: string }) => {
          assert.equal(error.message, `--home ${shown}, which cannot be seen`);
          return error.code === 'CONFIG_INVALID' && error.cure.includes('Windows');
        },
      );
    }
  });
});

if (onWindows) {
  describe('a command that an administrator runs', () => {
    const home = temporaryFolder();

    it('has no number by which it would be refused, and leaves nothing where it only looks', async () => {
      assert.equal(process.geteuid, undefined);
      assert.equal(homeFromOptions({ home: home() }), home());
      assert.deepEqual(await readdir(home()), []);
      await (await openHome(home(), realClock)).close();
      assert.equal(homeFromOptions({ home: home().toUpperCase() }), home().toUpperCase());
      await withLedger(home(), (ledger: Pick<Ledger, 'journal'>) => ledger.journal.head());
    });

    it('is meant for the folder that the present one and either kind of slash lead to', () => {
      assert.equal(folderNamed('rap/live', '--home'), `${process.cwd()}\\rap\\live`);
      assert.equal(folderNamed('D:/rap\\live/', '--home'), 'D:\\rap\\live');
      assert.equal(folderNamed('//fs/ops/rap', '--home'), '\\\\fs\\ops\\rap');
    });
  });
} else {
  describe('a command that root runs', () => {
    const NOBODY = 65534;
    const root = process.getuid?.() === 0;
    /** Whose the homes are that are given away: only root can do that, for others they belong to somebody anyway. */
    const owner = root ? NOBODY : Number(process.getuid?.());
    const home = temporaryFolder();
    const give = async (...files: string[]) => {
      if (root) for (const file of files) await chown(file, NOBODY, NOBODY);
    };
    const refused = {
      code: 'USAGE',
      message: /belongs to the user .*nothing was done/,
      cure: /"sudo -u \S+ rap .* --home \//,
    };

    it("is refused in somebody else's home, and leaves nothing there", async () => {
      await give(home());
      assert.throws(() => homeFromOptions({ home: home() }, 0), refused);
      assert.equal(homeFromOptions({ home: home() }, owner), home(), 'the owner may');
      if (root) {
        const restore = ['restore', '/nowhere', '--reason', 'x', '--home', home()];
        await assert.rejects(ledgerCommand(restore), refused);
      }
      assert.deepEqual(await readdir(home()), []);
    });

    it('is refused where the ledger is of somebody else, and names that user', async () => {
      await (await openHome(home(), realClock)).close();
      await give(ledgerIn(home()));
      assert.throws(() => homeFromOptions({ home: home() }, 0), refused);
      if (root && process.platform === 'linux')
        assert.throws(() => homeFromOptions({ home: home() }, 0), { cure: /"sudo -u nobody rap/ });
    });

    it('works where root serves the home itself, also in a folder of somebody else', async () => {
      assert.equal(homeFromOptions({ home: path.join(home(), 'new') }, 0), path.join(home(), 'new'));
      if (!root) return;
      assert.equal(homeFromOptions({ home: home() }), home());
      await (await openHome(home(), realClock)).close();
      await give(home());
      assert.equal(homeFromOptions({ home: home() }), home());
    });
  });
}
