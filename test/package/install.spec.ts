/** The published package in a stock Node-RED: packed, installed from the tarball, and seen through the admin API. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSsh } from '../interop/servers/openssh.ts';
import { Program, root } from '../scripts/processes.ts';
import { freePort } from '../support/free-port.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const types: string[] = Object.keys(manifest['node-red'].nodes);

describe('published package', function () {
  this.timeout(300_000);

  let folder: string;
  let editor: string;
  let nodeRed: Program | undefined;
  let packed: string[] = [];

  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  const installed = (...parts: string[]) => join(folder, 'node_modules', ...parts);

  async function run(command: string, ...args: string[]): Promise<string> {
    const env = { npm_config_loglevel: 'error', NODE_COMPILE_CACHE: undefined };
    const program = new Program(command, args, env);
    assert.equal(await program.end(), 0, program.output);
    return program.output;
  }

  async function fromEditor<T>(path: string): Promise<T> {
    const response = await fetch(`${editor}${path}`, { headers: { accept: 'application/json' } });
    assert.equal(response.status, 200, path);
    return (await response.json()) as T;
  }

  async function startNodeRed(node: string): Promise<Program> {
    const port = await freePort();
    editor = `http://127.0.0.1:${port}`;
    const red = join(root, 'node_modules/node-red/red.js');
    const env = { RAP_HOME: undefined, NODE_RED_HOME: undefined };
    const program = new Program(node, [red, '-u', folder, '-p', String(port)], env);
    await program.says('Started flows');
    return program;
  }

  async function seesEveryNode(): Promise<void> {
    const sets =
      await fromEditor<{ module: string; types: string[]; enabled: boolean; err?: string }[]>('/nodes');
    const ours = sets.filter((set) => set.module === manifest.name);
    assert.deepEqual(ours.flatMap((set) => set.types).sort(), [...types].sort());
    for (const set of ours) assert.deepEqual([set.types, set.enabled, set.err], [set.types, true, undefined]);
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rap-package-'));
    // dist/ and examples/ are there and fresh: whatever runs the tests builds first.
    const output = await run(
      bin('npm'),
      'pack',
      root,
      '--ignore-scripts',
      '--pack-destination',
      folder,
      '--json',
    );
    const [{ filename, files }] = Object.values(JSON.parse(output)) as [
      { filename: string; files: { path: string }[] },
    ];
    packed = files.map(({ path }) => path);
    const quiet = ['--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'];
    await run(bin('npm'), 'install', join(folder, filename), '--prefix', folder, ...quiet);
    nodeRed = await startNodeRed(process.execPath);
  });

  after(async () => {
    nodeRed?.kill('SIGTERM');
    await nodeRed?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the built palette, its examples and its papers, and nothing else', () => {
    const allowed =
      /^(dist\/(nodes|lib|bin|simulator)\/|examples\/[^/]+\.json$|resources\/editor\/kit\.(js|css)$|bin\/rap$|docs\/([^/]+\.md|(deploy|service)\/.+)$|package\.json$|(README|CHANGELOG)\.md$|LICENSE$)/;
    assert.deepEqual(
      packed.filter((path) => !allowed.test(path)),
      [],
    );
    assert.ok(
      ['README.md', 'docs/operator-guide.md', 'docs/service.md', 'CHANGELOG.md', 'LICENSE', 'bin/rap'].every(
        (path) => packed.includes(path),
      ),
      String(packed),
    );
  });

  it('brings every node, without a fault', seesEveryNode);

  it('brings what its dialogs load, which needs nothing else', async () => {
    const place = `${editor}/resources/${manifest.name}/editor/`;
    const page = await (await fetch(`${editor}/nodes`, { headers: { accept: 'text/html' } })).text();
    assert.ok(page.includes(`<script type="module" src="resources/${manifest.name}/editor/kit.js">`));
    for (const file of ['kit.js', 'kit.css']) {
      const answer = await fetch(`${place}${file}`);
      assert.equal(answer.status, 200, file);
      assert.doesNotMatch(await answer.text(), /^import\b|@import\b/, file);
    }
  });

  it('brings the icons', async () => {
    const icons = await fromEditor<Record<string, string[]>>('/icons');
    assert.deepEqual([...(icons[manifest.name] ?? [])].sort(), types.map((type) => `${type}.svg`).sort());
    const icon = await fetch(`${editor}/icons/${manifest.name}/rap-connect.svg`);
    assert.match(await icon.text(), /<svg/);
  });

  it('brings labels and help in English and Chinese', async () => {
    for (const [language, word] of [
      ['en-US', 'RAP account'],
      ['zh-TW', '帳戶'],
      ['zh-CN', '账户'],
    ] as const) {
      const texts = JSON.stringify(await fromEditor(`/nodes/messages?lng=${language}`));
      assert.ok(texts.includes(word), `${word} in ${language}`);
    }
    const page = await fetch(`${editor}/nodes`, {
      headers: { accept: 'text/html', 'accept-language': 'en-US' },
    });
    const html = await page.text();
    for (const type of types) assert.ok(html.includes(`data-help-name="${type}"`), type);
  });

  it('offers the shipped flows under Import > Examples', async () => {
    const shipped = packed.filter((path) => path.startsWith('examples/')).map((path) => path.slice(9, -5));
    assert.ok(shipped.length > 0);
    assert.ok((await fromEditor<string[]>('/library/examples/flows/')).includes(manifest.name));
    const listed = await fromEditor<{ fn: string }[]>(`/library/examples/flows/${manifest.name}/`);
    assert.deepEqual(listed.map(({ fn }) => fn).sort(), shipped.sort());
    const path = `/library/examples/flows/${manifest.name}/${shipped[0]}`;
    const flow = await fromEditor<{ type: string }[]>(encodeURI(path));
    assert.ok(flow.some(({ type }) => types.includes(type)));
  });

  it('brings the command line', async () => {
    const rap = installed('.bin/rap');
    assert.equal(await run(process.execPath, rap, '--version'), `${manifest.version}\n`);
    assert.match(await run(process.execPath, rap, 'fetch', '--help'), /^Usage: rap fetch/);
    assert.ok(existsSync(installed(manifest.name, 'node_modules/.cache/rap')), 'compiled code is kept');
  });

  it('makes a live profile, which Node-RED starts with and nobody enters without the password', async () => {
    const live = join(folder, 'live');
    const rap = installed('.bin/rap');
    const made = JSON.parse(await run(process.execPath, rap, 'live', 'init', live, '--json'));
    for (const file of [made.settings, made.users, made.secret, made.key])
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600, file);
    if (process.platform !== 'win32') assert.equal(statSync(live).mode & 0o777, 0o700);
    assert.ok(
      !readFileSync(made.users, 'utf8').includes(made.password),
      'the password is kept as a hash only',
    );
    const again = new Program(process.execPath, [rap, 'live', 'init', live], {});
    assert.equal(await again.end(), 2, again.output);
    assert.match(again.output, /already .*settings\.js.*nothing was made/);

    const port = await freePort();
    const red = join(root, 'node_modules/node-red/red.js');
    const env = { RAP_HOME: undefined, RAP_PROFILE: undefined, RAP_EDITOR_PORT: `${port}` };
    const program = new Program(process.execPath, [red, '-s', made.settings], env);
    try {
      await program.says('Started flows');
      const place = `http://127.0.0.1:${port}`;
      assert.equal((await fetch(`${place}/flows`)).status, 401);
      const logIn = (password: string) =>
        fetch(`${place}/auth/token`, {
          method: 'POST',
          body: new URLSearchParams({
            client_id: 'node-red-editor',
            grant_type: 'password',
            scope: '*',
            username: made.user,
            password,
          }),
        });
      assert.equal((await logIn('another password')).status, 403);
      const answer = await logIn(made.password);
      assert.equal(answer.status, 200);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const sets = await fetch(`${place}/nodes`, {
        headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      });
      const known = ((await sets.json()) as { types: string[]; enabled: boolean; err?: string }[]).filter(
        ({ enabled, err }) => enabled && err === undefined,
      );
      const seen = known.flatMap((set) => set.types);
      assert.deepEqual(
        types.filter((type) => !seen.includes(type)),
        [],
      );
      assert.ok(!seen.includes('exec'), 'no node runs programs of the system');
    } finally {
      program.kill('SIGTERM');
      await program.end();
    }
  });

  it('is not made where Node-RED could not read its settings, or with a password that is cut', async () => {
    const rap = installed('.bin/rap');
    const module = join(folder, 'module');
    mkdirSync(module);
    writeFileSync(join(module, 'package.json'), '{"type": "module"}');
    const refused: [string, Record<string, string>, RegExp][] = [
      [join(module, 'live'), {}, /says "type": "module".*\n.*Choose a folder outside/],
      [join(folder, 'other'), { RAP_EDITOR_PASSWORD: 'short' }, /has 5 bytes; give 8 to 72/],
      [join(folder, 'other'), { RAP_EDITOR_PASSWORD: '密'.repeat(30) }, /has 90 bytes/],
    ];
    for (const [place, env, sentence] of refused) {
      const program = new Program(process.execPath, [rap, 'live', 'init', place], env);
      assert.equal(await program.end(), 2, program.output);
      assert.match(program.output, sentence);
      assert.ok(!existsSync(place), `${place} was made`);
    }
  });

  if (process.platform === 'linux' && process.arch === 'x64') {
    describe('on the lines of Node.js it supports', () => {
      const nodes = join(root, 'test/package/nodes');
      const { optionalDependencies } = JSON.parse(readFileSync(join(nodes, 'package.json'), 'utf8'));
      const versions = Object.entries(optionalDependencies as Record<string, string>);
      const nodeOf = (name: string) => join(nodes, 'node_modules', name, 'bin/node');
      /** Names each add-on that is about to be loaded; one that npm may have compiled here would end some of them. */
      const spy = `
        const load = process.dlopen;
        process.dlopen = (...words) => {
          process.stderr.write('add-on ' + words[1] + '\\n');
          return load(...words);
        };`;

      before(async () => {
        await run(bin('npm'), 'ci', '--prefix', nodes, '--no-audit', '--no-fund', '--prefer-offline');
        for (const addOn of [
          'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
          'cpu-features/build/Release/cpufeatures.node',
        ]) {
          mkdirSync(dirname(installed(addOn)), { recursive: true });
          writeFileSync(installed(addOn), '', { flag: 'a' });
        }
        writeFileSync(join(folder, 'spy.cjs'), spy);
        const plain = ['--require', join(folder, 'spy.cjs'), '-e', `require('${installed('ssh2')}')`];
        assert.match(await run(process.execPath, ...plain), /^add-on/m);
      });

      for (const [name, source] of versions) {
        const version = source.slice(source.lastIndexOf('@') + 1);
        it(`starts on ${version}, and fetches while keys are renewed, with no add-on`, async () => {
          nodeRed?.kill('SIGTERM');
          await nodeRed?.end();
          nodeRed = await startNodeRed(nodeOf(name));
          await seesEveryNode();
          const served = join(folder, `served-${version}`);
          mkdirSync(served);
          writeFileSync(join(served, 'large.bin'), randomBytes(24 << 20));
          const server = await openSsh('OpenSSH, RekeyLimit 1M', ['RekeyLimit 1M']).start(served);
          try {
            const words = [
              '--host',
              server.host,
              '--port',
              `${server.port}`,
              '--user',
              server.user,
              '--key',
              server.keyFile,
            ];
            const where = [
              '--host-key',
              server.fingerprints.join(','),
              '--from',
              served,
              '--to',
              join(folder, version),
            ];
            const fetched = new Program(
              nodeOf(name),
              ['--require', join(folder, 'spy.cjs'), installed('.bin/rap'), 'fetch', ...words, ...where],
              {},
            );
            assert.equal(await fetched.end(), 0, fetched.output);
            assert.doesNotMatch(fetched.output, /^add-on/m);
            assert.ok(server.log().split('SSH2_MSG_NEWKEYS sent').length > 10, 'keys were not renewed');
          } finally {
            await server.stop();
          }
        });
      }
    });
  }
});
