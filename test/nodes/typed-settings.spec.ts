/** What people type and paste into the dialogs' fields and tables, as the nodes take it or refuse it. */
import assert from 'node:assert/strict';
import { RapError } from '../../lib/errors/rap-error.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { readAccount } from '../../nodes/rap-account/settings.ts';
import { readContacts } from '../../nodes/rap-contacts/settings.ts';
import { readPlanFields } from '../../nodes/rap-plan/settings.ts';
import { readSchedule } from '../../nodes/rap-schedule/settings.ts';
import { readRoute } from '../../nodes/report-route/settings.ts';

const unset = () => undefined;
const fingerprint = `SHA256:${'A'.repeat(43)}`;
const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIHPGkp4xkCSpAL17PMeib88+6KfNzOmXEp+6wqv3t7Kp';

/** Refused with the cell in front of the message, and a cure of its own. */
function refused(read: () => unknown, message: RegExp, cure = /./): void {
  assert.throws(read, (thrown) => {
    assert.ok(thrown instanceof RapError, String(thrown));
    assert.match(thrown.message, message);
    assert.match(thrown.cure, cure);
    assert.notEqual(thrown.cure, 'Correct the named setting and deploy again.');
    return true;
  });
}

describe('What is typed into an account', () => {
  const account = (changes: object) =>
    readAccount(
      {
        name: 'hkscc',
        installation: 'hkscc',
        user: 'B01234',
        addresses: [
          { dataCentre: 'primary', host: '10.243.2.141', port: '18801' },
          { dataCentre: 'primary', host: 'RAP2.example.', port: '18 801' },
          { dataCentre: 'secondary', host: '', port: '18801' },
        ],
        hostKeys: [],
        folders: [{ folder: '/INBOX' }],
        ...changes,
      },
      unset,
    ).account;

  it('may be the line of another program, and is the same address, host key and folder', () => {
    const { addresses, pins, folders, user, deadlines, limits } = account({
      user: ' Ｂ０１２３４\u200b',
      addresses: [
        { dataCentre: 'primary', host: 'sftp://10.243.2.141:18801/', port: '18801' },
        { dataCentre: 'primary', host: 'RAP2.example', port: '' },
      ],
      hostKeys: [
        { address: '10.243.2.141', fingerprint: `256 ${fingerprint} rap@hkex (ED25519)` },
        { address: 'sftp://rap2.EXAMPLE', fingerprint: `rap2.example ssh-ed25519 ${key} hkex` },
      ],
      folders: [{ folder: '\\INBOX; /COMMON' }, { folder: '"/RPF/"' }],
      requestSeconds: '1 min',
      maxMegabytes: '2 GB',
      maxEntries: '50,000',
    });
    assert.equal(user, 'B01234');
    assert.deepEqual(addresses.primary, [
      { host: '10.243.2.141', port: 18801 },
      { host: 'rap2.example', port: 18801 },
    ]);
    assert.deepEqual(
      pins.map(({ host, port, type }) => `${type} ${host}:${port}`),
      ['ssh-ed25519 10.243.2.141:18801', 'ssh-ed25519 rap2.example:18801'],
    );
    assert.deepEqual(folders, ['/INBOX', '/COMMON', '/RPF']);
    assert.deepEqual([deadlines.request, limits.fileSize, limits.entries], [60_000, 2 * 1024 ** 3, 50_000]);
  });

  it('trusts a host key without a port at each port of that host, and at no other host', () => {
    const { pins } = account({
      addresses: [
        { dataCentre: 'primary', host: '10.243.2.141', port: '2222' },
        { dataCentre: 'secondary', host: '10.243.2.141', port: '2223' },
        { dataCentre: 'secondary', host: '10.243.2.142', port: '2222' },
      ],
      hostKeys: [
        { address: '10.243.2.141', fingerprint },
        { address: '10.9.9.9', fingerprint },
      ],
    });
    assert.deepEqual(
      pins.map(({ host, port }) => `${host}:${port}`),
      ['10.243.2.141:2222', '10.243.2.141:2223', '10.9.9.9:18801'],
    );
  });

  const row = (host: string, port = '18801') => ({ addresses: [{ dataCentre: 'primary', host, port }] });
  for (const [what, changes, message, cure] of [
    [
      'a user before the host',
      row('B01234@10.243.2.141'),
      /^addresses, row 1, host: "B01234@/,
      /user has a field/,
    ],
    ['a folder behind the host', row('10.243.2.141/INBOX'), /^addresses, row 1, host: .* folder/, /folders/i],
    ['two servers in a row', row('10.243.2.141, 10.243.2.142'), /^addresses, row 1, host: /, /each row/],
    [
      'three numbers',
      row('10.243.2'),
      /^addresses, row 1, host: "10\.243\.2" is not a whole IP/,
      /four numbers/,
    ],
    [
      'two ports',
      row('10.243.2.141:2222'),
      /^addresses, row 1, host: .* another port .*, 18801/,
      /host alone/,
    ],
    ['no port', row('10.243.2.141', 'ssh'), /^addresses, row 1, host: "ssh" is not a whole number/, /digits/],
    ['a user with a blank', { user: 'B01234 OPS' }, /^user: "B01234 OPS" has a blank/, /blank/],
    [
      'an unnamed account',
      { name: '', user: 'B01234.OPS' },
      /^name: "B01234\.OPS" cannot stand for the name, which is empty/,
      /letters, digits/,
    ],
    [
      'an MD5 fingerprint',
      { hostKeys: [{ address: '10.243.2.141', fingerprint: `MD5:${'aa:'.repeat(15)}aa` }] },
      /^hostKeys, row 1, fingerprint: .*MD5/,
      /SHA-256 .*rap hostkey/,
    ],
    [
      'the host key of another server',
      {
        hostKeys: [
          { address: '10.243.2.141', fingerprint },
          { address: '10.243.2.141', fingerprint: `[10.243.2.142]:18801 ssh-ed25519 ${key}` },
        ],
      },
      /^hostKeys, row 2, fingerprint: this is the host key of \[10\.243\.2\.142\]:18801/,
      /row of that address/,
    ],
    [
      'a revoked key',
      { hostKeys: [{ address: '10.243.2.141', fingerprint: `@revoked * ssh-ed25519 ${key}` }] },
      /^hostKeys, row 1, fingerprint: .*revoked/,
      /fingerprint/,
    ],
    [
      'a pattern of folders',
      { folders: [{ folder: '/INBOX/*.csv' }] },
      /^folders, row 1, folder: /,
      /folder alone/,
    ],
    ['a span that is none', { stallSeconds: '1:30' }, /^stallSeconds: "1:30" has a unit/, /30 s/],
    ['bits for bytes', { bandwidth: '09:00-16:30 500 kbps' }, /^bandwidth: .* unit/, /KB\/s/],
    ['a path with a tilde', { keyFile: '~/.ssh/rap' }, /^keyFile: /, /whole path/],
  ] as const) {
    it(`is refused for ${what}, with the cell and the cure`, () =>
      refused(() => account(changes), message, cure));
  }

  it('names every cell that is wrong', () => {
    const rows = [row('a b').addresses[0], row('10.1.1.1').addresses[0], row('user@host').addresses[0]];
    refused(() => account({ addresses: rows, tcpSeconds: 'x' }), /row 1, host.*row 3, host.*tcpSeconds/);
  });
});

