/** The lines that "rap live init" prints are commands that work where they are copied. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeHome, removeHome } from '../support/home.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('rap live init in a checkout', function () {
  this.timeout(300_000);

  it('prints how to look and how to start, as commands of its folder', async () => {
    const home = await makeHome();
    try {
      const live = path.join(home, 'a folder');
      // As it is in a shell, where the Node.js of the machine comes first, which may be too old for Node-RED.
      const folders = (process.env.PATH ?? '').split(':').filter((one) => !one.startsWith(root));
      const env = { ...process.env, PATH: folders.join(':') };
      const run = (command: string) => spawnSync('sh', ['-c', command], { cwd: root, env, encoding: 'utf8' });
      const made = run(`bin/rap live init "${live}" --type ed25519`);
      assert.equal(made.status, 0, made.stderr);
      const line = (word: string) =>
        made.stdout.match(new RegExp(`^${word}: (.*?)( {3}|$)`, 'm'))?.[1] ?? assert.fail(made.stdout);
      const looked = run(line('Look before'));
      assert.equal(looked.status, 0, `${line('Look before')}\n${looked.stderr}`);
      assert.match(looked.stdout, /0 refused/);
      const start = line('Start');
      assert.ok(start.endsWith(`-s "${path.join(live, 'settings.js')}"`), start);
      const [program = ''] = start.split(' node_modules/');
      const version = run(`${program} -p process.versions.node`).stdout.trim();
      assert.equal(version, process.versions.node, 'Node-RED starts on what ran this');
    } finally {
      await removeHome(home);
    }
  });
});
