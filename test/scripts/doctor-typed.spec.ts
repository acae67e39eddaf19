/** "rap doctor" on what people really type, paste and save: what has one reading is good, the rest is refused with its cure. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  account,
  type Break,
  both,
  contacts,
  type Doubtful,
  file,
  hash,
  itReads,
  newWorld,
  pins,
  removeWorld,
  root,
  row,
  set,
  variable,
  type World,
} from './doctor-world.ts';

const sample = (name: string) => readFileSync(join(root, 'test/lib/rap/keys', name), 'utf8');
const address = (host: string, port = '18801') => row('rap-account', 'addresses', { host, port });
const times = (...cells: string[]) => set('rap-schedule', { times: cells.map((time) => ({ time })) });
const person = (email: string) => row('rap-contacts', 'contacts', { email });
const plan = (changes: Record<string, unknown>) => set('rap-plan', changes);
const quiet = (from: string, until: string) =>
  contacts({ windows: [{ from, until, what: 'shares', reason: 'patches' }] });
/** The share of the first rule, written by somebody. */
const shareAs =
  (write: (folder: string) => string): Break =>
  (world) =>
    row('report-route', 'rules', { share: write(join(world.shares, 's0')) })(world);
const keyAs =
  (write: (folder: string) => string): Break =>
  (world) =>
    account({ keyFile: write(join(world.home, 'keys', 'hkscc')) })(world);
/** The key file of the first account as another program has left it. */
const keySaved =
  (save: (text: string) => string | Buffer): Break =>
  ({ home, write }) =>
    write('keys/hkscc', save(readFileSync(join(home, 'keys', 'hkscc'), 'utf8')));
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const users = `# 操作員\nops full ${hash}\n`;
const closed = 'overrides: [] # 補假\n';
/** "假期" as Windows in Taipei and Hong Kong, in Beijing, and "Kürzel" as one in Zürich saves it. */
const pages: Record<string, Buffer> = {
  Big5: Buffer.from([0xb0, 0xb2, 0xb4, 0xc1]),
  GBK: Buffer.from([0xbc, 0xd9, 0xc6, 0xda]),
  'Windows-1252': Buffer.from([0x4b, 0xfc, 0x72, 0x7a, 0x65, 0x6c]),
};
const remark = (page: string, text: string) =>
  Buffer.concat([Buffer.from('# '), pages[page] ?? assert.fail(page), Buffer.from(`\n${text}`)]);

/** What a person has, and the one thing that it means. */
const understood: [what: string, how: Break][] = [
  ['a port in full-width digits', address('10.243.2.141', '１８８０１')],
  ['a port with a comma for its thousands', address('10.243.2.141', '18,801')],
  ['an address in full-width digits and points', address('１０．２４３．２．１４１')],
  ['an address with Chinese full stops', address('10。243。2。141')],
  ['an address with scheme, port and slash', address('sftp://10.243.2.141:18801/', '')],
  ['an address with its port, twice', address('10.243.2.141:18801')],
  ['an address in angles out of a mail', address('<10.243.2.141>')],
  ['a user with blanks nobody sees around it', account({ user: '\u00a0BROKER\u200b\t' })],
  ['a user in smart quotes', account({ user: '“BROKER”' })],
  ['a fingerprint with a full-width colon', (world) => pinAs(world, (pin) => pin.replace(':', '：'))],
  ['a fingerprint without its word, with padding', (world) => pinAs(world, (pin) => `${pin.slice(7)}=`)],
  ['a key file as an address', keyAs((key) => `file://${key}`)],
  ['a key file in smart quotes', keyAs((key) => `“${key}” `)],
  ['a key with line ends of Windows', keySaved((text) => text.replaceAll('\n', '\r\n'))],
  ['a key that Notepad saved as Unicode', keySaved(utf16)],
  ["a key in PuTTY's form", file('keys/hkscc', sample('rsa-v2.ppk').replaceAll('\n', '\r\n'))],
  ['seconds with a unit in Chinese', account({ tcpSeconds: '３０ 秒' })],
  ['a number with a comma for its thousands', account({ maxEntries: '1,000' })],
  ['times with full-width digits and colon', times('０７：００')],
  ['times with a point and "pm"', times('9.30pm')],
  ['times without a colon', times('0930')],
  ['times in Chinese', times('下午6時30分')],
  ['times in one cell, with tabs as from Excel', times('07:00\t12:30\t18:00')],
  ['an address of a mail with a full-width at', person('desk＠broker.hk')],
  ['two addresses with a Chinese comma between', person('desk@broker.hk，risk@broker.hk')],
  ['two addresses with a Chinese semicolon between', person('desk@broker.hk；risk@broker.hk')],
  ['two addresses with an ideographic comma between', person('desk@broker.hk、risk@broker.hk')],
  ['an address as Outlook copies it', person('Desk, Ops <desk@broker.hk>;')],
  [
    'groups with Chinese commas and other cases',
    set('rap-contacts', ({ contacts }) => ({
      contacts: (contacts as { groups: string }[]).map((one) => ({
        ...one,
        groups: one.groups.toUpperCase().replaceAll(',', '，'),
      })),
    })),
  ],
  ['a maintenance with slashes and hours of one digit', quiet('2026/12/2 9:00', '2026/12/2 18:30')],
  ['a maintenance in Chinese', quiet('2026年12月2日 上午9:00', '2026年12月2日 下午6:30')],
  ['a plan of a date in Chinese', plan({ date: '2025年6月21日', reportsOf: '2025/6/20' })],
  ['a weekday in Chinese', plan({ weekday: '星期六' })],
  ['a cut-off with a full-width colon', plan({ cutOff: '０９：００' })],
  ['a share in smart quotes, with a blank behind', shareAs((share) => `“${share}” `)],
  ['a share with a slash behind', shareAs((share) => `${share}/`)],
  [
    'a calendar with a mark and line ends of Windows',
    file('calendar/calendar.yaml', `\uFEFF${closed.replaceAll('\n', '\r\n')}`),
  ],
  ['a calendar that Notepad saved as Unicode', file('calendar/calendar.yaml', utf16(closed))],
  [
    'logins with a mark, tabs and line ends of Windows',
    file('users', `\uFEFF${users.replaceAll(' full ', '\tfull\t').replaceAll('\n', '\r\n')}`),
  ],
  ['logins that Notepad saved as Unicode', file('users', utf16(users))],
  ['a port of the editor in full-width digits', variable('RAP_EDITOR_PORT', ' １８８０ ')],
  ['RAP_LOG in capitals, with a blank', variable('RAP_LOG', 'JSON ')],
  ['a heartbeat in blanks', variable('RAP_HEARTBEAT_URL', ' https://alive.example/x ')],
  ['a proxy without a scheme', variable('HTTPS_PROXY', 'proxy.broker.hk:3128')],
  ['a proxy that speaks SOCKS', variable('HTTPS_PROXY', 'socks5://proxy.broker.hk:1080')],
  ['a proxy with a password', variable('https_proxy', 'http://rap:p%40ss@proxy.broker.hk:3128/')],
];

