/** What the dialogs mark while a person types is what a deploy refuses, in the editor's language. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { RapError } from '../../lib/errors/rap-error.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { shippedCatalogue } from '../../lib/reports/catalogue.ts';
import { readAccount } from '../../nodes/rap-account/settings.ts';
import { readContacts } from '../../nodes/rap-contacts/settings.ts';
import { readPlanFields } from '../../nodes/rap-plan/settings.ts';
import { readSchedule } from '../../nodes/rap-schedule/settings.ts';
import { previewOf } from '../../nodes/report-route/preview.ts';
import { readRoute } from '../../nodes/report-route/settings.ts';
import { readWeather } from '../../nodes/weather-check/settings.ts';
import { readDialogs } from '../support/dialogs.ts';
import type { FlowNode } from '../support/runtime.ts';

const unset = () => undefined;
const refuses = (read: () => unknown): boolean => {
  try {
    read();
    return false;
  } catch (thrown) {
    assert.ok(thrown instanceof RapError, String(thrown));
    return true;
  }
};

const dialogs = readDialogs();

interface Kind {
  type: string;
  /** A node that is fine. */
  node: object;
  deploy: (config: object) => unknown;
}

const account: Kind = {
  type: 'rap-account',
  node: {
    ...{
      name: 'a',
      installation: 'hkscc',
      user: 'B01234',
      keySource: 'file',
      keyFile: '/k',
      knownHosts: '/h',
    },
    ...{ hostKeys: [], folders: [{ folder: '/INBOX' }] },
    addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port: '18801' }],
  },
  deploy: (config) => readAccount(config, unset),
};
const contacts: Kind = {
  type: 'rap-contacts',
  node: {
    ...{ host: 'relay', port: '587', security: 'starttls', secondSecurity: 'starttls', webhook: '' },
    ...{ from: 'rap@broker.example', allowedDomains: 'broker.example', language: 'en' },
    contacts: [{ name: '', email: 'a@broker.example', groups: 'ops; risk' }],
  },
  deploy: (config) => readContacts(config, unset, { credentials: {} }),
};
const schedule: Kind = {
  type: 'rap-schedule',
  node: { mode: 'times', times: [{ time: '21:30' }], pattern: '', calendar: 'none' },
  deploy: (config) => readSchedule(config, unset),
};
const weather: Kind = {
  type: 'weather-check',
  node: { plan: 'p', feeds: [] },
  deploy: (config) => readWeather(config, unset),
};
const plan: Kind = {
  type: 'rap-plan',
  node: planFields(practice20250621),
  deploy: (config) => readPlanFields(config, unset, practice20250621.accounts),
};

const F = `SHA256:${'A'.repeat(43)}`;
const cells =
  (column: string, rest: object = {}) =>
  (text: string) => [{ ...rest, [column]: text }];
/** The first hotline of the plan with another cell. */
const hotline = (column: string) => (text: string) =>
  practice20250621.hotlines.map((one, row) => (row === 0 ? { ...one, [column]: text } : one));
const self = (text: string) => text;

