/** The published package in a stock Node-RED: packed, installed from the tarball, and seen through the admin API. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Program, root } from '../scripts/processes.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const types: string[] = Object.keys(manifest['node-red'].nodes);

describe('published package', function () {
  this.timeout(180_000);

  let folder: string;
  let editor: string;
  let nodeRed: Program | undefined;
  let packed: string[] = [];

  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  const installed = (...parts: string[]) => join(folder, 'node_modules', ...parts);

  async function run(command: string, ...args: string[]): Promise<string> {
    const program = new Program(command, args, { npm_config_loglevel: 'error' });
    assert.equal(await program.end(), 0, program.output);
    return program.output;
  }

  async function fromEditor<T>(path: string): Promise<T> {
    const response = await fetch(`${editor}${path}`, { headers: { accept: 'application/json' } });
    assert.equal(response.status, 200, path);
    return (await response.json()) as T;
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
    const port = await freePort();
    editor = `http://127.0.0.1:${port}`;
    const red = join(root, 'node_modules/node-red/red.js');
    nodeRed = new Program(process.execPath, [red, '-u', folder, '-p', String(port)], {
      RAP_HOME: undefined,
      NODE_RED_HOME: undefined,
    });
    await nodeRed.says('Started flows');
  });

  after(async () => {
    nodeRed?.kill('SIGTERM');
    await nodeRed?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the built palette, its examples and its papers, and nothing else', () => {
    const allowed =
      /^(dist\/(nodes|lib|bin|simulator)\/|examples\/[^/]+\.json$|bin\/rap$|package\.json$|(README|CHANGELOG)\.md$|LICENSE$)/;
    assert.deepEqual(
      packed.filter((path) => !allowed.test(path)),
      [],
    );
    assert.ok(
      ['README.md', 'CHANGELOG.md', 'LICENSE', 'bin/rap'].every((path) => packed.includes(path)),
      String(packed),
    );
  });

  it('brings every node, without a fault', async () => {
    const sets =
      await fromEditor<{ module: string; types: string[]; enabled: boolean; err?: string }[]>('/nodes');
    const ours = sets.filter((set) => set.module === manifest.name);
    assert.deepEqual(ours.flatMap((set) => set.types).sort(), [...types].sort());
    for (const set of ours) assert.deepEqual([set.types, set.enabled, set.err], [set.types, true, undefined]);
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
  });
});
