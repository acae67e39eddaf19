import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { mock } from 'node:test';
import share from '../../bin/commands/share.ts';
import { initShare, SHARE_FILE } from '../../lib/delivery/share.ts';
import { watchdog } from '../../lib/files/watchdog.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { asShare, linkFolder, onWindows } from '../support/system.ts';

describe('rap share', () => {
  const folder = temporaryFolder();
  const home = () => path.join(folder(), 'home');
  const ops = () => path.join(folder(), 'ops');
  beforeEach(async () => {
    await fs.mkdir(ops());
    await fs.mkdir(home());
  });

  /** What a command prints, and what it ends with. */
  const run = (...words: string[]) => runWithin({}, ...words);

  async function runWithin(
    patience: { answerWithin?: number },
    ...words: string[]
  ): Promise<{ status: number; said: string; warned: string }> {
    const [out, err] = [process.stdout.write, process.stderr.write];
    const [said, warned]: [string[], string[]] = [[], []];
    process.stdout.write = ((text: string) => said.push(text) > 0) as typeof out;
    process.stderr.write = ((text: string) => warned.push(text) > 0) as typeof err;
    try {
      const status = await share([...words, '--home', home()], patience);
      return { status, said: said.join(''), warned: warned.join('') };
    } finally {
      process.stdout.write = out;
      process.stderr.write = err;
    }
  }

  async function ledgerKnows(id: string): Promise<void> {
    const ledger = await openLedger(path.join(home(), 'ledger.sqlite'), realClock);
    await ledger.shares.rememberShare({ root: ops(), id });
    await ledger.close();
  }

  it('init marks a folder, and a second time says the same', async () => {
    const first = await run('init', ops());
    const [said, id] = first.said.split(' is share ');
    assert.equal(said, ops());
    assert.match(id ?? '', /^[0-9a-f-]{36}\n$/);
    assert.deepEqual(await run('init', ops()), first);
    await assert.rejects(run('init', path.join(ops(), 'none')), {
      code: 'CONFIG_INVALID',
      cure: /Mount the share/,
    });
  });

  it('init marks no folder of RAP_HOME, whatever leads there', async () => {
    const landing = path.join(home(), 'landing');
    await fs.mkdir(landing);
    await linkFolder(landing, path.join(folder(), 'link'));
    for (const place of [home(), landing, path.join(folder(), 'link'), folder()]) {
      await assert.rejects(run('init', place), { code: 'FOLDER_REFUSED' }, place);
    }
    assert.match((await run('check', landing)).said, /lies in RAP_HOME, in "landing"/);
    await fs.mkdir(path.join(home(), 'shares'));
    assert.equal((await run('init', path.join(home(), 'shares'))).status, 0);
  });

  if (onWindows) {
    it('init does not speak of mounting, and a share is the same by its server', async () => {
      const first = await run('init', ops());
      assert.deepEqual([first.status, first.warned], [0, '']);
      const place = asShare(ops());
      const [, id] = first.said.split(' is share ');
      assert.equal((await run('init', place)).said, `${place} is share ${id}`);
      await ledgerKnows(id?.trim() ?? '');
      for (const way of [place, place.replaceAll('\\', '/'), ops().toUpperCase()]) {
        const { status, said } = await run('check', way, '--json');
        assert.deepEqual([status, JSON.parse(said).id], [0, id?.trim()], way);
      }
    });

    it('refuses what is no folder of a drive or of a share, whatever is asked', async () => {
      const servers = ['\\\\server', '//server/', '\\\\?\\UNC\\server', '\\\\\\server\\share'];
      for (const place of [...servers, `${ops()}:stream`, path.join(ops(), 'NUL'), 'con']) {
        const refused = { code: 'CONFIG_INVALID', message: /^FOLDER "/ };
        await assert.rejects(run('init', place), refused, place);
        await assert.rejects(run('accept', place, '--reason', 'new'), refused, place);
        await assert.rejects(run('check', place), refused, place);
      }
    });
  } else {
    it('init asks whether the share is mounted when the folder lies on the disk of the system', async () => {
      const { dev } = await fs.stat('/');
      const memory = await fs.mkdtemp('/dev/shm/rap-').catch(() => ops());
      try {
        for (const place of [ops(), memory]) {
          const { status, warned } = await run('init', place);
          const same = (await fs.stat(place)).dev === dev;
          assert.deepEqual([status, /is not mounted: remove/.test(warned)], [0, same], place);
        }
      } finally {
        await fs.rm(memory, { recursive: true, force: true });
      }
    });

    it('refuses a path of Windows with the reason, whatever is asked', async () => {
      const reason = /is a path of Windows: mount the share/;
      for (const place of ['\\\\server\\share', 'Z:\\reports']) {
        await assert.rejects(run('init', place), { code: 'CONFIG_INVALID', message: reason });
        await assert.rejects(run('accept', place, '--reason', 'new'), { message: reason });
        const { status, said } = await run('check', place);
        assert.equal(status, 5);
        assert.match(said, reason);
      }
    });
  }

  it('check does not call a share ready whose id file is damaged, and tries nothing there', async () => {
    await fs.writeFile(path.join(ops(), SHARE_FILE), '');
    const before = (await fs.stat(ops())).mtimeMs;
    const { status, said } = await run('check', ops());
    assert.equal(status, 5);
    assert.match(said, /cannot be understood/);
    assert.equal((await fs.stat(ops())).mtimeMs, before);
  });

  it('check tells what a folder can do, and leaves nothing there', async () => {
    const { status, said } = await run('check', ops());
    assert.equal(status, 0);
    // There no folder is synced, and upper and lower case are one.
    const there = onWindows ? 'yes +no +no +yes' : 'yes +yes +yes +yes';
    assert.match(
      said,
      new RegExp(`^Folder +Id +Links +Sync +Case +Replace +Free\\n.*not marked +${there} .* ready\\n$`),
    );
    assert.deepEqual(await fs.readdir(ops()), []);
  });

  it('check without folders looks at every share that was met, and fails for one that is not there', async () => {
    await assert.rejects(run('check'), { code: 'USAGE' });
    const { id } = await initShare(ops(), realClock);
    await ledgerKnows(id);
    const good = await run('check', '--json');
    assert.deepEqual([good.status, JSON.parse(good.said).id], [0, id]);
    await fs.rm(path.join(ops(), SHARE_FILE));
    const bad = await run('check');
    assert.equal(bad.status, 5);
    assert.match(bad.said, /no \.rap-share\.json is found/);
  });

  it('check names another share in the place of a known one, which accept takes in the name of a person', async () => {
    await ledgerKnows('11111111-1111-4111-8111-111111111111');
    const { id } = await initShare(ops(), realClock);
    const before = await run('check');
    assert.equal(before.status, 5);
    assert.match(before.said, /another share: 11111111-/);
    await assert.rejects(run('accept', ops()), { code: 'USAGE' });
    const accepted = await run('accept', ops(), '--reason', 'new server', '--by', 'Chan', '--json');
    assert.deepEqual(JSON.parse(accepted.said), {
      root: ops(),
      id,
      before: '11111111-1111-4111-8111-111111111111',
      by: 'Chan',
      reason: 'new server',
    });
    assert.equal((await run('check')).status, 0);
    const ledger = await openLedger(path.join(home(), 'ledger.sqlite'), realClock);
    const accepts = (await ledger.journal.records()).filter(({ what }) => what === 'share accepted');
    await ledger.close();
    assert.deepEqual(
      accepts.map(({ who, why }) => [who, why]),
      [['Chan', 'new server']],
    );
  });

  it('accept takes no folder that holds no id file', async () => {
    await ledgerKnows('11111111-1111-4111-8111-111111111111');
    await assert.rejects(run('accept', ops(), '--reason', 'x'), { code: 'SHARE_MISSING' });
  });

  for (const call of ['stat', 'open', 'link'] as const) {
    it(`says of a share that hangs in ${call} that it does not answer, and what to do`, async () => {
      const risk = path.join(path.dirname(ops()), 'risk');
      await fs.mkdir(risk);
      const patience = { answerWithin: 1_500 };
      const gate = Promise.withResolvers<void>();
      const real = fs[call] as unknown as (...args: unknown[]) => Promise<unknown>;
      mock.method(fs, call, async (...args: unknown[]) => {
        if (args.some((arg) => String(arg).startsWith(ops()))) await gate.promise;
        return real(...args);
      });
      try {
        const silent = { code: 'SHARE_SILENT', message: /ops does not answer/, cure: /have it looked at/ };
        const words = call === 'link' ? ['init', ops()] : ['accept', ops(), '--reason', 'new'];
        await assert.rejects(runWithin(patience, ...words), silent);
        const { status, said } = await runWithin(patience, 'check', ops(), risk);
        assert.equal(status, 5);
        assert.match(said, /ops +not marked .*ops does not answer: .*\n.*risk +not marked +yes .* ready\n$/);
      } finally {
        gate.resolve();
        mock.restoreAll();
        while (watchdog.busy) await new Promise(setImmediate);
      }
    });
  }
});
