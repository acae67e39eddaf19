/** OpenSSH's server with an RSA, an ECDSA and an Ed25519 host key, of which one is pinned: `rap fetch` and `rap hostkey`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rapFetch } from './rap.ts';
import { openSsh } from './servers/openssh.ts';
import type { TestServer } from './servers/server.ts';

const run = promisify(execFile);
const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));
const environment = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };

describe('OpenSSH with host keys of three types', function () {
  this.timeout(300_000);
  let work = '';
  let server: TestServer;
  const file = (name: string) => path.join(work, name);
  const words = async (type: string) => (await readFile(file(`${type}.pub`), 'utf8')).trim().split(' ');

  before(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'rap-host-keys-'));
    await mkdir(file('served/in'), { recursive: true });
    await writeFile(file('served/in/a.txt'), 'a report');
    for (const type of ['rsa', 'ecdsa']) {
      await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file(type)]);
    }
    const kind = openSsh('three host keys', [`HostKey ${file('rsa')}`, `HostKey ${file('ecdsa')}`]);
    server = await kind.start(file('served'));
    await writeFile(file('ed25519.pub'), server.knownHosts.split(' ').slice(1).join(' '));
  });

  after(async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  async function fingerprintOf(type: string): Promise<string> {
    const { stdout } = await run('ssh-keygen', ['-lf', file(`${type}.pub`)]);
    return stdout.split(' ')[1] ?? '';
  }

  for (const type of ['rsa', 'ecdsa', 'ed25519']) {
    it(`is fetched from with its ${type} key alone in known_hosts, and with its fingerprint alone`, async () => {
      const [name, key] = await words(type);
      await writeFile(file('known'), `[${server.host}]:${server.port} ${name} ${key}\n`);
      const [known, printed] = ['known', 'printed'].map((to) => file(`${type}-${to}`));
      const pinned = await rapFetch(server, {
        from: 'in',
        to: known ?? '',
        // A fingerprint of nobody, because the known_hosts file is to decide.
        fingerprint: 'A'.repeat(43),
        more: ['--known-hosts', file('known')],
      });
      assert.deepEqual([pinned.status, pinned.summary.files], [0, 1], pinned.stderr);
      const by = await rapFetch(server, {
        from: 'in',
        to: printed ?? '',
        fingerprint: await fingerprintOf(type),
      });
      assert.deepEqual([by.status, by.summary.files], [0, 1], by.stderr);
    });
  }

  it('shows all of them with "rap hostkey"', async () => {
    const { stdout } = await run(rap, ['hostkey', server.host, `${server.port}`, '--json'], {
      env: environment,
    });
    const shown = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const type of ['rsa', 'ecdsa', 'ed25519']) {
      const [name, key] = await words(type);
      const fingerprint = await fingerprintOf(type);
      const knownHosts = `[${server.host}]:${server.port} ${name} ${key}`;
      const { host, port } = server;
      assert.deepEqual(
        shown.filter((one) => one.type === name),
        [{ host, port, type: name, fingerprint, knownHosts }],
      );
    }
    assert.equal(shown.length, 3);
  });
});
