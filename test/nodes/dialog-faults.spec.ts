/** What a dialog says of a wrong field is what a deploy says, in the editor's language; and settings of other releases. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { RapError } from '../../lib/errors/rap-error.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { readNotify } from '../../nodes/contact-notify/settings.ts';
import { readAccount } from '../../nodes/rap-account/settings.ts';
import { readConnect } from '../../nodes/rap-connect/settings.ts';
import { readContacts } from '../../nodes/rap-contacts/settings.ts';
import { readDownload } from '../../nodes/rap-download/settings.ts';
import { readList } from '../../nodes/rap-list/settings.ts';
import { readPlanFields } from '../../nodes/rap-plan/settings.ts';
import { readSchedule } from '../../nodes/rap-schedule/settings.ts';
import { readStatus } from '../../nodes/rap-status/settings.ts';
import { readSwitch } from '../../nodes/rap-switch/settings.ts';
import { readCheck } from '../../nodes/report-check/settings.ts';
import { readCompare } from '../../nodes/report-compare/settings.ts';
import { readRoute } from '../../nodes/report-route/settings.ts';
import { readEvidence } from '../../nodes/session-evidence/settings.ts';
import { readTimer } from '../../nodes/session-timer/settings.ts';
import { readWeather } from '../../nodes/weather-check/settings.ts';
import { readDialogs } from '../support/dialogs.ts';
import type { FlowNode } from '../support/runtime.ts';

const unset = (name: string) => ({ RAP_HOME: homedir(), RAP_SMTP_PORT: '25' })[name];

/** A node of each type as a flow holds it. */
const shipped = globSync('flows/*.json')
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as FlowNode[]);

type Read = (config: object) => unknown;

const deploys: Record<string, Read> = {
  'contact-notify': (config) => readNotify(config, unset),
  'rap-account': (config) => readAccount(config, unset),
  'rap-connect': (config) => readConnect(config, unset),
  'rap-contacts': (config) => readContacts(config, unset, { credentials: {} }),
  'rap-download': (config) => readDownload(config, unset),
  'rap-list': (config) => readList(config, unset),
  'rap-plan': (config) => readPlanFields(config, unset, practice20250621.accounts),
  'rap-schedule': (config) => readSchedule(config, unset),
  'rap-status': (config) => readStatus(config, unset),
  'rap-switch': (config) => readSwitch(config, unset),
  'report-check': (config) => readCheck(config, unset),
  'report-compare': (config) => readCompare(config, unset),
  'report-route': (config) => readRoute(config, unset, homedir()),
  'session-evidence': (config) => readEvidence(config, unset),
  'session-timer': (config) => readTimer(config, unset),
  'weather-check': (config) => readWeather(config, unset),
};

const badFlag = 'perhaps';
const noText = { a: 1 };

