/** A line so slow that a report would take long: the command stops when it is told to, and a session has an end. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { readKnownHosts } from '../../lib/rap/client/known-hosts.ts';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { openSession } from '../../lib/rap/session.ts';
import { realClock } from '../../lib/time/clock.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { until } from '../scripts/processes.ts';
import { simulatorIn } from '../simulator/support.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

describe('A slow line', function () {
  this.timeout(300_000);
  const top = temporaryFolder();
  let simulator: Simulator;
  const to = () => path.join(top(), 'to');

  beforeEach(async () => {
    simulator = await simulatorIn(path.join(top(), 'simulator'), { riskFileBytes: 2_000_000 });
    // Fast enough to log in, and minutes for the file.
    await simulator.setFault({ line: { rate: 4_000 } });
  });
  afterEach(async () => {
    await simulator.stop();
  });

  const address = () => {
    const [first] = simulator.addressesOf('hkscc', 'primary');
    assert.ok(first);
    return { host: first.host, port: first.port };
  };
  const below = () => readdir(to(), { recursive: true, withFileTypes: true }).catch(() => []);

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`does not keep the command when it is told to stop by ${signal}`, async () => {
      const { host, port } = address();
      const { user, keyFile } = simulator.accounts.hkscc;
      const login = ['--host', host, '--port', `${port}`, '--user', user, '--key', keyFile];
      const what = ['--known-hosts', simulator.knownHostsFile, '--from', '/RPF', '--to', to(), '--json'];
      const child = spawn(process.execPath, [rap, 'fetch', ...login, ...what], { stdio: 'pipe' });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await until(
        async () => (await below()).some((one) => one.isFile()),
        () => `no file was begun: ${said}`,
      );
      child.kill(signal);
      const [code] = await once(child, 'exit');
      assert.equal(code, 5, said);
      assert.deepEqual(
        (await below()).filter((one) => one.isFile()),
        [],
      );
      const last = JSON.parse(said.trim().split('\n').at(-1) ?? '{}');
      assert.deepEqual([last.summary, last.files], [true, 0]);
    });
  }

  it('does not hold a session for ever', async () => {
    const { user, keyFile } = simulator.accounts.hkscc;
    const account = parseAccount({
      name: 'slow',
      installation: 'hkscc',
      user,
      addresses: { primary: [address()], secondary: [] },
      pins: readKnownHosts(await readFile(simulator.knownHostsFile, 'utf8'), [address()]).pins,
      folders: ['/RPF'],
      longest: 8_000,
    });
    const session = await openSession(account, await readLoginKey(keyFile), 'primary', { clock: realClock });
    const { files } = await session.list();
    const codes: (string | undefined)[] = [];
    await session.download(
      files.map((file) => ({ file, target: path.join(to(), file.name) })),
      ({ error }) => void codes.push(error?.code),
      { root: to() },
    );
    assert.ok(codes.length > 0 && codes.every((code) => code === 'SESSION_TOO_LONG'), String(codes));
    assert.equal(session.failure?.code, 'SESSION_TOO_LONG');
    await session.logOut();
  });
});
