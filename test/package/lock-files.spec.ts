/** The lock files: what set-up installs is named whole and cannot change unseen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  version?: string;
  integrity?: string;
  optional?: boolean;
  inBundle?: boolean;
  optionalDependencies?: Record<string, string>;
}

function packagesOf(lockFile: string): Map<string, Locked> {
  return new Map(Object.entries(JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages));
}

/** Is the package there for the one that wants it: in its own node_modules or in one of a folder above? */
function isLocked(packages: Map<string, Locked>, wanter: string, name: string): boolean {
  const places = wanter
    .split('/node_modules/')
    .map((_, at, parts) => parts.slice(0, at + 1).join('/node_modules/'));
  return ['', ...places].some((place) =>
    packages.has(`${place === '' ? '' : `${place}/`}node_modules/${name}`),
  );
}

describe('lock files', () => {
  it('name every optional package of every platform, so that npm ci takes them on any registry', () => {
    const packages = packagesOf('package-lock.json');
    const missing = [...packages].flatMap(([wanter, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, wanter, name)),
    );
    assert.deepEqual(missing, [], 'see docs/decisions/0004-lock-file-of-every-platform.md');
  });

  it('hold the integrity of everything that is installed on Linux', () => {
    const packages = packagesOf('package-lock.json');
    const open = [...packages].filter(
      ([path, { integrity, inBundle }]) => path !== '' && !integrity && !inBundle,
    );
    const elsewhere = /^node_modules\/@biomejs\/cli-(android|darwin|win32|linux-\w+-musl)/;
    assert.deepEqual(
      open.map(([path]) => path).filter((path) => !elsewhere.test(path)),
      [],
    );
  });

  it('pin the Node.js of an old system by integrity, without any install script', () => {
    const packages = [...packagesOf('scripts/node/package-lock.json')].filter(([path]) => path !== '');
    assert.equal(packages.length, 3);
    for (const [path, locked] of packages) {
      assert.match(locked.version ?? '', /^24\./, path);
      assert.match(locked.integrity ?? '', /^sha512-/, path);
      assert.ok(!('hasInstallScript' in locked), path);
    }
  });
});