/** A wrong value of each field; several where fields are wrong together. */
const wrong: Record<string, Record<string, unknown[]>> = {
  'contact-notify': {
    ...{ kind: ['telegram'], groups: [noText], subject: [noText], text: [noText], arrivals: [badFlag] },
  },
  'rap-account': {
    ...{ name: ['a/b', '報表'], installation: ['hkex'], user: ['B0 1234', ''], participant: [noText] },
    ...{
      holidayTrading: ['maybe'],
      keySource: ['agent'],
      keyFile: ['~/key', 'sftp://h/k'],
      keyUntil: ['soon'],
    },
    addresses: [
      [],
      [{ dataCentre: 'primary', host: '10.243.2', port: '' }],
      [{ dataCentre: 'third', host: '10.243.2.141', port: '' }],
      [{ dataCentre: 'primary', host: '10.243.2.141:1', port: '18801' }],
    ],
    hostKeys: [
      [{ address: '10.243.2.141', fingerprint: 'MD5:x' }],
      [{ address: 'me@h', fingerprint: 'x' }],
      'x',
    ],
    ...{ knownHosts: ['~/known_hosts'], folders: [[], [{ folder: '' }], [{ folder: '/INBOX/*' }]] },
    ...{ profile: ['fast'], tcpSeconds: ['soon', '0'], handshakeSeconds: ['2 days'], requestSeconds: ['x'] },
    ...{ stallSeconds: ['1:30'], idleSeconds: ['-1'], maxEntries: ['0'], maxMegabytes: ['3 bananas'] },
    ...{
      maxDepth: ['65'],
      maxListingMegabytes: ['1 B'],
      maxListingSeconds: ['x'],
      reserveMegabytes: ['all'],
    },
    ...{ loginsPerDay: ['100001'], bandwidth: ['9-5 500'] },
  },
  'rap-connect': { action: ['dance'] },
  'rap-contacts': {
    contacts: [
      [{ name: '', email: '', groups: '' }],
      [{ name: '', email: 'a@b@c', groups: '' }],
      [{ name: noText, email: 'a@ops.example.hk', groups: '' }],
    ],
    ...{ allowedDomains: ['a b'], language: ['fr'], desk: ['rap.example'], host: ['', 'http://relay'] },
    ...{
      port: ['smtp', noText, true],
      security: ['ssl'],
      from: ['rap', ''],
      greeting: ['rap ops'],
      caFile: ['~/ca.pem'],
    },
    ...{ escalateMinutes: ['1500'], reminders: ['2.5'], escalateGroups: ['board'], restHours: ['400'] },
    ...{
      secondHost: ['10.0.0'],
      secondPort: ['0', noText, []],
      secondSecurity: ['ssl'],
      webhook: ['http://ops.example/'],
    },
    windows: [
      [{ from: 'x', until: '2026-06-20 23:00', what: 'all', reason: 'x' }],
      [{ from: '2026-06-20 23:00', until: '2026-06-20 08:00', what: 'all', reason: 'x' }],
      [{ from: '2026-06-20 08:00', until: '2026-07-04 08:01', what: 'all', reason: 'x' }],
      [{ from: '2026-06-20 08:00', until: '2026-06-20 23:00', what: 'some', reason: 'x' }],
      [{ from: '2026-06-20 08:00', until: '2026-06-20 23:00', what: 'all', reason: ' ' }],
    ],
  },
  'rap-download': {
    ...{ lookInside: [badFlag], strict: [badFlag], rowJump: ['x', '20000'], keepDays: ['1.5', '10001'] },
  },
  'rap-list': { settleSeconds: ['601', 'x'], alarmRuns: ['0', '1.5'], alarmMinutes: ['0', '8 days'] },
  'rap-plan': {
    ...{ title: [''], source: [' '], date: ['2025-02-30', '06/07/2025'], weekday: ['Someday'] },
    ...{ reportsOf: ['Friday'], accounts: [[], [{ account: '', installation: 'hkscc' }]] },
    parts: [
      [],
      [{ name: '1', start: '14', end: '16:00', dataCentre: 'primary', tasks: 'log-in' }],
      [{ name: '1', start: '16:00', end: '14:00', dataCentre: 'primary', tasks: 'log-in' }],
    ],
    ...{ cutOff: ['24:00', 'nine'], noticeMinutes: ['a quarter', '241'] },
    signals: [[{ signal: 'no-3', before: 'cancels', after: 'none' }]],
    hotlines: [
      [{ installation: 'hkscc', name: 'HKSCC', number: 'ext. 5', from: '12:00' }],
      [{ installation: 'hkscc', name: '', number: '2979-7111', from: '12:00' }],
    ],
    deadlines: [
      [{ what: 'Reply', date: 'x', weekday: '', remind: '1' }],
      [{ what: 'Reply', date: '2025-06-13', weekday: '', remind: '400' }],
    ],
    ...{ drillDays: ['21', '1.5'], freezeFrom: ['yesterday'], freezeTo: ['2025-06-01 00:00', ''] },
  },
  'rap-schedule': {
    ...{ calendar: ['lunar'], mode: ['hourly'], times: [[], [{ time: '9:5' }], 'x'], catchUp: [badFlag] },
    ...{ whileDue: [badFlag], lookSeconds: ['4', 'often'], leadMinutes: ['3 h', '-1'] },
  },
  'rap-status': { question: ['why'], report: [noText] },
  'rap-switch': {
    ...{ dataCentre: ['third'], scope: ['some'], reason: [noText], by: [noText], requireSecond: [badFlag] },
    until: ['tomorrow', '9:5', '2026-02-30 09:00'],
  },
  'report-check': {},
  'report-compare': {
    ...{ folder: ['smb://pc/out', '~/out'], daily: [badFlag], readyDays: ['0', 'x'], ignoreForm: [badFlag] },
    language: ['fr'],
  },
  'report-route': { shares: ['all'], lookAgain: ['61', 'x'] },
  'session-evidence': { action: ['burn'], language: ['fr'] },
  'session-timer': { rehearse: [noText], signals: [noText] },
  'weather-check': {
    ...{ day: ['yesterday'], tell: [badFlag] },
    feeds: [
      [{ source: 'warnsum', url: 'http://data.example/' }],
      [{ source: 'rss', url: 'https://data.example/' }],
      [{ source: 'radar', url: 'https://data.example/' }],
    ],
  },
};

