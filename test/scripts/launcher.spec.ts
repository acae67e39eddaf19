/** bin/rap as a person, a script or a service manager starts it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { familyOf, isRunning, Program, root, until } from './processes.ts';

const rap = join(root, 'bin/rap');

/** Makes this Node.js believe that it is an old one, so that the launcher must look for another. */
const pretendOld = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.0' } });",
)}`;

describe('bin/rap', function () {
  this.timeout(300_000);

  const folder = temporaryFolder();

  const here = (...words: string[]) => new Program(process.execPath, [rap, ...words], {});
  const onOldNode = (...words: string[]) =>
    new Program(process.execPath, ['--import', pretendOld, rap, ...words], {});
  const simulator = () => [
    'simulate',
    '--home',
    folder(),
    '--ports',
    'ephemeral',
    '--risk-file-mb',
    '0',
    '--json',
  ];

  for (const [name, run] of [
    ['on a new Node.js', here],
    ['on an old Node.js, through the pinned one', onOldNode],
  ] as const) {
    describe(name, () => {
      it('tells its release and its commands', async () => {
        const version = run('--version');
        assert.equal(await version.end(), 0);
        assert.match(version.output, /^\d+\.\d+\.\d+\n$/);
        const help = run('--help');
        assert.equal(await help.end(), 0);
        for (const command of ['fetch', 'check', 'hostkey', 'key', 'unlock', 'simulate', 'weather']) {
          assert.match(help.output, new RegExp(`^  ${command} +\\S`, 'm'));
        }
      });

      it('refuses an unknown command with 2, the cure, and the command that was meant', async () => {
        const program = run('fetsh');
        assert.equal(await program.end(), 2);
        assert.equal(
          program.output,
          'USAGE: There is no command "fetsh". Did you mean "fetch"?\nWhat to do: See "rap --help" for the words this command takes.\n',
        );
      });

      it('with --json tells the same trouble as one JSON object', async () => {
        const program = run('nothing-like-it', '--json');
        assert.equal(await program.end(), 2);
        const { error } = JSON.parse(program.output);
        assert.deepEqual(Object.keys(error), ['code', 'message', 'cure']);
        assert.equal(error.code, 'USAGE');
        assert.equal(error.message, 'There is no command "nothing-like-it".');
      });

      it('ends on SIGTERM as the command ends, leaving nothing running', async () => {
        const program = run(...simulator());
        await program.says('"ready":true');
        const family = familyOf(program.pid);
        program.kill('SIGTERM');
        assert.equal(await program.end(), 0, program.output);
        assert.deepEqual(family.filter(isRunning), []);
      });
    });
  }

  it('ends the pinned Node.js too when it is itself killed outright', async () => {
    const program = onOldNode(...simulator());
    await program.says('"ready":true');
    const family = familyOf(program.pid);
    assert.equal(family.length, 2);
    program.kill('SIGKILL');
    await until(
      () => !family.some(isRunning),
      () => `still running: ${family.filter(isRunning)}`,
    );
  });

  it('ends with the signal that ended the pinned Node.js', async () => {
    const program = onOldNode(...simulator());
    await program.says('"ready":true');
    const [, pinned] = familyOf(program.pid);
    assert.ok(pinned, 'the pinned Node.js runs');
    process.kill(pinned, 'SIGKILL');
    assert.equal(await program.end(), 'SIGKILL');
  });
});
