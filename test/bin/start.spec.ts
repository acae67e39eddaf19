/** What `rap fetch` loads before it does anything: the start is a good part of a small fetch. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url);

/** The modules that a file loads, as paths from the root of the checkout; Node.js' own are left out. */
function loadedBy(file: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
    await import(${JSON.stringify(new URL(file, root).href)});
    console.log(JSON.stringify(seen));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const urls = JSON.parse(out) as string[];
  return urls
    .map((url) => (url.startsWith('file:') ? url : pathToFileURL(url).href))
    .filter((url) => url.startsWith(root.href))
    .map((url) => url.slice(root.href.length));
}

describe('The start of rap fetch', () => {
  const loaded = [...loadedBy('bin/main.ts'), ...loadedBy('bin/commands/fetch.ts')];

  it('loads the SSH library and the engine', () => {
    for (const part of ['node_modules/ssh2-sftp-client/', 'lib/rap/transfer/download.ts']) {
      assert.ok(
        loaded.some((name) => name.startsWith(part)),
        part,
      );
    }
  });

  it('loads no time zones, no ledger, no mail and no YAML', () => {
    const parts = ['node_modules/temporal-polyfill', 'lib/ledger/', 'lib/mail/', 'node_modules/yaml'];
    assert.deepEqual(
      loaded.filter((name) => parts.some((part) => name.startsWith(part))),
      [],
    );
  });

  it('loads no catalogue of texts but what its own settings are explained with', () => {
    assert.deepEqual(
      loaded.filter((name) => /^lib\/i18n\/.*\.json$/.test(name) && !name.endsWith('/cells.json')),
      [],
    );
  });
});
