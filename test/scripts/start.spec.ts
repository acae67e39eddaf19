/** What "npm start" leaves behind, and what it says when it cannot start. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { familyOf, isRunning, Program, root, until } from './processes.ts';

const start = join(root, 'scripts/start.js');

describe('npm start', function () {
  this.timeout(300_000);

  let folder: string;
  let env: Record<string, string | undefined>;
  const started: Program[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rap-start-'));
    env = {
      RAP_HOME: join(folder, 'home'),
      RAP_PROFILE: undefined,
      RAP_EDITOR_PORT: String(await freePort()),
      RAP_INBOX_PORT: String(await freePort()),
      RAP_SMTP_PORT: String(await freePort()),
      RAP_WEATHER_PORT: String(await freePort()),
      RAP_SIMULATOR_PORTS: 'ephemeral',
    };
  });

  afterEach(async () => {
    for (const program of started.splice(0)) {
      for (const pid of familyOf(program.pid).filter(isRunning)) process.kill(pid, 'SIGKILL');
      await program.end();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function launch(command = process.execPath, args = [start]): Program {
    const program = new Program(command, args, env);
    started.push(program);
    return program;
  }

  /** Starts the demo and gives every process of it. */
  async function launchDemo(command?: string, args?: string[]): Promise<{ demo: Program; family: number[] }> {
    const demo = launch(command, args);
    await demo.says(/^ready /m);
    const family = familyOf(demo.pid);
    assert.ok(family.length >= 3, 'the demo is at least the script, the simulator and Node-RED');
    return { demo, family };
  }

  const allGone = (family: number[]) =>
    until(
      () => !family.some(isRunning),
      () => `still running: ${family.filter(isRunning)}`,
    );

  it('answers at the addresses of its "ready" line, copies the shipped flows once, and ends on SIGTERM with 0', async () => {
    const { demo, family } = await launchDemo();
    const addresses = /^ready\s+desk (\S+)\s+editor (\S+)\s+inbox (\S+)$/m.exec(demo.output);
    assert.ok(addresses, demo.output);
    for (const address of addresses.slice(1)) assert.equal((await fetch(address)).status, 200, address);
    // The ports are free ones; the flows name the usual ones.
    const shares = join(folder, 'home/shares');
    await until(
      () => existsSync(shares),
      () => `no report on a share:\n${demo.output}`,
    );
    demo.kill('SIGTERM');
    assert.equal(await demo.end(), 0, demo.output);
    assert.deepEqual(family.filter(isRunning), []);

    const flows = join(folder, 'home/node-red/flows.json');
    assert.ok(
      JSON.parse(readFileSync(flows, 'utf8')).some(({ type }: { type: string }) => type === 'rap-account'),
    );
    writeFileSync(flows, '[]');
    const again = await launchDemo();
    again.demo.kill('SIGINT');
    assert.equal(await again.demo.end(), 0);
    assert.equal(readFileSync(flows, 'utf8'), '[]', 'the edited copy is left alone');
  });

  it('leaves nothing running when it is killed outright', async () => {
    const { demo, family } = await launchDemo();
    demo.kill('SIGKILL');
    await allGone(family);
  });

  it('leaves nothing running when only the program that started it is killed', async () => {
    const { demo, family } = await launchDemo('sh', ['-c', '"$0" "$1" & wait', process.execPath, start]);
    demo.kill('SIGKILL');
    await allGone(family);
  });

  it('names a port that is in use, and the variable that chooses another', async () => {
    const taken = createServer().listen(Number(env.RAP_EDITOR_PORT), '127.0.0.1');
    try {
      const program = launch();
      assert.equal(await program.end(), 2);
      assert.match(
        program.output,
        /^Port \d+ for the editor is in use by another program: .*RAP_EDITOR_PORT\.\n$/,
      );
    } finally {
      taken.close();
    }
  });

  const refused: [string, () => Record<string, string>, RegExp][] = [
    [
      'a home without a parent folder',
      () => ({ RAP_HOME: join(folder, 'no/home') }),
      /^RAP_HOME \S+ cannot be created: there is no folder \S+\.\n$/,
    ],
    [
      'a home that is a file',
      () => ({ RAP_HOME: join(folder, 'file') }),
      /^RAP_HOME \S+ is not a folder\.\n$/,
    ],
    [
      'a home that cannot be written',
      () => ({ RAP_HOME: '/proc/rap' }),
      /^RAP_HOME \/proc\/rap cannot be written \(\w+\): choose .*\n$/,
    ],
    [
      'a port that is none',
      () => ({ RAP_SMTP_PORT: 'mail' }),
      /^RAP_SMTP_PORT is "mail", which is no port: .*\n$/,
    ],
    [
      'an unknown profile',
      () => ({ RAP_PROFILE: 'prod' }),
      /^RAP_PROFILE is "prod": it can be "demo" or "live"\.\n$/,
    ],
    [
      'a home with a carriage return, as a file of Windows has it',
      () => ({ RAP_HOME: `${join(folder, 'home')}\r` }),
      /^RAP_HOME has \\r in "\S+home\\r", which cannot be seen: .*sed -i .*\n$/,
    ],
    [
      'a profile with a carriage return',
      () => ({ RAP_PROFILE: 'live\r' }),
      /^RAP_PROFILE has \\r in "live\\r", which cannot be seen: .*\n$/,
    ],
    ['a live home that is not there', () => ({ RAP_PROFILE: 'live' }), /^RAP_HOME \S+ does not exist: .*\n$/],
  ];

  for (const [what, change, sentence] of refused) {
    it(`says ${what} in one sentence`, async () => {
      writeFileSync(join(folder, 'file'), '');
      Object.assign(env, change());
      const program = launch();
      assert.equal(await program.end(), 2);
      assert.match(program.output, sentence);
    });
  }

  describe('with RAP_PROFILE=live', () => {
    // bcrypt, cost 8, of the password used below
    const hash = '$2b$08$WXlGI78NEUyFlfKml0nUtuj7lWSWMXWCvb4jtebpzR2hcWcG/9h2a';
    const password = 'a password of this test';

    beforeEach(() => {
      mkdirSync(join(folder, 'home/node-red'), { recursive: true });
      env.RAP_PROFILE = 'live';
    });

    const protect = () =>
      Object.assign(env, {
        RAP_EDITOR_USER: 'operator',
        RAP_EDITOR_PASSWORD_HASH: hash,
        RAP_CREDENTIAL_SECRET: 'a secret of this test',
      });

    function saveAccount(hostKeys: { address: string; fingerprint: string }[]) {
      const addresses = [{ dataCentre: 'primary', host: '10.243.2.141', port: '18801' }];
      const account = { id: 'a', type: 'rap-account', name: 'clearing', addresses, hostKeys, knownHosts: '' };
      writeFileSync(join(folder, 'home/node-red/flows.json'), JSON.stringify([account]));
    }

    it('names everything that is missing, one sentence each', async () => {
      saveAccount([]);
      const program = launch();
      assert.equal(await program.end(), 2, program.output);
      for (const name of ['RAP_EDITOR_USER', 'RAP_EDITOR_PASSWORD_HASH', 'RAP_CREDENTIAL_SECRET']) {
        assert.match(program.output, new RegExp(`^${name} is not .*\\.$`, 'm'));
      }
      assert.match(
        program.output,
        /^Account "clearing" trusts no host key at 10\.243\.2\.141:18801: .*--safe.*\.$/m,
      );
    });

    it('does not take a fingerprint that is none for a host key', async () => {
      protect();
      saveAccount([{ address: '10.243.2.141:18801', fingerprint: 'SHA256:short' }]);
      const program = launch();
      assert.equal(await program.end(), 2, program.output);
      assert.match(program.output, /^Account "clearing" has unusable host keys .*\.$/m);
    });

    it('asks for a login, installs no nodes and has no exec node', async () => {
      protect();
      saveAccount([{ address: '10.243.2.141:18801', fingerprint: `SHA256:${'A'.repeat(43)}` }]);
      const program = launch();
      await program.says(/^ready /m);
      const editor = `http://127.0.0.1:${env.RAP_EDITOR_PORT}`;
      assert.equal((await fetch(`${editor}/flows`)).status, 401);
      const login = {
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '*',
        username: 'operator',
        password,
      };
      const token = await fetch(`${editor}/auth/token`, { method: 'POST', body: new URLSearchParams(login) });
      assert.equal(token.status, 200);
      const { access_token } = (await token.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
      const sets = (await (await fetch(`${editor}/nodes`, { headers })).json()) as { types: string[] }[];
      const types = sets.flatMap((set) => set.types);
      assert.ok(types.includes('rap-connect') && !types.includes('exec'), String(types));
      const install = await fetch(`${editor}/nodes`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ module: 'node-red-contrib-example' }),
      });
      assert.equal(install.status, 404);
      program.kill('SIGTERM');
      assert.equal(await program.end(), 0, program.output);
    });

    it('says in a sentence that its flow file was cut, and does not start without flows', async () => {
      protect();
      const file = join(folder, 'home/node-red/flows.json');
      writeFileSync(file, '[{"id":"tab","type":"ta');
      for (const words of [[start], [start, '--safe']]) {
        const program = launch(process.execPath, words);
        assert.equal(await program.end(), 2, program.output);
        assert.match(program.output, /^The flow file \S+flows\.json is not JSON: .*nothing was changed\.$/m);
        assert.doesNotMatch(program.output, /^ {4}at /m);
      }
      assert.equal(readFileSync(file, 'utf8'), '[{"id":"tab","type":"ta');
    });

    it('opens with --safe so that missing host keys can be entered', async () => {
      protect();
      saveAccount([]);
      const program = launch(process.execPath, [start, '--safe']);
      await program.says(/^ready /m);
      program.kill('SIGTERM');
      assert.equal(await program.end(), 0, program.output);
    });
  });
});
