/** The SSH library in a folder where npm compiled its add-ons: they lie there, and nothing loads them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '../../..');
const addOns = [
  'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
  'cpu-features/build/Release/cpufeatures.node',
];

/** Notes what is loaded as an add-on instead of loading it. */
const spy = `
const loaded = [];
process.dlopen = (module, file) => {
  loaded.push(require('node:path').basename(file));
  module.exports = Object.assign(() => ({}), { AESGCMCipher: class {}, GenericCipher: class {} });
};
const theirs = () => require('ssh2');
const ours = () => require('./library.ts');
const seen = (words) => console.log(JSON.stringify({ loaded, ...words }));
`;

describe('The SSH library where its add-ons were compiled', () => {
  let folder: string;

  async function runs(script: string): Promise<{ loaded: string[]; [word: string]: unknown }> {
    const file = path.join(folder, 'script.cjs');
    writeFileSync(file, `${spy}${script}`);
    // The rest is found in the checkout: not every system lets anybody make links.
    const env = { ...process.env, NODE_PATH: path.join(root, 'node_modules') };
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], { env });
    return JSON.parse(stdout);
  }

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rap-add-ons-'));
    const modules = path.join(folder, 'node_modules');
    mkdirSync(modules);
    for (const name of ['ssh2', 'ssh2-sftp-client', 'cpu-features']) {
      const from = path.join(root, 'node_modules', name);
      if (existsSync(from)) cpSync(from, path.join(modules, name), { recursive: true });
    }
    for (const addOn of addOns) {
      mkdirSync(path.dirname(path.join(modules, addOn)), { recursive: true });
      writeFileSync(path.join(modules, addOn), '');
    }
    writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
    cpSync(path.join(root, 'lib/ssh'), folder, { recursive: true });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('loads them when ssh2 is imported plainly, so that the rest of this file proves something', async () => {
    const { loaded } = await runs('theirs(); seen()');
    assert.deepEqual([...new Set(loaded)].sort(), ['cpufeatures.node', 'sshcrypto.node']);
  });

  it('loads none through our own door, and works', async () => {
    const found = await runs('const { ssh2 } = ours(); seen({ client: typeof ssh2.Client })');
    assert.deepEqual(found, { loaded: [], client: 'function' });
  });

  it('takes a copy of its own where another palette loaded them before, and leaves theirs alone', async () => {
    const found = await runs(`
      const before = theirs();
      const times = loaded.length;
      const { ssh2, BaseSftpClient } = ours();
      const inner = new BaseSftpClient('x').client;
      seen({
        more: loaded.length - times,
        own: ssh2 !== before && inner instanceof ssh2.Client,
        theirs: theirs() === before,
      });`);
    assert.deepEqual([found.more, found.own, found.theirs], [0, true, true]);
  });

  it('lets other packages load add-ons as before', async () => {
    const other = path.join(folder, 'other.node');
    writeFileSync(other, '');
    const { loaded } = await runs(`ours(); require(${JSON.stringify(other)}); seen()`);
    assert.deepEqual(loaded, ['other.node']);
  });
});
