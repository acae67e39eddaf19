/** `rap check` at the simulator: folders of an installation, and keys that a person registers there. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import command from '../../bin/commands/check.ts';
import type { Installation } from '../../lib/model/types.ts';
import { newKeyFile } from '../../lib/rap/new-key.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { simulatorIn, temporaryHome } from '../simulator/support.ts';

describe('rap check', function () {
  this.timeout(300_000);
  let home: string;
  let simulator: Simulator;

  before(async () => {
    home = await temporaryHome();
    simulator = await simulatorIn(home);
  });
  after(async () => {
    await simulator.stop();
    await fs.rm(home, { recursive: true, force: true });
  });

  function check(installation: Installation, keyFile: string, ...more: string[]) {
    const addresses = (['primary', 'secondary'] as const).flatMap((dataCentre) =>
      simulator
        .addressesOf(installation, dataCentre)
        .flatMap(({ host, port }) => [`--${dataCentre}`, `${host}:${port}`]),
    );
    const pins = simulator.addresses.flatMap(({ fingerprint }) => ['--host-key', fingerprint]);
    const { user } = simulator.accounts[installation];
    const words = ['--installation', installation, ...addresses, '--user', user, '--key', keyFile, ...pins];
    return run([...words, ...more]);
  }

  async function run(words: string[]): Promise<{ status: number; output: string }> {
    const write = process.stdout.write;
    const said: string[] = [];
    process.stdout.write = ((text: string) => said.push(text) > 0) as typeof write;
    try {
      return { status: await command(words), output: said.join('') };
    } finally {
      process.stdout.write = write;
    }
  }

  for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
    it(`lists the folders that ${installation} has, and no other`, async () => {
      const { status, output } = await check(installation, simulator.accounts[installation].keyFile);
      assert.equal(status, 0, output);
      assert.equal(output.match(/^ok /gm)?.length, 4, output);
    });
  }

  it('lists what --from names instead', async () => {
    const { keyFile } = simulator.accounts['hkcc-seoch'];
    const { status, output } = await check('hkcc-seoch', keyFile, '--from', '/RPF');
    assert.equal(status, 5, output);
    assert.match(output, /Folder \/RPF/);
  });

  for (const [type, installation, around] of [
    ['ed25519', 'hkscc', (line: string) => line],
    ['ecdsa', 'hkcc-seoch', (line: string) => `# of the firm\r\n${line.trim()} ops@firm\r\n`],
    ['rsa', 'hkscc', (line: string) => `not a key\n\n${line}`],
  ] as const) {
    it(`takes a key of kind ${type} from when it is registered until its line is gone`, async () => {
      const keyFile = path.join(home, `own-${type}`);
      await newKeyFile(keyFile, { type, comment: '' }, () => undefined);
      const registered = path.join(simulator.folder, 'registered', simulator.accounts[installation].user);
      await fs.mkdir(path.dirname(registered), { recursive: true });
      await fs.rm(registered, { force: true });
      assert.equal((await check(installation, keyFile)).status, 4);
      await fs.writeFile(registered, around(await fs.readFile(`${keyFile}.pub`, 'utf8')));
      const { status, output } = await check(installation, keyFile);
      assert.equal(status, 0, output);
      // It is this user's key, nobody else's.
      const other = installation === 'hkscc' ? 'hkcc-seoch' : 'hkscc';
      assert.equal((await check(other, keyFile)).status, 4);
      await fs.rm(registered);
      assert.equal((await check(installation, keyFile)).status, 4);
    });
  }
});
