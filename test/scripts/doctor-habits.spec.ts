/** "rap doctor" on what goes wrong around a file or a line: the wrong file, the wrong kind, another program's habits. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  account,
  type Break,
  both,
  contacts,
  type Doubtful,
  examine,
  file,
  hash,
  itReads,
  newWorld,
  pins,
  refused,
  removeWorld,
  row,
  set,
  variable,
  type World,
} from './doctor-world.ts';

const inHome =
  (name: string, of: (place: string) => Break): Break =>
  (world) =>
    of(join(world.home, name))(world);
const folderAt =
  (name: string): Break =>
  ({ home }) => {
    rmSync(join(home, name), { recursive: true, force: true });
    mkdirSync(join(home, name), { recursive: true });
  };
const linkAt =
  (name: string, to: string): Break =>
  ({ home }) => {
    rmSync(join(home, name), { force: true });
    symlinkSync(to, join(home, name));
  };
const noFlows: Break = ({ nodes }) => {
  nodes.length = 0;
};
const key = (text: string | Buffer) => file('keys/hkscc', text);
const keyText = ({ home }: World) => readFileSync(join(home, 'keys/hkscc'), 'utf8');

const doubtful: Doubtful[] = [
  ['a folder for a key', folderAt('keys/hkscc'), /keys.hkscc/],
  ['a link to nowhere for a key', linkAt('keys/hkscc', '/nowhere/id'), /keys.hkscc/],
  ['a link to itself for a key', linkAt('keys/hkscc', 'hkscc'), /keys.hkscc/],
  ['the known_hosts file for a key', key(`10.243.2.141 ssh-ed25519 ${'A'.repeat(68)}\n`), /keys.hkscc/],
  ['a page of a login for a key', key('<!doctype html><html><title>Log in</title></html>'), /keys.hkscc/],
  ['a zip for a key', key(Buffer.from('PK\x03\x04rest', 'latin1')), /keys.hkscc/],
  ['a fingerprint for a key', key('SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n'), /keys.hkscc/],
  [
    'a request for a certificate for a key',
    key('-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n'),
    /keys.hkscc/,
  ],
  [
    'a key of which the last line is missing',
    (world) => key(keyText(world).trimEnd().split('\n').slice(0, -1).join('\n'))(world),
    /keys.hkscc/,
  ],
  [
    'two keys in a file',
    (world) => key(keyText(world) + readFileSync(join(world.home, 'keys/hkcc-seoch'), 'utf8'))(world),
    /keys.hkscc/,
  ],
  [
    'a folder for known hosts',
    both(
      folderAt('known'),
      inHome('known', (knownHosts) => account({ hostKeys: [], knownHosts })),
    ),
    /known/,
  ],
  [
    'a private key for known hosts',
    both(
      file('known', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==\n-----END OPENSSH PRIVATE KEY-----\n'),
      inHome('known', (knownHosts) => account({ hostKeys: [], knownHosts })),
    ),
    /known/,
  ],
  [
    'known hosts that are empty',
    both(
      file('known', '\n'),
      inHome('known', (knownHosts) => account({ hostKeys: [], knownHosts })),
    ),
    /known/,
  ],
  [
    'known hosts with fingerprints for keys',
    both(
      file('known', pins.map((pin) => `10.243.2.141 ${pin}\n`).join('')),
      inHome('known', (knownHosts) => account({ hostKeys: [], knownHosts })),
    ),
    /known/,
  ],
  ['a folder for the file of logins', folderAt('users'), /RAP_EDITOR_USERS/],
  ['a folder for the secret', folderAt('credential-secret'), /RAP_CREDENTIAL_SECRET/],
  ['a secret of blanks', file('credential-secret', ' \t \n'), /RAP_CREDENTIAL_SECRET/],
  ['a secret of blanks as a variable', variable('RAP_CREDENTIAL_SECRET', ' \t '), /RAP_CREDENTIAL_SECRET/],
  [
    'a token of blanks in its file',
    both(file('token', '   '), ({ home, env }) => {
      env.RAP_METRICS_TOKEN_FILE = join(home, 'token');
    }),
    /RAP_METRICS_TOKEN_FILE/,
  ],
  ['logins in JSON', file('users', JSON.stringify([{ name: 'ada', hash }])), /RAP_EDITOR_USERS/],
  ['logins with colons, as htpasswd has them', file('users', `ada:${hash}\n`), /RAP_EDITOR_USERS/],
  ['logins with smart quotes', file('users', `“ada” full ${hash}\n`), /RAP_EDITOR_USERS/],
  ['logins with plain quotes', file('users', `"ada" full ${hash}\n`), /RAP_EDITOR_USERS/, /quotes/],
  ['logins with quotes of Taiwan', file('users', `「ada」 full ${hash}\n`), /RAP_EDITOR_USERS/, /quotes/],
  ['a right in capitals of another script', file('users', `ada ｆｕｌｌｙ ${hash}\n`), /RAP_EDITOR_USERS/],
  ['a hash that was cut', file('users', `ada full ${hash.slice(0, -3)}\n`), /RAP_EDITOR_USERS/],
  ['a hash of MD5', file('users', 'ada full $apr1$abcdefgh$0123456789012345678901\n'), /RAP_EDITOR_USERS/],
  ['a folder for the flows', both(noFlows, folderAt('node-red/flows.json')), /flow/],
  ['a folder for stored credentials', folderAt('node-red/flows_cred.json'), /credentials|flows_cred/],
  ['a folder for the catalogue', folderAt('catalogue.yaml'), /catalogue/],
  ['a folder for the calendar', folderAt('calendar/calendar.yaml'), /calendar/],
  ['a catalogue with a tab in front', file('catalogue.yaml', 'reports:\n\t- code: X\n'), /catalogue/],
  ['a catalogue in JSON that is cut', file('catalogue.yaml', '{"reports": ['), /catalogue/],
  ['an installation with a blank for its dash', account({ installation: 'hkcc seoch' }), /installation/],
  ['a file for a folder of reports', account({ folders: [{ folder: '/INBOX/*.txt' }] }), /folder/i],
  [
    'a schedule with a name of a zone',
    set('rap-schedule', { times: [{ time: '07:00 Asia/Hong_Kong' }] }),
    /times/,
  ],
  ['a schedule with HKT behind', set('rap-schedule', { times: [{ time: '25:00 HKT' }] }), /times/],
  ['a schedule twice a cell', set('rap-schedule', { times: [{ time: '07:00-09:00' }] }), /times/],
  ['a calendar of another exchange', set('rap-schedule', { calendar: 'nyse' }), /calendar/],
  ['a relay with its port and another', contacts({ host: 'relay.broker.hk:25', port: '587' }), /host|port/],
  ['a relay in an address of a mail', contacts({ host: 'ops@broker.hk' }), /host/],
  [
    'authorities of a relay that are a key',
    both(
      file('ca.pem', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n'),
      inHome('ca.pem', (caFile) => contacts({ caFile })),
    ),
    /ca/,
  ],
  [
    'a folder for the authorities of a relay',
    both(
      folderAt('ca.pem'),
      inHome('ca.pem', (caFile) => contacts({ caFile })),
    ),
    /ca/,
  ],
  [
    'a window without an end',
    contacts({ windows: [{ from: '2026-12-02 10:00', until: '', what: 'shares', reason: 'x' }] }),
    /window/,
  ],
  [
    'a domain of Cyrillic letters that look Latin',
    contacts({ allowedDomains: 'brоker.hk' }),
    /allowedDomains|contacts/,
  ],
  [
    'a share that is a file',
    both(
      file('share', 'x'),
      inHome('share', (share) => row('report-route', 'rules', { share })),
    ),
    /share|rule/,
  ],
  ['a share of the root', row('report-route', 'rules', { share: '/' }), /rule|share/],
  [
    'a share within RAP_HOME',
    inHome('landing', (share) => row('report-route', 'rules', { share })),
    /share|rule|landing/,
  ],
  ['RAP_EDITOR_PORT with a host', variable('RAP_EDITOR_PORT', '127.0.0.1:1880'), /RAP_EDITOR_PORT/],
  ['RAP_LOG twice', variable('RAP_LOG', 'json text'), /RAP_LOG/],
  ['a ledger as a file', variable('RAP_LEDGER', '/srv/rap/ledger.sqlite'), /RAP_LEDGER/],
  ['a ledger of another database', variable('RAP_LEDGER', 'mysql://rap@db/rap'), /RAP_LEDGER/],
  ['a ledger without a database', variable('RAP_LEDGER', 'postgres://rap@db'), /RAP_LEDGER/],
  ['hosts by a word of another product', variable('RAP_HOSTS', 'cluster'), /RAP_HOSTS/],
  [
    'a time between heartbeats of none',
    both(variable('RAP_HEARTBEAT_URL', 'https://a.example/'), variable('RAP_HEARTBEAT_MINUTES', '0')),
    /RAP_HEARTBEAT/,
  ],
  ['hosts in other letters', variable('RAP_HOSTS', 'Shared'), /RAP_HOSTS/],
  ['a profile in Chinese', variable('RAP_PROFILE', '正式'), /RAP_PROFILE/],
  ['a key of the journal that is cut in its file', file('secrets/journal.key', 'abc123\n'), /journal/],
  [
    'a key of the journal that is no hexadecimal',
    variable('RAP_JOURNAL_KEY', 'z'.repeat(64)),
    /RAP_JOURNAL_KEY/,
  ],
  ['a folder for the key of the journal', folderAt('secrets/journal.key'), /journal/],
  ['a profile that is none', variable('RAP_PROFILE', 'prod'), /RAP_PROFILE/],
  ['a key of the journal that is short', variable('RAP_JOURNAL_KEY', 'abc123'), /RAP_JOURNAL_KEY|journal/],
];

const understood: [what: string, how: Break][] = [
  [
    'a key with dashes that a word processor has joined',
    (world) => key(keyText(world).replaceAll('-----', '—–'))(world),
  ],
  ['a participant in small letters with blanks', account({ participant: ' b01234 ' })],
  [
    'a link to a key',
    both((world) => {
      const text = keyText(world);
      world.write('keys/real', text);
      rmSync(join(world.home, 'keys/hkscc'));
      symlinkSync('real', join(world.home, 'keys/hkscc'));
    }),
  ],
  ['a key behind a mark and empty lines', (world) => key(`\uFEFF\n\n${keyText(world)}\n\n`)(world)],
  [
    'a secret with the line end of Windows in its file',
    file('credential-secret', 'the secret of a test\r\n'),
  ],
  [
    'flows with a byte order mark',
    (world) => {
      const text = JSON.stringify(world.nodes);
      world.nodes.length = 0;
      world.write('node-red/flows.json', `\uFEFF${text}`);
    },
  ],
];

describe('rap doctor and the habits of people', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => removeWorld(world));

  itReads(() => world, understood, doubtful);

  for (const [at, how, odd] of [
    ['465', 'none', true],
    ['465', 'starttls', true],
    ['587', 'tls', true],
    ['465', 'tls', false],
    ['587', 'starttls', false],
    ['587', 'none', false],
    ['25', 'none', false],
  ] as const) {
    it(`${odd ? 'asks to look at' : 'lets be'} a relay at ${at} with encryption "${how}"`, async () => {
      contacts({
        port: at,
        security: how,
        secondHost: 'other.broker.hk',
        secondPort: at,
        secondSecurity: how,
      })(world);
      const found = await examine(world);
      assert.deepEqual(refused(found), []);
      const said = found.filter(
        ({ state, message }) => state === 'warning' && /most relays want/.test(message),
      );
      assert.deepEqual(
        said.map(({ message }) => message.split(' ')[0]),
        odd ? ['port', 'secondPort'] : [],
      );
    });
  }
});
