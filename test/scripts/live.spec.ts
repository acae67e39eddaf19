/** What live operation wants to be in place, and in which words it says what is not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RapError } from '../../lib/errors/rap-error.ts';
import { liveProblems } from '../../nodes/live/problems.ts';
import { savedNodes } from '../../nodes/live/saved-flows.ts';
import { liveSettings } from '../../nodes/live/settings.ts';
import { newKey } from '../../simulator/keys.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { readFlow } from '../support/shipped-flow.ts';

type Saved = Record<string, unknown>;

const hash = `$2b$08$${'a'.repeat(53)}`;
const protection = {
  RAP_EDITOR_USER: 'ops',
  RAP_EDITOR_PASSWORD_HASH: hash,
  RAP_CREDENTIAL_SECRET: 'secret',
};
const key = newKey('host');
const VARIABLE = '$'.concat('{RAP_HOME}');

describe('live operation', () => {
  const home = temporaryFolder();
  beforeEach(() => {
    mkdirSync(join(home(), 'node-red'));
  });

  it('is told by a checkout where the nodes are: the checkout itself', () => {
    const { nodesDir } = liveSettings(home(), { ...protection }, ['node', join(home(), 'red.js')]);
    const manifests = nodesDir.map((folder) =>
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    assert.deepEqual(
      manifests.map(({ name }) => name),
      ['@rap-ops/node-red-hkex'],
    );
  });

  const problems = (...nodes: Saved[]) => liveProblems({ ...protection, RAP_HOME: home() }, home(), nodes);
  const account = (changes: Saved = {}): Saved => ({
    ...{ id: 'a', type: 'rap-account', name: 'clearing', participant: 'B01234', user: 'BROKER1' },
    ...{ keySource: 'file', keyFile: '/srv/rap/keys/hkscc', knownHosts: '' },
    addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port: '18801' }],
    hostKeys: [{ address: '10.243.2.141:18801', fingerprint: key.fingerprint }],
    ...changes,
  });
  const route = (changes: Saved = {}): Saved => ({
    ...{ id: 'r', type: 'report-route', name: 'File on shares', shares: 'marked' },
    rules: [{ share: '/mnt/clearing' }],
    ...changes,
  });
  const contacts = (changes: Saved = {}): Saved => ({
    ...{ id: 'c', type: 'rap-contacts', name: 'Contacts', host: 'relay.broker.hk', port: '587' },
    contacts: [{ name: 'Desk', email: 'desk@broker.hk', groups: 'alarm' }],
    ...changes,
  });

  it('ends a log-in after a working day, keeps secrets from flows, and shows no stack in an answer', () => {
    const settings = new URL('../../settings.js', import.meta.url).href;
    const show = `const { 'module.exports': all } = await import(${JSON.stringify(settings)});
      const { adminAuth, envVarExcludes, httpServerOptions, httpAdminMiddleware } = all;
      console.log(JSON.stringify({ adminAuth, envVarExcludes, httpServerOptions, guards: httpAdminMiddleware.length }));`;
    const env = { PATH: process.env.PATH, ...protection, RAP_PROFILE: 'live', RAP_HOME: home() };
    const node = [process.execPath, '--input-type=module', '-e', show, '--', '--safe'] as const;
    const [command, ...words] = node;
    const { adminAuth, envVarExcludes, httpServerOptions, guards } = JSON.parse(
      execFileSync(command, words, { env, encoding: 'utf8' }),
    );
    assert.equal(adminAuth.sessionExpiryTime, 12 * 3600);
    assert.deepEqual(envVarExcludes.sort(), ['RAP_CREDENTIAL_SECRET', 'RAP_EDITOR_PASSWORD_HASH']);
    assert.deepEqual([httpServerOptions, guards], [{ env: 'production' }, 2]);
  });

  it('starts with an account, routes and contacts of one’s own, and in a rehearsal of itself on this machine', () => {
    assert.deepEqual(problems(account(), route(), contacts()), []);
    const [loopback, place] = ['127.243.2.141', '127.243.2.141:18801'];
    const simulated = account({
      ...{ user: 'SIM001', participant: '', keyFile: `${VARIABLE}/simulator/keys/SIM001` },
      addresses: [{ dataCentre: 'primary', host: loopback, port: '18801' }],
      hostKeys: [{ address: place, fingerprint: key.fingerprint }],
    });
    const inbox = contacts({ host: '127.0.0.1', port: '2525', contacts: [{ email: 'desk@broker.example' }] });
    assert.deepEqual(problems(simulated, route(), inbox), []);
  });

  it('names everything that is still the demo’s in the shipped example', async () => {
    const found = problems(...(await readFlow('01 Daily download.json'))).join('\n');
    for (const words of [
      /Account "SIM001" has unusable host keys .*known_hosts cannot be read \(ENOENT\)/,
      /Account "SIM001" \(d0a11f0000000071\) is still the demo's: participant "SIM001" is the simulator's\.$/m,
      /Account "SIMC01" \(d0a11f0000000072\) is still the demo's: participant "SIMC01"/,
      /Contacts "Contacts" \(d0a11f0000000070\) is still the demo's: mail relay 127\.0\.0\.1:\$\{RAP_SMTP_PORT\} is the demo's mailbox/,
      /Node "File on shares" \(d0a11f0000000033\) is still the demo's: it writes to any folder: .*rap share init.*rule 1: share "\$\{RAP_HOME\}\/shares\/clearing\S+" is the demo's/,
    ]) {
      assert.match(found, words);
    }
  });

  const demo: [what: string, node: () => Saved, says: RegExp][] = [
    [
      'a simulated participant',
      () => account({ participant: 'sim999' }),
      /participant "sim999" is the simulator's/,
    ],
    ['a simulated user', () => account({ user: 'SIMC01' }), /user "SIMC01" is the simulator's/],
    [
      'the key of a simulated user',
      () => account({ keyFile: `${VARIABLE}/simulator/keys/SIM001` }),
      /key file "\$\{RAP_HOME\}\/simulator\/keys\/SIM001" is the simulator's/,
    ],
    [
      'the same key by its whole path',
      () => account({ keyFile: `${home()}/simulator/keys/SIM001` }),
      /key file "\S+SIM001" is the simulator's/,
    ],
    [
      'an address of this machine beside one of HKEX',
      () =>
        account({
          addresses: [
            { dataCentre: 'primary', host: '10.243.2.141', port: '18801' },
            { dataCentre: 'secondary', host: '127.243.66.141', port: '18801' },
          ],
        }),
      /address 127\.243\.66\.141 is this machine's own/,
    ],
    ['any folder', () => route({ shares: 'any' }), /writes to any folder: mark your shares/],
    [
      'the demo’s shares',
      () => route({ rules: [{ share: '/mnt/x' }, { share: '{home}/shares/risk/{yyyy}' }] }),
      /rule 2: share "\{home\}\/shares\/risk\/\{yyyy\}" is the demo's/,
    ],
    [
      'the example’s people',
      () => contacts({ contacts: [{ email: 'duty@broker.example' }] }),
      /contact duty@broker\.example is the example's/,
    ],
  ];
  for (const [what, node, says] of demo) {
    it(`refuses ${what}`, () => {
      const found = problems(node()).filter((one) => one.includes("is still the demo's"));
      assert.equal(found.length, 1, problems(node()).join('\n'));
      assert.match(found[0] ?? '', says);
      assert.match(problems(node()).at(-1) ?? '', /^Enter your own .*operator guide .*--safe/);
    });
  }

  it('takes flows of earlier releases, folders that somebody made, and nodes that do not start', () => {
    const { shares: _, ...earlier } = route({ rules: [{ share: `${VARIABLE}/shares/clearing` }] });
    assert.deepEqual(problems(earlier), []);
    mkdirSync(join(home(), 'shares'));
    assert.deepEqual(problems(route({ rules: [{ share: `${VARIABLE}/shares/clearing` }] })), []);
    const tab = { id: 't', type: 'tab', disabled: true };
    assert.deepEqual(problems(tab, route({ shares: 'any', z: 't' }), route({ shares: 'any', d: true })), []);
    assert.deepEqual(problems(account({ participant: 'Simon & Partners Ltd' })), []);
  });

  it('says why no line of a known_hosts file fits', () => {
    const file = join(home(), 'known_hosts');
    writeFileSync(file, Buffer.from(`\uFEFF[10.1.1.1]:18801 ${key.publicKey}\r\n`, 'utf16le'));
    const [one] = problems(account({ hostKeys: [], knownHosts: file }));
    assert.match(
      one ?? '',
      /^Account "clearing" trusts no host key at 10\.243\.2\.141:18801 \(The known_hosts file \S+ has 1 line, and none is for 10\.243\.2\.141:18801 \(line 1 is for \[10\.1\.1\.1\]:18801\)\): .*--safe/,
    );
    writeFileSync(file, Buffer.from(`\uFEFF10.243.2.* ${key.publicKey}\r\n`, 'utf16le'));
    assert.deepEqual(problems(account({ hostKeys: [], knownHosts: file })), []);
  });

  it('understands host keys and addresses as the account does', () => {
    const line = `10.243.2.141 ${key.publicKey} confirmed`;
    for (const hostKeys of [
      [{ address: '10.243.2.141', fingerprint: key.fingerprint }],
      [{ address: 'sftp://10.243.2.141:18801', fingerprint: `256 ${key.fingerprint} rap (ED25519)` }],
      [{ address: ' 10.243.2.141:18801 ', fingerprint: line }],
    ]) {
      assert.deepEqual(problems(account({ hostKeys })), [], JSON.stringify(hostKeys));
    }
    const pasted = [{ dataCentre: 'primary', host: 'sftp://127.243.2.141:18801/', port: '' }];
    const hostKeys = [{ address: '127.243.2.141:18801', fingerprint: key.fingerprint }];
    assert.deepEqual(problems(account({ user: 'SIM001', addresses: pasted, hostKeys })), []);
  });

  it('takes no secret with a line end as long as nothing is stored with it', () => {
    const given = (secret: string) =>
      liveProblems({ ...protection, RAP_CREDENTIAL_SECRET: secret }, home(), []);
    assert.match(
      given('secret\r').join(),
      /^RAP_CREDENTIAL_SECRET ends with \\r, which cannot be seen: take it out\.$/,
    );
    writeFileSync(join(home(), 'node-red/flows_cred.json'), '{"$":"x"}');
    assert.deepEqual(given('secret\r'), []);
    assert.match(given('').join(), /^RAP_CREDENTIAL_SECRET is not set/);
  });
});

describe('the saved flows', () => {
  const home = temporaryFolder();
  let file: string;
  beforeEach(() => {
    mkdirSync(join(home(), 'node-red'));
    file = join(home(), 'node-red/flows.json');
  });

  it('are read with a mark, and may be empty or not there yet', () => {
    assert.deepEqual(savedNodes(home()), []);
    for (const empty of ['', '\n']) {
      writeFileSync(file, empty);
      assert.deepEqual(savedNodes(home()), []);
    }
    writeFileSync(file, '\uFEFF[{"id":"a"}]\r\n');
    assert.deepEqual(savedNodes(home()), [{ id: 'a' }]);
  });

  it('are refused where their link leads to nothing, such as a folder that is not mounted', () => {
    try {
      symlinkSync(join(home(), 'away/flows.json'), file);
    } catch (error) {
      // Windows lets not everybody make links.
      assert.equal((error as NodeJS.ErrnoException).code, 'EPERM');
      return;
    }
    assert.throws(() => savedNodes(home()), { code: 'CONFIG_INVALID', message: /is a link to .*away/ });
    mkdirSync(join(home(), 'away'));
    writeFileSync(join(home(), 'away/flows.json'), '[{"id":"a"}]');
    assert.deepEqual(savedNodes(home()), [{ id: 'a' }]);
  });

  it('that are empty are those of the backup, which Node-RED then takes', () => {
    writeFileSync(file, '');
    writeFileSync(join(home(), 'node-red/.flows.json.backup'), '[{"id":"b"}]');
    assert.deepEqual(savedNodes(home()), [{ id: 'b' }]);
  });

  const wrong: [what: string, bytes: string | Buffer, says: RegExp][] = [
    ['cut', '[{"id":"tab","type":"ta', /flows\.json is not JSON: .*was cut/],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), /flows\.json is in UTF-16\. .*UTF-8/],
    ['no list', '{"flows":[]}', /flows\.json is not a list of nodes/],
    ['a list of other things', '[{"id":"tab","type":"tab"},null]', /flows\.json is not a list of nodes/],
    ['a list of lists', '[[{"id":"tab","type":"tab"}]]', /flows\.json is not a list of nodes/],
    // Node-RED takes one mark away, and reads no flows from what follows.
    ['with two marks', '\uFEFF\uFEFF[{"id":"a"}]', /flows\.json is not JSON/],
    ['with a mark within', '[{"id":"a"},\n\uFEFF{"id":"b"}]', /flows\.json is not JSON/],
    ['with a Ctrl-Z', '[{"id":"a"}]\x1a', /flows\.json holds \\u\{001a\}/],
    ['in another code page', Buffer.from('[{"label":"\xb3\xaf"}]', 'latin1'), /flows\.json is not UTF-8/],
    ['with zero bytes, as a crash leaves it', Buffer.alloc(100), /flows\.json holds \\u\{0000\}/],
  ];
  for (const [what, bytes, says] of wrong) {
    it(`are refused in a sentence when they are ${what}, with the backup where there is one`, () => {
      writeFileSync(file, bytes);
      const sentence = () => {
        try {
          return String(savedNodes(home()));
        } catch (error) {
          const { message, cure } = error as RapError;
          return `${message}. ${cure}`;
        }
      };
      assert.match(sentence(), says);
      assert.doesNotMatch(sentence(), /backup/);
      writeFileSync(join(home(), 'node-red/.flows.json.backup'), '[]');
      assert.match(sentence(), /such as \S+\.flows\.json\.backup; nothing was changed\.$/);
    });
  }
});
