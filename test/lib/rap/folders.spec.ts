import assert from 'node:assert/strict';
import { atServer, folderText, isRelative, remoteFolder, remoteFolders } from '../../../lib/rap/folders.ts';

describe('A remote folder as typed', () => {
  for (const [typed, path, server, mayBeAbsent] of [
    ['/INBOX', '/INBOX', '/INBOX', false],
    ['/INBOX/', '/INBOX', '/INBOX', false],
    ['//a//b/', '/a/b', '/a/b', false],
    ['/', '/', '/', false],
    ['/./INBOX', '/INBOX', '/INBOX', false],
    ['INBOX', '/INBOX', 'INBOX', false],
    ['./INBOX/', '/INBOX', 'INBOX', false],
    ['~/INBOX', '/INBOX', 'INBOX', false],
    [' out/2025 ', '/out/2025', 'out/2025', false],
    ['.', '/', '.', false],
    ['~', '/', '.', false],
    ['/COMMON?', '/COMMON', '/COMMON', true],
    ['COMMON ?', '/COMMON', 'COMMON', true],
  ] as const) {
    it(`"${typed}" is ${server} at the server and ${path} here${mayBeAbsent ? ', and may be absent' : ''}`, () => {
      const folder = remoteFolder(typed);
      assert.deepEqual(folder, { path, relative: !server.startsWith('/'), mayBeAbsent });
      assert.equal(atServer(folder.path, folder.relative), server);
      // What is written once more is read as before.
      assert.deepEqual(remoteFolder(folderText(folder)), folder);
    });
  }

  for (const typed of ['/a/../b', '..', 'INBOX/../..', '/IN?BOX', 'a\u0000b']) {
    it(`${JSON.stringify(typed)} is refused`, () =>
      assert.throws(() => remoteFolder(typed), { code: 'CONFIG_INVALID' }));
  }

  it('is taken once, and not where it would be two folders of the server in one place', () => {
    assert.deepEqual(remoteFolders(['/INBOX', '/INBOX/', '/COMMON?']).map(folderText), [
      '/INBOX',
      '/COMMON?',
    ]);
    assert.throws(() => remoteFolders(['/INBOX', 'INBOX']), /"\/INBOX" and "INBOX"/);
  });

  for (const typed of [
    ['.', '/COMMON'],
    ['/COMMON', '~'],
    ['INBOX', '/INBOX/DAY'],
    ['/INBOX', 'INBOX/DAY/'],
    ['/', 'INBOX'],
  ]) {
    it(`${typed.join(' and ')} are refused: nobody could tell the files of both apart`, () =>
      assert.throws(() => remoteFolders(typed), { code: 'CONFIG_INVALID', message: /one in the other/ }));
  }

  it('may lie in another one, or beside it under a longer name', () => {
    for (const typed of [
      ['/', '/INBOX'],
      ['INBOX', 'INBOX/DAY'],
      ['INBOX', '/INBOX2'],
    ]) {
      assert.deepEqual(remoteFolders(typed).map(folderText), typed);
    }
  });

  it('must be there when it is named once without "?"', () => {
    assert.deepEqual(remoteFolders(['/INBOX?', '/INBOX']).map(folderText), ['/INBOX']);
    assert.deepEqual(remoteFolders(['INBOX', './INBOX/?']).map(folderText), ['INBOX']);
    assert.deepEqual(remoteFolders(['/INBOX?', '/INBOX/?']).map(folderText), ['/INBOX?']);
  });

  it('tells which paths lie in a folder of the login', () => {
    const folders = remoteFolders(['INBOX', '/COMMON']);
    assert.equal(isRelative('/INBOX/a.txt', folders), true);
    assert.equal(isRelative('/INBOX/20250620/a.txt', folders), true);
    assert.equal(isRelative('/INBOX2/a.txt', folders), false);
    assert.equal(isRelative('/COMMON/a.txt', folders), false);
    assert.equal(isRelative('/a.txt', remoteFolders(['.'])), true);
  });
});