describe('What is typed into contacts', () => {
  const contacts = (changes: object) =>
    readContacts(
      {
        host: 'relay.broker.example',
        port: '587',
        from: 'RAP Ops <rap@broker.example>',
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'ops' }],
        ...changes,
      },
      unset,
      { credentials: {} },
    );

  it('may be what Outlook copies, and makes a contact of each person', () => {
    const { contacts: people } = contacts({
      contacts: [
        {
          name: '',
          email: '"Chan, Tai Man" <tm.chan@broker.example>; bo@broker.example;',
          groups: 'ops；risk',
        },
        { name: '陳大文\t(夜班)', email: 'mailto:night@broker.example', groups: 'night desk、OPS' },
      ],
    });
    assert.deepEqual(people, [
      { name: 'Chan, Tai Man', email: 'tm.chan@broker.example', groups: ['ops', 'risk'] },
      { name: '', email: 'bo@broker.example', groups: ['ops', 'risk'] },
      { name: '陳大文 (夜班)', email: 'night@broker.example', groups: ['night desk', 'OPS'] },
    ]);
  });

  it('may have its relay, domains, times and windows in other forms', () => {
    const { smtp, second, allowedDomains, escalation, windows } = contacts({
      host: 'smtp://Relay.broker.example:2525',
      port: '',
      secondHost: 'smtps://relay2.broker.example',
      secondPort: '465',
      secondSecurity: 'tls',
      allowedDomains: '@broker.example；hk.broker.example',
      escalateMinutes: '1 h',
      restHours: '2 days',
      escalateGroups: 'ops;',
      windows: [{ from: '20/6/2026 8:00 AM', until: '2026年6月20日 下午7:00', what: 'shares', reason: 'x' }],
    });
    assert.deepEqual([smtp.host, smtp.port], ['relay.broker.example', 2525]);
    assert.deepEqual([second.relay?.host, second.relay?.port], ['relay2.broker.example', 465]);
    assert.deepEqual(allowedDomains, ['broker.example', 'hk.broker.example']);
    assert.deepEqual([escalation.minutes, escalation.restHours, escalation.groups], [60, 48, ['ops']]);
    assert.deepEqual(
      windows.map(({ beginsAt, endsAt }) => [hongKongStamp(beginsAt), hongKongStamp(endsAt)]),
      [['2026-06-20 08:00:00', '2026-06-20 19:00:00']],
    );
  });

  const people = (...emails: string[]) => ({
    contacts: emails.map((email) => ({ name: '', email, groups: 'ops' })),
  });
  for (const [what, changes, message, cure] of [
    [
      'a person without an address',
      people('desk@broker.example', 'Chan <chan@broker.example>; Lee Bo'),
      /^contacts, row 2, email: .*"Lee"/,
      /semicolons/,
    ],
    ['nobody', people(' ; '), /^contacts, row 1, email: /, /e-mail address/],
    ['a group of addresses', people('Ops: chan@broker.example;'), /^contacts, row 1, email: /, /each person/],
    ['a pattern of domains', { allowedDomains: '*.broker.example' }, /^allowedDomains: /, /commas/],
    [
      'a window of two dates',
      {
        windows: [{ from: '06/07/2026 8:00', until: '07/07/2026 8:00', what: 'all', reason: 'x' }],
      },
      /^windows, row 1, from: .*two dates/,
      /2026-07-06, 2026-06-07/,
    ],
    ['a relay of another kind', { host: 'https://relay.broker.example' }, /^host: .*https/, /host alone/],
    [
      'a relay with TLS and without',
      { host: 'smtps://relay.broker.example' },
      /^host: .*smtps/,
      /host alone/,
    ],
    ['minutes in words', { escalateMinutes: 'half an hour' }, /^escalateMinutes: /, /30 min/],
  ] as const) {
    it(`is refused for ${what}, with the cell and the cure`, () =>
      refused(() => contacts(changes), message, cure));
  }

  it('names the row of a person outside the domains, also behind a row of several people', () => {
    const rows = people('a@broker.example; b@broker.example', 'eve@elsewhere.example');
    assert.throws(() => contacts(rows), { code: 'MAIL_CONFIG', message: /^contact 2: eve@elsewhere/ });
  });
});

