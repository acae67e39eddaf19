/** Where a destination really lies, whatever name, link or mount shows it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { refuseOfHome } from '../../../lib/delivery/home-folders.ts';
import { realFolder } from '../../../lib/delivery/real-folder.ts';
import { parseRules } from '../../../lib/delivery/rules.ts';
import { mountedPlace } from '../../../lib/files/mounts.ts';
import { linkFolder, onWindows, unlinkFolder } from '../../support/system.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const refused = { code: 'FOLDER_REFUSED' };

describe('A destination in RAP_HOME', () => {
  const rows: [string, RegExp | undefined][] = [
    ['/srv/rap/landing', /"landing"/],
    ['/srv/rap/landing/HKSCC/INBOX', /"landing"/],
    ['/srv/rap/Landing/x', /"landing"/],
    ['/srv/rap/shares/../quarantine', /"quarantine"/],
    ['/srv/rap/node-red', /"node-red"/],
    ['/srv/rap/secrets/x', /"secrets"/],
    ['/srv/rap/practice/2025-06-21/reports', /"practice"/],
    ['/srv/rap/evening/shares', /"evening"/],
    ['/srv/rap/ledger.sqlite-wal', /"ledger.sqlite-wal"/],
    ['/srv/rap', /RAP_HOME itself/],
    ['/srv/rap/', /RAP_HOME itself/],
    ['/srv', /above RAP_HOME/],
    ['/', /above RAP_HOME/],
    ['/srv/rap/shares', undefined],
    ['/srv/rap/ops/{yyyy}', undefined],
    ['/srv/rap/landing-of-others', undefined],
    ['/srv/rap2/landing', undefined],
    ['/mnt/landing', undefined],
  ];
  for (const [folder, why] of rows) {
    it(`${folder} ${why === undefined ? 'may take reports' : 'may not'}`, () => {
      const told = refuseOfHome(folder, '/srv/rap');
      if (why === undefined) assert.equal(told, undefined);
      else assert.match(told ?? '', why);
    });
  }

  const home = 'C:\\Rap';
  const onWindowsRows: [string, RegExp | undefined, string?][] = [
    ['c:\\rap\\LANDING', /"landing"/],
    ['C:/rap/quarantine/', /"quarantine"/],
    ['\\\\?\\C:\\rap\\landing', /"landing"/],
    ['C:\\rap\\landing', /"landing"/, '\\\\?\\C:\\rap'],
    ['c:\\rap\\ledger.sqlite-wal', /"ledger.sqlite-wal"/, '\\\\?\\C:\\RAP'],
    ['//FS/ops/rap/keys', /"keys"/, '\\\\?\\UNC\\fs\\Ops\\rap'],
    ['\\\\?\\C:\\RAP\\', /RAP_HOME itself/],
    ['C:\\', /above RAP_HOME/],
    ['\\\\?\\C:\\', /above RAP_HOME/],
    ['C:\\rap\\shares', undefined],
    ['C:\\rapid\\landing', undefined],
    ['D:\\rap\\landing', undefined],
    ['\\\\fs\\ops\\landing', undefined, '\\\\fs\\risk'],
  ];
  for (const [folder, why, own = home] of onWindowsRows) {
    it(`${folder} ${why === undefined ? 'may take reports' : 'may not'} where ${own} is RAP_HOME`, () => {
      const told = refuseOfHome(folder, own, 'win32');
      if (why === undefined) assert.equal(told, undefined);
      else assert.match(told ?? '', why);
    });
  }

  it('is refused with its rule at the deploy', () => {
    // On Windows a folder without a drive is refused for that.
    const drive = onWindows ? 'C:' : '';
    const read = (share: string) => parseRules([{ share }], { home: `${drive}/srv/rap` });
    for (const share of ['{home}/landing/{yyyy}', '{home}', `${drive}/srv/{system}`, '{home}/{folder}']) {
      assert.throws(
        () => read(share),
        { code: 'ROUTE_INVALID', message: /^rule 1: share ".*RAP_HOME/ },
        share,
      );
    }
    for (const share of ['{home}/shares/{system}', `${drive}/srv/other/{system}`])
      assert.equal(read(share).length, 1);
  });
});

describe('The real folder', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => path.join(folder(), ...names);
  const home = () => at('home');
  const real = (place: string, root = place) => realFolder(place, { root, home: home() });
  beforeEach(async () => {
    for (const one of ['home/landing/HKSCC', 'home/secrets', 'home/shares', 'share/CCASS', 'elsewhere']) {
      await fs.mkdir(at(one), { recursive: true });
    }
  });

  it('need not be there yet', async () => {
    assert.equal(await real(at('share', 'CCASS', '2026'), at('share')), at('share', 'CCASS', '2026'));
    assert.equal(await real(at('new', 'x')), at('new', 'x'));
    assert.equal(await real(at('home', 'shares', 'x')), at('home', 'shares', 'x'));
  });

  it('is not one of RAP_HOME by a link, wherever the link stands and whatever lies behind it', async () => {
    await linkFolder(at('home', 'landing'), at('one'));
    await linkFolder(at('home'), at('two'));
    await linkFolder(at('home', 'landing', 'HKSCC'), at('home', 'shares', 'three'));
    await linkFolder(at('two', 'secrets'), at('four'));
    for (const place of [
      at('one'),
      at('one', 'new'),
      at('two'),
      at('two', 'landing'),
      at('two', 'quarantine'),
    ]) {
      await assert.rejects(real(place), refused, place);
    }
    await assert.rejects(real(at('home', 'shares', 'three')), refused);
    await assert.rejects(real(at('four')), { ...refused, message: /four is really .*home[\\/]secrets/ });
  });

  it('is not RAP_HOME when RAP_HOME itself is named by a link', async () => {
    await linkFolder(home(), at('named'));
    const bounds = { root: at('home', 'landing'), home: at('named') };
    await assert.rejects(realFolder(at('home', 'landing'), bounds), refused);
  });

  it('stays within its share', async () => {
    await linkFolder(at('elsewhere'), at('share', 'VaR'));
    await linkFolder('../../elsewhere', at('share', 'CCASS', 'up'));
    await linkFolder('CCASS', at('share', 'inside'));
    for (const names of [['VaR'], ['VaR', '2026'], ['CCASS', 'up'], ['CCASS', 'up', 'x', 'y']]) {
      await assert.rejects(real(at('share', ...names), at('share')), refused, names.join('/'));
    }
    assert.equal(await real(at('share', 'inside', '2026'), at('share')), at('share', 'CCASS', '2026'));
  });

  it('is looked at each time, however soon after the last: a link that changes is followed at once', async () => {
    const link = at('share', 'VaR');
    const places = [
      'home/landing',
      'home/landing/HKSCC',
      'home',
      'home/keys',
      'elsewhere',
      'home/quarantine',
    ];
    for (let round = 0; round < 5; round++) {
      for (const place of places) {
        await linkFolder(at('share', 'CCASS'), link);
        assert.equal(await real(path.join(link, '2026'), at('share')), at('share', 'CCASS', '2026'));
        await unlinkFolder(link);
        // Also where it leads to a folder of RAP_HOME that was not there a moment ago.
        await fs.mkdir(at(place), { recursive: true });
        await linkFolder(at(place), link);
        await assert.rejects(real(path.join(link, '2026'), at('share')), refused, place);
        // And where the operator named the link itself.
        if (place !== 'elsewhere') await assert.rejects(real(link), refused, place);
        await unlinkFolder(link);
      }
    }
  });

  it('is refused by the root that it lies in, too', async () => {
    await linkFolder(folder(), at('above'));
    await assert.rejects(real(at('above', 'elsewhere'), at('above')), refused);
  });

  it('may be a link of the operator, who named it', async () => {
    await linkFolder(at('elsewhere'), at('named'));
    assert.equal(await real(at('named', '2026'), at('named')), at('elsewhere', '2026'));
  });

  if (process.platform === 'linux' && process.getuid?.() === 0) {
    it('is not one of RAP_HOME by a mount, at any depth', async () => {
      const shows = async (what: string) => {
        await fs.mkdir(at('mounted'), { recursive: true });
        execFileSync('mount', ['--bind', what, at('mounted')], { stdio: 'pipe' });
        try {
          await assert.rejects(real(at('mounted')), refused, what);
          await assert.rejects(real(at('mounted', 'landing', 'x')), refused, what);
        } finally {
          execFileSync('umount', [at('mounted')], { stdio: 'pipe' });
        }
      };
      await shows(home());
      await shows(at('home', 'landing'));
      await shows(at('home', 'landing', 'HKSCC'));
      await fs.mkdir(at('home', 'keys'));
      await shows(at('home', 'keys'));
    });

    for (const [how, put] of [
      ['link', () => linkFolder(at('volume', 'landing'), at('home', 'landing'))],
      ['mount', () => fs.mkdir(at('home', 'landing'))],
    ] as const) {
      it(`is not one of RAP_HOME by a mount where that is a ${how} to another disk`, async () => {
        await fs.mkdir(at('volume', 'landing', 'HKSCC', 'INBOX'), { recursive: true });
        await fs.rm(at('home', 'landing'), { recursive: true });
        await put();
        const mounts: string[] = [];
        const mount = (what: string, where: string) => {
          execFileSync('mount', ['--bind', what, where], { stdio: 'pipe' });
          mounts.unshift(where);
        };
        try {
          if (how === 'mount') mount(at('volume', 'landing'), at('home', 'landing'));
          await fs.mkdir(at('mounted'), { recursive: true });
          assert.equal(await real(at('mounted')), at('mounted'));
          for (const inner of ['HKSCC', 'HKSCC/INBOX']) {
            mount(at('volume', 'landing', inner), at('mounted'));
            await assert.rejects(real(at('mounted', 'x'), at('mounted')), refused, inner);
          }
        } finally {
          for (const where of mounts) execFileSync('umount', [where], { stdio: 'pipe' });
        }
      });
    }

    it('is looked at each time: a mount of what was not there a moment ago is seen at once', async () => {
      await fs.mkdir(at('mounted'));
      assert.equal(await real(at('mounted')), at('mounted'));
      for (const made of ['home/practice', 'home/landing/HKSCC/INBOX', 'home/rehearsal/x']) {
        await fs.mkdir(at(made), { recursive: true });
        execFileSync('mount', ['--bind', at(made), at('mounted')], { stdio: 'pipe' });
        try {
          await assert.rejects(real(at('mounted', 'x'), at('mounted')), refused, made);
        } finally {
          execFileSync('umount', [at('mounted')], { stdio: 'pipe' });
        }
        assert.equal(await real(at('mounted')), at('mounted'));
      }
    });

    it('may be a mount of anything else', async () => {
      execFileSync('mount', ['--bind', at('elsewhere'), at('share')], { stdio: 'pipe' });
      try {
        assert.equal(await real(at('share', '2026')), at('share', '2026'));
      } finally {
        execFileSync('umount', [at('share')], { stdio: 'pipe' });
      }
    });
  }
});

describe('The table of mounts', () => {
  const table = [
    '21 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '30 21 8:2 /volumes/one /srv rw shared:1 - ext4 /dev/sdb rw',
    '31 21 8:2 /volumes/one/rap/landing /mnt/my\\040share rw - ext4 /dev/sdb rw',
    '32 21 0:44 / /srv/rap/shares rw - tmpfs tmpfs rw',
  ].join('\n');
  const rows: [string, string, string][] = [
    ['/srv/rap', '8:2', '/volumes/one/rap'],
    ['/mnt/my share/x', '8:2', '/volumes/one/rap/landing/x'],
    ['/srv/rap/shares/x', '0:44', '/x'],
    ['/srvother', '8:1', '/srvother'],
  ];
  for (const [folder, device, inside] of rows) {
    it(`says where ${folder} lies`, () => assert.deepEqual(mountedPlace(folder, table), { device, inside }));
  }
  it('may be empty', () => assert.equal(mountedPlace('/x', ''), undefined));
});
