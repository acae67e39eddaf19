import assert from 'node:assert/strict';
import { type Host, refuseLength, refusePlace, thisHost } from '../../../lib/delivery/path-policy.ts';
import { targetsFor } from '../../../lib/delivery/routes.ts';
import { parseRules } from '../../../lib/delivery/rules.ts';
import { parseTemplate } from '../../../lib/delivery/template.ts';
import { aReport } from './samples.ts';

const service: Host = { platform: 'win32', service: true, drives: ['C:', 'D:'] };
const desk: Host = { ...service, service: false };
const linux: Host = { platform: 'linux', service: false, drives: [] };

describe('Places for reports', () => {
  const table: [Host, string, RegExp | undefined][] = [
    [service, '\\\\fileserver\\ops\\rap', undefined],
    [service, '//fileserver/ops/rap', undefined],
    [service, '\\\\10.1.2.3\\ops', undefined],
    [service, '\\\\fileserver.firm.example\\ops$\\2025', undefined],
    [service, '\\\\?\\UNC\\fileserver\\ops\\rap', undefined],
    [service, 'C:\\rap\\shares', undefined],
    [service, 'd:/rap/shares', undefined],
    [service, 'Z:\\ops', /drive Z:, which a service does not see .*\\\\server\\share/],
    [service, 'z:/ops', /drive Z:/],
    [service, '\\\\?\\Z:\\ops', /drive Z:/],
    [desk, 'Z:\\ops', undefined],
    [service, '\\\\fileserver', /must begin with a server/],
    [service, '\\ops', /must begin with a server/],
    [service, '/mnt/ops', /must begin with a server/],
    [service, 'C:ops', /begins where drive C: happens to stand: write C:\\ in front/],
    [desk, 'd:rap/shares', /begins where drive D: happens to stand/],
    [desk, '\\\\?\\D:ops', /begins where drive D: happens to stand/],
    [desk, 'D:', /begins where drive D: happens to stand/],
    [service, '\\\\\\fileserver\\ops', /must begin with a server/],
    [service, '\\\\.\\pipe\\ops', /must begin with a server/],
    [linux, '/mnt/ops', undefined],
    [linux, '\\\\fileserver\\ops', /mount the share on this machine/],
    [linux, 'Z:\\ops', /mount the share/],
  ];
  for (const [host, folder, reason] of table) {
    const who = `${host.platform}${host.service ? ', as a service' : ''}`;
    it(`${reason === undefined ? 'take' : 'refuse'} ${folder} on ${who}`, () => {
      const said = refusePlace(folder, host);
      if (reason === undefined) assert.equal(said, undefined);
      else assert.match(said ?? '', reason);
    });
  }

  it('on Windows are no longer than its programs can open', () => {
    const file = (length: number) => `C:\\${'x'.repeat(length - 3)}`;
    assert.equal(refuseLength(file(259), service), undefined);
    assert.match(refuseLength(file(260), service) ?? '', /260 characters.* 259/);
    assert.equal(refuseLength(file(4000), linux), undefined);
  });

  it('know a service of Windows by its missing session, and the drives it sees for sure', () => {
    assert.equal(thisHost('D:\\rap', { SystemDrive: 'C:' }).service, true);
    assert.equal(thisHost('D:\\rap', { SESSIONNAME: 'Console' }).service, false);
    assert.deepEqual(thisHost('D:\\rap', { SystemDrive: 'C:' }).drives, ['C:', 'D:']);
    assert.deepEqual(thisHost('\\\\fileserver\\rap', { SystemDrive: 'C:' }).drives, ['C:']);
  });

  it('are refused by the rules with the number of the rule, before anything is written', () => {
    const rule = { system: '', code: '', folder: '', share: '/mnt/ops' };
    const context = { home: '/home/rap', account: 'SIM001', installation: 'hkscc' };
    assert.throws(() => targetsFor(aReport(), [rule], context, service), {
      code: 'ROUTE_INVALID',
      // On Windows it is a folder of the drive one is on, which a service sees only where it is no mapped one.
      message: /rule 1: share "\/mnt\/ops" (must begin with a server|is on drive [A-Z]:, which a service)/,
    });
    if (process.platform !== 'win32') {
      assert.throws(() => parseTemplate('\\\\fileserver\\ops', 'rule 2: share'), /rule 2: .*mount the share/);
    }
  });

  describe('are refused when the rules are read, as far as they are known then', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: templates of ours
    const rows: [Host, string, RegExp | undefined][] = [
      [service, 'Z:\\ops\\{system}', /drive Z:, which a service does not see .*\\\\server\\share/],
      [service, 'z:/ops', /drive Z:/],
      [service, 'Z:\\{yyyy}', /drive Z:/],
      [service, '\\\\fileserver', /must begin with a server/],
      [service, '${MAPPED}\\{system}', /drive Z:/],
      [service, '\\\\fileserver\\ops\\{system}', undefined],
      // With a stroke lost, as an escape of JSON or YAML loses it, they would be folders of this machine.
      [service, '\\fileserver\\ops\\{system}', /must begin with a server/],
      [service, '/fileserver/ops/{system}', /must begin with a server/],
      [desk, '\\rap\\shares', /must begin with a server/],
      [service, '${LOST}\\{system}', /must begin with a server/],
      [desk, 'C:ops\\{system}', /begins where drive C: happens to stand/],
      [desk, 'C:{yyyy}', /begins where drive C: happens to stand/],
      [service, '${OF_DRIVE}\\{system}', /begins where drive D: happens to stand/],
      [service, 'D:\\ops:today\\{system}', /holds a colon/],
      [service, '\\\\fileserver\\ops\\a:$DATA', /holds a colon/],
      [service, '\\\\?\\D:\\ops\\{yyyy}:{MM}', /holds a colon/],
      [service, 'D:\\ops\\NUL', /"NUL", which is a device/],
      [service, '\\\\fileserver\\ops\\aux\\{yyyy}', /"aux", which is a device/],
      [service, 'd:/ops/Com1.txt/{system}', /"Com1.txt", which is a device/],
      [service, 'D:\\conference\\nullable\\{system}', undefined],
      // No report could come there, however short its name is.
      [service, `D:\\${'long name\\'.repeat(30)}{system}`, /has 303 characters.* up to 259/],
      [desk, `\\\\fs\\ops\\${'x'.repeat(251)}`, /has 260 characters/],
      [service, `D:\\${'x'.repeat(200)}\\{system}`, undefined],
      [linux, `/mnt/${'x'.repeat(300)}/{system}`, undefined],
      [linux, '/mnt/ops/aux/{system}', undefined],
      [linux, '/mnt/ops:today', undefined],
      [service, '\\\\fileserver\\{system}\\in', /must begin with a server/],
      [service, '//fileserver/{system}', /must begin with a server/],
      [service, '\\\\fileserver\\ops{yyyy}\\in', /must begin with a server/],
      [service, '${SERVER}\\{system}', /must begin with a server/],
      [service, '\\\\?\\UNC\\fileserver\\{system}', /must begin with a server/],
      [service, '{home}\\shares', undefined],
      [service, '${RAP_SHARE}\\{system}', undefined],
      [service, '${NOT_YET}\\{system}', undefined],
      [service, 'C:\\rap\\{system}', undefined],
      [desk, 'Z:\\ops\\{system}', undefined],
      [linux, '/mnt/ops/{system}', undefined],
      [linux, '/mnt/c:/{system}', undefined],
      [linux, '{home}/shares/{system}', undefined],
      [linux, '${NOT_YET}/{system}', undefined],
      [linux, '/mnt/ops;/mnt/risk', /more than one folder/],
      [linux, '/mnt/ops, /mnt/risk/{yyyy}', /more than one folder/],
      [linux, '{home}/shares/a、/mnt/risk', /more than one folder/],
      [linux, '/mnt/ops；/mnt/risk', /more than one folder/],
      [linux, '/run/gvfs/smb-share:server=fs01,share=ops/{yyyy}', undefined],
      [linux, '/mnt/Wong, Ada/{system}', undefined],
      [desk, 'C:\\ops;D:\\ops', /more than one folder/],
      [desk, '\\\\fs01\\ops, \\\\fs02\\ops', /more than one folder/],
      [linux, '\\\\fileserver\\ops', /mount the share/],
      [linux, 'Z:\\ops\\{system}', /mount the share/],
      [linux, '${MAPPED}\\{system}', /mount the share/],
    ];
    for (const [host, share, reason] of rows) {
      const who = `${host.platform}${host.service ? ', as a service' : ''}`;
      it(`${reason === undefined ? 'take' : 'refuse'} ${share} on ${who}`, () => {
        const home = host.platform === 'win32' ? 'D:\\rap' : '/home/rap';
        const lost = { LOST: '\\fileserver\\ops', OF_DRIVE: 'D:ops' };
        const env = {
          MAPPED: 'Z:\\ops',
          SERVER: '\\\\fileserver',
          RAP_SHARE: '\\\\fileserver\\ops',
          ...lost,
        };
        const read = () => parseRules([{ share: '{home}/all' }, { share }], { home, env, host });
        if (reason === undefined) assert.equal(read()[1]?.share, share);
        else
          assert.throws(read, ({ code, message }) => {
            assert.equal(code, 'ROUTE_INVALID');
            assert.ok(message.startsWith(`rule 2: share "${share}" `), message);
            assert.match(message, reason);
            return true;
          });
      });
    }
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: templates of ours
  });
});
