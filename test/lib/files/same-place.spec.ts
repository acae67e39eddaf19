/** Which texts name one place. */
import assert from 'node:assert/strict';
import { isWithin, placeKey, shortForm } from '../../../lib/files/same-place.ts';

describe('Texts of one place', () => {
  const same: [string, string][] = [
    ['C:\\rap\\Shares', 'c:/rap/shares'],
    ['C:\\rap\\', 'C:\\rap'],
    ['\\\\FS01\\Ops\\in', '//fs01/ops/in/'],
    ['\\\\?\\UNC\\fs01\\ops\\in', '\\\\fs01\\ops\\IN'],
    ['\\\\?\\C:\\rap', 'C:\\RAP'],
    ['\\\\.\\C:\\rap', 'C:\\RAP'],
    ['C:\\rap\\.\\x\\..\\y', 'c:\\rap\\y'],
  ];
  for (const [one, other] of same) {
    it(`on Windows: ${one} and ${other}`, () => {
      assert.equal(placeKey(one, 'win32'), placeKey(other, 'win32'));
    });
  }

  it('on Linux differ in case and have one kind of slash', () => {
    assert.notEqual(placeKey('/mnt/Ops', 'linux'), placeKey('/mnt/ops', 'linux'));
    assert.notEqual(placeKey('/mnt/a\\b', 'linux'), placeKey('/mnt/a/b', 'linux'));
    assert.equal(placeKey('/mnt/ops/', 'linux'), placeKey('/mnt/ops', 'linux'));
  });

  it('lose nothing but the mark of a long form', () => {
    assert.equal(shortForm('\\\\?\\UNC\\fs01\\ops'), '\\\\fs01\\ops');
    assert.equal(shortForm('\\\\?\\c:\\rap'), 'c:\\rap');
    assert.equal(shortForm('\\\\fs01\\ops'), '\\\\fs01\\ops');
    assert.equal(shortForm('\\\\?\\Volume{1}\\x'), '\\\\?\\Volume{1}\\x');
  });

  const within: [NodeJS.Platform, string, string, boolean][] = [
    ['win32', 'C:\\Rap\\landing', 'c:\\rap', true],
    ['win32', 'C:\\rapid', 'C:\\rap', false],
    ['win32', 'C:\\x', 'C:\\', true],
    ['win32', 'D:\\x', 'C:\\', false],
    ['win32', '\\\\?\\UNC\\FS\\ops\\a', '\\\\fs\\OPS', true],
    ['linux', '/mnt/ops/a', '/mnt/ops', true],
    ['linux', '/mnt/opsa', '/mnt/ops', false],
    ['linux', '/mnt', '/', true],
    ['linux', '/mnt/Ops/a', '/mnt/ops', false],
  ];
  for (const [platform, folder, root, is] of within) {
    it(`${platform}: ${folder} is ${is ? '' : 'not '}within ${root}`, () => {
      assert.equal(isWithin(folder, root, platform), is);
    });
  }
});
