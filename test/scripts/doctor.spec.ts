/** "rap doctor": what is sound is found sound, and each broken configuration is refused with its field and its cure. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { keyIn, newKey } from '../../simulator/keys.ts';
import {
  account,
  type Break,
  both,
  contacts,
  examine,
  file,
  gone,
  hash,
  newWorld,
  pins,
  refused,
  removeWorld,
  root,
  route,
  set,
  shipped,
  variable,
  type World,
} from './doctor-world.ts';

const VARIABLE = '$'.concat('{NOT_SET}');

/** What is broken, how, and what the refusal names. */
const broken: [what: string, how: Break, names: RegExp][] = [
  ['RAP_EDITOR_PORT 0', variable('RAP_EDITOR_PORT', '0'), /RAP_EDITOR_PORT/],
  ['RAP_EDITOR_PORT http', variable('RAP_EDITOR_PORT', 'http'), /RAP_EDITOR_PORT/],
  ['RAP_EDITOR_PORT 70000', variable('RAP_EDITOR_PORT', '70000'), /RAP_EDITOR_PORT/],
  ['RAP_LOG xml', variable('RAP_LOG', 'xml'), /RAP_LOG/],
  ['RAP_METRICS_TOKEN short', variable('RAP_METRICS_TOKEN', 'short'), /RAP_METRICS_TOKEN/],
  [
    'RAP_METRICS_TOKEN a token with blanks in it',
    variable('RAP_METRICS_TOKEN', 'a token with blanks in it'),
    /RAP_METRICS_TOKEN/,
  ],
  [
    'RAP_CREDENTIAL_SECRET_FILE /nowhere/secret',
    variable('RAP_CREDENTIAL_SECRET_FILE', '/nowhere/secret'),
    /RAP_CREDENTIAL_SECRET_FILE/,
  ],
  ['RAP_EDITOR_USERS /nowhere/users', variable('RAP_EDITOR_USERS', '/nowhere/users'), /RAP_EDITOR_USERS/],
  ['RAP_HEARTBEAT_URL not a url', variable('RAP_HEARTBEAT_URL', 'not a url'), /RAP_HEARTBEAT/],
  [
    'a secret in a file that is empty',
    both(
      file('empty', '\n'),
      ({ env, home }) => void Object.assign(env, { RAP_CREDENTIAL_SECRET_FILE: join(home, 'empty') }),
    ),
    /RAP_CREDENTIAL_SECRET_FILE/,
  ],
  [
    'a secret twice',
    both(
      file('secret', 'x'),
      ({ env, home }) =>
        void Object.assign(env, {
          RAP_CREDENTIAL_SECRET: 'a',
          RAP_CREDENTIAL_SECRET_FILE: join(home, 'secret'),
        }),
    ),
    /RAP_CREDENTIAL_SECRET/,
  ],
  ['no secret', ({ home }) => rmSync(join(home, 'credential-secret')), /RAP_CREDENTIAL_SECRET/],
  ['a secret with a line break', variable('RAP_CREDENTIAL_SECRET', 'secret\r'), /RAP_CREDENTIAL_SECRET/],
  ['a sign-on by no proxy', variable('RAP_SSO_HEADER', 'X-Remote-User'), /RAP_SSO_PROXIES/],
  ['a sign-on by a header that is taken', variable('RAP_SSO_HEADER', 'Cookie'), /RAP_SSO_HEADER/],
  ['a user without a hash', variable('RAP_EDITOR_USER', 'ada'), /RAP_EDITOR_PASSWORD_HASH/],
  [
    'a hash that a shell took apart',
    both(variable('RAP_EDITOR_USER', 'ada'), variable('RAP_EDITOR_PASSWORD_HASH', 'b$08$x')),
    /RAP_EDITOR_PASSWORD_HASH/,
  ],
  ['a file of logins without a hash', file('users', 'ada full\n'), /RAP_EDITOR_USERS/],
  ['a file of logins with a password', file('users', 'ada full secret\n'), /RAP_EDITOR_USERS/],
  ['a file of logins with an unknown right', file('users', `ada admin ${hash}\n`), /RAP_EDITOR_USERS/],
  ['a file of logins with a fourth word', file('users', `ada full ${hash} x\n`), /RAP_EDITOR_USERS/],
  ['a file of logins who may only look', file('users', `ada look ${hash}\n`), /RAP_EDITOR_USERS/],
  ['a file of logins twice', file('users', `ada full ${hash}\nada full ${hash}\n`), /RAP_EDITOR_USERS/],
  ['a file of logins without logins', file('users', '# nobody\n'), /RAP_EDITOR_USERS/],
  [
    'a file of logins open to everybody',
    ({ home }) => chmodSync(join(home, 'users'), 0o644),
    /RAP_EDITOR_USERS/,
  ],
  ['a file of logins that is no text', file('users', Buffer.from([0, 1, 2, 0, 255])), /RAP_EDITOR_USERS/],
  [
    'a home that is not there',
    ({ home, nodes }) => {
      nodes.length = 0;
      rmSync(home, { recursive: true });
    },
    /RAP_HOME/,
  ],
  [
    'flows that are cut',
    ({ write, nodes }) => {
      nodes.length = 0;
      write('node-red/flows.json', '[{"id":"a');
    },
    /flow file|flows\.json/,
  ],
  [
    'flows that are no list',
    ({ write, nodes }) => {
      nodes.length = 0;
      write('node-red/flows.json', '{}');
    },
    /flow file|flows\.json/,
  ],
  [
    'flows that are of zero bytes',
    ({ write, nodes }) => {
      nodes.length = 0;
      write('node-red/flows.json', '\0\0\0');
    },
    /flow file|flows\.json/,
  ],
  [
    'stored credentials of another secret',
    file('node-red/flows_cred.json', JSON.stringify({ $: '00112233445566778899aabbccddeeffabcd' })),
    /RAP_CREDENTIAL_SECRET/,
  ],
  [
    'stored credentials that are cut',
    file('node-red/flows_cred.json', '{"$":'),
    /stored credentials|flows_cred/,
  ],
  ['a catalogue cut', file('catalogue.yaml', 'rows: [ {'), /catalogue/],
  ['a catalogue of another kind', file('catalogue.yaml', '- 1\n- 2\n'), /catalogue/],
  [
    'a catalogue with an unknown word',
    file('catalogue.yaml', 'reports:\n  - code: X\n    nonsense: 1\n'),
    /catalogue/,
  ],
  ['a calendar cut', file('calendar/calendar.yaml', 'closed: [ {'), /calendar/],
  ['a calendar of another kind', file('calendar/calendar.yaml', '- 1\n'), /calendar/],
  [
    'a calendar with a date that is none',
    file('calendar/calendar.yaml', 'holidays:\n  - 2026-02-31\n'),
    /calendar/,
  ],
  [
    'a catalogue in another code page',
    file('catalogue.yaml', Buffer.from([0x23, 0xb3, 0xaf, 0x0a])),
    /catalogue/,
  ],
  [
    'a ledger that is no ledger',
    file('ledger.sqlite', 'no ledger at all, but longer than nothing'),
    /ledger/,
  ],
  ['a ledger that is a folder', ({ home }) => mkdirSync(ledgerIn(home)), /ledger/],
  [
    'a ledger written later than now',
    ({ home, write }) => {
      write('ledger.sqlite', '');
      utimesSync(ledgerIn(home), 4e9, 4e9);
    },
    /clock/,
  ],
  ['an account with no name and no user', account({ name: '', user: '' }), /name|user/],
  ['an account with a name with blanks', account({ name: 'my account' }), /name/],
  ['an account with no user', account({ user: '' }), /user/],
  ['an account with the participant of the simulator', account({ participant: 'SIM001' }), /participant/],
  ['an account with an unknown installation', account({ installation: 'hkex' }), /installation/],
  ['an account with no address', account({ addresses: [] }), /address/],
  [
    'an account with no primary address',
    account({ addresses: [{ dataCentre: 'secondary', host: '10.243.66.141', port: '18801' }] }),
    /primary/,
  ],
  [
    'an account with a host with a path',
    account({ addresses: [{ dataCentre: 'primary', host: '10.243.2.141/x', port: '18801' }] }),
    /addresses/,
  ],
  [
    'an account with a port that is none',
    account({ addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port: 'ssh' }] }),
    /addresses/,
  ],
  [
    'an account with a port above all',
    account({ addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port: '99999' }] }),
    /addresses/,
  ],
  [
    'an account with an address of the simulator',
    account({ addresses: [{ dataCentre: 'primary', host: '127.243.2.141', port: '18801' }] }),
    /127/,
  ],
  ['an account with no host key', account({ hostKeys: [] }), /host key/],
  [
    'an account with a host key for another address',
    account({ hostKeys: [{ address: '10.9.9.9:18801', fingerprint: pins[0] }] }),
    /10\.243\.2\.141/,
  ],
  [
    'an account with host keys of the primary only',
    account({
      hostKeys: ['10.243.2.141', '10.243.2.142'].map((address) => ({ address, fingerprint: pins[0] })),
    }),
    /10\.243\.66\.141/,
  ],
  [
    'an account with a fingerprint that is short',
    account({ hostKeys: [{ address: '10.243.2.141', fingerprint: 'SHA256:abc' }] }),
    /hostKeys/,
  ],
  [
    'an account with an MD5 fingerprint',
    account({
      hostKeys: [
        { address: '10.243.2.141', fingerprint: 'MD5:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff' },
      ],
    }),
    /hostKeys/,
  ],
  [
    'an account with known hosts that are not there',
    account({ hostKeys: [], knownHosts: '/nowhere/known_hosts' }),
    /known_hosts/,
  ],
  ['an account with a relative key file', account({ keyFile: '~/keys/rap' }), /keyFile/],
  ['an account with no key file', account({ keyFile: '' }), /keyFile/],
  ['an account with a key file that is not there', account({ keyFile: '/nowhere/key' }), /nowhere.key/],
  ['an account with a key that is stored nowhere', account({ keySource: 'stored' }), /keyFile|private key/],
  ['an account with a variable that is not set', account({ keyFile: `${VARIABLE}/key` }), /NOT_SET/],
  [
    'an account with a secret of the service as a setting',
    account({ user: '$'.concat('{RAP_CREDENTIAL_SECRET}') }),
    /RAP_CREDENTIAL_SECRET/,
  ],
  ['an account with a folder with dots', account({ folders: [{ folder: '/INBOX/../x' }] }), /folder/i],
  ['an account with a profile that is none', account({ profile: 'fast' }), /profile/],
  ['an account with tcpSeconds of words', account({ tcpSeconds: 'many' }), /tcpSeconds/],
  ['an account with handshakeSeconds of words', account({ handshakeSeconds: 'many' }), /handshakeSeconds/],
  ['an account with requestSeconds of words', account({ requestSeconds: 'many' }), /requestSeconds/],
  ['an account with stallSeconds of words', account({ stallSeconds: 'many' }), /stallSeconds/],
  ['an account with idleSeconds of words', account({ idleSeconds: 'many' }), /idleSeconds/],
  ['an account with maxEntries of words', account({ maxEntries: 'many' }), /maxEntries/],
  ['an account with maxMegabytes of words', account({ maxMegabytes: 'many' }), /maxMegabytes/],
  ['an account with maxDepth of words', account({ maxDepth: 'many' }), /maxDepth/],
  [
    'an account with maxListingMegabytes of words',
    account({ maxListingMegabytes: 'many' }),
    /maxListingMegabytes/,
  ],
  ['an account with maxListingSeconds of words', account({ maxListingSeconds: 'many' }), /maxListingSeconds/],
  ['an account with reserveMegabytes of words', account({ reserveMegabytes: 'many' }), /reserveMegabytes/],
  ['an account with loginsPerDay of words', account({ loginsPerDay: 'many' }), /loginsPerDay/],
  ['an account with tcpSeconds -5', account({ tcpSeconds: '-5' }), /tcpSeconds/],
  ['an account with maxDepth 1.5', account({ maxDepth: '1.5' }), /maxDepth/],
  ['an account with loginsPerDay -1', account({ loginsPerDay: '-1' }), /loginsPerDay/],
  ['an account with bandwidth fast', account({ bandwidth: 'fast' }), /bandwidth/],
  ['an account with bandwidth 09:00-25:00 1', account({ bandwidth: '09:00-25:00 1' }), /bandwidth/],
  ['an account with holidayTrading perhaps', account({ holidayTrading: 'perhaps' }), /holidayTrading/],
  [
    'an account with more room in reserve than the disk has',
    account({ reserveMegabytes: '900000000' }),
    /must stay free/,
  ],
  [
    'two accounts of one name',
    ({ nodes }) => {
      for (const node of nodes) if (node.type === 'rap-account') node.name = 'same';
    },
    /name/,
  ],
  ['a key file that is empty', file('keys/hkscc', '', 0o600), /keys.hkscc/],
  [
    'a key file that is a public key',
    file('keys/hkscc', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ x\n', 0o600),
    /keys.hkscc/,
  ],
  [
    'a key file that is a certificate',
    file('keys/hkscc', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 0o600),
    /keys.hkscc/,
  ],
  [
    'a key file that is cut',
    file('keys/hkscc', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n', 0o600),
    /keys.hkscc/,
  ],
  ['a key file that is a PDF', file('keys/hkscc', '%PDF-1.4', 0o600), /keys.hkscc/],
  ['a key file that is zero bytes', file('keys/hkscc', Buffer.alloc(300), 0o600), /keys.hkscc/],
  ['a key file that is too large', file('keys/hkscc', 'x'.repeat(400_000), 0o600), /keys.hkscc/],
  [
    'known hosts of other hosts',
    both(file('known_hosts', `10.1.1.1 ssh-ed25519 ${'A'.repeat(68)}\n`), ({ home, ...world }) =>
      account({ hostKeys: [], knownHosts: join(home, 'known_hosts') })({ home, ...world }),
    ),
    /known_hosts/,
  ],
  ['contacts with no relay', contacts({ host: '' }), /host|relay/],
  ['contacts with a relay with a path', contacts({ host: 'http://relay/x' }), /host/],
  ['contacts with a port that is none', contacts({ port: 'smtp' }), /port/],
  ['contacts with a security that is none', contacts({ security: 'ssl3' }), /security/],
  ['contacts with no sender', contacts({ from: '' }), /from/],
  ['contacts with a sender that is none', contacts({ from: 'rap' }), /from/],
  ['contacts with two senders', contacts({ from: 'a@broker.hk, b@broker.hk' }), /from/],
  ['contacts with nobody', contacts({ contacts: [] }), /[Cc]ontacts/],
  [
    'contacts with an address that is none',
    contacts({ contacts: [{ name: 'x', email: 'desk', groups: 'alarm' }] }),
    /contacts, row 1/,
  ],
  [
    'contacts with an address of another domain',
    contacts({ contacts: [{ name: 'x', email: 'desk@elsewhere.example', groups: 'alarm' }] }),
    /elsewhere/,
  ],
  ['contacts with a language that is none', contacts({ language: 'klingon' }), /language/],
  ['contacts with a CA file that is not there', contacts({ caFile: '/nowhere/ca.pem' }), /ca\.pem/],
  ['contacts with reminders of words', contacts({ reminders: 'often' }), /reminders/],
  ['contacts with minutes of words', contacts({ escalateMinutes: 'soon' }), /escalateMinutes/],
  ['contacts with hours of words', contacts({ restHours: 'long' }), /restHours/],
  ['contacts with a webhook that is no URL', contacts({ webhook: 'teams' }), /webhook/],
  ['contacts with a webhook of plain http', contacts({ webhook: 'http://hooks.example/x' }), /webhook/],
  ['contacts with an escalation to nobody', contacts({ escalateGroups: 'directors' }), /directors/],
  [
    'contacts with a second relay without a port',
    contacts({ secondHost: 'relay2', secondPort: 'x' }),
    /secondPort/,
  ],
  [
    'contacts with a maintenance that ends before it begins',
    contacts({
      windows: [{ from: '2026-12-02 10:00', until: '2026-12-02 09:00', what: 'shares', reason: 'x' }],
    }),
    /window/,
  ],
  [
    'contacts with a maintenance of a day that is none',
    contacts({
      windows: [{ from: '2026-02-31 10:00', until: '2026-12-02 09:00', what: 'shares', reason: 'x' }],
    }),
    /window/,
  ],
  ['contacts with a domain with an at', contacts({ allowedDomains: 'desk@broker.hk' }), /allowedDomains/],
  ['contacts with a greeting with blanks', contacts({ greeting: 'my machine' }), /greeting/],
  ['a route with a relative share', route('shares/{code}'), /rule 1|NOT_SET/],
  ['a route with no share', route(''), /rule 1|NOT_SET/],
  ['a route with an unknown word', route('/mnt/{nothing}'), /rule 1|NOT_SET/],
  ['a route with an open brace', route('/mnt/{code'), /rule 1|NOT_SET/],
  ['a route with a climb', route('/mnt/../etc'), /rule 1|NOT_SET/],
  ['a route with a variable of a shell', route('/mnt/$USER/x'), /rule 1|NOT_SET/],
  ['a route with a command', route('/mnt/`date`'), /rule 1|NOT_SET/],
  ['a route with a percent name', route('/mnt/%DATE%'), /rule 1|NOT_SET/],
  ['a route with two folders', route('/mnt/a; /mnt/b'), /rule 1|NOT_SET/],
  ['a route with a star', route('/mnt/*'), /rule 1|NOT_SET/],
  ['a route with a blank at the end', route('/mnt/rap /x'), /rule 1|NOT_SET/],
  ['a route with a Windows path', route('\\\\fileserver\\ops'), /rule 1|NOT_SET/],
  ['a route with a variable that is not set', route(`${VARIABLE}/x`), /rule 1|NOT_SET/],
  [
    'a route into a folder of the home',
    (world) => route(join(world.home, 'landing'))(world),
    /landing|rule 1/,
  ],
  [
    'a route to a share that was never marked',
    (world) => {
      mkdirSync(join(world.shares, 'bare'));
      route(join(world.shares, 'bare'))(world);
    },
    /bare/,
  ],
  ['a route to a share that is not there', (world) => route(join(world.shares, 'none'))(world), /none/],
  [
    'a route to a share whose mark is damaged',
    (world) => {
      mkdirSync(join(world.shares, 'odd'));
      writeFileSync(join(world.shares, 'odd', '.rap-share.json'), '{}');
      route(join(world.shares, 'odd'))(world);
    },
    /odd/,
  ],
  ['a route without rules', set('report-route', { rules: 'all' }), /rules|list/],
  ['a route whose marks are neither', set('report-route', { shares: 'some' }), /shares/],
  ['a schedule with a time that is none', set('rap-schedule', { times: [{ time: '25:00' }] }), /times/],
  ['a schedule with no time', set('rap-schedule', { times: [] }), /times/],
  ['a schedule with an unknown calendar', set('rap-schedule', { calendar: 'bank' }), /calendar/],
  ['a schedule with a mode that is none', set('rap-schedule', { mode: 'always' }), /mode/],
  [
    'a schedule with a pattern that is none',
    set('rap-schedule', { mode: 'pattern', pattern: 'daily' }),
    /pattern/,
  ],
  [
    'a schedule with a pattern that is never due',
    set('rap-schedule', { mode: 'pattern', pattern: '0 9 31 2 *' }),
    /pattern|never/,
  ],
  ['a schedule with looks of a second', set('rap-schedule', { lookSeconds: '1' }), /lookSeconds/],
  ['a schedule with a lead of days', set('rap-schedule', { leadMinutes: '2880' }), /leadMinutes/],
  ['rap-connect without account', set('rap-connect', { account: '' }), /account/],
  ['rap-connect with account that is gone', set('rap-connect', { account: 'ffff' }), /account/],
  ['contact-notify without contacts', set('contact-notify', { contacts: '' }), /contacts/],
  ['contact-notify with contacts that is gone', set('contact-notify', { contacts: 'ffff' }), /contacts/],
  ['session-timer without plan', set('session-timer', { plan: '' }), /plan/],
  ['session-timer with plan that is gone', set('session-timer', { plan: 'ffff' }), /plan/],
  ['weather-check with a plan that is gone', set('weather-check', { plan: 'ffff' }), /plan/],
  ['report-check with an account that is gone', set('report-check', { account: 'ffff' }), /account/],
  ['rap-switch of one account without one', set('rap-switch', { scope: 'one', account: '' }), /account/],
  ['contacts that are deleted', gone('rap-contacts'), /contacts/],
  ['a mail to a group that nobody is in', set('contact-notify', { groups: 'directors' }), /directors/],
  ['a mail of an unknown kind', set('contact-notify', { kind: 'fax' }), /kind/],
  ['a login that is none', set('rap-connect', { action: 'hack' }), /action/],
  ['rap-list with settleSeconds: soon', set('rap-list', { settleSeconds: 'soon' }), /settleSeconds/],
  ['rap-list with alarmRuns: 0', set('rap-list', { alarmRuns: '0' }), /alarmRuns/],
  ['rap-list with alarmMinutes: -1', set('rap-list', { alarmMinutes: '-1' }), /alarmMinutes/],
  ['rap-download with keepDays: ever', set('rap-download', { keepDays: 'ever' }), /keepDays/],
  ['rap-download with rowJump: high', set('rap-download', { rowJump: 'high' }), /rowJump/],
  ['rap-download with lookInside: x', set('rap-download', { lookInside: 'x' }), /lookInside/],
  ['rap-switch with dataCentre: third', set('rap-switch', { dataCentre: 'third' }), /dataCentre/],
  ['rap-switch with until: later', set('rap-switch', { until: 'later' }), /until/],
  ['report-compare with daily: true, folder: ', set('report-compare', { daily: true, folder: '' }), /folder/],
  [
    'report-compare with daily: true, folder: /mnt/terminal',
    set('report-compare', { daily: true, folder: '/mnt/terminal' }),
    /folder/,
  ],
  ['report-compare with readyDays: 0', set('report-compare', { readyDays: '0' }), /readyDays/],
  ['report-compare with language: fr', set('report-compare', { language: 'fr' }), /language/],
  ['session-evidence with action: burn', set('session-evidence', { action: 'burn' }), /action/],
  ['weather-check with day: yesterday', set('weather-check', { day: 'yesterday' }), /day/],
  ['a plan with date: 2025-02-30', set('rap-plan', { date: '2025-02-30' }), /date/],
  ['a plan with weekday: Monday', set('rap-plan', { weekday: 'Monday' }), /weekday/],
  ['a plan with title: ', set('rap-plan', { title: '' }), /title/],
  ['a plan with accounts: []', set('rap-plan', { accounts: [] }), /accounts/],
  [
    'a plan with accounts: [{ account: nobody, installation: hkscc }]',
    set('rap-plan', { accounts: [{ account: 'nobody', installation: 'hkscc' }] }),
    /nobody|accounts/,
  ],
  ['a plan with parts: []', set('rap-plan', { parts: [] }), /parts/],
  ['a plan with cutOff: 29:00', set('rap-plan', { cutOff: '29:00' }), /cutOff/],
  ['a plan with noticeMinutes: x', set('rap-plan', { noticeMinutes: 'x' }), /noticeMinutes/],
  ['a plan with freezeFrom: x', set('rap-plan', { freezeFrom: 'x' }), /freezeFrom|keyFreeze/],
];

describe('rap doctor', function () {
  this.timeout(300_000);
  let world: World;

  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => removeWorld(world));

  it("finds the shipped flows sound once they are made a site's own", async () => {
    const findings = await examine(world);
    assert.deepEqual(refused(findings), []);
    for (const { type } of world.nodes.filter(({ type }) =>
      /^(rap|report|session|contact|weather)-/.test(String(type)),
    ))
      assert.ok(
        findings.some(({ check }) => check.startsWith(`${type} `)),
        String(type),
      );
  });

  it('finds the demo sound, and refuses it for live operation', async () => {
    const { home, write } = world;
    world.nodes = shipped();
    for (const user of ['SIM001', 'SIMC01']) await keyIn(join(home, 'simulator/keys', user));
    const host = newKey('host').publicKey.split(' ').slice(0, 2).join(' ');
    const hosts = world.nodes.flatMap(({ addresses }) => (addresses ?? []) as { host: string }[]);
    write('simulator/known_hosts', hosts.map((one) => `[${one.host}]:18801 ${host}\n`).join(''));
    assert.deepEqual(refused(await examine(world, false)), []);
    const findings = await examine(world, true);
    const live = refused(findings).map(({ check }) => check.split(' ')[0]);
    assert.deepEqual([...new Set(live)].sort(), ['rap-account', 'rap-contacts', 'report-route']);
    // What is still the demo's is not called good as well.
    const good = findings.filter(({ state }) => state === 'good').map(({ check }) => check);
    for (const { check } of refused(findings)) assert.ok(!good.includes(check), check);
  });

  for (const [name, value] of [
    ['RAP_LOG', 'xml'],
    ['RAP_EDITOR_PORT', '0x'],
    ['RAP_METRICS_TOKEN', 'short'],
    ['HTTPS_PROXY', 'ftp://proxy.broker.hk:2121'],
    ['NODE_EXTRA_CA_CERTS', '/nowhere/ca.pem'],
  ] as const) {
    it(`refuses ${name} alone where the login and the secret of the folder are in place`, async () => {
      variable(name, value)(world);
      const findings = await examine(world);
      assert.deepEqual(
        refused(findings).map(({ check }) => check),
        ['variables'],
      );
      assert.equal(findings.find(({ check }) => check === 'editor')?.state, 'good');
      world.write('users', 'nobody\n');
      assert.ok(refused(await examine(world)).some(({ check }) => check === 'editor'));
    });
  }

  it('says of a login that it could not look at it where the file of a secret cannot be read', async () => {
    variable('RAP_CREDENTIAL_SECRET_FILE', '/nowhere/secret')(world);
    const editor = (await examine(world)).filter(({ check }) => check === 'editor');
    assert.deepEqual(
      editor.map(({ state }) => state),
      ['unknown'],
    );
  });

  it('looks into a ledger, and leaves it is', async () => {
    const ledger = await openHome(world.home, realClock);
    await ledger.journal.append({ who: 'a test', what: 'something', why: 'to be looked at' });
    const { count } = await ledger.journal.head();
    await ledger.close();
    assert.deepEqual(refused(await examine(world)), []);
    const again = await openHome(world.home, realClock);
    assert.equal((await again.journal.head()).count, count);
    await again.close();
    const bytes = Buffer.alloc(8192, 7);
    world.write('ledger.sqlite', bytes);
    const [first] = refused(await examine(world));
    assert.equal(first?.code, 'LEDGER_UNUSABLE');
  });

  it('knows at least 150 ways to be broken', () => assert.ok(broken.length >= 150, String(broken.length)));

  for (const [what, how, names] of broken) {
    it(`refuses ${what}`, async () => {
      how(world);
      const found = refused(await examine(world));
      const [first] = found.filter(({ check, field, message }) => names.test(`${check} ${field} ${message}`));
      assert.ok(first !== undefined, `${found.length} refused: ${JSON.stringify(found)}`);
      assert.ok(first.message.length > 10 && first.cure.length > 5, JSON.stringify(first));
      assert.notEqual(first.code, 'UNEXPECTED', JSON.stringify(first));
    });
  }

  it('says one line a check, its cure, and ends with 2 when anything is refused', async () => {
    await examine(world);
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [join(root, 'bin/rap'), 'doctor', '--home', world.home, ...words], {
        encoding: 'utf8',
        env: { ...process.env, RAP_PROFILE: '' },
      });
    const sound = run();
    assert.equal(sound.status, 0, sound.stdout + sound.stderr);
    assert.match(sound.stdout, /^good +editor: .*\n[\s\S]*checks: 0 refused/m);
    account({ user: '' })(world);
    world.write('node-red/flows.json', JSON.stringify(world.nodes));
    const broken = run();
    assert.equal(broken.status, 2);
    assert.match(broken.stdout, /^REFUSED +rap-account "clearing".*user.*\n +What to do: /m);
    const lines = run('--json')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.at(-1).refused, 1);
    assert.ok(lines.some(({ state, cure }) => state === 'refused' && cure !== ''));
  });
});