describe('What is typed into a schedule', () => {
  const rule = (changes: object) =>
    readSchedule({ mode: 'times', times: [], pattern: '', calendar: 'none', ...changes }, unset).rule;
  const times = (...all: string[]) => rule({ times: all.map((time) => ({ time })) }).times;
  const pattern = (typed: string) => rule({ mode: 'pattern', pattern: typed }).pattern;

  it('may be times and patterns of other programs', () => {
    assert.deepEqual(times('21：30', '7:00 AM; 12.15'), ['07:00', '12:15', '21:30']);
    assert.equal(pattern('30\t21\t*\t*\t1-5'), '30 21 * * 1-5');
    assert.equal(pattern('@daily'), '0 0 * * *');
  });

  it('is refused with a reason that is true', () => {
    refused(() => times('07:00', '9:5'), /^times, row 2, time: "9:5" has one digit/, /09:05 or 09:50/);
    refused(() => times('24:00'), /^times, row 1, time: .*end of one day/, /00:00/);
    refused(() => pattern('30 21 * * 1-5 rap fetch'), /^pattern: .*more than a cron pattern/, /five fields/);
    refused(() => pattern('0 30 21 ? * 2-6'), /^pattern: .*Quartz calls Sunday 1/, /MON-FRI/);
    assert.throws(() => pattern('60 21 * * *'), {
      message: /"60" is outside 0 - 59$/,
    });
  });

  it('does not mind what the other mode has kept', () => {
    assert.deepEqual(rule({ times: [{ time: '07:00' }], pattern: 'every day' }).times, ['07:00']);
    assert.equal(
      rule({ mode: 'pattern', pattern: '0 7 * * *', times: [{ time: 'x' }] }).pattern,
      '0 7 * * *',
    );
  });
});