/** Each field that a person types into, with what people type: right and wrong alike. */
const typed: [Kind, string, (text: string) => unknown, string[], object?][] = [
  [account, 'user', self, ['B01234', 'B0 1234', '\u200bB01234', ' ', 'Ｂ０１２３４']],
  [account, 'name', self, ['hkscc', ' hkscc ', 'a b', 'a/b', '報表', 'B01234.OPS1']],
  [account, 'user', self, ['B01234', 'B01234.OPS1'], { name: '' }],
  [
    account,
    'addresses',
    cells('host', { dataCentre: 'primary', port: '18801' }),
    [
      ...['10.243.2.141', '10.243.2.141:18801', '10.243.2.141:2222', 'sftp://rap.example', '10.243.2.141/'],
      ...[
        '10.243. 2.141',
        'B01234@10.243.2.141',
        'https://rap.example',
        '10.243.2',
        '１０．２４３．２．１４１',
        '[::1]:18801',
      ],
      ...['10.243.2.141 18801', 'a; b', ''],
    ],
  ],
  [
    account,
    'addresses',
    cells('port', { dataCentre: 'primary', host: '10.243.2.141' }),
    ['18801', '', '18 801', '18801.0', 'ssh', '70000', '１８８０１'],
  ],
  [account, 'addresses', cells('dataCentre', { host: '10.243.2.141', port: '' }), ['primary', 'secondary']],
  [
    account,
    'hostKeys',
    cells('fingerprint', { address: '10.243.2.141' }),
    [
      ...[F, F.replace('SHA256', 'sha256'), F.slice(7), `${F}=`, `256 ${F} rap@hkex (ED25519)`, `${F}\u200b`],
      ...[
        `ssh-ed25519 255 ${F.slice(7)}=`,
        `${F.slice(0, 27)}\n${F.slice(27)}`,
        'SHA256:abc',
        `MD5:${'aa:'.repeat(15)}aa`,
        '',
      ],
    ],
  ],
  [
    account,
    'hostKeys',
    cells('address', { fingerprint: F }),
    ['10.243.2.141', '[rap.example]:18801', '10.243.2.141:18801', 'me@rap.example', '/etc', ''],
  ],
  [
    account,
    'folders',
    cells('folder'),
    [
      '/INBOX',
      'INBOX',
      '\\INBOX',
      '/INBOX; /OUT',
      '/INBOX?',
      '/INBOX/*.csv',
      'sftp://h/INBOX',
      '',
      '／ＩＮＢＯＸ',
    ],
  ],
  ...(['keyFile', 'knownHosts'] as const).map((field): [Kind, string, typeof self, string[]] => [
    account,
    field,
    self,
    ['/etc/rap/key', '"C:\\keys\\rap"', 'file:///etc/rap/key', '~/.ssh/id', 'sftp://h/key', '/etc/a\u0007b'],
  ]),
  [account, 'stallSeconds', self, ['30', '', '1 min', '0.5', '1:30', 'soon', '2 days', '0']],
  [account, 'maxEntries', self, ['1', '', '50,000,000', '0', '1.5', '-1']],
  [account, 'maxDepth', self, ['0', '64', '65', 'x']],
  [account, 'maxMegabytes', self, ['1', '2 TB', '0.5', '0', '3 bananas']],
  [account, 'maxListingMegabytes', self, ['64', '1 KB', '1 B']],
  [account, 'reserveMegabytes', self, ['0', '500 GB', 'all']],
  [account, 'loginsPerDay', self, ['1', '100000', '100001', '0']],
  [
    account,
    'bandwidth',
    self,
    ['', '09:00-16:30 500', '9 AM to 5 PM 1 MB/s', '22:00-24:00 2 MB/s', '9-5 500', '09:00-16:30 500 kbps'],
  ],
  [
    contacts,
    'contacts',
    cells('email', { name: '', groups: '' }),
    [
      ...[
        'a@broker.example',
        'Chan, Tai Man <tm.chan@broker.example>',
        '"Chan, Tai Man" <tm.chan@broker.example>',
      ],
      ...[
        'tm.chan@broker.example;',
        '<tm.chan@broker.example>',
        'mailto:tm.chan@broker.example',
        'a@broker.example\u00a0',
      ],
      ...[
        'a@broker.example; b@broker.example',
        'Chan',
        'A <a@broker.example>; B',
        '',
        'a@b@broker.example',
        'a＠broker.example',
      ],
    ],
  ],
  [
    contacts,
    'escalateGroups',
    self,
    ['', 'ops', 'OPS; risk', 'ops，risk', 'ops、risk', 'board', 'ops/risk', 'ops risk', 'ops; board'],
  ],
  [
    contacts,
    'allowedDomains',
    self,
    ['', 'broker.example; @hk.broker.example', 'broker.example', 'a b; broker.example', '*.broker.example'],
  ],
  [
    contacts,
    'host',
    self,
    [
      'relay',
      'relay:587',
      'relay:25',
      'smtp://relay',
      'smtps://relay',
      'http://relay',
      'me@relay',
      'a b',
      '127.1',
    ],
  ],
  [contacts, 'host', self, ['relay', 'smtp://relay', 'smtps://relay'], { security: 'tls' }],
  [
    contacts,
    'secondHost',
    self,
    ['', 'relay2', 'relay2:2525', 'smtps://relay2', '10.0.0'],
    { secondPort: '587' },
  ],
  [contacts, 'port', self, ['', '587', '25 ', '0', 'smtp']],
  [
    contacts,
    'from',
    self,
    [
      'RAP, HK <rap@broker.example>',
      '"RAP Ops, HK" <rap@broker.example>',
      'rap@broker.example',
      'a@broker.example; b@broker.example',
      'rap',
    ],
  ],
  [
    contacts,
    'greeting',
    self,
    ['', 'rap01.broker.example', 'RAP01', ' rap01 ', 'rap ops', 'http://rap', '[127.0.0.1]'],
  ],
  [contacts, 'caFile', self, ['', '~/ca.pem', 'https://h/ca.pem']],
  [contacts, 'escalateMinutes', self, ['', '30', '1 h', '0', '1500', 'x']],
  [contacts, 'reminders', self, ['', '3', '20', '21', '2.5']],
  [contacts, 'restHours', self, ['', '24', '2 days', '0.5', '400']],
  [
    contacts,
    'webhook',
    self,
    [
      '',
      'https://ops.example/hook',
      'http://127.0.0.1:8080/',
      'http://ops.example/',
      'https://u:p@ops.example/',
      'ops.example',
    ],
  ],
  [
    contacts,
    'windows',
    cells('from', { until: '2026-06-20 23:00', what: 'all', reason: 'x' }),
    ['2026-06-20 8:00', '20/6/2026 8 AM', '2026-06-20', '06/07/2026 8:00', '2026-06-21 08:00', ''],
  ],
  [
    contacts,
    'windows',
    cells('reason', { from: '2026-06-20 8:00', until: '2026-06-20 9:00', what: 'all' }),
    ['x', ' '],
  ],
  [
    schedule,
    'times',
    cells('time'),
    [
      '21:30',
      ' 9:30 ',
      '09:30:00',
      '21.30',
      '2130',
      '24:00',
      '２１：３０',
      '21：30',
      '9:30 PM',
      '7:00, 9:30 PM',
      '9:5',
      '',
    ],
  ],
  [
    schedule,
    'pattern',
    self,
    [
      ...[
        '30 21 * * 1-5',
        '30\t21\t*\t*\t1-5',
        '30  21 * * MON-FRI',
        '0 30 21 * * *',
        '0 30 21 ? * MON-FRI',
        '@daily',
      ],
      ...[
        '0 30 21 ? * MON-FRI *',
        '30 21 * * 1-5 /usr/bin/rap',
        '60 21 * * *',
        'every day',
        '',
        '*/15 7-21 * * *',
      ],
    ],
    { mode: 'pattern' },
  ],
  [schedule, 'lookSeconds', self, ['30', '30 s', '', '4', '601', 'x', '1m', '３０']],
  [schedule, 'leadMinutes', self, ['5', '0', '', '121', '1 h', '-1']],
  [schedule, 'lookSeconds', self, ['30', '', '1 min', '4', '601', 'often'], { whileDue: true }],
  [schedule, 'leadMinutes', self, ['5', '', '2 h', '0', '121', '-1'], { whileDue: true }],
  [
    weather,
    'feeds',
    cells('url', { source: 'warnsum' }),
    [
      'https://data.example/warnsum',
      'http://127.0.0.1:1/',
      'http://data.example/',
      'data.example',
      '',
      '"https://data.example/"',
    ],
  ],
  [weather, 'feeds', cells('source', { url: 'https://data.example/' }), ['warnsum', 'rss']],
  [plan, 'date', self, ['2025-06-21', '21 June 2025', '2025-06-31', '06/07/2025', '']],
  [plan, 'reportsOf', self, ['2025-06-20', '2025.6.20', 'Friday', '']],
  [plan, 'cutOff', self, ['09:00', '9 AM', '9', '24:00', '']],
  [plan, 'noticeMinutes', self, ['15', '1 h', '90 s', '241', '']],
  [plan, 'drillDays', self, ['2', '', '1.5', '21']],
  [plan, 'freezeFrom', self, ['2025-06-20 0:00', 'yesterday', '']],
  [plan, 'freezeTo', self, ['2025-06-23 23:00', '2025-06-01 00:00', '']],
  [plan, 'hotlines', hotline('number'), ['2979-7111', '+852 2979 7111', '２９７９７１１１', 'ext. 5', '']],
  [plan, 'hotlines', hotline('from'), ['12:00', 'noon', '']],
  [
    plan,
    'deadlines',
    cells('remind', { what: 'Reply', date: '2025-06-13', weekday: '' }),
    ['7, 1, 0', '7；1', '', '1 day', 'soon', '400'],
  ],
  [
    plan,
    'parts',
    cells('end', { name: '1', start: '14:00', dataCentre: 'secondary', tasks: 'log-in' }),
    ['16:00', '4 PM', '13:00', '16', ''],
  ],
];

