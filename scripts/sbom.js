#!/usr/bin/env node
/**
 * Writes what the palette brings along, as users get it: it is packed, installed into an empty folder, and listed there.
 *
 *   npm run sbom                 into release/
 *   npm run sbom -- --to FOLDER
 *
 * Makes sbom.cdx.json (CycloneDX, without the time and number of its making, so that the same packages give the same
 * bytes) and licences.md.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { chosenNode, toolEnvironment } from './support/node-choice.js';
import { lasting, licencePage } from './support/sbom.js';

const npm = async (cwd, ...words) => {
  const file = inside('node_modules/npm/bin/npm-cli.js');
  const env = { ...toolEnvironment(), npm_config_loglevel: 'error' };
  const { stdout } = await promisify(execFile)(chosenNode, [file, ...words], {
    cwd,
    env,
    maxBuffer: 2 ** 26,
  });
  return stdout;
};

await runScript(async () => {
  const { values } = parseArgs({ options: { to: { type: 'string', default: inside('release') } } });
  await ensure(['dependencies', 'build'], (line) => process.stderr.write(`setup: ${line}\n`));
  const folder = mkdtempSync(join(tmpdir(), 'rap-sbom-'));
  try {
    // dist/ is fresh: see above.
    const packed = JSON.parse(
      await npm(inside(), 'pack', inside(), '--ignore-scripts', '--pack-destination', folder, '--json'),
    );
    const [{ name, filename }] = Object.values(packed);
    // npm lists only what a package of a known version needs.
    const empty = {
      name: 'palette',
      version: '0.0.0',
      private: true,
      dependencies: { [name]: `file:${filename}` },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(empty));
    const quiet = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await npm(folder, 'install', ...quiet);
    const sbom = lasting(JSON.parse(await npm(folder, 'sbom', '--omit=dev', '--sbom-format', 'cyclonedx')));
    const to = resolve(values.to);
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
    writeFileSync(join(to, 'licences.md'), licencePage(sbom));
    process.stdout.write(`${sbom.components.length} packages: ${join(to, 'sbom.cdx.json')}, licences.md\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
