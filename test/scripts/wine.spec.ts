/** The run as on Windows, on machines that have no wine, or one that fails or never ends. */
import assert from 'node:assert/strict';
import { chmodSync, globSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, root } from './processes.ts';

describe('scripts/wine.js', function () {
  this.timeout(300_000);
  let folder: string;
  let programs: Program[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rap-wine-'));
    programs = [];
    for (const name of ['which', 'sh', 'sleep', 'env', 'setpriv', 'touch'])
      symlinkSync(`/usr/bin/${name}`, join(folder, name));
    symlinkSync(process.execPath, join(folder, 'node'));
  });
  afterEach(async () => {
    for (const program of programs) {
      program.kill('SIGTERM');
      await program.end();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program of the machine that does what the line says. */
  function install(name: string, line: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  function wine(...words: string[]): Program {
    const env = { PATH: folder, RAP_WINDOWS_NODE: join(folder, 'node') };
    const program = new Program(process.execPath, [join(root, 'scripts/wine.js'), ...words], env);
    programs.push(program);
    return program;
  }

  const leftBehind = () => globSync('node_modules/.cache/win32-*', { cwd: root });

  it('says that nothing was run, and why, where wine is not there and cannot be fetched', async () => {
    install('apt-get', 'echo "E: Unable to locate package wine"; exit 100');
    const program = wine();
    assert.equal(await program.end(), 0, program.output);
    assert.match(program.output, /NOT RUN: nothing was tried as on Windows, because there is no wine \(.+\)/);
    assert.doesNotMatch(program.output, /good/);
  });

  it('fails with what the tests said where they fail twice', async () => {
    const before = leftBehind();
    install('wineboot', 'exit 0');
    install('wineserver', 'exit 0');
    install('wine', 'echo "  1 passing"; echo "  2 failing: the reason"; exit 2');
    const program = wine('units');
    assert.equal(await program.end(), 2, program.output);
    assert.match(program.output, /once more[\s\S]*FAILED: units FAILED/);
    assert.equal(program.output.match(/2 failing: the reason/g)?.length, 2);
    assert.deepEqual(leftBehind(), before);
  });

  it('tries once more, because a machine that others use may be late', async () => {
    install('wineboot', 'exit 0');
    install('wineserver', 'exit 0');
    install(
      'wine',
      `test -e '${folder}/second' && { echo "  3 passing (1s)"; exit 0; }; touch '${folder}/second'; exit 1`,
    );
    const program = wine('units');
    assert.equal(await program.end(), 0, program.output);
    assert.match(program.output, /all of it is good: units good/);
  });

  it('ends what is not done in its time, and names it as not proved', async () => {
    const before = leftBehind();
    install('wineboot', 'exit 0');
    install('wineserver', `touch '${folder}/asked'`);
    install('wine', 'exec sleep 600');
    const program = wine('units', 'ledger', '--within', '8');
    assert.equal(await program.end(), 0, program.output);
    assert.match(program.output, /NOT FINISHED in 8 seconds: units not proved, ledger not proved/);
    assert.doesNotMatch(program.output, /good/);
    assert.ok(readdirSync(folder).includes('asked'), "wine's own server is ended");
    assert.deepEqual(leftBehind(), before);
  });

  it('takes nothing that it was not asked for', async () => {
    for (const words of [['everything'], ['--within', 'soon']]) {
      const program = wine(...words);
      assert.equal(await program.end(), 2, program.output);
      assert.match(program.output, /There is no part "everything"|--within is "soon"/);
    }
  });
});