describe('What is typed into a routing rule', () => {
  const host = { platform: 'linux', service: false, drives: [] } as const;
  const windows = { platform: 'win32', service: true, drives: ['C:'] } as const;
  const rules = (cells: object, at: typeof host | typeof windows = host) =>
    readRoute({ rules: [{ share: '/mnt/a' }, { share: '/mnt/rap', ...cells }] }, unset, '/srv/rap', at).rules;

  it('may be quoted or a file URL', () => {
    assert.equal(rules({ share: '"/mnt/rap/{yyyy}"' })[1]?.share, '/mnt/rap/{yyyy}');
    assert.equal(rules({ share: 'file:///mnt/rap/{yyyy}\u200b' })[1]?.share, '/mnt/rap/{yyyy}');
  });

  for (const [share, message] of [
    ['//fs01/reports/{yyyy}', /mount the share/],
    ['smb://fs01/reports', /smb:\/\/ address/],
    ['/mnt/rap\\ops/{yyyy}', /backslash/],
    ['{home}\\shares', /backslash/],
    ['/mnt/rap/%DATE%', /%NAME%/],
    ['/mnt/rap/$(date +%Y)', /command of a shell/],
    ['/mnt/rap/`date`', /command of a shell/],
    ['/mnt/$USER/rap', /\$NAME/],
    ['/mnt/rap/<yyyy>', /holds </],
    ['/mnt/rap/*', /holds \*/],
    ['/mnt/rap/{yyyy}.', /folder name "x\."/],
    ['/mnt/rap /{yyyy}', /folder name "rap "/],
    ['/mnt/rap/｛yyyy｝', /Chinese keyboard/],
    ['~/reports', /begins with ~/],
    ['/mnt/../etc', /must not contain/],
  ] as const) {
    it(`is refused as a share: ${share}`, () => {
      assert.throws(() => rules({ share }), { code: 'ROUTE_INVALID', message });
      assert.throws(() => rules({ share }), /rule 2: share/);
    });
  }

  it('is judged by the system it is for', () => {
    for (const share of ['\\\\fs01\\ops$\\rap', '\\\\?\\UNC\\fs01\\ops', 'C:\\rap/{yyyy}'])
      assert.equal(readRoute({ rules: [{ share }] }, unset, 'C:\\rap', windows).rules[0]?.share, share);
  });

  it('is refused as a pattern that fits no report', () => {
    for (const [cells, message] of [
      [{ code: 'CCLTN{04' }, /rule 2: code "CCLTN\{04" has a bracket/],
      [{ code: 'CCLTN.*' }, /rule 2: code "CCLTN\.\*" holds characters/],
      [{ code: 'CCLTN%' }, /rule 2: code "CCLTN%" holds characters/],
      [{ folder: 'sftp://10.243.2.141/INBOX' }, /rule 2: folder .* address/],
      [{ folder: '/INBOX/[0-9' }, /rule 2: folder .* bracket/],
    ] as const) {
      assert.throws(() => rules(cells), { code: 'ROUTE_INVALID', message });
    }
  });
});

describe('What is typed into a plan', () => {
  it('may be dates, times and weekdays in other forms', () => {
    const plan = readPlanFields(
      {
        title: 'Practice',
        source: 'circular',
        date: '20/6/2026',
        weekday: '星期六',
        reportsOf: '19 June 2026',
        accounts: [{ account: 'hkscc', installation: 'hkscc' }],
        parts: [{ name: 'A', start: '2 PM', end: '16：00', dataCentre: 'primary', tasks: 'log-in；list' }],
        cutOff: '0900',
        noticeMinutes: '15 min',
        signals: [],
        hotlines: [{ installation: 'hkscc', name: 'HKSCC', number: '２２１１ ６９３２', from: '12 PM' }],
        deadlines: [{ what: 'key', date: '2026年6月12日', weekday: 'Fri', remind: '7；1 day' }],
        drillDays: '2',
        freezeFrom: '20/6/2026 8:00',
        freezeTo: '2026-06-20T23:00',
      },
      unset,
      [{ account: 'hkscc', installation: 'hkscc' }],
    );
    assert.deepEqual([plan.date, plan.weekday, plan.reportsOf], ['2026-06-20', 'Saturday', '2026-06-19']);
    assert.deepEqual(plan.parts[0], {
      name: 'A',
      start: '14:00',
      end: '16:00',
      dataCentre: 'primary',
      tasks: ['log-in', 'list'],
    });
    assert.deepEqual([plan.weather.cutOff, plan.weather.noticeMinutes], ['09:00', 15]);
    assert.deepEqual([plan.hotlines[0]?.number, plan.hotlines[0]?.from], ['2211 6932', '12:00']);
    assert.deepEqual(plan.deadlines[0], {
      what: 'key',
      date: '2026-06-12',
      weekday: 'Friday',
      remindDaysBefore: [7, 1],
    });
    assert.deepEqual(plan.keyFreeze, { from: '2026-06-20 08:00', to: '2026-06-20 23:00' });
  });
});