/** Fields that name another node, or take whatever is typed; those of the rules are in editor-cells.spec.ts. */
const free: Record<string, string[]> = {
  'contact-notify': ['contacts'],
  'rap-account': ['resume'],
  'rap-connect': ['account'],
  'rap-schedule': ['pattern'],
  'rap-status': ['account'],
  'rap-switch': ['account'],
  'report-check': ['account'],
  'report-route': ['rules'],
  'session-timer': ['plan'],
  'weather-check': ['plan'],
};

const english = readDialogs();
const traditional = readDialogs([], 'zh-TW');
const simplified = readDialogs([], 'zh-CN');

function refusal(read: () => unknown): RapError {
  try {
    read();
  } catch (thrown) {
    assert.ok(thrown instanceof RapError, String(thrown));
    return thrown;
  }
  throw new assert.AssertionError({ message: 'a deploy takes it' });
}

describe('A wrong field', () => {
  for (const [type, deploy] of Object.entries(deploys)) {
    const good = shipped.find((node) => node.type === type && node.mode !== 'pattern');

    it(`of ${type}: the dialog says what the deploy says, in its language`, () => {
      assert.ok(good);
      for (const [field, values] of Object.entries({ ...wrong[type], version: [99, -1, 'x'] })) {
        for (const value of values) {
          const node: Partial<FlowNode> = { ...good, [field]: value };
          const why = `${field}: ${JSON.stringify(value)}`;
          const { message, cure, code, details } = refusal(() => deploy(node));
          const place = String(details.field);
          assert.equal(code, 'CONFIG_INVALID', why);
          assert.equal(place.split(', ')[0], field, why);
          const [first = ''] = message.slice(place.length + 2).split(`; ${field}, row`);
          assert.equal(english.faults(node)[field], `${first}. ${cure}`, why);
          const chinese = [traditional.faults(node)[field], simplified.faults(node)[field]];
          for (const said of chinese) assert.match(said ?? '', /[一-鿿].*。$/, why);
          assert.doesNotMatch(chinese.join(''), /\{detail\}/);
        }
      }
    });

    it(`of ${type} has a row here for every field`, () => {
      const fields = Object.keys(english.definitions.get(type)?.defaults ?? {});
      const known = [...Object.keys(wrong[type] ?? {}), ...(free[type] ?? []), 'name', 'version'];
      assert.deepEqual([...new Set(known)].sort(), fields.sort());
    });
  }

  it('may be wrong by another: a folder for daily comparisons, the pattern of a schedule', () => {
    const of = (type: string) => shipped.find((node) => node.type === type);
    const rows: [string, object, string][] = [
      ['report-compare', { daily: true, folder: '' }, 'folder'],
      ['rap-schedule', { mode: 'pattern', pattern: '60 21 * * *' }, 'pattern'],
      ['rap-schedule', { mode: 'pattern', pattern: '' }, 'pattern'],
      ['rap-account', { name: '', user: 'B01234.OPS1' }, 'name'],
      ['rap-contacts', { security: 'tls', host: 'smtp://relay' }, 'host'],
    ];
    for (const [type, changes, field] of rows) {
      const node = { ...of(type), ...changes };
      const { message, cure } = refusal(() => deploys[type]?.(node));
      assert.equal(english.faults(node)[field], `${message.slice(field.length + 2)}. ${cure}`, type);
    }
  });
});

