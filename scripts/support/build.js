/**
 * Builds the palette: TypeScript into dist/, and beside it what Node-RED looks for only there - dialogs and
 * locales next to each node's code, its icon in a folder "icons" next to it, the shipped flows in examples/, what the
 * dialogs load in resources/.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { filesBelow, hashFiles, inside, textOf, UserError } from './checkout.js';
import { chosenNode } from './node-choice.js';
import { run } from './run.js';

const stampFile = inside('dist/.stamp');
/** What runs in Node.js, and what runs in browsers. */
const projects = ['tsconfig.build.json', 'nodes/desk/browser/tsconfig.json', 'nodes/editor/tsconfig.json'];
const sourceFolders = ['nodes', 'lib', 'simulator', 'bin', 'types', 'icons', 'flows'];

function sourceStamp() {
  const configuration = ['tsconfig.json', ...projects, 'package-lock.json', 'scripts/support/build.js'];
  const sources = sourceFolders.flatMap((folder) => filesBelow(inside(folder)));
  return hashFiles([...configuration.map((name) => inside(name)), ...sources]);
}

/** Was dist/ built from exactly the sources that are here now? */
export const buildIsFresh = () =>
  existsSync(inside('examples')) && existsSync(inside('resources')) && textOf(stampFile) === sourceStamp();

async function compile(project, target) {
  const tsc = inside('node_modules/typescript/bin/tsc');
  const options = ['-p', inside(project), '--outDir', target, '--noEmitOnError', '--pretty', 'false'];
  const done = await run(chosenNode, [tsc, ...options], { cwd: inside(), quiet: true });
  if (done.status !== 0) throw new UserError(`The build failed:\n${done.output.trimEnd()}`);
}

function copyNodeAssets(target) {
  const isAsset = (file) =>
    /[\\/]locales[\\/]/.test(file) || (file.endsWith('.html') && basename(file) !== 'editor.html');
  for (const file of filesBelow(inside('nodes'), isAsset)) {
    cpSync(file, join(target, 'nodes', relative(inside('nodes'), file)));
  }
  for (const icon of filesBelow(inside('icons'), (file) => file.endsWith('.svg'))) {
    const type = basename(icon, '.svg');
    if (existsSync(inside('nodes', type))) cpSync(icon, join(target, 'nodes', type, 'icons', basename(icon)));
  }
}

/** Data beside the code that reads it. */
function copyData(target) {
  for (const file of filesBelow(inside('lib'), (name) => name.endsWith('.yaml'))) {
    cpSync(file, join(target, 'lib', relative(inside('lib'), file)));
  }
}

function copyFlows(target) {
  for (const flow of filesBelow(inside('flows'), (file) => file.endsWith('.json'))) {
    cpSync(flow, join(target, basename(flow)));
  }
}

const { name: packageName } = JSON.parse(readFileSync(inside('package.json'), 'utf8'));

/** What the dialogs share, in one file; Node-RED serves it as resources/<package>/... */
async function bundleKit(target) {
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: [inside('nodes/editor/browser.ts')],
    outfile: join(target, 'editor', 'kit.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
  }).catch((error) => {
    throw new UserError(`The build failed:\n${error.message}`);
  });
  cpSync(inside('nodes/editor/kit.css'), join(target, 'editor', 'kit.css'));
}

/**
 * The one page of a node that Node-RED wants: what the dialogs share, the form, and its own script, which takes the
 * shared things from `rapOps`. The script stays as it is written, so that tools can read what it registers.
 */
async function writeDialog(form, target) {
  const { transform } = await import('esbuild');
  const folder = dirname(form);
  const type = basename(folder);
  const source = readFileSync(join(folder, 'editor.ts'), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  const script = code.replace(/^import (\{[^}]*\}) from "\.\.\/editor\/kit\.ts";$/m, 'const $1 = rapOps;');
  if (/^(import|export) /m.test(script)) {
    throw new UserError(`The build failed: nodes/${type}/editor.ts may import from ../editor/kit.ts only.`);
  }
  writeFileSync(
    join(target, 'nodes', type, `${type}.html`),
    `<script type="module" src="resources/${packageName}/editor/kit.js"></script>

<script type="text/html" data-template-name="${type}">
${readFileSync(form, 'utf8')}</script>

<script type="text/javascript">
(() => {
${script}})();
</script>
`,
  );
}

/** Puts a finished folder at its place in one step, so that nobody meets half a build. */
function replaceFolder(fresh, place) {
  rmSync(place, { recursive: true, force: true });
  renameSync(fresh, place);
}

/** Builds dist/ and examples/ anew. Type errors fail the build and leave the former one in place. */
export async function build(say) {
  say('building the palette');
  const stamp = sourceStamp();
  const workshop = inside('.build');
  const [dist, examples, resources] = ['dist', 'examples', 'resources'].map((name) => join(workshop, name));
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(examples, { recursive: true });
  try {
    for (const project of projects) await compile(project, dist);
    copyNodeAssets(dist);
    copyData(dist);
    copyFlows(examples);
    const forms = filesBelow(inside('nodes'), (file) => basename(file) === 'editor.html');
    for (const form of forms) await writeDialog(form, dist);
    await bundleKit(resources);
    writeFileSync(join(dist, '.stamp'), stamp);
    replaceFolder(dist, inside('dist'));
    replaceFolder(examples, inside('examples'));
    replaceFolder(resources, inside('resources'));
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