function pinAs(world: World, write: (pin: string) => string): void {
  row('rap-account', 'hostKeys', { fingerprint: write(pins[0] ?? assert.fail()) })(world);
}

/** What can be read in two ways, or in none; with what the refusal names, and a word of its cure. */
const doubtful: Doubtful[] = [
  ['an address with zeros in front, which some read as octal', address('010.243.002.141'), /addresses/],
  ['an address with three numbers', address('10.243.2'), /addresses/],
  ['an address with a number above 255', address('10.243.2.300'), /addresses/],
  ['an address with a mask', address('10.243.2.141/24'), /addresses/],
  ['an address with a user', address('broker@10.243.2.141'), /addresses/],
  ['two addresses in one cell', address('10.243.2.141，10.243.2.142'), /addresses/],
  ['an address of a web page', address('https://10.243.2.141'), /addresses/],
  ['an address with another port than its cell', address('10.243.2.141:22'), /addresses/],
  ['port 65536', address('10.243.2.141', '65536'), /addresses/],
  ['port 0', address('10.243.2.141', '0'), /addresses/],
  ['a port with its protocol', address('10.243.2.141', '18801/tcp'), /addresses/],
  ['a port with a point', address('10.243.2.141', '18.801'), /addresses/],
  ['two users', account({ user: 'BROKER1, BROKER2' }), /user/],
  ['a fingerprint with three dots', (world) => pinAs(world, (pin) => `${pin.slice(0, 20)}…`), /hostKeys/],
  ['a key file of a variable of Windows', account({ keyFile: '%USERPROFILE%\\.ssh\\id_rsa' }), /keyFile/],
  ['a key file of a variable of a shell', account({ keyFile: '$HOME/.ssh/id_rsa' }), /keyFile/],
  ['a key file of a home', account({ keyFile: '~/.ssh/id_rsa' }), /keyFile/],
  [
    'a key with a passphrase that nobody gave',
    file('keys/hkscc', sample('ed25519-v2-locked.ppk')),
    /keys.hkscc/,
    /passphrase/i,
  ],
  [
    'the public half of a key of PuTTY',
    file(
      'keys/hkscc',
      '---- BEGIN SSH2 PUBLIC KEY ----\nComment: "x"\nAAAAB3NzaC1yc2E=\n---- END SSH2 PUBLIC KEY ----\n',
    ),
    /keys.hkscc/,
  ],
  [
    'a key in a container of Windows (PFX)',
    file('keys/hkscc', Buffer.from('308209bd0201033082097706092a864886f70d010701', 'hex')),
    /keys.hkscc/,
  ],
  ['seconds with a comma for a point', account({ tcpSeconds: '2,5' }), /tcpSeconds/],
  ['seconds as a time', account({ tcpSeconds: '0:30' }), /tcpSeconds/],
  ['a number of Excel', account({ maxEntries: '1E+05' }), /maxEntries/],
  ['9:5', times('9:5'), /times/],
  ['24:00', times('24:00'), /times/],
  ['7', times('7'), /times/],
  ['09:60', times('09:60'), /times/],
  ['13:00 pm of two halves', times('am 9:00 pm'), /times/],
  ['a time of another zone', times('09:00 UTC'), /times/],
  ['a time as a fraction of Excel', times('0.375'), /times/],
  ['a cut-off of 晚上12時', plan({ cutOff: '晚上12時' }), /cutOff/],
  ['a date that is June or July', plan({ date: '06/07/2026' }), /date/],
  ['a date with a year of two digits', plan({ date: '26-06-07' }), /date/],
  ['a number of Excel for a date', plan({ date: '45829' }), /date/],
  ['a month that is none', plan({ date: '2026-13-01' }), /date/],
  ['a weekday that its date does not have', plan({ weekday: '星期日' }), /weekday/],
  ['a maintenance that is June or July', quiet('06/07/2026 09:00', '06/07/2026 18:00'), /window/],
  ['a maintenance until 24:30', quiet('2026-12-02 09:00', '2026-12-02 24:30'), /window/],
  ['an address of a mail with a comma for a point', person('desk@broker,hk'), /contacts, row 1/],
  ['an address of a mail with two ats', person('desk@@broker.hk'), /contacts, row 1/],
  ['an address of a mail in words', person('desk at broker.hk'), /contacts, row 1/],
  ['a telephone for an address of a mail', person('+852 2345 6789'), /contacts, row 1/],
  ['a share below a home', shareAs(() => '~/reports'), /rule 1/],
  ['a share as an address', shareAs(() => 'smb://fileserver/ops'), /rule 1/],
  ['a share of a variable of Windows', shareAs(() => '%TEMP%/reports'), /rule 1/],
  ['a share with a tab in it', shareAs((share) => share.replace('/s0', '/\ts0')), /rule 1/],
  ...Object.keys(pages).flatMap((page): typeof doubtful => [
    [
      `a calendar saved in ${page}`,
      file('calendar/calendar.yaml', remark(page, closed)),
      /calendar/,
      /UTF-8/,
    ],
    [`logins saved in ${page}`, file('users', remark(page, users)), /RAP_EDITOR_USERS/, /UTF-8/],
  ]),
  [
    'a workbook for a catalogue',
    file('catalogue.yaml', Buffer.from('PK\x03\x04rest', 'latin1')),
    /catalogue/,
    /CSV/,
  ],
  [
    'a calendar with tabs in front',
    file('calendar/calendar.yaml', 'overrides:\n\t- date: 2026-12-28\n'),
    /calendar/,
  ],
  [
    'a calendar with a day before its month',
    file(
      'calendar/calendar.yaml',
      'overrides:\n  - { date: 28/12/2026, calendars: [bank], day: closed, by: Ada, reason: x, at: "2026-12-01 09:00" }\n',
    ),
    /calendar/,
  ],
  ['logins with commas, as Excel saves them', file('users', `ops,full,${hash}\n`), /RAP_EDITOR_USERS/],
  ['a token in smart quotes', variable('RAP_METRICS_TOKEN', '“0123456789abcdef”'), /RAP_METRICS_TOKEN/],
  [
    'a heartbeat in smart quotes',
    variable('RAP_HEARTBEAT_URL', '“https://alive.example/”'),
    /RAP_HEARTBEAT_URL/,
  ],
  [
    'minutes of a heartbeat with a unit',
    both(variable('RAP_HEARTBEAT_URL', 'https://alive.example/'), variable('RAP_HEARTBEAT_MINUTES', '5 min')),
    /RAP_HEARTBEAT/,
    /./,
  ],
  ['a port of the editor in hexadecimal', variable('RAP_EDITOR_PORT', '0x758'), /RAP_EDITOR_PORT/],
  [
    'a proxy that is no HTTP proxy',
    variable('HTTPS_PROXY', 'ftp://proxy.broker.hk:2121'),
    /HTTPS_PROXY/,
    /http/,
  ],
  ['a proxy in smart quotes', variable('https_proxy', '“http://proxy.broker.hk:3128”'), /https_proxy/],
  ['a proxy with a blank', variable('HTTP_PROXY', 'proxy.broker.hk 3128'), /HTTP_PROXY/],
  [
    'a proxy with a script for its address',
    variable('HTTPS_PROXY', 'http://proxy.broker.hk/proxy.pac'),
    /HTTPS_PROXY/,
  ],
  [
    'authorities that are not there',
    variable('NODE_EXTRA_CA_CERTS', '/nowhere/ca.pem'),
    /NODE_EXTRA_CA_CERTS/,
  ],
  [
    'authorities that are no certificates',
    both(file('ca.cer', Buffer.from('3082', 'hex')), ({ home, env }) => {
      env.NODE_EXTRA_CA_CERTS = join(home, 'ca.cer');
    }),
    /NODE_EXTRA_CA_CERTS/,
    /PEM/,
  ],
];

describe('rap doctor reads what people type', function () {
  this.timeout(300_000);
  let world: World;
  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => removeWorld(world));

  itReads(() => world, understood, doubtful);
});