describe('A rule about several fields', () => {
  const of = (type: string) => shipped.find((node) => node.type === type);
  const row = { from: '2026-06-20 08:00', what: 'all', reason: 'x' };
  const person = { name: '', email: 'ada@broker.example' };
  /** A node with the cell beside the variable, and the value with which a deploy refuses that cell. */
  const rows: [string, (variable: string) => object, string, string][] = [
    ['rap-account', (user) => ({ name: '', user }), 'B01234.OPS1', 'name'],
    [
      'rap-contacts',
      (groups) => ({ escalateGroups: 'board', contacts: [{ ...person, groups }] }),
      'ops',
      'escalateGroups',
    ],
    [
      'rap-contacts',
      (until) => ({ windows: [{ ...row, until }] }),
      '2026-06-19 08:00',
      'windows, row 1, until',
    ],
    [
      'rap-plan',
      (freezeFrom) => ({ freezeFrom, freezeTo: '2025-06-20 08:00' }),
      '2025-06-21 08:00',
      'freezeTo',
    ],
    ['report-compare', (folder) => ({ daily: true, folder }), ' ', 'folder'],
    ['rap-schedule', (lookSeconds) => ({ whileDue: true, lookSeconds }), 'often', 'lookSeconds'],
  ];
  for (const [type, fields, refused, field] of rows) {
    it(`of ${type} is not asked while ${field} hangs on a variable, and is at a deploy`, () => {
      const saved = (variable: string) => ({ ...of(type), ...fields(variable) });
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
      for (const variable of ['${OURS}', '$(OURS)'])
        assert.deepEqual(english.wrong(saved(variable)), [], variable);
      assert.equal(refusal(() => deploys[type]?.(saved(refused))).details.field, field);
    });
  }
});

/** Nodes as earlier releases saved them, without what those did not know, and what that means. */
const former: [string, object, object][] = [
  ['rap-download', { keepDays: '0' }, { lookInside: true, strict: false, rowJump: '20' }],
  ['rap-list', { settleSeconds: '20' }, { alarmRuns: '', alarmMinutes: '' }],
  [
    'rap-schedule',
    { mode: 'times', times: [{ time: '21:30' }], calendar: 'none', pattern: '' },
    { catchUp: true, whileDue: false, lookSeconds: '30', leadMinutes: '5' },
  ],
  ['report-route', { rules: [{ share: '/mnt/all' }] }, { shares: 'any', lookAgain: '0' }],
  ['session-evidence', { action: 'pack' }, { language: '' }],
  [
    'report-compare',
    { folder: '/mnt/{account}' },
    { daily: false, readyDays: '10', ignoreForm: false, language: '' },
  ],
  [
    'contact-notify',
    { kind: 'alarm', contacts: 'c', groups: 'ops' },
    { arrivals: false, subject: '', text: '' },
  ],
  ['weather-check', { plan: 'p', feeds: [] }, { day: 'plan', tell: true }],
  ['session-timer', { plan: 'p' }, { rehearse: 'gale-in-part-1', signals: '' }],
  ['session-timer', { plan: 'p', rehearse: null, signals: null }, { rehearse: '', signals: '' }],
  [
    'rap-schedule',
    { mode: 'times', times: [{ time: '21:30' }], calendar: 'none', pattern: null },
    { pattern: '', catchUp: true, whileDue: false, lookSeconds: '30', leadMinutes: '5' },
  ],
  ['rap-status', { question: 'story' }, { account: '', report: '' }],
  ['rap-connect', { account: 'a' }, { action: 'login' }],
  ['report-check', {}, { account: '' }],
  ...['', ' ', null].map((language): [string, object, object] => {
    const contacts = shipped.find(({ type }) => type === 'rap-contacts');
    return ['rap-contacts', { ...contacts, language }, { language: 'en' }];
  }),
  [
    'rap-switch',
    { dataCentre: 'secondary', reason: 'x' },
    { scope: 'all', requireSecond: false, until: '', by: '', account: '' },
  ],
];

describe('The settings of an earlier release', () => {
  for (const [type, saved, unsaid] of former) {
    it(`of ${type} go on as they did, and the dialog finds nothing wrong`, () => {
      const deploy = deploys[type];
      assert.ok(deploy);
      assert.deepEqual(deploy(saved), deploy({ ...saved, ...unsaid, version: 1 }));
      assert.deepEqual(
        english.wrong({ type, ...saved }).filter((field) => !free[type]?.includes(field)),
        [],
      );
    });
  }

  for (const type of Object.keys(deploys)) {
    it(`of ${type}: one of a later release is refused by name, with what to do`, () => {
      const node = shipped.find((one) => one.type === type);
      const { message, cure, details } = refusal(() => deploys[type]?.({ ...node, version: 2 }));
      assert.match(message, /^version: "2" is no version of these settings/);
      assert.match(cure, /Install the release that saved this flow/);
      assert.equal(details.field, 'version');
    });
  }
});