describe('The dialogs', () => {
  for (const [kind, field, value, texts, rest = {}] of typed) {
    const where = JSON.stringify(rest) === '{}' ? '' : ` with ${JSON.stringify(rest)}`;
    it(`mark ${field} of ${kind.type} when a deploy refuses it, and only then${where}: ${value('…') === '…' ? '' : JSON.stringify(value('…'))}`, () => {
      for (const text of texts) {
        const node = { ...kind.node, ...rest, [field]: value(text) };
        assert.deepEqual(
          { text, marked: dialogs.wrong({ type: kind.type, ...node }).length > 0 },
          { text, marked: refuses(() => kind.deploy(node)) },
        );
      }
    });
  }

  it('take the nodes of these rows as they are, and so does a deploy', () => {
    for (const { type, node, deploy } of [account, contacts, schedule, weather, plan]) {
      assert.deepEqual(dialogs.wrong({ type, ...node }), [], type);
      deploy(node);
    }
  });

  it('show of a rule what a deploy says of it, and where', () => {
    const home = homedir();
    const shares = {
      ...{
        '/mnt/rap/{yyyy}': '',
        '/mnt/rap /{yyyy}': 'share',
        '\\\\fs01\\reports': 'share',
        'R:\\reports': 'share',
      },
      ...{
        '//fs01/reports/{yyyy}': 'share',
        'smb://fs01/reports': 'share',
        '/mnt/rap\\ops': 'share',
        '~/reports': 'share',
      },
      ...{
        '/mnt/{YYYY}{mm}': 'share',
        '/mnt/$(date)': 'share',
        '/mnt/<yyyy>': 'share',
        reports: 'share',
        '': 'share',
      },
    };
    for (const [share, column] of Object.entries(shares)) {
      const rules = [{ share: '/mnt/all' }, { system: '', code: '', folder: '', share }];
      const asked = refusalOf(() => previewOf({ rules }, unset, home, shippedCatalogue()));
      assert.equal(asked?.message, refusalOf(() => readRoute({ rules }, unset, home))?.message, share);
      assert.equal(asked?.details.field ?? '', column && `rules[1].${column}`, share);
    }
    for (const [column, text] of [
      ['code', 'CCLTN{04'],
      ['code', 'CCLTN05.txt'],
      ['folder', 'sftp://h/INBOX'],
    ]) {
      const rules = [{ share: '/mnt/all', [String(column)]: text }];
      assert.equal(
        refusalOf(() => readRoute({ rules }, unset, home))?.details.field,
        `rules[0].${column}`,
        text,
      );
    }
    assert.deepEqual(
      dialogs.wrong({ type: 'report-route', rules: [{ share: '~/reports' }], shares: 'marked' }),
      ['rules'],
    );
  });

  it('mark a group that nobody is in', () => {
    const desk = { id: 'desk', type: 'rap-contacts', ...contacts.node } as unknown as FlowNode;
    const { wrong } = readDialogs([desk]);
    const notify = (groups: string) =>
      wrong({ type: 'contact-notify', kind: 'alarm', contacts: 'desk', groups });
    for (const groups of ['', 'ops', 'Risk', 'ops；risk']) assert.deepEqual(notify(groups), [], groups);
    for (const groups of ['board', 'ops risk', 'ops, board'])
      assert.deepEqual(notify(groups), ['groups'], groups);
  });

  for (const file of globSync('flows/*.json')) {
    it(`find nothing wrong with ${file}`, () => {
      const flow = JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];
      const { wrong } = readDialogs(flow);
      for (const node of flow) assert.deepEqual(wrong(node), [], `${node.type} ${node.id}`);
    });
  }

  it('leave variables to the deploy, and what stands in a row with them', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
    const held: [string, unknown][] = [
      ['hostKeys', [{ address: '${RAP_HOST}:x', fingerprint: F }]],
      ['addresses', [{ dataCentre: 'primary', host: '${RAP_HOST}/x', port: 'x' }]],
      ['stallSeconds', '${STALL} bananas'],
    ];
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
    for (const [field, value] of held) {
      assert.deepEqual(dialogs.wrong({ type: account.type, ...account.node, [field]: value }), [], field);
    }
  });
});

function refusalOf(read: () => unknown): RapError | undefined {
  try {
    read();
    return undefined;
  } catch (thrown) {
    return thrown as RapError;
  }
}
